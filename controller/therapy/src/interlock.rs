//! The interlock: weighs a demand against the evidence. The only maker of energised [`Actuators`].
//!
//! It knows nothing of how the demand was made: it imports neither the regulator nor the session.

use crate::limits;
use crate::rules::{Fault, FaultKind, Rule};
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
    EndPhase(Rule),
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
    pub fn judge(&mut self, demand: Demand, evidence: &Evidence, around: &Circumstances) -> Verdict {
        let now = around.now;
        let hot = hottest_of(evidence).filter(|t| *t >= limits::CONTACT_OFF);
        let hot_for = held_for(&mut self.hot_since, hot.is_some(), now);
        let too_few = evidence.contacts_valid < limits::CONTACTS_NEEDED;
        let lost_for = held_for(&mut self.lost_since, demand.armed && too_few, now);
        let apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_MAX);
        let apart_for = held_for(&mut self.disagree_since, demand.armed && apart, now);

        let latch = |kind| Verdict::Latch(Fault { kind, reading: hottest_of(evidence) });
        // HL-S5
        if around.estop_open {
            return latch(FaultKind::EStop);
        }
        // HL-H3: one valid sample is enough, and it counts in every state.
        if evidence.hottest.is_some_and(|t| t >= limits::CONTACT_LATCH) {
            return latch(FaultKind::TooHot);
        }
        // HL-H2
        if hot_for > limits::CONTACT_OFF_LATCH_AFTER {
            return latch(FaultKind::StayedHot);
        }
        if !demand.armed {
            return Verdict::Granted(Actuators::OFF);
        }
        // HL-S1
        if around.late_by > limits::CYCLE_LATE_LATCH {
            return latch(FaultKind::CycleLate);
        }
        // HL-H12
        if evidence.errors_in_a_row >= limits::PROBE_ERRORS_LATCH {
            return latch(FaultKind::ContactLost);
        }
        // HL-H13 (HL-H12 with it: a lost sensor is no valid sensor)
        if lost_for > limits::READING_LOST_LATCH {
            return latch(FaultKind::TooFewContacts);
        }
        // HL-H14
        let far_apart = evidence.spread.is_some_and(|s| s > limits::DISAGREE_AT_ONCE);
        if far_apart || apart_for > limits::DISAGREE_FOR {
            return latch(FaultKind::Disagree);
        }
        // HL-H2
        if hot.is_some() {
            return Verdict::EndPhase(Rule::H2);
        }
        // HL-H5
        if around.dose >= limits::SESSION_DOSE_MAX {
            return Verdict::EndPhase(Rule::H5);
        }
        // HL-S1
        if around.late_by > limits::CYCLE_LATE_OFF {
            return Verdict::Withheld(Rule::S1);
        }
        // HL-H12, HL-H13
        if too_few {
            return Verdict::Withheld(Rule::H13);
        }
        let Some(hottest) = evidence.hottest else { return Verdict::Withheld(Rule::H12) };
        // The ladder once more, in the form that is false for anything but "surely cooler".
        assert!(hottest < limits::CONTACT_OFF, "granting heat at {hottest}");
        Verdict::Granted(Actuators { k1: demand.heat, k2: true, valid_for: limits::LEASE })
    }

    /// Whether the cause of a latched fault is still there (HL-S6: it opens only when it is gone).
    #[must_use]
    pub fn cause_remains(fault: Fault, evidence: &Evidence, estop_open: bool) -> bool {
        match fault.kind {
            FaultKind::StayedHot | FaultKind::TooHot => {
                hottest_of(evidence).is_none_or(|t| t >= limits::CONTACT_OFF)
            }
            FaultKind::ContactLost | FaultKind::TooFewContacts => {
                evidence.contacts_valid < limits::CONTACTS_NEEDED
            }
            FaultKind::Disagree => evidence.spread.is_none_or(|s| s > limits::DISAGREE_MAX),
            FaultKind::CycleLate => false,
            FaultKind::EStop => estop_open,
        }
    }
}

/// The hottest of what is believed and of what is not believed but hot all the same (HL-H2).
fn hottest_of(evidence: &Evidence) -> Option<Celsius> {
    [evidence.hottest, evidence.rejected_hot].into_iter().flatten().reduce(Celsius::max)
}
