//! Sessions of several phases, and the people who carry them out.

use super::*;
use crate::session::Prompt;
use crate::units::Span;

const ID: SessionId = SessionId(1);

const fn heat(target_c: f64, min: u64) -> Phase {
    Phase::Heat { target: Celsius::literal(target_c), duration: Span::from_min(min) }
}

const fn ice(min: u64) -> Phase {
    Phase::Ice { duration: Span::from_min(min) }
}

const SWAP: Phase = Phase::Swap { duration: Span::from_s(90) };
const NORMAL: Phase = Phase::Rest { duration: Span::from_min(5), until_normal: true };

impl Bench {
    fn led(phases: &[Phase]) -> Self {
        let mut bench = Self::new();
        assert_eq!(bench.step(&[lead(phases)]).replies[0], Ok(()));
        bench
    }

    fn view(&mut self) -> crate::session::SessionView {
        self.run(limits::CYCLE).0.snapshot.session.expect("a session")
    }

    fn asked(&mut self) -> Option<(u32, Prompt)> {
        self.view().phase.asked.map(|it| (it.id.number, it.prompt))
    }

    fn confirm(&mut self, prompt: u32) {
        assert_eq!(self.answer(prompt), Ok(()));
    }

    fn answer(&mut self, prompt: u32) -> Reply {
        self.step(&[done(prompt)]).replies[0]
    }

    /// Cycles for a while in which nothing may be energised.
    fn off_for(&mut self, span: Span) -> std::vec::Vec<Event> {
        let end = self.now + span;
        let mut all = std::vec::Vec::new();
        while self.now < end {
            let (output, events) = self.run(limits::CYCLE);
            assert!(!output.actuators.energises(), "energised at {:?}", self.now);
            all.extend(events);
        }
        all
    }
}

#[test]
fn ice_is_counted_from_when_the_pack_is_on_until_it_is_off() {
    let mut bench = Bench::led(&[ice(10)]);
    assert_eq!(bench.asked(), Some((1, Prompt::PackOn)));
    bench.off_for(Span::from_min(2));
    bench.confirm(1);
    bench.off_for(Span::from_min(9));
    assert_eq!(bench.asked(), None);
    bench.step(&[Order::Present]);
    bench.off_for(Span::from_min(1));
    assert_eq!(bench.asked(), Some((2, Prompt::PackOff)));
    bench.off_for(Span::from_min(2));
    let output = bench.step(&[done(2)]);
    assert_eq!(ends(&output.events), [Outcome::Completed]);
    let left = output.snapshot.last.expect("ended").left;
    assert_eq!((left.heated, left.cold.as_ms() / 60_000), (Span::ZERO, 12));
}

#[test]
fn hl_c8_a_pack_that_nobody_takes_off_is_called_until_somebody_does() {
    let mut bench = Bench::led(&[ice(5)]);
    bench.confirm(1);
    bench.off_for(Span::from_min(6));
    assert_eq!(bench.step(&[]).snapshot.alarm, Some(Alarm::PackOff));
    let events = bench.off_for(Span::from_min(6));
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::Absent)]);
    bench.off_for(Span::from_min(60));
    let output = bench.step(&[]);
    assert!(output.snapshot.pack_left_on && output.snapshot.alarm == Some(Alarm::PackOff));
    let output = bench.step(&[Order::Present]);
    assert!(!output.snapshot.pack_left_on && output.snapshot.alarm.is_none());
}

#[test]
fn numb_asks_for_the_pack_at_once() {
    let mut bench = Bench::led(&[ice(10)]);
    assert_eq!(bench.step(&[Order::Numb]).replies[0], Err(Refusal::NoPack));
    bench.confirm(1);
    bench.off_for(Span::from_min(2));
    let output = bench.step(&[Order::Numb]);
    assert_eq!(output.replies[0], Ok(()));
    assert!(output.events.contains(&Event::Numb { id: ID }));
    assert_eq!(bench.asked(), Some((2, Prompt::PackOff)));
    // Said again, it changes nothing.
    assert_eq!(bench.step(&[Order::Numb]).replies[0], Ok(()));
    assert_eq!(bench.asked(), Some((2, Prompt::PackOff)));
}

#[test]
fn a_confirm_for_a_prompt_that_is_over_is_refused() {
    let mut bench = Bench::led(&[ice(1)]);
    assert_eq!(
        bench.answer(2),
        Err(Refusal::NotAsked { prompt: prompt(2), asks: Some(prompt(1)) })
    );
    // Two phones at once: one of them was first.
    let output = bench.step(&[done(1), done(1)]);
    let over = Refusal::NotAsked { prompt: prompt(1), asks: None };
    assert_eq!(output.replies.as_slice(), [Ok(()), Err(over)]);
    assert_eq!(Bench::new().answer(1), Err(over));
}

