//! Reminders to move, to stretch and to massage: how one is asked for, and how it is shown.
//!
//! A reminder calls a person and does nothing else: there is no way from one to an output.

mod parse;
#[cfg(test)]
mod tests;
mod times;

use serde::{Deserialize, Serialize};
use soothe_therapy::Site;
use soothe_therapy::exercise::{self, Exercise};
use utoipa::ToSchema;

use crate::number;

pub use parse::NoReminder;
pub use times::{Day, Days, MINUTES_OF_DAY, NoTime, TimeOfDay, Times};

/// `POST /api/v1/reminders`: what a person wants to be reminded of, and when. Times are those of the clock on
/// the wall; either `at`, or `every_min` with `from` and `until`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReminder {
    /// `move`, `stretch` or `massage`.
    #[schema(example = "stretch")]
    pub kind: String,
    /// Times of day, such as `10:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 24)]
    pub at: Option<Vec<String>>,
    /// Every so many minutes.
    #[serde(
        default,
        deserialize_with = "number::minutes_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 10, maximum = 720)]
    pub every_min: Option<u64>,
    /// The first of them on a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// None is after this. Where it is before `from`, they go on over midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// On which days, `mon` to `sun`; on all of them when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 7)]
    pub days: Option<Vec<String>>,
    /// The name of an exercise of that kind; none for `move`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exercise: Option<String>,
    /// Where: a site that the exercise is for, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

/// A reminder that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReminderEntry {
    /// Its number.
    pub id: i64,
    /// `move`, `stretch` or `massage`.
    pub kind: String,
    /// What it says.
    pub text: String,
    /// Its times of day, in order.
    pub times: Vec<String>,
    /// Its days, `mon` to `sun`.
    pub days: Vec<String>,
    /// When, in words.
    pub schedule: String,
    /// The name of its exercise.
    pub exercise: Option<String>,
    /// The name of its site.
    pub site: Option<String>,
}

/// `GET /api/v1/reminders`: all that are kept, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReminderList {
    /// All of them.
    pub reminders: Vec<ReminderEntry>,
    /// Those that are due now.
    pub due: Vec<DueReminder>,
}

/// A reminder that is due: it stays for 15 minutes, or until a person says that it is done or wants it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DueReminder {
    /// The number of the reminder.
    pub id: i64,
    /// `move`, `stretch` or `massage`.
    pub kind: String,
    /// What it says, e.g. `Time to stretch: Side neck stretch, left shoulder`.
    pub text: String,
    /// How the exercise is done, and what to look out for.
    pub how: Option<String>,
    /// The name of its exercise.
    pub exercise: Option<String>,
    /// The name of its site.
    pub site: Option<String>,
    /// The daemon's wall clock when it became due, in milliseconds since 1970.
    pub due_unix_ms: i64,
}

/// What a person is reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// To get up and move.
    Move,
    /// To stretch, in a way or as the person likes.
    Stretch(Option<Exercise>),
    /// To massage a trigger point, in a way or as the person likes.
    Massage(Option<Exercise>),
}

impl Doing {
    /// The names of the kinds.
    pub const KINDS: [&'static str; 3] =
        [Self::Move.kind(), Self::Stretch(None).kind(), Self::Massage(None).kind()];

    /// The name of its kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Stretch(_) => exercise::Kind::Stretch.name(),
            Self::Massage(_) => exercise::Kind::Massage.name(),
        }
    }

    /// The exercise, where one is named.
    #[must_use]
    pub const fn exercise(self) -> Option<Exercise> {
        match self {
            Self::Move => None,
            Self::Stretch(exercise) | Self::Massage(exercise) => exercise,
        }
    }
}

/// A reminder that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    doing: Doing,
    site: Option<Site>,
    times: Times,
    days: Days,
}

impl Reminder {
    /// How many are kept at most.
    pub const MOST: usize = 32;

    /// What it is about.
    #[must_use]
    pub const fn doing(&self) -> Doing {
        self.doing
    }

    /// Where.
    #[must_use]
    pub const fn site(&self) -> Option<Site> {
        self.site
    }

    /// When, on a day.
    #[must_use]
    pub const fn times(&self) -> &Times {
        &self.times
    }

    /// On which days.
    #[must_use]
    pub const fn days(&self) -> Days {
        self.days
    }

    /// What it says when it is due.
    #[must_use]
    pub fn text(&self) -> String {
        let kind = self.doing.kind();
        let site = self.site.map(|site| site.label().to_lowercase());
        match (self.doing.exercise(), site) {
            (None, None) => format!("Time to {kind}"),
            (None, Some(site)) => format!("Time to {kind}: {site}"),
            (Some(exercise), None) => format!("Time to {kind}: {}", exercise.label()),
            (Some(exercise), Some(site)) => format!("Time to {kind}: {}, {site}", exercise.label()),
        }
    }

    /// How its exercise is done, and what to look out for.
    #[must_use]
    pub fn how(&self) -> Option<String> {
        let exercise = self.doing.exercise()?;
        let (hold_s, repeats) = (exercise.hold().as_ms() / 1000, exercise.repeats());
        let times = if repeats == 1 { "once".to_owned() } else { format!("{repeats} times") };
        let (instruction, caution) = (exercise.instruction(), exercise.caution());
        Some(format!("{instruction} {hold_s} s, {times}. {caution}"))
    }

    /// As it is shown in the list.
    #[must_use]
    pub fn entry(&self, id: i64) -> ReminderEntry {
        ReminderEntry {
            id,
            kind: self.doing.kind().to_owned(),
            text: self.text(),
            times: self.times.all().map(|time| time.to_string()).collect(),
            days: self.days.all().map(|day| day.name().to_owned()).collect(),
            schedule: format!("{}, {}", self.times, self.days),
            exercise: self.doing.exercise().map(|it| it.name().to_owned()),
            site: self.site.map(|it| it.name().to_owned()),
        }
    }

    /// As it is shown when it is due since `due_unix_ms`.
    #[must_use]
    pub fn due(&self, id: i64, due_unix_ms: i64) -> DueReminder {
        DueReminder {
            id,
            kind: self.doing.kind().to_owned(),
            text: self.text(),
            how: self.how(),
            exercise: self.doing.exercise().map(|it| it.name().to_owned()),
            site: self.site.map(|it| it.name().to_owned()),
            due_unix_ms,
        }
    }
}
