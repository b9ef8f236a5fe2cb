//! TENS: the level in a person's hand, and what takes it to zero.

use super::*;
use crate::profile::{Profile, ProfileChoice};
use crate::session::Prompt;
use crate::tens::{Cap, ElectrodeArea, Interruption, Microamp, Milliamp, Mode, Ohm, Reading, Stop};

const ID: SessionId = SessionId(1);
const STEP: Span = Span::from_ms(500);

fn tens(min: u64) -> Phase {
    let (cap, area) = (Cap::DEFAULT, ElectrodeArea::literal(25.0));
    Phase::Tens { mode: Mode::Conventional, cap, area, duration: Span::from_min(min) }
}

/// What is read back of a pulse, as a share of what it should be, through that load.
fn measured(stimulus: Option<Stimulus>, share: f64, load_ohm: f64, mean_ua: f64) -> Stimulator {
    let Some(stimulus) = stimulus else { return Stimulator::Silent };
    Stimulator::Measured(Reading {
        commanded: stimulus.level(),
        measured: Milliamp::literal(share * stimulus.level().get()),
        load: Ohm::literal(load_ohm),
        mean: Microamp::literal(mean_ua),
    })
}

fn good(stimulus: Option<Stimulus>) -> Stimulator {
    measured(stimulus, 1.0, 2000.0, 0.0)
}

impl Bench {
    /// A session whose electrodes have just been laid.
    fn laid(phases: &[Phase]) -> Self {
        let mut bench = Self::new();
        bench.stimulator = good;
        assert_eq!(bench.step(&[lead(phases)]).replies[0], Ok(()));
        bench.lay();
        bench
    }

    fn lay(&mut self) {
        let asked = self.run(limits::CYCLE).0.snapshot.session.and_then(|it| it.phase.asked);
        let asked = asked.expect("a prompt");
        assert_eq!(asked.prompt, Prompt::Electrodes);
        assert_eq!(self.step(&[Order::Confirm { prompt: asked.id }]).replies[0], Ok(()));
    }

    fn level(&mut self, to_ma: u8) -> Reply {
        self.step(&[Order::Level { to_ma }]).replies[0]
    }

    /// Raises the level step by step.
    fn raise(&mut self, to_ma: u8) {
        for ma in 1..=to_ma {
            self.run(STEP);
            assert_eq!(self.level(ma), Ok(()), "{ma} mA");
        }
    }

    /// Cycles for a while with a client that is heard of.
    fn stay(&mut self, span: Span) -> std::vec::Vec<Event> {
        let end = self.now + span;
        let mut events = std::vec::Vec::new();
        while self.now < end {
            self.step(&[Order::Heartbeat]);
            events.extend(self.run(Span::from_s(10)).1);
        }
        events
    }

    fn ma(&mut self) -> Option<u8> {
        let output = self.run(limits::CYCLE).0;
        output.snapshot.session.and_then(|it| it.phase.level).map(|it| it.ma())
    }
}

fn zeroed(events: &[Event]) -> std::vec::Vec<Interruption> {
    let cause = |event: &Event| {
        if let Event::LevelZeroed { cause, .. } = event { Some(*cause) } else { None }
    };
    events.iter().filter_map(cause).collect()
}

#[test]
fn hl_t9_the_level_is_zero_until_a_person_raises_it_step_by_step() {
    let mut bench = Bench::laid(&[tens(10)]);
    let (output, _) = bench.run(Span::from_s(5));
    assert!(output.actuators.stimulus().is_none());
    assert_eq!(bench.level(2), Err(Refusal::LevelJump { asked_ma: 2, level_ma: 0 }));
    assert_eq!(bench.level(1), Ok(()));
    assert_eq!(bench.level(2).map_err(Refusal::rule), Err(Some(Rule::T9)), "too soon");
    // The same once more changes nothing: a request that was sent twice.
    assert_eq!(bench.level(1), Ok(()));
    assert_eq!(bench.ma(), Some(1));
    bench.raise_from(1, 12);
    let output = bench.run(limits::CYCLE).0;
    assert_eq!(output.actuators.stimulus().map(Stimulus::level_ma), Some(12));
    assert!(!output.actuators.k1() && output.actuators.k2());
    // Down goes by as much as one likes, at once.
    let output = bench.step(&[Order::Level { to_ma: 3 }]);
    assert_eq!(output.actuators.stimulus().map(Stimulus::level_ma), Some(3));
    let output = bench.step(&[Order::Level { to_ma: 0 }]);
    assert!(output.actuators.stimulus().is_none());
}

