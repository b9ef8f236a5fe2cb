//! The session log, harmed on disk between two daemons: an error, or a log that can be used.
//!
//! What must not be forgotten lies in the sealed file beside it, which stays whole here. So whatever the
//! log says: each dose and the fault that were kept are there, or everything counts as lost. Where even the
//! time of a log tells nothing, as that of an older copy, a session has at least the dose that was noted.

use std::fs::{self, File};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use soothe_therapy::{Boot, Site};
use soothed::{Clock, LogOptions, OpenLog};
use tempfile::TempDir;

use crate::drive::Target;
use crate::place;
use crate::served::Served;

/// Between the database and what is not in it yet.
const WAL: &[u8] = b"\n==wal==\n";
/// How long the session that is cut off lasts at least, and how much faster than life: six minutes.
const LIVES: Duration = Duration::from_secs(6);
const SPEED: u32 = 60;
/// More than counts where the log tells of a session's start and no more, in CEM43.
const TELLING: f64 = 1.3;
/// So many sessions are read again.
const READ_MAX: u32 = 20;
const START: &str =
    r#"{"protocol":"heat","target_c":42.0,"duration_s":1200,"site":"left-shoulder"}"#;

/// What a daemon left on disk.
struct Left {
    /// The log, with what is not in the database yet.
    log: Vec<u8>,
    /// When that was written last.
    written: SystemTime,
    /// The file beside it.
    keep: Vec<u8>,
    /// The dose that is noted there of a session that goes on, where the log's time tells nothing.
    noted: Option<f64>,
}

/// Puts each input in a log's place and opens it. Its first byte says which of the files is beside it.
pub(crate) struct Log {
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    path: PathBuf,
    /// What daemons left, and what the next one's engine is told of it.
    left: Vec<(Left, Boot)>,
    folder: TempDir,
}

impl Log {
    pub(crate) fn new(clock: Clock) -> anyhow::Result<Self> {
        let folder = place::folder()?;
        let path = folder.path().join("log.db");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let mut log = Self { clock, runtime, path, left: Vec::new(), folder };
        for left in live()? {
            let boot = log.open(&left.log, &left).map_err(anyhow::Error::msg)?;
            let whole = boot.history.lost.is_none() && !boot.history.uses.is_empty();
            anyhow::ensure!(whole, "the log to begin with is not understood: {boot:?}");
            log.left.push((left, boot));
        }
        let [(_, killed), (older, _), (_, ended)] = &log.left[..] else {
            anyhow::bail!("two daemons left two logs, and one is there with another time, too")
        };
        anyhow::ensure!(older.noted.is_some_and(|dose| dose > TELLING), "{:?}", older.noted);
        // Counted by what the log tells, not in full.
        let counted = killed.history.uses.iter().all(|past| past.used.dose.get() < 5.0);
        let as_wanted = counted && killed.interrupted.is_some() && ended.latched.is_some();
        anyhow::ensure!(as_wanted, "{:?}, {:?}", killed, ended);
        Ok(log)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("log.db{ending}"))
    }

    /// Opens a log in the place of the one that was left, and reads it; what the next daemon's engine is told.
    fn open(&self, log: &[u8], left: &Left) -> Result<Boot, String> {
        let at = log.windows(WAL.len()).position(|it| it == WAL);
        let (database, wal) =
            at.map_or((log, None), |at| (&log[..at], Some(&log[at + WAL.len()..])));
        let put = || -> std::io::Result<()> {
            for ending in ["-wal", "-shm", ".keep.damaged-1"] {
                let _ = fs::remove_file(self.beside(ending));
            }
            fs::write(&self.path, database)?;
            fs::write(self.beside(".keep"), &left.keep)?;
            wal.map_or(Ok(()), |wal| {
                fs::write(self.beside("-wal"), wal)?;
                File::options().write(true).open(self.beside("-wal"))?.set_modified(left.written)
            })
        };
        put().map_err(|error| error.to_string())?;
        let options = LogOptions { path: self.path.clone(), simulated: true, pages_max: None };
        let opened = OpenLog::open(&options, self.clock).map_err(|error| error.to_string())?;
        let boot = opened.boot().clone();
        self.runtime.block_on(async {
            // What cannot be read is said; it need not be readable.
            let _ = opened.read_through(READ_MAX).await;
            opened.close().await;
        });
        Ok(boot)
    }
}

