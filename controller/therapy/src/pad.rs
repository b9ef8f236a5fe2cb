//! What the regulator knows of the pad: how strong and how heavy it is, how hot its element is, and how
//! far the surface would rise if the power were cut now.
//!
//! ```text
//! c1 dT1/dt = P k1 - g12 (T1 - T2) - g1a (T1 - room)      the element
//! c2 dT2/dt = g12 (T1 - T2) - g2a (T2 - room)             the surface on the skin
//! ```
//!
//! The element runs 10 to 20 K above the surface; what it has stored warms the skin on after the power is
//! cut. How much that is depends on the power P and the mass, which differ from pad to pad. They are found
//! while the pad is heated: pads of nine masses are computed alongside, each fitted by least squares in what
//! else is unknown of it, and each weighs as much as it fits. The element's temperature then follows from
//! the switch and from the measured surface alone, so a blanket that is lifted does not deceive it.
//!
//! A lifted blanket is what makes this necessary: whoever holds 42 °C against twice the loss has stored
//! enough to pass 44 °C when the blanket comes back, and no judge can take that heat out again.
//!
//! It is also what makes it hard. A pad of 65 W and mass 1.3 without a blanket warms up like one of 40 W and
//! mass 1.0 under it, to within the noise, until its power is cut. So both losses are tried, and where both
//! fit, the more careful answer is given; a blanket that moves meanwhile is a surprise that ends the
//! learning. Under a blanket the power is found to 3 % (standard deviation, model pads of 0.6 to 1.4 times
//! the mass, 25 to 60 W).

mod candidate;

use candidate::{C1, C2, Candidate, G1A, G2A, G12, SENSOR_S};

use crate::units::{Celsius, Moment, Span};

/// The masses that are tried, in times the reference pad's.
const MASSES: [f64; 9] = [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4];
/// The losses of the surface that are tried, in times [`G2A`]: under a blanket, and without one.
const LOSSES: [f64; 2] = [1.0, 2.0];
/// How far a pad may be off, K, for a second, before it loses most of its weight: more than the noise,
/// because the readings of a second are not independent of what the model leaves out.
const MISFIT_K: f64 = 0.2;
/// A loss is not the pad's when it fits worse than the best by more than this, K² s, and by more than this
/// share of what the best leaves unexplained, which tells how wrong the model is at large.
const LIKELY: f64 = 0.10;
const LIKELY_SHARE: f64 = 0.75;
/// The element counts as this many times as much above the surface as it seems: the pad may be stronger
/// than it was found to be.
const CAUTION: f64 = 1.05;
/// What the surface did is looked at with this lag, twice, s: noise must not look like a slope.
const LAG_S: f64 = 10.0;
/// How much more or less the element may have stored than the surface shows, K: the noise of that.
const STORED_DOUBT_K: f64 = 1.0;
/// A reading this far from what the best pad would say is a surprise, K,
const SURPRISE_K: f64 = 0.2;
/// and so many in a row are no noise,
const SURPRISES_MAX: u32 = 3;
/// once the surface has risen by this, K: before, little is known that could surprise.
const HINT_K: f64 = 2.0;
/// A fold heats its place from both sides.
const FOLD_GAIN: f64 = 2.0;
/// So long after a surprise by heat the surface shows what is stored, whatever the reason is.
const FOLD_SHOWS_AFTER: Span = Span::from_s(60);
/// A pad this near to the room's temperature has it: the difference is between the sensors, K.
const AT_ROOM_K: f64 = 1.0;
/// How far the future is computed: the surface has turned by then on every pad.
const AHEAD: u32 = 60;
/// One step of that, s.
const AHEAD_STEP_S: f64 = 2.0;

/// A quantity as it was a while ago, and how fast it changed.
#[derive(Clone, Copy, Debug)]
struct Lagging {
    once: f64,
    twice: f64,
}

impl Lagging {
    const fn at(value: f64) -> Self {
        Self { once: value, twice: value }
    }

    fn take(&mut self, dt_s: f64, value: f64) {
        let share = dt_s / (LAG_S + dt_s);
        self.once += share * (value - self.once);
        self.twice += share * (self.once - self.twice);
    }

    fn slope_per_s(&self) -> f64 {
        (self.once - self.twice) / LAG_S
    }
}

/// The pad, if it is one of these losses.
#[derive(Clone, Copy, Debug)]
struct Likeliest {
    /// The element's excess over the surface as it follows from the power that was given, K.
    stored_k: f64,
    /// The same as late as a sensor shows it, and a while ago.
    sensed_k: f64,
    then: Lagging,
    mass: f64,
    misfit: f64,
}

impl Likeliest {
    const NOTHING: Self =
        Self { stored_k: 0.0, sensed_k: 0.0, then: Lagging::at(0.0), mass: 1.0, misfit: 0.0 };

    /// Each candidate counts as much as it fits.
    fn take(&mut self, dt_s: f64, surface_c: f64, candidates: &[Candidate]) {
        let misfits = candidates.iter().map(|it| it.misfit);
        self.misfit = misfits.fold(f64::INFINITY, f64::min);
        let (mut weights, mut element_c, mut mass) = (0.0, 0.0, 0.0);
        for it in candidates {
            let weight = libm::exp((self.misfit - it.misfit) / (2.0 * MISFIT_K * MISFIT_K));
            weights += weight;
            element_c += weight * it.element_c();
            mass += weight * it.mass;
        }
        self.mass = mass / weights;
        self.stored_k = element_c / weights - surface_c;
        self.sensed_k += dt_s / (SENSOR_S + dt_s) * (self.stored_k - self.sensed_k);
        self.then.take(dt_s, self.sensed_k);
    }

