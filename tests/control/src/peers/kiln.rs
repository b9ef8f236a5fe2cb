//! kiln-controller's PID and `kiln-tuner.py`.
//!
//! Written from the formulas and constants of kiln-controller at commit 7299056: `lib/oven.py` (`PID`,
//! control only within 5 degrees of the target; the median of the newest readings), `config.py` (gains as
//! shipped, throttle) and `kiln-tuner.py` (open loop, tangent through the middle of the curve, Ziegler
//! and Nichols). Its cycle (`sensor_time_wait`) is 5 s here, the relay's window, with a reading a second.

use super::Gains;
use crate::controller::Law;
use crate::simulation::Tuning;

/// One cycle, s.
const CYCLE_S: f64 = 5.0;
/// Readings of which the median is used.
const READINGS: usize = 5;
/// How far from the target it regulates; beyond, it is on or off, K.
const WINDOW_K: f64 = 5.0;
/// Its gains are in percent.
const PERCENT: f64 = 100.0;
/// The tangent goes through the middle of the curve, an eighth of its height up and down.
const TANGENT_DIVISOR: f64 = 8.0;

/// The gains of `config.py`; its `pid_ki` is the inverse.
pub const SHIPPED: Gains = Gains { kp: 10.0, ki: 1.0 / 80.0, kd: 220.834_978_3 };
/// `throttle_percent` of `config.py`, for targets below `throttle_below_temp`, as a duty.
pub const SHIPPED_THROTTLE: f64 = 0.2;

/// The newest readings.
#[derive(Clone, Debug)]
struct Newest([f64; READINGS]);

impl Newest {
    /// Begins with zeros, as the original does.
    const NONE: Self = Self([0.0; READINGS]);

    fn add(&mut self, reading_c: f64) {
        self.0.rotate_left(1);
        self.0[READINGS - 1] = reading_c;
    }

    fn median_c(&self) -> f64 {
        let mut sorted = self.0;
        sorted.sort_by(f64::total_cmp);
        sorted[READINGS / 2]
    }
}

/// kiln-controller's PID: an integral without bounds, within its window.
#[derive(Clone, Debug)]
pub struct Pid {
    gains: Gains,
    /// The duty beyond the window.
    full: f64,
    newest: Newest,
    last_s: f64,
    last_error_k: f64,
    integral_percent: f64,
    duty: f64,
}

impl Pid {
    /// A PID that has seen nothing. `full` is the most that it heats to get into its window.
    #[must_use]
    pub const fn new(gains: Gains, full: f64) -> Self {
        Self {
            gains,
            full,
            newest: Newest::NONE,
            last_s: 0.0,
            last_error_k: 0.0,
            integral_percent: 0.0,
            duty: 0.0,
        }
    }

    fn compute(&mut self, at_s: f64, setpoint_c: f64) -> f64 {
        let Gains { kp, ki, kd } = self.gains;
        let error_k = setpoint_c - self.newest.median_c();
        let passed_s = at_s - self.last_s;
        let duty = if error_k > WINDOW_K {
            self.full
        } else if error_k < -WINDOW_K {
            0.0
        } else {
            self.integral_percent += ki * error_k * passed_s;
            let slope_k_s = (error_k - self.last_error_k) / passed_s;
            (kp * error_k + self.integral_percent + kd * slope_k_s) / PERCENT
        };
        (self.last_s, self.last_error_k) = (at_s, error_k);
        duty.clamp(0.0, 1.0)
    }
}

impl Law for Pid {
    fn duty(&mut self, at_s: f64, reading_c: f64, setpoint_c: f64) -> f64 {
        self.newest.add(reading_c);
        if at_s % CYCLE_S == 0.0 {
            self.duty = self.compute(at_s, setpoint_c);
        }
        self.duty
    }
}

/// `kiln-tuner.py`: full power to the target, then none until it is back there.
#[derive(Clone, Debug)]
pub struct Tuner {
    target_c: f64,
    newest: Newest,
    cooling: bool,
    /// The curve that it records: time and temperature.
    curve: Vec<(f64, f64)>,
}