impl Bench {
    fn raise_from(&mut self, from_ma: u8, to_ma: u8) {
        for ma in from_ma + 1..=to_ma {
            self.run(STEP);
            assert_eq!(self.level(ma), Ok(()), "{ma} mA");
        }
    }
}

#[test]
fn hl_t1_the_level_stops_at_the_cap_of_its_phase() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(20);
    bench.run(STEP);
    assert_eq!(bench.level(21).map_err(Refusal::rule), Err(Some(Rule::T1)));
    assert_eq!(bench.ma(), Some(20));
}

#[test]
fn hl_t10_after_cold_it_stops_at_15_ma() {
    let ice = Phase::Ice { duration: Span::from_min(2) };
    let swap = Phase::Swap { duration: Span::from_s(30) };
    let mut bench = Bench::new();
    bench.stimulator = good;
    assert_eq!(bench.step(&[lead(&[ice, swap, tens(10)])]).replies[0], Ok(()));
    for wait_s in [0, 121, 1] {
        let output = bench.run(Span::from_s(wait_s)).0;
        let asked = output.snapshot.session.and_then(|it| it.phase.asked).expect("a prompt");
        assert_eq!(bench.step(&[Order::Confirm { prompt: asked.id }]).replies[0], Ok(()));
    }
    bench.run(Span::from_s(31));
    bench.lay();
    bench.raise(15);
    bench.run(STEP);
    assert_eq!(bench.level(16).map_err(Refusal::rule), Err(Some(Rule::T1)));
}

#[test]
fn hl_t10_cold_of_a_session_before_counts_too() {
    for (min, cap_ma) in [(29, 15), (31, 20)] {
        let mut boot = ready();
        let used = SiteUse {
            site: Site::LeftShoulder,
            heated: Span::ZERO,
            dose: Cem43::ZERO,
            cold: Span::from_min(2),
            tens: Span::ZERO,
        };
        boot.history.uses.push(PastUse { used, age: Span::from_min(min) });
        let mut bench = Bench::booted(boot);
        bench.now = bench.now + Span::from_min(60);
        bench.engine = Engine::new(&bench.engine.boot(BEGINS), bench.now);
        bench.stimulator = good;
        assert_eq!(bench.step(&[lead(&[tens(10)])]).replies[0], Ok(()));
        bench.lay();
        let view = bench.run(limits::CYCLE).0.snapshot.session.expect("a session");
        let level = view.phase.level.expect("a level");
        assert_eq!(level.cap().current().get(), f64::from(cap_ma), "{min} min");
    }
}

#[test]
fn hl_t11_an_electrode_that_comes_off_takes_the_level_to_zero_in_that_step() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(10);
    bench.stimulator = |it| measured(it, 0.0, 100_000.0, 0.0);
    // The third pulse in a row shows it.
    for pulse in 1..=3 {
        bench.now = bench.now + limits::CYCLE;
        let output = bench.step(&[]);
        assert_eq!(output.actuators.stimulus().is_some(), pulse < 3, "pulse {pulse}");
        if pulse == 3 {
            assert_eq!(zeroed(&output.events), [Interruption::ElectrodeOff]);
            assert!(output.events.contains(&Event::ElectrodesOff { id: ID, why: Stop::Open }));
        }
    }
    // Nothing comes back by itself.
    bench.stimulator = good;
    let (output, _) = bench.run(Span::from_s(20));
    assert!(output.actuators.stimulus().is_none());
    assert_eq!(bench.level(1), Err(Refusal::NoTens));
    let left = |bench: &mut Bench| bench.run(limits::CYCLE).0.snapshot.session.expect("one").left;
    let before = left(&mut bench);
    bench.run(Span::from_s(60));
    assert_eq!(left(&mut bench), before, "the phase waits");
    bench.lay();
    assert_eq!(bench.ma(), Some(0));
    bench.raise(1);
}

