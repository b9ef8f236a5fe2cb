//! How a session ended.

use crate::command::{SessionId, StopCause};
use crate::ledger::SiteUse;
use crate::rules::{Fault, PhaseLimit};
use crate::tens::Interruption;
use crate::units::{Celsius, Cem43, Span};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ended {
    /// Its number.
    pub id: SessionId,
    /// Why it ended.
    pub outcome: Outcome,
    /// How long it ran.
    pub elapsed: Span,
    /// What the skin got.
    pub dose: Cem43,
    /// The hottest valid contact reading, as measured.
    pub hottest: Option<Celsius>,
    /// What goes into the ledger of its site.
    pub left: SiteUse,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The planned time was over.
    Completed,
    /// Enough was measured.
    Measured,
    /// It was asked to stop.
    Stopped(StopCause),
    /// A limit ended the phase; nothing latched.
    Limit(PhaseLimit),
    /// A fault ended it.
    Fault(Fault),
}

impl Outcome {
    /// The name used in logs and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed | Self::Measured => "completed",
            Self::Stopped(_) => "stopped",
            Self::Limit(_) => "limit",
            Self::Fault(_) => "fault",
        }
    }

    /// What took the TENS level to zero, where one was in force.
    pub(crate) const fn interruption(self) -> Interruption {
        match self {
            Self::Completed | Self::Measured | Self::Stopped(_) => Interruption::Stop,
            Self::Limit(_) | Self::Fault(_) => Interruption::Limit,
        }
    }

    /// Something was found to be wrong, with pad, sensors or supply, rather than that it was time or somebody's wish.
    #[must_use]
    pub const fn found_wrong(self) -> bool {
        match self {
            Self::Fault(_)
            | Self::Limit(
                PhaseLimit::ContactTemperature | PhaseLimit::Undervoltage | PhaseLimit::Restless,
            ) => true,
            Self::Completed
            | Self::Measured
            | Self::Stopped(_)
            | Self::Limit(
                PhaseLimit::SessionDose
                | PhaseLimit::DayDose
                | PhaseLimit::SessionTime
                | PhaseLimit::NumbSkin
                | PhaseLimit::Unheated
                | PhaseLimit::PauseTime
                | PhaseLimit::Freezing
                | PhaseLimit::Absent,
            ) => false,
        }
    }
}
