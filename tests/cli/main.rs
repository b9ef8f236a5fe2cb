//! The command line as people and scripts meet it: the real binary, mostly against a real daemon on
//! the simulated pad.

mod failing;
mod log;
mod sessions;
mod words;
