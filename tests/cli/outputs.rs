//! Outputs that are full or closed: said where somebody can still hear it, and never a panic.

use soothe_tests::bins::{Daemon, Run, shell};

/// Runs a line of shell in which `$SOOTHE` and `$SOOTHED` are the binaries.
fn line(text: &str) -> Run {
    let said = shell(text);
    assert!(!said.stderr.contains("panicked"), "{said:?}");
    said
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure_that_says_so() {
    for command in [
        "$SOOTHE preview --for 10m",
        "$SOOTHE sim --seed 3",
        "$SOOTHE completions bash",
        "$SOOTHE --help",
        "$SOOTHE --version",
        "$SOOTHE heat -h",
        "$SOOTHED --help",
        "$SOOTHED --licenses",
    ] {
        let full = line(&format!("{command} >/dev/full")).with_code(1);
        assert!(full.stderr.contains("written: No space left on device"), "{command}: {full:?}");
        let closed = line(&format!("{command} >&-"));
        assert_eq!(closed.stdout, "", "{command}: {closed:?}");
    }
}

#[test]
fn whoever_has_read_enough_is_left_in_peace() {
    for command in ["$SOOTHE preview --for 10m", "$SOOTHE --help", "$SOOTHED --licenses"] {
        let run = line(&format!("set -o pipefail; {command} | head -n 1")).with_code(0);
        assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (1, ""), "{command}");
    }
}

#[test]
fn a_reason_that_nobody_can_hear_keeps_its_exit_code() {
    for (command, code) in [
        ("$SOOTHE levitate", 2),
        ("$SOOTHE levitate --json", 2),
        ("$SOOTHE heat --target 43 --for 15m --site left-hip", 3),
        ("$SOOTHE status --url unix:/nonexistent", 4),
        ("$SOOTHED --levitate", 2),
        ("$SOOTHED --sim --config /nonexistent", 2),
    ] {
        for gone in ["2>/dev/full", "2>&-"] {
            let _ = line(&format!("{command} {gone}")).with_code(code);
        }
    }
}

#[test]
fn a_daemon_whose_outputs_are_full_lives_and_heats() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let daemon = Daemon::writing_to(full().into(), full().into());
    let _ = daemon.soothe(&["checklist", "answer", "--none"]).with_code(0);
    let minute = ["heat", "--target", "30", "--for", "1m", "--site", "left-hip"];
    let _ = daemon.soothe(&minute).with_code(0);
}
