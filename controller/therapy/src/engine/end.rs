//! How a session ends, and what is left of it.

use super::Engine;
use crate::event::{Event, Told};
use crate::rules::Fault;
use crate::session::{Outcome, Session};
use crate::units::Moment;

impl Engine {
    /// Ends the running session, if there is one. A latched fault stays latched.
    pub(super) fn enter_idle(&mut self, outcome: Outcome, now: Moment, told: &mut Told) {
        if let Session::Running(running) = &self.session {
            let (id, ended) = (running.id, running.ended(outcome, now));
            match running.tuned() {
                None => {}
                Some(Ok(found)) => {
                    self.heater.tuned = Some(found.model);
                    told.events.push(Event::Tuned { id, found });
                }
                Some(Err(why)) => told.events.push(Event::NotTuned { id, why }),
            }
            self.ledger.enter(now, ended.left);
            self.session = Session::Idle { last: Some(ended) };
            told.events.push(Event::Ended(ended));
        }
    }

    /// Latches a fault and ends the running session. The first fault stays; later ones add nothing.
    pub(super) fn enter_faulted(&mut self, fault: Fault, now: Moment, told: &mut Told) {
        self.enter_idle(Outcome::Fault(fault), now, told);
        if let Session::Idle { last } = self.session {
            self.session = Session::Faulted { fault, since: now, last };
            told.events.push(Event::Latched(fault));
        }
    }
}
