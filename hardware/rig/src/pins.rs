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
    /// The buzzer.
    pub buzzer: u8,
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

impl Pins {
    /// Checks pin numbers.
    ///
    /// # Errors
    /// Names the first line whose pin is not on the header, is another line's too, is used by firmware
    /// at boot, or is pulled up at boot although it is an output.
    pub fn parse(numbers: PinNumbers) -> Result<Self, RigError> {
        let lines = [
            ("k1", Some(numbers.k1), true),
            ("k2_pulse", Some(numbers.k2_pulse), true),
            ("estop_sense", Some(numbers.estop_sense), false),
            ("buzzer", Some(numbers.buzzer), true),
            ("button", numbers.button, false),
            ("pad_current", numbers.pad_current, false),
            ("cutout_sense", numbers.cutout_sense, false),
        ];
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
        Ok(Self(numbers))
    }

    /// The numbers.
    #[must_use]
    pub fn numbers(&self) -> PinNumbers {
        self.0
    }

    /// Those that switch off.
    #[must_use]
    pub fn off(&self) -> OffPins {
        OffPins { k1: self.0.k1, buzzer: self.0.buzzer }
    }
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
