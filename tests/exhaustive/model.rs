//! A search for a way into a forbidden state: breadth first, from boot, over commands, evidence, lines and
//! the passing of time, with the real core.
//!
//! What is forbidden is said here once more, from what an observer knows, and not with the core's code. Two
//! moments count as the same state when everything that a person could see of them is the same, with times
//! in classes; of such moments only the first is followed, with all that can happen next. The search ends
//! when there is no state left that was not looked at.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use soothe_therapy::attendance::Attending;
use soothe_therapy::engine::Output;
use soothe_therapy::{
    Boot, Celsius, Command, Engine, FaultKind, Input, Moment, Order, ProbeError, RawReading,
    Readings, Span, limits,
};

use crate::around::Around;
use crate::command::Asked;
use crate::heard::{GOOD_C, Heard};
use crate::states;

/// More states than this are not looked at: the search comes to its end long before.
const STATES_MAX: usize = 200_000;

/// One thing that can happen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    Ask(Asked),
    Hear(Heard),
    Around(Around),
    /// So many cycles pass.
    Pass(u64),
    /// The next cycle comes this late.
    Late(Span),
    /// The daemon is killed, and another one starts from what was committed.
    Kill,
}

/// What the thermometers are made to say: what they say otherwise is as good as one of these.
const HEARD: [Heard; 9] = [
    Heard::Fresh,
    Heard::OneLost,
    Heard::BothLost,
    Heard::Errors,
    Heard::Apart,
    Heard::FarApart,
    Heard::Hot,
    Heard::TooHot,
    Heard::SaidHot,
];
const AROUND: [Around; 7] = [
    Around::Good,
    Around::EStop,
    Around::CutOut,
    Around::Stray,
    Around::Missing,
    Around::LowSupply,
    Around::NoGuard,
];
/// A cycle, K2's lead, a switch's proof, a reading that ages and is lost, the bounds of 10 and 30 s, and the
/// ten minutes after which a sign is asked for.
const PASSES: [u64; 7] = [1, 5, 10, 31, 110, 320, 6050];
const TEN_MINUTES: u64 = 6050;
const LATE: [Span; 2] = [Span::from_ms(700), Span::from_ms(1300)];

/// All that can happen at any time.
fn moves() -> Vec<Move> {
    let asked = Asked::ALL.into_iter().filter(|it| *it != Asked::Nothing).map(Move::Ask);
    let heard = HEARD.into_iter().map(Move::Hear);
    let around = AROUND.into_iter().map(Move::Around);
    let time = PASSES.into_iter().map(Move::Pass).chain(LATE.into_iter().map(Move::Late));
    asked.chain(heard).chain(around).chain(time).chain([Move::Kill]).collect()
}

/// What an observer knows.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The last start that was accepted, and the last sign of a person.
    started: Option<Moment>,
    sign: Option<Moment>,
    /// When the last heat of two minutes and more was over.
    rests_since: Option<Moment>,
    answered_no: bool,
    unseen: bool,
    lost: bool,
}

/// A moment in a life of the core.
#[derive(Clone)]
struct Life {
    engine: Box<Engine>,
    now: Moment,
    heard: Heard,
    heard_for: u64,
    around: Around,
    around_for: u64,
    readings: Readings,
    /// When each contact sensor last told something that a pad can have, and what.
    good: [Option<(Moment, f64)>; 2],
    heats: bool,
    granted_for: u64,
    last: Option<Output>,
    known: Known,
    also_forbidden: fn(&Output) -> bool,
}

impl Life {
    fn new(boot: &Boot, also_forbidden: fn(&Output) -> bool) -> Self {
        let now = Moment::from_ms(100_000_000);
        let known = Known {
            answered_no: boot.checklist.is_some_and(|it| it.answers.yes().next().is_none()),
            unseen: boot.interrupted.is_some(),
            lost: boot.history.lost.is_some(),
            rests_since: boot.history.uses.last().map(|past| now.before(past.age)),
            ..Known::default()
        };
        Self {
            engine: Box::new(Engine::new(boot, now)),
            now,
            heard: Heard::Fresh,
            heard_for: 0,
            around: Around::Good,
            around_for: 0,
            readings: Readings::default(),
            good: [None; 2],
            heats: false,
            granted_for: 0,
            last: None,
            known,
            also_forbidden,
        }
    }