impl Target for Log {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let numbered = self.left.iter().enumerate();
        numbered
            .map(|(number, (left, _))| [&[b'0' + number as u8][..], &left.log].concat())
            .collect()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Some((which, log)) = input.split_first() else { return Ok(false) };
        let (left, kept) = &self.left[usize::from(*which) % self.left.len()];
        let Ok(boot) = self.open(log, left) else { return Ok(false) };
        let is_full = boot.history.lost.is_some() && boot.latched.is_some();
        if is_full || has_all(&boot, kept, left.noted) {
            Ok(true)
        } else {
            Err(format!("{kept:?} was kept, {boot:?} is told"))
        }
    }
}

/// Whether everything that was kept is told: the fault, and each site's sessions with their doses. How far a
/// session came that was cut off is the log's to tell, to three quarters of a minute; or it has no less than
/// was noted.
fn has_all(boot: &Boot, kept: &Boot, noted: Option<f64>) -> bool {
    const SOME_SECONDS: f64 = 0.6;
    let used = |boot: &Boot| -> Vec<_> {
        boot.history.uses.iter().map(|past| (past.used.site, past.used.dose.get())).collect()
    };
    let (told, known) = (used(boot), used(kept));
    let cut_off = kept.interrupted.is_some();
    let no_less = |(told, known): (&(Site, f64), &(Site, f64))| {
        let least = noted.unwrap_or(known.1 - SOME_SECONDS);
        let same = if cut_off { told.1 > least } else { told.1 == known.1 };
        told.0 == known.0 && same
    };
    told.len() == known.len()
        && told.iter().zip(&known).all(no_less)
        && boot.latched == kept.latched
}

/// What the record notes of the session that goes on.
fn noted(keep: &[u8]) -> Option<f64> {
    let (_, body) = std::str::from_utf8(keep).ok()?.split_once('\n')?;
    let table: toml::Table = toml::from_str(body).ok()?;
    table.get("reserved")?.get(0)?.get("dose_cem43")?.as_float()
}

/// Lets daemons leave something behind: one that was killed in a session, with the log's time as it was and
/// with that of its beginning, and one that ended in order with a fault latched.
fn live() -> anyhow::Result<Vec<Left>> {
    let folder = place::folder()?;
    let path = |ending: &str| folder.path().join(format!("log.db{ending}"));
    let file = |ending: &str| fs::read(path(ending));
    let served = Served::start(folder.path(), SPEED)?;
    served.until("a start is taken", |it| it.ask("POST", "/api/v1/session", START).is_ok())?;
    let modified = |ending: &str| fs::metadata(path(ending))?.modified();
    let began = modified(".keep")?;
    thread::sleep(LIVES);
    served.ask("POST", "/api/v1/present", "")?;
    served.until("a dose is noted", |_| {
        let noted = file(".keep").ok().and_then(|keep| noted(&keep));
        noted.is_some_and(|dose| dose > TELLING)
    })?;
    // As if it had lived at life's speed; a moment here is some seconds there.
    let lived = modified("-wal")?.duration_since(began)?;
    let written = began + lived * SPEED - Duration::from_secs(30);
    // The record first: what it notes the log has by then.
    let keep = file(".keep")?;
    let log = [&file("")?, WAL, &file("-wal")?].concat();
    let killed = Left { log, written, keep, noted: None };
    let older = Left {
        log: killed.log.clone(),
        written: began,
        keep: killed.keep.clone(),
        noted: noted(&killed.keep),
    };
    served.world.open_estop(true);
    thread::sleep(Duration::from_secs(1));
    served.shut_down();
    let ended = Left { log: file("")?, written, keep: file(".keep")?, noted: None };
    Ok(vec![killed, older, ended])
}
