//! From data to text. Nothing in here asks anyone or writes anywhere.

pub(crate) mod account;
pub(crate) mod chart;
pub(crate) mod live;
pub(crate) mod model;
pub(crate) mod paint;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod scale;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod tunings;
pub(crate) mod words;
pub(crate) mod wrap;
