//! Heat that counts as one over its breaks, and ice that does.

use soothe_therapy::{Moment, Phase, Span};

/// Pieces of time that count as one unless the break between them is long enough.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Joined {
    lasts: Span,
    ended: Option<Moment>,
}

impl Joined {
    /// The next piece begins; what was before counts no more after a break of `enough`.
    fn begins(&mut self, now: Moment, enough: Span) {
        if self.ended.is_some_and(|ended| now.since(ended) >= enough) {
            *self = Self::default();
        }
    }

    fn ends(&mut self, now: Moment, lasted: Span) {
        *self = Self { lasts: self.lasts + lasted, ended: Some(now) };
    }

    /// How long the pieces that are over lasted together.
    pub(crate) const fn lasts(&self) -> Span {
        self.lasts
    }
}

/// HL-H7: heat less than five minutes apart counts as one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Warm {
    joined: Joined,
    hottest_c: f64,
    pad_lies: bool,
}

impl Warm {
    pub(super) fn begins(&mut self, now: Moment) {
        // A clock that drifts may take a little less for five minutes.
        self.joined.begins(now, Span::from_s(299));
        if self.joined.lasts == Span::ZERO {
            self.hottest_c = 0.0;
        }
        self.pad_lies = true;
    }

    pub(super) fn ends(&mut self, now: Moment, lasted: Span) {
        self.joined.ends(now, lasted);
    }

    /// Looks at the phase that is on: in an exercise right after heat the pad stays where it is.
    pub(super) fn look(&mut self, now: Moment, phase: &Phase) {
        match phase {
            Phase::Heat { target, .. } if self.pad_lies => {
                self.hottest_c = self.hottest_c.max(target.get());
            }
            Phase::Exercise { .. } if self.pad_lies => {}
            Phase::Heat { .. }
            | Phase::Exercise { .. }
            | Phase::Ice { .. }
            | Phase::Tens { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. } => self.pad_lies = false,
        }
        if self.pad_lies && self.joined.ended.is_some() {
            self.joined.ended = Some(now);
        }
    }

    /// How long the heat phases before lasted that count as one with what is on.
    pub(crate) const fn lasts(&self) -> Span {
        self.joined.lasts()
    }

    /// The highest set-point among them.
    pub(crate) const fn hottest_c(&self) -> f64 {
        self.hottest_c
    }

    #[cfg(test)]
    pub(crate) fn remember(&mut self, lasts: Span, hottest_c: f64) {
        (self.joined.lasts, self.hottest_c) = (lasts, hottest_c);
    }
}

/// HL-C1, HL-C2: ice that comes back before the skin was free of it for as long as it lay counts as one. A pack lies
/// until the device calls it off: for how long a person leaves it there then, no plan can answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chilled {
    joined: Joined,
    called_off: Option<Moment>,
    /// How long every pack of the session lay.
    all: Span,
}

impl Chilled {
    pub(super) fn begins(&mut self, now: Moment) {
        self.joined.begins(now, self.joined.lasts);
        self.called_off = None;
    }

    pub(super) fn is_called_off(&mut self, now: Moment) {
        self.called_off.get_or_insert(now);
    }

    pub(super) fn ends(&mut self, now: Moment, on: Moment) {
        let lay = self.called_off.unwrap_or(now).since(on);
        self.joined.ends(now, lay);
        self.all = self.all + lay;
    }

    /// How long every pack before lay.
    pub(crate) const fn all(&self) -> Span {
        self.all
    }

    /// How long the packs before lay that count as one with what lies there.
    pub(crate) const fn lasts(&self) -> Span {
        self.joined.lasts()
    }

    #[cfg(test)]
    pub(crate) fn remember(&mut self, lasts: Span) {
        (self.joined.lasts, self.all) = (lasts, lasts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::exercise::Exercise;

    fn at(min: u64) -> Moment {
        Moment::START + Span::from_min(min)
    }

    fn heat(warm: &mut Warm, from_min: u64, to_min: u64) {
        warm.begins(at(from_min));
        warm.ends(at(to_min), Span::from_min(to_min - from_min));
    }

    #[test]
    fn heat_is_one_until_the_pad_was_off_for_five_minutes() {
        let mut warm = Warm::default();
        heat(&mut warm, 0, 6);
        heat(&mut warm, 10, 15);
        assert_eq!(warm.lasts(), Span::from_min(11));
        heat(&mut warm, 20, 22);
        assert_eq!(warm.lasts(), Span::from_min(2));
    }

    #[test]
    fn an_exercise_right_after_heat_is_no_break_and_one_after_a_swap_is_part_of_it() {
        let exercise = Phase::Exercise { exercise: Exercise::ALL[0], duration: Span::from_min(6) };
        let swap = Phase::Swap { duration: Span::from_min(1) };
        let mut warm = Warm::default();
        heat(&mut warm, 0, 6);
        warm.look(at(12), &exercise);
        heat(&mut warm, 12, 15);
        assert_eq!(warm.lasts(), Span::from_min(9));
        warm.look(at(15), &swap);
        warm.look(at(20), &exercise);
        heat(&mut warm, 20, 22);
        assert_eq!(warm.lasts(), Span::from_min(2));
    }

    #[test]
    fn ice_is_one_until_the_skin_was_free_of_it_for_as_long_as_it_lay() {
        let mut cold = Chilled::default();
        let mut lie = |from, to| {
            cold.begins(at(from));
            cold.ends(at(to), at(from));
            cold.lasts()
        };
        assert_eq!(lie(0, 6), Span::from_min(6));
        assert_eq!(lie(11, 14), Span::from_min(9));
        assert_eq!(lie(23, 24), Span::from_min(1));
        assert_eq!(cold.all(), Span::from_min(10));
    }

    #[test]
    fn a_pack_that_is_called_off_lies_no_longer() {
        let mut cold = Chilled::default();
        cold.begins(at(0));
        cold.is_called_off(at(5));
        cold.is_called_off(at(6));
        cold.ends(at(9), at(0));
        assert_eq!(cold.lasts(), Span::from_min(5));
    }
}
