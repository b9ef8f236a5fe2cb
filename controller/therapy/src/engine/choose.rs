//! What a person chooses for the sessions to come: which pad they know, and whom they treat.

use super::{Engine, Reply};
use crate::command::{Refusal, Tuning};
use crate::event::{Event, Told};
use crate::pad::TunedPad;
use crate::profile::Profile;
use crate::session::Session;

impl Engine {
    /// A person chooses which tuning is used, or that none is.
    pub(super) fn use_pad(&mut self, tuning: Option<Tuning>, told: &mut Told) {
        // What a session has made of it a moment ago may not have been in the log yet.
        let mine = self.heater.tuned;
        let same = |it: &TunedPad| tuning.is_some_and(|of| of.pad.found() == it.found());
        self.heater.tuned = mine.filter(same).or(tuning.map(|it| it.pad.proven(false)));
        told.events.push(Event::PadChosen { tuning: tuning.map(|it| it.of) });
    }

    /// A person chooses a profile. The limits of a session that runs stay what they were when it began.
    pub(super) fn use_profile(&mut self, profile: Profile, told: &mut Told) -> Reply {
        if let Some(fixed) = self.profile.fixed {
            return Err(Refusal::ProfileFixed(fixed));
        }
        if let Session::Running(running) = &self.session {
            return Err(Refusal::Running { id: running.id });
        }
        self.profile.chosen = profile;
        told.events.push(Event::ProfileChosen(profile));
        Ok(())
    }
}
