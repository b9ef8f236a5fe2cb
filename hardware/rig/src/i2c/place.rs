//! Where an I2C thermometer is: bus, address, kind of chip, and its serial number where it has one.

use std::fmt;
use std::str::FromStr;

use super::chip::Chip;
use crate::lines::RigError;

/// A place such as `i2c-1:0x48:tmp117`, checked: the chip exists, and its pins can choose the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    bus: u8,
    address: u8,
    chip: Chip,
    serial: Option<Serial>,
}

/// The 48 bits that a TMP117 got in the factory, as its registers 5, 6 and 8 hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serial([u16; 3]);

impl Place {
    /// The number N of `/dev/i2c-N`.
    #[must_use]
    pub fn bus(self) -> u8 {
        self.bus
    }

    /// The chip's address on the bus.
    #[must_use]
    pub fn address(self) -> u8 {
        self.address
    }

    /// What is expected there.
    #[must_use]
    pub fn chip(self) -> Chip {
        self.chip
    }

    /// Which one of its kind it must be, where that was said.
    #[must_use]
    pub fn serial(self) -> Option<Serial> {
        self.serial
    }

    /// Whether both name the same chip, whatever they take it for.
    #[must_use]
    pub fn is_where(self, other: Self) -> bool {
        (self.bus, self.address) == (other.bus, other.address)
    }
}

impl Serial {
    /// The registers that hold it, each with its part.
    pub(super) fn registers(self) -> [(u8, u16); 3] {
        let [first, second, third] = self.0;
        [(0x05, first), (0x06, second), (0x08, third)]
    }

    fn parse(text: &str) -> Option<Self> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u16::from_str_radix(text.get(at..at + 4)?, 16).ok();
        Some(Self([part(0)?, part(4)?, part(8)?]))
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part:04x}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "i2c-{}:{:#04x}:{}", self.bus, self.address, self.chip.name())?;
        self.serial.map_or(Ok(()), |serial| write!(f, ":{serial}"))
    }
}

impl FromStr for Place {
    type Err = RigError;

    fn from_str(text: &str) -> Result<Self, RigError> {
        let refuse = |problem| RigError { line: format!("I2C thermometer {text:?}"), problem };
        let mut parts = text.split(':');
        let bus = parts.next().and_then(bus).ok_or_else(|| {
            refuse("the bus must be i2c- and a number up to 255, as in i2c-1:0x48:tmp117".into())
        })?;
        let address = parts.next().and_then(address).ok_or_else(|| {
            refuse("the address must be 0x and two digits, as in i2c-1:0x48:tmp117".into())
        })?;
        let chip = parts.next().and_then(chip).ok_or_else(|| {
            let names = Chip::ALL.map(Chip::name).join(", ");
            refuse(format!("the chip must be one of {names}, as in i2c-1:0x48:tmp117"))
        })?;
        let (lowest, highest) = chip.addresses();
        if !(lowest..=highest).contains(&address) {
            let name = chip.name();
            return Err(refuse(format!("a {name} has an address of {lowest:#x} to {highest:#x}")));
        }
        let serial = parts.next().map(|text| serial(chip, text).map_err(refuse)).transpose()?;
        if parts.next().is_some() {
            return Err(refuse("nothing may follow the serial number".into()));
        }
        Ok(Self { bus, address, chip, serial })
    }
}

