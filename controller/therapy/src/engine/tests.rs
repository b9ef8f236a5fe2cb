//! What the door promises, on scripted readings.

use super::*;
use crate::checklist::{Agents, Answers, ChecklistRefusal, Condition, PastAnswers};
use crate::command::{Plan, StopCause};
use crate::ledger::{PastUse, SiteUse};
use crate::pain::care::Settled;
use crate::pain::red_flags::{RedFlag, RedFlags};
use crate::pain::{Felt, Pain, When};
use crate::protocol::{Phase, Protocol};
use crate::rules::{FaultKind, PhaseLimit, Rule};
use crate::sense::{ProbeError, RawReading};
use crate::session::PromptId;
use crate::site::Site;
use crate::tens::{Stimulator, Stimulus};
use proptest::prelude::*;

mod led_tests;
mod pack_tests;
mod pause_tests;
mod profile_tests;
mod skin_tests;
mod tens_tests;

/// An engine, a clock that moves by hand, and sensors that say what they are told.
#[derive(Clone)]
struct Bench {
    engine: Engine,
    now: Moment,
    contact_c: [Result<f64, ProbeError>; 2],
    ambient_c: f64,
    /// None where there is no skin probe.
    skin_c: Option<Result<f64, ProbeError>>,
    estop_open: bool,
    /// The rest of the sense lines; current is sensed and follows the lines, unless there is no line for it.
    lines: LineState,
    senses_current: bool,
    heats: bool,
    /// Element and surface of the reference pad, °C: what the sensors say while there is one.
    pad_c: Option<[f64; 2]>,
    /// Since when the thermometers have been silent.
    heard_until: Option<Moment>,
    /// What the stimulator says to what was granted in the last step.
    stimulator: fn(Option<Stimulus>) -> Stimulator,
    stimulus: Option<Stimulus>,
}

impl Bench {
    fn new() -> Self {
        Self::booted(ready())
    }

    fn booted(boot: Boot) -> Self {
        Self {
            engine: Engine::new(&boot, BEGINS),
            now: BEGINS,
            lines: LineState::default(),
            senses_current: true,
            heats: false,
            pad_c: None,
            contact_c: [Ok(30.0); 2],
            ambient_c: 22.0,
            skin_c: None,
            estop_open: false,
            heard_until: None,
            stimulator: |_| Stimulator::Absent,
            stimulus: None,
        }
    }

    fn raw(&self, outcome: Result<f64, ProbeError>) -> Option<RawReading> {
        let heard = self.heard_until.unwrap_or(self.now);
        let began = Moment::from_ms(heard.as_ms() / 1000 * 1000);
        Some(RawReading { began, outcome: outcome.map(Celsius::literal) })
    }

    /// A cycle of the pad's life (the equations are in `pad.rs`).
    fn live(&mut self) {
        let Some([element, surface]) = &mut self.pad_c else { return };
        let dt_s = limits::CYCLE.as_s();
        let power = if self.heats { 40.0 } else { 0.0 };
        let flow = 1.2 * (*element - *surface);
        *element += dt_s / 180.0 * (power - flow - 0.15 * (*element - self.ambient_c));
        *surface += dt_s / 90.0 * (flow - 0.55 * (*surface - self.ambient_c));
        self.contact_c = [Ok(*surface); 2];
    }

    /// One step at the present moment.
    fn step(&mut self, orders: &[Order]) -> Output {
        let commands: std::vec::Vec<Command> =
            orders.iter().map(|order| Command { issued: self.now, order: *order }).collect();
        self.give(&commands)
    }

    /// The same with commands that were on their way.
    fn give(&mut self, commands: &[Command]) -> Output {
        let readings = Readings {
            contact: [self.raw(self.contact_c[0]), self.raw(self.contact_c[1])],
            ambient: self.raw(Ok(self.ambient_c)),
            skin: self.skin_c.and_then(|outcome| self.raw(outcome)),
        };
        let lines = LineState {
            estop_open: self.estop_open,
            pad_current: self.lines.pad_current.or(self.senses_current.then_some(self.heats)),
            ..self.lines
        };
        let stimulator = (self.stimulator)(self.stimulus);
        let input = Input { now: self.now, readings, commands, lines, stimulator };
        let output = self.engine.step(&input);
        self.stimulus = output.actuators.stimulus();
        self.heats = output.actuators.k1() && output.actuators.k2();
        output
    }

    /// Cycles for a while; gives the last output, and every event of the time.
    fn run(&mut self, span: Span) -> (Output, std::vec::Vec<Event>) {
        let end = self.now + span;
        let mut events = std::vec::Vec::new();
        loop {
            self.now = self.now + limits::CYCLE;
            self.live();
            let output = self.step(&[]);
            events.extend(output.events.iter().copied());
            if self.now >= end {
                return (output, events);
            }
        }
    }