#[test]
fn a_confirm_that_comes_as_late_as_the_next_session_is_refused() {
    let mut bench = Bench::led(&[ice(1)]);
    bench.step(&[Order::Stop(StopCause::Person)]);
    let Order::Start { plan, .. } = lead(&[NORMAL]) else { unreachable!("it starts") };
    let next = SessionId(2);
    assert_eq!(bench.step(&[Order::Start { id: next, plan }]).replies[0], Ok(()));
    bench.off_for(Span::from_min(5));
    assert_eq!(bench.asked(), Some((1, Prompt::Normal)));
    let now = PromptId { session: next, number: 1 };
    let late = Refusal::NotAsked { prompt: prompt(1), asks: Some(now) };
    assert_eq!(bench.answer(1), Err(late));
    assert_eq!(bench.asked(), Some((1, Prompt::Normal)));
    assert_eq!(bench.step(&[Order::Confirm { prompt: now }]).replies[0], Ok(()));
}

#[test]
fn a_swap_lasts_its_time_and_until_it_is_done() {
    let mut early = Bench::led(&[SWAP, ice(1)]);
    assert_eq!(early.asked(), Some((1, Prompt::Swapped)));
    early.off_for(Span::from_s(10));
    early.confirm(1);
    early.off_for(Span::from_s(78));
    assert_eq!(early.view().phase.number, 1);
    early.off_for(Span::from_s(2));
    assert_eq!(early.view().phase.number, 2);

    let mut late = Bench::led(&[SWAP, ice(1)]);
    late.off_for(Span::from_s(200));
    assert_eq!(late.view().phase.number, 1);
    late.confirm(1);
    assert_eq!(late.view().phase.number, 2);
}

#[test]
fn heat_comes_back_after_ice_without_a_second_proof() {
    let mut bench = Bench::led(&[heat(40.0, 5), SWAP, ice(1), SWAP, heat(40.0, 5)]);
    bench.pad_c = Some([30.0; 2]);
    let (_, events) = bench.run(Span::from_min(5));
    assert!(events.contains(&Event::Proved { id: ID }));
    assert_eq!(bench.asked(), Some((1, Prompt::Swapped)));
    bench.confirm(1);
    bench.off_for(Span::from_s(90));
    bench.confirm(2);
    bench.off_for(Span::from_min(1));
    bench.confirm(3);
    assert_eq!(bench.asked(), Some((4, Prompt::Swapped)));
    bench.confirm(4);
    bench.off_for(Span::from_s(88));
    let (output, events) = bench.run(Span::from_s(5));
    assert!(events.iter().any(|e| matches!(e, Event::PhaseBegan { number: 5, .. })), "{events:?}");
    assert!(!events.contains(&Event::Proved { id: ID }));
    assert!(output.actuators.k2(), "it heats again");
    let (output, events) = bench.run(Span::from_min(5));
    assert_eq!(ends(&events), [Outcome::Completed]);
    let left = output.snapshot.last.expect("ended").left;
    let heated_s = left.heated.as_ms() / 1000;
    assert!((595..=600).contains(&heated_s), "{heated_s} s");
}

#[test]
fn heat_waits_until_both_contact_sensors_agree() {
    let mut bench = Bench::led(&[SWAP, heat(39.0, 5)]);
    bench.confirm(1);
    bench.contact_c = [Ok(31.0), Ok(22.0)];
    bench.off_for(Span::from_min(4));
    let view = bench.view();
    assert!(view.phase.number == 1 && view.phase.awaits_pad);
    bench.contact_c = [Ok(30.0); 2];
    bench.run(Span::from_s(6));
    assert_eq!(bench.view().phase.number, 2);
    assert!(bench.view().proving || bench.heats);
}

#[test]
fn hl_c6_a_pack_that_came_off_late_numbs_as_well() {
    // A planned minute does not numb; four do.
    let mut bench = Bench::led(&[ice(1), SWAP, heat(40.0, 5)]);
    bench.confirm(1);
    bench.off_for(Span::from_min(4));
    bench.confirm(2);
    bench.off_for(limits::CYCLE);
    bench.confirm(3);
    bench.off_for(Span::from_s(95));
    assert_eq!(bench.asked(), Some((4, Prompt::Normal)));
    bench.confirm(4);
    bench.run(PROVED);
    assert_eq!(bench.view().phase.number, 3);

    // And what comes next may be too hot for it.
    let mut bench = Bench::led(&[ice(1), SWAP, heat(42.0, 5)]);
    bench.confirm(1);
    bench.off_for(Span::from_min(4));
    bench.confirm(2);
    bench.off_for(limits::CYCLE);
    bench.confirm(3);
    bench.off_for(Span::from_s(95));
    let output = bench.step(&[done(4)]);
    assert_eq!(ends(&output.events), [Outcome::Limit(PhaseLimit::NumbSkin)]);
}

