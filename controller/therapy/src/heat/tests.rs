//! What is asked of K1 for pads that are known here.

use super::*;
use crate::relay::Relay;
use crate::true_pad::{ROOM_C, TruePad};
use proptest::prelude::*;

mod blanket;
mod tuning;

fn measurement(ms: u64, contact_c: f64) -> Measurement {
    Measurement {
        at: Moment::from_ms(ms),
        contact: Celsius::literal(contact_c),
        half_difference_k: 0.0,
        ambient: Some(Celsius::literal(ROOM_C)),
    }
}

fn regulator(target_c: f64) -> Regulator {
    Regulator::new(Celsius::literal(target_c), Heater::default())
}

/// A pad as it truly is, regulated once a second and switched ten times.
pub(super) struct World {
    pub(super) regulator: Regulator,
    relay: Relay,
    pub(super) truth: TruePad,
    pub(super) seconds: u64,
}

impl World {
    pub(super) fn new(mass: f64, power_w: f64, target_c: f64, heater: Heater) -> Self {
        Self {
            regulator: Regulator::new(Celsius::literal(target_c), heater),
            relay: Relay::new(heater.relay, Moment::START),
            truth: TruePad::new(mass, power_w),
            seconds: 0,
        }
    }

    /// One second; a reading at its beginning.
    pub(super) fn second(&mut self) {
        // Steps of 1/16 K, as a DS18B20 has them.
        let read_c = libm::round(self.truth.sensor_c * 16.0) / 16.0;
        self.second_reading(read_c);
    }

    /// One second; at its beginning this is read.
    pub(super) fn second_reading(&mut self, read_c: f64) {
        self.regulator.update(measurement(self.seconds * 1000, read_c));
        for cycle in 0..10 {
            let now = Moment::from_ms(self.seconds * 1000 + cycle * 100);
            let closed = self.relay.switch(now, self.regulator.asked());
            self.truth.live(limits::CYCLE.as_s(), if closed { 1.0 } else { 0.0 });
            if closed {
                self.regulator.heated(limits::CYCLE);
            }
        }
        self.seconds += 1;
    }

    fn seconds(&mut self, seconds: u64) -> (f64, f64) {
        let (mut least_c, mut most_c) = (f64::INFINITY, f64::NEG_INFINITY);
        for _ in 0..seconds {
            self.second();
            (least_c, most_c) =
                (least_c.min(self.truth.surface_c), most_c.max(self.truth.surface_c));
        }
        (least_c, most_c)
    }
}

pub(super) const PADS: [(f64, f64); 5] =
    [(1.0, 40.0), (1.4, 40.0), (0.6, 40.0), (1.0, 25.0), (1.0, 60.0)];

#[test]
fn every_pad_is_brought_to_its_target_and_held_there_without_being_tuned() {
    for relay in RelayKind::ALL {
        for (mass, power_w) in PADS {
            let heater = Heater { relay, tuned: None };
            let mut world = World::new(mass, power_w, 40.0, heater);
            let (_, most_c) = world.seconds(900);
            assert!(most_c < 40.4, "{relay:?} {mass} {power_w}: {most_c:.2}");
            let (least_c, most_c) = world.seconds(300);
            let within = 39.6 < least_c && most_c < 40.4;
            assert!(within, "{relay:?} {mass} {power_w}: {least_c:.2} to {most_c:.2}");
        }
    }
}

#[test]
fn a_pad_that_was_tuned_is_there_as_fast_as_it_can_be() {
    let heater = Heater { relay: RelayKind::Mosfet, tuned: Some(TunedPad::of(PadModel::TYPICAL)) };
    let mut world = World::new(1.0, 40.0, 42.0, heater);
    // Full power until it is there takes 246 s, and then carries the surface on by 3 K.
    let mut full = TruePad::new(1.0, 40.0);
    let mut full_s = 0;
    while full.surface_c < 41.5 {
        full.live(1.0, 1.0);
        full_s += 1;
    }
    let (_, most_c) = world.seconds(full_s + 15);
    assert!(world.truth.surface_c > 41.5 && most_c < 42.3, "{most_c:.2} after {} s", world.seconds);
}

