//! The guard: a second process that switches off when this one is gone, however it went.
//!
//! A killed process writes nothing any more, and its pins keep their levels. The daemon therefore starts
//! its own binary once more (`process.rs`) and holds a pipe to it, which the kernel closes when the daemon
//! ends. `keeper.rs` is the daemon's side: it notices when the guard itself is gone, and starts another.
//!
//! What it never does: energise, decide, or touch a line while the daemon lives.

mod keeper;
mod process;

pub use keeper::{Guard, GuardError};
pub use process::{RunError, run};

/// The guard's name in a list of processes. Not the daemon's: `killall soothed` must leave it the time to
/// switch off.
const NAME: &str = "soothe-guard";

/// What the guard says when it is ready to switch off.
const READY: u8 = b'r';
/// What the daemon says when it ends in order, with the lines off.
const FAREWELL: u8 = b'f';

/// How unwilling the kernel is to end a process when memory runs out. -1000 is never: the guard must be
/// left to switch off after the daemon.
const OOM_FILE: &str = "/proc/self/oom_score_adj";
const GUARD_OOM: i32 = -1000;
const DAEMON_OOM: i32 = -900;
