//! Which pin is which: numbers that were checked once, against what a Raspberry Pi does at boot.
//!
//! Numbers are those of the chip (BCM), not of the header. What the pins do before any software runs
//! is from the Raspberry Pi HAT design guide and the firmware's documentation (safety figures in
//! docs/wiring.md).

use crate::lines::RigError;

/// Pin numbers as written in a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinNumbers {
    /// K1's driver, active high.
    pub k1: u8,
    /// The charge pump that holds K2 in.
    pub k2_pulse: u8,
    /// The e-stop's second contact, closed to ground.
    pub estop_sense: u8,
    /// The buzzer, active high.
    pub buzzer: u8,
    /// The button, which closes to ground; none where it is not wired.
    pub button: Option<u8>,
    /// High while current flows through the pad; none where it is not wired.
    pub pad_current: Option<u8>,
    /// High while the cut-out in K2's loop is closed; none where it is not wired.
    pub cutout_sense: Option<u8>,
    /// The TENS module's enable line, active high; none where there is no module.
    pub tens_enable: Option<u8>,
    /// The hardware PWM that triggers the TENS module's pulses; none where it makes its own.
    pub tens_trigger: Option<u8>,
    /// Lit while energy may flow, active high; none where it is not wired.
    pub led: Option<u8>,
    /// Accept pins that firmware may drive at boot, or that are pulled up until software runs.
    pub allow_boot_pins: bool,
}

impl Default for PinNumbers {
    /// The pins of the reference build.
    fn default() -> Self {
        Self {
            k1: 17,
            k2_pulse: 27,
            estop_sense: 22,
            buzzer: 23,
            button: None,
            pad_current: None,
            cutout_sense: None,
            tens_enable: None,
            tens_trigger: None,
            led: None,
            allow_boot_pins: false,
        }
    }
}

/// The pins that are driven low to switch off; K2's pulse line is not among them, as its level means
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffPins {
    /// K1's driver.
    pub k1: u8,
    /// The TENS module's enable line, where there is one.
    pub tens_enable: Option<u8>,
    /// The buzzer.
    pub buzzer: u8,
    /// The light, where there is one.
    pub led: Option<u8>,
}

/// A bus that has fixed pins on the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bus {
    /// I2C, bus 1.
    I2c,
    /// 1-Wire, as the kernel drives it when nothing else is said.
    OneWire,
}

impl Bus {
    /// I2C by its number; none where it has no fixed pins.
    pub(crate) const fn i2c(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::I2c),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::I2c => "I2C",
            Self::OneWire => "1-Wire",
        }
    }

    const fn pins(self) -> &'static [u8] {
        match self {
            Self::I2c => &[2, 3],
            Self::OneWire => &[4],
        }
    }
}

/// Checked pin numbers: on the header, no pin twice, and none that is unsafe at boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pins(PinNumbers);

/// The highest GPIO on the header.
const LAST: u8 = 27;
/// 0 and 1 are asked for an EEPROM at boot; firmware has driven 6, 14 and 16; 14 and 15 are the UART.
const BUSY_AT_BOOT: [u8; 6] = [0, 1, 6, 14, 15, 16];
/// From here on, pins are pulled down until software runs; below they are pulled up.
const PULLED_DOWN_FROM: u8 = 9;
/// The pins that a Raspberry Pi's hardware PWM can drive.
const HARDWARE_PWM: [u8; 4] = [12, 13, 18, 19];

impl Pins {
    /// Checks pin numbers.
    ///
    /// # Errors
    /// Names the first line whose pin is not on the header, is another line's too, is used by firmware
    /// at boot, or is pulled up at boot although it is an output.
    pub fn parse(numbers: PinNumbers) -> Result<Self, RigError> {
        let lines = lines(&numbers);
        for (index, (name, number, output)) in lines.into_iter().enumerate() {
            let Some(number) = number else { continue };
            let refuse = |problem| Err(RigError { line: format!("{name} = {number}"), problem });
            if number > LAST {
                return refuse(format!("the header has GPIO 0 to {LAST}"));
            }
            if let Some((other, ..)) = lines[..index].iter().find(|line| line.1 == Some(number)) {
                return refuse(format!("{other} has this pin already; each line needs its own"));
            }
            if numbers.allow_boot_pins {
                continue;
            }
            if BUSY_AT_BOOT.contains(&number) {
                return refuse(
                    "firmware may use GPIO 0, 1, 6, 14, 15 and 16 at boot; take another, or set \
                     allow_boot_pins when the board outside can bear it"
                        .to_owned(),
                );
            }
            if output && number < PULLED_DOWN_FROM {
                return refuse(format!(
                    "GPIO 0 to 8 are pulled up at boot, which may switch an output on; take one from \
                     {PULLED_DOWN_FROM}, or set allow_boot_pins when the board outside can bear it"
                ));
            }
        }
        match numbers.tens_trigger {
            Some(number) if !HARDWARE_PWM.contains(&number) => Err(RigError {
                line: format!("tens_trigger = {number}"),
                problem: "only GPIO 12, 13, 18 and 19 have hardware PWM".to_owned(),
            }),
            Some(_) | None => Ok(Self(numbers)),
        }
    }

