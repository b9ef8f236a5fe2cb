//! The parts on the pins: what each pin does, what the thermometers tell, whether the TENS module answers.

use std::collections::HashMap;

use soothe_rig::RigError;
use soothe_rig::rpi::{self, Function, Seen};

use super::finding::Finding;
use super::host::Host;
use super::service::Daemon;
use super::thermometers;
use crate::clock::Clock;
use crate::config::Build;

/// Where a kernel that is asked by root tells who holds which pin.
const HOLDERS: &str = "/sys/kernel/debug/gpio";

/// Looks at all of it. Changes no pin.
pub(super) fn findings(host: &Host, build: &Build, daemon: &Daemon, clock: Clock) -> Vec<Finding> {
    let mut findings = pins(host, rpi::look(&build.pins), daemon.leaves_pins());
    match daemon {
        Daemon::Runs(status) if !status.simulated => {
            findings.extend(build.probes.iter().flat_map(|ids| thermometers::told(ids, status)));
        }
        Daemon::Silent(_) => {
            findings.push(Finding::unseen("sensors", "a daemon has them, and it tells nothing"));
        }
        // Without a claim: whatever comes meanwhile must be able to switch off, and readers only delay each other.
        Daemon::Runs(_) | Daemon::Absent => {
            findings.extend(thermometers::findings(host, build, clock));
            findings.extend(module(build));
        }
    }
    findings
}

/// The line that a PWM drives.
const TRIGGER: &str = "tens_trigger";

/// Which of a pin's functions is its PWM, as the overlay takes it.
pub(super) const fn pwm_function(gpio: u8) -> u8 {
    match gpio {
        12 | 13 => 4,
        _ => 2,
    }
}

/// What the pins of our lines do; `undriven` where no daemon drives them now.
fn pins(host: &Host, seen: Result<Vec<Seen>, RigError>, undriven: bool) -> Vec<Finding> {
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
        if it.name == TRIGGER {
            let says = format!(
                "{at} is not switched to the PWM: its overlay names another pin, or is missing"
            );
            let line = format!("dtoverlay=pwm,pin={},func={}", it.number, pwm_function(it.number));
            return (it.function != Function::Other)
                .then(|| Finding::wrong(CHECK, says).mend(line));
        }
        if it.function == Function::Other {
            let says = format!(
                "{at} is switched to another function of the chip's: a bus or a serial line has it, see config.txt"
            );
            return Some(Finding::wrong(CHECK, says));
        }
        if undriven && it.is_output && it.name != "k2_pulse" && it.high == Some(true) {
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
    let low = if undriven { "; what switches is not high" } else { "" };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_a_pin_is_read_as_the_kernel_tells_it() {
        let text = "gpiochip0: GPIOs 512-565, parent: platform/3f200000.gpio, pinctrl-bcm2835:\n \
            gpio-514 (GPIO2               )\n \
            gpio-516 (GPIO4               |onewire@4           ) in  hi ACTIVE LOW\n \
            gpio-529 (GPIO17              |fan                 ) out lo\n \
            gpio-541 (HDMI_HPD_N          |hpd                 ) in  lo\n";
        let expected = [(4, "onewire@4".to_owned()), (17, "fan".to_owned())];
        assert_eq!(holders(text), HashMap::from(expected));
        assert!(holders("").is_empty());
    }

    fn seen(name: &'static str, number: u8, function: Function, high: Option<bool>) -> Seen {
        Seen { name, number, is_output: name != "estop_sense", function, high }
    }

    #[test]
    fn a_pin_is_wrong_where_something_else_has_it_or_it_is_high_by_itself() {
        let root = tempfile::tempdir().unwrap();
        let host = Host::played(root.path(), |_, _| None);
        let says = |seen: Seen, free| {
            let found = pins(&host, Ok(vec![seen]), free);
            assert_eq!(found.len(), 1);
            (found[0].verdict, found[0].says.clone())
        };
        use super::super::finding::Verdict::{Ok as Well, Wrong};
        for (it, free, verdict, expected) in [
            (seen("k1", 17, Function::Input, Some(false)), true, Well, "k1 17"),
            (seen("k1", 17, Function::Input, None), true, Well, "k1 17"),
            (
                seen("k1", 17, Function::Input, Some(true)),
                true,
                Wrong,
                "reads high though nobody drives it",
            ),
            (
                seen("k1", 17, Function::Output, Some(true)),
                true,
                Wrong,
                "is driven high, and no soothed runs",
            ),
            (seen("k1", 17, Function::Output, Some(true)), false, Well, "k1 17"),
            (seen("k2_pulse", 27, Function::Output, Some(true)), true, Well, "k2_pulse 27"),
            (seen("estop_sense", 22, Function::Input, Some(true)), true, Well, "estop_sense 22"),
            (seen("buzzer", 10, Function::Other, Some(false)), true, Wrong, "another function"),
            (seen("tens_trigger", 18, Function::Other, Some(true)), true, Well, "tens_trigger 18"),
            (
                seen("tens_trigger", 18, Function::Input, Some(false)),
                true,
                Wrong,
                "not switched to the PWM",
            ),
        ] {
            let (is, says) = says(it, free);
            assert!(is == verdict && says.contains(expected), "{it:?}: {says}");
        }
    }
}
