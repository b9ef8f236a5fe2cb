//! What shows that a pad is not what it was found to be. It is said, and nothing follows from it: a hard limit
//! may, later.

use core::fmt;

use super::{Pad, TunedPad};
use crate::reference_pad::G2A;
use crate::units::Span;

/// What leaves the surface unasked is odd from this share of what a blanket keeps in,
const ODD: f64 = 0.5;
/// and from so much, W.
const ODD_W: f64 = 2.5;
/// It has to be odd for this long: a reading that is off does not last.
const ODD_FOR: Span = Span::from_s(15);
/// A pad is another one than was tuned when its power or its mass differs by more than this share,
const ANOTHER: f64 = 0.2;
/// for this long while it is known.
const ANOTHER_FOR: Span = Span::from_s(90);

/// What shows that a pad is not, or not any more, what it was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It gets hotter than its power explains.
    Hotter,
    /// It loses more than any pad does without its blanket, or gets less than is granted.
    Cooler,
    /// It loses more than before.
    Changed,
    /// It warms up like another pad than the one that was tuned.
    Another,
}

impl Misfit {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Hotter, Self::Cooler, Self::Changed, Self::Another];

    /// The name used in logs and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hotter => "hotter",
            Self::Cooler => "cooler",
            Self::Changed => "changed",
            Self::Another => "another-pad",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hotter => {
                "the pad gets hotter than its power explains: see that it lies flat, not folded, and that \
                 nothing else warms it"
            }
            Self::Cooler => {
                "the pad stays cooler than its power explains: see that it lies on the skin, dry and \
                 covered, or its element is failing"
            }
            Self::Changed => {
                "the pad loses more heat than before: see whether its blanket, the pad or a sensor was moved"
            }
            Self::Another => {
                "the pad warms up like another one than was tuned: choose its tuning, or tune it"
            }
        })
    }
}

/// For how long something has not fitted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Watch {
    /// What does not fit now, and for how long.
    odd: Option<(Misfit, Span)>,
    another_for: Span,
}

impl Pad {
    /// Looks once more, `dt` after the last time.
    pub(super) fn watch(&mut self, dt: Span) {
        let odd = self.odd();
        let before = self.watch.odd.filter(|(it, _)| Some(*it) == odd);
        let for_now = before.map_or(Span::ZERO, |(_, lasts)| lasts) + dt;
        self.watch.odd = odd.map(|it| (it, for_now));
        if let Some(tuned) = self.tuned.as_ref().map(TunedPad::now).filter(|_| self.is_known()) {
            let best = self.best();
            let off = |found: f64, tuned: f64| (found / tuned - 1.0).abs() > ANOTHER;
            let another = off(best.power_w(), tuned.power_w()) || off(best.mass(), tuned.mass());
            let lasts = self.watch.another_for + dt;
            self.watch.another_for = if another { lasts } else { Span::ZERO };
        }
    }

    /// What leaves the surface and is not the model's, if that is too much or too little for its noise.
    fn odd(&self) -> Option<Misfit> {
        let observer = self.observer();
        let odd_w = (ODD * G2A * observer.surface_k()).max(ODD_W);
        let flow_w = observer.extra_w();
        // Heat that comes from elsewhere shows by a surprise, and then at the lower bound of the flow.
        let hotter = self.disturbed.is_some_and(|it| it.hotter);
        let (least_w, _) = self.likeliest().extra_w();
        match (flow_w > odd_w, hotter && flow_w < ODD * least_w) {
            (true, _) if observer.is_lost() => Some(Misfit::Cooler),
            (true, _) => Some(Misfit::Changed),
            (false, true) => Some(Misfit::Hotter),
            (false, false) => None,
        }
    }

    /// What shows that the pad is not what it was found to be, once its heat has shown.
    #[must_use]
    pub fn misfit(&self) -> Option<Misfit> {
        let lasts = |(it, lasts): (Misfit, Span)| (lasts >= ODD_FOR).then_some(it);
        let another = (self.watch.another_for >= ANOTHER_FOR).then_some(Misfit::Another);
        let misfit = self.watch.odd.and_then(lasts).or(another);
        misfit.filter(|_| self.has_shown())
    }
}

#[cfg(test)]
mod tests;
