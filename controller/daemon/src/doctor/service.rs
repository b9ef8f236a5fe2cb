//! What runs, where it writes, and whether the clock is right.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::StatVfsMountFlags;
use serde::Deserialize;
use soothe_wire::client::{Cause, Client, ClientError, Endpoint};
use soothe_wire::status::{Sensor, State};

use super::finding::Finding;
use super::host::Host;
use super::rights::Account;
use crate::backend;
use crate::clock::SYNCHRONISED;
use crate::config::{Build, Lines};

const UNIT: &str = "soothed.service";
/// Where the service's log lies.
const SERVICE_FOLDER: &str = "/var/lib/soothe";
/// Enough for years of log, and for what the system itself writes meanwhile.
const FREE_MIN_BYTES: u64 = 200 << 20;

/// What is asked of a daemon's state.
#[derive(Deserialize)]
pub(super) struct Told {
    version: String,
    pub(super) simulated: bool,
    state: State,
    fault: Option<FaultTold>,
    log_failure: Option<String>,
    pub(super) contact: Vec<Sensor>,
    pub(super) ambient: Sensor,
    pub(super) skin: Option<Sensor>,
}

#[derive(Deserialize)]
struct FaultTold {
    message: String,
}

/// The daemon of this machine.
pub(super) enum Daemon {
    /// It runs, and this is its state.
    Runs(Box<Told>),
    /// It runs, or something does in its place, and does not tell its state.
    Silent(String),
    /// None runs.
    Absent,
}

impl Daemon {
    /// Asks it, and systemd where it cannot be asked.
    pub(super) fn of(host: &Host, build: &Build) -> Self {
        let endpoint = build.socket.clone().map_or_else(Endpoint::local, Endpoint::Unix);
        let state = host.systemd(Some(UNIT), &["ActiveState"]).unwrap_or_default().concat();
        let by_systemd = !["", "inactive", "failed"].contains(&state.as_str());
        if let Some(path) = locked(&endpoint) {
            let says =
                format!("one may run, and this user may not speak to it at {}", path.display());
            return Self::Silent(says);
        }
        match ask(&endpoint) {
            Ok(status) => Self::Runs(Box::new(status)),
            Err(error @ ClientError::Unreachable { cause: Cause::Absent(_), .. }) if by_systemd => {
                Self::Silent(format!("the service is {state}, and {error}"))
            }
            // One with another socket, or another person's, has the pins all the same.
            Err(ClientError::Unreachable { cause: Cause::Absent(_), .. }) => {
                match backend::claim_lines(&Lines::Pi(build.pins.off())) {
                    Ok(_claim) => Self::Absent,
                    Err(error) => Self::Silent(error.to_string()),
                }
            }
            Err(error) => Self::Silent(error.to_string()),
        }
    }

    /// Whether none has the pins.
    pub(super) fn leaves_pins(&self) -> bool {
        match self {
            Self::Runs(status) => status.simulated,
            Self::Silent(_) => false,
            Self::Absent => true,
        }
    }
}

/// A socket that is there, and not for this user.
fn locked(endpoint: &Endpoint) -> Option<&Path> {
    match endpoint {
        Endpoint::Unix(path) => {
            let refused =
                UnixStream::connect(path).err()?.kind() == io::ErrorKind::PermissionDenied;
            refused.then_some(path)
        }
        Endpoint::Tcp { .. } => None,
    }
}

fn ask(endpoint: &Endpoint) -> Result<Told, ClientError> {
    let absent = |why: String| ClientError::Unreachable {
        endpoint: endpoint.to_string(),
        cause: Cause::Absent(why),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| absent(error.to_string()))?;
    runtime.block_on(Client::new(endpoint.clone()).part_of_status())
}

/// Looks at all of it. `now_unix_ms` is the wall clock.
pub(super) fn findings(
    host: &Host,
    build: &Build,
    daemon: &Daemon,
    now_unix_ms: i64,
) -> Vec<Finding> {
    let mut findings = vec![unit(host), told(daemon)];
    findings.extend(disk(host, build));
    findings.push(clock(host, now_unix_ms));
    findings
}

