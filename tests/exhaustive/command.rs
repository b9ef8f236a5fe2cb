//! Every command, in the forms that are answered differently.

use soothe_therapy::checklist::{Answers, Condition};
use soothe_therapy::engine::Snapshot;
use soothe_therapy::session::PromptId;
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode};
use soothe_therapy::{
    Command, FaultKind, Moment, Order, Phase, Plan, Protocol, SessionId, Site, Span, StopCause,
};

/// One command, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Nothing,
    Start,
    OldStart,
    Stop,
    Clear,
    ClearShown,
    ClearOther,
    Confirm,
    AnswerNo,
    AnswerYes,
    ForgetLoss,
    StartTens,
    StartBoth,
    Done,
    Up,
    Zero,
    Heartbeat,
    Pause,
    Resume,
    Press,
}

/// The session that every start asks for: near enough to a good pad to be held.
pub(crate) fn plan() -> Plan {
    Plan::heat(38.0, Span::from_min(30), Site::LeftShoulder).expect("within the limits")
}

fn tens() -> Phase {
    let (mode, cap) = (Mode::Knot, Cap::new(2.0).expect("within the limits"));
    Phase::Tens { mode, cap, area: ElectrodeArea::literal(25.0), duration: Span::from_min(1) }
}

/// Electrodes alone, on a site that nothing else is asked for.
pub(crate) fn tens_plan() -> Plan {
    let protocol = Protocol::new("tens", &[tens()]).expect("a protocol");
    Plan::of(protocol, Site::LeftCalf).expect("within the limits")
}

/// A minute of heat, then electrodes, then heat again.
pub(crate) fn both_plan() -> Plan {
    let heat = Phase::heat(38.0, Span::from_min(1)).expect("within the limits");
    let swap = Phase::Swap { duration: Span::from_s(10) };
    let phases = [heat, swap, tens(), swap, heat];
    let protocol = Protocol::new("both", &phases).expect("a protocol");
    Plan::of(protocol, Site::LeftThigh).expect("within the limits")
}

impl Asked {
    pub(crate) const ALL: [Self; 11] = [
        Self::Nothing,
        Self::Start,
        Self::OldStart,
        Self::Stop,
        Self::Clear,
        Self::ClearShown,
        Self::ClearOther,
        Self::Confirm,
        Self::AnswerNo,
        Self::AnswerYes,
        Self::ForgetLoss,
    ];

    /// What is asked for where electrodes may lie.
    pub(crate) const OF_TENS: [Self; 12] = [
        Self::Start,
        Self::StartTens,
        Self::StartBoth,
        Self::Stop,
        Self::Clear,
        Self::Done,
        Self::Up,
        Self::Zero,
        Self::Heartbeat,
        Self::Pause,
        Self::Resume,
        Self::Press,
    ];

    /// Its name in the golden file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Start => "start",
            Self::OldStart => "old-start",
            Self::Stop => "stop",
            Self::Clear => "clear",
            Self::ClearShown => "clear-shown",
            Self::ClearOther => "clear-other",
            Self::Confirm => "confirm",
            Self::AnswerNo => "answer-no",
            Self::AnswerYes => "answer-yes",
            Self::ForgetLoss => "forget-loss",
            Self::StartTens => "start-tens",
            Self::StartBoth => "start-both",
            Self::Done => "done",
            Self::Up => "up",
            Self::Zero => "zero",
            Self::Heartbeat => "heartbeat",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Press => "press",
        }
    }

    /// The command at `now`, by what is shown.
    pub(crate) fn command(self, now: Moment, seen: Option<&Snapshot>) -> Option<Command> {
        let latched = seen.and_then(|it| it.fault).map(|it| it.kind);
        let phase = seen.and_then(|it| it.session).map(|it| it.phase);
        let nothing = PromptId { session: SessionId(2), number: 0 };
        let prompt = phase.and_then(|it| it.asked).map_or(nothing, |it| it.id);
        let ma = phase.and_then(|it| it.level).map_or(0, |it| it.ma());
        let start_of = |plan| Order::Start { id: SessionId(2), plan };
        let shown = latched.unwrap_or(FaultKind::TooHot);
        let other = if shown == FaultKind::EStop { FaultKind::TooHot } else { FaultKind::EStop };
        let start = Order::Start { id: SessionId(2), plan: plan() };
        let (order, age) = match self {
            Self::Nothing => return None,
            Self::Start => (start, Span::ZERO),
            Self::OldStart => (start, Span::from_s(3)),
            Self::Stop => (Order::Stop(StopCause::Person), Span::ZERO),
            Self::Clear => (Order::Clear { shown: None }, Span::ZERO),
            Self::ClearShown => (Order::Clear { shown: Some(shown) }, Span::ZERO),
            Self::ClearOther => (Order::Clear { shown: Some(other) }, Span::ZERO),
            Self::Confirm => (Order::Present, Span::ZERO),
            Self::AnswerNo => (Order::Answer(Answers::NONE), Span::ZERO),
            Self::AnswerYes => (Order::Answer(Answers::NONE.and(Condition::Numbness)), Span::ZERO),
            Self::ForgetLoss => (Order::ForgetLoss, Span::ZERO),
            Self::StartTens => (start_of(tens_plan()), Span::ZERO),
            Self::StartBoth => (start_of(both_plan()), Span::ZERO),
            Self::Done => (Order::Confirm { prompt }, Span::ZERO),
            Self::Up => (Order::Level { to_ma: ma + 1 }, Span::ZERO),
            Self::Zero => (Order::Level { to_ma: 0 }, Span::ZERO),
            Self::Heartbeat => (Order::Heartbeat, Span::ZERO),
            Self::Pause => (Order::Pause, Span::ZERO),
            Self::Resume => (Order::Resume, Span::ZERO),
            Self::Press => (Order::Press, Span::ZERO),
        };
        Some(Command { issued: now.before(age), order })
    }
}
