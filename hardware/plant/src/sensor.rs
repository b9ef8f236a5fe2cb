//! One thermometer: first-order lag, offset, resolution and noise of its own, and its faults.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use soothe_therapy::{Celsius, Moment, RawReading};

use crate::fault::{Lift, ProbeFault};
use crate::spec::SensorSpec;

/// Time constant of a sensor that hangs in the air, s.
const IN_AIR_LAG_S: f64 = 5.0;
/// A time constant below one step of the model is not stable, s.
const LAG_MIN_S: f64 = 0.05;
/// A sensor that was put right counts as back when it has got this close, K.
const BACK_WITHIN: f64 = 0.001;

/// A thermometer and the temperature that it has got to.
#[derive(Clone, Debug)]
pub(crate) struct Sensor {
    spec: SensorSpec,
    /// What a whole sensor in its proper place has got to.
    inside: f64,
    /// What this one has got to, while that may differ.
    astray: Option<f64>,
    lift: Option<Lift>,
    fault: Option<ProbeFault>,
    /// The first conversion with the fault.
    faulty_since: Option<Moment>,
    last: Option<RawReading>,
    last_told: Option<Celsius>,
    chance: Pcg64,
}

impl Sensor {
    /// A sensor at `start` °C. `index` keeps the noise of sensors with one seed apart, so that a
    /// draw more for one shifts nothing for another.
    pub(crate) fn new(spec: SensorSpec, start: f64, seed: u64, index: u64) -> Self {
        let chance = Pcg64::seed_from_u64(seed ^ (index << 62));
        Self {
            spec,
            inside: start,
            astray: None,
            lift: None,
            fault: None,
            faulty_since: None,
            last: None,
            last_told: None,
            chance,
        }
    }

    /// Sets or heals its fault.
    pub(crate) fn set_fault(&mut self, fault: Option<ProbeFault>) {
        self.fault = fault;
        self.faulty_since = None;
        self.leave();
    }

    /// Lifts it, or lays it back.
    pub(crate) fn set_lift(&mut self, lift: Option<Lift>) {
        self.lift = lift;
        self.leave();
    }

    pub(crate) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }

    pub(crate) fn is_lifted(&self) -> bool {
        self.lift.is_some()
    }

    /// Begins to tell apart what it has got to and what it should have got to.
    fn leave(&mut self) {
        self.astray = self.astray.or(Some(self.inside));
    }

    /// Follows the temperature `outside` for `dt` seconds, in a room of `room` °C.
    pub(crate) fn follow(&mut self, outside: f64, room: f64, dt: f64) {
        self.inside += dt / self.spec.lag_s * (outside - self.inside);
        if let Some(at) = self.astray {
            self.astray = self.stray(at, outside, room, dt);
        }
    }

    /// What a sensor that is not right at `at` °C gets to; none once it is right and back.
    fn stray(&self, at: f64, outside: f64, room: f64, dt: f64) -> Option<f64> {
        let slow = if let Some(ProbeFault::Slow { lag }) = self.fault {
            Some(lag.as_s().max(LAG_MIN_S))
        } else {
            None
        };
        let (felt, own_lag) = match self.lift {
            None => (outside, self.spec.lag_s),
            Some(Lift::Half) => (room + 0.5 * (outside - room), self.spec.lag_s),
            Some(Lift::Off) => (room, IN_AIR_LAG_S),
        };
        let now = at + dt / slow.unwrap_or(own_lag) * (felt - at);
        let back = slow.is_none() && self.lift.is_none() && (now - self.inside).abs() < BACK_WITHIN;
        (!back).then_some(now)
    }

    /// Converts, unless it is late, and gives its newest reading.
    pub(crate) fn convert(&mut self, began: Moment) -> RawReading {
        // One draw for each conversion, whatever the fault: healed, it goes on with its own noise.
        let draw = normal(&mut self.chance);
        let since = *self.faulty_since.get_or_insert(began);
        let right = self.tell(0.0, self.spec.noise * draw);
        let outcome = match self.fault {
            None | Some(ProbeFault::Slow { .. }) => Ok(right),
            Some(ProbeFault::Lost(error)) => Err(error),
            Some(ProbeFault::Frozen) => Ok(self.last_told.unwrap_or(right)),
            Some(ProbeFault::Stuck(t)) => Ok(t),
            Some(ProbeFault::Drifting { per_min }) => {
                let minutes = began.since(since).as_s() / 60.0;
                Ok(self.tell(per_min.get() * minutes, self.spec.noise * draw))
            }
            Some(ProbeFault::Offset(by)) => Ok(self.tell(by.get(), self.spec.noise * draw)),
            Some(ProbeFault::Noisy { sigma }) => Ok(self.tell(0.0, sigma.get() * draw)),
            Some(ProbeFault::Late { every }) => match self.last {
                Some(last) if began.since(last.began) < every => return last,
                Some(_) | None => Ok(right),
            },
        };
        self.last_told = outcome.ok().or(self.last_told);
        *self.last.insert(RawReading { began, outcome })
    }

    /// What it tells when it is off by `error` and its noise is `noise`.
    fn tell(&self, error: f64, noise: f64) -> Celsius {
        let noisy = self.astray.unwrap_or(self.inside) + self.spec.offset + noise + error;
        celsius(libm::round(noisy / self.spec.quantum) * self.spec.quantum)
    }

    /// What a whole sensor in its proper place would tell, without noise and steps.
    pub(crate) fn should_tell(&self) -> Celsius {
        celsius(self.inside + self.spec.offset)
    }
}

/// The nearest temperature that the type can hold; its ends are far outside of what a pad survives.
pub(crate) fn celsius(t: f64) -> Celsius {
    Celsius::literal(t.clamp(-273.15, 1000.0))
}

/// A draw from the standard normal distribution (Box and Muller's method), the same bits on every
/// machine.
pub(crate) fn normal(chance: &mut Pcg64) -> f64 {
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

    fn told(sensor: &mut Sensor) -> f64 {
        sensor.convert(Moment::START).outcome.unwrap().get()
    }

    #[test]
    fn a_reading_is_the_nearest_multiple_of_the_resolution() {
        for (inside, want) in [(22.0, 22.0), (22.031, 22.0), (22.032, 22.0625), (-0.04, -0.0625)] {
            assert_eq!(told(&mut Sensor::new(QUIET, inside, 1, 0)), want);
        }
    }

    #[test]
    fn the_offset_is_what_the_sensor_reads_too_much() {
        let spec = SensorSpec { offset: -1.5, ..QUIET };
        assert_eq!(told(&mut Sensor::new(spec, 40.0, 1, 0)), 38.5);
    }

    #[test]
    fn after_one_time_constant_a_sensor_has_gone_63_percent_of_the_way() {
        let mut sensor = Sensor::new(QUIET, 20.0, 1, 0);
        for _ in 0..80 {
            sensor.follow(30.0, 22.0, 0.05);
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
        assert!((0..20).any(|_| told(&mut a) != told(&mut b)));
    }
}
