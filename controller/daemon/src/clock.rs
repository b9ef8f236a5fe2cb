//! The one file of the workspace that reads clocks.
//!
//! Everything that decides is handed a [`Moment`] of the monotonic clock. The wall clock labels what is
//! written down; besides that only `Stamp::passed_since` computes from it, and only where it is known
//! to be right: the time during which the machine was off can be told by nothing else.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use soothe_therapy::{Moment, Span};

/// Another name for each start of the machine; the kernel makes it up.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// Seconds since the start of the machine, its sleep included.
const UPTIME: &str = "/proc/uptime";
/// systemd-timesyncd makes this file when it has set the clock, and the next start of the machine
/// removes it.
pub(crate) const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

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

    /// Now, for another process to compare with. It reads files: no control cycle may ask.
    #[must_use]
    pub(crate) fn stamp(&self) -> Stamp {
        let machine = fs::read_to_string(BOOT_ID).ok().map(|id| id.trim().to_owned());
        let uptime = fs::read_to_string(UPTIME).ok().and_then(|text| uptime(&text));
        let is_right = Path::new(SYNCHRONISED).exists();
        Stamp {
            boot_id: machine.filter(|id| !id.is_empty()),
            uptime: uptime.unwrap_or(Span::ZERO),
            wall_unix_ms: is_right.then(|| self.wall_unix_ms()),
        }
    }
}

/// The first number of [`UPTIME`].
fn uptime(text: &str) -> Option<Span> {
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    // A cast saturates, and NaN becomes zero.
    Some(Span::from_ms((seconds * 1000.0) as u64))
}

/// A moment that another process, perhaps after a restart of the machine, can compare with its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Which start of the machine it belongs to; none where the system does not tell.
    pub(crate) boot_id: Option<String>,
    /// Since that start.
    pub(crate) uptime: Span,
    /// The wall clock; none while nobody knows whether it is right.
    pub(crate) wall_unix_ms: Option<i64>,
}

impl Stamp {
    /// How much time has passed since `earlier` at least.
    ///
    /// Between two starts of the machine the wall clock tells, where it was right both times and has not
    /// gone back; else only the time since this start is sure, for `earlier` lies before it.
    #[must_use]
    pub(crate) fn passed_since(&self, earlier: &Self) -> Span {
        let since_this_start = match (&earlier.boot_id, &self.boot_id) {
            (Some(then), Some(now)) if then == now => {
                return self.uptime.saturating_sub(earlier.uptime);
            }
            (Some(_), Some(_)) => self.uptime,
            (None, _) | (_, None) => Span::ZERO,
        };
        let by_the_wall = match (earlier.wall_unix_ms, self.wall_unix_ms) {
            (Some(then), Some(now)) => u64::try_from(now.saturating_sub(then)).unwrap_or(0),
            (None, _) | (_, None) => 0,
        };
        since_this_start.max(Span::from_ms(by_the_wall))
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

    #[test]
    fn a_stamp_knows_the_start_of_the_machine() {
        let (one, two) = (Clock::start().stamp(), Clock::start().stamp());
        assert!(one.boot_id.is_some() && one.boot_id == two.boot_id);
        assert!(two.uptime >= one.uptime && one.uptime > Span::ZERO);
        assert_eq!(uptime("3231.93 3465.00\n"), Some(Span::from_ms(3_231_930)));
        assert_eq!((uptime(""), uptime("soon")), (None, None));
    }

    fn stamp(boot_id: &str, uptime_s: u64, wall_s: Option<i64>) -> Stamp {
        let wall_unix_ms = wall_s.map(|s| s * 1000);
        Stamp { boot_id: Some(boot_id.to_owned()), uptime: Span::from_s(uptime_s), wall_unix_ms }
    }

    #[test]
    fn hl_s8_only_time_that_surely_passed_is_counted() {
        let then = stamp("a", 1000, Some(50_000));
        for (now, passed_s, why) in [
            (stamp("a", 1060, Some(50_060)), 60, "the same start"),
            (stamp("a", 1060, Some(90_000)), 60, "the wall clock was set meanwhile"),
            (stamp("a", 1060, Some(10)), 60, "set back meanwhile"),
            (stamp("a", 900, Some(50_060)), 0, "an uptime that cannot be"),
            (stamp("b", 30, Some(53_600)), 3600, "off for an hour"),
            (stamp("b", 30, Some(40_000)), 30, "the wall clock went back"),
            (stamp("b", 30, None), 30, "nobody knows whether it is right"),
        ] {
            assert_eq!(now.passed_since(&then), Span::from_s(passed_s), "{why}");
        }
        let unsure = stamp("a", 1000, None);
        let later = stamp("b", 30, Some(90_000));
        assert_eq!(later.passed_since(&unsure), Span::from_s(30), "nobody knew then");
        let nowhere = Stamp { boot_id: None, ..unsure };
        assert_eq!(nowhere.passed_since(&nowhere), Span::ZERO, "perhaps the same start");
    }
}
