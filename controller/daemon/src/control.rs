//! The control thread: it alone owns the engine, the inputs and the lines.
//!
//! In each cycle: STOP is looked at first, then inputs are sampled, commands taken, the engine
//! stepped and the lines written; only then are people answered and things recorded. It never waits
//! for a disk, a sensor, a client or a lock that anyone holds for longer than a copy.

mod report;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use soothe_rig::{Gate, Inputs, RigError, Sampled};
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::{
    Actuators, Command, Engine, Input, Moment, Order, Refusal, SessionId, Snapshot, StopCause,
    limits,
};
use soothe_wire::recording::{Recorder, may_start};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::curve::Curve;
use crate::journal::{self, Beside, Journal, Record};
use crate::keep;
use crate::pace::Pace;
use crate::publish::Publisher;
use crate::refusals::Refusals;
use crate::remind::Chirp;
use crate::stop::{Pressed, StopSwitch, Ticket};

/// Why a command was not carried out.
#[derive(Clone, Debug)]
pub(crate) enum Declined {
    /// The engine said no.
    Refused(Refusal),
    /// The log could not be written; nothing was begun, or what was is being stopped.
    LogFailed(Arc<str>),
    /// It was carried out and counts, and the log could not be written: the record is kept in memory until it can.
    Unrecorded(Arc<str>),
    /// A STOP came after it was ordered.
    Stopped,
}

impl Declined {
    /// The same for whoever starts a session, which without a record is being stopped.
    pub(crate) fn of_start(self) -> Self {
        match self {
            Self::Unrecorded(why) => Self::LogFailed(why),
            Self::Refused(_) | Self::LogFailed(_) | Self::Stopped => self,
        }
    }
}

/// The answer to a command, given after the lines were written and its events are on disk.
pub(crate) type Answer = Result<(), Declined>;

/// A command on its way to the engine.
#[derive(Debug)]
pub(crate) struct Request {
    /// When it was given, on the real clock.
    pub(crate) issued: Moment,
    /// The stops until then: a start is void once there are more.
    pub(crate) stops: Ticket,
    /// What is wanted.
    pub(crate) order: Order,
    /// What is said beside a pain, for the diary.
    pub(crate) beside: Option<Box<Beside>>,
    /// Who waits.
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What everyone else has of the control thread.
#[derive(Clone, Debug)]
pub(crate) struct ControlHandle {
    queue: SyncSender<Request>,
    stop: Arc<StopSwitch>,
    last_cycle_ms: Arc<AtomicU64>,
}

impl ControlHandle {
    /// Hands over a command and wakes the thread; `false` when the queue is full.
    pub(crate) fn submit(&self, request: Request) -> bool {
        let taken = self.queue.try_send(request).is_ok();
        self.stop.wake();
        taken
    }

    /// When the lines were last written, on the real clock; none before the first cycle.
    pub(crate) fn last_cycle(&self) -> Option<Moment> {
        let ms = self.last_cycle_ms.load(Ordering::Relaxed);
        (ms != 0).then_some(Moment::from_ms(ms))
    }
}

/// What the thread owns.
pub(crate) struct Control {
    clock: Clock,
    pace: Pace,
    engine: Engine,
    inputs: Box<dyn Inputs>,
    gate: Gate,
    queue: Receiver<Request>,
    stop: Arc<StopSwitch>,
    stops_served: u64,
    /// The last grant was not carried out.
    overtaken: bool,
    /// When the last grant was given to the gate: it lapses one lease later.
    applied: Moment,
    journal: Journal,
    publisher: Publisher,
    chirp: Chirp,
    curve: Curve,
    recorder: Recorder,
    /// The answers to the check-list are a demo person's: nothing keeps them.
    demo_answers: bool,
    /// When the journal was last given what was recorded.
    recorded_at: Duration,
    running: Option<Running>,
    refusals: Refusals,
    /// Events that the journal had no room for.
    unsent: VecDeque<Box<Record>>,
    shut_down: bool,
    last_cycle_ms: Arc<AtomicU64>,
    /// The requests of the cycle that goes on; kept to reuse its memory.
    requests: Vec<Request>,
}

/// The session that runs.
#[derive(Clone, Copy, Debug)]
struct Running {
    id: SessionId,
    /// The log's generation at its start: when it is another, the log failed meanwhile, even if it works
    /// again by now.
    log: u64,
}

/// What is needed to make a control thread.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) pace: Pace,
    pub(crate) engine: Engine,
    pub(crate) inputs: Box<dyn Inputs>,
    pub(crate) gate: Gate,
    pub(crate) stop: Arc<StopSwitch>,
    pub(crate) journal: Journal,
    pub(crate) publisher: Publisher,
    /// The answers to the check-list are a demo person's.
    pub(crate) demo_answers: bool,
}

