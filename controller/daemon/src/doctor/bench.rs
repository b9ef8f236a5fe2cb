//! The switches on a bench, one at a time: K2 by its pulses, K1 by its level, never both. So nothing that hangs in the
//! pad's place is energised, unless the switch that is open passes current, which is what is looked for (HL-H20). K2 feeds
//! a TENS module's output stage as well, whose enable line stays low all along.
//!
//! The same gate, lease and guard are in front of the lines as in a session: a doctor that is killed, or whose thread
//! hangs, leaves them off. One that is stopped as a whole (SIGSTOP) does not: then K1 stays as it is, K2 drops out.

use std::io;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use soothe_rig::gate::{Lease, spawn_lease};
use soothe_rig::slots::Probes;
use soothe_rig::{Gate, Inputs, Probe, Sampled, rpi};
use soothe_therapy::interlock::Switch;
use soothe_therapy::{Actuators, Celsius, Moment, ProbeError, Span, limits};
use tokio::signal::unix::{SignalKind, signal};

use super::finding::{Finding, Report, Verdict};
use super::person::Person;
use crate::backend::{self, Claim};
use crate::clock::Clock;
use crate::config::{Build, Lines};
use crate::guard::Guard;

/// The name of what is found here.
const CHECK: &str = "switches";

/// How long a switch is closed: long enough to hear two clicks apart.
const CLOSED_FOR: Span = Span::from_s(2);
/// How long the buzzer sounds.
const SOUNDS_FOR: Span = Span::from_s(1);

/// The lines, in the hand of a doctor.
pub(super) struct Bench {
    inputs: Box<dyn Inputs>,
    clock: Clock,
    has_light: bool,
    gate: Gate,
    _lease: Lease,
    _kept: Kept,
}

/// What is kept for as long as the lines are used, and let go of after `gate.shut`, in this order.
type Kept = (Option<Guard>, Claim);

/// How a switch that was closed alone came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// Its time was up, and nothing was sensed.
    Quietly,
    /// Current flowed, and it was opened at once.
    WithCurrent,
    /// The e-stop was opened, or the guard was lost, and it was opened at once.
    Stopped,
}

/// No thermometer: a bench needs none.
struct Unused;

impl Probe for Unused {
    fn read(&mut self) -> Result<Celsius, ProbeError> {
        Err(ProbeError::Missing)
    }
}

impl Bench {
    /// Takes the lines of this Pi, off.
    ///
    /// # Errors
    /// When there are none, when a soothed has them, or when no guard can be started.
    pub(super) fn on_pi(build: &Build, clock: Clock) -> anyhow::Result<Self> {
        let lines = Lines::Pi(build.pins.off());
        let claim = backend::claim_lines(&lines)?;
        let probes =
            Probes { contact: [Box::new(Unused), Box::new(Unused)], ambient: None, skin: None };
        let now: soothe_rig::slots::Clock = std::sync::Arc::new(move || clock.now());
        let (outputs, inputs) = rpi::rig(&build.pins, None, probes, &now)?;
        let gate = Gate::new(Box::new(outputs))?;
        let guard = Guard::start(&lines, gate.clone())?;
        let inputs = guard.watched(Box::new(inputs));
        ignore_ctrl_z()?;
        let has_light = build.pins.numbers().led.is_some();
        Self::of(gate, inputs, clock, has_light, (Some(guard), claim))
    }

    fn of(
        gate: Gate,
        inputs: Box<dyn Inputs>,
        clock: Clock,
        has_light: bool,
        kept: Kept,
    ) -> anyhow::Result<Self> {
        let lease = spawn_lease(gate.clone(), move || clock.now())?;
        Ok(Self { inputs, clock, has_light, gate, _lease: lease, _kept: kept })
    }

    /// What the sense lines say now.
    pub(super) fn look(&mut self) -> Sampled {
        self.inputs.sample(self.clock.now())
    }

    /// Waits until the sense lines are as wanted, looking every cycle; whether they were in time.
    pub(super) fn sees(&mut self, within: Span, wanted: impl Fn(&Sampled) -> bool) -> bool {
        let end = self.clock.now() + within;
        while self.clock.now() < end {
            if wanted(&self.look()) {
                return true;
            }
            a_cycle();
        }
        false
    }

