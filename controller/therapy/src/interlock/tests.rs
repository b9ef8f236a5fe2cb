//! What is granted, withheld and latched.

use super::*;
use crate::sense::{Freshness, RawReading, Readings, Senses, SensorView};
use crate::tens::{Microamp, Mode, Ohm, Reading, Stimulus};
use crate::units::Kelvin;
use proptest::prelude::*;

const HEAT: Demand = Demand::Heat;

fn evidence(first_c: f64, second_c: f64) -> Evidence {
    let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
    let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0), skin: None };
    Senses::default().weigh(Moment::START, &readings)
}

fn around(now_ms: u64) -> Circumstances {
    Circumstances {
        stimulator: Stimulator::Absent,
        now: Moment::from_ms(now_ms),
        late_by: Span::ZERO,
        lines: LineState::default(),
        dose: Cem43::ZERO,
        dose_before: Cem43::ZERO,
        found: None,
    }
}

const TENS: Demand = Demand::Stimulate(Stimulus::new(Mode::Knot, 9));

/// A pulse of so much that shows so much.
fn flows(commanded_ma: f64, measured_ma: f64) -> Stimulator {
    Stimulator::Measured(Reading {
        commanded: Milliamp::literal(commanded_ma),
        measured: Milliamp::literal(measured_ma),
        load: Ohm::literal(2000.0),
        mean: Microamp::literal(0.0),
    })
}

#[test]
fn hl_t15_heat_and_tens_are_ten_seconds_apart_either_way() {
    let cool = evidence(30.0, 30.0);
    for (first, second) in
        [(HEAT, TENS), (TENS, HEAT), (TENS, Demand::Ready), (TENS, Demand::ProveK1)]
    {
        let mut interlock = Interlock::default();
        assert!(interlock.judge(first, &cool, &around(0)).actuators().energises());
        for ms in (100..10_000).step_by(100) {
            let verdict = interlock.judge(second, &cool, &around(ms));
            assert_eq!(verdict, Verdict::Withheld(Rule::T15), "{second:?} after {ms} ms");
        }
        let verdict = interlock.judge(second, &cool, &around(10_000));
        assert!(verdict.actuators().energises(), "{second:?}: {verdict:?}");
    }
}

#[test]
fn hl_t15_current_in_both_latches() {
    let cool = evidence(30.0, 30.0);
    let mut interlock = Interlock::default();
    interlock.judge(HEAT, &cool, &around(0));
    let around_tens = Circumstances { stimulator: flows(9.0, 9.0), ..around(100) };
    assert_eq!(latched(interlock.judge(HEAT, &cool, &around_tens)), Some(FaultKind::BothActive));

    let mut interlock = Interlock::default();
    interlock.judge(TENS, &cool, &around(0));
    let lines = LineState { pad_current: Some(true), ..LineState::default() };
    let around_pad = Circumstances { lines, stimulator: flows(9.0, 9.0), ..around(100) };
    assert_eq!(latched(interlock.judge(TENS, &cool, &around_pad)), Some(FaultKind::BothActive));
}

#[test]
fn hl_t1_current_at_a_level_of_zero_latches_whatever_is_on() {
    for demand in [Demand::Off, Demand::Rest] {
        let around = Circumstances { stimulator: flows(0.0, 0.6), ..around(0) };
        let verdict = Interlock::default().judge(demand, &evidence(30.0, 30.0), &around);
        assert_eq!(latched(verdict), Some(FaultKind::OverCurrent), "{demand:?}");
    }
    // Nor after it was fed no more, whatever it was asked for.
    let mut interlock = Interlock::default();
    let cool = evidence(30.0, 30.0);
    interlock.judge(TENS, &cool, &around(0));
    for (ms, fault) in [(400, None), (600, Some(FaultKind::OverCurrent))] {
        let around = Circumstances { stimulator: flows(9.0, 9.0), ..around(ms) };
        assert_eq!(latched(interlock.judge(Demand::Off, &cool, &around)), fault, "{ms} ms");
    }
    let around = Circumstances { stimulator: flows(0.0, 0.1), ..around(0) };
    let verdict = Interlock::default().judge(Demand::Off, &evidence(30.0, 30.0), &around);
    assert_eq!(verdict, Verdict::Granted(Actuators::OFF));
}

