//! What a pad is: parameters that were checked once and can no longer be wrong.

use soothe_therapy::{Kelvin, PadModel};

use crate::pad_file;

/// The parameters of one pad with its sensors. Every number is finite and in the range that
/// [`PadSpec::from_toml`] accepts, so the model built from it is stable.
#[derive(Clone, Debug, PartialEq)]
pub struct PadSpec {
    /// Heat capacity of the element, J/K.
    pub(crate) c1: f64,
    /// Heat capacity of the skin-side surface, J/K.
    pub(crate) c2: f64,
    /// Conductance from element to surface, W/K.
    pub(crate) g12: f64,
    /// Conductance from surface to the room, W/K.
    pub(crate) g2a: f64,
    /// Conductance from element to the room, W/K.
    pub(crate) g1a: f64,
    /// Power while switched on, W.
    pub(crate) power: f64,
    /// The room, °C.
    pub(crate) ambient: f64,
    /// Temperature of element, surface and contact sensors at the start, °C.
    pub(crate) start: f64,
    /// The two sensors between pad and skin.
    pub(crate) contact: [SensorSpec; 2],
    /// The sensor in the room; its lag does not matter, the room is constant.
    pub(crate) room: SensorSpec,
    /// The hottest place of the surface at which the bimetal cut-out opens, °C.
    pub(crate) cutout: f64,
    /// The build senses the pad's current and the cut-out.
    pub(crate) sense_lines: bool,
    /// There is a probe on the skin under a cold pack.
    pub(crate) skin_probe: bool,
}

/// One thermometer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SensorSpec {
    /// Time constant, s.
    pub(crate) lag_s: f64,
    /// What it reads too much, K.
    pub(crate) offset: f64,
    /// Resolution, K.
    pub(crate) quantum: f64,
    /// Standard deviation of its noise, K.
    pub(crate) noise: f64,
}

impl PadSpec {
    /// The nominal pad: 40 W, time constants of 433 s and 41 s, sensors like a DS18B20.
    ///
    /// It is the pad of the control benchmark, and what every key left out of a file stands for.
    #[must_use]
    pub const fn nominal() -> Self {
        let sensor = SensorSpec { lag_s: 4.0, offset: 0.0, quantum: 0.0625, noise: 0.05 };
        Self {
            c1: 180.0,
            c2: 90.0,
            g12: 1.2,
            g2a: 0.55,
            g1a: 0.15,
            power: 40.0,
            ambient: 22.0,
            start: 22.0,
            contact: [sensor; 2],
            room: sensor,
            cutout: 48.0,
            sense_lines: true,
            skin_probe: false,
        }
    }

    /// The nominal pad with `capacity` times its heat capacity and a power of `power_w` watts, in a
    /// room of `room_c` °C in which it has lain for long.
    ///
    /// # Panics
    /// When a number is out of the range that a pad file accepts for it.
    #[must_use]
    pub fn scaled(capacity: f64, power_w: f64, room_c: f64) -> Self {
        let nominal = Self::nominal();
        let (c1, c2) = (nominal.c1 * capacity, nominal.c2 * capacity);
        assert!(
            pad_file::CAPACITY.holds(c1) && pad_file::CAPACITY.holds(c2),
            "{capacity} times the heat capacity is out of range"
        );
        assert!(pad_file::POWER.holds(power_w), "a power of {power_w} W is out of range");
        assert!(pad_file::ROOM.holds(room_c), "a room of {room_c} °C is out of range");
        Self { c1, c2, power: power_w, ambient: room_c, start: room_c, ..nominal }
    }

    /// The pad that a tuning found, in a room of `room_c` °C in which it has lain for long.
    ///
    /// # Panics
    /// When the room is out of the range that a pad file accepts.
    #[must_use]
    pub fn of(pad: &PadModel, room_c: f64) -> Self {
        let scaled = Self::scaled(pad.mass(), pad.power_w(), room_c);
        Self { g2a: scaled.g2a * pad.loss(), ..scaled }
    }

    /// The same pad, `start_c` °C warm at first.
    ///
    /// # Panics
    /// When that is out of the range that a pad file accepts.
    #[must_use]
    pub fn starting_at(self, start_c: f64) -> Self {
        assert!(pad_file::ROOM.holds(start_c), "a start at {start_c} °C is out of range");
        Self { start: start_c, ..self }
    }

    /// The same pad with contact sensors that read so much too much, in order.
    #[must_use]
    pub fn with_offsets(mut self, offsets: [Kelvin; 2]) -> Self {
        for (sensor, offset) in self.contact.iter_mut().zip(offsets) {
            sensor.offset = offset.get();
        }
        self
    }

    /// The same pad in the reference build, whose lines sense the current and the cut-out, or in the
    /// bare one without them.
    #[must_use]
    pub fn with_sense_lines(mut self, fitted: bool) -> Self {
        self.sense_lines = fitted;
        self
    }

    /// The build senses the pad's current and the cut-out.
    #[must_use]
    pub const fn has_sense_lines(&self) -> bool {
        self.sense_lines
    }

    /// The same pad in a build with a probe on the skin under a cold pack, or in the usual one without.
    #[must_use]
    pub fn with_skin_probe(mut self, fitted: bool) -> Self {
        self.skin_probe = fitted;
        self
    }

    /// Power while switched on, in watts.
    #[must_use]
    pub const fn power_w(&self) -> f64 {
        self.power
    }

    /// The same pad with sensors that have neither noise nor offset, for a preview. Their lag and
    /// resolution stay: both are part of what a regulator sees on any day.
    #[must_use]
    pub fn ideal(mut self) -> Self {
        for sensor in self.contact.iter_mut().chain([&mut self.room]) {
            sensor.noise = 0.0;
            sensor.offset = 0.0;
        }
        self
    }
}

impl Default for PadSpec {
    fn default() -> Self {
        Self::nominal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_pad_is_the_nominal_one_but_for_what_is_scaled() {
        assert_eq!(PadSpec::scaled(1.0, 40.0, 22.0), PadSpec::nominal());
        let pad = PadSpec::scaled(0.6, 60.0, 15.0);
        assert_eq!((pad.c1, pad.c2, pad.power), (108.0, 54.0, 60.0));
        assert_eq!((pad.ambient, pad.start), (15.0, 15.0));
        let pad = pad.with_offsets([Kelvin::literal(0.3), Kelvin::literal(-0.2)]);
        assert_eq!(pad.contact.map(|sensor| sensor.offset), [0.3, -0.2]);
    }

    #[test]
    fn the_nominal_pad_is_the_one_that_the_controller_computes_with() {
        use soothe_therapy::reference_pad::{C1, C2, G1A, G2A, G12, SENSOR_S};
        let pad = PadSpec::nominal();
        assert_eq!((pad.c1, pad.c2), (C1, C2));
        assert_eq!((pad.g12, pad.g2a, pad.g1a), (G12, G2A, G1A));
        assert_eq!(pad.contact.map(|sensor| sensor.lag_s), [SENSOR_S; 2]);
    }

    #[test]
    #[should_panic(expected = "NaN times the heat capacity is out of range")]
    fn a_scale_that_is_no_number_is_a_programmers_error() {
        let _ = PadSpec::scaled(f64::NAN, 40.0, 22.0);
    }
}