    /// The same until so long after the first moment.
    fn run_to(&mut self, after: Span) -> (Output, std::vec::Vec<Event>) {
        self.run((BEGINS + after).since(self.now))
    }

    /// A session that has warmed a pad to near 40 °C and holds it.
    fn warmed() -> Self {
        let mut bench = Self::started();
        bench.pad_c = Some([30.0; 2]);
        let (_, events) = bench.run(Span::from_min(5));
        assert!(events.contains(&Event::TargetReached { id: SessionId(1) }), "{events:?}");
        bench
    }

    /// A session that has just begun to heat.
    fn started() -> Self {
        let mut bench = Self::new();
        let output = bench.step(&[start(1)]);
        assert_eq!(output.replies[0], Ok(()));
        bench.run(PROVED);
        bench
    }
}

/// The proof, and K2's lead before K1 closes.
const PROVED: Span = Span::from_ms(2600);
/// When each bench begins.
const BEGINS: Moment = Moment::from_ms(60_000);

/// What a person has made ready: the check-list answered.
fn ready() -> Boot {
    let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
    Boot { checklist: Some(answers), ..Boot::default() }
}

fn start(id: i64) -> Order {
    let plan = Plan::heat(40.0, Span::from_min(15), Site::LeftShoulder).expect("within limits");
    Order::Start { id: SessionId(id), plan }
}

/// A prompt of the first session.
const fn prompt(number: u32) -> PromptId {
    PromptId { session: SessionId(1), number }
}

fn done(number: u32) -> Order {
    Order::Confirm { prompt: prompt(number) }
}

/// The start of a protocol on the left shoulder.
fn lead(phases: &[Phase]) -> Order {
    let protocol = Protocol::new("test", phases).expect("a protocol");
    let plan = Plan::of(protocol, Site::LeftShoulder).expect("a plan");
    Order::Start { id: SessionId(1), plan }
}

fn ends(events: &[Event]) -> std::vec::Vec<Outcome> {
    let outcome = |event: &Event| match event {
        Event::Ended(ended) => Some(ended.outcome),
        Event::Started { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
        | Event::Refused(_)
        | Event::Latched(_)
        | Event::Cleared(_)
        | Event::Acknowledged { .. }
        | Event::Proved { .. }
        | Event::PhaseBegan { .. }
        | Event::Asked { .. }
        | Event::Confirmed { .. }
        | Event::Numb { .. }
        | Event::Level { .. }
        | Event::LevelZeroed { .. }
        | Event::ElectrodesOff { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Skin { .. }
        | Event::AskedForSign { .. }
        | Event::Present { .. }
        | Event::Answered(_)
        | Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::ProfileChosen(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_) => None,
    };
    events.iter().filter_map(outcome).collect()
}

#[test]
fn nothing_is_energised_before_a_start() {
    let (output, events) = Bench::new().run(Span::from_min(5));
    assert!(!output.actuators.energises());
    assert!(events.is_empty());
}

#[test]
fn a_start_begins_with_the_proof_and_heats_when_it_is_passed() {
    let mut bench = Bench::new();
    bench.run(Span::from_ms(500));
    let output = bench.step(&[start(7)]);
    assert!(output.actuators.k1() && !output.actuators.k2());
    assert!(matches!(output.events[0], Event::Started { id: SessionId(7), .. }));
    assert!(output.snapshot.session.is_some_and(|s| s.id == SessionId(7) && s.proving));
    let (output, events) = bench.run(PROVED);
    assert!(events.contains(&Event::Proved { id: SessionId(7) }));
    assert!(output.actuators.k1() && output.actuators.k2());
    assert!(output.snapshot.session.is_some_and(|s| !s.proving));
}

#[test]
fn hl_h20_current_through_k2_alone_in_the_proof_latches_and_opens_k2() {
    let mut bench = Bench::new();
    bench.step(&[start(1)]);
    bench.run(Span::from_ms(1100));
    bench.lines.pad_current = Some(true);
    let (output, events) = bench.run(Span::from_ms(300));
    assert!(!output.actuators.energises());
    assert_eq!(output.snapshot.fault.map(|f| f.kind), Some(FaultKind::StrayCurrent));
    assert_eq!(output.snapshot.alarm, Some(Alarm::Unplug));
    assert!(events.iter().any(|e| matches!(e, Event::Latched(_))));
}

#[test]
fn hl_h19_a_welded_k1_opens_k2_within_two_cycles_of_the_first_stray_current() {
    let mut bench = Bench::warmed();
    let mut off_since = None;
    for _ in 0..1200 {
        let (output, _) = bench.run(limits::CYCLE);
        // Welded: K1 is closed, whatever is commanded.
        bench.heats = output.actuators.k2();
        if output.actuators.k2() && !output.actuators.k1() {
            off_since.get_or_insert(bench.now);
        }
        if let Some(fault) = output.snapshot.fault {
            assert_eq!(fault.kind, FaultKind::StrayCurrent);
            let within = bench.now.since(off_since.expect("K1 had opened"));
            assert!(within <= Span::from_ms(200), "{within:?}");
            assert!(!output.actuators.energises());
            return;
        }
    }
    panic!("never latched");
}

#[test]
fn hl_h11_nobody_there_ends_the_session_and_a_sign_keeps_it() {
    let mut bench = Bench::warmed();
    let (output, events) = bench.run_to(Span::from_min(10));
    assert!(events.contains(&Event::AskedForSign { id: SessionId(1) }));
    assert_eq!(output.snapshot.alarm, Some(Alarm::Attend));
    let output = bench.step(&[Order::Present]);
    assert_eq!(output.events.as_slice(), [Event::Present { id: SessionId(1) }]);
    assert_eq!(output.snapshot.alarm, None);

    let mut bench = Bench::warmed();
    let (output, events) = bench.run_to(Span::from_min(11));
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::Absent)]);
    assert!(!output.actuators.energises() && output.snapshot.fault.is_none());
}

