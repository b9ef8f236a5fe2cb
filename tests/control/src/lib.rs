//! One pad, everybody's controller: how well soothe regulates, beside what others do.
//!
//! What it is: a heating pad of its own, defined exactly; re-implementations of Klipper's,
//! ESPHome's, kiln-controller's and simple-pid's control with their tuners, written from their published
//! formulas; soothe's own regulator; the least error that physics allows, by linear programming; and the
//! tables and plots that set them side by side. docs/control.md says what is measured and what came out.
//!
//! What it never does: read a clock, use unseeded chance, or share a line with the model that soothe is
//! tested on (`soothe-plant`): what is measured here is measured by other means.

pub mod bound;
pub mod comparison;
pub mod contestant;
pub mod controller;
pub mod metrics;
pub mod noise;
pub mod ours;
pub mod pad;
pub mod parse;
pub mod peers;
pub mod plot;
pub mod reference;
pub mod seeds;
pub mod simulation;
pub mod spread;
pub mod table;
