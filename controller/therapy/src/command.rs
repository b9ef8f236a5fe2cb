//! What a person may ask for, and how it is declined.

use core::fmt;

use crate::checklist::{Answers, ChecklistRefusal};
use crate::ledger::SiteRefusal;
use crate::limits;
use crate::pad::TunedPad;
pub use crate::plan::{HeatPlan, PlanError};
use crate::rules::{Fault, FaultKind, Rule};
use crate::units::{Celsius, Kelvin, Moment, Span};

/// The number of a session in the log. The journal hands it out before the session starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub i64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A command with the moment at which it was given; orders that start something expire (HL-S4).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command {
    /// When the order was given.
    pub issued: Moment,
    /// What was ordered.
    pub order: Order,
}

/// What can be ordered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Start a session with one heat phase.
    StartHeat {
        /// The number under which the journal has already prepared the session.
        id: SessionId,
        /// What to do.
        plan: HeatPlan,
    },
    /// End the session now. Always accepted, also when nothing runs.
    Stop(StopCause),
    /// A person has looked: clear a latched fault whose cause is gone, and an interrupted session.
    Clear {
        /// The fault that was shown to the person; another one is not cleared. None clears what there is.
        shown: Option<FaultKind>,
    },
    /// Somebody is there (HL-H11).
    Present,
    /// A person answers the check-list (HL-S7).
    Answer(Answers),
    /// A person goes on although the record of doses was lost (HL-S8).
    ForgetLoss,
    /// A person chooses which tuning is used from the next session on, or that none is.
    UsePad(Option<Tuning>),
}

/// What an earlier tuning found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// The session that found it.
    pub of: SessionId,
    /// What it found, and what has been learned since.
    pub pad: TunedPad,
}

/// Who or what asked for a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// A person, by phone, CLI or button.
    Person,
    /// The session log can no longer be written; the device does not heat without a record.
    LogFailed,
    /// The daemon is shutting down.
    Shutdown,
}

impl StopCause {
    /// The name used in logs and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::LogFailed => "log-failed",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Why a command was declined. Nothing was energised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// A session is running already; one at a time.
    Running {
        /// The session that runs.
        id: SessionId,
    },
    /// A fault is latched.
    Latched(Fault),
    /// HL-S6: the last session was interrupted and nobody has looked yet.
    Interrupted {
        /// The session that was cut off.
        id: SessionId,
    },
    /// HL-S4: the command was too long on its way.
    Expired {
        /// Its age on arrival.
        age: Span,
    },
    /// HL-S5: the e-stop is pressed or its wire is broken.
    EStop,
    /// HL-H13: fewer than two contact sensors give fresh readings.
    TooFewContacts {
        /// How many do.
        fresh: usize,
    },
    /// HL-H14: the contact sensors do not agree.
    Disagree {
        /// By how much.
        spread: Kelvin,
    },
    /// HL-H22: there is no fresh room temperature.
    NoAmbient,
    /// HL-H22: the room is too cold or too warm.
    Ambient {
        /// The room's temperature.
        reading: Celsius,
    },
    /// HL-H22: the pad is too cold or already warm.
    Contact {
        /// The hottest contact reading.
        reading: Celsius,
    },
    /// A latched fault cannot be cleared while its cause is still there.
    CauseRemains(Fault),
    /// Another fault is latched than the one that the person saw.
    OtherFault(Fault),
    /// HL-H4: the pad's own cut-out is open.
    CutOut,
    /// HL-H19: current flows through the pad although everything is off.
    StrayCurrent,
    /// HL-H21: the relay has switched as often as it may.
    RelayWorn {
        /// How often.
        operations: u32,
    },
    /// HL-H6, HL-H8, HL-H9 or HL-S8: the site has had its heat for now.
    Site(SiteRefusal),
    /// HL-S7: the check-list forbids it.
    Checklist(ChecklistRefusal),
    /// HL-S9: the supply voltage is too low.
    Undervoltage,
    /// HL-S10: the guard process is gone.
    GuardLost,
}