#[test]
fn hl_h10_a_session_is_over_after_an_hour_whatever_was_planned() {
    let mut bench = Bench::new();
    // A plan lasts an hour at most, but nobody says that the skin feels normal.
    let rest = |until_normal| Phase::Rest { duration: Span::from_min(30), until_normal };
    bench.step(&[lead(&[rest(true), rest(false)])]);
    for _ in 0..11 {
        let (_, events) = bench.run(Span::from_s(5 * 60));
        assert_eq!(ends(&events), []);
        bench.step(&[Order::Present]);
    }
    let (_, events) = bench.run(Span::from_s(299));
    assert_eq!(ends(&events), []);
    let (_, events) = bench.run(Span::from_s(2));
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::SessionTime)]);
}

/// A start with what one earlier session left.
fn start_after(used: SiteUse, age: Span) -> Reply {
    let mut boot = ready();
    boot.history.uses.push(PastUse { used, age });
    Bench::booted(boot).step(&[start(1)]).replies[0]
}

#[test]
fn hl_h6_h8_h9_a_site_that_had_its_heat_is_refused_with_when_it_opens() {
    let used = |min, dose| SiteUse {
        site: Site::LeftShoulder,
        heated: Span::from_min(min),
        dose: Cem43::literal(dose),
        cold: Span::ZERO,
        tens: Span::ZERO,
    };
    let refusal = |used, age| start_after(used, age).expect_err("refused");
    let rested = Span::from_min(90);
    assert_eq!(start_after(used(30, 1.0), rested), Ok(()));
    let dosed = refusal(used(30, 20.0), rested);
    assert_eq!((dosed.rule(), dosed.opens_in()), (Some(Rule::H6), Some(Span::from_min(1350))));
    let long = refusal(used(106, 1.0), rested);
    assert_eq!((long.rule(), long.opens_in()), (Some(Rule::H8), Some(Span::from_min(1350))));
    let soon = refusal(used(10, 1.0), Span::from_min(59));
    assert_eq!((soon.rule(), soon.opens_in()), (Some(Rule::H9), Some(Span::from_min(1))));
    let elsewhere = SiteUse { site: Site::RightCalf, ..used(106, 20.0) };
    assert_eq!(start_after(elsewhere, Span::ZERO), Ok(()));
}

#[test]
fn hl_h6_the_dose_of_the_day_bounds_the_running_session() {
    let mut boot = ready();
    let used = SiteUse {
        site: Site::LeftShoulder,
        heated: Span::from_min(20),
        dose: Cem43::literal(19.9),
        cold: Span::ZERO,
        tens: Span::ZERO,
    };
    boot.history.uses.push(PastUse { used, age: Span::from_min(120) });
    let mut bench = Bench::booted(boot);
    bench.contact_c = [Ok(36.0); 2];
    let plan = Plan::heat(42.0, Span::from_min(15), Site::LeftShoulder).expect("within limits");
    bench.step(&[Order::Start { id: SessionId(1), plan }]);
    bench.run(PROVED);
    bench.pad_c = Some([36.0; 2]);
    let (output, events) = bench.run(Span::from_min(6));
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::DayDose)]);
    let left = output.snapshot.last.expect("ended").left;
    assert!(left.dose.get() > 0.1 && left.site == Site::LeftShoulder, "{left:?}");
    // 42 °C is now in the ledger: the site is full.
    let (_, _) = bench.run(Span::from_min(61));
    assert_eq!(bench.step(&[start(2)]).replies[0].map_err(Refusal::rule), Err(Some(Rule::H6)));
}

