//! What can be wrong with the session log, in sentences that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

/// The session log cannot be opened; the daemon does not start without it.
#[derive(Debug, thiserror::Error)]
#[error("session log {}: {problem}", path.display())]
pub struct OpenError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The folder cannot be made or written.
    #[error(
        "its folder cannot be written ({0}); choose a folder that you may write with --data DIR"
    )]
    Folder(io::Error),
    /// Another daemon has it open.
    #[error("another soothed is using it; stop that one, or choose another folder with --data DIR")]
    InUse,
    /// The file may not be written.
    #[error(
        "the file is read-only; make it writable (chmod u+w), or choose another with --data DIR"
    )]
    ReadOnly,
    /// SQLite finds it broken.
    #[error(
        "the file is damaged ({0}); move it away to keep what is in it, and a new one will be made"
    )]
    Corrupt(String),
    /// It is some other program's database, or no database at all.
    #[error(
        "the file is not a session log of soothe; move it away, or choose another with --data DIR"
    )]
    Foreign,
    /// A newer version of the daemon has written it.
    #[error(
        "the file has version {version}, from a newer soothed; this one knows versions up to {known}: \
         upgrade soothed, or choose another folder with --data DIR"
    )]
    Newer {
        /// The file's version.
        version: i64,
        /// The newest that is known.
        known: usize,
    },
    /// A fault was latched that this version does not know.
    #[error("the file has a latched fault `{0}` that this version does not know: upgrade soothed")]
    UnknownFault(String),
    /// A profile was chosen that this version does not know.
    #[error("the file has a chosen profile `{0}` that this version does not know: upgrade soothed")]
    UnknownProfile(String),
    /// What must not be forgotten cannot be read or written.
    #[error(
        "the file beside it that keeps doses and faults, {}, cannot be used ({error}); make it and its \
         folder writable, or choose another folder with --data DIR",
        path.display()
    )]
    Keep {
        /// The file beside the log.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What must not be forgotten was written by another version.
    #[error(
        "the file beside it that keeps doses and faults, {}, has {what}, which this version does not \
         know: upgrade soothed, or choose another folder with --data DIR",
        path.display()
    )]
    KeepUnknown {
        /// The file beside the log.
        path: PathBuf,
        /// What is unknown of it.
        what: String,
    },
    /// There is no room for what has to be written down of the last daemon.
    #[error("the disk is full; free some space, or choose another folder with --data DIR")]
    Full,
    /// Anything else that SQLite says.
    #[error("{0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::NotADatabase) {
            Self::Foreign
        } else if code == Some(ErrorCode::DatabaseCorrupt) {
            Self::Corrupt(error.to_string())
        } else if code == Some(ErrorCode::ReadOnly) {
            Self::ReadOnly
        } else if code == Some(ErrorCode::DiskFull) {
            Self::Full
        } else {
            Self::Sqlite(error)
        }
    }
}

/// Why something could not be brought to disk.
#[derive(Debug)]
pub(super) enum WriteError {
    /// The log.
    Log(rusqlite::Error),
    /// The file beside it.
    Keep(io::Error),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Log(error)
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Keep(error)
    }
}

impl WriteError {
    /// For the person who would like to heat.
    pub(super) fn text(&self, log: &Path) -> String {
        match self {
            Self::Log(error) => write_failure(log, error),
            Self::Keep(error) if error.kind() == io::ErrorKind::StorageFull => {
                format!("the disk with the session log {} is full: free some space", log.display())
            }
            Self::Keep(error) => format!(
                "what must not be forgotten cannot be written beside the session log {}: {error}",
                log.display()
            ),
        }
    }
}

fn write_failure(path: &Path, error: &rusqlite::Error) -> String {
    let path = path.display();
    let moved = error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_READONLY_DBMOVED);
    match error.sqlite_error_code() {
        _ if moved => {
            format!("the session log {path} was removed or replaced while in use: restart soothed")
        }
        Some(ErrorCode::DiskFull) => {
            format!("the disk with the session log {path} is full: free some space")
        }
        Some(_) | None => format!("the session log {path} cannot be written: {error}"),
    }
}
