//! The read side of the file: a connection that cannot write, used from threads that may wait.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use soothe_therapy::pain::lingering::Entry;
use soothe_therapy::{Site, TunedPad};
use soothe_wire::{
    PainEntry, Sample, SessionDetail, SessionList, TreatmentList, TuningList, recording,
};

use super::error::OpenError;
use super::{diary, rows, schema, tunings};

/// Which sessions are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// At most this many.
    pub(crate) limit: u32,
    /// After leaving out this many of the newest.
    pub(crate) offset: u32,
    /// Only those of this site.
    pub(crate) site: Option<soothe_therapy::Site>,
}

/// Reads what the writer has committed; clones share one connection.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    connection: Arc<Mutex<Connection>>,
    path: Arc<Path>,
}

impl Reader {
    /// Opens a file that the writer has made.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags)
            .and_then(|connection| schema::settle(&connection).map(|()| connection));
        match opened {
            Ok(connection) => {
                Ok(Self { connection: Arc::new(Mutex::new(connection)), path: path.into() })
            }
            Err(error) => Err(OpenError { path: path.to_owned(), problem: error.into() }),
        }
    }

    /// Sessions, newest first.
    pub(crate) async fn sessions(&self, page: Page) -> Result<SessionList, String> {
        self.read(move |connection| {
            let site = page.site.map(soothe_therapy::Site::name);
            let total: i64 = connection
                .prepare_cached("SELECT count(*) FROM sessions WHERE ?1 IS NULL OR site = ?1")?
                .query_row([site], |row| row.get(0))?;
            let sql = format!(
                "SELECT {} FROM sessions WHERE ?1 IS NULL OR site = ?1
                 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
                rows::SUMMARY
            );
            let sessions = connection
                .prepare_cached(&sql)?
                .query_map(params![site, page.limit, page.offset], rows::summary)?
                .collect::<Result<_, _>>()?;
            Ok(SessionList { sessions, total: total.unsigned_abs() })
        })
        .await
    }

    /// One session with its events; none when there is no such number.
    pub(crate) async fn session(&self, id: i64) -> Result<Option<SessionDetail>, String> {
        self.read(move |connection| {
            let sql = format!("SELECT {}, version FROM sessions WHERE id = ?1", rows::SUMMARY);
            let found = connection
                .prepare_cached(&sql)?
                .query_row([id], |row| Ok((rows::summary(row)?, row.get::<_, String>("version")?)))
                .optional()?;
            let Some((summary, version)) = found else { return Ok(None) };
            let sql =
                format!("SELECT {} FROM events WHERE session_id = ?1 ORDER BY id", rows::EVENT);
            let events = connection
                .prepare_cached(&sql)?
                .query_map([id], rows::event)?
                .collect::<Result<_, _>>()?;
            Ok(Some(SessionDetail { summary, version, events }))
        })
        .await
    }

    /// The curve of one session; none when there is no such number.
    pub(crate) async fn samples(&self, id: i64) -> Result<Option<Vec<Sample>>, String> {
        self.read(move |connection| {
            let known = connection
                .prepare_cached("SELECT 1 FROM sessions WHERE id = ?1")?
                .query_row([id], |_| Ok(()))
                .optional()?;
            if known.is_none() {
                return Ok(None);
            }
            let sql =
                format!("SELECT {} FROM samples WHERE session_id = ?1 ORDER BY t_ms", rows::SAMPLE);
            let samples = connection
                .prepare_cached(&sql)?
                .query_map([id], rows::sample)?
                .collect::<Result<_, _>>()?;
            Ok(Some(samples))
        })
        .await
    }

    /// The recording of one session; none when there is no such number or it was not recorded.
    pub(crate) async fn recording(&self, id: i64) -> Result<Option<Vec<u8>>, String> {
        self.read(move |connection| {
            let parts: Vec<Vec<u8>> = connection
                .prepare_cached("SELECT bytes FROM recordings WHERE session_id = ?1 ORDER BY part")?
                .query_map([id], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let whole = || recording::export(parts.iter().map(Vec::as_slice));
            Ok((!parts.is_empty()).then(whole))
        })
        .await
    }

    /// What tunings found, newest first.
    pub(crate) async fn tunings(&self) -> Result<TuningList, String> {
        self.read(tunings::list).await
    }

    /// The pad of one tuning; none when there is no such number.
    pub(crate) async fn tuned_pad(&self, id: i64) -> Result<Option<TunedPad>, String> {
        self.read(move |connection| tunings::pad(connection, id)).await
    }

    /// The diary, newest first, and how many entries there are in all.
    pub(crate) async fn pain(&self, page: Page) -> Result<(Vec<PainEntry>, u64), String> {
        self.read(move |connection| diary::entries(connection, page)).await
    }

    /// What the warnings need of these sites' diaries.
    pub(crate) async fn courses(
        &self,
        sites: Vec<Site>,
    ) -> Result<Vec<(Site, Vec<Entry>)>, String> {
        self.read(move |connection| {
            let course = |site| diary::course(connection, site).map(|course| (site, course));
            sites.into_iter().map(course).collect()
        })
        .await
    }

    /// What was done besides the sessions, newest first.
    pub(crate) async fn treatments(&self, page: Page) -> Result<TreatmentList, String> {
        self.read(move |connection| diary::treatments(connection, page)).await
    }

    /// Runs a query on a thread that may wait.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, String> {
        let (connection, path) = (self.connection.clone(), self.path.clone());
        let done = tokio::task::spawn_blocking(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            query(&connection).map_err(|error| {
                format!("the session log {} cannot be read: {error}", path.display())
            })
        });
        done.await.map_err(|_| "the daemon is shutting down".to_owned())?
    }
}
