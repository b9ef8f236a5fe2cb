//! Whole lives of the system in virtual time: core, model, people, faults and restarts.
//!
//! What it is: [`scenario`] plays a script and says whether what was expected came true.
//!
//! What it never does: read a clock or a file, use chance that was not seeded, or touch a line.

pub mod scenario;
