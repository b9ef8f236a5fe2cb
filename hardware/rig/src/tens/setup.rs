//! Which module is connected, and how: checked once.

use soothe_therapy::tens::Mode;

use crate::lines::RigError;
use crate::pins::{Bus, Pins};
use crate::tens::scale::Scales;

/// Addresses that an MCP4725 can have, whichever of its variants it is.
const DAC_ADDRESSES: [u8; 8] = [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67];
/// Addresses that an ADS1115 can have.
const ADC_ADDRESSES: [u8; 4] = [0x48, 0x49, 0x4A, 0x4B];

/// Who makes the pulses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Each is triggered from this pin, by the Pi's hardware PWM.
    Triggered {
        /// GPIO 12, 13, 18 or 19.
        pin: u8,
    },
    /// The module itself, as it was set by hand.
    Simple {
        /// The mode that it makes; no other is sent.
        mode: Mode,
    },
}

/// What a configuration says of the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetupNumbers {
    /// Whether the module must be triggered; else it makes its own pulses.
    pub triggered: bool,
    /// The mode of a module that makes its own pulses.
    pub mode: Option<Mode>,
    /// The I2C bus.
    pub bus: u8,
    /// The DAC's address.
    pub dac: u8,
    /// The ADC's address.
    pub adc: u8,
    /// See [`Scales`].
    pub scales: Scales,
}

/// A module that was checked: its lines are there, its numbers are in range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    module: Module,
    numbers: SetupNumbers,
}

impl Setup {
    /// Checks what a configuration says.
    ///
    /// # Errors
    /// Names what is missing, out of range, or does not belong to such a module.
    pub fn parse(numbers: SetupNumbers, pins: &Pins) -> Result<Self, RigError> {
        let lines = pins.numbers();
        if lines.tens_enable.is_none() {
            return refuse("tens_enable", "the module needs an enable line: name it in [pins]");
        }
        let module = match (numbers.triggered, lines.tens_trigger, numbers.mode) {
            (true, Some(pin), None) => Module::Triggered { pin },
            (true, None, _) => {
                return refuse(
                    "tens_trigger",
                    "a triggered module needs a pin with hardware PWM: name it in [pins]",
                );
            }
            (true, Some(_), Some(_)) => {
                return refuse("mode", "a triggered module makes every mode; leave it out");
            }
            (false, None, Some(mode)) => Module::Simple { mode },
            (false, Some(_), _) => {
                return refuse(
                    "tens_trigger",
                    "a simple module makes its own pulses; leave it out of [pins]",
                );
            }
            (false, None, None) => {
                return refuse("mode", "say which mode a simple module is set to make");
            }
        };
        if !DAC_ADDRESSES.contains(&numbers.dac) {
            return refuse(&format!("dac = {:#04x}", numbers.dac), "an MCP4725 is at 0x60 to 0x67");
        }
        if !ADC_ADDRESSES.contains(&numbers.adc) {
            return refuse(&format!("adc = {:#04x}", numbers.adc), "an ADS1115 is at 0x48 to 0x4b");
        }
        numbers.scales.check()?;
        Ok(Self { module, numbers })
    }

    /// Who makes the pulses.
    #[must_use]
    pub const fn module(&self) -> Module {
        self.module
    }

    /// The number of the I2C bus.
    #[must_use]
    pub const fn bus(&self) -> u8 {
        self.numbers.bus
    }

    /// The bus whose pins no line may have.
    #[must_use]
    pub const fn uses(&self) -> Option<Bus> {
        Bus::i2c(self.numbers.bus)
    }

    /// Whether one of its chips has this place. Of two chips that answer at once neither is set, or read, as it must be.
    #[must_use]
    pub const fn is_at(&self, bus: u8, address: u8) -> bool {
        self.numbers.bus == bus && (self.numbers.dac == address || self.numbers.adc == address)
    }

    pub(super) const fn dac(&self) -> u8 {
        self.numbers.dac
    }

    pub(super) const fn adc(&self) -> u8 {
        self.numbers.adc
    }

    pub(super) const fn scales(&self) -> &Scales {
        &self.numbers.scales
    }
}

