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
    assert!(story.contains("Started"), "{story}");
    assert_eq!(story, live());
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
        (["sim"].as_slice(), "--scenario <FILE>"),
        (&["sim", "--seed", "seven"], "give a whole number from 0 to 18446744073709551615"),
        (&["sim", "--seed", "-1"], "give a whole number"),
        (&["sim", "--hours", "0"], "give a number of hours above 0"),
        (&["sim", "--hours", "NaN"], "give a number of hours above 0"),
        (&["sim", "--lives", "0"], "is not in 1..=1000000"),
        (&["sim", "--seed", "1", "--mode", "wild"], "accepted are healthy, single and swarm"),
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
