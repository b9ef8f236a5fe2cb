//! The simulated lines in a file: what pins would do, for other processes to see and to switch off.
//!
//! A real pin keeps its level when the process that wrote it is killed, and so does this file. It holds
//! one line of text at its beginning, always of the same length, written by one call and ended by its
//! own checksum, so that whoever reads finds a whole record or none:
//!
//! ```text
//! soothe-lines 2 k1=0 k2_pulse=1 buzzer=0 tens=4:07 k2_edges=00000000000000001234 sum=37eb407ec2c7b2d9
//! ```
//!
//! `tens` is the place of the mode in the list of modes and the level in mA; `0:00` where nothing is sent.
//!
//! K2 has no level. It is held in by edges, which the record counts; whether it is in, a reader knows by
//! having watched that number, with the reader's own clock ([`Watch`]).
//!
//! What it never does: read a clock, or wait for a disk. Put it where the system keeps files in memory.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use soothe_therapy::tens::{Cap, Mode, Stimulus};
use soothe_therapy::{Moment, Span};

use crate::lines::{Levels, Off, Outputs, RigError};
use crate::sim::K2_HOLD;

/// What a record begins with: name and version of the format.
const HEAD: &str = "soothe-lines 2 ";
/// What a record of any version begins with: one of another version counts as damaged, and is written anew.
const KIND: &str = "soothe-lines ";
/// What the checksum of everything before it follows.
const SUM: &str = "sum=";
/// The length of a record in bytes, its line end included.
const RECORD_LEN: usize = 101;
/// How often a record is read that does not fit its checksum: somebody may be writing it just now.
const READS_MAX: u32 = 5;

/// What the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The level of every line.
    pub levels: Levels,
    /// How many edges K2's pulse line has made since the file began.
    pub k2_edges: u64,
}

impl Kept {
    fn to_record(self) -> String {
        let Levels { k1, k2_pulse, buzzer, stimulus } = self.levels;
        let (mode, ma) = stimulus.map_or((0, 0), |it| (it.mode as u8, it.level_ma()));
        let [k1, k2_pulse, buzzer] = [k1, k2_pulse, buzzer].map(u8::from);
        let edges = self.k2_edges;
        let text = format!(
            "{HEAD}k1={k1} k2_pulse={k2_pulse} buzzer={buzzer} tens={mode:01}:{ma:02} k2_edges={edges:020} "
        );
        let sum = checksum(text.as_bytes());
        format!("{text}{SUM}{sum:016x}\n")
    }

    /// None when it is not a whole record.
    fn from_record(record: &[u8]) -> Option<Self> {
        let record = str::from_utf8(record).ok()?;
        let (text, sum) = record.strip_suffix('\n')?.split_once(SUM)?;
        if u64::from_str_radix(sum, 16).ok()? != checksum(text.as_bytes()) {
            return None;
        }
        let mut fields = text.strip_prefix(HEAD)?.split_whitespace();
        let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let level = |text| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        let stimulus = |text: &str| {
            let (mode, ma) = text.split_once(':')?;
            let mode = *Mode::ALL.get(mode.parse::<usize>().ok()?)?;
            let ma = ma.parse().ok().filter(|ma| *ma <= Cap::HARD.ma())?;
            Some(Stimulus::new(mode, ma))
        };
        let levels = Levels {
            k1: level(field("k1")?)?,
            k2_pulse: level(field("k2_pulse")?)?,
            buzzer: level(field("buzzer")?)?,
            stimulus: stimulus(field("tens")?)?,
        };
        Some(Self { levels, k2_edges: field("k2_edges")?.parse().ok()? })
    }
}

/// FNV-1a with 64 bits: it is to find a half-written record, not a forged one.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn read(file: &File) -> Option<Kept> {
    let mut record = [0; RECORD_LEN];
    (0..READS_MAX).find_map(|_| {
        file.read_exact_at(&mut record, 0).ok()?;
        Kept::from_record(&record)
    })
}

/// The file, open. Everything that is written goes by what is in it, so that any number of processes may
/// write; [`crate::Gate`]'s must be the only one that energises.
#[derive(Debug)]
pub struct LinesFile {
    file: File,
    path: PathBuf,
}

