//! How a session ends, and what is left of it.

use super::Engine;
use crate::cold::PackLeft;
use crate::event::{Event, Told};
use crate::pad::TunedPad;
use crate::rules::{Fault, PhaseLimit};
use crate::session::{Outcome, Session};
use crate::units::{Moment, Span};

impl Engine {
    /// Ends the running session, if there is one. A latched fault stays latched.
    pub(super) fn enter_idle(&mut self, outcome: Outcome, now: Moment, told: &mut Told) {
        if let Session::Running(running) = &mut self.session {
            running.zero(outcome.interruption(), now, told);
        }
        if let Session::Running(running) = &self.session {
            let (id, ended) = (running.id, running.ended(outcome, now));
            let (tuned, refined) = (running.tuned(), running.refined());
            match (tuned, refined) {
                (Some(Ok(found)), _) => {
                    self.heater.tuned = Some(TunedPad::of(found.model).proven(true));
                    told.events.push(Event::Tuned { id, found });
                }
                (Some(Err(why)), _) => told.events.push(Event::NotTuned { id, why }),
                (None, Some(pad)) if self.counts(pad, outcome) => {
                    self.heater.tuned = Some(pad);
                    told.events.push(Event::Refined { id, pad });
                }
                (None, _) => {}
            }
            self.ledger.enter(now, ended.left);
            // HL-C8: whoever ends it, a STOP from another room among them, the pack lies there until somebody says
            // otherwise. HL-C5: what freezes the skin lies there, whatever was said of it.
            let lies = running.pack_is_on() || outcome == Outcome::Limit(PhaseLimit::Freezing);
            let site = running.plan.site();
            self.pack_left = lies.then_some((now, PackLeft { site, age: Span::ZERO }));
            self.session = Session::Idle { last: Some(ended) };
            told.events.push(Event::Ended(ended));
        }
    }

    /// Whether what a session has shown of the pad counts: not when something was wrong with it, and not when a
    /// person has chosen another pad meanwhile.
    fn counts(&self, pad: TunedPad, outcome: Outcome) -> bool {
        let chosen = self.heater.tuned.is_some_and(|it| it.found() == pad.found());
        chosen && !outcome.found_wrong()
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
