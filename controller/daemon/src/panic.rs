//! A panic in any thread: lines off first, then words, then the end of the process.
//!
//! The thread that panics may hold the gate's lock, and may be in the middle of a write that only its own
//! unwinding repairs. So its hook waits for nothing: it tells a thread that was started for this alone,
//! and unwinds, while that thread switches off, speaks and ends the process.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use soothe_rig::Gate;

use crate::off::{self, OFF_WITHIN};

/// The exit code of a daemon that failed while running (EX_SOFTWARE of sysexits.h).
pub const EXIT_FAILED: u8 = 70;

/// How long the end waits for its words to be taken: nobody may be reading them.
const SAY_WITHIN: Duration = Duration::from_millis(500);

/// Whether a panic is ending the process.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// What a panic sends: that it is one at once, and its words when they are made, for that takes its time.
struct Cry {
    alarm: Sender<()>,
    words: Sender<Words>,
}

impl Cry {
    fn raise(&self, words: impl FnOnce() -> Words) {
        // The receivers wait for as long as the process lives.
        let _ = self.alarm.send(());
        let _ = self.words.send(words());
    }
}

/// From now on every panic switches off and ends the process.
///
/// # Errors
/// When the thread that is to do it cannot be started.
pub fn switches_off(gate: &Gate) -> io::Result<()> {
    let (alarm, alarmed) = mpsc::channel();
    let (words, told) = mpsc::channel::<Words>();
    let cry = Cry { alarm, words };
    let gate = gate.clone();
    thread::Builder::new().name("panic".to_owned()).spawn(move || {
        if alarmed.recv().is_err() {
            return;
        }
        let _end = End;
        let off = shut(&gate);
        let words = told.recv_timeout(SAY_WITHIN).map(Words::spoken);
        let words = words.unwrap_or_else(|_| "soothed: a thread panicked".to_owned());
        match off {
            Ok(()) => say(words),
            Err(trouble) => say(format!("soothed: PULL THE PLUG: {trouble}\n{words}")),
        }
    })?;
    std::panic::set_hook(Box::new(move |info| {
        if !PANICKED.swap(true, Ordering::SeqCst) {
            cry.raise(|| Words::of(info));
        }
    }));
    Ok(())
}

/// Runs what the main thread does. When it panics, the process does not end before the lines are off.
pub fn contain<T>(main: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(main))
        .unwrap_or_else(|_| end("soothed: the main thread panicked".to_owned()))
}

/// Says why, and ends the process as failed, with the lines off by now.
pub fn end(reason: String) -> ! {
    if PANICKED.load(Ordering::SeqCst) {
        // The panic behind it has better words, and its own thread ends the process.
        thread::sleep(2 * (OFF_WITHIN + SAY_WITHIN));
    }
    say(reason);
    exit()
}

fn exit() -> ! {
    std::process::exit(i32::from(EXIT_FAILED))
}

/// Ends the process when it goes, also when that is by a panic.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        exit();
    }
}

/// What a panic says, put into words only when the lines are off.
struct Words {
    text: String,
    trace: Backtrace,
}

impl Words {
    fn of(info: &PanicHookInfo<'_>) -> Self {
        let thread = thread::current();
        let name = thread.name().unwrap_or("without a name");
        Self { text: format!("soothed: thread {name} {info}"), trace: Backtrace::capture() }
    }

    fn spoken(self) -> String {
        let Self { text, trace } = self;
        if trace.status() == BacktraceStatus::Captured {
            return format!("{text}\n{trace}");
        }
        text
    }
}

fn say(text: String) {
    let (done, is_done) = mpsc::channel();
    let speak = move || {
        // A macro that prints panics where nothing can be written.
        let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
        let _ = done.send(());
    };
    if thread::Builder::new().name("words".to_owned()).spawn(speak).is_ok() {
        let _ = is_done.recv_timeout(SAY_WITHIN);
    }
}

/// Shuts the gate, so that nothing energises any more. The gate's lock may be held by a thread that hangs.
fn shut(gate: &Gate) -> Result<(), String> {
    let (done, is_done) = mpsc::channel();
    off::begin(gate, Gate::shut, move |result| drop(done.send(result)));
    match is_done.recv_timeout(OFF_WITHIN) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("a line could not be written: {error}")),
        Err(_) => Err("the lines could not be reached in time".to_owned()),
    }
}

#[cfg(test)]
#[path = "panic_tests.rs"]
mod tests;
