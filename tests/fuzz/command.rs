//! Orders in any sequence, at any time, with sensors and lines that say anything.
//!
//! An input is a program of the bytes below. After each step an observer, who knows only what went in and
//! what came out, says what must not be.

use soothe_therapy::checklist::{Answers, Condition, PastAnswers};
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::{
    Boot, Celsius, Command, Engine, Event, FaultKind, HeatPlan, Input, LineState, Moment, Order,
    Output, ProbeError, RawReading, Readings, SessionId, Site, Span, StopCause, limits,
};

use crate::drive::Target;

/// So many steps at most.
const STEPS_MAX: u32 = 3000;
/// So long a sense line may tell something else than what was granted (HL-H19).
const WRONG_FOR: Span = Span::from_ms(100);

/// `p` n: that many cycles pass.
const PASS: u8 = b'p';
/// `t` and eight bytes: so much later, in milliseconds.
const LATER: u8 = b't';
/// `a` and eight bytes: at that very time, be it in the past.
const AT: u8 = b'a';
/// `s` target minutes site: a start; `S` and eight bytes: the same, of any age.
const START: u8 = b's';
const OLD_START: u8 = b'S';
/// `o` n: another order.
const ORDER: u8 = b'o';
/// `c` which low high: what a sensor says from now on, in sixteenths of a degree.
const SAYS: u8 = b'c';
/// `e` which n: what is wrong with a sensor from now on.
const FAILS: u8 = b'e';
/// `l` bits: what the lines say.
const LINES: u8 = b'l';
/// `i` n: what the sense line says of the pad's current.
const CURRENT: u8 = b'i';

/// What the sense line says of the pad's current.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sensed {
    /// What was granted.
    AsGranted,
    /// There is no such line.
    Absent,
    /// That none flows, or that one does, whatever was granted.
    Always(bool),
}

impl Sensed {
    fn of(number: u8) -> Self {
        match number % 4 {
            0 => Self::AsGranted,
            1 => Self::Absent,
            2 => Self::Always(false),
            _ => Self::Always(true),
        }
    }

    fn says(self, heats: bool) -> Option<bool> {
        match self {
            Self::AsGranted => Some(heats),
            Self::Absent => None,
            Self::Always(flows) => Some(flows),
        }
    }
}

/// Runs each input as a program.
pub(crate) struct Commands;

impl Target for Commands {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let start = [START, 40, 15, 2];
        let pass = [PASS, 100];
        let hot = (43 * 16_i16).to_le_bytes();
        [
            [&pass[..], &start, &pass, &pass, b"o\x01", &pass].concat(),
            [&start[..], &pass, b"o\x00", &start, &pass, &[SAYS, 0, hot[0], hot[1]], &pass]
                .concat(),
            [&pass[..], &start, &pass, &[LATER, 0xe8, 3, 0, 0, 0, 0, 0, 0], &pass, b"o\x04"]
                .concat(),
            [&start[..], &pass, &[AT, 0, 0, 0, 0, 0, 0, 0, 0x80], &pass, &start, &pass].concat(),
            [&pass[..], &[OLD_START, 0xd0, 7, 0, 0, 0, 0, 0, 0], &pass, &[FAILS, 1, 2], &pass]
                .concat(),
            [&pass[..], &start, &[LINES, 1], &pass, &[LINES, 0], b"o\x03o\x0bo\x06", &start]
                .concat(),
            [&[AT, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &start[..], &pass].concat(),
            [&pass[..], &start, &pass, &[CURRENT, 2], &pass, &[CURRENT, 0], b"o\x03", &pass]
                .concat(),
            [&pass[..], &start, &pass, &[CURRENT, 1], &pass, &pass, &[CURRENT, 3], &pass].concat(),
            [&[CURRENT, 1, PASS, 100][..], &start, &pass, &[PASS, 255].repeat(6)].concat(),
        ]
        .to_vec()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let mut life = Life::begin();
        life.step(Span::ZERO)?;
        let mut bytes = input.iter().copied();
        while let Some(code) = bytes.next() {
            if life.steps > STEPS_MAX {
                break;
            }
            life.obey(code, &mut bytes)?;
        }
        life.step(limits::CYCLE)?;
        Ok(life.was_energised)
    }
}

