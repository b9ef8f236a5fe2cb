//! Each rule on a small pad of its own, whose heater, sensors and blanket do as they are told.

use super::*;
use crate::interlock::{Circumstances, Demand, Interlock, Verdict};
use crate::lines::LineState;
use crate::sense::{RawReading, Readings, Senses};
use crate::tens::Stimulator;
use crate::units::Cem43;
use proptest::prelude::*;

const ROOM_C: f64 = 22.0;

/// What is done to the pad, for one stretch of time.
#[derive(Clone, Copy, Debug)]
struct Doing {
    target: Option<Celsius>,
    /// Granted power: as a thermostat asks for it, or not at all.
    asks: bool,
    /// Current flows: none means as granted.
    current: Option<bool>,
    loss: f64,
    /// What the first sensor says, when it does not say what it feels.
    first_says: Option<f64>,
    silent: bool,
}

const IDLE: Doing =
    Doing { target: None, asks: false, current: None, loss: 1.0, first_says: None, silent: false };

fn heating(target_c: f64) -> Doing {
    Doing { target: Some(Celsius::literal(target_c)), asks: true, ..IDLE }
}

/// The reference pad, `scale` times as heavy, with thermometers that round to 1/16 K.
struct World {
    scale: f64,
    power_w: f64,
    room_c: f64,
    element_c: f64,
    surface_c: f64,
    felt_c: f64,
    second_offset_k: f64,
    now: Moment,
    senses: Senses,
    readings: Readings,
    granted: Actuators,
    verifier: Verifier,
}

impl World {
    fn new(scale: f64, power_w: f64) -> Self {
        Self::in_room(ROOM_C, scale, power_w)
    }

    fn in_room(room_c: f64, scale: f64, power_w: f64) -> Self {
        Self {
            scale,
            power_w,
            room_c,
            element_c: room_c,
            surface_c: room_c,
            felt_c: room_c,
            second_offset_k: 0.3,
            now: Moment::START,
            senses: Senses::default(),
            readings: Readings::default(),
            granted: Actuators::OFF,
            verifier: Verifier::default(),
        }
    }

    fn live(&mut self, heated: bool, loss: f64) {
        let dt = limits::CYCLE.as_s();
        let power_w = if heated { self.power_w } else { 0.0 };
        let flow_w = 1.2 * (self.element_c - self.surface_c);
        let lost_w =
            [0.15 * (self.element_c - self.room_c), 0.55 * loss * (self.surface_c - self.room_c)];
        self.element_c += dt / (180.0 * self.scale) * (power_w - flow_w - lost_w[0]);
        self.surface_c += dt / (90.0 * self.scale) * (flow_w - lost_w[1]);
        self.felt_c += dt / 4.0 * (self.surface_c - self.felt_c);
    }

    /// Steps until something is found or the time is over; says what, and after how many seconds.
    fn run(&mut self, seconds: u64, doing: Doing) -> Option<(FaultKind, f64)> {
        let began = self.now;
        let end = began + Span::from_s(seconds);
        while self.now < end {
            if self.now.as_ms().is_multiple_of(1000) && !doing.silent {
                let say = |t: f64| {
                    let t = Celsius::literal(libm::round(t * 16.0) / 16.0);
                    Some(RawReading { began: self.now, outcome: Ok(t) })
                };
                let first_c = doing.first_says.unwrap_or(self.felt_c);
                let contact = [say(first_c), say(self.felt_c + self.second_offset_k)];
                self.readings = Readings { contact, ambient: say(self.room_c), skin: None };
            }
            let evidence = self.senses.weigh(self.now, &self.readings);
            let found = self.verifier.watch(self.now, &evidence, self.granted, doing.target);
            if let Some(kind) = found {
                return Some((kind, self.now.since(began).as_s()));
            }
            let wants = doing.asks && doing.target.is_some_and(|t| self.felt_c < t.get());
            self.granted = grant(wants);
            self.live(doing.current.unwrap_or(wants), doing.loss);
            self.now = self.now + limits::CYCLE;
        }
        None
    }
}

