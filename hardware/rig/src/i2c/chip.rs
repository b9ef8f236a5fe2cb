//! What tells one kind of I2C thermometer from another: a table, from the makers' data sheets.
//!
//! Every chip is made to convert all the time, and is set to something that it is *not* set to after
//! power-on, even where the factory's setting would do: so a chip that lost its supply and came back shows
//! it in its configuration register, and so does a bus that reads as all zeros or all ones.

use soothe_therapy::{Celsius, ProbeError};

/// A kind of thermometer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// Texas Instruments TMP117 (SNOSD82): 1/128 K, ±0.1 K.
    Tmp117,
    /// Texas Instruments TMP112 (SBOS473): 1/16 K, ±0.5 K.
    Tmp112,
    /// Texas Instruments TMP102 (SBOS397): 1/16 K, ±2 K.
    Tmp102,
    /// Texas Instruments TMP105 (SBOS282): an LM75 that can do 1/16 K.
    Tmp105,
    /// Texas Instruments TMP75 (SBOS288), and the TMP175 and TMP275: the same with more addresses.
    Tmp75,
    /// Microchip MCP9808 (DS25095): 1/16 K, ±0.5 K.
    Mcp9808,
    /// NXP LM75B: 1/8 K.
    Lm75b,
    /// National's LM75 and whatever is like it: 1/2 K.
    Lm75,
}

/// How many bytes a register has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    One,
    Two,
}

/// The configuration register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Config {
    pub(super) width: Width,
    /// What is written.
    pub(super) value: u16,
    /// The bits that must read as they were written; the others are flags.
    pub(super) kept: u16,
    /// The flag that says that a conversion ended since it was looked at last; zero where there is none.
    pub(super) done: u16,
}

/// A register that always has this value in these bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) register: u8,
    pub(super) width: Width,
    pub(super) value: u16,
    pub(super) bits: u16,
}

impl Expected {
    pub(super) const fn two(register: u8, value: u16, bits: u16) -> Self {
        Self { register, width: Width::Two, value, bits }
    }
}

/// The row of one kind of chip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    name: &'static str,
    /// The lowest and the highest address that its pins can choose.
    addresses: (u8, u8),
    /// Its smallest step, K.
    step_k: f64,
    pub(super) temperature: u8,
    pub(super) config: Config,
    pub(super) identity: &'static [Expected],
    /// In so many milliseconds a conversion begins and ends: twice the longest, or a period and one.
    pub(super) wait_ms: u32,
    /// The bits of the temperature register that are temperature.
    bits: u16,
    /// How far they are shifted up for the sign to come first.
    shift: u32,
    /// The bits that always read zero.
    zero: u16,
    /// What the register holds before the first conversion, where that is no temperature.
    unconverted: Option<u16>,
    /// How many of the shifted number are a kelvin.
    per_kelvin: f64,
}

/// The configuration register's number; they all agree in that.
pub(super) const CONFIG: u8 = 0x01;

/// Continuous, an average of 8 conversions, no standby: 125 ms each (factory: one in a second, 0x0220).
const TMP117: Row = Row {
    name: "tmp117",
    addresses: (0x48, 0x4b),
    step_k: 1.0 / 128.0,
    temperature: 0x00,
    config: Config { width: Width::Two, value: 0x0020, kept: 0x0ffc, done: 0x2000 },
    identity: &[
        Expected::two(0x0f, 0x0117, 0x0fff),
        // A correction that somebody stored would be added to every reading.
        Expected::two(0x07, 0x0000, 0xffff),
    ],
    wait_ms: 300,
    bits: 0xffff,
    shift: 0,
    zero: 0x0000,
    unconverted: Some(0x8000),
    per_kelvin: 128.0,
};

/// Continuous, eight conversions in a second (factory: four, 0x60a0).
const TMP102: Row = Row {
    name: "tmp102",
    addresses: (0x48, 0x4b),
    step_k: 1.0 / 16.0,
    temperature: 0x00,
    config: Config { width: Width::Two, value: 0x60c0, kept: 0x7fdf, done: 0 },
    identity: &[],
    wait_ms: 250,
    bits: 0xfff0,
    shift: 0,
    zero: 0x000f,
    unconverted: None,
    per_kelvin: 256.0,
};

const TMP112: Row = Row { name: "tmp112", ..TMP102 };

/// Continuous, 12 bits: 220 ms each, 300 at most (factory: 9 bits, 0x00).
const TMP75: Row = Row {
    name: "tmp75",
    addresses: (0x48, 0x4f),
    config: Config { width: Width::One, value: 0x60, kept: 0x7f, done: 0 },
    wait_ms: 600,
    ..TMP102
};

const TMP105: Row = Row { name: "tmp105", ..TMP75 };

/// Continuous, with a hysteresis of 1.5 K for an alert that is off (factory: none, 0x0000): only a mark. A
/// conversion lasts 250 ms.
const MCP9808: Row = Row {
    name: "mcp9808",
    addresses: (0x18, 0x1f),
    temperature: 0x05,
    config: Config { width: Width::Two, value: 0x0200, kept: 0x07ef, done: 0 },
    identity: &[
        Expected::two(0x06, 0x0054, 0xffff),
        Expected::two(0x07, 0x0400, 0xff00),
        // Its resolution, which after power-on is the finest.
        Expected { register: 0x08, width: Width::One, value: 0x03, bits: 0x03 },
    ],
    wait_ms: 600,
    bits: 0x1fff,
    shift: 3,
    zero: 0x0000,
    per_kelvin: 128.0,
    ..TMP102
};

