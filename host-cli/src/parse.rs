//! From what a person types to values: durations, temperatures, sites and session numbers.
//!
//! Only the form is judged here. Whether a value is within the limits is decided in one place,
//! `Plan::heat`, so that the rule behind a refusal can be named.

use std::ffi::OsStr;
use std::fmt::Display;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use soothe_simulator::{Mode, UnknownMode};
use soothe_therapy::checklist::Condition;
use soothe_therapy::exercise::Exercise;
use soothe_therapy::pain::red_flags::RedFlag;
use soothe_therapy::pain::{Cause, NoPain, Pain, Treatment};
use soothe_therapy::tens::Cap;
use soothe_therapy::{Profile, Site};
use soothe_wire::Note;
use soothe_wire::reminder::{Day, Days, Doing, NoTime, TimeOfDay};
use soothe_wire::text::NoNote;

pub(crate) use soothe_wire::duration::parse as duration;

use crate::args::{Choice, LevelChange};

const TARGET_FORMS: &str = "give degrees such as 40, 40.5C or 104F";

/// More hours than this take days to live through.
const HOURS_MAX: f64 = 10_000_000.0;
/// The same of lives.
const LIVES_MAX: u64 = 1_000_000;
/// The daemon gives no more sessions at once.
const PAGE_MAX: u32 = 500;

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

/// Reads the name of a person's own protocol.
pub(crate) fn own_protocol(text: &str) -> Result<String, String> {
    soothe_wire::protocol::name_is_free(text).map(|()| text.to_owned())
}

/// Reads a number of hours to simulate.
pub(crate) fn hours(text: &str) -> Result<f64, String> {
    let hours = text.parse().ok().filter(|hours| *hours > 0.0 && *hours <= HOURS_MAX);
    hours.ok_or_else(|| format!("give a number of hours above 0, up to {HOURS_MAX}"))
}

/// Reads how the TENS level is to change.
pub(crate) fn level(text: &str) -> Result<LevelChange, String> {
    match text {
        "+" | "+1" => Ok(LevelChange::Up),
        "-" | "-1" => Ok(LevelChange::Down),
        number => {
            let number = number.strip_suffix("mA").unwrap_or(number).trim();
            // Rust reads `+5` as 5: whoever means five more must not get five, nor five at once.
            let ma = number.parse::<u8>().ok().filter(|_| !number.starts_with('+'));
            let most = Cap::HARD.ma();
            ma.filter(|ma| *ma <= most).map(LevelChange::To).ok_or_else(|| {
                format!(
                    "a level is + or - for one mA more or less, or a whole number of mA from 0 to {most}"
                )
            })
        }
    }
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

/// Reads a pain on the scale of 0 to 10.
pub(crate) fn pain(text: &str) -> Result<Pain, String> {
    text.parse().map_err(|error: NoPain| error.to_string())
}

/// Reads a note.
pub(crate) fn note(text: &str) -> Result<Note, String> {
    text.parse().map_err(|error: NoNote| error.to_string())
}

/// A condition of the check-list, by its name.
pub(crate) fn condition() -> impl TypedValueParser<Value = Condition> {
    one_of(Condition::ALL.iter().map(|it| (it.name(), it.text())), Condition::from_name)
}

/// A profile, by its name.
pub(crate) fn profile() -> impl TypedValueParser<Value = Profile> {
    one_of(Profile::ALL.iter().map(|it| (it.name(), it.for_whom())), Profile::from_name)
}

/// A sign of an emergency, by its name.
pub(crate) fn red_flag() -> impl TypedValueParser<Value = RedFlag> {
    one_of(RedFlag::ALL.iter().map(|it| (it.name(), it.text())), RedFlag::from_name)
}

/// What is suspected behind a pain, by its name.
pub(crate) fn cause() -> impl TypedValueParser<Value = Cause> {
    one_of(Cause::ALL.iter().map(|it| (it.name(), it.text())), Cause::from_name)
}

/// What was done besides the sessions, by its name.
pub(crate) fn treatment() -> impl TypedValueParser<Value = Treatment> {
    one_of(Treatment::ALL.iter().map(|it| (it.name(), it.text())), Treatment::from_name)
}

/// An exercise, by its name.
pub(crate) fn exercise() -> impl TypedValueParser<Value = Exercise> {
    let find = |name: &str| name.parse().ok();
    one_of(Exercise::ALL.iter().map(|it| (it.name(), it.label())), find)
}

/// A member of a closed list, by its name.
fn one_of<T: Clone + Send + Sync + 'static>(
    all: impl Iterator<Item = (&'static str, &'static str)>,
    find: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    let named = all.map(|(name, text)| PossibleValue::new(name).help(text));
    PossibleValuesParser::new(named)
        .try_map(move |name| find(&name).ok_or_else(|| format!("there is no `{name}`")))
}

/// What a person can be reminded of.
pub(crate) fn reminder_kind() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(Doing::KINDS)
}

/// Reads a time of day; an hour of one digit is as good as one of two.
pub(crate) fn time_of_day(text: &str) -> Result<TimeOfDay, String> {
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    padded.parse().map_err(|error: NoTime| format!("that is {error}"))
}

/// Reads a time between two reminders, in whole minutes.
pub(crate) fn every_min(text: &str) -> Result<u64, String> {
    let ms = duration(text)?.as_ms();
    let whole = ms.is_multiple_of(60_000).then_some(ms / 60_000);
    whole.ok_or_else(|| "give whole minutes, such as 45m or 2h".to_owned())
}

/// Reads days of the week.
pub(crate) fn days(text: &str) -> Result<Days, String> {
    let known = "give days such as mon,thu or mon-fri, or weekdays, or weekend";
    let day = |name: &str| Day::from_name(name).ok_or_else(|| format!("`{name}`: {known}"));
    let mut days = Vec::new();
    for part in text.split(',') {
        match (part, part.split_once('-')) {
            ("weekdays", _) => days.extend(Days::WORKING.all()),
            ("weekend", _) => days.extend([Day::Sat, Day::Sun]),
            (_, Some((first, last))) => {
                let (first, last) = (day(first)?, day(last)?);
                // From Friday to Monday goes on over Sunday.
                let on = Day::ALL.into_iter().cycle().skip_while(|it| *it != first);
                let length = (last as usize + Day::ALL.len() - first as usize) % Day::ALL.len();
                days.extend(on.take(length + 1));
            }
            (name, None) => days.push(day(name)?),
        }
    }
    Days::of(days).ok_or_else(|| known.to_owned())
}

/// Reads the number of a reminder.
pub(crate) fn reminder_id(text: &str) -> Result<i64, String> {
    text.parse().ok().filter(|id| *id >= 1).ok_or_else(|| {
        "a reminder's number is wanted, such as 2; `soothe remind list` shows them".to_owned()
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
            if let Ok(c) = target_c(&text) {
                prop_assert!(!c.is_nan());
            }
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
