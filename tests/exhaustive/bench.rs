//! An engine and a clock that moves by hand.

use soothe_therapy::tens::Stimulator;
use soothe_therapy::{Boot, Command, Engine, Input, Moment, Output, Span, limits};

use crate::around::Around;
use crate::heard::Heard;

/// An engine in a build that senses current and cut-out, or does not.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    /// The moment of the last step.
    pub(crate) now: Moment,
    pub(crate) last: Option<Output>,
    sensed: bool,
}

impl Bench {
    /// An engine that begins at `now`.
    pub(crate) fn new(boot: &Boot, sensed: bool, now: Moment) -> Self {
        Self { engine: Engine::new(boot, now), now, last: None, sensed }
    }

    /// The pad is heated, as far as the lines are concerned.
    fn heats(&self) -> bool {
        let granted = self.last.as_ref().map(|output| output.actuators);
        granted.is_some_and(|granted| granted.k1() && granted.k2())
    }

    /// One step after `span`, with this evidence on its way to the moment `due`; none when the lines of
    /// this build cannot say this.
    pub(crate) fn step(
        &mut self,
        span: Span,
        due: Moment,
        heard: Heard,
        around: Around,
        command: Option<Command>,
    ) -> Option<&Output> {
        self.now = self.now + span;
        let lines = around.lines(self.sensed, self.heats())?;
        let output = self.engine.step(&Input {
            now: self.now,
            readings: heard.readings(self.now, due),
            commands: command.as_slice(),
            lines,
            stimulator: Stimulator::Silent,
        });
        Some(self.last.insert(output))
    }

    /// Cycles in a world in order until `until`.
    pub(crate) fn wait(&mut self, until: Moment, due: Moment) {
        while self.now < until {
            let _ = self.step(limits::CYCLE, due, Heard::Fresh, Around::Good, None);
        }
    }
}
