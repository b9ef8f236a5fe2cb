//! The diary of pain, treatments, signs of an emergency, and what they refuse.

use serde_json::{Value, json};
use soothe_tests::bins::{Daemon, soothe};

use crate::sentences;

const HEAT: [&str; 7] = ["heat", "--target", "30", "--for", "1m", "--site", "left-shoulder"];
const AT: [&str; 2] = ["--site", "left-shoulder"];

fn pain(daemon: &Daemon, points: &str, more: &[&str]) -> String {
    daemon.soothe(&[&["pain", points][..], &AT, more].concat()).with_code(0).stdout
}

#[test]
fn a_pain_is_noted_with_what_became_of_it_and_the_diary_shows_it() {
    let daemon = Daemon::start(&[]);
    let empty = daemon.soothe(&["pain", "list"]).with_code(0).stdout;
    assert!(empty.starts_with("Nothing is in the diary"), "{empty}");
    assert_eq!(pain(&daemon, "6", &["--before"]), "Noted: pain 6 at left-shoulder.\n");
    let after = pain(&daemon, "4", &["--after", "--cause", "desk", "--note", "tut's weh"]);
    let said = "Noted: pain 4 at left-shoulder (6 before it).\n  improved: less pain, by as much";
    assert!(after.starts_with(said), "{after}");
    let _ = pain(&daemon, "5", &["--morning", "--awake=no"]);
    let list = sentences(&daemon.soothe(&["pain", "list", "--limit", "2"]).with_code(0).stdout);
    for part in
        ["left-shoulder 5 next-morning - no - -", "4 after-session improved (6) - desk tut's weh"]
    {
        assert!(list.contains(part), "{part} is missing: {list}");
    }
    let json = daemon.soothe(&["pain", "list", "--site", "left-shoulder", "--json"]).json();
    assert_eq!((&json["total"], &json["entries"][0]["awake"]), (&json!(3), &json!(false)));
    assert_eq!(daemon.soothe(&["pain", "list", "--site", "left-hip", "--json"]).json()["total"], 0);
}

#[test]
fn an_entry_belongs_to_a_session_that_is_there() {
    let daemon = Daemon::start(&["--speed", "50"]);
    let none = daemon.soothe(&["pain", "4", "--site", "left-shoulder", "--session", "9"]);
    let none = none.with_code(2);
    assert!(sentences(&none.stderr).contains("there is no session 9"), "{none:?}");
    let _ = daemon.soothe(&HEAT).with_code(0);
    let entry =
        daemon.soothe(&["pain", "4", "--site", "left-shoulder", "--session", "1", "--json"]);
    assert_eq!(entry.with_code(0).json()["entry"]["session"], 1);
}

#[test]
fn hl_p1_two_sessions_in_a_row_that_make_it_worse_lock_the_site_until_a_person_says_why_not() {
    let daemon = Daemon::start(&["--speed", "50"]);
    for (before, after) in [("4", "6"), ("3", "5")] {
        let _ = pain(&daemon, before, &["--before"]);
        let said = pain(&daemon, after, &["--after"]);
        assert!(said.contains("worse: leave out what was done in this session"), "{said}");
    }
    let locked = "locked left-shoulder: two sessions in a row made it worse (HL-P1): see a doctor, then `soothe \
                  pain seen --site left-shoulder`";
    let state = sentences(&daemon.soothe(&["status"]).with_code(0).stdout);
    assert!(state.contains(locked), "{state}");
    let refused = daemon.soothe(&HEAT).with_code(3);
    let said = sentences(&refused.stderr);
    for part in [
        "refused: pain at left-shoulder rose by 2 points or more after each of the last two sessions",
        "rule HL-P1 limit 1 such session reading 2 such sessions in a row",
        "`soothe pain seen --site SITE`, or `soothe pain waive --site SITE`",
    ] {
        assert!(said.contains(part), "{part} is missing: {said}");
    }
    let seen = daemon.soothe(&["pain", "seen", "--site", "left-shoulder"]).with_code(0);
    assert_eq!(seen.stdout, "left-shoulder is not locked: seen by a doctor.\n");
    let _ = daemon.soothe(&HEAT).with_code(0);
    let waived = daemon.soothe(&["pain", "waive", "--site", "left-hip", "--json"]).with_code(0);
    assert_eq!(waived.json()["locked"], false);
}

