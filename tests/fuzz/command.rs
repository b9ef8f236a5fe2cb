//! Orders in any sequence, at any time, with sensors and lines that say anything.
//!
//! An input is a program of the bytes below. After each step an observer, who knows only what went in and
//! what came out, says what must not be.

use soothe_therapy::checklist::{Answers, Condition, PastAnswers};
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::session::PromptId;
use soothe_therapy::{
    Boot, Celsius, Command, Engine, Event, FaultKind, Input, LineState, Moment, Order, Output,
    Plan, ProbeError, Profile, RawReading, Readings, SessionId, Site, Span, StopCause, limits,
};

use crate::drive::Target;
use crate::electrodes::{self, Says, Watch};
use crate::sensed::Sensed;

/// So many steps at most.
const STEPS_MAX: u32 = 3000;
/// So long a sense line may tell something else than what was granted (HL-H19).
const WRONG_FOR: Span = Span::from_ms(100);

/// The number of the first order of a profile, behind those of faults and conditions.
const PROFILES: u8 = (LISTED as usize + FaultKind::ALL.len() + Condition::ALL.len()) as u8;
/// The number of the first order that is one of a list.
const LISTED: u8 = 11;

/// `p` n: that many cycles pass.
const PASS: u8 = b'p';
/// `t` and eight bytes: so much later, in milliseconds.
const LATER: u8 = b't';
/// `a` and eight bytes: at that very time, be it in the past.
const AT: u8 = b'a';
/// `s` target minutes site: a start; `S` and eight bytes: the same, of any age.
const START: u8 = b's';
const OLD_START: u8 = b'S';
/// `T` mode cap site: a start of TENS, with heat around it where the mode's highest bit is set.
const START_TENS: u8 = b'T';
/// `d` n: what is asked for is done; another prompt than the one that waits where n is not 0.
const DONE: u8 = b'd';
/// `D` n: the TENS level is to be n mA.
const LEVEL: u8 = b'D';
/// `r` n: what the stimulator says from now on.
const STIMULATOR: u8 = b'r';
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

/// Runs each input as a program.
pub(crate) struct Commands;

