//! Each invariant holds in a life in order, and fails as soon as what it speaks of is not so.

use std::collections::BTreeSet;

use soothe_plant::PadSpec;
use soothe_therapy::checklist::Answers;
use soothe_therapy::{
    Celsius, Fault, FaultKind, HeatPlan, Heater, LineState, Order, Output, Rule, SessionId, Site,
};

use super::*;
use crate::history::{Told, Used};
use crate::world::World;

/// A step, taken out of a life, that can be spoilt.
struct Scene {
    now: Moment,
    host_now: Moment,
    plant: Plant,
    lines: LineState,
    commands: Vec<soothe_therapy::Command>,
    output: Output,
    history: History,
}

impl Scene {
    /// The first step of a session on the nominal pad in which this holds.
    fn first(of: impl Fn(&Output) -> bool) -> Self {
        Self::first_on(PadSpec::nominal(), of)
    }

    fn first_on(pad: PadSpec, of: impl Fn(&Output) -> bool) -> Self {
        let plan = HeatPlan::new(40.0, Span::from_min(10), Site::LeftCalf).unwrap();
        let mut world = World::new(pad, Heater::default(), 1);
        let mut history = History::default();
        world.host.order(world.now, Order::Answer(Answers::NONE), Span::ZERO);
        world.host.order(world.now, Order::StartHeat { id: SessionId(0), plan }, Span::ZERO);
        for _ in 0..2000 {
            let mut found = None;
            world.live(Span::from_ms(100), &mut |seen| {
                history.note(seen);
                let cycle = seen.cycle.unwrap();
                if of(cycle.output) {
                    found = Some(Self {
                        now: seen.now,
                        host_now: cycle.now,
                        plant: seen.plant.clone(),
                        lines: cycle.input.lines,
                        commands: cycle.input.commands.to_vec(),
                        output: cycle.output.clone(),
                        history: history.clone(),
                    });
                }
                history.close(seen);
            });
            if let Some(found) = found {
                return found;
            }
        }
        panic!("no such step");
    }

    fn heating() -> Self {
        Self::first(|output| output.actuators.k1() && output.actuators.k2())
    }

    /// The same on a pad whose current nobody senses.
    fn heating_unsensed() -> Self {
        let pad = PadSpec::nominal().with_sense_lines(false);
        Self::first_on(pad, |output| output.actuators.k1() && output.actuators.k2())
    }

    /// The invariants that do not hold.
    fn broken(&self) -> BTreeSet<&'static str> {
        let readings = self.plant.readings();
        let input = soothe_therapy::Input {
            now: self.host_now,
            readings,
            commands: &self.commands,
            lines: self.lines,
        };
        let cycle = Cycle { now: self.host_now, boot: None, input: &input, output: &self.output };
        let step =
            Step { now: self.now, plant: &self.plant, cycle: &cycle, history: &self.history };
        OF_STEPS.iter().filter(|(_, it)| it(&step).is_err()).map(|(name, _)| *name).collect()
    }

    fn session(&mut self) -> &mut Watched {
        self.history.session.as_mut().unwrap()
    }

    fn before(&mut self) -> &mut Before {
        self.history.before.as_mut().unwrap()
    }

    fn latch(&mut self, kind: FaultKind) {
        self.output.snapshot.fault = Some(Fault { kind, reading: None });
    }

    fn ago(&self, s: u64) -> Moment {
        self.now.before(Span::from_s(s))
    }

    /// Lets a day pass before, so that there is something to look back on.
    fn late_in_life(mut self) -> Self {
        let day = Span::from_min(24 * 60);
        let shift = |at: &mut Moment| *at = *at + day;
        shift(&mut self.now);
        shift(&mut self.host_now);
        for told in &mut self.history.told {
            for good in [&mut told.good, &mut told.good_before].into_iter().flatten() {
                shift(&mut good.0);
            }
            told.began.iter_mut().for_each(shift);
        }
        shift(&mut self.before().at);
        shift(&mut self.before().host);
        let session = self.session();
        shift(&mut session.began);
        shift(&mut session.sign);
        session.heat_began.iter_mut().for_each(shift);
        if let Some((at, _)) = &mut self.history.answers {
            shift(at);
        }
        self
    }

    fn tell(&mut self, contact: usize, ago_ms: u64, t: f64) {
        let at = self.now.before(Span::from_ms(ago_ms));
        let told = &mut self.history.told[contact];
        *told = Told {
            began: Some(at),
            newest: Some(Celsius::literal(t)),
            good: Some((at, t)),
            good_before: Some((at.before(Span::from_s(1)), t)),
        };
    }

    fn use_site(&mut self, ended_ago_min: u64, heated_min: u64, dose: f64) {
        let ended = self.now.before(Span::from_min(ended_ago_min));
        let heated = Span::from_min(heated_min);
        self.history.used.push(Used { site: Site::LeftCalf, ended, heated, dose });
    }
}

