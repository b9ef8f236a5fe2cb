//! A pause ends energy at once, and only a person ends a pause (HL-S11).

use super::*;
use crate::command::NoPause;
use crate::units::Span;

const ID: SessionId = SessionId(1);

#[test]
fn hl_s11_a_pause_is_off_in_that_step_and_stays_off_until_a_person_goes_on() {
    let mut bench = Bench::warmed();
    let output = bench.step(&[Order::Pause]);
    assert_eq!(output.replies[0], Ok(()));
    assert!(!output.actuators.energises());
    assert!(output.events.contains(&Event::Paused { id: ID }));
    let mut left = std::vec::Vec::new();
    for _ in 0..40 {
        let output = bench.run(Span::from_s(1)).0;
        assert!(!output.actuators.energises());
        left.push(output.snapshot.session.expect("a session").left);
    }
    assert!(left.iter().all(|it| *it == left[0]), "the phase's time stands still: {left:?}");
    let output = bench.step(&[Order::Resume]);
    assert_eq!(output.replies[0], Ok(()));
    let (output, _) = bench.run(Span::from_s(3));
    assert!(output.actuators.energises());
    let view = output.snapshot.session.expect("a session");
    assert!(left[0].saturating_sub(view.left) < Span::from_s(4), "{:?}", view.left);
}

#[test]
fn hl_h21_a_pause_lets_the_relay_close_no_sooner() {
    let mut bench = Bench::warmed();
    let (mut closed, mut last) = (false, None);
    for _ in 0..1200 {
        let k1 = bench.run(limits::CYCLE).0.actuators.k1();
        if k1 && !closed {
            let since = last.map(|last| bench.now.since(last));
            assert!(since.is_none_or(|it| it >= limits::RELAY_CLOSING_EVERY), "{since:?}");
            last = Some(bench.now);
            assert_eq!(bench.step(&[Order::Pause]).replies[0], Ok(()));
            assert_eq!(bench.step(&[Order::Resume]).replies[0], Ok(()));
        }
        closed = k1;
    }
    assert!(last.is_some(), "the relay never closed");
}

#[test]
fn hl_s11_a_pause_of_more_than_five_minutes_ends_the_session() {
    let mut bench = Bench::warmed();
    bench.step(&[Order::Pause]);
    assert_eq!(ends(&bench.run(Span::from_ms(299_900)).1), []);
    let (_, events) = bench.run(limits::CYCLE);
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::PauseTime)]);
}

#[test]
fn hl_s11_going_on_looks_at_everything_again() {
    let mut bench = Bench::warmed();
    bench.step(&[Order::Pause]);
    let warm_c = bench.contact_c;
    bench.pad_c = None;
    bench.contact_c = [Err(ProbeError::Missing), warm_c[1]];
    bench.run(Span::from_s(5));
    let reply = bench.step(&[Order::Resume]).replies[0];
    assert_eq!(reply.map_err(Refusal::rule), Err(Some(Rule::H13)));
    bench.contact_c = warm_c;
    bench.run(Span::from_s(2));
    bench.lines.undervoltage = true;
    let reply = bench.step(&[Order::Resume]).replies[0];
    assert_eq!(reply.map_err(Refusal::rule), Err(Some(Rule::S9)));
    bench.lines.undervoltage = false;
    let room_c = std::mem::replace(&mut bench.ambient_c, 35.5);
    bench.run(Span::from_s(5));
    let reply = bench.step(&[Order::Resume]).replies[0];
    assert_eq!(reply.map_err(Refusal::rule), Err(Some(Rule::H22)));
    bench.ambient_c = room_c;
    bench.run(Span::from_s(5));
    assert_eq!(bench.step(&[Order::Resume]).replies[0], Ok(()));
}

#[test]
fn a_pause_before_the_proof_is_over_begins_the_proof_anew() {
    let mut bench = Bench::new();
    bench.step(&[start(1)]);
    bench.run(Span::from_ms(1500));
    bench.step(&[Order::Pause]);
    bench.run(Span::from_s(20));
    let output = bench.step(&[Order::Resume]);
    assert!(output.snapshot.session.is_some_and(|it| it.proving));
    let (output, events) = bench.run(PROVED);
    assert!(events.contains(&Event::Proved { id: ID }) && output.actuators.k2());
}

#[test]
fn what_cannot_be_paused_says_why() {
    let mut bench = Bench::new();
    let why = |reply: Reply| match reply {
        Err(Refusal::NoPause(why)) => Some(why),
        _ => None,
    };
    let give = |bench: &mut Bench, order| why(bench.step(&[order]).replies[0]);
    assert_eq!(give(&mut bench, Order::Pause), Some(NoPause::NothingRuns));
    assert_eq!(give(&mut bench, Order::Resume), Some(NoPause::NothingRuns));
    bench.step(&[lead(&[Phase::Ice { duration: Span::from_min(5) }])]);
    assert_eq!(give(&mut bench, Order::Resume), Some(NoPause::NotPaused));
    bench.step(&[done(1)]);
    assert_eq!(give(&mut bench, Order::Pause), Some(NoPause::PackOn));
    let mut bench = Bench::new();
    let plan = Plan::tuning(41.0, Site::LeftCalf).expect("a tuning");
    bench.step(&[Order::Start { id: ID, plan }]);
    assert_eq!(give(&mut bench, Order::Pause), Some(NoPause::Tuning));
}

#[test]
fn what_is_left_stands_still_in_a_pause_while_a_person_is_asked() {
    let ice = Phase::Ice { duration: Span::from_min(5) };
    let rest = Phase::Rest { duration: Span::from_min(2), until_normal: false };
    let mut bench = Bench::new();
    bench.step(&[lead(&[ice, rest])]);
    let left = |bench: &mut Bench| bench.run(Span::from_s(20)).0.snapshot.session.map(|it| it.left);
    let asked = left(&mut bench);
    assert_eq!(asked, Some(Span::from_min(7)));
    bench.step(&[Order::Pause]);
    assert_eq!(left(&mut bench), asked);
    bench.step(&[Order::Resume]);
    assert_eq!(left(&mut bench), asked);
}

#[test]
fn an_exercise_is_counted_from_when_the_person_begins_and_stands_still_in_a_pause() {
    let exercise = *crate::exercise::Exercise::ALL.first().expect("an exercise");
    let mut bench = Bench::new();
    let phase = Phase::Exercise { exercise, duration: Span::from_min(1) };
    assert_eq!(bench.step(&[lead(&[phase])]).replies[0], Ok(()));
    bench.run(Span::from_s(30));
    assert_eq!(bench.step(&[done(1)]).replies[0], Ok(()));
    bench.run(Span::from_s(20));
    bench.step(&[Order::Pause]);
    bench.run(Span::from_s(100));
    bench.step(&[Order::Resume]);
    assert_eq!(ends(&bench.run(Span::from_s(39)).1), []);
    assert_eq!(ends(&bench.run(Span::from_s(2)).1), [Outcome::Completed]);
}