#[test]
fn the_tuning_of_another_pad_does_no_harm() {
    for (mass, power_w) in PADS {
        let heater =
            Heater { relay: RelayKind::Mosfet, tuned: Some(TunedPad::of(PadModel::TYPICAL)) };
        let mut world = World::new(mass, power_w, 42.0, heater);
        let (_, most_c) = world.seconds(1200);
        assert!(most_c < 42.5, "{mass} {power_w}: {most_c:.2}");
        assert!(world.truth.surface_c > 41.7, "{mass} {power_w}: {:.2}", world.truth.surface_c);
    }
}

#[test]
fn a_blanket_that_comes_back_carries_the_surface_to_the_ceiling_and_no_higher() {
    for (mass, power_w) in PADS {
        let mut world = World::new(mass, power_w, 42.0, Heater::default());
        world.seconds(900);
        world.truth.loss = 2.0;
        world.seconds(400);
        world.truth.loss = 1.0;
        let (_, most_c) = world.seconds(200);
        let ceiling_c = limits::STORED_CEILING.get();
        // A weak one does not get so far without its blanket.
        let least_c = if power_w < 30.0 { 41.0 } else { ceiling_c - 0.2 };
        let within = least_c < most_c && most_c < ceiling_c + 0.2;
        assert!(within, "{mass} {power_w}: {most_c:.2}");
    }
}

#[test]
fn below_the_highest_targets_a_lifted_blanket_is_made_up_for() {
    let mut world = World::new(1.0, 40.0, 38.0, Heater::default());
    world.seconds(700);
    world.truth.loss = 2.0;
    let (least_c, _) = world.seconds(400);
    assert!(least_c > 35.5, "{least_c:.2}");
    assert!((world.truth.surface_c - 38.0).abs() < 0.4, "{:.2}", world.truth.surface_c);
    world.truth.loss = 1.0;
    let (_, most_c) = world.seconds(300);
    assert!(most_c < 38.0 + REBOUND_MAX_K + 0.1, "{most_c:.2}");
}

#[test]
fn what_the_observer_must_not_explain_is_integrated_and_forgotten_once_it_does() {
    let mut world = World::new(1.0, 40.0, 36.0, Heater::default());
    let mut mean_c = |loss: f64, after_s: u64| {
        world.truth.loss = loss;
        world.seconds(after_s);
        let read = |_| {
            world.second();
            world.truth.surface_c / 300.0
        };
        (0..300).map(read).sum::<f64>()
    };
    assert!((mean_c(1.0, 600) - 36.0).abs() < 0.15);
    // More than any pad loses without its blanket: without the integral, 0.53 K are missing.
    let missing_k = 36.0 - mean_c(3.0, 900);
    assert!(missing_k < 0.4, "{missing_k:.2}");
    let left_k = mean_c(1.0, 900) - 36.0;
    assert!(left_k.abs() < 0.15, "{left_k:.2}");
}

#[test]
fn a_lower_target_is_reached_from_above_without_falling_below_it() {
    let mut world = World::new(1.0, 40.0, 42.0, Heater::default());
    world.seconds(900);
    world.regulator.retarget(Celsius::literal(38.0));
    let (least_c, _) = world.seconds(900);
    assert!(least_c > 37.6, "{least_c:.2}");
    assert!((world.truth.surface_c - 38.0).abs() < 0.4, "{:.2}", world.truth.surface_c);
}

#[test]
fn another_target_makes_no_jump_where_the_pad_is_there_already() {
    let mut heat = regulator(40.0);
    (0..600).for_each(|s| heat.update(measurement(s * 1000, 40.0)));
    let before = heat.asked().duty.get();
    heat.retarget(Celsius::literal(40.0));
    heat.update(measurement(600_000, 40.0));
    assert!((heat.asked().duty.get() - before).abs() < 0.02);
}

#[test]
fn a_room_sensor_that_drops_out_does_not_make_the_room_another_one() {
    let mut heat = regulator(40.0);
    let mut in_a_room = |s: u64, room_c| {
        let room = Option::map(room_c, Celsius::literal);
        heat.update(Measurement { ambient: room, ..measurement(s * 1000, 35.0) });
        heat.pad.as_ref().unwrap().room_c()
    };
    assert!((in_a_room(0, Some(15.0)) - 15.0).abs() < 1e-9);
    assert!((in_a_room(1, None) - 15.0).abs() < 1e-9);
    assert!((in_a_room(2, Some(16.0)) - 16.0).abs() < 1e-9);
}

