//! Sessions from start to end, and all the ways in which they end early.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use serde_json::Value;
use soothe_tests::bins::{Daemon, finish, signal, wait_until};

use crate::sentences;

/// Fast enough for a test, slow enough to stop a session in time: a minute takes 1.2 s.
const FAST: [&str; 2] = ["--speed", "50"];
/// A minute takes 6 s.
const SLOW: [&str; 2] = ["--speed", "10"];
const SHORT: [&str; 7] = ["heat", "--target", "30", "--for", "3m", "--site", "left-shoulder"];
const LONG: [&str; 7] = ["heat", "--target", "40", "--for", "30m", "--site", "left-shoulder"];

fn status(daemon: &Daemon) -> Value {
    daemon.soothe(&["status", "--json"]).json()
}

fn wait_until_heating(daemon: &Daemon) {
    wait_until("a session runs", || status(daemon)["state"] == "heating");
}

/// A session that is shown in another terminal, and already runs.
fn heating(daemon: &Daemon) -> Child {
    let child = daemon.spawn_soothe(&LONG);
    wait_until_heating(daemon);
    child
}

/// The state is told once its event is on disk, which may be a moment after the lines were written.
fn assert_off(daemon: &Daemon) {
    wait_until("the end is told", || status(daemon)["session"].is_null());
    let status = status(daemon);
    assert_eq!(status["state"], "idle", "{status}");
    assert_eq!(status["heater_on"], false);
    assert_eq!(status["armed"], false);
}

#[test]
fn a_session_runs_to_its_end_and_is_summed_up() {
    let daemon = Daemon::start(&FAST);
    let run = daemon.soothe(&SHORT).with_code(0);
    for said in [
        "Session 1: heat at 30.0 °C for 3:00 on left-shoulder. Ctrl-C stops it.",
        "simulated: a model is heated, 50 times as fast as life",
        "Session 1 completed (simulated)",
        "3:00 of 3:00",
        "30.0 °C, reached after",
        "curve    soothe log show 1",
    ] {
        assert!(run.stdout.contains(said), "{said} is missing:\n{}", run.stdout);
    }
    assert!(!run.stdout.contains(['\x1b', '\r']), "drawn over without a terminal");
    assert_eq!(run.stderr, "");
    assert_off(&daemon);
}

#[test]
fn a_session_for_programs_gives_only_its_record() {
    let daemon = Daemon::start(&FAST);
    let json = daemon.soothe(&[&SHORT[..], &["--json"]].concat()).with_code(0).json();
    assert_eq!(json["id"], 1);
    assert_eq!(json["outcome"], "completed");
    assert_eq!(json["target_c"], 30.0);
    // The last cycle may come late by some model time, at 50 times life.
    let elapsed_s = json["elapsed_s"].as_f64().unwrap();
    assert!((180.0..190.0).contains(&elapsed_s), "{json}");
    assert!(json["hottest_c"].as_f64().unwrap() > 29.5, "{json}");
    let kinds: Vec<_> = json["events"].as_array().unwrap().iter().map(|e| &e["kind"]).collect();
    assert_eq!(kinds, ["started", "proved", "target-reached", "ended"]);
}

#[test]
fn anyone_can_stop_a_session() {
    let daemon = Daemon::start(&SLOW);
    let shown = heating(&daemon);
    let stop = daemon.soothe(&["stop"]).with_code(0);
    assert_eq!(stop.stdout, "Session 1 is stopped; every output is off.\n");
    assert_off(&daemon);
    let shown = finish(shown).with_code(0);
    assert!(shown.stdout.contains("it was stopped by hand"), "{shown:?}");
}

#[test]
fn stopping_what_does_not_run_is_fine() {
    let daemon = Daemon::start(&FAST);
    let stop = daemon.soothe(&["stop"]).with_code(0);
    assert_eq!(stop.stdout, "Nothing was running; every output is off.\n");
    let json = daemon.soothe(&["stop", "--json"]).with_code(0).json();
    assert_eq!(json, serde_json::json!({"id": null, "off": true, "pack_on": false}));
}

#[test]
fn leaving_in_any_way_stops_the_session() {
    for name in ["INT", "TERM", "HUP"] {
        let daemon = Daemon::start(&SLOW);
        let shown = heating(&daemon);
        signal(&shown, name);
        let shown = finish(shown).with_code(0);
        assert!(shown.stdout.contains("Asked the daemon to stop"), "{name}: {shown:?}");
        assert!(shown.stdout.contains("it was stopped by hand"), "{name}: {shown:?}");
        assert_off(&daemon);
    }
}

