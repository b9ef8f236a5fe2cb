//! What a contact sensor told, as an observer remembers it.

use soothe_therapy::{Celsius, Moment, RawReading, Span};

/// What one contact sensor told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    /// When its newest attempt began, in true time.
    pub(crate) began: Option<Moment>,
    /// What the newest attempt told, believable or not.
    pub(crate) newest: Option<Celsius>,
    /// The newest two that a pad on a body can have, with their times.
    pub(crate) good: Option<(Moment, f64)>,
    pub(crate) good_before: Option<(Moment, f64)>,
}

/// Whether a pad on a body can have this temperature.
fn is_good(t: f64) -> bool {
    t > 4.99 && t < 60.01
}

impl Told {
    pub(super) fn take(&mut self, raw: RawReading) {
        // Nothing becomes newer by being told again, whoever tells it.
        if self.began.is_some_and(|began| raw.began <= began) {
            return;
        }
        self.began = Some(raw.began);
        self.newest = raw.outcome.ok();
        if let Some(t) = self.newest.map(Celsius::get).filter(|t| is_good(*t)) {
            self.good_before = self.good;
            self.good = Some((raw.began, t));
        }
    }

    /// The newest good value, when it is at most 3 s old.
    pub(crate) fn fresh(&self, now: Moment) -> Option<f64> {
        let (began, t) = self.good?;
        (now.since(began) <= Span::from_ms(3050)).then_some(t)
    }
}
