//! The interlock: weighs a demand against the evidence. The only maker of energised [`Actuators`].
//!
//! It knows nothing of how the demand was made: it imports neither the regulator nor the session.

use crate::limits;
use crate::rules::{Fault, FaultKind, PhaseLimit, Rule};
use crate::sense::Evidence;
use crate::units::{Celsius, Cem43, Moment, Span};

/// What a regulator would like. Anyone can make one; it energises nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The heat circuit is wanted: K2 held in.
    pub armed: bool,
    /// The pad is wanted on right now: K1 closed.
    pub heat: bool,
}

impl Demand {
    /// Nothing is wanted.
    pub const OFF: Self = Self { armed: false, heat: false };
}

/// A grant: what the output lines may be until the lease ends.
///
/// Anyone may have [`Actuators::OFF`]; only [`Interlock::judge`] can make one that energises.
///
/// ```compile_fail
/// let forged = soothe_therapy::Actuators { k1: true, k2: true, valid_for: soothe_therapy::Span::from_s(1) };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actuators {
    k1: bool,
    k2: bool,
    valid_for: Span,
}

impl Actuators {
    /// Everything off, for ever.
    pub const OFF: Self = Self { k1: false, k2: false, valid_for: Span::ZERO };

    /// Whether K1, the regulating switch, is to be closed.
    #[must_use]
    pub const fn k1(&self) -> bool {
        self.k1
    }

    /// Whether K2's dead-man pulses are to go on.
    #[must_use]
    pub const fn k2(&self) -> bool {
        self.k2
    }

    /// How long the grant holds from the moment it is applied: at most [`limits::LEASE`].
    #[must_use]
    pub const fn valid_for(&self) -> Span {
        self.valid_for
    }

    /// Whether anything is energised.
    #[must_use]
    pub const fn energises(&self) -> bool {
        self.k1 || self.k2
    }
}

/// What the interlock needs to know besides temperatures.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Now.
    pub now: Moment,
    /// How late this step is against the cycle.
    pub late_by: Span,
    /// The e-stop is open (pressed, or its wire is broken).
    pub estop_open: bool,
    /// What the skin got in this session.
    pub dose: Cem43,
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Interlock {
    hot_since: Option<Moment>,
    lost_since: Option<Moment>,
    disagree_since: Option<Moment>,
}

/// Keeps `since` at the start of a condition that holds, and says for how long it has held.
fn held_for(since: &mut Option<Moment>, holds: bool, now: Moment) -> Span {
    if !holds {
        *since = None;
        return Span::ZERO;
    }
    now.since(*since.get_or_insert(now))
}

