//! The promises of ARCHITECTURE.md and docs/safety.md, held against the code.

mod hazards;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};
use soothe_tests::repo;
use soothe_therapy::Rule;

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The rows of the table under a heading line that starts with `| <head> |`, split into cells.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {head} |"))).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

fn names(cell: &str) -> BTreeSet<String> {
    cell.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn two_columns(head: &str) -> Edges {
    let rows = table(&repo::text("ARCHITECTURE.md"), head);
    assert!(!rows.is_empty(), "ARCHITECTURE.md has no table headed {head:?}");
    rows.into_iter().map(|row| (row[0].clone(), names(&row[1]))).collect()
}

/// Every edge from a member of the workspace, of normal and build dependencies.
fn real_edges() -> Edges {
    let metadata = MetadataCommand::new()
        .manifest_path(repo::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata runs");
    let edges = metadata.packages.iter().map(|package| {
        let used = package.dependencies.iter();
        let used = used.filter(|dep| dep.kind != DependencyKind::Development);
        (package.name.to_string(), used.map(|dep| dep.name.clone()).collect())
    });
    edges.collect()
}

#[test]
fn no_arrow_exists_that_the_table_lacks() {
    let allowed = two_columns("from");
    let real = real_edges();
    let members: BTreeSet<String> = real.keys().cloned().collect();
    assert_eq!(members, allowed.keys().cloned().collect(), "crates and table differ");
    for (from, used) in &real {
        let inside: BTreeSet<String> = used.intersection(&members).cloned().collect();
        assert_eq!(inside, allowed[from], "arrows of {from}: left the code, right the table");
    }
}

#[test]
fn outside_crates_stay_where_the_table_puts_them() {
    let only_in = two_columns("outside crate");
    for (from, used) in real_edges() {
        for outside in used.intersection(&only_in.keys().cloned().collect()) {
            assert!(only_in[outside].contains(&from), "{from} may not use {outside}");
        }
    }
}

#[test]
fn only_their_own_files_read_a_clock_or_name_a_backend() {
    let homes = [
        ("Instant::now(", "controller/daemon/src/clock.rs"),
        ("SystemTime::now(", "controller/daemon/src/clock.rs"),
        ("rppal::", "hardware/rig/src/rpi"),
        ("soothe_plant::", "hardware/rig/src/sim.rs"),
    ];
    for (needle, home) in homes {
        let folders: &[&str] = match needle {
            "soothe_plant::" => &["hardware/rig"],
            _ => &["controller", "hardware", "host-cli", "web-ui/src", "tests"],
        };
        for path in folders.iter().flat_map(|folder| repo::files(folder, ".rs")) {
            let here = path.strip_prefix(repo::root()).expect("below the root");
            // This test names them all; tests of the backends may, too.
            let is_home = here.ends_with(home) || here.with_extension("").starts_with(home);
            if here.starts_with("tests/architecture") || is_home {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            assert!(!text.contains(needle), "{} has {needle}", here.display());
        }
    }
}

/// The code of a file without the tests at its end. A helper for tests that stands among the code is code.
fn code_of(text: &str) -> &str {
    let tests = ["mod tests {", "pub(crate) mod tests {", "#[path = "];
    let ends =
        tests.iter().filter_map(|begin| text.find(&format!("\n#[cfg(test)]\n{begin}"))).min();
    &text[..ends.unwrap_or(text.len())]
}

#[test]
fn a_helper_for_tests_hides_nothing_of_the_code_after_it() {
    let code =
        "//! A file.\n#[cfg(test)]\nmod testing;\n#[cfg(test)]\nfn help() {}\nfn work() {}\n";
    for tests in [
        "#[cfg(test)]\nmod tests {\n    fn a() {}\n}\n",
        "#[cfg(test)]\npub(crate) mod tests {\n    fn a() {}\n}\n",
        "#[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;\n",
        "",
    ] {
        let text = format!("{code}{tests}");
        assert_eq!(code_of(&text).trim_end(), code.trim_end());
    }
}

/// What judges, and what of the crate each may know besides [`NEUTRAL`].
const JUDGES: [(&str, &[&str]); 8] = [
    ("interlock.rs", &["lines", "sense", "tens", "verify"]),
    ("interlock/weigh.rs", &["sense", "tens"]),
    ("verify.rs", &["interlock", "sense"]),
    ("verify/balance.rs", &["reference_pad"]),
    ("verify/silence.rs", &["pad"]),
    ("sense.rs", &[]),
    ("dose.rs", &[]),
    // What is asked for is what it judges.
    ("ledger.rs", &["site", "plan", "profile", "tens"]),
];
const NEUTRAL: [&str; 3] = ["limits", "rules", "units"];

/// The names that follow a path's beginning in a text.
fn names_after<'a>(text: &'a str, begin: &str) -> impl Iterator<Item = &'a str> {
    text.split(begin).skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn what_judges_does_not_know_what_regulates() {
    for (file, more) in JUDGES {
        let text = repo::text(format!("controller/therapy/src/{file}"));
        let code = code_of(&text);
        // The parent of a file at the top is the crate.
        let above = if file.contains('/') { "super::super::" } else { "super::" };
        for name in names_after(code, "crate::").chain(names_after(code, above)) {
            let may = NEUTRAL.contains(&name) || more.contains(&name);
            assert!(may, "{file} knows {name:?}");
        }
    }
}

#[test]
fn everything_of_the_crate_that_is_named_is_found() {
    let text = "use crate::units::Span; let pad: &crate::pad::Pad; use crate::{heat, relay};";
    assert_eq!(names_after(text, "crate::").collect::<Vec<_>>(), ["units", "pad", ""]);
}

/// The product's Rust sources: name and text.
fn sources() -> Vec<(String, String)> {
    let files = ["controller", "hardware"].iter().flat_map(|folder| repo::files(folder, ".rs"));
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("readable");
            (path.to_string_lossy().into_owned(), text)
        })
        .collect()
}

