//! The gate with lines that record every write, and that can be made to fail.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use soothe_therapy::interlock::{Circumstances, Demand, Interlock, Verdict};
use soothe_therapy::sense::Senses;
use soothe_therapy::tens::{Mode, Stimulator, Stimulus};
use soothe_therapy::{Celsius, Cem43, LineState, RawReading, Readings};
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id, thread_schedule_policy_param,
};

use super::*;

const OFF: Levels = Levels { k1: false, k2_pulse: false, buzzer: false, stimulus: None };
/// Off as well: a level holds nothing in.
const OFF_PULSE_HIGH: Levels = Levels { k1: false, k2_pulse: true, buzzer: false, stimulus: None };

/// What was written so far, and whether energising writes or all writes fail.
#[derive(Clone, Default)]
struct Recorder {
    written: Arc<Mutex<Vec<Levels>>>,
    fails_on: Arc<AtomicBool>,
    fails_off: Arc<AtomicBool>,
    panics_on: Arc<AtomicBool>,
}

impl Recorder {
    fn gate(&self) -> Gate {
        Gate::new(Box::new(self.clone())).unwrap()
    }

    fn take(&self) -> Vec<Levels> {
        std::mem::take(&mut self.written.lock().unwrap())
    }

    fn last(&self) -> Levels {
        *self.written.lock().unwrap().last().unwrap()
    }

    /// The last write opened K1 and made no edge for K2.
    fn is_off(&self) -> bool {
        let written = self.written.lock().unwrap();
        let [.., before, last] = written[..] else { panic!("fewer than two writes: {written:?}") };
        !last.k1 && last.k2_pulse == before.k2_pulse
    }
}

impl Outputs for Recorder {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.written.lock().unwrap().push(levels);
        assert!(!(levels.k1 && self.panics_on.load(Ordering::SeqCst)), "on purpose, in a write");
        let fails = if levels.k1 { &self.fails_on } else { &self.fails_off };
        if fails.load(Ordering::SeqCst) {
            return Err(RigError { line: "K1".to_owned(), problem: "stuck".to_owned() });
        }
        Ok(())
    }
}

/// A grant as the interlock makes it: on a healthy pad at 30 °C.
fn grant(heat: bool) -> Actuators {
    granting(if heat { Demand::Heat } else { Demand::Ready })
}

fn granting(demand: Demand) -> Actuators {
    let now = Moment::from_ms(0);
    let raw = RawReading { began: now, outcome: Ok(Celsius::literal(30.0)) };
    let readings = Readings { contact: [Some(raw); 2], ambient: Some(raw), skin: None };
    let evidence = Senses::default().weigh(now, &readings);
    let around = Circumstances {
        now,
        late_by: Span::ZERO,
        lines: LineState::default(),
        dose: Cem43::ZERO,
        dose_before: Cem43::ZERO,
        found: None,
        stimulator: Stimulator::Silent,
    };
    let verdict: Verdict = Interlock::default().judge(demand, &evidence, &around);
    let actuators = verdict.actuators();
    assert!(actuators.energises(), "{verdict:?}");
    actuators
}

fn at(ms: u64) -> Moment {
    Moment::from_ms(ms)
}

#[test]
fn taking_the_lines_over_writes_them_off() {
    let lines = Recorder::default();
    let _gate = lines.gate();
    assert_eq!(lines.take(), [OFF]);
}

#[test]
fn lines_that_cannot_be_written_off_are_not_taken_over() {
    let lines = Recorder::default();
    lines.fails_off.store(true, Ordering::SeqCst);
    assert!(Gate::new(Box::new(lines.clone())).is_err());
}

#[test]
fn hl_s2_every_energising_grant_makes_one_edge_for_k2_and_none_makes_none() {
    let lines = Recorder::default();
    let gate = lines.gate();
    lines.take();
    // An odd number, so that the line is high when it goes off: lowering it would be an edge.
    for (ms, heat) in [(0, false), (100, true), (200, true)] {
        gate.apply(&grant(heat), false, at(ms)).unwrap();
    }
    let on = |k1, k2_pulse| Levels { k1, k2_pulse, ..Levels::default() };
    assert_eq!(lines.take(), [on(false, true), on(true, false), on(true, true)]);
    for ms in [300, 400] {
        gate.apply(&Actuators::OFF, false, at(ms)).unwrap();
    }
    gate.off().unwrap();
    gate.shut().unwrap();
    drop(gate);
    assert_eq!(lines.take(), [OFF_PULSE_HIGH; 5]);
}

#[test]
fn hl_s2_a_storm_of_cycles_makes_an_edge_every_50_ms_at_most() {
    let lines = Recorder::default();
    let gate = lines.gate();
    for ms in 0..1_000 {
        gate.apply(&grant(true), false, at(ms)).unwrap();
        if ms % 7 == 0 {
            gate.off().unwrap();
        }
    }
    assert_eq!(edges(&lines.take()), 20);
}

