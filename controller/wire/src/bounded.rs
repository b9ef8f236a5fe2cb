//! Reads no more of something than it may be long: a wrong file, or a device, must not fill the memory.

use std::io::{self, ErrorKind, Read};

/// A configuration, a pad file or a script longer than this is none.
pub const TEXT_MAX: u64 = MIB;
/// A recording longer than this is none: days of sessions.
pub const RECORDING_MAX: u64 = 64 * MIB;

const MIB: u64 = 1 << 20;

/// Reads `from` to its end.
///
/// # Errors
/// When it cannot be read, or is longer than `most` bytes, which are whole MiB.
pub fn bytes(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    let said = format!("it is longer than {} MiB", most / MIB);
    Err(io::Error::new(ErrorKind::FileTooLarge, said))
}

/// Reads a text of at most [`TEXT_MAX`] bytes.
///
/// # Errors
/// When it cannot be read, is longer, or is no UTF-8.
pub fn text(from: impl Read) -> io::Result<String> {
    let no_text = |_| io::Error::new(ErrorKind::InvalidData, "it is no text (UTF-8)");
    String::from_utf8(bytes(from, TEXT_MAX)?).map_err(no_text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::repeat;

    #[test]
    fn what_is_too_long_is_refused_and_not_read_to_its_end() {
        assert_eq!(bytes(repeat(0).take(MIB), MIB).unwrap().len() as u64, MIB);
        for longer in [bytes(repeat(0).take(MIB + 1), MIB), bytes(repeat(0), MIB)] {
            assert_eq!(longer.unwrap_err().to_string(), "it is longer than 1 MiB");
        }
        let endless = bytes(repeat(0), RECORDING_MAX).unwrap_err();
        assert_eq!(endless.to_string(), "it is longer than 64 MiB");
    }

    #[test]
    fn a_text_is_utf_8() {
        assert_eq!(text("40 °C".as_bytes()).unwrap(), "40 °C");
        assert_eq!(text(&[0xff][..]).unwrap_err().to_string(), "it is no text (UTF-8)");
    }
}