impl LinesFile {
    /// Opens the file, or makes it; writes nothing.
    ///
    /// # Errors
    /// When it cannot be opened for reading and writing, or is a file of something else.
    pub fn open(path: &Path) -> Result<Self, RigError> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(|error| failed(path, &error))?;
        let mut head = [0; KIND.len()];
        let read = file.read_at(&mut head, 0).map_err(|error| failed(path, &error))?;
        if !KIND.as_bytes().starts_with(&head[..read]) {
            return Err(failed(path, &io::Error::other("it is a file of something else")));
        }
        Ok(Self { file, path: path.to_owned() })
    }

    /// What it says; none when it is new or damaged.
    #[must_use]
    pub fn read(&self) -> Option<Kept> {
        read(&self.file)
    }
}

impl Outputs for LinesFile {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let before = self.read();
        let Kept { levels: old, k2_edges } = before.unwrap_or_default();
        let k2_edges = k2_edges + u64::from(old.k2_pulse != levels.k2_pulse);
        let after = Kept { levels, k2_edges };
        if before == Some(after) {
            return Ok(());
        }
        let record = after.to_record();
        self.file.write_all_at(record.as_bytes(), 0).map_err(|error| failed(&self.path, &error))
    }
}

impl Off for LinesFile {
    fn off(&mut self) -> Result<(), RigError> {
        let levels = self.read().unwrap_or_default().levels;
        self.write(Levels { k1: false, buzzer: false, stimulus: None, ..levels })
    }
}

fn failed(path: &Path, error: &io::Error) -> RigError {
    RigError {
        line: format!("the simulated lines in {}", path.display()),
        problem: error.to_string(),
    }
}

/// Looks at the lines from outside, again and again, and judges K2 by its edges.
#[derive(Debug)]
pub struct Watch {
    file: File,
    seen: Option<(u64, Moment)>,
}

/// What a [`Watch`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What the file said.
    pub kept: Kept,
    /// Whether K2 is held in. At the first look it counts as in, since its last edge may have been just
    /// then; it is known 0.7 s later.
    pub k2: bool,
}

impl Seen {
    /// Whether a pad at these lines is heated.
    #[must_use]
    pub fn heats(&self) -> bool {
        self.kept.levels.k1 && self.k2
    }
}

impl Watch {
    /// How long K2 is held in after an edge.
    pub const K2_HOLD: Span = K2_HOLD;

