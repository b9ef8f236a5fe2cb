//! Looking at the Pi's pins and at a TENS module, without a change to either.

use rppal::gpio::{Gpio, Level, Mode};

use super::{Pins, RpiI2c, failed, line_name};
use crate::lines::RigError;
use crate::tens::{Setup, answers};

/// What a pin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// An input, or nothing yet.
    Input,
    /// An output.
    Output,
    /// Something else of the chip's: a bus, a PWM, a serial line.
    Other,
}

/// A line's pin as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The line, as a configuration names it.
    pub name: &'static str,
    /// Its GPIO.
    pub number: u8,
    /// It is there to be driven.
    pub is_output: bool,
    /// What the pin does.
    pub function: Function,
    /// It reads high.
    pub high: bool,
}

/// Reads what the pin of every line does, and its level. Changes nothing.
///
/// # Errors
/// When this is no Raspberry Pi, or when its pins may not be used.
pub fn look(pins: &Pins) -> Result<Vec<Seen>, RigError> {
    let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
    let seen = |(name, number, is_output)| {
        let pin = gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?;
        let function = match pin.mode() {
            Mode::Input | Mode::Null => Function::Input,
            Mode::Output => Function::Output,
            Mode::Alt0
            | Mode::Alt1
            | Mode::Alt2
            | Mode::Alt3
            | Mode::Alt4
            | Mode::Alt5
            | Mode::Alt6
            | Mode::Alt7
            | Mode::Alt8 => Function::Other,
        };
        Ok(Seen { name, number, is_output, function, high: pin.read() == Level::High })
    };
    pins.lines().map(seen).collect()
}

/// Asks a module's DAC and its ADC whether they are there. Sets nothing.
///
/// # Errors
/// When the bus cannot be used.
pub fn module_answers(setup: &Setup) -> Result<[Result<(), RigError>; 2], RigError> {
    Ok(answers(&mut RpiI2c::open(setup.bus())?, setup))
}
