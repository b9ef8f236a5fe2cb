//! The guard process: what it does when the daemon is gone, and the daemon when the guard is.

use std::fs;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use soothe_rig::lines_file::Watch;
use soothed::Clock;

use crate::support::{Soothed, folder, lives, send, until};

/// How soon everything must be off.
const OFF_WITHIN: Duration = Duration::from_millis(100);

pub(crate) fn guard_of(daemon: &Soothed) -> Pid {
    daemon.guard().expect("a guard")
}

#[test]
fn hl_s10_after_a_kill_of_the_daemon_the_guard_switches_off_within_100_ms_and_ends() {
    let mut daemon = Soothed::start();
    daemon.start_heating();
    let guard = guard_of(&daemon);
    let edges = daemon.lines().k2_edges;
    let off = daemon.kill();
    assert!(off.own() < OFF_WITHIN, "{off:?}");
    until("the guard has ended", || (!lives(guard)).then_some(()));
    let after = daemon.lines();
    assert!(!after.levels.k1 && !after.levels.buzzer, "{after:?}");
    assert!(after.k2_edges <= edges + 1, "switching off made an edge: {edges}, {after:?}");
}

#[test]
fn hl_s10_without_its_guard_the_daemon_switches_off_within_a_cycle_and_starts_another() {
    let daemon = Soothed::start();
    daemon.start_heating();
    let guard = guard_of(&daemon);
    let off = daemon.off_after(move || send(guard, Signal::KILL));
    assert!(off.own() < OFF_WITHIN, "{off:?}");
    let next = until("another guard is there", || daemon.guard().filter(|it| *it != guard));
    until("it is at its post", || daemon.errors().contains("is ready").then_some(()));
    assert!(lives(next));
}

#[test]
fn the_next_guard_is_as_good_as_the_first() {
    let mut daemon = Soothed::start();
    let first = guard_of(&daemon);
    send(first, Signal::KILL);
    until("another is at its post", || daemon.errors().contains("is ready").then_some(()));
    // Whatever the loss has latched.
    daemon.request("POST", "/api/v1/clear", "");
    daemon.start_heating();
    let off = daemon.kill();
    assert!(off.own() < OFF_WITHIN, "{off:?}");
}

#[test]
fn hl_s2_with_daemon_and_guard_killed_k1_stays_and_k2s_pulses_have_stopped() {
    let mut daemon = Soothed::start();
    daemon.start_heating();
    let guard = guard_of(&daemon);
    // Stopped first: else the one that dies second would still switch off.
    send(guard, Signal::STOP);
    send(daemon.pid(), Signal::KILL);
    send(guard, Signal::KILL);
    daemon.end();
    let clock = Clock::start();
    let mut watch = daemon.watch();
    let first = watch.look(clock.now()).expect("a whole record");
    assert!(first.kept.levels.k1, "nothing is left to switch K1 off: {first:?}");
    thread::sleep(Duration::from_millis(Watch::K2_HOLD.as_ms()));
    let seen = watch.look(clock.now()).expect("a whole record");
    assert!(seen.kept == first.kept && !seen.k2 && !seen.heats(), "{seen:?}");
}

#[test]
fn the_guard_ignores_what_asks_it_to_end() {
    let mut daemon = Soothed::start();
    daemon.start_heating();
    let guard = guard_of(&daemon);
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::ABORT] {
        send(guard, signal);
    }
    thread::sleep(Duration::from_millis(200));
    assert!(lives(guard) && daemon.lines().levels.k1, "{}", daemon.errors());
    assert!(daemon.kill().own() < OFF_WITHIN);
}

#[test]
fn hl_s10_a_crash_is_as_a_kill_and_nobody_waits_for_its_core() {
    for signal in [Signal::ABORT, Signal::ILL] {
        let folder = folder();
        // The core would fall where the daemon works.
        let unlimited =
            format!("ulimit -c unlimited; cd {}; exec \"$0\" \"$@\"", folder.path().display());
        let mut daemon = Soothed::start_with(folder, |command| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &unlimited]).arg(command.get_program()).args(command.get_args());
            *command = shell;
        });
        daemon.start_heating();
        let pid = daemon.pid();
        let off = daemon.off_after(move || send(pid, signal));
        assert!(off.own() < OFF_WITHIN, "{signal:?}: {off:?}");
        assert!(!daemon.end().core_dumped(), "{signal:?}");
    }
}

#[test]
fn a_kill_of_the_daemons_group_leaves_the_guard_to_switch_off() {
    let own_group = |command: &mut Command| {
        command.process_group(0);
    };
    let mut daemon = Soothed::start_with(folder(), own_group);
    daemon.start_heating();
    let group = daemon.pid();
    let off = daemon.off_after(move || kill_process_group(group, Signal::KILL).expect("a group"));
    assert!(off.own() < OFF_WITHIN, "{off:?}");
    daemon.end();
}

#[test]
fn the_guard_holds_its_pipes_and_its_lines_and_nothing_of_the_daemons() {
    let daemon = Soothed::start();
    let guard = guard_of(&daemon);
    let files = |pid: Pid| {
        let files = fs::read_dir(format!("/proc/{}/fd", pid.as_raw_pid())).unwrap().flatten();
        let files = files.filter_map(|file| fs::read_link(file.path()).ok());
        files.map(|file| file.to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let of_daemon = files(daemon.pid());
    // Sockets and event queues have numbers of their own; those of the guard are its own.
    for file in files(guard) {
        let kind = file.split([':', '[']).next().unwrap_or_default();
        let own = match kind {
            "pipe" | "anon_inode" => true,
            "socket" => !of_daemon.contains(&file),
            _ => {
                file.ends_with("/errors") || file.ends_with("/s.sock.lines") || file == "/dev/null"
            }
        };
        assert!(own, "the guard holds {file}");
    }
    let log = |file: &String| file.contains("sim.db");
    assert!(of_daemon.iter().any(log), "this test looks for the wrong files: {of_daemon:?}");
}

#[test]
fn a_guard_that_is_started_by_hand_says_what_to_use_instead() {
    let folder = folder();
    let mut guard = Command::new(env!("CARGO_BIN_EXE_soothed"));
    guard.args(["guard", "sim"]).arg(folder.path().join("lines"));
    let output = guard.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("soothed lines-off"), "{text}");
}