#[test]
fn hl_p2_signs_of_an_emergency_are_asked_for_and_refuse_every_start() {
    let daemon = Daemon::start(&["--speed", "50"]);
    let asked = daemon.soothe_at_a_terminal(&["redflags"], "perhaps\n4 7\n").with_code(0);
    let said = sentences(&asked.stdout);
    for part in [
        "does any of these apply now? (HL-P2) 1 trouble breathing",
        "Not understood: `none`, or numbers from 1 to 7.",
        "GET HELP: this may be an emergency: call the emergency number now",
        "every start is refused (HL-P2): chest: pain in the chest legs: weakness of both legs",
    ] {
        assert!(said.contains(part), "{part} is missing: {asked:?}");
    }
    let refused = daemon.soothe(&HEAT).with_code(3);
    let said = sentences(&refused.stderr);
    assert!(
        said.contains("refused: pain in the chest; weakness of both legs: this may be"),
        "{said}"
    );
    assert!(said.contains("rule HL-P2") && said.contains("any more: `soothe redflags`"), "{said}");
    assert!(
        sentences(&daemon.soothe(&["status"]).stdout).contains("signs of an emergency: pain in")
    );

    let nobody = daemon.soothe(&["redflags"]).with_code(2);
    assert!(sentences(&nobody.stderr).contains("say --none, or --yes NAME"), "{nobody:?}");
    let list = daemon.soothe(&["redflags", "--show", "--json"]).with_code(0).json();
    assert_eq!(list["yes"].as_array().map(Vec::len), Some(2));
    let none = daemon.soothe(&["redflags", "--none"]).with_code(0).stdout;
    assert!(none.starts_with("None of these is there"), "{none}");
    let _ = daemon.soothe(&HEAT).with_code(0);
}

#[test]
fn a_treatment_is_noted_and_listed() {
    let daemon = Daemon::start(&[]);
    let empty = daemon.soothe(&["treatment", "list"]).with_code(0).stdout;
    assert!(empty.starts_with("No treatment is in the diary"), "{empty}");
    let needled =
        ["treatment", "dry-needling", "--site", "left-shoulder", "--before", "6", "--after", "4"];
    let said = daemon.soothe(&needled).with_code(0).stdout;
    assert_eq!(
        said,
        "Noted: dry-needling at left-shoulder, pain 6 before and 4 after it: improved.\n"
    );
    let list = sentences(&daemon.soothe(&["treatment", "list"]).with_code(0).stdout);
    assert!(list.contains("left-shoulder dry-needling 6 4 improved -"), "{list}");
    let json = daemon.soothe(&["treatment", "list", "--site", "left-hip", "--json"]).json();
    assert_eq!((&json["total"], &json["treatments"]), (&json!(0), &json!([])));
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let long = "é".repeat(501);
    for (args, said) in [
        (["pain", "11"].as_slice(), "pain is a whole number from 0 (none) to 10"),
        (&["pain", "-1"], "pain is a whole number from 0"),
        (&["pain", "4.5"], "pain is a whole number from 0"),
        (&["pain", "lots"], "pain is a whole number from 0"),
        (&["pain"], "required"),
        (&["pain", "4", "--before", "--after"], "cannot be used with"),
        (&["pain", "4", "--cause", "fate"], "possible values: desk, driving, training, other"),
        (&["pain", "4", "--awake=perhaps"], "invalid value 'perhaps'"),
        (&["pain", "4", "--session", "0"], "a session's number is wanted"),
        (&["pain", "4", "--note", &long], "on one line; this one has 501"),
        (&["pain", "4", "--note", "a\nb"], "a line end or another control character"),
        (&["treatment", "surgery"], "possible values: massage, physical-therapy, dry-needling"),
        (&["treatment", "massage", "--before", "12"], "pain is a whole number from 0"),
    ] {
        let run = soothe(&[args, &AT].concat()).with_code(2);
        assert!(sentences(&run.stderr).contains(said), "{args:?}: {run:?}");
        assert_eq!(run.stdout, "", "{args:?}");
    }
    for args in [["pain", "4"].as_slice(), &["pain", "seen"], &["treatment", "massage"]] {
        assert!(soothe(args).with_code(2).stderr.contains("--site"), "{args:?}");
    }
    let _ = soothe(&["redflags", "--none", "--yes", "chest"]).with_code(2);
    let _ = soothe(&["redflags", "--yes", "itch"]).with_code(2);
}

