//! The walk through the wiring: each part is wired, and tested before the next.

use std::io;
use std::thread;
use std::time::Duration;

use soothe_rig::{ProbeId, w1};
use soothe_therapy::checkup::held;
use soothe_therapy::{Celsius, Span};

use super::bench::{Bench, self_test};
use super::finding::{Finding, Report, Verdict};
use super::host::Host;
use super::person::Person;
use super::thermometers::{read_once, roles};
use super::{boot, machine, parts, rights};
use crate::args::Step;
use crate::clock::Clock;
use crate::config::Build;

/// How long a person has for what is to be done with the hands.
const HANDS: Span = Span::from_s(60);
/// How long a thermometer between two fingers may take to be found.
const WARMING_LOOKS: usize = 40;

/// All that the steps need.
struct Walk<'a> {
    host: &'a Host,
    build: &'a Build,
    bench: Bench,
    person: &'a mut Person,
}

/// Walks from a step to the last; what was found.
///
/// # Errors
/// When the lines cannot be used, or nobody answers.
pub(super) fn through(
    host: &Host,
    build: &Build,
    from: Step,
    clock: Clock,
    person: &mut Person,
) -> anyhow::Result<Report> {
    let bench = Bench::on_pi(build, clock)?;
    person.say(
        "Each part is wired and tested before the next; docs/wiring.md has the drawing. Shut the Pi down to wire, and come back \
         with: soothe doctor --wiring STEP. The pad stays unplugged to the end. Nothing is switched on without your yes; quit \
         leaves at any time.",
    )?;
    let mut walk = Walk { host, build, bench, person };
    let mut report = Report::default();
    for (at, step) in Step::ALL.into_iter().filter(|it| *it >= from).enumerate() {
        walk.person.say(&format!("\n{}. {}", at + 1, title(step)))?;
        let found = walk.until_well(step)?;
        let is_well = is_well(&found);
        report.findings.extend(found);
        if !is_well {
            let again =
                format!("Go on, when it is mended, with: soothe doctor --wiring {}", step.name());
            walk.person.say(&again)?;
            return Ok(report);
        }
    }
    walk.person.say("\nAll parts are there. Now the bench list of docs/wiring.md, all of it and on paper, before anything touches skin.")?;
    Ok(report)
}

fn is_well(found: &[Finding]) -> bool {
    found.iter().all(|it| it.verdict != Verdict::Wrong)
}

const fn title(step: Step) -> &'static str {
    match step {
        Step::Board => "The Pi by itself, nothing on its pins",
        Step::Thermometers => "The thermometers",
        Step::Estop => "The e-stop's second contact",
        Step::Button => "The button",
        Step::Cutout => "The cut-out in K2's loop",
        Step::Buzzer => "The buzzer",
        Step::Switches => "K2 and K1, with the 12 V supply and without the pad",
        Step::Tens => "The TENS module",
    }
}

