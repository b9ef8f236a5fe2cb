//! What shows that a pad is not what it was found to be. It is said, and such a session teaches nothing of the pad;
//! nothing else follows from it: a hard limit may, later. The figures were searched in `tests/run lives`, for early
//! warnings of which less than one in a hundred sessions comes in vain.

use core::fmt;

use super::candidate::Candidate;
use super::hypothesis::covered_loss;
use super::model::PadModel;
use super::{Pad, TunedPad};
use crate::reference_pad::G2A;
use crate::units::Span;

/// From when something is odd, and for how long it has to be: a reading that is off does not last.
struct Odd {
    /// What leaves the surface unasked is odd from this share of what a blanket keeps in,
    share: f64,
    /// and from so much, W.
    least_w: f64,
    lasts: Span,
}

/// Nothing has surprised so far.
const CALM: Odd = Odd { share: 0.5, least_w: 2.5, lasts: Span::from_s(15) };
/// Readings that no pad foretells have come: half as much for a third of the time says as much.
const SURPRISED: Odd = Odd { share: 0.25, least_w: 1.25, lasts: Span::from_s(5) };
/// Less than this share of the least that may leave the surface is heat from elsewhere.
const HOTTER: f64 = 0.5;
/// A pad is another one than was tuned when its power or its mass differs by more than this share,
const ANOTHER: f64 = 0.2;
/// and what is near the tuned one leaves more unexplained than the best by this, K² s, and by this share of it,
const NEAR_FITS: f64 = 0.1;
const NEAR_FITS_SHARE: f64 = 0.25;
/// for this long while it is known.
const ANOTHER_FOR: Span = Span::from_s(45);
/// It lies under another blanket when its loss differs by more than this, in times [`G2A`].
const OTHER_BLANKET: f64 = 0.1;
/// What was said is said for this long after it has shown: what comes and goes is told once.
const SAID_FOR: Span = Span::from_s(180);

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

    /// It says more than `said`, and is told at once.
    const fn outranks(self, said: Self) -> bool {
        match (said, self) {
            (Self::Another, _) | (Self::Changed, Self::Cooler) => true,
            (Self::Hotter | Self::Cooler | Self::Changed, _) => false,
        }
    }
}

/// The power or the mass differs by more than is another pad's.
pub(super) fn is_far(found: &PadModel, tuned: &PadModel) -> bool {
    let off = |found: f64, tuned: f64| (found / tuned - 1.0).abs() > ANOTHER;
    off(found.power_w(), tuned.power_w()) || off(found.mass(), tuned.mass())
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hotter => {
                "the pad gets hotter than its power explains: see that it lies flat, not folded, that \
                 nothing else warms it, and that it is the pad that was tuned, if one was"
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
    /// What is said, and for how long it has not shown any more.
    said: Option<(Misfit, Span)>,
    /// Something was said at some time.
    ever: bool,
}

impl Watch {
    /// What is said after `dt` more, when this shows. What comes and goes is told once.
    fn say(&mut self, shows: Option<Misfit>, dt: Span) {
        let anew = shows.map(|it| (it, Span::ZERO));
        self.said = match (self.said, shows) {
            (None, _) => anew,
            (Some((said, _)), Some(it)) if it == said || it.outranks(said) => anew,
            (Some((said, quiet)), _) if quiet + dt < SAID_FOR => Some((said, quiet + dt)),
            (Some(_), _) => anew,
        };
        self.ever |= shows.is_some();
    }
}

impl Pad {
    /// Looks once more, `dt` after the last time.
    pub(super) fn watch(&mut self, dt: Span) {
        let odd = self.odd();
        let before = self.watch.odd.filter(|(it, _)| Some(*it) == odd);
        let for_now = before.map_or(Span::ZERO, |(_, lasts)| lasts) + dt;
        self.watch.odd = odd.map(|it| (it, for_now));
        let lasts = self.watch.another_for + dt;
        self.watch.another_for = if self.is_another() { lasts } else { Span::ZERO };
        self.watch.say(self.shows(), dt);
    }

    /// It is known, and not as it was tuned.
    fn is_another(&self) -> bool {
        self.tuned.is_some() && self.is_known() && !self.as_tuned
    }

    /// Whether a pad near the tuned one explains what was read about as well as anything: of its power and mass,
    pub(super) fn is_as_tuned(&self) -> bool {
        self.near_explains(f64::INFINITY)
    }

    /// and under its blanket, too.
    pub(super) fn lies_as_tuned(&self) -> bool {
        self.near_explains(OTHER_BLANKET)
    }

    /// The same of one whose loss differs by no more than this, in times [`G2A`].
    fn near_explains(&self, loss_off: f64) -> bool {
        let Some(tuned) = self.tuned.as_ref().map(TunedPad::now) else {
            return false;
        };
        let near = self.hypotheses.iter().flat_map(|hypothesis| {
            let loss = covered_loss(tuned) + hypothesis.uncovered;
            let lies_so = move |it: &&Candidate| (it.loss() - loss).abs() <= loss_off;
            hypothesis.living().filter(lies_so).filter(|it| !is_far(&it.model(), tuned))
        });
        let near_fits = NEAR_FITS + (1.0 + NEAR_FITS_SHARE) * self.best().fit().unexplained;
        near.map(|it| it.fit().unexplained).fold(f64::INFINITY, f64::min) <= near_fits
    }

    /// Nothing was ever said of it.
    pub(super) const fn is_beyond_doubt(&self) -> bool {
        !self.watch.ever
    }

    const fn what_is_odd(&self) -> Odd {
        if self.is_disturbed() { SURPRISED } else { CALM }
    }

    /// What leaves the surface and is not the model's, if that is too much or too little for its noise.
    fn odd(&self) -> Option<Misfit> {
        let observer = self.observer();
        let Odd { share, least_w, .. } = self.what_is_odd();
        let odd_w = (share * G2A * observer.surface_k()).max(least_w);
        let flow_w = observer.extra_w();
        // Heat that comes from elsewhere shows by a surprise, and then at the lower bound of the flow.
        let hotter = self.disturbed.is_some_and(|it| it.hotter);
        let (bound_w, _) = self.likeliest().extra_w();
        match (flow_w > odd_w, hotter && flow_w < HOTTER * bound_w) {
            (true, _) if observer.is_lost() => Some(Misfit::Cooler),
            (true, _) => Some(Misfit::Changed),
            (false, true) => Some(Misfit::Hotter),
            (false, false) => None,
        }
    }

    /// What shows now, once its heat has shown.
    fn shows(&self) -> Option<Misfit> {
        let enough = self.what_is_odd().lasts;
        let lasts = |(it, lasts): (Misfit, Span)| (lasts >= enough).then_some(it);
        let another = (self.watch.another_for >= ANOTHER_FOR).then_some(Misfit::Another);
        self.watch.odd.and_then(lasts).or(another).filter(|_| self.has_shown())
    }

    /// What shows, or has shown a moment ago, that the pad is not what it was found to be.
    #[must_use]
    pub fn misfit(&self) -> Option<Misfit> {
        self.watch.said.map(|(it, _)| it)
    }
}

#[cfg(test)]
mod tests;
