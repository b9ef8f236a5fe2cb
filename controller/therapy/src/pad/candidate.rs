//! A pad of one mass under one loss, and how well it fits what was read.

use super::linear::{Matrix, apply, exponential};
use super::model::PadModel;
use crate::reference_pad::{C1, COOLING_SHARE, SENSOR_S};

/// What is unknown of a pad of one mass and one loss: its power in W; how much hotter its element was than
/// it seems, K; and how much too low the first reading was, K.
const UNKNOWN: usize = 3;
/// Standard deviation of the element's excess, K, for a pad at rest,
const STORED_SD_K: f64 = 0.1;
/// and for each kelvin that it is warmer or cooler than the room,
const STORED_SD_SHARE: f64 = 0.15;
/// for one that is being heated already,
const STORED_SD_HEATED_K: f64 = 6.0;
/// and of a reading, its noise and its steps, K.
const READING_SD_K: f64 = 0.06;

/// Element, surface and sensor above the room, K, or K for each watt.
type Parts = [f64; 3];
const ELEMENT: usize = 0;
const SURFACE: usize = 1;
const SENSOR: usize = 2;

/// How a pad is when it begins to be looked at, above the room, K.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Element, surface and sensor.
    pub(super) parts: Parts,
    /// Standard deviation of the element's excess over the surface.
    stored_sd_k: f64,
}

impl Start {
    /// At rest, or on its way there: its surface has been without power for a while.
    pub(super) fn at_rest(above_k: f64) -> Self {
        let cooling_k = COOLING_SHARE * above_k;
        let stored_sd_k = STORED_SD_K + STORED_SD_SHARE * above_k.abs();
        Self { parts: [above_k + cooling_k, above_k, above_k], stored_sd_k }
    }

    /// In the midst of being heated, with as much in its element as an observer thinks of a pad that it hardly
    /// knows.
    pub(super) const fn heated(element_k: f64, surface_k: f64, sensor_k: f64) -> Self {
        Self { parts: [element_k, surface_k, sensor_k], stored_sd_k: STORED_SD_HEATED_K }
    }
}

/// What a pad does within `dt_s`: its parts and the power.
fn step(model: &PadModel, dt_s: f64) -> Matrix<4> {
    let rates = model.rates();
    let a = [
        [-rates.element, rates.element_from_surface, 0.0, 1.0 / (C1 * model.mass())],
        [rates.surface_from_element, -rates.surface, 0.0, 0.0],
        [0.0, 1.0 / SENSOR_S, -1.0 / SENSOR_S, 0.0],
        [0.0; 4],
    ];
    exponential(&a, dt_s)
}

/// A pad of one mass under one loss. What it does is linear in all else that is unknown of it, so that what
/// fits best needs no search: readings = free + the sum of each unknown times its answer, by least squares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Its mass and loss, and the power as it was thought to be before.
    before: PadModel,
    dt_s: f64,
    step: Matrix<4>,
    /// With all unknowns zero.
    free: Parts,
    /// What each watt adds.
    forced: Parts,
    /// What each kelvin adds by which the element was hotter than it seemed.
    stored: Parts,
    /// The normal equations of the fit: products of the answers, and of the answers with the rest.
    answers: [[f64; UNKNOWN]; UNKNOWN],
    rests: [f64; UNKNOWN],
    /// The rest squared.
    rest: f64,
    /// What fits best.
    unknown: [f64; UNKNOWN],
    /// How unlikely the pad was before anything was read, K² s.
    unlikely: f64,
    /// What of the readings is left unexplained, K² s.
    unexplained: f64,
}

/// How well a pad fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    /// What of the readings it leaves unexplained, and how unlikely it was before, K² s.
    pub(super) misfit: f64,
    /// What of the readings it leaves unexplained, K² s.
    pub(super) unexplained: f64,
}

impl Candidate {
    /// A pad of which the power is known to `power_sd_w`, and which is the less likely before the more `unlikely`
    /// says, K² s.
    pub(super) fn at(before: PadModel, power_sd_w: f64, unlikely: f64, start: Start) -> Self {
        let guess = [before.power_w(), 0.0, 0.0];
        let mut it = Self {
            before,
            dt_s: 1.0,
            step: step(&before, 1.0),
            free: start.parts,
            forced: [0.0; 3],
            stored: [1.0, 0.0, 0.0],
            answers: [[0.0; UNKNOWN]; UNKNOWN],
            rests: [0.0; UNKNOWN],
            rest: 0.0,
            unknown: guess,
            unlikely,
            unexplained: 0.0,
        };
        let sd = [power_sd_w, start.stored_sd_k, READING_SD_K];
        for (i, (guess, sd)) in guess.iter().zip(sd).enumerate() {
            let weight = (READING_SD_K / sd) * (READING_SD_K / sd);
            it.answers[i][i] = weight;
            it.rests[i] = weight * guess;
            it.rest += weight * guess * guess;
        }
        it
    }

    /// The pad that it is, with the power that fits best.
    pub(super) fn model(&self) -> PadModel {
        PadModel::nearest(self.power_w(), self.before.mass(), self.before.loss())
    }

    pub(super) const fn mass(&self) -> f64 {
        self.before.mass()
    }

    pub(super) const fn loss(&self) -> f64 {
        self.before.loss()
    }

    /// How much warmer the sensor is by what was heated so far, K.
    pub(super) fn warmed_k(&self) -> f64 {
        self.power_w() * self.forced[SENSOR]
    }

