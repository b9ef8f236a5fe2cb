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
    /// It reads high; none where a pin that does nothing yet may not be read.
    pub high: Option<bool>,
}

/// Reads what the pin of every line does, and its level. Changes nothing.
///
/// # Errors
/// When this is no Raspberry Pi, or when its pins may not be used.
pub fn look(pins: &Pins) -> Result<Vec<Seen>, RigError> {
    let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
    let seen = |(name, number, is_output)| {
        let pin = gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?;
        let high = Some(pin.read() == Level::High);
        let (function, high) = match pin.mode() {
            Mode::Input => (Function::Input, high),
            // A Pi 5 does not connect a pin's input before it is given a function.
            Mode::Null => (Function::Input, None),
            Mode::Output => (Function::Output, high),
            Mode::Alt0
            | Mode::Alt1
            | Mode::Alt2
            | Mode::Alt3
            | Mode::Alt4
            | Mode::Alt5
            | Mode::Alt6
            | Mode::Alt7
            | Mode::Alt8 => (Function::Other, high),
        };
        Ok(Seen { name, number, is_output, function, high })
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
