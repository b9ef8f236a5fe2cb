//! Ice under the eyes of a skin probe.

use super::*;
use crate::cold::ColdRefusal;
use crate::session::{Prompt, SkinSays};

const ID: SessionId = SessionId(1);

const fn ice(min: u64) -> Phase {
    Phase::Ice { duration: Span::from_min(min) }
}

fn said(events: &[Event]) -> std::vec::Vec<SkinSays> {
    let says = |event: &Event| {
        if let Event::Skin { says, .. } = event { Some(*says) } else { None }
    };
    events.iter().filter_map(says).collect()
}

impl Bench {
    /// An ice phase whose pack has just been put on, over a probe that reads this.
    fn iced(min: u64, skin_c: Option<f64>) -> Self {
        let mut bench = Self::new();
        bench.skin_c = skin_c.map(Ok);
        assert_eq!(bench.step(&[lead(&[ice(min)])]).replies[0], Ok(()));
        bench.run(limits::CYCLE);
        assert_eq!(bench.step(&[done(1)]).replies[0], Ok(()));
        bench
    }

    /// Lives on for so long; the probe's value falls by a sixteenth each minute, and signs are given.
    fn lie(&mut self, span: Span) -> std::vec::Vec<Event> {
        let (end, mut all) = (self.now + span, std::vec::Vec::new());
        while self.now < end {
            let left = end.since(self.now).min(Span::from_min(1));
            all.extend(self.run(left).1);
            self.step(&[Order::Present]);
            self.skin_c = self.skin_c.map(|said| said.map(|c| c - 0.0625));
        }
        all
    }

    fn prompt(&mut self) -> Option<Prompt> {
        let session = self.step(&[]).snapshot.session?;
        session.phase.asked.map(|it| it.prompt)
    }
}

#[test]
fn hl_c1_ice_beyond_15_min_starts_only_with_a_fresh_skin_probe() {
    let asked = Span::from_min(16);
    let refused = Refusal::Cold(ColdRefusal::Unwatched { asked });
    let start = |skin_c, min| {
        let mut bench = Bench::new();
        bench.skin_c = skin_c;
        bench.step(&[lead(&[ice(min)])]).replies[0]
    };
    assert_eq!(start(None, 16), Err(refused));
    assert_eq!(start(Some(Err(ProbeError::Missing)), 16), Err(refused));
    assert_eq!(start(Some(Ok(85.0)), 16), Err(refused), "not believed");
    assert_eq!(start(Some(Ok(33.0)), 16), Ok(()));
    assert_eq!(start(None, 15), Ok(()));
    assert_eq!(refused.rule(), Some(Rule::C1));
}

#[test]
fn hl_c5_ice_does_not_start_on_skin_that_freezes() {
    let mut bench = Bench::new();
    bench.skin_c = Some(Ok(4.0));
    let reading = Celsius::literal(4.0);
    let refused = Refusal::Cold(ColdRefusal::Freezing { reading });
    assert_eq!(bench.step(&[lead(&[ice(5)])]).replies[0], Err(refused));
    assert_eq!(refused.rule(), Some(Rule::C5));
    assert_eq!(bench.step(&[start(1)]).replies[0], Ok(()), "heat knows nothing of it");
}

#[test]
fn hl_c2_a_watched_pack_lies_for_up_to_20_min() {
    let mut bench = Bench::iced(20, Some(14.5));
    assert_eq!(said(&bench.lie(Span::from_ms(20 * 60_000 - 200))), [SkinSays::Analgesia]);
    assert_eq!(bench.prompt(), None);
    bench.lie(Span::from_ms(300));
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));
}

#[test]
fn hl_c2_a_probe_that_is_lost_counts_as_none() {
    // Before 15 min it costs what is beyond them.
    let mut bench = Bench::iced(20, Some(18.0));
    bench.lie(Span::from_min(5));
    bench.skin_c = Some(Err(ProbeError::Missing));
    bench.lie(Span::from_ms(10 * 60_000 - 200));
    assert_eq!(bench.prompt(), None);
    assert_eq!(said(&bench.lie(Span::from_ms(300))), [SkinSays::Unwatched]);
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));

    // After them, the pack comes off at once: with the reading that is lost after 3 s.
    let mut bench = Bench::iced(20, Some(18.0));
    bench.lie(Span::from_min(17));
    assert_eq!(bench.prompt(), None);
    bench.skin_c = Some(Err(ProbeError::Checksum));
    bench.run(Span::from_s(2));
    assert_eq!(bench.prompt(), None);
    bench.run(Span::from_s(3));
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));

    // One that is back in time watches again.
    let mut bench = Bench::iced(20, Some(18.0));
    bench.skin_c = Some(Err(ProbeError::Bus));
    bench.lie(Span::from_min(10));
    bench.skin_c = Some(Ok(17.0));
    bench.lie(Span::from_min(9));
    assert_eq!(bench.prompt(), None);
}

#[test]
fn hl_c2_a_probe_that_stands_still_or_lies_elsewhere_watches_nothing() {
    for (c, falls) in [(16.0, false), (20.1, true), (30.0, true)] {
        let mut bench = Bench::iced(20, Some(c + if falls { 1.0 } else { 0.0 }));
        let mut events = std::vec::Vec::new();
        for _ in 0..15 {
            events.extend(bench.lie(Span::from_min(1)));
            bench.skin_c = Some(Ok(if falls { c + 0.01 * events.len() as f64 } else { c }));
        }
        events.extend(bench.lie(Span::from_s(1)));
        assert_eq!(said(&events), [SkinSays::Unwatched], "{c}");
        assert_eq!(bench.prompt(), Some(Prompt::PackOff));
    }
}

