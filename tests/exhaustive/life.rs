//! A life of the real core, one move at a time, beside an observer who knows what must not be.
//!
//! What is forbidden is said here once more, from what the observer knows, and not with the core's code.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use soothe_therapy::attendance::Attending;
use soothe_therapy::engine::Output;
use soothe_therapy::pain::care::PastCare;
use soothe_therapy::session::SessionView;
use soothe_therapy::tens::Stimulus;
use soothe_therapy::{
    Boot, Celsius, Command, Engine, Input, Moment, Order, ProbeError, RawReading, Readings, Span,
    limits,
};

use crate::around::Around;
use crate::command::{Asked, plan};
use crate::electrodes::{Electrodes, KnownOfTens};
use crate::heard::{GOOD_C, Heard};

/// One thing that can happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Move {
    Ask(Asked),
    Hear(Heard),
    Around(Around),
    Electrodes(Electrodes),
    /// So many cycles pass.
    Pass(u64),
    /// The next cycle comes this late.
    Late(Span),
    /// The daemon is killed, and another one starts from what was committed.
    Kill,
}

/// A little more than ten minutes, in cycles: then a sign is asked for.
pub(crate) const TEN_MINUTES: u64 = 6050;
/// A little more than half a minute, in cycles: then nobody is there who could lower the level.
pub(crate) const HALF_A_MINUTE: u64 = 310;
/// A little more than two minutes: then a hot value that stays has latched.
pub(crate) const TWO_MINUTES: u64 = 1210;

/// What an observer knows.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The last start that was accepted, and the last sign of a person.
    started: Option<Moment>,
    sign: Option<Moment>,
    /// When the last heat of two minutes and more was over.
    rests_since: Option<Moment>,
    /// How long the session that is on has heated: its phases without proof and pauses.
    heated: Span,
    answered_no: bool,
    /// The site was made worse, or there is a sign of an emergency.
    cared_for: bool,
    unseen: bool,
    lost: bool,
    tens: KnownOfTens,
}

/// A moment in a life of the core.
#[derive(Clone)]
pub(crate) struct Life {
    engine: Box<Engine>,
    now: Moment,
    heard: Heard,
    heard_for: u64,
    around: Around,
    around_for: u64,
    electrodes: Electrodes,
    readings: Readings,
    /// When each contact sensor last told something that a pad can have, and what.
    good: [Option<(Moment, f64)>; 2],
    heats: bool,
    granted_for: u64,
    pub(crate) last: Option<Output>,
    known: Known,
    also_forbidden: fn(&Output) -> bool,
}