fn grant(heat: bool) -> Actuators {
    let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
    let readings = Readings { contact: [at(30.0), at(30.0)], ambient: at(22.0), skin: None };
    let evidence = Senses::default().weigh(Moment::START, &readings);
    let around = Circumstances {
        stimulator: Stimulator::Absent,
        now: Moment::START,
        late_by: Span::ZERO,
        lines: LineState::default(),
        dose: Cem43::ZERO,
        dose_before: Cem43::ZERO,
        found: None,
    };
    let demand = if heat { Demand::Heat } else { Demand::Ready };
    let verdict = Interlock::default().judge(demand, &evidence, &around);
    let Verdict::Granted(actuators) = verdict else { panic!("{verdict:?}") };
    actuators
}

/// Pads at the corners of what is accepted: scale and power.
const PADS: [(f64, f64); 5] = [(1.0, 40.0), (0.6, 25.0), (0.6, 60.0), (1.4, 25.0), (1.4, 60.0)];

#[test]
fn hl_h15_a_heater_that_is_open_from_the_start_is_found_on_every_pad() {
    for (scale, power_w) in PADS {
        let open = Doing { current: Some(false), ..heating(40.0) };
        let found = World::new(scale, power_w).run(90, open);
        assert!(matches!(found, Some((FaultKind::NoRise, _))), "{scale} {power_w}: {found:?}");
    }
}

#[test]
fn hl_h15_a_pad_of_a_fifth_of_the_least_power_does_not_rise_and_one_of_the_least_does() {
    for (power_w, want) in [(5.0, Some(FaultKind::NoRise)), (25.0, None)] {
        let found = World::new(1.0, power_w).run(600, heating(42.0));
        assert_eq!(found.map(|(kind, _)| kind), want, "{power_w}");
    }
}

#[test]
fn hl_h16_a_heater_that_opens_while_it_holds_is_found() {
    for (scale, power_w) in PADS {
        let mut world = World::new(scale, power_w);
        assert_eq!(world.run(1200, heating(40.0)), None, "{scale} {power_w}");
        let open = Doing { current: Some(false), ..heating(40.0) };
        let found = world.run(180, open);
        assert!(matches!(found, Some((FaultKind::CannotHold, _))), "{scale} {power_w}: {found:?}");
    }
}

#[test]
fn hl_h16_what_a_strong_pad_has_proven_it_is_held_to() {
    // A quarter of 60 W is what the weakest pad could pass for without its blanket.
    let mut world = World::in_room(15.0, 1.2, 60.0);
    assert_eq!(world.run(900, heating(40.0)), None);
    world.power_w = 15.0;
    let found = world.run(200, heating(40.0));
    assert!(matches!(found, Some((FaultKind::CannotHold, _))), "{found:?}");
}

#[test]
fn hl_h16_a_new_set_point_has_to_be_reached_first() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(600, heating(34.0)), None);
    let open = Doing { current: Some(false), ..heating(42.0) };
    assert!(matches!(world.run(200, open), Some((FaultKind::NoRise, _))));
}

#[test]
fn hl_h16_a_lifted_blanket_is_no_fault_even_where_the_pad_cannot_hold_without_it() {
    for (scale, power_w) in PADS {
        for warm_up_s in [30, 200, 1200] {
            let mut world = World::in_room(15.0, scale, power_w);
            let lifted = Doing { loss: 2.0, ..heating(42.0) };
            let stretches = [(warm_up_s, heating(42.0)), (300, lifted), (600, heating(42.0))];
            for (seconds, doing) in stretches {
                assert_eq!(world.run(seconds, doing), None, "{scale} {power_w} {doing:?}");
            }
        }
    }
}

#[test]
fn a_new_session_may_be_another_pad() {
    let mut world = World::new(0.6, 60.0);
    assert_eq!(world.run(600, heating(40.0)), None);
    assert_eq!(world.run(1800, IDLE), None);
    (world.scale, world.power_w) = (1.4, 25.0);
    assert_eq!(world.run(1200, heating(40.0)), None);
}

#[test]
fn hl_h18_stored_heat_is_no_fault() {
    for (scale, power_w) in PADS {
        for full_s in [60, 240] {
            let mut world = World::new(scale, power_w);
            assert_eq!(world.run(full_s, heating(42.0)), None, "{scale} {power_w}");
            assert_eq!(world.run(1200, IDLE), None, "{scale} {power_w} after {full_s} s");
        }
    }
}