impl Walk<'_> {
    /// A step, again for as long as something is wrong and the person wants to try once more.
    fn until_well(&mut self, step: Step) -> anyhow::Result<Vec<Finding>> {
        loop {
            let found = self.test(step)?;
            for finding in &found {
                self.person.say(finding.text(super::WIDTH, false).trim_end())?;
            }
            if is_well(&found) || !self.person.agrees("Try again?")? {
                return Ok(found);
            }
        }
    }

    fn test(&mut self, step: Step) -> anyhow::Result<Vec<Finding>> {
        let pins = self.build.pins.numbers();
        Ok(match step {
            Step::Board => {
                let mut found = machine::findings(self.host);
                found.extend(boot::findings(self.host, self.build));
                found.extend(rights::findings(self.host, self.build));
                found
            }
            Step::Thermometers => self.thermometers()?,
            Step::Estop => self.estop(pins.estop_sense)?,
            Step::Button => match pins.button {
                Some(pin) => self.button(pin)?,
                None => absent("button"),
            },
            Step::Cutout => match pins.cutout_sense {
                Some(pin) => self.cutout(pin)?,
                None => absent("cutout_sense"),
            },
            Step::Buzzer => self.buzzer(pins.buzzer)?,
            Step::Switches => {
                let wires = format!(
                    "Wire K2 with its charge pump to {} and K1's driver to {}, then switch the 12 V supply on.",
                    at(pins.k2_pulse),
                    at(pins.k1)
                );
                self.person.is_ready(&wires)?;
                self_test(&mut self.bench, self.person)?.findings
            }
            Step::Tens if self.build.tens.is_none() => absent("[tens]"),
            Step::Tens => {
                self.person.is_ready("Wire the module's DAC and ADC to I2C; no electrodes yet.")?;
                parts::module(self.build)
            }
        })
    }

    /// Finds out which one is which, by a hand that warms one after the other.
    fn thermometers(&mut self) -> anyhow::Result<Vec<Finding>> {
        const CHECK: &str = "sensors";
        self.person.is_ready("Wire all thermometers, each DS18B20 to a pin of its own, and let them lie apart, at rest.")?;
        let candidates = self.candidates();
        if candidates.len() < 3 {
            let says = format!(
                "{} found, and three are needed: two contact sensors and the room's",
                candidates.len()
            );
            return Ok(vec![
                Finding::wrong(CHECK, says)
                    .mend("ls /sys/bus/w1/devices     # each DS18B20 is a folder 28-..."),
            ]);
        }
        let mut wanted = vec!["contact 1", "contact 2", "ambient"];
        wanted.extend((candidates.len() > 3).then_some("skin"));
        let named = self.build.probes.as_ref().map(roles).unwrap_or_default();
        let mut found: Vec<(&str, ProbeId)> = Vec::new();
        let mut findings = Vec::new();
        for role in wanted {
            let ask = format!("Hold {role} between two fingers, and no other, until it is found.");
            self.person.is_ready(&ask)?;
            let Some(id) = warmed(self.host, &candidates) else {
                findings.push(Finding::wrong(
                    CHECK,
                    format!(
                        "no thermometer got warm alone for {role}: let all cool, and hold one only"
                    ),
                ));
                return Ok(findings);
            };
            if let Some((other, _)) = found.iter().find(|it| it.1.is_same(&id)) {
                findings.push(Finding::wrong(
                    CHECK,
                    format!("{id} got warm for {role}, and for {other} before"),
                ));
                return Ok(findings);
            }
            findings.push(match named.iter().find(|it| it.0 == role) {
                Some((_, named)) if !named.is_same(&id) => Finding::wrong(
                    CHECK,
                    format!("{role} is {id}, and [probes] names {named} for it: swapped"),
                ),
                Some(_) | None => Finding::ok(CHECK, format!("{role} is {id}")),
            });
            self.person.say(&format!("  {role}: {id}"))?;
            found.push((role, id));
        }
        let agrees = self.build.probes.is_some() && is_well(&findings);
        if !agrees {
            self.person
                .say(&format!("\nWrite into /etc/soothe/soothed.toml:\n\n{}", table(&found)))?;
        }
        Ok(findings)
    }

    /// What is named, and what else is on 1-Wire.
    fn candidates(&self) -> Vec<ProbeId> {
        let on_bus = w1::sensors(&self.host.path(w1::W1_ROOT)).unwrap_or_default();
        let mut all: Vec<ProbeId> =
            self.build.probes.iter().flat_map(|it| it.all().cloned()).collect();
        for id in on_bus.into_iter().map(ProbeId::OneWire) {
            if !all.iter().any(|it| it.is_same(&id)) {
                all.push(id);
            }
        }
        all
    }

    fn estop(&mut self, pin: u8) -> io::Result<Vec<Finding>> {
        const CHECK: &str = "estop";
        self.person.is_ready(&format!(
            "Wire the e-stop's second contact between {} and 0 V; leave it released.",
            at(pin)
        ))?;
        if !self.bench.sees(Span::from_s(1), |it| !it.lines.estop_open) {
            return Ok(vec![Finding::wrong(
                CHECK,
                "its loop is open: a contact that opens when pressed is needed, closed to 0 V",
            )]);
        }
        self.person.say("Press it now...")?;
        if !self.bench.sees(HANDS, |it| it.lines.estop_open) {
            return Ok(vec![Finding::wrong(CHECK, format!("no press was seen on {}", at(pin)))]);
        }
        self.person.say("...and release it.")?;
        let released = self.bench.sees(HANDS, |it| !it.lines.estop_open);
        Ok(vec![if released {
            Finding::ok(CHECK, "pressed and released, both seen")
        } else {
            Finding::wrong(CHECK, "it was not seen released")
        }])
    }

    fn button(&mut self, pin: u8) -> io::Result<Vec<Finding>> {
        self.person.is_ready(&format!("Wire the button between {} and 0 V.", at(pin)))?;
        self.person.say("Press it for a moment...")?;
        Ok(vec![if self.bench.sees(HANDS, |it| it.pressed) {
            Finding::ok("button", "a press was seen")
        } else {
            Finding::wrong("button", format!("no press was seen on {}", at(pin)))
        }])
    }

    fn cutout(&mut self, pin: u8) -> io::Result<Vec<Finding>> {
        const CHECK: &str = "cut-out";
        self.person.is_ready(&format!(
            "Wire the loop's voltage, divided, to {}, and switch the 12 V supply on.",
            at(pin)
        ))?;
        if !self.bench.sees(Span::from_s(1), |it| it.lines.cutout_open == Some(false)) {
            return Ok(vec![Finding::wrong(
                CHECK,
                "the loop reads open: is the supply on, and the cut-out cold?",
            )]);
        }
        self.person.say("Open the loop at the cut-out now...")?;
        let opened = self.bench.sees(HANDS, |it| it.lines.cutout_open == Some(true));
        if !opened {
            return Ok(vec![Finding::wrong(
                CHECK,
                format!("it was not seen open on {}: the line does not follow the loop", at(pin)),
            )]);
        }
        self.person.say("...and close it again.")?;
        let closed = self.bench.sees(HANDS, |it| it.lines.cutout_open == Some(false));
        Ok(vec![if closed {
            Finding::ok(CHECK, "open and closed, both seen")
        } else {
            Finding::wrong(CHECK, "it was not seen closed again")
        }])
    }

    fn buzzer(&mut self, pin: u8) -> anyhow::Result<Vec<Finding>> {
        self.person.is_ready(&format!("Wire the buzzer's driver to {}.", at(pin)))?;
        if !self.person.agrees("Let it sound for 1 s?")? {
            return Ok(vec![Finding::unseen("buzzer", "it was not tried")]);
        }
        self.bench.sound()?;
        Ok(vec![if self.person.agrees("Did you hear it?")? {
            Finding::ok("buzzer", "it was heard")
        } else {
            Finding::wrong(
                "buzzer",
                "it was not heard: an active buzzer is needed, its plus towards the driver",
            )
        }])
    }
}

