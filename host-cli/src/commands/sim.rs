//! `soothe sim`: a script of faults and commands, played on the simulated pad. Needs no daemon.

use std::fs::File;
use std::io::{Read as _, stdin};
use std::path::Path;

use serde_json::json;
use soothe_simulator::scenario::{Played, Scenario};

use crate::args::Sim;
use crate::failure::Failure;
use crate::output::Output;

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;
/// A script longer than this is none.
const SCRIPT_BYTES_MAX: u64 = 1_000_000;

/// Plays the script, and fails when something that was expected did not come true.
pub(crate) fn run(sim: &Sim, output: &Output) -> Result<(), Failure> {
    let text = read(&sim.scenario)?;
    let scenario = Scenario::parse(&text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", sim.scenario.display())))?;
    let played = scenario.play();
    if output.json {
        output.value(&as_json(&played))?;
    } else {
        output.raw(&played.to_string())?;
    }
    match played.failed() {
        0 => Ok(()),
        failed => Err(Failure::Other(format!(
            "{failed} of {} expectations did not come true",
            played.findings.len()
        ))),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let unreadable = |e| Failure::Usage(format!("{} cannot be read: {e}", file.display()));
    let mut text = String::new();
    let read = if file == Path::new("-") {
        stdin().take(SCRIPT_BYTES_MAX + 1).read_to_string(&mut text)
    } else {
        let opened = File::open(file).map_err(unreadable)?;
        opened.take(SCRIPT_BYTES_MAX + 1).read_to_string(&mut text)
    };
    match u64::try_from(read.map_err(unreadable)?) {
        Ok(..=SCRIPT_BYTES_MAX) => Ok(text),
        Ok(_) | Err(_) => Err(Failure::Usage(format!(
            "{} is too long: a script has at most {SCRIPT_BYTES_MAX} bytes",
            file.display()
        ))),
    }
}

fn as_json(played: &Played) -> serde_json::Value {
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
        "met": played.failed() == 0,
        "expectations": findings.collect::<Vec<_>>(),
        "timeline": played.timeline.lines().collect::<Vec<_>>(),
    })
}
