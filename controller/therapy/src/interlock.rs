//! The interlock: weighs a demand against the evidence. The only maker of energised [`Actuators`].
//!
//! It knows nothing of how the demand was made: it imports neither the regulator nor the session.

use crate::limits;
use crate::lines::LineState;
use crate::rules::{Fault, FaultKind, PhaseLimit, Rule};
use crate::sense::Evidence;
use crate::units::{Celsius, Cem43, Moment, Span};

/// What a session would like of the lines. Anyone can make one; it energises nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No session.
    Off,
    /// A session that wants nothing for the moment: everything is judged, nothing is energised.
    Rest,
    /// K1 alone, which passes no current unless K2 is stuck (HL-H20).
    ProveK1,
    /// K2 held in, K1 open.
    Ready,
    /// K2 held in and K1 closed: the pad heats.
    Heat,
}

impl Demand {
    /// Whether there is a session.
    const fn is_session(self) -> bool {
        match self {
            Self::Off => false,
            Self::Rest | Self::ProveK1 | Self::Ready | Self::Heat => true,
        }
    }
}

/// A grant: what the output lines may be until the lease ends.
///
/// Anyone may have [`Actuators::OFF`]; only [`Interlock::judge`] can make one that energises.
///
/// ```compile_fail
/// let forged = soothe_therapy::Actuators { demand: soothe_therapy::interlock::Demand::Heat };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actuators {
    granted: Demand,
}

impl Actuators {
    /// Everything off, for ever.
    pub const OFF: Self = Self { granted: Demand::Off };

    /// Whether K1, the regulating switch, is to be closed.
    #[must_use]
    pub const fn k1(&self) -> bool {
        matches!(self.granted, Demand::ProveK1 | Demand::Heat)
    }

    /// Whether K2's dead-man pulses are to go on.
    #[must_use]
    pub const fn k2(&self) -> bool {
        matches!(self.granted, Demand::Ready | Demand::Heat)
    }

    /// Whether K1 is to be closed alone, to show that no current flows.
    #[must_use]
    pub const fn proves_k1(&self) -> bool {
        matches!(self.granted, Demand::ProveK1)
    }

    /// How long the grant holds from the moment it is applied: at most [`limits::LEASE`].
    #[must_use]
    pub const fn valid_for(&self) -> Span {
        if self.energises() { limits::LEASE } else { Span::ZERO }
    }

    /// For how long it has heated when it was given `since` ago: no longer than it holds.
    #[must_use]
    pub fn heats_for(&self, since: Span) -> Span {
        if self.k1() && self.k2() { since.min(self.valid_for()) } else { Span::ZERO }
    }

    /// Whether anything is energised.
    #[must_use]
    pub const fn energises(&self) -> bool {
        self.k1() || self.k2()
    }
}

/// What the interlock needs to know besides temperatures.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Now.
    pub now: Moment,
    /// How late this step is against the cycle.
    pub late_by: Span,
    /// What the sense lines say.
    pub lines: LineState,
    /// What the skin got in this session.
    pub dose: Cem43,
    /// What the site got in the last 24 hours, before this session.
    pub dose_before: Cem43,
    /// What the temperatures show of the heat path ([`crate::verify`]).
    pub found: Option<FaultKind>,
}

/// The interlock's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The demand is granted.
    Granted(Actuators),
    /// The outputs are off for now; the session goes on.
    Withheld(Rule),
    /// The outputs are off and the phase must end.
    EndPhase(PhaseLimit),
    /// The outputs are off and a fault latches.
    Latch(Fault),
}

impl Verdict {
    /// What the lines may be: off, unless granted.
    #[must_use]
    pub const fn actuators(&self) -> Actuators {
        match self {
            Self::Granted(actuators) => *actuators,
            Self::Withheld(_) | Self::EndPhase(_) | Self::Latch(_) => Actuators::OFF,
        }
    }
}

/// Since when something has been wrong, for the rules that allow it for a while.
#[derive(Clone, Copy, Debug)]
pub struct Interlock {
    /// What was granted in the last step, and so is on the lines since.
    granted: Actuators,
    hot_since: Option<Moment>,
    lost_since: Option<Moment>,
    disagree_since: Option<Moment>,
    stray_since: Option<Moment>,
    missing_since: Option<Moment>,
}

/// Keeps `since` at the start of a condition that holds, and says for how long it has held.
fn held_for(since: &mut Option<Moment>, holds: bool, now: Moment) -> Span {
    if !holds {
        *since = None;
        return Span::ZERO;
    }
    now.since(*since.get_or_insert(now))
}

impl Default for Interlock {
    fn default() -> Self {
        Self {
            granted: Actuators::OFF,
            hot_since: None,
            lost_since: None,
            disagree_since: None,
            stray_since: None,
            missing_since: None,
        }
    }
}

