//! What a new engine is told of the one before.

use crate::checklist::PastAnswers;
use crate::cold::PackLeft;
use crate::command::SessionId;
use crate::heat::Heater;
use crate::ledger::History;
use crate::pain::care::PastCare;
use crate::profile::ProfileChoice;
use crate::rules::Fault;

/// What outlives a restart and is handed to a new engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boot {
    /// A fault that was latched and not cleared.
    pub latched: Option<Fault>,
    /// A session that was running when the daemon died, and that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
    /// What the sites got.
    pub history: History,
    /// The answers to the check-list.
    pub checklist: Option<PastAnswers>,
    /// What pain and signs of an emergency forbid.
    pub care: PastCare,
    /// How often K1 has closed in its life.
    pub relay_operations: u32,
    /// What is known of the heater.
    pub heater: Heater,
    /// Who is treated.
    pub profile: ProfileChoice,
    /// What lies on the skin since a session has ended, and nobody has said that it is off (HL-C8).
    pub pack_left: Option<PackLeft>,
}
