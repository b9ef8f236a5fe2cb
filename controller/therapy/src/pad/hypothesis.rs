//! The pad under its blanket, or without: what may be, pads of several masses alongside, and an observer of the
//! one that they come to.

use super::CAUTION;
use super::ahead::Ahead;
use super::candidate::{Candidate, Fit, Start};
use super::model::PadModel;
use super::observer::Observer;
use crate::reference_pad::G2A;

/// How many masses are tried.
const MASSES: usize = 12;
/// Without a tuning: these, in times the reference pad's,
const ANY_MASS: [f64; MASSES] = [0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4];
/// and a power of 45 W, with a standard deviation of 19 W.
const ANY_POWER_W: (f64, f64) = (45.0, 19.0);
/// With one: these, in times what it found, and its power, with this standard deviation as a share;
const NEAR_MASS: [f64; 3] = [0.94, 1.0, 1.06];
const TUNED_POWER_SD: f64 = 0.08;
/// and these, in times the reference pad's, for it may be another pad after all, which loses what the reference pad
/// does: that is less likely by so much, K² s.
const OTHER_MASS: [f64; MASSES - NEAR_MASS.len()] = [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4];
const ANOTHER_PAD: f64 = 0.8;
/// What the loss may be wrong by, in times [`G2A`].
const LOSS_DOUBT: f64 = 0.15;
/// What is lost under a blanket, in times [`G2A`], by a pad of which nobody knows it.
const COVERED: f64 = 1.0;
/// A tuning tells a loss to so much.
const TUNED_LOSS_SD: f64 = 0.05;
/// How far a pad may be off, K, for a second, before it loses most of its weight: more than the noise,
/// because the readings of a second are not independent of what the model leaves out.
const MISFIT_K: f64 = 0.2;
/// A pad whose misfit is this much greater than the best one's is out: it counts e^20 times less, K² s.
const HOPELESS: f64 = 40.0 * MISFIT_K * MISFIT_K;
/// A candidate draws its conclusions once in so many readings: that is most of the work.
const TURNS: usize = 4;

/// The pad, if it has lain under its blanket, or if it has not.
#[derive(Clone, Debug)]
pub(super) struct Hypothesis {
    /// What it loses more, in times [`G2A`].
    pub(super) uncovered: f64,
    candidates: [Candidate; MASSES],
    /// Which of them may still be the pad: the others are not computed any more.
    alive: [bool; MASSES],
    /// How well the best of them fits.
    pub(super) fit: Fit,
    pub(super) observer: Observer,
}

impl Hypothesis {
    /// A pad that is so when it begins to be looked at, `extra_w` leaving its surface besides.
    pub(super) fn of(tuned: Option<&PadModel>, uncovered: f64, start: Start, extra_w: f64) -> Self {
        let candidates = core::array::from_fn(|i| candidate(tuned, uncovered, i, start));
        let (fit, model, _) = weigh(candidates.iter());
        let observer = Observer::at(model, start.parts, extra_w);
        Self { uncovered, candidates, alive: [true; MASSES], fit, observer }
    }

    /// The same in the midst of being heated, as if nothing had been learned but what is stored.
    pub(super) fn anew(&self, tuned: Option<&PadModel>, reading_k: f64) -> Self {
        let Self { uncovered, observer, .. } = self;
        let start = Start::heated(observer.element_k(), observer.surface_k(), reading_k);
        Self::of(tuned, *uncovered, start, observer.extra_w())
    }

    pub(super) fn shift(&mut self, by_k: f64) {
        self.observer.shift(by_k);
        self.living_mut().for_each(|it| it.shift(by_k));
    }

    /// The least and the most that may leave the surface besides what the model says, W.
    pub(super) fn extra_w(&self) -> (f64, f64) {
        let flow_w = |times: f64| times * G2A * self.observer.surface_k().max(1.0);
        (flow_w(-self.uncovered - LOSS_DOUBT), flow_w(1.0 - self.uncovered + LOSS_DOUBT))
    }

    pub(super) fn follow(&mut self, dt_s: f64, share: f64, reading_k: f64) {
        self.observer.take(dt_s, share, reading_k, self.extra_w());
    }

