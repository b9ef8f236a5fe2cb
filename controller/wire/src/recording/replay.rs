//! Living through a recorded session again.

use soothe_therapy::{Engine, Input, Output, Span};

use super::{Core, Recording, digest};
use crate::convert;
use crate::record::EventRecord;

/// What came of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The session.
    pub session: i64,
    /// The core that ran it.
    pub core: Core,
    /// How many steps were recorded.
    pub steps: usize,
    /// From the first to the last.
    pub time: Span,
    /// The session's end is in it.
    pub ended: bool,
    /// The first step whose output was another.
    pub difference: Option<Difference>,
}

/// A step whose output was another than the recorded one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Counted from 0.
    pub step: usize,
    /// How long after the session's start.
    pub at: Span,
    /// What the lines and the session were instead, in words.
    pub came: String,
    /// What happened instead.
    pub events: Vec<EventRecord>,
}

impl Report {
    /// The same core as the one that is compiled in.
    #[must_use]
    pub fn is_of_this_core(&self) -> bool {
        self.core == Core::here()
    }
}

/// Runs the core on what was recorded and compares every output, up to the first that differs.
#[must_use]
pub fn replay(recording: &Recording) -> Report {
    let Recording { core, session, boot, steps } = recording;
    let since = |count: usize| Span::from_ms(Recording::since_start(&steps[..count]));
    let mut report = Report {
        session: session.0,
        core: core.clone(),
        steps: steps.len(),
        time: since(steps.len()),
        ended: steps.last().is_some_and(|step| step.last),
        difference: None,
    };
    let Some(first) = steps.first() else { return report };
    let mut engine = Engine::new(boot, first.now);
    for (number, step) in steps.iter().enumerate() {
        let (now, readings, lines) = (step.now, step.readings, step.lines);
        let commands = step.commands.list(now);
        let stimulator = step.stimulator;
        let output = engine.step(&Input { now, readings, commands: &commands, lines, stimulator });
        if digest(&output) != step.digest {
            let at = since(number + 1);
            let events = output.events.iter();
            let events = events.map(|event| convert::event_record(event, at.as_s())).collect();
            let came = state(&output);
            report.difference = Some(Difference { step: number, at, came, events });
            break;
        }
    }
    report
}

/// The lines and the session, for whoever looks for what is different.
fn state(output: &Output) -> String {
    let snapshot = &output.snapshot;
    let switch = |on: bool| if on { "on" } else { "off" };
    let (k1, k2) = (switch(output.actuators.k1()), switch(output.actuators.k2()));
    let hottest = snapshot.hottest.map_or_else(|| "lost".to_owned(), |t| format!("{} °C", t.get()));
    let session = snapshot.session.map_or_else(
        || snapshot.fault.map_or_else(|| "no session".to_owned(), |fault| fault.to_string()),
        |session| format!("duty {}, dose {} CEM43", session.duty.get(), session.dose.get()),
    );
    format!("K1 {k1}, K2 {k2}, hottest {hottest}, {session}")
}
