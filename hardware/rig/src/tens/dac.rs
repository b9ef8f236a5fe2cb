//! The level: an MCP4725, 12 bits, written with its fast command (datasheet DS22039, figure 6-1).
//!
//! The fast command changes the register alone. The memory, from which the chip takes its level at power-up, is
//! never written; it is half of the full scale as it comes from the factory, so that the module's enable line
//! must be low until the register was written, and what the register holds is read back in each round.

use core::fmt;

use embedded_hal::i2c::I2c;

use crate::lines::RigError;

/// The greatest code, all 12 bits.
pub(super) const CODE_MAX: u16 = 0x0FFF;
/// The bits of the status byte that say that the output is switched off.
const POWERED_DOWN: u8 = 0b0000_0110;

fn failed(address: u8, problem: impl fmt::Display) -> RigError {
    RigError {
        line: format!("the TENS module's DAC (I2C {address:#04x})"),
        problem: problem.to_string(),
    }
}

/// Sets the output to `code` of 4095, and leaves the memory alone.
///
/// # Errors
/// When the bus does.
pub(super) fn write<I2C: I2c>(bus: &mut I2C, address: u8, code: u16) -> Result<(), RigError>
where
    I2C::Error: fmt::Display,
{
    let [high, low] = code.min(CODE_MAX).to_be_bytes();
    bus.write(address, &[high, low]).map_err(|error| failed(address, error))
}

/// Reads whether the output is `code`: a chip that lost its supply for a moment holds another.
///
/// # Errors
/// When the bus does, when it is not that code, or when the output is switched off.
pub(super) fn check<I2C: I2c>(bus: &mut I2C, address: u8, code: u16) -> Result<(), RigError>
where
    I2C::Error: fmt::Display,
{
    let mut said = [0; 3];
    bus.read(address, &mut said).map_err(|error| failed(address, error))?;
    let [status, high, low] = said;
    let holds = u16::from_be_bytes([high, low]) >> 4;
    if holds != code || status & POWERED_DOWN != 0 {
        let problem =
            format!("it holds {holds} although {code} was written; has it lost its supply?");
        return Err(failed(address, problem));
    }
    Ok(())
}

/// Whether it is there.
///
/// # Errors
/// When the bus does, as where nobody acknowledges.
pub(super) fn answers<I2C: I2c>(bus: &mut I2C, address: u8) -> Result<(), RigError>
where
    I2C::Error: fmt::Display,
{
    bus.read(address, &mut [0; 3]).map_err(|error| failed(address, error))
}

#[cfg(test)]
mod tests {
    use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
    use embedded_hal_mock::eh1::i2c::{Mock, Transaction};

    use super::*;

    #[test]
    fn a_level_is_two_bytes_of_the_fast_command_which_never_write_the_memory() {
        for (code, bytes) in [
            (0, [0x00, 0x00]),
            (0x123, [0x01, 0x23]),
            (4095, [0x0F, 0xFF]),
            // Beyond the bits of the level lie those of the command and of power-down.
            (0x6123, [0x0F, 0xFF]),
        ] {
            let mut bus = Mock::new(&[Transaction::write(0x60, bytes.to_vec())]);
            write(&mut bus, 0x60, code).unwrap();
            bus.done();
        }
    }

    #[test]
    fn what_it_holds_is_read_back() {
        let holds = |said: [u8; 3], code| {
            let mut bus = Mock::new(&[Transaction::read(0x61, said.to_vec())]);
            let result = check(&mut bus, 0x61, code).map_err(|error| error.to_string());
            bus.done();
            result
        };
        assert_eq!(holds([0xC0, 0x12, 0x30], 0x123), Ok(()));
        let half = holds([0xC0, 0x80, 0x00], 0x123).unwrap_err();
        assert_eq!(
            half,
            "the TENS module's DAC (I2C 0x61): it holds 2048 although 291 was written; has it lost its supply?"
        );
        assert!(holds([0xC2, 0x12, 0x30], 0x123).is_err(), "its output is switched off");
        assert!(holds([0xFF, 0xFF, 0xFF], 0x0FFF).is_err(), "nobody pulls the data line down");
    }

    #[test]
    fn asking_whether_it_is_there_sets_nothing() {
        let mut bus = Mock::new(&[Transaction::read(0x60, vec![0xC0, 0x80, 0x00])]);
        answers(&mut bus, 0x60).unwrap();
        bus.done();
    }

    #[test]
    fn who_does_not_acknowledge_is_named() {
        let nak = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
        let mut bus = Mock::new(&[
            Transaction::write(0x60, vec![0, 0]).with_error(nak),
            Transaction::read(0x60, vec![0; 3]).with_error(nak),
        ]);
        for result in [write(&mut bus, 0x60, 0), check(&mut bus, 0x60, 0)] {
            assert_eq!(result.unwrap_err().line, "the TENS module's DAC (I2C 0x60)");
        }
        bus.done();
    }
}
