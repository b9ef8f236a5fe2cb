//! From settings to lines: the model, or the pins of a Raspberry Pi.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use soothe_rig::slots::Probes;
use soothe_rig::w1::{W1_ROOT, W1Probe};
use soothe_rig::{Inputs, Outputs, RigError, rpi, sim};

use crate::clock::Clock;
use crate::config::{Drive, ProbeIds};

/// All chance in the model comes from this number, so that every play session is alike.
const SEED: u64 = 1;

/// A backend's two halves.
pub struct Rig {
    /// The output lines.
    pub outputs: Box<dyn Outputs>,
    /// Thermometers and sense lines.
    pub inputs: Box<dyn Inputs>,
    /// Says that the pins are this process's; keep it for as long as they are used. A model has none.
    pub claim: Option<File>,
}

/// What the kernel offers of the pins; the first that is there carries the claim on them. Unlike a
/// file in some folder, it is the same for every person and every service on the machine.
const PIN_DEVICES: [&str; 3] = ["/dev/gpiomem0", "/dev/gpiomem", "/dev/gpiochip0"];

/// Takes the hardware over, or makes a model of it.
///
/// # Errors
/// When this machine does not have what is to be driven.
pub fn open(drive: &Drive, clock: Clock) -> Result<Rig, RigError> {
    match drive {
        Drive::Sim { spec, speed: _ } => {
            let (outputs, inputs) = sim::rig(spec.clone(), SEED);
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs), claim: None })
        }
        Drive::Pi { pins, probes } => {
            // Before anything is touched: the pins may hold another daemon's relays.
            let claim = claim(&PIN_DEVICES.map(Path::new))?;
            let clock: soothe_rig::slots::Clock = Arc::new(move || clock.now());
            let (outputs, inputs) = rpi::rig(pins, open_probes(probes)?, &clock)?;
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs), claim })
        }
    }
}

fn open_probes(ids: &ProbeIds) -> Result<Probes, RigError> {
    let root = Path::new(W1_ROOT);
    let [first, second] = &ids.contact;
    Ok(Probes {
        contact: [Box::new(W1Probe::new(root, first)?), Box::new(W1Probe::new(root, second)?)],
        ambient: Some(Box::new(W1Probe::new(root, &ids.ambient)?)),
    })
}

/// Claims the pins for this process, until the file is closed, however the process ends. Without any
/// of `devices` there are no pins, which the backend says better.
fn claim(devices: &[&Path]) -> Result<Option<File>, RigError> {
    for device in devices {
        let refuse = |problem| RigError { line: device.display().to_string(), problem };
        let file = match File::open(device) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(refuse(format!("cannot be opened: {error}"))),
        };
        return match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(refuse(
                "another soothed drives the pins of this machine; stop that one first".to_owned(),
            )),
            Err(TryLockError::Error(error)) => {
                Err(refuse(format!("the pins cannot be claimed: {error}")))
            }
        };
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pins_belong_to_one_process_until_it_lets_go_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let (absent, device) = (folder.path().join("absent"), folder.path().join("gpiomem"));
        File::create(&device).expect("made");
        let devices = [absent.as_path(), device.as_path()];
        let first = claim(&devices).expect("free").expect("there");
        let refused = claim(&devices).expect_err("claimed twice").to_string();
        assert!(refused.contains("another soothed drives the pins"), "{refused}");
        drop(first);
        assert!(claim(&devices).expect("free again").is_some());
        assert!(claim(&[&absent]).expect("no pins are no error here").is_none());
    }
}
