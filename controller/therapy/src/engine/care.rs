//! What a person says of pain and of signs of an emergency (HL-P1, HL-P2).

use super::Engine;
use crate::command::{Plan, Refusal, StopCause};
use crate::event::{Event, Told};
use crate::pain::Felt;
use crate::pain::care::Settled;
use crate::pain::red_flags::RedFlags;
use crate::session::Outcome;
use crate::site::Site;
use crate::units::Moment;

impl Engine {
    /// So much a site hurts.
    pub(super) fn felt(&mut self, felt: Felt, now: Moment, told: &mut Told) {
        let noted = self.care.note(now, felt);
        told.events.push(Event::Felt { felt, before: noted.before });
        if noted.locks {
            told.events.push(Event::SiteLocked { site: felt.site });
        }
    }

    /// A locked site may be heated again.
    pub(super) fn settle(&mut self, site: Site, how: Settled, told: &mut Told) {
        if self.care.settle(site) {
            told.events.push(Event::SiteSettled { site, how });
        }
    }

    /// There are these signs of an emergency, or none.
    pub(super) fn answer_red_flags(&mut self, signs: RedFlags, now: Moment, told: &mut Told) {
        self.care.answer(signs);
        told.events.push(Event::RedFlagsAnswered(signs));
        // HL-P2: whoever says so needs help, not heat.
        if self.care.emergency().is_some() {
            self.enter_idle(Outcome::Stopped(StopCause::RedFlags), now, told);
        }
    }

    /// Looks whether pain and signs of an emergency allow a start.
    pub(super) fn may_be_heated(&self, plan: &Plan) -> Result<(), Refusal> {
        // HL-P2
        if let Some(signs) = self.care.emergency() {
            return Err(Refusal::RedFlags(signs));
        }
        // HL-P1
        if self.care.is_locked(plan.site()) {
            return Err(Refusal::Worsened { site: plan.site() });
        }
        Ok(())
    }
}