#[test]
fn hl_s8_a_lost_record_refuses_for_a_day_or_until_a_person_decides() {
    let mut boot = ready();
    boot.history.lost = Some(Span::ZERO);
    let mut bench = Bench::booted(boot);
    let refused = bench.step(&[start(1)]);
    let rule = refused.replies[0].map_err(Refusal::rule);
    assert_eq!((rule, refused.snapshot.record_lost), (Err(Some(Rule::S8)), true));
    let output = bench.step(&[Order::ForgetLoss, start(1)]);
    assert_eq!(output.replies.as_slice(), [Ok(()), Ok(())]);
    assert_eq!(output.events[0], Event::LossForgotten);
}

#[test]
fn hl_s7_a_yes_ends_the_heat_that_is_on() {
    let mut bench = Bench::started();
    let drugs = Answers::NONE.and(Condition::Drugs);
    let output = bench.step(&[Order::Answer(drugs)]);
    assert!(!output.actuators.energises());
    assert_eq!(ends(&output.events), [Outcome::Stopped(StopCause::Checklist)]);
}

#[test]
fn hl_s7_the_check_list_refuses_until_nothing_on_it_forbids() {
    let mut bench = Bench::booted(Boot::default());
    let refusal = |condition| Err(Refusal::Checklist(condition));
    assert_eq!(bench.step(&[start(1)]).replies[0], refusal(ChecklistRefusal::Unanswered));
    let implant = Order::Answer(Answers::NONE.and(Condition::Implant));
    let output = bench.step(&[implant, start(1)]);
    let by = Answers::NONE.and(Condition::Implant);
    let forbidden = ChecklistRefusal::Forbidden { agents: Agents::HEAT, by };
    assert_eq!(output.replies[1], refusal(forbidden));
    let output = bench.step(&[Order::Answer(Answers::NONE), start(1)]);
    assert_eq!(output.replies.as_slice(), [Ok(()), Ok(())]);
}

/// Pain before and after a session on the site of [`start`].
fn worse(before: u8, after: u8) -> [Order; 2] {
    let felt = |points, when| {
        let pain = Pain::new(points).expect("on the scale");
        Order::Felt(Felt { site: Site::LeftShoulder, pain, when })
    };
    [felt(before, When::Before), felt(after, When::After)]
}

#[test]
fn hl_p1_a_site_that_two_sessions_made_worse_is_refused_until_a_person_settles_it() {
    let mut bench = Bench::new();
    let output = bench.step(&worse(4, 6));
    let felt = |points, when, before| {
        let pain = Pain::new(points).expect("on the scale");
        Event::Felt { felt: Felt { site: Site::LeftShoulder, pain, when }, before }
    };
    let events = [felt(4, When::Before, None), felt(6, When::After, Pain::new(4).ok())];
    assert_eq!(output.events.as_slice(), events);
    let output = bench.step(&worse(5, 8));
    assert_eq!(output.events.last(), Some(&Event::SiteLocked { site: Site::LeftShoulder }));
    let locked = Err(Refusal::Worsened { site: Site::LeftShoulder });
    assert_eq!(bench.step(&[start(1)]).replies[0], locked);
    let mut reborn = Bench::booted(bench.engine.boot(bench.now));
    assert_eq!(reborn.step(&[start(1)]).replies[0], locked, "after a restart");
    let settle = |site| Order::Settle { site, how: Settled::Seen };
    let output = reborn.step(&[settle(Site::LeftHip), start(1)]);
    assert_eq!((output.replies[1], output.events.len()), (locked, 1));
    let output = reborn.step(&[settle(Site::LeftShoulder), start(1)]);
    assert_eq!(output.replies[1], Ok(()));
    let settled = Event::SiteSettled { site: Site::LeftShoulder, how: Settled::Seen };
    assert_eq!(output.events[0], settled);
}

#[test]
fn hl_p1_another_site_is_not_locked_with_it() {
    let mut bench = Bench::new();
    bench.step(&[worse(4, 6), worse(4, 6)].concat());
    let plan = Plan::heat(40.0, Span::from_min(15), Site::LeftHip).expect("within limits");
    assert_eq!(bench.step(&[Order::Start { id: SessionId(1), plan }]).replies[0], Ok(()));
}

