//! The hazard table of docs/safety.md, held against the scenarios and the tests that it names.

use std::collections::BTreeSet;

use soothe_tests::repo;
use soothe_therapy::Rule;

use crate::{quoted, table};

const HAZARDS: usize = 50;

fn rows() -> Vec<Vec<String>> {
    table(&repo::text("docs/safety.md"), "#")
}

/// The names of all scenarios, and their first lines.
fn scenarios() -> Vec<(String, String)> {
    let files = repo::files("tests/scenarios", ".txt").into_iter();
    let name = |stem: &std::ffi::OsStr| stem.to_string_lossy().into_owned();
    files
        .map(|path| {
            let text = repo::text(&path);
            let first = text.lines().next().unwrap_or_default().to_owned();
            (name(path.file_stem().expect("a file")), first)
        })
        .collect()
}

/// The numbers in `# Hazards 2 and 4: ...`.
fn hazards_of(first_line: &str) -> Vec<usize> {
    let about = first_line.strip_prefix("# Hazard").and_then(|rest| rest.split_once(':'));
    let words = about.map_or("", |(numbers, _)| numbers);
    words.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn every_hazard_is_in_the_table_with_what_shows_it() {
    let rows = rows();
    let numbers: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
    let wanted: Vec<String> = (1..=HAZARDS).map(|number| number.to_string()).collect();
    assert_eq!(numbers, wanted);
    let scenarios: BTreeSet<String> = scenarios().into_iter().map(|(name, _)| name).collect();
    let folders = ["controller", "hardware", "host-cli", "tests"];
    let files = folders.iter().flat_map(|folder| repo::files(folder, ".rs"));
    let sources: String = files.map(repo::text).collect();
    for row in rows {
        let (number, shown) = (&row[0], row.last().expect("a row has cells"));
        let elsewhere = shown.contains("waits for") || shown.contains("only the hardware");
        let names: Vec<&str> = quoted(shown).collect();
        assert!(elsewhere || !names.is_empty(), "hazard {number}: nothing shows it");
        for name in names {
            let is_test = sources.contains(&format!("fn {name}("));
            assert!(is_test || scenarios.contains(name), "hazard {number}: there is no {name}");
        }
    }
}

#[test]
fn every_rule_that_the_hazards_name_is_in_force_or_waits_for_its_parts() {
    let text = repo::text("docs/safety.md");
    let waiting: String = table(&text, "ids").into_iter().map(|row| row[0].clone() + " ").collect();
    let families = ["HL-C", "HL-T", "HL-P"];
    for row in rows() {
        for rule in row[5].split(", ").filter(|rule| !rule.is_empty()) {
            let in_force = Rule::ALL.iter().any(|it| it.id() == rule);
            let waits = families.iter().any(|it| rule.starts_with(it) && waiting.contains(it));
            assert!(in_force || waits, "hazard {}: no rule {rule}", row[0]);
        }
    }
}

#[test]
fn a_scenario_that_tells_of_a_hazard_stands_in_its_row() {
    let rows = rows();
    for (name, first_line) in scenarios() {
        for number in hazards_of(&first_line) {
            let row = rows.get(number.wrapping_sub(1));
            let row = row.unwrap_or_else(|| panic!("{name}: there is no hazard {number}"));
            let named = quoted(row.last().expect("a row has cells")).any(|it| it == name);
            assert!(named, "{name} tells of hazard {number}, whose row does not name it");
        }
    }
}

#[test]
fn no_output_is_driven_by_software_pwm() {
    for path in ["controller", "hardware"].iter().flat_map(|folder| repo::files(folder, ".rs")) {
        let text = repo::text(&path).to_lowercase();
        for call in ["pwm(", "set_pwm", "softpwm"] {
            assert!(!text.contains(call), "{} makes pulses by software PWM", path.display());
        }
    }
}
