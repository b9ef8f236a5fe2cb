//! The thermal dose: cumulative equivalent minutes at 43 °C (Sapareto and Dewey 1984).
//!
//! Each minute counts `R^(43 - T)` minutes, R being 0.5 from 43 °C upwards and 0.25 below. Public code
//! often swaps the two; the vectors in the tests tell.

use crate::limits;
use crate::units::{Celsius, Cem43, Moment, Span};

/// Equivalent minutes per minute at `t`.
#[must_use]
pub fn cem43_rate(t: Celsius) -> f64 {
    let above = t.get() - 43.0;
    let doublings = if above >= 0.0 { above } else { 2.0 * above };
    libm::exp2(doublings)
}

/// The dose of `span` at `t`.
#[must_use]
pub fn cem43(t: Celsius, span: Span) -> Cem43 {
    let minutes = span.as_s() / 60.0;
    // The product of two finite, non-negative numbers; the type's own bound caps it.
    Cem43::new((cem43_rate(t) * minutes).min(1.0e12)).expect("a dose is finite and not negative")
}

/// The dose account of one session.
///
/// It counts what the hottest sensor may have had, plus [`limits::DOSE_GUARD`]. While nothing is
/// believed it goes on with the last that was: silence never makes the dose smaller (HL-H5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    total: Cem43,
    counted_to: Moment,
    last: Celsius,
}

impl Dose {
    /// An account that starts at `now` with the skin at `t`.
    #[must_use]
    pub const fn starting(now: Moment, t: Celsius) -> Self {
        Self { total: Cem43::ZERO, counted_to: now, last: t }
    }

    /// Counts the time up to `now`, during which the skin had the hotter of the last and this value.
    pub fn count(&mut self, now: Moment, hottest: Option<Celsius>) {
        let t = hottest.unwrap_or(self.last);
        let skin = self.last.max(t) + limits::DOSE_GUARD;
        self.total = self.total + cem43(skin, now.since(self.counted_to));
        self.counted_to = self.counted_to.max(now);
        self.last = t;
    }

    /// What the last moment counted as: the last hottest with the guard.
    #[must_use]
    pub fn counts_at(&self) -> Celsius {
        self.last + limits::DOSE_GUARD
    }

    /// The dose so far.
    #[must_use]
    pub const fn total(&self) -> Cem43 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, want: f64, relative: f64) {
        assert!((got - want).abs() <= relative * want, "got {got}, want {want}");
    }

    /// docs/safety.md, appendix: the published formula's check values.
    #[test]
    fn rate_has_its_published_values() {
        for (t, rate) in [(37.0, 2.441e-4), (42.0, 0.25), (43.0, 1.0), (44.0, 2.0), (50.0, 128.0)] {
            close(cem43_rate(Celsius::literal(t)), rate, 2e-4);
        }
    }

    #[test]
    fn dose_has_its_published_values() {
        let vectors = [
            (43.0, 10, 10.0),
            (42.0, 20, 5.0),
            (41.0, 20, 1.25),
            (40.0, 20, 0.3125),
            (44.0, 5, 10.0),
            (45.0, 180, 720.0),
            (44.0, 360, 720.0),
            (37.0, 60, 0.0146),
        ];
        for (t, min, want) in vectors {
            close(cem43(Celsius::literal(t), Span::from_min(min)).get(), want, 5e-3);
        }
    }

    /// HL-H5 with the guard: 42 °C shown reaches the session's dose at 20.0 min, 43 °C at 7.07 min.
    #[test]
    fn hl_h5_guard_shortens_the_time_to_the_limit() {
        for (shown, seconds) in [(42.0, 1200.0), (43.0, 424.3), (41.0, 4800.0)] {
            let t = Celsius::literal(shown);
            let mut dose = Dose::starting(Moment::START, t);
            let reached = (1..=60_000)
                .map(|cycle| Moment::from_ms(cycle * limits::CYCLE.as_ms()))
                .find(|now| {
                    dose.count(*now, Some(t));
                    dose.total() >= limits::SESSION_DOSE_MAX
                });
            close(reached.expect("within 100 min").as_ms() as f64 / 1000.0, seconds, 2e-3);
        }
    }

    #[test]
    fn hl_h5_silence_counts_as_the_last_value() {
        let t = Celsius::literal(42.0);
        let (mut heard, mut silent) =
            (Dose::starting(Moment::START, t), Dose::starting(Moment::START, t));
        for second in 1..=60 {
            let now = Moment::START + Span::from_s(second);
            heard.count(now, Some(t));
            silent.count(now, None);
        }
        assert_eq!(heard, silent);
    }

    proptest! {
        #[test]
        fn dose_grows_with_time_and_temperature(t in 0.0f64..80.0, up in 0.0f64..5.0, ms in 0u64..10_000_000) {
            let (t, hotter) = (Celsius::literal(t), Celsius::literal(t + up));
            let span = Span::from_ms(ms);
            prop_assert!(cem43(t, span) <= cem43(hotter, span));
            prop_assert!(cem43(t, span) <= cem43(t, span + Span::from_ms(1)));
        }

        #[test]
        fn splitting_the_time_changes_nothing(t in 20.0f64..60.0, a in 0u64..1_000_000, b in 0u64..1_000_000) {
            let t = Celsius::literal(t);
            let parts = cem43(t, Span::from_ms(a)) + cem43(t, Span::from_ms(b));
            let whole = cem43(t, Span::from_ms(a + b));
            prop_assert!((parts.get() - whole.get()).abs() <= 1e-9 * (1.0 + whole.get()));
        }
    }
}
