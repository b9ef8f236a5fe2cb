//! Which reminders are due. It reads no clock and does nothing: it is told the time and says what to announce.
//!
//! A time is announced once, whatever the clock does. One that was missed (the machine slept, or its clock was
//! put forward) is announced for ten minutes, and never later.

use soothe_wire::{DueReminder, Reminder, ReminderEntry};

use super::wall::{WallTime, day, time_of_day};

/// A time that is longer ago than this is missed for good, in minutes.
pub(super) const LATE_MAX: i64 = 10;
/// For how long one stays due when nobody answers.
const SHOWN_FOR_MS: i64 = 15 * 60_000;
/// How much later "later" is.
const LATER_BY_MS: i64 = 10 * 60_000;
/// A time that was announced and is still further ahead than this was announced by a clock that was wrong, in
/// minutes. A clock that is put back by less repeats no announcement.
pub(super) const PUT_BACK_MAX: i64 = 24 * 60;

/// A reminder as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptReminder {
    /// Its number.
    pub(crate) id: i64,
    /// What it is.
    pub(crate) reminder: Reminder,
    /// The newest time that was announced, or when it was made: a [`WallTime::minute`].
    pub(crate) told: i64,
}

/// What is to be announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// What people see.
    pub(crate) due: DueReminder,
    /// The time that it was for, which is to be kept; none when a person had wanted it later.
    pub(crate) told: Option<i64>,
}

/// How a reminder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nothing is to be done.
    Quiet,
    /// It waits for a person.
    Due { since_unix_ms: i64 },
    /// A person wants it then.
    Later { at_unix_ms: i64 },
}

/// All reminders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Vec<(KeptReminder, Standing)>);

impl Board {
    /// Those that are kept; none is due yet.
    pub(crate) fn new(kept: Vec<KeptReminder>) -> Self {
        Self(kept.into_iter().map(|it| (it, Standing::Quiet)).collect())
    }

    /// All that are kept, in the order in which they were made.
    pub(crate) fn entries(&self) -> impl Iterator<Item = ReminderEntry> {
        self.0.iter().map(|(kept, _)| kept.reminder.entry(kept.id))
    }

    /// Those that are due.
    pub(crate) fn due(&self) -> impl Iterator<Item = DueReminder> {
        self.0.iter().filter_map(|(kept, standing)| match standing {
            Standing::Due { since_unix_ms } => Some(kept.reminder.due(kept.id, *since_unix_ms)),
            Standing::Quiet | Standing::Later { .. } => None,
        })
    }

    /// Whether there is one with that number.
    pub(crate) fn has(&self, id: i64) -> bool {
        self.0.iter().any(|(kept, _)| kept.id == id)
    }

    /// Keeps one more.
    pub(crate) fn add(&mut self, kept: KeptReminder) {
        self.0.push((kept, Standing::Quiet));
    }

    /// Forgets one.
    pub(crate) fn remove(&mut self, id: i64) {
        self.0.retain(|(kept, _)| kept.id != id);
    }

    /// It is done.
    pub(crate) fn done(&mut self, id: i64) {
        self.answer(id, Standing::Quiet);
    }

    /// It is wanted a little later.
    pub(crate) fn later(&mut self, id: i64, now: WallTime) {
        self.answer(id, Standing::Later { at_unix_ms: now.unix_ms.saturating_add(LATER_BY_MS) });
    }

    fn answer(&mut self, id: i64, then: Standing) {
        for (kept, standing) in &mut self.0 {
            if kept.id == id && matches!(standing, Standing::Due { .. }) {
                *standing = then;
            }
        }
    }

    /// What is to be announced now. What nobody answered is not due any more after a while.
    pub(crate) fn look(&mut self, now: WallTime) -> Vec<Call> {
        self.0.iter_mut().filter_map(|(kept, standing)| look(kept, standing, now)).collect()
    }
}

fn look(kept: &mut KeptReminder, standing: &mut Standing, now: WallTime) -> Option<Call> {
    if kept.told > now.minute + PUT_BACK_MAX {
        kept.told = now.minute;
    }
    let time = newest(&kept.reminder, now.minute).filter(|time| *time > kept.told);
    kept.told = time.unwrap_or(kept.told);
    let wanted_now = match *standing {
        // Whoever put the clock elsewhere meanwhile is not there, or not the one who answers.
        Standing::Due { since_unix_ms } if !within(now.unix_ms, since_unix_ms, SHOWN_FOR_MS) => {
            *standing = Standing::Quiet;
            false
        }
        Standing::Later { at_unix_ms } if now.unix_ms >= at_unix_ms => {
            *standing = Standing::Quiet;
            within(now.unix_ms, at_unix_ms, LATE_MAX * 60_000)
        }
        Standing::Later { at_unix_ms } if at_unix_ms - now.unix_ms > LATER_BY_MS => {
            *standing = Standing::Quiet;
            false
        }
        Standing::Quiet | Standing::Due { .. } | Standing::Later { .. } => false,
    };
    if time.is_none() && !wanted_now {
        return None;
    }
    *standing = Standing::Due { since_unix_ms: now.unix_ms };
    Some(Call { due: kept.reminder.due(kept.id, now.unix_ms), told: time })
}

/// Whether `now` is at `then` or less than `ms` after it.
fn within(now: i64, then: i64, ms: i64) -> bool {
    (0..ms).contains(&now.saturating_sub(then))
}

/// The newest of its times that is not missed for good.
fn newest(reminder: &Reminder, now: i64) -> Option<i64> {
    let is_time = |minute: &i64| {
        reminder.times().has(time_of_day(*minute)) && reminder.days().has(day(*minute))
    };
    (now - LATE_MAX..=now).rev().find(is_time)
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
