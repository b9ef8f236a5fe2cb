//! `soothed doctor`: whether this machine has what soothe needs, and what to type where it has not.
//!
//! What it is: checks that look and change nothing (`machine.rs`, `boot.rs`, `rights.rs`, `parts.rs`,
//! `thermometers.rs`, `service.rs`), a
//! test of the two switches (`bench.rs`), and a walk through the wiring (`walk.rs`), which do what a person has agreed
//! to, one switch at a time.
//!
//! What it never does: close both switches, send a stimulus, change a file, or mend anything by itself.

mod bench;
mod boot;
mod boot_config;
mod finding;
mod host;
mod machine;
mod parts;
mod person;
mod rights;
mod service;
#[cfg(test)]
mod tests;
mod thermometers;
mod walk;

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Context as _;

use crate::args::DoctorArgs;
use crate::clock::Clock;
use crate::config::{Build, ConfigError};
use bench::Bench;
use finding::{Finding, Report};
use host::Host;
use person::Person;
use service::Daemon;

/// How wide a line is where nothing is known of the terminal.
const WIDTH: usize = 80;

/// Looks, tests or walks, as asked; whether nothing is wrong.
///
/// # Errors
/// When the lines cannot be used for a test, when nobody answers, or when nothing can be told.
pub fn run(args: &DoctorArgs, clock: Clock) -> anyhow::Result<bool> {
    let host = Host::this();
    let build = Build::gather(args.config.as_deref());
    let person = &mut Person::at_the_terminal();
    let report = match (args.wiring, args.self_test) {
        (Some(from), _) => walk::through(&host, &build?, from, clock, person)?,
        (None, true) => {
            let report = bench::self_test(&mut Bench::on_pi(&build?, clock)?, person)?;
            for finding in &report.findings {
                person.is_shown(finding)?;
            }
            report
        }
        (None, false) => {
            let report = look(&host, build, clock);
            tell(&report, args.json).context("standard output cannot be written")?;
            return Ok(report.is_well());
        }
    };
    person.say(&format!("\n{}", report.summary()))?;
    Ok(report.is_well())
}

/// Looks at everything and changes nothing. Of a machine that is no Raspberry Pi, no parts are asked for.
fn look(host: &Host, build: Result<Build, ConfigError>, clock: Clock) -> Report {
    let is_pi = machine::pi_model(host).is_some();
    let mut findings = machine::findings(host);
    match build {
        Err(error) => findings.push(Finding::wrong("config", error.to_string())),
        Ok(build) => {
            let daemon = Daemon::of(host, &build);
            if is_pi {
                findings.push(config(&build));
                findings.extend(boot::findings(host, &build));
                findings.extend(rights::findings(host, &build));
                findings.extend(parts::findings(host, &build, &daemon, clock));
            }
            findings.extend(service::findings(host, &build, &daemon, clock.wall_unix_ms()));
        }
    }
    Report { findings }
}

fn config(build: &Build) -> Finding {
    const CHECK: &str = "config";
    let file =
        build.file.as_ref().map_or_else(|| "no file".to_owned(), |it| it.display().to_string());
    match &build.lacks {
        None => Finding::ok(CHECK, format!("{file}: a daemon would start with it")),
        Some(lacks @ ConfigError::NoProbes) => Finding::wrong(CHECK, format!("{file}: {lacks}"))
            .mend("sudo soothe doctor --wiring     # finds out which is which"),
        Some(lacks) => Finding::wrong(CHECK, lacks.to_string()),
    }
}

fn tell(report: &Report, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, report)?;
        return writeln!(out).and_then(|()| out.flush());
    }
    let coloured = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    for finding in &report.findings {
        out.write_all(finding.text(WIDTH, coloured).as_bytes())?;
    }
    writeln!(out, "\n{} Nothing was switched on.", report.summary())?;
    out.flush()
}