#[test]
fn hl_t11_a_stimulator_that_is_gone_is_laid_anew_and_starts_at_zero() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(3);
    bench.stimulator = |_| Stimulator::Absent;
    let (output, events) = bench.run(limits::CYCLE);
    assert!(output.actuators.stimulus().is_none());
    assert_eq!(zeroed(&events), [Interruption::Reconnect]);
    let asked = output.snapshot.session.and_then(|it| it.phase.asked).expect("a prompt");
    let confirm = Order::Confirm { prompt: asked.id };
    assert_eq!(bench.step(&[confirm]).replies[0], Err(Refusal::NoStimulator));
    bench.stimulator = good;
    assert_eq!(bench.step(&[confirm]).replies[0], Ok(()));
    assert_eq!(bench.ma(), Some(0));
}

#[test]
fn hl_t11_pulses_that_nobody_measures_end_after_three_seconds() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(5);
    bench.stimulator = |_| Stimulator::Silent;
    assert!(bench.run(Span::from_s(3)).0.actuators.stimulus().is_some());
    let (output, events) = bench.run(Span::from_ms(200));
    assert!(output.actuators.stimulus().is_none());
    assert!(events.contains(&Event::ElectrodesOff { id: ID, why: Stop::Unmeasured }));
}

#[test]
fn hl_t1_hl_t8_hl_t12_what_the_device_does_wrong_latches() {
    type Says = fn(Option<Stimulus>) -> Stimulator;
    let cases: [(Says, FaultKind); 3] = [
        (|it| measured(it, 1.2, 2000.0, 0.0), FaultKind::OverCurrent),
        (|it| measured(it, 1.0, 2000.0, 51.0), FaultKind::DirectCurrent),
        (|it| measured(it, 1.0, 50.0, 0.0), FaultKind::ShortCircuit),
    ];
    for (says, kind) in cases {
        let mut bench = Bench::laid(&[tens(10)]);
        bench.raise(10);
        bench.stimulator = says;
        let (output, events) = bench.run(limits::CYCLE);
        assert!(output.actuators.stimulus().is_none());
        assert_eq!(output.snapshot.fault.map(|it| it.kind), Some(kind));
        assert_eq!(zeroed(&events), [Interruption::Limit]);
    }
}

#[test]
fn hl_t13_an_electrode_that_peels_takes_the_level_to_zero_and_the_phase_goes_on() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(10);
    bench.stay(Span::from_s(50));
    bench.stimulator = |it| measured(it, 1.0, 4500.0, 0.0);
    let (output, events) = bench.run(Span::from_s(1));
    assert!(output.actuators.stimulus().is_none());
    assert_eq!(zeroed(&events), [Interruption::ElectrodeOff]);
    assert_eq!(bench.ma(), Some(0));
}

#[test]
fn hl_s3_nobody_to_be_heard_for_half_a_minute_takes_the_level_to_zero() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(10);
    for _ in 0..4 {
        assert!(bench.run(Span::from_s(20)).0.actuators.stimulus().is_some());
        assert_eq!(bench.step(&[Order::Heartbeat]).replies[0], Ok(()));
    }
    assert!(bench.run(Span::from_s(30)).0.actuators.stimulus().is_some());
    let (output, events) = bench.run(Span::from_ms(200));
    assert!(output.actuators.stimulus().is_none());
    assert_eq!(zeroed(&events), [Interruption::ClientLost]);
    assert_eq!(bench.ma(), Some(0), "the phase goes on");
}

#[test]
fn hl_s4_a_step_up_that_was_long_on_its_way_is_refused_and_a_step_down_is_not() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(5);
    let late = |bench: &mut Bench, to_ma| {
        let issued = bench.now;
        bench.run(Span::from_ms(2100));
        bench.give(&[Command { issued, order: Order::Level { to_ma } }]).replies[0]
    };
    assert!(matches!(late(&mut bench, 6), Err(Refusal::Expired { .. })));
    assert_eq!(late(&mut bench, 2), Ok(()));
}

