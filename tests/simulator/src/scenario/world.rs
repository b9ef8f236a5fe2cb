//! The core on the model, with the process round it: queue, lines, lease, guard, record and restarts.

use std::collections::VecDeque;

use soothe_plant::{PadSpec, Plant, Truth};
use soothe_therapy::alarm::Alarm;
use soothe_therapy::dose::cem43;
use soothe_therapy::event::COMMANDS_MAX;
use soothe_therapy::{
    Actuators, Boot, Cem43, Command, Engine, Event, Input, LineState, Moment, Order, Output,
    SessionId, Snapshot, Span, StopCause, limits,
};

use super::action::{Action, Asked, Wish};
use super::breakage::Breakage;
use super::memory::{Memory, Wall};

/// One step of the core: what a recorder needs to replay a session.
#[derive(Debug)]
pub struct Step<'a> {
    /// What the core knew before, in a step that may start a session.
    pub boot: Option<Boot>,
    /// What went in.
    pub input: &'a Input<'a>,
    /// What came out.
    pub output: &'a Output,
}

/// Whether the control cycle comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Process {
    Up,
    Hung,
    Down,
}

/// What is energised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) k1: bool,
    /// K2's pulses go on.
    pub(super) k2: bool,
}

/// Which of the optional lines are wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sensed {
    pub(super) current: bool,
    pub(super) cutout: bool,
}

/// One cycle as a script's expectations see it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) at: Span,
    pub(super) process: Process,
    /// None while there is no daemon; the last one while it hangs.
    pub(super) snapshot: Option<&'a Snapshot>,
    pub(super) events: &'a [Event],
    pub(super) buzzer: bool,
    pub(super) lines: Lines,
    pub(super) truth: Truth,
    /// What the skin really got since the last start.
    pub(super) skin_dose: Cem43,
}

/// How the world is before the first cycle.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) pad: PadSpec,
    pub(super) seed: u64,
    pub(super) sensed: Sensed,
    pub(super) memory: Memory,
    /// How long whoever is there takes to give a sign when asked; none is nobody.
    pub(super) signs_after: Option<Span>,
}

/// A device, its pad and its people.
pub(super) struct World {
    setting: Setting,
    plant: Plant,
    engine: Engine,
    now: Moment,
    clock_ms: i64,
    process: Process,
    back_at: Moment,
    leaves_for: Option<Span>,
    guard_lost: bool,
    lines: Lines,
    k2_pulse: bool,
    off_at: Option<Moment>,
    queue: VecDeque<Command>,
    stop: Option<StopCause>,
    sessions: i64,
    asked_since: Option<Moment>,
    skin_dose: Cem43,
    last: Option<Output>,
}

fn is_start(command: &Command) -> bool {
    matches!(command.order, Order::StartHeat { .. })
}

/// When the guard has switched off after the daemon died, at the latest.
const GUARD_ACTS_WITHIN: Span = limits::CYCLE;

impl World {
    /// A daemon that has just been started beside a pad.
    pub(super) fn new(setting: &Setting) -> Self {
        let mut setting = setting.clone();
        let mut plant = Plant::new(setting.pad.clone(), setting.seed);
        plant.advance(Moment::START);
        let boot = setting.memory.boot(0);
        Self {
            engine: Engine::new(&boot, Moment::START),
            setting,
            plant,
            now: Moment::START,
            clock_ms: 0,
            process: Process::Up,
            back_at: Moment::START,
            leaves_for: None,
            guard_lost: false,
            lines: Lines::default(),
            k2_pulse: false,
            off_at: None,
            queue: VecDeque::new(),
            stop: None,
            sessions: 0,
            asked_since: None,
            skin_dose: Cem43::ZERO,
            last: None,
        }
    }

    /// Something happens, before the cycle of this moment.
    pub(super) fn befall(&mut self, action: &Action) {
        match action {
            Action::Ask(asked) => self.ask(*asked),
            Action::Part(Breakage::Inject(fault)) => self.plant.inject(*fault),
            Action::Part(Breakage::Heal(parts)) => {
                parts.iter().for_each(|part| self.plant.heal(*part));
            }
            Action::Loss(factor) => self.plant.set_loss(*factor),
            Action::EStop { open } => self.plant.open_estop(*open),
            Action::Supply { low } => self.plant.set_undervoltage(*low),
            Action::Guard { lost } => self.guard_lost = *lost,
            Action::Hang(span) => self.go(Process::Hung, *span),
            Action::Freeze(span) => {
                self.go(Process::Hung, *span);
                // The thread that ends the lease stands still, too.
                self.off_at = None;
            }
            Action::Kill(span) => {
                self.go(Process::Down, *span);
                // The lease dies with its process; the guard does not.
                self.off_at = (!self.guard_lost).then(|| self.now + GUARD_ACTS_WITHIN);
            }
            Action::Restart(span) => {
                self.stop = Some(StopCause::Shutdown);
                self.leaves_for = Some(*span);
            }
            Action::Clock { by_ms } => self.clock_ms = self.clock_ms.saturating_add(*by_ms),
            Action::LoseRecord => self.setting.memory.lose(),
            Action::HealAll => {
                self.plant.heal_all();
                self.guard_lost = false;
            }
        }
    }

    fn go(&mut self, process: Process, span: Span) {
        self.process = process;
        self.back_at = self.now + span;
    }

