//! What is accepted as a reminder, what is not, and what is said of both.

use proptest::prelude::*;

use super::*;

fn asked(json: &str) -> NewReminder {
    serde_json::from_str(json).expect("JSON of the right form")
}

fn accepted(json: &str) -> Reminder {
    Reminder::try_from(&asked(json)).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn what_is_accepted_is_shown_as_people_say_it() {
    for (json, text, schedule) in [
        (
            r#"{"kind":"move","every_min":45.0,"from":"09:00","until":"17:30","days":["mon","tue","wed","thu","fri"]}"#,
            "Time to move",
            "every 45 min from 09:00 to 17:30, Monday to Friday",
        ),
        (
            r#"{"kind":"stretch","at":["16:30","10:00","10:00"],"exercise":"neck-tilt","site":"left-neck","days":["sun","sat"]}"#,
            "Time to stretch: Side neck stretch, left side of the back of the neck",
            "at 10:00, 16:30, on sat, sun",
        ),
        (
            r#"{"kind":"massage","at":["08:00"],"site":"right-calf","days":null,"exercise":null}"#,
            "Time to massage: right calf",
            "at 08:00, every day",
        ),
    ] {
        let entry = accepted(json).entry(7);
        assert_eq!((entry.text.as_str(), entry.schedule.as_str()), (text, schedule), "{json}");
    }
}

#[test]
fn what_is_not_accepted_is_named_with_its_place_and_what_would_be() {
    let at = r#""at":["10:00"]"#;
    for (json, said) in [
        (
            format!(r#"{{"kind":"sleep",{at}}}"#),
            "kind `sleep`: accepted are move, stretch, massage",
        ),
        (
            format!(r#"{{"kind":"move",{at},"exercise":"neck-tilt"}}"#),
            "exercise `neck-tilt`: to move takes none; it is for the kind `stretch`",
        ),
        (
            format!(r#"{{"kind":"massage",{at},"exercise":"neck-tilt"}}"#),
            "exercise `neck-tilt`: it is for the kind `stretch`, not for `massage`",
        ),
        (
            format!(r#"{{"kind":"stretch",{at},"exercise":"headstand"}}"#),
            "exercise `headstand`: unknown exercise; accepted are ",
        ),
        (format!(r#"{{"kind":"move",{at},"site":"head"}}"#), "site `head`: unknown site"),
        (
            format!(r#"{{"kind":"stretch",{at},"exercise":"neck-tilt","site":"left-calf"}}"#),
            "site `left-calf`: `neck-tilt` is for left-neck, right-neck, left-shoulder, right-shoulder",
        ),
        (r#"{"kind":"move"}"#.to_owned(), "when: give times of day as `at`, or `every_min` with"),
        (
            format!(r#"{{"kind":"move",{at},"every_min":30}}"#),
            "when: give times of day as `at`, or",
        ),
        (
            r#"{"kind":"move","every_min":30,"from":"09:00"}"#.to_owned(),
            "when: give times of day as `at`, or `every_min` with `from` and `until`, and not both",
        ),
        (r#"{"kind":"move","at":[]}"#.to_owned(), "at: give 1 to 24 times of day; these are 0"),
        (
            r#"{"kind":"move","at":["24:00"]}"#.to_owned(),
            "at: `24:00` is no time of day; give one from 00:00 to 23:59, such as 09:30",
        ),
        (
            r#"{"kind":"move","every_min":9,"from":"09:00","until":"10:00"}"#.to_owned(),
            "every_min: give 10 to 720 minutes",
        ),
        (
            r#"{"kind":"move","every_min":30,"from":"9","until":"10:00"}"#.to_owned(),
            "from: `9` is no time of day",
        ),
        (
            format!(r#"{{"kind":"move",{at},"days":["monday"]}}"#),
            "days: `monday`: accepted are mon, tue, wed, thu, fri, sat, sun",
        ),
        (format!(r#"{{"kind":"move",{at},"days":[]}}"#), "days: give 1 to 7 days; these are 0"),
        (format!(r#"{{"kind":"a\nb",{at}}}"#), "kind `a\\nb`: accepted are"),
    ] {
        let error = Reminder::try_from(&asked(&json)).expect_err(&json).to_string();
        assert!(error.starts_with(said), "{json}: {error}");
    }
}

#[test]
fn a_time_of_day_is_two_digits_a_colon_and_two_digits() {
    for text in ["", ":", "9:00", "09:0", "24:00", "23:60", "+9:00", "09:00 ", "09:00\n", "0９:00"]
    {
        assert_eq!(text.parse::<TimeOfDay>(), Err(NoTime), "{text:?}");
    }
    assert_eq!("23:59".parse::<TimeOfDay>().map(TimeOfDay::minute), Ok(1439));
}

#[test]
fn what_goes_on_over_midnight_is_told_in_the_order_of_the_clock() {
    let night =
        accepted(r#"{"kind":"move","every_min":60,"from":"22:30","until":"01:30"}"#).entry(1);
    assert_eq!(night.times, ["00:30", "01:30", "22:30", "23:30"]);
    let once = accepted(r#"{"kind":"move","every_min":10,"from":"12:00","until":"12:00"}"#);
    assert_eq!(once.entry(1).times, ["12:00"]);
}

#[test]
fn an_exercise_is_told_with_how_long_how_often_and_what_to_look_out_for() {
    let stretch = accepted(r#"{"kind":"stretch","at":["10:00"],"exercise":"neck-tilt"}"#);
    let due = stretch.due(3, 9);
    let how = due.how.expect("it has an exercise");
    assert!(how.starts_with("Sit upright and let one ear sink"), "{how}");
    assert!(how.contains(" 20 s, 3 times. ") && how.ends_with("an arm tingles."), "{how}");
    assert_eq!((due.id, due.due_unix_ms, due.exercise.as_deref()), (3, 9, Some("neck-tilt")));
    assert_eq!(accepted(r#"{"kind":"move","at":["10:00"]}"#).due(3, 9).how, None);
}

fn time_of_day() -> impl Strategy<Value = String> {
    (0..MINUTES_OF_DAY).prop_map(|minute| TimeOfDay::of_minute(minute).to_string())
}

fn schedule() -> impl Strategy<Value = NewReminder> {
    let at = prop::collection::vec(time_of_day(), 1..=24)
        .prop_map(|at| NewReminder { at: Some(at), ..NewReminder::default() });
    let every = (10_u64..=720, time_of_day(), time_of_day()).prop_map(|(minutes, from, until)| {
        let (every_min, from, until) = (Some(minutes), Some(from), Some(until));
        NewReminder { every_min, from, until, ..NewReminder::default() }
    });
    prop_oneof![at, every]
}

proptest! {
    /// What the daemon keeps is what was asked for.
    #[test]
    fn every_reminder_can_be_asked_for_again(
        schedule in schedule(),
        days in 1_u8..128,
        exercise in prop::option::of(prop::sample::select(Exercise::ALL)),
    ) {
        let days = Day::ALL.into_iter().filter(|day| days & 1 << *day as u8 != 0);
        let asked = NewReminder {
            kind: exercise.map_or("move", |it| it.kind().name()).to_owned(),
            exercise: exercise.map(|it| it.name().to_owned()),
            site: exercise.map(|it| it.sites()[0].name().to_owned()),
            days: Some(days.map(|day| day.name().to_owned()).collect()),
            ..schedule
        };
        let reminder = Reminder::try_from(&asked).expect("accepted");
        let again = Reminder::try_from(&NewReminder::from(&reminder));
        prop_assert_eq!(again, Ok(reminder.clone()));
        prop_assert!(reminder.times().all().count() >= 1);
        prop_assert!(reminder.days().all().count() >= 1);
    }
}