/// The parts of a table's cell that stand in backquotes.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_rule_in_force_has_code_a_test_and_a_document() {
    let sources = sources();
    let rows = table(&repo::text("docs/safety.md"), "id");
    for rule in Rule::ALL {
        let id = rule.id();
        let row = rows.iter().find(|row| row[0] == id);
        let row = row.unwrap_or_else(|| panic!("{id} is not in docs/safety.md"));
        let test = format!("fn {}", id.to_lowercase().replace('-', "_"));
        assert!(sources.iter().any(|(_, text)| text.contains(&test)), "no test is named {test}..");
        let files = quoted(&row[4]).filter(|part| part.ends_with(".rs"));
        let mut enforcing = 0;
        for file in files {
            let found = sources.iter().find(|(name, _)| name.ends_with(&format!("/{file}")));
            let (_, text) = found.unwrap_or_else(|| panic!("{id}: there is no {file}"));
            let code = code_of(text);
            assert!(code.contains(id), "{id} is not to be found in the code of {file}");
            enforcing += 1;
        }
        assert!(enforcing > 0, "docs/safety.md names no file that enforces {id}");
    }
}

#[test]
fn every_test_that_the_safety_table_names_exists() {
    let sources: String = sources().into_iter().map(|(_, text)| text).collect();
    for row in table(&repo::text("docs/safety.md"), "id") {
        let names: Vec<&str> = quoted(row.last().expect("a row has cells")).collect();
        assert!(!names.is_empty(), "{}: no test is named", row[0]);
        for name in names {
            assert!(sources.contains(&format!("fn {name}(")), "{}: no test {name}", row[0]);
        }
    }
}

#[test]
fn every_source_file_says_what_it_is_and_fits_a_head() {
    const LINES_MAX: usize = 400;
    let folders = ["controller", "hardware", "host-cli", "web-ui", "tests"];
    for path in folders.iter().flat_map(|folder| repo::files(folder, ".rs")) {
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.starts_with("//! "), "{}: no module header", path.display());
        // Tests may be as long as the cases are many.
        if path.to_string_lossy().ends_with("tests.rs") {
            continue;
        }
        let lines = code_of(&text).lines().count();
        assert!(lines <= LINES_MAX, "{}: {lines} lines without its tests", path.display());
    }
}
