//! What a person may ask for.

mod refusal;

use core::fmt;

pub use refusal::{NoPause, Refusal};

use crate::checklist::Answers;
use crate::pad::TunedPad;
use crate::pain::Felt;
use crate::pain::care::Settled;
use crate::pain::red_flags::RedFlags;
pub use crate::plan::Plan;
use crate::profile::Profile;
use crate::rules::FaultKind;
use crate::session::PromptId;
use crate::site::Site;
use crate::units::Moment;

/// The number of a session in the log. The journal hands it out before the session starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub i64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A command with the moment at which it was given; orders that start something expire (HL-S4).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command {
    /// When the order was given.
    pub issued: Moment,
    /// What was ordered.
    pub order: Order,
}

/// What can be ordered.
#[expect(
    clippy::large_enum_variant,
    reason = "a start brings its whole protocol, and there is no heap"
)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Start a session.
    Start {
        /// The number under which the journal has already prepared the session.
        id: SessionId,
        /// What to do.
        plan: Plan,
    },
    /// End the session now. Always accepted, also when nothing runs.
    Stop(StopCause),
    /// A person has looked: clear a latched fault whose cause is gone, and an interrupted session.
    Clear {
        /// The fault that was shown to the person; another one is not cleared. None clears what there is.
        shown: Option<FaultKind>,
    },
    /// Somebody is there (HL-H11).
    Present,
    /// Somebody pressed the button at the device: yes to what is asked, or a sign that somebody is there.
    Press,
    /// What a prompt asked for is done.
    Confirm {
        /// The prompt that was shown.
        prompt: PromptId,
    },
    /// The skin under the cold pack is numb.
    Numb,
    /// A person sets the TENS level: up by one step, down by any (HL-T9).
    Level {
        /// To what, in mA.
        to_ma: u8,
    },
    /// A person lowers the TENS level: what is shown may be late, and whoever wants less must not get more.
    Lower {
        /// To what, in mA; a level that is not above it stays.
        to_ma: u8,
    },
    /// A client that could lower the TENS level is there (HL-S3).
    Heartbeat,
    /// A person pauses the session: energy ends at once (HL-S11).
    Pause,
    /// A person goes on with a paused session.
    Resume,
    /// A person answers the check-list (HL-S7).
    Answer(Answers),
    /// A person goes on although the record of doses was lost (HL-S8).
    ForgetLoss,
    /// A person chooses which tuning is used from the next session on, or that none is.
    UsePad(Option<Tuning>),
    /// A person chooses by which profile they are treated from the next session on.
    UseProfile(Profile),
    /// A person says how much a site hurts (HL-P1).
    Felt(Felt),
    /// A person has seen a doctor about a locked site, or goes on without one (HL-P1).
    Settle {
        /// The site.
        site: Site,
        /// Which of the two.
        how: Settled,
    },
    /// A person answers whether there are signs of an emergency (HL-P2).
    AnswerRedFlags(RedFlags),
}

/// What an earlier tuning found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// The session that found it.
    pub of: SessionId,
    /// What it found, and what has been learned since.
    pub pad: TunedPad,
}

/// Who or what asked for a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// A person, by phone or CLI.
    Person,
    /// A person said that there are signs of an emergency (HL-P2).
    RedFlags,
    /// A person answered the check-list with something that forbids the session (HL-S7).
    Checklist,
    /// The session log can no longer be written; the device does not heat without a record.
    LogFailed,
    /// The daemon is shutting down.
    Shutdown,
}

impl StopCause {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Person, Self::RedFlags, Self::Checklist, Self::LogFailed, Self::Shutdown];

    /// The name used in logs and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::RedFlags => "red-flags",
            Self::Checklist => "checklist",
            Self::LogFailed => "log-failed",
            Self::Shutdown => "shutdown",
        }
    }
}