fn unit(host: &Host) -> Finding {
    const CHECK: &str = "service";
    let Some(said) =
        host.systemd(Some(UNIT), &["LoadState", "ActiveState", "UnitFileState", "NRestarts"])
    else {
        return Finding::unseen(CHECK, "systemd does not answer: is this machine started by it?");
    };
    let [load, active, enabled, restarts] =
        [&said[0], &said[1], &said[2], &said[3]].map(String::as_str);
    let anew = format!(
        "it was started anew {restarts} times since somebody started it: why, its journal tells"
    );
    let journal = "journalctl -u soothed -n 50";
    match (load, active) {
        ("not-found", _) => {
            Finding::look(CHECK, "it is not installed: soothed runs while somebody runs it")
        }
        ("masked", _) => Finding::look(CHECK, "it is masked, so that nobody can start it")
            .mend("sudo systemctl unmask soothed"),
        (_, "failed") => {
            Finding::wrong(CHECK, "it failed").mends([journal, "sudo systemctl restart soothed"])
        }
        (_, "activating" | "reloading" | "deactivating") if restarts != "0" => {
            Finding::wrong(CHECK, format!("it does not stay: {anew}")).mend(journal)
        }
        (_, "active") if restarts != "0" => {
            Finding::look(CHECK, format!("it runs; {anew}")).mend(journal)
        }
        (_, "active") if enabled != "enabled" => {
            Finding::look(CHECK, "it runs, and will not after the next start of the machine")
                .mend("sudo systemctl enable soothed")
        }
        (_, "active") => Finding::ok(CHECK, "it runs, and is started with the machine"),
        (_, "inactive") => {
            Finding::look(CHECK, "it does not run").mend("sudo systemctl enable --now soothed")
        }
        (_, state) => {
            Finding::look(CHECK, format!("it is {state}")).mend("systemctl status soothed")
        }
    }
}

fn told(daemon: &Daemon) -> Finding {
    const CHECK: &str = "daemon";
    let own = env!("CARGO_PKG_VERSION");
    let status = match daemon {
        Daemon::Runs(status) => status,
        Daemon::Silent(why) => {
            return Finding::unseen(CHECK, why.clone())
                .mend("sudo soothe doctor      # or join its group: sudo adduser $USER soothe");
        }
        Daemon::Absent => return Finding::ok(CHECK, "none runs"),
    };
    if let Some(fault) = &status.fault {
        let says = format!("a fault is latched: {}", fault.message);
        return Finding::wrong(CHECK, says)
            .mends(["soothe status", "soothe clear     # once its cause is gone"]);
    }
    if let Some(why) = &status.log_failure {
        return Finding::wrong(
            CHECK,
            format!("its log cannot be written, so that nothing starts: {why}"),
        );
    }
    if status.version != own {
        let says = format!("version {} runs, and {own} is installed", status.version);
        return Finding::look(CHECK, says).mend("sudo systemctl restart soothed");
    }
    let pad = if status.simulated { "a simulated pad" } else { "the pad" };
    Finding::ok(CHECK, format!("version {own} drives {pad}; {}", word(status.state)))
}

const fn word(state: State) -> &'static str {
    match state {
        State::Idle => "no session runs",
        State::Proving | State::Heating | State::Guided | State::Stimulating | State::Paused => {
            "a session runs"
        }
        State::Fault => "a fault is latched",
    }
}

fn disk(host: &Host, build: &Build) -> Option<Finding> {
    const CHECK: &str = "disk";
    let service =
        || Account::of(host).filter(Account::is_service).map(|_| PathBuf::from(SERVICE_FOLDER));
    let folder = build.folder.clone().or_else(service).or_else(crate::config::own_folder)?;
    // What is not there yet is made in the next folder that is.
    let there = folder.ancestors().find(|it| host.exists(it))?;
    let Ok(disk) = rustix::fs::statvfs(host.path(there)) else {
        return Some(Finding::unseen(
            CHECK,
            format!("the disk of {} does not tell its state", there.display()),
        ));
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let shown = folder.display();
    Some(if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
        Finding::wrong(
            CHECK,
            format!("{shown} is on a disk that cannot be written: nothing can start without a log"),
        )
        .mend("dmesg | tail     # a worn card makes itself so")
    } else if free < FREE_MIN_BYTES {
        Finding::wrong(
            CHECK,
            format!(
                "{} MB are free for {shown}, and {} are asked for",
                free >> 20,
                FREE_MIN_BYTES >> 20
            ),
        )
        .mend("sudo apt clean && sudo journalctl --vacuum-size=50M")
    } else {
        Finding::ok(CHECK, format!("{} MB are free for the log in {shown}", free >> 20))
    })
}

fn clock(host: &Host, now_unix_ms: i64) -> Finding {
    const CHECK: &str = "clock";
    let now = jiff::Timestamp::from_millisecond(now_unix_ms).unwrap_or_default();
    let now = now.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z");
    // timesyncd says so in a file, any other program to systemd.
    if host.exists(SYNCHRONISED) || host.clock_is_set() {
        return Finding::ok(CHECK, format!("{now}, set by the network"));
    }
    let says = format!(
        "{now}, and nobody has said that this is right: reminders go by it, and how long a site has rested across a restart"
    );
    Finding::look(CHECK, says).mend("sudo timedatectl set-ntp true && timedatectl")
}
