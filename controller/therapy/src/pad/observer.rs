//! What the pad is like now, element and all, as far as model and readings tell: a Kalman filter.
//!
//! Four quantities are carried along: the element, the surface and the sensor, each above the room, and a
//! flow of heat that leaves the surface and is not the model's (a blanket that was lifted, a draught, a
//! model that is a little wrong). The model says where they go, with the power that was truly switched;
//! each reading corrects them by as much as it is trusted more than the model (R. E. Kálmán, Journal of
//! Basic Engineering 82, 1960). So the readings are smoothed without being late, and what the model does
//! not know is integrated in that flow, from what truly happened and never from what was merely asked.

use super::linear::{Matrix, apply, exponential, product};
use super::model::PadModel;
use crate::reference_pad::{C1, C2, SENSOR_S};

const ELEMENT: usize = 0;
const SURFACE: usize = 1;
const SENSOR: usize = 2;
const EXTRA: usize = 3;
const STATES: usize = 4;
/// The states and the power.
const ALL: usize = 5;

/// How far the parts stray from the model, K within a second,
const STRAY_K: f64 = 0.005;
/// What is known at the start, as variances: K², and W² for the flow.
const START: [f64; STATES] = [0.04, 0.01, 0.01, 0.25];
/// No more than this is known of the element of a steadier pad at the start, K²: 1.5 K, for it may have been followed
/// by a pad that is another.
const STEADY_ELEMENT: f64 = 2.25;

/// What is doubted, as standard deviations.
#[derive(Clone, Copy, Debug)]
struct Doubts {
    /// How far the unknown flow wanders within a second, W.
    extra_w: f64,
    /// How far the element does while the flow is at its bound, K.
    lost_k: f64,
    /// A reading, K.
    reading_k: f64,
    /// How far the power strays within a second, as a share of it.
    power_share: f64,
}

impl Doubts {
    /// A blanket that is lifted changes the flow by 11 W; where that explains nothing any more, something
    /// else is wrong, the heater perhaps. A reading has noise of 0.05 K and steps of 1/16 K.
    const FREE: Self = Self { extra_w: 0.35, lost_k: 0.15, reading_k: 0.055, power_share: 0.03 };
    /// Nothing changes by itself; a reading is the mean of two. A power that is not what was found is so all along and
    /// does not even out from second to second, so it is doubted by more than it is off.
    const STEADY: Self = Self { extra_w: 0.0, lost_k: 0.0, reading_k: 0.04, power_share: 0.15 };
}

/// One step of time of a pad of this mass and loss.
#[derive(Clone, Copy, Debug)]
struct Step {
    dt_s: f64,
    phi: Matrix<STATES>,
    /// What a watt does.
    gamma: [f64; STATES],
}

impl Step {
    fn of(model: &PadModel, dt_s: f64) -> Self {
        let rates = model.rates();
        let (c1, c2) = (C1 * model.mass(), C2 * model.mass());
        let mut a = [[0.0; ALL]; ALL];
        a[ELEMENT][ELEMENT] = -rates.element;
        a[ELEMENT][SURFACE] = rates.element_from_surface;
        a[ELEMENT][STATES] = 1.0 / c1;
        a[SURFACE][ELEMENT] = rates.surface_from_element;
        a[SURFACE][SURFACE] = -rates.surface;
        a[SURFACE][EXTRA] = -1.0 / c2;
        a[SENSOR][SURFACE] = 1.0 / SENSOR_S;
        a[SENSOR][SENSOR] = -1.0 / SENSOR_S;
        let all = exponential(&a, dt_s);
        Self {
            dt_s,
            phi: core::array::from_fn(|i| core::array::from_fn(|j| all[i][j])),
            gamma: core::array::from_fn(|i| all[i][STATES]),
        }
    }
}

/// A pad as it is now.
#[derive(Clone, Debug)]
pub struct Observer {
    model: PadModel,
    state: [f64; STATES],
    variance: Matrix<STATES>,
    step: Step,
    /// The flow is at its bound.
    lost: bool,
    /// What the last reading surprised by, in standard deviations, squared.
    surprise: f64,
    /// How unlikely the last reading was, as twice a logarithm, against one that is foretold exactly.
    unlikely: f64,
    doubts: Doubts,
}

impl Observer {
    /// A pad whose element, surface and sensor are these much above the room, K, while `extra_w` leave its surface
    /// besides what the model says.
    pub(super) fn at(model: PadModel, parts: [f64; 3], extra_w: f64) -> Self {
        let [element_k, surface_k, sensor_k] = parts;
        let mut variance = [[0.0; STATES]; STATES];
        for (i, it) in START.iter().enumerate() {
            variance[i][i] = *it;
        }
        Self {
            model,
            state: [element_k, surface_k, sensor_k, extra_w],
            variance,
            step: Step::of(&model, 1.0),
            lost: false,
            surprise: 0.0,
            unlikely: 0.0,
            doubts: Doubts::FREE,
        }
    }

    /// The pad that it is.
    #[must_use]
    pub const fn model(&self) -> &PadModel {
        &self.model
    }

    /// The element above the room, K.
    #[must_use]
    pub const fn element_k(&self) -> f64 {
        self.state[ELEMENT]
    }

    /// The surface above the room, K.
    #[must_use]
    pub const fn surface_k(&self) -> f64 {
        self.state[SURFACE]
    }

