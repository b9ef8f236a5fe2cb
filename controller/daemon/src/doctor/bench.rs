//! The switches on a bench, one at a time: K2 by its pulses, K1 by its level, never both. So nothing that hangs in the
//! pad's place is energised, unless the switch that is open passes current, which is what is looked for (HL-H20).
//!
//! The same gate, lease and guard are in front of the lines as in a session: a doctor that hangs or is killed leaves
//! them off.

use std::io;
use std::thread;
use std::time::Duration;

use soothe_rig::gate::{Lease, spawn_lease};
use soothe_rig::slots::Probes;
use soothe_rig::{Gate, Inputs, Outputs, Probe, Sampled, rpi};
use soothe_therapy::interlock::Switch;
use soothe_therapy::{Actuators, Celsius, Moment, ProbeError, Span, limits};

use super::finding::{Finding, Report};
use super::person::Person;
use crate::backend::{self, Claim};
use crate::clock::Clock;
use crate::config::{Build, Lines};
use crate::guard::Guard;

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
    /// Kept for as long as the lines are used, and let go of in this order: after `gate.shut`.
    _lease: Lease,
    _guard: Option<Guard>,
    _claim: Claim,
}

/// How a switch that was closed alone came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// Its time was up, and nothing was sensed.
    Quietly,
    /// Current flowed, and it was opened at once.
    WithCurrent,
    /// The e-stop was opened, and it was opened at once.
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
        let mut bench = Self::of(Box::new(outputs), Box::new(inputs), clock)?;
        bench.has_light = build.pins.numbers().led.is_some();
        bench._guard = Some(Guard::start(&lines, bench.gate.clone())?);
        bench._claim = claim;
        Ok(bench)
    }

    pub(super) fn of(
        outputs: Box<dyn Outputs>,
        inputs: Box<dyn Inputs>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let gate = Gate::new(outputs)?;
        let lease = spawn_lease(gate.clone(), move || clock.now())?;
        Ok(Self {
            inputs,
            clock,
            has_light: false,
            gate,
            _lease: lease,
            _guard: None,
            _claim: None,
        })
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
            came_out = match (seen.estop_open, seen.pad_current) {
                (true, _) if lines.energises() => Closed::Stopped,
                (_, Some(true)) => Closed::WithCurrent,
                (_, Some(false) | None) => {
                    self.gate.apply(&lines, buzzer, now)?;
                    a_cycle();
                    Closed::Quietly
                }
            };
        }
        self.gate.off()?;
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
         both. Unplug the pad: it must not hang there. With a 12 V lamp in its place you see more than with nothing.",
    )?;
    let place = match person.ask("What hangs in the pad's place?", &["nothing", "lamp", "pad"])? {
        0 => InPlace::Nothing,
        1 => InPlace::Lamp,
        _ => {
            let says = "the pad is plugged in; unplug it first. Nothing was switched on";
            return Ok(Report { findings: vec![Finding::unseen("switches", says)] });
        }
    };
    if let Some(not) = not_ready(&bench.look()) {
        return Ok(Report { findings: vec![not] });
    }
    let mut findings = Vec::new();
    for switch in [Switch::K2, Switch::K1] {
        if !person.agrees(&format!("Close {} alone for 2 s?", name(switch)))? {
            findings.push(Finding::unseen("switches", format!("{} was not tried", name(switch))));
            continue;
        }
        let found = try_one(bench, person, switch, place)?;
        let is_well = found.iter().all(|it| it.verdict == super::finding::Verdict::Ok);
        findings.extend(found);
        if !is_well {
            break;
        }
    }
    Ok(Report { findings })
}

