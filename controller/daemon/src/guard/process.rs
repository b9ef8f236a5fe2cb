//! The guard's own process: it waits for the daemon's end, switches off, and ends.
//!
//! Two signs tell it. The pipe from the daemon breaks when the last of the daemon's threads is gone; a
//! thread that waits for a slow disk can hold that up for as long as the disk takes. So the kernel also
//! signals it when the one thread ends that started it, which a kill reaches at once.
//!
//! It has nothing that others could want of it: no log, no socket, no lock, no clock.

use std::ffi::CString;
use std::fs;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::thread;
use std::time::Duration;

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{Signal, set_parent_process_death_signal, setsid};
use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::{Off, RigError, realtime};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::signal::unix::{SignalKind, signal};

use super::{FAREWELL, GUARD_OOM, NAME, OOM_FILE, READY};
use crate::backend;
use crate::config::Lines;

/// How often a line that does not go off is tried again, and how soon.
const TRIES: u32 = 100;
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// A guard that could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It was not started by a daemon.
    #[error("soothed starts its guard itself; to switch off by hand, use: soothed lines-off ({0})")]
    NoPipe(io::Error),
    /// The system refuses what it needs.
    #[error("the guard cannot wait for the daemon's end: {0}")]
    System(#[from] io::Error),
    /// The lines cannot be had.
    #[error("the guard has no lines to switch off: {0}")]
    NoLines(RigError),
    /// They do not go off.
    #[error("PULL THE PLUG: {0}")]
    NotOff(RigError),
}

/// Waits for the end of the daemon that started this process, and switches off.
///
/// # Errors
/// When it cannot, or could not, be what it is for.
pub fn run(lines: &Lines) -> Result<(), RunError> {
    // Its own session: Ctrl-C, a closed terminal and a kill of the daemon's group do not reach it.
    setsid().map_err(io::Error::from).map_err(RunError::NoPipe)?;
    be_the_last_to_go();
    let mut lines = backend::open_off(lines).map_err(RunError::NoLines)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(wait_and_switch_off(&mut *lines))
}

/// What the system allows of this makes the guard better; nothing of it must be.
fn be_the_last_to_go() {
    let _ = CString::new(NAME).map(|name| rustix::thread::set_name(&name));
    let _ = fs::write(OOM_FILE, GUARD_OOM.to_string());
    let _ = realtime::ask_for_priority(LEASE_PRIORITY);
}

async fn wait_and_switch_off(lines: &mut dyn Off) -> Result<(), RunError> {
    // Taken and not listened to. Even the service manager's abort of a hung daemon goes to its whole group.
    let ignored = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
        SignalKind::quit(),
        SignalKind::from_raw(Signal::ABORT.as_raw()),
        SignalKind::user_defined2(),
    ];
    let _ignored = ignored.into_iter().map(signal).collect::<Result<Vec<_>, _>>()?;
    let mut starter_gone = signal(SignalKind::user_defined1())?;
    set_parent_process_death_signal(Some(Signal::USR1)).map_err(io::Error::from)?;
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    let mut pipe = Receiver::from_owned_fd(stdin).map_err(RunError::NoPipe)?;
    // Now that all of it is there, none of it has to be read from a busy disk when it is needed.
    let _ = mlockall(MlockAllFlags::CURRENT);
    // To whom this cannot be said is gone, which the pipe tells next.
    let _ = io::stdout().write_all(&[READY]).and_then(|()| io::stdout().flush());

    let mut end = std::pin::pin!(end_of_daemon(&mut pipe));
    tokio::select! {
        () = &mut end => switch_off(lines),
        _ = starter_gone.recv() => {
            let off = switch_off(lines);
            // Until its last thread is gone, a write that was under way may still come.
            end.await;
            off.and(switch_off(lines))
        }
    }
}

/// Waits until the daemon says farewell or is gone.
async fn end_of_daemon(pipe: &mut Receiver) {
    while matches!(pipe.read_u8().await, Ok(said) if said != FAREWELL) {}
}

fn switch_off(lines: &mut dyn Off) -> Result<(), RunError> {
    let mut result = lines.off();
    for _ in 1..TRIES {
        if result.is_ok() {
            break;
        }
        thread::sleep(TRY_AGAIN_AFTER);
        result = lines.off();
    }
    result.map_err(RunError::NotOff)
}