    /// What leaves the surface besides what the model knows, W.
    #[must_use]
    pub const fn extra_w(&self) -> f64 {
        self.state[EXTRA]
    }

    /// The flow is at its bound: it does not explain what is read.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.lost
    }

    /// What the last reading surprised by, in standard deviations, squared.
    #[must_use]
    pub const fn surprise(&self) -> f64 {
        self.surprise
    }

    /// How unlikely the last reading was, as twice a logarithm: 0 is what is foretold exactly and comes so.
    #[must_use]
    pub const fn unlikely(&self) -> f64 {
        self.unlikely
    }

    /// The same pad, if what it loses is known to `extra_w` and does not change by itself, and its element does
    /// what the model says: a pad that can be proved wrong. It is to read the mean of both contact sensors.
    #[must_use]
    pub fn steadier(&self, extra_w: f64) -> Self {
        let mut it = Self { doubts: Doubts::STEADY, ..self.clone() };
        it.know_extra(it.state[EXTRA]);
        it.variance[EXTRA][EXTRA] = extra_w * extra_w;
        it.variance[ELEMENT][ELEMENT] = it.variance[ELEMENT][ELEMENT].max(STEADY_ELEMENT);
        it
    }

    /// It has no more power than this, W.
    pub fn weaken(&mut self, to_w: f64) {
        let (mass, loss) = (self.model.mass(), self.model.loss());
        self.model = PadModel::nearest(self.model.power_w().min(to_w), mass, loss);
    }

    /// Something changed how much leaves the surface: a blanket came or went.
    pub fn unsettle(&mut self, by_w: f64) {
        self.variance[EXTRA][EXTRA] += by_w * by_w;
    }

    /// More was found out about the pad.
    pub(super) fn learn(&mut self, model: PadModel, stored_k: f64) {
        // A hundredth more or less of mass and loss is no reason to compute everything anew.
        let same = (model.mass() - self.model.mass()).abs() < 0.01
            && (model.loss() - self.model.loss()).abs() < 0.01;
        if same {
            self.model = PadModel::nearest(model.power_w(), self.model.mass(), self.model.loss());
        } else {
            self.model = model;
            self.step = Step::of(&model, self.step.dt_s);
        }
        self.state[ELEMENT] = self.state[SURFACE] + stored_k;
    }

    /// The room is `by` warmer than it was.
    pub fn shift(&mut self, by_k: f64) {
        for part in &mut self.state[..EXTRA] {
            *part -= by_k;
        }
    }

    /// Power was on for `share` of `dt_s`; then the sensor read so much above the room.
    pub fn take(&mut self, dt_s: f64, share: f64, reading_k: f64, extra_w: (f64, f64)) {
        self.predict(dt_s, share);
        self.correct(reading_k);
        let within = self.state[EXTRA].clamp(extra_w.0, extra_w.1);
        self.lost = within != self.state[EXTRA];
        // What does not change by itself would never leave the bound again, if it counted as known.
        if self.lost && self.doubts.extra_w > 0.0 {
            self.know_extra(within);
        }
        self.state[EXTRA] = within;
    }

    /// The flow is this: what the readings say of it goes to the others.
    fn know_extra(&mut self, extra_w: f64) {
        self.state[EXTRA] = extra_w;
        for i in 0..STATES {
            self.variance[i][EXTRA] = 0.0;
            self.variance[EXTRA][i] = 0.0;
        }
    }

    fn predict(&mut self, dt_s: f64, share: f64) {
        if dt_s != self.step.dt_s {
            self.step = Step::of(&self.model, dt_s);
        }
        let power_w = share * self.model.power_w();
        let Step { phi, gamma, .. } = &self.step;
        self.state = apply(phi, &self.state);
        for (state, gamma) in self.state.iter_mut().zip(gamma) {
            *state += gamma * power_w;
        }
        let moved = product(phi, &self.variance);
        for (row, moved) in self.variance.iter_mut().zip(&moved) {
            for (cell, phi) in row.iter_mut().zip(phi) {
                *cell = moved.iter().zip(phi).map(|(a, b)| a * b).sum();
            }
        }
        let wrong = self.doubts.power_share * power_w / (C1 * self.model.mass());
        let lost = if self.lost { self.doubts.lost_k } else { 0.0 };
        self.variance[ELEMENT][ELEMENT] += dt_s * (STRAY_K * STRAY_K + wrong * wrong + lost * lost);
        self.variance[SURFACE][SURFACE] += dt_s * STRAY_K * STRAY_K;
        self.variance[EXTRA][EXTRA] += dt_s * self.doubts.extra_w * self.doubts.extra_w;
    }

    fn correct(&mut self, reading_k: f64) {
        let seen = self.variance[SENSOR];
        let surprise_k = reading_k - self.state[SENSOR];
        let of_reading = self.doubts.reading_k * self.doubts.reading_k;
        let sum = seen[SENSOR] + of_reading;
        self.surprise = surprise_k * surprise_k / sum;
        self.unlikely = self.surprise + libm::log(sum / of_reading);
        for i in 0..STATES {
            let gain = self.variance[i][SENSOR] / sum;
            self.state[i] += gain * surprise_k;
            for (cell, seen) in self.variance[i].iter_mut().zip(seen) {
                *cell -= gain * seen;
            }
        }
    }
}
