//! The watch of the therapy crate finds whatever is wrong here, in time, and nothing where nothing is.

use soothe_therapy::tens::{ElectrodeWatch, Latch, Stop, Verdict, Zero};

use super::*;

const LEVEL: Milliamp = Milliamp::literal(20.0);
const FIRST: Electrode = Electrode::First;
const SECOND: Electrode = Electrode::Second;

/// Electrodes, watched at each pulse.
struct Bed {
    electrodes: Electrodes,
    watch: ElectrodeWatch,
    level: Milliamp,
    ms: u64,
}

impl Bed {
    fn new(seed: u64) -> Self {
        let mut electrodes = Electrodes::new(seed);
        electrodes.advance(Moment::START);
        Self { electrodes, watch: ElectrodeWatch::new(Moment::START), level: LEVEL, ms: 0 }
    }

    /// A pulse, and `every_ms` later the next.
    fn pulse(&mut self, every_ms: u64) -> Verdict {
        let now = Moment::from_ms(self.ms);
        self.electrodes.advance(now);
        self.ms += every_ms;
        let reading = self.electrodes.pulse(self.level);
        self.watch.judge(now, reading)
    }

    /// Nothing is found for so many seconds.
    fn healthy_for(mut self, s: u64) -> Self {
        while self.ms < s * 1000 {
            let verdict = self.pulse(10);
            assert_eq!(verdict, Verdict::Fine, "at {} ms", self.ms);
        }
        self
    }

    /// The first that is found within a minute, and which pulse at 100 Hz it was.
    fn finds(&mut self) -> (Verdict, u64) {
        (1..=6000)
            .map(|pulse| (self.pulse(10), pulse))
            .find(|(verdict, _)| *verdict != Verdict::Fine)
            .unwrap_or((Verdict::Fine, 0))
    }
}

/// What is found of a fault that comes after so many seconds, with 20 seeds: within so many pulses.
fn found(s: u64, fault: ElectrodeFault, want: Verdict, within: u64) {
    for seed in 0..20 {
        let mut bed = Bed::new(seed).healthy_for(s);
        bed.electrodes.inject(fault);
        let (verdict, pulses) = bed.finds();
        assert_eq!(verdict, want, "{fault:?} after {s} s, seed {seed}");
        assert!(pulses <= within, "{fault:?} after {s} s, seed {seed}: {pulses} pulses");
    }
}

#[test]
fn hl_t11_an_electrode_that_is_off_or_dry_is_found_within_three_pulses() {
    for s in [0, 5, 120] {
        for electrode in [FIRST, SECOND] {
            let off = ElectrodeFault::Peeled(electrode, Peel::Off);
            found(s, off, Verdict::Stop(Stop::Open), 3);
            found(s, ElectrodeFault::Dry(electrode), Verdict::Stop(Stop::Open), 3);
        }
    }
}

#[test]
fn hl_t12_leads_that_touch_are_found_at_once() {
    for s in [0, 120] {
        found(s, ElectrodeFault::Short, Verdict::Latch(Latch::Short), 1);
    }
}

#[test]
fn hl_t13_a_half_lifted_electrode_is_found_within_ten_seconds() {
    for s in [2, 15, 120] {
        for electrode in [FIRST, SECOND] {
            let half = ElectrodeFault::Peeled(electrode, Peel::Half);
            found(s, half, Verdict::Zero(Zero::HalfLifted), 1000);
        }
    }
}

#[test]
fn hl_t13_both_half_lifted_is_found_too() {
    for seed in 0..20 {
        let mut bed = Bed::new(seed).healthy_for(60);
        for electrode in [FIRST, SECOND] {
            bed.electrodes.inject(ElectrodeFault::Peeled(electrode, Peel::Half));
        }
        let (verdict, pulses) = bed.finds();
        assert!(matches!(verdict, Verdict::Zero(_)) && pulses <= 1000, "{verdict:?} {pulses}");
    }
}

