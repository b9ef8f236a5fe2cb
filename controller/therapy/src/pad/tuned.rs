//! The tuned pad from session to session: what tuning found, refined a little by each session that shows it.

use super::Pad;
use super::misfit::is_far;
use super::model::PadModel;

/// This share of what a session shows is believed: it may have been another blanket, for once.
const BELIEVED: f64 = 0.2;
/// It gets no farther from what tuning found than this share of it. What is farther is another pad, or a failing
/// one, and is said to be (`misfit`).
const FARTHEST: f64 = 0.1;

/// A pad as tuning found it, and as it is by now.
///
/// Power and mass are refined. The loss is not: a session hardly ever cools, and while it warms and holds, a pad
/// that loses a tenth more is like one that has a tenth less power and mass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TunedPad {
    found: PadModel,
    now: PadModel,
    is_proven: bool,
}

impl TunedPad {
    /// A pad as a tuning found it some time ago.
    #[must_use]
    pub const fn of(found: PadModel) -> Self {
        Self { found, now: found, is_proven: false }
    }

    /// The same pad, proven or not.
    #[must_use]
    pub const fn proven(self, is_proven: bool) -> Self {
        Self { is_proven, ..self }
    }

    /// The tuning itself, or a session since it was chosen, has shown that it is this pad, under its blanket, that is
    /// used. Of one that was merely chosen from a list nobody knows.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// The same pad, as near to `now` as it may get.
    #[must_use]
    pub fn refined_to(self, now: &PadModel) -> Self {
        let within =
            |now: f64, found: f64| now.clamp(found * (1.0 - FARTHEST), found * (1.0 + FARTHEST));
        let power_w = within(now.power_w(), self.found.power_w());
        let mass = within(now.mass(), self.found.mass());
        Self { now: PadModel::nearest(power_w, mass, self.found.loss()), ..self }
    }

    /// What tuning found.
    #[must_use]
    pub const fn found(&self) -> &PadModel {
        &self.found
    }

    /// The pad by now.
    #[must_use]
    pub const fn now(&self) -> &PadModel {
        &self.now
    }

    /// The same pad after a session that showed it as `seen`.
    fn shown(self, seen: &PadModel) -> Self {
        let nearer = |now: f64, seen: f64| now + BELIEVED * (seen - now);
        let power_w = nearer(self.now.power_w(), seen.power_w());
        let mass = nearer(self.now.mass(), seen.mass());
        self.refined_to(&PadModel::nearest(power_w, mass, self.found.loss())).proven(true)
    }
}

impl Pad {
    /// The tuned pad, refined by what was read. None where it was not tuned, where something happened to it, where
    /// it may have lain without its blanket, or where it may be another one.
    #[must_use]
    pub fn refined(&self) -> Option<TunedPad> {
        let tuned = self.tuned.filter(|_| self.is_known() && self.is_beyond_doubt())?;
        let seen = self.observer().model();
        let covered = self.likely().all(|it| it.uncovered <= 0.0);
        (covered && !is_far(seen, tuned.found())).then(|| tuned.shown(seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pad(power_w: f64, mass: f64, loss: f64) -> PadModel {
        PadModel::new(power_w, mass, loss).unwrap()
    }

    #[test]
    fn a_session_moves_it_a_little_and_many_sessions_all_the_way() {
        let aged = pad(37.0, 1.05, 1.0);
        let once = TunedPad::of(pad(40.0, 1.0, 1.0)).shown(&aged);
        assert!((once.now().power_w() - 39.4).abs() < 1e-9, "{once:?}");
        assert!((once.now().mass() - 1.01).abs() < 1e-9, "{once:?}");
        let often = (0..20).fold(once, |it, _| it.shown(&aged));
        assert!((often.now().power_w() - 37.0).abs() < 0.05, "{often:?}");
        assert_eq!(often.found(), once.found());
    }

    #[test]
    fn it_gets_no_farther_than_a_tenth_from_what_was_found() {
        let tuned = TunedPad::of(pad(40.0, 1.0, 1.3));
        for (seen, bound) in [
            (pad(25.0, 0.6, 2.0), pad(40.0 * 0.9, 0.9, 1.3)),
            (pad(60.0, 1.5, 0.6), pad(40.0 * 1.1, 1.1, 1.3)),
        ] {
            let often = (0..50).fold(tuned, |it, _| it.shown(&seen));
            assert_eq!(often.now(), &bound);
            assert_eq!(tuned.refined_to(&seen).now(), &bound, "also what was kept");
        }
    }

    #[test]
    fn it_stays_a_pad_that_is_accepted() {
        let (least_w, most_w) = PadModel::POWER_W;
        let weak = TunedPad::of(pad(least_w, 0.5, 1.0)).refined_to(&pad(least_w, 0.5, 1.0));
        assert_eq!(weak.now().power_w(), least_w);
        let strong = TunedPad::of(pad(most_w - 1.0, 1.5, 1.0)).refined_to(&pad(most_w, 1.6, 1.0));
        assert_eq!((strong.now().power_w(), strong.now().mass()), (most_w, 1.6));
    }

    #[test]
    fn what_was_kept_is_had_again_to_the_last_bit() {
        let it = TunedPad::of(pad(33.3, 0.7, 1.1)).shown(&pad(35.0, 0.6, 1.1));
        let far = TunedPad::of(pad(33.3, 0.7, 1.1)).refined_to(&pad(60.0, 1.6, 1.1));
        for it in [it, far] {
            let kept = TunedPad::of(*it.found()).refined_to(it.now());
            assert_eq!(kept.proven(it.is_proven()), it);
        }
    }
}