fn absent(key: &str) -> Vec<Finding> {
    vec![Finding::ok("build", format!("this build has none ({key} is not configured)"))]
}

/// The thermometer that gets warm alone; none when none does in time.
fn warmed(host: &Host, candidates: &[ProbeId]) -> Option<ProbeId> {
    let before = read_once(host, candidates);
    for _ in 0..WARMING_LOOKS {
        thread::sleep(Duration::from_millis(250));
        let now = read_once(host, candidates);
        // One that cannot be read is not what is held.
        let known: Vec<(usize, (Celsius, Celsius))> = before
            .iter()
            .zip(&now)
            .enumerate()
            .filter_map(|(at, (before, now))| Some((at, ((*before)?, (*now)?))))
            .collect();
        let pairs: Vec<(Celsius, Celsius)> = known.iter().map(|it| it.1).collect();
        if let Some(at) = held(&pairs) {
            return Some(candidates[known[at].0].clone());
        }
    }
    None
}

/// What `[probes]` must say.
fn table(found: &[(&str, ProbeId)]) -> String {
    let id = |role: &str| found.iter().find(|it| it.0 == role).map(|it| it.1.to_string());
    let [first, second, ambient] =
        ["contact 1", "contact 2", "ambient"].map(|role| id(role).unwrap_or_default());
    let skin = id("skin").map(|id| format!("\nskin = \"{id}\"")).unwrap_or_default();
    format!("[probes]\ncontact = [\"{first}\", \"{second}\"]\nambient = \"{ambient}\"{skin}\n")
}

/// A pin by its number and by its place on the header.
fn at(gpio: u8) -> String {
    /// The header's pin of GPIO 0 to 27 (the Raspberry Pi's documentation, "GPIO and the 40-pin header").
    const HEADER: [u8; 28] = [
        27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16,
        18, 22, 37, 13,
    ];
    match HEADER.get(usize::from(gpio)) {
        Some(pin) => format!("GPIO {gpio} (pin {pin} of the header)"),
        None => format!("GPIO {gpio}"),
    }
}
