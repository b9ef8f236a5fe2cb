//! One line of a script as words, each with the column at which it stands.

use std::fmt;

use soothe_therapy::{Celsius, Span, limits};

/// A script that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// The column in that line, in characters from 1.
    pub column: usize,
    /// What was wrong, and what would be accepted.
    pub problem: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl std::error::Error for ScriptError {}

/// What reading a part of a line gives.
pub(super) type Read<T> = Result<T, ScriptError>;

/// Reads what stands after a word.
pub(super) type Reader<T> = fn(&mut Words<'_>) -> Read<T>;

/// Units of time from long to short, and their milliseconds.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Longer than this nothing in a script lasts: a year.
const TIME_MAX: Span = Span::from_min(366 * 24 * 60);

/// The words of one line that have not been read yet.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    line: usize,
    /// Where the word read last begins, in bytes.
    last: usize,
    /// Where the rest begins, in bytes.
    rest: usize,
}

impl<'a> Words<'a> {
    /// The words of a line; what stands after `#` is not among them.
    pub(super) fn new(line: usize, text: &'a str) -> Self {
        let text = text.split('#').next().unwrap_or_default().trim_end();
        Self { text, line, last: 0, rest: 0 }
    }

    /// What is left of the line, as it was written.
    pub(super) fn rest(&self) -> &'a str {
        self.text[self.rest..].trim_start()
    }

    /// The line in the script, from 1.
    pub(super) const fn line(&self) -> usize {
        self.line
    }

    /// The column at which the word read last stands, or at which one is missing.
    fn column(&self) -> usize {
        self.text[..self.last].chars().count() + 1
    }

    /// Reads the rest of the line as it is, and the column at which it begins.
    pub(super) fn take_rest(&mut self) -> (&'a str, usize) {
        let rest = self.rest();
        self.last = self.text.len() - rest.len();
        let column = self.column();
        self.rest = self.text.len();
        (rest, column)
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        self.last = self.text.len() - rest.len();
        let word = rest.split_whitespace().next();
        self.rest = self.last + word.map_or(0, str::len);
        word
    }

    /// Reads the word when it is the next one.
    pub(super) fn next_is(&mut self, word: &str) -> bool {
        let mut ahead = self.clone();
        let is = ahead.next() == Some(word);
        if is {
            *self = ahead;
        }
        is
    }

    /// An error at the word read last.
    pub(super) fn error(&self, problem: impl Into<String>) -> ScriptError {
        ScriptError { line: self.line, column: self.column(), problem: problem.into() }
    }

    /// Reads exactly this word.
    pub(super) fn want(&mut self, word: &str) -> Read<()> {
        match self.next() {
            Some(found) if found == word => Ok(()),
            Some(found) => Err(self.error(format!("`{found}` instead of `{word}`"))),
            None => Err(self.error(format!("`{word}` is missing"))),
        }
    }

    /// Reads the end of the line.
    pub(super) fn end(&mut self) -> Read<()> {
        match self.next() {
            Some(found) => Err(self.error(format!("`{found}` after the end of the statement"))),
            None => Ok(()),
        }
    }

    /// Reads one of the names in `table`; `what` says what they are.
    pub(super) fn choose<T: Copy>(&mut self, what: &str, table: &[(&str, T)]) -> Read<T> {
        let found = self.next();
        if let Some((_, value)) = table.iter().find(|(name, _)| found == Some(*name)) {
            return Ok(*value);
        }
        let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        Err(self.refuse(found, what, &names.join(", ")))
    }

    /// Reads a word that `read` understands; `accepted` says which.
    pub(super) fn parse<T>(
        &mut self,
        what: &str,
        accepted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Read<T> {
        let found = self.next();
        found.and_then(read).ok_or_else(|| self.refuse(found, what, accepted))
    }

    fn refuse(&self, found: Option<&str>, what: &str, accepted: &str) -> ScriptError {
        let wrong = match found {
            Some(found) => format!("`{found}` is not {what}"),
            None => format!("{what} is missing"),
        };
        self.error(format!("{wrong}; accepted: {accepted}"))
    }

    /// Reads a length of time.
    pub(super) fn time(&mut self) -> Read<Span> {
        self.parse("a time", "0s, 500ms, 90s, 1m30s, 2h or 1d", time)
    }

    /// Reads a moment of the script: a time at which there is a control cycle.
    pub(super) fn moment(&mut self) -> Read<Span> {
        let at = self.time()?;
        if at.as_ms().is_multiple_of(limits::CYCLE.as_ms()) {
            Ok(at)
        } else {
            Err(self.error("give a whole number of tenths of a second"))
        }
    }

    /// Reads a number from `min` to `max`.
    pub(super) fn number(&mut self, what: &str, min: f64, max: f64) -> Read<f64> {
        let within = |number: &f64| (min..=max).contains(number);
        self.parse(what, &format!("a number from {min} to {max}"), |word| {
            decimal(word).filter(within)
        })
    }

    /// Reads a whole number from `min` to `max`.
    pub(super) fn count(&mut self, what: &str, min: u32, max: u32) -> Read<u32> {
        let within = |number: &u32| (min..=max).contains(number);
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        self.parse(what, &format!("a whole number from {min} to {max}"), |word| {
            word.parse().ok().filter(|number| digits(word) && within(number))
        })
    }

    /// Reads a temperature in degrees Celsius.
    pub(super) fn celsius(&mut self) -> Read<Celsius> {
        let t = self.number("a temperature in °C", -273.15, 1000.0)?;
        Celsius::new(t).map_err(|error| self.error(error.to_string()))
    }
}

