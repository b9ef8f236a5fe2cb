//! Tuning from the command line: what is found, kept, chosen, forgotten and refused.

use std::fs;

use serde_json::{Value, json};
use soothe_tests::bins::{Daemon, finish, signal, wait_until};

use crate::sentences;

/// A tuning of seven minutes takes four seconds.
const FAST: [&str; 2] = ["--speed", "100"];
const TUNE: [&str; 3] = ["tune", "--site", "left-calf"];

fn tunings(daemon: &Daemon) -> Value {
    daemon.soothe(&["tune", "--show", "--json"]).with_code(0).json()["tunings"].clone()
}

/// Which tunings there are, newest first, and whether they are in use.
fn kept(daemon: &Daemon) -> Value {
    let all = tunings(daemon);
    let all = all.as_array().expect("a list").iter();
    all.map(|it| json!([it["id"], it["in_use"]])).collect()
}

fn near(value: &Value, wanted: f64, share: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value / wanted - 1.0).abs() <= share, "{value} instead of {wanted}");
}

#[test]
fn a_pad_is_found_out_shown_with_its_curve_and_used_from_then_on() {
    let mut daemon = Daemon::start(&FAST);
    let run = daemon.soothe(&[&TUNE[..], &["--name", "blue pad"]].concat()).with_code(0);
    for said in [
        "Session 1: tuning on left-calf, to at most 41.0 °C, 10:00 at most. Ctrl-C stops it.",
        "heating at full power pad 2",
        "watching how it cools pad 3",
        "Tuning 1 (blue pad): found, and in use from now on",
        " W, give or take ",
        "K above the room at full power",
        "K rms unexplained",
        "model ⣀⡠ measured where it differs",
    ] {
        assert!(sentences(&run.stdout).contains(said), "{said} is missing:\n{}", run.stdout);
    }
    assert_eq!(run.stderr, "");
    let tuning = tunings(&daemon)[0].clone();
    assert_eq!((&tuning["name"], &tuning["in_use"]), (&json!("blue pad"), &json!(true)));
    near(&tuning["power_w"], 40.0, 0.05);
    near(&tuning["mass"], 1.0, 0.1);
    near(&tuning["slow_s"], 433.0, 0.1);
    let _ = daemon.soothe(&["replay", "1"]).with_code(0);

    daemon.kill();
    let daemon = daemon.restarted(&FAST);
    assert_eq!(kept(&daemon), json!([[1, true]]), "in use after a restart, too");
    let heat = ["heat", "--for", "1m", "--target", "30", "--site", "left-hip"];
    let _ = daemon.soothe(&heat).with_code(0);
    let _ = daemon.soothe(&["replay", "2"]).with_code(0);
}

#[test]
fn what_is_kept_is_chosen_and_forgotten() {
    let daemon = Daemon::start(&FAST);
    assert!(daemon.soothe(&["tune", "--show"]).stdout.starts_with("No tuning is kept"));
    let run = daemon.soothe(&[&TUNE[..], &["--json"]].concat()).with_code(0).json();
    assert_eq!(run["tuning"]["id"], 1);
    let curve = run["curve"].as_array().expect("a curve");
    let off = |it: &Value| {
        let [measured_c, model_c] = ["measured_c", "model_c"].map(|key| it[key].as_f64());
        measured_c.zip(model_c).map(|(measured_c, model_c)| (measured_c - model_c).abs())
    };
    let most_k = curve.iter().filter_map(off).fold(0.0, f64::max);
    assert!(curve.len() > 300 && most_k < 0.5, "{} points, {most_k:.2} K", curve.len());
    // A warm pad tells too little.
    let pad_c = || daemon.soothe(&["status", "--json"]).json()["hottest_c"].as_f64();
    wait_until("the pad is cool again", || pad_c().is_some_and(|c| c < 26.0));
    let _ = daemon.soothe(&["tune", "--site", "right-calf"]).with_code(0);
    assert_eq!(kept(&daemon), json!([[2, true], [1, false]]));
    let shown = daemon.soothe(&["tune", "--use", "1"]).with_code(0).stdout;
    assert!(shown.contains("* in use from the next session on"), "{shown}");
    assert_eq!(kept(&daemon), json!([[2, false], [1, true]]));
    let refused = daemon.soothe(&["tune", "--forget", "1"]).with_code(2);
    assert!(sentences(&refused.stderr).contains("`soothe tune --use none`"), "{refused:?}");
    let _ = daemon.soothe(&["tune", "--use", "none"]).with_code(0);
    let _ = daemon.soothe(&["tune", "--forget", "1"]).with_code(0);
    assert_eq!(kept(&daemon), json!([[2, false]]));
    for args in [["tune", "--use", "1"], ["tune", "--forget", "1"]] {
        let run = daemon.soothe(&args).with_code(2);
        assert!(run.stderr.contains("there is no such tuning"), "{run:?}");
    }
}

