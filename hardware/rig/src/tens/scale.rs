//! From mA to the DAC's code, and from the ADC's voltages to what flowed.

use soothe_therapy::tens::{Microamp, Milliamp, Ohm, Reading, limits};

use crate::lines::RigError;
use crate::tens::dac::CODE_MAX;

/// How the module translates. Each build has its own: they follow from its resistors, and are measured on a
/// load of 500 Ω (docs/wiring.md).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// The peak current at the DAC's full scale, in mA.
    pub full_scale_ma: f64,
    /// The peak current that makes 1 V at the ADC's input 0, in mA.
    pub current_ma_per_v: f64,
    /// The peak voltage between the electrodes that makes 1 V at the ADC's input 1, in V.
    pub voltage_v_per_v: f64,
    /// The mean current that makes 1 mV between the ADC's inputs 2 and 3, in µA.
    pub mean_ua_per_mv: f64,
}

/// What an ADC fed with 3.3 V can tell for sure of one of its inputs, in V (datasheet SBAS444: up to its supply;
/// a tenth is kept for a supply that is low).
const INPUT_MAX_V: f64 = 3.0;
/// How much more than the DAC's full scale must be told, so that too much can be seen (HL-T1).
const OVER_TOLD: f64 = 1.2;
/// The DAC's full scale: enough for the strongest level, and no more than twice as much: a DAC that was just
/// switched on gives half of it (HL-T1).
const FULL_SCALE_MA: [f64; 2] = [limits::PEAK_MAX_MA, 2.0 * limits::PEAK_MAX_MA];
/// Beyond it a step of the ADC, 0.125 mV, is more than 12 µA, and 1 mA too little to judge.
const CURRENT_MA_PER_V_MAX: f64 = 100.0;
/// At least the 20 V that 10 mA take through 2 kΩ can be told; at most a step is 12 mV.
const VOLTAGE_V_PER_V: [f64; 2] = [7.0, 100.0];
/// 50 µA (HL-T8) are between 64 steps of the ADC, 7.8 µV each, and half of its range.
const MEAN_UA_PER_MV: [f64; 2] = [0.5, 100.0];

/// Below this current a load cannot be told, in mA: a tenth of the weakest level.
const TELLS_LOAD_MA: f64 = 0.1;
/// The load that is told then, in Ω: that of an open lead.
const OPEN_OHM: f64 = 1.0e9;

/// What the ADC saw, in V.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) current_v: f64,
    pub(super) voltage_v: f64,
    pub(super) mean_v: f64,
}

impl Scales {
    pub(super) fn check(&self) -> Result<(), RigError> {
        let within = |name: &str, value: f64, [min, max]: [f64; 2], unit: &str| {
            // NaN is within nothing.
            if (min..=max).contains(&value) {
                return Ok(());
            }
            let problem = format!("must be from {min} to {max} {unit}");
            Err(RigError { line: format!("{name} = {value}"), problem })
        };
        within("full_scale_ma", self.full_scale_ma, FULL_SCALE_MA, "mA")?;
        let current_min = OVER_TOLD * self.full_scale_ma / INPUT_MAX_V;
        let current = [current_min, CURRENT_MA_PER_V_MAX];
        within(
            "current_ma_per_v",
            self.current_ma_per_v,
            current,
            "mA per V, so that more than the full scale is seen",
        )?;
        within("voltage_v_per_v", self.voltage_v_per_v, VOLTAGE_V_PER_V, "V per V")?;
        within("mean_ua_per_mv", self.mean_ua_per_mv, MEAN_UA_PER_MV, "µA per mV")
    }

    /// The DAC's code for a level in whole mA: never more than it.
    pub(super) fn code(&self, level_ma: u8) -> u16 {
        let code = f64::from(level_ma) / self.full_scale_ma * f64::from(CODE_MAX);
        (code.floor() as u16).min(CODE_MAX)
    }

    /// What flowed of pulses that were made with a level of `commanded`.
    ///
    /// # Errors
    /// When it is no current at all, which scales that were checked do not bring about.
    pub(super) fn reading(&self, commanded: Milliamp, seen: Seen) -> Result<Reading, RigError> {
        // An input that is a little below 0 V is at zero. A hundredth of a mA is what the converter can tell.
        let current_ma = tidy(seen.current_v.max(0.0) * self.current_ma_per_v, 100.0);
        let voltage_v = seen.voltage_v.max(0.0) * self.voltage_v_per_v;
        let load =
            if current_ma < TELLS_LOAD_MA { OPEN_OHM } else { 1000.0 * voltage_v / current_ma };
        let mean_ua = tidy(1000.0 * seen.mean_v * self.mean_ua_per_mv, 10.0);
        let failed = |problem: String| RigError {
            line: "what the TENS module measured".to_owned(),
            problem,
        };
        Ok(Reading {
            commanded,
            measured: Milliamp::new(current_ma).map_err(|error| failed(error.to_string()))?,
            load: Ohm::new(load.min(OPEN_OHM).round())
                .map_err(|error| failed(error.to_string()))?,
            mean: Microamp::new(mean_ua).map_err(|error| failed(error.to_string()))?,
        })
    }
}

