//! The session log through the command line.

use soothe_tests::bins::Daemon;

use crate::sentences;

/// A daemon whose log holds one session of three minutes.
fn with_one_session() -> Daemon {
    let daemon = Daemon::start(&["--speed", "50"]);
    let heat = ["heat", "--target", "30", "--for", "3m", "--site", "right-calf", "--json"];
    let _ = daemon.soothe(&heat).with_code(0);
    daemon
}

#[test]
fn an_empty_log_says_so() {
    let daemon = Daemon::start(&[]);
    assert!(daemon.soothe(&["log", "list"]).with_code(0).stdout.contains("The log is empty"));
    let json = daemon.soothe(&["log", "list", "--json"]).with_code(0).json();
    assert_eq!(json, serde_json::json!({"sessions": [], "total": 0}));
}

#[test]
fn a_session_that_is_not_there_is_a_matter_of_usage() {
    let daemon = Daemon::start(&[]);
    for command in [["log", "show", "99"], ["log", "export", "99"]] {
        let run = daemon.soothe(&command).with_code(2);
        let said = "soothe: there is no session 99; `soothe log list` lists them\n";
        assert_eq!(run.stderr, said);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn a_session_is_listed_shown_and_exported() {
    let daemon = with_one_session();

    let list = daemon.soothe(&["log", "list"]).with_code(0).stdout;
    assert!(list.contains("right-calf  heat "), "{list}");
    assert!(list.contains("completed*") && list.contains("* simulated"), "{list}");
    let json = daemon.soothe(&["log", "list", "--json"]).with_code(0).json();
    assert_eq!(json["total"], 1);
    assert_eq!(json["sessions"][0]["simulated"], true);

    let show = daemon.soothe(&["log", "show", "1"]).with_code(0).stdout;
    for said in [
        "Session 1 completed",
        "Right calf",
        "set-point",
        "heat │",
        "3:00",
        "the target was reached",
    ] {
        assert!(show.contains(said), "{said} is missing:\n{show}");
    }
    for line in show.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let json = daemon.soothe(&["log", "show", "1", "--json"]).with_code(0).json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["session"]["site"], "right-calf");

    exports(&daemon);
}

fn exports(daemon: &Daemon) {
    let csv = daemon.soothe(&["log", "export", "1"]).with_code(0).stdout;
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some(
            "t_s,contact1_c,contact2_c,ambient_c,target_c,duty_0_to_1,heater_on_0_or_1,dose_cem43_min"
        )
    );
    // One sample a second at least.
    assert!(lines.clone().count() >= 180, "{} samples", lines.count());
    assert!(lines.all(|line| line.split(',').count() == 8));

    let file = daemon.folder().join("session.json");
    let name = file.to_str().expect("a temporary folder has a plain name");
    let to_file = ["log", "export", "1", "--format", "json", "-o", name];
    let said = daemon.soothe(&to_file).with_code(0).stdout;
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(words[..3], ["Wrote", "session", "1,"], "{said}");
    assert!(sentences(&said).contains(name), "{said}");
    let text = std::fs::read_to_string(&file).expect("the export was written");
    let json: serde_json::Value = serde_json::from_str(&text).expect("the export is JSON");
    assert_eq!(json["version"], 1);
    let samples = json["samples"].as_array().expect("samples are a list");
    assert_eq!(samples.len(), csv.lines().count() - 1);

    std::fs::write(&file, "something else").expect("the file can be written");
    let run = daemon.soothe(&to_file).with_code(1);
    assert!(sentences(&run.stderr).contains("--force overwrites it"), "{run:?}");
    assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some("something else"));
    let _ = daemon.soothe(&[&to_file[..], &["--force"]].concat()).with_code(0);
    assert_eq!(std::fs::read_to_string(&file).ok(), Some(text));

    let recording = daemon.folder().join("session.recording");
    let to_file = ["replay", "1", "-o", recording.to_str().expect("a plain name")];
    let _ = daemon.soothe(&to_file).with_code(0);
    let again = daemon.soothe(&to_file).with_code(1);
    assert!(
        sentences(&again.stderr).contains("exists already and is left as it is: name another file"),
        "{again:?}"
    );

    let nowhere = ["log", "export", "1", "-o", "/nonexistent/session.csv"];
    let run = daemon.soothe(&nowhere).with_code(1);
    assert!(
        sentences(&run.stderr).contains("/nonexistent/session.csv cannot be written"),
        "{run:?}"
    );
}
