//! Thermometers on an I2C bus: the TMP117, and the LM75 with its relatives.
//!
//! A reading makes sure that the chip is the one that was set up, waits until a conversion that began after
//! the reading did must be over, takes the temperature, and makes sure again. So a value is never older
//! than its reading, and an old register of a chip that lost its supply meanwhile is not believed: the chip
//! no longer holds what was written into it. Then that reading is lost, and the next one sets it up anew.
//!
//! On the bus, for every register: a write of its number, a repeated start, and a read of its one or two
//! bytes, the higher one first. Nothing else is written but the configuration. Values that only look wrong
//! are handed on as they are, as those of [`w1`](crate::w1) are.
//!
//! Each probe has a thread and a handle on the bus of its own, and a transfer that does not come to an end
//! is ended by the kernel (`rpi`): no probe waits for another's conversion, only for its transfers.

mod chip;
mod place;

use std::thread;
use std::time::Duration;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::{Error as _, ErrorKind, I2c};
use soothe_therapy::{Celsius, ProbeError};

pub use chip::Chip;
pub use place::{Place, Serial};

use crate::lines::Probe;
use chip::{CONFIG, Expected, Row, Width};

/// One thermometer at its place.
pub struct I2cProbe<B, D> {
    bus: B,
    delay: D,
    place: Place,
    /// It is the right chip, and it was set up.
    known: bool,
}

/// Waits by letting the thread sleep.
#[derive(Clone, Copy, Debug)]
pub struct Sleep;

impl DelayNs for Sleep {
    fn delay_ns(&mut self, ns: u32) {
        thread::sleep(Duration::from_nanos(ns.into()));
    }

    fn delay_ms(&mut self, ms: u32) {
        thread::sleep(Duration::from_millis(ms.into()));
    }
}

impl<B: I2c + Send, D: DelayNs + Send> I2cProbe<B, D> {
    /// The thermometer at `place`. It need not be there yet: one that is missing is a reading that failed.
    pub fn new(bus: B, delay: D, place: Place) -> Self {
        Self { bus, delay, place, known: false }
    }

    fn row(&self) -> &'static Row {
        self.place.chip().row()
    }

    /// Makes sure that it is the right chip, and lets it convert.
    fn set_up(&mut self) -> Result<(), ProbeError> {
        let serial = self.place.serial();
        let serial = serial.map(|it| it.registers().map(|(at, is)| Expected::two(at, is, 0xffff)));
        for expected in self.row().identity.iter().chain(serial.as_ref().into_iter().flatten()) {
            let is = self.register(expected.register, expected.width)?;
            if is & expected.bits != expected.value {
                return Err(ProbeError::Garbled);
            }
        }
        let config = self.row().config;
        let [high, low] = config.value.to_be_bytes();
        let written = match config.width {
            Width::One => self.bus.write(self.place.address(), &[CONFIG, low]),
            Width::Two => self.bus.write(self.place.address(), &[CONFIG, high, low]),
        };
        written.map_err(|error| lost(error.kind()))
    }

    /// The configuration register, if it holds what was written. Reading it takes down the flag that says
    /// that a conversion ended.
    fn config(&mut self) -> Result<u16, ProbeError> {
        let config = self.row().config;
        let is = self.register(CONFIG, config.width)?;
        if is & config.kept == config.value { Ok(is) } else { Err(ProbeError::Garbled) }
    }

    fn register(&mut self, register: u8, width: Width) -> Result<u16, ProbeError> {
        let mut bytes = [0; 2];
        let place = match width {
            Width::One => &mut bytes[1..],
            Width::Two => &mut bytes[..],
        };
        let read = self.bus.write_read(self.place.address(), &[register], place);
        read.map_err(|error| lost(error.kind()))?;
        Ok(u16::from_be_bytes(bytes))
    }
}

impl<B: I2c + Send, D: DelayNs + Send> Probe for I2cProbe<B, D> {
    fn read(&mut self) -> Result<Celsius, ProbeError> {
        // Until it has answered in full it may be another chip, or one that has forgotten.
        if !std::mem::replace(&mut self.known, false) {
            self.set_up()?;
        }
        let row = self.row();
        self.config()?;
        self.delay.delay_ms(row.wait_ms);
        let flags = self.config()?;
        let temperature = self.register(row.temperature, Width::Two)?;
        self.config()?;
        self.known = true;
        // What is there is older than this reading.
        if flags & row.config.done != row.config.done {
            return Err(ProbeError::Garbled);
        }
        row.celsius(temperature)
    }
}

/// What a failed transfer says of the thermometer.
fn lost(kind: ErrorKind) -> ProbeError {
    match kind {
        ErrorKind::NoAcknowledge(_) => ProbeError::Missing,
        ErrorKind::Bus | ErrorKind::ArbitrationLoss | ErrorKind::Overrun | ErrorKind::Other => {
            ProbeError::Bus
        }
        // The list may grow.
        _ => ProbeError::Bus,
    }
}

#[cfg(test)]
mod tests;
