//! What can happen at a time: what people ask for, and what befalls the device.

use soothe_therapy::checklist::{Answers, Condition};
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode};
use soothe_therapy::{FaultKind, Phase, Plan, Protocol, Purpose, Site, Span};
use soothe_wire::protocol::{builtin, find};

use super::breakage::{self, Breakage};
use super::words::{Read, Reader, Words};
use crate::host::Standstill;
use crate::store::Health;

/// Something that happens.
#[expect(clippy::large_enum_variant, reason = "a script has a handful of them")]
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// People ask for something.
    Ask(Asked),
    /// A part breaks or is right again.
    Part(Breakage),
    /// The surface loses this many times what it would.
    Loss(soothe_plant::Factor),
    /// The e-stop.
    EStop {
        open: bool,
    },
    /// The supply.
    Supply {
        low: bool,
    },
    /// The guard process.
    Guard {
        lost: bool,
    },
    /// The disk with the session log.
    Disk(Health),
    /// The record of doses and faults is unreadable from now on.
    LoseRecord,
    /// The daemon stands still for so long.
    StandStill(Standstill, Span),
    /// The daemon is asked to end, and a new one comes after so long.
    Restart(Span),
    /// The wall clock jumps.
    ClockForward(Span),
    ClockBack(Span),
    /// Everything is right again.
    HealAll,
}

/// What people ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) wish: Wish,
    /// How long it was on its way.
    pub(super) sent_ago: Span,
    /// How many of the same come.
    pub(super) times: u32,
}

/// One thing that people ask for.
#[expect(clippy::large_enum_variant, reason = "a script has a handful of them")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    /// A session.
    Start(Plan),
    /// Its end.
    Stop,
    /// A fault, or the notice of an interruption, is to go.
    Clear {
        shown: Option<FaultKind>,
    },
    /// A sign that somebody is there.
    Confirm,
    /// A press of the button at the device.
    Press,
    /// Answers to the check-list.
    Answer(Answers),
    /// To go on without the lost record.
    ForgetLoss,
    /// To say that what the device asks for is done.
    Done,
    /// To say that the skin under the cold pack is numb.
    Numb,
    /// To set the level of TENS.
    Level(u8),
    /// To say that a client is there that could lower it.
    Heartbeat,
    /// To pause, and to go on.
    Pause,
    Resume,
}

/// What can stand after `at TIME`.
pub(super) const ACTIONS: &[(&str, Reader<Action>)] = &[
    ("start", |words| asked(words, start)),
    ("stop", |words| asked(words, |_| Ok(Wish::Stop))),
    ("clear", |words| asked(words, clear)),
    ("confirm", |words| asked(words, |_| Ok(Wish::Confirm))),
    ("press", |words| asked(words, |_| Ok(Wish::Press))),
    ("answer", |words| asked(words, |words| Ok(Wish::Answer(answers(words)?)))),
    ("forget-loss", |words| asked(words, |_| Ok(Wish::ForgetLoss))),
    ("done", |words| asked(words, |_| Ok(Wish::Done))),
    ("numb", |words| asked(words, |_| Ok(Wish::Numb))),
    ("level", |words| asked(words, level)),
    ("heartbeat", |words| asked(words, |_| Ok(Wish::Heartbeat))),
    ("pause", |words| asked(words, |_| Ok(Wish::Pause))),
    ("resume", |words| asked(words, |_| Ok(Wish::Resume))),
    ("electrodes", |words| breakage::electrodes(words).map(Action::Part)),
    ("stimulator", |words| breakage::stimulator(words).map(Action::Part)),
    ("sensor", |words| breakage::sensor(words).map(Action::Part)),
    ("room", |words| breakage::room(words).map(Action::Part)),
    ("skin", |words| breakage::skin(words).map(Action::Part)),
    ("pack", |words| breakage::pack(words).map(Action::Part)),
    ("k1", |words| breakage::k1(words).map(Action::Part)),
    ("k2", |words| breakage::k2(words).map(Action::Part)),
    ("pad", |words| breakage::pad(words).map(Action::Part)),
    ("cut-out", |words| breakage::cutout(words).map(Action::Part)),
    ("current-line", |words| breakage::current_line(words).map(Action::Part)),
    ("cut-out-line", |words| breakage::cutout_line(words).map(Action::Part)),
    ("loss", |words| breakage::factor(words).map(Action::Loss)),
    ("e-stop", |words| Ok(Action::EStop { open: words.choose("a state", ESTOP)? })),
    ("supply", |words| Ok(Action::Supply { low: words.choose("a state", SUPPLY)? })),
    ("guard", |words| Ok(Action::Guard { lost: words.choose("a state", GUARD)? })),
    ("disk", disk),
    ("record", |words| words.want("lost").map(|()| Action::LoseRecord)),
    ("hang", |words| Ok(Action::StandStill(Standstill::Hung, words.moment()?))),
    ("freeze", |words| Ok(Action::StandStill(Standstill::Frozen, words.moment()?))),
    ("kill", |words| Ok(Action::StandStill(Standstill::Dead, words.moment()?))),
    ("restart", |words| words.moment().map(Action::Restart)),
    ("clock", |words| words.choose("a direction", CLOCK)?(words)),
    ("heal", |_| Ok(Action::HealAll)),
];