    /// What happens; the first thing that was forbidden, if anything was.
    fn live(&mut self, happens: Move) -> Result<(), String> {
        match happens {
            Move::Ask(asked) => self.step(limits::CYCLE, asked),
            Move::Hear(heard) => {
                (self.heard, self.heard_for) = (heard, 0);
                self.step(limits::CYCLE, Asked::Nothing)
            }
            Move::Around(around) => {
                (self.around, self.around_for) = (around, 0);
                self.step(limits::CYCLE, Asked::Nothing)
            }
            Move::Pass(cycles) => {
                (0..cycles).try_for_each(|_| self.step(limits::CYCLE, Asked::Nothing))
            }
            Move::Late(span) => self.step(span, Asked::Nothing),
            Move::Kill => self.start_anew(),
        }
    }

    fn start_anew(&mut self) -> Result<(), String> {
        let mut boot = self.engine.boot(self.now);
        let running = self.last.as_ref().and_then(|output| output.snapshot.session);
        if let Some(session) = running {
            boot.interrupted = Some(session.id);
            self.known.unseen = true;
        }
        *self.engine = Engine::new(&boot, self.now);
        (self.heats, self.granted_for, self.last) = (false, 0, None);
        self.known.started = None;
        self.step(limits::CYCLE, Asked::Nothing)
    }

    fn step(&mut self, span: Span, asked: Asked) -> Result<(), String> {
        self.now = self.now + span;
        self.convert();
        let latched = self.last.as_ref().and_then(|it| it.snapshot.fault).map(|it| it.kind);
        let command = asked.command(self.now, latched);
        let lines = self.around.lines(true, self.heats).expect("a build that senses all");
        let output = self.engine.step(&Input {
            now: self.now,
            readings: self.readings,
            commands: command.as_slice(),
            lines,
        });
        self.learn(command, &output)?;
        self.judge(span, &output)?;
        let granted = (output.actuators.k1(), output.actuators.k2());
        let before = self.last.as_ref().map(|it| (it.actuators.k1(), it.actuators.k2()));
        self.granted_for = if before == Some(granted) { self.granted_for + 1 } else { 0 };
        self.heats = output.actuators.k1() && output.actuators.k2();
        self.heard_for += 1;
        self.around_for += 1;
        self.last = Some(output);
        Ok(())
    }

    /// Each thermometer converts at the whole second, if it does.
    fn convert(&mut self) {
        let began = Moment::from_ms(self.now.as_ms() / 1000 * 1000);
        let ok = |t: f64| Some(Ok(t));
        let [first, second] = match self.heard {
            Heard::OneLost => [None, ok(GOOD_C)],
            Heard::BothLost => [None, None],
            Heard::Errors => [Some(Err(ProbeError::Missing)), ok(GOOD_C)],
            Heard::Apart => [ok(GOOD_C), ok(GOOD_C - 4.0)],
            Heard::FarApart => [ok(GOOD_C), ok(GOOD_C - 7.0)],
            Heard::Hot => [ok(43.0), ok(42.0)],
            Heard::TooHot => [ok(44.0), ok(43.0)],
            Heard::SaidHot => [ok(85.0), ok(GOOD_C)],
            Heard::Fresh
            | Heard::Ageing
            | Heard::Warm
            | Heard::RoomCold
            | Heard::RoomWarm
            | Heard::RoomLost => [ok(GOOD_C), ok(GOOD_C)],
        };
        for (at, told) in [first, second].into_iter().enumerate() {
            let heard_before = self.readings.contact[at].is_some_and(|raw| raw.began >= began);
            let Some(outcome) = told.filter(|_| !heard_before) else { continue };
            if let Ok(t) = outcome
                && t < 60.0
            {
                self.good[at] = Some((began, t));
            }
            let outcome = outcome.map(Celsius::literal);
            self.readings.contact[at] = Some(RawReading { began, outcome });
        }
        self.readings.ambient = Some(RawReading { began, outcome: Ok(Celsius::literal(22.0)) });
    }

