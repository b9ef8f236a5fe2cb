//! The daemon in virtual time: clock, control thread, lease, guard and store round the real engine.
//!
//! It does what `soothed` does with the engine and leaves out how: no thread, no socket, no file. It
//! hangs, freezes, dies and starts again when it is told to.

use std::collections::VecDeque;

use soothe_plant::Plant;
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::{
    Command, Engine, FaultKind, Heater, Input, LineState, Moment, Order, Profile, RawReading,
    Readings, SessionId, Span, StopCause, limits,
};

use crate::chance::{Chance, Stream};
use crate::clock::HostClock;
use crate::gate::Gate;
use crate::store::{Health, Store};
use crate::world::{Cycle, Seen};

/// How soon the guard process writes the lines off when the daemon is gone.
const GUARD_WITHIN: Span = Span::from_ms(60);

/// How the daemon comes to stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standstill {
    /// The control thread alone: the lease thread lives.
    Hung,
    /// The whole process.
    Frozen,
    /// It is dead. The guard, if it lives, writes the lines off.
    Dead,
}

/// Which of the optional sense lines are wired to the daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wired {
    pub(crate) current: bool,
    pub(crate) cutout: bool,
}

impl Wired {
    /// All that the pad has.
    pub(crate) const ALL: Self = Self { current: true, cutout: true };
}

/// What the control thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thread {
    /// It runs.
    Runs,
    /// It stands still.
    Stands(Standstill),
}

/// The daemon.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) clock: HostClock,
    pub(crate) store: Store,
    engine: Engine,
    gate: Gate,
    thread: Thread,
    /// When the control thread does something next, in true time.
    due: Moment,
    /// When the guard writes off, in true time.
    guard_acts: Option<Moment>,
    guard_lives: bool,
    /// From one cycle to the next.
    pace: Span,
    /// The most that a cycle is late.
    jitter: Span,
    queue: VecDeque<(Moment, Command)>,
    stop: Option<StopCause>,
    /// When the last cycle came.
    cycled: Moment,
    next_id: i64,
    session_runs: bool,
    /// The newest reading of each sensor in true time, and when the host says that it began.
    stamps: [(Moment, Moment); 4],
    pub(crate) wired: Wired,
    boots: u32,
    chance: Chance,
}

impl Host {
    /// A daemon that has just started on an empty store.
    pub(crate) fn new(seed: u64, heater: Heater) -> Self {
        Self::started(Moment::START, Store::new(seed).with_heater(heater), seed)
    }

    /// A daemon that starts at `now` on a store.
    pub(crate) fn started(now: Moment, mut store: Store, seed: u64) -> Self {
        let clock = HostClock::new();
        let engine = Engine::new(&store.boot(now, clock.wall(now)), now);
        Self {
            clock,
            store,
            engine,
            gate: Gate::default(),
            thread: Thread::Runs,
            due: now,
            guard_acts: None,
            guard_lives: true,
            pace: limits::CYCLE,
            jitter: Span::ZERO,
            queue: VecDeque::new(),
            stop: None,
            cycled: now,
            next_id: 1,
            session_runs: false,
            stamps: [(Moment::START, Moment::START); 4],
            wired: Wired::ALL,
            boots: 1,
            chance: Chance::new(seed, Stream::Host),
        }
    }

    /// What it knows of the heater.
    pub(crate) fn heater(&self) -> Heater {
        self.store.heater()
    }

    /// The output lines.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// How often it has been started.
    pub(crate) fn boots(&self) -> u32 {
        self.boots
    }

    /// How the daemon stands still, if it does.
    pub(crate) fn standstill(&self) -> Option<Standstill> {
        match self.thread {
            Thread::Runs => None,
            Thread::Stands(how) => Some(how),
        }
    }

    /// Whether anyone else could write the lines off while the control thread stands still.
    pub(crate) fn is_watched(&self) -> bool {
        match self.thread {
            Thread::Runs | Thread::Stands(Standstill::Hung) => true,
            Thread::Stands(Standstill::Frozen) => false,
            Thread::Stands(Standstill::Dead) => self.guard_lives,
        }
    }

