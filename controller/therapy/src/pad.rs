//! What is found out about the pad: how strong and how heavy it is, how hot its element is, and how
//! far the surface would rise if the power were cut now.
//!
//! ```text
//! c1 dT1/dt = P k1 - g12 (T1 - T2) - g1a (T1 - room)      the element
//! c2 dT2/dt = g12 (T1 - T2) - g2a (T2 - room)             the surface on the skin
//! ```
//!
//! The element runs 9 to 18 K above the surface; what it has stored warms the skin on after the power is
//! cut. How much that is depends on the power P and the mass, which differ from pad to pad. They are found
//! while the pad is heated: pads of several masses are computed alongside, each fitted by least squares in
//! what else is unknown of it, and each weighs as much as it fits. Where the pad was tuned, they lie close
//! around what was found then. From then on an [`Observer`] follows the pad.
//!
//! A lifted blanket is what makes this necessary: whoever holds 42 °C against twice the loss has stored
//! enough to pass 44 °C when the blanket comes back, and no judge can take that heat out again.
//!
//! It is also what makes it hard. A pad of 65 W and mass 1.3 without a blanket warms up like one of 40 W and
//! mass 1.0 under it, to within the noise, until its power is cut. So both losses are tried, and where both
//! fit, the more careful answer is given; a blanket that moves meanwhile is a surprise that ends the
//! learning, or begins it anew where little was known. Under a blanket the power is found to 3 % (standard
//! deviation, model pads of 0.6 to 1.4 times the mass, 25 to 60 W).

mod ahead;
mod candidate;
mod found;
mod hypothesis;
mod linear;
mod misfit;
mod model;
mod noise;
mod observer;
mod steps;
mod tuned;

pub use ahead::Ahead;
use candidate::{Candidate, Start};
pub use found::{Expected, Found, Search, Trace};
use hypothesis::Hypothesis;
pub use misfit::Misfit;
use misfit::Watch;
pub use model::{PadModel, PadModelError, Rates};
use noise::Noise;
pub(crate) use noise::READING_EVERY;
pub use observer::Observer;
use steps::Steps;
pub use tuned::TunedPad;

use crate::reference_pad::{G1A, G12};
use crate::units::{Celsius, Moment, Span};

/// The pad has lain under its blanket, or without it. What it loses then in addition, in times
/// [`crate::reference_pad::G2A`]:
const UNCOVERED: [f64; 2] = [0.0, 1.0];
/// A loss is not the pad's when it fits worse than the best by more than this, K² s, and by more than this
/// share of what the best leaves unexplained, which tells how wrong the model is at large.
const LIKELY: f64 = 0.10;
const LIKELY_SHARE: f64 = 0.75;
/// The same where it is believed which pad it is.
const LIKELY_SHARE_TUNED: f64 = 0.25;
/// Pads fit badly when the best of them leaves this many times as much unexplained as the noise of the readings
/// explains, as variances,
const FITS_BADLY: f64 = 1.3;
/// which is no less than this, for readings come in steps, K.
const NOISE_MIN_K: f64 = 0.02;
/// The element counts as this many times as much above the surface as it seems: the pad may be stronger
/// than it was found to be.
pub(crate) const CAUTION: f64 = 1.05;
/// A reading this far from what the best pad would say is a surprise, K,
const SURPRISE_K: f64 = 0.2;
/// and this many standard deviations of what readings are found to scatter,
const SURPRISE_SD: f64 = 3.0;
/// and so many in a row are no noise,
const SURPRISES_MAX: u32 = 3;
/// once the surface has risen by this, K: before, little is known that could surprise.
const HINT_K: f64 = 2.0;
/// A surprise ends the learning once the surface was warmed by so much, K: before, too little is known.
const LEARNED_K: f64 = 8.0;
/// What leaves the surface may be at a bound when it is as near as this, as a share of what lies between both.
const AT_BOUND_SHARE: f64 = 0.05;
/// A fold heats its place from both sides.
const FOLD_GAIN: f64 = 2.0;
/// So long after a surprise by heat the surface shows what is stored, whatever the reason is.
const FOLD_SHOWS_AFTER: Span = Span::from_s(60);

/// Something that happened to a pad.
#[derive(Clone, Copy, Debug)]
struct Disturbed {
    at: Moment,
    /// It got hotter than any pad that was known: it may be folded.
    hotter: bool,
}

/// The pad as it is known so far.
#[derive(Clone, Debug)]
pub struct Pad {
    tuned: Option<TunedPad>,
    /// It was tuned, and what is near that explains what was read about as well as anything.
    as_tuned: bool,
    /// It was not so at some time, or not under the blanket that it was tuned under: the tuning counts no more.
    doubted: bool,
    hypotheses: [Hypothesis; UNCOVERED.len()],
    room_c: f64,
    first_k: f64,
    /// Something has happened to it.
    disturbed: Option<Disturbed>,
    /// More is still found out about it; else what was learned stands.
    learns: bool,
    surprises: u32,
    /// Which candidates draw their conclusions next.
    turn: usize,
    /// What was read for so long was fitted, s, since it was looked at anew.
    fitted_s: f64,
    /// Its heat has shown.
    shown: bool,
    noise: Noise,
    watch: Watch,
    /// How far its element would be above the room by its power alone, K, whatever the surface shows of it.
    driven_k: f64,
    last: Moment,
    /// How long the switch was closed since `last`.
    closed: Span,
    steps: Steps,
}