#[test]
fn hl_p2_a_sign_of_an_emergency_ends_the_heat_and_refuses_every_start_until_it_is_gone() {
    let mut bench = Bench::started();
    let signs = RedFlags::NONE.and(RedFlag::Saddle);
    let output = bench.step(&[Order::AnswerRedFlags(signs)]);
    assert!(!output.actuators.energises());
    assert_eq!(ends(&output.events), [Outcome::Stopped(StopCause::RedFlags)]);
    let mut reborn = Bench::booted(bench.engine.boot(bench.now));
    let refusal = reborn.step(&[start(2)]).replies[0].expect_err("after a restart, too");
    assert_eq!((refusal, refusal.rule()), (Refusal::RedFlags(signs), Some(Rule::P2)));
    let said = std::string::ToString::to_string(&refusal);
    assert!(said.contains("numbness around") && said.contains("112 in Europe"), "{said}");
    let mut ready = Bench::new();
    ready.step(&[Order::AnswerRedFlags(signs)]);
    let output = ready.step(&[Order::AnswerRedFlags(RedFlags::NONE), start(3)]);
    assert_eq!(output.replies.as_slice(), [Ok(()), Ok(())]);
}

#[test]
fn hl_h4_h19_s9_s10_a_start_on_bad_lines_is_refused_with_its_rule() {
    let good = LineState::default();
    let cases = [
        (Rule::H4, LineState { cutout_open: Some(true), ..good }),
        (Rule::H19, LineState { pad_current: Some(true), ..good }),
        (Rule::S9, LineState { undervoltage: true, ..good }),
        (Rule::S10, LineState { guard_lost: true, ..good }),
    ];
    for (rule, lines) in cases {
        let mut bench = Bench::new();
        bench.lines = lines;
        let output = bench.step(&[start(1)]);
        assert_eq!(output.replies[0].map_err(Refusal::rule), Err(Some(rule)));
        assert!(!output.actuators.energises());
    }
}

#[test]
fn hl_h21_closings_are_counted_and_a_worn_relay_is_refused() {
    let mut bench = Bench::started();
    // One for the proof, one for the first window.
    assert_eq!(bench.run(limits::CYCLE).0.snapshot.relay_operations, 2);
    let boot = bench.engine.boot(bench.now);
    assert_eq!(boot.relay_operations, 2);
    let worn = Boot { relay_operations: limits::RELAY_OPERATIONS_MAX, ..ready() };
    let output = Bench::booted(worn).step(&[start(1)]);
    assert_eq!(output.replies[0].map_err(Refusal::rule), Err(Some(Rule::H21)));
}

#[test]
fn only_the_fault_that_was_shown_is_cleared() {
    let fault = Fault { kind: FaultKind::CycleLate, reading: None };
    let mut bench = Bench::booted(Boot { latched: Some(fault), ..ready() });
    let other = Order::Clear { shown: Some(FaultKind::TooHot) };
    assert_eq!(bench.step(&[other]).replies[0], Err(Refusal::OtherFault(fault)));
    let same = Order::Clear { shown: Some(FaultKind::CycleLate) };
    assert_eq!(bench.step(&[same]).replies[0], Ok(()));
}

/// What the record of a session needs: from its boot and its inputs the same outputs come.
#[test]
fn a_session_replays_from_its_boot() {
    let mut bench = Bench::new();
    bench.contact_c = [Ok(31.0), Ok(30.5)];
    bench.run(Span::from_min(3));
    let boot = bench.engine.boot(bench.now);
    let mut replay = Bench { engine: Engine::new(&boot, bench.now), ..Bench::new() };
    replay.contact_c = bench.contact_c;
    replay.now = bench.now;
    for cycle in 0..3000 {
        let orders: &[Order] = if cycle == 0 { &[start(1)] } else { &[] };
        for it in [&mut bench, &mut replay] {
            it.now = it.now + limits::CYCLE;
            it.contact_c[0] = Ok(31.0 + f64::from(cycle) * 0.003);
        }
        let (a, b) = (bench.step(orders), replay.step(orders));
        assert_eq!((a.snapshot, a.events, a.buzzer), (b.snapshot, b.events, b.buzzer), "{cycle}");
    }
}