#[test]
fn hl_c6_heat_after_ice_waits_for_a_word() {
    let mut bench = Bench::led(&[ice(5), NORMAL, heat(40.0, 5)]);
    bench.confirm(1);
    bench.off_for(Span::from_min(5));
    bench.confirm(2);
    bench.off_for(Span::from_min(5));
    assert_eq!(bench.asked(), Some((3, Prompt::Normal)));
    bench.off_for(Span::from_min(3));
    assert_eq!(bench.view().phase.number, 2);
    bench.confirm(3);
    bench.run(PROVED);
    assert_eq!(bench.view().phase.number, 3);
}

#[test]
fn hl_c6_c7_a_site_that_was_iced_rests_from_heat_and_from_ice() {
    let after = |min, phase| {
        let mut boot = ready();
        let used = SiteUse {
            site: Site::LeftShoulder,
            heated: Span::ZERO,
            dose: Cem43::ZERO,
            cold: Span::from_min(10),
            tens: Span::ZERO,
        };
        boot.history.uses.push(PastUse { used, age: Span::from_min(min) });
        let reply = Bench::booted(boot).step(&[lead(&[phase])]).replies[0];
        reply.map_err(|refusal| (refusal.rule(), refusal.opens_in()))
    };
    assert_eq!(after(20, heat(39.0, 5)), Err((Some(Rule::C6), Some(Span::from_min(10)))));
    assert_eq!(after(30, heat(39.0, 5)), Ok(()));
    assert_eq!(after(60, ice(5)), Err((Some(Rule::C7), Some(Span::from_min(60)))));
    assert_eq!(after(120, ice(5)), Ok(()));
}

#[test]
fn hl_s7_what_forbids_cold_alone_lets_heat_start() {
    let mut bench = Bench::new();
    let output =
        bench.step(&[Order::Answer(Answers::NONE.and(Condition::Cold)), lead(&[ice(5)]), start(1)]);
    assert_eq!(output.replies[1].map_err(Refusal::rule), Err(Some(Rule::S7)));
    assert_eq!(output.replies[2], Ok(()));
}

#[test]
fn ice_needs_no_pad() {
    let mut bench = Bench::new();
    bench.contact_c = [Err(ProbeError::Missing); 2];
    assert_eq!(bench.step(&[start(1)]).replies[0].map_err(Refusal::rule), Err(Some(Rule::H13)));
    assert_eq!(bench.step(&[lead(&[ice(5)])]).replies[0], Ok(()));
    bench.off_for(Span::from_min(2));
    assert_eq!(bench.asked(), Some((1, Prompt::PackOn)));
}

#[test]
fn nobody_who_answers_a_prompt_ends_the_session() {
    let mut bench = Bench::led(&[ice(5)]);
    let events = bench.off_for(Span::from_min(11) + limits::CYCLE);
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::Absent)]);
    assert!(!bench.step(&[]).snapshot.pack_left_on, "no pack was ever on");
}

proptest! {
    /// People who answer late, never, twice or wrongly: nothing is energised but in a heat phase, prompts are
    /// numbered upwards, and it all ends.
    #[test]
    fn whatever_people_answer_energy_flows_in_heat_phases_only(
        answers in prop::collection::vec((0u64..240, 0u8..4), 1..40),
    ) {
        let mut bench = Bench::led(&[heat(40.0, 2), SWAP, ice(1), SWAP, heat(39.0, 2)]);
        bench.pad_c = Some([30.0; 2]);
        let mut last = 0;
        for (wait_s, answer) in answers {
            for _ in 0..=wait_s * 10 {
                let (output, _) = bench.run(limits::CYCLE);
                let heats = output.snapshot.session.is_some_and(|it| {
                    matches!(it.phase.phase, Phase::Heat { .. }) && it.phase.asked.is_none()
                });
                prop_assert!(!output.actuators.energises() || heats);
                if let Some(asked) = output.snapshot.session.and_then(|it| it.phase.asked) {
                    prop_assert!(asked.id.number >= last);
                    last = asked.id.number;
                }
            }
            let order = match answer {
                0 => done(last),
                1 => done(last + 1),
                2 => Order::Numb,
                _ => Order::Present,
            };
            bench.step(&[order]);
        }
    }
}

