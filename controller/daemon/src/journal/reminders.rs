//! Reminders as they are kept: what was asked for, and what was announced of it.

use rusqlite::params;
use soothe_wire::{NewReminder, Reminder};

use super::store::Store;
use crate::remind::KeptReminder;

/// What becomes of the reminders.
#[derive(Clone, Debug)]
pub(crate) enum ReminderChange {
    /// One more; nothing up to the minute `told` is announced.
    Add { reminder: Reminder, told: i64 },
    /// One less.
    Remove { id: i64 },
    /// It was announced for that minute.
    Told { id: i64, told: i64 },
}

impl Store {
    /// All that are kept, the oldest first. One that this version does not understand is left out, and stays in
    /// the file.
    pub(super) fn reminders(&self) -> Result<Vec<KeptReminder>, rusqlite::Error> {
        let sql = "SELECT id, asked, told FROM reminders ORDER BY id";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map((), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?))
        })?;
        let mut kept = Vec::new();
        for row in rows.take(Reminder::MOST) {
            let (id, asked, told) = row?;
            match understood(&asked) {
                Ok(reminder) => kept.push(KeptReminder { id, reminder, told }),
                Err(why) => tracing::warn!("reminder {id} of the session log is left out: {why}"),
            }
        }
        Ok(kept)
    }

    /// Carries a change out; gives the number of the reminder.
    pub(super) fn remind(
        &self,
        change: &ReminderChange,
        at_unix_ms: i64,
    ) -> Result<i64, rusqlite::Error> {
        let on = self.begin()?;
        let id = match change {
            ReminderChange::Add { reminder, told } => {
                let asked = serde_json::to_string(&NewReminder::from(reminder))
                    .expect("what was asked for is JSON");
                let sql = "INSERT INTO reminders (made_unix_ms, asked, told) VALUES (?1, ?2, ?3)";
                on.execute(sql, params![at_unix_ms, asked, told])?;
                on.last_insert_rowid()
            }
            ReminderChange::Remove { id } => {
                on.execute("DELETE FROM reminders WHERE id = ?1", [id])?;
                *id
            }
            ReminderChange::Told { id, told } => {
                on.execute("UPDATE reminders SET told = ?2 WHERE id = ?1", [id, told])?;
                *id
            }
        };
        on.commit()?;
        Ok(id)
    }
}

fn understood(asked: &str) -> Result<Reminder, String> {
    let asked: NewReminder = serde_json::from_str(asked).map_err(|error| error.to_string())?;
    Reminder::try_from(&asked).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reminder(kind: &str) -> Reminder {
        let at = Some(vec!["10:00".to_owned()]);
        let asked = NewReminder { kind: kind.to_owned(), at, ..NewReminder::default() };
        Reminder::try_from(&asked).expect("accepted")
    }

    #[test]
    fn what_is_kept_outlives_the_file_being_closed_and_what_is_not_understood_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.db");
        let store = Store::open(&path, true).expect("opens");
        let add = |kind, told| ReminderChange::Add { reminder: reminder(kind), told };
        let ids = [("move", 5), ("stretch", 6), ("massage", 7), ("move", 8)]
            .map(|(kind, told)| store.remind(&add(kind, told), 9).expect("written"));
        store.remind(&ReminderChange::Told { id: ids[1], told: 60 }, 9).expect("written");
        store.remind(&ReminderChange::Remove { id: ids[0] }, 9).expect("written");
        let harm =
            "UPDATE reminders SET asked = '{\"kind\":\"dance\",\"at\":[\"10:00\"]}' WHERE id = ?1";
        store.connection.execute(harm, [ids[3]]).expect("harmed");
        drop(store);
        let store = Store::open(&path, true).expect("opens again");
        let kept = store.reminders().expect("read");
        let wanted = [(ids[1], "stretch", 60), (ids[2], "massage", 7)]
            .map(|(id, kind, told)| KeptReminder { id, reminder: reminder(kind), told });
        assert_eq!(kept, wanted);
        assert_eq!(
            store.remind(&add("move", 1), 9).expect("written"),
            ids[3] + 1,
            "no number twice"
        );
    }
}