#[test]
fn hl_s1_tens_is_withheld_once_the_lease_has_lapsed_and_latches_in_a_later_cycle() {
    let judged = |late_ms| {
        let around = Circumstances { late_by: Span::from_ms(late_ms), ..around(0) };
        Interlock::default().judge(TENS, &evidence(30.0, 30.0), &around)
    };
    assert!(judged(199).actuators().energises());
    for (late_ms, fault) in [(200, None), (501, None), (1001, Some(FaultKind::CycleLate))] {
        let verdict = judged(late_ms);
        assert_eq!((latched(verdict), verdict.actuators()), (fault, Actuators::OFF), "{late_ms}");
    }
}

#[test]
fn hl_s1_pulses_from_before_a_late_cycle_are_told_as_late_not_as_stray() {
    let cool = evidence(30.0, 30.0);
    for (late_ms, now_ms, fault) in
        [(2900, 3000, FaultKind::CycleLate), (0, 3000, FaultKind::OverCurrent)]
    {
        let mut interlock = Interlock::default();
        interlock.judge(TENS, &cool, &around(0));
        let late_by = Span::from_ms(late_ms);
        let around = Circumstances { late_by, stimulator: flows(9.0, 9.0), ..around(now_ms) };
        assert_eq!(
            latched(interlock.judge(TENS, &cool, &around)),
            Some(fault),
            "{late_ms} ms late"
        );
    }
}

#[test]
fn hl_h20_k1_is_not_proved_before_k2_has_dropped_out() {
    let mut interlock = Interlock::default();
    let good = evidence(30.0, 30.0);
    assert!(interlock.judge(Demand::Ready, &good, &around(0)).actuators().k2());
    for now_ms in (100..1300).step_by(100) {
        let verdict = interlock.judge(Demand::ProveK1, &good, &around(now_ms));
        assert_eq!(verdict, Verdict::Withheld(Rule::H20), "{now_ms}");
    }
    assert!(interlock.judge(Demand::ProveK1, &good, &around(1300)).actuators().k1());
    let mut next = Interlock::after(Some(Span::from_ms(300)), None, Moment::from_ms(5000));
    let verdict = next.judge(Demand::ProveK1, &good, &around(5900));
    assert_eq!(verdict, Verdict::Withheld(Rule::H20));
    assert!(next.judge(Demand::ProveK1, &good, &around(6000)).actuators().k1());
}

fn judge(evidence: &Evidence, around: &Circumstances) -> Verdict {
    Interlock::default().judge(HEAT, evidence, around)
}

fn latched(verdict: Verdict) -> Option<FaultKind> {
    match verdict {
        Verdict::Latch(fault) => Some(fault.kind),
        Verdict::Granted(_) | Verdict::Withheld(_) | Verdict::EndPhase(_) => None,
    }
}

/// The first moment, in ms, at which steady evidence latches, looked at once a cycle.
fn latches_at(evidence: &Evidence, kind: FaultKind) -> u64 {
    let mut interlock = Interlock::default();
    for cycle in 0..2000 {
        let now_ms = cycle * limits::CYCLE.as_ms();
        let verdict = interlock.judge(HEAT, evidence, &around(now_ms));
        if let Some(got) = latched(verdict) {
            assert_eq!(got, kind);
            return now_ms;
        }
    }
    panic!("never latched");
}

#[test]
fn good_evidence_is_granted_for_one_lease() {
    let verdict = judge(&evidence(39.0, 39.5), &around(0));
    let actuators = verdict.actuators();
    assert!(actuators.k1() && actuators.k2());
    assert_eq!(actuators.valid_for(), limits::LEASE);
}

