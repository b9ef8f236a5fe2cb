//! The one door: [`Engine::step`].

mod end;
mod snapshot;
mod start;

use arrayvec::ArrayVec;

pub use snapshot::Snapshot;

pub use crate::event::{COMMANDS_MAX, Reply};

use crate::alarm::Alarm;
use crate::attendance::Attendance;
use crate::checklist::{Checklist, PastAnswers};
use crate::command::{Command, HeatPlan, Order, Refusal, SessionId, StopCause};
use crate::dose::Dose;
use crate::event::{EVENTS_MAX, Event, Told};
use crate::heat::Heater;
use crate::interlock::{Actuators, Circumstances, Demand, Interlock, Verdict};
use crate::ledger::{History, Ledger};
use crate::limits;
use crate::lines::LineState;
use crate::pad::TunedPad;
use crate::proof::{Proof, Step};
use crate::relay::RelayKind;
use crate::rules::{Fault, FaultKind, PhaseLimit};
use crate::sense::{Evidence, Readings, Senses};
use crate::session::{Outcome, Running, Session, Stage};
use crate::units::{Celsius, Cem43, Moment, Span};
use crate::verify::Verifier;

/// Everything that one step may know.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Now.
    pub now: Moment,
    /// The newest reading of each sensor.
    pub readings: Readings,
    /// Commands since the last step, oldest first; at most [`COMMANDS_MAX`].
    pub commands: &'a [Command],
    /// What the sense lines say.
    pub lines: LineState,
}

/// Everything that one step wants; always the whole, never a difference.
#[derive(Clone, Debug)]
pub struct Output {
    /// What the lines may be.
    pub actuators: Actuators,
    /// Whether the buzzer sounds.
    pub buzzer: bool,
    /// What happened, in order.
    pub events: ArrayVec<Event, EVENTS_MAX>,
    /// One answer for each command, in order.
    pub replies: ArrayVec<Reply, COMMANDS_MAX>,
    /// The state to show.
    pub snapshot: Snapshot,
    /// When the next step is due at the latest.
    pub wake_by: Moment,
}

/// What outlives a restart and is handed to a new engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boot {
    /// A fault that was latched and not cleared.
    pub latched: Option<Fault>,
    /// A session that was running when the daemon died, and that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
    /// What the sites got.
    pub history: History,
    /// The answers to the check-list.
    pub checklist: Option<PastAnswers>,
    /// How often K1 has closed in its life.
    pub relay_operations: u32,
    /// What is known of the heater.
    pub heater: Heater,
}

/// The core: all state, one door.
///
/// A session begins with an engine that is made anew from a [`Boot`]: what the old one remembered of
/// readings and lines is gone, and the session's record replays from nothing but that boot and its inputs.
#[derive(Clone, Debug)]
pub struct Engine {
    session: Session,
    senses: Senses,
    verifier: Verifier,
    interlock: Interlock,
    ledger: Ledger,
    checklist: Checklist,
    relay_operations: u32,
    heater: Heater,
    interrupted: Option<SessionId>,
    alarm: Option<(Alarm, Moment)>,
    last_step: Option<Moment>,
}

impl Engine {
    /// A core that energises nothing until a person starts something (HL-S6). `now` is the moment to
    /// which the ages in `boot` refer.
    #[must_use]
    pub fn new(boot: &Boot, now: Moment) -> Self {
        let session = match boot.latched {
            Some(fault) => Session::Faulted { fault, since: now, last: None },
            None => Session::Idle { last: None },
        };
        Self {
            session,
            senses: Senses::default(),
            verifier: Verifier::default(),
            interlock: Interlock::default(),
            ledger: Ledger::new(&boot.history, now),
            checklist: Checklist::new(boot.checklist, now),
            relay_operations: boot.relay_operations,
            heater: boot.heater,
            interrupted: boot.interrupted,
            alarm: None,
            last_step: None,
        }
    }

    /// What a new engine must know of this one at `now`.
    #[must_use]
    pub fn boot(&self, now: Moment) -> Boot {
        let latched = match &self.session {
            Session::Faulted { fault, .. } => Some(*fault),
            Session::Idle { .. } | Session::Running(_) => None,
        };
        Boot {
            latched,
            interrupted: self.interrupted,
            history: self.ledger.history(now),
            checklist: self.checklist.past(now),
            relay_operations: self.relay_operations,
            heater: self.heater,
        }
    }

