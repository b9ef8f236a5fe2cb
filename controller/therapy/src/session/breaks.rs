//! What the skin has had in a session, and whether the next phase may follow on it.

use super::Running;
use crate::limits;
use crate::protocol::{Had, Phase};
use crate::units::Moment;

impl Running {
    /// HL-H7, HL-C1, HL-C2: whether what comes next may follow. The plan obeys them, but ice that was taken off early makes
    /// a short break from heat, and a pack that came off late lay for longer than planned.
    pub(crate) fn had_break_for(&self, next: &Phase, now: Moment) -> bool {
        let nerve = self.plan.site().nerve_is_superficial();
        let ice_max = if nerve { limits::ICE_MAX_NERVE } else { limits::ICE_MAX_WATCHED };
        self.skin_had_by(now).takes(next, ice_max)
    }

    /// What the skin has had by `now`. Heat counts as planned at the most, and so does a pack that comes off in the
    /// minute in which it is called off (HL-C8): else no plan at its limit could be carried out.
    pub(super) fn skin_had_by(&self, now: Moment) -> Had {
        let (phase, lasted) = (self.phase(), now.since(self.phase_began));
        let planned = phase.duration();
        let in_time = self.lay <= planned + limits::PACK_OFF_WITHIN;
        let lay = if in_time { self.lay.min(planned) } else { self.lay };
        let heats = matches!(phase, Phase::Heat { .. });
        self.skin_had.after(phase, if heats { lasted.min(planned) } else { lasted }, lay)
    }
}
