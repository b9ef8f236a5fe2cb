//! Pauses and new phases in the closed loop: what is stored in the pad's element is no less there for them.

use soothe_plant::{ClosedLoop, Factor, PadSpec};
use soothe_therapy::{
    Heater, Order, PadModel, Phase, Plan, Protocol, SessionId, Site, Span, TunedPad, limits,
};

/// How hot the true surface gets, °C, when a session at 42 °C is paused for so long, once the surface has been
/// heated to so much, and goes on for ten minutes. A blanket that is lifted in the pause comes back when the surface
/// is at 40 °C again.
fn hottest_c(spec: PadSpec, heater: Heater, at_c: f64, pause: Span, lifted: bool) -> f64 {
    let mut world = ClosedLoop::knowing(spec, heater, 7);
    let plan = Plan::heat(42.0, Span::from_min(20), Site::LeftCalf).expect("a plan");
    give(&mut world, Order::Start { id: SessionId(1), plan });
    let late = world.now() + Span::from_min(10);
    while world.plant.truth().surface.get() < at_c {
        world.cycle(None);
        assert!(world.now() < late, "it never was at {at_c} °C");
    }
    give(&mut world, Order::Pause);
    if lifted {
        world.plant.set_loss(Factor::literal(2.0));
    }
    world.run(pause, |output, _| assert!(!output.actuators.energises()));
    give(&mut world, Order::Resume);
    let (mut hottest_c, mut heated) = (f64::NEG_INFINITY, false);
    let mut look = |world: &mut ClosedLoop, span| {
        world.run(span, |output, plant| {
            assert_eq!(output.snapshot.fault, None);
            heated |= output.actuators.k1();
            hottest_c = hottest_c.max(plant.truth().surface.get());
        });
    };
    let back = world.now() + Span::from_min(4);
    while world.now() < back && world.plant.truth().surface.get() < 40.0 {
        look(&mut world, limits::CYCLE);
    }
    world.plant.set_loss(Factor::ONE);
    look(&mut world, Span::from_min(8));
    assert!(heated && hottest_c > 41.5, "it went on to {hottest_c:.1} °C");
    hottest_c
}

/// Gives an order, which must be taken.
fn give(world: &mut ClosedLoop, order: Order) {
    assert_eq!(world.cycle(Some(order)).replies[0], Ok(()), "{order:?}");
}

/// A session of two heat phases, one right after the other: how hot the true surface gets, °C, and how long K1 stays
/// open at least before it closes again, from one closing to the next.
fn two_phases(spec: PadSpec, first_c: f64, then_c: f64) -> (f64, Span) {
    let phases = [first_c, then_c].map(|c| Phase::heat(c, Span::from_min(6)).expect("a phase"));
    let protocol = Protocol::new("two", &phases).expect("a protocol");
    let plan = Plan::of(protocol, Site::LeftCalf).expect("a plan");
    let mut world = ClosedLoop::new(spec, 7);
    give(&mut world, Order::Start { id: SessionId(1), plan });
    // What the proof does is over.
    world.run(Span::from_s(5), |_, _| {});
    let (mut hottest_c, mut apart) = (f64::NEG_INFINITY, Span::from_min(60));
    let (mut closed_at, mut was_closed) = (None, false);
    let mut now = world.now();
    world.run(Span::from_min(12), |output, plant| {
        now = now + limits::CYCLE;
        let closes = output.actuators.k1() && !was_closed;
        if let Some(before) = closed_at.filter(|_| closes) {
            apart = apart.min(now.since(before));
        }
        closed_at = if closes { Some(now) } else { closed_at };
        was_closed = output.actuators.k1();
        hottest_c = hottest_c.max(plant.truth().surface.get());
    });
    (hottest_c, apart)
}

#[test]
fn hl_h21_a_new_heat_phase_lets_the_relay_close_no_sooner_and_knows_what_is_stored() {
    for (mass, power_w) in [(1.0, 40.0), (0.7, 55.0), (1.3, 60.0), (1.4, 25.0)] {
        for (first_c, then_c) in [(39.0, 42.0), (41.0, 42.0), (42.0, 41.0)] {
            let spec = PadSpec::scaled(mass, power_w, 22.0);
            let (hottest, apart) = two_phases(spec, first_c, then_c);
            let what =
                format!("{power_w} W, {mass}: {first_c} to {then_c} °C: {hottest:.2} °C, {apart}");
            assert!(hottest > 40.9 && hottest < 42.5, "{what}");
            // K1 waits for K2 where that has dropped out, and not where it is held in.
            assert!(apart + limits::K2_LEAD >= limits::RELAY_CLOSING_EVERY, "{what}");
        }
    }
}

#[test]
fn heat_that_was_stored_before_a_short_pause_is_reckoned_with_after_it() {
    for (mass, power_w) in [(1.0, 40.0), (0.7, 55.0), (1.3, 60.0), (1.4, 25.0)] {
        for (at_c, pause_s) in [(36.0, 1), (39.0, 2), (40.5, 1), (40.5, 20)] {
            let spec = PadSpec::scaled(mass, power_w, 22.0);
            let hottest = hottest_c(spec, Heater::default(), at_c, Span::from_s(pause_s), false);
            assert!(
                hottest < 42.4,
                "{power_w} W, {mass}: {pause_s} s at {at_c} °C: {hottest:.2} °C"
            );
        }
    }
}

#[test]
fn a_blanket_that_is_lifted_in_a_pause_and_comes_back_after_it_leaves_the_skin_below_43_degrees() {
    for (mass, power_w) in [(1.0, 40.0), (0.7, 55.0), (1.25, 55.0), (1.4, 25.0)] {
        for (tuned, wrong) in [(true, 0.6), (true, 1.0), (false, 1.0)] {
            for pause_s in [30, 120, 280] {
                let found = PadModel::nearest(wrong * power_w, wrong * mass, 1.0);
                let tuned = tuned.then(|| TunedPad::of(found));
                let heater = Heater { tuned, ..Heater::default() };
                let spec = PadSpec::scaled(mass, power_w, 26.8);
                let hottest = hottest_c(spec, heater, 36.3, Span::from_s(pause_s), true);
                let most = limits::CONTACT_OFF.get();
                assert!(hottest < most, "{power_w} W, {mass}: {pause_s} s: {hottest:.2} °C");
            }
        }
    }
}
