//! The smaller tables of the configuration, as they are written.

use std::path::PathBuf;

use serde::Deserialize;
use soothe_therapy::{Profile, RelayKind};

use super::{ConfigError, Drive};
use crate::remind::HookProgram;

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
