//! The daemon `soothed`, as a library that its binary, tests and benchmarks start.
//!
//! What it is: one plain thread that owns the engine and the output lines, one thread that writes the
//! session log, and an HTTP server that hands commands over and tells whole snapshots.
//!
//! What it never does: decide about energy (the core does), write a line past the gate, let a disk, a
//! client or an async task delay the control thread, or resume anything by itself after a restart.

pub mod args;
pub mod backend;
pub mod clock;
pub mod config;
mod control;
mod curve;
pub mod daemon;
pub mod doctor;
pub mod guard;
pub mod http;
mod journal;
mod keep;
mod library;
pub mod listen;
pub mod logging;
pub mod notify;
mod off;
pub mod pace;
pub mod panic;
mod publish;
mod realtime;
mod refusals;
mod remind;
mod stop;
#[cfg(test)]
mod testing;
mod watch;
mod words;

pub use clock::Clock;
pub use daemon::{Daemon, Options, StartError};
pub use journal::{LogOptions, OpenError, OpenLog, Problem as LogProblem};
pub use keep::kept_boot;
pub use remind::{Hook, HookProgram};
