//! How fast the core simulates: an hour of engine and model against the wall clock.

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::{Order, Plan, SessionId, Site, Span};
use soothed::Clock;

use crate::stats::Stats;
use soothe_tests::report::Report;

const RUNS: u64 = 30;
/// Simulated in one run: two sessions of 30 min, one after the other.
const SIMULATED: Span = Span::from_min(60);

/// Prints the ratio of simulated to real time.
pub(crate) fn measure(report: &mut Report, clock: &Clock) {
    let ratios = (0..RUNS).map(|seed| SIMULATED.as_s() / hour(seed, clock)).collect();
    let ratios = Stats::of(ratios);
    let met = ratios.median() >= 100_000.0;
    let goal = "at least 100,000 x";
    report.row("engine step with plant: simulated over real", &format!("{ratios:.0} x"), goal, met);
}

/// Seconds that an hour takes.
fn hour(seed: u64, clock: &Clock) -> f64 {
    let plan = Plan::heat(40.0, Span::from_min(30), Site::LeftCalf).expect("within limits");
    let mut heated = 0_u32;
    let before = clock.elapsed();
    for id in 1..=2 {
        let mut world = ClosedLoop::new(PadSpec::nominal(), seed);
        let start = Order::Start { id: SessionId(id), plan };
        assert_eq!(world.cycle(Some(start)).replies[0], Ok(()));
        world.run(Span::from_min(30), |output, _| heated += u32::from(output.actuators.k1()));
    }
    let took = (clock.elapsed() - before).as_secs_f64();
    assert!(heated > 10_000, "the pad was heated in {heated} cycles only");
    took
}
