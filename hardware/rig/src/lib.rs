//! The seam to the world: output lines, sense lines, thermometers, and the gate in front of them.
//!
//! What it is: small traits ([`Outputs`], [`Inputs`], [`Probe`]), the [`Gate`] which owns the output
//! lines, asserts the invariant a second time and lets every grant lapse, and two backends: [`sim`]
//! on the model of the pad, and [`rpi`] on a Raspberry Pi.
//!
//! What it never does: judge a temperature, read a clock (time comes as an argument or as a function
//! handed in), or use an async runtime.

mod button;
pub mod gate;
pub mod i2c;
mod lease;
pub mod lines;
pub mod lines_file;
mod pins;
pub mod probe_id;
pub mod realtime;
pub mod rpi;
pub mod sim;
pub mod slots;
pub mod supply;
pub mod tens;
pub mod w1;

pub use gate::Gate;
pub use lines::{Inputs, Levels, Off, Outputs, Probe, RigError, Sampled};
pub use probe_id::ProbeId;
