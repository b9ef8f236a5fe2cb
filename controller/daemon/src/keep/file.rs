//! One small file, sealed: it is whole and as it was written, or it is refused.
//!
//! ```text
//! soothe-keep 1 42 617 9f86d081884c7d65...
//! the body, 617 bytes
//! ```
//!
//! Its head names the format's version, the generation (which counts the writings), the body's length and
//! a SHA-256 over all of these.
//!
//! It is replaced whole: the new one is written over a spare file beside it and brought to disk, the two
//! exchange their names in one step, and the folder is brought to disk, too. The old one is the next spare.
//! Spaces at the body's end make all of them equally large, so a writing needs no block that is not there
//! already: it succeeds on a full disk (HL-S8). Nobody ever reads the spare.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::iter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use sha2::{Digest as _, Sha256};

/// The first word of the file.
const MAGIC: &str = "soothe-keep";
/// The version of the format.
const VERSION: u32 = 1;
/// Only the owner may look into it.
const PRIVATE: u32 = 0o600;
/// What the spare's name ends with.
pub(super) const SPARE: &str = ".spare";
/// Nothing that is kept comes near this size; what is larger is no such file.
const BYTES_MAX: u64 = 1 << 20;
/// A file takes whole rooms of this size. One is enough for all that can be kept.
pub(super) const ROOM_BYTES: usize = 32 << 10;
/// No head is longer.
pub(super) const HEAD_BYTES_MAX: usize = 128;
/// No file system has smaller blocks.
const BLOCK_BYTES: u64 = 512;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    /// Counts the writings.
    pub(super) generation: u64,
    /// What was written.
    pub(super) body: String,
}

/// Why a file is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is not as it was written.
    Damaged,
    /// It is whole, but of this version of the format.
    Newer(u32),
}

impl Sealed {
    /// The file's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.of_version(VERSION)
    }

    /// The same with spaces at the body's end, to fill the room.
    fn padded(mut self) -> Self {
        let least = self.body.len() + HEAD_BYTES_MAX;
        let missing = least.next_multiple_of(ROOM_BYTES) - least;
        self.body.extend(iter::repeat_n(' ', missing));
        self
    }

    fn of_version(&self, version: u32) -> Vec<u8> {
        let Self { generation, body } = self;
        let head = format!("{MAGIC} {version} {generation} {}", body.len());
        let mut seal = Sha256::new();
        seal.update(&head);
        seal.update("\n");
        seal.update(body);
        let seal: String = seal.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{head} {seal}\n{body}").into_bytes()
    }

    /// What the bytes hold.
    ///
    /// # Errors
    /// When they are not to the last bit what [`Sealed::bytes`] gives, or of a newer version.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let (version, sealed) = split(bytes).ok_or(Broken::Damaged)?;
        // One way to write it, so one way to read it: nothing but the very same bytes will do.
        if sealed.of_version(version) != bytes {
            return Err(Broken::Damaged);
        }
        if version > VERSION { Err(Broken::Newer(version)) } else { Ok(sealed) }
    }
}

/// Version and content, as far as the head can be understood.
fn split(bytes: &[u8]) -> Option<(u32, Sealed)> {
    let (head, body) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    let mut words = head.split(' ').skip(1);
    let version = words.next()?.parse().ok()?;
    let generation = words.next()?.parse().ok()?;
    Some((version, Sealed { generation, body: body.to_owned() }))
}

/// What is done with the disk: the steps that a crash can come between.
pub(super) trait Disk: Send {
    /// Writes these bytes over the file's own, where those lie, and brings them to disk. Makes the file
    /// when there is none.
    fn overwrite(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Exchanges the names of two files. Where that cannot be done, the first takes the place of the other.
    fn exchange(&mut self, new: &Path, old: &Path) -> io::Result<()>;
    /// Brings the names in the file's folder to disk.
    fn sync_names(&mut self, path: &Path) -> io::Result<()>;
}

/// The disk as it is.
#[derive(Debug)]
pub(super) struct RealDisk;

impl Disk for RealDisk {
    fn overwrite(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = File::options();
        // Not emptied first: its blocks would be gone, and a full disk has no others.
        let mut file = options.create(true).truncate(false).write(true).mode(PRIVATE).open(path)?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    }

