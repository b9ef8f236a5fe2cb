//! JSON has one kind of number: `900` and `900.0` are the same, and both are accepted where whole
//! numbers are wanted.

use serde::{Deserialize, Deserializer, de};

/// Largest integer that a double holds exactly.
const EXACT_MAX: f64 = 9_007_199_254_740_991.0;

/// Reads a whole number that is not negative, written with or without a fraction of zero.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    checked(f64::deserialize(deserializer)?, "a whole number of seconds, 0 or more")
}

/// The same for the number of a session, or `null`.
pub(crate) fn whole_or_null<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    let wanted = "the number of a session, or null";
    let number = Option::deserialize(deserializer)?.map(|it| checked(it, wanted)).transpose()?;
    // Checked: it is within the exact range of a double.
    Ok(number.map(u64::cast_signed))
}

fn checked<E: de::Error>(number: f64, wanted: &str) -> Result<u64, E> {
    if number.fract() == 0.0 && (0.0..=EXACT_MAX).contains(&number) {
        // Checked: a whole number within the exact range of a double.
        Ok(number as u64)
    } else {
        Err(E::invalid_value(de::Unexpected::Float(number), &wanted))
    }
}