    /// What is stored, within what the surface shows of it: an element that is hot for the model alone, because
    /// its heater is broken, is not to keep the power off, and one that is hotter, because the pad is folded,
    /// is to.
    fn believed_k(&self, surface: &Lagging, room_c: f64) -> f64 {
        let shown_k = LOSSES.map(|loss| {
            let lost = loss * G2A * (surface.twice - room_c);
            (lost + C2 * self.mass * surface.slope_per_s()) / G12
        });
        let least_k = shown_k[0] - STORED_DOUBT_K;
        let most_k = shown_k[1].max(least_k) + STORED_DOUBT_K;
        CAUTION * self.stored_k + self.then.twice.clamp(least_k, most_k) - self.then.twice
    }
}

/// The pad as it is known so far.
#[derive(Clone, Debug)]
pub struct Pad {
    candidates: [[Candidate; MASSES.len()]; LOSSES.len()],
    likeliest: [Likeliest; LOSSES.len()],
    surface: Lagging,
    first_c: f64,
    /// What the contact sensors read more than the room's at the same temperature, K.
    offset_k: f64,
    /// Something has happened to it: what was learned before stands.
    disturbed: bool,
    surprises: u32,
    /// When it got hotter than any pad that was known: it may be folded.
    folded: Option<Moment>,
    last: Moment,
    /// How long the switch was closed since `last`.
    closed: Span,
}

impl Pad {
    /// A pad at rest that reads `t` at `now`, in a room of `room_c`.
    #[must_use]
    pub fn at(now: Moment, t: Celsius, room_c: f64) -> Self {
        let above_k = t.get() - room_c;
        Self {
            offset_k: if above_k.abs() <= AT_ROOM_K { above_k } else { 0.0 },
            candidates: LOSSES
                .map(|loss| MASSES.map(|mass| Candidate::at(mass, loss, t.get(), room_c))),
            likeliest: [Likeliest::NOTHING; LOSSES.len()],
            surface: Lagging::at(t.get()),
            first_c: t.get(),
            disturbed: false,
            surprises: 0,
            folded: None,
            last: now,
            closed: Span::ZERO,
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
        let room_c = room_c + self.offset_k;
        let share = (self.closed.as_s() / dt.as_s()).min(1.0);
        (self.last, self.closed) = (now, Span::ZERO);
        // Short steps: an error of a second would look like another mass.
        let steps = dt.as_ms().div_ceil(200);
        let dt_s = dt.as_s() / steps as f64;
        for candidate in self.candidates.as_flattened_mut() {
            for _ in 0..steps {
                candidate.live(dt_s, share, surface_c, room_c);
            }
        }
        let dt_s = dt.as_s();
        if !self.disturbed {
            self.learn(dt_s, surface_c);
        }
        self.surface.take(dt_s, surface_c);
        for (it, candidates) in self.likeliest.iter_mut().zip(&self.candidates) {
            it.take(dt_s, surface_c, candidates);
        }
    }

    /// Fits every candidate to one more reading, until the best is no longer near: then something happened to
    /// the pad, a blanket was lifted, and what was learned before is better.
    fn learn(&mut self, dt_s: f64, surface_c: f64) {
        let above_k = surface_c - self.best().told_c();
        self.surprises = if above_k.abs() > SURPRISE_K { self.surprises + 1 } else { 0 };
        let risen_k = surface_c - self.first_c;
        self.disturbed = risen_k >= HINT_K && self.surprises >= SURPRISES_MAX;
        self.folded = (self.disturbed && above_k > 0.0).then_some(self.last);
        for candidate in self.candidates.as_flattened_mut() {
            candidate.fit(dt_s, surface_c);
        }
    }

    /// The pad that fits best.
    fn best(&self) -> &Candidate {
        let all = self.candidates.as_flattened().iter();
        all.fold(&self.candidates[0][0], |best, it| if it.misfit < best.misfit { it } else { best })
    }

    /// The highest that the surface would get if the power were cut now and the pad lay well covered, °C:
    /// the more careful answer where it is not clear whether the pad has lain under a blanket.
    #[must_use]
    pub fn peak_if_cut_c(&self, surface_c: f64, room_c: f64) -> f64 {
        let best = self.likeliest.iter().map(|it| it.misfit).fold(f64::INFINITY, f64::min);
        assert!(best.is_finite(), "no number: {:?}", self.likeliest);
        let most = LIKELY + (1.0 + LIKELY_SHARE) * best;
        let room_c = room_c + self.offset_k;
        let folded = self.folded.is_some_and(|at| self.last.since(at) < FOLD_SHOWS_AFTER);
        let gain = if folded { FOLD_GAIN } else { 1.0 };
        let peaks = self.likeliest.iter().filter(|it| it.misfit <= most).map(|it| {
            let element_c = surface_c + gain * it.believed_k(&self.surface, room_c);
            let peak_c = peak_c(element_c, surface_c, room_c, it.mass);
            assert!(peak_c.is_finite(), "no number: {it:?}");
            peak_c
        });
        peaks.fold(surface_c, f64::max)
    }
}

/// The highest that a surface gets with the power off.
fn peak_c(element_c: f64, surface_c: f64, room_c: f64, mass: f64) -> f64 {
    let (mut element_c, mut surface_c) = (element_c, surface_c);
    let mut peak_c = surface_c;
    for _ in 0..AHEAD {
        let flow = G12 * (element_c - surface_c);
        element_c -= AHEAD_STEP_S / (C1 * mass) * (flow + G1A * (element_c - room_c));
        let gained = AHEAD_STEP_S / (C2 * mass) * (flow - G2A * (surface_c - room_c));
        if gained <= 0.0 {
            break;
        }
        surface_c += gained;
        peak_c = surface_c;
    }
    peak_c
}

#[cfg(test)]
mod tests;
