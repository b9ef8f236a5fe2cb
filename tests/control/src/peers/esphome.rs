//! ESPHome's PID climate and its autotuner.
//!
//! Written from the formulas and constants of ESPHome 2026.6.5, `esphome/components/pid`:
//! `pid_controller.cpp`, `pid_autotuner.cpp`, and the defaults of `climate.py` (integral within ±1, no
//! averaging of the derivative, no dead-band; noise band 0.25 K). A pad cannot be cooled, so the tuner's
//! outputs are 1 and 0.

use super::Gains;
use crate::controller::Law;
use crate::simulation::Tuning;

/// Half the hysteresis of the tuner's relay, K.
const NOISE_BAND_K: f64 = 0.25;
/// The same for the detector of crossings, K.
const CROSSING_BAND_K: f64 = NOISE_BAND_K / 4.0;
/// Half the way from the relay's low output to its high one.
const RELAY_AMPLITUDE: f64 = 0.5;
/// Half-waves of each kind that are enough.
const EXTREMES_ENOUGH: usize = 3;
/// Times between crossings that are enough.
const CROSSINGS_ENOUGH: usize = 2;

/// ESPHome's PID: an integral that goes on while the output is saturated.
#[derive(Clone, Debug)]
pub struct Pid {
    gains: Gains,
    integral: f64,
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    at_s: f64,
    reading_c: f64,
}

impl Pid {
    /// A PID that has seen nothing.
    #[must_use]
    pub const fn new(gains: Gains) -> Self {
        Self { gains, integral: 0.0, last: None }
    }
}

impl Law for Pid {
    fn duty(&mut self, at_s: f64, reading_c: f64, setpoint_c: f64) -> f64 {
        let Gains { kp, ki, kd } = self.gains;
        let error_k = setpoint_c - reading_c;
        // A change of the set-point is taken out of the derivative, which leaves that of the reading.
        let (passed_s, slope_k_s) = match self.last {
            Some(last) => (at_s - last.at_s, (last.reading_c - reading_c) / (at_s - last.at_s)),
            None => (0.0, 0.0),
        };
        self.integral = (self.integral + ki * error_k * passed_s).clamp(-1.0, 1.0);
        self.last = Some(Last { at_s, reading_c });
        (kp * error_k + self.integral + kd * slope_k_s).clamp(0.0, 1.0)
    }
}

/// What the autotuner measured: the ultimate gain, 1/K, and the ultimate period, s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ultimate {
    /// The gain at which the loop would swing for ever, 1/K.
    pub gain: f64,
    /// The period at which it would, s.
    pub period_s: f64,
}

/// A rule from there to gains: what each is of Ku, Ku/Pu and Ku·Pu.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    kp: f64,
    ki: f64,
    kd: f64,
}

impl Rule {
    /// Ziegler and Nichols' PID, its default.
    pub const ZN_PID: Self = Self { kp: 0.6, ki: 1.2, kd: 0.075 };
    /// Ziegler and Nichols' PI.
    pub const ZN_PI: Self = Self { kp: 0.45, ki: 0.54, kd: 0.0 };
    /// Pessen's.
    pub const PESSEN: Self = Self { kp: 0.7, ki: 1.75, kd: 0.105 };
    /// "Some overshoot".
    pub const SOME_OVERSHOOT: Self = Self { kp: 0.333, ki: 0.667, kd: 0.111 };
    /// "No overshoot".
    pub const NO_OVERSHOOT: Self = Self { kp: 0.2, ki: 0.4, kd: 0.0625 };

    /// The gains for what was measured.
    #[must_use]
    pub fn gains(self, ultimate: Ultimate) -> Gains {
        let Ultimate { gain, period_s } = ultimate;
        Gains { kp: self.kp * gain, ki: self.ki * gain / period_s, kd: self.kd * gain * period_s }
    }
}

/// The autotuner: a relay with hysteresis round the target, until it has swung often enough.
#[derive(Clone, Debug)]
pub struct Autotuner {
    target_c: f64,
    relay_high: Option<bool>,
    above: Option<bool>,
    last_crossing_s: Option<f64>,
    half_periods_s: Vec<f64>,
    /// The least and the greatest error of the present half-wave.
    extremes_k: (f64, f64),
    /// The greatest error of each time that it heated, and the least of each that it did not.
    highs_k: Vec<f64>,
    lows_k: Vec<f64>,
}