#[test]
fn hl_h18_power_that_stays_on_is_found_with_and_without_a_session() {
    for (scale, power_w) in PADS {
        for target in [Some(Celsius::literal(40.0)), None] {
            let mut world = World::new(scale, power_w);
            assert_eq!(world.run(900, heating(40.0)), None, "{scale} {power_w}");
            let stuck = Doing { target, asks: false, current: Some(true), ..IDLE };
            let found = world.run(90, stuck);
            let rising = matches!(found, Some((FaultKind::RisingWhileOff, _)));
            assert!(rising, "{scale} {power_w}: {found:?}");
        }
    }
}

#[test]
fn hl_h18_power_that_stays_on_between_the_regulators_pulses_is_found() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(900, heating(40.0)), None);
    let stuck = Doing { current: Some(true), ..heating(40.0) };
    assert!(matches!(world.run(75, stuck), Some((FaultKind::RisingWhileOff, _))));
}

#[test]
fn hl_h18_stray_heat_is_told_until_it_ends() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(600, heating(38.0)), None);
    let stuck = Doing { current: Some(true), ..IDLE };
    let found = world.run(90, stuck);
    assert!(
        found.is_some_and(|(kind, after_s)| kind == FaultKind::RisingWhileOff && after_s > 38.0)
    );
    world.now = world.now + limits::CYCLE;
    assert_eq!(
        world.run(1, stuck),
        Some((FaultKind::RisingWhileOff, 0.0)),
        "in the next step, too"
    );

    let opened = world.now;
    while world.run(1, IDLE).is_some() {
        world.live(false, 1.0);
        world.now = world.now + limits::CYCLE;
        assert!(world.now.since(opened) < Span::from_s(90), "told although it is over");
    }
    assert_eq!(world.run(600, IDLE), None);
}

#[test]
fn hl_h18_a_blanket_that_comes_back_after_the_session_is_no_fault() {
    for (scale, power_w) in PADS {
        let mut world = World::in_room(29.0, scale, power_w);
        let lifted = Doing { loss: 2.0, ..heating(42.0) };
        for (seconds, doing) in [(600, heating(42.0)), (300, lifted), (900, IDLE)] {
            assert_eq!(world.run(seconds, doing), None, "{scale} {power_w} {doing:?}");
        }
    }
}

#[test]
fn hl_h18_skin_may_warm_a_pad_that_is_off() {
    let mut world = World::new(1.0, 40.0);
    let mut skin_c = ROOM_C;
    for _ in 0..900 {
        skin_c += 0.02 * (33.0 - skin_c);
        (world.surface_c, world.felt_c) = (skin_c, skin_c);
        assert_eq!(world.run(1, IDLE), None, "at {skin_c:.1}");
    }
}

/// A ramp from `from_c` of `k_per_s` on both sensors in a session; what is found, and when.
fn ramp(from_c: f64, to_c: f64, k_per_s: f64) -> Option<(FaultKind, u64)> {
    let mut world = World::new(1.0, 40.0);
    let still = Doing { asks: false, ..heating(42.0) };
    for second in 0..40 {
        let c = (from_c + k_per_s * second.max(10) as f64 - 10.0 * k_per_s).min(to_c);
        (world.surface_c, world.element_c, world.felt_c) = (c, c, c);
        if let Some((kind, _)) = world.run(1, still) {
            return Some((kind, second - 10));
        }
    }
    None
}

#[test]
fn hl_h17_a_rise_faster_than_any_pad_is_a_runaway_after_10_s() {
    assert_eq!(ramp(32.0, 60.0, 0.5), Some((FaultKind::Runaway, 9)));
    // What is hardly too fast takes all of the 10 s.
    assert_eq!(ramp(32.0, 60.0, 0.42), Some((FaultKind::Runaway, 10)));
    assert_eq!(ramp(32.0, 60.0, 0.4), None, "the rate itself is allowed");
}

