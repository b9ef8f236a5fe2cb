//! The write side of the file: every statement that changes it.
//!
//! It belongs to the writer's thread alone.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior, ffi, params};
use soothe_therapy::{Celsius, Ended, Event, Plan, SessionId, Snapshot, Span};
use soothe_wire::recording::Part;

use super::diary::Beside;
use super::error::{OpenError, Problem};
use super::schema;

/// One point of a session's curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SampleRow {
    pub(crate) id: SessionId,
    pub(crate) t: Span,
    pub(crate) contact: [Option<Celsius>; 2],
    pub(crate) ambient: Option<Celsius>,
    pub(crate) target: Option<Celsius>,
    pub(crate) duty: f64,
    pub(crate) heater_on: bool,
    pub(crate) dose_cem43: f64,
    /// The hottest contact reading of the session so far.
    pub(crate) hottest: Option<Celsius>,
}

/// The events of one step.
#[derive(Clone, Debug)]
pub(crate) struct EventRows {
    pub(crate) at_unix_ms: i64,
    pub(crate) events: Vec<Event>,
    /// The session that they belong to, and how long it had run.
    pub(crate) session: Option<(SessionId, Span)>,
    /// Prepared sessions that the engine declined.
    pub(crate) declined: Vec<SessionId>,
    /// What was said beside each pain among the events, in their order.
    pub(crate) diary: Vec<Beside>,
}

impl EventRows {
    /// Whether there is nothing here but commands that were declined and left nothing behind.
    pub(crate) fn is_only_refusals(&self) -> bool {
        self.declined.is_empty()
            && self.events.iter().all(|event| matches!(event, Event::Refused(_)))
    }

    /// The events of a step and the session that they belong to: the running one, or the one that
    /// just ended.
    pub(crate) fn of(at_unix_ms: i64, events: &[Event], snapshot: &Snapshot) -> Self {
        let ended = ended(events).map(|ended| (ended.id, ended.elapsed));
        let running = snapshot.session.map(|session| (session.id, session.elapsed));
        Self {
            at_unix_ms,
            events: events.to_vec(),
            session: running.or(ended),
            declined: Vec::new(),
            diary: Vec::new(),
        }
    }
}

