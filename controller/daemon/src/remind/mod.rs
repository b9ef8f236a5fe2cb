//! Reminders: when one is due, it is shown, chirped, and told to a program of the owner's.
//!
//! What it never does: give an order. From here no way leads to the engine, the gate or a line; the buzzer's
//! chirp is asked for, and the control thread decides whether it is time for one ([`Chirp`]).

mod board;
mod chirp;
mod hook;
mod notices;
mod wall;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soothe_wire::{Reminder, ReminderEntry, ReminderList};

use crate::journal::{Journal, ReminderChange};

pub(crate) use board::{Board, KeptReminder};
pub(crate) use chirp::Chirp;
pub use hook::{Hook, HookProgram};
pub(crate) use notices::Notices;
pub(crate) use wall::WallTime;

/// The reminders of this daemon.
#[derive(Debug)]
pub(crate) struct Reminders {
    board: Mutex<Board>,
    notices: Arc<Notices>,
    journal: Journal,
    hook: Option<Hook>,
    /// Held while one is added or removed: what is kept and what is on disk are the same.
    changing: tokio::sync::Mutex<()>,
}

/// Why a reminder was not added or removed.
#[derive(Clone, Debug)]
pub(crate) enum NotChanged {
    /// There are as many as can be kept.
    TooMany,
    /// There is none with that number.
    Unknown,
    /// It could not be written.
    Unwritten(Arc<str>),
}

impl Reminders {
    /// Those that the last daemon kept.
    pub(crate) fn new(
        kept: Vec<KeptReminder>,
        notices: Arc<Notices>,
        journal: Journal,
        hook: Option<Hook>,
    ) -> Self {
        let board = Mutex::new(Board::new(kept));
        Self { board, notices, journal, hook, changing: tokio::sync::Mutex::default() }
    }

    /// All that are kept, and those that are due.
    pub(crate) fn list(&self) -> ReminderList {
        let board = self.board();
        ReminderList { reminders: board.entries().collect(), due: board.due().collect() }
    }

    /// Keeps one, from now on. The answer comes when it is on disk.
    pub(crate) async fn add(
        &self,
        reminder: Reminder,
        now: WallTime,
    ) -> Result<ReminderEntry, NotChanged> {
        let _one_at_a_time = self.changing.lock().await;
        if self.board().entries().count() >= Reminder::MOST {
            return Err(NotChanged::TooMany);
        }
        let told = now.minute;
        let change = ReminderChange::Add { reminder: reminder.clone(), told };
        let id = self.journal.remind(change).await.map_err(NotChanged::Unwritten)?;
        let entry = reminder.entry(id);
        self.board().add(KeptReminder { id, reminder, told });
        Ok(entry)
    }

    /// Forgets one.
    pub(crate) async fn remove(&self, id: i64) -> Result<ReminderList, NotChanged> {
        let _one_at_a_time = self.changing.lock().await;
        if !self.board().has(id) {
            return Err(NotChanged::Unknown);
        }
        let change = ReminderChange::Remove { id };
        self.journal.remind(change).await.map_err(NotChanged::Unwritten)?;
        self.change(|board| board.remove(id));
        Ok(self.list())
    }

    /// The person has done it. One that is not due stays as it is: another phone was faster.
    pub(crate) fn done(&self, id: i64) -> Result<ReminderList, NotChanged> {
        self.answered(id, Board::done)
    }

    /// The person wants it a little later. One that is not due stays as it is.
    pub(crate) fn later(&self, id: i64, now: WallTime) -> Result<ReminderList, NotChanged> {
        self.answered(id, |board, id| board.later(id, now))
    }

    fn answered(
        &self,
        id: i64,
        change: impl FnOnce(&mut Board, i64),
    ) -> Result<ReminderList, NotChanged> {
        if !self.board().has(id) {
            return Err(NotChanged::Unknown);
        }
        self.change(|board| change(board, id));
        Ok(self.list())
    }

    /// Announces what is due by now: on disk first, so that a daemon that dies here does not do it again.
    pub(crate) async fn look(&self, now: WallTime) {
        let calls = self.board().look(now);
        for call in &calls {
            let Some(told) = call.told else { continue };
            let change = ReminderChange::Told { id: call.due.id, told };
            if let Err(why) = self.journal.remind(change).await {
                tracing::warn!(%why, "a restart may announce `{}` once more", call.due.text);
            }
        }
        self.change(|_| {});
        if !calls.is_empty() {
            self.notices.ask_for_chirp();
        }
        for call in calls {
            tracing::info!(reminder = call.due.id, "{}", call.due.text);
            if let Some(hook) = &self.hook {
                hook.tell(call.due);
            }
        }
    }

    /// Changes what is kept, and shows what is due after it.
    fn change(&self, change: impl FnOnce(&mut Board)) {
        let mut board = self.board();
        change(&mut board);
        self.notices.show(board.due().collect());
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