impl Life {
    pub(crate) fn new(boot: &Boot, also_forbidden: fn(&Output) -> bool) -> Self {
        let now = Moment::from_ms(100_000_000);
        let known = Known {
            answered_no: boot.checklist.is_some_and(|it| it.answers.yes().next().is_none()),
            cared_for: boot.care != PastCare::default(),
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
            electrodes: Electrodes::Good,
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
    pub(crate) fn live(&mut self, happens: Move) -> Result<(), String> {
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
            Move::Electrodes(electrodes) => {
                self.electrodes = electrodes;
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
        self.known.tens.paused = false;
        self.step(limits::CYCLE, Asked::Nothing)
    }

    /// The pulses that were granted last.
    fn stimulus(&self) -> Option<Stimulus> {
        self.last.as_ref().and_then(|it| it.actuators.stimulus())
    }

    fn step(&mut self, span: Span, asked: Asked) -> Result<(), String> {
        self.now = self.now + span;
        self.convert();
        let command = asked.command(self.now, self.last.as_ref().map(|it| &it.snapshot));
        let lines = self.around.lines(true, self.heats).expect("a build that senses all");
        let output = self.engine.step(&Input {
            now: self.now,
            readings: self.readings,
            commands: command.as_slice(),
            lines,
            stimulator: self.electrodes.say(self.stimulus()),
        });
        self.learn(command, span, &output)?;
        self.judge(span, &output)?;
        let granted = (output.actuators.k1(), output.actuators.k2());
        let before = self.last.as_ref().map(|it| (it.actuators.k1(), it.actuators.k2()));
        self.granted_for = if before == Some(granted) { self.granted_for + 1 } else { 0 };
        self.heats = output.actuators.k1() && output.actuators.k2();
        self.heard_for += 1;
        self.around_for += 1;
        self.known.tens.close(self.now, &output, self.electrodes);
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
    fn learn(
        &mut self,
        command: Option<Command>,
        span: Span,
        output: &Output,
    ) -> Result<(), String> {
        let accepted = output.replies.first().is_some_and(Result::is_ok);
        let known = &mut self.known;
        let order = command.map(|command| command.order).filter(|_| accepted);
        known.tens.learn(self.now, order);
        match order {
            Some(Order::Start { plan: started, .. }) => {
                let rested = started.site() != plan().site()
                    || known
                        .rests_since
                        .is_none_or(|ended| self.now.since(ended) >= Span::from_min(60));
                let may =
                    known.answered_no && !known.cared_for && !known.unseen && !known.lost && rested;
                if !may {
                    return Err(format!("a start was accepted: {known:?}"));
                }
                (known.started, known.sign) = (Some(self.now), Some(self.now));
                known.heated = Span::ZERO;
            }
            Some(Order::Present | Order::Press) => known.sign = Some(self.now),
            Some(Order::Answer(answers)) => known.answered_no = answers.yes().next().is_none(),
            Some(Order::Clear { .. }) => known.unseen = false,
            Some(Order::ForgetLoss) => known.lost = false,
            Some(Order::Confirm { .. } | Order::Pause | Order::Resume) => {
                known.sign = Some(self.now);
            }
            // No pack: it is refused.
            Some(
                Order::Stop(_)
                | Order::Level { .. }
                | Order::Lower { .. }
                | Order::Heartbeat
                | Order::UsePad(_)
                | Order::UseProfile(_)
                | Order::Felt(_)
                | Order::Settle { .. }
                | Order::AnswerRedFlags(_)
                | Order::Numb,
            )
            | None => {}
        }
        let snapshot = &output.snapshot;
        let (was, is) = (self.last.as_ref().and_then(|it| it.snapshot.session), snapshot.session);
        let heats = |it: &SessionView| {
            !it.proving && it.phase.phase.target().is_some() && it.phase.pause_left.is_none()
        };
        if was.as_ref().is_some_and(heats) {
            known.heated = known.heated + span;
        }
        if let (Some(was), None) = (was, is)
            && was.plan.site == plan().site()
            && known.heated >= Span::from_s(123)
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
        self.known.tens.judge(self.now, output, self.electrodes)?;
        if !k1 && !k2 {
            return Ok(());
        }
        // K2 is there for the stimulator: no matter of the pad.
        let pad = snapshot.session.is_none_or(|it| it.phase.level.is_none());
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
            (known.cared_for, "although pain or signs of an emergency forbid it"),
            (pad && !self.good.iter().all(fresh), "without two valid contact sensors"),
            (pad && !self.good.iter().all(cool), "at 43 °C and more"),
            (pad && hot && self.heard_for >= 10, "with a hot value told"),
            (k1 && !k2 && !proving, "K1 without K2 outside of the proof"),
            (since(known.sign) > Span::from_s(661), "without a sign for eleven minutes"),
            (pad && since(known.started) > Span::from_min(30), "beyond the planned time"),
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
    pub(crate) fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let class = |cycles: u64, bounds: &[u64]| bounds.iter().rposition(|bound| cycles >= *bound);
        let cycles = |span: Span| span.as_ms() / limits::CYCLE.as_ms();
        (self.heard, self.around, self.heats).hash(&mut hasher);
        let Some(output) = &self.last else { return hasher.finish() };
        let snapshot = &output.snapshot;
        (snapshot.fault.map(|fault| fault.kind), snapshot.record_lost).hash(&mut hasher);
        (self.known.unseen, self.known.answered_no, self.known.cared_for).hash(&mut hasher);
        let rests = self.known.rests_since.map(|at| self.now.since(at) < Span::from_min(60));
        rests.hash(&mut hasher);
        for view in snapshot.contact {
            (view.freshness as u8).hash(&mut hasher);
        }
        self.known.tens.key(self.now, &mut hasher);
        let Some(session) = snapshot.session else {
            class(self.heard_for, &[10, 450]).hash(&mut hasher);
            return hasher.finish();
        };
        class(self.heard_for, &[10, 31, 110, 450]).hash(&mut hasher);
        class(self.around_for, &[1, 2]).hash(&mut hasher);
        (output.actuators.k1(), output.actuators.k2()).hash(&mut hasher);
        class(self.granted_for, &[1, 5, 10, 20]).hash(&mut hasher);
        let (asked, left) = match session.attending {
            Attending::Quiet { asks_in } => (0, class(cycles(asks_in), &[1, 110, 320])),
            Attending::Asking { left } => (1, class(cycles(left), &[1, 110, 320])),
            Attending::Absent => (2, None),
        };
        (session.proving, asked, left).hash(&mut hasher);
        if let Some(level) = session.phase.level {
            (level.ma(), self.electrodes).hash(&mut hasher);
        }
        let phase = session.phase;
        (phase.number, phase.asked.map(|it| it.prompt as u8)).hash(&mut hasher);
        class(cycles(session.elapsed), &[5, 10, 15, 20, 25, 1200, 17_000]).hash(&mut hasher);
        hasher.finish()
    }

    /// Long times are worth their while only where something comes of them: a session ends or is asked for a
    /// sign, a hot value latches.
    pub(crate) fn can(&self, happens: Move) -> bool {
        let session = self.last.as_ref().and_then(|it| it.snapshot.session);
        let good = self.heard == Heard::Fresh && self.around == Around::Good;
        let hot = matches!(self.heard, Heard::Hot | Heard::TooHot | Heard::SaidHot);
        match happens {
            Move::Pass(TEN_MINUTES) => session.is_some() && good,
            Move::Pass(TWO_MINUTES) => hot,
            Move::Pass(HALF_A_MINUTE) => {
                session.is_some() && good && self.electrodes == Electrodes::Good
            }
            Move::Pass(cycles) => session.is_some() || hot || cycles <= 31,
            Move::Hear(heard) => heard != self.heard,
            Move::Around(around) => around != self.around,
            Move::Electrodes(electrodes) => electrodes != self.electrodes,
            Move::Ask(_) | Move::Late(_) | Move::Kill => true,
        }
    }
}