#[test]
fn a_session_ends_on_time_and_stays_off() {
    let mut bench = Bench::warmed();
    let (output, _) = bench.run_to(Span::from_min(10));
    assert!(output.snapshot.session.is_some());
    bench.step(&[Order::Present]);
    let (output, events) = bench.run_to(Span::from_min(15).saturating_sub(limits::CYCLE));
    assert!(output.snapshot.session.is_some() && ends(&events).is_empty());
    let (output, events) = bench.run(limits::CYCLE);
    assert!(!output.actuators.energises());
    assert_eq!(ends(&events), [Outcome::Completed]);
    assert_eq!(output.snapshot.last.map(|e| e.elapsed), Some(Span::from_min(15)));
    let (output, events) = bench.run(Span::from_min(1));
    assert!(!output.actuators.energises() && events.is_empty());
}

#[test]
fn a_stop_acts_in_the_step_that_receives_it() {
    let mut bench = Bench::started();
    bench.run(Span::from_s(5));
    bench.now = bench.now + Span::from_ms(3);
    let output = bench.step(&[Order::Stop(StopCause::Person)]);
    assert!(!output.actuators.energises());
    assert_eq!(ends(&output.events), [Outcome::Stopped(StopCause::Person)]);
}

#[test]
fn a_stop_is_always_accepted() {
    let mut bench = Bench::new();
    assert_eq!(bench.step(&[Order::Stop(StopCause::Person)]).replies[0], Ok(()));
    bench.estop_open = true;
    bench.run(limits::CYCLE);
    assert_eq!(bench.step(&[Order::Stop(StopCause::Person)]).replies[0], Ok(()));
}

#[test]
fn a_stop_wins_over_a_start_of_the_same_step() {
    let mut bench = Bench::new();
    let output = bench.step(&[start(1), Order::Stop(StopCause::Person)]);
    assert!(!output.actuators.energises());
    assert!(output.snapshot.session.is_none());
}

#[test]
fn a_second_start_is_refused_and_the_first_goes_on() {
    let mut bench = Bench::started();
    let output = bench.step(&[start(2)]);
    assert_eq!(output.replies[0], Err(Refusal::Running { id: SessionId(1) }));
    assert!(output.snapshot.session.is_some());
}

/// What a start meets, one condition at a time.
#[test]
fn hl_h22_h13_h14_s6_a_start_on_bad_evidence_is_refused_with_its_rule() {
    type Spoil = fn(&mut Bench);
    let cases: [(Rule, Spoil); 8] = [
        (Rule::H13, |b| b.contact_c[1] = Err(ProbeError::Missing)),
        (Rule::H13, |b| b.contact_c = [Ok(85.0); 2]),
        (Rule::H14, |b| b.contact_c[1] = Ok(33.5)),
        (Rule::H22, |b| b.ambient_c = 36.0),
        (Rule::H22, |b| b.ambient_c = 9.0),
        (Rule::H22, |b| b.contact_c = [Ok(38.0); 2]),
        (Rule::H22, |b| b.contact_c = [Ok(9.0); 2]),
        (Rule::S6, |b| {
            *b = Bench::booted(Boot { interrupted: Some(SessionId(3)), ..ready() });
        }),
    ];
    for (rule, spoil) in cases {
        let mut bench = Bench::new();
        spoil(&mut bench);
        let output = bench.step(&[start(1)]);
        assert!(!output.actuators.energises());
        let refusal = output.replies[0].expect_err("must be refused");
        assert_eq!(refusal.rule(), Some(rule), "{refusal}");
        assert_eq!(output.events.as_slice(), [Event::Refused(refusal)]);
        assert!(output.snapshot.session.is_none());
    }
}

#[test]
fn hl_s4_a_start_that_was_long_on_its_way_is_refused() {
    let mut bench = Bench::new();
    let issued = bench.now;
    bench.step(&[]);
    bench.now = bench.now + Span::from_ms(2001);
    let readings = Readings {
        contact: [bench.raw(Ok(30.0)), bench.raw(Ok(30.0))],
        ambient: bench.raw(Ok(22.0)),
        skin: None,
    };
    let command = Command { issued, order: start(1) };
    let output = bench.engine.step(&Input {
        now: bench.now,
        readings,
        commands: &[command],
        lines: LineState::default(),
        stimulator: Stimulator::Absent,
    });
    assert_eq!(output.replies[0].map_err(Refusal::rule), Err(Some(Rule::S4)));
    assert!(!output.actuators.energises());
}

#[test]
fn hl_s5_the_e_stop_refuses_latches_and_clears_only_when_released() {
    let mut bench = Bench::new();
    bench.estop_open = true;
    let output = bench.step(&[start(1)]);
    assert_eq!(output.replies[0], Err(Refusal::EStop));
    assert_eq!(output.snapshot.fault.map(|f| f.kind), Some(FaultKind::EStop));
    let output = bench.step(&[Order::Clear { shown: None }]);
    assert!(matches!(output.replies[0], Err(Refusal::CauseRemains(_))));
    bench.estop_open = false;
    let output = bench.step(&[Order::Clear { shown: None }]);
    assert_eq!((output.replies[0], output.snapshot.fault), (Ok(()), None));
    assert_eq!(bench.step(&[start(1)]).replies[0], Ok(()));
}