    /// Lets the buzzer sound.
    pub(super) fn sound(&mut self) -> anyhow::Result<()> {
        self.keep(Actuators::OFF, true, SOUNDS_FOR).map(drop)
    }

    fn close(&mut self, switch: Switch) -> anyhow::Result<Closed> {
        self.keep(Actuators::alone(switch), false, CLOSED_FOR)
    }

    fn keep(&mut self, lines: Actuators, buzzer: bool, lasting: Span) -> anyhow::Result<Closed> {
        let end = self.clock.now() + lasting;
        let mut came_out = Closed::Quietly;
        while self.clock.now() < end && came_out == Closed::Quietly {
            let now: Moment = self.clock.now();
            let seen = self.inputs.sample(now).lines;
            came_out =
                match (lines.energises(), seen.estop_open || seen.guard_lost, seen.pad_current) {
                    (true, true, _) => Closed::Stopped,
                    (true, false, Some(true)) => Closed::WithCurrent,
                    (true, false, Some(false) | None) | (false, ..) => {
                        self.gate.apply(&lines, buzzer, now).context(
                        "a line does not follow what is written: take the 12 V supply's plug out",
                    )?;
                        a_cycle();
                        Closed::Quietly
                    }
                };
        }
        self.gate.off().context(
            "it could NOT be switched off: take the 12 V supply's plug out now, and do not put it back before this is mended",
        )?;
        if lines.k2() {
            // Until then it is still in, and K1 would not be alone.
            thread::sleep(Duration::from_millis(limits::K2_DROP_OUT.as_ms()));
        }
        Ok(came_out)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Whoever cannot be written off is tried again by the guard, which ends after this.
        let _ = self.gate.shut();
    }
}

/// Takes Ctrl-Z away: it would stop every thread, the lease's too, with K1 as it is, and no guard acts for a process that
/// lives.
fn ignore_ctrl_z() -> io::Result<()> {
    /// SIGTSTP, wherever Linux runs on a Raspberry Pi.
    const TERMINAL_STOP: i32 = 20;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let inside = runtime.enter();
    // Once somebody has asked for it, the signal never has its usual effect again.
    let heard = signal(SignalKind::from_raw(TERMINAL_STOP))?;
    drop((heard, inside));
    Ok(())
}

fn a_cycle() {
    thread::sleep(Duration::from_millis(limits::CYCLE.as_ms()));
}

/// What hangs in the pad's place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InPlace {
    Nothing,
    Lamp,
}

/// Tests both switches, after the person has unplugged the pad and agreed.
///
/// # Errors
/// When a line cannot be written, or nobody answers.
pub(super) fn self_test(bench: &mut Bench, person: &mut Person) -> anyhow::Result<Report> {
    person.say(
        "The two switches are closed for 2 s each, one after the other and never together, so that no current flows through \
         both. Unplug the pad, and take electrodes off everyone. With a 12 V lamp plugged in instead of the pad you see whether a \
         switch is welded; with nothing there, nobody can.",
    )?;
    let place =
        match person.ask("What is plugged in instead of the pad?", &["nothing", "lamp", "pad"])? {
            0 => InPlace::Nothing,
            1 => InPlace::Lamp,
            _ => {
                let says = "the pad is plugged in; unplug it first. Nothing was switched on";
                return Ok(Report { findings: vec![Finding::wrong(CHECK, says)] });
            }
        };
    if let Some(not) = not_ready(&bench.look()) {
        return Ok(Report { findings: vec![not] });
    }
    let mut findings = Vec::new();
    for switch in [Switch::K2, Switch::K1] {
        if !person.agrees(&format!("Close {} alone for 2 s?", name(switch)))? {
            findings.push(Finding::unseen(CHECK, format!("{} was not tried", name(switch))));
            continue;
        }
        let found = try_one(bench, person, switch, place)?;
        let goes_on = found.iter().all(|it| it.verdict != Verdict::Wrong);
        findings.extend(found);
        if !goes_on {
            break;
        }
    }
    Ok(Report { findings })
}

