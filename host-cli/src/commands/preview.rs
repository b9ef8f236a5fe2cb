//! `soothe preview`: what a session will look like, on the model of the pad. Needs no daemon.

use std::fs::File;
use std::path::Path;

use serde_json::json;
use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::engine::{Reply, Snapshot};
use soothe_therapy::{Celsius, Ended, HeatPlan, Order, SessionId, Site, limits};
use soothe_wire::{Sample, bounded, convert};

use crate::args::Preview;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::chart;
use crate::render::words::{celsius, clock, dose};

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;
/// Nothing in an ideal model is left to chance.
const SEED: u64 = 0;
/// From one sample of the curve to the next, as the session log has them.
const SAMPLE_EVERY_MS: u64 = 1000;

/// Draws the expected curve.
pub(crate) fn run(preview: &Preview, output: &Output) -> Result<(), Failure> {
    // The model is the same wherever the pad lies.
    let plan = HeatPlan::new(preview.target, preview.duration, Site::LeftShoulder)?;
    let pad = preview.pad.as_deref().map_or(Ok(PadSpec::nominal()), read_pad)?;
    let power_w = pad.power_w();
    let expected = expect(plan, pad.ideal(), power_w)?;
    if output.json {
        return output.value(&as_json(&plan, &expected));
    }
    let length_s = plan.duration().as_s();
    let curve = chart::draw(&expected.samples, length_s, output.width, output.paint);
    output.text(&format!("{}\n{curve}", figures(&plan, &expected, power_w)))
}

fn read_pad(file: &Path) -> Result<PadSpec, Failure> {
    let name = file.display();
    let text = File::open(file)
        .and_then(bounded::text)
        .map_err(|e| Failure::Usage(format!("{name} cannot be read: {e}")))?;
    PadSpec::from_toml(&text).map_err(|e| Failure::Usage(format!("{name}: {e}")))
}

/// What the model says will happen.
struct Expected {
    ended: Option<Ended>,
    target_after_s: Option<f64>,
    hottest: Option<Celsius>,
    energy_j: f64,
    samples: Vec<Sample>,
}

/// Lives through the session on the model.
fn expect(plan: HeatPlan, pad: PadSpec, power_w: f64) -> Result<Expected, Failure> {
    let mut world = ClosedLoop::new(pad, SEED);
    let start = Order::StartHeat { id: SessionId(0), plan };
    let begun = world.now();
    let first = world.cycle(Some(start));
    first.replies.into_iter().try_for_each(|reply: Reply| reply.map_err(Failure::from))?;
    let mut expected = Expected {
        ended: None,
        target_after_s: None,
        hottest: None,
        energy_j: 0.0,
        samples: Vec::new(),
    };
    expected.take(&first.snapshot, 0.0);
    // One cycle more than the session has, so that its end is seen.
    world.run(plan.duration() + limits::CYCLE, |output, pad| {
        let snapshot = &output.snapshot;
        let t_s = snapshot.now.since(begun).as_s();
        if pad.truth().heating {
            expected.energy_j += power_w * limits::CYCLE.as_s();
        }
        expected.take(snapshot, t_s);
    });
    Ok(expected)
}

impl Expected {
    fn take(&mut self, snapshot: &Snapshot, t_s: f64) {
        let Some(session) = &snapshot.session else {
            self.ended = self.ended.or(snapshot.last);
            return;
        };
        if session.target_reached && self.target_after_s.is_none() {
            self.target_after_s = Some(t_s);
        }
        self.hottest = self.hottest.into_iter().chain(snapshot.hottest).reduce(Celsius::max);
        if snapshot.now.as_ms().is_multiple_of(SAMPLE_EVERY_MS) {
            self.samples.push(Sample {
                t_s,
                contact1_c: snapshot.contact[0].reading.map(|c| c.get()),
                contact2_c: snapshot.contact[1].reading.map(|c| c.get()),
                ambient_c: snapshot.ambient.reading.map(|c| c.get()),
                target_c: session.plan.target().get(),
                duty: session.duty.get(),
                heater_on: snapshot.actuators.k1() && snapshot.actuators.k2(),
                dose_cem43: session.dose.get(),
            });
        }
    }