#[test]
fn hl_h12_errors_turn_off_within_3_s_and_latch_at_the_fourth() {
    let mut bench = Bench::started();
    bench.run(Span::from_s(10));
    bench.contact_c = [Err(ProbeError::Missing); 2];
    // The last good reading was taken as the errors began.
    let (output, _) = bench.run(Span::from_ms(3100));
    assert!(!output.actuators.energises());
    assert!(output.snapshot.session.is_some());
    let (output, _) = bench.run(Span::from_s(1));
    assert_eq!(output.snapshot.fault.map(|f| f.kind), Some(FaultKind::ContactLost));
}

#[test]
fn hl_h12_silence_turns_off_within_3_s_and_latches_after_10() {
    let mut bench = Bench::started();
    // To a whole second, in which the thermometers convert.
    bench.run(Span::from_ms(10_400));
    bench.heard_until = Some(bench.now);
    let (output, _) = bench.run(Span::from_ms(3000));
    assert!(output.actuators.energises());
    let (output, _) = bench.run(Span::from_ms(100));
    assert!(!output.actuators.energises());
    let (output, _) = bench.run(Span::from_ms(6900));
    assert!(output.snapshot.session.is_some());
    let (output, events) = bench.run(Span::from_ms(200));
    assert_eq!(output.snapshot.fault.map(|f| f.kind), Some(FaultKind::TooFewContacts));
    assert!(events.iter().any(|e| matches!(e, Event::Latched(_))));
}

#[test]
fn hl_h2_43_degrees_end_the_session_without_a_fault() {
    let mut bench = Bench::warmed();
    bench.pad_c = None;
    bench.contact_c = [Ok(42.0); 2];
    bench.run(Span::from_s(1));
    bench.contact_c[0] = Ok(43.0);
    bench.contact_c[1] = Ok(42.0);
    let (output, events) = bench.run(Span::from_s(2));
    assert!(!output.actuators.energises());
    assert_eq!(ends(&events), [Outcome::Limit(PhaseLimit::ContactTemperature)]);
    assert_eq!(output.snapshot.fault, None);
    assert_eq!(output.snapshot.last.and_then(|e| e.hottest), Some(Celsius::literal(43.0)));
}

#[test]
fn a_fault_ends_the_session_latches_and_survives_into_the_next_engine() {
    let mut bench = Bench::warmed();
    bench.pad_c = None;
    bench.contact_c = [Ok(42.0); 2];
    bench.run(Span::from_s(1));
    bench.contact_c = [Ok(44.5); 2];
    let (output, events) = bench.run(Span::from_s(1));
    let fault = output.snapshot.fault.expect("latched");
    assert_eq!(fault.kind, FaultKind::TooHot);
    assert_eq!(ends(&events), [Outcome::Fault(fault)]);
    assert!(!output.actuators.energises());

    let mut reborn = Bench::booted(Boot { latched: Some(fault), ..ready() });
    assert_eq!(reborn.step(&[start(2)]).replies[0], Err(Refusal::Latched(fault)));
    assert_eq!(reborn.step(&[Order::Clear { shown: None }]).replies[0], Ok(()));
    assert_eq!(reborn.step(&[start(2)]).replies[0], Ok(()));
}

#[test]
fn hl_s6_an_interrupted_session_is_acknowledged_before_the_next() {
    let mut bench = Bench::booted(Boot { interrupted: Some(SessionId(3)), ..ready() });
    let output = bench.step(&[start(4), Order::Clear { shown: None }, start(5)]);
    assert_eq!(output.replies[0], Err(Refusal::Interrupted { id: SessionId(3) }));
    assert_eq!((output.replies[1], output.replies[2]), (Ok(()), Ok(())));
    assert_eq!(output.events[1], Event::Acknowledged { id: SessionId(3) });
}

#[test]
fn hl_s1_a_stalled_loop_is_off_in_its_next_step() {
    for (gap_ms, fault) in [(500, false), (700, false), (1200, true)] {
        let mut bench = Bench::started();
        bench.run(Span::from_s(1));
        bench.now = bench.now + Span::from_ms(gap_ms);
        let output = bench.step(&[]);
        assert_eq!(output.actuators.energises(), gap_ms == 500, "{gap_ms} ms");
        assert_eq!(output.snapshot.fault.is_some(), fault, "{gap_ms} ms");
    }
}