#[test]
fn hl_h2_43_degrees_end_the_phase_and_staying_there_latches() {
    assert_ne!(
        judge(&evidence(42.9, 42.0), &around(0)),
        Verdict::EndPhase(PhaseLimit::ContactTemperature)
    );
    let hot = evidence(43.0, 42.0);
    assert_eq!(judge(&hot, &around(0)), Verdict::EndPhase(PhaseLimit::ContactTemperature));
    assert_eq!(latches_at(&hot, FaultKind::StayedHot), 120_100);
}

#[test]
fn hl_h2_a_rejected_hot_value_ends_the_phase() {
    let mut believed = evidence(30.0, 30.0);
    believed.said_hot = Some(Celsius::literal(85.0));
    assert_eq!(judge(&believed, &around(0)), Verdict::EndPhase(PhaseLimit::ContactTemperature));
}

#[test]
fn hl_h3_44_degrees_latch_at_once_in_every_state() {
    for demand in [HEAT, Demand::Off] {
        let verdict = Interlock::default().judge(demand, &evidence(44.0, 42.0), &around(0));
        assert_eq!(latched(verdict), Some(FaultKind::TooHot));
    }
    assert_eq!(latched(judge(&evidence(43.9, 42.0), &around(0))), None);
}

#[test]
fn hl_h5_the_session_dose_ends_the_phase() {
    let circumstances = Circumstances { dose: limits::SESSION_DOSE_MAX, ..around(0) };
    assert_eq!(
        judge(&evidence(40.0, 40.0), &circumstances),
        Verdict::EndPhase(PhaseLimit::SessionDose)
    );
}

#[test]
fn hl_h12_four_errors_in_a_row_latch() {
    let mut erring = evidence(30.0, 30.0);
    erring.errors_in_a_row = 3;
    assert_eq!(latched(judge(&erring, &around(0))), None);
    erring.errors_in_a_row = 4;
    assert_eq!(latched(judge(&erring, &around(0))), Some(FaultKind::ContactLost));
}

#[test]
fn hl_h13_one_sensor_is_not_enough_and_latches_after_10_s() {
    let lost = SensorView { freshness: Freshness::Lost, reading: None, age: Span::ZERO };
    let mut one = evidence(30.0, 30.0);
    one.contact[1] = lost;
    one.contacts_valid = 1;
    one.spread = None;
    assert_eq!(judge(&one, &around(0)), Verdict::Withheld(Rule::H13));
    // Lost is 3 s after the last reading; 7 s more are the 10 s of the rule.
    assert_eq!(latches_at(&one, FaultKind::TooFewContacts), 7_100);
}

#[test]
fn hl_h13_h2_tens_is_given_on_a_pad_that_is_seen_and_cool_unless_its_current_is_sensed() {
    let mut one = evidence(30.0, 30.0);
    one.contacts_valid = 1;
    let (hot, apart) = (evidence(43.0, 42.9), evidence(30.0, 36.5));
    let judged = |evidence: &Evidence, pad_current| {
        let lines = LineState { pad_current, ..LineState::default() };
        Interlock::default().judge(TENS, evidence, &Circumstances { lines, ..around(0) })
    };
    for evidence in [&one, &hot, &apart] {
        assert!(judged(evidence, Some(false)).actuators().feeds_stimulator());
        assert!(!judged(evidence, None).actuators().energises());
    }
    assert_eq!(judged(&one, None), Verdict::Withheld(Rule::H13));
    assert_eq!(judged(&hot, None), Verdict::Withheld(Rule::H22));
    assert_eq!(latched(judged(&apart, None)), Some(FaultKind::Disagree));
}

