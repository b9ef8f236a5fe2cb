//! What physics allows: the least error that any controller could leave, by linear programming.
//!
//! The power may take any value from none to all in each step of 5 s, the state is known exactly, and
//! there is neither sensor nor relay. Each segment between two events is optimised on its own, from the
//! state in which the one before ended: nobody knows that the blanket will be lifted. What is
//! minimised is the sum of |surface − set-point| over the steps.
//!
//! The program has one equality for each step. The two heat capacities are eliminated to the
//! recurrence of second order that the surface obeys:
//!
//! ```text
//! s[k+2] = tr·s[k+1] − det·s[k] + b1·u[k+1] + b2·u[k] + rest        s = over[k] − under[k]
//! ```
//!
//! With a ceiling, whoever is bounded may not store what would carry the surface above it if the power were cut
//! and the blanket came back: an inequality for each step without the blanket and each 10 s after it. Where the
//! blanket lies on the pad, the least error stores less anyway.

use microlp::{ComparisonOp, OptimizationDirection, Problem};

use crate::pad::{Body, GRID_S, Pad};
use crate::simulation::STEP_S;

/// The bound of each segment and their sum, K·min.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The step; the blanket off; the blanket back; the setback.
    pub segments_k_min: [f64; 4],
    /// How far below the set-point the surface gets while the blanket is off, K.
    pub dip_k: f64,
    /// How far above once it is back, K.
    pub rebound_k: f64,
}

impl Bound {
    /// Of the whole timeline, K·min.
    #[must_use]
    pub fn total_k_min(&self) -> f64 {
        self.segments_k_min.iter().sum()
    }

    /// Of the hour on a pad.
    ///
    /// # Errors
    /// When the solver fails in its numbers.
    pub fn of(pad: &Pad) -> Result<Self, microlp::Error> {
        Self::below(pad, None)
    }

    /// The same for those who may not store what would carry the surface above this, °C.
    ///
    /// # Errors
    /// When the solver fails in its numbers.
    pub fn with_ceiling(pad: &Pad, stored_c: f64) -> Result<Self, microlp::Error> {
        Self::below(pad, Some(stored_c))
    }

    fn below(pad: &Pad, stored_c: Option<f64>) -> Result<Self, microlp::Error> {
        let mut body = Body::at(pad.ambient_c);
        let mut segments_k_min = [0.0; 4];
        let mut off_k = [const { Vec::new() }; 4];
        for (index, (from_s, to_s)) in pad.timeline.segments().into_iter().enumerate() {
            let segment = Segment {
                pad,
                loss_factor: pad.loss_factor(from_s),
                setpoint_c: pad.timeline.setpoint_c(from_s),
                stored_c,
                steps: ((to_s - from_s) / GRID_S) as usize,
            };
            for duty in segment.solve(body)? {
                segment.step(&mut body, duty);
                off_k[index].push(body.surface_c - segment.setpoint_c);
            }
            let sum_k: f64 = off_k[index].iter().map(|k| k.abs()).sum();
            segments_k_min[index] = sum_k * f64::from(GRID_S) / 60.0;
        }
        let most = |sign: f64, of: &[f64]| of.iter().fold(f64::MIN, |most, k| most.max(sign * k));
        Ok(Self { segments_k_min, dip_k: most(-1.0, &off_k[1]), rebound_k: most(1.0, &off_k[2]) })
    }
}

/// A time in which neither the set-point nor the loss changes.
struct Segment<'a> {
    pad: &'a Pad,
    loss_factor: f64,
    setpoint_c: f64,
    /// Where what is stored may carry the surface, °C.
    stored_c: Option<f64>,
    steps: usize,
}

