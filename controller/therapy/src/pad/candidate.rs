//! A pad of one mass under one loss, and how well it fits what was read.

pub(super) use crate::reference_pad::{C1, C2, G1A, G2A, G12, SENSOR_S};

/// What is unknown of a pad of one mass and one loss: its power in W; how much hotter its element was than
/// it seems, K; and how much too low the first reading was, K. What is thought of them before:
const BEFORE: [f64; UNKNOWN] = [45.0, 0.0, 0.0];
const UNKNOWN: usize = 3;
/// Standard deviations of what is thought before: of the power, W,
const POWER_SD_W: f64 = 19.0;
/// of the element's excess, K, for a pad at rest,
const STORED_SD_K: f64 = 0.1;
/// and for each kelvin that it is above the room,
const STORED_SD_SHARE: f64 = 0.15;
/// and of a reading, its noise and its steps, K.
const READING_SD_K: f64 = 0.06;
/// No pad that is accepted (25 to 60 W) has less or more, with a tenth and a twentieth for its parts, W.
const POWER_RANGE_W: (f64, f64) = (22.5, 63.0);
/// How much hotter the element of a pad that cools is than its surface, as a share of the surface's own
/// excess over the room: the slower of the pad's two modes, `(G2A - C2 / 433 s) / G12`.
const COOLING_SHARE: f64 = 0.285;

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
    fn live(&mut self, mass: f64, g2a: f64, dt_s: f64, power: f64, measured: f64, room: f64) {
        let (c1, c2) = (C1 * mass, C2 * mass);
        let flow = G12 * (self.element - self.surface);
        self.sensor += dt_s / SENSOR_S * (self.surface - self.sensor);
        self.element += dt_s / c1 * (power - flow - G1A * (self.element - room));
        self.surface += dt_s / c2 * (flow - g2a * (self.surface - room));
        let flow = G12 * (self.observed - measured);
        self.observed += dt_s / c1 * (power - flow - G1A * (self.observed - room));
    }
}

/// A pad of one mass under one loss. What it does is linear in all else that is unknown of it, so that what
/// fits best needs no search: readings = free + the sum of each unknown times its answer, by least squares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) mass: f64,
    /// Conductance from its surface to the room, W/K.
    g2a: f64,
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
    /// What of the readings that leaves unexplained, K² s.
    pub(super) misfit: f64,
}

impl Candidate {
    pub(super) fn at(mass: f64, loss: f64, t_c: f64, room_c: f64) -> Self {
        let element = t_c + COOLING_SHARE * (t_c - room_c).max(0.0);
        let with_element = |element, t| Parts { element, observed: element, ..Parts::all(t) };
        let mut it = Self {
            mass,
            g2a: loss * G2A,
            free: with_element(element, t_c),
            forced: Parts::all(0.0),
            stored: with_element(1.0, 0.0),
            answers: [[0.0; UNKNOWN]; UNKNOWN],
            rests: [0.0; UNKNOWN],
            rest: 0.0,
            unknown: BEFORE,
            misfit: 0.0,
        };
        let stored_sd_k = STORED_SD_K + STORED_SD_SHARE * (t_c - room_c).max(0.0);
        let sd = [POWER_SD_W, stored_sd_k, READING_SD_K];
        for (i, (before, sd)) in BEFORE.iter().zip(sd).enumerate() {
            let weight = (READING_SD_K / sd) * (READING_SD_K / sd);
            it.answers[i][i] = weight;
            it.rests[i] = weight * before;
            it.rest += weight * before * before;
        }
        it
    }

    pub(super) fn live(&mut self, dt_s: f64, share: f64, measured_c: f64, room_c: f64) {
        let (mass, g2a) = (self.mass, self.g2a);
        self.free.live(mass, g2a, dt_s, 0.0, measured_c, room_c);
        self.forced.live(mass, g2a, dt_s, share, 0.0, 0.0);
        self.stored.live(mass, g2a, dt_s, 0.0, 0.0, 0.0);
    }

    pub(super) fn fit(&mut self, dt_s: f64, measured_c: f64) {
        let answer = [self.forced.sensor, self.stored.sensor, 1.0];
        let rest = measured_c - self.free.sensor;
        for ((sums, rests), mine) in self.answers.iter_mut().zip(&mut self.rests).zip(answer) {
            for (sum, other) in sums.iter_mut().zip(answer) {
                *sum += mine * other * dt_s;
            }
            *rests += mine * rest * dt_s;
        }
        self.rest += rest * rest * dt_s;
        self.unknown = solve(self.answers, self.rests);
        self.unknown[0] = self.unknown[0].clamp(POWER_RANGE_W.0, POWER_RANGE_W.1);
        let explained = self.answers.iter().zip(self.rests).zip(self.unknown);
        self.misfit = self.rest
            + explained
                .map(|((sums, rests), it)| it * (dot(*sums, self.unknown) - 2.0 * rests))
                .sum::<f64>();
    }

    #[cfg(test)]
    pub(super) const fn power_w(&self) -> f64 {
        self.unknown[0]
    }

    /// What the sensor reads if this is the pad.
    pub(super) fn told_c(&self) -> f64 {
        let [power_w, stored_k, start_k] = self.unknown;
        self.free.sensor + power_w * self.forced.sensor + stored_k * self.stored.sensor + start_k
    }

    pub(super) fn element_c(&self) -> f64 {
        let [power_w, stored_k, _] = self.unknown;
        self.free.observed + power_w * self.forced.observed + stored_k * self.stored.observed
    }
}

fn dot(a: [f64; UNKNOWN], b: [f64; UNKNOWN]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves symmetric, positive equations (Gauss).
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
