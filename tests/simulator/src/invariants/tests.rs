//! Each invariant holds in a life in order, and fails as soon as what it speaks of is not so.

use std::collections::BTreeSet;

use soothe_plant::{PadSpec, Truth};
use soothe_therapy::checklist::Answers;
use soothe_therapy::ledger::SiteUse;
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode, Stimulator};
use soothe_therapy::{
    Celsius, Cem43, Ended, Event, Fault, FaultKind, Heater, LineState, Order, Outcome, Output,
    Phase, PhaseLimit, Plan, Profile, Protocol, Rule, SessionId, Site,
};

use super::*;
use crate::history::{Pulses, Sent, SkinTold, Told, Used};
use crate::world::World;

/// A step, taken out of a life, that can be spoilt.
struct Scene {
    now: Moment,
    host_now: Moment,
    plant: Plant,
    lines: LineState,
    stimulator: Stimulator,
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
        Self::first_in(World::new(pad, Heater::default(), 1), heat(), of)
    }

    fn first_in(mut world: World, plan: Plan, of: impl Fn(&Output) -> bool) -> Self {
        let mut history = History::default();
        world.host.order(world.now, Order::Answer(Answers::NONE), Span::ZERO);
        world.host.order(world.now, Order::Start { id: SessionId(0), plan }, Span::ZERO);
        for cycle in 0..2000 {
            let mut found = None;
            let mut hand = None;
            world.live(Span::from_ms(100), &mut |seen| {
                history.note(seen);
                let cycle = seen.cycle.unwrap();
                if of(cycle.output) {
                    found = Some(Self {
                        now: seen.now,
                        host_now: cycle.now,
                        plant: seen.plant.clone(),
                        lines: cycle.input.lines,
                        stimulator: cycle.input.stimulator,
                        commands: cycle.input.commands.to_vec(),
                        output: cycle.output.clone(),
                        history: history.clone(),
                    });
                }
                history.close(seen);
                hand = raises(cycle.output);
            });
            if let Some(found) = found {
                return found;
            }
            if let Some(order) = hand.filter(|_| cycle % 6 == 0) {
                world.host.order(world.now, order, Span::ZERO);
            }
        }
        panic!("no such step");
    }

    fn heating() -> Self {
        Self::first(|output| output.actuators.k1() && output.actuators.k2())
    }

    /// A step of a session of TENS at 5 mA that is a while on.
    fn stimulating() -> Self {
        Self::stimulating_beside(PadSpec::nominal())
    }

    /// The same beside a pad whose current nobody senses.
    fn stimulating_unsensed() -> Self {
        Self::stimulating_beside(PadSpec::nominal().with_sense_lines(false))
    }

    fn stimulating_beside(pad: PadSpec) -> Self {
        Self::first_in(World::new(pad, Heater::default(), 1), tens(), |output| {
            let flows = output.actuators.stimulus().is_some_and(|it| it.level_ma() == 5);
            flows && output.events.is_empty()
        })
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
            stimulator: self.stimulator,
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
        let Pulses { changed, heard, unread_since, heat_at, pulses_at, .. } =
            &mut self.history.pulses;
        for at in [changed, heard, unread_since, heat_at, pulses_at] {
            at.iter_mut().for_each(shift);
        }
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

    /// The skin probe has told this value, and no other, for so long.
    fn freeze_skin(&mut self, t: f64, s: u64) {
        let told = Some((self.now, t));
        let same_since = Some(self.ago(s));
        self.history.skin =
            SkinTold { newest: told, good: told, same_since, ..SkinTold::default() };
    }

    /// Tells of an end, and calls nobody.
    fn end_by(&mut self, outcome: Outcome) {
        let left = SiteUse {
            site: Site::LeftCalf,
            heated: Span::ZERO,
            dose: Cem43::ZERO,
            cold: Span::ZERO,
            tens: Span::ZERO,
        };
        let (id, elapsed, dose) = (SessionId(1), Span::ZERO, Cem43::ZERO);
        let ended = Ended { id, outcome, elapsed, dose, hottest: None, left };
        self.output.events.push(Event::Ended(ended));
    }

    fn ice_site(&mut self, ended_ago_min: u64, iced_min: u64) {
        let ended = self.now.before(Span::from_min(ended_ago_min));
        let (heated, cold) = (Span::ZERO, Span::from_min(iced_min));
        let (site, tens) = (Site::LeftCalf, Span::ZERO);
        self.history.used.push(Used { site, ended, heated, dose: 0.0, cold, tens });
    }

    fn use_site(&mut self, ended_ago_min: u64, heated_min: u64, dose: f64) {
        let ended = self.now.before(Span::from_min(ended_ago_min));
        let heated = Span::from_min(heated_min);
        self.history.used.push(Used {
            site: Site::LeftCalf,
            ended,
            heated,
            dose,
            cold: Span::ZERO,
            tens: Span::ZERO,
        });
    }

    fn stimulate_site(&mut self, ended_ago_min: u64, min: u64) {
        self.use_site(ended_ago_min, 0, 0.0);
        let used = self.history.used.last_mut().unwrap();
        used.tens = Span::from_min(min);
    }

    fn pulses(&mut self) -> &mut Pulses {
        &mut self.history.pulses
    }

    fn sent(&mut self) -> &mut Sent {
        self.history.pulses.sent.as_mut().unwrap()
    }
}

