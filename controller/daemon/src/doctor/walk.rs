//! The walk through the wiring: each part is wired, and tested before the next.

use std::io;
use std::path::Path;
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
    person.say(
        "Each part is wired and tested before the next; docs/wiring.md has the drawing. Wire with the Pi shut down: where a part \
         is not wired yet, quit, wire it, and come back with: sudo soothe doctor --wiring STEP. The pad stays unplugged to the \
         end. Nothing is switched on without your yes; quit leaves at any time.",
    )?;
    let mut report = Report::default();
    if from == Step::Board {
        // Before the lines are taken: what is wrong here may keep them from being taken.
        report.findings.extend(machine::findings(host));
        report.findings.extend(boot::findings(host, build));
        report.findings.extend(rights::findings(host, build));
        person.say(&format!("\n{}", title(Step::Board)))?;
        report.findings.iter().try_for_each(|finding| person.is_shown(finding))?;
        if !report.is_well() {
            return go_on_later(person, Step::Board, report);
        }
    }
    let mut walk = Walk { host, build, bench: Bench::on_pi(build, clock)?, person };
    for step in Step::ALL.into_iter().filter(|it| *it >= from && *it != Step::Board) {
        walk.person.say(&format!("\n{}", title(step)))?;
        report.findings.extend(walk.until_well(step)?);
        if !report.is_well() {
            return go_on_later(walk.person, step, report);
        }
    }
    walk.person.say(
        "\nAll parts are there. Now the bench list of docs/wiring.md, all of it and on paper, before anything touches skin.",
    )?;
    Ok(report)
}

