//! The backend on a Raspberry Pi. The only file that names `rppal`, but for those in its folder.
//!
//! Output lines are active high and start low: the level is written before the pin becomes an output,
//! so there is no glitch. Every write is read back. The e-stop is sensed as a loop to ground that is
//! closed while all is well, so a broken wire reads as pressed.
//!
//! What a killed process cannot do is switch off: rppal writes the chip's registers, and a pin keeps its
//! last level when nobody is left to change it. Another process can ([`RpiOff`]), and K2's missing pulses.
//!
//! What could not be tried: a real Pi. Types, pin rules, the handling of lines that do not follow and
//! the 1-Wire files are tested on any machine; the register access itself is rppal's.

mod i2c;
mod lines;
mod look;
mod tens;

use rppal::gpio::{Error, Gpio, InputPin, OutputPin, Pin};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{LineState, Moment};

pub use self::i2c::{RpiI2c, TransferError};
pub use self::look::{Function, Seen, look, module_answers};
use crate::button::Button;
use crate::lines::{Inputs, Levels, Off, Outputs, RigError, Sampled};
pub use crate::pins::{Bus, OffPins, PinNumbers, Pins};
use crate::slots::{Clock, Probes, Slots};
use crate::supply::{REPORT, Supply};
use crate::tens::{Desk, Stimulates};
use lines::{Drive, Line, Lines, TensLine, line_name};

/// Takes the Pi's lines over, off, and starts reading the thermometers and driving the TENS module, where
/// there is one; it need not answer yet.
///
/// # Errors
/// When this is no Raspberry Pi, when the lines may not be used or are in use, or when a thread for a
/// thermometer or for the module cannot be started.
pub fn rig(
    pins: &Pins,
    stimulates: Option<Stimulates>,
    probes: Probes,
    clock: &Clock,
) -> Result<(RpiOutputs, RpiInputs), RigError> {
    let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
    let numbers = pins.numbers();
    let k1 = output(&gpio, K1, numbers.k1)?;
    let optional =
        |name, number: Option<u8>| number.map(|number| output(&gpio, name, number)).transpose();
    let desk = stimulates.is_some().then(Desk::default);
    // Low before anything can set a level.
    let enable = optional(TENS_ENABLE, numbers.tens_enable)?;
    let outputs = RpiOutputs(Lines {
        k1,
        tens: enable.map(|enable| TensLine { enable, desk: desk.clone() }),
        k2_pulse: output(&gpio, "K2's pulse line", numbers.k2_pulse)?,
        buzzer: output(&gpio, BUZZER, numbers.buzzer)?,
        led: optional(LED, numbers.led)?,
        k2_was: false,
    });
    let wired = |name, number: Option<u8>, pull: fn(Pin) -> InputPin| {
        number.map(|number| input(&gpio, name, number, pull)).transpose()
    };
    let down = Pin::into_input_pulldown;
    let estop = numbers.estop_sense;
    let inputs = RpiInputs {
        estop: input(&gpio, "the e-stop's sense line", estop, Pin::into_input_pullup)?,
        button_pin: wired("the button", numbers.button, Pin::into_input_pullup)?,
        button: Button::new(),
        pad_current: wired("the pad's current sense line", numbers.pad_current, down)?,
        cutout: wired("the cut-out's sense line", numbers.cutout_sense, down)?,
        supply: Supply::start(REPORT)?,
        slots: Slots::start(probes, clock)?,
        desk: desk.clone(),
    };
    if let (Some(stimulates), Some(desk)) = (stimulates, desk) {
        tens::start(stimulates, desk, clock)?;
    }
    Ok((outputs, inputs))
}

/// The names of the lines that switch off.
const K1: &str = "K1";
const TENS_ENABLE: &str = "the TENS enable line";
const BUZZER: &str = "the buzzer";
const LED: &str = "the light";

/// Makes a pin an output that is low.
fn output(gpio: &Gpio, name: &str, number: u8) -> Result<Line<OutputPin>, RigError> {
    let name = line_name(name, number);
    let mut pin = gpio.get(number).map_err(|e| failed(name.clone(), &e))?.into_output_low();
    // When the process ends in order, the line stays an output that is driven low. rppal would
    // make it an input without a pull, which is only as good as the resistor outside.
    pin.set_reset_on_drop(false);
    Ok(Line { name, pin })
}

/// Makes a pin an input with a pull.
fn input(
    gpio: &Gpio,
    name: &str,
    number: u8,
    kind: fn(Pin) -> InputPin,
) -> Result<InputPin, RigError> {
    let mut pin = kind(gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?);
    // Else a second process that ends, as one that is refused its port does, would switch the pull
    // off under the first one, for which an open loop could then read as closed.
    pin.set_reset_on_drop(false);
    Ok(pin)
}

/// Switches the Pi's outputs off from a process that does not own them.
pub struct RpiOff {
    gpio: Gpio,
    pins: OffPins,
}

impl RpiOff {
    /// Looks whether it could switch these pins off, and touches none of them.
    ///
    /// # Errors
    /// When this is no Raspberry Pi, or when the lines may not be used.
    pub fn new(pins: OffPins) -> Result<Self, RigError> {
        let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
        for (name, number) in in_order(pins) {
            gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?;
        }
        Ok(Self { gpio, pins })
    }
}