#[test]
fn hl_h16_sensors_that_both_fall_as_no_pad_on_skin_does_have_left_it() {
    assert_eq!(ramp(40.0, 60.0, -0.6), Some((FaultKind::CannotHold, 9)));
    assert_eq!(ramp(40.0, 60.0, -0.52), Some((FaultKind::CannotHold, 10)));
    assert_eq!(ramp(40.0, 60.0, -0.5), None, "the rate itself is allowed");
    // One alone is another matter: the two have moved apart.
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(200, heating(38.0)), None);
    let off = Doing { first_says: Some(ROOM_C), ..heating(38.0) };
    assert_eq!(world.run(30, off).expect("found").0, FaultKind::Disagree);
}

#[test]
fn hl_h17_laying_the_pad_on_skin_is_no_runaway() {
    assert_eq!(ramp(22.0, 32.5, 1.0), None);
    assert_eq!(ramp(22.0, 32.7, 1.0), None, "the second sensor says 33.0");
    assert!(ramp(22.0, 34.0, 1.0).is_some());
}

#[test]
fn hl_h14_a_sensor_that_freezes_while_the_other_moves_is_found() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(100, heating(40.0)), None);
    let frozen = Doing { first_says: Some(world.felt_c), ..heating(40.0) };
    let (kind, after_s) = world.run(60, frozen).expect("found");
    assert!(kind == FaultKind::FrozenSensor || kind == FaultKind::Disagree, "{kind:?}");
    assert!(after_s <= 25.0, "{after_s}");
}

#[test]
fn hl_h14_a_frozen_sensor_is_found_by_a_movement_too_small_to_disagree() {
    for (moved_k, want) in [(0.5, Some(FaultKind::FrozenSensor)), (0.3, None)] {
        let mut world = World::new(1.0, 40.0);
        let still = Doing { asks: false, first_says: Some(30.0), ..heating(40.0) };
        let mut found = None;
        for second in 0..60 {
            let c = 30.0 + f64::from(second.min(20)) / 20.0 * moved_k;
            (world.surface_c, world.element_c, world.felt_c) = (c, c, c);
            found = found.or(world.run(1, still));
        }
        assert_eq!(found.map(|(kind, _)| kind), want, "{moved_k}");
    }
}

#[test]
fn hl_h14_a_mean_that_reaches_back_to_before_a_stillness_is_none_of_it() {
    let mut still = Still::at(30.0, 29.0);
    [29.2, 29.6, 29.8, 30.0].into_iter().for_each(|other_c| still.goes_on(other_c));
    assert_eq!((still.other_low_c, still.other_high_c), (30.0, 30.0));
    still.goes_on(30.3);
    assert_eq!((still.seconds, still.other_low_c, still.other_high_c), (5, 30.0, 30.3));
}

#[test]
fn hl_h14_one_value_for_19_s_is_not_frozen_yet() {
    let still = |seconds| Still { value_c: 30.0, seconds, other_low_c: 30.0, other_high_c: 30.5 };
    assert!(!still(19).is_frozen() && still(20).is_frozen());
}

#[test]
fn hl_h14_two_sensors_that_stand_still_together_are_not_frozen() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(600, Doing { asks: false, ..heating(40.0) }), None);
}

#[test]
fn hl_h14_a_sensor_off_the_skin_is_found_within_seconds() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(900, heating(38.0)), None);
    // Not yet 3 K apart, and moving as a sensor does.
    let mut found = None;
    for second in 1..10 {
        let says = world.felt_c - 2.0 * (1.0 - libm::exp(-f64::from(second) / 4.0));
        found = found.or(world.run(1, Doing { first_says: Some(says), ..heating(38.0) }));
    }
    assert_eq!(found.map(|(kind, _)| kind), Some(FaultKind::Disagree));
}

#[test]
fn hl_h14_a_constant_offset_and_a_fifth_of_the_rise_are_allowed() {
    for (share, want) in [(0.15, None), (0.6, Some(FaultKind::Disagree))] {
        let mut world = World::new(1.0, 60.0);
        world.second_offset_k = 2.0;
        let mut found = None;
        for _ in 0..120 {
            let says = world.felt_c - share * (world.felt_c - ROOM_C);
            let doing = Doing { first_says: Some(says), ..heating(42.0) };
            found = found.or(world.run(1, doing));
        }
        assert_eq!(found.map(|(kind, _)| kind), want, "{share}");
    }
}

