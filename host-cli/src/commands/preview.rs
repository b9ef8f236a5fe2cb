//! `soothe preview`: what a session will look like, on the model of the pad.

use std::fs::File;
use std::path::Path;

use serde_json::json;
use soothe_plant::{ClosedLoop, PadSpec, pad_file};
use soothe_therapy::engine::{Output as Step, Reply, Snapshot};
use soothe_therapy::{
    Celsius, Ended, Heater, Order, PadModel, Phase, Plan, SessionId, Site, TunedPad, limits,
};
use soothe_wire::client::Client;
use soothe_wire::{PadFigures, Sample, Tuning, bounded, convert};

use crate::args::Preview;
use crate::failure::Failure;
use crate::library;
use crate::output::Output;
use crate::render::words::{celsius, clock, dose};
use crate::render::{chart, protocols};

/// The version of the printed JSON; it changes when a field changes its meaning or goes.
const JSON_VERSION: u32 = 1;
/// Nothing in an ideal model is left to chance.
const SEED: u64 = 0;
/// From one sample of the curve to the next, as the session log has them.
const SAMPLE_EVERY_MS: u64 = 1000;

/// Draws the expected curve.
pub(crate) async fn run(
    preview: &Preview,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    let plan = plan(preview)?;
    let pad = match &preview.pad {
        Some(file) => Pad::untuned(read_pad(file)?),
        None if preview.tuned => tuned_pad(client).await?,
        None => Pad::untuned(PadSpec::nominal()),
    };
    let expected = expect(plan, &pad)?;
    if output.json {
        return output.value(&as_json(&plan, &pad, &expected));
    }
    let length_s = plan.protocol().duration().as_s();
    let curve = chart::draw(&expected.samples, length_s, output.width, output.paint);
    output.text(&format!("{}\n{curve}", figures(&plan, &pad, &expected)))
}

/// What is previewed. The model is the same wherever the pad lies, on a thigh no nerve forbids ice.
fn plan(preview: &Preview) -> Result<Plan, Failure> {
    let site = Site::LeftThigh;
    match (&preview.protocol, preview.duration) {
        (Some(asked), _) => Ok(Plan::of(library::find(asked)?.file.protocol, site)?),
        (None, Some(duration)) => Ok(Plan::heat(preview.target, duration, site)?),
        (None, None) => {
            Err(Failure::Usage("name a protocol, or say with --for how long to heat".to_owned()))
        }
    }
}

/// The pad that is heated, and what the regulator knows of it.
struct Pad {
    spec: PadSpec,
    heater: Heater,
    /// The tuning that it is from.
    tuning: Option<i64>,
    words: String,
}

impl Pad {
    fn untuned(spec: PadSpec) -> Self {
        let words = format!("a pad of {:.0} W", spec.power_w());
        Self { spec, heater: Heater::default(), tuning: None, words }
    }

    fn tuned(tuning: &Tuning, room_c: f64) -> Self {
        let found = TunedPad::of(model(&tuning.pad));
        let tuned = tuning.refined.as_ref().map_or(found, |it| found.refined_to(&model(&it.pad)));
        let name = tuning.name.as_deref().unwrap_or("the tuned pad");
        let power_w = tuned.now().power_w();
        Self {
            spec: PadSpec::of(tuned.now(), room_c),
            heater: Heater { tuned: Some(tuned), ..Heater::default() },
            tuning: Some(tuning.id),
            words: format!("{name} ({power_w:.1} W) in a room of {room_c:.1} °C"),
        }
    }
}

/// What was rounded on its way here may lie a little beyond the end of its range.
fn model(PadFigures { power_w, mass, loss, .. }: &PadFigures) -> PadModel {
    PadModel::nearest(*power_w, *mass, *loss)
}

async fn tuned_pad(client: &Client) -> Result<Pad, Failure> {
    let tunings = client.tunings().await?.tunings;
    let tuning = tunings.iter().find(|it| it.in_use).ok_or_else(|| {
        Failure::Usage(
            "no tuning is in use: `soothe tune --site SITE` finds out about your pad, \
             `soothe tune --use ID` chooses one that is kept"
                .to_owned(),
        )
    })?;
    let status = client.status().await?;
    let room_c = status.ambient.reading_c.filter(|it| pad_file::ROOM.holds(*it));
    let room_c = room_c.ok_or_else(|| {
        Failure::Other("the daemon does not read the room's temperature just now".to_owned())
    })?;
    Ok(Pad::tuned(tuning, room_c))
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
    /// When each phase begins, in seconds.
    phases: Vec<(f64, Phase)>,
    samples: Vec<Sample>,
}

