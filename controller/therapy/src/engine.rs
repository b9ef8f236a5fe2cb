//! The one door: [`Engine::step`].

use arrayvec::ArrayVec;

use crate::command::{Command, HeatPlan, Order, Refusal, SessionId};
use crate::dose::Dose;
use crate::event::{EVENTS_MAX, Event};
use crate::heat::Regulator;
use crate::interlock::{Actuators, Circumstances, Demand, Interlock, Verdict};
use crate::limits;
use crate::relay::Relay;
use crate::rules::Fault;
use crate::sense::{Evidence, Freshness, Readings, Senses, SensorView};
use crate::session::{Ended, Heating, Outcome, Session};
use crate::units::{Celsius, Cem43, Duty, Kelvin, Moment, Span};

/// This close below the target counts as having reached it.
const NEAR_TARGET: Kelvin = Kelvin::literal(0.5);

/// At most this many commands are taken in one step; the daemon's queue is no longer than this.
pub const COMMANDS_MAX: usize = 8;

/// What the sense lines and the guard say. The default is a world in order, without optional lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineState {
    /// The e-stop is open: pressed, or its wire is broken.
    pub estop_open: bool,
    /// The pad's own cut-out is open; none where it is not sensed.
    pub cutout_open: Option<bool>,
    /// Current flows through the pad; none where it is not sensed.
    pub pad_current: Option<bool>,
    /// The supply is too low, or was since the last look.
    pub undervoltage: bool,
    /// The guard process, which switches off when this one dies, is gone itself.
    pub guard_lost: bool,
}

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

/// The answer to one command: done, or why not.
pub type Reply = Result<(), Refusal>;

/// Everything that one step wants; always the whole, never a difference.
#[derive(Clone, Debug)]
pub struct Output {
    /// What the lines may be.
    pub actuators: Actuators,
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Boot {
    /// A fault that was latched and not cleared.
    pub latched: Option<Fault>,
    /// A session that was running when the daemon died, and that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
}

/// The whole state, as shown to people. Copied, never shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// The moment it describes.
    pub now: Moment,
    /// The running session.
    pub session: Option<SessionView>,
    /// How the last session since the start of the daemon ended.
    pub last: Option<Ended>,
    /// A latched fault.
    pub fault: Option<Fault>,
    /// An interrupted session that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
    /// The contact sensors.
    pub contact: [SensorView; 2],
    /// The room.
    pub ambient: SensorView,
    /// The highest temperature that any contact sensor may have now.
    pub hottest: Option<Celsius>,
    /// What was granted in this step.
    pub actuators: Actuators,
    /// The e-stop is open.
    pub estop_open: bool,
}

/// A running session, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionView {
    /// Its number.
    pub id: SessionId,
    /// What it does.
    pub plan: HeatPlan,
    /// How long it has run.
    pub elapsed: Span,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far.
    pub dose: Cem43,
    /// The hottest valid contact reading so far, as measured.
    pub hottest: Option<Celsius>,
    /// What the regulator asks for.
    pub duty: Duty,
}

/// The core: all state, one door.
#[derive(Clone, Debug)]
pub struct Engine {
    session: Session,
    senses: Senses,
    interlock: Interlock,
    interrupted: Option<SessionId>,
    last_step: Option<Moment>,
}

/// What came out of a step so far, filled in as it goes.
#[derive(Debug, Default)]
struct Told {
    events: ArrayVec<Event, EVENTS_MAX>,
    replies: ArrayVec<Reply, COMMANDS_MAX>,
}

