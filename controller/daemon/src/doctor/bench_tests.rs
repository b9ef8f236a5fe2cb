//! The switches on a bench that is a model, with a person who answers from a script.

use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

use soothe_plant::{Fault, PadSpec, SwitchFault};
use soothe_rig::sim::{self, SimHandle};
use soothe_rig::{Levels, Outputs, RigError};

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
    let gate = Gate::new(Box::new(outputs)).unwrap();
    let mut bench =
        Bench::of(gate, Box::new(inputs), Clock::start(), false, Kept::default()).unwrap();
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
        findings.len() == 4 && findings.iter().all(|it| it.verdict == Verdict::Ok),
        "{findings:?} {told}"
    );
    let first_k1 = levels.iter().position(|it| it.k1).unwrap();
    let edges =
        |levels: &[Levels]| levels.windows(2).filter(|it| it[0].k2_pulse != it[1].k2_pulse).count();
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
        assert!(findings.iter().all(|it| it.verdict != Verdict::Ok), "{findings:?}");
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
    let (findings, levels, _) =
        tested("lamp\nyes\nyes\nyes\nyes\n", |world| world.inject(Fault::K2(SwitchFault::Welded)));
    assert!(findings[2].says.contains("K2 passes current although it is open"), "{findings:?}");
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

#[test]
fn with_nothing_plugged_in_a_weld_is_not_said_to_be_absent() {
    let (findings, ..) = tested("nothing\nyes\nyes\nyes\nmosfet\n", |_| {});
    let verdicts: Vec<Verdict> = findings.iter().map(|it| it.verdict).collect();
    assert_eq!(
        verdicts,
        [Verdict::Ok, Verdict::Unseen, Verdict::Unseen, Verdict::Unseen],
        "{findings:?}"
    );
    assert!(findings[1].says.contains("whether K1 is welded"), "{findings:?}");
}

/// A world in which, at the tenth look, the e-stop is pressed or else the guard is gone.
struct TenthLook {
    world: sim::SimInputs,
    looks: u32,
    presses: bool,
}

impl Inputs for TenthLook {
    fn sample(&mut self, now: Moment) -> Sampled {
        self.looks += 1;
        let now_it_is = self.looks >= 10;
        self.world.handle().open_estop(now_it_is && self.presses);
        let mut sampled = self.world.sample(now);
        sampled.lines.guard_lost = now_it_is && !self.presses;
        sampled
    }

    fn pack_lies(&mut self, lies: bool) {
        self.world.pack_lies(lies);
    }
}

#[test]
fn hl_s10_the_e_stop_and_a_lost_guard_end_a_test_at_once() {
    for presses in [true, false] {
        let (outputs, world) = sim::rig(PadSpec::nominal().with_sense_lines(true), 1);
        let written = Written::default();
        let gate = Gate::new(Box::new(Noted(outputs, written.clone()))).unwrap();
        let inputs = Box::new(TenthLook { world, looks: 0, presses });
        let mut bench = Bench::of(gate, inputs, Clock::start(), false, Kept::default()).unwrap();
        assert_eq!(bench.close(Switch::K1).unwrap(), Closed::Stopped);
        let levels = written.lock().unwrap().iter().map(|it| it.k1).collect::<Vec<_>>();
        assert_eq!(levels, [false, true, false], "presses: {presses}");
    }
}

/// Lines that cannot be written low once they were high.
struct Stuck(bool);

impl Outputs for Stuck {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.0 |= levels.k1;
        if self.0 && !levels.k1 {
            let problem = "it reads high although low was written; is it shorted?".to_owned();
            return Err(RigError { line: "K1".to_owned(), problem });
        }
        Ok(())
    }
}

#[test]
fn hl_h19_a_switch_that_cannot_be_opened_sends_to_the_plug() {
    let (_, inputs) = sim::rig(PadSpec::nominal().with_sense_lines(true), 1);
    let gate = Gate::new(Box::new(Stuck(false))).unwrap();
    let mut bench =
        Bench::of(gate, Box::new(inputs), Clock::start(), false, Kept::default()).unwrap();
    let error = format!("{:#}", bench.close(Switch::K1).unwrap_err());
    assert!(
        error.contains("take the 12 V supply's plug out now") && error.contains("reads high"),
        "{error}"
    );
}