#[test]
fn time_that_runs_backwards_stands_still() {
    let mut bench = Bench::started();
    let (before, _) = bench.run(Span::from_s(30));
    bench.now = Moment::from_ms(1000);
    let output = bench.step(&[]);
    assert_eq!(output.snapshot.now, before.snapshot.now);
    assert!(output.snapshot.session.is_some());
}

#[test]
fn the_target_is_announced_once() {
    let mut bench = Bench::started();
    bench.contact_c = [Ok(39.6); 2];
    let (_, events) = bench.run(Span::from_s(20));
    let reached = events.iter().filter(|e| matches!(e, Event::TargetReached { .. })).count();
    assert_eq!(reached, 1);
}

#[test]
#[should_panic(expected = "too many commands")]
fn more_commands_than_the_queue_holds_are_a_programmers_error() {
    let orders = [Order::Clear { shown: None }; COMMANDS_MAX + 1];
    Bench::new().step(&orders);
}

/// One thing that can happen to an engine.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::large_enum_variant, reason = "a handful in a test")]
enum Happening {
    Order(Order),
    Contacts(Result<f64, ProbeError>, Result<f64, ProbeError>),
    EStop(bool),
    Pass(u64),
}

fn reading() -> impl Strategy<Value = Result<f64, ProbeError>> {
    prop_oneof![
        6 => (20.0f64..43.0).prop_map(Ok),
        2 => (-130.0f64..130.0).prop_map(Ok),
        1 => Just(Err(ProbeError::Missing)),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (1i64..9).prop_map(|id| Happening::Order(start(id))),
        1 => Just(Happening::Order(Order::Stop(StopCause::Person))),
        1 => Just(Happening::Order(Order::Clear { shown: None })),
        4 => (reading(), reading()).prop_map(|(a, b)| Happening::Contacts(a, b)),
        3 => (20.0f64..43.0).prop_map(|t| Happening::Contacts(Ok(t), Ok(t))),
        1 => any::<bool>().prop_map(Happening::EStop),
        6 => (0u64..3000).prop_map(Happening::Pass),
    ]
}

proptest! {
    /// Whatever happens, what is energised belongs to a session, on evidence that allows it.
    #[test]
    fn energised_only_in_a_session_on_good_evidence(
        happenings in prop::collection::vec(happening(), 1..120),
    ) {
        let mut bench = Bench::new();
        for happening in happenings {
            let output = match happening {
                Happening::Order(order) => bench.step(&[order]),
                Happening::Contacts(first, second) => {
                    bench.contact_c = [first, second];
                    bench.step(&[])
                }
                Happening::EStop(open) => {
                    bench.estop_open = open;
                    bench.step(&[])
                }
                Happening::Pass(ms) => {
                    bench.now = bench.now + Span::from_ms(ms);
                    bench.step(&[])
                }
            };
            let snapshot = output.snapshot;
            prop_assert_eq!(snapshot.actuators, output.actuators);
            prop_assert!(snapshot.fault.is_none() || snapshot.session.is_none());
            if output.actuators.energises() {
                prop_assert!(snapshot.session.is_some() && snapshot.fault.is_none());
                prop_assert!(snapshot.hottest.is_some_and(|t| t < limits::CONTACT_OFF));
                prop_assert!(!snapshot.lines.estop_open);
            }
        }
    }

    /// Shifting the clock shifts the answers and changes nothing else.
    #[test]
    fn the_start_of_the_clock_does_not_matter(
        happenings in prop::collection::vec(happening(), 1..60), shift_s in 0u64..10_000_000,
    ) {
        let (mut here, mut there) = (Bench::new(), Bench::new());
        there.now = there.now + Span::from_s(shift_s);
        there.engine = Engine::new(&ready(), there.now);
        for happening in happenings {
            let orders: &[Order] = match &happening {
                Happening::Order(order) => core::slice::from_ref(order),
                Happening::Contacts(..) | Happening::EStop(_) | Happening::Pass(_) => &[],
            };
            for bench in [&mut here, &mut there] {
                match happening {
                    Happening::Contacts(first, second) => bench.contact_c = [first, second],
                    Happening::EStop(open) => bench.estop_open = open,
                    Happening::Pass(ms) => bench.now = bench.now + Span::from_ms(ms),
                    Happening::Order(_) => {}
                }
            }
            let (mut a, b) = (here.step(orders), there.step(orders));
            a.snapshot.now = b.snapshot.now;
            prop_assert_eq!(a.snapshot, b.snapshot);
            prop_assert_eq!(a.events, b.events);
            prop_assert_eq!(a.actuators, b.actuators);
        }
    }
}