/// Two sensors at 30 °C, of which the first moves `moved_k` away in a phase after `still_s`; what is found.
fn moved(still_s: u64, moved_k: f64) -> Option<FaultKind> {
    let mut world = World::new(1.0, 40.0);
    world.second_offset_k = 0.0;
    let mut found = None;
    for second in 0..still_s + 10 {
        (world.surface_c, world.element_c, world.felt_c) = (30.0, 30.0, 30.0);
        let first_c = if second < still_s { 30.0 } else { 30.0 + moved_k };
        let doing = Doing { first_says: Some(first_c), asks: false, ..heating(42.0) };
        found = found.or(world.run(1, doing));
    }
    found.map(|(kind, _)| kind)
}

#[test]
fn hl_h14_four_fifths_of_a_kelvin_and_a_fifth_of_the_move_itself_are_allowed() {
    assert_eq!(moved(9, 1.0), None);
    assert_eq!(moved(9, 1.0625), Some(FaultKind::Disagree));
}

#[test]
fn hl_h14_a_sensor_that_slips_off_within_a_minute_is_found() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(900, heating(38.0)), None);
    let mut found = None;
    for second in 1..=70 {
        let says = world.felt_c - 0.0235 * f64::from(second);
        found = found.or(world.run(1, Doing { first_says: Some(says), ..heating(38.0) }));
    }
    assert_eq!(found.map(|(kind, _)| kind), Some(FaultKind::Disagree));
}

#[test]
fn hl_h14_a_sensor_that_comes_back_is_not_compared_with_what_stood_in_for_it() {
    let (mut senses, mut verifier) = (Senses::default(), Verifier::default());
    for second in 0..60 {
        let now = Moment::from_ms(second * 1000);
        let say = |t| Some(RawReading { began: now, outcome: Ok(Celsius::literal(t)) });
        let silent = (10..30).contains(&second);
        let contact = [say(30.0).filter(|_| !silent), say(32.0)];
        let evidence = senses.weigh(now, &Readings { contact, ambient: say(22.0), skin: None });
        let target = Some(Celsius::literal(40.0));
        assert_eq!(verifier.watch(now, &evidence, Actuators::OFF, target), None, "{second} s");
    }
}

#[test]
fn a_blanket_that_is_lifted_as_a_long_pulse_begins_is_no_silent_heater() {
    for (scale, power_w, room_c, target_c) in
        [(0.69, 57.0, 21.0, 33.3), (0.83, 47.0, 21.2, 33.1), (0.81, 58.2, 19.4, 34.1)]
    {
        for lifted_after_s in (240..330).step_by(3) {
            let mut world = World::in_room(room_c, scale, power_w);
            assert_eq!(world.run(lifted_after_s, heating(target_c)), None);
            let found = world.run(120, Doing { loss: 2.0, ..heating(target_c) });
            assert_eq!(found, None, "{scale} {power_w} W, lifted after {lifted_after_s} s");
        }
    }
}

#[test]
fn hl_h16_a_heater_that_opens_is_told_before_the_balance_misses_its_heat() {
    // By the balance alone it takes 80, 80 and 65 s.
    for (scale, power_w, target_c, most_s) in
        [(1.0, 40.0, 33.0, 60), (0.6, 25.0, 36.0, 60), (1.4, 60.0, 33.0, 45)]
    {
        let mut world = World::new(scale, power_w);
        assert_eq!(world.run(900, heating(target_c)), None, "{scale} {power_w} W");
        let open = Doing { current: Some(false), ..heating(target_c) };
        let found = world.run(most_s, open);
        assert!(
            matches!(found, Some((FaultKind::CannotHold, _))),
            "{scale} {power_w} W: {found:?}"
        );
    }
}

#[test]
fn no_more_is_kept_than_the_rules_look_back_at() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(100, heating(40.0)), None);
    assert_eq!(world.verifier.trace.len, APART_BACK + SMOOTH);
}

#[test]
fn sensors_may_be_moved_while_no_phase_is_on() {
    let mut world = World::new(1.0, 40.0);
    for (first_c, heated) in [(22.0, false), (30.0, false), (22.0, false)] {
        let doing = Doing { first_says: Some(first_c), current: Some(heated), ..IDLE };
        assert_eq!(world.run(30, doing), None);
    }
    // Nor does the phase that follows look back at it.
    assert_eq!(world.run(60, heating(40.0)), None);
}

