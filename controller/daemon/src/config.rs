//! The configuration: a TOML file, overridden by the command line, parsed once into [`Settings`].

mod build;
mod probes;
mod tables;
mod tens;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use soothe_plant::{PadError, PadSpec};
use soothe_rig::rpi::{Bus, OffPins, Pins};
use soothe_rig::tens::Setup;
use soothe_rig::{ProbeId, RigError};
use soothe_therapy::{Profile, RelayKind};
use soothe_wire::{bounded, socket};

use crate::args::{Args, GuardedLines, LinesOffArgs};
use crate::remind::HookProgram;
pub use build::Build;
pub use probes::ProbeIds;
use tables::{RawHeater, RawPerson, RawPins, RawProtocols, RawReminders};
use tens::RawTens;

/// Where a browser finds the daemon when nothing else was said.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8737);
/// Read when no other file is named, if it is there.
pub(crate) const CONFIG: &str = "/etc/soothe/soothed.toml";
/// Where the owner's own protocols lie when nothing else was said; it need not be there.
const PROTOCOLS: &str = "/etc/soothe/protocols";

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("config {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is not what is accepted; the text has line and column.
    #[error("config {}: {error}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What and where.
        error: toml::de::Error,
    },
    /// A pin that cannot be used.
    #[error("config, [pins]: {0}")]
    Pins(RigError),
    /// A TENS module that cannot be driven so.
    #[error("config, [tens]: {0}")]
    Tens(RigError),
    /// No thermometers, and no model instead.
    #[error(
        "no thermometers are configured: name the two contact sensors in [probes] of {CONFIG} \
         (docs/install.md shows how), or run the simulated pad with --sim"
    )]
    NoProbes,
    /// The pad file cannot be read.
    #[error("pad file {}: {error}", path.display())]
    PadUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The pad file is not accepted.
    #[error("pad file {}: {error}", path.display())]
    Pad {
        /// The file.
        path: PathBuf,
        /// What and where.
        error: PadError,
    },
    /// A transistor whose current nobody senses.
    #[error(
        "config, [heater]: relay = \"mosfet\" needs a line that senses the pad's current, and there is none: \
         a transistor fails closed more often than contacts weld (name the line as pad_current in [pins], or \
         take relay = \"mechanical\")"
    )]
    MosfetUnsensed,
    /// Nowhere to keep the log.
    #[error(
        "neither XDG_STATE_HOME nor HOME is set: name the folder of the session log with --data DIR"
    )]
    NoData,
}

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    socket: Option<PathBuf>,
    data: Option<PathBuf>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    pins: RawPins,
    probes: Option<ProbeIds>,
    tens: Option<RawTens>,
    #[serde(default)]
    heater: RawHeater,
    #[serde(default)]
    reminders: RawReminders,
    #[serde(default)]
    protocols: RawProtocols,
    #[serde(default)]
    person: RawPerson,
}

/// What of the file `lines-off` needs.
#[derive(Debug, Default, Deserialize)]
struct LinesPart {
    socket: Option<PathBuf>,
    #[serde(default)]
    pins: RawPins,
}

/// What is driven.
#[derive(Clone, Debug)]
pub enum Drive {
    /// A model.
    Sim {
        /// Which pad.
        spec: PadSpec,
        /// How much faster than life it runs.
        speed: u32,
        /// The file in which its lines are kept.
        lines: PathBuf,
    },
    /// The pins of a Raspberry Pi.
    Pi {
        /// Which pins.
        pins: Pins,
        /// Which thermometers.
        probes: ProbeIds,
        /// Which TENS module, where there is one.
        tens: Option<Setup>,
    },
}

impl Drive {
    fn on_pi(
        pins: Pins,
        probes: Option<ProbeIds>,
        tens: Option<Setup>,
    ) -> Result<Self, ConfigError> {
        let probes = probes.ok_or(ConfigError::NoProbes)?;
        if let Some(id) = tens.and_then(|setup| probes.all().find(|id| clash(&setup, id))) {
            let problem =
                "the module's DAC or ADC has this place on the bus, too; give one of them another"
                    .to_owned();
            return Err(ConfigError::Tens(RigError { line: id.to_string(), problem }));
        }
        let of_probes = probes.all().filter_map(ProbeId::uses);
        let buses: Vec<Bus> = of_probes.chain(tens.and_then(|it| it.uses())).collect();
        let pins = pins.beside(&buses).map_err(ConfigError::Pins)?;
        Ok(Self::Pi { pins, probes, tens })
    }

    /// Whether the pad's current is sensed.
    fn senses_current(&self) -> bool {
        match self {
            Self::Sim { spec, .. } => spec.has_sense_lines(),
            Self::Pi { pins, .. } => pins.numbers().pad_current.is_some(),
        }
    }

    /// The lines of it that can be switched off.
    #[must_use]
    pub fn lines(&self) -> Lines {
        match self {
            Self::Sim { lines, .. } => Lines::Sim(lines.clone()),
            Self::Pi { pins, .. } => Lines::Pi(pins.off()),
        }
    }
}

/// What must be known to switch off, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The file that keeps a model's lines.
    Sim(PathBuf),
    /// Pins of a Raspberry Pi.
    Pi(OffPins),
}

impl Lines {
    /// The lines that a daemon with the same configuration drives. Of the file only what names pins and
    /// socket is read: whatever else is wrong with it by now, the lines must go off.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML, or names a pin that cannot be used.
    pub fn gather(args: &LinesOffArgs) -> Result<Self, ConfigError> {
        let file: LinesPart = parse(args.config.as_deref())?;
        if args.sim {
            let socket = file.socket.unwrap_or_else(socket::default_path);
            return Ok(Self::Sim(lines_file(args.lines.as_deref(), &socket)));
        }
        Ok(Self::Pi(file.pins.parse()?.off()))
    }
}