/// Continuous, with a queue of six faults for an alert that nobody uses (factory: one, 0x00): only a mark.
/// A conversion lasts 100 ms, 300 at most. What follows its nine bits may be anything.
const LM75: Row = Row {
    name: "lm75",
    step_k: 1.0 / 2.0,
    config: Config { width: Width::One, value: 0x18, kept: 0x1f, done: 0 },
    bits: 0xff80,
    zero: 0x0000,
    ..TMP75
};

const LM75B: Row = Row { name: "lm75b", step_k: 1.0 / 8.0, bits: 0xffe0, ..LM75 };

impl Chip {
    /// Every kind, finest first.
    pub const ALL: [Self; 8] = [
        Self::Tmp117,
        Self::Tmp112,
        Self::Tmp102,
        Self::Tmp105,
        Self::Tmp75,
        Self::Mcp9808,
        Self::Lm75b,
        Self::Lm75,
    ];

    pub(super) const fn row(self) -> &'static Row {
        match self {
            Self::Tmp117 => &TMP117,
            Self::Tmp112 => &TMP112,
            Self::Tmp102 => &TMP102,
            Self::Tmp105 => &TMP105,
            Self::Tmp75 => &TMP75,
            Self::Mcp9808 => &MCP9808,
            Self::Lm75b => &LM75B,
            Self::Lm75 => &LM75,
        }
    }

    /// Its name in a configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The lowest and the highest address that its pins can choose.
    #[must_use]
    pub const fn addresses(self) -> (u8, u8) {
        self.row().addresses
    }

    /// Its smallest step, K.
    #[must_use]
    pub const fn step_k(self) -> f64 {
        self.row().step_k
    }
}

impl Row {
    /// The temperature that the register's two bytes mean. Whether it is plausible is judged elsewhere.
    ///
    /// # Errors
    /// `Garbled` for what no conversion leaves there: all ones, which an idle bus reads as, bits that are
    /// always zero, and what the register holds before the first conversion.
    pub(super) fn celsius(&self, raw: u16) -> Result<Celsius, ProbeError> {
        let silent = raw == 0xffff || raw & self.zero != 0 || Some(raw) == self.unconverted;
        if silent {
            return Err(ProbeError::Garbled);
        }
        let counts = ((raw & self.bits) << self.shift).cast_signed();
        Celsius::new(f64::from(counts) / self.per_kelvin).map_err(|_| ProbeError::Garbled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(chip: Chip, raw: u16) -> Result<f64, ProbeError> {
        chip.row().celsius(raw).map(Celsius::get)
    }

    #[test]
    fn the_data_sheets_examples_are_told_in_degrees() {
        for (chip, raw, c) in [
            (Chip::Tmp117, 0x0c80, 25.0),
            (Chip::Tmp117, 0x0001, 0.007_812_5),
            (Chip::Tmp117, 0xf380, -25.0),
            (Chip::Tmp117, 0x0000, 0.0),
            (Chip::Tmp112, 0x1900, 25.0),
            (Chip::Tmp102, 0x7ff0, 127.937_5),
            (Chip::Tmp102, 0xe700, -25.0),
            (Chip::Tmp105, 0x0010, 0.0625),
            (Chip::Tmp105, 0x2940, 41.25),
            (Chip::Tmp75, 0xc900, -55.0),
            (Chip::Mcp9808, 0xc194, 25.25),
            (Chip::Mcp9808, 0x1ff0, -1.0),
            (Chip::Lm75b, 0x19e0, 25.875),
            (Chip::Lm75b, 0x19ff, 25.875),
            (Chip::Lm75, 0x19ff, 25.5),
            (Chip::Lm75, 0xff80, -0.5),
        ] {
            assert_eq!(told(chip, raw), Ok(c), "{chip:?} {raw:#06x}");
        }
    }

    #[test]
    fn what_no_conversion_leaves_is_refused() {
        for chip in Chip::ALL {
            assert_eq!(told(chip, 0xffff), Err(ProbeError::Garbled), "{chip:?}: an idle bus");
        }
        assert_eq!(told(Chip::Tmp117, 0x8000), Err(ProbeError::Garbled), "no conversion yet");
        for chip in [Chip::Tmp112, Chip::Tmp102, Chip::Tmp105, Chip::Tmp75] {
            for low in 1..16 {
                assert_eq!(told(chip, 0x1900 | low), Err(ProbeError::Garbled), "{chip:?} {low}");
            }
        }
    }

    #[test]
    fn no_chip_is_left_as_it_is_after_power_on_nor_as_a_dead_bus_reads() {
        let after_power_on = |chip| match chip {
            Chip::Tmp117 => 0x0220,
            Chip::Tmp112 | Chip::Tmp102 => 0x60a0,
            Chip::Tmp105 | Chip::Tmp75 | Chip::Mcp9808 | Chip::Lm75b | Chip::Lm75 => 0x0000,
        };
        for chip in Chip::ALL {
            let config = chip.row().config;
            let ones = match config.width {
                Width::One => 0x00ff,
                Width::Two => 0xffff,
            };
            assert_eq!(config.value & !config.kept, 0, "{chip:?}: all that is written is compared");
            for other in [after_power_on(chip), 0x0000, ones] {
                assert_ne!(other & config.kept, config.value, "{chip:?} {other:#06x}");
            }
        }
    }

    #[test]
    fn a_reading_is_over_before_the_next_one_is_due() {
        for chip in Chip::ALL {
            assert!((100..=700).contains(&chip.row().wait_ms), "{chip:?}");
        }
    }
}
