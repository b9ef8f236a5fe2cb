//! A length of time as people write it, on the command line and in files.

use soothe_therapy::Span;

/// What is accepted.
pub const FORMS: &str = "give a number with its unit, such as 15m, 90s or 1m30s";

/// Units of time from long to short: how they are written, and their seconds.
const UNITS: [(&[&str], u64); 3] = [
    (&["h", "hr", "hrs", "hour", "hours"], 3600),
    (&["m", "min", "mins", "minute", "minutes"], 60),
    (&["s", "sec", "secs", "second", "seconds"], 1),
];

/// Reads `15m`, `90s`, `1m30s`, `1h`, and the units in words, as in `15min`. A bare number is
/// refused: minutes and seconds differ by sixty.
///
/// # Errors
/// For anything else, with what would be accepted.
pub fn parse(text: &str) -> Result<Span, String> {
    let refused = |why: &str| Err(format!("{why}: {FORMS}"));
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
            assert_eq!(parse(text), Ok(Span::from_s(s)), "{text}");
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
            let error = parse(text).expect_err(text);
            assert!(error.contains("15m, 90s or 1m30s"), "{text}: {error}");
        }
        assert!(parse("15").unwrap_err().contains("a unit is missing"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_never_panics(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn what_looks_like_a_duration_is_counted_right(h in 0u64..99, m in 0u64..999, s in 0u64..9999) {
            let expected = Span::from_s(h * 3600 + m * 60 + s);
            prop_assert_eq!(parse(&format!("{h}h{m}m{s}s")), Ok(expected));
        }

        #[test]
        fn a_duration_without_its_unit_is_never_read(number in any::<u64>()) {
            prop_assert!(parse(&number.to_string()).is_err());
        }
    }
}
