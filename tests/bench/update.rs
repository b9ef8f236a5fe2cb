//! What one update of the regulator costs: the readings of a session, told to it again and again.

use std::hint::black_box;

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_tests::report::Report;
use soothe_therapy::heat::{Heater, Regulator};
use soothe_therapy::sense::Measurement;
use soothe_therapy::{Celsius, Moment, Order, Plan, SessionId, Site, Span, limits};
use soothed::Clock;

use crate::stats::Stats;

const RUNS: usize = 200;
const TARGET_C: f64 = 40.0;
const LENGTH: Span = Span::from_min(30);

/// A reading, and for how long K1 was closed before it.
type Told = (Span, Measurement);

/// Prints the time of an update: of all of a session, and of those once the pad holds.
pub(crate) fn measure(report: &mut Report, clock: &Clock) {
    let session = session();
    let (warming, holding) = session.split_at(session.len() / 4);
    let target = Celsius::literal(TARGET_C);
    let (mut all_us, mut holding_us) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut regulator = Regulator::new(target, Heater::default());
        let warming_s = timed(&mut regulator, warming, clock);
        let holding_s = timed(&mut regulator, holding, clock);
        all_us.push(1e6 * (warming_s + holding_s) / session.len() as f64);
        holding_us.push(1e6 * holding_s / holding.len() as f64);
    }
    let (all_us, holding_us) = (Stats::of(all_us), Stats::of(holding_us));
    let figures = format!("{all_us:.2} µs; {holding_us:.2} µs");
    let met = all_us.median() <= 1.0;
    let what = "one update of the regulator, mean of a session; once the pad holds (200 runs)";
    report.row(what, &figures, "at most 1 µs", met);
}

fn timed(regulator: &mut Regulator, told: &[Told], clock: &Clock) -> f64 {
    let before = clock.elapsed();
    for (heated, measurement) in told {
        regulator.heated(*heated);
        regulator.update(*measurement);
    }
    black_box(regulator.asked());
    (clock.elapsed() - before).as_secs_f64()
}

/// What the regulator is told in a session on the nominal pad.
fn session() -> Vec<Told> {
    let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
    let plan = Plan::heat(TARGET_C, LENGTH, Site::LeftCalf).expect("within limits");
    let start = Order::Start { id: SessionId(1), plan };
    assert_eq!(world.cycle(Some(start)).replies[0], Ok(()));
    let (mut told, mut heated, mut last) = (Vec::new(), Span::ZERO, Moment::START);
    world.run(LENGTH.saturating_sub(limits::CYCLE), |output, plant| {
        if output.actuators.k1() {
            heated = heated + limits::CYCLE;
        }
        let read = plant.readings().contact.map(|raw| raw.and_then(|raw| raw.outcome.ok()));
        let [Some(first), Some(second)] = read else { return };
        let at = output.snapshot.now;
        if at.since(last) >= Span::from_s(1) {
            let half_difference_k = (first - second).get() / 2.0;
            let contact = first.max(second);
            let ambient = Some(Celsius::literal(22.0));
            told.push((heated, Measurement { at, contact, half_difference_k, ambient }));
            (heated, last) = (Span::ZERO, at);
        }
    });
    assert!(told.len() > 1000, "{} readings", told.len());
    told
}
