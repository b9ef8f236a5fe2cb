//! What the control thread takes in one cycle.

use soothe_plant::PadSpec;
use soothe_rig::sim;
use soothe_therapy::Boot;
use tempfile::TempDir;

use super::*;
use crate::journal::{LogOptions, OpenLog};
use crate::publish::About;

/// A control thread that does not run, and what everyone else has of it.
fn standing(folder: &TempDir) -> (Control, ControlHandle) {
    let clock = Clock::start();
    let log = LogOptions { path: folder.path().join("log.db"), simulated: true, pages_max: None };
    let journal = OpenLog::open(&log, clock).expect("a new log").0.journal;
    let (lines, mut inputs) = sim::rig(PadSpec::nominal(), 1);
    let (boot, now) = (Boot::default(), Moment::START);
    let mut engine = Engine::new(&boot, now);
    let Sampled { readings, lines: sensed, stimulator, pressed: _ } = inputs.sample(now);
    let input = Input { now, readings, commands: &[], lines: sensed, stimulator };
    let first = engine.step(&input).snapshot;
    let about = About { simulated: true, speed: 1, interrupted: None };
    let publisher = Publisher::new(clock, journal.health().clone(), about, &boot, &first);
    Control::new(Parts {
        clock,
        pace: Pace::new(1),
        engine,
        inputs: Box::new(inputs),
        gate: Gate::new(Box::new(lines)).expect("lines that can be written"),
        stop: Arc::new(StopSwitch::new()),
        journal,
        publisher,
        demo_answers: false,
    })
}

#[test]
fn the_button_and_a_stop_get_through_however_many_commands_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut control, handle) = standing(&folder);
    let now = Moment::from_ms(100);
    for nth in 0..=COMMANDS_MAX {
        let (answer, _) = oneshot::channel();
        let (stops, order) = (control.stop.newest(), Order::Present);
        let request = Request { issued: Moment::START, stops, order, beside: None, answer };
        assert_eq!(handle.submit(request), nth < COMMANDS_MAX, "the queue has its bound");
    }
    control.stop.press(now);
    let pressed = control.stop.pressed(0);
    let mut orders = |button, pressed| {
        let taken = control.take_commands(now, button, pressed);
        taken.into_iter().map(|it| it.order).collect::<Vec<_>>()
    };
    let first = orders(true, pressed);
    let (people, reserved) = first.split_at(COMMANDS_MAX - 2);
    assert!(people.iter().all(|it| *it == Order::Present), "{people:?}");
    assert_eq!(reserved, [Order::Press, Order::Stop(StopCause::Person)]);
    assert_eq!(orders(false, None), [Order::Present; 2], "the rest is heard in the next cycle");
}
