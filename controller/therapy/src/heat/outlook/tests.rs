//! What is foretold, against what pads that are known here then do.

use super::*;
use crate::heat::tests::{PADS, World};
use crate::heat::{Heater, RelayKind};
use crate::pad::{PadModel, TunedPad};

/// After how many seconds from the start the surface was within half a kelvin of the target, and what was
/// foretold of that, in seconds from the start, each time it was looked.
fn warm_up(
    mass: f64,
    power_w: f64,
    target_c: f64,
    heater: Heater,
) -> (f64, std::vec::Vec<(u64, f64)>) {
    let mut world = World::new(mass, power_w, target_c, heater);
    let mut told = std::vec::Vec::new();
    while world.truth.surface_c < target_c - 0.5 {
        assert!(world.seconds < 1200, "{mass} {power_w}: it never got there");
        world.second();
        let outlook = world.regulator.outlook().filter(|_| world.seconds.is_multiple_of(10));
        if let Some(course) = outlook.map(|it| it.course(Span::from_min(20))) {
            let in_s = course.reaches_in.map_or(f64::INFINITY, Span::as_s);
            told.push((world.seconds, world.seconds as f64 + in_s));
        }
    }
    (world.seconds as f64, told)
}

#[test]
fn a_pad_that_was_tuned_tells_to_a_tenth_when_it_will_be_there() {
    for relay in RelayKind::ALL {
        for (mass, power_w) in PADS {
            let tuned = Some(TunedPad::of(PadModel::nearest(power_w, mass, 1.0)));
            let (there_s, told) = warm_up(mass, power_w, 40.0, Heater { relay, tuned });
            assert!(told[0].0 <= 80, "{mass} {power_w}: not before {} s", told[0].0);
            for (at_s, told_s) in told {
                let off = (told_s - there_s).abs() / there_s;
                assert!(
                    off < 0.1,
                    "{relay:?} {mass} {power_w}: at {at_s} s {told_s:.0} of {there_s}"
                );
            }
        }
    }
}

#[test]
fn a_pad_that_was_never_tuned_tells_it_to_a_quarter_and_half_way_to_an_eighth() {
    for (mass, power_w) in PADS {
        let (there_s, told) = warm_up(mass, power_w, 40.0, Heater::default());
        assert!(told.len() > 5, "{mass} {power_w}");
        for (at_s, told_s) in told {
            let most = if at_s as f64 > there_s / 2.0 { 0.125 } else { 0.25 };
            let off = (told_s - there_s).abs() / there_s;
            assert!(off < most, "{mass} {power_w}: at {at_s} s {told_s:.0} of {there_s}");
        }
    }
}

#[test]
fn the_course_begins_at_the_surface_and_ends_at_the_target() {
    let heater = Heater { relay: RelayKind::Mosfet, tuned: Some(TunedPad::of(PadModel::TYPICAL)) };
    let mut world = World::new(1.0, 40.0, 40.0, heater);
    for _ in 0..60 {
        world.second();
    }
    let outlook = world.regulator.outlook().unwrap();
    let course = outlook.course(Span::from_min(20)).surface_c;
    assert!((course[0] - world.truth.surface_c).abs() < 0.2, "{course:?}");
    assert!(course.windows(2).all(|two| two[0] < two[1]), "{course:?}");
    let last_c = course[course.len() - 1];
    assert!((38.0..40.2).contains(&last_c), "{course:?}");
    // No further than it was looked.
    assert_eq!(outlook.course(Span::from_s(45)).surface_c.len(), 4);
    assert_eq!(outlook.course(Span::from_s(45)).reaches_in, None);
}

#[test]
fn a_target_that_full_power_does_not_reach_is_not_foretold() {
    let heater = Heater {
        relay: RelayKind::Mosfet,
        tuned: Some(TunedPad::of(PadModel::nearest(25.0, 1.0, 2.2))),
    };
    let mut world = World::new(1.0, 25.0, 42.0, heater);
    world.truth.loss = 2.2;
    for _ in 0..120 {
        world.second();
    }
    let course = world.regulator.outlook().unwrap().course(Span::from_min(60));
    assert_eq!(course.reaches_in, None);
    assert_eq!(course.surface_c.len(), COURSE_MAX);
}

#[test]
fn nothing_is_foretold_of_a_pad_that_nobody_knows() {
    let mut world = World::new(1.0, 40.0, 40.0, Heater::default());
    assert!(world.regulator.outlook().is_none());
    for _ in 0..10 {
        world.second();
    }
    assert!(world.regulator.outlook().is_none());
}
