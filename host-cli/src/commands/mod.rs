//! One module for each command. Each asks, shows, and says why it failed; none decides.

pub(crate) mod attended;
pub(crate) mod checklist;
pub(crate) mod clear;
pub(crate) mod confirm;
pub(crate) mod heat;
pub(crate) mod log;
pub(crate) mod preview;
pub(crate) mod replay;
pub(crate) mod sim;
pub(crate) mod status;
pub(crate) mod stop;
pub(crate) mod tune;
pub(crate) mod watch;