#[test]
fn hl_c3_analgesia_is_told_once_in_each_ice_phase() {
    let mut bench = Bench::iced(10, Some(13.7));
    assert_eq!(said(&bench.run(Span::from_s(30)).1), []);
    bench.skin_c = Some(Ok(13.6));
    assert_eq!(said(&bench.run(Span::from_s(30)).1), [SkinSays::Analgesia]);
    let shown = |bench: &mut Bench| {
        bench.step(&[]).snapshot.session.is_some_and(|session| session.phase.analgesia)
    };
    assert!(shown(&mut bench));
    bench.skin_c = Some(Ok(13.9));
    bench.run(Span::from_s(30));
    bench.skin_c = Some(Ok(13.4));
    assert_eq!(said(&bench.run(Span::from_s(30)).1), [], "once");
    // It ends nothing by itself; the person may.
    assert_eq!(bench.prompt(), None);
    assert_eq!(bench.step(&[Order::Numb]).replies[0], Ok(()));
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));
    assert!(shown(&mut bench));

    let mut bench = Bench::new();
    bench.skin_c = Some(Ok(13.0));
    let rest = Phase::Rest { duration: Span::from_min(1), until_normal: false };
    bench.step(&[lead(&[ice(1), rest, ice(1)])]);
    bench.run(limits::CYCLE);
    let mut told = std::vec::Vec::new();
    for prompt in 1..=4 {
        let output = bench.step(&[done(prompt)]);
        assert_eq!(output.replies[0], Ok(()));
        told.extend(said(&output.events));
        told.extend(said(&bench.run(Span::from_s(62)).1));
    }
    assert_eq!(told, [SkinSays::Analgesia, SkinSays::Analgesia]);
}

#[test]
fn hl_c4_skin_at_10_degrees_for_30_s_ends_the_phase() {
    let mut bench = Bench::iced(10, Some(10.1));
    bench.run(Span::from_s(60));
    assert_eq!(bench.prompt(), None);
    bench.skin_c = Some(Ok(10.0));
    bench.run(Span::from_s(29));
    assert_eq!(bench.prompt(), None);
    // A moment above begins it anew.
    bench.skin_c = Some(Ok(10.1));
    bench.run(Span::from_s(2));
    bench.skin_c = Some(Ok(9.0));
    bench.run(Span::from_s(29));
    assert_eq!(bench.prompt(), None);
    assert_eq!(said(&bench.run(Span::from_s(3)).1), [SkinSays::TooCold]);
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));
    assert_eq!(bench.step(&[]).snapshot.alarm, Some(Alarm::PackOff));
}

#[test]
fn hl_c4_silence_warms_no_skin() {
    let mut bench = Bench::iced(10, Some(9.5));
    bench.run(Span::from_s(10));
    bench.skin_c = Some(Err(ProbeError::Missing));
    assert_eq!(said(&bench.run(Span::from_s(21)).1), [SkinSays::TooCold]);
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));
}

#[test]
fn hl_c5_skin_at_5_degrees_stops_the_session_and_calls_the_pack_off() {
    for c in [5.0, 4.0, 0.0, -3.0, -127.0] {
        let mut bench = Bench::iced(10, Some(12.0));
        bench.run(Span::from_s(30));
        bench.skin_c = Some(Ok(c));
        let (output, events) = bench.run(Span::from_ms(1100));
        assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::Freezing)], "{c}");
        assert!(output.snapshot.pack_left_on);
        assert_eq!(output.snapshot.alarm, Some(Alarm::PackOff));
        // It is repeated until somebody says that the pack is off.
        assert_eq!(bench.run(Span::from_min(30)).0.snapshot.alarm, Some(Alarm::PackOff));
        assert_eq!(bench.step(&[Order::Present]).snapshot.alarm, None);
    }
}

#[test]
fn hl_c5_an_attempt_without_a_value_is_no_temperature() {
    let mut bench = Bench::iced(10, Some(12.0));
    bench.skin_c = Some(Err(ProbeError::Garbled));
    let (output, events) = bench.run(Span::from_min(5));
    assert_eq!(ends(&events), []);
    assert!(output.snapshot.session.is_some());
}

#[test]
fn hl_c5_counts_from_the_asking_for_the_pack_until_it_is_said_to_be_off() {
    // Put on, and not said so.
    let mut bench = Bench::new();
    bench.skin_c = Some(Ok(30.0));
    bench.step(&[lead(&[ice(5)])]);
    bench.run(Span::from_s(5));
    bench.skin_c = Some(Ok(3.0));
    let (output, events) = bench.run(Span::from_s(2));
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::Freezing)]);
    assert!(output.snapshot.pack_left_on);

    // Asked off, and not off.
    let mut bench = Bench::iced(1, Some(12.0));
    bench.run(Span::from_s(70));
    assert_eq!(bench.prompt(), Some(Prompt::PackOff));
    bench.skin_c = Some(Ok(3.0));
    assert_eq!(ends(&bench.run(Span::from_s(2)).1), [Outcome::Limit(PhaseLimit::Freezing)]);

    // No ice: nothing that it says matters.
    let mut bench = Bench::new();
    bench.skin_c = Some(Ok(0.0));
    bench.step(&[start(1)]);
    let (output, _) = bench.run(Span::from_s(30));
    assert!(output.snapshot.session.is_some_and(|it| it.id == ID));
}