#[test]
fn nothing_that_was_typed_reaches_the_terminal_as_a_command_to_it() {
    let forged = "\u{1b}[2J\u{9b}1;1H\r\u{202e}4";
    for args in [
        ["pain", forged, "--site", "left-shoulder"].as_slice(),
        &["pain", "4", "--site", forged],
        &["pain", "4", "--site", "left-shoulder", "--note", forged],
        &["treatment", forged, "--site", "left-shoulder", "--color", "always"],
        &["redflags", "--yes", forged, "--json"],
    ] {
        let run = soothe(args).with_code(2);
        let obeyed = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!run.stderr.contains(obeyed) && run.stdout.is_empty(), "{args:?}: {run:?}");
    }
}

#[test]
fn without_a_daemon_a_diary_is_not_to_be_had() {
    for args in [
        ["pain", "4", "--site", "left-shoulder"].as_slice(),
        &["pain", "list"],
        &["pain", "seen", "--site", "left-shoulder"],
        &["treatment", "massage", "--site", "left-shoulder"],
        &["treatment", "list"],
        &["redflags", "--none"],
    ] {
        let run = soothe(args).with_code(4);
        assert!(sentences(&run.stderr).contains("no daemon answers at "), "{args:?}: {run:?}");
        let json = soothe(&[args, &["--json"]].concat()).with_code(4);
        let error: Value = serde_json::from_str(&json.stderr).expect("JSON");
        assert_eq!(error["error"]["kind"], "unreachable");
    }
}

#[test]
fn the_diary_outlives_a_daemon_that_was_killed() {
    let mut daemon = Daemon::start(&[]);
    let _ = pain(&daemon, "7", &["--note", "before the power went"]);
    let _ = daemon.soothe(&["redflags", "--yes", "breath"]).with_code(0);
    daemon.kill();
    let daemon = daemon.restarted(&[]);
    let list = daemon.soothe(&["pain", "list"]).with_code(0).stdout;
    assert!(sentences(&list).contains("before the power went"), "{list}");
    let refused = daemon.soothe(&HEAT).with_code(3);
    assert!(refused.stderr.contains("HL-P2"), "{refused:?}");
}

#[test]
fn hl_p2_a_sign_of_an_emergency_in_a_session_is_told_as_what_ended_it() {
    let daemon = Daemon::start(&[]);
    let mut heat = HEAT.to_vec();
    heat.push("--detach");
    let _ = daemon.soothe(&heat).with_code(0);
    let told = daemon.soothe(&["redflags", "--yes", "chest"]).with_code(0).stdout;
    assert!(told.ends_with("Session 1 was stopped.\n"), "{told}");
    let status = daemon.soothe(&["status"]).with_code(0).stdout;
    assert!(status.starts_with("Signs of an emergency: get help"), "{status}");
    let shown = daemon.soothe(&["log", "show", "1"]).with_code(0).stdout;
    assert!(shown.contains("there were signs of an emergency"), "{shown}");
}
