//! One test per story: `*.txt` is the script, the `*.golden` beside it what must come of it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p soothe-tests --test scenarios` rewrites the golden files; the diff is
//! then what changed in behaviour, to be read and explained.

use soothe_tests::{repo, scenario::Scenario};

#[test]
fn every_story_ends_as_it_is_written_down() {
    let scripts = repo::files("tests/scenarios", ".txt");
    assert!(scripts.len() >= 8, "only {} scenarios found", scripts.len());
    let mut wrong = Vec::new();
    for path in scripts {
        let script = std::fs::read_to_string(&path).expect("readable");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let scenario = Scenario::parse(&script).unwrap_or_else(|error| panic!("{name}: {error}"));
        let got = scenario.timeline();
        let golden = path.with_extension("golden");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, got).expect("writable");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != got {
            wrong.push(format!("--- {name}, now ---\n{got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these timelines differ from their golden files:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_script_that_cannot_be_understood_says_where_and_what_is_accepted() {
    let cases = [
        ("at 0s dance\nuntil 1m", "line 1: expected start, stop, clear, estop or sensor"),
        ("\nat 0 stop\nuntil 1m", "line 2: 0 is no time; write 30s or 5m"),
        ("at 5m stop\nat 1m stop", "line 2: times must not go back"),
        ("at 0s stop", "line 1: the script needs `until <time>`"),
        ("at 0s sensor 3 missing", "line 1: 3 is no contact sensor; there are 1 and 2"),
        ("frobnicate", "line 1: expected `pad`, `rows every`, `at` or `until`"),
    ];
    for (script, problem) in cases {
        assert_eq!(Scenario::parse(script).expect_err("bad").to_string(), problem);
    }
    let hot = Scenario::parse("at 0s start heat 45 for 15m on left-shoulder").expect_err("bad");
    assert!(hot.to_string().starts_with("line 1: target 45 °C is not accepted"), "{hot}");
}
