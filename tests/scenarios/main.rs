//! One test per story: `*.txt` is the script, the `*.golden` beside it what must come of it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p soothe-tests --test scenarios` rewrites the golden files; the diff is
//! then what changed in behaviour, to be read and explained.

use std::path::{Path, PathBuf};

use soothe_simulator::scenario::Scenario;
use soothe_tests::repo;

/// Every script: its file and its text.
fn scripts() -> Vec<(PathBuf, String)> {
    let files = repo::files("tests/scenarios", ".txt");
    files.into_iter().map(|path| (path.clone(), repo::text(path))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

fn read(path: &Path, script: &str) -> Scenario {
    Scenario::parse(script).unwrap_or_else(|error| panic!("{}: {error}", name(path)))
}

#[test]
fn every_story_ends_as_it_is_written_down() {
    let mut wrong = Vec::new();
    for (path, script) in scripts() {
        let got = read(&path, &script).play().to_string();
        let golden = path.with_extension("golden");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, got).expect("writable");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != got {
            wrong.push(format!("--- {}, now ---\n{got}", name(&path)));
        }
    }
    assert!(
        wrong.is_empty(),
        "these timelines differ from their golden files:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn whatever_a_story_expects_comes_true() {
    let mut failed = Vec::new();
    for (path, script) in scripts() {
        let played = read(&path, &script).play();
        failed
            .extend(played.broken.iter().map(|broken| format!("{}: BROKEN {broken}", name(&path))));
        assert!(!played.findings.is_empty(), "{} expects nothing", name(&path));
        let findings = played.findings.iter().filter(|finding| !finding.met);
        failed.extend(findings.map(|finding| format!("{}: {finding}", name(&path))));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_story_says_first_what_it_shows_and_which_rules_it_is_about() {
    let scripts = scripts();
    assert!(scripts.len() >= 40, "only {} scenarios found", scripts.len());
    for (path, script) in scripts {
        let prose: Vec<&str> = script.lines().take_while(|line| line.starts_with("# ")).collect();
        assert!(prose.concat().contains("HL-"), "{} names no rule in its prose", name(&path));
        for line in script.lines() {
            assert!(line.chars().count() <= 120, "{}: too long: {line}", name(&path));
        }
    }
}

#[test]
fn a_script_has_the_same_life_each_time() {
    for (path, script) in scripts().into_iter().take(5) {
        let scenario = read(&path, &script);
        assert_eq!(scenario.play(), scenario.play(), "{}", name(&path));
    }
}

#[test]
fn every_file_beside_the_scripts_is_the_golden_file_of_one() {
    for golden in repo::files("tests/scenarios", ".golden") {
        assert!(golden.with_extension("txt").is_file(), "{} has no script", name(&golden));
    }
}
