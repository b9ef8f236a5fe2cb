//! The recording of a session: everything that went into the core, and a digest of all that came out.
//!
//! A session begins with an engine made anew from its [`Boot`], and the core knows nothing but what it
//! is given. So the same boot and the same inputs give the same outputs, bit for bit: what is recorded
//! can be lived through again ([`replay`]), here or elsewhere, and whoever changes the core sees what
//! they changed.
//!
//! ```text
//! soothe-recording 1
//! length | part 0: the head as TOML, deflated
//! length | part 1..: some seconds of steps, deflated
//! 0 | number of parts
//! ```

mod bytes;
mod command;
mod parts;
mod record;
mod replay;
mod step;
mod stimulator;

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use soothe_therapy::{Boot, Moment, Output, SessionId, fingerprint};

pub use parts::{Part, Parts};
pub use record::{Piece, Recorder, may_start};
pub use replay::{Difference, Report, replay};
pub use step::Step;

use crate::boot::BootRecord;
use bytes::{Put as _, Take};
use step::{Coder, Unreadable};

/// The first line, up to the version of the format.
const MAGIC: &str = "soothe-recording ";
/// The version of the format.
const FORMAT: u32 = 1;
/// The steps of ten hours, where a session lasts for one; what claims to hold more is no recording. Zeros
/// pack a thousandfold, and what a step takes as bytes it takes some thirty times in memory.
const UNPACKED_MAX: usize = 4 << 20;

/// What the session began with, and what the core was that ran it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The core.
    pub core: Core,
    /// The session's number.
    pub session: i64,
    /// The time of the first step.
    began_ms: u64,
    boot: BootRecord,
}

/// Which core ran a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// Its version.
    pub version: String,
    /// What tells its limits and rules from others.
    pub limits_and_rules: String,
}

impl Core {
    /// The one that is compiled in.
    #[must_use]
    pub fn here() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            limits_and_rules: format!("{:016x}", fingerprint::LIMITS_AND_RULES),
        }
    }
}

impl Head {
    fn new(id: SessionId, began: Moment, boot: &Boot) -> Self {
        // A session begins with no pack left on: whoever said in the same step that it is off is not in the recording.
        let boot = Boot { pack_left: None, ..boot.clone() };
        let (core, boot) = (Core::here(), BootRecord::from(&boot));
        Self { core, session: id.0, began_ms: began.as_ms(), boot }
    }

    fn text(&self) -> String {
        toml::to_string(self).expect("numbers and names can be written as TOML")
    }
}

/// A session as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The core that ran it.
    pub core: Core,
    /// Its number.
    pub session: SessionId,
    /// What its engine was made from.
    pub boot: Boot,
    /// What went in, step by step.
    pub steps: Vec<Step>,
}

/// Why a recording cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// It is something else.
    #[error("this is not the recording of a session")]
    Foreign,
    /// A newer version has written it.
    #[error(
        "the recording has format {0}, from a newer soothe; this one knows formats up to {FORMAT}: upgrade soothe"
    )]
    Newer(u32),
    /// Its end is missing.
    #[error("the recording is cut off after {bytes} bytes, {} s into the session", seconds(*at_ms))]
    CutOff {
        /// How many there are.
        bytes: usize,
        /// The session's time that was read.
        at_ms: u64,
    },
    /// It is not as it was written.
    #[error("the recording is damaged at byte {byte}, {} s into the session", seconds(*at_ms))]
    Damaged {
        /// Where.
        byte: usize,
        /// The session's time that was read.
        at_ms: u64,
    },
    /// It has something that this version does not know.
    #[error("the recording has {what}, {} s into the session, which this version does not know", seconds(*at_ms))]
    Unknown {
        /// What, in a few words.
        what: String,
        /// The session's time that was read.
        at_ms: u64,
    },
}

fn seconds(ms: u64) -> String {
    format!("{}.{}", ms / 1000, ms % 1000 / 100)
}

/// All of a step's output in 32 bits: of its text, which has every field, and every number in the
/// shortest form that reads back the same.
#[must_use]
pub fn digest(output: &Output) -> u32 {
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    write!(hash, "{output:?}").expect("a hash takes every text");
    (hash.0 >> 32) as u32 ^ hash.0 as u32
}

/// FNV-1a of 64 bits.
struct Hash(u64);

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

