//! The protocols that a person has: the built-in ones, and the files of their own.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use soothe_wire::ProtocolFile;
use soothe_wire::protocol::{self, FILE_MAX, FileError};

use crate::failure::Failure;

/// How a protocol's file ends.
const ENDING: &str = "toml";

/// Why a file is no protocol.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It cannot be read.
    Unread(io::Error),
    /// It is not accepted.
    Refused(FileError),
}

/// A file that is no protocol.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Which.
    pub(crate) path: PathBuf,
    /// Why.
    pub(crate) why: Unusable,
}

impl fmt::Display for Broken {
    /// `FILE:LINE:COLUMN: what would be accepted`, as editors understand it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = plain(&self.path);
        match &self.why {
            Unusable::Unread(error) => write!(f, "{path}: it cannot be read: {error}"),
            Unusable::Refused(error) => {
                write!(f, "{path}:{}:{}: {}", error.line, error.column, error.said())
            }
        }
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::Usage(broken.to_string())
    }
}

/// A path as text that cannot play with the terminal.
pub(crate) fn plain(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Where the person's own protocols lie.
///
/// # Errors
/// When neither `XDG_CONFIG_HOME` nor `HOME` tells.
pub(crate) fn folder() -> Result<PathBuf, Failure> {
    let value = |name| std::env::var_os(name);
    let (config_home, home) = (value("XDG_CONFIG_HOME"), value("HOME"));
    protocol::folder(config_home.as_deref(), home.as_deref()).ok_or_else(|| {
        let problem = "where your own protocols lie is not known: set HOME or XDG_CONFIG_HOME to a path \
                       that begins with /";
        Failure::Usage(problem.to_owned())
    })
}

/// Where the person's own protocol of that name lies.
///
/// # Errors
/// As [`folder`].
pub(crate) fn file_of(name: &str) -> Result<PathBuf, Failure> {
    Ok(folder()?.join(format!("{name}.{ENDING}")))
}

/// A name; what has a dot or a slash in it is a file.
fn is_name(asked: &str) -> bool {
    !asked.contains(['.', '/'])
}

/// Where a person's own protocol lies that is asked for by its file, or by its name alone.
///
/// # Errors
/// As [`folder`], and for the name of one that is built in.
pub(crate) fn own_file(asked: &Path) -> Result<PathBuf, Failure> {
    let text = asked.to_string_lossy();
    if !is_name(&text) {
        return Ok(asked.to_owned());
    }
    if protocol::find(&text).is_some() {
        return Err(Failure::Usage(format!("`{text}` is built in: it is accepted as it is")));
    }
    file_of(&text)
}

/// A protocol.
#[derive(Debug)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) file: ProtocolFile,
    /// Where it is from; none when it is built in.
    pub(crate) own: Option<Own>,
}

/// What a person's own protocol was read from.
#[derive(Debug)]
pub(crate) struct Own {
    /// The file.
    pub(crate) path: PathBuf,
    /// All that is in it.
    pub(crate) text: String,
}

impl Found {
    /// A built-in protocol.
    pub(crate) fn built_in(file: &ProtocolFile) -> Self {
        Self { file: file.clone(), own: None }
    }

    /// Its file; none when it is built in.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.own.as_ref().map(|it| it.path.as_path())
    }
}

/// Finds a protocol by its name, or reads a file: what has a dot or a slash in it.
///
/// # Errors
/// When there is none of that name, or the file is none.
pub(crate) fn find(asked: &Path) -> Result<Found, Failure> {
    let text = asked.to_string_lossy();
    if !is_name(&text) {
        return Ok(read(asked)?);
    }
    if let Some(built_in) = protocol::find(&text) {
        return Ok(Found::built_in(built_in));
    }
    let unknown = || {
        let name = plain(asked);
        Failure::Usage(format!("there is no protocol `{name}`; `soothe protocols list` lists them"))
    };
    protocol::name_is_free(&text).map_err(|_| unknown())?;
    let path = file_of(&text)?;
    match read(&path) {
        Ok(found) => Ok(found),
        Err(Broken { why: Unusable::Unread(error), .. }) if error.kind() == ErrorKind::NotFound => {
            Err(unknown())
        }
        Err(broken) => Err(broken.into()),
    }
}

/// Every own protocol, by the names of the files; those that are none, too.
///
/// # Errors
/// When the folder is there and cannot be read, or is not known.
pub(crate) fn own() -> Result<Vec<Result<Found, Broken>>, Failure> {
    let folder = folder()?;
    let unread = |e: io::Error| Failure::Other(format!("{} cannot be read: {e}", plain(&folder)));
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(unread(e)),
    };
    let paths = entries.map(|entry| entry.map(|it| it.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>().map_err(unread)?;
    paths.retain(|path| path.extension() == Some(OsStr::new(ENDING)));
    paths.sort();
    Ok(paths.iter().map(|path| read(path)).collect())
}

/// Reads a file, of which no more is read than a protocol may be long.
///
/// # Errors
/// When it is none.
pub(crate) fn read(path: &Path) -> Result<Found, Broken> {
    let broken = |why| Broken { path: path.to_owned(), why };
    let bytes = bytes(path).map_err(|error| broken(Unusable::Unread(error)))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let file =
        ProtocolFile::own(&bytes, &stem).map_err(|error| broken(Unusable::Refused(error)))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Found { file, own: Some(Own { path: path.to_owned(), text }) })
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // What is no file, such as a pipe, might never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
