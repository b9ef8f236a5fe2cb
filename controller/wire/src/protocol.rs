//! Protocol files: a protocol of the core as text that people write, with what is known about its use.
//!
//! docs/protocols.md is the format. A file is parsed once, here: a [`ProtocolFile`] that exists obeys every
//! limit, because its [`Protocol`] does. This module opens no file; whoever does, hands the bytes over.

mod builtin;
mod guided;
mod keys;
mod own;
mod phases;
#[cfg(test)]
mod tests;

use std::fmt;

use soothe_therapy::session::Prompt;
use soothe_therapy::{Phase, Protocol, ProtocolError, Rule};
use toml::de::DeTable;

pub use builtin::{builtin, find};
pub use own::{folder, name_is_free, template};

use keys::{At, Keys, Wrong};
use phases::Placed;

/// A longer file is none, in bytes.
pub const FILE_MAX: usize = 64 * 1024;
/// The longest title, in characters.
pub const TITLE_MAX: usize = 60;
/// The longest `about`, `evidence` and `weakness`, in characters.
pub const PROSE_MAX: usize = 600;
/// The longest words of a phase, in characters.
pub const SAY_MAX: usize = 120;
/// The version of the format that is read.
pub const FORMAT: usize = 1;

/// A protocol with what a person should know before it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtocolFile {
    /// What it is called, for people; 1 to [`TITLE_MAX`] characters, all of them visible.
    pub title: String,
    /// What it is for and how it is done; 1 to [`PROSE_MAX`] visible characters in one paragraph.
    pub about: String,
    /// What speaks for it, the same.
    pub evidence: String,
    /// What is not known, or speaks against it, the same.
    pub weakness: String,
    /// What is done. Its name is the file's without `.toml`.
    pub protocol: Protocol,
    /// The file's own words for each phase.
    says: Vec<Option<String>>,
}

/// A protocol file was not accepted: where, and what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// Line in the text, from 1.
    pub line: usize,
    /// Column in that line, in characters from 1.
    pub column: usize,
    /// What was wrong and what would be accepted.
    pub problem: String,
    /// The rule that refuses, where there is one.
    pub rule: Option<Rule>,
}

impl FileError {
    /// What was wrong, and the rule's id where there is one.
    #[must_use]
    pub fn said(&self) -> String {
        let problem = &self.problem;
        self.rule.map_or_else(|| problem.clone(), |rule| format!("{problem} ({})", rule.id()))
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.said())
    }
}

impl std::error::Error for FileError {}

impl ProtocolFile {
    /// Reads a person's own protocol from the bytes of the file that is called `stem`.toml.
    ///
    /// # Errors
    /// As [`ProtocolFile::parse`], and when the bytes are no UTF-8, the protocol's name is not the file's,
    /// or it is not free.
    pub fn own(bytes: &[u8], stem: &str) -> Result<Self, FileError> {
        let text = text(bytes)?;
        let (file, name_at) = parsed(text).map_err(|wrong| wrong.in_text(text))?;
        let name = file.protocol.name();
        let problem = if name.as_str() == stem {
            name_is_free(&name).err()
        } else {
            let stem = stem.escape_debug();
            Some(format!(
                "the name is `{name}`, but the file is `{stem}.toml`: both must be the same"
            ))
        };
        problem.map_or(Ok(file), |problem| Err(Wrong::new(name_at, problem).in_text(text)))
    }

    /// Reads a protocol.
    ///
    /// # Errors
    /// With line and column: more than [`FILE_MAX`] bytes, text that is no TOML, a key that is missing,
    /// unknown or of another type, a limit that would be exceeded.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let text = self::text(text.as_bytes())?;
        parsed(text).map(|(file, _)| file).map_err(|wrong| wrong.in_text(text))
    }

    /// The phases in order, repeats unrolled, each with the file's own words for it.
    pub fn phases(&self) -> impl Iterator<Item = (&Phase, Option<&str>)> {
        self.protocol.phases().iter().zip(self.says.iter().map(Option::as_deref))
    }
}

/// What a person is asked to confirm in a phase, in order.
#[must_use]
pub const fn asks(phase: &Phase) -> &'static [Prompt] {
    match phase {
        Phase::Ice { .. } => &[Prompt::PackOn, Prompt::PackOff],
        Phase::Swap { .. } => &[Prompt::Swapped],
        Phase::Rest { until_normal: true, .. } => &[Prompt::Normal],
        Phase::Tens { .. } => &[Prompt::Electrodes],
        Phase::Exercise { .. } => &[Prompt::Exercise],
        Phase::Rest { until_normal: false, .. } | Phase::Heat { .. } => &[],
    }
}

/// The text of a file that is not too long.
fn text(bytes: &[u8]) -> Result<&str, FileError> {
    if bytes.len() > FILE_MAX {
        let kib = FILE_MAX / 1024;
        let problem = format!("the file is longer than {kib} KiB, so it is no protocol");
        return Err(Wrong::new(0, problem).in_text(""));
    }
    str::from_utf8(bytes).map_err(|error| {
        let (valid, _) = bytes.split_at(error.valid_up_to());
        let before = str::from_utf8(valid).unwrap_or_default();
        let problem = "this is not UTF-8: save the file as UTF-8 text";
        Wrong::new(before.len(), problem).in_text(before)
    })
}

/// The file, and where its name is.
fn parsed(text: &str) -> Result<(ProtocolFile, usize), Wrong> {
    let document = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or_default().start;
        Wrong::new(at, format!("this is not TOML: {}", error.message().trim_end()))
    })?;
    let file = Keys { what: "a protocol file", at: 0, table: document.get_ref() };
    if file.table.is_empty() {
        return Err(Wrong::new(
            0,
            "the file is empty: `soothe protocols new NAME` writes one to begin with",
        ));
    }
    if file.whole("format", FORMAT, FORMAT).is_err() {
        let at = file.table.get("format").map_or(0, |it| it.span().start);
        let problem = format!("`format = {FORMAT}` is wanted: no other version is known here");
        return Err(Wrong::new(at, problem));
    }
    file.only(&["format", "name", "title", "about", "evidence", "weakness", "phase"])?;
    let name = file.word("name", "1 to 32 of a-z, 0-9 and - in quotes")?;
    let title = file.prose("title", TITLE_MAX)?;
    let about = file.prose("about", PROSE_MAX)?;
    let evidence = file.prose("evidence", PROSE_MAX)?;
    let weakness = file.prose("weakness", PROSE_MAX)?;
    let placed = phases::read(file.wanted("phase", phases::PHASE)?)?;
    let protocol = protocol(name, &placed)?;
    let says = placed.into_iter().map(|it| it.say).collect();
    Ok((ProtocolFile { title, about, evidence, weakness, protocol, says }, name.at))
}

fn protocol(name: At<&str>, placed: &[Placed]) -> Result<Protocol, Wrong> {
    let phases: Vec<Phase> = placed.iter().map(|it| it.phase).collect();
    let made: Result<Protocol, ProtocolError> = Protocol::new(name.value, &phases);
    made.map_err(|error| phases::blame(error, name, placed))
}

impl Wrong {
    /// With line and column, which are counted in characters.
    fn in_text(self, text: &str) -> FileError {
        let before = text.get(..self.at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        FileError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem: self.problem,
            rule: self.rule,
        }
    }
}