    /// The room is `by_k` warmer than it was.
    pub(super) fn shift(&mut self, by_k: f64) {
        for part in &mut self.free {
            *part -= by_k;
        }
    }

    /// Lives on for `dt_s` with so much of the full power.
    pub(super) fn live(&mut self, dt_s: f64, share: f64) {
        if dt_s != self.dt_s {
            (self.dt_s, self.step) = (dt_s, step(&self.before, dt_s));
        }
        let next = |[element, surface, sensor]: Parts, watts: f64| {
            let [element, surface, sensor, _] =
                apply(&self.step, &[element, surface, sensor, watts]);
            [element, surface, sensor]
        };
        self.free = next(self.free, 0.0);
        self.forced = next(self.forced, share);
        self.stored = next(self.stored, 0.0);
    }

    /// Takes in a reading.
    pub(super) fn take(&mut self, dt_s: f64, reading_k: f64) {
        let answer = [self.forced[SENSOR], self.stored[SENSOR], 1.0];
        let rest = reading_k - self.free[SENSOR];
        for ((sums, rests), mine) in self.answers.iter_mut().zip(&mut self.rests).zip(answer) {
            for (sum, other) in sums.iter_mut().zip(answer) {
                *sum += mine * other * dt_s;
            }
            *rests += mine * rest * dt_s;
        }
        self.rest += rest * rest * dt_s;
    }

    /// What fits best to all that was taken in.
    pub(super) fn conclude(&mut self) {
        self.conclude_within(PadModel::POWER_W);
    }

    /// The same with a power within this range, W.
    pub(super) fn conclude_within(&mut self, power_w: (f64, f64)) {
        self.unknown = solve(self.answers, self.rests);
        let within_w = self.power_w().clamp(power_w.0, power_w.1);
        if within_w != self.power_w() {
            self.unknown = self.best_with(within_w);
        }
        let explained = self.answers.iter().zip(self.rests).zip(self.unknown);
        self.unexplained = self.rest
            + explained
                .map(|((sums, rests), it)| it * (dot(*sums, self.unknown) - 2.0 * rests))
                .sum::<f64>();
    }

    /// What fits best with this power, W: the rest makes up for what it may not be.
    fn best_with(&self, power_w: f64) -> [f64; UNKNOWN] {
        let (mut answers, mut rests) = (self.answers, self.rests);
        for (row, rest) in answers.iter_mut().zip(&mut rests).skip(1) {
            *rest -= power_w * core::mem::take(&mut row[0]);
        }
        (answers[0], rests[0]) = ([1.0, 0.0, 0.0], power_w);
        solve(answers, rests)
    }

    /// The same pad with what `other` has concluded.
    pub(super) fn knowing(self, other: &Self) -> Self {
        Self { unknown: other.unknown, ..self }
    }

    /// How well it fits.
    pub(super) const fn fit(&self) -> Fit {
        let unexplained = self.unexplained;
        Fit { misfit: self.unlikely + unexplained, unexplained }
    }

    /// The power that fits best, W.
    pub(super) const fn power_w(&self) -> f64 {
        self.unknown[0]
    }

    /// The standard deviation of that, as a share of it, were all else known.
    pub(super) fn power_sd(&self) -> f64 {
        READING_SD_K / libm::sqrt(self.answers[0][0]) / self.power_w()
    }

    /// What the sensor reads above the room if this is the pad, K.
    pub(super) fn told_k(&self) -> f64 {
        let [power_w, stored_k, start_k] = self.unknown;
        self.free[SENSOR] + power_w * self.forced[SENSOR] + stored_k * self.stored[SENSOR] + start_k
    }

    /// How much hotter its element is than its surface, K.
    pub(super) fn stored_k(&self) -> f64 {
        let [power_w, stored_k, _] = self.unknown;
        let excess = |parts: &Parts| parts[ELEMENT] - parts[SURFACE];
        excess(&self.free) + power_w * excess(&self.forced) + stored_k * excess(&self.stored)
    }
}

fn dot(a: [f64; UNKNOWN], b: [f64; UNKNOWN]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves positive equations (Gauss).
fn solve(mut a: [[f64; UNKNOWN]; UNKNOWN], mut b: [f64; UNKNOWN]) -> [f64; UNKNOWN] {
    for pivot in 0..UNKNOWN {
        let (head, head_b) = (a[pivot], b[pivot]);
        for (row, rest) in a.iter_mut().zip(&mut b).skip(pivot + 1) {
            let share = row[pivot] / head[pivot];
            for (cell, above) in row.iter_mut().zip(head) {
                *cell -= share * above;
            }
            *rest -= share * head_b;
        }
    }
    for at in (0..UNKNOWN).rev() {
        let known: f64 = a[at].iter().zip(b).skip(at + 1).map(|(cell, known)| cell * known).sum();
        b[at] = (b[at] - known) / a[at][at];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_that_may_not_be_so_great_leaves_the_rest_to_fit_best() {
        let start = Start::heated(8.0, 5.0, 5.0);
        let mut pad = Candidate::at(PadModel::TYPICAL, 19.0, 0.0, start);
        for second in 0..60 {
            pad.live(1.0, 1.0);
            // Twice as fast as the strongest pad.
            pad.take(1.0, 5.0 + 0.4 * f64::from(second));
        }
        pad.conclude();
        assert_eq!(pad.power_w(), PadModel::POWER_W.1);
        for i in 1..UNKNOWN {
            let slope = dot(pad.answers[i], pad.unknown) - pad.rests[i];
            assert!(slope.abs() < 1e-6, "{i}: {slope}");
        }
    }
}