impl Pad {
    /// A pad at rest that reads `t` at `now`, in a room of `room_c`; `tuned` is what was known of it before.
    #[must_use]
    pub fn at(now: Moment, t: Celsius, room_c: f64, tuned: Option<TunedPad>) -> Self {
        let first_k = t.get() - room_c;
        Self {
            tuned,
            as_tuned: tuned.is_some(),
            doubted: false,
            hypotheses: UNCOVERED.map(|it| {
                Hypothesis::of(tuned.as_ref().map(TunedPad::now), it, Start::at_rest(first_k), 0.0)
            }),
            room_c,
            first_k,
            disturbed: None,
            learns: true,
            surprises: 0,
            turn: 0,
            fitted_s: 0.0,
            shown: false,
            noise: Noise::default(),
            watch: Watch::default(),
            driven_k: first_k,
            last: now,
            closed: Span::ZERO,
            steps: Steps::default(),
        }
    }

    /// The switch was closed for `span`.
    pub fn heated(&mut self, span: Span) {
        self.closed = self.closed + span;
    }

    /// Takes in the surface as it was read at `now`, in a room of `room_c`.
    pub fn take(&mut self, now: Moment, surface_c: f64, room_c: f64) {
        let dt = now.since(self.last);
        if dt == Span::ZERO {
            return;
        }
        let share = (self.closed.as_s() / dt.as_s()).min(1.0);
        (self.last, self.closed) = (now, Span::ZERO);
        let (warmer_k, reading_k) = (room_c - self.room_c, surface_c - room_c);
        self.room_c = room_c;
        let dt_s = self.steps.take(dt.as_s());
        self.noise.take(dt_s, surface_c);
        for it in &mut self.hypotheses {
            it.shift(warmer_k);
            it.follow(dt_s, share, reading_k);
        }
        self.drive(dt_s, share, warmer_k);
        if self.learns {
            self.learn(dt_s, share, reading_k);
        }
        self.shown |= self.best().warmed_k() >= HINT_K;
        self.watch(dt);
    }

    /// Heats an element of which nothing is known but the power and the surface.
    fn drive(&mut self, dt_s: f64, share: f64, warmer_k: f64) {
        let observer = self.observer();
        let model = observer.model();
        // A pad that loses more than any blanket lets go looks weaker than it was found to be. One that can only lie
        // under its blanket and is another than was tuned is as weak as it looks.
        let counts = !self.doubted || self.likely().any(|it| it.uncovered > 0.0);
        let tuned = self.tuned.filter(|_| counts);
        let tuned_w = tuned.map_or(0.0, |it| it.found().power_w().max(it.now().power_w()));
        let power_w = tuned_w.max(model.power_w());
        let inflow_w = share * power_w + G12 * observer.surface_k();
        let towards_k = inflow_w / (G12 + G1A);
        let share = 1.0 - libm::exp(-model.rates().element * dt_s);
        self.driven_k += share * (towards_k - self.driven_k) - warmer_k;
    }

    /// Fits every candidate to one more reading, until the best is no longer near: then something happened to
    /// the pad, a blanket was lifted. If much was learned before, that is better; else it is looked at anew.
    fn learn(&mut self, dt_s: f64, share: f64, reading_k: f64) {
        let candidates = self.hypotheses.iter_mut().flat_map(Hypothesis::living_mut);
        candidates.for_each(|it| it.live(dt_s, share));
        let above_k = reading_k - self.best().told_k();
        let surprise_k = self.noise_k().map_or(SURPRISE_K, |it| SURPRISE_K.max(SURPRISE_SD * it));
        self.surprises = if above_k.abs() > surprise_k { self.surprises + 1 } else { 0 };
        let risen_k = reading_k - self.first_k;
        if risen_k >= HINT_K && self.surprises >= SURPRISES_MAX {
            self.disturbed = Some(Disturbed { at: self.last, hotter: above_k > 0.0 });
            self.learns = self.best().warmed_k() < LEARNED_K;
            if self.learns {
                self.begin_anew(reading_k);
            }
            return;
        }
        self.turn += 1;
        self.fitted_s += dt_s;
        self.hypotheses.iter_mut().for_each(|it| it.fit(self.turn, dt_s, reading_k));
        self.as_tuned = self.is_as_tuned();
        self.doubted |= self.tuned.is_some() && !self.lies_as_tuned();
        self.hypotheses.iter_mut().for_each(Hypothesis::learn);
    }

    /// The pad is looked at anew, in the midst of being heated. Each hypothesis goes on from what it thinks is stored.
    fn begin_anew(&mut self, reading_k: f64) {
        let tuned = self.tuned.as_ref().filter(|_| !self.doubted).map(TunedPad::now);
        for it in &mut self.hypotheses {
            *it = it.anew(tuned, reading_k);
        }
        (self.first_k, self.fitted_s, self.surprises) = (reading_k, 0.0, 0);
    }

