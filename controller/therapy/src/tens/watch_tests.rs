//! Each trouble is told for what it is, in time, and nothing else is.

use proptest::prelude::*;

use super::*;
use crate::tens::units::Milliamp;
use crate::units::Span;

const GOOD: Reading = Reading {
    commanded: Milliamp::literal(20.0),
    measured: Milliamp::literal(20.0),
    load: Ohm::literal(2000.0),
    mean: Microamp::literal(0.0),
};
/// Pulses come at 100 Hz.
const PULSE: Span = Span::from_ms(10);

/// A pair of electrodes that was good for so many seconds.
struct Bench {
    watch: ElectrodeWatch,
    now: Moment,
}

impl Bench {
    fn good_for(s: u64) -> Self {
        let mut bench = Self { watch: ElectrodeWatch::new(Moment::START), now: Moment::START };
        for _ in 0..s * 100 {
            assert_eq!(bench.pulse(GOOD), Verdict::Fine);
        }
        bench
    }

    fn pulse(&mut self, reading: Reading) -> Verdict {
        self.now = self.now + PULSE;
        self.watch.judge(self.now, Some(reading))
    }

    /// The first verdict that is not fine, and after how many pulses.
    fn first(&mut self, reading: impl Fn(u64) -> Reading) -> (Verdict, u64) {
        (1..=2000)
            .map(|i| (self.pulse(reading(i)), i))
            .find(|(verdict, _)| *verdict != Verdict::Fine)
            .unwrap_or((Verdict::Fine, 0))
    }
}

fn load(ohm: f64) -> Reading {
    Reading { load: Ohm::literal(ohm), ..GOOD }
}

fn measured(ma: f64) -> Reading {
    Reading { measured: Milliamp::literal(ma), ..GOOD }
}

fn mean(ua: f64) -> Reading {
    Reading { mean: Microamp::literal(ua), ..GOOD }
}

#[test]
fn hl_t11_an_open_electrode_ends_the_phase_on_the_third_pulse() {
    for (s, reading) in [(0, load(5001.0)), (60, load(60_000.0)), (60, measured(9.9))] {
        let found = Bench::good_for(s).first(|_| reading);
        assert_eq!(found, (Verdict::Stop(Stop::Open), 3), "{reading:?}");
    }
    assert_eq!(Verdict::Stop(Stop::Open).rule(), Some(Rule::T11));
}

#[test]
fn hl_t11_two_bad_pulses_are_nothing_yet() {
    let mut bench = Bench::good_for(1);
    for _ in 0..50 {
        for reading in [load(9000.0), measured(1.0), GOOD] {
            assert_eq!(bench.pulse(reading), Verdict::Fine);
        }
    }
}

#[test]
fn hl_t11_a_current_that_nobody_measures_ends_the_phase() {
    let mut bench = Bench::good_for(1);
    let last = bench.now;
    for ms in (0..=3000).step_by(100) {
        assert_eq!(bench.watch.judge(last + Span::from_ms(ms), None), Verdict::Fine);
    }
    let verdict = bench.watch.judge(last + Span::from_ms(3001), None);
    assert_eq!(verdict, Verdict::Stop(Stop::Unmeasured));
    assert_eq!(verdict.rule(), Some(Rule::T11));
}

#[test]
fn hl_t12_a_short_latches_at_once_and_for_ever() {
    let mut bench = Bench::good_for(5);
    assert_eq!(bench.pulse(load(100.0)), Verdict::Fine);
    assert_eq!(bench.pulse(load(99.9)), Verdict::Latch(Latch::Short));
    for _ in 0..1000 {
        assert_eq!(bench.pulse(GOOD), Verdict::Latch(Latch::Short));
    }
    assert_eq!(bench.watch.judge(bench.now, None).rule(), Some(Rule::T12));
}

