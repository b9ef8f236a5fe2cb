//! Klipper's PID, its watermark control and `PID_CALIBRATE`.
//!
//! Written from the formulas and constants of Klipper at commit 84104bbbd:
//! `klippy/extras/heaters.py` (`ControlPID`, `ControlBangBang`; `smooth_time` 1 s, `max_delta` 2 K) and
//! `klippy/extras/pid_calibrate.py` (relay test between the target and 5 K below it, twelve peaks, gains
//! by Ziegler and Nichols). Its limit on small changes of the PWM does nothing here: it ignores duties
//! below 0.05 after none, which the relay's window makes none anyway.

use super::{Gains, Relay};
use crate::controller::Law;
use crate::simulation::Tuning;

/// Klipper writes its gains in so many parts of the full duty.
pub const PARAM_BASE: f64 = 255.0;

/// What Klipper believes that it has measured before the first reading, °C.
const ASSUMED_C: f64 = 25.0;
/// A derivative over less than this is smoothed, s.
const SMOOTH_S: f64 = 1.0;
/// How far the calibration lets the heater cool, K.
const CALIBRATE_BAND_K: f64 = 5.0;
/// Turning points that the calibration waits for.
const PEAKS: usize = 12;
/// The first of them that is used: earlier ones are of the warming-up.
const FIRST_PEAK: usize = 4;

/// Klipper's PID: an integral that stands still while the output is saturated.
#[derive(Clone, Debug)]
pub struct Pid {
    gains: Gains,
    last_s: f64,
    last_c: f64,
    slope_k_s: f64,
    integral_k_s: f64,
}

impl Pid {
    /// A PID that has seen nothing.
    #[must_use]
    pub const fn new(gains: Gains) -> Self {
        Self { gains, last_s: 0.0, last_c: ASSUMED_C, slope_k_s: 0.0, integral_k_s: 0.0 }
    }
}

impl Law for Pid {
    fn duty(&mut self, at_s: f64, reading_c: f64, setpoint_c: f64) -> f64 {
        let Gains { kp, ki, kd } = self.gains;
        let passed_s = at_s - self.last_s;
        let rise_k = reading_c - self.last_c;
        self.slope_k_s = if passed_s >= SMOOTH_S {
            rise_k / passed_s
        } else {
            (self.slope_k_s * (SMOOTH_S - passed_s) + rise_k) / SMOOTH_S
        };
        let error_k = setpoint_c - reading_c;
        let integral_k_s = (self.integral_k_s + error_k * passed_s).clamp(0.0, 1.0 / ki);
        let wanted = kp * error_k + ki * integral_k_s - kd * self.slope_k_s;
        let duty = wanted.clamp(0.0, 1.0);
        if duty == wanted {
            self.integral_k_s = integral_k_s;
        }
        (self.last_s, self.last_c) = (at_s, reading_c);
        duty
    }
}

/// Klipper's other control: on below the band, off above it.
#[must_use]
pub const fn watermark() -> Relay {
    Relay::new(2.0)
}

/// `PID_CALIBRATE`.
#[derive(Clone, Debug)]
pub struct Calibration {
    target_c: f64,
    heating: bool,
    /// The turning point of the present half-wave: temperature and time.
    turn: (f64, f64),
    turns: Vec<(f64, f64)>,
}

impl Calibration {
    /// A calibration at a target.
    #[must_use]
    pub const fn new(target_c: f64) -> Self {
        Self { target_c, heating: false, turn: (0.0, 0.0), turns: Vec::new() }
    }

    /// Takes a reading.
    pub fn sample(&mut self, at_s: f64, reading_c: f64) -> Tuning<Gains> {
        let switch_at_c = self.target_c - if self.heating { 0.0 } else { CALIBRATE_BAND_K };
        // The first target is the upper one, with the heater still off.
        let cold_start = self.turns.is_empty() && reading_c <= self.target_c;
        let crossed =
            if self.heating { reading_c >= switch_at_c } else { reading_c <= switch_at_c };
        if crossed || cold_start {
            self.heating = !self.heating;
            self.turns.push(self.turn);
            self.turn.0 = if self.heating { f64::INFINITY } else { f64::NEG_INFINITY };
        }
        let further = if self.heating { reading_c < self.turn.0 } else { reading_c > self.turn.0 };
        if further {
            self.turn = (reading_c, at_s);
        }
        if !self.heating && self.turns.len() >= PEAKS {
            return Tuning::Done(self.gains());
        }
        Tuning::Busy { closed: self.heating }
    }

    /// From the half-wave whose period is the upper median of all.
    fn gains(&self) -> Gains {
        let period_s = |at: usize| self.turns[at].1 - self.turns[at - 2].1;
        let mut by_period: Vec<usize> = (FIRST_PEAK..self.turns.len()).collect();
        by_period.sort_by(|a, b| period_s(*a).total_cmp(&period_s(*b)));
        let at = by_period[by_period.len() / 2];
        let amplitude_k = 0.5 * (self.turns[at].0 - self.turns[at - 1].0).abs();
        // Ziegler and Nichols, with all of the power for the relay's amplitude.
        let ultimate = 4.0 / (std::f64::consts::PI * amplitude_k);
        let kp = 0.6 * ultimate;
        Gains { kp, ki: kp / (0.5 * period_s(at)), kd: kp * 0.125 * period_s(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::tests::median_of;
    use crate::{pad::Pad, simulation::tune};

    #[test]
    fn the_calibration_finds_the_published_gains() {
        let run = |seed| {
            let mut calibration = Calibration::new(42.0);
            tune(&Pad::NOMINAL, seed, |at_s, c| calibration.sample(at_s, c)).expect("it ends")
        };
        assert!((57.19..=59.94).contains(&(PARAM_BASE * median_of(|seed| run(seed).gains.kp))));
        assert!((0.323..=0.339).contains(&(PARAM_BASE * median_of(|seed| run(seed).gains.ki))));
        assert!((2530.7..=2652.4).contains(&(PARAM_BASE * median_of(|seed| run(seed).gains.kd))));
        assert!((2010.0..=2030.0).contains(&median_of(|seed| f64::from(run(seed).took_s))));
        assert!((43.38..=43.45).contains(&median_of(|seed| run(seed).peak_c)));
    }

    #[test]
    fn a_saturated_output_integrates_nothing() {
        let mut pid = Pid::new(Gains { kp: 0.2, ki: 0.01, kd: 0.0 });
        for second in 0..1000 {
            assert_eq!(pid.duty(f64::from(second), 30.0, 42.0), 1.0);
        }
        assert_eq!(pid.integral_k_s, 0.0);
    }
}