#[test]
fn hl_t14_tens_rests_for_half_an_hour_and_comes_four_times_a_day() {
    let used = SiteUse {
        site: Site::LeftShoulder,
        heated: Span::ZERO,
        dose: Cem43::ZERO,
        cold: Span::ZERO,
        tens: Span::from_min(20),
    };
    let start = |ages_min: &[u64]| {
        let mut boot = ready();
        for min in ages_min {
            boot.history.uses.push(PastUse { used, age: Span::from_min(*min) });
        }
        let mut bench = Bench::booted(boot);
        bench.stimulator = good;
        bench.step(&[lead(&[tens(10)])]).replies[0]
    };
    assert_eq!(start(&[29]).map_err(Refusal::rule), Err(Some(Rule::T14)));
    assert_eq!(start(&[500, 300, 31]), Ok(()));
    let refused = start(&[700, 500, 300, 31]).unwrap_err();
    assert_eq!(refused.rule(), Some(Rule::T14));
    assert_eq!(refused.opens_in(), Some(Span::from_min(24 * 60 - 700)));
}

#[test]
fn hl_t14_what_flowed_is_in_the_record_of_the_site() {
    let mut bench = Bench::laid(&[tens(2)]);
    bench.raise(2);
    let events = bench.stay(Span::from_min(2));
    let ended =
        events.iter().find_map(|it| if let Event::Ended(ended) = it { Some(*ended) } else { None });
    let left = ended.expect("an end").left;
    assert!(left.tens > Span::from_s(110) && left.tens < Span::from_s(120), "{:?}", left.tens);
    assert_eq!(left.heated, Span::ZERO);
}

#[test]
fn hl_t15_heat_right_after_tens_is_refused_whatever_the_site() {
    let mut bench = Bench::laid(&[tens(10)]);
    bench.raise(2);
    bench.step(&[Order::Stop(StopCause::Person)]);
    let elsewhere = Plan::heat(40.0, Span::from_min(15), Site::LeftCalf).expect("a plan");
    let start = Order::Start { id: SessionId(2), plan: elsewhere };
    assert_eq!(bench.step(&[start]).replies[0].map_err(Refusal::rule), Err(Some(Rule::T15)));
    bench.run(Span::from_s(10));
    assert_eq!(bench.step(&[start]).replies[0], Ok(()));
}

#[test]
fn without_a_stimulator_no_tens_starts() {
    let mut bench = Bench::new();
    assert_eq!(bench.step(&[lead(&[tens(10)])]).replies[0], Err(Refusal::NoStimulator));
}

#[test]
fn heat_then_tens_goes_from_one_to_the_other_with_both_never_on() {
    let heat = Phase::Heat { target: Celsius::literal(40.0), duration: Span::from_min(5) };
    let swap = Phase::Swap { duration: Span::from_s(120) };
    let mut bench = Bench::new();
    bench.stimulator = good;
    bench.pad_c = Some([30.0; 2]);
    assert_eq!(bench.step(&[lead(&[heat, swap, tens(5)])]).replies[0], Ok(()));
    let (_, events) = bench.run(Span::from_s(310));
    assert!(events.iter().any(|it| matches!(it, Event::PhaseBegan { number: 2, .. })));
    let asked = bench.run(limits::CYCLE).0.snapshot.session.and_then(|it| it.phase.asked);
    bench.step(&[Order::Confirm { prompt: asked.expect("a swap").id }]);
    bench.run(Span::from_s(120));
    bench.lay();
    bench.raise(8);
    let output = bench.run(limits::CYCLE).0;
    assert!(output.actuators.stimulus().is_some() && !output.actuators.k1());
    let (_, events) = bench.run(Span::from_min(5));
    assert_eq!(ends(&events), [Outcome::Completed], "{events:?}");
}

/// What waits is counted once, although it was paused while it waited.
#[test]
fn hl_t14_a_pause_while_electrodes_are_asked_for_makes_the_phase_no_longer() {
    let mut bench = Bench::new();
    bench.stimulator = good;
    assert_eq!(bench.step(&[lead(&[tens(2)])]).replies[0], Ok(()));
    bench.run(Span::from_s(10));
    bench.step(&[Order::Pause]);
    bench.run(Span::from_s(100));
    assert_eq!(bench.step(&[Order::Resume]).replies[0], Ok(()));
    bench.run(Span::from_s(10));
    bench.lay();
    assert_eq!(ends(&bench.stay(Span::from_s(100))), []);
    assert_eq!(ends(&bench.stay(Span::from_s(30))), [Outcome::Completed]);
}