    /// The same pins, beside buses that are in use.
    ///
    /// # Errors
    /// Names the first line whose pin is a wire of such a bus.
    pub fn beside(self, buses: &[Bus]) -> Result<Self, RigError> {
        for (name, number, _) in lines(&self.0) {
            let taken = number.and_then(|number| {
                let bus = buses.iter().find(|bus| bus.pins().contains(&number))?;
                Some((number, bus.name()))
            });
            if let Some((number, bus)) = taken {
                let problem = format!("{bus} is in use and has this pin; take another");
                return Err(RigError { line: format!("{name} = {number}"), problem });
            }
        }
        Ok(self)
    }

    /// The numbers.
    #[must_use]
    pub fn numbers(&self) -> PinNumbers {
        self.0
    }

    /// Every line that has a pin: its name in a configuration, its pin, and whether it is an output.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, u8, bool)> {
        let all = lines(&self.0).into_iter();
        all.filter_map(|(name, number, output)| Some((name, number?, output)))
    }

    /// Those that switch off.
    #[must_use]
    pub fn off(&self) -> OffPins {
        let PinNumbers { k1, tens_enable, buzzer, led, .. } = self.0;
        OffPins { k1, tens_enable, buzzer, led }
    }
}

/// Every line: its name, its pin where it has one, and whether it is an output.
const fn lines(numbers: &PinNumbers) -> [(&'static str, Option<u8>, bool); 10] {
    [
        ("k1", Some(numbers.k1), true),
        ("k2_pulse", Some(numbers.k2_pulse), true),
        ("estop_sense", Some(numbers.estop_sense), false),
        ("buzzer", Some(numbers.buzzer), true),
        ("button", numbers.button, false),
        ("pad_current", numbers.pad_current, false),
        ("cutout_sense", numbers.cutout_sense, false),
        ("tens_enable", numbers.tens_enable, true),
        ("tens_trigger", numbers.tens_trigger, true),
        ("led", numbers.led, true),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(numbers: PinNumbers, expected: &str) {
        let error = Pins::parse(numbers).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error}");
    }

    const REFERENCE: PinNumbers = PinNumbers {
        k1: 17,
        k2_pulse: 27,
        estop_sense: 22,
        buzzer: 23,
        button: None,
        pad_current: None,
        cutout_sense: None,
        tens_enable: None,
        tens_trigger: None,
        led: None,
        allow_boot_pins: false,
    };

    #[test]
    fn the_reference_build_is_accepted() {
        assert_eq!(PinNumbers::default(), REFERENCE);
        assert_eq!(Pins::parse(REFERENCE).unwrap().numbers(), REFERENCE);
    }

    #[test]
    fn a_pin_beyond_the_header_is_refused_with_and_without_the_flag() {
        for allow_boot_pins in [false, true] {
            let numbers = PinNumbers { buzzer: 28, allow_boot_pins, ..REFERENCE };
            refused(numbers, "buzzer = 28: the header has GPIO 0 to 27");
        }
    }

    #[test]
    fn no_two_lines_share_a_pin_with_and_without_the_flag() {
        for allow_boot_pins in [false, true] {
            let base = PinNumbers { allow_boot_pins, ..REFERENCE };
            refused(PinNumbers { k2_pulse: 17, ..base }, "k2_pulse = 17: k1 has this pin already");
            refused(PinNumbers { estop_sense: 27, ..base }, "estop_sense = 27: k2_pulse has this");
            refused(PinNumbers { buzzer: 17, ..base }, "buzzer = 17: k1 has this pin already");
            refused(
                PinNumbers { button: Some(23), ..base },
                "button = 23: buzzer has this pin already",
            );
            let twice = PinNumbers { pad_current: Some(24), cutout_sense: Some(24), ..base };
            refused(twice, "cutout_sense = 24: pad_current has this pin already");
        }
    }

    #[test]
    fn optional_lines_are_held_to_the_same_rules() {
        let wired = PinNumbers { pad_current: Some(24), cutout_sense: Some(25), ..REFERENCE };
        assert_eq!(Pins::parse(wired).unwrap().numbers(), wired);
        refused(PinNumbers { pad_current: Some(28), ..wired }, "pad_current = 28: the header has");
        refused(PinNumbers { cutout_sense: Some(14), ..wired }, "cutout_sense = 14: firmware may");
        refused(PinNumbers { pad_current: Some(17), ..wired }, "pad_current = 17: k1 has this pin");
    }

    const WITH_TENS: PinNumbers =
        PinNumbers { tens_enable: Some(26), tens_trigger: Some(18), led: Some(21), ..REFERENCE };

    #[test]
    fn the_lines_of_tens_and_the_light_are_held_to_the_same_rules() {
        assert_eq!(Pins::parse(WITH_TENS).unwrap().numbers(), WITH_TENS);
        let pin = Some;
        refused(
            PinNumbers { tens_enable: pin(5), ..WITH_TENS },
            "tens_enable = 5: GPIO 0 to 8 are",
        );
        refused(PinNumbers { tens_enable: pin(16), ..WITH_TENS }, "tens_enable = 16: firmware may");
        refused(PinNumbers { tens_enable: pin(17), ..WITH_TENS }, "tens_enable = 17: k1 has this");
        refused(PinNumbers { led: pin(26), ..WITH_TENS }, "led = 26: tens_enable has this pin");
        refused(PinNumbers { led: pin(8), ..WITH_TENS }, "led = 8: GPIO 0 to 8 are pulled up");
        refused(PinNumbers { led: pin(18), ..WITH_TENS }, "led = 18: tens_trigger has this pin");
    }

    #[test]
    fn only_a_pin_with_hardware_pwm_can_trigger() {
        for number in 9..=27 {
            let numbers = PinNumbers {
                tens_trigger: Some(number),
                allow_boot_pins: true,
                ..PinNumbers::default()
            };
            let has = [12, 13, 18, 19].contains(&number);
            let used = [17, 22, 23, 27].contains(&number);
            assert_eq!(Pins::parse(numbers).is_ok(), has, "GPIO {number}");
            if !has && !used {
                let said = format!("tens_trigger = {number}: only GPIO 12, 13, 18 and 19 have");
                refused(numbers, &said);
            }
        }
    }

    #[test]
    fn no_line_takes_a_wire_of_a_bus_that_is_in_use() {
        let beside = |number, buses: &[Bus]| {
            let pins = Pins::parse(PinNumbers { button: Some(number), ..REFERENCE }).unwrap();
            pins.beside(buses).map_err(|error| error.to_string())
        };
        for (number, bus, name) in
            [(2, Bus::I2c, "I2C"), (3, Bus::I2c, "I2C"), (4, Bus::OneWire, "1-Wire")]
        {
            let expected =
                format!("button = {number}: {name} is in use and has this pin; take another");
            assert_eq!(beside(number, &[bus]), Err(expected));
            assert!(beside(number, &[]).is_ok());
        }
        assert!(beside(4, &[Bus::I2c]).is_ok() && beside(2, &[Bus::OneWire]).is_ok());
        assert!(beside(5, &[Bus::OneWire, Bus::I2c]).is_ok());
    }

    #[test]
    fn what_switches_off_are_the_switch_the_enable_line_the_buzzer_and_the_light() {
        let off = Pins::parse(WITH_TENS).unwrap().off();
        assert_eq!(off, OffPins { k1: 17, tens_enable: Some(26), buzzer: 23, led: Some(21) });
    }

    #[test]
    fn pins_that_firmware_uses_at_boot_need_the_flag() {
        for number in [0, 1, 6, 14, 15, 16] {
            let numbers = PinNumbers { estop_sense: number, ..REFERENCE };
            refused(numbers, &format!("estop_sense = {number}: firmware may use GPIO 0, 1, 6,"));
            Pins::parse(PinNumbers { allow_boot_pins: true, ..numbers }).unwrap();
        }
    }

    #[test]
    fn outputs_that_are_pulled_up_at_boot_need_the_flag_and_inputs_do_not() {
        for number in [2, 3, 4, 5, 7, 8] {
            let numbers = PinNumbers { k1: number, ..REFERENCE };
            refused(numbers, &format!("k1 = {number}: GPIO 0 to 8 are pulled up at boot"));
            Pins::parse(PinNumbers { allow_boot_pins: true, ..numbers }).unwrap();
            Pins::parse(PinNumbers { estop_sense: number, ..REFERENCE }).unwrap();
        }
    }

    #[test]
    fn every_pin_of_the_lower_header_that_is_quiet_at_boot_can_be_k1() {
        let quiet = (0..=27).filter(|n| *n >= 9 && ![14, 15, 16].contains(n));
        for number in quiet.filter(|n| ![22, 23, 27].contains(n)) {
            Pins::parse(PinNumbers { k1: number, ..REFERENCE }).unwrap();
        }
    }
}
