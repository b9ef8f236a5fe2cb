//! Which level comes next: it falls at once, and rises by 1 mA each half second, whatever is wanted.
//!
//! ```text
//!               a bus that failed, or a DAC that holds another level
//!            +--------------------------------------------------------+
//!            v                                                        |
//!   Unknown ----> Zero ----> To(mode, 1 mA) ----> To(mode, + 1 mA) ---+
//!                  ^              |  ^                   |
//!                  +--- another mode, none ---+          v  at once
//!                                    +------- To(mode, less)
//! ```
//!
//! The core raises by hand and no faster (HL-T9); here it is what follows when the way to the module was lost
//! and comes back, so that nobody is startled by a level that was reached step by step an hour ago.

use soothe_therapy::tens::{Stimulus, limits};
use soothe_therapy::{Moment, Span};

/// What the DAC and the trigger are known to be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// That is not known.
    Unknown,
    /// No current, no pulses.
    Zero,
    /// Such pulses.
    To(Stimulus),
}

impl Set {
    /// The level, in whole mA.
    pub(super) const fn level_ma(self) -> u8 {
        match self {
            Self::Unknown | Self::Zero => 0,
            Self::To(stimulus) => stimulus.level_ma(),
        }
    }

    /// What is sent, if anything.
    pub(super) const fn stimulus(self) -> Option<Stimulus> {
        match self {
            Self::Unknown | Self::Zero => None,
            Self::To(stimulus) => Some(stimulus),
        }
    }
}

/// Where the level is, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    set: Set,
    changed: Moment,
    measured: bool,
}

impl Course {
    /// Nothing is known yet.
    pub(super) const fn new() -> Self {
        Self { set: Set::Unknown, changed: Moment::START, measured: false }
    }

    /// What is set.
    pub(super) const fn set(&self) -> Set {
        self.set
    }

    /// How long it has been so.
    pub(super) const fn lasts(&self, now: Moment) -> Span {
        now.since(self.changed)
    }

    /// What is to be set next, when this is wanted. A level rises from one at which a pulse was measured.
    pub(super) fn next(&self, wanted: Option<Stimulus>, now: Moment) -> Set {
        let to = |stimulus: Option<Stimulus>| stimulus.map_or(Set::Zero, Set::To);
        match (self.set, wanted) {
            (Set::Unknown, _) | (_, None) => Set::Zero,
            (Set::Zero, Some(wanted)) => to(Stimulus::new(wanted.mode, limits::STEP_MA)),
            (Set::To(is), Some(wanted)) if is.mode != wanted.mode => Set::Zero,
            (Set::To(is), Some(wanted)) if is.level_ma() > wanted.level_ma() => Set::To(wanted),
            (Set::To(is), Some(wanted)) => {
                let rises = is.level_ma() < wanted.level_ma()
                    && self.measured
                    && self.lasts(now) >= limits::STEP_EVERY;
                let up = if rises { limits::STEP_MA } else { 0 };
                to(Stimulus::new(is.mode, is.level_ma().saturating_add(up)))
            }
        }
    }

    /// The strongest that DAC and trigger can be while they are taken to `next`.
    pub(super) fn bound(&self, next: Set) -> Option<Stimulus> {
        match (self.set, next) {
            (Set::To(is), Set::To(next)) if is.mode == next.mode => {
                Some(if is.level_ma() > next.level_ma() { is } else { next })
            }
            (Set::Unknown | Set::Zero | Set::To(_), Set::Unknown | Set::Zero | Set::To(_)) => None,
        }
    }

    /// It is set to this, since `now`.
    pub(super) const fn is_set(&mut self, set: Set, now: Moment) {
        *self = Self { set, changed: now, measured: false };
    }

    /// A pulse of this level was measured.
    pub(super) const fn was_measured(&mut self) {
        self.measured = true;
    }
}

#[cfg(test)]
mod tests {
    use soothe_therapy::tens::Mode;

    use super::*;

    fn knot(ma: u8) -> Option<Stimulus> {
        Stimulus::new(Mode::Knot, ma)
    }

    fn set(ma: u8) -> Set {
        knot(ma).map_or(Set::Zero, Set::To)
    }

    fn course(is: Set, measured: bool) -> Course {
        Course { set: is, changed: Moment::from_ms(1_000), measured }
    }

    fn next(is: Set, wanted: Option<Stimulus>, ms: u64) -> Set {
        course(is, true).next(wanted, Moment::from_ms(ms))
    }

    #[test]
    fn what_is_not_known_is_taken_to_zero_first() {
        assert_eq!(Course::new().next(knot(9), Moment::from_ms(9_000)), Set::Zero);
        assert_eq!(Course::new().next(None, Moment::from_ms(9_000)), Set::Zero);
    }

    #[test]
    fn hl_t9_it_rises_by_1_ma_each_half_second_from_zero_whatever_is_wanted() {
        assert_eq!(next(set(0), knot(20), 1_000), set(1));
        assert_eq!(next(set(1), knot(20), 1_499), set(1));
        assert_eq!(next(set(1), knot(20), 1_500), set(2));
        assert_eq!(next(set(7), knot(7), 90_000), set(7));
    }

    #[test]
    fn it_rises_only_from_a_level_that_was_measured() {
        let unmeasured = course(set(4), false);
        assert_eq!(unmeasured.next(knot(9), Moment::from_ms(90_000)), set(4));
        let mut measured = unmeasured;
        measured.was_measured();
        assert_eq!(measured.next(knot(9), Moment::from_ms(90_000)), set(5));
        measured.is_set(set(5), Moment::from_ms(90_000));
        assert_eq!(measured.next(knot(9), Moment::from_ms(99_000)), set(5));
    }

    #[test]
    fn it_falls_at_once() {
        assert_eq!(next(set(20), knot(3), 1_000), set(3));
        assert_eq!(next(set(20), None, 1_000), Set::Zero);
        assert_eq!(next(set(20), Stimulus::new(Mode::Wide, 20), 1_000), Set::Zero, "another mode");
    }

    #[test]
    fn on_the_way_it_may_be_the_stronger_of_both_and_nothing_else_is_known() {
        let bound = |is, next| course(is, true).bound(next);
        assert_eq!(bound(set(3), set(4)), knot(4));
        assert_eq!(bound(set(9), set(4)), knot(9));
        assert_eq!(bound(set(4), set(4)), knot(4));
        let wide = Set::To(Stimulus::new(Mode::Wide, 4).unwrap());
        for (is, next) in
            [(set(0), set(1)), (set(4), set(0)), (Set::Unknown, set(0)), (set(4), wide)]
        {
            assert_eq!(bound(is, next), None, "{is:?} {next:?}");
        }
    }
}
