//! The session: what the device is doing, as an enum whose variants own their data.
//!
//! ```text
//!          start (all evidence good)
//!   Idle ─────────────────────────▶ Running: a phase after the other, each of them
//!    ▲  ▲                             Proving ─▶ Heating   (the proof, once; before TENS where no current is sensed)
//!    │  │                             Led                  (a person carries it out; everything is off)
//!    │  │                             Stimulating          (electrodes lie; a person has the level in hand)
//!    │  │                             Paused               (everything is off until a person goes on)
//!    │  └─── done, stopped, a limit ◀───┤
//!    │                                  │ fault
//!    └──── clear, cause gone ─────── Faulted ◀── fault while idle
//! ```

mod breaks;
mod course;
mod ended;
mod heating;
mod lasting;
mod paused;
mod skin;
mod stimulating;
mod view;

pub use course::{Asked, Part, Prompt, PromptId};
pub use ended::{Ended, Outcome};
pub use heating::Heating;
pub use paused::{Paused, Resumes};
pub use skin::SkinSays;
pub use stimulating::Stimulation;
pub use view::{PhaseView, SessionView};

use skin::SkinWatch;

use crate::alarm::Alarm;
use crate::attendance::{Attendance, Attending};
use crate::circuit::Circuit;
use crate::command::{Plan, SessionId};
use crate::dose::{Dose, cem43};
use crate::event::Told;
use crate::heat::{Heater, Untuned};
use crate::interlock::Demand;
use crate::ledger::SiteUse;
use crate::limits;
use crate::pad::{Found, TunedPad};
use crate::plan::Purpose;
use crate::proof::Proof;
use crate::protocol::{Cold, Had};
use crate::rules::{Fault, PhaseLimit};
use crate::sense::Evidence;
use crate::tens::{Cap, Interruption};
use crate::units::{Celsius, Cem43, Moment, Span};

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
    pub(crate) plan: Plan,
    pub(crate) started: Moment,
    pub(crate) attendance: Attendance,
    /// Whether a sign was being asked for in the last step.
    sign_asked: bool,
    pub(crate) dose: Dose,
    /// What the site got in the 24 hours before.
    dose_before: Cem43,
    hottest: Option<Celsius>,
    /// What heats, as it was known when the session began.
    heater: Heater,
    /// Which phase is on, from zero.
    at: usize,
    phase_began: Moment,
    stage: Stage,
    /// A sense line tells whether current flows through the pad.
    sensed: bool,
    /// HL-H20: neither switch alone passes current.
    proved: bool,
    /// How many prompts there have been.
    prompts: u32,
    /// How long the heat phases before this one lasted.
    heated: Span,
    /// What they have shown of the pad.
    refined: Option<TunedPad>,
    /// How long packs lay on the skin before this one.
    iced: Span,
    /// Since when one lies there.
    pack_on: Option<Moment>,
    cold: Cold,
    /// Since when cold on this site is over, a session before this one included (HL-T10).
    cold_ended: Option<Moment>,
    /// How long TENS flowed in the phases before this one.
    stimulated: Span,
    /// The switches as the last heat phase left them.
    circuit: Option<Circuit>,
    /// HL-T1: the strongest level that the person's profile takes.
    cap: Cap,
    /// What the skin had in the phases before this one.
    skin_had: Had,
    /// How long the cold pack of this phase lay.
    lay: Span,
    /// What was seen of the skin under the pack that lies there, or lay there last.
    skin: Option<SkinWatch>,
}

/// What a running session is at.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Showing that neither switch alone passes current.
    Proving(Proof),
    /// A heat phase.
    Heating(Heating),
    /// A phase that a person carries out; everything is off.
    Led(Part),
    /// A TENS phase whose electrodes lie.
    Stimulating(Stimulation),
    /// A person has paused it; everything is off.
    Paused(Paused),
}

/// What is known before a session of site and person, as far as it matters in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Its dose of the last 24 hours.
    pub(crate) dose: Cem43,
    /// How long ago its last cold ended (HL-T10).
    pub(crate) cold: Option<Span>,
    /// HL-T1: the strongest TENS level that the person's profile takes.
    pub(crate) cap: Cap,
    /// A sense line tells whether current flows through the pad.
    pub(crate) sensed: bool,
}

impl Running {
    /// A session that begins `now` with the skin at `skin`.
    pub(crate) fn start(
        id: SessionId,
        plan: Plan,
        heater: Heater,
        now: Moment,
        skin: Celsius,
        before: Before,
    ) -> Self {
        Self {
            id,
            plan,
            started: now,
            attendance: Attendance::seen(now),
            sign_asked: false,
            dose: Dose::starting(now, skin),
            dose_before: before.dose,
            hottest: None,
            heater,
            at: 0,
            phase_began: now,
            stage: Stage::Led(Part::Done),
            sensed: before.sensed,
            proved: false,
            prompts: 0,
            heated: Span::ZERO,
            refined: None,
            iced: Span::ZERO,
            pack_on: None,
            cold: Cold::NONE,
            cold_ended: before.cold.map(|ago| now.before(ago)),
            stimulated: Span::ZERO,
            circuit: None,
            cap: before.cap,
            skin_had: Had::default(),
            lay: Span::ZERO,
            skin: None,
        }
    }