impl Segment<'_> {
    /// 5 s at a duty that need not be a relay's.
    fn step(&self, body: &mut Body, duty: f64) {
        let steps = (f64::from(GRID_S) / STEP_S).round() as u32;
        for _ in 0..steps {
            body.advance(self.pad, duty * self.pad.power_w, self.loss_factor, STEP_S);
        }
    }

    /// Element and surface over the set-point after 5 s from there.
    fn after(&self, over_k: [f64; 2], duty: f64) -> [f64; 2] {
        let [element_c, surface_c] = over_k.map(|k| k + self.setpoint_c);
        let mut body = Body { element_c, surface_c, sensed_c: surface_c };
        self.step(&mut body, duty);
        [body.element_c, body.surface_c].map(|c| c - self.setpoint_c)
    }

    /// The duties of the steps that leave the least error.
    fn solve(&self, from: Body) -> Result<Vec<f64>, microlp::Error> {
        // The step is affine: x' = A x + b u + c.
        let c = self.after([0.0, 0.0], 0.0);
        let less = |x: [f64; 2]| [x[0] - c[0], x[1] - c[1]];
        let (a1, a2) = (less(self.after([1.0, 0.0], 0.0)), less(self.after([0.0, 1.0], 0.0)));
        let b = less(self.after([0.0, 0.0], 1.0));
        let (trace, det) = (a1[0] + a2[1], a1[0] * a2[1] - a2[0] * a1[1]);
        // What the element hands on to the surface a step later, once the element is eliminated.
        let older = |x: [f64; 2]| a1[1] * x[0] - a1[0] * x[1];
        let rest_k = c[1] + older(c);
        let start = [from.element_c - self.setpoint_c, from.surface_c - self.setpoint_c];

        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let duties: Vec<_> = (0..self.steps).map(|_| problem.add_var(0.0, (0.0, 1.0))).collect();
        let mut side = || problem.add_var(1.0, (0.0, f64::INFINITY));
        let sides: Vec<_> = (0..self.steps).map(|_| (side(), side())).collect();
        let free_k = a1[1] * start[0] + a2[1] * start[1] + c[1];
        for k in 0..self.steps {
            let mut terms = vec![(sides[k].0, 1.0), (sides[k].1, -1.0), (duties[k], -b[1])];
            let mut known_k = rest_k;
            match k {
                0 => known_k = free_k,
                _ => {
                    terms.push((duties[k - 1], -older(b)));
                    terms.extend([(sides[k - 1].0, -trace), (sides[k - 1].1, trace)]);
                }
            }
            match k {
                0 => {}
                1 => known_k -= det * start[1],
                _ => terms.extend([(sides[k - 2].0, det), (sides[k - 2].1, -det)]),
            }
            problem.add_constraint(terms, ComparisonOp::Eq, known_k);
        }
        for rise in self.rises() {
            // The element after step k, by what the one before it made of the surface in step k.
            let share = rise.of_element * a1[0] / a1[1];
            let of_older = rise.of_element * a2[0] - share * a2[1];
            let of_duty = rise.of_element * b[0] - share * b[1];
            let of_surface = rise.of_surface + share;
            let room_k = rise.room_k - rise.of_element * c[0] + share * c[1];
            for k in 1..self.steps {
                let now = [(sides[k].0, of_surface), (sides[k].1, -of_surface)];
                let before = [(sides[k - 1].0, of_older), (sides[k - 1].1, -of_older)];
                let terms = [&now[..], &before, &[(duties[k], of_duty)]].concat();
                problem.add_constraint(terms, ComparisonOp::Le, room_k);
            }
        }
        let outcome = problem.solve()?;
        let solution = outcome.into_solution().expect("it has no limits of time or nodes");
        Ok(duties.into_iter().map(|duty| solution.var_value(duty)).collect())
    }

    /// What is stored, some time after the power was cut and the blanket came back: none where there is no ceiling,
    /// or the blanket lies on the pad.
    fn rises(&self) -> Vec<Rise> {
        let Some(stored_c) = self.stored_c.filter(|_| self.loss_factor > 1.0) else {
            return Vec::new();
        };
        let covered = Segment { loss_factor: 1.0, ..*self };
        let mut ends = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let mut rises = Vec::new();
        for _ in 0..RISES {
            for end in &mut ends {
                *end = covered.after(covered.after(*end, 0.0), 0.0);
            }
            let [zero, element, surface] = ends.map(|[_, surface_k]| surface_k);
            rises.push(Rise {
                of_element: element - zero,
                of_surface: surface - zero,
                room_k: stored_c - self.setpoint_c - zero,
            });
        }
        rises
    }
}

