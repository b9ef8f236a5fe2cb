//! Real-time priority for the control thread, where the system allows it.
//!
//! Without it the daemon is still correct: a late cycle lets the lease lapse, which is off. Memory is
//! not locked: that would pin the stacks of every other thread as well.

use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::realtime;

/// Above everything ordinary, below the lease thread, which must be able to cut in, and below the
/// kernel's own interrupt threads, which have 50.
const PRIORITY: u8 = 40;
const _: () = assert!(PRIORITY < LEASE_PRIORITY);

/// Asks for first-in-first-out scheduling for the calling thread and logs what came of it.
pub(crate) fn ask_for_priority() {
    match realtime::ask_for_priority(PRIORITY) {
        Ok(()) => tracing::info!(priority = PRIORITY, "control thread runs at real-time priority"),
        Err(problem) => tracing::info!(
            problem,
            "control thread runs without real-time priority; to allow it, set LimitRTPRIO={LEASE_PRIORITY} \
             in the service's unit, or run: ulimit -r {LEASE_PRIORITY}"
        ),
    }
}
