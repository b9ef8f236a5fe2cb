//! What happened in a step: recorded by the journal first, told to people after.

use arrayvec::ArrayVec;

use crate::checklist::Answers;
use crate::command::HeatPlan;
use crate::command::{Refusal, SessionId};
use crate::heat::Untuned;
use crate::pad::{Found, Misfit, TunedPad};
use crate::rules::Fault;
use crate::session::Ended;

/// At most this many commands are taken in one step; the daemon's queue is no longer than this.
pub const COMMANDS_MAX: usize = 8;

/// At most this many events can come out of one step: two for each command, a start of heat, a target
/// reached, a pad that misfits, a sign asked for, what was found out about the pad, an end and a fault.
pub const EVENTS_MAX: usize = 24;

/// The answer to one command: done, or why not.
pub type Reply = Result<(), Refusal>;

/// What came out of a step so far, filled in as it goes.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) events: ArrayVec<Event, EVENTS_MAX>,
    pub(crate) replies: ArrayVec<Reply, COMMANDS_MAX>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A session began, with the proof of its heat path.
    Started {
        /// Its number.
        id: SessionId,
        /// What it will do.
        plan: HeatPlan,
    },
    /// Neither switch alone passed current: the heat phase began.
    Proved {
        /// The session.
        id: SessionId,
    },
    /// The pad came within half a kelvin of its target for the first time.
    TargetReached {
        /// The session.
        id: SessionId,
    },
    /// The pad is not, or not any more, what it was found to be.
    Misfits {
        /// The session.
        id: SessionId,
        /// What shows it.
        misfit: Misfit,
    },
    /// A person is asked for a sign.
    AskedForSign {
        /// The session.
        id: SessionId,
    },
    /// A person gave one, asked or not.
    Present {
        /// The session.
        id: SessionId,
    },
    /// A tuning found out about the pad: that is what heats from now on.
    Tuned {
        /// The session.
        id: SessionId,
        /// What it found.
        found: Found,
    },
    /// A tuning found nothing that can be used.
    NotTuned {
        /// The session.
        id: SessionId,
        /// Why not.
        why: Untuned,
    },
    /// The session has shown a little more of the tuned pad: that is what heats from now on.
    Refined {
        /// The session.
        id: SessionId,
        /// The pad.
        pad: TunedPad,
    },
    /// A person chose what is known of the pad: the tuning of this session, or nothing.
    PadChosen {
        /// The session.
        tuning: Option<SessionId>,
    },
    /// A session ended.
    Ended(Ended),
    /// A command was declined.
    Refused(Refusal),
    /// A fault latched; outputs are off.
    Latched(Fault),
    /// A person cleared the latched fault.
    Cleared(Fault),
    /// A person acknowledged an interrupted session.
    Acknowledged {
        /// The session that had been cut off.
        id: SessionId,
    },
    /// A person answered the check-list.
    Answered(Answers),
    /// A person decided to go on without the record of doses that was lost.
    LossForgotten,
}
