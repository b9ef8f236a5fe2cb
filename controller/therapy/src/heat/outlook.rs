//! What is to come: how the surface will warm up, and when it will be at its target, as the pad is known now.
//!
//! It is computed when somebody asks, from a copy of what the regulator knows, with the regulator's own way to a
//! target and its own ceilings; what is left out is the relay, and how the last half kelvin is regulated.

use arrayvec::ArrayVec;

use super::{NEAR_TARGET, ceiling, way_there};
use crate::limits;
use crate::pad::{Ahead, CAUTION};
use crate::units::{Celsius, Span};

/// From one point of the course to the next.
pub const COURSE_EVERY: Span = Span::from_s(15);
/// Points of a course at most: half an hour.
pub const COURSE_MAX: usize = 121;
/// It is computed in steps of this.
const STEP: Span = Span::from_s(5);
/// This near to it the course ends: the rest is regulated.
const THERE_K: f64 = 0.1;

/// What a heat phase goes on from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// The pad as it most likely is.
    pub(super) likeliest: Ahead,
    /// Another one that it may be and whose stored heat is to be minded.
    pub(super) other: Option<Ahead>,
    pub(super) room_c: f64,
    pub(super) target: Celsius,
    pub(super) stored_c: f64,
}

/// How it will go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// In how long the surface is within half a kelvin of the target; none when not within the time looked at.
    pub reaches_in: Option<Span>,
    /// The surface from now on until it is at the target, °C, one each [`COURSE_EVERY`].
    pub surface_c: ArrayVec<f64, COURSE_MAX>,
}

impl Outlook {
    /// Looks `within` that time ahead. While it is not clear which pad it is, the doubt may forbid the target;
    /// it will be clear by then, so that then only the likeliest counts.
    #[must_use]
    pub fn course(&self, within: Span) -> Course {
        let course = self.course_in_doubt(within);
        match (course.reaches_in, self.other) {
            (None, Some(_)) => Self { other: None, ..*self }.course_in_doubt(within),
            (Some(_), _) | (None, None) => course,
        }
    }

    fn course_in_doubt(&self, within: Span) -> Course {
        let mut pads =
            [Some(self.likeliest), self.other].map(|it| it.map(|it| it.steps(STEP.as_s())));
        let mut course = Course { reaches_in: None, surface_c: ArrayVec::new() };
        let target_c = self.target.get();
        let mut at = Span::ZERO;
        while at <= within {
            let [likeliest, other] = pads.map(|it| it.map(|it| it.pad));
            let likeliest = likeliest.expect("there is one");
            let surface_c = self.room_c + likeliest.surface_k();
            if course.reaches_in.is_none() && surface_c >= target_c - NEAR_TARGET.get() {
                course.reaches_in = Some(at);
            }
            if at.as_ms().is_multiple_of(COURSE_EVERY.as_ms())
                && course.surface_c.try_push(surface_c).is_err()
            {
                break;
            }
            if surface_c >= target_c - THERE_K {
                break;
            }
            let share = self.share(&likeliest, other.as_ref());
            pads.iter_mut().flatten().for_each(|it| it.take(share));
            at = at + STEP;
        }
        course
    }

    /// What is asked for on the way.
    fn share(&self, likeliest: &Ahead, other: Option<&Ahead>) -> f64 {
        let peaks = [Some(likeliest), other].into_iter().flatten();
        let peak_k = peaks.map(|it| it.peak_covered_k(CAUTION)).fold(f64::NEG_INFINITY, f64::max);
        let surface_c = self.room_c + likeliest.surface_k();
        let below_k = self.stored_c - (self.room_c + peak_k);
        let way = way_there(self.target.get() - self.room_c, likeliest.peak_k(), likeliest.model());
        // On its way, nothing is held at the ceiling yet.
        way.min(ceiling(surface_c, below_k, 0.0)).clamp(0.0, 1.0)
    }
}

const _: () = {
    assert!(COURSE_EVERY.as_ms().is_multiple_of(STEP.as_ms()));
    assert!(
        (COURSE_MAX as u64 - 1) * COURSE_EVERY.as_ms() >= limits::HEAT_PHASE_MAX_GENTLE.as_ms()
    );
};

#[cfg(test)]
mod tests;
