//! What the load was before: its mean over 30 s that ended 10 s ago.
//!
//! A rise of the load within 10 s stands out against it, however slowly gel dries and skin warms.

use crate::tens::limits::{LOAD_BASELINE, LOAD_RISE_WITHIN};
use crate::tens::units::Ohm;
use crate::units::{Moment, Span};

const SECOND: Span = Span::from_s(1);
/// The seconds that are looked back.
const SECONDS: usize =
    ((LOAD_BASELINE.as_ms() + LOAD_RISE_WITHIN.as_ms()) / SECOND.as_ms()) as usize;
/// The newest of them, in which a load may have risen.
const RECENT: usize = (LOAD_RISE_WITHIN.as_ms() / SECOND.as_ms()) as usize;

/// Sum and number of the loads of one second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Second {
    sum_ohm: f64,
    loads: u32,
}

/// The loads of the last 40 s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Baseline {
    /// The newest first; the first one is under way.
    seconds: [Second; SECONDS],
    /// When that one began.
    began: Moment,
    /// What there is until 10 s are over.
    first: Second,
}

impl Baseline {
    pub(super) fn new(now: Moment) -> Self {
        let none = Second::default();
        Self { seconds: [none; SECONDS], began: now, first: none }
    }

    /// Takes a load in.
    pub(super) fn take(&mut self, now: Moment, load: Ohm) {
        let gone = now.since(self.began).as_ms() / SECOND.as_ms();
        let shift = gone.min(SECONDS as u64) as usize;
        self.seconds.rotate_right(shift);
        self.seconds[..shift].fill(Second::default());
        self.began = self.began + Span::from_ms(gone * SECOND.as_ms());
        self.seconds[0].take(load);
        // What was seen in the first second stands for what was before.
        if self.seconds[1..].iter().all(|second| second.loads == 0) {
            self.first = self.seconds[0];
        }
    }

    /// How many times the load before this one is, as long as none was zero; 1 while there was none.
    pub(super) fn rise(&self, load: Ohm) -> f64 {
        let mut before = Second::default();
        for second in &self.seconds[RECENT..] {
            before.sum_ohm += second.sum_ohm;
            before.loads += second.loads;
        }
        let before = if before.loads > 0 { before } else { self.first };
        if before.loads == 0 {
            return 1.0;
        }
        load.get() * f64::from(before.loads) / before.sum_ohm
    }
}

impl Second {
    fn take(&mut self, load: Ohm) {
        self.sum_ohm += load.get();
        self.loads += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greatest rise of a load that is `ohm_at` so many seconds after the start, looked at ten times a second.
    fn greatest_rise(s: u64, ohm_at: impl Fn(f64) -> f64) -> f64 {
        let mut baseline = Baseline::new(Moment::START);
        let mut greatest = 0.0_f64;
        for tenth in 0..s * 10 {
            let load = Ohm::literal(ohm_at(tenth as f64 / 10.0));
            greatest = greatest.max(baseline.rise(load));
            baseline.take(Moment::from_ms(tenth * 100), load);
        }
        greatest
    }

    #[test]
    fn a_load_that_doubles_within_10_s_is_seen_whole() {
        for from in [5.0, 60.0] {
            let rise = greatest_rise(90, |s| 2000.0 * (1.0 + ((s - from) / 9.9).clamp(0.0, 1.0)));
            assert!((rise - 2.0).abs() < 0.01, "from {from} s: {rise}");
        }
    }

    #[test]
    fn a_load_that_doubles_within_half_an_hour_is_not() {
        let rise = greatest_rise(1800, |s| 2000.0 * (1.0 + s / 1800.0));
        assert!(rise < 1.02, "{rise}");
    }

    #[test]
    fn after_a_long_silence_there_is_nothing_to_compare_with() {
        let mut baseline = Baseline::new(Moment::START);
        baseline.take(Moment::from_ms(10), Ohm::literal(2000.0));
        baseline.take(Moment::from_ms(3_600_000), Ohm::literal(1000.0));
        assert_eq!(baseline.rise(Ohm::literal(1500.0)), 1.5);
    }
}