#[test]
fn hl_t1_a_source_that_gives_too_much_is_found_at_once() {
    for s in [0, 120] {
        let gain = ElectrodeFault::Gain(Factor::literal(1.2));
        found(s, gain, Verdict::Latch(Latch::OverCurrent), 1);
    }
}

#[test]
fn hl_t8_direct_current_is_found_at_once() {
    for ua in [60.0, -60.0] {
        let direct = ElectrodeFault::Direct(Microamp::literal(ua));
        found(30, direct, Verdict::Latch(Latch::DirectCurrent), 1);
    }
}

#[test]
fn hl_t11_a_silent_read_back_is_found_after_three_seconds() {
    found(30, ElectrodeFault::Silent, Verdict::Stop(Stop::Unmeasured), 301);
}

/// Each 60 min, read back ten times a second as the control cycle does, at levels from 1 to 20 mA.
#[test]
fn two_hundred_healthy_hours_have_no_false_stop() {
    for seed in 0..200 {
        let mut bed = Bed::new(1000 + seed);
        bed.level = Milliamp::literal(1.0 + (seed % 20) as f64);
        while bed.ms < 3_600_000 {
            let verdict = bed.pulse(100);
            assert_eq!(verdict, Verdict::Fine, "seed {seed} at {} ms", bed.ms);
        }
        let ohm = bed.electrodes.load().get();
        assert!((1800.0..4000.0).contains(&ohm), "seed {seed}: {ohm} Ω after an hour");
    }
}

#[test]
fn a_part_that_is_put_right_is_as_it_was() {
    let whole = {
        let mut electrodes = Electrodes::new(3);
        electrodes.advance(Moment::START);
        electrodes
    };
    for fault in [
        ElectrodeFault::Peeled(FIRST, Peel::Half),
        ElectrodeFault::Peeled(SECOND, Peel::Off),
        ElectrodeFault::Dry(FIRST),
        ElectrodeFault::Short,
        ElectrodeFault::Gain(Factor::literal(3.0)),
        ElectrodeFault::Direct(Microamp::literal(500.0)),
        ElectrodeFault::Silent,
    ] {
        assert!(ElectrodePart::ALL.contains(&fault.part()));
        let (mut one, mut other) = (whole.clone(), whole.clone());
        one.inject(fault);
        one.advance(Moment::from_ms(9000));
        other.advance(Moment::from_ms(9000));
        assert_ne!(one.pulse(LEVEL), other.pulse(LEVEL), "{fault:?}");
        one.heal(fault.part());
        assert_eq!(one.pulse(LEVEL), other.pulse(LEVEL), "{fault:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_however_time_is_cut() {
    let (mut one, mut other) = (Electrodes::new(9), Electrodes::new(9));
    for ms in (0..=90_500).step_by(50) {
        one.advance(Moment::from_ms(ms));
    }
    other.advance(Moment::START);
    other.advance(Moment::from_ms(90_500));
    assert_eq!(one.load(), other.load());
    assert_eq!(one.pulse(LEVEL), other.pulse(LEVEL));
    assert_ne!(Electrodes::new(9).load(), Electrodes::new(10).load());
}

#[test]
fn beyond_its_voltage_the_source_gives_less() {
    let mut electrodes = Electrodes::new(1);
    assert_eq!(electrodes.current(LEVEL), LEVEL);
    electrodes.inject(ElectrodeFault::Dry(FIRST));
    let (ma, ohm) = (electrodes.current(LEVEL).get(), electrodes.load().get());
    assert!(ma < LEVEL.get() && (ma * ohm - 60_000.0).abs() < 1e-6, "{ma} mA through {ohm} Ω");
}

#[test]
fn gel_dries_by_a_third_of_its_load_within_half_an_hour() {
    let mut electrodes = Electrodes::new(5);
    electrodes.advance(Moment::START);
    let fresh = electrodes.load().get();
    electrodes.advance(Moment::from_ms(1_800_000));
    let rise = electrodes.load().get() / fresh;
    assert!((1.25..1.40).contains(&rise), "{rise}");
}
