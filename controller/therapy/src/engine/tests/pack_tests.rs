//! A cold pack that lies there when the session is over, for longer than planned, or again too soon (HL-C1, HL-C2, HL-C6 to
//! HL-C8), and what that makes of heat (HL-H7).

use super::*;
use crate::cold::PackLeft;
use crate::ledger::SiteUse;
use crate::session::{Prompt, SkinSays};

const SITE: Site = Site::LeftShoulder;
const SWAP: Phase = Phase::Swap { duration: Span::from_s(60) };

const fn heat(target_c: f64, min: u64) -> Phase {
    Phase::Heat { target: Celsius::literal(target_c), duration: Span::from_min(min) }
}

const fn ice(min: u64) -> Phase {
    Phase::Ice { duration: Span::from_min(min) }
}

const fn rest(min: u64) -> Phase {
    Phase::Rest { duration: Span::from_min(min), until_normal: false }
}

fn heat_on(site: Site) -> Order {
    let plan = Plan::heat(40.0, Span::from_min(10), site).expect("a plan");
    Order::Start { id: SessionId(2), plan }
}

impl Bench {
    /// A session of these phases, where no nerve lies just under the skin.
    fn of(phases: &[Phase]) -> Self {
        let mut bench = Self::new();
        let plan = Plan::of(Protocol::new("x", phases).expect("a protocol"), Site::LeftThigh);
        let start = Order::Start { id: SessionId(1), plan: plan.expect("a plan") };
        assert_eq!(bench.step(&[start]).replies[0], Ok(()));
        bench
    }

    /// Ice whose pack lies there.
    fn packed() -> Self {
        let mut bench = Self::new();
        assert_eq!(bench.step(&[lead(&[ice(5)])]).replies[0], Ok(()));
        bench.run(limits::CYCLE);
        assert_eq!(bench.step(&[done(1)]).replies[0], Ok(()));
        bench
    }

    /// Lives on for so long while a person is there.
    fn live_on(&mut self, span: Span) -> std::vec::Vec<Event> {
        let (end, mut all) = (self.now + span, std::vec::Vec::new());
        while self.now < end {
            all.extend(self.run(end.since(self.now).min(Span::from_min(1))).1);
            self.step(&[Order::Present]);
        }
        all
    }

    /// Answers prompts, five seconds after each, until the phase of that number begins.
    fn answer_until(&mut self, phase: usize) {
        for _ in 0..10_000 {
            let view = self.step(&[Order::Present]).snapshot.session.expect("a session");
            if view.phase.number == phase {
                return;
            }
            self.run(Span::from_s(5));
            if let Some(asked) = view.phase.asked {
                self.step(&[Order::Confirm { prompt: asked.id }]);
            }
        }
        panic!("phase {phase} never comes");
    }

    fn phase_view(&mut self) -> crate::session::PhaseView {
        self.step(&[]).snapshot.session.expect("a session").phase
    }
}

#[test]
fn hl_c8_nothing_starts_while_a_pack_is_left_on() {
    let mut bench = Bench::packed();
    // HL-H11: nobody answers.
    bench.run(Span::from_min(12));
    let other = heat_on(Site::RightShoulder);
    for _ in 0..2 {
        let output = bench.step(&[other]);
        assert_eq!(output.replies[0], Err(Refusal::PackLeft));
        assert_eq!(output.snapshot.alarm, Some(Alarm::PackOff));
        bench.run(Span::from_min(20));
    }
    assert_eq!(bench.step(&[Order::Present, other]).replies.as_slice(), [Ok(()), Ok(())]);
}

#[test]
fn hl_c8_whoever_ends_it_the_pack_lies_there_until_somebody_says_otherwise() {
    let yes = Answers::NONE.and(Condition::Cold);
    for end in [
        Order::Stop(StopCause::Person),
        Order::Stop(StopCause::Shutdown),
        Order::Stop(StopCause::LogFailed),
        Order::Answer(yes),
        Order::AnswerRedFlags(RedFlags::NONE.and(RedFlag::Chest)),
    ] {
        let mut bench = Bench::packed();
        let output = bench.step(&[end]);
        assert!(output.snapshot.session.is_none(), "{end:?}");
        assert!(output.snapshot.pack_left_on, "{end:?}");
        assert_eq!(output.snapshot.alarm, Some(Alarm::PackOff), "{end:?}");
        bench.run(Span::from_s(2));
        assert_eq!(bench.step(&[Order::Present]).snapshot.alarm, None, "{end:?}");
    }
}

#[test]
fn hl_c6_hl_c7_the_site_rests_from_when_the_pack_is_said_to_be_off() {
    let mut bench = Bench::packed();
    bench.run(Span::from_min(95));
    let output = bench.step(&[Order::Present]);
    let used = output.events.iter().find_map(|event| {
        let Event::PackOff(SiteUse { site, cold, .. }) = event else { return None };
        Some((*site, cold.as_s() / 60.0))
    });
    let (site, min) = used.expect("it is told");
    assert_eq!(site, SITE);
    assert!((82.0..86.0).contains(&min), "{min} min");
    bench.run(Span::from_s(5));
    let rules = [heat_on(SITE), lead(&[ice(5)])].map(|order| {
        bench.clone().step(&[order]).replies[0].expect_err("the site was iced until now").rule()
    });
    assert_eq!(rules, [Some(Rule::C6), Some(Rule::C7)]);
    assert_eq!(bench.step(&[heat_on(Site::RightShoulder)]).replies[0], Ok(()));
}

