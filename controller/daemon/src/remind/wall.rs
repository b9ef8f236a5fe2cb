//! The wall clock as people read it: right for reminders, and for nothing that must be safe.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use soothe_wire::reminder::{Day, MINUTES_OF_DAY, TimeOfDay};

/// A moment by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WallTime {
    /// In milliseconds since 1970.
    pub(crate) unix_ms: i64,
    /// In minutes of the local clock since it showed the beginning of 1970. It leaps and repeats itself as that
    /// clock does, in spring and in autumn.
    pub(crate) minute: i64,
}

impl WallTime {
    /// What the clock shows in a zone.
    pub(crate) fn of(unix_ms: i64, zone: &TimeZone) -> Self {
        let at = Timestamp::from_millisecond(unix_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset_s = i64::from(zone.to_offset(at).seconds());
        Self { unix_ms, minute: (at.as_second() + offset_s).div_euclid(60) }
    }

    /// What the clock shows where this machine is.
    pub(crate) fn here(unix_ms: i64) -> Self {
        Self::of(unix_ms, &TimeZone::system())
    }
}

/// The time of day at a minute of the local clock.
pub(super) fn time_of_day(minute: i64) -> TimeOfDay {
    let minute = minute.rem_euclid(MINUTES_OF_DAY.into());
    TimeOfDay::of_minute(u16::try_from(minute).unwrap_or_default())
}

/// The day of the week at a minute of the local clock. 1970 began on a Thursday.
pub(super) fn day(minute: i64) -> Day {
    let since_monday = minute.div_euclid(MINUTES_OF_DAY.into()) + 3;
    Day::ALL[usize::try_from(since_monday.rem_euclid(7)).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_on_a_wall_shows_time_and_day() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
        for (unix_s, day_then, time) in [
            (0, Day::Thu, "01:00"),
            (-3601, Day::Wed, "23:59"),
            (1_700_000_000, Day::Tue, "23:13"),
            // The night of 29 March 2026: from 01:59 to 03:00.
            (1_774_745_999, Day::Sun, "01:59"),
            (1_774_746_000, Day::Sun, "03:00"),
            // The night of 25 October 2026: 02:30 twice.
            (1_792_888_200, Day::Sun, "02:30"),
            (1_792_891_800, Day::Sun, "02:30"),
        ] {
            let at = WallTime::of(unix_s * 1000, &berlin).minute;
            assert_eq!((day(at), time_of_day(at).to_string().as_str()), (day_then, time));
        }
        assert_eq!(WallTime::of(i64::MAX, &berlin).minute, 60, "a clock that is none");
    }
}