fn heat() -> Plan {
    Plan::heat(40.0, Span::from_min(10), Site::LeftCalf).unwrap()
}

fn tens() -> Plan {
    let (cap, area) = (Cap::DEFAULT, ElectrodeArea::literal(25.0));
    let tens = Phase::Tens { mode: Mode::Knot, cap, area, duration: Span::from_min(10) };
    Plan::of(Protocol::new("tens", &[tens]).unwrap(), Site::LeftCalf).unwrap()
}

/// What a person does who lays electrodes and raises the level to 5 mA.
fn raises(output: &Output) -> Option<Order> {
    let phase = output.snapshot.session?.phase;
    let confirms = phase.asked.map(|it| Order::Confirm { prompt: it.id });
    let raises = phase.level.filter(|it| it.ma() < 5);
    confirms.or(raises.map(|it| Order::Level { to_ma: it.ma() + 1 }))
}

fn ice() -> Plan {
    let ice = Phase::Ice { duration: Span::from_min(5) };
    Plan::of(Protocol::new("ice", &[ice]).unwrap(), Site::LeftCalf).unwrap()
}

#[test]
fn every_rule_of_heat_cold_and_system_has_an_invariant() {
    // What a person feels (HL-P) is not lived here: the daemon's tests and the API's fuzzer tell of it.
    for rule in Rule::ALL.iter().filter(|rule| !rule.id().starts_with("HL-P")) {
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
    assert!(Scene::stimulating().broken().is_empty());
    assert!(Scene::stimulating().late_in_life().broken().is_empty());
    assert!(Scene::stimulating_unsensed().broken().is_empty());
    assert!(Scene::stimulating_unsensed().late_in_life().broken().is_empty());
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
    ("hl_h7_phase_length", |it| it.session().heat_began = Some(it.ago(10 * 60 + 2))),
    ("hl_h7_phase_length", |it| it.session().warm.remember(Span::from_min(31), 40.0)),
    ("hl_h7_phase_length", |it| it.session().warm.remember(Span::from_min(21), 40.1)),
    ("a_profile_is_kept", |it| {
        it.session().profile = Profile::Sensitive;
        it.session().target = Some(Celsius::literal(38.1));
    }),
    ("a_profile_is_kept", |it| {
        it.session().profile = Profile::Sensitive;
        it.session().target = Some(Celsius::literal(38.0));
        it.session().warm.remember(Span::from_min(11), 38.0);
    }),
    ("a_profile_is_kept", |it| {
        it.session().profile = Profile::Cautious;
        it.session().chilled.remember(Span::from_s(302));
    }),
    ("a_profile_is_kept", |it| {
        it.history.just_began = true;
        (it.session().profile, it.session().plan) = (Profile::Cautious, ice());
        it.ice_site(230, 10);
    }),
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
    ("hl_c1_ice_length", |it| it.session().pack_on = Some(it.ago(16 * 60))),
    ("hl_c1_ice_length", |it| {
        // A probe that stands still watches nothing, nor does one that lies elsewhere.
        it.freeze_skin(14.0, 200);
        it.session().pack_on = Some(it.ago(16 * 60));
    }),
    ("hl_c1_ice_length", |it| {
        it.freeze_skin(21.0, 1);
        it.session().pack_on = Some(it.ago(16 * 60));
    }),
    ("hl_c1_ice_length", |it| {
        it.session().pack_on = Some(it.ago(6 * 60));
        it.session().chilled.remember(Span::from_min(10));
    }),
    ("hl_c2_watched_ice_length", |it| it.session().pack_on = Some(it.ago(11 * 60))),
    ("hl_c2_watched_ice_length", |it| {
        it.session().pack_on = Some(it.ago(60));
        it.session().chilled.remember(Span::from_min(10));
    }),
    ("hl_c2_watched_ice_length", |it| {
        it.freeze_skin(14.0, 1);
        it.session().pack_on = Some(it.ago(21 * 60));
    }),
    ("hl_c3_analgesia_is_told", |it| it.history.skin.due_since = Some(it.ago(4))),
    ("hl_c3_analgesia_is_told", |it| it.history.skin.numbed = 2),
    ("hl_c4_too_cold_comes_off", |it| it.history.skin.cold_since = Some(it.ago(33))),
    ("hl_c5_freezing_stops", |it| {
        it.freeze_skin(4.9, 1);
        it.session().pack_on = Some(it.ago(60));
    }),
    ("hl_c5_freezing_stops", |it| it.end_by(Outcome::Limit(PhaseLimit::Freezing))),
    ("hl_c6_no_heat_on_numb_skin", |it| it.session().numb = true),
    ("hl_c6_no_heat_on_numb_skin", |it| {
        it.session().felt = true;
        it.session().target = Some(Celsius::literal(40.1));
    }),
    ("hl_c6_no_heat_on_numb_skin", |it| {
        it.history.just_began = true;
        it.ice_site(20, 10);
    }),
    ("hl_c7_rest_from_cold", |it| {
        it.history.just_began = true;
        it.session().plan = ice();
        it.ice_site(110, 10);
    }),
    ("hl_c8_the_pack_comes_off", |it| it.session().pack_on = Some(it.ago(1))),
    ("hl_c8_the_pack_comes_off", |it| it.history.left.at_the_start = true),
    ("hl_c8_the_pack_comes_off", |it| {
        it.history.session = None;
        it.history.left.lies = true;
        it.output.actuators = soothe_therapy::Actuators::OFF;
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

/// The same for a step in which pulses flow.
const SPOILT_PULSES: &[Spoil] = &[
    ("hl_t1_peak", |it| it.sent().level_ma = 21.0),
    ("hl_t1_peak", |it| it.sent().cap_ma = 4.0),
    ("hl_t1_peak", |it| it.pulses().over.read = true),
    ("hl_t1_peak", |it| it.pulses().over.since = Some(it.ago(2))),
    ("a_profile_is_kept", |it| {
        it.session().profile = Profile::Cautious;
        it.sent().level_ma = 16.0;
    }),
    ("hl_t2_width", |it| it.sent().width_us = 251.0),
    ("hl_t3_rate", |it| it.sent().rate_hz = 151.0),
    ("hl_t4_rms", |it| it.sent().level_ma = 50.0),
    ("hl_t5_density", |it| it.sent().area_cm2 = 0.9),
    ("hl_t6_power_density", |it| it.sent().area_cm2 = 0.004),
    ("hl_t7_energy", |it| it.sent().level_ma = 64.0),
    ("hl_t8_no_direct_current", |it| it.pulses().direct.read = true),
    ("hl_t8_no_direct_current", |it| it.pulses().direct.since = Some(it.ago(2))),
    ("hl_t9_the_level_rises_by_hand", |it| it.pulses().before = None),
    ("hl_t9_the_level_rises_by_hand", |it| {
        // Ordered, but four steps at once.
        it.pulses().before.as_mut().unwrap().level_ma = 1.0;
        it.pulses().ordered_ma = vec![5];
        it.pulses().changed = Some(it.ago(10));
    }),
    ("hl_t9_the_level_rises_by_hand", |it| {
        // Ordered, but too soon.
        it.pulses().before.as_mut().unwrap().level_ma = 4.0;
        it.pulses().ordered_ma = vec![5];
        it.pulses().changed = Some(it.host_now.before(Span::from_ms(400)));
    }),
    ("hl_t10_gentle_after_cold", |it| {
        it.sent().level_ma = 16.0;
        it.session().cold_ended = Some(it.ago(20 * 60));
    }),
    ("hl_t10_gentle_after_cold", |it| {
        it.sent().level_ma = 16.0;
        it.ice_site(20, 10);
    }),
    ("hl_t11_an_electrode_is_off", |it| it.pulses().open_in_a_row = 3),
    ("hl_t11_an_electrode_is_off", |it| it.stimulator = Stimulator::Absent),
    ("hl_t11_an_electrode_is_off", |it| {
        it.pulses().unread_since = Some(it.host_now.before(Span::from_ms(3100)));
    }),
    ("hl_t12_short_circuit", |it| it.pulses().short.read = true),
    ("hl_t12_short_circuit", |it| it.pulses().short.since = Some(it.ago(2))),
    ("hl_t13_an_electrode_peels", |it| {
        let loads = (0..30).map(|s| if s < 23 { 2000.0 } else { 3000.0 });
        it.pulses().loads.remember(loads.chain([3000.0; 2]));
    }),
    ("hl_t14_how_long_and_how_often", |it| {
        it.session().tens_in_phase.1 = Span::from_s(602);
    }),
    ("hl_t14_how_long_and_how_often", |it| it.session().tens = Span::from_min(61)),
    ("hl_t14_how_long_and_how_often", |it| {
        it.history.just_began = true;
        it.stimulate_site(20, 10);
    }),
    ("hl_t14_how_long_and_how_often", |it| {
        it.history.just_began = true;
        (1..=4).for_each(|n| it.stimulate_site(n * 60, 10));
    }),
    ("hl_t15_never_with_heat", |it| {
        it.pulses().heat_at = Some(it.host_now.before(Span::from_s(9)));
    }),
    ("hl_t16_placement", |it| {
        it.session().plan = Plan::heat(40.0, Span::from_min(10), Site::LeftNeck).unwrap();
    }),
    ("hl_s1_late_is_off", |it| it.before().host = it.host_now.before(Span::from_ms(650))),
    ("hl_s3_somebody_can_be_heard", |it| it.pulses().heard = Some(it.ago(31))),
    ("hl_s3_somebody_can_be_heard", |it| it.pulses().heard = None),
    ("hl_s11_a_pause_is_off", |it| it.session().paused = Some(it.now)),
    ("hl_s11_a_pause_is_off", |it| {
        it.session().paused = Some(it.ago(301));
        it.output.actuators = soothe_therapy::Actuators::OFF;
    }),
];

/// The same where nobody senses the pad's current.
const SPOILT_UNSENSED: &[Spoil] = &[
    ("hl_h2_hot_is_off", |it| it.tell(0, 500, 43.0)),
    ("hl_h12_no_blind_heat", |it| {
        it.tell(0, 3100, 30.0);
        it.tell(1, 3100, 30.0);
    }),
    ("hl_h13_both_sensors", |it| it.tell(0, 3100, 30.0)),
    ("hl_h14_agreement", |it| it.history.apart_since = Some(it.ago(33))),
    ("hl_h20_proof_before_heat", |it| it.session().k2_alone = Span::from_ms(500)),
    ("hl_h22_warmth_at_the_start", |it| {
        it.before().granted.fed = false;
        it.tell(0, 500, 38.5);
    }),
];

#[test]
fn heat_beside_pulses_and_right_after_them_is_seen() {
    let sent = *Scene::stimulating().sent();
    let mut scene = Scene::heating();
    scene.pulses().sent = Some(sent);
    assert!(scene.broken().contains("hl_t15_never_with_heat"));
    let mut scene = Scene::heating().late_in_life();
    scene.pulses().pulses_at = Some(scene.host_now.before(Span::from_s(9)));
    assert_eq!(scene.broken(), BTreeSet::from(["hl_t15_never_with_heat"]));
}

#[test]
fn each_invariant_fails_when_what_it_speaks_of_is_not_so() {
    let heating = SPOILT.iter().map(|it| (it, Scene::heating as fn() -> Scene));
    let stimulating = SPOILT_PULSES.iter().map(|it| (it, Scene::stimulating as fn() -> Scene));
    let unsensed =
        SPOILT_UNSENSED.iter().map(|it| (it, Scene::stimulating_unsensed as fn() -> Scene));
    for ((name, spoil), scene) in heating.chain(stimulating).chain(unsensed) {
        let mut scene = scene().late_in_life();
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
    let order = Order::Start { id: SessionId(9), plan: heat() };
    let issued = scene.host_now.before(Span::from_ms(2001));
    scene.commands = vec![soothe_therapy::Command { issued, order }];
    scene.output.replies.push(Ok(()));
    assert_eq!(scene.broken(), BTreeSet::from(["hl_s4_stale_starts"]));
    scene.commands[0].order = Order::Resume;
    assert_eq!(scene.broken(), BTreeSet::from(["hl_s4_stale_starts"]));
}

#[test]
fn k1_alone_is_right_in_the_proof_and_wrong_after_it() {
    let mut scene = Scene::first(|output| output.actuators.proves_k1());
    scene.session().proved = true;
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
    sensed.history.senses_current = false;
    assert_eq!(sensed.broken(), seen);
}

#[test]
fn every_invariant_of_a_step_is_spoilt_by_some_test() {
    let spoilt = SPOILT.iter().chain(SPOILT_PULSES).map(|it| it.0);
    let elsewhere = ["hl_h17_runaway", "hl_s4_stale_starts", "k1_needs_k2"];
    let seen: BTreeSet<_> = spoilt.chain(elsewhere).collect();
    assert_eq!(seen, OF_STEPS.iter().map(|it| it.0).collect());
}

/// A world in which something has just begun to flow, and what was remembered of it.
fn world_of(plan: Plan, flows: fn(Truth) -> bool) -> (World, History) {
    let mut world = World::new(PadSpec::nominal(), Heater::default(), 1);
    let mut history = History::default();
    world.host.order(world.now, Order::Answer(Answers::NONE), Span::ZERO);
    world.host.order(world.now, Order::Start { id: SessionId(0), plan }, Span::ZERO);
    while !flows(world.plant.truth()) {
        let mut hand = None;
        world.live(Span::from_ms(100), &mut |seen| {
            history.note(seen);
            history.close(seen);
            hand = seen.cycle.and_then(|cycle| raises(cycle.output));
        });
        let due = world.now.as_ms().is_multiple_of(600);
        if let Some(order) = hand.filter(|_| due) {
            world.host.order(world.now, order, Span::ZERO);
        }
    }
    (world, history)
}

fn heating_world() -> (World, History) {
    world_of(heat(), |truth| truth.heating)
}

fn stimulating_world() -> (World, History) {
    world_of(tens(), |truth| truth.tens_ma > 4.9)
}

fn broken_at(seen: &Seen<'_>, history: &History) -> BTreeSet<&'static str> {
    let broken = OF_MOMENTS.iter().filter(|(_, it)| it(seen, history).is_err());
    broken.map(|(name, _)| *name).collect()
}

#[test]
fn a_standstill_breaks_nothing_because_the_lease_lapses_and_k2_drops_out() {
    use crate::host::Standstill::{Dead, Frozen, Hung};
    let worlds = [heating_world as fn() -> (World, History), stimulating_world];
    let cases = worlds.iter().flat_map(|world| [Hung, Frozen, Dead].map(|how| (world, how)));
    for (world, how) in cases {
        let (mut world, mut history) = world();
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
    for (world, history) in [heating_world(), stimulating_world()] {
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
}

#[test]
fn pulses_that_nobody_granted_and_pulses_beside_heat_are_seen() {
    let (world, history) = stimulating_world();
    let World { now, plant, host } = &world;
    let broken = |tens_ma: f64, heating: bool, history: &History| {
        let truth = Truth { tens_ma, heating, ..plant.truth() };
        broken_at(&Seen { now: *now, truth, plant, host, cycle: None }, history)
    };
    let seen = BTreeSet::from(["pulses_are_as_granted"]);
    assert!(broken(5.0, false, &history).is_empty());
    assert_eq!(broken(5.1, false, &history), seen);
    assert_eq!(broken(5.0, true, &history), seen);
    let mut nothing = history.clone();
    nothing.pulses.sent = None;
    assert_eq!(broken(0.1, false, &nothing), seen);
    assert!(broken(0.0, true, &nothing).is_empty());
}
