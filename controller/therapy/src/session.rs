//! The session: what the device is doing, as an enum whose variants own their data.
//!
//! ```text
//!            start (all evidence good)
//!   Idle ───────────────────────────────▶ Heating
//!    ▲  ▲                                    │  │
//!    │  └──────── done, stopped, HL-H2,H5 ◀──┘  │ fault
//!    │                                          ▼
//!    └───────────── clear, cause gone ─────── Faulted ◀── fault while idle
//! ```
//!
//! The regulator's memory lives inside `Heating`, so leaving that state destroys it.

use crate::command::{HeatPlan, SessionId, StopCause};
use crate::dose::Dose;
use crate::engine::SessionView;
use crate::heat::Regulator;
use crate::relay::Relay;
use crate::rules::{Fault, PhaseLimit};
use crate::units::{Celsius, Cem43, Moment, Span};

/// What the device is doing.
#[derive(Clone, Debug)]
pub enum Session {
    /// Nothing; outputs are off.
    Idle {
        /// How the last session since the start of the daemon ended.
        last: Option<Ended>,
    },
    /// A heat phase runs.
    Heating(Heating),
    /// A fault is latched; outputs are off.
    Faulted {
        /// What latched.
        fault: Fault,
        /// How the last session ended.
        last: Option<Ended>,
    },
}

/// The state of a heat phase.
#[derive(Clone, Debug)]
pub struct Heating {
    pub(crate) id: SessionId,
    pub(crate) plan: HeatPlan,
    pub(crate) started: Moment,
    pub(crate) dose: Dose,
    pub(crate) hottest: Option<Celsius>,
    pub(crate) regulator: Regulator,
    pub(crate) relay: Relay,
    pub(crate) target_reached: bool,
}

impl Heating {
    /// How it is shown at `now`.
    #[must_use]
    pub fn view(&self, now: Moment) -> SessionView {
        SessionView {
            id: self.id,
            plan: self.plan,
            elapsed: now.since(self.started),
            target_reached: self.target_reached,
            dose: self.dose.total(),
            hottest: self.hottest,
            duty: self.regulator.duty(),
        }
    }

    /// The record of its end at `now`.
    #[must_use]
    pub fn ended(&self, outcome: Outcome, now: Moment) -> Ended {
        Ended {
            id: self.id,
            outcome,
            elapsed: now.since(self.started),
            dose: self.dose.total(),
            hottest: self.hottest,
        }
    }
}

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
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The planned time was over.
    Completed,
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
            Self::Completed => "completed",
            Self::Stopped(_) => "stopped",
            Self::Limit(_) => "limit",
            Self::Fault(_) => "fault",
        }
    }
}