    /// The pad that explains best what was read, whatever was thought of it before.
    fn best(&self) -> &Candidate {
        let all = self.hypotheses.iter().flat_map(Hypothesis::living);
        all.min_by(|a, b| a.fit().unexplained.total_cmp(&b.fit().unexplained))
            .expect("there are several")
    }

    fn likeliest(&self) -> &Hypothesis {
        let [covered, uncovered] = &self.hypotheses;
        if uncovered.fit.misfit < covered.fit.misfit { uncovered } else { covered }
    }

    /// The pad as it most likely is now.
    #[must_use]
    pub fn observer(&self) -> &Observer {
        &self.likeliest().observer
    }

    /// What leaves its surface is well within what may: the observer explains what is read.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        let (least_w, most_w) = self.likeliest().extra_w();
        let margin_w = AT_BOUND_SHARE * (most_w - least_w);
        (least_w + margin_w..most_w - margin_w).contains(&self.observer().extra_w())
    }

    /// Something has happened to it.
    #[must_use]
    pub const fn is_disturbed(&self) -> bool {
        self.disturbed.is_some()
    }

    /// Nothing has happened to it so far, and its heat has shown: by then its power is known, were all else.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !self.is_disturbed() && self.has_shown()
    }

    /// It was warmed by so much that its power and its mass are told from what else may have happened to it.
    #[must_use]
    pub fn is_learned(&self) -> bool {
        self.best().warmed_k() >= LEARNED_K
    }

    /// The least and the most that may leave its surface besides what the model says, W, if nobody knows whether
    /// it has lain under a blanket.
    #[must_use]
    pub fn extra_w(&self) -> (f64, f64) {
        let ranges = self.hypotheses.iter().map(Hypothesis::extra_w);
        ranges.fold((0.0, 0.0), |all, it| (all.0.min(it.0), all.1.max(it.1)))
    }

    /// How hot its element is at the most, °C: as it most likely is, or as its power alone would have it.
    #[must_use]
    pub fn element_max_c(&self) -> f64 {
        self.room_c + self.observer().element_k().max(self.driven_k)
    }

    /// The room, °C.
    #[must_use]
    pub const fn room_c(&self) -> f64 {
        self.room_c
    }

    /// The highest that the surface would get if the power were cut now and the pad lay well covered, °C:
    /// the more careful answer where it is not clear whether the pad has lain under a blanket.
    #[must_use]
    pub fn peak_if_cut_c(&self) -> f64 {
        let folds = |it: Disturbed| it.hotter && self.last.since(it.at) < FOLD_SHOWS_AFTER;
        let gain = if self.disturbed.is_some_and(folds) { FOLD_GAIN } else { 1.0 };
        let peak_k = self.likely().map(|it| it.peak_k(gain)).fold(f64::NEG_INFINITY, f64::max);
        assert!(peak_k.is_finite(), "no number: {:?}", self.hypotheses.each_ref().map(|it| it.fit));
        self.room_c + peak_k
    }

    /// Under its blanket or without: what may be. What was thought before counts only where it was proven and
    /// explains what is read: else it may be another pad than the one that was tuned.
    fn likely(&self) -> impl Iterator<Item = &Hypothesis> {
        let believed = !self.doubted && self.tuned.is_some_and(|it| it.is_proven());
        let share = if believed { LIKELY_SHARE_TUNED } else { LIKELY_SHARE };
        let misfit =
            move |it: &Hypothesis| if believed { it.fit.misfit } else { it.fit.unexplained };
        let best = self.hypotheses.iter().map(misfit).fold(f64::INFINITY, f64::min);
        let most = if self.fits_badly() { f64::INFINITY } else { LIKELY + (1.0 + share) * best };
        self.hypotheses.iter().filter(move |it| misfit(it) <= most)
    }

    /// The best leaves more unexplained than the noise is: a blanket was moved while little was known that could
    /// surprise, so what was read is like no pad, and none can be excluded.
    fn fits_badly(&self) -> bool {
        self.noise_k().is_none_or(|noise_k| {
            let noise_k = noise_k.max(NOISE_MIN_K);
            self.best().fit().unexplained > FITS_BADLY * noise_k * noise_k * self.fitted_s
        })
    }

    /// The pad as it most likely is, to look ahead with.
    #[must_use]
    pub fn ahead(&self) -> Ahead {
        self.likeliest().ahead()
    }

    /// The same for the other one that it may be.
    #[must_use]
    pub fn other_ahead(&self) -> Option<Ahead> {
        let likeliest = self.likeliest().uncovered;
        self.likely().find(|it| it.uncovered != likeliest).map(Hypothesis::ahead)
    }

    /// How much readings scatter, K, standard deviation; none as long as too little was read.
    #[must_use]
    pub fn noise_k(&self) -> Option<f64> {
        self.noise.variance().map(libm::sqrt)
    }

    /// It has been heated enough for its heat to show.
    #[must_use]
    pub const fn has_shown(&self) -> bool {
        self.shown
    }
}

#[cfg(test)]
mod tests;
