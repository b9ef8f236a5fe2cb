//! `soothe log`: the sessions that were, one of them in full, and its samples for other programs.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use soothe_wire::client::{Client, ClientError};
use soothe_wire::{Sample, SessionDetail};

use crate::args::{Format, Log};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{chart, summary, words};

/// The version of the exported JSON; it changes when a field changes its meaning or goes.
const EXPORT_VERSION: u32 = 1;
/// Printed into every export that has a place for it.
const NOTICE: &str = "Recorded by hobby software; not a medical device and not a medical record.";

/// Reads the log.
pub(crate) async fn run(log: &Log, client: &Client, output: &Output) -> Result<(), Failure> {
    match log {
        Log::List { limit } => list(*limit, client, output).await,
        Log::Show { id } => show(*id, client, output).await,
        Log::Export { id, format, output: file, force } => {
            // `--json` asks for JSON as `--format json` does.
            let format = if output.json { Format::Json } else { *format };
            let (detail, samples) = recorded(*id, client).await?;
            let text = match format {
                Format::Csv => csv(&samples),
                Format::Json => format!("{:#}\n", document(&detail, &samples)),
            };
            match file {
                Some(file) => {
                    write(file, &text, *force)?;
                    wrote(*id, samples.len(), file, output)
                }
                None => output.raw(&text),
            }
        }
    }
}

async fn list(limit: u32, client: &Client, output: &Output) -> Result<(), Failure> {
    let page = client.sessions(limit, 0).await?;
    if output.json {
        return output.value(&json!(page));
    }
    output.text(&summary::list(&page.sessions, page.total, output.width, &TimeZone::system()))
}

async fn show(id: i64, client: &Client, output: &Output) -> Result<(), Failure> {
    let (detail, samples) = recorded(id, client).await?;
    if output.json {
        return output.value(&document(&detail, &samples));
    }
    let paint = output.paint;
    let started = words::wall_clock(detail.summary.started_unix_ms, &TimeZone::system());
    let last_s = samples.last().map_or(0.0, |sample| sample.t_s);
    let curve = if samples.is_empty() {
        "  no samples were recorded\n".to_owned()
    } else {
        chart::draw(&samples, last_s.max(detail.summary.elapsed_s), output.width, paint)
    };
    output.text(&format!(
        "{}  started  {started}\n\n{curve}\n{}",
        summary::session(&detail, paint),
        summary::events(&detail),
    ))
}

async fn recorded(id: i64, client: &Client) -> Result<(SessionDetail, Vec<Sample>), Failure> {
    let detail = client.session(id).await.map_err(|error| missing(id, error))?;
    let samples = client.samples(id).await?;
    Ok((detail, samples))
}

/// A number that no session has, in the words of the command line.
fn missing(id: i64, error: ClientError) -> Failure {
    match error {
        ClientError::Problem(problem) if problem.status == 404 => {
            Failure::Usage(format!("there is no session {id}; `soothe log list` lists them"))
        }
        other @ (ClientError::Problem(_)
        | ClientError::Unreachable { .. }
        | ClientError::Garbled { .. }) => other.into(),
    }
}

fn document(detail: &SessionDetail, samples: &[Sample]) -> Value {
    json!({
        "version": EXPORT_VERSION,
        "notice": NOTICE,
        "session": detail,
        "samples": samples,
    })
}

/// One line for each sample; an empty field is a reading that was lost, or a set-point where nothing heats.
fn csv(samples: &[Sample]) -> String {
    let mut text = "t_s,contact1_c,contact2_c,ambient_c,target_c,duty_0_to_1,heater_on_0_or_1,dose_cem43_min\n".to_owned();
    let reading = |c: Option<f64>| c.map(|c| c.to_string()).unwrap_or_default();
    for sample in samples {
        let Sample {
            t_s,
            contact1_c,
            contact2_c,
            ambient_c,
            target_c,
            duty,
            heater_on,
            dose_cem43,
        } = *sample;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{t_s},{},{},{},{},{duty},{},{dose_cem43:.6}",
            reading(contact1_c),
            reading(contact2_c),
            reading(ambient_c),
            reading(target_c),
            u8::from(heater_on),
        );
    }
    text
}

fn write(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let name = file.display();
    let mut options = OpenOptions::new();
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let written =
        options.write(true).open(file).and_then(|mut open| open.write_all(text.as_bytes()));
    written.map_err(|e| {
        if e.kind() == ErrorKind::AlreadyExists {
            Failure::Other(format!("{name} exists already; --force overwrites it"))
        } else {
            Failure::Other(format!("{name} cannot be written: {e}"))
        }
    })
}

fn wrote(id: i64, samples: usize, file: &Path, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output
            .value(&json!({"id": id, "samples": samples, "file": file.to_string_lossy()}));
    }
    let plural = if samples == 1 { "" } else { "s" };
    output.text(&format!("Wrote session {id}, {samples} sample{plural}, to {}.\n", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_units_in_its_header_and_an_empty_field_for_a_lost_reading() {
        let sample = Sample {
            t_s: 1.5,
            contact1_c: Some(22.0625),
            contact2_c: None,
            ambient_c: Some(22.0),
            target_c: Some(40.0),
            duty: 1.0,
            heater_on: true,
            dose_cem43: 0.0,
        };
        assert_eq!(
            csv(&[sample]),
            "t_s,contact1_c,contact2_c,ambient_c,target_c,duty_0_to_1,heater_on_0_or_1,dose_cem43_min\n\
             1.5,22.0625,,22,40,1,1,0.000000\n"
        );
    }
}
