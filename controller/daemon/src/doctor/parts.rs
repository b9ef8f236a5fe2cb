//! The parts on the pins: what each pin does, what the thermometers tell, whether the TENS module answers.

use std::collections::HashMap;

use soothe_rig::RigError;
use soothe_rig::rpi::{self, Function, Seen};

use super::finding::Finding;
use super::host::Host;
use super::service::Daemon;
use super::thermometers;
use crate::backend;
use crate::clock::Clock;
use crate::config::{Build, Lines};

/// Where a kernel that is asked by root tells who holds which pin.
const HOLDERS: &str = "/sys/kernel/debug/gpio";

/// Looks at all of it. Changes no pin.
pub(super) fn findings(host: &Host, build: &Build, daemon: &Daemon, clock: Clock) -> Vec<Finding> {
    let mut findings = pins(host, rpi::look(&build.pins), daemon.is_absent());
    match daemon {
        Daemon::Runs(status) => {
            findings.extend(build.probes.iter().flat_map(|ids| thermometers::told(ids, status)))
        }
        Daemon::Silent(_) => {
            findings.push(Finding::unseen("sensors", "the daemon has them, and it tells nothing"))
        }
        // From here on no daemon can start.
        Daemon::Absent => match backend::claim_lines(&Lines::Pi(build.pins.off())) {
            Ok(_claim) => {
                findings.extend(thermometers::findings(host, build, clock));
                findings.extend(module(build));
            }
            Err(error) => findings.push(Finding::unseen("sensors", error.to_string())),
        },
    }
    findings
}

/// What the pins of our lines do. `ours` is that nobody drives them now.
fn pins(host: &Host, seen: Result<Vec<Seen>, RigError>, ours: bool) -> Vec<Finding> {
    const CHECK: &str = "pins";
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return vec![Finding::wrong(CHECK, error.to_string())],
    };
    let holders = holders(&host.read(HOLDERS).unwrap_or_default());
    let wrong = |it: &Seen| {
        let at = format!("{} (GPIO {})", it.name, it.number);
        if let Some(holder) = holders.get(&it.number) {
            return Some(Finding::wrong(
                CHECK,
                format!("{at} is in use by {holder:?}: one of them must move"),
            ));
        }
        if it.function == Function::Other && it.name != "tens_trigger" {
            let says = format!(
                "{at} is switched to another function of the chip's: a bus or a serial line has it, see config.txt"
            );
            return Some(Finding::wrong(CHECK, says));
        }
        if ours && it.is_output && it.name != "tens_trigger" && it.name != "k2_pulse" && it.high {
            let finding = match it.function {
                Function::Output => {
                    Finding::wrong(CHECK, format!("{at} is driven high, and no soothed runs"))
                }
                Function::Input | Function::Other => {
                    let says = format!(
                        "{at} reads high though nobody drives it: its 10 kΩ to 0 V is missing, or it is shorted"
                    );
                    Finding::wrong(CHECK, says)
                }
            };
            return Some(finding.mend("sudo soothed lines-off     # drives it low"));
        }
        None
    };
    let wrong: Vec<Finding> = seen.iter().filter_map(wrong).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let names: Vec<String> = seen.iter().map(|it| format!("{} {}", it.name, it.number)).collect();
    let low = if ours { "; what switches is low" } else { "" };
    vec![Finding::ok(CHECK, format!("{}: free for soothe{low}", names.join(", ")))]
}

/// Who holds which GPIO of the header, as the kernel tells it: ` gpio-529 (GPIO17   |who   ) out hi`.
fn holders(text: &str) -> HashMap<u8, String> {
    let holder = |line: &str| {
        let (name, rest) = line.split_once('(')?.1.split_once('|')?;
        let (holder, _) = rest.split_once(')')?;
        let number = name.trim().strip_prefix("GPIO")?.parse().ok()?;
        let holder = holder.trim();
        (!holder.is_empty()).then(|| (number, holder.to_owned()))
    };
    text.lines().filter_map(holder).collect()
}

/// Whether DAC and ADC of the TENS module are there.
pub(super) fn module(build: &Build) -> Vec<Finding> {
    const CHECK: &str = "tens";
    let Some(setup) = &build.tens else { return Vec::new() };
    match rpi::module_answers(setup) {
        Err(error) => vec![Finding::wrong(CHECK, error.to_string())],
        Ok(answers) => {
            let wrong: Vec<_> = answers
                .into_iter()
                .filter_map(Result::err)
                .map(|error| {
                    Finding::wrong(CHECK, error.to_string())
                        .mend(format!("i2cdetect -y {}     # shows who answers", setup.bus()))
                })
                .collect();
            if wrong.is_empty() {
                vec![Finding::ok(CHECK, "the module's DAC and ADC answer")]
            } else {
                wrong
            }
        }
    }
}
