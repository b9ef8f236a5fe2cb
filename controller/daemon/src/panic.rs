//! A panic in any thread: lines off first, then words, then the end of the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use soothe_rig::Gate;

use crate::off::{self, OFF_WITHIN};

/// The exit code of a daemon that failed while running (EX_SOFTWARE of sysexits.h).
pub const EXIT_FAILED: u8 = 70;

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

/// Shuts the gate, so that nothing energises any more, and says it when that fails. The thread that
/// panics may hold the gate's lock: when it died in a write, what the lines are now nobody knows.
fn shut(gate: &Gate) {
    let (done, is_done) = mpsc::channel();
    off::begin(gate, Gate::shut, move |result| drop(done.send(result)));
    match is_done.recv_timeout(OFF_WITHIN) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => eprintln!("soothed: PULL THE PLUG: a line could not be written: {error}"),
        Err(_) => eprintln!("soothed: PULL THE PLUG: the lines could not be reached in time"),
    }
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::path::PathBuf;
    use std::process::Command;

    use soothe_rig::{Levels, Outputs, RigError};

    use super::*;

    /// Set for the process that is to panic: the file in which it notes each write of the lines.
    const NOTES: &str = "SOOTHE_TEST_PANIC_NOTES";

    struct Noted {
        notes: PathBuf,
        panics_from_write: usize,
        writes: usize,
    }

    impl Outputs for Noted {
        fn write(&mut self, levels: Levels) -> Result<(), RigError> {
            self.writes += 1;
            assert!(self.writes < self.panics_from_write, "the test wants a panic in a write");
            let mut notes = OpenOptions::new().append(true).create(true).open(&self.notes).unwrap();
            writeln!(notes, "{levels:?}").unwrap();
            Ok(())
        }
    }

    /// Runs the test named `name` in a process of its own; its exit code and how often it wrote.
    fn in_another_process(name: &str) -> (Option<i32>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", &format!("panic::tests::{name}")]).env(NOTES, &notes);
        let output = test.output().unwrap();
        let notes = std::fs::read_to_string(notes).unwrap_or_default();
        (output.status.code(), notes.lines().count())
    }

    fn gate(panics_from_write: usize) -> Option<Gate> {
        let notes = PathBuf::from(env::var_os(NOTES)?);
        let gate = Gate::new(Box::new(Noted { notes, panics_from_write, writes: 0 })).unwrap();
        switches_off(&gate);
        Some(gate)
    }

    #[test]
    fn a_panic_in_any_thread_writes_off_and_ends_the_process() {
        let Some(_gate) = gate(usize::MAX) else {
            let name = "a_panic_in_any_thread_writes_off_and_ends_the_process";
            assert_eq!(in_another_process(name), (Some(i32::from(EXIT_FAILED)), 2));
            return;
        };
        let _ = thread::spawn(|| panic!("as the test wants")).join();
    }

    #[test]
    fn a_panic_with_the_gates_lock_held_still_ends_the_process() {
        let Some(gate) = gate(2) else {
            let name = "a_panic_with_the_gates_lock_held_still_ends_the_process";
            assert_eq!(in_another_process(name), (Some(i32::from(EXIT_FAILED)), 1));
            return;
        };
        let _ = gate.off();
    }
}