/// The end of a session among the events of a step; there is at most one.
pub(crate) fn ended(events: &[Event]) -> Option<&Ended> {
    events.iter().find_map(|event| match event {
        Event::Ended(ended) => Some(ended),
        Event::Started { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
        | Event::Refused(_)
        | Event::Latched(_)
        | Event::Cleared(_)
        | Event::Acknowledged { .. }
        | Event::Proved { .. }
        | Event::AskedForSign { .. }
        | Event::PhaseBegan { .. }
        | Event::Asked { .. }
        | Event::Confirmed { .. }
        | Event::Numb { .. }
        | Event::Level { .. }
        | Event::LevelZeroed { .. }
        | Event::ElectrodesOff { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Skin { .. }
        | Event::Present { .. }
        | Event::Answered(_)
        | Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::ProfileChosen(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_) => None,
    })
}

/// What tells a file from another one that has taken its name.
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// When the log of what is not in the file yet was written last.
fn newest_unix_ms(path: &Path) -> Option<i64> {
    let wal = fs::metadata(super::beside(path, "-wal")).ok()?;
    Some(wal.mtime().saturating_mul(1000).saturating_add(wal.mtime_nsec() / 1_000_000))
}

/// The open file.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) connection: Connection,
    path: PathBuf,
    /// Device and inode of the file at `path` when it was opened.
    identity: (u64, u64),
    /// When what was not in the file yet was last written before that, by the wall clock.
    pub(super) newest_unix_ms: Option<i64>,
    pub(super) simulated: bool,
}

impl Store {
    /// Opens or makes the file, checks it and brings it up to date.
    pub(crate) fn open(path: &Path, simulated: bool) -> Result<Self, OpenError> {
        let newest_unix_ms = newest_unix_ms(path);
        let opened = || -> Result<_, Problem> {
            let mut connection = Connection::open(path)?;
            schema::prepare(&mut connection)?;
            Ok((connection, identity(path).map_err(Problem::Folder)?))
        };
        let (connection, identity) =
            opened().map_err(|problem| OpenError { path: path.to_owned(), problem })?;
        Ok(Self { connection, path: path.to_owned(), identity, newest_unix_ms, simulated })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file may have no more than this many pages of 4 KiB.
    pub(crate) fn limit_pages(&self, pages: u32) -> Result<(), rusqlite::Error> {
        self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), (), |_| Ok(()))
    }

    /// Makes the row of a session that is about to start.
    pub(crate) fn prepare(
        &mut self,
        plan: &Plan,
        pad_name: Option<&str>,
        at_unix_ms: i64,
    ) -> Result<SessionId, rusqlite::Error> {
        let transaction = self.begin()?;
        transaction
            .prepare_cached(
                "INSERT INTO sessions (protocol, site, target_c, duration_ms, started_unix_ms,
                 simulated, version, pad_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                plan.protocol().name().as_str(),
                plan.site().name(),
                plan.protocol().target().map(Celsius::get),
                ms(plan.protocol().duration()),
                at_unix_ms,
                self.simulated,
                env!("CARGO_PKG_VERSION"),
                pad_name,
            ])?;
        let id = SessionId(transaction.last_insert_rowid());
        transaction.commit()?;
        Ok(id)
    }

    /// Whether the session began, as far as the log knows.
    pub(super) fn has_started(&self, id: SessionId) -> Result<bool, rusqlite::Error> {
        self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM events WHERE session_id = ?1 AND kind = 'started')",
            [id.0],
            |row| row.get(0),
        )
    }

    /// Starts a transaction that takes rows until it is committed.
    ///
    /// Refuses when the file was removed or replaced: what is written to an unlinked file is lost with
    /// the process, and SQLite would not notice.
    pub(crate) fn begin(&self) -> Result<Transaction<'_>, rusqlite::Error> {
        if !identity(&self.path).is_ok_and(|now| now == self.identity) {
            let moved = ffi::Error::new(ffi::SQLITE_READONLY_DBMOVED);
            return Err(rusqlite::Error::SqliteFailure(moved, None));
        }
        // The statement cache of the connection stays in use through the transaction.
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
    }

    /// Moves everything into the one file, so that a copy of it is whole.
    pub(crate) fn tidy(&self) {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        if let Err(error) = self.connection.query_row(sql, (), |_| Ok(())) {
            tracing::warn!(%error, "session log was not tidied; nothing is lost");
        }
    }

    /// Writes something of a page's size and takes it back, to see whether writing works again.
    pub(crate) fn probe(&mut self) -> Result<(), rusqlite::Error> {
        let transaction = self.begin()?;
        transaction.execute(
            "INSERT INTO events (at_unix_ms, t_ms, kind, message)
             VALUES (0, 0, 'probe', hex(zeroblob(8192)))",
            (),
        )?;
        transaction
            .execute("DELETE FROM events WHERE id = ?1", [transaction.last_insert_rowid()])?;
        transaction.commit()
    }
}

/// Whole milliseconds as SQLite keeps them; no span of a session comes near the end of the range.
pub(super) fn ms(span: Span) -> i64 {
    i64::try_from(span.as_ms()).unwrap_or(i64::MAX)
}

/// Removes the row of a session that never began.
pub(crate) fn delete_session(
    connection: &Connection,
    id: SessionId,
) -> Result<(), rusqlite::Error> {
    connection.prepare_cached("DELETE FROM sessions WHERE id = ?1")?.execute([id.0]).map(drop)
}

/// Adds one point and carries the session's running totals along.
pub(crate) fn write_sample(on: &Transaction<'_>, row: &SampleRow) -> Result<(), rusqlite::Error> {
    on.prepare_cached(
        "INSERT INTO samples (session_id, t_ms, contact1_c, contact2_c, ambient_c, target_c, duty, heater_on,
         dose_cem43) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?.execute(
        params![
            row.id.0,
            ms(row.t),
            row.contact[0].map(Celsius::get),
            row.contact[1].map(Celsius::get),
            row.ambient.map(Celsius::get),
            row.target.map(Celsius::get),
            row.duty,
            row.heater_on,
            row.dose_cem43,
        ],
    )?;
    on.prepare_cached(
        "UPDATE sessions SET elapsed_ms = ?2, dose_cem43 = ?3, hottest_c = ?4 WHERE id = ?1",
    )?
    .execute(params![row.id.0, ms(row.t), row.dose_cem43, row.hottest.map(Celsius::get)])?;
    Ok(())
}

/// Stores a part of a recording in the place of what it was so far.
pub(crate) fn write_part(on: &Transaction<'_>, part: &Part) -> Result<(), rusqlite::Error> {
    on.prepare_cached(
        "INSERT OR REPLACE INTO recordings SELECT id, ?2, ?3 FROM sessions WHERE id = ?1",
    )?
    .execute(params![part.session, part.number, part.bytes])
    .map(drop)
}
