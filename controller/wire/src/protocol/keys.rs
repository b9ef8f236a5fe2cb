//! The keys of one table of a protocol file: each is read once, at its place, in words that say what it accepts.

use soothe_therapy::{Rule, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::duration;

/// Something in the text is not as it must be.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Where, in bytes from the beginning.
    pub(super) at: usize,
    /// What is wrong, and what would be accepted.
    pub(super) problem: String,
    /// The rule that refuses, where there is one.
    pub(super) rule: Option<Rule>,
}

impl Wrong {
    pub(super) fn new(at: usize, problem: impl Into<String>) -> Self {
        Self { at, problem: problem.into(), rule: None }
    }
}

/// A value and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

/// Keys that are easily written for another one.
const MEANT: [(&str, &str); 14] = [
    ("target", "target_c"),
    ("target_f", "target_c, in degrees Celsius"),
    ("temperature", "target_c"),
    ("temp", "target_c"),
    ("celsius", "target_c"),
    ("duration", "for"),
    ("time", "for"),
    ("minutes", "for"),
    ("seconds", "for"),
    ("type", "kind"),
    ("times", "repeat"),
    ("prompt", "say"),
    ("phases", "phase"),
    ("description", "about"),
];

/// A table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    /// What it is, in the words of an error.
    pub(super) what: &'static str,
    /// Where it begins.
    pub(super) at: usize,
    /// All of it.
    pub(super) table: &'a DeTable<'a>,
}

impl<'a> Keys<'a> {
    /// Refuses every other key than the accepted ones.
    pub(super) fn only(&self, accepted: &[&str]) -> Result<(), Wrong> {
        let unknown = self.table.keys().filter(|key| !accepted.contains(&key.get_ref().as_ref()));
        let Some(first) = unknown.min_by_key(|key| key.span().start) else { return Ok(()) };
        let key = first.get_ref();
        let meant = MEANT.iter().find(|(written, _)| key == written);
        let hint = meant.map_or(String::new(), |(_, it)| format!(" (did you mean {it}?)"));
        let (what, key, accepted) = (self.what, key.escape_debug(), accepted.join(", "));
        let problem = format!("{what} has no key `{key}`{hint}; accepted: {accepted}");
        Err(Wrong::new(first.span().start, problem))
    }

    /// A word.
    pub(super) fn word(&self, key: &str, accepts: &str) -> Result<At<&'a str>, Wrong> {
        let value = self.wanted(key, accepts)?;
        let at = value.span().start;
        let word = value.get_ref().as_str();
        word.map(|value| At { value, at }).ok_or_else(|| self.other(key, value, accepts))
    }

    /// One paragraph of 1 to `most` characters; line ends and repeated spaces count as one space.
    pub(super) fn prose(&self, key: &str, most: usize) -> Result<String, Wrong> {
        let accepts = format!("text of 1 to {most} characters");
        let At { value: text, at } = self.word(key, &accepts)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let refused = |what: String| Err(Wrong::new(at, format!("`{key}` {what}: give {accepts}")));
        if let Some(hidden) = text.chars().find(|it| is_hidden(*it)) {
            return refused(format!("has the hidden character {}", hidden.escape_unicode()));
        }
        match text.chars().count() {
            0 => refused("is empty".to_owned()),
            length if length > most => refused(format!("is {length} characters long")),
            _ => Ok(text),
        }
    }

    /// A length of time.
    pub(super) fn span(&self, key: &str) -> Result<At<Span>, Wrong> {
        let accepts = "a length of time in quotes such as \"15m\", \"90s\" or \"1m30s\"";
        let At { value: text, at } = self.word(key, accepts)?;
        match duration::parse(text) {
            Ok(value) => Ok(At { value, at }),
            Err(problem) => Err(Wrong::new(at, format!("`{key}`: {problem}"))),
        }
    }

    /// A number, whole or not.
    pub(super) fn number(&self, key: &str, accepts: &str) -> Result<At<f64>, Wrong> {
        let value = self.wanted(key, accepts)?;
        let number = match value.get_ref() {
            DeValue::Float(it) => it.as_str().parse().ok(),
            DeValue::Integer(it) => i64::from_str_radix(it.as_str(), it.radix()).ok().map(|it| {
                // Exact in every accepted range; beyond 2^53 it only has to stay out of range.
                it as f64
            }),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        let at = value.span().start;
        number.map(|value| At { value, at }).ok_or_else(|| self.other(key, value, accepts))
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&self, key: &str, least: usize, most: usize) -> Result<At<usize>, Wrong> {
        let accepts = format!("a whole number from {least} to {most}");
        let value = self.wanted(key, &accepts)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|it| usize::from_str_radix(it.as_str(), it.radix()).ok());
        let number = number.filter(|it| (least..=most).contains(it));
        let at = value.span().start;
        number
            .map(|value| At { value, at })
            .ok_or_else(|| Wrong::new(at, format!("`{key}` must be {accepts}")))
    }

    /// The value of a key, whatever it is.
    pub(super) fn wanted(
        &self,
        key: &str,
        accepts: &str,
    ) -> Result<&'a Spanned<DeValue<'a>>, Wrong> {
        self.table.get(key).ok_or_else(|| {
            Wrong::new(self.at, format!("{} needs the key `{key}`: give {accepts}", self.what))
        })
    }

    fn other(&self, key: &str, value: &Spanned<DeValue<'a>>, accepts: &str) -> Wrong {
        let found = match value.get_ref() {
            DeValue::String(_) => "text in quotes",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or a time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let problem = format!("`{key}` in {} must be {accepts}, not {found}", self.what);
        Wrong::new(value.span().start, problem)
    }
}

/// Control characters, and those that show nothing or turn the direction of writing: a text must be what
/// it looks like.
fn is_hidden(c: char) -> bool {
    let shows_nothing = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    c.is_control() || shows_nothing
}