/// Why no switch may be tried now.
fn not_ready(seen: &Sampled) -> Option<Finding> {
    const CHECK: &str = "switches";
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
    const CHECK: &str = "switches";
    let (this, other) = match switch {
        Switch::K1 => ("K1", "K2"),
        Switch::K2 => ("K2", "K1"),
    };
    let closed = match bench.close(switch) {
        Ok(closed) => closed,
        Err(error) => {
            return Ok(vec![Finding::wrong(
                CHECK,
                format!("{this} cannot be switched: {error:#}"),
            )]);
        }
    };
    match closed {
        Closed::Stopped => {
            return Ok(vec![Finding::unseen(
                CHECK,
                format!("the e-stop was opened while {this} was tried; all is off"),
            )]);
        }
        Closed::WithCurrent => {
            let says = format!(
                "current flowed while {this} alone was closed: {other} passes current although it is open (welded, shorted or \
                 bridged). Do not plug the pad in before {other} is replaced"
            );
            return Ok(vec![Finding::wrong(CHECK, says)]);
        }
        Closed::Quietly => {}
    }
    let clicks = person.ask(
        &format!("Did {this} click twice, 2 s apart? (A MOSFET makes no sound.)"),
        &["yes", "no", "mosfet"],
    )?;
    let mut findings = vec![if clicks == 1 {
        let line = match switch {
            Switch::K1 => "its driver, its supply, and that K1's line is on the right pin",
            Switch::K2 => {
                "the charge pump, the cut-out, the e-stop's loop, and that the 12 V supply is on"
            }
        };
        Finding::wrong(CHECK, format!("{this} did not switch: look at {line}"))
    } else {
        Finding::ok(CHECK, format!("{this} switches, and alone passes no current that is sensed"))
    }];
    if place == InPlace::Lamp && !person.agrees("Did the lamp stay dark all the time?")? {
        let says = format!(
            "the lamp was lit while {this} alone was closed: {other} passes current although it is open"
        );
        findings.push(Finding::wrong(CHECK, says));
    }
    if bench.has_light && !person.agrees("Was the light lit meanwhile, and is it dark now?")? {
        findings.push(Finding::look(
            CHECK,
            "the light does not follow: look at its pin (led) and its resistor",
        ));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::sync::{Arc, Mutex};

    use soothe_plant::{Fault, PadSpec, SwitchFault};
    use soothe_rig::sim::{self, SimHandle};
    use soothe_rig::{Levels, RigError};

    use super::super::finding::Verdict;
    use super::*;

    /// What was written to the lines, each time that it changed.
    type Written = Arc<Mutex<Vec<Levels>>>;

    /// Lines that are noted.
    struct Noted(sim::SimOutputs, Written);

    impl Outputs for Noted {
        fn write(&mut self, levels: Levels) -> Result<(), RigError> {
            let mut all = self.1.lock().unwrap();
            if all.last() != Some(&levels) {
                all.push(levels);
            }
            self.0.write(levels)
        }
    }

    #[derive(Clone, Default)]
    struct Told(Arc<Mutex<Vec<u8>>>);

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A bench with lines that sense, on which the world is first changed, and a person who answers so.
    fn tested(
        answers: &'static str,
        change: impl Fn(&SimHandle),
    ) -> (Vec<Finding>, Vec<Levels>, String) {
        let (outputs, inputs) = sim::rig(PadSpec::nominal().with_sense_lines(true), 1);
        change(&inputs.handle());
        let (written, told) = (Written::default(), Told::default());
        let outputs = Noted(outputs, written.clone());
        let mut bench = Bench::of(Box::new(outputs), Box::new(inputs), Clock::start()).unwrap();
        let mut person = Person::new(Cursor::new(answers), told.clone());
        let findings = match self_test(&mut bench, &mut person) {
            Ok(report) => report.findings,
            Err(error) => vec![Finding::unseen("ended", error.to_string())],
        };
        drop(bench);
        let levels = written.lock().unwrap().clone();
        let told = String::from_utf8(told.0.lock().unwrap().clone()).unwrap();
        let last = levels.last().unwrap();
        assert!(!last.k1 && !last.buzzer && last.stimulus.is_none(), "{levels:?}");
        (findings, levels, told)
    }

    fn is_quiet(levels: &[Levels]) -> bool {
        levels.iter().all(|it| !it.k1 && it.k2_pulse == levels[0].k2_pulse)
    }

    #[test]
    fn hl_h20_each_switch_is_tried_alone_and_never_both() {
        let (findings, levels, told) = tested("lamp\nyes\nyes\nyes\ny\ny\ny\n", |_| {});
        assert!(
            findings.len() == 2 && findings.iter().all(|it| it.verdict == Verdict::Ok),
            "{findings:?} {told}"
        );
        let first_k1 = levels.iter().position(|it| it.k1).unwrap();
        let edges = |levels: &[Levels]| {
            levels.windows(2).filter(|it| it[0].k2_pulse != it[1].k2_pulse).count()
        };
        assert!((15..=21).contains(&edges(&levels[..first_k1])), "{}", edges(&levels[..first_k1]));
        assert_eq!(edges(&levels[first_k1 - 1..]), 0, "K2 is let go of before K1 is closed");
    }

    #[test]
    fn nothing_is_switched_on_with_the_pad_plugged_in_or_without_a_yes_or_with_nobody_there() {
        for (answers, expected) in [
            ("pad\n", "the pad is plugged in"),
            ("nothing\nno\nno\n", "K2 was not tried"),
            ("", "nobody answers any more"),
            ("lamp\nquit\n", "you left"),
        ] {
            let (findings, levels, _) = tested(answers, |_| {});
            assert!(is_quiet(&levels), "{answers:?}: {levels:?}");
            assert!(findings[0].says.contains(expected), "{findings:?}");
            assert!(findings.iter().all(|it| it.verdict == Verdict::Unseen), "{findings:?}");
        }
    }

    #[test]
    fn with_the_e_stop_pressed_nothing_is_tried() {
        let (findings, levels, _) = tested("nothing\nyes\n", |world| world.open_estop(true));
        assert!(is_quiet(&levels), "{levels:?}");
        assert!(
            findings[0].verdict == Verdict::Wrong && findings[0].says.contains("e-stop"),
            "{findings:?}"
        );
    }

    #[test]
    fn hl_h20_a_switch_that_passes_current_is_found_by_the_other_and_ends_the_test() {
        // The model's pad hangs in the lamp's place.
        let (findings, levels, _) =
            tested("lamp\nyes\n", |world| world.inject(Fault::K1(SwitchFault::Welded)));
        assert!(findings[0].says.contains("K1 passes current although it is open"), "{findings:?}");
        assert!(levels.iter().all(|it| !it.k1));
        assert!(levels.len() < 8, "K2 is let go of at once: {levels:?}");
        let (findings, levels, _) = tested("lamp\nyes\nyes\nyes\nyes\n", |world| {
            world.inject(Fault::K2(SwitchFault::Welded))
        });
        assert!(findings[1].says.contains("K2 passes current although it is open"), "{findings:?}");
        assert!(levels.iter().filter(|it| it.k1).count() == 1, "{levels:?}");
    }

    #[test]
    fn a_relay_that_is_not_heard_or_a_lamp_that_is_lit_is_wrong() {
        let (findings, ..) = tested("nothing\nyes\nno\n", |_| {});
        assert!(
            findings[0].verdict == Verdict::Wrong && findings[0].says.contains("K2 did not switch"),
            "{findings:?}"
        );
        let (findings, ..) = tested("lamp\nyes\nyes\nno\n", |_| {});
        assert!(
            findings[1].verdict == Verdict::Wrong && findings[1].says.contains("the lamp was lit"),
            "{findings:?}"
        );
    }
}
