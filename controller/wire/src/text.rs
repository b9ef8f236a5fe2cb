//! Text that people type: no longer than it may be, and with nothing in it that a terminal would obey.

use std::fmt;
use std::str::FromStr;

/// Control characters, line ends among them, and those that turn the direction of writing.
#[must_use]
pub fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A text of unknown origin without what a terminal would obey; line ends stay.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(|c| is_obeyed(c) && c != '\n', "\u{fffd}")
}

/// A note of a person's, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// Characters at most.
    pub const CHARS_MAX: usize = 500;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Note {
    type Err = NoNote;

    fn from_str(text: &str) -> Result<Self, NoNote> {
        let (trimmed, length) = (text.trim(), text.chars().count());
        if trimmed.is_empty() {
            Err(NoNote::Empty)
        } else if length > Self::CHARS_MAX {
            Err(NoNote::TooLong { length })
        } else if text.contains(is_obeyed) {
            Err(NoNote::NotPlain)
        } else {
            Ok(Self(trimmed.to_owned()))
        }
    }
}

/// It is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNote {
    /// There is nothing in it.
    Empty,
    /// It is too long.
    TooLong {
        /// In characters.
        length: usize,
    },
    /// It has control characters, line ends or marks of direction.
    NotPlain,
}

impl fmt::Display for NoNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a note has 1 to {} characters on one line; this one ", Note::CHARS_MAX)?;
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::TooLong { length } => write!(f, "has {length}"),
            Self::NotPlain => f.write_str("has a line end or another control character"),
        }
    }
}

impl std::error::Error for NoNote {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced_and_line_ends_stay() {
        assert_eq!(plain("a\u{1b}[2Jb\nc\u{202e}d"), "a\u{fffd}[2Jb\nc\u{fffd}d");
    }

    #[test]
    fn a_note_is_one_line_of_at_most_500_characters() {
        assert_eq!(
            "  weh tut's, 日本 \t".trim().parse::<Note>().unwrap().as_str(),
            "weh tut's, 日本"
        );
        assert!("é".repeat(500).parse::<Note>().is_ok());
        for (text, error) in [
            (String::new(), NoNote::Empty),
            ("   ".to_owned(), NoNote::Empty),
            ("é".repeat(501), NoNote::TooLong { length: 501 }),
            ("a\nb".to_owned(), NoNote::NotPlain),
            ("a\u{1b}[2Jb".to_owned(), NoNote::NotPlain),
            ("a\u{9b}b".to_owned(), NoNote::NotPlain),
            ("a\u{202e}b".to_owned(), NoNote::NotPlain),
            ("a\u{2028}b".to_owned(), NoNote::NotPlain),
            ("a\0b".to_owned(), NoNote::NotPlain),
        ] {
            assert_eq!(text.parse::<Note>(), Err(error), "{text:?}");
            assert!(error.to_string().contains("1 to 500 characters on one line"));
        }
    }
}
