//! One module for each command. Each asks, shows, and says why it failed; none decides.

pub(crate) mod asked;
pub(crate) mod attended;
pub(crate) mod body;
pub(crate) mod checklist;
pub(crate) mod clear;
pub(crate) mod confirm;
pub(crate) mod doctor;
pub(crate) mod hand;
pub(crate) mod heat;
pub(crate) mod log;
pub(crate) mod manual;
pub(crate) mod numb;
pub(crate) mod pain;
pub(crate) mod preview;
pub(crate) mod profile;
pub(crate) mod protocols;
pub(crate) mod red_flags;
pub(crate) mod remind;
pub(crate) mod replay;
pub(crate) mod sim;
pub(crate) mod start;
pub(crate) mod status;
pub(crate) mod stop;
pub(crate) mod treatment;
pub(crate) mod tune;
pub(crate) mod watch;
