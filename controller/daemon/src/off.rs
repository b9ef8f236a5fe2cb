//! Switching off from a thread of its own: the gate's lock may be held by a thread that hangs, and
//! nobody who must answer, or end the process, may wait for that.

use std::thread;
use std::time::Duration;

use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::{Gate, RigError, realtime};

/// How long to wait for the lines. Writing them takes microseconds; only a held lock takes longer, or a
/// machine on which nothing runs for a while: nobody is to be told to pull the plug for that. With what a
/// STOP has waited for the control thread it stays below what the command line waits for its answer.
pub(crate) const OFF_WITHIN: Duration = Duration::from_millis(500);

/// How to switch off: [`Gate::off`] or [`Gate::shut`].
pub(crate) type How = fn(&Gate) -> Result<(), RigError>;

/// Begins to switch off and tells how it went. Dropped untold, `tell` says that it could not.
pub(crate) fn begin(
    gate: &Gate,
    how: How,
    tell: impl FnOnce(Result<(), RigError>) + Send + 'static,
) {
    let other = gate.clone();
    let begun = thread::Builder::new().name("off".to_owned()).spawn(move || {
        // What switches off goes before all that computes; without the right to it, it is as any other.
        let _ = realtime::ask_for_priority(LEASE_PRIORITY);
        tell(how(&other));
    });
    if begun.is_err() {
        // Without a thread it is done here, for better or worse; there is nobody left to tell.
        let _ = how(gate);
    }
}