impl Interlock {
    /// What was granted in the last step.
    #[must_use]
    pub const fn granted(&self) -> Actuators {
        self.granted
    }

    /// Judges. Faults come before everything, and every rule is looked at in every step, whether or
    /// not data came and whatever the demand is.
    pub fn judge(
        &mut self,
        demand: Demand,
        evidence: &Evidence,
        around: &Circumstances,
    ) -> Verdict {
        let verdict = match self.fault(demand, evidence, around) {
            Some(kind) => {
                let reading = hottest_said(evidence).filter(|_| kind.is_thermal());
                Verdict::Latch(Fault { kind, reading })
            }
            None => weigh(demand, evidence, around),
        };
        self.granted = verdict.actuators();
        verdict
    }

    /// The fault that the evidence shows. Temperatures are judged as measured, never as estimated.
    fn fault(
        &mut self,
        demand: Demand,
        evidence: &Evidence,
        around: &Circumstances,
    ) -> Option<FaultKind> {
        let now = around.now;
        let hot = hottest_said(evidence).is_some_and(|t| t >= limits::CONTACT_OFF);
        let hot_for = held_for(&mut self.hot_since, hot, now);
        let lost = demand.is_session() && too_few_contacts(evidence);
        let lost_for = held_for(&mut self.lost_since, lost, now);
        let apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_MAX);
        let apart_for = held_for(&mut self.disagree_since, demand.is_session() && apart, now);
        let far_apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_AT_ONCE);

        let in_every_state = [
            // HL-S5
            (around.lines.estop_open, FaultKind::EStop),
            // HL-H3: one valid sample is enough.
            (evidence.measured.is_some_and(|t| t >= limits::CONTACT_LATCH), FaultKind::TooHot),
            // HL-H2
            (hot_for > limits::CONTACT_OFF_LATCH_AFTER, FaultKind::StayedHot),
            // HL-H4
            (around.lines.cutout_open == Some(true), FaultKind::CutOut),
            // HL-S10
            (around.lines.guard_lost, FaultKind::GuardLost),
        ];
        let current = self.current(around);
        let while_armed = [
            // HL-S1
            (around.late_by > limits::CYCLE_LATE_LATCH, FaultKind::CycleLate),
            // HL-H12: errors are heard; silence is a sensor that is no longer valid.
            (evidence.errors_in_a_row >= limits::PROBE_ERRORS_LATCH, FaultKind::ContactLost),
            // HL-H12, HL-H13
            (lost_for > limits::LOST_LATCH, FaultKind::TooFewContacts),
            // HL-H14
            (far_apart || apart_for > limits::DISAGREE_FOR, FaultKind::Disagree),
        ];
        let found = |rules: &[(bool, FaultKind)]| {
            rules.iter().find(|(found, _)| *found).map(|(_, kind)| *kind)
        };
        let armed = || if demand.is_session() { found(&while_armed) } else { None };
        // HL-H15 to HL-H18: what the temperatures showed.
        found(&in_every_state).or(current).or_else(armed).or(around.found)
    }

    /// HL-H19, HL-H20: whether current flows as the lines were written in the last step, where that is
    /// sensed. A switch takes some milliseconds, so a difference counts once it has lasted a cycle.
    fn current(&mut self, around: &Circumstances) -> Option<FaultKind> {
        let flows = around.lines.pad_current;
        let heats = self.granted.k1() && self.granted.k2();
        let stray = flows == Some(true) && !heats;
        let missing = flows == Some(false) && heats;
        let stray_for = held_for(&mut self.stray_since, stray, around.now);
        let missing_for = held_for(&mut self.missing_since, missing, around.now);
        if stray_for >= limits::READBACK_WITHIN {
            let proves = self.granted.proves_k1();
            return Some(if proves { FaultKind::SelfTest } else { FaultKind::StrayCurrent });
        }
        (missing_for >= limits::READBACK_WITHIN).then_some(FaultKind::NoCurrent)
    }

    /// Whether the cause of a latched fault is still there; a person can clear it only when it is gone.
    #[must_use]
    pub fn cause_remains(fault: Fault, evidence: &Evidence, around: &Circumstances) -> bool {
        let lines = around.lines;
        match fault.kind {
            FaultKind::StayedHot | FaultKind::TooHot => {
                hottest_said(evidence).is_none_or(|t| t >= limits::CONTACT_OFF)
            }
            FaultKind::ContactLost | FaultKind::TooFewContacts | FaultKind::FrozenSensor => {
                evidence.contacts_valid < limits::CONTACTS_NEEDED
            }
            FaultKind::Disagree => evidence.spread.is_none_or(|s| s > limits::DISAGREE_MAX),
            FaultKind::EStop => lines.estop_open,
            FaultKind::CutOut => lines.cutout_open == Some(true),
            FaultKind::GuardLost => lines.guard_lost,
            FaultKind::StrayCurrent | FaultKind::SelfTest => lines.pad_current == Some(true),
            FaultKind::RisingWhileOff | FaultKind::Runaway => around.found.is_some(),
            // What was late is over, and what heat did not do only the next session can show. A line
            // that still does not follow ends that at once.
            FaultKind::CycleLate
            | FaultKind::NoRise
            | FaultKind::CannotHold
            | FaultKind::NoCurrent
            | FaultKind::RecordLost
            | FaultKind::LineStuck => false,
        }
    }
}