/// Why no switch may be tried now.
fn not_ready(seen: &Sampled) -> Option<Finding> {
    if seen.lines.estop_open {
        let says = "the e-stop is pressed, or its loop to 0 V is open: release it, or mend its wire; nothing was switched on";
        return Some(Finding::wrong(CHECK, says));
    }
    if seen.lines.pad_current == Some(true) {
        let says = "current is sensed although both switches are open: both pass current, or the sense line (pad_current) is \
                    wired wrongly. Take the supply's plug out";
        return Some(Finding::wrong(CHECK, says));
    }
    if seen.lines.cutout_open == Some(true) {
        let says =
            "the cut-out in K2's loop is open, or the loop has no voltage: is the 12 V supply on?";
        return Some(Finding::wrong(CHECK, says));
    }
    None
}

const fn name(switch: Switch) -> &'static str {
    match switch {
        Switch::K1 => "K1",
        Switch::K2 => "K2",
    }
}

fn try_one(
    bench: &mut Bench,
    person: &mut Person,
    switch: Switch,
    place: InPlace,
) -> io::Result<Vec<Finding>> {
    let (this, other, apart_s) = match switch {
        Switch::K1 => ("K1", "K2", 2),
        // It lets go when its pulses have been missing for a while.
        Switch::K2 => ("K2", "K1", 3),
    };
    match bench.close(switch) {
        Err(error) => return Ok(vec![Finding::wrong(CHECK, format!("{this}: {error:#}"))]),
        Ok(Closed::Stopped) => {
            let says = format!(
                "the e-stop was opened, or the guard was lost, while {this} was tried; all is off"
            );
            return Ok(vec![Finding::wrong(CHECK, says)]);
        }
        Ok(Closed::WithCurrent) => {
            let says = format!(
                "current flowed while {this} alone was closed: {other} passes current although it is open (welded, shorted or \
                 bridged). Do not plug the pad in before {other} is replaced"
            );
            return Ok(vec![Finding::wrong(CHECK, says)]);
        }
        Ok(Closed::Quietly) => {}
    }
    let mut findings = vec![
        heard(person, switch, this, apart_s)?,
        is_other_open(bench, person, (this, other), place)?,
    ];
    if bench.has_light && !person.agrees("Was the light lit meanwhile, and is it dark now?")? {
        let says = "the light does not follow: look at its pin (led) and its resistor";
        findings.push(Finding::look(CHECK, says));
    }
    Ok(findings)
}

/// Whether the other switch was open while this one was closed.
fn is_other_open(
    bench: &mut Bench,
    person: &mut Person,
    (this, other): (&str, &str),
    place: InPlace,
) -> io::Result<Finding> {
    Ok(match place {
        InPlace::Lamp if person.agrees("Did the lamp stay dark all the time?")? => Finding::ok(
            CHECK,
            format!("{other} is open while {this} is closed: the lamp stayed dark"),
        ),
        InPlace::Lamp => Finding::wrong(
            CHECK,
            format!(
                "the lamp was lit while {this} alone was closed: {other} passes current although it is open"
            ),
        ),
        InPlace::Nothing => {
            let senses = bench.look().lines.pad_current.is_some();
            let nor = if senses { ", not even the line that senses current" } else { "" };
            let says =
                format!("whether {other} is welded: with nothing plugged in, nobody can tell{nor}");
            Finding::unseen(CHECK, says)
        }
    })
}

/// Whether a switch was heard.
fn heard(person: &mut Person, switch: Switch, this: &str, apart_s: u8) -> io::Result<Finding> {
    let question = format!("Did {this} click twice, some {apart_s} s apart?");
    let answer = match switch {
        Switch::K1 => person
            .ask(&format!("{question} (A MOSFET makes no sound.)"), &["yes", "no", "mosfet"])?,
        Switch::K2 => person.ask(&question, &["yes", "no"])?,
    };
    let look_at = match switch {
        Switch::K1 => "its driver, its supply, and whether its line is on the right pin",
        Switch::K2 => {
            "the charge pump, the cut-out and the e-stop in its loop, and whether the 12 V supply is on"
        }
    };
    Ok(match answer {
        0 => Finding::ok(CHECK, format!("{this} was heard to switch")),
        1 => Finding::wrong(CHECK, format!("{this} did not switch: look at {look_at}")),
        _ => Finding::unseen(
            CHECK,
            format!("whether {this} switches: the first session with current sensed shows it"),
        ),
    })
}

#[cfg(test)]
#[path = "bench_tests.rs"]
mod tests;