#[test]
fn hl_t1_a_sensitive_person_has_15_ma_at_most_and_38_degrees() {
    let profile = ProfileChoice { chosen: Profile::Sensitive, fixed: None };
    let mut bench = Bench::booted(Boot { profile, ..ready() });
    bench.stimulator = good;
    let refused = bench.step(&[start(1)]).replies[0].unwrap_err();
    assert_eq!(refused.rule(), Some(Rule::H1), "{refused}");
    assert_eq!(bench.step(&[lead(&[tens(10)])]).replies[0], Ok(()));
    bench.lay();
    bench.raise(15);
    bench.run(STEP);
    assert_eq!(bench.level(16).map_err(Refusal::rule), Err(Some(Rule::T1)));
}

/// A session begins with an engine made anew: what the one before had on must not be forgotten with it.
#[test]
fn hl_t15_pulses_right_after_a_session_of_heat_are_withheld() {
    let mut bench = Bench::warmed();
    bench.stimulator = good;
    bench.step(&[Order::Stop(StopCause::Person)]);
    let stopped = bench.now;
    assert_eq!(bench.step(&[lead(&[tens(10)])]).replies[0], Ok(()));
    bench.lay();
    let flows = |output: &Output| output.actuators.stimulus().is_some();
    while !flows(&bench.step(&[Order::Level { to_ma: 1 }])) {
        bench.run(STEP);
    }
    let after = bench.now.since(stopped);
    assert!(after >= limits::HEAT_TENS_APART && after < Span::from_s(12), "{after}");
}

impl Bench {
    /// A build in which nobody senses the pad's current.
    fn unsensed() -> Self {
        Self { senses_current: false, stimulator: good, ..Self::new() }
    }
}

#[test]
fn hl_h20_where_no_current_is_sensed_tens_waits_for_the_proof_and_loses_no_time_by_it() {
    let mut bench = Bench::unsensed();
    assert_eq!(bench.step(&[lead(&[tens(1)])]).replies[0], Ok(()));
    let view = bench.run(Span::from_s(100)).0.snapshot.session.expect("a session");
    assert!(view.proving && view.phase.asked.is_none());
    assert_eq!(view.phase.left, Some(Span::from_min(1)));
    assert_eq!(bench.step(&[Order::Pause]).replies[0], Ok(()));
    let view = bench.run(Span::from_s(20)).0.snapshot.session.expect("a session");
    assert_eq!(view.phase.left, Some(Span::from_min(1)), "in a pause");
    assert_eq!(bench.step(&[Order::Resume]).replies[0], Ok(()));
    let (output, events) = bench.run(Span::from_s(121));
    let view = output.snapshot.session.expect("a session");
    assert!(events.contains(&Event::Proved { id: ID }));
    assert_eq!(view.phase.asked.map(|it| it.prompt), Some(Prompt::Electrodes));
    assert_eq!(view.left, Span::from_min(1));
    bench.lay();
    // HL-T15: the proof held K2 up to 40 s before.
    bench.raise(2);
    assert_eq!(bench.ma(), Some(2));
}