/// So many times 10 s are looked at after the power was cut: the slowest of the five pads peaks after a minute and a
/// half. The 5 s of the first step are left out, which makes the bound no greater.
const RISES: usize = 12;

/// How the surface goes with what is stored, some time after the power was cut.
struct Rise {
    /// Kelvin for each of the element's and of the surface's, over the set-point.
    of_element: f64,
    of_surface: f64,
    /// What both may come to, K.
    room_k: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contestant;
    use crate::metrics::{Metric, Metrics};
    use soothe_therapy::limits;

    #[test]
    fn nobody_who_takes_part_is_better_than_the_bound() {
        let bound = Bound::of(&Pad::NOMINAL).expect("it is solved");
        let ceiling_c = limits::STORED_CEILING.get();
        let capped = Bound::with_ceiling(&Pad::NOMINAL, ceiling_c).expect("it is solved");
        for contestant in &contestant::ALL {
            let prepared = contestant.prepare(&Pad::NOMINAL, 1000).expect("it is tuned");
            let metrics = Metrics::of(&prepared.run(&Pad::NOMINAL, 5000), &Pad::NOMINAL);
            let bound = if contestant.keeps_the_ceiling() { &capped } else { &bound };
            assert!(metrics.get(Metric::Iae) > bound.total_k_min(), "{}", contestant.name);
        }
    }

    #[test]
    fn who_may_not_store_more_rebounds_no_higher_and_pays_for_it() {
        let free = Bound::of(&Pad::NOMINAL).expect("it is solved");
        let bound = Bound::with_ceiling(&Pad::NOMINAL, 42.6).expect("it is solved");
        assert!((0.55..0.62).contains(&bound.rebound_k), "{bound:?}");
        assert!((bound.segments_k_min[1] - 8.2).abs() < 0.1, "{bound:?}");
        assert!(bound.total_k_min() > free.total_k_min() + 1.0, "{bound:?}");
        let high = Bound::with_ceiling(&Pad::NOMINAL, 50.0).expect("it is solved");
        assert!((high.total_k_min() - free.total_k_min()).abs() < 0.01, "{high:?}");
    }

    #[test]
    fn the_bound_of_the_five_pads_is_the_published_one() {
        let published = [
            [43.9, 3.3, 3.3, 5.1, 55.6, 2.18, 2.34],
            [61.7, 4.6, 4.7, 7.3, 78.3, 2.19, 2.36],
            [26.0, 2.0, 2.0, 3.0, 33.0, 2.18, 2.34],
            [70.3, 15.1, 0.7, 5.2, 91.3, 3.48, 0.02],
            [31.3, 1.2, 3.3, 5.1, 41.0, 1.50, 2.35],
        ];
        for ((name, pad), published) in Pad::NOMINAL.variants().into_iter().zip(published) {
            let bound = Bound::of(&pad).expect("it is solved");
            let [step, bare, covered, setback] = bound.segments_k_min;
            let total = bound.total_k_min();
            let got = [step, bare, covered, setback, total, bound.dip_k, bound.rebound_k];
            for (got, published) in got.into_iter().zip(published) {
                // The rounding of what is published is more than that where little is lost.
                let near = (got - published).abs() < f64::max(0.01 * published, 0.09);
                assert!(near, "{name}: {got} instead of {published}");
            }
            assert!((total / published[4] - 1.0).abs() < 0.01, "{name}: {total}");
        }
    }
}