    /// Everything that is known goes in, everything that is wanted comes out.
    ///
    /// Time that runs backwards counts as time that stands still. No allocation, no I/O, no clock.
    ///
    /// # Panics
    /// When there are more than [`COMMANDS_MAX`] commands: a programmer's error, and the lease then
    /// turns everything off.
    pub fn step(&mut self, input: &Input<'_>) -> Output {
        assert!(input.commands.len() <= COMMANDS_MAX, "too many commands for one step");
        let now = self.last_step.map_or(input.now, |last| last.max(input.now));
        let mut late_by = self.late_by(now);
        let mut evidence = self.senses.weigh(now, &input.readings);
        let mut told = Told::default();
        for command in input.commands {
            let reply = match command.order {
                Order::StartHeat { id, plan } => {
                    let started = self.anew(id, plan, command.issued, now, input, &mut told);
                    started.map(|(engine, seen)| {
                        (*self, evidence, late_by) = (engine, seen, Span::ZERO);
                    })
                }
                Order::Stop(_)
                | Order::Clear { .. }
                | Order::Present
                | Order::Answer(_)
                | Order::ForgetLoss
                | Order::UsePad(_) => {
                    self.obey(command.order, now, &evidence, input.lines, &mut told)
                }
            };
            if let Err(refusal) = reply {
                told.events.push(Event::Refused(refusal));
            }
            told.replies.push(reply);
        }
        let since = self.last_step.map_or(Span::ZERO, |last| now.since(last));
        self.last_step = Some(now);

        let granted = self.interlock.granted();
        let found = self.verifier.watch(now, &evidence, granted, self.target());
        let heated = granted.heats_for(since);
        let demand = self.advance(now, heated, &evidence, input.lines, &mut told);
        let around = self.around(now, late_by, input.lines, found);
        let verdict = self.interlock.judge(demand, &evidence, &around);
        self.follow(verdict, now, &mut told);

        let actuators = verdict.actuators();
        // A transistor does not wear.
        let wears = self.heater.relay == RelayKind::Mechanical;
        self.relay_operations += u32::from(wears && actuators.k1() && !granted.k1());
        let buzzer = self.buzzer(now);
        Output {
            actuators,
            buzzer,
            events: told.events,
            replies: told.replies,
            snapshot: self.snapshot(now, &evidence, actuators, input.lines),
            wake_by: now + limits::CYCLE,
        }
    }

    fn late_by(&self, now: Moment) -> Span {
        let since = self.last_step.map_or(Span::ZERO, |last| now.since(last));
        since.saturating_sub(limits::CYCLE)
    }

    fn around(
        &self,
        now: Moment,
        late_by: Span,
        lines: LineState,
        found: Option<FaultKind>,
    ) -> Circumstances {
        let (dose, dose_before) = match &self.session {
            Session::Running(running) => (running.dose.total(), running.dose_before),
            Session::Idle { .. } | Session::Faulted { .. } => (Cem43::ZERO, Cem43::ZERO),
        };
        Circumstances { now, late_by, lines, dose, dose_before, found }
    }

    /// The set-point of the heat phase that is on.
    fn target(&self) -> Option<Celsius> {
        match &self.session {
            Session::Running(Running { plan, stage: Stage::Heating(_), .. }) => Some(plan.target()),
            Session::Running(Running { stage: Stage::Proving(_), .. })
            | Session::Idle { .. }
            | Session::Faulted { .. } => None,
        }
    }

