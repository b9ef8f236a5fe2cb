//! A panic in any thread: lines off first, then words, then the end of the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use soothe_rig::Gate;

/// The exit code of a daemon that failed while running (EX_SOFTWARE of sysexits.h).
pub const EXIT_FAILED: u8 = 70;

/// How long writing the lines off may take. The thread that panics may hold the gate's lock; the gate
/// has written off before it panics, so there is nothing to wait for then.
const OFF_WITHIN: Duration = Duration::from_millis(200);

/// From now on every panic switches off and ends the process.
pub fn switches_off(gate: &Gate) {
    let gate = gate.clone();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        static BUSY: AtomicBool = AtomicBool::new(false);
        if BUSY.swap(true, Ordering::SeqCst) {
            // Another panic is at it; this thread must not end the process before the lines are off.
            thread::sleep(2 * OFF_WITHIN);
        } else {
            shut(&gate);
            print(info);
        }
        end();
    }));
}

/// Ends the process as failed, with the lines off by now.
pub fn end() -> ! {
    std::process::exit(i32::from(EXIT_FAILED))
}

/// Writes the lines off from a thread of its own, so that a held lock cannot stop the process' end.
fn shut(gate: &Gate) {
    let (done, is_done) = mpsc::channel();
    let other = gate.clone();
    let spawned = thread::Builder::new().spawn(move || {
        let result = other.shut();
        let _ = done.send(result);
    });
    let result = match spawned {
        Ok(_) => is_done.recv_timeout(OFF_WITHIN),
        Err(_) => Ok(gate.shut()),
    };
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => eprintln!("soothed: PULL THE PLUG: a line could not be written: {error}"),
        Err(_) => eprintln!("soothed: PULL THE PLUG: the lines could not be reached in time"),
    }
}
