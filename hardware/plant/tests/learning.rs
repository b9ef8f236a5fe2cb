//! Learning in the closed loop: what sessions make of a tuned pad, on pads that are known here.

use soothe_plant::{ClosedLoop, Factor, PadSpec};
use soothe_therapy::session::Outcome;
use soothe_therapy::{
    Event, Heater, Order, PadModel, Plan, RelayKind, SessionId, Site, Span, StopCause, TunedPad,
    Tuning,
};

const MINUTES: u64 = 15;

fn tuned(power_w: f64, mass: f64) -> TunedPad {
    TunedPad::of(PadModel::new(power_w, mass, 1.0).expect("a pad"))
}

/// A pad that was tuned as this one, before a session.
fn known(spec: PadSpec, pad: Option<TunedPad>, seed: u64) -> ClosedLoop {
    ClosedLoop::knowing(spec, Heater { relay: RelayKind::Mosfet, tuned: pad }, seed)
}

/// Lives through a session, with `each` looking on and meddling: how it ended, and what it made of the pad.
fn session(
    world: ClosedLoop,
    each: impl FnMut(Span, &mut ClosedLoop) -> Option<Order>,
) -> (Outcome, Option<TunedPad>) {
    session_at(41.0, world, each)
}

fn session_at(
    target_c: f64,
    mut world: ClosedLoop,
    mut each: impl FnMut(Span, &mut ClosedLoop) -> Option<Order>,
) -> (Outcome, Option<TunedPad>) {
    let plan = Plan::heat(target_c, Span::from_s(60 * MINUTES), Site::LeftCalf).expect("a plan");
    let (began, mut order) = (world.now(), Some(Order::Start { id: SessionId(1), plan }));
    let mut refined = None;
    loop {
        let output = world.cycle(order.take());
        order = each(world.now().since(began), &mut world);
        for event in &output.events {
            if let Event::Refined { pad, .. } = event {
                refined = Some(*pad);
            }
        }
        if let Some(ended) = output.snapshot.last {
            let after = world.engine.boot(world.now()).heater.tuned;
            assert!(refined.is_none() || after == refined, "told and not used: {after:?}");
            return (ended.outcome, refined);
        }
    }
}

/// The pad after so many sessions.
fn after(sessions: u64, spec: &PadSpec, pad: TunedPad) -> TunedPad {
    (1..=sessions).fold(pad, |pad, seed| {
        let (outcome, refined) = session(known(spec.clone(), Some(pad), seed), |_, _| None);
        assert_eq!(outcome, Outcome::Completed);
        refined.unwrap_or(pad)
    })
}

fn share_off(is: f64, should: f64) -> f64 {
    (is / should - 1.0).abs()
}

#[test]
fn a_pad_that_has_aged_is_known_again_after_some_sessions() {
    for (power_w, mass) in [(40.0, 1.0), (25.0, 1.4), (55.0, 0.6)] {
        let spec = PadSpec::scaled(mass, power_w, 22.0);
        let pad = tuned(power_w * 1.08, mass * 0.95);
        let once = after(1, &spec, pad);
        assert!(share_off(once.now().power_w(), power_w * 1.064) < 0.01, "{once:?}");
        let often = after(10, &spec, pad);
        assert!(share_off(often.now().power_w(), power_w) < 0.02, "{often:?}");
        assert!(share_off(often.now().mass(), mass) < 0.03, "{often:?}");
    }
}

#[test]
fn a_pad_that_stays_as_it_is_stays_known() {
    let spec = PadSpec::scaled(1.2, 50.0, 20.0);
    let often = after(15, &spec, tuned(50.0, 1.2));
    assert!(share_off(often.now().power_w(), 50.0) < 0.02, "{often:?}");
    assert!(share_off(often.now().mass(), 1.2) < 0.02, "{often:?}");
}

#[test]
fn a_blanket_that_loses_more_leads_it_no_farther_than_a_tenth() {
    let spec = PadSpec::from_toml("g2a = 0.66").expect("a pad");
    let often = after(12, &spec, tuned(40.0, 1.0));
    assert!(share_off(often.now().power_w(), 40.0) <= 0.1 + 1e-9, "{often:?}");
    assert!(share_off(often.now().mass(), 1.0) <= 0.1 + 1e-9, "{often:?}");
}

