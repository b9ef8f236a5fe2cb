//! The session: what the device is doing, as an enum whose variants own their data.
//!
//! ```text
//!            start (all evidence good)        neither switch alone passes current
//!   Idle ───────────────────────▶ Running: Proving ─────────▶ Running: Heating
//!    ▲  ▲                               │       │                │      │
//!    │  └─── done, stopped, a limit ◀───┴───────│────────────────┘      │
//!    │                                          │ fault                 │ fault
//!    └───────── clear, cause gone ────────── Faulted ◀──────────────────┘◀── fault while idle
//! ```
//!
//! The regulator's memory lives inside `Heating`, so leaving that stage destroys it.

use crate::attendance::{Attendance, Attending};
use crate::circuit::Circuit;
use crate::command::{HeatPlan, SessionId, StopCause};
use crate::dose::{Dose, cem43};
use crate::event::{Event, Told};
use crate::heat::{self, Heater, Outlook, Regulator, Tuner, Untuned};
use crate::interlock::Demand;
use crate::ledger::SiteUse;
use crate::limits;
use crate::pad::{Found, Misfit, TunedPad};
use crate::plan::Purpose;
use crate::proof::Proof;
use crate::relay::Asked;
use crate::rules::{Fault, PhaseLimit};
use crate::sense::{Evidence, Measurement};
use crate::units::{Celsius, Cem43, Duty, Moment, Span};

/// What the device is doing.
#[expect(clippy::large_enum_variant, reason = "there is one session, and no heap to put it on")]
#[derive(Clone, Debug)]
pub enum Session {
    /// Nothing; outputs are off.
    Idle {
        /// How the last session since the start of the daemon ended.
        last: Option<Ended>,
    },
    /// A session runs.
    Running(Running),
    /// A fault is latched; outputs are off.
    Faulted {
        /// What latched.
        fault: Fault,
        /// Since when, for the alarm.
        since: Moment,
        /// How the last session ended.
        last: Option<Ended>,
    },
}

/// A session that runs.
#[derive(Clone, Debug)]
pub struct Running {
    pub(crate) id: SessionId,
    pub(crate) plan: HeatPlan,
    pub(crate) started: Moment,
    pub(crate) attendance: Attendance,
    pub(crate) dose: Dose,
    /// What the site got in the 24 hours before.
    pub(crate) dose_before: Cem43,
    pub(crate) hottest: Option<Celsius>,
    pub(crate) stage: Stage,
}

/// What a running session is at.
#[expect(clippy::large_enum_variant, reason = "there is one session, and no heap to put it on")]
#[derive(Clone, Debug)]
pub enum Stage {
    /// Showing that neither switch alone passes current.
    Proving(Proof),
    /// The heat phase.
    Heating(Heating),
}

/// The state of a heat phase.
#[derive(Clone, Debug)]
pub struct Heating {
    pub(crate) began: Moment,
    pub(crate) law: Law,
    pub(crate) circuit: Circuit,
    pub(crate) target_reached: bool,
    /// What was told last of a pad that is not what it was found to be.
    pub(crate) misfit: Option<Misfit>,
}

/// What says how much is heated.
#[expect(clippy::large_enum_variant, reason = "there is one session, and no heap to put it on")]
#[derive(Clone, Debug)]
pub enum Law {
    /// It holds a target.
    Regulator(Regulator),
    /// It finds out about the pad.
    Tuner(Tuner),
}

impl Law {
    fn of(plan: &HeatPlan, heater: Heater) -> Self {
        match plan.purpose() {
            Purpose::Heat => Self::Regulator(Regulator::new(plan.target(), heater)),
            Purpose::Tune => Self::Tuner(Tuner::new(plan.target())),
        }
    }

    fn heated(&mut self, span: Span) {
        match self {
            Self::Regulator(it) => it.heated(span),
            Self::Tuner(it) => it.heated(span),
        }
    }

    fn update(&mut self, measurement: Measurement) {
        match self {
            Self::Regulator(it) => it.update(measurement),
            Self::Tuner(it) => it.update(measurement),
        }
    }

    fn asked(&self) -> Asked {
        match self {
            Self::Regulator(it) => it.asked(),
            Self::Tuner(it) => it.asked(),
        }
    }

    /// What is to come; a tuning goes nowhere.
    fn outlook(&self) -> Option<Outlook> {
        match self {
            Self::Regulator(it) => it.outlook(),
            Self::Tuner(_) => None,
        }
    }

    /// What shows that the pad is not what it was found to be; a tuning only finds that out.
    fn misfit(&self) -> Option<Misfit> {
        match self {
            Self::Regulator(it) => it.misfit(),
            Self::Tuner(_) => None,
        }
    }

    /// The tuned pad, refined by this session; a tuning finds it anew.
    fn refined(&self) -> Option<TunedPad> {
        match self {
            Self::Regulator(it) => it.refined(),
            Self::Tuner(_) => None,
        }
    }

    /// What tuning found out, once it is over.
    fn found(&self) -> Option<Result<Found, Untuned>> {
        match self {
            Self::Regulator(_) => None,
            Self::Tuner(it) => it.found(),
        }
    }
}