#[test]
fn hl_h22_h2_tens_that_only_the_pad_watches_begins_below_38_and_goes_on_below_43_degrees() {
    let (cool, warm, hot) = (evidence(37.9, 37.5), evidence(38.0, 37.5), evidence(43.0, 42.9));
    let mut ageing = evidence(42.9, 42.9);
    ageing.hottest = Some(Celsius::literal(43.1));
    let mut interlock = Interlock::default();
    let mut judged = |evidence: &Evidence, late_ms| {
        let late_by = Span::from_ms(late_ms);
        interlock.judge(TENS, evidence, &Circumstances { late_by, ..around(0) })
    };
    assert_eq!(judged(&warm, 0), Verdict::Withheld(Rule::H22));
    assert!(judged(&cool, 0).actuators().feeds_stimulator());
    assert!(judged(&warm, 0).actuators().feeds_stimulator());
    // A cycle that comes late, and it has to begin once more.
    assert_eq!(judged(&warm, 400), Verdict::Withheld(Rule::S1));
    assert_eq!(judged(&warm, 0), Verdict::Withheld(Rule::H22));
    assert!(judged(&cool, 0).actuators().feeds_stimulator());
    assert_eq!(judged(&ageing, 0), Verdict::Withheld(Rule::H2));
    assert!(judged(&cool, 0).actuators().feeds_stimulator());
    assert_eq!(judged(&hot, 0), Verdict::EndPhase(PhaseLimit::ContactTemperature));
}

#[test]
fn hl_h13_a_sense_line_that_is_silent_in_a_late_cycle_is_there_all_the_same() {
    let mut interlock = Interlock::default();
    let mut unplugged = evidence(30.0, 30.0);
    (unplugged.contacts_valid, unplugged.errors_in_a_row) = (0, 9);
    let around = |pad_current, ms| {
        let lines = LineState { pad_current, ..LineState::default() };
        Circumstances { lines, ..around(ms) }
    };
    for (pad_current, ms) in [(Some(false), 0), (None, 400), (Some(false), 500)] {
        let verdict = interlock.judge(TENS, &unplugged, &around(pad_current, ms));
        assert!(verdict.actuators().feeds_stimulator(), "{verdict:?} after {ms} ms");
    }
    let verdict = Interlock::default().judge(TENS, &unplugged, &around(None, 0));
    assert_eq!(latched(verdict), Some(FaultKind::ContactLost));
}

#[test]
fn hl_h14_disagreement_latches_after_30_s_or_at_once() {
    assert_eq!(latches_at(&evidence(30.0, 33.5), FaultKind::Disagree), 30_100);
    assert_eq!(latches_at(&evidence(30.0, 36.5), FaultKind::Disagree), 0);
    let mut near = evidence(30.0, 30.0);
    near.spread = Some(Kelvin::literal(3.0));
    assert!(judge(&near, &around(0)).actuators().energises());
}

#[test]
fn hl_s1_a_late_cycle_is_off_and_a_very_late_one_latches() {
    let good = evidence(30.0, 30.0);
    for (late_ms, want) in [(500, None), (501, Some(Rule::S1))] {
        let circumstances = Circumstances { late_by: Span::from_ms(late_ms), ..around(0) };
        let verdict = judge(&good, &circumstances);
        assert_eq!(matches!(verdict, Verdict::Withheld(Rule::S1)), want.is_some());
    }
    let circumstances = Circumstances { late_by: Span::from_ms(1001), ..around(0) };
    assert_eq!(latched(judge(&good, &circumstances)), Some(FaultKind::CycleLate));
}

#[test]
fn each_demand_is_granted_as_it_is_and_for_no_longer_than_a_lease() {
    for (demand, k1, k2) in [
        (Demand::Rest, false, false),
        (Demand::ProveK1, true, false),
        (Demand::Ready, false, true),
        (Demand::Heat, true, true),
    ] {
        let verdict = Interlock::default().judge(demand, &evidence(30.0, 30.0), &around(0));
        let actuators = verdict.actuators();
        assert_eq!((actuators.k1(), actuators.k2()), (k1, k2), "{demand:?}");
        assert_eq!(actuators.energises(), k1 || k2);
        let lease = if k1 || k2 { limits::LEASE } else { Span::ZERO };
        assert_eq!(actuators.valid_for(), lease);
        assert_eq!(actuators.proves_k1(), demand == Demand::ProveK1);
    }
}

#[test]
fn without_a_session_nothing_is_asked_of_sensors_and_cycles() {
    let mut bad = evidence(30.0, 33.5);
    bad.errors_in_a_row = 9;
    let late = Circumstances { late_by: Span::from_s(5), ..around(0) };
    let verdict = Interlock::default().judge(Demand::Off, &bad, &late);
    assert_eq!(verdict, Verdict::Granted(Actuators::OFF));
    let verdict = Interlock::default().judge(Demand::Off, &evidence(43.5, 43.5), &around(0));
    assert_eq!(verdict, Verdict::Granted(Actuators::OFF));
}