    fn dose_cem43(&self) -> f64 {
        self.ended.map_or(0.0, |ended| ended.dose.get())
    }
}

/// Why it will end, in a sentence.
fn end(expected: &Expected) -> String {
    expected.ended.map_or_else(
        || "the session does not end".to_owned(),
        |ended| {
            format!("after {}: {}", clock(ended.elapsed.as_s()), convert::reason(ended.outcome))
        },
    )
}

fn figures(plan: &HeatPlan, expected: &Expected, power_w: f64) -> String {
    let target = plan.target();
    let length = clock(plan.duration().as_s());
    let mut text = format!(
        "Heat at {target} for {length} on a pad of {power_w:.0} W, as the model expects it\n"
    );
    let reached = expected.target_after_s.map_or_else(
        || "not reached in that time".to_owned(),
        |t_s| format!("reached after {}", clock(t_s)),
    );
    let limit = limits::SESSION_DOSE_MAX.get();
    for (label, value) in [
        ("target", format!("{target}, {reached}")),
        ("highest", celsius(expected.hottest.map(Celsius::get))),
        ("dose", format!("{} of at most {limit:.0}", dose(expected.dose_cem43()))),
        ("energy", format!("{:.1} Wh", expected.energy_j / 3600.0)),
        ("end", end(expected)),
    ] {
        text += &format!("  {label:<8} {value}\n");
    }
    text
}

fn as_json(plan: &HeatPlan, expected: &Expected) -> serde_json::Value {
    json!({
        "version": JSON_VERSION,
        "target_c": plan.target().get(),
        "duration_s": plan.duration().as_s(),
        "outcome": expected.ended.map(|ended| ended.outcome.name()),
        "reason": expected.ended.map(|ended| convert::reason(ended.outcome)),
        "target_reached_after_s": expected.target_after_s,
        "hottest_c": expected.hottest.map(Celsius::get),
        "dose_cem43": expected.dose_cem43(),
        "energy_j": expected.energy_j,
        "samples": expected.samples,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::Span;

    fn expected(target_c: f64, min: u64, pad: &str) -> Result<Expected, Failure> {
        let plan = HeatPlan::new(target_c, Span::from_min(min), Site::LeftShoulder)?;
        let pad = PadSpec::from_toml(pad).unwrap();
        let power_w = pad.power_w();
        expect(plan, pad.ideal(), power_w)
    }

    #[test]
    fn the_nominal_pad_reaches_40_degrees_and_holds_them() {
        let expected = expected(40.0, 15, "").unwrap();
        let after_s = expected.target_after_s.unwrap();
        assert!((150.0..400.0).contains(&after_s), "{after_s} s");
        let hottest_c = expected.hottest.unwrap().get();
        assert!((39.5..41.0).contains(&hottest_c), "{hottest_c} °C");
        // The model needs 40 W for about four minutes, then 35 % of it: 4 to 7 Wh.
        assert!((4.0..7.0).contains(&(expected.energy_j / 3600.0)), "{} J", expected.energy_j);
        assert_eq!(expected.ended.unwrap().elapsed, Span::from_min(15));
        assert_eq!(expected.samples.len(), 900);
    }

    #[test]
    fn a_weak_pad_does_not_get_there() {
        let expected = expected(42.0, 2, "power = 10").unwrap();
        assert_eq!(expected.target_after_s, None);
    }

    #[test]
    fn a_cold_room_is_refused_with_its_rule() {
        let failure = expected(40.0, 15, "ambient = 5").err().unwrap();
        assert_eq!(failure.exit_code(), 3);
        assert!(failure.text().contains("HL-H22"), "{}", failure.text());
    }

    #[test]
    fn the_same_question_has_the_same_answer() {
        let twice = [(); 2].map(|()| expected(41.0, 10, "").unwrap().samples);
        assert_eq!(twice[0], twice[1]);
    }
}