#[test]
fn a_reader_that_has_gone_stops_the_session() {
    let daemon = Daemon::start(&SLOW);
    let mut shown = heating(&daemon);
    let mut line = String::new();
    BufReader::new(shown.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Session 1"), "{line}");
    // The pipe is closed now; the next line finds nobody.
    wait_until("the session is stopped", || status(&daemon)["state"] == "idle");
    let _ = finish(shown).with_code(0);
}

#[test]
fn a_second_start_is_refused_and_changes_nothing() {
    let daemon = Daemon::start(&SLOW);
    let started = daemon.soothe(&[&LONG[..], &["--detach", "--json"]].concat()).with_code(0);
    assert_eq!(started.json(), serde_json::json!({"id": 1}));
    let second = daemon.soothe(&SHORT).with_code(3);
    assert!(sentences(&second.stderr).contains("refused: session 1 is running"), "{second:?}");
    assert!(second.stderr.contains("opens    when the running session has ended"), "{second:?}");
    assert_eq!(status(&daemon)["session"]["target_c"], 40.0);
}

#[test]
fn a_detached_session_is_watched_to_its_end() {
    let daemon = Daemon::start(&FAST);
    let detached = daemon.soothe(&[&SHORT[..], &["--detach"]].concat()).with_code(0);
    assert!(detached.stdout.contains("`soothe watch` shows it"), "{detached:?}");
    let watched = daemon.soothe(&["watch"]).with_code(0);
    assert!(watched.stdout.contains("Ctrl-C only leaves."), "{watched:?}");
    assert!(watched.stdout.contains("Session 1 completed"), "{watched:?}");
}

#[test]
fn leaving_watch_stops_nothing() {
    let daemon = Daemon::start(&SLOW);
    let _ = daemon.soothe(&[&LONG[..], &["--detach"]].concat()).with_code(0);
    let mut watch = daemon.spawn_soothe(&["watch", "--json"]);
    let mut line = String::new();
    BufReader::new(watch.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let snapshot: Value = serde_json::from_str(&line).expect(&line);
    assert_eq!(snapshot["session"]["id"], 1);
    signal(&watch, "INT");
    let _ = finish(watch).with_code(0);
    wait_until_heating(&daemon);
}

#[test]
fn a_daemon_that_dies_is_noticed_and_its_session_is_shown_as_interrupted() {
    let mut daemon = Daemon::start(&SLOW);
    let shown = heating(&daemon);
    daemon.kill();
    let shown = finish(shown).with_code(4);
    assert!(sentences(&shown.stderr).contains("was lost while session 1 ran"), "{shown:?}");
    // A killed daemon's socket refuses, or breaks off, as the kernel happens to be with it.
    assert!(sentences(&shown.stderr).contains("STOP did not get through: "), "{shown:?}");
    for said in [
        "If the daemon died, its guard, a process of its own, switches the pad off; whether it did \
         cannot be seen from here.",
        "Look at the pad now: if it is warm and does not cool, pull the plug.",
        "Then start the daemon again, and `soothe status` says how things stand",
    ] {
        assert!(sentences(&shown.stderr).contains(said), "{said} is missing: {shown:?}");
    }

    let daemon = daemon.restarted(&FAST);
    let state = daemon.soothe(&["status"]).with_code(0);
    let what = "session 1, heat at 40.0 °C on left-shoulder, begun ";
    assert!(sentences(&state.stdout).contains(what), "{state:?}");
    let refused = daemon.soothe(&SHORT).with_code(3);
    let said = sentences(&refused.stderr);
    for part in ["rule HL-S6", what, "check the skin under the pad: ", "look, then `soothe clear`"]
    {
        assert!(said.contains(part), "{part} is missing: {refused:?}");
    }
    let clear = daemon.soothe(&["clear"]).with_code(0);
    assert_eq!(clear.stdout, "Cleared: the interruption of session 1.\n");
    let again = daemon.soothe(&["clear"]).with_code(0);
    assert_eq!(again.stdout, "Nothing to clear.\n");
    let elsewhere = ["heat", "--target", "30", "--for", "1m", "--site", "right-hip"];
    let _ = daemon.soothe(&elsewhere).with_code(0);
}

#[test]
fn whoever_only_watched_is_told_what_to_do_when_the_daemon_dies() {
    let mut daemon = Daemon::start(&SLOW);
    let _ = daemon.soothe(&[&LONG[..], &["--detach"]].concat()).with_code(0);
    let mut watch = daemon.spawn_soothe(&["watch"]);
    let mut line = String::new();
    BufReader::new(watch.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    daemon.kill();
    let watch = finish(watch).with_code(4);
    for said in ["was lost while session 1 ran", "does not cool, pull the plug", "`soothe stop`"] {
        assert!(sentences(&watch.stderr).contains(said), "{watch:?}");
    }
}

#[test]
fn a_daemon_that_hangs_is_shown_as_stale_and_then_as_lost() {
    let daemon = Daemon::start(&FAST);
    let mut watch = daemon.spawn_soothe(&["watch"]);
    let mut first = String::new();
    let mut stdout = BufReader::new(watch.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    if !first.starts_with("idle, outputs off") {
        panic!("{first}: {:?}", finish(watch));
    }
    daemon.signal("STOP");
    let said: String = stdout.lines().map(Result::unwrap).collect();
    let run = finish(watch).with_code(4);
    assert!(said.contains("stale "), "{said}");
    assert!(sentences(&run.stderr).contains("nothing was heard for 5 s"), "{run:?}");
}

#[test]
fn stop_says_within_two_seconds_that_a_daemon_hangs() {
    let daemon = Daemon::start(&FAST);
    daemon.signal("STOP");
    let mut stop = daemon.spawn_soothe(&["stop"]);
    let ended = (0..40).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        stop.try_wait().unwrap().is_some()
    });
    assert!(ended, "still waiting after 2 s");
    let run = finish(stop).with_code(4);
    assert!(
        sentences(&run.stderr).contains("STOP did not reach the device: the daemon at"),
        "{run:?}"
    );
    assert!(sentences(&run.stderr).contains("pull the plug"), "{run:?}");
}

#[test]
fn a_fault_ends_the_session_and_every_command_says_so_until_it_is_cleared() {
    let folder = tempfile::TempDir::new().unwrap();
    let pad = folder.path().join("pad.toml");
    // The second sensor hardly follows: while the pad warms up they soon differ by more than 6 K.
    std::fs::write(&pad, "[[contact]]\n[[contact]]\nlag_s = 300\n").unwrap();
    let daemon = Daemon::start(&[pad.to_str().unwrap(), "--speed", "50"]);
    let run = daemon.soothe(&LONG).with_code(5);
    assert!(run.stdout.contains("was ended by a fault"), "{run:?}");
    assert!(
        sentences(&run.stderr).contains("a fault is latched: the two contact sensors disagreed"),
        "{run:?}"
    );
    assert!(run.stderr.contains("HL-H14"), "{run:?}");

    let state = daemon.soothe(&["status"]).with_code(5);
    assert!(state.stdout.contains("A fault is latched; outputs are off"), "{state:?}");
    assert_eq!(sentences(&state.stdout).matches("the two contact sensors disagreed").count(), 1);
    assert!(sentences(&state.stdout).contains("Look at the skin. Lay the pad flat"), "{state:?}");
    assert_eq!(state.stderr, "", "the fault is told once");
    assert_eq!(
        daemon.soothe(&["status", "--json"]).with_code(5).json()["fault"]["kind"],
        "disagree"
    );
    let again = daemon.soothe(&LONG).with_code(5);
    assert!(sentences(&again.stderr).contains("a fault is latched"), "{again:?}");
    let _ = daemon.soothe(&["stop"]).with_code(0);
    // The pad cools down until both agree; then a person may clear it.
    wait_until("the cause is gone", || {
        let clear = daemon.soothe(&["clear"]);
        let shown = sentences(&clear.stdout);
        assert!(shown.starts_with("fault the two contact sensors disagreed"), "{clear:?}");
        assert!(shown.contains("to do Look at the skin."), "{clear:?}");
        clear.code == 0 && shown.contains("Cleared: the fault \"the two contact sensors")
    });
    assert_off(&daemon);
}

#[test]
fn a_daemon_is_reached_over_tcp_too() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let daemon = Daemon::start(&["--listen", &address]);
    let url = format!("http://{address}");
    let json = daemon.soothe(&["status", "--json", "--url", &url]).with_code(0).json();
    assert_eq!(json["state"], "idle");
    assert_eq!(json["simulated"], true);
}

#[test]
fn on_the_simulated_pad_a_cold_pack_cools_the_skin_under_it() {
    let daemon = Daemon::start(&["--speed", "100"]);
    let start = ["start", "ice-10", "--site", "left-thigh", "--detach"];
    let _ = daemon.soothe(&start).with_code(0);
    let _ = daemon.soothe(&["confirm"]).with_code(0);
    let skin_c = || daemon.soothe(&["status", "--json"]).json()["skin"]["reading_c"].as_f64();
    wait_until("the skin is cold", || skin_c().is_some_and(|c| c < 25.0));
}
