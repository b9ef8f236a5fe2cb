//! What the daemon has on its disk: the part of a life that outlives a process.
//!
//! It keeps what the events of each cycle tell, and once a second what a running session has come to.
//! Ages are read off the wall clock, as they must be across a power cut; one that would be negative,
//! because the clock was set back, counts as none.

use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::dose::cem43;
use soothe_therapy::ledger::{ENTRIES_MAX, History, PastUse, SiteUse};
use soothe_therapy::session::SessionView;
use soothe_therapy::{Boot, Event, Fault, FaultKind, Output, SessionId, Span, limits};

/// The wall clock in milliseconds since some day.
pub(super) type Wall = i64;

/// What was committed.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    pub(super) latched: Option<Fault>,
    pub(super) interrupted: Option<SessionId>,
    pub(super) uses: Vec<(Wall, SiteUse)>,
    pub(super) lost: Option<Wall>,
    pub(super) checklist: Option<(Wall, Answers)>,
    pub(super) relay_operations: u32,
    running: Option<(SessionId, Wall, SiteUse)>,
    unreadable: bool,
}

impl Memory {
    /// That of a device that someone has made ready: the check-list is answered.
    pub(super) fn ready() -> Self {
        Self { checklist: Some((0, Answers::NONE)), ..Self::default() }
    }

    /// Keeps what a cycle told.
    pub(super) fn commit(&mut self, wall: Wall, output: &Output) {
        for event in &output.events {
            self.keep(wall, event);
        }
        if let Some(view) = &output.snapshot.session
            && (self.running.is_none() || view.elapsed.as_ms().is_multiple_of(1000))
        {
            self.running = Some((view.id, wall, so_far(view)));
        }
        self.relay_operations = output.snapshot.relay_operations;
    }

    fn keep(&mut self, wall: Wall, event: &Event) {
        match event {
            Event::Ended(ended) => {
                self.running = None;
                self.uses.push((wall, ended.left));
            }
            Event::Latched(fault) => self.latched = Some(*fault),
            Event::Cleared(_) => self.latched = None,
            Event::Acknowledged { .. } => self.interrupted = None,
            Event::Answered(answers) => self.checklist = Some((wall, *answers)),
            Event::LossForgotten => self.lost = None,
            Event::Started { .. }
            | Event::Proved { .. }
            | Event::TargetReached { .. }
            | Event::AskedForSign { .. }
            | Event::Present { .. }
            | Event::Refused(_) => {}
        }
    }

    /// The record cannot be read any more; the next process finds out.
    pub(super) fn lose(&mut self) {
        self.unreadable = true;
    }

    /// What a new process finds at `wall`.
    pub(super) fn boot(&mut self, wall: Wall) -> Boot {
        if self.unreadable {
            let latched = Some(Fault { kind: FaultKind::RecordLost, reading: None });
            *self = Self { latched, lost: Some(wall), ..Self::default() };
        }
        if let Some((id, at, used)) = self.running.take() {
            self.interrupted = Some(id);
            self.uses.push((at, used));
        }
        let age = |at: Wall| Span::from_ms(u64::try_from(wall - at).unwrap_or(0));
        let newest = self.uses.iter().rev().take(ENTRIES_MAX).rev();
        let uses = newest.map(|(at, used)| PastUse { used: *used, age: age(*at) }).collect();
        Boot {
            latched: self.latched,
            interrupted: self.interrupted,
            history: History { uses, lost: self.lost.map(age) },
            checklist: self.checklist.map(|(at, answers)| PastAnswers { answers, age: age(at) }),
            relay_operations: self.relay_operations,
        }
    }
}

/// What a session that is cut off now leaves on its site: the time since its start, and its dose with
/// what is stored in the pad.
fn so_far(view: &SessionView) -> SiteUse {
    let tail = view.hottest.map(|t| cem43(t + limits::DOSE_GUARD, limits::DOSE_TAIL));
    SiteUse {
        site: view.plan.site(),
        heated: view.elapsed,
        dose: view.dose + tail.unwrap_or_default(),
    }
}