/// What a demand without a fault gets.
fn weigh(demand: Demand, evidence: &Evidence, around: &Circumstances) -> Verdict {
    if !demand.is_session() {
        return Verdict::Granted(Actuators::OFF);
    }
    let is_hot = |t: Option<Celsius>| t.is_some_and(|t| t >= limits::CONTACT_OFF);
    let day_dose = around.dose_before + around.dose;
    let ends = [
        // HL-H2
        (is_hot(hottest_said(evidence)), PhaseLimit::ContactTemperature),
        // HL-H5
        (around.dose >= limits::SESSION_DOSE_MAX, PhaseLimit::SessionDose),
        // HL-H6
        (day_dose >= limits::DAY_DOSE_MAX, PhaseLimit::DayDose),
        // HL-S9
        (around.lines.undervoltage, PhaseLimit::Undervoltage),
    ];
    if let Some((_, limit)) = ends.into_iter().find(|(reached, _)| *reached) {
        return Verdict::EndPhase(limit);
    }
    // HL-S1
    if around.late_by > limits::CYCLE_LATE_OFF {
        return Verdict::Withheld(Rule::S1);
    }
    match evidence.hottest {
        // HL-H12
        None => Verdict::Withheld(Rule::H12),
        // HL-H13
        Some(_) if too_few_contacts(evidence) => Verdict::Withheld(Rule::H13),
        // HL-H2: an ageing reading counts as what it may have become, until a newer one tells.
        Some(hottest) if hottest >= limits::CONTACT_OFF => Verdict::Withheld(Rule::H2),
        Some(hottest) => {
            // The ladder once more, in the form that is false for anything but "surely cooler".
            assert!(hottest < limits::CONTACT_OFF, "granting heat at {hottest}");
            Verdict::Granted(Actuators { granted: demand })
        }
    }
}

/// The hottest of what was said, believed or not; no estimate (HL-H2).
fn hottest_said(evidence: &Evidence) -> Option<Celsius> {
    evidence.measured.into_iter().chain(evidence.said_hot).reduce(Celsius::max)
}

/// HL-H13
fn too_few_contacts(evidence: &Evidence) -> bool {
    evidence.contacts_valid < limits::CONTACTS_NEEDED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sense::{Freshness, RawReading, Readings, Senses, SensorView};
    use crate::units::Kelvin;
    use proptest::prelude::*;

    const HEAT: Demand = Demand::Heat;

    fn evidence(first_c: f64, second_c: f64) -> Evidence {
        let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
        let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0) };
        Senses::default().weigh(Moment::START, &readings)
    }

    fn around(now_ms: u64) -> Circumstances {
        Circumstances {
            now: Moment::from_ms(now_ms),
            late_by: Span::ZERO,
            lines: LineState::default(),
            dose: Cem43::ZERO,
            dose_before: Cem43::ZERO,
            found: None,
        }
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
                Demand::Off, Demand::Rest, Demand::ProveK1, Demand::Ready, Demand::Heat,
            ][..]),
        ) {
            let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
            let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0) };
            let now = Moment::from_ms(age_ms);
            let mut evidence = Senses::default().weigh(now, &readings);
            evidence.errors_in_a_row = evidence.errors_in_a_row.max(errors);
            let lines = LineState { estop_open, undervoltage, ..LineState::default() };
            let around = Circumstances {
                now,
                late_by: Span::from_ms(late_ms),
                lines,
                dose: Cem43::literal(dose),
                dose_before: Cem43::literal(dose_before),
                found: found.then_some(FaultKind::NoRise),
            };
            let verdict = Interlock::default().judge(demand, &evidence, &around);
            let actuators = verdict.actuators();
            if actuators.energises() {
                prop_assert!(!undervoltage && !found && dose + dose_before < 20.0);
                let want = match demand {
                    Demand::Off | Demand::Rest => (false, false),
                    Demand::ProveK1 => (true, false),
                    Demand::Ready => (false, true),
                    Demand::Heat => (true, true),
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
}
