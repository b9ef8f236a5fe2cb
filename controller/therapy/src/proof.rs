//! The proof before each session: neither switch alone may pass current (HL-H20).
//!
//! ```text
//!   current sensed:      K1 alone 1 s ─▶ K2 alone 1 s ─▶ on
//!   not sensed:  drift ─▶ K1 alone 20 s ─▶ K2 alone 20 s ─▶ watch 40 s ─▶ on
//! ```
//!
//! Where a sense line tells of current, the interlock looks at it in every cycle and this module only
//! keeps the time. Where none does, the pad itself must tell: it is watched first for how it drifts by
//! itself, then whether it got warmer than that. A pad that warms by itself, as a cold one on warm skin
//! does, would hide a current, and one whose drift still changes tells nothing of what it will be; both are
//! waited for. A blanket that is laid on or lifted meanwhile warms or cools the pad as much as a current would: what
//! got warmer is looked at again from the beginning, twice, and only what gets warmer each time is a current.

use crate::interlock::{Actuators, Demand};
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
    last: Moment,
    /// How long each switch has been granted to be closed alone, in cycles that came to look at it.
    proved: [Span; 2],
    drift: Drift,
    /// How often the pad got warmer before, which something else may have done.
    warmed: u8,
    /// When both had been, where the pad must tell.
    watched_from: Option<Moment>,
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
            last: now,
            proved: [Span::ZERO; 2],
            drift: Drift::new(now),
            warmed: 0,
            watched_from: None,
            end: Mean::NEW,
        }
    }

    /// Goes on. `granted` is what the lines were since the last step; `sensed` tells whether there is a
    /// sense line for the pad's current; `measurement` is of both contact sensors, or none: the hotter one
    /// of two and the only one left cannot be compared.
    pub fn step(
        &mut self,
        now: Moment,
        granted: Actuators,
        sensed: bool,
        measurement: Option<Measurement>,
    ) -> Step {
        // A cycle that came late was not looked at while it lasted, and counts as one that came in time.
        let seen = now.since(self.last).min(limits::CYCLE);
        self.last = now;
        if granted.proves_k1() {
            self.proved[0] = self.proved[0] + seen;
        } else if granted.k2() {
            self.proved[1] = self.proved[1] + seen;
        }
        if sensed {
            self.exercise(limits::PROOF_SENSED).map_or(Step::Passed, Step::Want)
        } else {
            self.step_thermal(now, measurement)
        }
    }

    /// What is still to be closed alone, for `each` of the two.
    fn exercise(&self, each: Span) -> Option<Demand> {
        match self.proved {
            [k1, _] if k1 < each => Some(Demand::ProveK1),
            [_, k2] if k2 < each => Some(Demand::Ready),
            _ => None,
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
        if let Some(demand) = self.exercise(limits::PROOF_THERMAL) {
            return Step::Want(demand);
        }
        let watched = now.since(*self.watched_from.get_or_insert(now));
        // The last fifth of the watch tells.
        let tells = Span::from_ms(limits::PROOF_WATCH.as_ms() / 5);
        if let Some(measurement) = measurement.filter(|_| watched + tells >= limits::PROOF_WATCH) {
            self.end.take(measurement);
        }
        if watched < limits::PROOF_WATCH {
            return Step::Want(Demand::Rest);
        }
        // Blind, it proves nothing: readings come back, or the interlock latches that they do not.
        let Some(end_c) = self.end.value() else { return Step::Want(Demand::Rest) };
        let expected_c = known.expected_c(now.since(known.at).saturating_sub(tells));
        // What was warmed before drifts upwards by itself, which hides a part of what a current does.
        let most = if self.warmed == 0 { limits::PROOF_RISE } else { limits::PROOF_RISE_AGAIN };
        if end_c - expected_c <= most.get() {
            return Step::Passed;
        }
        if self.warmed == limits::PROOF_REPEATS {
            return Step::Warmed;
        }
        *self = Self { warmed: self.warmed + 1, ..Self::new(now) };
        Step::Want(Demand::Rest)
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

/// How the pad drifts by itself: the means of two halves of a time, and how fast it drifted in the time before.
#[derive(Clone, Copy, Debug)]
struct Drift {
    began: Moment,
    halves: [Mean; 2],
    before_k_per_s: Option<f64>,
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
        Self { began, halves: [Mean::NEW; 2], before_k_per_s: None, known: None }
    }

    fn take(&mut self, now: Moment, measurement: Measurement) {
        let half = Span::from_ms(limits::PROOF_DRIFT.as_ms() / 2);
        let t = now.since(self.began);
        if t < limits::PROOF_DRIFT {
            self.halves[usize::from(t >= half)].take(measurement);
            return;
        }
        let [first_c, second_c] = self.halves.map(|half| half.value());
        let seen = first_c.zip(second_c).map(|(first_c, mean_c)| Known {
            at: now,
            mean_c,
            slope_k_per_s: (mean_c - first_c) / half.as_s(),
        });
        *self = Self {
            known: seen.filter(|it| self.goes_on(it.slope_k_per_s)),
            before_k_per_s: seen.map(|it| it.slope_k_per_s),
            ..Self::new(now)
        };
    }

    /// Whether a drift goes on as [`Known::expected_c`] has it: it is as good as none, or was so much the faster in the
    /// time before. A pad that is evenly warm cools at its surface first, which says little of what comes after.
    fn goes_on(&self, slope_k_per_s: f64) -> bool {
        let steady = self.before_k_per_s.is_some_and(|before_k_per_s| {
            let fades = libm::exp(-limits::PROOF_DRIFT.as_s() / DRIFT_TAU_S);
            (slope_k_per_s - before_k_per_s * fades).abs() <= limits::PROOF_STEADY_K_PER_S
        });
        let still = slope_k_per_s.abs() <= limits::PROOF_STILL_K_PER_S;
        slope_k_per_s <= limits::PROOF_DRIFT_MAX_K_PER_S && (still || steady)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interlock::{Circumstances, Interlock};
    use crate::lines::LineState;
    use crate::sense::{RawReading, Readings, Senses};
    use crate::tens::Stimulator;
    use crate::units::Cem43;

    /// What an interlock in good order makes of a demand.
    fn granted(demand: Demand) -> Actuators {
        let at = |t| Some(RawReading { began: Moment::START, outcome: Ok(Celsius::literal(t)) });
        let readings = Readings { contact: [at(25.0), at(25.0)], ambient: at(22.0), skin: None };
        let evidence = Senses::default().weigh(Moment::START, &readings);
        let around = Circumstances {
            stimulator: Stimulator::Absent,
            now: Moment::START,
            late_by: Span::ZERO,
            lines: LineState::default(),
            dose: Cem43::ZERO,
            dose_before: Cem43::ZERO,
            found: None,
        };
        Interlock::default().judge(demand, &evidence, &around).actuators()
    }

    /// Lives through a proof without a sense line on a pad of `c_of(seconds)`; the last step and the
    /// seconds until then.
    fn thermal(c_of: impl Fn(f64) -> f64) -> (Step, f64) {
        thermal_heard(|s| Some(c_of(s)))
    }

    /// The same while the thermometers are heard only at times.
    fn thermal_heard(c_of: impl Fn(f64) -> Option<f64>) -> (Step, f64) {
        let mut proof = Proof::new(Moment::START);
        let (mut now, mut lines) = (Moment::START, Actuators::OFF);
        loop {
            let at = Moment::from_ms(now.as_ms() / 1000 * 1000);
            let contact = c_of(at.since(Moment::START).as_s()).map(Celsius::literal);
            let reading = contact.map(|contact| Measurement {
                at,
                contact,
                half_difference_k: 0.0,
                ambient: None,
            });
            match proof.step(now, lines, false, reading) {
                Step::Want(demand) => lines = granted(demand),
                end @ (Step::Passed | Step::Warmed | Step::Restless) => {
                    return (end, now.since(Moment::START).as_s());
                }
            }
            now = now + limits::CYCLE;
            assert!(now < Moment::START + Span::from_min(10), "the proof never ends");
        }
    }

    #[test]
    fn hl_h20_with_a_sense_line_each_switch_is_closed_alone_for_a_second() {
        let mut proof = Proof::new(Moment::START);
        let (mut lines, mut wants) = (Actuators::OFF, [0; 2]);
        for cycle in 0..100 {
            // Every fifth cycle comes half a second late, and in every seventh nothing is granted.
            let now = Moment::from_ms(cycle * 100 + cycle / 5 * 500);
            let lost = cycle % 7 == 6;
            match proof.step(now, lines, true, None) {
                Step::Want(demand) => {
                    lines = granted(if lost { Demand::Rest } else { demand });
                    wants[usize::from(demand == Demand::Ready)] += u32::from(!lost);
                }
                Step::Passed => break,
                other @ (Step::Warmed | Step::Restless) => panic!("{other:?}"),
            }
        }
        assert_eq!(wants, [10, 10]);
    }

    #[test]
    fn hl_h20_a_pad_that_stays_as_it_is_passes_in_two_minutes() {
        assert_eq!(thermal(|_| 25.0), (Step::Passed, 120.1));
    }

    #[test]
    fn hl_h20_a_pad_that_cools_from_earlier_use_passes_whatever_its_mass() {
        for tau_s in [260.0, 433.0, 606.0] {
            let cooling = |s: f64| 22.0 + 15.9 * libm::exp(-s / tau_s);
            assert_eq!(thermal(cooling).0, Step::Passed, "tau {tau_s} s");
        }
    }

    /// A pad that a current through K2 alone warms by 0.6 K each time that it is closed alone, from 60 to 80 s of a proof.
    fn welded(s: f64) -> f64 {
        25.0 + [60.0, 180.1, 300.2]
            .map(|from| 0.03 * (s - from).clamp(0.0, 20.0))
            .iter()
            .sum::<f64>()
    }

    #[test]
    fn hl_h20_a_pad_that_warms_in_each_test_does_not_pass() {
        assert_eq!(thermal(welded), (Step::Warmed, 360.3));
    }

    #[test]
    fn hl_h20_a_pad_that_something_else_warms_in_the_test_is_tested_once_more() {
        let covered = |s: f64| 25.0 + 0.012 * (s - 50.0).clamp(0.0, 60.0);
        assert_eq!(thermal(covered), (Step::Passed, 240.2));
    }

    #[test]
    fn hl_h20_what_nobody_saw_proves_nothing() {
        let heard = |c_of: fn(f64) -> f64| {
            thermal_heard(move |s| (!(105.0..130.0).contains(&s)).then(|| c_of(s)))
        };
        assert_eq!(heard(|_| 25.0), (Step::Passed, 130.0));
    }

    #[test]
    fn hl_h20_a_pad_that_warms_by_itself_is_waited_for() {
        let (step, s) = thermal(|s| 33.0 - 10.0 * libm::exp(-s / 60.0));
        assert_eq!(step, Step::Passed);
        assert!((160.0..330.0).contains(&s), "{s} s");
        assert_eq!(thermal(|s| 20.0 + 0.02 * s), (Step::Restless, 320.0));
    }
}
