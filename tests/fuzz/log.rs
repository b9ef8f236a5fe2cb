//! The session log, harmed on disk between two daemons: an error, or a log that can be used.
//!
//! What must not be forgotten lies in the sealed file beside it, which stays whole here. So whatever the
//! log says: each dose and the fault that were kept are there, or everything counts as lost.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use soothe_therapy::Boot;
use soothed::{Clock, LogOptions, OpenLog};
use tempfile::TempDir;

use crate::drive::Target;
use crate::place;
use crate::served::Served;

/// Between the database and what is not in it yet.
const WAL: &[u8] = b"\n==wal==\n";
/// So many sessions are read again.
const READ_MAX: u32 = 20;
const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;

/// A log as a daemon left it, and what is kept beside it.
struct Left {
    log: Vec<u8>,
    keep: Vec<u8>,
    boot: Boot,
}

/// Puts each input in a log's place and opens it. Its first byte says which of the files is beside it.
pub(crate) struct Log {
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    path: PathBuf,
    left: Vec<Left>,
    folder: TempDir,
}

impl Log {
    pub(crate) fn new(clock: Clock) -> anyhow::Result<Self> {
        let folder = place::folder()?;
        let path = folder.path().join("log.db");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let mut log = Self { clock, runtime, path, left: Vec::new(), folder };
        for (bytes, keep) in live()? {
            let boot = log.open(&bytes, &keep).map_err(anyhow::Error::msg)?;
            let whole = boot.history.lost.is_none() && !boot.history.uses.is_empty();
            anyhow::ensure!(whole, "the log to begin with is not understood: {boot:?}");
            log.left.push(Left { log: bytes, keep, boot });
        }
        Ok(log)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("log.db{ending}"))
    }

    /// Opens a log and reads it, as the next daemon would; what that daemon's engine is told.
    fn open(&self, log: &[u8], keep: &[u8]) -> Result<Boot, String> {
        let at = log.windows(WAL.len()).position(|it| it == WAL);
        let (database, wal) =
            at.map_or((log, None), |at| (&log[..at], Some(&log[at + WAL.len()..])));
        let put = || -> std::io::Result<()> {
            for ending in ["-wal", "-shm", ".keep.damaged-1"] {
                let _ = fs::remove_file(self.beside(ending));
            }
            fs::write(&self.path, database)?;
            fs::write(self.beside(".keep"), keep)?;
            wal.map_or(Ok(()), |wal| fs::write(self.beside("-wal"), wal))
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
        numbered.map(|(number, left)| [&[b'0' + number as u8][..], &left.log].concat()).collect()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Some((which, log)) = input.split_first() else { return Ok(false) };
        let left = &self.left[usize::from(*which) % self.left.len()];
        let Ok(boot) = self.open(log, &left.keep) else { return Ok(false) };
        let is_full = boot.history.lost.is_some() && boot.latched.is_some();
        if is_full || has_all(&boot, &left.boot) {
            Ok(true)
        } else {
            Err(format!("{:?} was kept, {boot:?} is told", left.boot))
        }
    }
}

/// Whether everything that was kept is told: the fault, and each site's sessions with their doses. The
/// dose of a session that was cut off is the log's to say.
fn has_all(boot: &Boot, kept: &Boot) -> bool {
    let doses = |boot: &Boot| -> Vec<f64> {
        boot.history.uses.iter().map(|past| past.used.dose.get()).collect()
    };
    let sites =
        |boot: &Boot| -> Vec<_> { boot.history.uses.iter().map(|past| past.used.site).collect() };
    let (told, known) = (doses(boot), doses(kept));
    let cut_off = kept.interrupted.is_some();
    let same = if cut_off { told.iter().all(|dose| *dose > 0.0) } else { told == known };
    sites(boot) == sites(kept) && same && boot.latched == kept.latched
}

/// Lets daemons leave something behind: one that was killed in a session, and one that ended in order with
/// a fault latched. The log, with what is not in the database yet, and the file beside it.
fn live() -> anyhow::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let folder = place::folder()?;
    let file = |ending: &str| fs::read(folder.path().join(format!("log.db{ending}")));
    let served = Served::start(folder.path(), 20)?;
    served.until("a start is taken", |it| it.ask("POST", "/api/v1/session", START).is_ok())?;
    std::thread::sleep(Duration::from_secs(3));
    let killed = ([&file("")?, WAL, &file("-wal")?].concat(), file(".keep")?);
    served.world.open_estop(true);
    std::thread::sleep(Duration::from_secs(1));
    served.shut_down();
    let ended = (file("")?, file(".keep")?);
    Ok(vec![killed, ended])
}