/// One stream of bytes of a session's parts, in their order, as [`Parts`] makes them.
#[must_use]
pub fn export<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = format!("{MAGIC}{FORMAT}\n").into_bytes();
    let mut count = 0;
    for part in parts {
        bytes.number(part.len() as u64);
        bytes.extend_from_slice(part);
        count += 1;
    }
    bytes.number(0);
    bytes.number(count);
    bytes
}

impl Recording {
    /// Reads what [`export`] has made.
    ///
    /// # Errors
    /// With what is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordingError> {
        let line = bytes.iter().position(|byte| *byte == b'\n').ok_or(RecordingError::Foreign)?;
        let (first, rest) = bytes.split_at(line + 1);
        let first = std::str::from_utf8(first).unwrap_or_default().trim_end();
        let format = first.strip_prefix(MAGIC).and_then(|format| format.parse::<u32>().ok());
        match format.ok_or(RecordingError::Foreign)? {
            FORMAT => {
                Reader { whole: bytes.len(), take: Take::new(rest), steps: Vec::new() }.read()
            }
            other => Err(RecordingError::Newer(other)),
        }
    }

    /// How long after its start the step was.
    fn since_start(steps: &[Step]) -> u64 {
        let (first, last) = (steps.first(), steps.last());
        first.zip(last).map_or(0, |(first, last)| last.now.since(first.now).as_ms())
    }
}

/// What has been read so far.
struct Reader<'a> {
    whole: usize,
    take: Take<'a>,
    steps: Vec<Step>,
}

impl Reader<'_> {
    fn read(mut self) -> Result<Recording, RecordingError> {
        let head = self.head()?;
        let unknown = |what| RecordingError::Unknown { what, at_ms: 0 };
        let boot = Boot::try_from(head.boot).map_err(unknown)?;
        let mut coder = Coder::new(Moment::from_ms(head.began_ms));
        let (mut parts, mut unpacked) = (1, 0);
        while let Some((at, part)) = self.part(UNPACKED_MAX - unpacked)? {
            parts += 1;
            unpacked += part.len();
            let mut take = Take::new(&part);
            while !take.is_empty() {
                let step = coder.take(&mut take).map_err(|error| self.unreadable(at, error))?;
                self.steps.push(step);
            }
        }
        if self.number()? != parts || !self.take.is_empty() {
            return Err(self.damaged(self.whole - self.take.left()));
        }
        let (core, session) = (head.core, SessionId(head.session));
        Ok(Recording { core, session, boot, steps: self.steps })
    }

    fn head(&mut self) -> Result<Head, RecordingError> {
        let (at, part) = self.part(UNPACKED_MAX)?.ok_or_else(|| self.cut_off())?;
        let text = String::from_utf8(part).map_err(|_| self.damaged(at))?;
        // It is whole: what cannot be understood was written so.
        toml::from_str(&text)
            .map_err(|error| RecordingError::Unknown { what: error.message().to_owned(), at_ms: 0 })
    }

    /// The next part and where it is; none at the end.
    fn part(&mut self, most: usize) -> Result<Option<(usize, Vec<u8>)>, RecordingError> {
        let length = self.number()?;
        if length == 0 {
            return Ok(None);
        }
        let at = self.whole - self.take.left();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let packed = self.take.bytes(length).map_err(|_| self.cut_off())?;
        let part = parts::unpack(packed, most).ok_or_else(|| self.damaged(at))?;
        Ok(Some((at, part)))
    }

    fn number(&mut self) -> Result<u64, RecordingError> {
        self.take.number().map_err(|_| self.cut_off())
    }

    fn at_ms(&self) -> u64 {
        Recording::since_start(&self.steps)
    }

    fn cut_off(&self) -> RecordingError {
        RecordingError::CutOff { bytes: self.whole, at_ms: self.at_ms() }
    }

    fn damaged(&self, byte: usize) -> RecordingError {
        RecordingError::Damaged { byte, at_ms: self.at_ms() }
    }

    fn unreadable(&self, byte: usize, error: Unreadable) -> RecordingError {
        match error {
            Unreadable::Bad => self.damaged(byte),
            Unreadable::Unknown(what) => RecordingError::Unknown { what, at_ms: self.at_ms() },
        }
    }
}

#[cfg(test)]
mod tests;