#[test]
fn hl_s2_a_cycle_between_two_others_leaves_no_gap_near_the_drop_out() {
    let lines = Recorder::default();
    let gate = lines.gate();
    for ms in (0..1_000).step_by(100) {
        gate.apply(&grant(true), false, at(ms)).unwrap();
        gate.apply(&grant(true), false, at(ms + 60)).unwrap();
    }
    // Those at 0, 60, 160 and so on: never more than 100 ms apart.
    assert_eq!(edges(&lines.take()), 11);
}

/// How often K2's pulse line changed, from low at first.
fn edges(written: &[Levels]) -> usize {
    let mut before = false;
    written
        .iter()
        .filter(|levels| std::mem::replace(&mut before, levels.k2_pulse) != levels.k2_pulse)
        .count()
}

#[test]
fn a_grant_lapses_300_ms_after_it_was_applied() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(1_000)).unwrap();
    assert!(!gate.lapse(at(1_299)) && lines.last().k1);
    assert!(gate.lapse(at(1_300)));
    assert!(lines.is_off());
    assert!(!gate.lapse(at(1_400)), "it lapsed already");
}

#[test]
fn looking_whether_a_grant_has_lapsed_does_not_wait_for_who_writes() {
    let gate = Recorder::default().gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    let (looker, (done, looked)) = (gate.clone(), channel());
    let writing = gate.lock();
    let thread = thread::spawn(move || done.send(looker.lapse(at(299))));
    assert_eq!(looked.recv_timeout(Duration::from_secs(5)), Ok(false));
    drop(writing);
    thread.join().unwrap().unwrap();
}

#[test]
fn a_renewed_grant_does_not_lapse() {
    let lines = Recorder::default();
    let gate = lines.gate();
    for ms in (0..2_000).step_by(100) {
        gate.apply(&grant(true), false, at(ms)).unwrap();
        assert!(!gate.lapse(at(ms + 99)));
    }
    assert!(lines.last().k1);
}

#[test]
fn off_ends_the_lease_and_a_later_grant_may_energise_again() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    gate.off().unwrap();
    assert!(lines.is_off());
    assert!(!gate.lapse(at(10_000)));
    gate.apply(&grant(true), false, at(10_000)).unwrap();
    assert!(lines.last().k1);
}

#[test]
fn shut_is_for_good_and_for_every_clone() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    gate.clone().shut().unwrap();
    lines.take();
    gate.apply(&grant(true), false, at(100)).unwrap();
    gate.apply(&grant(false), false, at(200)).unwrap();
    assert_eq!(lines.take(), [OFF_PULSE_HIGH; 2]);
}

#[test]
fn when_energising_fails_everything_is_tried_off_and_the_failure_is_told() {
    let lines = Recorder::default();
    let gate = lines.gate();
    lines.fails_on.store(true, Ordering::SeqCst);
    let error = gate.apply(&grant(true), false, at(0)).unwrap_err();
    assert_eq!(error.to_string(), "K1: stuck");
    assert!(lines.is_off());
    assert!(!gate.lapse(at(10_000)), "it is off already");
}

#[test]
fn while_switching_off_fails_every_lapse_tries_again() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    lines.fails_off.store(true, Ordering::SeqCst);
    assert!(gate.off().is_err());
    lines.take();
    assert!(gate.lapse(at(300)) && gate.lapse(at(350)));
    assert_eq!(lines.take(), [OFF_PULSE_HIGH; 2]);
    lines.fails_off.store(false, Ordering::SeqCst);
    assert!(gate.lapse(at(400)));
    assert!(!gate.lapse(at(450)), "off at last");
}

#[test]
fn a_broken_invariant_panics_with_the_lines_off() {
    let lines = Recorder::default();
    let gate = lines.gate();
    let over = limits::LEASE + Span::from_ms(1);
    let pulses = Stimulus::new(Mode::Knot, 9);
    for (k1, k2, stimulus, valid_for) in [
        (true, false, None, limits::LEASE),
        (true, true, None, over),
        (false, true, None, over),
        (true, true, pulses, limits::LEASE),
        (true, false, pulses, limits::LEASE),
        (false, true, Stimulus::new(Mode::Knot, 31), limits::LEASE),
    ] {
        gate.apply(&grant(true), false, at(0)).unwrap();
        let wanted = Wanted { k1, k2, stimulus, proves_k1: false, valid_for, buzzer: false };
        let broken = || gate.lock().carry_out(wanted, at(100));
        assert!(catch_unwind(AssertUnwindSafe(broken)).is_err(), "{k1} {k2} {valid_for:?}");
        assert!(lines.is_off());
    }
}