impl Control {
    /// The thread's state, and what everyone else has of it.
    pub(crate) fn new(parts: Parts) -> (Self, ControlHandle) {
        let (sender, queue) = sync_channel(COMMANDS_MAX);
        let last_cycle_ms = Arc::new(AtomicU64::new(0));
        let Parts { clock, pace, engine, inputs, gate, stop, journal, publisher, demo_answers } =
            parts;
        let handle = ControlHandle {
            queue: sender,
            stop: stop.clone(),
            last_cycle_ms: last_cycle_ms.clone(),
        };
        let control = Self {
            clock,
            pace,
            engine,
            inputs,
            gate,
            queue,
            stop,
            stops_served: 0,
            overtaken: false,
            applied: Moment::START,
            journal,
            chirp: Chirp::new(publisher.notices()),
            publisher,
            curve: Curve::NONE,
            recorder: Recorder::default(),
            demo_answers,
            recorded_at: Duration::ZERO,
            running: None,
            refusals: Refusals::default(),
            unsent: VecDeque::new(),
            shut_down: false,
            last_cycle_ms,
            requests: Vec::with_capacity(COMMANDS_MAX),
        };
        (control, handle)
    }

    /// Runs until the daemon is shut down or a line cannot be written.
    pub(crate) fn run(mut self) -> Result<(), RigError> {
        self.stop.attach(thread::current());
        loop {
            let sleep = self.pace.sleep(self.clock.elapsed());
            if !sleep.is_zero() {
                // Ended early by a command or a STOP. Waking for nothing only adds a cycle.
                thread::park_timeout(sleep);
            }
            let (began, elapsed) = (self.clock.now(), self.clock.elapsed());
            for now in self.pace.wake(elapsed) {
                self.cycle(now, began)?;
                if self.shut_down {
                    return Ok(());
                }
            }
        }
    }

    /// One step at the engine's time `now`, on what was known at the real time `began`.
    fn cycle(&mut self, now: Moment, began: Moment) -> Result<(), RigError> {
        let pressed = self.stop.pressed(self.stops_served);
        let Sampled { readings, mut lines, stimulator, pressed: button } = self.inputs.sample(now);
        let commands = self.take_commands(now, button, pressed);
        if self.overtaken || began.since(self.applied) > limits::LEASE {
            // The lines are not, or no longer, as the engine granted: their current says nothing about it.
            lines.pad_current = None;
        }
        let input = Input { now, readings, commands: &commands, lines, stimulator };
        let boot = may_start(&input).then(|| self.engine.boot(now));
        let mut output = self.engine.step(&input);
        self.recorder.note(boot.as_ref(), &input, &output);
        self.inputs.pack_lies(output.snapshot.pack_lies());
        assert!(
            pressed.is_none() || !output.actuators.energises(),
            "the engine grants energy in the step of a STOP"
        );
        let real = self.clock.now();
        self.overtaken = output.actuators.energises()
            && self.is_overtaken(pressed, output.actuators, began, real);
        if self.overtaken {
            output.actuators = Actuators::OFF;
            output.snapshot.actuators = Actuators::OFF;
        }
        self.applied = began;
        // The lease counts from what the grant was judged on.
        // Asked in each cycle, so that one that nobody could hear is not made up for.
        let chirps = self.chirp.sounds(&output, self.clock.elapsed());
        let buzzer = output.buzzer || chirps;
        if let Err(error) = self.gate.apply(&output.actuators, buzzer, began) {
            self.latch_stuck_line(&output);
            return Err(error);
        }
        self.last_cycle_ms.store(real.as_ms().max(1), Ordering::Relaxed);
        self.journal.health().watch(real);
        self.follow(&output.snapshot);
        self.learn_time(&output.snapshot);

        let ended = journal::ended(&output.events).map(|ended| ended.id);
        self.report(output);
        if let Some(pressed) = pressed {
            self.shut_down = pressed.cause == StopCause::Shutdown;
            if self.shut_down {
                self.hand_over_the_last();
            }
            // Whoever waits for a shutdown closes the log next: its last events are on their way.
            self.stops_served = self.stop.serve(pressed, ended);
        }
        Ok(())
    }