fn refuse<T>(line: &str, problem: &str) -> Result<T, RigError> {
    Err(RigError { line: line.to_owned(), problem: problem.to_owned() })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::pins::PinNumbers;

    pub(in crate::tens) const SCALES: Scales = Scales {
        full_scale_ma: 40.0,
        current_ma_per_v: 20.0,
        voltage_v_per_v: 40.0,
        mean_ua_per_mv: 10.0,
    };

    const TRIGGERED: SetupNumbers =
        SetupNumbers { triggered: true, mode: None, bus: 1, dac: 0x60, adc: 0x48, scales: SCALES };
    const SIMPLE: SetupNumbers =
        SetupNumbers { triggered: false, mode: Some(Mode::Conventional), ..TRIGGERED };

    fn pins(tens_enable: Option<u8>, tens_trigger: Option<u8>) -> Pins {
        Pins::parse(PinNumbers { tens_enable, tens_trigger, ..PinNumbers::default() }).unwrap()
    }

    pub(in crate::tens) fn triggered() -> Setup {
        Setup::parse(TRIGGERED, &pins(Some(26), Some(18))).unwrap()
    }

    pub(in crate::tens) fn simple(mode: Mode) -> Setup {
        Setup::parse(SetupNumbers { mode: Some(mode), ..SIMPLE }, &pins(Some(26), None)).unwrap()
    }

    #[test]
    fn a_module_has_the_lines_that_it_needs_and_no_others() {
        assert_eq!(triggered().module(), Module::Triggered { pin: 18 });
        assert_eq!(simple(Mode::Burst).module(), Module::Simple { mode: Mode::Burst });
        for (numbers, enable, trigger, expected) in [
            (TRIGGERED, None, Some(18), "tens_enable: the module needs an enable line"),
            (TRIGGERED, Some(26), None, "tens_trigger: a triggered module needs a pin"),
            (SIMPLE, Some(26), Some(18), "tens_trigger: a simple module makes its own pulses"),
            (SetupNumbers { mode: None, ..SIMPLE }, Some(26), None, "mode: say which mode"),
            (
                SetupNumbers { mode: Some(Mode::Knot), ..TRIGGERED },
                Some(26),
                Some(18),
                "mode: a triggered module makes every mode",
            ),
        ] {
            let error = Setup::parse(numbers, &pins(enable, trigger)).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn addresses_are_those_that_the_chips_can_have() {
        let parse = |dac, adc| {
            let numbers = SetupNumbers { dac, adc, ..TRIGGERED };
            Setup::parse(numbers, &pins(Some(26), Some(18))).map_err(|error| error.to_string())
        };
        for address in 0..=0x7F {
            let (dac, adc) = (parse(address, 0x48), parse(0x60, address));
            assert_eq!(dac.is_ok(), (0x60..=0x67).contains(&address), "{address:#04x}");
            assert_eq!(adc.is_ok(), (0x48..=0x4B).contains(&address), "{address:#04x}");
        }
        assert_eq!(parse(0x59, 0x48), Err("dac = 0x59: an MCP4725 is at 0x60 to 0x67".to_owned()));
        assert_eq!(parse(0x60, 0x4C), Err("adc = 0x4c: an ADS1115 is at 0x48 to 0x4b".to_owned()));
    }

    #[test]
    fn only_the_bus_on_the_header_takes_its_pins() {
        assert_eq!(triggered().uses(), Some(Bus::I2c));
        let other = SetupNumbers { bus: 3, ..TRIGGERED };
        let other = Setup::parse(other, &pins(Some(26), Some(18))).unwrap();
        assert_eq!((other.bus(), other.uses()), (3, None));
    }

    #[test]
    fn scales_are_checked_too() {
        let scales = Scales { full_scale_ma: 5.0, ..SCALES };
        let numbers = SetupNumbers { scales, ..TRIGGERED };
        let error = Setup::parse(numbers, &pins(Some(26), Some(18))).unwrap_err();
        assert!(error.line.starts_with("full_scale_ma"), "{error}");
    }
}