    pub(crate) const fn heating(&self) -> Option<&Heating> {
        match &self.stage {
            Stage::Heating(heating) => Some(heating),
            Stage::Proving(_) | Stage::Led(_) | Stage::Stimulating(_) | Stage::Paused(_) => None,
        }
    }

    /// Whether a sign is asked for since this step.
    pub(crate) fn is_newly_asked_for_sign(&mut self, now: Moment) -> bool {
        let before = self.sign_asked;
        self.sign_asked = matches!(self.attendance.at(now), Attending::Asking { .. });
        self.sign_asked && !before
    }

    /// What a person is called for.
    pub(crate) fn calls(&self, now: Moment) -> Option<Alarm> {
        let prompt = self.asked().map(|asked| asked.prompt);
        if prompt == Some(Prompt::PackOff) {
            return Some(Alarm::PackOff);
        }
        match self.attendance.at(now) {
            Attending::Asking { .. } => Some(Alarm::Attend),
            Attending::Quiet { .. } | Attending::Absent => prompt.map(|_| Alarm::Prompt),
        }
    }

    /// Whether the pad is in use: tested or heating.
    pub(crate) const fn uses_pad(&self) -> bool {
        matches!(self.stage, Stage::Proving(_) | Stage::Heating(_))
    }

    /// Somebody was heard of who could lower the TENS level (HL-S3).
    pub(crate) const fn heard(&mut self, now: Moment) {
        if let Stage::Stimulating(on) = &mut self.stage {
            on.heard(now);
        }
    }

    /// The interlock did not grant what was wanted.
    pub(crate) fn withheld(&mut self, now: Moment, told: &mut Told) {
        match &mut self.stage {
            Stage::Heating(heating) => heating.circuit.forced_open(now),
            Stage::Stimulating(on) => on.interrupt(self.id, Interruption::Limit, now, told),
            Stage::Proving(_) | Stage::Led(_) | Stage::Paused(_) => {}
        }
    }

    pub(crate) const fn stage_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }

    /// Whether a cold pack lies on the skin.
    pub(crate) const fn pack_is_on(&self) -> bool {
        self.pack_on.is_some()
    }

    /// What the site got in the 24 hours before.
    pub(crate) const fn dose_before(&self) -> Cem43 {
        self.dose_before
    }

    /// Takes note of what was measured, and whether the pad's current is sensed.
    pub(crate) fn feel(&mut self, now: Moment, evidence: &Evidence, sensed: bool) {
        self.sensed = sensed;
        self.dose.count(now, evidence.hottest);
        self.hottest = self.hottest.into_iter().chain(evidence.measured).reduce(Celsius::max);
    }

    /// Heats, where the stage is that; power was granted for `heated` since the last step.
    pub(crate) fn heat(
        &mut self,
        now: Moment,
        heated: Span,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Demand {
        let id = self.id;
        match &mut self.stage {
            Stage::Heating(heating) => heating.step(id, now, heated, evidence, told),
            Stage::Proving(_) | Stage::Led(_) => Demand::Rest,
            Stage::Stimulating(_) | Stage::Paused(_) => Demand::Off,
        }
    }

    /// Why the session is over, if it is.
    pub(crate) fn is_over(
        &mut self,
        now: Moment,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Option<Outcome> {
        if self.found().is_some() {
            return Some(Outcome::Measured);
        }
        if let Some(freezing) = self.watch_skin(now, evidence, told) {
            return Some(freezing);
        }
        self.move_on(now, evidence, told).or_else(|| self.runs_out(now))
    }

    /// Why it ends before its phases do, if it does.
    fn runs_out(&self, now: Moment) -> Option<Outcome> {
        // HL-H10
        if now.since(self.started) >= limits::SESSION_MAX {
            return Some(Outcome::Limit(PhaseLimit::SessionTime));
        }
        // HL-S11
        if self.pause_left(now) == Some(Span::ZERO) {
            return Some(Outcome::Limit(PhaseLimit::PauseTime));
        }
        // HL-H11
        (self.attendance.at(now) == Attending::Absent).then_some(Outcome::Limit(PhaseLimit::Absent))
    }

    fn found(&self) -> Option<Result<Found, Untuned>> {
        self.heating().and_then(|it| it.law().found())
    }

    /// What a tuning that ends here comes to; none where this is none.
    pub(crate) fn tuned(&self) -> Option<Result<Found, Untuned>> {
        match self.plan.purpose() {
            Purpose::Treat => None,
            Purpose::Tune => Some(self.found().unwrap_or(Err(Untuned::CutShort))),
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
            left: SiteUse {
                site: self.plan.site(),
                heated: self.heated_by(now),
                // HL-H5: what is stored in the pad goes on warming the skin for a while.
                dose: self.dose.total() + cem43(self.dose.counts_at(), limits::DOSE_TAIL),
                cold: self.iced_by(now),
                tens: self.stimulated_by(now),
            },
        }
    }
}
