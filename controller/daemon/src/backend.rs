//! From settings to lines: the model, or the pins of a Raspberry Pi.

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
}

/// Takes the hardware over, or makes a model of it.
///
/// # Errors
/// When this machine does not have what is to be driven.
pub fn open(drive: &Drive, clock: Clock) -> Result<Rig, RigError> {
    match drive {
        Drive::Sim { spec, speed: _ } => {
            let (outputs, inputs) = sim::rig(spec.clone(), SEED);
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs) })
        }
        Drive::Pi { pins, probes } => {
            let clock: soothe_rig::slots::Clock = Arc::new(move || clock.now());
            let (outputs, inputs) = rpi::rig(pins, open_probes(probes)?, &clock)?;
            Ok(Rig { outputs: Box::new(outputs), inputs: Box::new(inputs) })
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