#[test]
fn hl_t1_more_current_than_the_level_latches_at_once() {
    assert_eq!(Bench::good_for(1).pulse(measured(22.0)), Verdict::Fine);
    let verdict = Bench::good_for(1).pulse(measured(22.1));
    assert_eq!((verdict, verdict.rule()), (Verdict::Latch(Latch::OverCurrent), Some(Rule::T1)));
    // At a level of 1 mA, and at none.
    for (commanded, bounded, beyond) in [(1.0, 1.5, 1.51), (0.0, 0.5, 0.51)] {
        let reading = |ma| Reading { commanded: Milliamp::literal(commanded), ..measured(ma) };
        assert_eq!(Bench::good_for(1).pulse(reading(bounded)), Verdict::Fine);
        let verdict = Bench::good_for(1).pulse(reading(beyond));
        assert_eq!(verdict, Verdict::Latch(Latch::OverCurrent));
    }
}

#[test]
fn hl_t8_direct_current_of_either_sign_latches_at_once() {
    for ua in [50.1_f64, -50.1] {
        assert_eq!(Bench::good_for(1).pulse(mean(ua.clamp(-50.0, 50.0))), Verdict::Fine);
        let verdict = Bench::good_for(1).pulse(mean(ua));
        assert_eq!(
            (verdict, verdict.rule()),
            (Verdict::Latch(Latch::DirectCurrent), Some(Rule::T8))
        );
    }
}

#[test]
fn hl_t13_a_load_that_doubles_within_8_s_takes_the_level_to_zero() {
    let (verdict, pulses) = Bench::good_for(60).first(|i| load(2000.0 + 2.5 * i as f64));
    // On its way it is half lifted first.
    assert_eq!((verdict, verdict.rule()), (Verdict::Zero(Zero::HalfLifted), Some(Rule::T13)));
    assert!(pulses <= 800, "{pulses}");
    assert_eq!(Bench::good_for(60).first(|_| load(4001.0)), (Verdict::Zero(Zero::Peeling), 3));
}

#[test]
fn hl_t13_half_an_electrode_off_is_found_within_its_time() {
    // One of two contacts of 1 kΩ has half of its area: it takes 2 s to be sure.
    assert_eq!(Bench::good_for(60).first(|_| load(3000.0)), (Verdict::Zero(Zero::HalfLifted), 201));
}

#[test]
fn a_movement_and_a_gel_that_dries_are_no_trouble() {
    let mut bench = Bench::good_for(60);
    for _ in 0..20 {
        for i in 0..400 {
            let moving = if i < 150 { 3000.0 } else { 2000.0 };
            assert_eq!(bench.pulse(load(moving)), Verdict::Fine);
        }
    }
    let mut bench = Bench::good_for(10);
    for i in 0..180_000 {
        assert_eq!(bench.pulse(load(2000.0 + i as f64 / 100.0)), Verdict::Fine);
    }
}

#[test]
fn the_worst_is_told_first() {
    let both = Reading { load: Ohm::literal(20.0), ..measured(30.0) };
    assert_eq!(Bench::good_for(1).pulse(both), Verdict::Latch(Latch::OverCurrent));
    // What was found first stays the fault.
    let mut bench = Bench::good_for(1);
    assert_eq!(bench.pulse(load(20.0)), Verdict::Latch(Latch::Short));
    assert_eq!(bench.pulse(measured(30.0)), Verdict::Latch(Latch::Short));
}

proptest! {
    #[test]
    fn a_latch_stays_and_is_only_ever_earned(
        readings in proptest::collection::vec(
            (0.0..31.0, 0.0..40.0, prop_oneof![0.0..200.0, 500.0..4000.0, 4000.0..1e6], -60.0..60.0), 1..60),
    ) {
        let mut bench = Bench::good_for(0);
        let mut latched = false;
        for (commanded_ma, measured_ma, ohm, mean_ua) in readings {
            let reading = Reading {
                commanded: Milliamp::literal(commanded_ma),
                measured: Milliamp::literal(measured_ma),
                load: Ohm::literal(ohm),
                mean: Microamp::literal(mean_ua),
            };
            let over = measured_ma > 1.1 * commanded_ma && measured_ma > commanded_ma + 0.5;
            let short = commanded_ma > 0.0 && ohm < 100.0;
            latched |= over || short || mean_ua.abs() > 50.0;
            let verdict = bench.pulse(reading);
            prop_assert_eq!(matches!(verdict, Verdict::Latch(_)), latched);
        }
    }
}
