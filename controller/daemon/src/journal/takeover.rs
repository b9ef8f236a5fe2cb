//! What a dead daemon left in the log: read, closed and told to the next one.

use rusqlite::{OptionalExtension as _, Transaction, params};
use soothe_therapy::{Celsius, Cem43, Event, Fault, FaultKind, Profile, Rule, Span, limits};
use soothe_wire::SessionSummary;

use super::error::Problem;
use super::events::write_events;
use super::store::{EventRows, Store};
use super::{diary, rows};
use crate::keep::{Keep, LogSays, Reserved, Rest, Told, UNTOLD_MAX, whole_session};

impl Store {
    /// What the log knows of the file beside it.
    pub(super) fn says(&self) -> Result<LogSays, Problem> {
        let (generation, relay_operations, seen_unix_ms, name): (i64, u32, i64, String) =
            self.connection.query_row(
                "SELECT generation, relay_operations, seen_unix_ms, profile FROM keep",
                (),
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )?;
        let chosen = Profile::from_name(&name).ok_or(Problem::UnknownProfile(name))?;
        let rest = Rest { relay_operations, chosen, seen_unix_ms };
        let has_sessions =
            self.connection
                .query_row("SELECT EXISTS (SELECT 1 FROM sessions)", (), |row| row.get(0))?;
        let generation = u64::try_from(generation).unwrap_or(0);
        let care = diary::care(&self.connection)?;
        Ok(LogSays { generation, has_sessions, latched: self.latched()?, care, rest })
    }

    /// The fault that was not cleared, as far as the log knows.
    fn latched(&self) -> Result<Option<Fault>, Problem> {
        let latched: Option<(String, Option<f64>)> = self
            .connection
            .query_row(
                "SELECT kind, reading_c FROM faults WHERE cleared_unix_ms IS NULL
                 ORDER BY id DESC LIMIT 1",
                (),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((name, reading_c)) = latched else { return Ok(None) };
        let kind = FaultKind::from_name(&name).ok_or(Problem::UnknownFault(name))?;
        Ok(Some(Fault { kind, reading: reading_c.and_then(|c| Celsius::new(c).ok()) }))
    }

    /// What the last sample tells of a session that was cut off; none when it is not in the log.
    pub(super) fn told(&self, reserved: &Reserved) -> Result<Option<Told>, Problem> {
        let found: Option<(i64, f64, Option<f64>)> = self
            .connection
            .query_row(
                "SELECT elapsed_ms, dose_cem43, hottest_c FROM sessions
                 WHERE id = ?1 AND site = ?2 AND started_unix_ms = ?3",
                params![reserved.id.0, reserved.site.name(), reserved.prepared_unix_ms],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        // Numbers that cannot be are as good as none.
        let told = found.and_then(|(elapsed_ms, dose_cem43, hottest_c)| {
            Some(Told {
                elapsed: Span::from_ms(u64::try_from(elapsed_ms).ok()?),
                dose: Cem43::new(dose_cem43).ok()?,
                hottest: hottest_c.map(Celsius::new).transpose().ok()?,
            })
        });
        Ok(told.filter(|told| self.has_the_newest(reserved, told)))
    }

    /// HL-S8: whether the log's end is there. Where what was written last is damaged, SQLite goes back to
    /// what was whole before without a word; the file's time tells that it was written later than that.
    fn has_the_newest(&self, reserved: &Reserved, told: &Told) -> bool {
        let until = told.elapsed + UNTOLD_MAX;
        let until = i64::try_from(until.as_ms()).unwrap_or(i64::MAX);
        let until = reserved.prepared_unix_ms.saturating_add(until);
        self.newest_unix_ms.is_some_and(|newest| newest <= until)
    }

    /// Closes what was left open; gives the newest interrupted session that nobody has looked at.
    pub(super) fn close_interrupted(&self) -> Result<Option<SessionSummary>, Problem> {
        // A row without a start was only prepared: nothing was warmed for it.
        self.connection.execute(
            "DELETE FROM sessions WHERE outcome IS NULL AND NOT EXISTS
             (SELECT 1 FROM events WHERE session_id = sessions.id AND kind = 'started')",
            (),
        )?;
        self.connection.execute(
            "UPDATE sessions SET outcome = 'interrupted',
             reason = 'the daemon or the power went away while it ran' WHERE outcome IS NULL",
            (),
        )?;
        let interrupted = self
            .connection
            .query_row(
                &format!(
                    "SELECT {} FROM sessions WHERE outcome = 'interrupted'
                     AND acknowledged_unix_ms IS NULL ORDER BY id DESC LIMIT 1",
                    rows::SUMMARY
                ),
                (),
                rows::summary,
            )
            .optional()?;
        Ok(interrupted)
    }

    /// HL-S6: what is shown of a session that was cut off and that the log does not have. What nobody knows
    /// of it is told as it counts: at its worst.
    pub(super) fn unknown(&self, cut_off: Reserved) -> SessionSummary {
        let Reserved { id, site, planned, prepared_unix_ms, .. } = cut_off;
        SessionSummary {
            id: id.0,
            protocol: "heat".to_owned(),
            site: site.name().to_owned(),
            target_c: Some(limits::TARGET_MAX.get()),
            duration_s: planned.as_s(),
            started_unix_ms: prepared_unix_ms,
            outcome: "interrupted".to_owned(),
            reason: Some(
                "the log does not have it: it counts as hot and long as it may be".to_owned(),
            ),
            rule: Some(Rule::S6.id().to_owned()),
            elapsed_s: planned.as_s(),
            dose_cem43: whole_session().get(),
            hottest_c: None,
            simulated: self.simulated,
        }
    }

    /// Writes down that the file beside the log was lost (HL-S8), and the fault if there was none.
    pub(super) fn note_loss(
        &self,
        what: &str,
        latched: Fault,
        at_unix_ms: i64,
    ) -> Result<(), Problem> {
        let new = self.latched()?.is_none();
        let events = new.then_some(Event::Latched(latched)).into_iter().collect();
        let rows = EventRows {
            at_unix_ms,
            events,
            session: None,
            declined: Vec::new(),
            diary: Vec::new(),
        };
        let transaction = self.begin()?;
        transaction.execute(
            "INSERT INTO events (at_unix_ms, t_ms, kind, message, rule)
             VALUES (?1, 0, 'record-lost', ?2, ?3)",
            params![at_unix_ms, what, Rule::S8.id()],
        )?;
        write_events(&transaction, &rows)?;
        Ok(transaction.commit()?)
    }
}

/// Notes what the file beside the log has by now.
pub(super) fn note_keep(on: &Transaction<'_>, keep: &Keep) -> Result<(), rusqlite::Error> {
    let generation = i64::try_from(keep.generation()).unwrap_or(i64::MAX);
    let Rest { relay_operations, chosen, seen_unix_ms } = keep.rest();
    on.prepare_cached(
        "UPDATE keep SET generation = ?1, relay_operations = ?2, seen_unix_ms = ?3, profile = ?4",
    )?
    .execute(params![generation, relay_operations, seen_unix_ms, chosen.name()])
    .map(drop)
}
