//! How well the pad is regulated: the step to 42 °C of the control benchmark, on its five pads.
//!
//! Judged on the true surface temperature. Overshoot is its greatest excess over the target in the 20 min that
//! a session at 42 °C may last, "settled" the last moment at which it was more than 0.5 K off. The peers'
//! figures are those of the same pad, each tuned by its own tuner, 20 seeds: Klipper overshoots 1.54 K and
//! settles after 1719 s, ESPHome's default 1.88 K and 1719 s, kiln-controller 0.77 K and 604 s; time-optimal
//! control by hand rises in 248 s.

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::{Order, Plan, SessionId, Site, Span, limits};

use crate::stats::Stats;
use soothe_tests::report::Report;

const SEEDS: u64 = 20;
const TARGET_C: f64 = 42.0;
const LENGTH: Span = Span::from_min(20);

/// What one run showed.
struct Run {
    overshoot_k: f64,
    settled_s: f64,
    edges: u32,
}

/// Prints a row for each pad, and the two that have a goal.
pub(crate) fn measure(report: &mut Report) {
    let pads = [
        ("nominal", ""),
        ("heat capacity x1.4", "c1 = 252.0\nc2 = 126.0"),
        ("heat capacity x0.6", "c1 = 108.0\nc2 = 54.0"),
        ("25 W", "power = 25.0"),
        ("60 W", "power = 60.0"),
    ];
    for (name, toml) in pads {
        let spec = PadSpec::from_toml(toml).expect("the benchmark's pads are valid");
        let runs: Vec<Run> = (0..SEEDS).map(|seed| run(spec.clone(), 5000 + seed)).collect();
        let overshoot = Stats::of(runs.iter().map(|run| run.overshoot_k).collect());
        let settled = Stats::of(runs.iter().map(|run| run.settled_s).collect());
        let edges = Stats::of(runs.iter().map(|run| f64::from(run.edges)).collect());
        let figures = format!("{overshoot:.2} K; {settled:.0} s; {edges:.0} edges");
        if name == "nominal" {
            let met = overshoot.median() <= 0.5 && settled.median() <= 320.0;
            let goal = "overshoot at most 0.5 K, settled within 320 s";
            report.row("nominal pad, 42 °C: overshoot; settled; relay edges", &figures, goal, met);
        } else {
            report.fact(&format!("the same, pad {name}"), &figures);
        }
    }
}

fn run(spec: PadSpec, seed: u64) -> Run {
    let mut world = ClosedLoop::new(spec, seed);
    let plan = Plan::heat(TARGET_C, LENGTH, Site::LeftShoulder).expect("within limits");
    let start = Order::Start { id: SessionId(1), plan };
    assert_eq!(world.cycle(Some(start)).replies[0], Ok(()));
    let mut run = Run { overshoot_k: f64::MIN, settled_s: 0.0, edges: 0 };
    let (mut t_s, mut closed) = (0.0, true);
    world.run(LENGTH.saturating_sub(limits::CYCLE), |output, plant| {
        t_s += limits::CYCLE.as_s();
        let off_k = plant.truth().surface.get() - TARGET_C;
        run.overshoot_k = run.overshoot_k.max(off_k);
        // The dose may end a session at 42 °C early; what cools down then is not regulated.
        if off_k.abs() > 0.5 && output.snapshot.session.is_some() {
            run.settled_s = t_s;
        }
        run.edges += u32::from(output.actuators.k1() != closed);
        closed = output.actuators.k1();
    });
    run
}
