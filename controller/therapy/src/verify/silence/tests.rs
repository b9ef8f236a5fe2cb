//! Heaters that fall silent, and whole ones, on pads that are known here.

use super::*;
use crate::reference_pad::{G1A, G2A, G12};
use crate::true_pad::{ROOM_C, TruePad};

/// What the noise of a pair of sensors adds to a reading, K.
const NOISE_K: [f64; 8] = [0.02, -0.03, 0.04, -0.01, -0.04, 0.03, 0.0, -0.01];

/// A pad that is switched as somebody likes and read once a second.
struct World {
    silence: Silence,
    seconds: u64,
    truth: TruePad,
    open: bool,
    /// The noise, in times what a sensor usually has.
    noisier: f64,
    /// What the room is read too warm, K.
    room_k: f64,
}

impl World {
    fn new(mass: f64, power_w: f64) -> Self {
        let room = Celsius::literal(ROOM_C);
        let silence = Silence::new(Moment::START, room, room);
        Self {
            silence,
            seconds: 0,
            truth: TruePad::new(mass, power_w),
            open: false,
            noisier: 1.0,
            room_k: 0.0,
        }
    }

    fn second(&mut self, share: f64) {
        self.truth.live(1.0, if self.open { 0.0 } else { share });
        self.seconds += 1;
        let noise_k = self.noisier * NOISE_K[self.seconds as usize % NOISE_K.len()];
        let read_c = self.truth.sensor_c + noise_k;
        let read_c = libm::round(read_c * 32.0) / 32.0;
        let now = Moment::from_ms(self.seconds * 1000);
        self.silence.take(now, share, read_c, Celsius::literal(ROOM_C + self.room_k));
    }

    /// Full power to so much, then none until the element no longer lifts the surface.
    fn warm_up(&mut self, to_c: f64) {
        while self.truth.surface_c < to_c {
            self.second(1.0);
        }
        for _ in 0..60 {
            self.second(0.0);
        }
    }

    /// Holds what the surface has, with a pulse of power in each `period_s`; gives after how many seconds
    /// silence was certain.
    fn hold(&mut self, seconds: u64, period_s: u64) -> Option<u64> {
        let loss_w = self.truth.loss * G2A * (self.truth.surface_c - ROOM_C);
        let element_k = self.truth.surface_c - ROOM_C + loss_w / G12;
        let duty = (loss_w + G1A * element_k) / self.truth.power_w;
        let closed_s = (duty * period_s as f64).round().max(1.0) as u64;
        for second in 0..seconds {
            self.second(if second % period_s < closed_s { 1.0 } else { 0.0 });
            if self.silence.is_certain() {
                return Some(second);
            }
        }
        None
    }
}

#[test]
fn hl_h16_a_heater_that_falls_silent_while_it_holds_is_found_by_its_pulses() {
    for (mass, power_w, to_c) in [(1.0, 40.0, 38.0), (1.3, 55.0, 36.0), (0.7, 30.0, 34.0)] {
        let mut world = World::new(mass, power_w);
        world.warm_up(to_c);
        assert_eq!(world.hold(300, 50), None, "{mass} {power_w}: it is whole");
        world.open = true;
        let found_s = world.hold(200, 50).expect("it is silent");
        // No sooner than the most that each second may say allows.
        let most = |after_s: u64| (1..=after_s).map(|it| it as f64 * SECOND_MAX);
        let spoken = |after_s| most(after_s).filter(|it| *it >= SPEAKS).sum::<f64>();
        let soonest_s = (1..).find(|after_s| spoken(*after_s) >= CERTAIN).unwrap() - 2;
        assert!((soonest_s..=130).contains(&found_s), "{mass} {power_w}: after {found_s} s");
    }
}

#[test]
fn a_whole_heater_is_not_silent_whatever_its_blanket_does() {
    for (mass, power_w, to_c) in [(1.0, 40.0, 38.0), (1.3, 50.0, 36.0), (0.6, 30.0, 33.0)] {
        let mut world = World::new(mass, power_w);
        world.warm_up(to_c);
        for loss in [1.0, 2.0, 1.0, 2.0, 1.0] {
            world.truth.loss = loss;
            assert_eq!(world.hold(240, 50), None, "{mass} {power_w} {loss}");
        }
    }
}