/// Whether a thermometer has the place of one of the module's chips.
fn clash(setup: &Setup, id: &ProbeId) -> bool {
    match id {
        ProbeId::OneWire(_) => false,
        ProbeId::I2c(place) => setup.is_at(place.bus(), place.address()),
    }
}

impl From<GuardedLines> for Lines {
    fn from(lines: GuardedLines) -> Self {
        match lines {
            GuardedLines::Sim { file } => Self::Sim(file),
            GuardedLines::Pi { k1, buzzer, tens_enable, led } => {
                Self::Pi(OffPins { k1, tens_enable, buzzer, led })
            }
        }
    }
}

/// The file of a model's lines: as chosen, else with the socket, so that each daemon has its own, and
/// where what it lies in is kept in memory. Absolute, because the guard works in another folder.
fn lines_file(chosen: Option<&Path>, socket: &Path) -> PathBuf {
    let path = chosen.map_or_else(
        || {
            let mut path = socket.as_os_str().to_owned();
            path.push(".lines");
            path.into()
        },
        Path::to_owned,
    );
    std::path::absolute(&path).unwrap_or(path)
}

/// Everything that was decided before the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is driven.
    pub drive: Drive,
    /// Where browsers and phones come in.
    pub listen: SocketAddr,
    /// Where local clients come in.
    pub socket: PathBuf,
    /// The file of the session log.
    pub log: PathBuf,
    /// Further names under which browsers may ask.
    pub hosts: Vec<String>,
    /// What kind of switch K1 is.
    pub relay: RelayKind,
    /// What is told of each reminder.
    pub hook: Option<HookProgram>,
    /// Where the owner's own protocols lie.
    pub protocols: PathBuf,
    /// The profile that is fixed; none where a person chooses.
    pub profile_fixed: Option<Profile>,
    /// Where nobody has answered the check-list, a demo person has: only on a simulated pad.
    pub demo_person: bool,
}

impl Settings {
    /// Puts command line and file together.
    ///
    /// # Errors
    /// When a file cannot be read or says something that is not accepted.
    pub fn gather(args: &Args) -> Result<Self, ConfigError> {
        let file: File = parse(args.config.as_deref())?;
        let pins = file.pins.parse()?;
        let tens = file.tens.map(|tens| tens.parse(&pins)).transpose()?;
        let socket = args.socket.clone().or(file.socket).unwrap_or_else(socket::default_path);
        let drive = match &args.sim {
            Some(pad) => Drive::Sim {
                spec: pad_spec(pad.as_deref())?,
                speed: args.speed,
                lines: lines_file(args.lines.as_deref(), &socket),
            },
            None => Drive::on_pi(pins, file.probes, tens)?,
        };
        let folder = match args.data.clone().or(file.data) {
            Some(folder) => folder,
            None => own_folder().ok_or(ConfigError::NoData)?,
        };
        // Play never mixes with what really happened to a person.
        let name = match drive {
            Drive::Sim { .. } => "sim.db",
            Drive::Pi { .. } => "soothe.db",
        };
        let relay = file.heater.relay.on(&drive)?;
        let demo_person = args.sim.is_some() && !args.unanswered;
        Ok(Self {
            demo_person,
            drive,
            listen: args.listen.or(file.listen).unwrap_or(LISTEN),
            socket,
            log: folder.join(name),
            hosts: file.hosts,
            relay,
            hook: file.reminders.hook,
            protocols: file.protocols.folder.unwrap_or_else(|| PROTOCOLS.into()),
            profile_fixed: file.person.profile.fixed(),
        })
    }
}

/// The file that is read.
fn chosen(path: Option<&Path>) -> Option<PathBuf> {
    let usual = || Path::new(CONFIG).exists().then(|| CONFIG.into());
    path.map(Path::to_owned).or_else(usual)
}

/// What `T` takes of the configuration at `path`, or of the one that is read without a word.
fn parse<T: Default + DeserializeOwned>(path: Option<&Path>) -> Result<T, ConfigError> {
    let Some(path) = chosen(path) else { return Ok(T::default()) };
    match fs::File::open(&path).and_then(bounded::text) {
        Ok(text) => toml::from_str(&text).map_err(|error| ConfigError::Invalid { path, error }),
        Err(error) => Err(ConfigError::Unreadable { path, error }),
    }
}

fn pad_spec(path: Option<&Path>) -> Result<PadSpec, ConfigError> {
    // Whoever tries it out shall see what a skin probe is good for.
    let Some(path) = path else { return Ok(PadSpec::nominal().with_skin_probe(true)) };
    let path = path.to_owned();
    match fs::File::open(&path).and_then(bounded::text) {
        Ok(text) => PadSpec::from_toml(&text).map_err(|error| ConfigError::Pad { path, error }),
        Err(error) => Err(ConfigError::PadUnreadable { path, error }),
    }
}

/// The folder of the log where none was named.
pub(crate) fn own_folder() -> Option<PathBuf> {
    state_folder(|name| std::env::var_os(name))
}

/// The service manager's folder, else the person's own.
fn state_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("STATE_DIRECTORY")
        .or_else(|| folder("XDG_STATE_HOME").map(|home| home.join("soothe")))
        .or_else(|| folder("HOME").map(|home| home.join(".local/state/soothe")))
}

#[cfg(test)]
mod tests;
