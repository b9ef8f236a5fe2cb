//! Every state of the core, with every command, every class of evidence and every state of the lines: what
//! is answered, what it becomes and what is energised; and a search for a way into a forbidden state.
//!
//! The outcomes are a golden file, so that a change of behaviour is a visible diff.
//! `UPDATE_GOLDEN=1 cargo test -p soothe-tests --test exhaustive` writes it again, to be read and explained.

mod around;
mod bench;
mod command;
mod electrodes;
mod heard;
mod life;
mod model;
mod outcome;
mod states;
mod table;

use soothe_tests::repo;

#[test]
fn every_outcome_is_the_golden_files() {
    let text = table::text();
    let golden = repo::root().join("tests/exhaustive/outcomes.golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, text).expect("writable");
    } else {
        let before = std::fs::read_to_string(&golden).unwrap_or_default();
        let line = before.lines().zip(text.lines()).position(|(before, now)| before != now);
        assert!(before == text, "outcomes.golden differs first after line {line:?}; read the diff");
    }
}
