//! `soothe sim`: the device on the simulated pad, in virtual time: a script that is played, or lives drawn
//! from seeds in which things go wrong. Needs no daemon.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{Error, stdin};
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

use serde_json::{Value, json};
use soothe_simulator::scenario::{Played, Scenario};
use soothe_simulator::{Amount, Failed, Life, Mode, Options, Report};
use soothe_wire::bounded;

use crate::args::Sim;
use crate::failure::Failure;
use crate::output::Output;

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;
/// The first seed of many when none is named.
const FIRST_SEED: u64 = 1;
/// A seed that is drawn is below this, so that it can be typed again.
const DRAWN_BELOW: u64 = 1_000_000;

/// Simulates what was asked for, and fails when something did not come true or hold.
pub(crate) fn run(sim: &Sim, output: &Output) -> Result<(), Failure> {
    let amount = sim.hours.map(Amount::Hours).or(sim.lives.map(Amount::Seeds));
    match (&sim.scenario, amount) {
        (Some(file), _) => play(file, output),
        (None, Some(amount)) => {
            let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
            let first_seed = sim.seed.unwrap_or(FIRST_SEED);
            run_many(&Options { mode: sim.mode, first_seed, amount, threads }, output)
        }
        (None, None) => run_one(sim.mode, sim.seed.unwrap_or_else(drawn), output),
    }
}

/// A seed of nobody's choice: what the standard library keys its hashes with.
fn drawn() -> u64 {
    RandomState::new().build_hasher().finish() % DRAWN_BELOW
}

/// Plays a script.
fn play(file: &Path, output: &Output) -> Result<(), Failure> {
    let text = read(file)?;
    let scenario = Scenario::parse(&text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let played = scenario.play();
    if output.json {
        output.value(&played_json(&played))?;
    } else {
        output.raw(&played.to_string())?;
    }
    match (&played.broken, played.failed()) {
        (Some(broken), _) => Err(Failure::Other(format!("an invariant was broken: {broken}"))),
        (None, 0) => Ok(()),
        (None, failed) => Err(Failure::Other(format!(
            "{failed} of {} expectations did not come true",
            played.findings.len()
        ))),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let unreadable = |e: Error| Failure::Usage(format!("{} cannot be read: {e}", file.display()));
    let read = if file == Path::new("-") {
        bounded::text(stdin())
    } else {
        File::open(file).and_then(bounded::text)
    };
    read.map_err(unreadable)
}

fn played_json(played: &Played) -> Value {
    let findings = played.findings.iter().map(|finding| {
        json!({
            "line": finding.line,
            "expected": finding.expected,
            "met": finding.met,
            "seen": finding.seen,
        })
    });
    json!({
        "version": JSON_VERSION,
        "met": played.failed() == 0 && played.broken.is_none(),
        "broken": played.broken,
        "expectations": findings.collect::<Vec<_>>(),
        "timeline": played.timeline.lines().collect::<Vec<_>>(),
    })
}

/// Lives through one life and tells its story.
fn run_one(mode: Mode, seed: u64, output: &Output) -> Result<(), Failure> {
    let Life { failure, story, .. } = soothe_simulator::live(mode, seed, true);
    let story = story.unwrap_or_default();
    let failed: Vec<Failed> = failure.into_iter().map(|failure| Failed { seed, failure }).collect();
    if output.json {
        output.value(&json!({
            "version": JSON_VERSION,
            "mode": mode.name(),
            "seed": seed,
            "broken": broken_json(mode, &failed),
            "story": story.lines().collect::<Vec<_>>(),
        }))?;
    } else {
        output.raw(&format!(
            "{story}\nThe same life again: {}\n",
            soothe_simulator::replay(mode, seed)
        ))?;
    }
    whole(&failed)
}

/// Lives through many lives and sums them up.
fn run_many(options: &Options, output: &Output) -> Result<(), Failure> {
    let report = soothe_simulator::run(options);
    if output.json {
        output.value(&report_json(&report))?;
    } else {
        output.raw(&report.to_string())?;
    }
    whole(&report.failed)
}

fn report_json(report: &Report) -> Value {
    let Report { mode, lives, tally, failed } = report;
    let ends = tally.ends;
    json!({
        "version": JSON_VERSION,
        "mode": mode.name(),
        "lives": lives,
        "hours": tally.hours(),
        "sessions": {
            "completed": ends.completed,
            "stopped": ends.stopped,
            "limit": ends.limited,
            "fault": ends.faulted,
        },
        "restarts": tally.restarts,
        "broken": broken_json(*mode, failed),
    })
}

fn broken_json(mode: Mode, failed: &[Failed]) -> Value {
    let broken = failed.iter().map(|it| {
        json!({
            "seed": it.seed,
            "invariant": it.failure.name,
            "seen": it.failure.text,
            "at_s": it.failure.at.as_ms() as f64 / 1000.0,
            "replay": it.replay(mode),
        })
    });
    broken.collect()
}

/// Fails when a life did.
fn whole(failed: &[Failed]) -> Result<(), Failure> {
    match failed {
        [] => Ok(()),
        [first, ..] => Err(Failure::Other(format!(
            "in {} of the lives an invariant was broken, first in that of seed {}: {}",
            failed.len(),
            first.seed,
            first.failure.name
        ))),
    }
}
