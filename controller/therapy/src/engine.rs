//! The one door: [`Engine::step`].

mod boot;
mod care;
mod choose;
mod end;
mod hand;
mod snapshot;
mod start;

use arrayvec::ArrayVec;

pub use boot::Boot;
pub use snapshot::Snapshot;

pub use crate::event::{COMMANDS_MAX, Reply};

use crate::alarm::Alarm;
use crate::attendance::Attendance;
use crate::checklist::Checklist;
use crate::cold::PackLeft;
use crate::command::{Command, Order, Refusal, SessionId, StopCause};
use crate::event::{EVENTS_MAX, Event, Told};
use crate::heat::Heater;
use crate::interlock::{Actuators, Circumstances, Demand, Interlock, Verdict};
use crate::ledger::Ledger;
use crate::limits;
use crate::lines::LineState;
use crate::pain::care::Care;
use crate::profile::ProfileChoice;
use crate::proof::Step;
use crate::relay::RelayKind;
use crate::rules::{Fault, FaultKind, PhaseLimit};
use crate::sense::{Evidence, Readings, Senses};
use crate::session::{Heating, Outcome, Session, Stage};
use crate::tens::Stimulator;
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
    /// What the stimulator says.
    pub stimulator: Stimulator,
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
    care: Care,
    relay_operations: u32,
    heater: Heater,
    profile: ProfileChoice,
    interrupted: Option<SessionId>,
    /// What lay on the skin when a session ended, as it was then, and nobody has said that it is off (HL-C8).
    pack_left: Option<(Moment, PackLeft)>,
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
        let ledger = Ledger::new(&boot.history, now);
        Self {
            session,
            senses: Senses::default(),
            verifier: Verifier::default(),
            interlock: Interlock::after(ledger.since_heat(now), ledger.since_tens(now), now),
            ledger,
            checklist: Checklist::new(boot.checklist, now),
            care: Care::new(boot.care, now),
            relay_operations: boot.relay_operations,
            heater: boot.heater,
            profile: boot.profile,
            interrupted: boot.interrupted,
            pack_left: boot.pack_left.map(|pack| (now, pack)),
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
            care: self.care.past(now),
            relay_operations: self.relay_operations,
            heater: self.heater,
            profile: self.profile,
            pack_left: self.pack_left(now),
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
                Order::Start { id, plan } => {
                    let started = self.anew(id, plan, command.issued, now, input, &mut told);
                    started.map(|(engine, seen)| {
                        (*self, evidence, late_by) = (engine, seen, Span::ZERO);
                    })
                }
                Order::Stop(_)
                | Order::Clear { .. }
                | Order::Present
                | Order::Press
                | Order::Confirm { .. }
                | Order::Numb
                | Order::Level { .. }
                | Order::Lower { .. }
                | Order::Heartbeat
                | Order::Pause
                | Order::Resume
                | Order::Answer(_)
                | Order::ForgetLoss
                | Order::UsePad(_)
                | Order::UseProfile(_)
                | Order::Felt(_)
                | Order::Settle { .. }
                | Order::AnswerRedFlags(_) => self.obey(command, now, &evidence, input, &mut told),
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
        let demand = self.advance(now, heated, &evidence, input, &mut told);
        let around = self.around(now, late_by, input, found);
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
        input: &Input<'_>,
        found: Option<FaultKind>,
    ) -> Circumstances {
        // HL-H5, HL-H6: doses end heat; the proof before TENS alone gives none.
        let (dose, dose_before) = match &self.session {
            Session::Running(running) if running.plan.agents().heat => {
                (running.dose.total(), running.dose_before())
            }
            Session::Running(_) | Session::Idle { .. } | Session::Faulted { .. } => {
                (Cem43::ZERO, Cem43::ZERO)
            }
        };
        let (lines, stimulator) = (input.lines, input.stimulator);
        Circumstances { now, late_by, lines, dose, dose_before, found, stimulator }
    }

    /// The set-point of the heat phase that is on.
    fn target(&self) -> Option<Celsius> {
        match &self.session {
            Session::Running(running) => running.heating().map(Heating::target),
            Session::Idle { .. } | Session::Faulted { .. } => None,
        }
    }

    /// Carries out one command that starts nothing, or says why not.
    fn obey(
        &mut self,
        command: &Command,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Reply {
        match command.order {
            Order::Start { .. } => unreachable!("a start makes the engine anew"),
            Order::Stop(cause) => self.enter_idle(Outcome::Stopped(cause), now, told),
            Order::Clear { shown } => return self.clear(shown, now, evidence, input, told),
            Order::Present => {
                self.hears_of_pack(now, told);
                if let Session::Running(running) = &mut self.session {
                    running.attendance = Attendance::seen(now);
                    running.heard(now);
                    told.events.push(Event::Present { id: running.id });
                }
            }
            Order::Press => return self.press(now, evidence, input, told),
            Order::Confirm { prompt } => return self.confirm(prompt, now, evidence, input, told),
            Order::Level { to_ma } => return self.set_level(to_ma, command.issued, now, told),
            Order::Lower { to_ma } => return self.lower_level(to_ma, now, told),
            Order::Heartbeat => {
                if let Session::Running(running) = &mut self.session {
                    running.heard(now);
                }
            }
            Order::Pause => return self.running()?.pause(now, told),
            Order::Resume => return self.resume(command.issued, now, evidence, input, told),
            Order::Numb => match &mut self.session {
                Session::Running(running) => return running.numb(now, told),
                Session::Idle { .. } | Session::Faulted { .. } => return Err(Refusal::NoPack),
            },
            Order::Answer(answers) => {
                self.checklist.answer(now, answers);
                told.events.push(Event::Answered(answers));
                // HL-S7: whoever says so does not want to be treated so any further.
                if let Session::Running(running) = &self.session
                    && self.checklist.allows(running.plan.agents(), now).is_err()
                {
                    self.enter_idle(Outcome::Stopped(StopCause::Checklist), now, told);
                }
            }
            Order::Felt(felt) => self.felt(felt, now, told),
            Order::Settle { site, how } => self.settle(site, how, told),
            Order::AnswerRedFlags(signs) => self.answer_red_flags(signs, now, told),
            Order::ForgetLoss => {
                if self.ledger.forget_loss() {
                    told.events.push(Event::LossForgotten);
                }
            }
            Order::UsePad(tuning) => self.use_pad(tuning, told),
            Order::UseProfile(profile) => return self.use_profile(profile, told),
        }
        Ok(())
    }

    /// Moves the session on to `now` and asks what it would like of the lines.
    fn advance(
        &mut self,
        now: Moment,
        heated: Span,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Demand {
        let sensed = self.interlock.senses_current(input.lines);
        let Session::Running(running) = &mut self.session else { return Demand::Off };
        running.feel(now, evidence, sensed);
        let heated_before = running.uses_pad();
        if let Some(outcome) = running.is_over(now, evidence, told) {
            self.enter_idle(outcome, now, told);
            return Demand::Off;
        }
        let proof = match running.stage_mut() {
            // A heat phase that ends now is judged to its end.
            Stage::Led(_) if heated_before => return Demand::Rest,
            Stage::Led(_) => return Demand::Off,
            Stage::Paused(paused) => {
                paused.look_on(heated, evidence);
                return Demand::Off;
            }
            Stage::Stimulating(_) => {
                return running.stimulate(now, &input.stimulator, told).unwrap_or_else(|kind| {
                    self.enter_faulted(Fault { kind, reading: None }, now, told);
                    Demand::Off
                });
            }
            Stage::Heating(_) => return running.heat(now, heated, evidence, told),
            Stage::Proving(proof) => {
                let sensed = input.lines.pad_current.is_some();
                let granted = self.interlock.granted();
                let both = evidence.contacts_valid == limits::CONTACTS_NEEDED;
                proof.step(now, granted, sensed, evidence.measurement.filter(|_| both))
            }
        };
        match proof {
            Step::Want(demand) => demand,
            Step::Passed => {
                running.proved(now, told);
                running.heat(now, heated, evidence, told)
            }
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
                if let Session::Running(running) = &mut self.session {
                    running.withheld(now, told);
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