struct Life {
    engine: Engine,
    now: Moment,
    said: [Result<Celsius, ProbeError>; 3],
    /// The newest conversion, and what came of it.
    converted: (Moment, [Result<Celsius, ProbeError>; 3]),
    lines: LineState,
    sensed: Sensed,
    /// Since when the sense line has told of a current that was not granted, or of none that was.
    wrong_since: [Option<Moment>; 2],
    commands: Vec<Command>,
    /// The latest that the core was told, and when it was told the last but one.
    latest: Moment,
    before: Option<Moment>,
    last: Option<Output>,
    steps: u32,
    was_energised: bool,
}

fn wild(bytes: &mut impl Iterator<Item = u8>) -> u64 {
    let mut number = [0; 8];
    number.iter_mut().for_each(|byte| *byte = bytes.next().unwrap_or(0));
    u64::from_le_bytes(number)
}

impl Life {
    fn begin() -> Self {
        let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
        let boot = Boot { checklist: Some(answers), ..Boot::default() };
        let now = Moment::from_ms(1_000_000);
        let said = [30.0, 30.0, 22.0].map(|c| Ok(Celsius::literal(c)));
        Self {
            engine: Engine::new(&boot, now),
            now,
            said,
            converted: (now, said),
            lines: LineState::default(),
            sensed: Sensed::AsGranted,
            wrong_since: [None; 2],
            commands: Vec::new(),
            latest: now,
            before: None,
            last: None,
            steps: 0,
            was_energised: false,
        }
    }

    fn obey(&mut self, code: u8, bytes: &mut impl Iterator<Item = u8>) -> Result<(), String> {
        let mut next = || bytes.next().unwrap_or(0);
        match code {
            PASS => (0..next()).try_for_each(|_| self.step(limits::CYCLE))?,
            LATER => {
                let span = Span::from_ms(wild(bytes));
                self.step(span)?;
            }
            AT => {
                self.now = Moment::from_ms(wild(bytes));
                self.step(Span::ZERO)?;
            }
            START => {
                let plan = plan([next(), next(), next()]);
                self.order(self.now, plan);
            }
            OLD_START => {
                let issued = self.now.before(Span::from_ms(wild(bytes)));
                self.order(issued, plan([40, 15, 2]));
            }
            ORDER => {
                let order = order(next());
                self.order(self.now, Some(order));
            }
            SAYS => {
                let (which, sixteenths) = (next(), i16::from_le_bytes([next(), next()]));
                let celsius = Celsius::new(f64::from(sixteenths) / 16.0);
                self.said[usize::from(which % 3)] = celsius.map_err(|_| ProbeError::Garbled);
            }
            FAILS => self.said[usize::from(next() % 3)] = Err(error(next())),
            LINES => self.lines = lines(next()),
            CURRENT => self.sensed = Sensed::of(next()),
            _ => {}
        }
        Ok(())
    }

    fn order(&mut self, issued: Moment, order: Option<Order>) {
        if let Some(order) = order.filter(|_| self.commands.len() < COMMANDS_MAX) {
            self.commands.push(Command { issued, order });
        }
    }

    fn step(&mut self, later: Span) -> Result<(), String> {
        self.now = self.now + later;
        self.steps += 1;
        let commands = std::mem::take(&mut self.commands);
        // A conversion each second, as a DS18B20 does it.
        let begins = Moment::from_ms(self.now.as_ms() / 1000 * 1000);
        if begins > self.converted.0 {
            self.converted = (begins, self.said);
        }
        let (began, outcomes) = self.converted;
        let raw = outcomes.map(|outcome| Some(RawReading { began, outcome }));
        let readings = Readings { contact: [raw[0], raw[1]], ambient: raw[2] };
        let heats = self.last.as_ref().is_some_and(|it| it.actuators.k1() && it.actuators.k2());
        let lines = LineState { pad_current: self.sensed.says(heats), ..self.lines };
        let input = Input { now: self.now, readings, commands: &commands, lines };
        let output = self.engine.step(&input);
        self.before = self.last.is_some().then_some(self.latest);
        self.latest = self.latest.max(self.now);
        self.note_current(lines.pad_current, heats);
        let judged = self.judge(&commands, &output);
        self.last = Some(output);
        judged
    }

