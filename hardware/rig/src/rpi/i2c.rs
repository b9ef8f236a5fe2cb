//! An I2C bus of the Pi, through the kernel's `/dev/i2c-N`.
//!
//! rppal implements embedded-hal's bus as well, but with a stop between a register's number and its bytes:
//! another program that looks at the same chip just then would move what is read. Here they are one transfer.

use std::io;

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c as Bus, NoAcknowledgeSource, Operation};
use rppal::i2c::{Error, I2c};

use crate::lines::RigError;

/// How long a transfer may take, ms. Six bytes at 100 kHz take 0.6 ms, and a chip may stretch the clock by up
/// to 35 ms. It is the bus's limit, for all who use it.
const TRANSFER_MAX_MS: u32 = 100;

/// A handle of one's own on a bus. Others may have theirs: the kernel lets one transfer at a time through.
#[derive(Debug)]
pub struct RpiI2c(I2c);

/// Why a transfer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TransferError(ErrorKind);

impl RpiI2c {
    /// Opens `/dev/i2c-N`.
    ///
    /// # Errors
    /// When it is not there or may not be used.
    pub fn open(bus: u8) -> Result<Self, RigError> {
        let line = || format!("I2C bus {bus} (/dev/i2c-{bus})");
        let i2c = I2c::with_bus(bus).map_err(|error| failed(line(), &error))?;
        i2c.set_timeout(TRANSFER_MAX_MS).map_err(|error| failed(line(), &error))?;
        Ok(Self(i2c))
    }
}

impl ErrorType for RpiI2c {
    type Error = TransferError;
}

impl embedded_hal::i2c::Error for TransferError {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

impl Bus for RpiI2c {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), TransferError> {
        // Fails where a driver of the kernel's has the chip.
        self.0.set_slave_address(address.into()).map_err(|error| kind(&error))?;
        if let [Operation::Write(written), Operation::Read(read)] = operations {
            return self.0.write_read(written, read).map_err(|error| kind(&error));
        }
        for operation in operations {
            let (asked, done) = match operation {
                Operation::Write(bytes) => (bytes.len(), self.0.write(bytes)),
                Operation::Read(bytes) => (bytes.len(), self.0.read(bytes)),
            };
            if done.map_err(|error| kind(&error))? != asked {
                return Err(TransferError(ErrorKind::Other));
            }
        }
        Ok(())
    }
}

/// What the kernel's error means on the bus.
fn kind(error: &Error) -> TransferError {
    /// No such device or address: what a bus made of two GPIO says when nobody acknowledges.
    const ENXIO: i32 = 6;
    /// Try again: another master was quicker.
    const EAGAIN: i32 = 11;
    /// Remote I/O error: what the Pi's own controllers say when nobody acknowledges.
    const EREMOTEIO: i32 = 121;

    TransferError(match error {
        Error::Io(error) => match error.raw_os_error() {
            Some(ENXIO | EREMOTEIO) => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown),
            Some(EAGAIN) => ErrorKind::ArbitrationLoss,
            Some(_) | None => ErrorKind::Other,
        },
        Error::InvalidSlaveAddress(_) | Error::FeatureNotSupported | Error::UnknownModel => {
            ErrorKind::Other
        }
    })
}

fn failed(line: String, error: &Error) -> RigError {
    let problem = match error {
        Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            "it is not there; is dtparam=i2c_arm=on in /boot/firmware/config.txt, and i2c-dev loaded?"
                .to_owned()
        }
        Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "no permission to use it; the user must be in the group i2c".to_owned()
        }
        Error::Io(error) => error.to_string(),
        Error::InvalidSlaveAddress(_) | Error::FeatureNotSupported | Error::UnknownModel => {
            error.to_string()
        }
    };
    RigError { line, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(code: i32) -> Error {
        Error::Io(io::Error::from_raw_os_error(code))
    }

    #[test]
    fn who_does_not_acknowledge_is_told_from_a_bus_that_fails() {
        let nobody = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown);
        let busy = ErrorKind::ArbitrationLoss;
        // Timed out, input/output error, device or resource busy.
        for (code, expected) in [
            (121, nobody),
            (6, nobody),
            (11, busy),
            (110, ErrorKind::Other),
            (5, ErrorKind::Other),
            (16, ErrorKind::Other),
        ] {
            assert_eq!(kind(&os(code)), TransferError(expected), "{code}");
        }
        assert_eq!(kind(&Error::InvalidSlaveAddress(0x7f)), TransferError(ErrorKind::Other));
    }

    #[test]
    fn a_bus_that_cannot_be_opened_says_what_to_do() {
        let said = |code| failed("I2C bus 1".to_owned(), &os(code)).to_string();
        assert!(said(2).contains("dtparam=i2c_arm=on"), "{}", said(2));
        assert!(said(13).contains("group i2c"), "{}", said(13));
        assert!(said(5).starts_with("I2C bus 1: "), "{}", said(5));
    }

    #[test]
    fn a_bus_that_is_not_there_is_refused_at_the_start() {
        let error = RpiI2c::open(255).expect_err("nobody has so many").to_string();
        assert!(error.starts_with("I2C bus 255 (/dev/i2c-255): it is not there;"), "{error}");
    }
}