/// What has the value that is accepted at most does not latch, and can be cleared.
#[test]
fn hl_h14_s1_the_accepted_values_themselves_are_accepted() {
    let apart = |k| {
        let mut it = evidence(30.0, 30.0);
        it.spread = Some(Kelvin::literal(k));
        it
    };
    let mut interlock = Interlock::default();
    for ms in [0, 60_000] {
        assert!(interlock.judge(HEAT, &apart(3.0), &around(ms)).actuators().energises());
    }
    assert!(judge(&apart(6.0), &around(0)).actuators().energises());
    let late = Circumstances { late_by: limits::CYCLE_LATE_LATCH, ..around(0) };
    assert_eq!(judge(&evidence(30.0, 30.0), &late), Verdict::Withheld(Rule::S1));
    let fault = Fault { kind: FaultKind::Disagree, reading: None };
    assert!(!Interlock::cause_remains(fault, &apart(3.0), &around(0)));
    assert!(Interlock::cause_remains(fault, &apart(3.1), &around(0)));
}

fn with_lines(lines: LineState) -> Circumstances {
    Circumstances { lines, ..around(0) }
}

#[test]
fn hl_h4_an_open_cut_out_latches_in_every_state() {
    let open = with_lines(LineState { cutout_open: Some(true), ..LineState::default() });
    for demand in [HEAT, Demand::Off] {
        let verdict = Interlock::default().judge(demand, &evidence(30.0, 30.0), &open);
        assert_eq!(latched(verdict), Some(FaultKind::CutOut));
    }
    let closed = with_lines(LineState { cutout_open: Some(false), ..LineState::default() });
    assert!(judge(&evidence(30.0, 30.0), &closed).actuators().energises());
}

#[test]
fn hl_h6_the_day_dose_ends_the_phase() {
    let before = |dose| Circumstances {
        dose: Cem43::literal(2.0),
        dose_before: Cem43::literal(dose),
        ..around(0)
    };
    let good = evidence(40.0, 40.0);
    assert!(judge(&good, &before(17.9)).actuators().energises());
    assert_eq!(judge(&good, &before(18.0)), Verdict::EndPhase(PhaseLimit::DayDose));
}

#[test]
fn hl_h2_what_an_ageing_reading_may_have_become_withholds_until_a_newer_one_tells() {
    let mut ageing = evidence(42.5, 42.0);
    ageing.hottest = Some(Celsius::literal(43.1));
    assert_eq!(judge(&ageing, &around(0)), Verdict::Withheld(Rule::H2));
}

/// The moment, in ms, at which a current against the lines latches, and how.
fn current_latches(demand: Demand, flows: bool) -> Option<(u64, FaultKind)> {
    let mut interlock = Interlock::default();
    let good = evidence(30.0, 30.0);
    interlock.judge(demand, &good, &around(0));
    let lines = LineState { pad_current: Some(flows), ..LineState::default() };
    (1..100).find_map(|cycle| {
        let now_ms = cycle * limits::CYCLE.as_ms();
        let circumstances = Circumstances { lines, ..around(now_ms) };
        latched(interlock.judge(demand, &good, &circumstances)).map(|kind| (now_ms, kind))
    })
}

#[test]
fn hl_h19_current_that_does_not_follow_the_lines_latches_within_a_cycle() {
    // Seen first at 100 ms, and still there a cycle later.
    assert_eq!(current_latches(HEAT, false), Some((200, FaultKind::NoCurrent)));
    assert_eq!(current_latches(Demand::Ready, true), Some((200, FaultKind::StrayCurrent)));
    assert_eq!(current_latches(Demand::Off, true), Some((200, FaultKind::StrayCurrent)));
    assert_eq!(current_latches(HEAT, true), None);
    assert_eq!(current_latches(Demand::Ready, false), None);
}

