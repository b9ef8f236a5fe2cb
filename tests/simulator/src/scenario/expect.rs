//! What a script expects, watched while it is played.
//!
//! `expect [never|always] CONDITION [at T | within D of T | [from T] [to T]]`: that at some time in the
//! window, at no time, or all the time the condition holds. Without a window it is the whole script.

use std::fmt;

use soothe_therapy::Span;

use super::condition::Condition;
use super::stage::Seen;
use super::words::{Read, Words};
use crate::story::clock;

/// How much of the window a condition is to hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Once,
    Never,
    Always,
}

/// Something that is expected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expectation {
    pub(super) line: usize,
    text: String,
    share: Share,
    condition: Condition,
    from: Span,
    to: Span,
}

/// Whether something that was expected came true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line of the script.
    pub line: usize,
    /// What was expected, in the script's words.
    pub expected: String,
    /// It was so.
    pub met: bool,
    /// When, or what was instead; may be empty.
    pub seen: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.met { "met   " } else { "FAILED" };
        write!(f, "{word}  line {}: expect {}", self.line, self.expected)?;
        if self.seen.is_empty() { Ok(()) } else { write!(f, " ({})", self.seen) }
    }
}

impl Expectation {
    /// Reads what stands after `expect`.
    pub(super) fn read(words: &mut Words<'_>) -> Read<Self> {
        let line = words.line();
        let text = words.rest().to_owned();
        let share = if words.next_is("never") {
            Share::Never
        } else if words.next_is("always") {
            Share::Always
        } else {
            Share::Once
        };
        let condition = Condition::read(words)?;
        let (from, to) = window(words)?;
        Ok(Self { line, text, share, condition, from, to })
    }

    /// The last moment that it must be played to, if it names one.
    pub(super) fn ends(&self) -> Span {
        if self.to == OPEN { self.from } else { self.to }
    }
}

/// No end but the script's.
const OPEN: Span = Span::from_ms(u64::MAX);

fn window(words: &mut Words<'_>) -> Read<(Span, Span)> {
    if words.next_is("at") {
        let at = words.moment()?;
        return Ok((at, at));
    }
    if words.next_is("within") {
        let length = words.time()?;
        words.want("of")?;
        let from = words.moment()?;
        return Ok((from, from + length));
    }
    let from = if words.next_is("from") { words.moment()? } else { Span::ZERO };
    let to = if words.next_is("to") { words.moment()? } else { OPEN };
    if to < from {
        return Err(words.error("the window ends before it begins"));
    }
    Ok((from, to))
}

/// An expectation and what has been seen of it.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    expectation: &'a Expectation,
    so: Option<Span>,
    not_so: Option<Span>,
    lowest: f64,
    highest: f64,
}

impl<'a> Watch<'a> {
    /// A watch that has seen nothing yet.
    pub(super) fn new(expectation: &'a Expectation) -> Self {
        let (lowest, highest) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { expectation, so: None, not_so: None, lowest, highest }
    }

    /// Looks at one cycle.
    pub(super) fn look(&mut self, seen: &Seen<'_>) {
        let Expectation { condition, from, to, .. } = self.expectation;
        if seen.at < *from || seen.at > *to {
            return;
        }
        let first = if condition.holds(seen) { &mut self.so } else { &mut self.not_so };
        first.get_or_insert(seen.at);
        if let Some(number) = condition.number(seen) {
            self.lowest = self.lowest.min(number);
            self.highest = self.highest.max(number);
        }
    }

    /// What came of it.
    pub(super) fn finding(&self) -> Finding {
        let Expectation { line, text, share, .. } = self.expectation;
        let (met, told) = match share {
            Share::Once => (self.so.is_some(), self.so.map(|at| format!("at {}", clock(at)))),
            Share::Never => (self.so.is_none(), self.so.map(|at| format!("so at {}", clock(at)))),
            Share::Always => {
                (self.not_so.is_none(), self.not_so.map(|at| format!("not so at {}", clock(at))))
            }
        };
        let range = (self.lowest <= self.highest)
            .then(|| format!("it was {:.2} to {:.2}", self.lowest, self.highest));
        let seen: Vec<String> = told.into_iter().chain(range).collect();
        Finding { line: *line, expected: text.clone(), met, seen: seen.join("; ") }
    }
}