fn bus(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("i2c-")?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn address(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 2)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

fn chip(text: &str) -> Option<Chip> {
    Chip::ALL.into_iter().find(|chip| chip.name() == text)
}

fn serial(chip: Chip, text: &str) -> Result<Serial, String> {
    if chip != Chip::Tmp117 {
        return Err(format!("a {} has no serial number, only a tmp117 has", chip.name()));
    }
    Serial::parse(text).ok_or_else(|| {
        "the serial number must be 12 digits of 0-9 and a-f: registers 5, 6 and 8".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Result<Place, String> {
        text.parse().map_err(|error: RigError| error.to_string())
    }

    #[test]
    fn a_place_is_read_and_written_the_same() {
        for text in [
            "i2c-1:0x48:tmp117",
            "i2c-1:0x4b:tmp117:0123456789ab",
            "i2c-0:0x49:tmp102",
            "i2c-255:0x4a:tmp112",
            "i2c-3:0x48:tmp105",
            "i2c-1:0x4f:tmp75",
            "i2c-1:0x18:mcp9808",
            "i2c-1:0x4f:lm75b",
            "i2c-1:0x48:lm75",
        ] {
            assert_eq!(place(text).map(|place| place.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(place("i2c-01:0x4B:tmp117"), place("i2c-1:0x4b:tmp117"));
    }

    #[test]
    fn its_parts_are_told() {
        let place = place("i2c-1:0x4a:tmp117:0123456789ab").unwrap();
        assert_eq!((place.bus(), place.address(), place.chip()), (1, 0x4a, Chip::Tmp117));
        let registers = place.serial().unwrap().registers();
        assert_eq!(registers, [(5, 0x0123), (6, 0x4567), (8, 0x89ab)]);
    }

    #[test]
    fn what_is_no_place_is_refused_with_what_would_be() {
        for (text, said) in [
            ("i2c-", "the bus must be i2c- and a number up to 255"),
            ("i2c-:0x48:tmp117", "the bus must be"),
            ("i2c-256:0x48:tmp117", "the bus must be"),
            ("i2c-+1:0x48:tmp117", "the bus must be"),
            ("1:0x48:tmp117", "the bus must be"),
            ("i2c-1", "the address must be 0x and two digits, as in i2c-1:0x48:tmp117"),
            ("i2c-1:48:tmp117", "the address must be"),
            ("i2c-1:0x+8:tmp117", "the address must be"),
            ("i2c-1:0x048:tmp117", "the address must be"),
            (
                "i2c-1:0x48",
                "the chip must be one of tmp117, tmp112, tmp102, tmp105, tmp75, mcp9808, ",
            ),
            ("i2c-1:0x48:TMP117", "the chip must be one of"),
            ("i2c-1:0x48:ds18b20", "the chip must be one of"),
            ("i2c-1:0x4c:tmp117", "a tmp117 has an address of 0x48 to 0x4b"),
            ("i2c-1:0x47:lm75", "a lm75 has an address of 0x48 to 0x4f"),
            ("i2c-1:0x48:mcp9808", "a mcp9808 has an address of 0x18 to 0x1f"),
            ("i2c-1:0x48:tmp102:0123456789ab", "a tmp102 has no serial number, only a tmp117 has"),
            ("i2c-1:0x48:tmp117:", "the serial number must be 12 digits of 0-9 and a-f"),
            ("i2c-1:0x48:tmp117:0123456789a", "the serial number must be 12 digits"),
            ("i2c-1:0x48:tmp117:+123456789ab", "the serial number must be 12 digits"),
            ("i2c-1:0x48:tmp117:0123456789ab:", "nothing may follow the serial number"),
        ] {
            let error = place(text).unwrap_err();
            assert!(error.contains(said) && error.contains(&format!("{text:?}")), "{error}");
        }
    }

    #[test]
    fn one_address_on_one_bus_is_one_chip_whatever_it_is_taken_for() {
        let same = |one: &str, other: &str| place(one).unwrap().is_where(place(other).unwrap());
        assert!(same("i2c-1:0x48:tmp117", "i2c-1:0x48:lm75"));
        assert!(same("i2c-1:0x48:tmp117", "i2c-1:0x48:tmp117:0123456789ab"));
        assert!(!same("i2c-1:0x48:tmp117", "i2c-0:0x48:tmp117"));
        assert!(!same("i2c-1:0x48:tmp117", "i2c-1:0x49:tmp117"));
    }
}
