//! Times, temperatures and doses as people write them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use soothe_therapy::exercise::Exercise;
use soothe_wire::{Phase, PhaseStatus, Status, Stopped};

/// `4:08`, or `1:02:03` from an hour on; whole seconds, rounded down.
pub(crate) fn clock(s: f64) -> String {
    // Checked by the clamp: a float from 0 to a year of seconds fits.
    let s = s.clamp(0.0, 31_536_000.0) as u64;
    let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// `15:00` for what is left: rounded up, so that `0:00` means over.
pub(crate) fn countdown(s: f64) -> String {
    clock(s.ceil())
}

/// `40.0 °C`, or `--.- °C` while there is no reading.
pub(crate) fn celsius(c: Option<f64>) -> String {
    c.map_or_else(|| "--.- °C".to_owned(), |c| format!("{c:.1} °C"))
}

/// A phase in a few words.
pub(crate) fn phase(phase: &Phase) -> String {
    match phase.target_c {
        Some(target_c) => format!("{} at {}", phase.kind, celsius(Some(target_c))),
        None => phase.kind.clone(),
    }
}

/// What is to be known of a phase: how long an exercise is held, what to look out for in it, and what the protocol
/// says; none where there is nothing.
pub(crate) fn of_phase(phase: &PhaseStatus) -> Option<String> {
    let exercise = phase.phase.exercise.as_ref().and_then(|name| name.parse::<Exercise>().ok());
    let exercise = exercise.map(|it| {
        let (label, hold, times, caution) = (it.label(), it.hold(), it.repeats(), it.caution());
        format!("{label}: {hold}, {times} times. {caution}")
    });
    let all: Vec<String> = exercise.into_iter().chain(phase.say.clone()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// `0.23 CEM43`.
pub(crate) fn dose(cem43: f64) -> String {
    format!("{cem43:.2} CEM43")
}

/// What a check-list forbids, as people write it: `heat, cold or TENS`.
pub(crate) fn agents(names: &[String]) -> String {
    let named = |name: &String| name.replace("tens", "TENS");
    match names {
        [] => "nothing".to_owned(),
        [one] => named(one),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(named).collect();
            format!("{} or {}", first.join(", "), named(last))
        }
    }
}

/// The wall clock at `unix_ms` in the given zone, to the minute.
pub(crate) fn wall_clock(unix_ms: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(unix_ms).map_or_else(
        |_| "at an unknown time".to_owned(),
        |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// What is to be done with a pack that nothing counts any more (HL-C8).
const PACK_OFF: &str = "Take the cold pack off now, and say so: `soothe confirm`.";

/// What is to be done where a cold pack lay on the skin when everything was stopped.
pub(crate) const fn pack_off(stopped: &Stopped) -> &'static str {
    if stopped.pack_on { PACK_OFF } else { "" }
}

/// What is to be done where a session is over, and nobody has said that its cold pack is off.
pub(crate) fn pack_left(after: Option<&Status>) -> &'static str {
    if after.is_some_and(|it| it.pack_left_on) { PACK_OFF } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_like_a_clock() {
        for (s, text) in [
            (0.0, "0:00"),
            (59.9, "0:59"),
            (248.0, "4:08"),
            (3599.99, "59:59"),
            (3723.0, "1:02:03"),
            (-1.0, "0:00"),
            (f64::INFINITY, "8760:00:00"),
        ] {
            assert_eq!(clock(s), text);
        }
        assert_eq!(countdown(0.1), "0:01");
        assert_eq!(countdown(0.0), "0:00");
    }

    #[test]
    fn a_missing_reading_is_as_wide_as_a_reading() {
        assert_eq!(celsius(None).chars().count(), celsius(Some(39.96)).chars().count());
        assert_eq!(celsius(Some(39.96)), "40.0 °C");
    }

    #[test]
    fn the_wall_clock_is_local() {
        let utc = TimeZone::UTC;
        assert_eq!(wall_clock(1_700_000_000_000, &utc), "2023-11-14 22:13");
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(wall_clock(1_700_000_000_000, &zone), "2023-11-15 00:13");
        assert_eq!(wall_clock(i64::MAX, &utc), "at an unknown time");
    }
}