    /// Opens the file at `path` to be looked at.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn open(path: &Path) -> Result<Self, RigError> {
        match File::open(path) {
            Ok(file) => Ok(Self { file, seen: None }),
            Err(error) => Err(failed(path, &error)),
        }
    }

    /// What the lines are at `now`, a moment of the caller's clock; none when the file is damaged.
    pub fn look(&mut self, now: Moment) -> Option<Seen> {
        let kept = read(&self.file)?;
        let last_edge = match self.seen {
            Some((edges, at)) if edges == kept.k2_edges => at,
            Some(_) | None => now,
        };
        self.seen = Some((kept.k2_edges, last_edge));
        Some(Seen { kept, k2: now.since(last_edge) < Self::K2_HOLD })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: Levels = Levels { k1: true, k2_pulse: true, buzzer: true, stimulus: None };

    fn new_file() -> (tempfile::TempDir, PathBuf, LinesFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let file = LinesFile::open(&path).unwrap();
        (folder, path, file)
    }

    #[test]
    fn levels_outlive_whoever_wrote_them() {
        let (_folder, path, mut file) = new_file();
        assert_eq!(file.read(), None, "new");
        file.write(ON).unwrap();
        drop(file);
        let file = LinesFile::open(&path).unwrap();
        assert_eq!(file.read(), Some(Kept { levels: ON, k2_edges: 1 }));
    }

    #[test]
    fn off_makes_no_edge_and_keeps_the_pulse_lines_level() {
        for k2_pulse in [false, true] {
            let (_folder, path, mut file) = new_file();
            file.write(Levels { k2_pulse, ..ON }).unwrap();
            // Another process, which did not see what was written.
            LinesFile::open(&path).unwrap().off().unwrap();
            let levels = Levels { k2_pulse, ..Levels::default() };
            assert_eq!(file.read(), Some(Kept { levels, k2_edges: u64::from(k2_pulse) }));
        }
    }

    #[test]
    fn every_record_is_read_as_it_was_written_and_is_one_line_of_the_same_length() {
        for bits in 0..8 {
            let [k1, k2_pulse, buzzer] = [1, 2, 4].map(|bit| bits & bit != 0);
            for k2_edges in [0, 1_234, u64::MAX] {
                for mode in Mode::ALL {
                    for ma in [0, 1, 30] {
                        let stimulus = Stimulus::new(*mode, ma);
                        let kept =
                            Kept { levels: Levels { k1, k2_pulse, buzzer, stimulus }, k2_edges };
                        let record = kept.to_record();
                        assert_eq!(record.len(), RECORD_LEN, "{record}");
                        assert_eq!(Kept::from_record(record.as_bytes()), Some(kept), "{record}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_record_is_the_documented_one() {
        let header = include_str!("lines_file.rs").lines().find(|line| line.contains(HEAD));
        let stimulus = Stimulus::new(Mode::Modulated, 7);
        let levels = Levels { k2_pulse: true, stimulus, ..Levels::default() };
        let record = Kept { levels, k2_edges: 1_234 }.to_record();
        assert_eq!(header.unwrap().trim_start_matches("//! "), record.trim_end());
    }

    #[test]
    fn a_record_that_is_cut_or_changed_in_any_byte_is_none() {
        let record = Kept { levels: ON, k2_edges: 77 }.to_record().into_bytes();
        for at in 0..record.len() {
            assert_eq!(Kept::from_record(&record[..at]), None, "cut at {at}");
            let mut changed = record.clone();
            changed[at] ^= 1;
            assert_eq!(Kept::from_record(&changed), None, "changed at {at}");
        }
    }

    #[test]
    fn a_damaged_file_can_be_switched_off_and_written_again() {
        let (_folder, path, _) = new_file();
        std::fs::write(&path, format!("{HEAD}k1=1 and nothing that ends it")).unwrap();
        let mut file = LinesFile::open(&path).unwrap();
        assert_eq!(file.read(), None);
        file.off().unwrap();
        assert_eq!(file.read(), Some(Kept::default()));
    }

    #[test]
    fn whoever_reads_while_another_writes_sees_whole_records_only() {
        let (_folder, path, mut file) = new_file();
        file.write(ON).unwrap();
        let writer = std::thread::spawn(move || {
            for cycle in 0..20_000_u32 {
                let on = cycle % 2 == 0;
                file.write(Levels { k1: on, k2_pulse: on, buzzer: on, stimulus: None }).unwrap();
            }
        });
        let reader = File::open(path).unwrap();
        let mut edges = 0;
        while !writer.is_finished() {
            let kept = read(&reader).expect("half a record");
            let Levels { k1, k2_pulse, buzzer, stimulus: _ } = kept.levels;
            assert!(k1 == k2_pulse && k1 == buzzer && kept.k2_edges >= edges, "{kept:?}");
            edges = kept.k2_edges;
        }
        writer.join().unwrap();
    }

    #[test]
    fn k2_is_in_for_as_long_as_its_edges_come_and_0_7_s_longer() {
        let (_folder, path, mut file) = new_file();
        file.write(ON).unwrap();
        let mut watch = Watch::open(&path).unwrap();
        let mut k2_at = |ms, file: &mut LinesFile, edge: bool| {
            let levels = file.read().unwrap().levels;
            file.write(Levels { k2_pulse: levels.k2_pulse ^ edge, ..levels }).unwrap();
            watch.look(Moment::from_ms(ms)).unwrap().k2
        };
        for ms in (5_000..7_000).step_by(100) {
            assert!(k2_at(ms, &mut file, true), "at {ms} ms");
        }
        assert!(k2_at(7_599, &mut file, false));
        assert!(!k2_at(7_600, &mut file, false), "0.7 s after the last edge");
        assert!(k2_at(9_000, &mut file, true));
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let (_folder, path, _) = new_file();
        std::fs::write(&path, "dear diary").unwrap();
        let error = LinesFile::open(&path).unwrap_err().to_string();
        assert!(error.ends_with("it is a file of something else"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "dear diary");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = LinesFile::open(Path::new("/no/such/folder/lines")).unwrap_err().to_string();
        assert!(error.starts_with("the simulated lines in /no/such/folder/lines: "), "{error}");
    }
}
