//! The pad of the benchmark: what it is made of, what reads it, and what befalls it in its hour.

/// Seconds that one step of the lower bound takes; the moments of a [`Timeline`] are multiples of it.
pub const GRID_S: u32 = 5;

/// A heating pad on skin, its thermometer, and the hour that it lives through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pad {
    /// Heat capacity of the element, J/K.
    pub c1_j_k: f64,
    /// Heat capacity of the surface on the skin, J/K.
    pub c2_j_k: f64,
    /// Conductance from element to surface, W/K.
    pub g12_w_k: f64,
    /// Conductance from surface to the room, W/K.
    pub g2a_w_k: f64,
    /// Conductance from element to the room, W/K.
    pub g1a_w_k: f64,
    /// Power while the relay is closed, W.
    pub power_w: f64,
    /// The room, in which all begins, °C.
    pub ambient_c: f64,
    /// The thermometer on the surface.
    pub sensor: Sensor,
    /// What is asked for, and what happens, when.
    pub timeline: Timeline,
}

/// A thermometer that is read once a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensor {
    /// Time constant, s.
    pub lag_s: f64,
    /// Resolution, K.
    pub quantum_k: f64,
    /// Standard deviation of its noise, K.
    pub noise_k: f64,
    /// How old a reading is when it is told, s.
    pub delay_s: f64,
}

/// What is asked for, and when the blanket is off the pad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeline {
    /// The first set-point, °C.
    pub target_c: f64,
    /// By how much more the surface loses while the blanket is off.
    pub blanket_factor: f64,
    /// When the blanket is taken off, s.
    pub blanket_from_s: u32,
    /// When it is laid back, s.
    pub blanket_to_s: u32,
    /// The second set-point, °C.
    pub setback_c: f64,
    /// From when on it is asked for, s.
    pub setback_from_s: u32,
    /// The end, s.
    pub end_s: u32,
}

impl Timeline {
    /// The hour of the benchmark: 42 °C, after 30 min the blanket off for 5 min, after 45 min 38 °C.
    pub const NOMINAL: Self = Self {
        target_c: 42.0,
        blanket_factor: 2.0,
        blanket_from_s: 1800,
        blanket_to_s: 2100,
        setback_c: 38.0,
        setback_from_s: 2700,
        end_s: 3600,
    };

    /// What is asked for at a moment, °C.
    #[must_use]
    pub const fn setpoint_c(&self, at_s: u32) -> f64 {
        if at_s < self.setback_from_s { self.target_c } else { self.setback_c }
    }

    /// The parts in which nothing changes: from, to.
    #[must_use]
    pub const fn segments(&self) -> [(u32, u32); 4] {
        [
            (0, self.blanket_from_s),
            (self.blanket_from_s, self.blanket_to_s),
            (self.blanket_to_s, self.setback_from_s),
            (self.setback_from_s, self.end_s),
        ]
    }

    const fn loss_factor(&self, at_s: u32) -> f64 {
        let bare = self.blanket_from_s <= at_s && at_s < self.blanket_to_s;
        if bare { self.blanket_factor } else { 1.0 }
    }
}

impl Pad {
    /// The pad on which everybody is tuned.
    pub const NOMINAL: Self = Self {
        c1_j_k: 180.0,
        c2_j_k: 90.0,
        g12_w_k: 1.2,
        g2a_w_k: 0.55,
        g1a_w_k: 0.15,
        power_w: 40.0,
        ambient_c: 22.0,
        sensor: Sensor { lag_s: 4.0, quantum_k: 0.0625, noise_k: 0.05, delay_s: 0.0 },
        timeline: Timeline::NOMINAL,
    };

    /// The same pad with so many times the heat capacity and the power.
    #[must_use]
    pub fn scaled(self, capacity: f64, power: f64) -> Self {
        Self {
            c1_j_k: self.c1_j_k * capacity,
            c2_j_k: self.c2_j_k * capacity,
            power_w: self.power_w * power,
            ..self
        }
    }

