//! Every command, in the forms that are answered differently.

use soothe_therapy::checklist::{Answers, Condition};
use soothe_therapy::{
    Command, FaultKind, HeatPlan, Moment, Order, SessionId, Site, Span, StopCause,
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
}

/// The session that every start asks for: near enough to a good pad to be held.
pub(crate) fn plan() -> HeatPlan {
    HeatPlan::new(38.0, Span::from_min(30), Site::LeftShoulder).expect("within the limits")
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
        }
    }

    /// The command at `now`, while this fault is latched.
    pub(crate) fn command(self, now: Moment, latched: Option<FaultKind>) -> Option<Command> {
        let shown = latched.unwrap_or(FaultKind::TooHot);
        let other = if shown == FaultKind::EStop { FaultKind::TooHot } else { FaultKind::EStop };
        let start = Order::StartHeat { id: SessionId(2), plan: plan() };
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
        };
        Some(Command { issued: now.before(age), order })
    }
}