pub(super) const ESTOP: &[(&str, bool)] = &[("open", true), ("closed", false)];
pub(super) const SUPPLY: &[(&str, bool)] = &[("low", true), (breakage::HEALTHY, false)];
pub(super) const GUARD: &[(&str, bool)] = &[("lost", true), (breakage::HEALTHY, false)];
/// How the disk with the session log can be.
pub(super) const DISK: &[(&str, Reader<Health>)] = &[
    ("failing", |_| Ok(Health::Failing)),
    ("slow", |words| words.time().map(Health::Slow)),
    (breakage::HEALTHY, |_| Ok(Health::Instant)),
];
pub(super) const CLOCK: &[(&str, Reader<Action>)] = &[
    ("forward", |words| words.time().map(Action::ClockForward)),
    ("back", |words| words.time().map(Action::ClockBack)),
];

/// The name and the value of everything that has a name.
pub(super) fn named<T: Copy>(
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Vec<(&'static str, T)> {
    all.iter().map(|it| (name(*it), *it)).collect()
}

impl Action {
    /// Reads what happens.
    pub(super) fn read(words: &mut Words<'_>) -> Read<Self> {
        words.choose("something that can happen", ACTIONS)?(words)
    }
}

/// Reads a wish and what may follow every wish: `sent TIME ago`, `times N`.
fn asked(words: &mut Words<'_>, wish: Reader<Wish>) -> Read<Action> {
    let mut asked = Asked { wish: wish(words)?, sent_ago: Span::ZERO, times: 1 };
    if words.next_is("sent") {
        asked.sent_ago = words.time()?;
        words.want("ago")?;
    }
    if words.next_is("times") {
        asked.times = words.count("a number of times", 1, 1000)?;
    }
    Ok(Action::Ask(asked))
}

/// `heat 40 for 15m on left-shoulder`, `tune 41 on left-shoulder`, `ice for 10m on left-shoulder`
fn start(words: &mut Words<'_>) -> Read<Wish> {
    if words.next_is("ice") {
        return ice(words);
    }
    if words.next_is("tens") {
        return tens(words);
    }
    if words.next_is("protocol") {
        return protocol(words);
    }
    let accepted = "heat, tune, ice, tens, protocol";
    let purpose = words.parse("what is started", accepted, |word| match word {
        "heat" => Some(Purpose::Treat),
        "tune" => Some(Purpose::Tune),
        _ => None,
    })?;
    let target = words.celsius()?.get();
    let at_target = words.clone();
    let duration = match purpose {
        Purpose::Treat => {
            words.want("for")?;
            Some(words.time()?)
        }
        Purpose::Tune => None,
    };
    words.want("on")?;
    let site = site(words)?;
    let plan = duration
        .map_or_else(|| Plan::tuning(target, site), |duration| Plan::heat(target, duration, site));
    plan.map(Wish::Start).map_err(|error| at_target.error(error.to_string()))
}

/// `for 10m on left-shoulder`: a protocol of one ice phase.
fn ice(words: &mut Words<'_>) -> Read<Wish> {
    words.want("for")?;
    let duration = words.time()?;
    let at_time = words.clone();
    words.want("on")?;
    let site = site(words)?;
    let protocol = Protocol::new("ice", &[Phase::Ice { duration }]);
    let plan = protocol.and_then(|protocol| Plan::of(protocol, site));
    plan.map(Wish::Start).map_err(|error| at_time.error(error.to_string()))
}

/// `knot for 10m on left-shoulder`: a protocol of one TENS phase, with the cap that is usual.
fn tens(words: &mut Words<'_>) -> Read<Wish> {
    let mode = words.choose("a mode of TENS", &named(Mode::ALL, Mode::name))?;
    words.want("for")?;
    let duration = words.time()?;
    let at_time = words.clone();
    words.want("on")?;
    let site = site(words)?;
    let (cap, area) = (Cap::DEFAULT, ElectrodeArea::literal(25.0));
    let protocol = Protocol::new("tens", &[Phase::Tens { mode, cap, area, duration }]);
    let plan = protocol.and_then(|protocol| Plan::of(protocol, site));
    plan.map(Wish::Start).map_err(|error| at_time.error(error.to_string()))
}

/// `heat-then-tens on left-shoulder`: one that comes with the device.
fn protocol(words: &mut Words<'_>) -> Read<Wish> {
    let names: Vec<_> = builtin().map(|it| it.protocol.name()).collect();
    let accepted = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let chosen = words.parse("a protocol", &accepted, find)?;
    words.want("on")?;
    let at_site = words.clone();
    let plan = Plan::of(chosen.protocol, site(words)?);
    plan.map(Wish::Start).map_err(|error| at_site.error(error.to_string()))
}

/// `level 8`
fn level(words: &mut Words<'_>) -> Read<Wish> {
    words.count("a level in mA", 0, 255).map(|ma| Wish::Level(ma as u8))
}

/// The name of a site.
pub(super) fn site(words: &mut Words<'_>) -> Read<Site> {
    words.choose("a site", &named(Site::ALL, Site::name))
}

/// The name of a fault.
pub(super) fn kind(words: &mut Words<'_>) -> Read<FaultKind> {
    words.choose("a fault", &named(FaultKind::ALL, FaultKind::name))
}

/// `clear`, or `clear too-hot`: only the fault that was shown.
fn clear(words: &mut Words<'_>) -> Read<Wish> {
    let mut ahead = words.clone();
    let shown = match ahead.next() {
        None | Some("sent" | "times") => None,
        Some(_) => Some(kind(words)?),
    };
    Ok(Wish::Clear { shown })
}

/// `no`: nothing of it is so; or `yes CONDITION...`.
pub(super) fn answers(words: &mut Words<'_>) -> Read<Answers> {
    let table = named(Condition::ALL, Condition::name);
    if !words.choose("an answer", &[("yes", true), ("no", false)])? {
        return Ok(Answers::NONE);
    }
    let mut answers = Answers::NONE.and(words.choose("a condition", &table)?);
    while let Some((_, condition)) = table.iter().find(|(name, _)| words.next_is(name)) {
        answers = answers.and(*condition);
    }
    Ok(answers)
}

/// `disk slow 2s`
fn disk(words: &mut Words<'_>) -> Read<Action> {
    let health: Reader<Health> = words.choose("a state", DISK)?;
    Ok(Action::Disk(health(words)?))
}