impl Engine {
    /// A core that energises nothing until a person starts something (HL-S6).
    #[must_use]
    pub fn new(boot: Boot) -> Self {
        let session = match boot.latched {
            Some(fault) => Session::Faulted { fault, last: None },
            None => Session::Idle { last: None },
        };
        Self {
            session,
            senses: Senses::default(),
            interlock: Interlock::default(),
            interrupted: boot.interrupted,
            last_step: None,
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
        let since_last = self.last_step.map_or(Span::ZERO, |last| input.now.since(last));
        let now = self.last_step.map_or(input.now, |last| last + since_last);
        self.last_step = Some(now);

        let evidence = self.senses.weigh(now, &input.readings);
        let mut told = Told::default();
        for command in input.commands {
            let reply = self.obey(*command, now, &evidence, input.lines, &mut told);
            if let Err(refusal) = reply {
                told.events.push(Event::Refused(refusal));
            }
            told.replies.push(reply);
        }

        let demand = self.advance(now, &evidence, &mut told);
        let dose = match &self.session {
            Session::Heating(heating) => heating.dose.total(),
            Session::Idle { .. } | Session::Faulted { .. } => Cem43::ZERO,
        };
        let around = Circumstances {
            now,
            late_by: since_last.saturating_sub(limits::CYCLE),
            estop_open: input.lines.estop_open,
            dose,
        };
        let verdict = self.interlock.judge(demand, &evidence, &around);
        self.follow(verdict, now, &mut told);

        let actuators = verdict.actuators();
        Output {
            actuators,
            events: told.events,
            replies: told.replies,
            snapshot: self.snapshot(now, &evidence, actuators, input.lines),
            wake_by: now + limits::CYCLE,
        }
    }

    /// Carries out one command, or says why not.
    fn obey(
        &mut self,
        command: Command,
        now: Moment,
        evidence: &Evidence,
        lines: LineState,
        told: &mut Told,
    ) -> Reply {
        match command.order {
            Order::Stop(cause) => {
                self.enter_idle(Outcome::Stopped(cause), now, told);
                Ok(())
            }
            Order::StartHeat { id, plan } => {
                let hottest = self.may_start(command.issued, now, evidence, lines)?;
                self.enter_heating(id, plan, now, hottest, told);
                Ok(())
            }
            Order::Clear => {
                if let Session::Faulted { fault, last } = self.session {
                    if Interlock::cause_remains(fault, evidence, lines.estop_open) {
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
        }
    }

    /// Looks at everything that must be right before heat may start; gives the skin's temperature.
    fn may_start(
        &self,
        issued: Moment,
        now: Moment,
        evidence: &Evidence,
        lines: LineState,
    ) -> Result<Celsius, Refusal> {
        match &self.session {
            Session::Idle { .. } => {}
            Session::Heating(heating) => return Err(Refusal::Running { id: heating.id }),
            Session::Faulted { fault, .. } => return Err(Refusal::Latched(*fault)),
        }
        // HL-S6
        if let Some(id) = self.interrupted {
            return Err(Refusal::Interrupted { id });
        }
        // HL-S4
        let age = now.since(issued);
        if age > limits::COMMAND_TTL {
            return Err(Refusal::Expired { age });
        }
        // HL-S5
        if lines.estop_open {
            return Err(Refusal::EStop);
        }
        // HL-H13: to start, fresh is asked for; ageing is enough only to go on.
        let fresh = evidence.contact.iter().filter(|v| v.freshness == Freshness::Fresh).count();
        let Some(hottest) = evidence.hottest.filter(|_| fresh >= limits::CONTACTS_NEEDED) else {
            return Err(Refusal::TooFewContacts { fresh });
        };
        // HL-H14
        if let Some(spread) = evidence.spread.filter(|s| *s > limits::DISAGREE_MAX) {
            return Err(Refusal::Disagree { spread });
        }
        // HL-H22
        let ambient_known = evidence.ambient.freshness == Freshness::Fresh;
        let Some(room) = evidence.ambient.reading.filter(|_| ambient_known) else {
            return Err(Refusal::NoAmbient);
        };
        if room < limits::START_MIN || room > limits::START_AMBIENT_MAX {
            return Err(Refusal::Ambient { reading: room });
        }
        if hottest < limits::START_MIN || hottest >= limits::START_CONTACT_MAX {
            return Err(Refusal::Contact { reading: hottest });
        }
        Ok(hottest)
    }

    fn enter_heating(
        &mut self,
        id: SessionId,
        plan: HeatPlan,
        now: Moment,
        hottest: Celsius,
        told: &mut Told,
    ) {
        self.session = Session::Heating(Heating {
            id,
            plan,
            started: now,
            dose: Dose::starting(now, hottest),
            hottest: None,
            regulator: Regulator::new(plan.target()),
            relay: Relay::new(now),
            target_reached: false,
        });
        told.events.push(Event::Started { id, plan });
    }

    /// Ends the running session, if there is one. A latched fault stays latched.
    fn enter_idle(&mut self, outcome: Outcome, now: Moment, told: &mut Told) {
        if let Session::Heating(heating) = &self.session {
            let ended = heating.ended(outcome, now);
            self.session = Session::Idle { last: Some(ended) };
            told.events.push(Event::Ended(ended));
        }
    }

    /// Latches a fault and ends the running session. The first fault stays; later ones add nothing.
    fn enter_faulted(&mut self, fault: Fault, now: Moment, told: &mut Told) {
        self.enter_idle(Outcome::Fault(fault), now, told);
        if let Session::Idle { last } = self.session {
            self.session = Session::Faulted { fault, last };
            told.events.push(Event::Latched(fault));
        }
    }

    /// Moves the session on to `now` and asks the regulator what it would like.
    fn advance(&mut self, now: Moment, evidence: &Evidence, told: &mut Told) -> Demand {
        let Session::Heating(heating) = &mut self.session else { return Demand::OFF };
        heating.dose.count(now, evidence.hottest);
        heating.hottest = heating.hottest.into_iter().chain(evidence.measured).reduce(Celsius::max);
        if now.since(heating.started) >= heating.plan.duration() {
            self.enter_idle(Outcome::Completed, now, told);
            return Demand::OFF;
        }
        if let Some(measurement) = evidence.measurement {
            heating.regulator.update(measurement);
            let near = measurement.contact + NEAR_TARGET >= heating.plan.target();
            if near && !heating.target_reached {
                heating.target_reached = true;
                told.events.push(Event::TargetReached { id: heating.id });
            }
        }
        Demand { armed: true, heat: heating.relay.switch(now, heating.regulator.duty()) }
    }

    /// Does what the interlock's verdict means for the session.
    fn follow(&mut self, verdict: Verdict, now: Moment, told: &mut Told) {
        match verdict {
            Verdict::Granted(_) => {}
            Verdict::Withheld(_) => {
                if let Session::Heating(heating) = &mut self.session {
                    heating.relay.forced_open(now);
                }
            }
            Verdict::EndPhase(limit) => self.enter_idle(Outcome::Limit(limit), now, told),
            Verdict::Latch(fault) => self.enter_faulted(fault, now, told),
        }
    }

    fn snapshot(
        &self,
        now: Moment,
        evidence: &Evidence,
        actuators: Actuators,
        lines: LineState,
    ) -> Snapshot {
        let (session, last, fault) = match &self.session {
            Session::Idle { last } => (None, *last, None),
            Session::Heating(heating) => (Some(heating.view(now)), None, None),
            Session::Faulted { fault, last } => (None, *last, Some(*fault)),
        };
        Snapshot {
            now,
            session,
            last,
            fault,
            interrupted: self.interrupted,
            contact: evidence.contact,
            ambient: evidence.ambient,
            hottest: evidence.hottest,
            actuators,
            estop_open: lines.estop_open,
        }
    }
}

#[cfg(test)]
mod tests;
