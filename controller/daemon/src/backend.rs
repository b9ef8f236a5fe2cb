//! From settings to lines: the model, or the pins of a Raspberry Pi. And to switching them off alone.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use soothe_rig::i2c::{I2cProbe, Sleep};
use soothe_rig::lines_file::LinesFile;
use soothe_rig::rpi::{RpiI2c, RpiOff};
use soothe_rig::slots::Probes;
use soothe_rig::tens::{News, Stimulates};
use soothe_rig::w1::{W1_ROOT, W1Probe, shared_bus};
use soothe_rig::{Inputs, Off, Outputs, Probe, ProbeId, RigError, rpi, sim};

use crate::clock::Clock;
use crate::config::{Drive, Lines, ProbeIds};

/// All chance in the model comes from this number, so that every play session is alike.
const SEED: u64 = 1;

/// A backend's two halves.
pub struct Rig {
    /// The output lines.
    pub outputs: Box<dyn Outputs>,
    /// Thermometers and sense lines.
    pub inputs: Box<dyn Inputs>,
    /// Says that the lines are this process's; keep it for as long as they are used.
    pub claim: Claim,
}

/// The lines belong to one process, until it lets go of this, however it ends. None where the kernel
/// offers nothing to claim.
pub type Claim = Option<File>;

/// What the kernel offers of the pins; the first that is there carries the claim on them. Unlike a
/// file in some folder, it is the same for every person and every service on the machine.
pub(crate) const PIN_DEVICES: [&str; 3] = ["/dev/gpiomem0", "/dev/gpiomem", "/dev/gpiochip0"];

/// Takes the hardware over, or makes a model of it.
///
/// # Errors
/// When this machine does not have what is to be driven, or when another daemon drives it.
pub fn open(drive: &Drive, clock: Clock) -> Result<Rig, RigError> {
    // Before anything is touched: the lines may hold another daemon's relays.
    let claim = claim_lines(&drive.lines())?;
    match drive {
        Drive::Sim { spec, lines, speed: _ } => {
            let (outputs, inputs) = sim::rig(spec.clone(), SEED);
            let outputs = outputs.kept_in(LinesFile::open(lines)?);
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs), claim })
        }
        Drive::Pi { pins, probes, tens } => {
            let clock: soothe_rig::slots::Clock = Arc::new(move || clock.now());
            let stimulates = tens.map(|setup| Stimulates { setup, tell: Box::new(tell) });
            warn_of_shared_bus(probes);
            let (outputs, inputs) = rpi::rig(pins, stimulates, open_probes(probes)?, &clock)?;
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs), claim })
        }
    }
}

/// Says in the log what becomes of the TENS module.
fn tell(news: &News) {
    match news {
        News::Found => tracing::info!("{news}"),
        News::Lost(_) | News::OtherMode { .. } => tracing::warn!("{news}"),
    }
}

/// A way to switch the lines off without owning them. Touches nothing before it is used.
///
/// # Errors
/// When this machine does not have them.
pub fn open_off(lines: &Lines) -> Result<Box<dyn Off>, RigError> {
    Ok(match lines {
        Lines::Sim(file) => Box::new(LinesFile::open(file)?),
        Lines::Pi(pins) => Box::new(RpiOff::new(*pins)?),
    })
}

/// Writes the lines off when no daemon owns them.
///
/// # Errors
/// When one does; when the lines are not there or cannot be written.
pub fn lines_off(lines: &Lines) -> Result<(), RigError> {
    let _claim = claim_lines(lines)?;
    open_off(lines)?.off()
}

/// Claims the lines for this process.
///
/// # Errors
/// When another soothed has them, or they may not be used.
pub(crate) fn claim_lines(lines: &Lines) -> Result<Claim, RigError> {
    match lines {
        Lines::Sim(file) => {
            // Makes it when it is not there, so that there is something to claim.
            LinesFile::open(file)?;
            claim(&[file])
        }
        Lines::Pi(_) => claim(&PIN_DEVICES.map(Path::new)),
    }
}

fn open_probes(ids: &ProbeIds) -> Result<Probes, RigError> {
    let [first, second] = &ids.contact;
    let open = |id| open_probe(id, Path::new(W1_ROOT));
    Ok(Probes {
        contact: [open(first)?, open(second)?],
        ambient: Some(open(&ids.ambient)?),
        skin: ids.skin.as_ref().map(open).transpose()?,
    })
}

/// Thermometers that wait for each other are read too seldom, which would look like a loss of one after the other
/// (HL-H12).
fn warn_of_shared_bus(ids: &ProbeIds) {
    let one_wire: Vec<_> = ids.one_wire().collect();
    if let Some(bus) = shared_bus(Path::new(W1_ROOT), &one_wire) {
        tracing::warn!(
            bus,
            "several thermometers are on one 1-Wire bus, which the kernel holds while one of them converts: each is read \
             too seldom; give each a pin of its own (docs/wiring.md)"
        );
    }
}

/// One thermometer, whatever it hangs on. 1-Wire is looked for in `w1_root`.
///
/// # Errors
/// When its bus cannot be used.
pub(crate) fn open_probe(id: &ProbeId, w1_root: &Path) -> Result<Box<dyn Probe>, RigError> {
    Ok(match id {
        ProbeId::OneWire(id) => Box::new(W1Probe::new(w1_root, id)),
        ProbeId::I2c(place) => Box::new(I2cProbe::new(RpiI2c::open(place.bus())?, Sleep, *place)),
    })
}

/// Claims the first of `files` that is there. Without any there are no lines, which the backend says
/// better.
fn claim(files: &[&Path]) -> Result<Claim, RigError> {
    for file in files {
        let refuse = |problem| RigError { line: file.display().to_string(), problem };
        let file = match File::open(file) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(refuse(format!("cannot be opened: {error}"))),
        };
        return match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {
                Err(refuse("another soothed drives these lines; stop that one first".to_owned()))
            }
            Err(TryLockError::Error(error)) => {
                Err(refuse(format!("the lines cannot be claimed: {error}")))
            }
        };
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use soothe_plant::PadSpec;
    use soothe_rig::Levels;

    use super::*;

    #[test]
    fn the_lines_belong_to_one_process_until_it_lets_go_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let (absent, device) = (folder.path().join("absent"), folder.path().join("gpiomem"));
        File::create(&device).expect("made");
        let devices = [absent.as_path(), device.as_path()];
        let first = claim(&devices).expect("free").expect("there");
        let refused = claim(&devices).expect_err("claimed twice").to_string();
        assert!(refused.contains("another soothed drives these lines"), "{refused}");
        drop(first);
        assert!(claim(&devices).expect("free again").is_some());
        assert!(claim(&[&absent]).expect("no lines are no error here").is_none());
    }

    #[test]
    fn lines_off_leaves_the_lines_of_a_running_daemon_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines");
        let drive = Drive::Sim { spec: PadSpec::nominal(), speed: 1, lines: path.clone() };
        let mut rig = open(&drive, Clock::start()).expect("free");
        let on = Levels { k1: true, k2_pulse: true, buzzer: true, stimulus: None };
        rig.outputs.write(on).expect("written");
        let levels = || LinesFile::open(&path).expect("there").read().expect("whole").levels;
        let refused = lines_off(&drive.lines()).expect_err("a daemon has them").to_string();
        assert!(refused.contains("another soothed drives these lines"), "{refused}");
        assert_eq!(levels(), on);
        drop(rig);
        lines_off(&drive.lines()).expect("nobody has them");
        assert_eq!(levels(), Levels { k2_pulse: true, ..Levels::default() });
    }
}