    /// Takes in what was asked and answered; a start that must not be accepted is found here.
    fn learn(&mut self, command: Option<Command>, output: &Output) -> Result<(), String> {
        let accepted = output.replies.first().is_some_and(Result::is_ok);
        let known = &mut self.known;
        match command.map(|command| command.order).filter(|_| accepted) {
            Some(Order::StartHeat { .. }) => {
                let rested = known
                    .rests_since
                    .is_none_or(|ended| self.now.since(ended) >= Span::from_min(60));
                let may = known.answered_no && !known.unseen && !known.lost && rested;
                if !may {
                    return Err(format!("a start was accepted: {known:?}"));
                }
                (known.started, known.sign) = (Some(self.now), Some(self.now));
            }
            Some(Order::Present) => known.sign = Some(self.now),
            Some(Order::Answer(answers)) => known.answered_no = answers.yes().next().is_none(),
            Some(Order::Clear { .. }) => known.unseen = false,
            Some(Order::ForgetLoss) => known.lost = false,
            Some(Order::Stop(_)) | None => {}
        }
        let snapshot = &output.snapshot;
        let (was, is) = (self.last.as_ref().and_then(|it| it.snapshot.session), snapshot.session);
        if let (Some(was), None) = (was, is)
            && was.elapsed >= Span::from_s(125)
        {
            known.rests_since = Some(self.now);
        }
        if snapshot.interrupted.is_some() != known.unseen {
            return Err("the notice of an interruption is not what was seen".to_owned());
        }
        Ok(())
    }

    /// What is energised must be allowed.
    fn judge(&self, span: Span, output: &Output) -> Result<(), String> {
        let snapshot = &output.snapshot;
        let (k1, k2) = (output.actuators.k1(), output.actuators.k2());
        if (self.also_forbidden)(output) {
            return Err("forbidden by the test".to_owned());
        }
        if !k1 && !k2 {
            return Ok(());
        }
        let fresh = |good: &Option<(Moment, f64)>| {
            good.is_some_and(|(at, _)| self.now.since(at) <= Span::from_s(3))
        };
        let cool = |good: &Option<(Moment, f64)>| good.is_some_and(|(_, t)| t < 43.0);
        let hot = matches!(self.heard, Heard::Hot | Heard::TooHot | Heard::SaidHot);
        let since = |at: Option<Moment>| at.map_or(Span::from_s(u64::MAX), |at| self.now.since(at));
        let proving = snapshot.session.is_some_and(|session| session.proving);
        let known = self.known;
        let forbidden = [
            (snapshot.session.is_none(), "without a session"),
            (known.started.is_none(), "without a start since boot"),
            (snapshot.fault.is_some(), "with a latched fault"),
            (known.unseen, "with an interruption that nobody has seen"),
            (known.lost, "with a lost record"),
            (!self.good.iter().all(fresh), "without two valid contact sensors"),
            (!self.good.iter().all(cool), "at 43 °C and more"),
            (hot && self.heard_for >= 10, "with a hot value told"),
            (k1 && !k2 && !proving, "K1 without K2 outside of the proof"),
            (since(known.sign) > Span::from_s(661), "without a sign for eleven minutes"),
            (since(known.started) > Span::from_min(30), "beyond the planned time"),
            (self.around == Around::EStop, "with the e-stop open"),
            (self.around == Around::CutOut, "with the cut-out open"),
            (self.around == Around::LowSupply, "with a low supply"),
            (self.around == Around::NoGuard, "without the guard"),
            (span > Span::from_ms(600), "in a late cycle"),
        ];
        let found = forbidden.iter().find(|(is, _)| *is);
        found.map_or(Ok(()), |(_, what)| Err(format!("energised {what}")))
    }

    /// What could be seen of this moment, with times in classes that matter to a session, or without one.
    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let class = |cycles: u64, bounds: &[u64]| bounds.iter().rposition(|bound| cycles >= *bound);
        let cycles = |span: Span| span.as_ms() / limits::CYCLE.as_ms();
        (self.heard, self.around, self.heats).hash(&mut hasher);
        let Some(output) = &self.last else { return hasher.finish() };
        let snapshot = &output.snapshot;
        (snapshot.fault.map(|fault| fault.kind), snapshot.record_lost).hash(&mut hasher);
        (self.known.unseen, self.known.answered_no).hash(&mut hasher);
        let rests = self.known.rests_since.map(|at| self.now.since(at) < Span::from_min(60));
        rests.hash(&mut hasher);
        for view in snapshot.contact {
            (view.freshness as u8).hash(&mut hasher);
        }
        let Some(session) = snapshot.session else {
            class(self.heard_for, &[10, 320]).hash(&mut hasher);
            return hasher.finish();
        };
        class(self.heard_for, &[10, 31, 110, 320]).hash(&mut hasher);
        class(self.around_for, &[1, 2]).hash(&mut hasher);
        (output.actuators.k1(), output.actuators.k2()).hash(&mut hasher);
        class(self.granted_for, &[1, 5, 10, 20]).hash(&mut hasher);
        let (asked, left) = match session.attending {
            Attending::Quiet { asks_in } => (0, class(cycles(asks_in), &[1, 110, 320])),
            Attending::Asking { left } => (1, class(cycles(left), &[1, 110, 320])),
            Attending::Absent => (2, None),
        };
        (session.proving, asked, left).hash(&mut hasher);
        class(cycles(session.elapsed), &[5, 10, 15, 20, 25, 1200, 17_000]).hash(&mut hasher);
        hasher.finish()
    }

    /// Ten minutes are worth their while only while someone is to be asked for a sign.
    fn can(&self, happens: Move) -> bool {
        let session = self.last.as_ref().and_then(|it| it.snapshot.session);
        match happens {
            Move::Pass(TEN_MINUTES) => {
                session.is_some_and(|it| matches!(it.attending, Attending::Quiet { .. }))
            }
            Move::Hear(heard) => heard != self.heard,
            Move::Around(around) => around != self.around,
            Move::Ask(_) | Move::Pass(_) | Move::Late(_) | Move::Kill => true,
        }
    }
}