impl Off for RpiOff {
    fn off(&mut self) -> Result<(), RigError> {
        // A pin that another process has made an output stays one; only its level changes.
        let low = |(name, number)| output(&self.gpio, name, number)?.write(false);
        in_order(self.pins).map(low).fold(Ok(()), Result::and)
    }
}

/// What is switched off, and in which order: what carries energy first.
fn in_order(pins: OffPins) -> impl Iterator<Item = (&'static str, u8)> {
    let OffPins { k1, tens_enable, buzzer, led } = pins;
    let all = [(K1, Some(k1)), (TENS_ENABLE, tens_enable), (BUZZER, Some(buzzer)), (LED, led)];
    all.into_iter().filter_map(|(name, number)| Some((name, number?)))
}

/// The Pi's output lines.
pub struct RpiOutputs(Lines<OutputPin>);

impl Outputs for RpiOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.0.write(levels)
    }
}

/// The Pi's thermometers and sense lines.
pub struct RpiInputs {
    slots: Slots,
    estop: InputPin,
    button_pin: Option<InputPin>,
    button: Button,
    pad_current: Option<InputPin>,
    cutout: Option<InputPin>,
    supply: Supply,
    desk: Option<Desk>,
}

impl Inputs for RpiInputs {
    fn sample(&mut self, now: Moment) -> Sampled {
        let lines = LineState {
            // Held low by the closed loop; the pull-up shows every way in which it can be open.
            estop_open: self.estop.is_high(),
            // Held high by the loop's voltage, so that a broken wire reads as open.
            cutout_open: self.cutout.as_ref().map(InputPin::is_low),
            pad_current: self.pad_current.as_ref().map(InputPin::is_high),
            undervoltage: self.supply.is_low(),
            guard_lost: false,
        };
        Sampled {
            readings: self.slots.newest(),
            lines,
            // Without one no session with TENS starts.
            stimulator: self.desk.as_ref().map_or(Stimulator::Absent, |desk| desk.hear(now)),
            // Polled, as edges are not told everywhere.
            pressed: self
                .button_pin
                .as_ref()
                .is_some_and(|pin| self.button.look(now, pin.is_low())),
        }
    }

    fn pack_lies(&mut self, _lies: bool) {}
}

impl Drive for OutputPin {
    fn drive(&mut self, high: bool) {
        self.write(high.into());
    }

    fn is_high(&self) -> bool {
        self.is_set_high()
    }
}

fn failed(line: String, error: &Error) -> RigError {
    let problem = match error {
        Error::UnknownModel => "this is no Raspberry Pi that rppal 0.22 knows; \
             --sim runs on a simulated pad instead"
            .to_owned(),
        Error::PermissionDenied(path) => {
            format!("no permission to use {path}; the user must be in the group gpio")
        }
        Error::PinUsed(_) => "it is in use already in this process".to_owned(),
        Error::PinNotAvailable(_) => "this Raspberry Pi has no such pin".to_owned(),
        Error::Io(error) => error.to_string(),
        Error::ThreadPanic => "rppal's thread panicked".to_owned(),
    };
    RigError { line, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_energy_is_switched_off_first() {
        let wired = OffPins { k1: 17, tens_enable: Some(26), buzzer: 23, led: Some(21) };
        let numbers = |pins| in_order(pins).map(|(_, number)| number).collect::<Vec<_>>();
        assert_eq!(numbers(wired), [17, 26, 23, 21]);
        assert_eq!(numbers(OffPins { tens_enable: None, led: None, ..wired }), [17, 23]);
    }

    #[test]
    fn away_from_a_pi_the_error_names_the_simulated_pad() {
        assert_eq!(
            failed("GPIO".to_owned(), &Error::UnknownModel).to_string(),
            "GPIO: this is no Raspberry Pi that rppal 0.22 knows; --sim runs on a simulated pad instead"
        );
    }
}

/// The backend itself, on machines that cannot be a Pi: elsewhere this would move real pins.
#[cfg(all(test, target_arch = "x86_64"))]
mod on_a_pc {
    use std::sync::Arc;

    use soothe_therapy::{Celsius, ProbeError};

    use super::*;
    use crate::lines::Probe;

    struct Absent;

    impl Probe for Absent {
        fn read(&mut self) -> Result<Celsius, ProbeError> {
            Err(ProbeError::Missing)
        }
    }

    #[test]
    fn the_backend_refuses_to_start_and_names_the_simulated_pad() {
        let pins = Pins::parse(PinNumbers::default()).unwrap();
        let probes =
            Probes { contact: [Box::new(Absent), Box::new(Absent)], ambient: None, skin: None };
        let clock: Clock = Arc::new(|| Moment::START);
        let error = rig(&pins, None, probes, &clock).err().expect("a PC has no GPIO of a Pi");
        assert!(error.problem.contains("--sim"), "{error}");
        let error = RpiOff::new(pins.off()).err().expect("a PC has no GPIO of a Pi");
        assert!(error.problem.contains("--sim"), "{error}");
    }
}
