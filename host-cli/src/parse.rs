//! From what a person types to values: durations, temperatures, sites and session numbers.
//!
//! Only the form is judged here. Whether a value is within the limits is decided in one place,
//! `HeatPlan::new`, so that the rule behind a refusal can be named.

use std::ffi::OsStr;
use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use soothe_simulator::{Mode, UnknownMode};
use soothe_therapy::checklist::Condition;
use soothe_therapy::{Site, Span};

use crate::args::Choice;

const DURATION_FORMS: &str = "give a number with its unit, such as 15m, 90s or 1m30s";
const TARGET_FORMS: &str = "give degrees such as 40, 40.5C or 104F";

/// More hours than this take days to live through.
const HOURS_MAX: f64 = 10_000_000.0;
/// The same of lives.
const LIVES_MAX: u64 = 1_000_000;
/// The daemon gives no more sessions at once.
const PAGE_MAX: u32 = 500;

/// Units of time from long to short: how they are written, and their seconds.
const UNITS: [(&[&str], u64); 3] = [
    (&["h", "hr", "hrs", "hour", "hours"], 3600),
    (&["m", "min", "mins", "minute", "minutes"], 60),
    (&["s", "sec", "secs", "second", "seconds"], 1),
];

/// Reads `15m`, `90s`, `1m30s`, `1h`, and the units in words, as in `15min`. A bare number is
/// refused: minutes and seconds differ by sixty.
pub(crate) fn duration(text: &str) -> Result<Span, String> {
    let refused = |why: &str| Err(format!("{why}: {DURATION_FORMS}"));
    let mut rest = text;
    let mut total_s: u64 = 0;
    let mut units = UNITS.as_slice();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        if tail.is_empty() {
            return refused("a unit is missing");
        }
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, next) = tail.split_at(letters);
        let Ok(number) = number.parse::<u64>() else {
            return refused("that is not a length of time");
        };
        let Some(place) = units.iter().position(|(names, _)| names.contains(&unit)) else {
            return refused("that is not a length of time");
        };
        let (_, unit_s) = units[place];
        let sum = number.checked_mul(unit_s).and_then(|s| total_s.checked_add(s));
        let Some(sum) = sum else {
            return refused("that is longer than can be counted");
        };
        total_s = sum;
        units = &units[place + 1..];
        rest = next;
    }
    if text.is_empty() { refused("a length of time is missing") } else { Ok(Span::from_s(total_s)) }
}

/// Reads `40`, `40.5`, `40C`, `40°C` as degrees Celsius, and `104F` as Fahrenheit, to a thousandth. The
/// decimal sign may be a comma.
///
/// A bare number is always Celsius. One that can only be meant as Fahrenheit is not converted: the
/// plan refuses it and says what it would be.
pub(crate) fn target_c(text: &str) -> Result<f64, String> {
    let (number, fahrenheit) = match text.strip_suffix(['F', 'f']) {
        Some(number) => (number, true),
        None => (text.strip_suffix(['C', 'c']).unwrap_or(text), false),
    };
    let number = number.strip_suffix('°').unwrap_or(number);
    let digits = number.strip_prefix('-').unwrap_or(number);
    // No exponents, no "inf", no "nan", no ".5": a temperature is digits and at most one decimal sign.
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) {
        return Err(format!("that is not a temperature: {TARGET_FORMS}"));
    }
    let Ok(degrees) = number.replace(',', ".").parse::<f64>() else {
        return Err(format!("that is not a temperature: {TARGET_FORMS}"));
    };
    if fahrenheit {
        // Rounded, so that 107.6F is 42 °C and not a bit's width above the limit.
        Ok(((degrees - 32.0) / 1.8 * 1000.0).round() / 1000.0)
    } else {
        Ok(degrees)
    }
}

/// Reads the number of a session, which counts from one.
pub(crate) fn session_id(text: &str) -> Result<i64, String> {
    text.parse().ok().filter(|id| *id >= 1).ok_or_else(|| {
        "a session's number is wanted, such as 7; `soothe log list` shows them".to_owned()
    })
}

/// Reads the number of a tuning.
pub(crate) fn tuning_id(text: &str) -> Result<i64, String> {
    text.parse().ok().filter(|id| *id >= 1).ok_or_else(|| {
        "a tuning's number is wanted, such as 7; `soothe tune --show` lists them".to_owned()
    })
}

