//! simple-pid, which has no tuner of its own: it runs with the gains of others.
//!
//! Written from the formulas of simple-pid 2.0.1, `simple_pid/pid.py`, with `output_limits` (0, 1): the
//! integral is kept within the limits of the output, the derivative is that of the reading.

use super::Gains;
use crate::controller::Law;

/// simple-pid's PID.
#[derive(Clone, Debug)]
pub struct Pid {
    gains: Gains,
    integral: f64,
    last: Option<(f64, f64)>,
}

impl Pid {
    /// A PID that has seen nothing.
    #[must_use]
    pub const fn new(gains: Gains) -> Self {
        Self { gains, integral: 0.0, last: None }
    }
}

/// The time that the first call of all is taken to be after the one before, s.
const FIRST_S: f64 = 1.0;

impl Law for Pid {
    fn duty(&mut self, at_s: f64, reading_c: f64, setpoint_c: f64) -> f64 {
        let Gains { kp, ki, kd } = self.gains;
        let error_k = setpoint_c - reading_c;
        let (last_s, last_c) = self.last.unwrap_or((at_s - FIRST_S, reading_c));
        let passed_s = at_s - last_s;
        self.integral = (self.integral + ki * error_k * passed_s).clamp(0.0, 1.0);
        self.last = Some((at_s, reading_c));
        let slope_k_s = (reading_c - last_c) / passed_s;
        (kp * error_k + self.integral - kd * slope_k_s).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_stays_within_the_output() {
        let mut pid = Pid::new(Gains { kp: 0.0, ki: 0.1, kd: 0.0 });
        (0..100).for_each(|second| {
            pid.duty(f64::from(second), 30.0, 42.0);
        });
        assert_eq!(pid.integral, 1.0);
        (100..200).for_each(|second| {
            pid.duty(f64::from(second), 50.0, 42.0);
        });
        assert_eq!(pid.integral, 0.0);
    }
}
