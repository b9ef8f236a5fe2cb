//! `soothed lines-off`, the service manager's last step.

use std::path::Path;
use std::process::{Command, Output};

use rustix::process::Signal;

use crate::support::{Soothed, folder, send};

fn lines_off(lines: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soothed"));
    command.args(["lines-off", "--sim", "--lines"]).arg(lines).output().expect("it runs")
}

#[test]
fn with_daemon_and_guard_killed_lines_off_switches_off() {
    let mut daemon = Soothed::start();
    daemon.start_heating();
    let guard = daemon.guard().expect("a guard");
    send(guard, Signal::STOP);
    send(daemon.pid(), Signal::KILL);
    send(guard, Signal::KILL);
    daemon.end();
    let before = daemon.lines();
    assert!(before.levels.k1, "nothing was left to switch K1 off");
    let output = lines_off(&daemon.lines_path());
    assert!(output.status.success(), "{output:?}");
    let after = daemon.lines();
    assert!(!after.levels.k1 && !after.levels.buzzer, "{after:?}");
    assert_eq!(after.k2_edges, before.k2_edges, "an edge holds K2 in");
}

#[test]
fn lines_off_does_not_fight_a_daemon_that_lives() {
    let daemon = Soothed::start();
    daemon.start_heating();
    let output = lines_off(&daemon.lines_path());
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains("another soothed drives these lines; stop that one first"), "{text}");
    assert_eq!(daemon.get("/api/v1/status")["state"], "heating");
}

#[test]
fn lines_off_says_which_configuration_or_file_is_wrong() {
    let output = lines_off(Path::new("/no/such/folder/lines"));
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains("/no/such/folder/lines"), "{text}");
    let folder = folder();
    let config = folder.path().join("soothed.toml");
    std::fs::write(&config, "[pins]\nk1 = 99\n").expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_soothed"));
    let output = command.args(["lines-off", "--config"]).arg(&config).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains("k1 = 99"), "{text}");
}