/// Lives through the session on the model.
fn expect(plan: Plan, pad: &Pad) -> Result<Expected, Failure> {
    let mut world = ClosedLoop::knowing(pad.spec.clone().ideal(), pad.heater, SEED);
    let power_w = pad.spec.power_w();
    let start = Order::Start { id: SessionId(0), plan };
    let begun = world.now();
    let first = world.cycle(Some(start));
    first.replies.into_iter().try_for_each(|reply: Reply| reply.map_err(Failure::from))?;
    let mut expected = Expected {
        ended: None,
        target_after_s: None,
        hottest: None,
        energy_j: 0.0,
        phases: Vec::new(),
        samples: Vec::new(),
    };
    expected.take(&first.snapshot, 0.0);
    // Whoever lives in the model answers at once; nothing lasts longer than a session may.
    while expected.ended.is_none()
        && world.now().since(begun) <= limits::SESSION_MAX + limits::CYCLE
    {
        let Step { snapshot, .. } = world.cycle(None);
        if world.plant.truth().heating {
            expected.energy_j += power_w * limits::CYCLE.as_s();
        }
        expected.take(&snapshot, snapshot.now.since(begun).as_s());
    }
    Ok(expected)
}

impl Expected {
    fn take(&mut self, snapshot: &Snapshot, t_s: f64) {
        let Some(session) = &snapshot.session else {
            self.ended = self.ended.or(snapshot.last);
            return;
        };
        if session.phase.number > self.phases.len() {
            self.phases.push((t_s, session.phase.phase));
        }
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
                target_c: session.phase.phase.target().map(|c| c.get()),
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

fn figures(plan: &Plan, pad: &Pad, expected: &Expected) -> String {
    let (name, target) = (plan.protocol().name(), plan.protocol().target());
    let length = clock(plan.protocol().duration().as_s());
    let words = &pad.words;
    let mut text = match target {
        Some(target) if name.as_str() == Plan::HEAT => {
            format!("Heat at {target} for {length} on {words}, as the model expects it\n")
        }
        Some(_) => format!(
            "{name} for {length} on {words}, as the model expects it when every prompt is answered at once\n"
        ),
        None => {
            format!("{name} for {length} when every prompt is answered at once; nothing heats\n")
        }
    };
    let reached = expected.target_after_s.map_or_else(
        || "not reached in that time".to_owned(),
        |t_s| format!("reached after {}", clock(t_s)),
    );
    let limit = limits::SESSION_DOSE_MAX.get();
    for (label, value) in [
        ("target", target.map_or_else(|| "none".to_owned(), |it| format!("{it}, {reached}"))),
        ("highest", celsius(expected.hottest.map(Celsius::get))),
        ("dose", format!("{} of at most {limit:.0}", dose(expected.dose_cem43()))),
        ("energy", format!("{:.1} Wh", expected.energy_j / 3600.0)),
        ("end", end(expected)),
    ] {
        text += &format!("  {label:<8} {value}\n");
    }
    text += &protocols::currents(plan.protocol());
    if plan.protocol().phases().len() > 1 {
        for (at, phase) in &expected.phases {
            text += &format!("  {:<8} {}\n", clock(*at), convert::phase_text(phase));
        }
    }
    text
}

fn as_json(plan: &Plan, pad: &Pad, expected: &Expected) -> serde_json::Value {
    json!({
        "version": JSON_VERSION,
        "protocol": plan.protocol().name().as_str(),
        "target_c": plan.protocol().target().map(Celsius::get),
        "duration_s": plan.protocol().duration().as_s(),
        "tuning": pad.tuning,
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
    use soothe_wire::RefinedPad;

    fn expected(target_c: f64, min: u64, pad: &str) -> Result<Expected, Failure> {
        let plan = Plan::heat(target_c, Span::from_min(min), Site::LeftShoulder)?;
        expect(plan, &Pad::untuned(PadSpec::from_toml(pad).unwrap()))
    }

    fn tuning(power_w: f64, refined: Option<f64>) -> Tuning {
        let figures = |power_w| convert::pad_figures(&PadModel::nearest(power_w, 1.4, 1.0));
        Tuning {
            id: 7,
            name: Some("blue pad".to_owned()),
            found_unix_ms: 0,
            site: "left-calf".to_owned(),
            in_use: true,
            pad: figures(power_w),
            refined: refined.map(|it| RefinedPad { sessions: 3, pad: figures(it) }),
            rms_k: 0.04,
            power_sd_w: 0.5,
            mass_sd: 0.01,
            loss_sd: 0.02,
        }
    }

    #[test]
    fn a_tuned_pad_is_drawn_as_it_is_by_now_in_its_room() {
        let plan = Plan::heat(41.0, Span::from_min(20), Site::LeftShoulder).unwrap();
        let slow = Pad::tuned(&tuning(30.0, None), 18.0);
        assert_eq!(slow.words, "blue pad (30.0 W) in a room of 18.0 °C");
        let refined = Pad::tuned(&tuning(30.0, Some(33.0)), 18.0);
        assert_eq!((refined.spec.power_w(), refined.tuning), (33.0, Some(7)));
        let after_s = |pad: &Pad| expect(plan, pad).unwrap().target_after_s.unwrap();
        assert!(after_s(&refined) < after_s(&slow), "a stronger one is there earlier");
        let text = figures(&plan, &refined, &expect(plan, &refined).unwrap());
        assert!(text.lines().next().unwrap().contains("on blue pad (33.0 W) in a room"), "{text}");
        assert_eq!(as_json(&plan, &refined, &expect(plan, &refined).unwrap())["tuning"], 7);
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