/// Digits with at most one point and a sign: no exponents, no "inf", no "nan".
fn decimal(word: &str) -> Option<f64> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (plain(whole) && plain(part)).then(|| word.parse().ok())?
}

/// `90s`, `1m30s`, `500ms`: numbers with units from long to short, each unit once.
fn time(word: &str) -> Option<Span> {
    let mut units = UNITS.as_slice();
    let (mut rest, mut ms) = (word, 0_u64);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let number: u64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..digits + letters];
        let place = units.iter().position(|(name, _)| *name == unit)?;
        ms = ms.checked_add(number.checked_mul(units[place].1)?)?;
        units = &units[place + 1..];
        rest = &rest[digits + letters..];
    }
    let span = Span::from_ms(ms);
    (!word.is_empty() && span <= TIME_MAX).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_numbers_with_units_from_long_to_short() {
        for (word, ms) in [
            ("0s", 0),
            ("500ms", 500),
            ("90s", 90_000),
            ("1m30s", 90_000),
            ("2h", 7_200_000),
            ("1d2h3m4s5ms", 93_784_005),
        ] {
            assert_eq!(time(word), Some(Span::from_ms(ms)), "{word}");
        }
        for word in ["", "5", "s", "-5s", "1s1m", "5s5s", "1.5m", "5 s", "9999999d", "5S", "５s"] {
            assert_eq!(time(word), None, "{word}");
        }
    }

    #[test]
    fn a_number_is_digits_with_at_most_one_point_and_a_sign() {
        for (word, number) in [("4", 4.0), ("-0.5", -0.5), ("+3.25", 3.25)] {
            assert_eq!(decimal(word), Some(number), "{word}");
        }
        for word in ["", "-", "nan", "inf", "1e3", ".5", "5.", "1.2.3", "1,5", "--1", "0x1"] {
            assert_eq!(decimal(word), None, "{word}");
        }
    }

    #[test]
    fn an_error_stands_where_the_word_does_counted_in_characters() {
        let mut words = Words::new(3, "  für immer  # und ewig");
        assert_eq!(words.next(), Some("für"));
        let error = words.want("ever").unwrap_err();
        assert_eq!(error.to_string(), "line 3, column 7: `immer` instead of `ever`");
        let error = words.time().unwrap_err();
        assert!(error.to_string().starts_with("line 3, column 12: a time is missing; "), "{error}");
        assert_eq!(words.end(), Ok(()));
    }

    proptest! {
        #[test]
        fn any_word_is_read_or_refused(word in "\\PC*") {
            let _ = (time(&word), Words::new(1, &word).count("n", 0, 9));
            prop_assert!(decimal(&word).is_none_or(f64::is_finite));
        }
    }
}
