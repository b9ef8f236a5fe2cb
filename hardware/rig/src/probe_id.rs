//! Which thermometer: the id of a sensor on 1-Wire, or the place of a chip on I2C.

use std::fmt;
use std::str::FromStr;

use crate::i2c::Place;
use crate::lines::RigError;
use crate::pins::Bus;
use crate::w1::W1Id;

/// One thermometer, as a configuration names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeId {
    /// A DS18B20 such as `28-0000075a0b11`. Its id is its own: it is the same one wherever it is plugged in.
    OneWire(W1Id),
    /// A chip such as `i2c-1:0x48:tmp117`. What is bound is the place, unless it has a serial number.
    I2c(Place),
}

impl ProbeId {
    /// The smallest step of its readings, K.
    #[must_use]
    pub fn step_k(&self) -> f64 {
        match self {
            Self::OneWire(_) => 1.0 / 16.0,
            Self::I2c(place) => place.chip().step_k(),
        }
    }

    /// The bus whose pins no line may have.
    #[must_use]
    pub fn uses(&self) -> Option<Bus> {
        match self {
            Self::OneWire(_) => Some(Bus::OneWire),
            Self::I2c(place) => Bus::i2c(place.bus()),
        }
    }

    /// Whether both name one thermometer.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneWire(one), Self::OneWire(other)) => one == other,
            (Self::I2c(one), Self::I2c(other)) => one.is_where(*other),
            (Self::OneWire(_), Self::I2c(_)) | (Self::I2c(_), Self::OneWire(_)) => false,
        }
    }
}

impl FromStr for ProbeId {
    type Err = RigError;

    fn from_str(text: &str) -> Result<Self, RigError> {
        if text.starts_with("i2c-") {
            text.parse().map(Self::I2c)
        } else if text.starts_with("28-") {
            text.parse().map(Self::OneWire)
        } else {
            let problem = "must be a 1-Wire id such as 28-0000075a0b11, or a place on I2C such as \
                           i2c-1:0x48:tmp117";
            Err(RigError { line: format!("thermometer {text:?}"), problem: problem.to_owned() })
        }
    }
}

impl fmt::Display for ProbeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneWire(id) => id.fmt(f),
            Self::I2c(place) => place.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ProbeId {
        text.parse().unwrap()
    }

    #[test]
    fn both_kinds_are_read_and_written_the_same() {
        for text in ["28-0000075a0b11", "i2c-1:0x48:tmp117", "i2c-1:0x49:tmp117:0123456789ab"] {
            assert_eq!(id(text).to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused_with_both_kinds_and_what_is_nearly_one_with_its_own_rules() {
        let error = |text: &str| text.parse::<ProbeId>().unwrap_err().to_string();
        for text in ["", "10-0000075a0b11", "0x48", "I2C-1:0x48:tmp117", "/dev/i2c-1"] {
            let error = error(text);
            assert!(error.contains("28-0000075a0b11") && error.contains("i2c-1:0x48:tmp117"));
        }
        assert!(error("28-1").ends_with("28- and 12 digits of 0-9 and a-f"), "{}", error("28-1"));
        assert!(error("i2c-1:0x48").contains("must be one of tmp117"), "{}", error("i2c-1:0x48"));
    }

    #[test]
    fn two_names_for_one_thermometer_are_found() {
        let (wire, place) = (id("28-0000075a0b11"), id("i2c-1:0x48:tmp105"));
        assert!(wire.is_same(&wire) && place.is_same(&id("i2c-1:0x48:tmp117")));
        assert!(!wire.is_same(&place) && !place.is_same(&wire));
        assert!(!wire.is_same(&id("28-0000075a0b12")) && !place.is_same(&id("i2c-1:0x49:tmp105")));
    }
}