#[test]
fn a_press_answers_what_has_been_asked_for_a_second_and_is_a_sign_else() {
    let mut bench = Bench::led(&[ice(10), NORMAL]);
    let press = |bench: &mut Bench| {
        let output = bench.step(&[Order::Press]);
        assert_eq!(output.replies[0], Ok(()));
        output.events.first().copied()
    };
    let id = |number| PromptId { session: ID, number };
    assert_eq!(press(&mut bench), Some(Event::Present { id: ID }), "nobody can have meant it");
    bench.off_for(Span::from_s(1));
    let confirmed = |number, prompt| Some(Event::Confirmed { id: id(number), prompt });
    assert_eq!(press(&mut bench), confirmed(1, Prompt::PackOn));
    bench.off_for(Span::from_min(9));
    assert_eq!(press(&mut bench), Some(Event::Present { id: ID }));
    bench.off_for(Span::from_s(62));
    assert_eq!(press(&mut bench), confirmed(2, Prompt::PackOff));
    bench.off_for(Span::from_min(4));
    assert_eq!(press(&mut bench), Some(Event::Present { id: ID }));
    bench.off_for(Span::from_s(62));
    assert_eq!(press(&mut bench), confirmed(3, Prompt::Normal));
    assert_eq!(press(&mut bench), None, "nothing runs any more");
}

#[test]
fn a_press_starts_nothing_clears_nothing_and_resumes_nothing() {
    let mut bench = Bench::led(&[heat(40.0, 10)]);
    bench.run(Span::from_s(20));
    bench.step(&[Order::Pause]);
    bench.off_for(Span::from_s(2));
    bench.step(&[Order::Press]);
    bench.off_for(Span::from_s(20));
    bench.step(&[Order::Stop(StopCause::Person)]);
    bench.step(&[Order::Press]);
    bench.off_for(Span::from_s(20));
    bench.estop_open = true;
    bench.run(Span::from_s(1));
    bench.estop_open = false;
    bench.run(Span::from_s(1));
    let output = bench.step(&[Order::Press]);
    assert_eq!(output.snapshot.fault.map(|it| it.kind), Some(FaultKind::EStop));
}

#[test]
fn hl_c8_a_press_after_a_session_says_that_the_pack_is_off() {
    let mut bench = Bench::led(&[ice(5)]);
    bench.confirm(1);
    bench.off_for(Span::from_min(12));
    let output = bench.step(&[]);
    assert!(output.snapshot.session.is_none() && output.snapshot.pack_left_on);
    for order in [Order::Press, Order::Present] {
        let mut bench = bench.clone();
        assert!(!bench.step(&[order]).snapshot.pack_left_on);
    }
}

#[test]
fn hl_c8_a_sign_that_was_meant_for_something_else_silences_no_call_for_the_pack() {
    for order in [Order::Press, Order::Present] {
        let mut bench = Bench::led(&[ice(15)]);
        bench.confirm(1);
        // HL-H11: nobody answers the question that came after ten minutes.
        while bench.step(&[]).snapshot.session.is_some() {
            bench.off_for(limits::CYCLE);
        }
        assert!(bench.step(&[order]).snapshot.pack_left_on, "{order:?} comes too late for that");
        bench.off_for(Span::from_s(1));
        // Behind a fault nobody heard the call.
        bench.estop_open = true;
        bench.off_for(Span::from_s(2));
        assert!(bench.step(&[order]).snapshot.pack_left_on, "{order:?} behind a fault");
    }
}

#[test]
fn hl_h11_a_press_gives_the_sign_that_is_asked_for_before_it_answers_a_prompt() {
    let mut bench = Bench::led(&[ice(10), NORMAL, heat(39.0, 5)]);
    bench.confirm(1);
    bench.off_for(Span::from_s(602));
    let press = |bench: &mut Bench| bench.step(&[Order::Press]).events.first().copied();
    let confirmed =
        |number, prompt| Some(Event::Confirmed { id: PromptId { session: ID, number }, prompt });
    assert_eq!(press(&mut bench), confirmed(2, Prompt::PackOff), "that is called for louder");
    bench.off_for(Span::from_s(601));
    assert_eq!(bench.asked().map(|it| it.1), Some(Prompt::Normal));
    assert_eq!(press(&mut bench), Some(Event::Present { id: ID }), "numb skin is not said normal");
    bench.off_for(Span::from_s(5));
    assert_eq!(press(&mut bench), confirmed(3, Prompt::Normal));
}
