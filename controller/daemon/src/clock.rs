//! The one file of the workspace that reads clocks.
//!
//! Everything that decides is handed a [`Moment`] of the monotonic clock. The wall clock only labels
//! what is written down; nothing is ever computed from it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use soothe_therapy::Moment;

/// The monotonic clock, counted from the start of the process; copies share that start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that the rest of the code asks")]
impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Time since the start, as fine as the system has it.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Time since the start in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::from_ms(u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The wall clock in milliseconds since 1970; 0 when it stands before that.
    #[must_use]
    pub fn wall_unix_ms(&self) -> i64 {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_forward_and_copies_agree() {
        let clock = Clock::start();
        let copy = clock;
        let before = clock.elapsed();
        assert!(copy.elapsed() >= before);
        assert!(clock.wall_unix_ms() > 1_700_000_000_000, "the machine's clock is not set");
    }
}
