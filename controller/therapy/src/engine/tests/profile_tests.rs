//! A person chooses by which profile they are treated.

use super::*;
use crate::profile::{Profile, ProfileChoice};

fn choose(bench: &mut Bench, profile: Profile) -> Reply {
    let output = bench.step(&[Order::UseProfile(profile)]);
    let reply = output.replies[0];
    let told = output.events.contains(&Event::ProfileChosen(profile));
    assert_eq!(told, reply.is_ok(), "{:?}", output.events);
    reply
}

#[test]
fn hl_h1_a_profile_that_a_person_chooses_judges_the_next_start() {
    let mut bench = Bench::new();
    assert_eq!(choose(&mut bench, Profile::Sensitive), Ok(()));
    let refused = bench.step(&[start(1)]).replies[0].unwrap_err();
    assert_eq!(refused.rule(), Some(Rule::H1), "{refused}");
    // In the order in which it was said, in one step, too.
    let both = bench.step(&[Order::UseProfile(Profile::Default), start(1)]);
    assert_eq!(both.replies.as_slice(), [Ok(()), Ok(())]);
    assert_eq!(both.snapshot.profile.in_use(), Profile::Default);
}

#[test]
fn no_profile_is_chosen_while_a_session_runs_or_pauses() {
    let mut bench = Bench::new();
    bench.step(&[start(1)]);
    let running = Err(Refusal::Running { id: SessionId(1) });
    assert_eq!(choose(&mut bench, Profile::Sensitive), running);
    bench.run(Span::from_s(30));
    bench.step(&[Order::Pause]);
    assert_eq!(choose(&mut bench, Profile::Sensitive), running);
    bench.step(&[Order::Stop(StopCause::Person)]);
    assert_eq!(choose(&mut bench, Profile::Sensitive), Ok(()));
}

#[test]
fn no_profile_is_chosen_while_a_tuning_runs() {
    let mut bench = Bench::new();
    let plan = Plan::tuning(40.0, Site::LeftShoulder).expect("a tuning");
    let id = SessionId(1);
    assert_eq!(bench.step(&[Order::Start { id, plan }]).replies[0], Ok(()));
    assert_eq!(choose(&mut bench, Profile::Cautious), Err(Refusal::Running { id }));
}

#[test]
fn nobody_chooses_where_the_configuration_has_fixed_one() {
    let profile = ProfileChoice { chosen: Profile::Cautious, fixed: Some(Profile::Sensitive) };
    let mut bench = Bench::booted(Boot { profile, ..ready() });
    for asked in Profile::ALL {
        let refused = choose(&mut bench, asked);
        assert_eq!(refused, Err(Refusal::ProfileFixed(Profile::Sensitive)));
    }
    let (output, _) = bench.run(limits::CYCLE);
    assert_eq!(output.snapshot.profile, profile);
}

#[test]
fn a_chosen_profile_is_handed_to_the_next_engine() {
    let mut bench = Bench::new();
    assert_eq!(choose(&mut bench, Profile::Cautious), Ok(()));
    let boot = bench.engine.boot(bench.now);
    let next = Engine::new(&boot, bench.now).boot(bench.now).profile;
    assert_eq!(next, ProfileChoice { chosen: Profile::Cautious, fixed: None });
}