    fn note_current(&mut self, says: Option<bool>, heats: bool) {
        for (since, flows) in self.wrong_since.iter_mut().zip([true, false]) {
            let wrong = says == Some(flows) && heats != flows;
            *since = if wrong { since.or(Some(self.latest)) } else { None };
        }
    }

    /// What must not be, from what went in and what came out.
    fn judge(&mut self, commands: &[Command], output: &Output) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("step {}: {what}: {output:?}", self.steps));
        if output.replies.len() != commands.len() {
            return wrong("not one answer for each command");
        }
        if output.wake_by < self.latest || output.snapshot.now != self.latest {
            return wrong("time went back");
        }
        let starts = output.events.iter().filter(|event| matches!(event, Event::Started { .. }));
        let may_start = |command: &&Command| {
            let in_time = self.now.since(command.issued) <= Span::from_s(2);
            matches!(command.order, Order::StartHeat { .. }) && in_time
        };
        if starts.count() > commands.iter().filter(may_start).count() {
            return wrong("a start that nobody ordered, or too long ago");
        }
        if !output.actuators.energises() {
            return Ok(());
        }
        self.was_energised = true;
        if output.snapshot.session.is_none() || output.snapshot.fault.is_some() {
            return wrong("energised without a session");
        }
        let late = self.before.is_some_and(|at| self.latest.since(at) > Span::from_ms(600));
        let new = output.events.iter().any(|event| matches!(event, Event::Started { .. }));
        if late && !new {
            return wrong("energised in a late step");
        }
        let stopped = commands.last().is_some_and(|last| matches!(last.order, Order::Stop(_)));
        let hot = self.converted.1[..2].iter().any(|it| it.is_ok_and(|c| c.get() >= 43.0));
        let LineState { estop_open, cutout_open, undervoltage, guard_lost, .. } = self.lines;
        if stopped || hot || estop_open || cutout_open == Some(true) || undervoltage || guard_lost {
            return wrong("energised although it must be off");
        }
        let mut wrong_since = self.wrong_since.iter().flatten();
        if wrong_since.any(|since| self.latest.since(*since) >= WRONG_FOR) {
            return wrong("energised although the current is not what was granted");
        }
        Ok(())
    }
}

fn plan([target, minutes, site]: [u8; 3]) -> Option<Order> {
    let site = Site::ALL[usize::from(site) % Site::ALL.len()];
    let plan = HeatPlan::new(f64::from(target), Span::from_min(minutes.into()), site).ok()?;
    Some(Order::StartHeat { id: SessionId(i64::from(minutes)), plan })
}

fn order(number: u8) -> Order {
    match number {
        0 => Order::Stop(StopCause::Person),
        1 => Order::Present,
        2 => Order::ForgetLoss,
        3 => Order::Clear { shown: None },
        4 => Order::Stop(StopCause::LogFailed),
        5 => Order::Stop(StopCause::Shutdown),
        6 => Order::Answer(Answers::NONE),
        7.. => shown_or_answered(usize::from(number - 7)),
    }
}

/// A clearing of each kind of fault, then an answer with each condition, then all of them again.
fn shown_or_answered(number: usize) -> Order {
    let number = number % (FaultKind::ALL.len() + Condition::ALL.len());
    match FaultKind::ALL.get(number) {
        Some(kind) => Order::Clear { shown: Some(*kind) },
        None => Order::Answer(Answers::NONE.and(Condition::ALL[number - FaultKind::ALL.len()])),
    }
}

fn error(number: u8) -> ProbeError {
    match number % 4 {
        0 => ProbeError::Missing,
        1 => ProbeError::Checksum,
        2 => ProbeError::Garbled,
        _ => ProbeError::Bus,
    }
}

fn lines(bits: u8) -> LineState {
    let bit = |number: u8| bits >> number & 1 == 1;
    LineState {
        estop_open: bit(0),
        undervoltage: bit(1),
        guard_lost: bit(2),
        cutout_open: bit(3).then_some(bit(4)),
        pad_current: None,
    }
}