    /// Starts a session with an engine made anew, or says why not.
    fn anew(
        &self,
        id: SessionId,
        plan: HeatPlan,
        issued: Moment,
        now: Moment,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Result<(Self, Evidence), Refusal> {
        if let Session::Running(running) = &self.session {
            return Err(Refusal::Running { id: running.id });
        }
        let mut engine = Self::new(&self.boot(now), now);
        let evidence = engine.senses.weigh(now, &input.readings);
        let hottest = engine.may_start(&plan, issued, now, &evidence, input.lines)?;
        engine.session = Session::Running(Running {
            id,
            plan,
            started: now,
            attendance: Attendance::seen(now),
            dose: Dose::starting(now, hottest),
            dose_before: engine.ledger.day_dose(plan.site(), now),
            hottest: None,
            stage: Stage::Proving(Proof::new(now)),
        });
        told.events.push(Event::Started { id, plan });
        Ok((engine, evidence))
    }

    /// Carries out one command that starts nothing, or says why not.
    fn obey(
        &mut self,
        order: Order,
        now: Moment,
        evidence: &Evidence,
        lines: LineState,
        told: &mut Told,
    ) -> Reply {
        match order {
            Order::StartHeat { .. } => unreachable!("a start makes the engine anew"),
            Order::Stop(cause) => self.enter_idle(Outcome::Stopped(cause), now, told),
            Order::Clear { shown } => return self.clear(shown, now, evidence, lines, told),
            Order::Present => {
                if let Session::Running(running) = &mut self.session {
                    running.attendance = Attendance::seen(now);
                    told.events.push(Event::Present { id: running.id });
                }
            }
            Order::Answer(answers) => {
                self.checklist.answer(now, answers);
                told.events.push(Event::Answered(answers));
                // HL-S7: whoever says so does not want to be heated any further.
                if self.checklist.may_heat(now).is_err() {
                    self.enter_idle(Outcome::Stopped(StopCause::Person), now, told);
                }
            }
            Order::ForgetLoss => {
                if self.ledger.forget_loss() {
                    told.events.push(Event::LossForgotten);
                }
            }
            Order::UsePad(tuning) => {
                // What a session has made of it a moment ago may not have been in the log yet.
                let mine = self.heater.tuned;
                let same = |it: &TunedPad| tuning.is_some_and(|of| of.pad.found() == it.found());
                self.heater.tuned = mine.filter(same).or(tuning.map(|it| it.pad.proven(false)));
                told.events.push(Event::PadChosen { tuning: tuning.map(|it| it.of) });
            }
        }
        Ok(())
    }

    /// A person has looked.
    fn clear(
        &mut self,
        shown: Option<FaultKind>,
        now: Moment,
        evidence: &Evidence,
        lines: LineState,
        told: &mut Told,
    ) -> Reply {
        if let Session::Faulted { fault, last, .. } = self.session {
            if shown.is_some_and(|shown| shown != fault.kind) {
                return Err(Refusal::OtherFault(fault));
            }
            // Looked at once more: the copy keeps the verifier's memory for the step's own look.
            let found = self.verifier.clone().watch(now, evidence, self.interlock.granted(), None);
            let around = self.around(now, Span::ZERO, lines, found);
            if Interlock::cause_remains(fault, evidence, &around) {
                return Err(Refusal::CauseRemains(fault));
            }
            self.session = Session::Idle { last };
            told.events.push(Event::Cleared(fault));
        }
        if let Some(id) = self.interrupted.take() {
            told.events.push(Event::Acknowledged { id });
        }
        Ok(())
    }

    /// Moves the session on to `now` and asks what it would like of the lines.
    fn advance(
        &mut self,
        now: Moment,
        heated: Span,
        evidence: &Evidence,
        lines: LineState,
        told: &mut Told,
    ) -> Demand {
        let Session::Running(running) = &mut self.session else { return Demand::Off };
        running.dose.count(now, evidence.hottest);
        running.hottest = running.hottest.into_iter().chain(evidence.measured).reduce(Celsius::max);
        if let Some(outcome) = running.is_over(now) {
            self.enter_idle(outcome, now, told);
            return Demand::Off;
        }
        let proof = match &mut running.stage {
            Stage::Heating(_) => Step::Passed,
            Stage::Proving(proof) => {
                let (granted, sensed) = (self.interlock.granted(), lines.pad_current.is_some());
                let both = evidence.contacts_valid == limits::CONTACTS_NEEDED;
                proof.step(now, granted, sensed, evidence.measurement.filter(|_| both))
            }
        };
        match proof {
            Step::Want(demand) => demand,
            Step::Passed => running.heat(now, self.heater, heated, evidence, told),
            Step::Warmed => {
                let fault = Fault { kind: FaultKind::SelfTest, reading: evidence.measured };
                self.enter_faulted(fault, now, told);
                Demand::Off
            }
            Step::Restless => {
                self.enter_idle(Outcome::Limit(PhaseLimit::Restless), now, told);
                Demand::Off
            }
        }
    }

    /// Does what the interlock's verdict means for the session.
    fn follow(&mut self, verdict: Verdict, now: Moment, told: &mut Told) {
        match verdict {
            Verdict::Granted(_) => {}
            Verdict::Withheld(_) => {
                if let Session::Running(Running { stage: Stage::Heating(heating), .. }) =
                    &mut self.session
                {
                    heating.circuit.forced_open(now);
                }
            }
            Verdict::EndPhase(limit) => self.enter_idle(Outcome::Limit(limit), now, told),
            Verdict::Latch(fault) => self.enter_faulted(fault, now, told),
        }
        self.call(now, told);
    }
}

#[cfg(test)]
mod tests;