    /// The time from one cycle to the next: the real one, or a longer one while nothing happens.
    pub(crate) fn set_pace(&mut self, now: Moment, pace: Span) {
        self.pace = pace;
        if self.thread == Thread::Runs {
            self.due = self.due.min(now + pace);
        }
    }

    /// Each cycle from now on is late by up to this.
    pub(crate) fn set_jitter(&mut self, jitter: Span) {
        self.jitter = jitter;
    }

    /// The guard process dies, or is there again.
    /// A dead daemon's is started with it.
    pub(crate) fn set_guard(&mut self, lives: bool) {
        if !lives || self.thread != Thread::Stands(Standstill::Dead) {
            self.guard_lives = lives;
        }
    }

    /// The control thread does nothing for `span`; one that is dead is started again then.
    pub(crate) fn stand_still(&mut self, now: Moment, how: Standstill, span: Span) {
        if self.thread == Thread::Stands(Standstill::Dead) {
            return;
        }
        self.thread = Thread::Stands(how);
        self.due = now + span;
        if how == Standstill::Dead {
            self.guard_acts = self.guard_lives.then(|| now + GUARD_WITHIN);
            self.queue.clear();
            self.stop = None;
        }
    }

    /// Puts everything of the host right. What is dead is started at once.
    pub(crate) fn heal(&mut self, now: Moment) {
        self.jitter = Span::ZERO;
        self.set_guard(true);
        self.clock.drift(now, 0);
        self.store.set_health(Health::Well);
        self.due = self.due.max(now);
        if self.thread != Thread::Runs {
            self.due = now + limits::CYCLE;
        }
    }

    /// A person orders something `age` ago. A start first gets its number from the store, which takes
    /// as long as a commit, and is declined when the store fails.
    pub(crate) fn order(&mut self, now: Moment, order: Order, age: Span) {
        if self.thread == Thread::Stands(Standstill::Dead) {
            return;
        }
        let issued = self.clock.at(now).before(age);
        match order {
            Order::Stop(cause) => {
                self.stop = Some(cause);
                // What was ordered before a stop is void.
                self.queue.retain(|(_, it)| !matches!(it.order, Order::Start { .. }));
            }
            Order::Start { plan, .. } => {
                let Some(takes) = self.store.commit_takes() else { return };
                let id = SessionId(self.next_id);
                self.next_id += 1;
                let order = Order::Start { id, plan };
                self.queue.push_back((now + takes, Command { issued, order }));
            }
            Order::Clear { .. }
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
            | Order::AnswerRedFlags(_) => {
                self.queue.push_back((now, Command { issued, order }));
            }
        }
    }

    /// When something happens next by itself, in true time.
    pub(crate) fn next(&self) -> Moment {
        let lapses = self.gate.lapses().filter(|_| self.lease_lives());
        [lapses, self.guard_acts].into_iter().flatten().fold(self.due, std::cmp::min)
    }