/// What the search came to.
#[derive(Debug)]
struct Searched {
    states: usize,
    moves: usize,
    /// The longest of the shortest ways from boot to each state, in moves.
    depth: usize,
    energised: usize,
    faults: BTreeSet<FaultKind>,
}

/// How a state was come to, for the report.
struct Step {
    from: Option<usize>,
    happens: Option<Move>,
}

fn way_to(steps: &[Step], at: usize, last: Move) -> Vec<Move> {
    let mut way = vec![last];
    let mut at = Some(at);
    while let Some(step) = at.map(|it| &steps[it]) {
        way.extend(step.happens);
        at = step.from;
    }
    way.reverse();
    way
}

/// Looks everywhere; a way into what is forbidden, if there is one, is among the shortest.
fn search(also_forbidden: fn(&Output) -> bool) -> Result<Searched, (String, Vec<Move>)> {
    let moves = moves();
    let mut searched =
        Searched { states: 0, moves: 0, depth: 0, energised: 0, faults: BTreeSet::new() };
    let mut steps: Vec<Step> = Vec::new();
    let mut known: HashSet<u64> = HashSet::new();
    let mut open: VecDeque<(Life, usize, usize)> = VecDeque::new();
    for boot in states::boots() {
        let mut life = Life::new(&boot, also_forbidden);
        life.live(Move::Pass(11)).expect("an idle device energises nothing");
        if known.insert(life.key()) {
            open.push_back((life, 0, steps.len()));
            steps.push(Step { from: None, happens: None });
        }
    }
    while let Some((life, depth, index)) = open.pop_front() {
        searched.depth = depth;
        for happens in moves.iter().copied().filter(|it| life.can(*it)) {
            let mut next = life.clone();
            next.live(happens).map_err(|what| (what, way_to(&steps, index, happens)))?;
            searched.moves += 1;
            if known.insert(next.key()) {
                assert!(known.len() <= STATES_MAX, "too many states: {searched:?}");
                let output = next.last.as_ref().expect("it has lived");
                searched.energised += usize::from(output.actuators.energises());
                searched.faults.extend(output.snapshot.fault.map(|fault| fault.kind));
                open.push_back((next, depth + 1, steps.len()));
                steps.push(Step { from: Some(index), happens: Some(happens) });
            }
        }
    }
    searched.states = known.len();
    Ok(searched)
}

#[test]
fn no_way_leads_into_a_forbidden_state() {
    let searched = match search(|_| false) {
        Ok(searched) => searched,
        Err((forbidden, way)) => panic!("{forbidden} after {way:?}"),
    };
    println!("{searched:?}");
    assert!(searched.depth >= 10 && searched.energised > 1000, "{searched:?}");
    assert!(searched.faults.len() >= 10, "{searched:?}");
}

#[test]
fn where_there_is_a_way_it_is_found() {
    let heats = |output: &Output| output.actuators.k1() && output.actuators.k2();
    let (_, way) = search(heats).expect_err("a device that can heat");
    assert_eq!(way, [Move::Ask(Asked::Start), Move::Pass(31)]);
    let latches = |output: &Output| {
        output.snapshot.fault.is_some_and(|fault| fault.kind == FaultKind::StayedHot)
    };
    let (_, way) = search(latches).expect_err("a device that latches");
    assert_eq!(way, [Move::Hear(Heard::Hot), Move::Pass(320)]);
}