impl Refusal {
    /// The rule that refuses; none where it is plain order rather than safety.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Running { .. } => None,
            Self::Latched(fault) | Self::CauseRemains(fault) | Self::OtherFault(fault) => {
                Some(fault.kind.rule())
            }
            Self::CutOut => Some(Rule::H4),
            Self::StrayCurrent => Some(Rule::H19),
            Self::RelayWorn { .. } => Some(Rule::H21),
            Self::Site(refusal) => Some(refusal.rule()),
            Self::Checklist(_) => Some(Rule::S7),
            Self::Undervoltage => Some(Rule::S9),
            Self::GuardLost => Some(Rule::S10),
            Self::Interrupted { .. } => Some(Rule::S6),
            Self::Expired { .. } => Some(Rule::S4),
            Self::EStop => Some(Rule::S5),
            Self::TooFewContacts { .. } => Some(Rule::H13),
            Self::Disagree { .. } => Some(Rule::H14),
            Self::NoAmbient | Self::Ambient { .. } | Self::Contact { .. } => Some(Rule::H22),
        }
    }

    /// How long until it opens by itself, where that is known.
    #[must_use]
    pub const fn opens_in(self) -> Option<Span> {
        match self {
            Self::Site(refusal) => Some(refusal.opens_in()),
            Self::Running { .. }
            | Self::Latched(_)
            | Self::Interrupted { .. }
            | Self::Expired { .. }
            | Self::EStop
            | Self::TooFewContacts { .. }
            | Self::Disagree { .. }
            | Self::NoAmbient
            | Self::Ambient { .. }
            | Self::Contact { .. }
            | Self::CauseRemains(_)
            | Self::OtherFault(_)
            | Self::CutOut
            | Self::StrayCurrent
            | Self::RelayWorn { .. }
            | Self::Checklist(_)
            | Self::Undervoltage
            | Self::GuardLost => None,
        }
    }

    /// When it opens again, in a person's words.
    #[must_use]
    pub const fn opens(self) -> &'static str {
        match self {
            Self::Running { .. } => "when the running session has ended or was stopped",
            Self::Latched(_) => "when the cause is gone and a person has cleared the fault",
            Self::Interrupted { .. } => {
                "when a person has looked at skin, pad and cable, and cleared the notice"
            }
            Self::Expired { .. } => "at once: send it again",
            Self::EStop => "when the e-stop is released",
            Self::TooFewContacts { .. } => "when both contact sensors give readings again",
            Self::Disagree { .. } => "when both contact sensors lie on the skin and agree",
            Self::NoAmbient => "when the room sensor gives readings again",
            Self::Ambient { .. } => "when the room is between 10 and 35 °C",
            Self::Contact { .. } => "when the pad is between 10 and 38 °C",
            Self::CauseRemains(_) => "when the cause is gone",
            Self::OtherFault(_) => "when the person has seen this fault, too",
            Self::CutOut => "when the pad has cooled and its cut-out has closed",
            Self::StrayCurrent => "never by itself: unplug the pad and replace the stuck switch",
            Self::RelayWorn { .. } => "when the relay was replaced and its count set back",
            Self::Site(SiteRefusal::RecordLost { .. }) => {
                "when a day has passed since, or a person goes on without the record"
            }
            Self::Site(_) => "when the site has rested; another site may be free",
            Self::Checklist(ChecklistRefusal::Unanswered | ChecklistRefusal::Outdated { .. }) => {
                "when a person has answered the check-list"
            }
            Self::Checklist(ChecklistRefusal::Forbidden(_)) => {
                "when the check-list is answered again and nothing on it forbids heat"
            }
            Self::Undervoltage => "when the supply gives enough voltage again",
            Self::GuardLost => "when the guard process runs again",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Running { id } => write!(f, "session {id} is running; stop it first"),
            Self::Latched(fault) => write!(f, "a fault is latched: {fault}"),
            Self::Interrupted { id } => write!(
                f,
                "session {id} was cut off before its end, and nobody has said yet that skin, pad and \
                 cable were looked at"
            ),
            Self::Expired { age } => write!(
                f,
                "the command was {:.1} s on its way; at most {:.1} s is accepted",
                age.as_s(),
                limits::COMMAND_TTL.as_s()
            ),
            Self::EStop => f.write_str("the e-stop is open"),
            Self::TooFewContacts { fresh } => write!(
                f,
                "{fresh} of {} contact sensors give fresh readings",
                limits::CONTACTS_NEEDED
            ),
            Self::Disagree { spread } => write!(
                f,
                "the contact sensors differ by {spread}; at most {} is accepted",
                limits::DISAGREE_MAX
            ),
            Self::NoAmbient => f.write_str("the room sensor gives no fresh reading"),
            Self::Ambient { reading } => write!(
                f,
                "the room is at {reading}; {} to {} is accepted",
                limits::START_MIN,
                limits::START_AMBIENT_MAX
            ),
            Self::Contact { reading } => write!(
                f,
                "the pad is at {reading}; {} to {} is accepted",
                limits::START_MIN,
                limits::START_CONTACT_MAX
            ),
            Self::CauseRemains(fault) => write!(f, "the cause is still there: {fault}"),
            Self::OtherFault(fault) => write!(f, "another fault is latched by now: {fault}"),
            Self::CutOut => f.write_str("the pad's own cut-out is open"),
            Self::StrayCurrent => {
                f.write_str("current flows through the pad although everything is off: unplug it")
            }
            Self::RelayWorn { operations } => write!(
                f,
                "the relay has switched {operations} times; at most {} are accepted",
                limits::RELAY_OPERATIONS_MAX
            ),
            Self::Site(refusal) => refusal.fmt(f),
            Self::Checklist(refusal) => refusal.fmt(f),
            Self::Undervoltage => f.write_str("the supply voltage is too low"),
            Self::GuardLost => {
                f.write_str("the guard process, which switches off when this one dies, is gone")
            }
        }
    }
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// `opens` is constant text, which cannot be made from the limits: it says them again.
    #[test]
    fn hl_h22_what_opens_a_start_names_the_limits_in_force() {
        let reading = Celsius::literal(50.0);
        let least = limits::START_MIN.get();
        for (refusal, most) in [
            (Refusal::Ambient { reading }, limits::START_AMBIENT_MAX.get()),
            (Refusal::Contact { reading }, limits::START_CONTACT_MAX.get()),
        ] {
            let (text, range) = (refusal.opens(), format!("between {least} and {most} °C"));
            assert!(text.contains(&range), "{text:?} should say {range:?}");
        }
    }

    #[test]
    fn hl_s8_what_opens_a_lost_record_names_the_day_in_force() {
        let refusal = SiteRefusal::RecordLost { opens_in: Span::ZERO };
        assert!(Refusal::Site(refusal).opens().contains("a day"));
        assert_eq!(limits::DAY, Span::from_s(24 * 3600));
    }
}