impl Tuner {
    /// A tuner that heats to a target.
    #[must_use]
    pub const fn new(target_c: f64) -> Self {
        Self { target_c, newest: Newest::NONE, cooling: false, curve: Vec::new() }
    }

    /// Takes a reading. It finds nothing where the curve is too short, or too flat, for a tangent.
    pub fn sample(&mut self, at_s: f64, reading_c: f64) -> Tuning<Option<Gains>> {
        // It looks at the end of each cycle: not at the very beginning, and before the next reading.
        if at_s > 0.0 && at_s % CYCLE_S == 0.0 {
            let median_c = self.newest.median_c();
            self.curve.push((at_s, median_c));
            if self.cooling && median_c < self.target_c {
                return Tuning::Done(gains(&self.curve));
            }
            self.cooling |= median_c > self.target_c;
        }
        self.newest.add(reading_c);
        Tuning::Busy { closed: !self.cooling }
    }
}

/// Dead time and time constant from a tangent, and the gains that follow.
fn gains(curve: &[(f64, f64)]) -> Option<Gains> {
    let lowest_c = curve.iter().map(|(_, c)| *c).fold(f64::INFINITY, f64::min);
    let highest_c = curve.iter().map(|(_, c)| *c).fold(f64::NEG_INFINITY, f64::max);
    let middle_c = (lowest_c + highest_c) / 2.0;
    // It keeps whole degrees of this only.
    let apart_k = ((highest_c - lowest_c) / TANGENT_DIVISOR).trunc();
    let lower = curve.iter().position(|(_, c)| *c >= middle_c - apart_k)?;
    // The next point at the earliest.
    let rest = &curve[lower + 1..];
    let (upper_s, upper_c) = *rest.iter().find(|(_, c)| *c >= middle_c + apart_k)?;
    let (lower_s, lower_c) = curve[lower];
    let slope_k_s = (upper_c - lower_c) / (upper_s - lower_s);
    let begins_s = lower_s + (lowest_c - lower_c) / slope_k_s;
    let dead_s = begins_s - curve[0].0;
    let rise_s = (highest_c - lowest_c) / slope_k_s;
    let kp = 1.2 * rise_s / dead_s;
    let gains = Gains { kp, ki: kp / (2.0 * dead_s), kd: kp * 0.5 * dead_s };
    gains.are_numbers().then_some(gains)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::tests::median_of;
    use crate::{pad::Pad, simulation::tune};

    #[test]
    fn the_tuner_finds_the_published_gains() {
        let run = |seed| {
            let mut tuner = Tuner::new(42.0);
            tune(&Pad::NOMINAL, seed, |at_s, c| tuner.sample(at_s, c)).expect("it ends")
        };
        let gains = |seed| run(seed).gains.expect("there is a tangent");
        assert!((9.86..=15.09).contains(&median_of(|seed| gains(seed).kp)));
        assert!((2.65..=5.74).contains(&median_of(|seed| 1.0 / gains(seed).ki)));
        assert!((139.4..=150.9).contains(&median_of(|seed| gains(seed).kd)));
        assert!((370.0..=385.0).contains(&median_of(|seed| f64::from(run(seed).took_s))));
        assert!((43.65..=43.99).contains(&median_of(|seed| run(seed).peak_c)));
    }

    #[test]
    fn a_curve_without_a_tangent_gives_no_gains() {
        assert_eq!(gains(&[(5.0, 22.0)]), None);
        assert_eq!(gains(&[(5.0, 22.0), (10.0, 22.0), (15.0, 22.0)]), None);
    }

    #[test]
    fn beyond_its_window_it_is_on_or_off() {
        let mut pid = Pid::new(SHIPPED, SHIPPED_THROTTLE);
        let mut after = |reading_c: f64| {
            (0..5).for_each(|_| pid.newest.add(reading_c));
            pid.compute(5.0, 42.0)
        };
        assert_eq!([after(36.9), after(47.1)], [0.2, 0.0]);
    }
}