#[test]
fn a_silence_of_seconds_is_no_fault_of_the_heat_path() {
    let mut world = World::new(0.6, 60.0);
    assert_eq!(world.run(60, heating(42.0)), None);
    assert_eq!(world.run(6, Doing { silent: true, asks: false, ..heating(42.0) }), None);
    assert_eq!(world.run(120, heating(42.0)), None);
}

#[test]
fn after_a_long_silence_nothing_is_judged_from_before_it() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(120, heating(40.0)), None);
    assert_eq!(world.run(11, Doing { silent: true, ..IDLE }), None);
    assert_eq!(world.verifier.trace.len, 0);
    world.run(2, IDLE);
    assert_eq!(world.verifier.trace.len, 2);
}

#[test]
fn a_step_that_comes_seconds_late_starts_the_trace_afresh() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(world.run(60, heating(40.0)), None);
    assert!(world.verifier.trace.len > 50);
    world.now = world.now + Span::from_s(3);
    world.run(1, heating(40.0));
    assert_eq!(world.verifier.trace.len, 1);
}

#[test]
fn a_grant_counts_for_no_longer_than_its_lease() {
    let mut verifier = Verifier::default();
    let evidence = Senses::default().weigh(Moment::START, &Readings::default());
    verifier.watch(Moment::START, &evidence, grant(true), None);
    verifier.watch(Moment::from_ms(900), &evidence, grant(true), None);
    assert_eq!(verifier.granted, limits::LEASE);
}

#[test]
fn power_is_granted_only_when_both_switches_are() {
    let mut verifier = Verifier::default();
    let evidence = Senses::default().weigh(Moment::START, &Readings::default());
    for ms in [100, 200] {
        verifier.watch(Moment::from_ms(ms), &evidence, grant(false), None);
    }
    assert_eq!(verifier.granted, Span::ZERO);
    assert!(grant(false).k2());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn hl_h15_h16_h18_no_healthy_pad_is_found_wanting(
        scale in 0.6f64..=1.4,
        power_w in 25.0f64..=60.0,
        room_c in 15.0f64..=30.0,
        target_c in 30.0f64..=42.0,
        lifted_after_s in 0u64..900,
        ended_after_s in 0u64..600,
        offset_k in -0.5f64..=0.5,
    ) {
        let mut world = World::in_room(room_c, scale, power_w);
        world.second_offset_k = offset_k;
        let lifted = Doing { loss: 2.0, ..heating(target_c) };
        let stretches = [
            (lifted_after_s, heating(target_c)),
            (300, lifted),
            (ended_after_s, heating(target_c)),
            (600, IDLE),
        ];
        for (seconds, doing) in stretches {
            prop_assert_eq!(world.run(seconds, doing), None);
        }
    }

    #[test]
    fn whatever_is_said_nothing_is_missed_that_was_not_granted_and_off_only_stray_heat_is_told(
        said in prop::collection::vec((-130.0f64..130.0, -130.0f64..130.0, 1u64..30), 1..40),
        on in any::<bool>(),
    ) {
        let mut senses = Senses::default();
        let mut verifier = Verifier::default();
        let target = on.then_some(Celsius::literal(40.0));
        let mut now = Moment::START;
        for (first_c, second_c, seconds) in said {
            for _ in 0..seconds * 10 {
                let say = |t| Some(RawReading { began: now, outcome: Ok(Celsius::literal(t)) });
                let contact = [say(first_c), say(second_c)];
                let evidence = senses.weigh(now, &Readings { contact, ambient: say(22.0), skin: None });
                let found = verifier.watch(now, &evidence, Actuators::OFF, target);
                prop_assert!(found != Some(FaultKind::NoRise));
                let falls = verifier.falls_away();
                prop_assert!(falls || found != Some(FaultKind::CannotHold));
                prop_assert!(on || found.is_none_or(|kind| kind == FaultKind::RisingWhileOff));
                now = now + limits::CYCLE;
            }
        }
    }
}
