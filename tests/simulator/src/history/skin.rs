//! The skin under a cold pack, as an observer follows its probe.

use soothe_therapy::session::{Prompt, SkinSays};
use soothe_therapy::{Celsius, Event, Moment, RawReading, Span};

use super::{Watched, keep};

/// What its probe told, and what came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SkinTold {
    /// When its newest attempt began.
    pub(crate) began: Option<Moment>,
    /// What that told, believable or not.
    pub(crate) newest: Option<(Moment, f64)>,
    /// The newest that skin can have.
    pub(crate) good: Option<(Moment, f64)>,
    /// Since when it has told that same value.
    pub(crate) same_since: Option<Moment>,
    /// Since when the pack that lies there has had it at 10 °C or below; silence counts on.
    pub(crate) cold_since: Option<Moment>,
    /// Since when it has been due to tell that the pack has numbed the skin to pain.
    pub(crate) due_since: Option<Moment>,
    /// How often that was told of this pack.
    pub(crate) numbed: u32,
}

impl SkinTold {
    /// Takes in the newest attempt.
    pub(super) fn take(&mut self, raw: RawReading) {
        if self.began.is_some_and(|began| raw.began <= began) {
            return;
        }
        self.began = Some(raw.began);
        self.newest = raw.outcome.ok().map(|t| (raw.began, Celsius::get(t)));
        let Some((at, t)) = self.newest.filter(|(_, t)| *t > -5.01 && *t < 45.01) else { return };
        let same = self.good.is_some_and(|(_, before)| before == t);
        self.same_since = self.same_since.filter(|_| same).or(Some(at));
        self.good = Some((at, t));
    }

    /// Looks at what a step told, and at whether a pack lies there that nobody has called off.
    pub(super) fn note(&mut self, now: Moment, session: Option<&Watched>, events: &[Event]) {
        let lies =
            session.is_some_and(|it| it.pack_on.is_some() && it.asked != Some(Prompt::PackOff));
        if !lies {
            (self.cold_since, self.due_since, self.numbed) = (None, None, 0);
            return;
        }
        let says = SkinSays::Analgesia;
        let told = |event: &&Event| matches!(event, Event::Skin { says: it, .. } if *it == says);
        self.numbed += events.iter().filter(told).count() as u32;
        let t = self.fresh(now);
        keep(&mut self.due_since, t.is_some_and(|t| t < 13.59) && self.numbed == 0, now);
        // What was told last stands, however long ago.
        keep(&mut self.cold_since, self.good.is_some_and(|(_, t)| t < 10.01), now);
    }

    /// The newest good value, when it is at most 3 s old.
    pub(crate) fn fresh(&self, now: Moment) -> Option<f64> {
        let (began, t) = self.good?;
        (now.since(began) <= Span::from_ms(3050)).then_some(t)
    }

    /// Whether it measures a pack that has lain there for long.
    pub(crate) fn watches(&self, now: Moment) -> bool {
        let moves = self.same_since.is_some_and(|at| now.since(at) < Span::from_s(183));
        moves && self.fresh(now).is_some_and(|t| t < 20.01)
    }
}
