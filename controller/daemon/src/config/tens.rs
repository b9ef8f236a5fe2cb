//! The table `[tens]`: a TENS module, as it is written.

use serde::Deserialize;
use soothe_rig::RigError;
use soothe_rig::rpi::Pins;
use soothe_rig::tens::{Scales, Setup, SetupNumbers};
use soothe_therapy::tens::Mode;

use super::ConfigError;

/// The bus on the header, and the addresses that the two chips have as their boards are sold.
const BUS: u8 = 1;
const DAC: u8 = 0x60;
const ADC: u8 = 0x48;

/// The table `[tens]`. What a module's resistors decide has no default: a guess would be a wrong level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTens {
    module: RawModule,
    mode: Option<String>,
    bus: Option<u8>,
    dac: Option<u8>,
    adc: Option<u8>,
    full_scale_ma: f64,
    current_ma_per_v: f64,
    voltage_v_per_v: f64,
    mean_ua_per_mv: f64,
}

/// Who makes the pulses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawModule {
    Triggered,
    Simple,
}

impl RawTens {
    pub(super) fn parse(self, pins: &Pins) -> Result<Setup, ConfigError> {
        let mode = self.mode.map(|name| name.parse::<Mode>()).transpose().map_err(|unknown| {
            ConfigError::Tens(RigError { line: "mode".to_owned(), problem: unknown.to_string() })
        })?;
        let scales = Scales {
            full_scale_ma: self.full_scale_ma,
            current_ma_per_v: self.current_ma_per_v,
            voltage_v_per_v: self.voltage_v_per_v,
            mean_ua_per_mv: self.mean_ua_per_mv,
        };
        let numbers = SetupNumbers {
            triggered: self.module == RawModule::Triggered,
            mode,
            bus: self.bus.unwrap_or(BUS),
            dac: self.dac.unwrap_or(DAC),
            adc: self.adc.unwrap_or(ADC),
            scales,
        };
        Setup::parse(numbers, pins).map_err(ConfigError::Tens)
    }
}
