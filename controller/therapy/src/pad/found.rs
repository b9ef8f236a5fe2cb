//! What one heat-up tells about a pad, looked at when it is over: the mass and the loss that fit all of it
//! best, with the power by least squares, and how well all three are known.
//!
//! While a pad is heated, some masses are tried side by side (see `pad`). Here all that was read is there, and
//! mass and loss are searched for by the method of Levenberg and Marquardt (Journal of the Society for
//! Industrial and Applied Mathematics 11, 1963), a step for each reading that comes: a step costs what a few
//! hundred readings cost, and the cycle must not wait for more.

use arrayvec::ArrayVec;

use super::candidate::{Candidate, Start};
use super::model::PadModel;
use crate::units::Span;

/// So many readings are kept: more than a tuning takes, one a second.
const READINGS_MAX: usize = 600;
/// How far is looked around for what a change of mass or loss does, as a logarithm,
const LOOK: f64 = 0.01;
/// and how far a step may go.
const STEP_MAX: f64 = 0.3;
/// Steps as short as this change nothing that anyone could measure,
const STEP_MIN: f64 = 1e-4;
/// and after so many it is not there yet, but near.
const STEPS_MAX: u32 = 30;
/// The damping at first, and what it is changed by after each step.
const DAMPING: (f64, f64) = (1e-3, 10.0);
/// Of the power nothing is known before: 45 W, give or take 100 W,
const ANY_POWER_W: (f64, f64) = (45.0, 100.0);
/// and it may come out as anything that is a heater's: what is accepted is looked at later.
const HEATERS_W: (f64, f64) = (1.0, 500.0);
/// Readings are no better than this, K, whatever the fit says.
const READING_SD_K: f64 = 0.04;

/// One reading of the surface.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Since the one before, ms.
    dt_ms: u16,
    /// For which share of that time the power was on.
    share: f32,
    surface_c: f32,
}

/// What was read in a heat-up.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    readings: ArrayVec<Reading, READINGS_MAX>,
    room_sum_c: f64,
    rooms: u32,
}

/// What was found out about a pad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The pad.
    pub model: PadModel,
    /// What the model leaves unexplained of the readings, K rms.
    pub rms_k: f64,
    /// Standard deviations: of the power in W,
    pub power_sd_w: f64,
    /// of the mass, in times the reference pad's,
    pub mass_sd: f64,
    /// and of the loss, in times the reference pad's.
    pub loss_sd: f64,
}

impl Trace {
    /// Takes in a reading that came `dt` after the one before, when power had been on for `closed` of that
    /// time. What there is no room for is left out.
    pub fn take(&mut self, dt: Span, closed: Span, surface_c: f64, room_c: Option<f64>) {
        let share = if dt == Span::ZERO { 0.0 } else { (closed.as_s() / dt.as_s()).min(1.0) };
        let dt_ms = u16::try_from(dt.as_ms()).unwrap_or(u16::MAX);
        let reading = Reading { dt_ms, share: share as f32, surface_c: surface_c as f32 };
        let taken = self.readings.try_push(reading);
        if let Some(room_c) = room_c.filter(|_| taken.is_ok()) {
            self.room_sum_c += room_c;
            self.rooms += 1;
        }
    }

    /// By how much the surface got warmer at most, K.
    #[must_use]
    pub fn rise_k(&self) -> f64 {
        let first_c = self.first_c();
        self.readings.iter().map(|it| f64::from(it.surface_c) - first_c).fold(0.0, f64::max)
    }

    fn first_c(&self) -> f64 {
        self.readings.first().map_or(0.0, |it| f64::from(it.surface_c))
    }

    fn room_c(&self) -> f64 {
        if self.rooms == 0 { self.first_c() } else { self.room_sum_c / f64::from(self.rooms) }
    }

    fn length_s(&self) -> f64 {
        self.readings.iter().skip(1).map(|it| f64::from(it.dt_ms) / 1000.0).sum()
    }

    /// A pad of this mass and loss before the first reading. What it reads more than the room it is warmer: a pad
    /// that is said to be at rest because it is nearly as warm as the room is found a tenth too strong for each
    /// kelvin, and its readings fit as well.
    fn begin(&self, at: Logarithms) -> Candidate {
        let [mass, loss] = at.map(libm::exp);
        let model = PadModel::nearest(ANY_POWER_W.0, mass, loss);
        let start = Start::at_rest(self.first_c() - self.room_c());
        Candidate::at(model, ANY_POWER_W.1, 0.0, start)
    }

    /// The readings after the first: how long each took, s, the share of it with power, and what was read, °C.
    fn after_first(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let all = self.readings.iter().skip(1);
        all.map(|it| (f64::from(it.dt_ms) / 1000.0, f64::from(it.share), f64::from(it.surface_c)))
    }

    /// The pad of this mass and loss whose power fits best.
    fn fitted(&self, at: Logarithms) -> Candidate {
        let (mut pad, room_c) = (self.begin(at), self.room_c());
        for (dt_s, share, surface_c) in self.after_first() {
            pad.live(dt_s, share);
            pad.take(dt_s, surface_c - room_c);
        }
        pad.conclude_within(HEATERS_W);
        pad
    }

