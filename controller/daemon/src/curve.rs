//! A session's curve: which snapshots become points of it.

use soothe_therapy::{Freshness, SessionId, Snapshot, Span};

use crate::journal::SampleRow;
use crate::publish::is_heated;

/// Follows the running session for its curve: one point for each second of it.
#[derive(Debug)]
pub(crate) struct Curve {
    id: Option<SessionId>,
    next: Span,
}

impl Curve {
    /// No session yet.
    pub(crate) const NONE: Self = Self { id: None, next: Span::ZERO };

    /// The point that is due, if one is.
    pub(crate) fn point(&mut self, snapshot: &Snapshot) -> Option<SampleRow> {
        let session = snapshot.session?;
        if self.id != Some(session.id) {
            *self = Self { id: Some(session.id), ..Self::NONE };
        }
        let believed = |view: soothe_therapy::sense::SensorView| {
            view.reading.filter(|_| view.freshness != Freshness::Lost)
        };
        let contact = snapshot.contact.map(believed);
        if session.elapsed < self.next {
            return None;
        }
        self.next = Span::from_s(session.elapsed.as_ms() / 1000 + 1);
        Some(SampleRow {
            id: session.id,
            t: session.elapsed,
            contact,
            ambient: believed(snapshot.ambient),
            target: session.phase.phase.target(),
            duty: session.duty.get(),
            heater_on: is_heated(snapshot),
            dose_cem43: session.dose.get(),
            hottest: session.hottest,
        })
    }
}