#[test]
fn hl_h19_current_that_is_missing_in_pulses_of_a_cycle_latches_with_the_second() {
    // Every tenth cycle K1 is closed; in some of them current flows.
    let latches = |flows_in: fn(u64) -> bool| {
        let mut interlock = Interlock::default();
        let good = evidence(30.0, 30.0);
        (0..200).find_map(|cycle| {
            let was_closed = cycle % 10 == 1;
            let flows = was_closed && flows_in(cycle / 10);
            let lines = LineState { pad_current: Some(flows), ..LineState::default() };
            let circumstances = Circumstances { lines, ..around(cycle * 100) };
            let demand = if cycle % 10 == 0 { HEAT } else { Demand::Ready };
            latched(interlock.judge(demand, &good, &circumstances)).map(|kind| (cycle, kind))
        })
    };
    assert_eq!(latches(|_| false), Some((11, FaultKind::NoCurrent)));
    assert_eq!(latches(|pulse| pulse < 5), Some((61, FaultKind::NoCurrent)));
    assert_eq!(latches(|_| true), None);
    // One that is missed is none: the next tells.
    assert_eq!(latches(|pulse| pulse % 2 == 0), None);
}

#[test]
fn hl_h19_a_cycle_without_current_is_forgotten_when_the_session_ends() {
    let latches = |between: Demand| {
        let mut interlock = Interlock::default();
        let good = evidence(30.0, 30.0);
        let demands = [HEAT, Demand::Ready, between, between, HEAT, Demand::Ready];
        (0..).zip(demands).find_map(|(cycle, demand)| {
            let lines = LineState { pad_current: Some(false), ..LineState::default() };
            let circumstances = Circumstances { lines, ..around(cycle * 100) };
            latched(interlock.judge(demand, &good, &circumstances))
        })
    };
    assert_eq!(latches(Demand::Ready), Some(FaultKind::NoCurrent));
    assert_eq!(latches(Demand::Off), None);
}

#[test]
fn hl_h20_current_through_k1_alone_fails_the_proof() {
    assert_eq!(current_latches(Demand::ProveK1, true), Some((200, FaultKind::SelfTest)));
    assert_eq!(current_latches(Demand::ProveK1, false), None);
}

#[test]
fn hl_s9_a_low_supply_ends_the_phase() {
    let low = with_lines(LineState { undervoltage: true, ..LineState::default() });
    assert_eq!(judge(&evidence(30.0, 30.0), &low), Verdict::EndPhase(PhaseLimit::Undervoltage));
}

#[test]
fn hl_s10_without_the_guard_nothing_heats() {
    let lost = with_lines(LineState { guard_lost: true, ..LineState::default() });
    assert_eq!(latched(judge(&evidence(30.0, 30.0), &lost)), Some(FaultKind::GuardLost));
}

#[test]
fn what_the_verifier_finds_latches() {
    for kind in [FaultKind::NoRise, FaultKind::RisingWhileOff] {
        let found = Circumstances { found: Some(kind), ..around(0) };
        for demand in [HEAT, Demand::Off] {
            let verdict = Interlock::default().judge(demand, &evidence(30.0, 30.0), &found);
            assert_eq!(latched(verdict), Some(kind));
        }
    }
}

#[test]
fn hl_s5_the_e_stop_latches_before_anything_else() {
    let lines = LineState { estop_open: true, ..LineState::default() };
    let circumstances = Circumstances { lines, ..around(0) };
    let verdict = judge(&evidence(50.0, 20.0), &circumstances);
    assert_eq!(latched(verdict), Some(FaultKind::EStop));
}