#[test]
fn a_session_refines_the_tuned_pad_and_a_preview_draws_it() {
    let mut daemon = Daemon::start(&FAST);
    let preview = ["preview", "--for", "15m", "--tuned"];
    let run = daemon.soothe(&preview).with_code(2);
    assert!(sentences(&run.stderr).contains("no tuning is in use: `soothe tune"), "{run:?}");
    let _ = daemon.soothe(&TUNE).with_code(0);
    assert_eq!(tunings(&daemon)[0]["refined"], Value::Null);
    let pad_c = || daemon.soothe(&["status", "--json"]).json()["hottest_c"].as_f64();
    wait_until("the pad is cool again", || pad_c().is_some_and(|c| c < 30.0));
    let heat = ["heat", "--for", "8m", "--target", "40", "--site", "left-hip"];
    let _ = daemon.soothe(&heat).with_code(0);
    let refined = tunings(&daemon)[0]["refined"].clone();
    assert_eq!(refined["sessions"], 1);
    near(&refined["power_w"], 40.0, 0.05);
    let log = sentences(&daemon.soothe(&["log", "show", "2"]).with_code(0).stdout);
    assert!(log.contains("the session refined the tuned pad"), "{log}");
    let _ = daemon.soothe(&["replay", "2"]).with_code(0);
    let drawn = daemon.soothe(&preview).with_code(0).stdout;
    assert!(sentences(&drawn).contains("15:00 on the tuned pad ("), "{drawn}");
    daemon.kill();
    let daemon = daemon.restarted(&FAST);
    assert_eq!(tunings(&daemon)[0]["refined"], refined, "after a restart, too");
}

#[test]
fn a_tuning_that_is_left_with_ctrl_c_stops_and_keeps_nothing() {
    let daemon = Daemon::start(&["--speed", "20"]);
    let child = daemon.spawn_soothe(&TUNE);
    let status = || daemon.soothe(&["status", "--json"]).json();
    wait_until("it heats", || status()["state"] == "heating");
    assert_eq!(status()["session"]["protocol"], "tune");
    signal(&child, "INT");
    let run = finish(child).with_code(0);
    let said = sentences(&run.stdout);
    for part in
        ["Tuning 1 stopped", "found nothing, and nothing changed", "curve soothe log show 1"]
    {
        assert!(said.contains(part), "{part}: {run:?}");
    }
    assert!(!run.stderr.contains("refused"), "{run:?}");
    let list = daemon.soothe(&["log", "list"]).stdout;
    assert!(list.contains("  tuning  ") && list.contains("stopped"), "{list}");
    let shown = daemon.soothe(&["log", "show", "1"]).stdout;
    assert!(sentences(&shown).contains("target 41.0 °C at most"), "{shown}");
    assert_eq!(status()["heater_on"], false);
    assert_eq!(tunings(&daemon), json!([]));
}

#[test]
fn a_pad_that_is_too_weak_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let pad = folder.path().join("weak.toml");
    fs::write(&pad, "power = 19\nc1 = 140\nc2 = 70\n").expect("written");
    let daemon = Daemon::start(&[pad.to_str().expect("UTF-8"), "--speed", "100"]);
    let run = daemon.soothe(&TUNE).with_code(3);
    assert!(sentences(&run.stderr).contains("the pad has less than 22.5 W"), "{run:?}");
    let run = daemon.soothe(&[&TUNE[..], &["--json"]].concat()).with_code(3);
    assert!(run.stderr.contains("\"rule\":\"HL-H9\""), "it counted as a session: {run:?}");
    assert_eq!(tunings(&daemon), json!([]));
}

#[test]
fn a_tuning_is_refused_by_what_refuses_any_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let pad = folder.path().join("cold.toml");
    fs::write(&pad, "ambient = 8\nstart = 20\n").expect("written");
    let daemon = Daemon::start(&[pad.to_str().expect("UTF-8"), "--speed", "100"]);
    let run = daemon.soothe(&TUNE).with_code(3);
    assert!(sentences(&run.stderr).contains("rule HL-H22"), "{run:?}");
    let run = daemon.soothe(&[&TUNE[..], &["--target", "42.5"]].concat()).with_code(3);
    assert!(sentences(&run.stderr).contains("HL-H1"), "{run:?}");
    let _ = daemon.soothe(&["tune"]).with_code(2);
    let _ = daemon.soothe(&["tune", "--show", "--site", "left-calf"]).with_code(2);
    let _ = daemon.soothe(&["tune", "--use", "blue"]).with_code(2);
}
