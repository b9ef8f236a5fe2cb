//! What is said of pads that are known here.

use super::*;
use crate::pad::PadModel;
use crate::pad::tests::World;
use std::string::ToString as _;

/// Heats a pad for `seconds` and gives all that was said of it meanwhile.
fn said(world: &mut World, seconds: u32, share: f64) -> std::vec::Vec<Misfit> {
    let mut said = std::vec::Vec::new();
    for _ in 0..seconds {
        world.second(share);
        let new = world.pad.misfit().filter(|it| said.last() != Some(it));
        said.extend(new);
    }
    said
}

#[test]
fn a_pad_that_is_what_it_seems_gives_no_reason_to_say_anything() {
    for (mass, power_w) in [(1.0, 40.0), (0.6, 60.0), (1.4, 25.0)] {
        let tuned = PadModel::nearest(power_w * 0.96, mass * 1.04, 1.0);
        for tuned in [None, Some(tuned)] {
            let mut world = World::tuned(mass, power_w, tuned);
            assert_eq!(said(&mut world, 200, 1.0), [], "{mass} {power_w}");
            assert_eq!(said(&mut world, 200, 0.4), [], "{mass} {power_w}");
            assert_eq!(said(&mut world, 200, 0.0), [], "{mass} {power_w}");
        }
    }
}

#[test]
fn a_pad_that_is_folded_gets_hotter() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(said(&mut world, 120, 1.0), []);
    world.truth.power_w *= 2.0;
    assert_eq!(said(&mut world, 60, 1.0), [Misfit::Hotter]);
}

#[test]
fn a_blanket_that_is_lifted_is_said_while_it_is_away() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(said(&mut world, 200, 1.0), []);
    world.truth.loss = 2.0;
    assert_eq!(said(&mut world, 60, 0.6), [Misfit::Changed]);
    world.truth.loss = 1.0;
    assert_eq!(said(&mut world, 230, 0.4), [Misfit::Changed], "for three minutes more, and once");
    assert_eq!(said(&mut world, 60, 0.4), []);
}

#[test]
fn a_pad_whose_element_fails_stays_cooler_than_its_power_explains() {
    let mut world = World::new(1.0, 40.0);
    assert_eq!(said(&mut world, 200, 1.0), []);
    world.truth.power_w = 5.0;
    let said = said(&mut world, 150, 1.0);
    assert!(said.contains(&Misfit::Cooler), "{said:?}");
}

#[test]
fn another_pad_than_the_tuned_one_is_told() {
    for (mass, power_w) in [(1.3, 55.0), (1.0, 55.0), (1.0, 60.0)] {
        let mut world = World::tuned(mass, power_w, Some(PadModel::TYPICAL));
        assert_eq!(said(&mut world, 180, 1.0), [Misfit::Another], "{mass} {power_w}");
    }
}

#[test]
fn a_pad_that_differs_by_less_than_a_fifth_is_not_called_another() {
    for (mass, power_w) in [(0.9, 36.0), (1.1, 44.0), (1.0, 36.0), (1.1, 40.0)] {
        let mut world = World::tuned(mass, power_w, Some(PadModel::TYPICAL));
        assert_eq!(said(&mut world, 240, 1.0), [], "{mass} {power_w}");
    }
}

#[test]
fn what_comes_and_goes_is_told_once_and_what_is_worse_at_once() {
    let mut watch = Watch::default();
    let mut told = std::vec::Vec::new();
    let mut say = |shows: Option<Misfit>, seconds: u32| {
        for _ in 0..seconds {
            watch.say(shows, Span::from_s(1));
            let new = watch.said.map(|(it, _)| it).filter(|it| told.last() != Some(it));
            told.extend(new);
        }
        (told.clone(), watch.said.is_some())
    };
    say(Some(Misfit::Another), 5);
    say(Some(Misfit::Changed), 5);
    say(None, 170);
    say(Some(Misfit::Another), 5);
    say(Some(Misfit::Changed), 5);
    let (told, _) = say(Some(Misfit::Cooler), 5);
    assert_eq!(told, [Misfit::Another, Misfit::Changed, Misfit::Cooler]);
    let (told, still) = say(Some(Misfit::Changed), 179);
    assert_eq!((told.len(), still), (3, true), "the worse one stands for three minutes");
    say(Some(Misfit::Changed), 2);
    let (told, still) = say(None, 181);
    assert_eq!((told.last(), still), (Some(&Misfit::Changed), false));
}

#[test]
fn each_has_a_name_and_a_sentence_of_its_own() {
    for it in Misfit::ALL {
        let same =
            |other: &&Misfit| other.name() == it.name() || other.to_string() == it.to_string();
        assert_eq!(Misfit::ALL.iter().filter(same).count(), 1);
    }
}