    /// Whether this thread stood still since the cycle began, for so long that its grant is over, or
    /// while someone stopped: that STOP may have been answered past it. The next step sees both.
    fn is_overtaken(
        &self,
        pressed: Option<Pressed>,
        grant: Actuators,
        began: Moment,
        real: Moment,
    ) -> bool {
        let known = pressed.map_or(self.stops_served, Pressed::upto);
        self.stop.pressed(known).is_some() || real.since(began) >= grant.valid_for()
    }

    /// The commands of this cycle, in the order in which the engine is to hear them. A start that is
    /// older than a stop never reaches it, however long it was on its way. A stop is the last word:
    /// whatever was ordered in the same instant is off again before a line is written.
    fn take_commands(
        &mut self,
        now: Moment,
        button: bool,
        pressed: Option<Pressed>,
    ) -> CommandList {
        let real = self.clock.now();
        let mut list = CommandList::default();
        // Room is left for the button and for a stop, which nobody has to queue for.
        for _ in 0..COMMANDS_MAX - 2 {
            let Ok(request) = self.queue.try_recv() else { break };
            if let Order::Start { id, .. } = request.order
                && request.stops < self.stop.newest()
            {
                self.journal.discard(id);
                let _ = request.answer.send(Err(Declined::Stopped));
                continue;
            }
            // The engine's clock may run fast; a command's age on its way is real time.
            let age = real.since(request.issued);
            let issued = Moment::from_ms(now.as_ms().saturating_sub(age.as_ms()));
            list.push(Command { issued, order: request.order });
            self.requests.push(request);
        }
        if button {
            list.push(Command { issued: now, order: Order::Press });
        }
        let stop = match pressed {
            Some(pressed) => Some(pressed.cause),
            None => self.log_failed().then_some(StopCause::LogFailed),
        };
        if let Some(cause) = stop {
            list.push(Command { issued: now, order: Order::Stop(cause) });
        }
        list
    }

    /// Whether the log has failed since the running session began.
    fn log_failed(&self) -> bool {
        let health = self.journal.health();
        self.running
            .is_some_and(|running| health.has_failed() || health.generation() != running.log)
    }

    /// Notes which session runs, and how the log was when it began.
    fn follow(&mut self, snapshot: &Snapshot) {
        let log = self.journal.health().generation();
        let same = |id| self.running.filter(|running| running.id == id);
        self.running = snapshot.session.map(|it| same(it.id).unwrap_or(Running { id: it.id, log }));
    }

    /// Before the first session: what the record said of the past was less long ago than it is, for the
    /// machine did not know the time when it started.
    fn learn_time(&mut self, snapshot: &Snapshot) {
        if snapshot.session.is_some() || snapshot.last.is_some() {
            return;
        }
        if let Some(more) = self.journal.learned() {
            let mut boot = self.engine.boot(snapshot.now);
            keep::age(&mut boot, more);
            self.engine = Engine::new(&boot, snapshot.now);
            self.publisher.learn(boot.history, snapshot.now);
        }
    }
}

/// A list of commands that needs no memory of its own.
type CommandList = arrayvec::ArrayVec<Command, COMMANDS_MAX>;

#[cfg(test)]
mod tests;

/// A control thread that has not been heard of for this long is no longer healthy.
pub(crate) const HEALTHY_WITHIN: Duration = Duration::from_secs(1);
