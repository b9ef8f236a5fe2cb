//! The smaller tables of the configuration, as they are written.

use std::path::PathBuf;

use serde::Deserialize;
use soothe_rig::rpi::{PinNumbers, Pins};
use soothe_therapy::{Profile, RelayKind};

use super::{ConfigError, Drive};
use crate::remind::HookProgram;

/// The table `[pins]`: what is left out is as in the reference build.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPins {
    k1: Option<u8>,
    k2_pulse: Option<u8>,
    estop_sense: Option<u8>,
    buzzer: Option<u8>,
    button: Option<u8>,
    pad_current: Option<u8>,
    cutout_sense: Option<u8>,
    tens_enable: Option<u8>,
    tens_trigger: Option<u8>,
    led: Option<u8>,
    allow_boot_pins: Option<bool>,
}

impl RawPins {
    pub(super) fn parse(self) -> Result<Pins, ConfigError> {
        let reference = PinNumbers::default();
        Pins::parse(PinNumbers {
            k1: self.k1.unwrap_or(reference.k1),
            k2_pulse: self.k2_pulse.unwrap_or(reference.k2_pulse),
            estop_sense: self.estop_sense.unwrap_or(reference.estop_sense),
            buzzer: self.buzzer.unwrap_or(reference.buzzer),
            button: self.button,
            pad_current: self.pad_current,
            cutout_sense: self.cutout_sense,
            tens_enable: self.tens_enable,
            tens_trigger: self.tens_trigger,
            led: self.led,
            allow_boot_pins: self.allow_boot_pins.unwrap_or(reference.allow_boot_pins),
        })
        .map_err(ConfigError::Pins)
    }
}

/// The table `[heater]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHeater {
    #[serde(default)]
    pub(super) relay: RawRelay,
}

/// The table `[protocols]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProtocols {
    pub(super) folder: Option<PathBuf>,
}

/// The table `[reminders]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReminders {
    pub(super) hook: Option<HookProgram>,
}

/// What kind of switch K1 is.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawRelay {
    #[default]
    Mechanical,
    Mosfet,
}

impl RawRelay {
    /// A transistor fails closed more often than contacts weld, and switches too fast for the temperatures to
    /// tell: where it is used, current must be sensed.
    pub(super) fn on(self, drive: &Drive) -> Result<RelayKind, ConfigError> {
        match self {
            Self::Mechanical => Ok(RelayKind::Mechanical),
            Self::Mosfet if drive.senses_current() => Ok(RelayKind::Mosfet),
            Self::Mosfet => Err(ConfigError::MosfetUnsensed),
        }
    }
}

/// The table `[person]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPerson {
    #[serde(default)]
    pub(super) profile: RawProfile,
}

/// Who is treated.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawProfile {
    #[default]
    Default,
    Sensitive,
    Cautious,
}

impl RawProfile {
    /// What nobody may change from a face; the default tightens nothing, and leaves it to the person.
    pub(super) const fn fixed(self) -> Option<Profile> {
        match self {
            Self::Default => None,
            Self::Sensitive => Some(Profile::Sensitive),
            Self::Cautious => Some(Profile::Cautious),
        }
    }
}
