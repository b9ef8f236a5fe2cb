//! Pads that are not what they were tuned to be.

use super::blanket::hottest_c;
use super::*;
use crate::pad::PadModel;
use crate::true_pad::Noise;

fn proven(power_w: f64, mass: f64, loss: f64) -> TunedPad {
    TunedPad::of(PadModel::nearest(power_w, mass, loss)).proven(true)
}

fn heater(relay: RelayKind, tuned: TunedPad) -> Heater {
    Heater { relay, tuned: Some(tuned) }
}

#[test]
fn what_is_looked_at_anew_loses_the_same_to_all_that_look() {
    // A tuning that is doubted counts no more, and neither does its loss: not for the pads that are tried, and not
    // for what goes on from the one that they come to.
    for seed in 1..=3 {
        let heater = heater(RelayKind::Mechanical, proven(36.0, 1.1, 1.45));
        let mut world = World::new(1.0, 60.0, 42.0, heater);
        let most_c = hottest_c(&mut world, 12.0, 60..150, &mut Noise(seed));
        assert!(most_c < 42.6, "{most_c:.2}");
    }
}

#[test]
fn a_pad_of_which_the_tuning_tells_a_wrong_loss_is_at_its_target_in_the_end() {
    // Whatever else is wrong with it: the one that is used may be another pad.
    for (power_w, found) in [(40.0, (45.0, 1.25)), (25.0, (45.0, 1.25)), (40.0, (40.0, 1.45))] {
        let tuned = proven(found.0, 1.0, found.1);
        let mut world = World::new(1.0, power_w, 42.0, heater(RelayKind::Mosfet, tuned));
        world.seconds(1500);
        let (least_c, most_c) = world.seconds(300);
        let within = 41.8 < least_c && most_c < 42.2;
        assert!(within, "{power_w} W tuned as {found:?}: {least_c:.2} to {most_c:.2}");
    }
}

#[test]
fn a_weak_pad_that_was_tuned_as_a_strong_one_is_at_its_target_in_the_end() {
    for (mass, power_w) in [(1.0, 25.0), (1.4, 25.0)] {
        let tuned = proven(60.0, 1.0, 1.0);
        let mut world = World::new(mass, power_w, 42.0, heater(RelayKind::Mosfet, tuned));
        world.seconds(1500);
        let (least_c, most_c) = world.seconds(300);
        assert!(41.8 < least_c && most_c < 42.2, "{power_w} W: {least_c:.2} to {most_c:.2}");
    }
}

#[test]
fn a_thicker_blanket_than_the_pad_was_tuned_under_carries_it_to_the_ceiling_and_no_higher() {
    for (mass, power_w) in [(1.4, 60.0), (0.6, 60.0), (1.0, 40.0)] {
        for loss in [1.2, 1.3, 1.49] {
            let tuned = proven(power_w, mass, loss);
            let mut world = World::new(mass, power_w, 42.0, heater(RelayKind::Mechanical, tuned));
            world.truth.loss = loss;
            world.seconds(900);
            world.truth.loss = 2.0;
            world.seconds(300);
            world.truth.loss = 1.0;
            let (_, most_c) = world.seconds(300);
            let ceiling_c = limits::STORED_CEILING.get();
            assert!(most_c < ceiling_c + 0.2, "{mass} {power_w} {loss}: {most_c:.2}");
        }
    }
}

#[test]
fn a_tuning_that_was_doubted_once_is_not_believed_again() {
    // A strong, heavy pad that was tuned as a weak one. Without its blanket it is like that one again, for a while.
    for seed in 1..=3 {
        let heater = heater(RelayKind::Mechanical, proven(30.0, 1.1, 1.0));
        let mut world = World::new(1.4, 60.0, 42.0, heater);
        let most_c = hottest_c(&mut world, 4.0, 100..250, &mut Noise(seed));
        assert!(most_c < 43.0, "{most_c:.2}");
    }
}
