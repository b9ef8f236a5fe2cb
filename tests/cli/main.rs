//! The command line as people and scripts meet it: the real binary, mostly against a real daemon on
//! the simulated pad.

mod api;
mod diary;
mod failing;
mod hand;
mod log;
mod outputs;
mod person;
mod protocols;
mod remind;
mod sessions;
mod sim;
mod tune;
mod words;

/// What was said, as if the terminal were wide enough for every sentence.
fn sentences(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