/// Reads which tuning is to be used.
pub(crate) fn choice(text: &str) -> Result<Choice, String> {
    if text == "none" { Ok(Choice::None) } else { tuning_id(text).map(Choice::Tuning) }
}

/// Reads a seed.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    whole(text, 0, u64::MAX)
}

/// Reads a number of lives to simulate.
pub(crate) fn lives(text: &str) -> Result<u64, String> {
    whole(text, 1, LIVES_MAX)
}

/// Reads how many sessions are listed.
pub(crate) fn page(text: &str) -> Result<u32, String> {
    whole(text, 1, PAGE_MAX)
}

/// Reads a whole number from `least` to `most`.
fn whole<N: FromStr + Display + PartialOrd>(text: &str, least: N, most: N) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| *number >= least && *number <= most);
    number.ok_or_else(|| format!("give a whole number from {least} to {most}"))
}

/// Reads a number of hours to simulate.
pub(crate) fn hours(text: &str) -> Result<f64, String> {
    let hours = text.parse().ok().filter(|hours| *hours > 0.0 && *hours <= HOURS_MAX);
    hours.ok_or_else(|| format!("give a number of hours above 0, up to {HOURS_MAX}"))
}

/// Reads what kind of lives is simulated.
pub(crate) fn mode(text: &str) -> Result<Mode, String> {
    text.parse().map_err(|error: UnknownMode| error.to_string())
}

/// Reads a site. When it is unknown the nearest one is offered; both sides of it when only the side is
/// missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SiteParser;

impl SiteParser {
    fn names() -> PossibleValuesParser {
        PossibleValuesParser::new(Site::ALL.iter().map(|site| PossibleValue::new(site.name())))
    }
}