    /// What a little more mass, or loss, does to each reading, against what is unexplained of it.
    fn slopes(&self, at: Logarithms) -> Slopes {
        // Inwards at the upper end of a range.
        let ranges = [PadModel::MASS, PadModel::LOSS];
        let look = ranges.map(|(_, most)| libm::log(most)).map(|it| it - LOOK);
        let looks = [0, 1].map(|i| if at[i] > look[i] { -LOOK } else { LOOK });
        let points = [at, [at[0] + looks[0], at[1]], [at[0], at[1] + looks[1]]];
        let known = points.map(|point| self.fitted(point));
        let mut pads = [0, 1, 2].map(|i| self.begin(points[i]).knowing(&known[i]));
        let room_c = self.room_c();
        let mut slopes = Slopes {
            at,
            pad: known[0],
            products: [[0.0; 2]; 2],
            pulls: [0.0; 2],
            power_w: [0.0; 2],
        };
        for (dt_s, share, surface_c) in self.after_first() {
            pads.iter_mut().for_each(|pad| pad.live(dt_s, share));
            let told_k = pads.each_ref().map(Candidate::told_k);
            let rest_k = surface_c - room_c - told_k[0];
            let by = [0, 1].map(|i| (told_k[i + 1] - told_k[0]) / looks[i]);
            for i in 0..2 {
                slopes.pulls[i] += by[i] * rest_k * dt_s;
                (0..2).for_each(|j| slopes.products[i][j] += by[i] * by[j] * dt_s);
            }
        }
        slopes.power_w = [0, 1].map(|i| (known[i + 1].power_w() - known[0].power_w()) / looks[i]);
        slopes
    }
}

/// The logarithms of a mass and a loss.
type Logarithms = [f64; 2];

/// How the readings go with the logarithms of mass and loss.
#[derive(Clone, Debug)]
struct Slopes {
    at: Logarithms,
    /// The pad there.
    pad: Candidate,
    /// Sums of products of what the two do to the readings, K² s,
    products: [[f64; 2]; 2],
    /// and of that with what is unexplained, K² s.
    pulls: [f64; 2],
    /// How the power that fits best changes with them, W.
    power_w: [f64; 2],
}

impl Slopes {
    fn inverse(&self, damping: f64) -> [[f64; 2]; 2] {
        let [[a, b], [_, d]] = self.products;
        let (a, d) = (a * (1.0 + damping), d * (1.0 + damping));
        let det = a * d - b * b;
        [[d / det, -b / det], [-b / det, a / det]]
    }

    /// Where the rest would be least if the slopes were the same everywhere.
    fn next(&self, damping: f64) -> Logarithms {
        let inverse = self.inverse(damping);
        let ranges = [PadModel::MASS, PadModel::LOSS];
        [0, 1].map(|i| {
            let step = inverse[i][0] * self.pulls[0] + inverse[i][1] * self.pulls[1];
            let (least, most) = ranges[i];
            let next = self.at[i] + step.clamp(-STEP_MAX, STEP_MAX);
            next.clamp(libm::log(least), libm::log(most))
        })
    }
}

/// The search for the mass and the loss that fit best.
#[derive(Clone, Debug)]
pub struct Search {
    best: Slopes,
    damping: f64,
    steps: u32,
    over: bool,
}

impl Search {
    /// A search that begins at a pad that is about right.
    #[must_use]
    pub fn from(trace: &Trace, near: &PadModel) -> Self {
        let at = [near.mass(), near.loss()].map(libm::log);
        Self { best: trace.slopes(at), damping: DAMPING.0, steps: 0, over: false }
    }

    /// A step nearer.
    pub fn step(&mut self, trace: &Trace) {
        let next = self.best.next(self.damping);
        let pad = trace.fitted(next);
        let moved = [0, 1].map(|i| (next[i] - self.best.at[i]).abs());
        let short = moved.iter().all(|it| *it < STEP_MIN);
        self.steps += 1;
        self.over = short || self.steps >= STEPS_MAX;
        if pad.fit().unexplained < self.best.pad.fit().unexplained {
            self.best = trace.slopes(next);
            self.damping /= DAMPING.1;
        } else {
            self.damping *= DAMPING.1;
        }
    }

    /// It will not get nearer.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// The pad that fits best, and how well it is known.
    #[must_use]
    pub fn found(&self, trace: &Trace) -> Found {
        let Slopes { pad, power_w: [by_mass_w, by_loss_w], .. } = &self.best;
        let model = pad.model();
        let rms_k = libm::sqrt(pad.fit().unexplained.max(0.0) / trace.length_s());
        let sd_k = rms_k.max(READING_SD_K);
        let variance = self.best.inverse(0.0).map(|row| row.map(|it| it * sd_k * sd_k));
        let known_sd_w = pad.power_sd() * model.power_w();
        let power_variance = known_sd_w * known_sd_w
            + by_mass_w * by_mass_w * variance[0][0]
            + 2.0 * by_mass_w * by_loss_w * variance[0][1]
            + by_loss_w * by_loss_w * variance[1][1];
        Found {
            model,
            rms_k,
            power_sd_w: libm::sqrt(power_variance),
            mass_sd: model.mass() * libm::sqrt(variance[0][0]),
            loss_sd: model.loss() * libm::sqrt(variance[1][1]),
        }
    }
}

/// What a sensor on a pad of this kind is expected to read, from what is switched alone.
#[derive(Clone, Debug)]
pub struct Expected(Candidate);

impl Expected {
    /// A pad at rest, so much above the room, K.
    #[must_use]
    pub fn of(model: PadModel, above_k: f64) -> Self {
        Self(Candidate::at(model, ANY_POWER_W.1, 0.0, Start::at_rest(above_k)))
    }

    /// What is read above the room after `dt_s` more with so much of the full power, K.
    pub fn after(&mut self, dt_s: f64, share: f64) -> f64 {
        self.0.live(dt_s, share);
        self.0.told_k()
    }
}
