//! What others do, written afresh from their published formulas; each file names source and version.

pub mod esphome;
pub mod kiln;
pub mod klipper;
pub mod on_off;
pub mod simple_pid;

use crate::controller::Controller;

/// The gains of a PID, in the units of whoever uses them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// Of the error.
    pub kp: f64,
    /// Of its integral.
    pub ki: f64,
    /// Of its derivative.
    pub kd: f64,
}

impl Gains {
    /// Whether there was no division by zero on the way to them.
    fn are_numbers(self) -> bool {
        [self.kp, self.ki, self.kd].iter().all(|gain| gain.is_finite())
    }

    /// The same gains, each so many times as great.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { kp: self.kp * factor, ki: self.ki * factor, kd: self.kd * factor }
    }
}

/// A relay that follows the reading at once: closed from so far below the set-point, open from so far
/// above it.
#[derive(Clone, Debug)]
pub struct Relay {
    band_k: f64,
    closed: bool,
}

impl Relay {
    const fn new(band_k: f64) -> Self {
        Self { band_k, closed: false }
    }
}

impl Controller for Relay {
    fn sample(&mut self, _: u64, reading_c: f64, setpoint_c: f64) {
        self.closed = if self.closed {
            reading_c < setpoint_c + self.band_k
        } else {
            reading_c <= setpoint_c - self.band_k
        };
    }

    fn closed(&mut self, _: u64) -> bool {
        self.closed
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::seeds;

    /// The median over the seeds of the tuning runs.
    pub(crate) fn median_of(of: impl FnMut(u64) -> f64) -> f64 {
        let mut values: Vec<f64> = seeds::tuning(20).map(of).collect();
        values.sort_by(f64::total_cmp);
        (values[9] + values[10]) / 2.0
    }

    #[test]
    fn a_relay_waits_for_the_other_side_of_its_band() {
        let mut relay = Relay::new(0.5);
        let mut after = |reading_c| {
            relay.sample(0, reading_c, 42.0);
            relay.closed(0)
        };
        assert_eq!(
            [41.6, 41.5, 42.4, 42.5, 41.6].map(&mut after),
            [false, true, true, false, false]
        );
    }
}
