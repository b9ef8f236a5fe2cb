//! Switching off from a thread of its own: the gate's lock may be held by a thread that hangs, and
//! nobody who must answer, or end the process, may wait for that.

use std::sync::{Arc, Mutex, PoisonError};
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
    begin_in(thread::Builder::new().name("off".to_owned()), gate, how, tell);
}

fn begin_in(
    thread: thread::Builder,
    gate: &Gate,
    how: How,
    tell: impl FnOnce(Result<(), RigError>) + Send + 'static,
) {
    // Kept here as well: a thread that cannot be started takes with it what it was given.
    let tell = Arc::new(Mutex::new(Some(tell)));
    let (other, its_tell) = (gate.clone(), tell.clone());
    let begun = thread.spawn(move || {
        // What switches off goes before all that computes; without the right to it, it is as any other.
        let _ = realtime::ask_for_priority(LEASE_PRIORITY);
        tell_once(&its_tell, how(&other));
    });
    if begun.is_err() {
        // Without a thread it is done here, for better or worse.
        tell_once(&tell, how(gate));
    }
}

fn tell_once(
    tell: &Mutex<Option<impl FnOnce(Result<(), RigError>)>>,
    result: Result<(), RigError>,
) {
    let tell = tell.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(tell) = tell {
        tell(result);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use soothe_plant::PadSpec;
    use soothe_rig::sim;

    use super::*;

    #[test]
    fn hl_s2_without_a_thread_it_is_switched_off_all_the_same_and_told() {
        let (outputs, _) = sim::rig(PadSpec::nominal(), 1);
        let gate = Gate::new(Box::new(outputs)).unwrap();
        let (done, is_done) = mpsc::channel();
        let impossible = thread::Builder::new().stack_size(1 << 60);
        begin_in(impossible, &gate, Gate::off, move |result| done.send(result).unwrap());
        assert!(matches!(is_done.try_recv(), Ok(Ok(()))));
    }
}
