//! JSON has one kind of number: `900` and `900.0` are the same, and both are accepted where whole
//! numbers are wanted.

use serde::{Deserialize, Deserializer, de};
use soothe_therapy::tens::Cap;

/// Largest integer that a double holds exactly.
const EXACT_MAX: f64 = 9_007_199_254_740_991.0;

/// Reads a whole number that is not negative, written with or without a fraction of zero, or none.
pub(crate) fn whole_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    let wanted = "a whole number of seconds, 0 or more";
    Option::deserialize(deserializer)?.map(|it| checked(it, wanted)).transpose()
}

/// The same of minutes.
pub(crate) fn minutes_or_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    let wanted = "a whole number of minutes";
    Option::deserialize(deserializer)?.map(|it| checked(it, wanted)).transpose()
}

/// The same for the number of a prompt.
pub(crate) fn prompt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let wanted = "the number of a prompt";
    let number = checked(f64::deserialize(deserializer)?, wanted)?;
    u32::try_from(number)
        .map_err(|_| de::Error::invalid_value(de::Unexpected::Unsigned(number), &wanted))
}

/// The same for the number of a session.
pub(crate) fn session<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = checked(f64::deserialize(deserializer)?, "the number of a session")?;
    // Checked: it is within the exact range of a double.
    Ok(number.cast_signed())
}

/// The same for a TENS level; which are accepted is decided by the core.
pub(crate) fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let wanted = "a whole number of mA from 0 to 30";
    let number = checked(f64::deserialize(deserializer)?, wanted)?;
    u8::try_from(number)
        .ok()
        .filter(|ma| *ma <= Cap::HARD.ma())
        .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Unsigned(number), &wanted))
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

/// The points of a pain; which are accepted is decided where they become one.
pub(crate) fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    checked(f64::deserialize(deserializer)?, "a whole number from 0 to 10")
}

/// The same, or `null`.
pub(crate) fn points_or_null<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    Option::deserialize(deserializer)?
        .map(|it| checked(it, "a whole number from 0 to 10"))
        .transpose()
}

fn checked<E: de::Error>(number: f64, wanted: &str) -> Result<u64, E> {
    if number.fract() == 0.0 && (0.0..=EXACT_MAX).contains(&number) {
        // Checked: a whole number within the exact range of a double.
        Ok(number as u64)
    } else {
        Err(E::invalid_value(de::Unexpected::Float(number), &wanted))
    }
}
