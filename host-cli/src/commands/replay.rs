//! `soothe replay`: a recorded session lived through again, every output compared with the recorded one.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use serde_json::{Value, json};
use soothe_wire::bounded::{self, RECORDING_MAX};
use soothe_wire::client::{Client, ClientError};
use soothe_wire::recording::{self, Core, Difference, Recording, Report};

use crate::args::Replay;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::words::clock;

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;

/// Replays a session of the log, or of a file.
pub(crate) async fn run(replay: &Replay, client: &Client, output: &Output) -> Result<(), Failure> {
    let bytes = match (replay.id, &replay.file) {
        (_, Some(file)) => File::open(file)
            .and_then(|open| bounded::bytes(open, RECORDING_MAX))
            .map_err(|e| Failure::Usage(format!("{} cannot be read: {e}", file.display())))?,
        (Some(id), None) => {
            client.recording(id).await.map_err(|error| missing(id, error))?.to_vec()
        }
        (None, None) => return Err(Failure::Usage("a session or a file is wanted".to_owned())),
    };
    if let Some(file) = &replay.output {
        save(file, &bytes)?;
    }
    let unreadable = |error: recording::RecordingError| Failure::Other(error.to_string());
    let report = recording::replay(&Recording::parse(&bytes).map_err(unreadable)?);
    if output.json {
        output.value(&as_json(&report))?;
    } else {
        output.text(&text(&report))?;
    }
    match &report.difference {
        None => Ok(()),
        Some(Difference { step, at, .. }) => Err(Failure::Other(format!(
            "session {} comes out differently from step {step}, {} s after its start{}",
            report.session,
            at.as_s(),
            if report.is_of_this_core() { "" } else { "; another core has recorded it" },
        ))),
    }
}

/// A number that no session has, in the words of the command line.
fn missing(id: i64, error: ClientError) -> Failure {
    match error {
        ClientError::Problem(problem) if problem.status == 404 => Failure::Usage(format!(
            "there is no recording of a session {id}; `soothe log list` lists the sessions"
        )),
        other @ (ClientError::Problem(_)
        | ClientError::Unreachable { .. }
        | ClientError::Garbled { .. }) => other.into(),
    }
}

fn save(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = File::create_new(file).and_then(|mut open| open.write_all(bytes));
    let name = file.display();
    written.map_err(|e| {
        let why = if e.kind() == ErrorKind::AlreadyExists {
            "exists already and is left as it is: name another file, or remove this one first"
                .to_owned()
        } else {
            format!("cannot be written: {e}")
        };
        Failure::Other(format!("{name} {why}"))
    })
}

fn text(report: &Report) -> String {
    let Report { session, steps, time, ended, difference, .. } = report;
    let mut text = format!("Session {session}: {steps} steps in {}; ", clock(time.as_s()));
    match difference {
        None => text += "every output is the same, bit for bit.\n",
        Some(Difference { step, at, came, events }) => {
            text += &format!("step {step}, after {} s, comes out differently.\n", at.as_s());
            text += &format!("  instead  {came}\n");
            for event in events {
                let rule = event.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
                text += &format!("  event    {}: {}{rule}\n", event.kind, event.message);
            }
        }
    }
    if !ended {
        text += "  The recording stops before the session's end: it was cut off, or still runs.\n";
    }
    if !report.is_of_this_core() {
        let (then, here) = (named(&report.core), named(&Core::here()));
        text += &format!("  Recorded by another core, {then}; replayed by {here}.\n");
    }
    text
}

fn named(core: &Core) -> String {
    format!("{} with limits and rules {}", core.version, core.limits_and_rules)
}

fn as_json(report: &Report) -> Value {
    let difference = report.difference.as_ref().map(
        |it| json!({"step": it.step, "t_s": it.at.as_s(), "instead": it.came, "events": it.events}),
    );
    json!({
        "version": JSON_VERSION,
        "session": report.session,
        "steps": report.steps,
        "time_s": report.time.as_s(),
        "ended": report.ended,
        "exact": report.difference.is_none(),
        "same_core": report.is_of_this_core(),
        "core": report.core,
        "difference": difference,
    })
}
