//! What flowed: an ADS1115, 16 bits, one conversion at a time (datasheet SBAS444, section 8).
//!
//! Each value is converted anew and only then read, and the configuration that comes back must be the one that
//! was asked for: a value cannot be another channel's, nor the one from before.

use core::fmt;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::I2c;

use crate::lines::RigError;

/// The registers.
const CONVERSION: u8 = 0x00;
const CONFIG: u8 = 0x01;
/// Written: begin. Read: no conversion is under way.
const BEGIN: u16 = 0x8000;
/// Once, at 860 a second, the comparator off.
const ONCE: u16 = 0x0100 | 0x00E0 | 0x0003;
/// A conversion lasts 1.28 ms at most, 10 % beyond the nominal 1.16 ms; then it is asked whether it is through.
const CONVERTS_US: u32 = 2_000;
/// How often it is asked, and how long it gets from one to the next.
const ASKS_MAX: u32 = 3;
const ASK_AGAIN_US: u32 = 1_000;

/// What is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// The peak current of the newest pulse: input 0 against 0 V, up to 4.096 V.
    Current,
    /// The peak voltage of the newest pulse: input 1 against 0 V, up to 4.096 V.
    Voltage,
    /// The mean current: input 2 against input 3, up to 0.256 V either way.
    Mean,
}

impl Channel {
    /// Inputs and range, as bits of the configuration.
    const fn bits(self) -> u16 {
        match self {
            Self::Current => 0x4000 | 0x0200,
            Self::Voltage => 0x5000 | 0x0200,
            Self::Mean => 0x3000 | 0x0A00,
        }
    }

    /// A step, in V.
    pub(super) const fn step_v(self) -> f64 {
        match self {
            Self::Current | Self::Voltage => 4.096 / 32768.0,
            Self::Mean => 0.256 / 32768.0,
        }
    }
}

/// Converts one channel, and gives the voltage in V.
///
/// # Errors
/// When the bus does, when the conversion does not end, or when another was carried out.
pub(super) fn convert<I2C: I2c>(
    bus: &mut I2C,
    delay: &mut impl DelayNs,
    address: u8,
    channel: Channel,
) -> Result<f64, RigError>
where
    I2C::Error: fmt::Display,
{
    let failed = |problem| failed(address, problem);
    let asked = channel.bits() | ONCE;
    let [high, low] = (BEGIN | asked).to_be_bytes();
    bus.write(address, &[CONFIG, high, low]).map_err(|error| failed(error.to_string()))?;
    delay.delay_us(CONVERTS_US);
    for _ in 0..ASKS_MAX {
        let config = u16::from_be_bytes(read(bus, address, CONFIG)?);
        if config & !BEGIN != asked {
            return Err(failed(format!(
                "its configuration is {config:#06x}, not what was written"
            )));
        }
        if config & BEGIN != 0 {
            return Ok(
                f64::from(i16::from_be_bytes(read(bus, address, CONVERSION)?)) * channel.step_v()
            );
        }
        delay.delay_us(ASK_AGAIN_US);
    }
    Err(failed("its conversion does not end".to_owned()))
}

/// Whether it is there.
///
/// # Errors
/// When the bus does, as where nobody acknowledges.
pub(super) fn answers<I2C: I2c>(bus: &mut I2C, address: u8) -> Result<(), RigError>
where
    I2C::Error: fmt::Display,
{
    read(bus, address, CONFIG).map(drop)
}

fn read<I2C: I2c>(bus: &mut I2C, address: u8, register: u8) -> Result<[u8; 2], RigError>
where
    I2C::Error: fmt::Display,
{
    let mut said = [0; 2];
    let result = bus.write_read(address, &[register], &mut said);
    result.map(|()| said).map_err(|error| failed(address, error.to_string()))
}

fn failed(address: u8, problem: String) -> RigError {
    RigError { line: format!("the TENS module's ADC (I2C {address:#04x})"), problem }
}

#[cfg(test)]
mod tests {
    use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
    use embedded_hal_mock::eh1::delay::NoopDelay;
    use embedded_hal_mock::eh1::i2c::{Mock, Transaction};

    use super::*;

    const BUSY: [u8; 2] = [0x43, 0xE3];

    fn begins() -> Transaction {
        Transaction::write(0x48, vec![0x01, 0xC3, 0xE3])
    }

    fn tells(register: u8, said: [u8; 2]) -> Transaction {
        Transaction::write_read(0x48, vec![register], said.to_vec())
    }

    fn converted(channel: Channel, bus: &[Transaction]) -> Result<f64, String> {
        let mut bus = Mock::new(bus);
        let result = convert(&mut bus, &mut NoopDelay::new(), 0x48, channel);
        bus.done();
        result.map_err(|error| error.problem)
    }

    #[test]
    fn each_channel_has_its_inputs_and_its_range() {
        for (channel, config, value, volts) in [
            (Channel::Current, [0xC3, 0xE3], [0x1F, 0x40], 1.0),
            (Channel::Voltage, [0xD3, 0xE3], [0x1F, 0x40], 1.0),
            (Channel::Mean, [0xBB, 0xE3], [0x1F, 0x40], 0.0625),
            (Channel::Mean, [0xBB, 0xE3], [0xE0, 0xC0], -0.0625),
        ] {
            let bus = [
                Transaction::write(0x48, vec![0x01, config[0], config[1]]),
                tells(0x01, config),
                tells(0x00, value),
            ];
            assert_eq!(converted(channel, &bus), Ok(volts), "{channel:?}");
        }
    }

    #[test]
    fn asking_whether_it_is_there_begins_no_conversion() {
        let mut bus = Mock::new(&[tells(0x01, [0x85, 0x83])]);
        answers(&mut bus, 0x48).unwrap();
        bus.done();
    }

    #[test]
    fn a_conversion_that_is_under_way_is_waited_for_and_not_for_ever() {
        let through =
            [begins(), tells(1, BUSY), tells(1, BUSY), tells(1, [0xC3, 0xE3]), tells(0, [0, 8])];
        assert_eq!(converted(Channel::Current, &through), Ok(0.001));
        let never = [begins(), tells(1, BUSY), tells(1, BUSY), tells(1, BUSY)];
        assert_eq!(
            converted(Channel::Current, &never),
            Err("its conversion does not end".to_owned())
        );
    }

    #[test]
    fn what_is_not_the_conversion_that_was_asked_for_is_refused() {
        for other in [[0xFF, 0xFF], [0x85, 0x83], [0xD3, 0xE3], [0x00, 0x00]] {
            let error = converted(Channel::Current, &[begins(), tells(1, other)]).unwrap_err();
            assert!(error.contains("not what was written"), "{error}");
        }
    }

    #[test]
    fn a_bus_that_fails_at_any_step_is_told() {
        let nak = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
        let steps = [begins(), tells(1, [0xC3, 0xE3]), tells(0, [0, 8])];
        for failing in 0..steps.len() {
            let mut bus = steps[..=failing].to_vec();
            bus[failing] = bus[failing].clone().with_error(nak);
            let error = converted(Channel::Current, &bus).unwrap_err();
            assert!(error.contains("acknowledge"), "{error}");
        }
    }
}