#[test]
fn hl_c8_a_pack_is_called_again_once_a_fault_has_sounded() {
    let mut bench = Bench::packed();
    bench.estop_open = true;
    bench.run(Span::from_s(1));
    bench.estop_open = false;
    assert_eq!(bench.run(Span::from_s(58)).0.snapshot.alarm, Some(Alarm::Fault));
    let output = bench.run(Span::from_min(70)).0;
    assert_eq!(output.snapshot.alarm, Some(Alarm::PackOff));
    let output = bench.step(&[Order::Present]);
    assert_eq!(output.snapshot.alarm, Some(Alarm::Fault), "it stays latched");
    assert!(!output.snapshot.pack_left_on);
}

#[test]
fn hl_c8_a_pack_left_on_outlives_the_process() {
    let mut bench = Bench::packed();
    bench.run(Span::from_min(12));
    let boot = bench.engine.boot(bench.now + Span::from_min(10));
    let PackLeft { site, age } = boot.pack_left.expect("it lies there");
    assert_eq!(site, SITE);
    assert!(age >= Span::from_min(10), "{age}");
    let mut reborn = Bench::booted(boot);
    assert_eq!(reborn.run(Span::from_s(2)).0.snapshot.alarm, Some(Alarm::PackOff));
    assert_eq!(reborn.step(&[heat_on(Site::RightShoulder)]).replies[0], Err(Refusal::PackLeft));
    assert_eq!(reborn.step(&[Order::Present]).snapshot.alarm, None);
}

#[test]
fn hl_h7_ice_that_is_taken_off_early_makes_no_break_from_heat() {
    let mut bench = Bench::of(&[heat(40.0, 20), SWAP, ice(3), SWAP, heat(40.0, 20)]);
    bench.pad_c = Some([30.0; 2]);
    bench.answer_until(3);
    let pad_off = bench.now;
    while !bench.phase_view().pack_on {
        bench.run(Span::from_s(1));
        if let Some(asked) = bench.phase_view().asked {
            bench.step(&[Order::Confirm { prompt: asked.id }]);
        }
    }
    bench.run(Span::from_s(9));
    assert_eq!(bench.step(&[Order::Numb]).replies[0], Ok(()));
    bench.answer_until(4);
    let asked = bench.phase_view().asked.expect("to swap");
    bench.step(&[Order::Confirm { prompt: asked.id }]);
    bench.live_on(Span::from_s(100));
    let waits = bench.phase_view();
    assert!(waits.number == 4 && waits.awaits_break && !waits.awaits_pad, "{waits:?}");
    bench.answer_until(5);
    // The swap before the ice was a minute of it.
    let away = bench.now.since(pad_off) + Span::from_s(60);
    assert!(away >= limits::HEAT_BREAK_MIN && away < Span::from_s(330), "{away}");
}

#[test]
fn hl_c2_a_pack_that_came_off_late_counts_as_long_as_it_lay() {
    let late = |off_after: Span| {
        let mut bench = Bench::of(&[ice(10), rest(10), ice(10)]);
        bench.run(limits::CYCLE);
        bench.step(&[done(1)]);
        bench.live_on(off_after);
        bench.step(&[done(2)]);
        bench.run(limits::CYCLE);
        let began = bench.now;
        bench.answer_until(3);
        bench.now.since(began)
    };
    // Off in the minute in which it was asked off: as planned.
    assert!(late(Span::from_s(650)) < Span::from_s(610));
    let waited = late(Span::from_min(19));
    assert!(waited >= Span::from_min(19), "{waited}");
}

#[test]
fn hl_c1_a_probe_that_is_lost_in_the_second_pack_of_one_ice_ends_it_for_both() {
    let mut bench = Bench::new();
    bench.skin_c = Some(Ok(16.0));
    let plan =
        Plan::of(Protocol::new("x", &[ice(10), rest(5), ice(10)]).expect("fits"), Site::LeftThigh);
    bench.step(&[Order::Start { id: SessionId(1), plan: plan.expect("a plan") }]);
    bench.answer_until(3);
    while !bench.phase_view().pack_on {
        let asked = bench.phase_view().asked.expect("the pack");
        bench.step(&[Order::Confirm { prompt: asked.id }]);
    }
    bench.skin_c = Some(Err(ProbeError::Missing));
    let events = bench.live_on(Span::from_s(303));
    let says = events
        .iter()
        .find_map(|it| if let Event::Skin { says, .. } = it { Some(*says) } else { None });
    assert_eq!(says, Some(SkinSays::Unwatched));
    assert_eq!(bench.phase_view().asked.map(|it| it.prompt), Some(Prompt::PackOff));
}
