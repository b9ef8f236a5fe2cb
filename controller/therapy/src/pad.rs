//! What the regulator knows of the pad: how strong and how heavy it is, how hot its element is, and how
//! far the surface would rise if the power were cut now.
//!
//! ```text
//! c1 dT1/dt = P k1 - g12 (T1 - T2) - g1a (T1 - room)      the element
//! c2 dT2/dt = g12 (T1 - T2) - g2a (T2 - room)             the surface on the skin
//! ```
//!
//! The element runs 10 to 20 K above the surface; what it has stored warms the skin on after the power is
//! cut. How much that is depends on the power P and the mass, which differ from pad to pad. They are
//! found in the first minutes of each heat phase: some forty pads are computed alongside, and each
//! weighs as much as it fits. The element's temperature then follows from the switch and from the measured
//! surface alone, so a blanket that is lifted does not deceive it.
//!
//! A lifted blanket is what makes this necessary: whoever holds 42 °C against twice the loss has stored
//! enough to pass 44 °C when the blanket comes back, and no judge can take that heat out again.

use crate::units::{Celsius, Moment, Span};

/// Conductance from element to surface, W/K (the reference pad's, as all below).
const G12: f64 = 1.2;
/// Conductance from the surface to the room, through skin and cover, W/K.
const G2A: f64 = 0.55;
/// Conductance from the element to the room, W/K.
const G1A: f64 = 0.15;
/// Heat capacity of the element, J/K.
const C1: f64 = 180.0;
/// Heat capacity of the surface, J/K.
const C2: f64 = 90.0;
/// Time constant of a contact sensor, s.
const SENSOR_S: f64 = 4.0;

/// The masses that are tried, in times the reference pad's.
const MASSES: [f64; 9] = [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4];
/// The power of a pad of which nothing is known yet, W, and how much that counts against a kelvin squared
/// of what is measured.
const POWER_BEFORE_W: f64 = 45.0;
const POWER_BEFORE_WEIGHT: f64 = 1.0e-5;
/// No pad of the reference build has less or more, W.
const POWER_RANGE_W: (f64, f64) = (15.0, 70.0);

/// How far a pad may be off, K, for a second, before it loses most of its weight: more than the noise,
/// because the readings of a second are not independent of what the model leaves out.
const MISFIT_K: f64 = 0.2;
/// Once the surface has risen by this, the pad is known: beyond, what is lost to the room, which a lifted
/// blanket doubles, would count too much.
const KNOWN_AFTER_K: f64 = 8.0;
/// The element counts as this many times as much above the surface as it seems: the pad may be stronger
/// than it was found to be.
const CAUTION: f64 = 1.05;
/// A reading this far from what the best pad would say is a surprise, K,
const SURPRISE_K: f64 = 0.2;
/// and so many in a row are no noise,
const SURPRISES_MAX: u32 = 3;
/// once the surface has risen by this, K: before, little is known that could surprise.
const HINT_K: f64 = 2.0;
/// A pad this near to the room's temperature has it: the difference is between the sensors, K.
const AT_ROOM_K: f64 = 1.5;
/// How far the future is computed: the surface has turned by then on every pad.
const AHEAD: u32 = 60;
/// One step of that, s.
const AHEAD_STEP_S: f64 = 2.0;

/// Temperatures of a pad's parts, °C, or kelvin for each watt.
#[derive(Clone, Copy, Debug)]
struct Parts {
    element: f64,
    surface: f64,
    sensor: f64,
    /// The element, were the surface what was measured.
    observed: f64,
}

impl Parts {
    const fn all(t: f64) -> Self {
        Self { element: t, surface: t, sensor: t, observed: t }
    }

    /// Lives on for `dt_s` with so much power, in a room of `room` and under a surface of `measured`.
    fn live(&mut self, mass: f64, dt_s: f64, power: f64, measured: f64, room: f64) {
        let (c1, c2) = (C1 * mass, C2 * mass);
        let flow = G12 * (self.element - self.surface);
        self.sensor += dt_s / SENSOR_S * (self.surface - self.sensor);
        self.element += dt_s / c1 * (power - flow - G1A * (self.element - room));
        self.surface += dt_s / c2 * (flow - G2A * (self.surface - room));
        let flow = G12 * (self.observed - measured);
        self.observed += dt_s / c1 * (power - flow - G1A * (self.observed - room));
    }
}

