//! A reminder is announced once for each of its times, whatever the clock does, and never late.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use soothe_wire::NewReminder;

use super::*;

const MINUTE_MS: i64 = 60_000;
/// Monday, 2 March 2026, 00:00 UTC.
const MONDAY_MS: i64 = 1_772_409_600_000;

fn reminder(json: &str) -> Reminder {
    let asked: NewReminder = serde_json::from_str(json).expect("JSON of the right form");
    Reminder::try_from(&asked).expect("accepted")
}

/// A board with one reminder that was made when the clock showed `made`.
fn board(json: &str, made: WallTime) -> Board {
    Board::new(vec![KeptReminder { id: 1, reminder: reminder(json), told: made.minute }])
}

fn utc(minutes: i64) -> WallTime {
    WallTime::of(MONDAY_MS + minutes * MINUTE_MS, &TimeZone::UTC)
}

/// The minutes after which something was announced, of those that were looked at.
fn announced(board: &mut Board, at: impl IntoIterator<Item = i64>) -> Vec<i64> {
    at.into_iter().filter(|minutes| !board.look(utc(*minutes)).is_empty()).collect()
}

const AT_TEN: &str = r#"{"kind":"stretch","at":["10:00"]}"#;
const TEN: i64 = 10 * 60;
const DAY: i64 = 24 * 60;
const NEVER: [i64; 0] = [];

#[test]
fn a_time_is_announced_once_on_each_of_its_days() {
    let mut each_day = board(AT_TEN, utc(0));
    assert_eq!(announced(&mut each_day, 0..3 * DAY), [TEN, DAY + TEN, 2 * DAY + TEN]);
    let working =
        r#"{"kind":"move","every_min":240,"from":"09:00","until":"17:00","days":["fri","mon"]}"#;
    let mut working = board(working, utc(0));
    let wanted = [0, 4 * DAY, 7 * DAY].map(|day| [9, 13, 17].map(|hour| day + hour * 60)).concat();
    assert_eq!(announced(&mut working, 0..8 * DAY), wanted);
}

#[test]
fn nothing_is_announced_of_the_time_before_it_was_made() {
    let mut made_at_ten = board(AT_TEN, utc(TEN));
    assert_eq!(announced(&mut made_at_ten, TEN..DAY + TEN), NEVER);
}