impl Autotuner {
    /// An autotuner at a target.
    #[must_use]
    pub const fn new(target_c: f64) -> Self {
        Self {
            target_c,
            relay_high: None,
            above: None,
            last_crossing_s: None,
            half_periods_s: Vec::new(),
            extremes_k: (0.0, 0.0),
            highs_k: Vec::new(),
            lows_k: Vec::new(),
        }
    }

    /// Takes a reading.
    pub fn sample(&mut self, at_s: f64, reading_c: f64) -> Tuning<Ultimate> {
        let error_k = self.target_c - reading_c;
        self.switch(error_k);
        self.detect_crossing(at_s, error_k);
        let extremes = self.highs_k.len().min(self.lows_k.len());
        // It means to wait six half-waves more for a swing that is not symmetrical, but goes on to the
        // result in the very call in which it begins to wait.
        if self.half_periods_s.len() >= CROSSINGS_ENOUGH && extremes >= EXTREMES_ENOUGH {
            return Tuning::Done(self.ultimate());
        }
        Tuning::Busy { closed: self.relay_high == Some(true) }
    }

    /// The relay, and the extremes of the half-waves that it makes.
    fn switch(&mut self, error_k: f64) {
        let high = beyond(self.relay_high, error_k, NOISE_BAND_K);
        if self.relay_high != Some(high) {
            let (least_k, most_k) = self.extremes_k;
            match self.relay_high {
                Some(true) => self.highs_k.push(most_k),
                Some(false) => self.lows_k.push(least_k),
                None => {}
            }
            self.extremes_k = (error_k, error_k);
            self.relay_high = Some(high);
        }
        let (least_k, most_k) = self.extremes_k;
        self.extremes_k = (least_k.min(error_k), most_k.max(error_k));
    }

    fn detect_crossing(&mut self, at_s: f64, error_k: f64) {
        let now = beyond(self.above, error_k, CROSSING_BAND_K);
        if self.above.is_some_and(|before| before != now) {
            if let Some(last_s) = self.last_crossing_s {
                self.half_periods_s.push(at_s - last_s);
            }
            self.last_crossing_s = Some(at_s);
        }
        self.above = Some(now);
    }

    fn ultimate(&self) -> Ultimate {
        let pairs = self.highs_k.len().min(self.lows_k.len());
        // Neither the first high nor the first two lows: they may be of the warming-up.
        let swings_k: Vec<f64> =
            (1..pairs - 1).map(|i| (self.highs_k[i] - self.lows_k[i + 1]).abs()).collect();
        let amplitude_k = mean(&swings_k) / 2.0;
        Ultimate {
            gain: 4.0 * RELAY_AMPLITUDE / (std::f64::consts::PI * amplitude_k),
            period_s: 2.0 * mean(&self.half_periods_s),
        }
    }
}

/// On which side the error is, with hysteresis.
fn beyond(before: Option<bool>, error_k: f64, band_k: f64) -> bool {
    match before {
        Some(true) => error_k >= -band_k,
        Some(false) | None => error_k > band_k,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::tests::median_of;
    use crate::{pad::Pad, simulation::tune};

    #[test]
    fn the_autotuner_finds_the_published_gain_and_period() {
        let run = |seed| {
            let mut tuner = Autotuner::new(42.0);
            tune(&Pad::NOMINAL, seed, |at_s, c| tuner.sample(at_s, c)).expect("it ends")
        };
        assert!((0.637..=0.755).contains(&median_of(|seed| run(seed).gains.gain)));
        assert!((156.8..=166.8).contains(&median_of(|seed| run(seed).gains.period_s)));
        assert!((657.0..=681.0).contains(&median_of(|seed| f64::from(run(seed).took_s))));
        assert!((43.59..=43.79).contains(&median_of(|seed| run(seed).peak_c)));
    }

    #[test]
    fn a_saturated_output_goes_on_integrating() {
        let mut pid = Pid::new(Gains { kp: 0.2, ki: 0.01, kd: 0.0 });
        for second in 0..1000 {
            assert_eq!(pid.duty(f64::from(second), 30.0, 42.0), 1.0);
        }
        assert_eq!(pid.integral, 1.0);
    }

    #[test]
    fn a_new_set_point_kicks_no_derivative() {
        let mut pid = Pid::new(Gains { kp: 0.0, ki: 0.0, kd: 1.0 });
        pid.duty(0.0, 38.0, 42.0);
        assert_eq!(pid.duty(1.0, 38.0, 45.0), 0.0);
    }
}
