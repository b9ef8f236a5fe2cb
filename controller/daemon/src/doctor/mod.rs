//! `soothed doctor`: whether this machine has what soothe needs, and what to type where it has not.
//!
//! What it is: checks that look and change nothing (`machine.rs`, `boot.rs`, `rights.rs`, `parts.rs`,
//! `thermometers.rs`, `service.rs`), a test of the two switches (`bench.rs`), and a walk through the wiring (`walk.rs`),
//! which do what a person has agreed to, one switch at a time.
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
use crate::config::{Build, CONFIG, ConfigError};
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

/// Looks at everything and changes nothing. Parts are asked for on a Raspberry Pi alone, and where the configuration
/// tells which they are.
fn look(host: &Host, build: Result<Build, ConfigError>, clock: Clock) -> Report {
    let is_pi = machine::pi_model(host).is_some();
    let mut findings = machine::findings(host);
    match &build {
        Err(error) => findings.push(refused(error)),
        Ok(build) if is_pi => findings.push(config(build)),
        Ok(_) => {}
    }
    let parts_are_known = build.is_ok();
    let Ok(build) = build.or_else(|_| Build::reference()) else { return Report { findings } };
    let daemon = Daemon::of(host, &build);
    if is_pi && parts_are_known {
        findings.extend(boot::findings(host, &build));
        findings.extend(rights::findings(host, &build));
        findings.extend(parts::findings(host, &build, &daemon, clock));
    }
    findings.extend(service::findings(host, &build, &daemon, clock.wall_unix_ms()));
    Report { findings }
}

/// A configuration that is not accepted.
fn refused(error: &ConfigError) -> Finding {
    let says = error.to_string();
    let says = says.strip_prefix("config ").unwrap_or(&says);
    Finding::wrong("config", format!("{says}\nUntil it is mended the parts are not looked at."))
}

fn config(build: &Build) -> Finding {
    const CHECK: &str = "config";
    let walk =
        "sudo soothe doctor --wiring     # finds out which thermometer is which, and what to write";
    match (&build.file, &build.lacks) {
        (Some(file), None) => {
            Finding::ok(CHECK, format!("{}: a daemon would start with it", file.display()))
        }
        (Some(file), Some(ConfigError::NoProbes)) => {
            Finding::wrong(CHECK, format!("{} names no thermometers in [probes]", file.display()))
                .mend(walk)
        }
        (None, _) => Finding::wrong(
            CHECK,
            format!("{CONFIG} is not there, so that no thermometers are named"),
        )
        .mend(walk),
        (Some(_), Some(lacks)) => Finding::wrong(CHECK, lacks.to_string()),
    }
}

fn tell(report: &Report, json: bool) -> io::Result<()> {
    let variable = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    let coloured =
        variable("CLICOLOR_FORCE") || io::stdout().is_terminal() && !variable("NO_COLOR");
    let text = if json {
        format!("{}\n", serde_json::to_string(report)?)
    } else {
        let told: String = report.findings.iter().map(|it| it.text(WIDTH, coloured)).collect();
        format!("{told}\n{} Nothing was switched on.\n", report.summary())
    };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that had enough of it is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