    /// Those that may still be the pad.
    pub(super) fn living(&self) -> impl Iterator<Item = &Candidate> + Clone {
        self.candidates.iter().zip(self.alive).filter(|(_, alive)| *alive).map(|(it, _)| it)
    }

    pub(super) fn living_mut(&mut self) -> impl Iterator<Item = &mut Candidate> {
        self.candidates.iter_mut().zip(self.alive).filter(|(_, alive)| *alive).map(|(it, _)| it)
    }

    /// Takes in a reading; in turns, the candidates draw their conclusions.
    pub(super) fn fit(&mut self, turn: usize, dt_s: f64, reading_k: f64) {
        for (i, it) in self.living_mut().enumerate() {
            it.take(dt_s, reading_k);
            if (i + turn).is_multiple_of(TURNS) {
                it.conclude();
            }
        }
        let best = self.living().map(|it| it.fit().misfit).fold(f64::INFINITY, f64::min);
        for (it, alive) in self.candidates.iter().zip(&mut self.alive) {
            *alive &= it.fit().misfit - best <= HOPELESS;
        }
    }

    /// What the candidates come to by now is the pad.
    pub(super) fn learn(&mut self) {
        let (fit, model, stored_k) = weigh(self.living());
        self.fit = fit;
        self.observer.learn(model, stored_k);
    }

    /// How far above the room the surface would get if the power were cut now and it lay well covered, K,
    /// the element counting as `gain` times as far above it as it seems.
    pub(super) fn peak_k(&self, gain: f64) -> f64 {
        self.ahead().peak_covered_k(gain * CAUTION)
    }

    /// To look ahead with. The blanket that comes back may be a thicker one than the pad was tuned under.
    pub(super) fn ahead(&self) -> Ahead {
        let model = self.observer.model();
        let tuned = model.loss() - self.uncovered;
        let loss = if tuned > COVERED + TUNED_LOSS_SD { COVERED } else { tuned };
        let covered = PadModel::nearest(model.power_w(), model.mass(), loss);
        Ahead::of(&self.observer, covered)
    }
}

/// What a tuned pad loses under its blanket, in times [`G2A`]. Nobody knows that of one that was tuned without it: it
/// is taken to be what the reference pad does.
pub(super) fn covered_loss(tuned: &PadModel) -> f64 {
    if tuned.loss() < PadModel::BARE { tuned.loss() } else { COVERED }
}

/// The `i`th of the pads that are tried.
fn candidate(tuned: Option<&PadModel>, uncovered: f64, i: usize, start: Start) -> Candidate {
    let (mass, loss, (power_w, power_sd_w), unlikely) = match tuned {
        None => (ANY_MASS[i], COVERED, ANY_POWER_W, 0.0),
        Some(it) => match NEAR_MASS.get(i) {
            Some(near) => {
                let power_w = (it.power_w(), TUNED_POWER_SD * it.power_w());
                (it.mass() * near, covered_loss(it), power_w, 0.0)
            }
            None => (OTHER_MASS[i - NEAR_MASS.len()], COVERED, ANY_POWER_W, ANOTHER_PAD),
        },
    };
    Candidate::at(PadModel::nearest(power_w, mass, loss + uncovered), power_sd_w, unlikely, start)
}

/// What the candidates come to, each counting as much as it fits: the best fit, the pad, and how much
/// hotter its element is than its surface, K.
fn weigh<'a>(candidates: impl Iterator<Item = &'a Candidate> + Clone) -> (Fit, PadModel, f64) {
    let first = Fit { misfit: f64::INFINITY, unexplained: 0.0 };
    let fits = candidates.clone().map(Candidate::fit);
    let best = fits.fold(first, |best, it| if it.misfit < best.misfit { it } else { best });
    let (mut weights, mut power_w, mut mass, mut loss, mut stored_k) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for it in candidates {
        let unlikely = (it.fit().misfit - best.misfit) / (2.0 * MISFIT_K * MISFIT_K);
        let weight = libm::exp(-unlikely);
        weights += weight;
        power_w += weight * it.power_w();
        mass += weight * it.mass();
        loss += weight * it.loss();
        stored_k += weight * it.stored_k();
    }
    let model = PadModel::nearest(power_w / weights, mass / weights, loss / weights);
    (best, model, stored_k / weights)
}