/// A running session, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionView {
    /// Its number.
    pub id: SessionId,
    /// What it does.
    pub plan: HeatPlan,
    /// How long it has run; the plan's time counts from its start, the proof included.
    pub elapsed: Span,
    /// The heat path is being tested; nothing is warmed yet.
    pub proving: bool,
    /// Whether somebody is there.
    pub attending: Attending,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far.
    pub dose: Cem43,
    /// What the site got in the 24 hours before this session.
    pub dose_before: Cem43,
    /// The hottest valid contact reading so far, as measured.
    pub hottest: Option<Celsius>,
    /// What the regulator asks for.
    pub duty: Duty,
    /// What is to come; none before the pad is known, and once the target was reached.
    pub outlook: Option<Outlook>,
    /// The pad is not what it was found to be.
    pub misfit: Option<Misfit>,
}

impl Running {
    /// How it is shown at `now`.
    #[must_use]
    pub fn view(&self, now: Moment) -> SessionView {
        let heating = match &self.stage {
            Stage::Proving(_) => None,
            Stage::Heating(heating) => Some(heating),
        };
        SessionView {
            id: self.id,
            plan: self.plan,
            elapsed: now.since(self.started),
            proving: heating.is_none(),
            attending: self.attendance.at(now),
            target_reached: heating.is_some_and(|it| it.target_reached),
            dose: self.dose.total(),
            dose_before: self.dose_before,
            hottest: self.hottest,
            duty: heating.map_or(Duty::ZERO, |it| it.law.asked().duty),
            outlook: heating.filter(|it| !it.target_reached).and_then(|it| it.law.outlook()),
            misfit: heating.and_then(|it| it.law.misfit()),
        }
    }

    /// The record of its end at `now`.
    #[must_use]
    pub fn ended(&self, outcome: Outcome, now: Moment) -> Ended {
        let heated = match &self.stage {
            Stage::Proving(_) => Span::ZERO,
            Stage::Heating(heating) => now.since(heating.began),
        };
        Ended {
            id: self.id,
            outcome,
            elapsed: now.since(self.started),
            dose: self.dose.total(),
            hottest: self.hottest,
            left: SiteUse {
                site: self.plan.site(),
                heated,
                // HL-H5: what is stored in the pad goes on warming the skin for a while.
                dose: self.dose.total() + cem43(self.dose.counts_at(), limits::DOSE_TAIL),
            },
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
                | PhaseLimit::Absent,
            ) => false,
        }
    }
}

impl Running {
    /// Why the session is over, if it is.
    pub(crate) fn is_over(&self, now: Moment) -> Option<Outcome> {
        let elapsed = now.since(self.started);
        if self.found().is_some() {
            return Some(Outcome::Measured);
        }
        if elapsed >= self.plan.duration() {
            return Some(Outcome::Completed);
        }
        // HL-H10
        if elapsed >= limits::SESSION_MAX {
            return Some(Outcome::Limit(PhaseLimit::SessionTime));
        }
        // HL-H11
        (self.attendance.at(now) == Attending::Absent).then_some(Outcome::Limit(PhaseLimit::Absent))
    }

    fn found(&self) -> Option<Result<Found, Untuned>> {
        match &self.stage {
            Stage::Proving(_) => None,
            Stage::Heating(heating) => heating.law.found(),
        }
    }

    /// What a tuning that ends here comes to; none where this is none.
    pub(crate) fn tuned(&self) -> Option<Result<Found, Untuned>> {
        match self.plan.purpose() {
            Purpose::Heat => None,
            Purpose::Tune => Some(self.found().unwrap_or(Err(Untuned::CutShort))),
        }
    }

    /// What a session that ends here has shown of the tuned pad: something, once it was warmed up.
    pub(crate) fn refined(&self) -> Option<TunedPad> {
        match &self.stage {
            Stage::Heating(heating) if heating.target_reached => heating.law.refined(),
            Stage::Heating(_) | Stage::Proving(_) => None,
        }
    }

    /// Heats, entering the heat phase if need be.
    /// Power was granted for `heated` since the last step.
    pub(crate) fn heat(
        &mut self,
        now: Moment,
        heater: Heater,
        heated: Span,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Demand {
        let (id, target) = (self.id, self.plan.target());
        if let Stage::Proving(_) = self.stage {
            self.stage = Stage::Heating(Heating {
                began: now,
                law: Law::of(&self.plan, heater),
                circuit: Circuit::new(heater.relay, now),
                target_reached: false,
                misfit: None,
            });
            told.events.push(Event::Proved { id });
        }
        let Stage::Heating(heating) = &mut self.stage else { return Demand::Rest };
        heating.law.heated(heated);
        if let Some(measurement) = evidence.measurement {
            heating.law.update(measurement);
            if measurement.contact + heat::NEAR_TARGET >= target && !heating.target_reached {
                heating.target_reached = true;
                told.events.push(Event::TargetReached { id });
            }
        }
        let misfit = heating.law.misfit();
        if misfit != heating.misfit {
            heating.misfit = misfit;
            told.events.extend(misfit.map(|misfit| Event::Misfits { id, misfit }));
        }
        heating.circuit.switch(now, heating.law.asked())
    }
}
