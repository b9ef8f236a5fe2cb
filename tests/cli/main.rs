//! The command line as people and scripts meet it: the real binary, mostly against a real daemon on
//! the simulated pad.

mod log;
mod sessions;
mod words;