#[test]
fn at_another_target_what_is_known_has_to_prove_true_anew() {
    // It was warm when it was switched on, and nothing is known of it.
    let mut heat = regulator(30.0);
    heat.update(measurement(0, 34.0));
    assert!(heat.arrived);
    heat.retarget(Celsius::literal(30.0));
    assert!(heat.arrived, "it is the same");
    heat.retarget(Celsius::literal(42.0));
    heat.update(measurement(1000, 34.0));
    assert!(!heat.arrived);
}

#[test]
fn the_element_is_never_driven_above_its_ceiling() {
    // Strong pads under a cold wet cloth: without a ceiling their element would get to 80 °C. They look like weaker ones
    // without a blanket, so the tuning is doubted.
    for (mass, loss, proven) in
        [1.0, 1.4].into_iter().flat_map(|it| [(it, 3.0, true), (it, 5.0, false), (it, 5.0, true)])
    {
        let tuned = TunedPad::of(PadModel::nearest(60.0, mass, 1.0)).proven(proven);
        let heater = Heater { tuned: Some(tuned), ..Heater::default() };
        let mut world = World::new(mass, 60.0, 42.0, heater);
        world.truth.loss = loss;
        let mut most_c = 0.0_f64;
        for _ in 0..1200 {
            world.second();
            most_c = most_c.max(world.truth.element_c);
        }
        let limit_c = limits::ELEMENT_CEILING.get() + 2.0;
        assert!(most_c < limit_c, "mass {mass}, loss {loss}, proven {proven}: {most_c:.1}");
    }
}

#[test]
fn a_cold_pad_gets_full_power_and_a_hot_one_none() {
    let mut heat = regulator(40.0);
    heat.update(measurement(0, 22.0));
    assert_eq!(heat.asked().duty, Duty::FULL);
    let mut heat = regulator(40.0);
    heat.update(measurement(0, 43.0));
    assert_eq!(heat.asked().duty, Duty::ZERO);
}

#[test]
fn a_reading_that_is_not_newer_changes_nothing() {
    let mut heat = regulator(40.0);
    heat.update(measurement(1000, 30.0));
    let before = heat.asked();
    heat.update(measurement(1000, 45.0));
    heat.update(measurement(500, 45.0));
    assert_eq!(heat.asked(), before);
}

#[test]
fn the_hotter_sensor_is_regulated_and_the_noise_of_both_is_not_taken_for_heat() {
    let mut hotter = Hotter::default();
    let mut apart = |s: u64, half_k: f64| {
        let it = Measurement { half_difference_k: half_k, ..measurement(s * 1000, 30.5) };
        hotter.take(&it, Span::from_s(1))
    };
    // The first reading is all that is known; the next is not believed at once.
    let first_c = apart(0, -0.5);
    assert!((first_c - 30.5).abs() < 0.49, "{first_c}");
    for s in 1..300 {
        apart(s, -0.5);
    }
    let steady_c = apart(300, -0.5);
    assert!((steady_c - 30.5).abs() < 0.01, "{steady_c}");
    let noisy_c = apart(301, 0.5);
    assert!((noisy_c - 30.5).abs() < 0.05, "{noisy_c}");
}

#[test]
fn a_heavier_or_weaker_pad_is_given_a_longer_period() {
    let of = |power_w, mass| period(&PadModel::new(power_w, mass, 1.0).unwrap());
    assert_eq!(of(40.0, 1.0), limits::RELAY_PERIOD);
    assert!(of(60.0, 1.0) < of(40.0, 1.0) && of(40.0, 0.6) < of(40.0, 1.0));
    assert_eq!(of(25.0, 1.4), limits::RELAY_PERIOD_RANGE.1);
    assert!(of(60.0, 0.5) >= limits::RELAY_PERIOD_RANGE.0);
}

proptest! {
    #[test]
    fn any_sequence_of_readings_gives_a_duty(
        readings in prop::collection::vec((0u64..20_000, -273.0f64..1000.0, 0u64..20_000), 1..200),
        target_c in 30.0f64..=42.0,
    ) {
        let mut heat = regulator(target_c);
        let mut ms = 0;
        for (later_ms, contact_c, heated_ms) in readings {
            ms += later_ms;
            heat.heated(Span::from_ms(heated_ms));
            heat.update(measurement(ms, contact_c));
            prop_assert!((0.0..=1.0).contains(&heat.asked().duty.get()));
        }
    }
}
