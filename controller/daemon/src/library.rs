//! The protocols of the owner's own that the daemon knows: files in one folder, read anew for each question.
//!
//! What it never does: keep what it read, or read without bounds. One question at a time waits for the disk, in a
//! thread that may wait, so that a folder that does not answer holds up nobody who asks for something else.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::OFlags;
use soothe_wire::protocol::{self, FILE_MAX, FileError};
use soothe_wire::{BrokenProtocol, ProtocolFile};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// Files that are read at most.
const FILES_MAX: usize = 64;
/// Entries of the folder that are looked at at most.
const ENTRIES_MAX: usize = 1024;
/// How long a question waits for the disk.
const WITHIN: Duration = Duration::from_secs(2);
/// How a protocol's file ends.
const ENDING: &str = "toml";

/// Where the owner's own protocols lie.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    folder: Arc<Path>,
    /// Held, by whoever reads, until the disk has answered.
    turn: Arc<Mutex<()>>,
}

/// What lies there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shelf {
    /// What can be started.
    pub(crate) protocols: Vec<ProtocolFile>,
    /// What cannot, and why.
    pub(crate) broken: Vec<BrokenProtocol>,
}

impl Shelf {
    /// Nothing, with the reason.
    pub(crate) fn unread(problem: String) -> Self {
        let broken = vec![BrokenProtocol { file: String::new(), problem }];
        Self { protocols: Vec::new(), broken }
    }
}

impl Library {
    /// The protocols in a folder, which need not be there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder: folder.into(), turn: Arc::default() }
    }

    /// All that lies there.
    ///
    /// # Errors
    /// When the folder is there and cannot be read, or does not answer, in a sentence.
    pub(crate) async fn all(&self) -> Result<Shelf, String> {
        self.read(|folder| {
            shelf(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))
        })
        .await?
    }

    /// The protocol of that name; none where there is no such file.
    ///
    /// # Errors
    /// When the folder does not answer, in a sentence; within, when the file is no protocol.
    pub(crate) async fn find(
        &self,
        name: &str,
    ) -> Result<Option<Result<ProtocolFile, BrokenProtocol>>, String> {
        // A name that none of them can have is not looked for: it might lead out of the folder.
        if protocol::name_is_free(name).is_err() {
            return Ok(None);
        }
        let file = format!("{name}.{ENDING}");
        self.read(move |folder| match bytes(&folder.join(&file)) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            read => Some(parsed(&file, read)),
        })
        .await
    }

    /// Asks the disk in a thread that may wait.
    async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> Result<T, String> {
        let late = |_| format!("{} does not answer", self.folder.display());
        let turn = timeout(WITHIN, self.turn.clone().lock_owned()).await.map_err(late)?;
        let folder = self.folder.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let answer = ask(&folder);
            drop(turn);
            answer
        });
        let answered = timeout(WITHIN, asked).await.map_err(late)?;
        answered.map_err(|_| "the daemon is shutting down".to_owned())
    }
}

fn shelf(folder: &Path) -> io::Result<Shelf> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Shelf::default()),
        Err(error) => return Err(error),
    };
    let mut paths = Vec::new();
    for entry in entries.take(ENTRIES_MAX) {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension() == Some(OsStr::new(ENDING)));
    paths.sort();
    let mut shelf = Shelf::default();
    for path in &paths[..paths.len().min(FILES_MAX)] {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match parsed(&name, bytes(path)) {
            Ok(file) => shelf.protocols.push(file),
            Err(broken) => shelf.broken.push(broken),
        }
    }
    if let Some(first) = paths.get(FILES_MAX) {
        let file = plain(&first.file_name().unwrap_or_default().to_string_lossy());
        let problem = format!("only the first {FILES_MAX} files of the folder are read");
        shelf.broken.push(BrokenProtocol { file, problem });
    }
    Ok(shelf)
}

/// What a file is, by its name in the folder.
fn parsed(name: &str, read: io::Result<Vec<u8>>) -> Result<ProtocolFile, BrokenProtocol> {
    let broken = |problem| BrokenProtocol { file: plain(name), problem };
    let bytes = read.map_err(|error| broken(format!("it cannot be read: {error}")))?;
    let stem = name.strip_suffix(ENDING).and_then(|it| it.strip_suffix('.')).unwrap_or(name);
    ProtocolFile::own(&bytes, stem).map_err(|error: FileError| broken(error.to_string()))
}

/// A name that cannot play with a terminal.
fn plain(name: &str) -> String {
    name.chars().map(|c| if soothe_wire::text::is_obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// A file's bytes, of which no more are read than a protocol may be long.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe must not be waited for.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(FILE_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str) -> String {
        protocol::template(name).expect("a free name")
    }

    fn library(folder: &Path) -> Library {
        Library::new(folder.to_owned())
    }

    #[tokio::test]
    async fn what_is_in_the_folder_is_read_anew_for_each_question() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("protocols");
        let library = library(&place);
        assert_eq!(library.all().await, Ok(Shelf::default()), "it need not be there");
        fs::create_dir(&place).expect("made");
        fs::write(place.join("my-knot.toml"), own("my-knot")).expect("written");
        fs::write(place.join("notes.txt"), "no protocol").expect("written");
        fs::write(place.join("broken.toml"), "format = 1\nnam = 2\n").expect("written");
        fs::create_dir(place.join("folder.toml")).expect("made");
        let shelf = library.all().await.expect("read");
        let names = |shelf: &Shelf| {
            shelf.protocols.iter().map(|it| it.protocol.name().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(&shelf), ["my-knot"]);
        let [broken, is_folder] = &shelf.broken[..] else { panic!("{:?}", shelf.broken) };
        assert!(broken.file == "broken.toml" && broken.problem.starts_with("line 2, column 1"));
        assert_eq!(is_folder.problem, "it cannot be read: it is no file");
        fs::remove_file(place.join("my-knot.toml")).expect("removed");
        assert!(names(&library.all().await.expect("read")).is_empty());
        assert!(library.find("my-knot").await.expect("read").is_none());
    }

    #[tokio::test]
    async fn a_name_leads_out_of_the_folder_nowhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("protocols");
        fs::create_dir(&place).expect("made");
        fs::write(folder.path().join("out.toml"), own("out")).expect("written");
        fs::write(place.join("in.toml"), own("in")).expect("written");
        let library = library(&place);
        assert!(matches!(library.find("in").await, Ok(Some(Ok(_)))));
        for name in ["../out", "..", "", "/etc/passwd", "in.toml", "a/../in", "heat", "in\0"] {
            assert_eq!(library.find(name).await, Ok(None), "{name:?}");
        }
    }

    #[tokio::test]
    async fn no_more_is_read_than_fits_and_a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = library(folder.path());
        fs::write(folder.path().join("a-long.toml"), " ".repeat(FILE_MAX + 1)).expect("written");
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("b-pipe.toml"), 0o600.into())
            .expect("made");
        for number in 0..FILES_MAX {
            let name = format!("knot-{number:02}");
            fs::write(folder.path().join(format!("{name}.toml")), own(&name)).expect("written");
        }
        let shelf = library.all().await.expect("read");
        assert_eq!(shelf.protocols.len(), FILES_MAX - 2);
        let problems: Vec<&str> = shelf.broken.iter().map(|it| it.problem.as_str()).collect();
        assert!(problems[0].contains("longer than 64 KiB"), "{problems:?}");
        assert_eq!(problems[1], "it cannot be read: it is no file");
        assert_eq!(problems[2], "only the first 64 files of the folder are read");
    }
}
