//! From data to text. Nothing in here asks anyone or writes anywhere.

pub(crate) mod account;
pub(crate) mod body;
pub(crate) mod chart;
pub(crate) mod diary;
pub(crate) mod headline;
pub(crate) mod live;
pub(crate) mod model;
pub(crate) mod paint;
pub(crate) mod protocols;
pub(crate) mod remind;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod scale;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod tunings;
pub(crate) mod words;
