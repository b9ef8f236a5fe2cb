//! The TENS module's bus and trigger through rppal.
//!
//! Both are opened when they are used first, and again after they failed: what is plugged in, or switched on in
//! the Pi's settings, later is found later.

use std::path::Path;
use std::time::Duration;

use embedded_hal::i2c::{self, ErrorKind, ErrorType, Operation};
use rppal::pwm::{Error as PwmError, Polarity, Pwm};
use soothe_therapy::tens::Pulse;

use super::i2c::{RpiI2c, TransferError};
use crate::lines::RigError;
use crate::slots::Clock;
use crate::tens::{self, Desk, Module, Stimulates, Trigger, chip};

/// Starts the driver of a module.
///
/// # Errors
/// When no thread can be started.
pub(super) fn start(stimulates: Stimulates, desk: Desk, clock: &Clock) -> Result<(), RigError> {
    let bus = LateBus { number: stimulates.setup.bus(), open: None };
    let trigger = match stimulates.setup.module() {
        Module::Triggered { pin } => Some(HardwarePwm { pin, open: None }),
        Module::Simple { .. } => None,
    };
    tens::start(stimulates, bus, trigger, desk, clock)
}

/// An I2C bus that is opened when it is used, and anew after a transfer failed.
struct LateBus {
    number: u8,
    open: Option<RpiI2c>,
}

/// What went wrong on the bus.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum BusError {
    NotOpen(#[from] RigError),
    Failed(#[from] TransferError),
}

impl i2c::Error for BusError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotOpen(_) => ErrorKind::Other,
            Self::Failed(error) => error.kind(),
        }
    }
}

impl ErrorType for LateBus {
    type Error = BusError;
}

impl i2c::I2c for LateBus {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), BusError> {
        let mut bus = match self.open.take() {
            Some(bus) => bus,
            None => RpiI2c::open(self.number)?,
        };
        bus.transaction(address, operations)?;
        // Kept while it works.
        self.open = Some(bus);
        Ok(())
    }
}

/// The hardware's PWM on a pin. It goes on by itself, whatever becomes of this process: the module's enable line
/// and K2 are what ends it.
struct HardwarePwm {
    pin: u8,
    open: Option<Pwm>,
}

impl Trigger for HardwarePwm {
    fn set(&mut self, pulse: Option<Pulse>) -> Result<(), RigError> {
        let pin = self.pin;
        let failed = |error: PwmError| RigError {
            line: format!("tens_trigger = {pin}"),
            problem: format!("the hardware PWM cannot be set: {error}"),
        };
        let pwm = match self.open.take() {
            Some(pwm) => pwm,
            None => {
                let found = chip::find(Path::new(chip::CHIPS), pin)?;
                // Disables it, whoever left it on.
                Pwm::with_pwmchip(found.chip, found.channel).map_err(failed)?
            }
        };
        send(&pwm, pulse).map_err(failed)?;
        self.open = Some(pwm);
        Ok(())
    }
}

fn send(pwm: &Pwm, pulse: Option<Pulse>) -> Result<(), PwmError> {
    let Some(pulse) = pulse else { return pwm.disable() };
    let Timing { period, width } = Timing::of(pulse);
    // The width of any pulse is a small part of the period of any other, so that the order does not matter.
    pwm.set_period(period)?;
    pwm.set_pulse_width(width)?;
    if !pwm.is_enabled()? {
        pwm.set_polarity(Polarity::Normal)?;
        pwm.enable()?;
    }
    Ok(())
}

/// What a PWM is told.
#[derive(Debug, PartialEq, Eq)]
struct Timing {
    period: Duration,
    width: Duration,
}

impl Timing {
    /// In whole microseconds: no pulse more, and none wider, than was asked for.
    fn of(pulse: Pulse) -> Self {
        Self {
            period: Duration::from_micros((1e6 / pulse.rate.get()).ceil() as u64),
            width: Duration::from_micros(pulse.width.get().floor() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal::i2c::{Error as _, I2c as _};
    use soothe_therapy::Span;
    use soothe_therapy::tens::Mode;

    use super::*;

    #[test]
    fn a_pulse_is_never_faster_nor_wider_than_it_was_asked_for() {
        let timing = |mode: Mode, ms| Timing::of(mode.waveform().pulse_at(Span::from_ms(ms)).pulse);
        let us = Duration::from_micros;
        assert_eq!(timing(Mode::Knot, 0), Timing { period: us(10_000), width: us(250) });
        assert_eq!(timing(Mode::LowFrequency, 0), Timing { period: us(250_000), width: us(200) });
        for ms in (0..12_000).step_by(7) {
            let pulse = Mode::Modulated.waveform().pulse_at(Span::from_ms(ms)).pulse;
            let Timing { period, width } = Timing::of(pulse);
            assert!(period.as_secs_f64() >= 1.0 / pulse.rate.get() - 1e-12, "{ms} ms");
            assert!(width.as_secs_f64() <= pulse.width.get() * 1e-6 + 1e-12, "{ms} ms");
            assert!(width < period / 10);
        }
    }

    #[test]
    fn a_bus_that_is_not_there_is_told_with_the_setting_that_makes_it() {
        let mut bus = LateBus { number: 255, open: None };
        let error = bus.write(0x60, &[0, 0]).unwrap_err();
        assert!(error.to_string().contains("dtparam=i2c_arm=on"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Other);
    }
}
