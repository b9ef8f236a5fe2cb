//! What happened in a step: recorded by the journal first, told to people after.

use crate::command::HeatPlan;
use crate::command::{Refusal, SessionId};
use crate::rules::Fault;
use crate::session::Ended;

/// At most this many events can come out of one step: one for each command, a start, a target
/// reached, an end, a fault and a clearing.
pub const EVENTS_MAX: usize = 16;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A session began.
    Started {
        /// Its number.
        id: SessionId,
        /// What it will do.
        plan: HeatPlan,
    },
    /// The pad came within half a kelvin of its target for the first time.
    TargetReached {
        /// The session.
        id: SessionId,
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
}