#[test]
fn another_pad_teaches_nothing() {
    for (power_w, mass) in [(30.0, 1.0), (40.0, 1.4), (52.0, 1.0), (60.0, 1.0), (40.0, 0.7)] {
        let world = known(PadSpec::scaled(mass, power_w, 22.0), Some(tuned(40.0, 1.0)), 3);
        assert_eq!(session(world, |_, _| None), (Outcome::Completed, None), "{power_w} {mass}");
    }
}

#[test]
fn a_session_in_which_the_blanket_moved_or_that_lay_without_it_teaches_nothing() {
    let lifted = |t: Span, world: &mut ClosedLoop| {
        if t == Span::from_s(400) {
            world.plant.set_loss(Factor::new(2.0).expect("a factor"));
        }
        None
    };
    let pad = Some(tuned(40.0, 1.0));
    assert_eq!(session(known(PadSpec::nominal(), pad, 4), lifted), (Outcome::Completed, None));
    let without = PadSpec::from_toml("g2a = 1.1").expect("a pad");
    assert_eq!(session(known(without, pad, 5), |_, _| None), (Outcome::Completed, None));
}

#[test]
fn a_pad_that_was_warned_of_teaches_nothing_also_when_that_is_long_over() {
    // The blanket slips off so slowly that nothing surprises, and is put back as slowly.
    let slips = |t: Span, world: &mut ClosedLoop| {
        let off = (t.as_s() - 300.0).clamp(0.0, 150.0) - (t.as_s() - 500.0).clamp(0.0, 150.0);
        world.plant.set_loss(Factor::new(1.0 + off / 150.0).expect("a factor"));
        None
    };
    let world = known(PadSpec::nominal(), Some(tuned(40.0, 1.0)), 10);
    assert_eq!(session(world, slips), (Outcome::Completed, None));
}

#[test]
fn a_session_that_is_stopped_teaches_what_it_has_shown_until_then() {
    let stopped_at = |s: u64| {
        move |t: Span, _: &mut ClosedLoop| {
            (t == Span::from_s(s)).then_some(Order::Stop(StopCause::Person))
        }
    };
    let world = || known(PadSpec::nominal(), Some(tuned(42.0, 1.0)), 6);
    let stopped = Outcome::Stopped(StopCause::Person);
    assert_eq!(session(world(), stopped_at(120)), (stopped, None), "it was not warm yet");
    let (outcome, refined) = session(world(), stopped_at(500));
    assert_eq!(outcome, stopped);
    assert!(refined.expect("it was warm").now().power_w() < 41.8);
}

#[test]
fn a_session_that_ends_with_a_fault_teaches_nothing() {
    let estop = |t: Span, world: &mut ClosedLoop| {
        if t == Span::from_s(600) {
            world.plant.open_estop(true);
        }
        None
    };
    let world = known(PadSpec::nominal(), Some(tuned(42.0, 1.0)), 7);
    let (outcome, refined) = session(world, estop);
    assert!(matches!(outcome, Outcome::Fault(_)), "{outcome:?}");
    assert_eq!(refined, None);
}

#[test]
fn what_a_session_has_shown_is_not_put_down_to_a_pad_that_was_chosen_meanwhile() {
    let chosen = Tuning { of: SessionId(7), pad: tuned(30.0, 0.9) };
    for choice in [Some(chosen), None] {
        let choose =
            |t: Span, _: &mut ClosedLoop| (t == Span::from_s(500)).then_some(Order::UsePad(choice));
        let world = known(PadSpec::nominal(), Some(tuned(42.0, 1.0)), 8);
        assert_eq!(session(world, choose), (Outcome::Completed, None), "{choice:?}");
    }
}