#[test]
fn one_that_was_missed_is_announced_for_ten_minutes_and_once() {
    for (slept_until, wanted) in [(TEN + 10, vec![TEN + 10]), (TEN + 11, vec![])] {
        let mut board = board(AT_TEN, utc(0));
        assert_eq!(announced(&mut board, [TEN - 1, slept_until]), wanted);
        assert_eq!(announced(&mut board, slept_until + 1..DAY), NEVER);
    }
    let mut often =
        board(r#"{"kind":"move","every_min":10,"from":"00:00","until":"23:50"}"#, utc(0));
    assert_eq!(often.look(utc(9 * 60)).len(), 1, "of a night only the newest");
}

#[test]
fn it_is_due_for_a_quarter_of_an_hour_or_until_a_person_answers() {
    let is_due = |board: &mut Board, at| {
        board.look(utc(at));
        board.due().count() == 1
    };
    let mut ignored = board(AT_TEN, utc(0));
    assert!(is_due(&mut ignored, TEN) && is_due(&mut ignored, TEN + 14));
    assert!(!is_due(&mut ignored, TEN + 15), "nobody answered");

    let mut done = board(AT_TEN, utc(0));
    assert!(is_due(&mut done, TEN));
    done.done(1);
    assert!(done.due().next().is_none() && !is_due(&mut done, TEN + 1));

    let mut later = board(AT_TEN, utc(0));
    assert!(is_due(&mut later, TEN));
    later.later(1, utc(TEN + 2));
    assert_eq!(announced(&mut later, TEN + 2..DAY), [TEN + 12], "once more, ten minutes later");
    later.later(1, utc(DAY));
    assert_eq!(announced(&mut later, DAY..DAY + TEN), NEVER, "it was not due");
}

#[test]
fn a_clock_that_is_put_elsewhere_leaves_nothing_that_is_due() {
    for jump in [-3 * 60, 3 * 60] {
        let mut due = board(AT_TEN, utc(0));
        assert_eq!(due.look(utc(TEN)).len(), 1);
        assert_eq!((due.look(utc(TEN + jump)), due.due().count()), (Vec::new(), 0), "{jump}");
        let mut later = board(AT_TEN, utc(0));
        later.look(utc(TEN));
        later.later(1, utc(TEN));
        assert_eq!(announced(&mut later, TEN + jump..TEN + jump + 60), NEVER, "{jump}");
    }
}

#[test]
fn a_clock_that_was_a_year_ahead_silences_nothing() {
    let mut board = board(AT_TEN, utc(0));
    assert_eq!(announced(&mut board, [365 * DAY + TEN]), [365 * DAY + TEN]);
    assert_eq!(announced(&mut board, 5..DAY), [TEN]);
}

#[test]
fn in_spring_and_autumn_each_time_that_the_clock_shows_is_announced_once() {
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
    let often = r#"{"kind":"move","every_min":30,"from":"00:00","until":"04:00"}"#;
    // Midnight in Berlin before the leaps of 2026.
    for (midnight_s, wanted) in [
        // From 02:00 to 03:00: what the clock leaps over is left out.
        (1_774_738_800, vec!["00:30", "01:00", "01:30", "03:00", "03:30", "04:00"]),
        // From 03:00 back to 02:00: what it shows twice is announced the first time.
        (
            1_792_879_200,
            vec!["00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00"],
        ),
    ] {
        let at = |minutes| WallTime::of(midnight_s * 1000 + minutes * MINUTE_MS, &berlin);
        let mut board = board(often, at(0));
        let told = (0..8 * 60).flat_map(|minutes| board.look(at(minutes)));
        let told: Vec<String> =
            told.filter_map(|call| Some(time_of_day(call.told?).to_string())).collect();
        assert_eq!(told, wanted);
    }
}

/// How the clock goes on from one look to the next, in seconds.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![
        20 => 1_i64..200,
        1 => Just(9 * 3600),
        1 => -3 * 3600_i64..3 * 3600,
        1 => -86_000_i64..86_000,
    ]
}

const OFTEN: &str = r#"{"kind":"move","every_min":25,"from":"22:10","until":"13:00","days":["mon","tue","thu","sun"]}"#;

proptest! {
    /// Whatever the clock does within a day of where it was furthest, no time is announced twice, none that is
    /// no time of the reminder, none ahead of its time, and none that was missed while nobody was there.
    #[test]
    fn no_time_is_announced_twice_or_late(steps in prop::collection::vec(step(), 1..400)) {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
        // A few days before the clocks go back.
        let mut now_s = 1_792_600_000_i64;
        let mut furthest_s = now_s;
        let mut board = board(OFTEN, WallTime::of(now_s * 1000, &berlin));
        let mut told = HashSet::new();
        for step in steps {
            // Further back than that it counts as a clock that was wrong before.
            now_s = (now_s + step).max(furthest_s - 20 * 3600);
            furthest_s = furthest_s.max(now_s);
            let now = WallTime::of(now_s * 1000, &berlin);
            for call in board.look(now) {
                let time = call.told.expect("nobody wanted one later");
                prop_assert!(told.insert(time), "twice for {}", time_of_day(time));
                prop_assert!((now.minute - LATE_MAX..=now.minute).contains(&time));
                prop_assert_eq!(newest(&reminder(OFTEN), time), Some(time));
            }
        }
    }

    /// A clock that goes on as clocks do leaves no time out, however often somebody looks.
    #[test]
    fn no_time_is_left_out(looks in prop::collection::vec(1_i64..600, 300)) {
        let (mut now_s, mut told) = (MONDAY_MS / 1000, Vec::new());
        let made = WallTime::of(now_s * 1000, &TimeZone::UTC);
        let mut board = board(OFTEN, made);
        for step in looks {
            now_s += step;
            let now = WallTime::of(now_s * 1000, &TimeZone::UTC);
            told.extend(board.look(now).into_iter().filter_map(|call| call.told));
        }
        let end = WallTime::of(now_s * 1000, &TimeZone::UTC).minute;
        let one = reminder(OFTEN);
        let wanted = (made.minute + 1..=end).filter(|minute| newest(&one, *minute) == Some(*minute));
        prop_assert_eq!(told, wanted.collect::<Vec<_>>());
    }
}