#[test]
fn hl_h13_where_no_current_is_sensed_tens_needs_both_contact_sensors() {
    let lost = || Err(ProbeError::Missing);
    let start = |bench: &mut Bench| bench.step(&[lead(&[tens(5)])]).replies[0];
    let mut sensed = Bench { contact_c: [Ok(30.0), lost()], stimulator: good, ..Bench::new() };
    assert_eq!(start(&mut sensed), Ok(()), "the sense line would tell");
    let mut bench = Bench { contact_c: [Ok(30.0), lost()], ..Bench::unsensed() };
    assert_eq!(start(&mut bench), Err(Refusal::TooFewContacts { fresh: 1 }));
    let mut bench = Bench { contact_c: [Ok(30.0), Ok(34.0)], ..Bench::unsensed() };
    assert_eq!(start(&mut bench).map_err(Refusal::rule), Err(Some(Rule::H14)));

    let mut bench = Bench { ambient_c: 36.0, ..Bench::unsensed() };
    assert_eq!(start(&mut bench).map_err(Refusal::rule), Err(Some(Rule::H22)), "the balance");

    // Nor does it go on without.
    let mut bench = Bench::unsensed();
    assert_eq!(start(&mut bench), Ok(()));
    bench.run(Span::from_s(125));
    bench.contact_c = [Ok(30.0), lost()];
    let asked = bench.run(Span::from_s(5)).0.snapshot.session.and_then(|it| it.phase.asked);
    let confirm = Order::Confirm { prompt: asked.expect("a prompt").id };
    assert_eq!(bench.step(&[confirm]).replies[0], Err(Refusal::TooFewContacts { fresh: 1 }));
    bench.contact_c = [Ok(30.0); 2];
    bench.run(Span::from_s(5));
    bench.lay();
    bench.raise(2);
    bench.heard_until = Some(bench.now);
    let (output, events) = bench.run(Span::from_s(4));
    assert!(!output.actuators.k2());
    assert_eq!(zeroed(&events), [Interruption::Limit]);
    let output = bench.run(Span::from_s(7)).0;
    assert_eq!(output.snapshot.fault.map(|it| it.kind), Some(FaultKind::TooFewContacts));
}

#[test]
fn hl_h13_a_tens_phase_after_others_waits_until_the_pad_is_seen() {
    let swap = Phase::Swap { duration: Span::from_s(30) };
    let mut bench = Bench::unsensed();
    assert_eq!(bench.step(&[lead(&[swap, tens(5)])]).replies[0], Ok(()));
    let asked = bench.run(limits::CYCLE).0.snapshot.session.and_then(|it| it.phase.asked);
    let asked = asked.expect("a prompt");
    assert_eq!(bench.step(&[Order::Confirm { prompt: asked.id }]).replies[0], Ok(()));
    bench.contact_c = [Ok(30.0), Err(ProbeError::Missing)];
    let view = bench.run(Span::from_s(40)).0.snapshot.session.expect("a session");
    assert!(view.phase.awaits_pad && !view.proving);
    bench.contact_c = [Ok(30.0); 2];
    let view = bench.run(Span::from_s(5)).0.snapshot.session.expect("a session");
    assert!(view.proving);
}

#[test]
fn hl_h22_where_no_current_is_sensed_tens_after_heat_waits_until_the_pad_is_cool() {
    let heat = Phase::heat(41.0, Span::from_min(10)).expect("within limits");
    let swap = Phase::Swap { duration: Span::from_s(30) };
    let after_heat = |senses_current| {
        let (pad_c, contact_c) = (Some([22.0; 2]), [Ok(22.0); 2]);
        let mut bench = Bench { senses_current, pad_c, contact_c, ..Bench::unsensed() };
        assert_eq!(bench.step(&[lead(&[heat, swap, tens(5)])]).replies[0], Ok(()));
        bench.run(Span::from_s(400));
        bench.step(&[Order::Present]);
        let asked = bench.run(Span::from_s(201)).0.snapshot.session.and_then(|it| it.phase.asked);
        let confirm = Order::Confirm { prompt: asked.expect("a prompt").id };
        assert_eq!(bench.step(&[confirm]).replies[0], Ok(()));
        bench.run(Span::from_s(31));
        bench
    };
    let mut bench = after_heat(true);
    bench.lay();
    let mut bench = after_heat(false);
    let view = bench.run(limits::CYCLE).0.snapshot.session.expect("a session");
    assert!(view.phase.awaits_pad, "{:?}", bench.contact_c);
    bench.run(Span::from_s(120));
    assert!(bench.contact_c[0].is_ok_and(|t| t < 38.0));
    // It has warmed up again, by whatever, when the electrodes are said to lie.
    let asked = bench.run(limits::CYCLE).0.snapshot.session.and_then(|it| it.phase.asked);
    bench.pad_c = Some([38.5; 2]);
    bench.run(Span::from_s(2));
    let confirm = Order::Confirm { prompt: asked.expect("a prompt").id };
    assert_eq!(bench.step(&[confirm]).replies[0].map_err(Refusal::rule), Err(Some(Rule::H22)));
}

