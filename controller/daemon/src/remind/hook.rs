//! The program that the owner wants to have told: run for each reminder, without a shell, and not for long.
//!
//! It has a thread of its own, which holds nothing that anyone waits for. What the program says is discarded;
//! that it fails is a line in the daemon's log lines and nothing else.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use soothe_wire::DueReminder;

/// How long the program may run.
const WITHIN: Duration = Duration::from_secs(10);
/// How often is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Reminders that may wait for the one before them.
const WAITING_MAX: usize = 8;
/// What the service manager gives the daemon, and the daemon nobody else.
const OURS: [&str; 6] = [
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
];

/// Which program is run, and with what before the reminder's text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct HookProgram {
    program: String,
    args: Vec<String>,
}

impl TryFrom<Vec<String>> for HookProgram {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Self, String> {
        let mut words = words.into_iter();
        let form = "give the program by its whole path, then its arguments, such as \
                    [\"/usr/local/bin/tell\", \"--aloud\"]";
        let program = words.next().ok_or_else(|| format!("no program is named; {form}"))?;
        let args: Vec<String> = words.collect();
        if !program.starts_with('/') {
            return Err(format!("`{}` does not begin with /; {form}", program.escape_debug()));
        }
        if args.iter().chain([&program]).any(|word| word.contains('\0')) {
            return Err(format!("a word has a zero character in it; {form}"));
        }
        Ok(Self { program, args })
    }
}

/// Tells the program; dropped, what waits is told and the thread ends.
#[derive(Clone, Debug)]
pub struct Hook(SyncSender<DueReminder>);

impl Hook {
    /// Starts the thread that runs the program.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(program: HookProgram) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        thread::Builder::new()
            .name("hook".to_owned())
            .spawn(move || serve(&program, &receiver))
            .map(|_| Self(sender))
    }

    /// Has a reminder told. It never waits.
    pub(crate) fn tell(&self, due: DueReminder) {
        if self.0.try_send(due).is_err() {
            tracing::warn!("hook: too many reminders wait for it; one was not told");
        }
    }
}

fn serve(program: &HookProgram, reminders: &Receiver<DueReminder>) {
    for due in reminders {
        let path = &program.program;
        match run(program, &due, WITHIN) {
            Ok(Some(status)) if status.success() => {}
            Ok(Some(status)) => tracing::warn!("hook {path}: it failed: {status}"),
            Ok(None) => {
                tracing::warn!("hook {path}: it was ended after {} s", WITHIN.as_secs());
            }
            Err(error) => tracing::warn!("hook {path}: it cannot be run: {error}"),
        }
    }
}

/// Runs the program to its end; none when it did not end in time, and was ended.
fn run(
    program: &HookProgram,
    due: &DueReminder,
    within: Duration,
) -> io::Result<Option<ExitStatus>> {
    let mut command = Command::new(&program.program);
    command.args(&program.args).arg(&due.text);
    for name in OURS {
        command.env_remove(name);
    }
    let mut child = command
        .env("SOOTHE_REMINDER_ID", due.id.to_string())
        .env("SOOTHE_REMINDER_KIND", &due.kind)
        .env("SOOTHE_REMINDER_EXERCISE", due.exercise.as_deref().unwrap_or_default())
        .env("SOOTHE_REMINDER_SITE", due.site.as_deref().unwrap_or_default())
        .env("SOOTHE_REMINDER_HOW", due.how.as_deref().unwrap_or_default())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    // The daemon is not to be killed for want of memory; this program may be.
    let _ = fs::write(format!("/proc/{}/oom_score_adj", child.id()), "0");
    for _ in 0..within.as_millis() / LOOK_EVERY.as_millis() {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(LOOK_EVERY);
    }
    end(&mut child);
    Ok(None)
}

/// Ends the program with whatever it has started.
fn end(child: &mut Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

#[cfg(test)]
#[path = "hook_tests.rs"]
mod tests;