#[test]
fn a_fault_can_be_cleared_only_when_its_cause_is_gone() {
    let fault = |kind| Fault { kind, reading: None };
    let (good, hot) = (evidence(30.0, 30.0), evidence(43.0, 36.0));
    let nothing = Senses::default().weigh(Moment::START, &Readings::default());
    let remains = |kind, evidence: &Evidence, around: Circumstances| {
        Interlock::cause_remains(fault(kind), evidence, &around)
    };
    for kind in FaultKind::ALL {
        assert!(!remains(*kind, &good, around(0)), "{kind:?}");
    }
    for kind in [FaultKind::StayedHot, FaultKind::TooHot, FaultKind::Disagree] {
        assert!(remains(kind, &hot, around(0)), "{kind:?}");
        assert!(remains(kind, &nothing, around(0)), "{kind:?}");
    }
    for kind in [FaultKind::ContactLost, FaultKind::TooFewContacts, FaultKind::FrozenSensor] {
        assert!(remains(kind, &nothing, around(0)), "{kind:?}");
    }
    let lines = LineState {
        estop_open: true,
        cutout_open: Some(true),
        pad_current: Some(true),
        guard_lost: true,
        undervoltage: false,
    };
    for kind in [
        FaultKind::EStop,
        FaultKind::CutOut,
        FaultKind::StrayCurrent,
        FaultKind::SelfTest,
        FaultKind::GuardLost,
    ] {
        assert!(remains(kind, &good, Circumstances { lines, ..around(0) }), "{kind:?}");
    }
    for kind in [FaultKind::RisingWhileOff, FaultKind::Runaway] {
        let found = Some(FaultKind::RisingWhileOff);
        assert!(remains(kind, &good, Circumstances { found, ..around(0) }), "{kind:?}");
    }
}

proptest! {
    /// The hazard table's invariant, for any evidence: what is energised is safe.
    #[test]
    fn energised_means_every_limit_is_kept(
        first_c in 0.0f64..130.0, second_c in 0.0f64..130.0, age_ms in 0u64..6000,
        late_ms in 0u64..3000, dose in 0.0f64..20.0, errors in 0u32..6,
        dose_before in 0.0f64..20.0, estop_open: bool, undervoltage: bool, found: bool,
        demand in prop::sample::select(&[
            Demand::Off, Demand::Rest, Demand::ProveK1, Demand::Ready, Demand::Heat, TENS,
        ][..]),
        flows_ma in prop::option::of(0.0f64..2.0),
    ) {
        let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
        let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0), skin: None };
        let now = Moment::from_ms(age_ms);
        let mut evidence = Senses::default().weigh(now, &readings);
        evidence.errors_in_a_row = evidence.errors_in_a_row.max(errors);
        let lines = LineState { estop_open, undervoltage, ..LineState::default() };
        let around = Circumstances {
            stimulator: flows_ma.map_or(Stimulator::Silent, |ma| flows(0.0, ma)),
            now,
            late_by: Span::from_ms(late_ms),
            lines,
            dose: Cem43::literal(dose),
            dose_before: Cem43::literal(dose_before),
            found: found.then_some(FaultKind::NoRise),
        };
        let verdict = Interlock::default().judge(demand, &evidence, &around);
        let actuators = verdict.actuators();
        prop_assert_eq!(actuators.energises(), actuators.valid_for() > Span::ZERO);
        if actuators.energises() {
            prop_assert!(late_ms <= 500 && !estop_open && !undervoltage);
            prop_assert!(flows_ma.is_none_or(|ma| ma <= 0.5));
        }
        // HL-T15
        prop_assert!(actuators.stimulus().is_none() || (actuators.k2() && !actuators.k1()));
        prop_assert!(actuators.stimulus().is_none() || demand == TENS);
        if demand != TENS && actuators.energises() {
            prop_assert!(!undervoltage && !found && dose + dose_before < 20.0);
            let want = match demand {
                Demand::Off | Demand::Rest => (false, false),
                Demand::ProveK1 => (true, false),
                Demand::Ready => (false, true),
                Demand::Heat => (true, true),
                Demand::Stimulate(_) => (false, true),
            };
            prop_assert_eq!((actuators.k1(), actuators.k2()), want);
            prop_assert!(first_c < 43.0 && second_c < 43.0);
            prop_assert!((first_c - second_c).abs() <= 6.0);
            prop_assert!(age_ms <= 3000 && late_ms <= 500 && !estop_open && dose < 10.0);
            prop_assert!(errors < 4);
            prop_assert!(actuators.valid_for() <= limits::LEASE);
        }
    }
}