    /// Does what is due at `now`; `see` is shown each step of the engine. Whether there was one.
    pub(crate) fn act(
        &mut self,
        now: Moment,
        plant: &mut Plant,
        see: &mut impl FnMut(&Seen<'_>),
    ) -> bool {
        if self.guard_acts.is_some_and(|at| at <= now) {
            self.guard_acts = None;
            self.gate.off(plant);
        }
        if self.lease_lives() && self.gate.lapses().is_some_and(|at| at <= now) {
            self.gate.off(plant);
        }
        if self.due > now {
            return false;
        }
        if self.thread == Thread::Stands(Standstill::Dead) {
            self.start_again(now, plant);
        }
        self.thread = Thread::Runs;
        self.cycle(now, plant, see);
        let late = self.chance.span(Span::ZERO, self.jitter);
        self.due = now + self.pace + late;
        true
    }

    fn lease_lives(&self) -> bool {
        match self.thread {
            Thread::Runs | Thread::Stands(Standstill::Hung) => true,
            Thread::Stands(Standstill::Frozen | Standstill::Dead) => false,
        }
    }

    fn start_again(&mut self, now: Moment, plant: &mut Plant) {
        let boot = self.store.boot(now, self.clock.wall(now));
        self.engine = Engine::new(&boot, self.clock.at(now));
        self.gate.begin(now, plant);
        self.session_runs = false;
        self.guard_acts = None;
        // The daemon brings its guard along.
        self.guard_lives = true;
        self.boots += 1;
    }

    fn cycle(&mut self, now: Moment, plant: &mut Plant, see: &mut impl FnMut(&Seen<'_>)) {
        let host_now = self.clock.at(now);
        let mut commands = [Command { issued: host_now, order: Order::Present }; COMMANDS_MAX];
        let taken = self.take_commands(now, host_now, &mut commands);
        let readings = self.stamped(plant.readings());
        let late = now.since(self.cycled) > limits::LEASE;
        self.cycled = now;
        let input = Input {
            now: host_now,
            readings,
            commands: &commands[..taken],
            lines: self.sense(plant.lines(), late),
            stimulator: plant.hear_stimulator(),
        };
        let starts = |it: &Command| matches!(it.order, Order::Start { .. });
        let boot = input.commands.iter().any(starts).then(|| self.engine.boot(host_now));
        let output = self.engine.step(&input);
        self.gate.apply(output.actuators, now, plant);
        plant.lay_pack(output.snapshot.pack_lies());
        self.session_runs = output.snapshot.session.is_some();
        self.store.take(now, &output);
        self.store.commit(now, self.clock.wall(now));
        let cycle = Cycle { now: host_now, boot: boot.as_ref(), input: &input, output: &output };
        see(&Seen { now, truth: plant.truth(), plant, host: self, cycle: Some(&cycle) });
    }

    /// What is known of the lines here. In a cycle that came late they are not as they were granted any more, and the
    /// current says nothing about that.
    fn sense(&self, lines: LineState, late: bool) -> LineState {
        LineState {
            pad_current: lines.pad_current.filter(|_| self.wired.current && !late),
            cutout_open: lines.cutout_open.filter(|_| self.wired.cutout),
            guard_lost: !self.guard_lives,
            ..lines
        }
    }

    /// Fills in what has arrived, a stop last; how many they are.
    fn take_commands(
        &mut self,
        now: Moment,
        host_now: Moment,
        commands: &mut [Command; COMMANDS_MAX],
    ) -> usize {
        let mut taken = 0;
        while taken < COMMANDS_MAX - 1 {
            let arrived = self.queue.iter().position(|(due, _)| *due <= now);
            let Some((_, command)) = arrived.and_then(|at| self.queue.remove(at)) else { break };
            commands[taken] = command;
            taken += 1;
        }
        let log_failed = self.session_runs && self.store.has_failed();
        let stop = self.stop.take().or(log_failed.then_some(StopCause::LogFailed));
        if let Some(cause) = stop {
            commands[taken] = Command { issued: host_now, order: Order::Stop(cause) };
            taken += 1;
        }
        taken
    }

    /// The readings with the host's own time of each.
    fn stamped(&mut self, readings: Readings) -> Readings {
        let Readings { contact: [first, second], ambient, skin } = readings;
        let mut stamps = self.stamps;
        let clock = self.clock;
        let mut stamp = |at: usize, raw: Option<RawReading>| {
            raw.map(|raw| {
                if stamps[at].0 != raw.began {
                    stamps[at] = (raw.began, clock.at(raw.began));
                }
                RawReading { began: stamps[at].1, ..raw }
            })
        };
        let contact = [stamp(0, first), stamp(1, second)];
        let (ambient, skin) = (stamp(2, ambient), stamp(3, skin));
        self.stamps = stamps;
        Readings { contact, ambient, skin }
    }

    /// The profile that is known after a restart.
    pub(crate) fn committed_profile(&self) -> Profile {
        self.store.profile()
    }

    /// The fault that must be known after a restart.
    pub(crate) fn committed_fault(&self) -> Option<FaultKind> {
        self.store.latched().map(|fault| fault.kind)
    }
}
