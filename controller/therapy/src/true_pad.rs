//! A pad as it truly is, for the tests of what is found out about it and done with it.

use crate::reference_pad::{C1, C2, G1A, G2A, G12, SENSOR_S};

/// The room of these tests, °C.
pub(crate) const ROOM_C: f64 = 22.0;
/// Steps are no longer than this, s.
const STEP_S: f64 = 0.05;

/// The reference pad with a mass, a power and a loss of its own.
#[derive(Clone, Debug)]
pub(crate) struct TruePad {
    pub(crate) mass: f64,
    pub(crate) power_w: f64,
    pub(crate) loss: f64,
    pub(crate) element_c: f64,
    pub(crate) surface_c: f64,
    pub(crate) sensor_c: f64,
}

impl TruePad {
    /// A pad that has the room's temperature.
    pub(crate) fn new(mass: f64, power_w: f64) -> Self {
        let (element_c, surface_c, sensor_c) = (ROOM_C, ROOM_C, ROOM_C);
        Self { mass, power_w, loss: 1.0, element_c, surface_c, sensor_c }
    }

    /// Lives on for `span_s` with so much of its power.
    pub(crate) fn live(&mut self, span_s: f64, share: f64) {
        let steps = (span_s / STEP_S).round() as u32;
        let dt_s = span_s / f64::from(steps);
        for _ in 0..steps {
            let flow_w = G12 * (self.element_c - self.surface_c);
            let gained_w = share * self.power_w - flow_w - G1A * (self.element_c - ROOM_C);
            let lost_w = self.loss * G2A * (self.surface_c - ROOM_C);
            self.sensor_c += dt_s / SENSOR_S * (self.surface_c - self.sensor_c);
            self.element_c += dt_s / (C1 * self.mass) * gained_w;
            self.surface_c += dt_s / (C2 * self.mass) * (flow_w - lost_w);
        }
    }
}

/// Nearly normal noise of 1: twelve uniform numbers, of D. E. Knuth's MMIX generator.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next_normal(&mut self) -> f64 {
        let mut uniform = || {
            let (times, plus) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
            self.0 = self.0.wrapping_mul(times).wrapping_add(plus);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }
}