#[test]
fn a_whole_heater_is_not_silent_when_the_room_is_read_too_warm() {
    for room_k in [1.0, 2.0, 3.0, -1.0] {
        let mut world = World { room_k, ..World::new(1.0, 40.0) };
        world.warm_up(38.0);
        for loss in [1.0, 2.0, 1.0] {
            world.truth.loss = loss;
            assert_eq!(world.hold(240, 50), None, "{room_k} K {loss}");
        }
    }
}

#[test]
fn hl_h16_sensors_with_twice_the_noise_do_not_hide_a_silent_heater() {
    let mut world = World { noisier: 2.0, ..World::new(1.0, 40.0) };
    world.warm_up(38.0);
    assert_eq!(world.hold(300, 50), None, "it is whole");
    world.open = true;
    assert!(world.hold(130, 50).is_some(), "it is silent");
}

#[test]
fn hl_h16_a_pad_that_was_warm_at_the_start_is_known_once_its_heat_has_shown() {
    let mut world = World::new(1.0, 40.0);
    world.warm_up(38.0);
    let (now, read) = (Moment::from_ms(world.seconds * 1000), Celsius::literal(38.0));
    world.silence = Silence::new(now, read, Celsius::literal(ROOM_C));
    assert_eq!(world.hold(300, 50), None, "it is whole");
    assert!(world.silence.known);
    world.open = true;
    assert!(world.hold(200, 50).is_some(), "it is silent");
}

#[test]
fn hl_h16_what_speaks_for_silence_has_to_last() {
    let mut world = World::new(1.0, 40.0);
    world.warm_up(36.0);
    // A second of weighing adds no more than it may say.
    let speaks = |world: &mut World, against: f64, seconds: u32| {
        for _ in 0..seconds {
            world.silence.wholes.iter_mut().for_each(|it| it.against = against);
            world.silence.weigh();
        }
        world.silence.is_certain()
    };
    let (little, enough) = (SPEAKS - 2.0 * SECOND_MAX, SPEAKS + SECOND_MAX);
    let (soonest_s, latest_s) = (CERTAIN / (enough + SECOND_MAX), CERTAIN / SPEAKS);
    assert!(!speaks(&mut world, little, 10 * latest_s as u32));
    assert!(!speaks(&mut world, enough, soonest_s as u32 - 1));
    assert!(speaks(&mut world, enough, (latest_s - soonest_s) as u32 + 2));
    // A break, and it counts from nothing.
    assert!(!speaks(&mut world, little, 1));
    assert!(!speaks(&mut world, enough, soonest_s as u32 - 1));
    // Much has to last less long.
    assert!(speaks(&mut world, CERTAIN / 2.0 + SECOND_MAX, 2));
}

#[test]
fn hl_h16_a_pad_too_near_the_room_to_be_known_is_held_to_the_least_power() {
    for (mass, power_w) in [(1.4, 25.0), (1.0, 25.0), (0.8, 28.0)] {
        let mut world = World::new(mass, power_w);
        world.warm_up(ROOM_C + 0.3);
        assert_eq!(world.hold(200, 20), None, "{mass} {power_w}: it is whole");
        assert!(!world.silence.known, "{mass} {power_w}");
        world.open = true;
        assert!(world.hold(400, 20).is_some(), "{mass} {power_w}: it is silent");
    }
}

#[test]
fn a_pad_that_was_warmed_by_little_is_held_to_a_part_of_the_power_that_was_found() {
    let mut world = World::new(1.0, 60.0);
    assert_eq!(world.silence.least_power_w(), limits::PAD_POWER_MIN_W);
    let found_w = |world: &World| world.silence.pad.observer().model().power_w();
    world.warm_up(ROOM_C + 2.0);
    assert_eq!(world.silence.least_power_w(), SURELY * found_w(&world));
    world.warm_up(ROOM_C + 12.0);
    assert_eq!(world.silence.least_power_w(), found_w(&world));
    assert!(found_w(&world) > 50.0);
}