#[test]
fn hl_t11_pulses_flow_while_k2_is_pulsed_and_end_with_the_lease_and_with_off() {
    let lines = Recorder::default();
    let gate = lines.gate();
    let stimulus = Stimulus::new(Mode::Knot, 9);
    let flows = || lines.take().last().map(|it| (it.stimulus, it.k1));
    gate.apply(&granting(Demand::Stimulate(stimulus)), false, at(0)).unwrap();
    assert_eq!(flows(), Some((stimulus, false)));
    assert!(gate.lapse(at(300)));
    assert_eq!(flows(), Some((None, false)), "the lease");
    gate.apply(&granting(Demand::Stimulate(stimulus)), false, at(400)).unwrap();
    gate.off().unwrap();
    assert_eq!(flows(), Some((None, false)), "off");
    gate.apply(&granting(Demand::Stimulate(None)), false, at(500)).unwrap();
    assert_eq!(flows(), Some((None, false)), "a level of zero");
}

#[test]
fn a_panic_while_the_lines_are_written_leaves_them_off() {
    let lines = Recorder::default();
    let gate = lines.gate();
    lines.panics_on.store(true, Ordering::SeqCst);
    let energise = || gate.apply(&grant(true), false, at(0));
    assert!(catch_unwind(AssertUnwindSafe(energise)).is_err(), "the panic goes on");
    assert!(lines.is_off());
    gate.shut().unwrap();
}

#[test]
fn off_works_after_a_thread_died_holding_the_lock() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    let dying = gate.clone();
    let died = thread::spawn(move || {
        let _held = dying.lock();
        panic!("on purpose, holding the gate's lock");
    });
    assert!(died.join().is_err() && gate.inner.is_poisoned());
    assert!(lines.last().k1);
    assert!(gate.lapse(at(300)));
    assert!(lines.is_off());
    gate.shut().unwrap();
}

#[test]
fn when_the_last_handle_goes_the_lines_are_off() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    let other = gate.clone();
    drop(gate);
    assert!(lines.last().k1);
    drop(other);
    assert!(lines.is_off());
}

/// A lease thread on a clock that the test moves.
fn leased(gate: &Gate) -> (Lease, Arc<AtomicU64>) {
    let clock = Arc::new(AtomicU64::new(0));
    let reader = Arc::clone(&clock);
    let lease = spawn_lease(gate.clone(), move || at(reader.load(Ordering::SeqCst))).unwrap();
    (lease, clock)
}

/// Waits up to 5 s; the lease thread looks every 50 ms.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not happen");
}

#[test]
fn the_lease_thread_switches_off_when_nobody_renews_and_counts_it() {
    let lines = Recorder::default();
    let gate = lines.gate();
    let (lease, clock) = leased(&gate);
    gate.apply(&grant(true), false, at(0)).unwrap();
    clock.store(299, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(120));
    assert!(lines.last().k1 && lease.lapses() == 0);
    clock.store(300, Ordering::SeqCst);
    eventually("the lapse", || lines.is_off());
    eventually("the count", || lease.lapses() == 1);
}

/// The policy and priority of the calling thread.
fn scheduling() -> (ThreadSchedulePolicy, i32) {
    let (policy, parameters) = thread_schedule_policy_param(thread_native_id()).unwrap();
    (policy, parameters.sched_priority)
}

#[test]
fn the_lease_thread_has_its_priority_where_the_system_allows_it() {
    let expected = thread::spawn(|| {
        let fifo = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
        let priority = ThreadPriority::Crossplatform(41.try_into().unwrap());
        let _ = set_thread_priority_and_policy(thread_native_id(), priority, fifo);
        scheduling()
    });
    let gate = Recorder::default().gate();
    let (tell, told) = channel();
    let _lease = spawn_lease(gate.clone(), move || {
        let _ = tell.send(scheduling());
        at(0)
    });
    assert_eq!(told.recv_timeout(Duration::from_secs(5)), Ok(expected.join().unwrap()));
}

#[test]
fn without_its_lease_thread_the_gate_is_shut() {
    let lines = Recorder::default();
    let gate = lines.gate();
    let (lease, _clock) = leased(&gate);
    gate.apply(&grant(true), false, at(0)).unwrap();
    drop(lease);
    assert!(lines.is_off());
    gate.apply(&grant(true), false, at(100)).unwrap();
    assert!(lines.is_off());
}

#[test]
fn a_lease_thread_that_dies_leaves_the_gate_shut() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    let lease = spawn_lease(gate.clone(), || panic!("on purpose, in the clock")).unwrap();
    eventually("off", || lines.is_off());
    gate.apply(&grant(true), false, at(100)).unwrap();
    assert!(lines.is_off());
    drop(lease);
}

#[test]
fn the_lease_thread_does_not_keep_the_lines_in_use() {
    let lines = Recorder::default();
    let gate = lines.gate();
    gate.apply(&grant(true), false, at(0)).unwrap();
    let (_lease, _clock) = leased(&gate);
    drop(gate);
    eventually("off by the last handle", || lines.is_off());
    eventually("the end of the thread", || Arc::strong_count(&lines.written) == 1);
}
