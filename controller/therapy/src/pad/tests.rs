//! What is found out about pads that are known here.

use super::*;
use crate::true_pad::{ROOM_C, TruePad};

/// A pad as it truly is, read once a second.
pub(super) struct World {
    pub(super) pad: Pad,
    now: Moment,
    pub(super) truth: TruePad,
}

impl World {
    pub(super) fn new(mass: f64, power_w: f64) -> Self {
        Self::tuned(mass, power_w, None)
    }

    pub(super) fn tuned(mass: f64, power_w: f64, tuned: Option<PadModel>) -> Self {
        let pad = Pad::at(Moment::START, Celsius::literal(ROOM_C), ROOM_C, tuned.map(TunedPad::of));
        Self { pad, now: Moment::START, truth: TruePad::new(mass, power_w) }
    }

    /// A second with the switch closed for a share of it.
    pub(super) fn second(&mut self, share: f64) {
        self.truth.live(1.0, share);
        self.now = self.now + Span::from_s(1);
        self.pad.heated(Span::from_ms((share * 1000.0) as u64));
        self.pad.take(self.now, self.truth.sensor_c, ROOM_C);
    }

    fn seconds(&mut self, seconds: u32, share: f64) {
        (0..seconds).for_each(|_| self.second(share));
    }

    fn peak_c(&self) -> f64 {
        self.pad.peak_if_cut_c()
    }

    /// How hot the surface truly gets when the power is cut and the pad is covered.
    fn true_peak_c(mut self) -> f64 {
        self.truth.loss = 1.0;
        let mut peak_c = self.truth.surface_c;
        for _ in 0..120 {
            self.second(0.0);
            peak_c = peak_c.max(self.truth.surface_c);
        }
        peak_c
    }
}

#[test]
fn the_power_and_the_mass_of_a_covered_pad_are_found_while_it_warms_up() {
    for (mass, power_w) in [(0.6, 40.0), (1.0, 40.0), (1.4, 55.0), (1.0, 60.0)] {
        let mut world = World::new(mass, power_w);
        world.seconds(150, 1.0);
        let best = world.pad.best();
        assert!((best.power_w() - power_w).abs() < 0.05 * power_w, "{mass} {power_w}: {best:?}");
        assert!((best.mass() - mass).abs() < 0.11, "{mass} {power_w}: {best:?}");
    }
}

#[test]
fn what_is_stored_is_known_when_the_power_is_cut() {
    for (mass, power_w) in [(1.0, 40.0), (1.4, 55.0), (0.8, 60.0)] {
        let mut world = World::new(mass, power_w);
        while world.truth.sensor_c < 38.0 {
            world.second(1.0);
        }
        let told_c = world.peak_c();
        let true_c = world.true_peak_c();
        assert!(told_c >= true_c - 0.1, "{mass} {power_w}: {told_c:.2} of {true_c:.2}");
        assert!(told_c <= true_c + 1.0, "{mass} {power_w}: {told_c:.2} of {true_c:.2}");
    }
}

#[test]
fn a_pad_without_its_blanket_is_not_taken_for_a_weaker_one_under_it() {
    let mut world = World::new(1.1, 42.0);
    world.truth.loss = 2.0;
    while world.truth.sensor_c < 39.0 {
        world.second(1.0);
    }
    let told_c = world.peak_c();
    let true_c = world.true_peak_c();
    assert!(told_c >= true_c - 0.1, "{told_c:.2} of {true_c:.2}");
}

#[test]
fn a_blanket_that_is_lifted_later_does_not_hide_what_is_stored() {
    let mut world = World::new(1.0, 40.0);
    world.seconds(200, 1.0);
    world.truth.loss = 2.0;
    world.seconds(120, 0.8);
    let told_c = world.peak_c();
    let true_c = world.true_peak_c();
    assert!(told_c >= true_c - 0.3, "{told_c:.2} of {true_c:.2}");
}

#[test]
fn heat_that_a_broken_heater_never_stored_is_not_believed_in_for_long() {
    let mut world = World::new(1.0, 40.0);
    world.seconds(230, 1.0);
    world.seconds(200, 0.38);
    world.truth.power_w = 0.0;
    world.seconds(150, 1.0);
    let above_k = world.peak_c() - world.truth.sensor_c;
    assert!(above_k < 3.0, "{above_k:.2} K more at {:.2}", world.truth.sensor_c);
}

#[test]
fn a_place_that_is_folded_is_expected_to_get_hotter_at_once() {
    let mut world = World::new(1.2, 55.0);
    world.seconds(120, 1.0);
    let before_k = world.peak_c() - world.truth.sensor_c;
    world.truth.power_w *= 2.0;
    world.seconds(25, 1.0);
    let after_k = world.peak_c() - world.truth.sensor_c;
    assert!(after_k > 1.6 * before_k, "{before_k:.2} K, then {after_k:.2} K");
}

#[test]
fn no_time_and_no_heat_change_nothing() {
    let mut pad = Pad::at(Moment::START, Celsius::literal(30.0), 25.0, None);
    pad.take(Moment::START, 90.0, 25.0);
    assert_eq!(pad.last, Moment::START);
    assert!((pad.peak_if_cut_c() - 30.0).abs() < 0.5);
}
