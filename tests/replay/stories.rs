//! Every session of every scenario, recorded as the daemon does it, read back and lived through again.
//!
//! `sessions.golden` has one line for each of them with a digest of all its outputs, so that another compiler,
//! processor or library that computes one bit differently is seen. `UPDATE_GOLDEN=1 cargo test -p soothe-tests
//! --test replay` writes it again.

use std::fmt::Write as _;

use soothe_simulator::scenario::Scenario;
use soothe_tests::repo;
use soothe_wire::recording::{Parts, Recorder, Recording, export, replay};

/// The recordings of one scenario, in their order.
fn recordings(script: &str) -> Vec<Vec<u8>> {
    let scenario = Scenario::parse(script).expect("a scenario of the repository");
    let (mut recorder, mut parts) = (Recorder::default(), Parts::default());
    let (mut boots, mut sessions) = (1, Vec::<Vec<Vec<u8>>>::new());
    let _played = scenario.play_seen(&mut |step| {
        if boots != step.boots {
            (boots, recorder) = (step.boots, Recorder::default());
        }
        recorder.note(step.boot, step.input, step.output);
        // As the daemon does at the latest: each half second, and with the end.
        let due = step.input.now.as_ms().is_multiple_of(500);
        if due || recorder.waiting().is_some_and(|(_, last)| last) {
            for part in recorder.take().iter().flat_map(|piece| parts.add(piece)) {
                if part.number == 0 {
                    sessions.push(Vec::new());
                }
                let stored = sessions.last_mut().expect("a head comes first");
                stored.truncate(part.number as usize);
                stored.push(part.bytes);
            }
        }
    });
    sessions.iter().map(|parts| export(parts.iter().map(Vec::as_slice))).collect()
}

/// All digests of a session in one number (FNV-1a).
fn digest(recording: &Recording) -> u64 {
    let digests = recording.steps.iter().flat_map(|step| step.digest.to_be_bytes());
    digests.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn every_session_of_every_story_replays_bit_for_bit() {
    let mut text = String::new();
    for path in repo::files("tests/scenarios", ".txt") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for bytes in recordings(&repo::text(&path)) {
            let recording = Recording::parse(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
            let report = replay(&recording);
            assert_eq!(report.difference, None, "{name}, session {}", report.session);
            let end = if report.ended { "whole" } else { "cut off" };
            let digest = digest(&recording);
            writeln!(
                text,
                "{name} {}: {} steps, {end}, {digest:016x}",
                report.session, report.steps
            )
            .expect("strings take text");
        }
    }
    let golden = repo::root().join("tests/replay/sessions.golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, text).expect("writable");
    } else {
        let before = std::fs::read_to_string(&golden).unwrap_or_default();
        let other = before.lines().zip(text.lines()).find(|(before, now)| before != now);
        assert!(before == text, "sessions.golden differs first here (before, now): {other:?}");
    }
}
