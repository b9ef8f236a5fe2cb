//! Scenarios: scripts that tell a story, what the core makes of it, and whether that was expected.
//!
//! The format is explained in docs/scenarios.md. [`Scenario::parse`] reads a script, [`Scenario::play`]
//! lives through it on the model, in virtual time: an hour takes some milliseconds.

mod action;
mod breakage;
mod condition;
mod expect;
mod script;
mod stage;
mod timeline;
mod words;

pub use expect::Finding;
pub use stage::Step;
pub use words::ScriptError;

use std::fmt;

use soothe_therapy::Span;

use action::Action;
use expect::{Expectation, Watch};
use stage::{Setting, Stage};
use timeline::Timeline;

/// A script, understood.
#[derive(Clone, Debug)]
pub struct Scenario {
    setting: Setting,
    rows_every: Option<Span>,
    actions: Vec<Happening>,
    expectations: Vec<Expectation>,
    until: Span,
}

/// Something that happens at a time.
#[derive(Clone, Debug)]
struct Happening {
    at: Span,
    action: Action,
    /// As it was written.
    words: String,
}

/// A script that was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// What happened, one line each.
    pub timeline: String,
    /// What was expected, in the script's order.
    pub findings: Vec<Finding>,
    /// The first invariant that did not hold: a script cannot break one, only the device can.
    pub broken: Option<String>,
}

impl Played {
    /// How many expectations did not come true.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.findings.iter().filter(|finding| !finding.met).count()
    }
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.timeline)?;
        if self.findings.is_empty() {
            writeln!(f, "nothing was expected")?;
        }
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        self.broken.iter().try_for_each(|broken| writeln!(f, "BROKEN  {broken}"))
    }
}

impl Scenario {
    /// Reads a script.
    ///
    /// # Errors
    /// With line, column, what was wrong, and what would have been accepted there.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        script::read(text)
    }

    /// How long it lasts, in the time that it tells of.
    #[must_use]
    pub const fn lasts(&self) -> Span {
        self.until
    }

    /// Lives through it.
    #[must_use]
    pub fn play(&self) -> Played {
        self.play_seen(&mut |_| {})
    }

    /// Lives through it, showing `witness` each step of the core: enough to record every session.
    #[must_use]
    pub fn play_seen(&self, witness: &mut dyn FnMut(&Step<'_>)) -> Played {
        let mut stage = Stage::new(&self.setting);
        let mut timeline = Timeline::default();
        let mut watches: Vec<Watch<'_>> = self.expectations.iter().map(Watch::new).collect();
        let mut pending = self.actions.iter().peekable();
        loop {
            let at = stage.at();
            while let Some(happening) = pending.next_if(|it| it.at <= at) {
                timeline.action(at, &happening.words);
                stage.befall(&happening.action);
            }
            stage.live(witness);
            let seen = stage.seen();
            let due = |every: Span| at.as_ms().is_multiple_of(every.as_ms());
            timeline.cycle(&seen, self.rows_every.is_some_and(due));
            watches.iter_mut().for_each(|watch| watch.look(&seen));
            if at >= self.until {
                let findings = watches.iter().map(Watch::finding).collect();
                return Played { timeline: timeline.end(&seen), findings, broken: stage.broken() };
            }
            stage.advance();
        }
    }
}

#[cfg(test)]
mod tests;