impl TypedValueParser for SiteParser {
    type Value = Site;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Site, clap::Error> {
        let known = Self::names().try_map(|name| name.parse::<Site>());
        known.parse_ref(cmd, arg, value).map_err(|mut error| {
            let both = both_sides(&value.to_string_lossy());
            if !both.is_empty() {
                error.insert(ContextKind::SuggestedValue, ContextValue::Strings(both));
            }
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = Site::ALL.iter().map(|site| PossibleValue::new(site.name()));
        Some(Box::new(names))
    }
}

/// A condition of the check-list, by its name.
pub(crate) fn condition() -> impl TypedValueParser<Value = Condition> {
    let named = |it: &Condition| PossibleValue::new(it.name()).help(it.text());
    PossibleValuesParser::new(Condition::ALL.iter().map(named)).try_map(|name| {
        Condition::from_name(&name).ok_or_else(|| format!("there is no condition `{name}`"))
    })
}

/// The sites that are called `text` but for their side; `back` is part of four.
fn both_sides(text: &str) -> Vec<String> {
    let end = format!("-{}", text.to_lowercase());
    let names = Site::ALL.iter().map(|site| site.name());
    names.filter(|name| end.len() > 1 && name.ends_with(&end)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_with_units_are_read() {
        for (text, s) in [
            ("15m", 900),
            ("90s", 90),
            ("1m30s", 90),
            ("1h", 3600),
            ("1h2m3s", 3723),
            ("0m", 0),
            ("0s", 0),
            ("007m", 420),
            ("15min", 900),
            ("90sec", 90),
            ("1hour", 3600),
            ("2hours30minutes", 9000),
            ("1min30s", 90),
        ] {
            assert_eq!(duration(text), Ok(Span::from_s(s)), "{text}");
        }
    }

    #[test]
    fn other_durations_are_refused_with_the_accepted_forms() {
        for text in [
            "",
            "15",
            "m",
            "s",
            "15 m",
            " 15m",
            "15m ",
            "15mi",
            "15minh",
            "15minutes30",
            "30sec1min",
            "1.5m",
            "1,5m",
            "-15m",
            "+15m",
            "30s1m",
            "1m1m",
            "1m30",
            "15M",
            "15分",
            "１５m",
            "1e3s",
            "NaN",
            "inf",
            "99999999999999999999s",
            "18446744073709551615m",
            "18446744073709551615s1s",
            "5124095576030431h99999999999999999m",
        ] {
            let error = duration(text).expect_err(text);
            assert!(error.contains("15m, 90s or 1m30s"), "{text}: {error}");
        }
        assert!(duration("15").unwrap_err().contains("a unit is missing"));
    }

    #[test]
    fn targets_are_celsius_unless_they_say_fahrenheit() {
        for (text, c) in [
            ("40", 40.0),
            ("40.5", 40.5),
            ("40,5", 40.5),
            ("40,5°C", 40.5),
            ("104,9F", 40.5),
            ("40C", 40.0),
            ("40c", 40.0),
            ("40°C", 40.0),
            ("-5", -5.0),
            ("104", 104.0),
            ("104F", 40.0),
            ("104°F", 40.0),
            ("107.6F", 42.0),
            ("86f", 30.0),
            ("-40F", -40.0),
        ] {
            assert_eq!(target_c(text), Ok(c), "{text}");
        }
    }

    #[test]
    fn other_targets_are_refused_with_the_accepted_forms() {
        for text in [
            "", "C", "F", "°", "-", "NaN", "nan", "inf", "-inf", "infinity", "4e1", "0x28", "40K",
            "40CF", "forty", "40 C", " 40", ",5", ".5", "40.", "40,", "1,2,3", "1,200.5", "1.2.3",
            "--5", "+40", "４０",
        ] {
            let error = target_c(text).expect_err(text);
            assert!(error.contains("40, 40.5C or 104F"), "{text}: {error}");
        }
    }

    #[test]
    fn a_site_without_its_side_is_offered_on_both() {
        assert_eq!(both_sides("shoulder"), ["left-shoulder", "right-shoulder"]);
        assert_eq!(both_sides("Upper-Back"), ["left-upper-back", "right-upper-back"]);
        assert_eq!(both_sides("back").len(), 4);
        for unknown in ["", "head", "der", "left-shoulder"] {
            assert!(both_sides(unknown).is_empty(), "{unknown}");
        }
    }

    #[test]
    fn a_session_is_named_by_its_number() {
        assert_eq!(session_id("7"), Ok(7));
        for text in ["", "abc", "0", "-1", "7.0", "99999999999999999999"] {
            assert!(session_id(text).unwrap_err().contains("a session's number"), "{text}");
        }
    }

    #[test]
    fn a_count_that_is_none_is_told_what_would_be_accepted() {
        assert_eq!((seed("0"), lives("2"), page("500")), (Ok(0), Ok(2), Ok(500)));
        for text in ["", "abc", "0", "-1", "1.5", "1e3", "99999999999999999999"] {
            assert_eq!(lives(text).unwrap_err(), "give a whole number from 1 to 1000000", "{text}");
            assert_eq!(page(text).unwrap_err(), "give a whole number from 1 to 500", "{text}");
        }
        assert!(seed("abc").unwrap_err().ends_with("from 0 to 18446744073709551615"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_never_panics(text in "\\PC*") {
            let _ = duration(&text);
            if let Ok(c) = target_c(&text) {
                prop_assert!(!c.is_nan());
            }
        }

        #[test]
        fn what_looks_like_a_duration_is_counted_right(h in 0u64..99, m in 0u64..999, s in 0u64..9999) {
            let expected = Span::from_s(h * 3600 + m * 60 + s);
            prop_assert_eq!(duration(&format!("{h}h{m}m{s}s")), Ok(expected));
        }

        #[test]
        fn a_duration_without_its_unit_is_never_read(number in any::<u64>()) {
            prop_assert!(duration(&number.to_string()).is_err());
        }

        #[test]
        fn celsius_is_read_as_written(tenths in -5000i32..5000) {
            let c = f64::from(tenths) / 10.0;
            prop_assert_eq!(target_c(&format!("{c}")), Ok(c));
            prop_assert_eq!(target_c(&format!("{c}C")), Ok(c));
        }

        #[test]
        fn fahrenheit_is_converted_to_a_thousandth(c_tenths in 300i32..=420) {
            let c = f64::from(c_tenths) / 10.0;
            let read = target_c(&format!("{:.2}F", c * 1.8 + 32.0)).unwrap();
            prop_assert!((read - c).abs() < 0.004, "{} against {}", read, c);
        }
    }
}
