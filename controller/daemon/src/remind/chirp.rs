//! Two short sounds of the buzzer for a reminder, while nothing else is going on.
//!
//! It sees what the engine gave out and answers with a level for the buzzer. What is granted to the heater is
//! not its to change: it borrows it.

use std::sync::Arc;
use std::time::Duration;

use soothe_therapy::Output;

use super::Notices;

/// How long each sound is, and the silence between the two.
const SOUND: Duration = Duration::from_millis(200);

/// The chirp of the control thread.
#[derive(Debug)]
pub(crate) struct Chirp {
    notices: Arc<Notices>,
    /// How often one was asked for, as far as that was heard.
    heard: u64,
    /// When the one that sounds began, by the real clock.
    began: Option<Duration>,
}

impl Chirp {
    /// What is asked for from now on is heard.
    pub(crate) fn new(notices: Arc<Notices>) -> Self {
        Self { heard: notices.chirps(), notices, began: None }
    }

    /// Whether the buzzer sounds for a reminder at the real time `now`. While a session runs, anything is
    /// energised, an alarm calls or a fault is latched it does not, and what is asked for then is not made up for.
    pub(crate) fn sounds(&mut self, output: &Output, now: Duration) -> bool {
        let asked = self.notices.chirps();
        let is_new = asked != self.heard;
        self.heard = asked;
        if !is_quiet(output) {
            self.began = None;
            return false;
        }
        if is_new {
            self.began = Some(now);
        }
        self.began.is_some_and(|began| {
            let since = now.saturating_sub(began);
            since < SOUND || (SOUND * 2..SOUND * 3).contains(&since)
        })
    }
}

/// Whether the buzzer is free and nothing runs that a person must listen for.
fn is_quiet(output: &Output) -> bool {
    let snapshot = &output.snapshot;
    let calls = output.buzzer || snapshot.alarm.is_some() || snapshot.fault.is_some();
    !calls && snapshot.session.is_none() && !output.actuators.energises()
}

#[cfg(test)]
#[path = "chirp_tests.rs"]
mod tests;