impl Target for Commands {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let start = [START, 40, 15, 2];
        let pass = [PASS, 100];
        let hot = (43 * 16_i16).to_le_bytes();
        let raises = [PASS, 6, LEVEL, 1, PASS, 6, LEVEL, 2, PASS, 6, LEVEL, 3, PASS, 20];
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
            [
                &[b'o', PROFILES + 1][..],
                &start,
                &pass,
                &[b'o', PROFILES + 2],
                b"o\x00",
                &start,
                &pass,
            ]
            .concat(),
            [&pass[..], &start, &pass, &[CURRENT, 2], &pass, &[CURRENT, 0], b"o\x03", &pass]
                .concat(),
            [&pass[..], &start, &pass, &[CURRENT, 1], &pass, &pass, &[CURRENT, 3], &pass].concat(),
            [&[CURRENT, 1, PASS, 100][..], &start, &pass, &[PASS, 255].repeat(6)].concat(),
            [
                &[STIMULATOR, 2, START_TENS, 0, 20, 3, PASS, 5, DONE, 0][..],
                &raises,
                b"o\x07o\x08",
                &raises,
            ]
            .concat(),
            [
                &[STIMULATOR, 2, START_TENS, 2, 8, 3, PASS, 5, DONE, 0][..],
                &raises,
                &[STIMULATOR, 4],
                &pass,
            ]
            .concat(),
            [
                &[STIMULATOR, 2, START_TENS, 3, 30, 3, PASS, 5, DONE, 0][..],
                &raises,
                &[PASS, 255, PASS, 90],
            ]
            .concat(),
            [
                &[STIMULATOR, 2, START_TENS, 0x81, 9, 3][..],
                &pass,
                &[PASS, 255].repeat(3),
                &[DONE, 0, PASS, 110, DONE, 0],
                &raises,
            ]
            .concat(),
        ]
        .to_vec()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        Ok(Life::of(input)?.was_energised)
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
    stimulator: Says,
    electrodes: Watch,
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
            stimulator: Says::default(),
            electrodes: Watch::default(),
            wrong_since: [None; 2],
            commands: Vec::new(),
            latest: now,
            before: None,
            last: None,
            steps: 0,
            was_energised: false,
        }
    }

    /// Lives through a program.
    fn of(input: &[u8]) -> Result<Self, String> {
        let mut life = Self::begin();
        life.step(Span::ZERO)?;
        let mut bytes = input.iter().copied();
        while let Some(code) = bytes.next() {
            if life.steps > STEPS_MAX {
                break;
            }
            life.obey(code, &mut bytes)?;
        }
        life.step(limits::CYCLE)?;
        Ok(life)
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
            START_TENS => {
                let plan = electrodes::plan(next(), next(), next());
                let start = plan.map(|plan| Order::Start { id: SessionId(1), plan });
                self.order(self.now, start);
            }
            DONE => {
                let waits = self.last.as_ref().and_then(|it| it.snapshot.session?.phase.asked);
                let nothing = PromptId { session: SessionId(0), number: 1 };
                let waits = waits.map_or(nothing, |it| it.id);
                let number = waits.number.wrapping_add(next().into());
                let prompt = PromptId { number, ..waits };
                self.order(self.now, Some(Order::Confirm { prompt }));
            }
            LEVEL => self.order(self.now, Some(Order::Level { to_ma: next() })),
            STIMULATOR => self.stimulator = Says::of(next()),
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
        let readings = Readings { contact: [raw[0], raw[1]], ambient: raw[2], skin: None };
        let heats = self.last.as_ref().is_some_and(|it| it.actuators.k1() && it.actuators.k2());
        let fed = self.last.as_ref().and_then(|it| it.actuators.stimulus());
        let lines = LineState { pad_current: self.sensed.says(heats), ..self.lines };
        let input = Input {
            now: self.now,
            readings,
            commands: &commands,
            lines,
            stimulator: self.stimulator.heard(fed),
        };
        let output = self.engine.step(&input);
        self.before = self.last.is_some().then_some(self.latest);
        self.latest = self.latest.max(self.now);
        self.note_current(lines.pad_current, heats);
        let looked = self.electrodes.look(self.latest, &commands, &output);
        let steps = self.steps;
        let wrong = |what| format!("step {steps}: {what}: {output:?}");
        let judged = self.judge(&commands, &output).and_then(|()| looked.map_err(wrong));
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
            matches!(command.order, Order::Start { .. }) && in_time
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
        let hot = output.actuators.k1()
            && self.converted.1[..2].iter().any(|it| it.is_ok_and(|c| c.get() >= 43.0));
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
    let plan = Plan::heat(f64::from(target), Span::from_min(minutes.into()), site).ok()?;
    Some(Order::Start { id: SessionId(i64::from(minutes)), plan })
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
        7 => Order::Pause,
        8 => Order::Resume,
        9 => Order::Heartbeat,
        10 => Order::Level { to_ma: 1 },
        u8::MAX => Order::Press,
        LISTED.. => of_a_list(usize::from(number - LISTED)),
    }
}

/// A clearing of each kind of fault, then an answer with each condition, then each profile, then all of them
/// again.
fn of_a_list(number: usize) -> Order {
    let faults = FaultKind::ALL.iter().map(|kind| Order::Clear { shown: Some(*kind) });
    let yes = |condition: &Condition| Order::Answer(Answers::NONE.and(*condition));
    let answers = Condition::ALL.iter().map(yes);
    let profiles = Profile::ALL.into_iter().map(Order::UseProfile);
    let mut all = faults.chain(answers).chain(profiles).cycle();
    all.nth(number).expect("the lists are not empty")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_its_number() {
        let chosen = [PROFILES, PROFILES + 1, PROFILES + 2].map(order);
        assert_eq!(chosen, Profile::ALL.map(Order::UseProfile));
    }

    #[test]
    fn every_program_with_a_stimulator_has_pulses() {
        let corpus = Commands.corpus();
        let programs: Vec<_> = corpus.iter().filter(|it| it[0] == STIMULATOR).collect();
        assert_eq!(programs.len(), 4);
        for program in programs {
            let most_ma = Life::of(program).expect("nothing is wrong").electrodes.most_ma;
            assert!(most_ma >= 2, "{most_ma} mA at most: {program:?}");
        }
    }
}
