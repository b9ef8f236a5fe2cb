//! One thermometer: first-order lag, offset, resolution and noise of its own.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use soothe_therapy::Celsius;

use crate::spec::SensorSpec;

/// A thermometer and the temperature that it has got to.
#[derive(Clone, Debug)]
pub(crate) struct Sensor {
    spec: SensorSpec,
    inside: f64,
    chance: Pcg64,
}

impl Sensor {
    /// A sensor at `start` °C. `index` keeps the noise of sensors with one seed apart, so that a
    /// draw more for one shifts nothing for another.
    pub(crate) fn new(spec: SensorSpec, start: f64, seed: u64, index: u64) -> Self {
        let chance = Pcg64::seed_from_u64(seed ^ (index << 62));
        Self { spec, inside: start, chance }
    }

    /// Follows the temperature `outside` for `dt` seconds.
    pub(crate) fn follow(&mut self, outside: f64, dt: f64) {
        self.inside += dt / self.spec.lag_s * (outside - self.inside);
    }

    /// Converts: what the sensor tells now.
    pub(crate) fn convert(&mut self) -> Celsius {
        let noisy = self.inside + self.spec.offset + self.spec.noise * normal(&mut self.chance);
        celsius(libm::round(noisy / self.spec.quantum) * self.spec.quantum)
    }
}

/// The nearest temperature that the type can hold; its ends are far outside of what a pad survives.
pub(crate) fn celsius(t: f64) -> Celsius {
    Celsius::literal(t.clamp(-273.15, 1000.0))
}

/// A draw from the standard normal distribution (Box and Muller's method), the same bits on every
/// machine.
fn normal(chance: &mut Pcg64) -> f64 {
    const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
    // (0, 1], so that the logarithm is finite, and [0, 1).
    let radius = ((chance.next_u64() >> 11) + 1) as f64 * UNIT;
    let turn = (chance.next_u64() >> 11) as f64 * UNIT;
    libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(core::f64::consts::TAU * turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PadSpec;

    const QUIET: SensorSpec = SensorSpec { noise: 0.0, ..PadSpec::nominal().room };

    #[test]
    fn a_reading_is_the_nearest_multiple_of_the_resolution() {
        for (inside, told) in [(22.0, 22.0), (22.031, 22.0), (22.032, 22.0625), (-0.04, -0.0625)] {
            assert_eq!(Sensor::new(QUIET, inside, 1, 0).convert().get(), told);
        }
    }

    #[test]
    fn the_offset_is_what_the_sensor_reads_too_much() {
        let spec = SensorSpec { offset: -1.5, ..QUIET };
        assert_eq!(Sensor::new(spec, 40.0, 1, 0).convert().get(), 38.5);
    }

    #[test]
    fn after_one_time_constant_a_sensor_has_gone_63_percent_of_the_way() {
        let mut sensor = Sensor::new(QUIET, 20.0, 1, 0);
        for _ in 0..80 {
            sensor.follow(30.0, 0.05);
        }
        assert!((sensor.inside - 26.32).abs() < 0.05, "{}", sensor.inside);
    }

    #[test]
    fn noise_is_normal_with_the_given_spread() {
        let mut chance = Pcg64::seed_from_u64(7);
        let draws: Vec<f64> = (0..20_000).map(|_| normal(&mut chance)).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / n;
        let beyond_two = draws.iter().filter(|d| d.abs() > 2.0).count() as f64 / n;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
        assert!((beyond_two - 0.0455).abs() < 0.008, "{beyond_two}");
    }

    #[test]
    fn sensors_with_one_seed_have_noise_of_their_own() {
        let spec = PadSpec::nominal().room;
        let mut a = Sensor::new(spec, 30.0, 5, 0);
        let mut b = Sensor::new(spec, 30.0, 5, 1);
        assert!((0..20).any(|_| a.convert() != b.convert()));
    }
}