/// The nearest of the values of which there are so many to one.
fn tidy(value: f64, to_one: f64) -> f64 {
    (value * to_one).round() / to_one
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tens::setup::tests::SCALES;

    #[test]
    fn hl_t1_no_code_makes_more_than_the_level_and_each_is_within_a_step_of_it() {
        for full_scale_ma in [30.0, 37.3, 40.0, 60.0] {
            let scales = Scales { full_scale_ma, ..SCALES };
            for level in 0..=30 {
                let step_ma = full_scale_ma / f64::from(CODE_MAX);
                let made_ma = f64::from(scales.code(level)) * step_ma;
                let under_ma = f64::from(level) - made_ma;
                assert!((-1e-9..step_ma).contains(&under_ma), "{level} of {full_scale_ma} mA");
            }
            assert_eq!(scales.code(0), 0);
        }
        assert_eq!(SCALES.code(255), CODE_MAX, "beyond the full scale");
    }

    #[test]
    fn what_was_seen_becomes_current_load_and_mean() {
        let seen = Seen { current_v: 0.5, voltage_v: 0.4, mean_v: -0.0012 };
        let reading = SCALES.reading(Milliamp::literal(10.0), seen).unwrap();
        assert_eq!(reading.commanded, Milliamp::literal(10.0));
        assert!((reading.measured.get() - 10.0).abs() < 1e-9);
        assert_eq!(reading.load.get(), 1600.0);
        assert!((reading.mean.get() + 12.0).abs() < 1e-9);
    }

    #[test]
    fn where_nothing_flows_the_load_is_an_open_lead() {
        for current_v in [-0.002, 0.0, 0.004] {
            let seen = Seen { current_v, voltage_v: 1.5, mean_v: 0.0 };
            let reading = SCALES.reading(Milliamp::literal(1.0), seen).unwrap();
            assert!(
                reading.measured.get() < TELLS_LOAD_MA && reading.load.get() > limits::OPEN_OHM
            );
        }
    }

    #[test]
    fn the_ends_of_the_converters_ranges_are_readings_too() {
        let ends = Scales {
            current_ma_per_v: 100.0,
            voltage_v_per_v: 100.0,
            mean_ua_per_mv: 100.0,
            ..SCALES
        };
        for sign in [-1.0, 1.0] {
            let seen =
                Seen { current_v: sign * 4.096, voltage_v: sign * 4.096, mean_v: sign * 0.256 };
            ends.reading(Milliamp::ZERO, seen).unwrap();
        }
    }

    #[test]
    fn a_scale_that_is_out_of_range_is_named_with_the_range() {
        let refused = |scales: Scales| scales.check().unwrap_err().to_string();
        assert!(SCALES.check().is_ok());
        let full = |full_scale_ma| Scales { full_scale_ma, ..SCALES };
        assert_eq!(refused(full(29.9)), "full_scale_ma = 29.9: must be from 30 to 60 mA");
        assert!(refused(full(60.1)).starts_with("full_scale_ma = 60.1"));
        assert!(refused(full(f64::NAN)).starts_with("full_scale_ma = NaN"));
        // 1.2 times 40 mA must be within 3 V.
        let current = |current_ma_per_v| Scales { current_ma_per_v, ..SCALES };
        assert!(current(16.0).check().is_ok());
        assert!(
            refused(current(15.9))
                .starts_with("current_ma_per_v = 15.9: must be from 16 to 100 mA per V")
        );
        assert!(refused(current(101.0)).starts_with("current_ma_per_v"));
        for bad in [6.9, 101.0, f64::INFINITY] {
            assert!(
                refused(Scales { voltage_v_per_v: bad, ..SCALES }).starts_with("voltage_v_per_v")
            );
        }
        for bad in [0.4, 100.1, -10.0] {
            assert!(
                refused(Scales { mean_ua_per_mv: bad, ..SCALES }).starts_with("mean_ua_per_mv")
            );
        }
    }
}
