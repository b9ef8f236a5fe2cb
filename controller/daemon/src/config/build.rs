//! What a configuration says of the build, for whoever looks at it before a daemon does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use soothe_rig::ProbeId;
use soothe_rig::rpi::Pins;
use soothe_rig::tens::{Module, Setup};

use super::probes::ProbeIds;
use super::{ConfigError, Drive, File, chosen, parse};

/// What a configuration says of the parts that are built, whether or not it is complete.
#[derive(Debug)]
pub struct Build {
    /// The file that says so; none where there is none.
    pub file: Option<PathBuf>,
    /// Which pins.
    pub pins: Pins,
    /// Which thermometers.
    pub probes: Option<ProbeIds>,
    /// Which TENS module, where there is one.
    pub tens: Option<Setup>,
    /// Where local clients come in, where that is said.
    pub socket: Option<PathBuf>,
    /// The folder of the log, where that is said.
    pub folder: Option<PathBuf>,
    /// Why a daemon would not start with it.
    pub lacks: Option<ConfigError>,
}

impl Build {
    /// Reads the configuration at `path`, or the one that is read without a word.
    ///
    /// # Errors
    /// When it cannot be read or says something that is not accepted.
    pub fn gather(path: Option<&Path>) -> Result<Self, ConfigError> {
        Self::of(parse(path)?, chosen(path))
    }

    /// What is built where nobody has said anything.
    ///
    /// # Errors
    /// Never: what is used without a word is accepted.
    pub(crate) fn reference() -> Result<Self, ConfigError> {
        Self::of(File::default(), None)
    }

    fn of(content: File, file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let pins = content.pins.parse()?;
        let tens = content.tens.map(|tens| tens.parse(&pins)).transpose()?;
        let drive = Drive::on_pi(pins, content.probes.clone(), tens);
        let lacks = drive.and_then(|drive| content.heater.relay.on(&drive)).err();
        Ok(Self {
            file,
            pins,
            probes: content.probes,
            tens,
            socket: content.socket,
            folder: content.data,
            lacks,
        })
    }

    /// The I2C buses that its parts are on.
    pub(crate) fn i2c_buses(&self) -> BTreeSet<u8> {
        let of_probe = |id: &ProbeId| match id {
            ProbeId::I2c(place) => Some(place.bus()),
            ProbeId::OneWire(_) => None,
        };
        let of_probes = self.probes.iter().flat_map(ProbeIds::all).filter_map(of_probe);
        of_probes.chain(self.tens.map(|it| it.bus())).collect()
    }

    /// The pin that triggers a TENS module's pulses, where there is one.
    pub(crate) fn trigger(&self) -> Option<u8> {
        match self.tens?.module() {
            Module::Triggered { pin } => Some(pin),
            Module::Simple { .. } => None,
        }
    }
}
