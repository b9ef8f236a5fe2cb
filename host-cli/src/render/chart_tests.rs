//! What a curve looks like.

use super::*;

/// A session that warms as a pad does, holds, and has a sensor lost for a while.
fn session(length_s: u32) -> Vec<Sample> {
    (0..=length_s)
        .map(|t| {
            let t_s = f64::from(t);
            let warm_c = 40.0 - 18.0 * (-t_s / 80.0).exp();
            Sample {
                t_s,
                contact1_c: (!(300..330).contains(&t)).then_some(warm_c),
                contact2_c: (!(300..330).contains(&t)).then_some(warm_c - 0.4),
                ambient_c: Some(22.0),
                target_c: Some(40.0),
                duty: 0.4,
                heater_on: t < 120 || t % 20 < 8,
                dose_cem43: 0.0,
            }
        })
        .collect()
}

#[test]
fn a_session_at_80_columns() {
    insta::assert_snapshot!(draw(&session(900), 900.0, 80, Paint::new(false)));
}

#[test]
fn a_short_session_in_a_narrow_terminal() {
    insta::assert_snapshot!(draw(&session(70), 70.0, 40, Paint::new(false)));
}

fn strip(chart: &str) -> &str {
    chart.lines().find_map(|line| line.strip_prefix("heat │")).unwrap()
}

#[test]
fn with_fewer_samples_than_columns_the_heater_strip_has_no_gaps() {
    let chart = draw(&session(17), 17.0, 80, Paint::new(false));
    assert_eq!(strip(&chart), "█".repeat(74));
    let mut pulsed = session(4);
    for (sample, on) in pulsed.iter_mut().zip([true, false, true, true, false]) {
        sample.heater_on = on;
    }
    let chart = draw(&pulsed, 4.0, 46, Paint::new(false));
    assert_eq!(strip(&chart), "█".repeat(10) + &" ".repeat(10) + &"█".repeat(19));
}

#[test]
fn the_heater_strip_ends_with_what_is_known() {
    let chart = draw(&session(10), 40.0, 46, Paint::new(false));
    // A column for each second from 0 to 11.
    assert_eq!(strip(&chart).chars().count(), 12);
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for width in [30, 40, 80, 120] {
        for length_s in [1, 59, 600, 1800] {
            let chart = draw(&session(length_s), f64::from(length_s), width, Paint::new(false));
            for line in chart.lines().skip(1) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn nothing_at_all_can_be_drawn() {
    let chart = draw(&[], 0.0, 80, Paint::new(false));
    assert!(chart.contains("0:00"), "{chart}");
}

#[test]
fn samples_beyond_the_axis_do_not_break_it() {
    let chart = draw(&session(900), 10.0, 80, Paint::new(false));
    assert!(chart.contains("0:10"), "{chart}");
}

#[test]
fn colour_changes_no_character() {
    let plain = draw(&session(300), 300.0, 80, Paint::new(false));
    let painted = draw(&session(300), 300.0, 80, Paint::new(true));
    let mut stripped = String::new();
    let mut escape = false;
    for c in painted.chars() {
        match (escape, c) {
            (false, '\x1b') => escape = true,
            (true, 'm') => escape = false,
            (true, _) => {}
            (false, c) => stripped.push(c),
        }
    }
    assert_eq!(stripped, plain);
}
