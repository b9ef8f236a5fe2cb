//! JSON has one kind of number: `900` and `900.0` are the same, and both are accepted where whole
//! seconds are wanted.

use serde::{Deserialize, Deserializer, de};

/// Largest integer that a double holds exactly.
const EXACT_MAX: f64 = 9_007_199_254_740_991.0;

/// Reads a whole number that is not negative, written with or without a fraction of zero.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.fract() == 0.0 && (0.0..=EXACT_MAX).contains(&number) {
        // Checked: a whole number within the exact range of a double.
        Ok(number as u64)
    } else {
        let unexpected = de::Unexpected::Float(number);
        Err(de::Error::invalid_value(unexpected, &"a whole number of seconds, 0 or more"))
    }
}
