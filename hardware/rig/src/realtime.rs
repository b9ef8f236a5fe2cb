//! Real-time priority for the threads and the process that must be able to switch off.
//!
//! Without the right to it everything is still correct, only later: what comes too late is off.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Asks for first-in-first-out scheduling at `priority` (1 to 99) for the calling thread.
///
/// # Errors
/// Says why the system refuses.
pub fn ask_for_priority(priority: u8) -> Result<(), String> {
    let fifo = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let priority =
        ThreadPriorityValue::try_from(priority).map_err(|problem| problem.to_string())?;
    let priority = ThreadPriority::Crossplatform(priority);
    set_thread_priority_and_policy(thread_native_id(), priority, fifo)
        .map_err(|problem| format!("{problem:?}"))
}
