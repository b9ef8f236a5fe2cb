//! A pure, seeded model of the pad on skin: what the software's view of the world is tried against.
//!
//! What it is: the two heat capacities of docs/wiring.md's reference pad, two contact sensors and a
//! room sensor with their lag, offset, resolution and noise, the switches K1 and K2 in series, the
//! e-stop and the cut-out in the loop of K2's coil, and the lines that sense them. [`PadSpec`] says
//! which pad, [`Plant`] is one pad being lived through, [`Fault`] is what can be wrong with it.
//! A cold pack lies on skin with a probe of its own, where there is one ([`PadSpec::with_skin_probe`]).
//! Beside the pad stand a pair of TENS [`Electrodes`] on skin of their own, with faults of their own.
//!
//! What it never does: read a clock or a file (time is an argument, a pad comes as text), use chance
//! that was not seeded, or decide anything. The same seed and the same writes give the same bits,
//! however the caller cuts time into steps.

mod closed_loop;
mod electrode;
mod fault;
pub mod pad_file;
mod parse;
mod plant;
mod sensor;
mod skin;
mod slab;
mod spec;
mod stimulation;
mod switch;

pub use closed_loop::ClosedLoop;
pub use electrode::{Electrode, ElectrodeFault, ElectrodePart, Electrodes, Peel};
pub use fault::{Contact, Factor, Fault, Lift, PadFault, Part, ProbeFault, SwitchFault};
pub use pad_file::PadError;
pub use plant::{K2_HOLD, Plant, Truth};
pub use skin::Pack;
pub use spec::PadSpec;
