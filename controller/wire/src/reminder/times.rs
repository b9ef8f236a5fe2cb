//! Times of day on days of the week, by the clock on the wall.

use std::fmt;
use std::str::FromStr;

/// Minutes of a day.
pub const MINUTES_OF_DAY: u16 = 24 * 60;

/// A time of day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// So many minutes after midnight; those of another day are taken as that day's.
    #[must_use]
    pub const fn of_minute(minute: u16) -> Self {
        Self(minute % MINUTES_OF_DAY)
    }

    /// Minutes after midnight, 0 to 1439.
    #[must_use]
    pub const fn minute(self) -> u16 {
        self.0
    }

    /// How many minutes it is after `earlier`, over midnight where it is before it.
    #[must_use]
    pub const fn after(self, earlier: Self) -> u16 {
        (self.0 + MINUTES_OF_DAY - earlier.0) % MINUTES_OF_DAY
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// The text is no time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTime;

impl fmt::Display for NoTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no time of day; give one from 00:00 to 23:59, such as 09:30")
    }
}

impl std::error::Error for NoTime {}

impl FromStr for TimeOfDay {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let two_digits = |text: &str, most: u16| {
            let digits = text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
            text.parse().ok().filter(|number: &u16| digits && *number <= most)
        };
        let (hour, minute) = text.split_once(':').ok_or(NoTime)?;
        let hour = two_digits(hour, 23).ok_or(NoTime)?;
        Ok(Self(hour * 60 + two_digits(minute, 59).ok_or(NoTime)?))
    }
}

/// When on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Times {
    /// At these times, in order, each once.
    At(Vec<TimeOfDay>),
    /// Every so many minutes between two times, the first at the first.
    Every {
        /// 10 to 720.
        minutes: u16,
        /// The first.
        from: TimeOfDay,
        /// None is after this; where it is before `from`, they go on over midnight.
        until: TimeOfDay,
    },
}

impl Times {
    /// Times of day at most.
    pub const AT_MOST: usize = 24;
    /// Shortest time between two, in minutes.
    pub const EVERY_MIN: u16 = 10;
    /// Longest time between two, in minutes.
    pub const EVERY_MAX: u16 = 12 * 60;

    /// Whether `time` is one of them.
    #[must_use]
    pub fn has(&self, time: TimeOfDay) -> bool {
        match self {
            Self::At(times) => times.contains(&time),
            Self::Every { minutes, from, until } => {
                let after = time.after(*from);
                after <= until.after(*from) && after.is_multiple_of(*minutes)
            }
        }
    }

    /// All of them, from midnight on.
    pub fn all(&self) -> impl Iterator<Item = TimeOfDay> {
        (0..MINUTES_OF_DAY).map(TimeOfDay::of_minute).filter(|time| self.has(*time))
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(times) => {
                let times: Vec<String> = times.iter().map(TimeOfDay::to_string).collect();
                write!(f, "at {}", times.join(", "))
            }
            Self::Every { minutes, from, until } => {
                write!(f, "every {minutes} min from {from} to {until}")
            }
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// The week.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// Its name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }

    /// The day of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }
}

/// Some days of the week, one at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// The whole week.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);

    /// These; none where there are none.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Day>) -> Option<Self> {
        let mask = days.into_iter().fold(0, |mask, day| mask | 1 << day as u8);
        (mask != 0).then_some(Self(mask))
    }

    /// Whether `day` is one of them.
    #[must_use]
    pub const fn has(self, day: Day) -> bool {
        self.0 & 1 << day as u8 != 0
    }

    /// Each of them, from Monday on.
    pub fn all(self) -> impl Iterator<Item = Day> {
        Day::ALL.into_iter().filter(move |day| self.has(*day))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("every day"),
            Self::WORKING => f.write_str("Monday to Friday"),
            days => {
                let names: Vec<&str> = days.all().map(Day::name).collect();
                write!(f, "on {}", names.join(", "))
            }
        }
    }
}