fn go_on_later(person: &mut Person, step: Step, report: Report) -> anyhow::Result<Report> {
    person.say(&format!(
        "Go on, when it is mended, with: sudo soothe doctor --wiring {}",
        step.name()
    ))?;
    Ok(report)
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
            found.iter().try_for_each(|finding| self.person.is_shown(finding))?;
            let is_well = found.iter().all(|it| it.verdict != Verdict::Wrong);
            if is_well || !self.person.agrees("Try again?")? {
                return Ok(found);
            }
        }
    }

    fn test(&mut self, step: Step) -> anyhow::Result<Vec<Finding>> {
        let pins = self.build.pins.numbers();
        Ok(match step {
            Step::Board => Vec::new(),
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
                    "K2 with its charge pump is wired to {}, K1's driver to {}, and the 12 V supply is on.",
                    at(pins.k2_pulse),
                    at(pins.k1)
                );
                self.person.is_ready(&wires)?;
                self_test(&mut self.bench, self.person)?.findings
            }
            Step::Tens if self.build.tens.is_none() => absent("[tens]"),
            Step::Tens => {
                self.person.is_ready(
                    "The module's DAC and ADC are wired to I2C, and no electrodes to it.",
                )?;
                parts::module(self.build)
            }
        })
    }

    /// Finds out which one is which, by a hand that warms one after the other.
    fn thermometers(&mut self) -> anyhow::Result<Vec<Finding>> {
        const CHECK: &str = "sensors";
        self.person.is_ready(
            "All thermometers are wired, each DS18B20 to a pin of its own, and lie apart, at rest.",
        )?;
        let all = self.that_answer();
        if all.len() < 3 {
            let says = format!(
                "{} answer, and three are needed: two contact sensors and the room's",
                all.len()
            );
            let finding = Finding::wrong(CHECK, says);
            return Ok(vec![
                finding.mend("ls /sys/bus/w1/devices     # each DS18B20 is a folder 28-..."),
            ]);
        }
        let mut wanted = vec!["contact 1", "contact 2", "ambient"];
        if all.len() > 3 && self.person.agrees("Is one of them for the skin under a cold pack?")? {
            wanted.push("skin");
        }
        let mut found: Vec<(&str, ProbeId)> = Vec::new();
        for role in wanted {
            // Before the person reads what to do, and does it.
            let at_rest = read_once(self.host, &all);
            self.person.say(&format!(
                "Hold {role} between two fingers, and no other, until it is found..."
            ))?;
            let Some(id) = warmed(self.host, &all, &at_rest) else {
                let says = format!(
                    "no thermometer got warm alone for {role}: let all cool, and hold one only"
                );
                return Ok(vec![Finding::wrong(CHECK, says)]);
            };
            if let Some((other, _)) = found.iter().find(|it| it.1.is_same(&id)) {
                let says = format!("{id} got warm for {role}, and for {other} before");
                return Ok(vec![Finding::wrong(CHECK, says)]);
            }
            self.person.say(&format!("...{role} is {id}."))?;
            found.push((role, id));
        }
        self.compared(&found)
    }

    /// What was found beside what is configured, and what to write where they differ.
    fn compared(&mut self, found: &[(&str, ProbeId)]) -> anyhow::Result<Vec<Finding>> {
        const CHECK: &str = "sensors";
        let named = self.build.probes.as_ref().map(roles).unwrap_or_default();
        let compare = |(role, id): &(&str, ProbeId)| match named.iter().find(|it| it.0 == *role) {
            Some((_, other)) if !other.is_same(id) => {
                Finding::wrong(CHECK, format!("{role} is {id}, and [probes] names {other} for it"))
            }
            Some(_) => Finding::ok(CHECK, format!("{role} is {id}, as [probes] says")),
            None => {
                Finding::look(CHECK, format!("{role} is {id}, and [probes] does not say so yet"))
            }
        };
        let findings: Vec<Finding> = found.iter().map(compare).collect();
        if findings.iter().any(|it| it.verdict != Verdict::Ok) {
            let file = self.build.file.as_deref().unwrap_or(Path::new("/etc/soothe/soothed.toml"));
            let table = table(found);
            self.person.say(&format!(
                "\nInto {}, in place of what it says of [probes]:\n\n{table}",
                file.display()
            ))?;
        }
        Ok(findings)
    }

    /// Of what is named, and what else is on 1-Wire, those that give a reading.
    fn that_answer(&self) -> Vec<ProbeId> {
        let named = self.build.probes.iter().flat_map(|it| it.all().cloned());
        let on_bus = w1::sensors(&self.host.path(w1::W1_ROOT)).unwrap_or_default();
        let mut all: Vec<ProbeId> = Vec::new();
        for id in named.chain(on_bus.into_iter().map(ProbeId::OneWire)) {
            if !all.iter().any(|it| it.is_same(&id)) {
                all.push(id);
            }
        }
        let told = read_once(self.host, &all);
        all.into_iter().zip(told).filter_map(|(id, told)| told.map(|_| id)).collect()
    }

    fn estop(&mut self, pin: u8) -> io::Result<Vec<Finding>> {
        const CHECK: &str = "estop";
        self.person.is_ready(&format!(
            "The e-stop's second contact is wired between {} and 0 V, and it is released.",
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
        self.person.is_ready(&format!("The button is wired between {} and 0 V.", at(pin)))?;
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
            "The loop's voltage is wired, divided, to {}, and the 12 V supply is on.",
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
        self.person.is_ready(&format!("The buzzer's driver is wired to {}.", at(pin)))?;
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
fn warmed(host: &Host, all: &[ProbeId], at_rest: &[Option<Celsius>]) -> Option<ProbeId> {
    for _ in 0..WARMING_LOOKS {
        thread::sleep(Duration::from_millis(250));
        let now = read_once(host, all);
        // One that cannot be read is not what is held.
        let told = all.iter().zip(at_rest.iter().zip(&now));
        let told = told.filter_map(|(id, (rest, now))| Some((id, ((*rest)?, (*now)?))));
        let (ids, pairs): (Vec<&ProbeId>, Vec<(Celsius, Celsius)>) = told.unzip();
        if let Some(at) = held(&pairs) {
            return Some(ids[at].clone());
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
