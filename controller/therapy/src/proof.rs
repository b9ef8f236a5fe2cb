//! The proof before each session: neither switch alone may pass current (HL-H20).
//!
//! ```text
//!   current sensed:      K1 alone 1 s ─▶ K2 alone 1 s ─▶ heat
//!   not sensed:  drift ─▶ K1 alone 20 s ─▶ K2 alone 20 s ─▶ watch 30 s ─▶ heat
//! ```
//!
//! Where a sense line tells of current, the interlock looks at it in every cycle and this module only
//! keeps the time. Where none does, the pad itself must tell: it is watched first for how it drifts by
//! itself, then whether it got warmer than that. A pad that warms by itself, as a cold one on warm skin
//! does, would hide a current; it is waited for.

use crate::interlock::Demand;
use crate::limits;
use crate::sense::Measurement;
use crate::units::{Celsius, Moment, Span};

/// A pad that drifts goes on towards the room with about this time constant, in seconds: the reference
/// pad's is 433, others' 260 to 606.
const DRIFT_TAU_S: f64 = 400.0;

/// Where the proof is.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    began: Moment,
    /// How long each switch has been closed alone, as far as cycles came to look at it.
    proved: [Span; 2],
    last: Moment,
    drift: Drift,
    end: Mean,
}

/// What the proof wants, or that it is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Go on with this.
    Want(Demand),
    /// Neither switch passes current.
    Passed,
    /// The pad got warmer although no current should have flowed.
    Warmed,
    /// The pad did not come to rest in time.
    Restless,
}

impl Proof {
    /// A proof that begins at `now`.
    #[must_use]
    pub const fn new(now: Moment) -> Self {
        Self {
            began: now,
            proved: [Span::ZERO; 2],
            last: now,
            drift: Drift::new(now),
            end: Mean::NEW,
        }
    }

    /// Goes on. `sensed` tells whether there is a sense line for the pad's current.
    pub fn step(&mut self, now: Moment, sensed: bool, measurement: Option<Measurement>) -> Step {
        if sensed { self.step_sensed(now) } else { self.step_thermal(now, measurement) }
    }

    /// A cycle that came late was not looked at while it lasted, and counts as one that came in time.
    fn step_sensed(&mut self, now: Moment) -> Step {
        let seen = now.since(self.last).min(limits::CYCLE);
        self.last = now;
        let [k1, k2] = &mut self.proved;
        if *k1 < limits::PROOF_SENSED {
            *k1 = *k1 + seen;
        } else {
            *k2 = *k2 + seen;
        }
        if *k1 < limits::PROOF_SENSED {
            Step::Want(Demand::ProveK1)
        } else if *k2 < limits::PROOF_SENSED {
            Step::Want(Demand::Ready)
        } else {
            Step::Passed
        }
    }

    fn step_thermal(&mut self, now: Moment, measurement: Option<Measurement>) -> Step {
        let Some(known) = self.drift.known else {
            if let Some(measurement) = measurement {
                self.drift.take(now, measurement);
            }
            let waited = now.since(self.began) >= limits::PROOF_DRIFT_WAIT;
            return if waited { Step::Restless } else { Step::Want(Demand::Rest) };
        };
        let (k1_end, k2_end) =
            (limits::PROOF_THERMAL, limits::PROOF_THERMAL + limits::PROOF_THERMAL);
        let (end, t) = (k2_end + limits::PROOF_WATCH, now.since(known.at));
        // The last fifth of the watch tells.
        let telling = end.saturating_sub(Span::from_ms(limits::PROOF_WATCH.as_ms() / 5));
        if let Some(measurement) = measurement.filter(|_| t >= telling) {
            self.end.take(measurement);
        }
        if t < k1_end {
            Step::Want(Demand::ProveK1)
        } else if t < k2_end {
            Step::Want(Demand::Ready)
        } else if t < end {
            Step::Want(Demand::Rest)
        } else {
            // No reading in the last seconds is for the interlock, which ends the session.
            let rise = self.end.value().map_or(0.0, |end_c| end_c - known.expected_c(telling));
            if rise > limits::PROOF_RISE.get() { Step::Warmed } else { Step::Passed }
        }
    }
}

/// The mean of the readings of a time; the same reading handed in twice counts once.
#[derive(Clone, Copy, Debug)]
struct Mean {
    newest: Option<Moment>,
    sum_c: f64,
    count: f64,
}

impl Mean {
    const NEW: Self = Self { newest: None, sum_c: 0.0, count: 0.0 };

