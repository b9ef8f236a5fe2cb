//! What happened in a step: recorded by the journal first, told to people after.

use arrayvec::ArrayVec;

use crate::checklist::Answers;
use crate::command::{Refusal, SessionId};
use crate::heat::Untuned;
use crate::ledger::SiteUse;
use crate::pad::{Found, Misfit, TunedPad};
use crate::pain::care::Settled;
use crate::pain::red_flags::RedFlags;
use crate::pain::{Felt, Pain};
use crate::plan::Summary;
use crate::profile::Profile;
use crate::protocol::Phase;
use crate::rules::Fault;
use crate::session::{Ended, Prompt, PromptId, SkinSays};
use crate::site::Site;
use crate::tens::{Interruption, Stop};

/// At most this many commands are taken in one step; the daemon's queue is no longer than this.
pub const COMMANDS_MAX: usize = 8;

/// At most this many events can come out of one step: two for each command, what a start asks at once, a
/// phase that begins and what it asks, a start of heat, a target reached, a pad that misfits, a sign asked for,
/// what was found out about the pad, what the skin under a pack came to, a level that went to zero, electrodes
/// that are off, an end and a fault.
pub const EVENTS_MAX: usize = 33;

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
        plan: Summary,
    },
    /// A session went on to its next phase.
    PhaseBegan {
        /// The session.
        id: SessionId,
        /// Which phase it is, from one.
        number: usize,
        /// What it is.
        phase: Phase,
    },
    /// A person is asked to do something.
    Asked {
        /// Which prompt it is.
        id: PromptId,
        /// What is asked.
        prompt: Prompt,
    },
    /// A person said that it is done.
    Confirmed {
        /// Which prompt it was.
        id: PromptId,
        /// What was asked.
        prompt: Prompt,
    },
    /// A person said that the skin under the cold pack is numb.
    Numb {
        /// The session.
        id: SessionId,
    },
    /// A person has set the TENS level.
    Level {
        /// The session.
        id: SessionId,
        /// What it is now, in mA.
        level_ma: u8,
    },
    /// Something took the TENS level to zero; only a person raises it again.
    LevelZeroed {
        /// The session.
        id: SessionId,
        /// What.
        cause: Interruption,
    },
    /// The electrodes must be laid anew (HL-T11).
    ElectrodesOff {
        /// The session.
        id: SessionId,
        /// What was found.
        why: Stop,
    },
    /// A person has paused the session.
    Paused {
        /// The session.
        id: SessionId,
    },
    /// A person went on with it.
    Resumed {
        /// The session.
        id: SessionId,
    },
    /// The skin under a cold pack came to something.
    Skin {
        /// The session.
        id: SessionId,
        /// To what.
        says: SkinSays,
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
    /// A person chose by which profile they are treated.
    ProfileChosen(Profile),
    /// A session ended.
    Ended(Ended),
    /// A person said that the cold pack is off which a session had left on; this is what the site got by it (HL-C8).
    PackOff(SiteUse),
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
    /// A person said how much a site hurts.
    Felt {
        /// Where, how much, and when.
        felt: Felt,
        /// After a session: how much it hurt before it, where that was said.
        before: Option<Pain>,
    },
    /// A second session in a row made a site worse: it is locked (HL-P1).
    SiteLocked {
        /// The site.
        site: Site,
    },
    /// A person opened a locked site.
    SiteSettled {
        /// The site.
        site: Site,
        /// Why.
        how: Settled,
    },
    /// A person answered whether there are signs of an emergency (HL-P2).
    RedFlagsAnswered(RedFlags),
}