#[test]
fn every_rule_of_heat_and_system_has_an_invariant() {
    for rule in Rule::ALL {
        let prefix = rule.id().to_lowercase().replace('-', "_");
        let names = OF_STEPS.iter().map(|it| it.0).chain(OF_MOMENTS.iter().map(|it| it.0));
        let found = names.filter(|name| name.starts_with(&format!("{prefix}_"))).count();
        assert_eq!(found, 1, "{prefix}");
    }
}

#[test]
fn a_step_in_order_breaks_nothing() {
    assert!(Scene::heating().broken().is_empty());
    assert!(Scene::heating().late_in_life().broken().is_empty());
    assert!(Scene::first(|output| output.actuators.proves_k1()).broken().is_empty());
}

/// How to spoil a step so that one invariant sees it.
type Spoil = (&'static str, fn(&mut Scene));

const SPOILT: &[Spoil] = &[
    ("energy_only_in_a_session", |it| it.output.snapshot.session = None),
    ("latched_is_off", |it| it.latch(FaultKind::NoRise)),
    ("a_fault_stays_until_cleared", |it| it.before().fault = Some(FaultKind::NoRise)),
    ("a_committed_fault_survives", |it| {
        it.history.before = None;
        it.history.committed = Some(FaultKind::NoRise);
    }),
    ("a_stop_stops", |it| it.history.stopped = true),
    ("hl_h1_target", |it| it.history.above_since = Some(it.ago(21))),
    ("hl_h2_hot_is_off", |it| it.tell(0, 500, 43.0)),
    ("hl_h3_hotter_latches", |it| it.tell(1, 500, 44.0)),
    ("hl_h4_cut_out", |it| it.lines.cutout_open = Some(true)),
    ("hl_h5_session_dose", |it| it.session().dose = 10.2),
    ("hl_h6_day_dose", |it| it.use_site(600, 1, 20.6)),
    ("hl_h7_phase_length", |it| it.session().heat_began = Some(it.ago(31 * 60))),
    ("hl_h7_phase_length", |it| it.session().began = it.ago(10 * 60 + 2)),
    ("hl_h8_day_heat", |it| it.use_site(600, 122, 1.0)),
    ("hl_h9_rest", |it| {
        it.history.just_began = true;
        it.use_site(30, 10, 0.1);
    }),
    ("hl_h10_session_length", |it| it.session().began = it.ago(61 * 60)),
    ("hl_h11_attendance", |it| it.session().sign = it.ago(662)),
    ("hl_h12_no_blind_heat", |it| {
        it.tell(0, 3100, 30.0);
        it.tell(1, 3100, 30.0);
    }),
    ("hl_h13_both_sensors", |it| it.tell(0, 3100, 30.0)),
    ("hl_h14_agreement", |it| it.history.apart_since = Some(it.ago(33))),
    ("hl_h15_heat_warms", |it| it.session().in_vain = Span::from_s(241)),
    ("hl_h16_heat_holds", |it| it.session().in_vain = Span::from_s(301)),
    ("hl_h18_off_cools", |it| it.history.unwanted_since = Some(it.ago(241))),
    ("hl_h19_current_as_written", |it| it.history.stray_since = Some(it.ago(1))),
    ("hl_h20_proof_before_heat", |it| it.session().k2_alone = Span::from_ms(500)),
    ("hl_h21_relay_wear", |it| it.history.closings = vec![it.now; 21]),
    ("hl_h22_warmth_at_the_start", |it| {
        it.history.just_began = true;
        it.tell(0, 500, 38.5);
    }),
    ("hl_s1_late_is_off", |it| it.before().host = it.host_now.before(Span::from_ms(650))),
    ("hl_s5_e_stop", |it| it.lines.estop_open = true),
    ("hl_s6_no_resumption", |it| it.history.permitted = false),
    ("hl_s7_check_list", |it| {
        it.history.just_began = true;
        it.history.began_with = None;
    }),
    ("hl_s8_lost_record", |it| it.output.snapshot.record_lost = true),
    ("hl_s9_undervoltage", |it| it.lines.undervoltage = true),
    ("hl_s10_guard", |it| it.lines.guard_lost = true),
];

#[test]
fn each_invariant_fails_when_what_it_speaks_of_is_not_so() {
    for (name, spoil) in SPOILT {
        let mut scene = Scene::heating().late_in_life();
        spoil(&mut scene);
        let broken = scene.broken();
        assert!(broken.contains(name), "{name} does not see it");
        // What is spoilt may concern more than one rule, but not many.
        assert!(broken.len() <= 4, "{name}: {broken:?}");
    }
}

#[test]
fn a_runaway_is_seen_in_the_past_seconds() {
    let mut scene = Scene::heating().late_in_life();
    scene.history.remember((0..20).map(|s| 38.0 + 0.5 * f64::from(s)));
    assert_eq!(scene.broken(), BTreeSet::from(["hl_h17_runaway"]));
    scene.history.remember((0..20).map(|s| 38.0 + 0.4 * f64::from(s)));
    assert!(scene.broken().is_empty());
}

#[test]
fn a_stop_and_a_stale_start_are_seen_among_the_commands() {
    let mut scene = Scene::heating();
    let plan = HeatPlan::new(40.0, Span::from_min(10), Site::LeftCalf).unwrap();
    let order = Order::StartHeat { id: SessionId(9), plan };
    let issued = scene.host_now.before(Span::from_ms(2001));
    scene.commands = vec![soothe_therapy::Command { issued, order }];
    scene.output.replies.push(Ok(()));
    assert_eq!(scene.broken(), BTreeSet::from(["hl_s4_stale_starts"]));
}

#[test]
fn k1_alone_is_right_in_the_proof_and_wrong_after_it() {
    let mut scene = Scene::first(|output| output.actuators.proves_k1());
    scene.session().heat_began = Some(scene.now);
    assert_eq!(scene.broken(), BTreeSet::from(["k1_needs_k2"]));
}

#[test]
fn a_proof_that_nobody_senses_needs_more_than_one_that_is_sensed() {
    let broken = |spoil: fn(&mut Watched)| {
        let mut scene = Scene::heating_unsensed();
        spoil(scene.session());
        scene.broken()
    };
    let seen = BTreeSet::from(["hl_h20_proof_before_heat"]);
    assert!(broken(|_| ()).is_empty());
    assert_eq!(broken(|it| it.k1_alone = Span::from_ms(18_900)), seen);
    assert_eq!(broken(|it| it.k2_alone = Span::from_ms(18_900)), seen);
    assert_eq!(broken(|it| it.watched = Span::from_ms(28_900)), seen);
    // What is enough with a sense line is not without.
    let mut sensed = Scene::heating();
    assert!(sensed.broken().is_empty());
    sensed.lines.pad_current = None;
    assert_eq!(sensed.broken(), seen);
}

#[test]
fn every_invariant_of_a_step_is_spoilt_by_some_test() {
    let spoilt = SPOILT.iter().map(|it| it.0);
    let elsewhere = ["hl_h17_runaway", "hl_s4_stale_starts", "k1_needs_k2"];
    let seen: BTreeSet<_> = spoilt.chain(elsewhere).collect();
    assert_eq!(seen, OF_STEPS.iter().map(|it| it.0).collect());
}

/// A world that has just begun to heat, and what was remembered of it.
fn heating_world() -> (World, History) {
    let plan = HeatPlan::new(40.0, Span::from_min(10), Site::LeftCalf).unwrap();
    let mut world = World::new(PadSpec::nominal(), Heater::default(), 1);
    let mut history = History::default();
    world.host.order(world.now, Order::Answer(Answers::NONE), Span::ZERO);
    world.host.order(world.now, Order::StartHeat { id: SessionId(0), plan }, Span::ZERO);
    while !world.plant.truth().heating {
        world.live(Span::from_ms(100), &mut |seen| {
            history.note(seen);
            history.close(seen);
        });
    }
    (world, history)
}

fn broken_at(seen: &Seen<'_>, history: &History) -> BTreeSet<&'static str> {
    let broken = OF_MOMENTS.iter().filter(|(_, it)| it(seen, history).is_err());
    broken.map(|(name, _)| *name).collect()
}

#[test]
fn a_standstill_breaks_nothing_because_the_lease_lapses_and_k2_drops_out() {
    use crate::host::Standstill::{Dead, Frozen, Hung};
    for how in [Hung, Frozen, Dead] {
        let (mut world, mut history) = heating_world();
        world.host.stand_still(world.now, how, Span::from_ms(2500));
        for _ in 0..40 {
            world.live(Span::from_ms(100), &mut |seen| {
                history.note(seen);
                assert!(broken_at(seen, &history).is_empty(), "{how:?}");
                history.close(seen);
            });
        }
    }
}

#[test]
fn lines_that_are_still_on_while_nobody_controls_are_seen() {
    let (world, history) = heating_world();
    let World { now, plant, host } = &world;
    for (ms, broken) in [
        (300, BTreeSet::new()),
        (310, BTreeSet::from(["the_lease_lapses"])),
        (1000, BTreeSet::from(["the_lease_lapses", "hl_s2_dead_man"])),
    ] {
        // Nobody lived through this time: the lines are as they were.
        let now = *now + Span::from_ms(ms);
        let seen = Seen { now, truth: plant.truth(), plant, host, cycle: None };
        assert_eq!(broken_at(&seen, &history), broken, "after {ms} ms");
    }
}
