//! `soothe sim`: scripts and seeds, without a daemon.

use soothe_tests::bins::{Run, soothe};
use soothe_tests::repo;
use tempfile::TempDir;

use crate::sentences;

fn script(text: &str, args: &[&str]) -> Run {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("story.txt");
    std::fs::write(&path, text).expect("writable");
    soothe(&[&["sim", "--scenario", path.to_str().expect("plain")], args].concat())
}

#[test]
fn a_story_that_ends_as_expected_prints_its_timeline_and_its_findings() {
    let path = repo::root().join("tests/scenarios/e-stop.txt");
    let run = soothe(&["sim", "--scenario", path.to_str().unwrap()]).with_code(0);
    let golden = repo::text("tests/scenarios/e-stop.golden");
    assert_eq!(run.stdout, golden);
    assert_eq!(run.stderr, "");
}

#[test]
fn what_does_not_come_true_is_exit_code_1_and_named() {
    let text = "at 1s start heat 40 for 1m on left-hip\nexpect idle at 5s\nuntil 10s";
    let run = script(text, &[]).with_code(1);
    assert!(run.stdout.contains("FAILED  line 2: expect idle at 5s"), "{}", run.stdout);
    assert!(sentences(&run.stderr).contains("1 of 1 expectations did not come true"), "{run:?}");
    let json = script(text, &["--json"]).with_code(1).json();
    assert_eq!((&json["version"], &json["met"]), (&1.into(), &false.into()));
    assert_eq!(json["expectations"][0]["line"], 2);
}

#[test]
fn a_file_that_is_no_script_is_exit_code_2_with_line_and_column() {
    let run = script("# prose\nat 5 stop\nuntil 1m", &[]).with_code(2);
    assert!(run.stderr.contains("line 2, column 4: `5` is not a time"), "{run:?}");
    assert_eq!(run.stdout, "");
    assert!(sentences(&script("", &[]).with_code(2).stderr).contains("the script needs `until"));
    let long = script(&"# so long\n".repeat(200_000), &[]).with_code(2);
    assert!(
        sentences(&long.stderr).contains("cannot be read: it is longer than 1 MiB"),
        "{long:?}"
    );
    assert_eq!(soothe(&["sim", "--scenario", "/nonexistent"]).code, 2);
    assert_eq!(soothe(&["sim", "--scenario", "/"]).code, 2);
}

#[test]
fn a_seed_has_one_life_and_its_story_is_the_same_each_time() {
    let live = || soothe(&["sim", "--seed", "3", "--mode", "healthy"]).with_code(0).stdout;
    let story = live();
    assert!(story.starts_with("The life of seed 3, healthy: nothing goes wrong.\n"), "{story}");
    assert!(story.contains("* session 1 starts: heat at "), "{story}");
    let end =
        "= no invariant was broken\n\nThe same life again: soothe sim --mode healthy --seed 3\n";
    assert!(story.ends_with(end), "{story}");
    assert_eq!(story, live());
}

#[test]
fn without_a_word_a_life_is_drawn_that_can_be_told_again() {
    let story = soothe(&["sim"]).with_code(0).stdout;
    let again =
        story.lines().last().and_then(|line| line.strip_prefix("The same life again: soothe "));
    let again: Vec<&str> = again.expect("the command").split(' ').collect();
    assert_eq!(again[..3], ["sim", "--mode", "single"], "{story}");
    assert_eq!(soothe(&again).with_code(0).stdout, story);
    let json = soothe(&["sim", "--json"]).with_code(0).json();
    assert!(json["seed"].is_u64() && json["story"].is_array(), "{json}");
}

#[test]
fn many_lives_are_summed_up() {
    let args = ["sim", "--lives", "2", "--mode", "healthy"];
    let text = soothe(&args).with_code(0).stdout;
    assert!(text.contains("healthy: 2 lives"), "{text}");
    let json = soothe(&[args.as_slice(), &["--json"]].concat()).with_code(0).json();
    assert_eq!(json["lives"], 2);
    assert_eq!(json["broken"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_cannot_be_simulated_is_a_matter_of_usage() {
    for (args, said) in [
        (
            ["sim", "--seed", "seven"].as_slice(),
            "give a whole number from 0 to 18446744073709551615",
        ),
        (&["sim", "--seed", "-1"], "give a whole number"),
        (&["sim", "--hours", "0"], "give a number of hours above 0"),
        (&["sim", "--hours", "NaN"], "give a number of hours above 0"),
        (&["sim", "--lives", "0"], "give a whole number from 1 to 1000000"),
        (&["sim", "--lives", "abc"], "invalid value 'abc' for '--lives <N>': give a whole number"),
        (&["log", "list", "--limit", "abc"], "give a whole number from 1 to 500"),
        (
            &["sim", "--seed", "1", "--mode", "wild"],
            "accepted are healthy, single, led, tens and swarm",
        ),
        (&["sim", "--seed", "1", "--scenario", "x"], "cannot be used with"),
        (&["sim", "--hours", "1", "--lives", "1"], "cannot be used with"),
    ] {
        let run = soothe(args).with_code(2);
        assert!(sentences(&run.stderr).contains(said), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{args:?}");
    }
}

#[test]
fn its_help_has_examples_and_fits_80_columns() {
    let help = soothe(&["sim", "--help"]).with_code(0).stdout;
    assert!(help.contains("soothe sim --scenario"), "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
}