    /// The pad and the four that it is varied to, as far as 25 and 60 W are from 40 W.
    #[must_use]
    pub fn variants(self) -> [(&'static str, Self); 5] {
        [
            ("as tuned", self),
            ("C ×1.4", self.scaled(1.4, 1.0)),
            ("C ×0.6", self.scaled(0.6, 1.0)),
            ("P ×0.625", self.scaled(1.0, 0.625)),
            ("P ×1.5", self.scaled(1.0, 1.5)),
        ]
    }

    /// The same pad with a thermometer of the LM75's class: steps of 0.5 K.
    #[must_use]
    pub fn with_lm75(self) -> Self {
        Self { sensor: Sensor { quantum_k: 0.5, ..self.sensor }, ..self }
    }

    /// The same pad with a DS18B20, which tells what it found 750 ms ago.
    #[must_use]
    pub fn with_ds18b20(self) -> Self {
        Self { sensor: Sensor { delay_s: 0.75, ..self.sensor }, ..self }
    }

    /// How many times the usual the surface loses at a moment.
    pub(crate) const fn loss_factor(&self, at_s: u32) -> f64 {
        self.timeline.loss_factor(at_s)
    }
}

/// The temperatures of a pad, °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body {
    /// The element.
    pub element_c: f64,
    /// The surface on the skin: what is regulated, and judged.
    pub surface_c: f64,
    /// What the thermometer has got to.
    pub sensed_c: f64,
}

impl Body {
    /// Everything as warm as the room.
    #[must_use]
    pub const fn at(ambient_c: f64) -> Self {
        Self { element_c: ambient_c, surface_c: ambient_c, sensed_c: ambient_c }
    }

    /// One explicit Euler step of `dt_s` under `power_w`; the flows are those of its beginning.
    pub fn advance(&mut self, pad: &Pad, power_w: f64, loss_factor: f64, dt_s: f64) {
        let Self { element_c, surface_c, sensed_c } = *self;
        let across_w = pad.g12_w_k * (element_c - surface_c);
        let element_loss_w = pad.g1a_w_k * (element_c - pad.ambient_c);
        let surface_loss_w = pad.g2a_w_k * loss_factor * (surface_c - pad.ambient_c);
        self.element_c += dt_s * (power_w - across_w - element_loss_w) / pad.c1_j_k;
        self.surface_c += dt_s * (across_w - surface_loss_w) / pad.c2_j_k;
        self.sensed_c += dt_s * (surface_c - sensed_c) / pad.sensor.lag_s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::STEP_S;

    #[test]
    fn the_open_loop_passes_through_the_published_points() {
        let expected = [
            (30, [28.040, 23.031, 22.812]),
            (60, [33.176, 25.277, 24.944]),
            (120, [41.863, 30.802, 30.427]),
            (240, [55.512, 41.078, 40.772]),
            (600, [79.450, 59.689, 59.555]),
            (1800, [96.731, 73.138, 73.129]),
        ];
        let mut body = Body::at(22.0);
        let mut steps = 0;
        for (at_s, points) in expected {
            while steps < at_s * 20 {
                body.advance(&Pad::NOMINAL, 40.0, 1.0, STEP_S);
                steps += 1;
            }
            for (got, point) in
                [body.element_c, body.surface_c, body.sensed_c].into_iter().zip(points)
            {
                assert!((got - point).abs() < 6e-4, "{got} instead of {point} at {at_s} s");
            }
        }
    }

    #[test]
    fn the_variants_of_the_nominal_pad_are_the_published_ones() {
        let [_, heavy, light, weak, strong] = Pad::NOMINAL.variants().map(|(_, pad)| pad);
        let values =
            [heavy.c1_j_k, heavy.c2_j_k, light.c1_j_k, light.c2_j_k, weak.power_w, strong.power_w];
        for (value, published) in values.into_iter().zip([252.0, 126.0, 108.0, 54.0, 25.0, 60.0]) {
            assert!((value - published).abs() < 1e-9, "{value} instead of {published}");
        }
    }

    #[test]
    fn the_blanket_is_off_in_its_minutes_only() {
        let factors = [1799, 1800, 2099, 2100].map(|at_s| Pad::NOMINAL.loss_factor(at_s));
        assert_eq!(factors, [1.0, 2.0, 2.0, 1.0]);
    }
}