#[test]
fn evidence_against_silence_begins_it_anew_from_what_is_known_by_then() {
    let mut world = World::new(1.0, 40.0);
    world.warm_up(36.0);
    let mut begun_anew = 0;
    let mut before = world.silence.evidence();
    for second in 0..300_u64 {
        world.second(if second % 40 < 14 { 1.0 } else { 0.0 });
        let now = world.silence.evidence();
        assert!((REFUTED..SPEAKS).contains(&now), "{now}");
        assert!(now - before <= SECOND_MAX + 4.0, "{before} to {now}");
        begun_anew += u32::from(now == 0.0 && before < 0.0);
        before = now;
    }
    // Each pulse refutes it.
    assert!(begun_anew >= 4, "{begun_anew} times");
    let apart_k = world.silence.wholes[0].pad.element_k() - world.silence.silent.element_k();
    assert!(apart_k.abs() < 3.0, "{apart_k}");
}

#[test]
fn without_power_nobody_gains() {
    let mut world = World::new(1.0, 40.0);
    world.warm_up(36.0);
    world.silence.begin_anew();
    for loss in [1.0, 2.0] {
        world.truth.loss = loss;
        for _ in 0..70 {
            world.second(0.0);
            assert!(world.silence.evidence() <= 0.0, "{}", world.silence.evidence());
        }
        assert_eq!(world.silence.wholes[0].against, 0.0);
    }
}

#[test]
fn a_change_is_thought_of_at_a_price_and_the_likeliest_is_never_forgotten() {
    let mut world = World::new(1.0, 40.0);
    world.warm_up(36.0);
    world.silence.begin_anew();
    let seconds = |world: &mut World, count: u32| (0..count).for_each(|_| world.second(0.0));
    seconds(&mut world, CHANGE_EVERY - 1);
    assert!(world.silence.wholes.iter().all(|it| it.against == 0.0));
    seconds(&mut world, 1);
    assert_eq!(world.silence.newest, 1);
    assert_eq!(world.silence.wholes[1].against, CHANGE_COSTS);
    // The third is the likeliest when its turn has come again.
    seconds(&mut world, CHANGE_EVERY * (CHANGES as u32));
    assert_eq!(world.silence.newest, 1);
    world.silence.wholes[2].against = -1.0;
    seconds(&mut world, CHANGE_EVERY);
    assert_eq!(world.silence.newest, 3);
    assert!(world.silence.wholes[2].against < 0.0);
    assert!(world.silence.wholes[3].against > CHANGE_COSTS - 1.5);
}

#[test]
fn a_second_says_half_of_twice_a_logarithm_and_never_too_much() {
    assert_eq!([3.0, 0.5, -3.0].map(|it| said(it, 1.0)), [1.5, 0.25, -1.5]);
    assert_eq!([9.0, -9.0].map(|it| said(it, BADLY)), [SECOND_MAX, -SECOND_MAX]);
    // Nothing for a silent pad that foretells badly.
    assert_eq!([9.0, -3.0].map(|it| said(it, BADLY + 0.1)), [0.0, -1.5]);
}

#[test]
fn what_is_averaged_follows_in_ten_seconds_and_a_flow_may_be_beyond_its_bounds_by_as_much_on_both_sides()
 {
    assert_eq!([averaged(1.0, 1.0), averaged(1.0, 3.0), averaged(3.0, 1.0)], [1.0, 1.2, 2.8]);
    assert_eq!(beyond_w((-2.0, 5.0)), (-2.0 - BEYOND_W, 5.0 + BEYOND_W));
}

#[test]
fn a_flow_grows_with_what_the_surface_has_above_the_room() {
    let pad = |t_c: f64| Pad::at(Moment::START, Celsius::literal(t_c), ROOM_C, None);
    assert!((flow_w(&pad(ROOM_C), EXTRA) - EXTRA.0).abs() < 1e-9);
    assert!((flow_w(&pad(ROOM_C + 10.0), EXTRA) - EXTRA.0 - 10.0 * EXTRA.1).abs() < 1e-9);
    assert!((flow_w(&pad(ROOM_C - 10.0), EXTRA) - EXTRA.0).abs() < 1e-9);
}