    fn ask(&mut self, Asked { wish, sent_ago, times }: Asked) {
        let issued = self.now.before(sent_ago);
        for _ in 0..times {
            let order = match wish {
                Wish::Start(plan) => {
                    self.sessions += 1;
                    Order::StartHeat { id: SessionId(self.sessions), plan }
                }
                // Stops wait in no queue, many are one, and they void the starts before them.
                Wish::Stop(cause) => {
                    self.stop = Some(cause);
                    self.queue.retain(|it| !is_start(it));
                    continue;
                }
                Wish::Clear { shown } => Order::Clear { shown },
                Wish::Confirm => Order::Present,
                Wish::Answer(answers) => Order::Answer(answers),
                Wish::ForgetLoss => Order::ForgetLoss,
            };
            self.queue.push_back(Command { issued, order });
        }
    }

    /// Lives through the cycle of this moment; time stays where it is until [`World::advance`].
    pub(super) fn live(&mut self, witness: &mut dyn FnMut(&Step<'_>)) {
        if self.process != Process::Up && self.now >= self.back_at {
            self.come_back();
        }
        match self.process {
            Process::Up => self.step(witness),
            Process::Hung => self.forget_events(),
            Process::Down => self.last = None,
        }
        if self.off_at.is_some_and(|at| self.now >= at) {
            self.write_off();
        }
    }

    /// Lets a cycle of time pass.
    pub(super) fn advance(&mut self) {
        let surface = self.plant.truth().surface;
        self.skin_dose = self.skin_dose + cem43(surface, limits::CYCLE);
        self.now = self.now + limits::CYCLE;
        self.plant.advance(self.now);
    }

    /// What is to be seen now.
    pub(super) fn seen(&self) -> Seen<'_> {
        let last = self.last.as_ref();
        Seen {
            at: self.now.since(Moment::START),
            process: self.process,
            snapshot: last.map(|output| &output.snapshot),
            events: last.map_or(&[], |output| &output.events),
            buzzer: last.is_some_and(|output| output.buzzer),
            lines: self.lines,
            truth: self.plant.truth(),
            skin_dose: self.skin_dose,
        }
    }

    fn wall(&self) -> Wall {
        let run = i64::try_from(self.now.as_ms()).unwrap_or(i64::MAX);
        run.saturating_add(self.clock_ms)
    }

    fn come_back(&mut self) {
        if self.process == Process::Down {
            // A new process writes everything off before anything else.
            self.write_off();
            let boot = self.setting.memory.boot(self.wall());
            self.engine = Engine::new(&boot, self.now);
            (self.asked_since, self.stop) = (None, None);
            self.queue.clear();
        }
        self.process = Process::Up;
    }

    fn step(&mut self, witness: &mut dyn FnMut(&Step<'_>)) {
        let commands = self.commands();
        let input = Input {
            now: self.now,
            readings: self.plant.readings(),
            commands: &commands,
            lines: self.sense(),
        };
        let boot = commands.iter().any(is_start).then(|| self.engine.boot(self.now));
        let output = self.engine.step(&input);
        witness(&Step { boot, input: &input, output: &output });
        let wall = self.wall();
        self.setting.memory.commit(wall, &output);
        if output.events.iter().any(|event| matches!(event, Event::Started { .. })) {
            self.skin_dose = Cem43::ZERO;
        }
        self.apply(output.actuators);
        self.hear(&output.snapshot);
        self.last = Some(output);
        if let Some(span) = self.leaves_for.take() {
            self.write_off();
            self.go(Process::Down, span);
        }
    }

    /// What is taken in this cycle: what waits in the queue, and a stop behind it.
    fn commands(&mut self) -> Vec<Command> {
        let room = COMMANDS_MAX - usize::from(self.stop.is_some());
        let taken = self.queue.len().min(room);
        let mut commands: Vec<Command> = self.queue.drain(..taken).collect();
        let stop = self.stop.take().map(Order::Stop);
        commands.extend(stop.map(|order| Command { issued: self.now, order }));
        commands
    }

    fn sense(&self) -> LineState {
        let lines = self.plant.lines();
        let Sensed { current, cutout } = self.setting.sensed;
        LineState {
            pad_current: lines.pad_current.filter(|_| current),
            cutout_open: lines.cutout_open.filter(|_| cutout),
            guard_lost: self.guard_lost,
            ..lines
        }
    }

    /// As the gate does: an edge for each cycle that holds K2 in, and off when the lease is over.
    fn apply(&mut self, grant: Actuators) {
        self.k2_pulse ^= grant.k2();
        self.lines = Lines { k1: grant.k1(), k2: grant.k2() };
        self.plant.write(grant.k1(), self.k2_pulse);
        self.off_at = grant.energises().then(|| self.now + grant.valid_for());
    }

    fn write_off(&mut self) {
        self.off_at = None;
        self.lines = Lines::default();
        self.plant.write(false, self.k2_pulse);
    }

    /// Whoever is there hears the buzzer and gives a sign.
    fn hear(&mut self, snapshot: &Snapshot) {
        if snapshot.alarm != Some(Alarm::Attend) {
            self.asked_since = None;
            return;
        }
        let since = *self.asked_since.get_or_insert(self.now);
        if self.setting.signs_after.is_some_and(|after| self.now.since(since) >= after) {
            self.ask(Asked { wish: Wish::Confirm, sent_ago: Span::ZERO, times: 1 });
            self.asked_since = None;
        }
    }

    /// What was told once is not told again while nothing new comes.
    fn forget_events(&mut self) {
        if let Some(last) = &mut self.last {
            last.events.clear();
        }
    }
}
