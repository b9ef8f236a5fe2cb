//! Numbers in a pad file: what a key accepts, and one sentence that says what to change where it does not.
//!
//! Whoever reads pads from a file, this model and the control benchmark, accepts the same in the same words.

use std::ops::Range;

use toml::{Spanned, Value};

/// A pad file was not accepted: where, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct PadError {
    /// Line in the text, from 1.
    pub line: usize,
    /// Column in that line, in characters from 1.
    pub column: usize,
    /// What was wrong and what would be accepted.
    pub problem: String,
}

/// A number as written, with its place; checked in [`Source::number`].
pub type Written = Option<Spanned<Value>>;

/// What a key accepts.
#[derive(Clone, Copy, Debug)]
pub struct Accepts {
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// What it is, with its unit.
    pub what: &'static str,
}

impl Accepts {
    /// NaN is in no range.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

// The ranges keep the models stable: the fastest time constant that they allow is 0.1 s, twice their step.

/// Of `c1` and `c2`.
pub const CAPACITY: Accepts = Accepts { min: 5.0, max: 10_000.0, what: "a heat capacity in J/K" };
/// Of `g12`, `g2a` and `g1a`.
pub const CONDUCTANCE: Accepts = Accepts { min: 0.01, max: 20.0, what: "a conductance in W/K" };
/// Of `power`.
pub const POWER: Accepts = Accepts { min: 1.0, max: 200.0, what: "a power in W" };
/// Of `ambient`.
pub const ROOM: Accepts = Accepts { min: -20.0, max: 50.0, what: "a temperature in °C" };
/// Of a sensor's lag.
pub const LAG: Accepts = Accepts { min: 0.1, max: 300.0, what: "a time constant in s" };
/// Of a sensor's resolution.
pub const QUANTUM: Accepts = Accepts { min: 0.001, max: 5.0, what: "a resolution in K" };
/// Of a sensor's noise.
pub const NOISE: Accepts = Accepts { min: 0.0, max: 5.0, what: "a standard deviation in K" };

/// The text that is being read, for places in it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// All of it.
    pub text: &'a str,
}

impl Source<'_> {
    /// The number of a key, or `default` when it was left out.
    ///
    /// # Errors
    /// When it is no number, or outside the key's range.
    pub fn number(
        &self,
        key: &str,
        written: &Written,
        accepts: &Accepts,
        default: f64,
    ) -> Result<f64, PadError> {
        let Some(written) = written else {
            return Ok(default);
        };
        let value = match written.get_ref() {
            Value::Float(value) => Some(*value),
            // Exact in every accepted range; beyond 2^53 it only has to stay out of range.
            Value::Integer(value) => Some(*value as f64),
            Value::String(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_)
            | Value::Table(_) => None,
        };
        if let Some(value) = value.filter(|value| accepts.holds(*value)) {
            return Ok(value);
        }
        let Accepts { min, max, what } = accepts;
        let found = self.text.get(written.span()).unwrap_or_default();
        let problem = format!("{key} must be {what} from {min} to {max}, not {found}");
        Err(self.error(written.span(), problem))
    }

    /// A problem at a place.
    #[must_use]
    pub fn error(&self, span: Range<usize>, problem: String) -> PadError {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        PadError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem,
        }
    }
}