    fn take(&mut self, Measurement { at, contact, .. }: Measurement) {
        if self.newest.is_none_or(|newest| at > newest) {
            self.newest = Some(at);
            self.sum_c += Celsius::get(contact);
            self.count += 1.0;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.sum_c / self.count)
    }
}

/// How the pad drifts by itself: the means of two halves of a time.
#[derive(Clone, Copy, Debug)]
struct Drift {
    began: Moment,
    halves: [Mean; 2],
    known: Option<Known>,
}

/// A pad at rest enough to be judged.
#[derive(Clone, Copy, Debug)]
struct Known {
    at: Moment,
    /// Where the later half's mean was: a quarter of the time before `at`.
    mean_c: f64,
    slope_k_per_s: f64,
}

impl Known {
    /// What it would read by itself `t` after `at`.
    fn expected_c(&self, t: Span) -> f64 {
        let since_s = t.as_s() + limits::PROOF_DRIFT.as_s() / 4.0;
        let gone = 1.0 - libm::exp(-since_s / DRIFT_TAU_S);
        self.mean_c + self.slope_k_per_s * DRIFT_TAU_S * gone
    }
}

impl Drift {
    const fn new(began: Moment) -> Self {
        Self { began, halves: [Mean::NEW; 2], known: None }
    }

    fn take(&mut self, now: Moment, measurement: Measurement) {
        let half = Span::from_ms(limits::PROOF_DRIFT.as_ms() / 2);
        let t = now.since(self.began);
        if t < limits::PROOF_DRIFT {
            self.halves[usize::from(t >= half)].take(measurement);
            return;
        }
        if let (Some(first_c), Some(mean_c)) = (self.halves[0].value(), self.halves[1].value()) {
            let slope_k_per_s = (mean_c - first_c) / half.as_s();
            if slope_k_per_s <= limits::PROOF_DRIFT_MAX_K_PER_S {
                self.known = Some(Known { at: now, mean_c, slope_k_per_s });
                return;
            }
        }
        *self = Self::new(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lives through a proof without a sense line on a pad of `c_of(seconds)`; the last step and the
    /// seconds until then.
    fn thermal(c_of: impl Fn(f64) -> f64) -> (Step, f64) {
        let mut proof = Proof::new(Moment::START);
        let mut now = Moment::START;
        loop {
            let at = Moment::from_ms(now.as_ms() / 1000 * 1000);
            let contact = Celsius::literal(c_of(at.since(Moment::START).as_s()));
            let reading = Measurement { at, contact, ambient: None };
            let step = proof.step(now, false, Some(reading));
            if !matches!(step, Step::Want(_)) {
                return (step, now.since(Moment::START).as_s());
            }
            now = now + limits::CYCLE;
        }
    }

    #[test]
    fn hl_h20_with_a_sense_line_each_switch_is_closed_alone_for_a_second() {
        let mut proof = Proof::new(Moment::START);
        let mut wants = [0; 2];
        for cycle in 0.. {
            // Every fifth cycle comes half a second late, which proves nothing.
            let late_ms = cycle / 5 * 500;
            match proof.step(Moment::from_ms(cycle * 100 + late_ms), true, None) {
                Step::Want(Demand::ProveK1) => wants[0] += 1,
                Step::Want(Demand::Ready) => wants[1] += 1,
                Step::Passed => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(wants, [10, 10]);
    }

    #[test]
    fn hl_h20_a_pad_that_stays_as_it_is_passes_in_less_than_two_minutes() {
        assert_eq!(thermal(|_| 25.0), (Step::Passed, 110.0));
    }

    #[test]
    fn hl_h20_a_pad_that_cools_from_earlier_use_passes_whatever_its_mass() {
        for tau_s in [260.0, 433.0, 606.0] {
            let cooling = |s: f64| 22.0 + 15.9 * libm::exp(-s / tau_s);
            assert_eq!(thermal(cooling).0, Step::Passed, "tau {tau_s} s");
        }
    }

    #[test]
    fn hl_h20_a_pad_that_warms_in_the_test_does_not_pass() {
        assert_eq!(thermal(|s| 25.0 + 0.012 * (s - 40.0).max(0.0)).0, Step::Warmed);
    }

    #[test]
    fn hl_h20_a_pad_that_warms_by_itself_is_waited_for() {
        let (step, s) = thermal(|s| 33.0 - 10.0 * libm::exp(-s / 60.0));
        assert_eq!(step, Step::Passed);
        assert!((160.0..300.0).contains(&s), "{s} s");
        assert_eq!(thermal(|s| 20.0 + 0.02 * s), (Step::Restless, 300.0));
    }
}