#[test]
fn a_pad_that_was_tuned_without_its_blanket_gets_no_hotter_under_it() {
    for (power_w, mass, target_c) in [(60.0, 1.0, 42.0), (60.0, 0.6, 41.0), (50.0, 1.0, 42.0)] {
        let hottest_c = |pad: Option<TunedPad>| {
            let world = known(PadSpec::scaled(mass, power_w, 22.0), pad, 11);
            let mut hottest_c = 0.0;
            let (outcome, _) = session_at(target_c, world, |_, world| {
                hottest_c = f64::max(hottest_c, world.plant.truth().surface.get());
                None
            });
            assert_eq!(outcome, Outcome::Completed, "{power_w} W, {mass}");
            hottest_c
        };
        let bare = PadModel::new(power_w, mass, 2.0).expect("a pad");
        let untuned_c = hottest_c(None);
        for bare in [false, true].map(|it| TunedPad::of(bare).proven(it)) {
            let tuned_c = hottest_c(Some(bare));
            assert!(
                tuned_c <= untuned_c + 0.3,
                "{power_w} W, {mass}: {tuned_c} instead of {untuned_c}"
            );
        }
    }
}

#[test]
fn no_doubt_delays_a_weak_pad_whose_tuning_has_proved_true() {
    let warm_after_s = |pad: Option<TunedPad>, seed: u64| {
        let mut warm = None;
        let _ = session_at(42.0, known(PadSpec::scaled(1.0, 25.0, 22.0), pad, seed), |t, world| {
            let is_warm = world.plant.truth().surface.get() >= 41.5;
            warm = warm.or(is_warm.then_some(t.as_s()));
            None
        });
        warm.unwrap_or(f64::INFINITY)
    };
    let chosen = tuned(25.0, 1.0);
    let [just_tuned, shown] =
        [chosen.proven(true), after(1, &PadSpec::scaled(1.0, 25.0, 22.0), chosen)];
    for seed in 13..16 {
        let [untuned, chosen, just_tuned, shown] =
            [None, Some(chosen), Some(just_tuned), Some(shown)].map(|it| warm_after_s(it, seed));
        // It looks like a strong one without its blanket until its power is cut, and may have been swapped for it.
        assert!(untuned > 600.0 && chosen > 500.0, "{untuned} s, {chosen} s (seed {seed})");
        assert!(untuned.is_finite() && chosen.is_finite(), "{untuned} s, {chosen} s (seed {seed})");
        assert!(just_tuned < 450.0 && shown < 450.0, "{just_tuned} s, {shown} s (seed {seed})");
    }
}

#[test]
fn to_choose_the_pad_in_use_again_forgets_nothing_of_it() {
    let pad = tuned(42.0, 1.0);
    let refined = pad.refined_to(tuned(40.5, 1.0).found());
    let mut world = known(PadSpec::nominal(), Some(refined), 12);
    // As it stood in a log that the last session had not reached yet.
    world.cycle(Some(Order::UsePad(Some(Tuning { of: SessionId(7), pad }))));
    assert_eq!(world.engine.boot(world.now()).heater.tuned, Some(refined));
    world.cycle(Some(Order::UsePad(None)));
    world.cycle(Some(Order::UsePad(Some(Tuning { of: SessionId(7), pad }))));
    assert_eq!(world.engine.boot(world.now()).heater.tuned, Some(pad));
}

#[test]
fn a_pad_that_is_chosen_has_to_prove_itself_and_one_that_is_chosen_again_has_done_so() {
    let choose = |pad| Some(Order::UsePad(Some(Tuning { of: SessionId(7), pad })));
    let [mine, other] = [tuned(42.0, 1.0), tuned(30.0, 0.9)].map(|it| it.proven(true));
    let mut world = known(PadSpec::nominal(), Some(mine), 12);
    world.cycle(choose(mine.proven(false)));
    assert_eq!(world.engine.boot(world.now()).heater.tuned, Some(mine));
    world.cycle(choose(other));
    assert_eq!(world.engine.boot(world.now()).heater.tuned, Some(other.proven(false)));
}

#[test]
fn without_a_tuning_nothing_is_kept() {
    let world = known(PadSpec::nominal(), None, 9);
    assert_eq!(session(world, |_, _| None), (Outcome::Completed, None));
}
