//! TENS: what a stimulator may put through skin, how strong it gets, and whether its electrodes hold.
//!
//! What it is: the waveform of each [`Mode`], parsed into a [`Programme`] that no limit refuses; the
//! [`Figures`] that a standard asks for; the [`Level`], which only a person raises; the
//! [`ElectrodeWatch`], which judges what is read back; where electrodes may lie ([`Placement`]).
//!
//! What it never does: time a pulse or drive a line. Hardware makes each pulse, with a one-shot that
//! bounds its width; this says how many, how wide, how strong, and when none.
//!
//! Words: a *pulse* is two *phases* of the same width and opposite sign, so no charge stays in the
//! skin. The *gate* lets pulses through or none. The *level* is the peak current of a phase.

mod baseline;
pub mod bound;
pub mod figures;
pub mod level;
pub mod limits;
pub mod mode;
pub mod placement;
pub mod programme;
pub mod stimulator;
pub mod units;
pub mod watch;
pub mod waveform;

pub use bound::{Bound, Refused};
pub use figures::Figures;
pub use level::{Cap, Interruption, Level, NotRaised};
pub use mode::{Mode, UnknownMode};
pub use placement::{NoPlacement, Placement};
pub use programme::Programme;
pub use stimulator::{Stimulator, Stimulus};
pub use units::{ElectrodeArea, Microamp, Milliamp, Ohm, PhaseWidth, Rate};
pub use watch::{ElectrodeWatch, Latch, Reading, Stop, Verdict, Zero};
pub use waveform::{Drive, Gate, Pulse, Waveform};