impl Interlock {
    /// Judges. Faults come before everything, and every rule is looked at in every step, whether or
    /// not data came and whatever the demand is.
    pub fn judge(
        &mut self,
        demand: Demand,
        evidence: &Evidence,
        around: &Circumstances,
    ) -> Verdict {
        if let Some(kind) = self.fault(demand, evidence, around) {
            let reading = hottest_said(evidence).filter(|_| kind.is_thermal());
            return Verdict::Latch(Fault { kind, reading });
        }
        if !demand.armed {
            return Verdict::Granted(Actuators::OFF);
        }
        // HL-H2: an ageing reading counts as what it may have become.
        let hot = |t: Option<Celsius>| t.is_some_and(|t| t >= limits::CONTACT_OFF);
        if hot(evidence.hottest) || hot(evidence.said_hot) {
            return Verdict::EndPhase(PhaseLimit::ContactTemperature);
        }
        // HL-H5
        if around.dose >= limits::SESSION_DOSE_MAX {
            return Verdict::EndPhase(PhaseLimit::SessionDose);
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
            Some(hottest) => {
                // The ladder once more, in the form that is false for anything but "surely cooler".
                assert!(hottest < limits::CONTACT_OFF, "granting heat at {hottest}");
                Verdict::Granted(Actuators { k1: demand.heat, k2: true, valid_for: limits::LEASE })
            }
        }
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
        let lost = demand.armed && too_few_contacts(evidence);
        let lost_for = held_for(&mut self.lost_since, lost, now);
        let apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_MAX);
        let apart_for = held_for(&mut self.disagree_since, demand.armed && apart, now);
        let far_apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_AT_ONCE);

        let in_every_state = [
            // HL-S5
            (around.estop_open, FaultKind::EStop),
            // HL-H3: one valid sample is enough.
            (evidence.measured.is_some_and(|t| t >= limits::CONTACT_LATCH), FaultKind::TooHot),
            // HL-H2
            (hot_for > limits::CONTACT_OFF_LATCH_AFTER, FaultKind::StayedHot),
        ];
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
        let armed = while_armed.into_iter().filter(|_| demand.armed);
        in_every_state.into_iter().chain(armed).find(|(found, _)| *found).map(|(_, kind)| kind)
    }

    /// Whether the cause of a latched fault is still there; a person can clear it only when it is gone.
    #[must_use]
    pub fn cause_remains(fault: Fault, evidence: &Evidence, estop_open: bool) -> bool {
        match fault.kind {
            FaultKind::StayedHot | FaultKind::TooHot => {
                hottest_said(evidence).is_none_or(|t| t >= limits::CONTACT_OFF)
            }
            FaultKind::ContactLost | FaultKind::TooFewContacts => {
                evidence.contacts_valid < limits::CONTACTS_NEEDED
            }
            FaultKind::Disagree => evidence.spread.is_none_or(|s| s > limits::DISAGREE_MAX),
            // What was late is over; a line that still does not follow ends the next start at once.
            FaultKind::CycleLate
            | FaultKind::LineStuck
            | FaultKind::CutOut
            | FaultKind::NoRise
            | FaultKind::CannotHold
            | FaultKind::Runaway
            | FaultKind::RisingWhileOff
            | FaultKind::FrozenSensor
            | FaultKind::StrayCurrent
            | FaultKind::NoCurrent
            | FaultKind::SelfTest
            | FaultKind::GuardLost
            | FaultKind::RecordLost => false,
            FaultKind::EStop => estop_open,
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

    const HEAT: Demand = Demand { armed: true, heat: true };

    fn evidence(first_c: f64, second_c: f64) -> Evidence {
        let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
        let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0) };
        Senses::default().weigh(Moment::START, &readings)
    }

    fn around(now_ms: u64) -> Circumstances {
        Circumstances {
            now: Moment::from_ms(now_ms),
            late_by: Span::ZERO,
            estop_open: false,
            dose: Cem43::ZERO,
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
        for cycle in 0..1000 {
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
        assert_eq!(latches_at(&hot, FaultKind::StayedHot), 30_100);
    }

    #[test]
    fn hl_h2_a_rejected_hot_value_ends_the_phase() {
        let mut believed = evidence(30.0, 30.0);
        believed.said_hot = Some(Celsius::literal(85.0));
        assert_eq!(judge(&believed, &around(0)), Verdict::EndPhase(PhaseLimit::ContactTemperature));
    }

    #[test]
    fn hl_h3_44_degrees_latch_at_once_in_every_state() {
        for demand in [HEAT, Demand::OFF] {
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
    fn hl_s5_the_e_stop_latches_before_anything_else() {
        let circumstances = Circumstances { estop_open: true, ..around(0) };
        let verdict = judge(&evidence(50.0, 20.0), &circumstances);
        assert_eq!(latched(verdict), Some(FaultKind::EStop));
    }

    #[test]
    fn a_fault_can_be_cleared_only_when_its_cause_is_gone() {
        let fault = |kind| Fault { kind, reading: None };
        let (good, hot) = (evidence(30.0, 30.0), evidence(43.0, 36.0));
        let nothing = Senses::default().weigh(Moment::START, &Readings::default());
        for kind in FaultKind::ALL {
            assert!(!Interlock::cause_remains(fault(*kind), &good, false), "{kind:?}");
        }
        for kind in [FaultKind::StayedHot, FaultKind::TooHot, FaultKind::Disagree] {
            assert!(Interlock::cause_remains(fault(kind), &hot, false), "{kind:?}");
            assert!(Interlock::cause_remains(fault(kind), &nothing, false), "{kind:?}");
        }
        for kind in [FaultKind::ContactLost, FaultKind::TooFewContacts] {
            assert!(Interlock::cause_remains(fault(kind), &nothing, false), "{kind:?}");
        }
        assert!(Interlock::cause_remains(fault(FaultKind::EStop), &good, true));
    }

    proptest! {
        /// The hazard table's invariant, for any evidence: what is energised is safe.
        #[test]
        fn energised_means_every_limit_is_kept(
            first_c in 0.0f64..130.0, second_c in 0.0f64..130.0, age_ms in 0u64..6000,
            late_ms in 0u64..3000, dose in 0.0f64..20.0, errors in 0u32..6,
            estop_open: bool, armed: bool, heat: bool,
        ) {
            let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
            let readings = Readings { contact: [at(first_c), at(second_c)], ambient: at(22.0) };
            let now = Moment::from_ms(age_ms);
            let mut evidence = Senses::default().weigh(now, &readings);
            evidence.errors_in_a_row = evidence.errors_in_a_row.max(errors);
            let around = Circumstances {
                now, late_by: Span::from_ms(late_ms), estop_open, dose: Cem43::literal(dose),
            };
            let verdict = Interlock::default().judge(Demand { armed, heat }, &evidence, &around);
            let actuators = verdict.actuators();
            if actuators.energises() {
                prop_assert!(armed && actuators.k2() && (heat || !actuators.k1()));
                prop_assert!(first_c < 43.0 && second_c < 43.0);
                prop_assert!((first_c - second_c).abs() <= 6.0);
                prop_assert!(age_ms <= 3000 && late_ms <= 500 && !estop_open && dose < 10.0);
                prop_assert!(errors < 4);
                prop_assert!(actuators.valid_for() <= limits::LEASE);
            }
        }
    }
}