#[test]
fn hl_h6_a_dose_of_heat_ends_no_session_of_tens_by_its_proof() {
    let mut boot = ready();
    let used = SiteUse {
        site: Site::LeftShoulder,
        heated: Span::from_min(60),
        dose: Cem43::literal(20.0),
        cold: Span::ZERO,
        tens: Span::ZERO,
    };
    boot.history.uses.push(PastUse { used, age: Span::from_min(5 * 60) });
    let mut bench = Bench { senses_current: false, stimulator: good, ..Bench::booted(boot) };
    assert_eq!(bench.step(&[lead(&[tens(5)])]).replies[0], Ok(()));
    bench.run(Span::from_s(125));
    bench.lay();
}

#[test]
fn hl_h13_h22_where_no_current_is_sensed_a_paused_tens_resumes_on_a_pad_that_is_seen_and_cool() {
    let paused = || {
        let mut bench = Bench::unsensed();
        assert_eq!(bench.step(&[lead(&[tens(5)])]).replies[0], Ok(()));
        bench.run(Span::from_s(125));
        bench.lay();
        bench.raise(2);
        assert_eq!(bench.step(&[Order::Pause]).replies[0], Ok(()));
        bench
    };
    let resumed = |contact_c| {
        let mut bench = paused();
        bench.contact_c = contact_c;
        bench.run(Span::from_s(30));
        bench.step(&[Order::Resume]).replies[0].map_err(Refusal::rule)
    };
    assert_eq!(resumed([Ok(30.0), Err(ProbeError::Missing)]), Err(Some(Rule::H13)));
    assert_eq!(resumed([Ok(38.1), Ok(38.0)]), Err(Some(Rule::H22)));
    assert_eq!(resumed([Ok(37.9), Ok(37.9)]), Ok(()));
}

#[test]
fn where_no_current_is_sensed_a_level_that_ends_while_the_next_tens_waits_is_told() {
    let mut bench = Bench::unsensed();
    assert_eq!(bench.step(&[lead(&[tens(1), tens(1)])]).replies[0], Ok(()));
    bench.run(Span::from_s(125));
    bench.lay();
    bench.raise(2);
    bench.step(&[Order::Heartbeat]);
    bench.run(Span::from_s(25));
    // Warmer than TENS may begin, cooler than it has to end.
    bench.contact_c = [Ok(39.0); 2];
    bench.step(&[Order::Heartbeat]);
    let (output, events) = bench.run(Span::from_s(29));
    assert!(zeroed(&events).is_empty() && output.actuators.k2());
    bench.step(&[Order::Heartbeat]);
    let (output, events) = bench.run(Span::from_s(10));
    let view = output.snapshot.session.expect("a session");
    assert!(view.phase.awaits_pad && view.phase.level.is_none());
    assert_eq!(zeroed(&events), [Interruption::PhaseOver]);
}

#[test]
fn hl_s3_a_press_lowers_no_level_and_stands_for_no_client() {
    let mut bench = Bench::laid(&[tens(5)]);
    bench.raise(1);
    for _ in 0..6 {
        bench.run(Span::from_s(5));
        assert_eq!(bench.step(&[Order::Press]).replies[0], Ok(()));
    }
    assert_eq!(bench.ma(), Some(0));
}

#[test]
fn hl_h11_a_press_is_a_sign_also_where_the_prompt_cannot_be_answered() {
    let mut bench = Bench { stimulator: good, ..Bench::new() };
    assert_eq!(bench.step(&[lead(&[tens(5)])]).replies[0], Ok(()));
    bench.stimulator = |_| Stimulator::Absent;
    bench.run(Span::from_s(590));
    assert_eq!(bench.step(&[Order::Press]).replies[0], Err(Refusal::NoStimulator));
    let (output, events) = bench.run(Span::from_s(120));
    assert!(ends(&events).is_empty() && output.snapshot.session.is_some());
}
