//! Reminders: added, listed, due, answered, and told to a program of the owner's.

use std::fs;

use serde_json::json;
use soothe_tests::bins::{Daemon, finish, signal, soothe, wait_until};

use crate::sentences;

/// Each ten minutes of each day.
const OFTEN: [&str; 9] =
    ["remind", "add", "move", "--every", "10m", "--from", "0:00", "--until", "23:50"];
/// Where it is ten minutes later than in UTC: one of those times has just come.
const LATER: &str = "XYZ-00:10";

#[test]
fn one_is_added_listed_and_removed() {
    let daemon = Daemon::start(&[]);
    let empty = daemon.soothe(&["remind", "list"]).with_code(0).stdout;
    assert!(empty.starts_with("There are no reminders"), "{empty}");
    let stretch = ["remind", "add", "stretch", "--at", "16:30,9:00", "--exercise", "neck-tilt"];
    let said = daemon.soothe(&stretch).with_code(0).stdout;
    assert_eq!(
        said,
        "Reminder 1: Time to stretch: Side neck stretch, at 09:00, 16:30, every day.\n"
    );
    let every = ["remind", "add", "move", "--every", "45m", "--from", "9:00", "--until", "17:30"];
    let said = daemon.soothe(&[&every[..], &["--on", "weekdays"]].concat()).with_code(0).stdout;
    let wanted = "Reminder 2: Time to move, every 45 min from 09:00 to 17:30, Monday to Friday.\n";
    assert_eq!(said, wanted);
    let list = daemon.soothe(&["remind", "list"]).with_code(0).stdout;
    assert_eq!(
        list,
        "ID  TO                          WHEN\n \
         1  stretch: Side neck stretch  at 09:00, 16:30, every day\n \
         2  move                        every 45 min from 09:00 to 17:30, Monday to\n    Friday\n"
    );
    let json = daemon.soothe(&["remind", "list", "--json"]).with_code(0).json();
    assert_eq!(json["reminders"][1]["days"], json!(["mon", "tue", "wed", "thu", "fri"]));
    assert_eq!(json["due"], json!([]));
    let gone = daemon.soothe(&["remind", "remove", "1"]).with_code(0).stdout;
    assert_eq!(gone, "Reminder 1 is gone.\n");
    let again = daemon.soothe(&["remind", "remove", "1"]).with_code(2);
    assert!(sentences(&again.stderr).contains("there is no reminder 1"), "{again:?}");
}

#[test]
fn what_is_no_reminder_is_refused_before_anything_is_sent() {
    for (args, said) in [
        (["move", "--at", "25:00"].as_slice(), "no time of day; give one from 00:00 to 23:59"),
        (&["sleep", "--at", "9:00"], "possible values: move, stretch, massage"),
        (&["move"], "--at <TIMES>"),
        (&["move", "--every", "45m"], "--from <TIME>"),
        (&["move", "--every", "45s", "--from", "9:00", "--until", "10:00"], "give whole minutes"),
        (&["move", "--every", "5m", "--from", "9:00", "--until", "10:00"], "10 to 720 minutes"),
        (&["move", "--at", "9:00", "--from", "9:00"], "--from"),
        (&["move", "--at", "9:00", "--on", "funday"], "give days such as mon,thu or mon-fri"),
        (&["massage", "--at", "9:00", "--exercise", "neck-tilt"], "it is for the kind `stretch`"),
        (
            &["stretch", "--at", "9:00", "--exercise", "neck-tilt", "--site", "left-calf"],
            "site `left-calf`: `neck-tilt` is for left-neck",
        ),
    ] {
        let run = soothe(&[&["remind", "add"], args].concat()).with_code(2);
        assert!(sentences(&run.stderr).contains(said), "{args:?}: {}", run.stderr);
    }
    let id = soothe(&["remind", "done", "0"]).with_code(2);
    assert!(sentences(&id.stderr).contains("`soothe remind list` shows them"), "{id:?}");
}

#[test]
fn one_that_is_due_is_shown_until_it_is_answered_and_not_again_after_a_restart() {
    let daemon = Daemon::start(&[]);
    let _ = daemon.soothe(&OFTEN).with_code(0);
    let daemon = daemon.restarted_in(LATER, &[]);
    let due = "reminder Time to move: `soothe remind done 1`, or `soothe remind later 1`";
    wait_until("it is due", || {
        sentences(&daemon.soothe(&["status"]).with_code(0).stdout).contains(due)
    });
    let list = daemon.soothe(&["remind", "list"]).with_code(0).stdout;
    assert!(list.contains("\nTime to move: `soothe remind done 1`"), "{list}");
    let seq = || daemon.soothe(&["status", "--json"]).json()["seq"].as_u64().expect("a number");
    let (watch, before) = (daemon.spawn_soothe(&["watch"]), seq());
    // It has shown what is due when it has shown anything.
    wait_until("it was shown", || seq() > before + 4);
    signal(&watch, "INT");
    let watched = finish(watch).stdout;
    assert_eq!(watched.matches("Time to move: `soothe remind done 1`").count(), 1, "{watched}");

    let done = daemon.soothe(&["remind", "done", "1"]).with_code(0).stdout;
    assert_eq!(done, "Reminder 1 is done.\n");
    let daemon = daemon.restarted_in(LATER, &[]);
    // The first look is at the start, and another comes each second.
    wait_until("it has looked", || {
        daemon.soothe(&["status", "--json"]).json()["seq"].as_u64() > Some(5)
    });
    let list = daemon.soothe(&["remind", "list", "--json"]).json();
    // Unless the next of its times has come meanwhile, it is not due.
    let minute = list["due"][0]["due_unix_ms"].as_i64().map(|ms| ms / 60_000 % 10);
    assert!(minute.is_none_or(|minute| minute == 0), "{list}");
}

#[test]
fn a_program_that_the_owner_names_is_told() {
    let daemon = Daemon::start(&[]);
    let _ = daemon.soothe(&OFTEN).with_code(0);
    let (config, said) = (daemon.folder().join("soothed.toml"), daemon.folder().join("said"));
    let script = daemon.folder().join("hook.sh");
    let text = format!(
        "echo \"$1 $2 ($SOOTHE_REMINDER_KIND $SOOTHE_REMINDER_ID)\" >> {}\n",
        said.display()
    );
    fs::write(&script, text).expect("written");
    let hook =
        format!("[reminders]\nhook = [\"/bin/sh\", \"{}\", \"--aloud\"]\n", script.display());
    fs::write(&config, hook).expect("written");
    let config = config.to_str().expect("UTF-8").to_owned();
    let daemon = daemon.restarted_in(LATER, &["--config", &config]);
    wait_until("it is told", || fs::read_to_string(&said).is_ok_and(|said| said.ends_with('\n')));
    assert_eq!(fs::read_to_string(&said).expect("read"), "--aloud Time to move (move 1)\n");
    let _ = daemon.soothe(&["status"]).with_code(0);
}