    fn exchange(&mut self, new: &Path, old: &Path) -> io::Result<()> {
        // There may be no old one, and not every file system can do it.
        renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).or_else(|_| fs::rename(new, old))
    }

    fn sync_names(&mut self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// The file's bytes; none when there is no such file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Replaces the file, and sees to it that there is room for the next time.
///
/// # Errors
/// When the disk does not take it: the old one is there then, or the new one, but nothing between; or
/// when there is no room for a spare.
pub(super) fn replace(disk: &mut dyn Disk, path: &Path, sealed: Sealed) -> io::Result<()> {
    let (spare, bytes) = (beside(path, SPARE), sealed.padded().bytes());
    // The spare has been the file itself. Before it is touched, the disk must know that it no longer is.
    disk.sync_names(path)?;
    disk.overwrite(&spare, &bytes)?;
    disk.exchange(&spare, path)?;
    disk.sync_names(path)?;
    if has_room(&spare, &bytes) { Ok(()) } else { disk.overwrite(&spare, &bytes) }
}

/// Whether these bytes can be written over the file without more blocks. One from before there were spares is
/// too small.
fn has_room(path: &Path, bytes: &[u8]) -> bool {
    let blocks = |length: u64| length.div_ceil(BLOCK_BYTES);
    fs::metadata(path).is_ok_and(|it| blocks(it.len()) >= blocks(bytes.len() as u64))
}

/// Gives the file a name under which nobody reads it, for whoever wants to look; says which.
///
/// # Errors
/// When the disk does not take it.
pub(super) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let names = (1..).map(|number: u64| beside(path, &format!(".damaged-{number}")));
    let free = names.into_iter().find(|name| !name.exists());
    let name = free.unwrap_or_else(|| beside(path, ".damaged"));
    fs::rename(path, &name).map(|()| name)
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Sealed {
        Sealed { generation: 7, body: "relay_operations = 12\n\n[[uses]]\nage_ms = 1\n".to_owned() }
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(Sealed::parse(&sealed().bytes()), Ok(sealed()));
        let empty = Sealed { generation: u64::MAX, body: String::new() };
        assert_eq!(Sealed::parse(&empty.bytes()), Ok(empty));
    }

    #[test]
    fn every_file_is_as_large_and_its_body_begins_as_it_was() {
        let blocks = |sealed: Sealed| sealed.padded().bytes().len().div_ceil(512);
        let largest =
            Sealed { generation: u64::MAX, body: "x".repeat(ROOM_BYTES - HEAD_BYTES_MAX) };
        assert_eq!((blocks(sealed()), blocks(largest)), (64, 64));
        let larger = Sealed { body: "x".repeat(ROOM_BYTES), ..sealed() };
        assert_eq!(blocks(larger), 128);
        let padded = Sealed::parse(&sealed().padded().bytes()).expect("whole");
        let (body, padding) = padded.body.split_at(sealed().body.len());
        assert_eq!((body, padding.trim_start()), (sealed().body.as_str(), ""));
    }

    #[test]
    fn hl_s8_no_truncation_and_no_flipped_bit_is_believed() {
        let bytes = sealed().bytes();
        for length in 0..bytes.len() {
            assert_eq!(Sealed::parse(&bytes[..length]), Err(Broken::Damaged), "{length} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Sealed::parse(&flipped), Err(Broken::Damaged), "bit {bit}");
        }
    }

    #[test]
    fn what_is_appended_or_written_otherwise_is_not_believed() {
        let text = String::from_utf8(sealed().bytes()).expect("UTF-8");
        for other in [
            format!("{text}\n"),
            text.replace("soothe-keep", "SOOTHE-keep"),
            text.replacen(" 1 7 ", " 01 7 ", 1),
            text.replacen(" 1 7 ", " 1 +7 ", 1),
            text.to_uppercase(),
        ] {
            assert_eq!(Sealed::parse(other.as_bytes()), Err(Broken::Damaged), "{other}");
        }
    }

    #[test]
    fn a_newer_version_says_so_only_when_it_is_whole() {
        let newer = sealed().of_version(2);
        assert_eq!(Sealed::parse(&newer), Err(Broken::Newer(2)));
        assert_eq!(Sealed::parse(&newer[..newer.len() - 1]), Err(Broken::Damaged));
    }
}
