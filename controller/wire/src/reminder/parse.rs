//! From what a person asks for to a reminder; whatever is wrong with it is said with its place.

use std::fmt;

use soothe_therapy::Site;
use soothe_therapy::exercise::{Exercise, Kind};

use super::{Day, Days, Doing, NewReminder, Reminder, TimeOfDay, Times};

/// Why it is no reminder: which part of it, and what would be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoReminder(String);

impl fmt::Display for NoReminder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoReminder {}

fn no<T>(why: impl Into<String>) -> Result<T, NoReminder> {
    Err(NoReminder(why.into()))
}

impl TryFrom<&NewReminder> for Reminder {
    type Error = NoReminder;

    fn try_from(asked: &NewReminder) -> Result<Self, NoReminder> {
        let doing = doing(&asked.kind, asked.exercise.as_deref())?;
        let site = place(asked.site.as_deref(), doing.exercise())?;
        Ok(Self { doing, site, times: times(asked)?, days: days(asked.days.as_deref())? })
    }
}

impl From<&Reminder> for NewReminder {
    /// What it was asked for with.
    fn from(reminder: &Reminder) -> Self {
        let asked = Self {
            kind: reminder.doing.kind().to_owned(),
            days: Some(reminder.days.all().map(|day| day.name().to_owned()).collect()),
            exercise: reminder.doing.exercise().map(|it| it.name().to_owned()),
            site: reminder.site.map(|it| it.name().to_owned()),
            ..Self::default()
        };
        match &reminder.times {
            Times::At(times) => {
                Self { at: Some(times.iter().map(TimeOfDay::to_string).collect()), ..asked }
            }
            Times::Every { minutes, from, until } => Self {
                every_min: Some((*minutes).into()),
                from: Some(from.to_string()),
                until: Some(until.to_string()),
                ..asked
            },
        }
    }
}

fn doing(kind: &str, exercise: Option<&str>) -> Result<Doing, NoReminder> {
    let exercise = exercise
        .map(|name| {
            let named = name.parse::<Exercise>();
            named.map_err(|e| NoReminder(format!("exercise `{}`: {e}", name.escape_debug())))
        })
        .transpose()?;
    match (kind, exercise.map(|it| (it, it.kind()))) {
        ("move", None) => Ok(Doing::Move),
        ("stretch", None) => Ok(Doing::Stretch(None)),
        ("stretch", Some((it, Kind::Stretch))) => Ok(Doing::Stretch(Some(it))),
        ("massage", None) => Ok(Doing::Massage(None)),
        ("massage", Some((it, Kind::Massage))) => Ok(Doing::Massage(Some(it))),
        ("move", Some((it, _))) => {
            let kind = it.kind().name();
            no(format!("exercise `{it}`: to move takes none; it is for the kind `{kind}`"))
        }
        ("stretch" | "massage", Some((it, other))) => {
            no(format!("exercise `{it}`: it is for the kind `{}`, not for `{kind}`", other.name()))
        }
        (other, _) => {
            let (other, known) = (other.escape_debug(), Doing::KINDS.join(", "));
            no(format!("kind `{other}`: accepted are {known}"))
        }
    }
}

/// The site of that name, which must be one that the exercise is for.
fn place(name: Option<&str>, exercise: Option<Exercise>) -> Result<Option<Site>, NoReminder> {
    let Some(name) = name else { return Ok(None) };
    let site = name
        .parse::<Site>()
        .map_err(|unknown| NoReminder(format!("site `{}`: {unknown}", name.escape_debug())))?;
    match exercise {
        Some(exercise) if !exercise.sites().contains(&site) => {
            let sites: Vec<&str> = exercise.sites().iter().map(|it| it.name()).collect();
            no(format!("site `{site}`: `{exercise}` is for {}", sites.join(", ")))
        }
        Some(_) | None => Ok(Some(site)),
    }
}

fn times(asked: &NewReminder) -> Result<Times, NoReminder> {
    match (&asked.at, asked.every_min, &asked.from, &asked.until) {
        (Some(at), None, None, None) => at_times(at),
        (None, Some(minutes), Some(from), Some(until)) => {
            let (least, most) = (Times::EVERY_MIN, Times::EVERY_MAX);
            let minutes = u16::try_from(minutes).ok().filter(|it| (least..=most).contains(it));
            let Some(minutes) = minutes else {
                return no(format!("every_min: give {least} to {most} minutes"));
            };
            let (from, until) = (time("from", from)?, time("until", until)?);
            Ok(Times::Every { minutes, from, until })
        }
        (..) => no("when: give times of day as `at`, or `every_min` with `from` and `until`, \
                    and not both"),
    }
}

fn at_times(at: &[String]) -> Result<Times, NoReminder> {
    if at.is_empty() || at.len() > Times::AT_MOST {
        return no(format!(
            "at: give 1 to {} times of day; these are {}",
            Times::AT_MOST,
            at.len()
        ));
    }
    let mut times = at.iter().map(|it| time("at", it)).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    times.dedup();
    Ok(Times::At(times))
}

fn time(of: &str, text: &str) -> Result<TimeOfDay, NoReminder> {
    text.parse().map_err(|e| NoReminder(format!("{of}: `{}` is {e}", text.escape_debug())))
}

fn days(names: Option<&[String]>) -> Result<Days, NoReminder> {
    let Some(names) = names else { return Ok(Days::ALL) };
    let day = |name: &String| {
        Day::from_name(name).ok_or_else(|| {
            let known = Day::ALL.map(Day::name).join(", ");
            NoReminder(format!("days: `{}`: accepted are {known}", name.escape_debug()))
        })
    };
    let days = names.iter().map(day).collect::<Result<Vec<_>, _>>()?;
    let days = Days::of(days).filter(|_| names.len() <= Day::ALL.len());
    days.map_or_else(|| no(format!("days: give 1 to 7 days; these are {}", names.len())), Ok)
}