/// A pad of one mass. What it does is linear in its power, so the power that fits best needs no search:
/// readings = free + power x forced, by least squares.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    mass: f64,
    /// Without power.
    free: Parts,
    /// What each watt adds.
    forced: Parts,
    /// Sums over the readings, each weighed by its time: forced squared, forced times rest, rest squared.
    ff: f64,
    fr: f64,
    rr: f64,
}

impl Candidate {
    fn at(mass: f64, t_c: f64) -> Self {
        let fr = POWER_BEFORE_WEIGHT * POWER_BEFORE_W;
        let rr = fr * POWER_BEFORE_W;
        let (free, forced) = (Parts::all(t_c), Parts::all(0.0));
        Self { mass, free, forced, ff: POWER_BEFORE_WEIGHT, fr, rr }
    }

    fn live(&mut self, dt_s: f64, share: f64, measured_c: f64, room_c: f64) {
        self.free.live(self.mass, dt_s, 0.0, measured_c, room_c);
        self.forced.live(self.mass, dt_s, share, 0.0, 0.0);
    }

    fn fit(&mut self, dt_s: f64, measured_c: f64) {
        let (forced, rest) = (self.forced.sensor, measured_c - self.free.sensor);
        self.ff += forced * forced * dt_s;
        self.fr += forced * rest * dt_s;
        self.rr += rest * rest * dt_s;
    }

    fn power(&self) -> f64 {
        (self.fr / self.ff).clamp(POWER_RANGE_W.0, POWER_RANGE_W.1)
    }

    /// What of the readings the best power leaves unexplained, K² s.
    fn misfit(&self) -> f64 {
        let power = self.power();
        self.rr - 2.0 * power * self.fr + power * power * self.ff
    }

    /// What the sensor reads if this is the pad.
    fn told_c(&self) -> f64 {
        self.free.sensor + self.power() * self.forced.sensor
    }

    fn element_c(&self) -> f64 {
        self.free.observed + self.power() * self.forced.observed
    }
}

/// The pad as it is known so far.
#[derive(Clone, Debug)]
pub struct Pad {
    candidates: [Candidate; MASSES.len()],
    first_c: f64,
    /// What the contact sensors read more than the room's at the same temperature, K.
    offset_k: f64,
    known: bool,
    surprises: u32,
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
            candidates: MASSES.map(|mass| Candidate::at(mass, t.get())),
            first_c: t.get(),
            known: false,
            surprises: 0,
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
        for candidate in &mut self.candidates {
            for _ in 0..steps {
                candidate.live(dt_s, share, surface_c, room_c);
            }
        }
        if !self.known {
            self.learn(dt.as_s(), surface_c);
        }
    }

    /// Fits every candidate to one more reading, until enough is known or the best is no longer near: then
    /// something happened to the pad, a blanket was lifted, and what was known before is better.
    fn learn(&mut self, dt_s: f64, surface_c: f64) {
        let best = self.candidates.iter().min_by(|a, b| a.misfit().total_cmp(&b.misfit()));
        let off_k = best.map_or(0.0, |it| (it.told_c() - surface_c).abs());
        self.surprises = if off_k > SURPRISE_K { self.surprises + 1 } else { 0 };
        let rise_k = surface_c - self.first_c;
        self.known =
            rise_k >= KNOWN_AFTER_K || (rise_k >= HINT_K && self.surprises >= SURPRISES_MAX);
        for candidate in &mut self.candidates {
            candidate.fit(dt_s, surface_c);
        }
    }

    /// The highest that the surface would get if the power were cut now and the pad lay well covered, °C.
    #[must_use]
    pub fn peak_if_cut_c(&self, surface_c: f64, room_c: f64) -> f64 {
        let best = self.candidates.iter().map(Candidate::misfit).fold(f64::INFINITY, f64::min);
        let (mut weights, mut element_c, mut mass) = (0.0, 0.0, 0.0);
        for it in &self.candidates {
            let weight = libm::exp((best - it.misfit()) / (2.0 * MISFIT_K * MISFIT_K));
            weights += weight;
            element_c += weight * it.element_c();
            mass += weight * it.mass;
        }
        let stored_k = CAUTION * (element_c / weights - surface_c);
        peak_c(surface_c + stored_k, surface_c, room_c + self.offset_k, mass / weights)
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
