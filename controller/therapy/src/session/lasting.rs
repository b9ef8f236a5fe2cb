//! How long a session has heated and cooled, and how long it still lasts.

use super::{Asked, Part, Prompt, Resumes, Running, Stage};
use crate::protocol::Phase;
use crate::units::{Moment, Span};

impl Running {
    /// How long it has heated at `now`.
    pub(crate) fn heated_by(&self, now: Moment) -> Span {
        match &self.stage {
            Stage::Heating(heating) => self.heated + heating.lasted(now),
            Stage::Proving(_) | Stage::Led(_) | Stage::Stimulating(_) | Stage::Paused(_) => {
                self.heated
            }
        }
    }

    /// How long a pack has lain on the skin at `now`.
    pub(crate) fn iced_by(&self, now: Moment) -> Span {
        self.iced + self.pack_on.map_or(Span::ZERO, |on| now.since(on))
    }

    /// How long the phase that is on still lasts; none where it waits for a person.
    pub(crate) fn phase_left(&self, now: Moment) -> Option<Span> {
        let phase = self.phase();
        let left = |since: Moment, to: Moment| phase.duration().saturating_sub(to.since(since));
        let led = |part: Part, to: Moment| match (part, phase) {
            (Part::Asking(_) | Part::Done, _) => None,
            (Part::Counting { since }, Phase::Ice { .. } | Phase::Exercise { .. }) => {
                Some(left(since, to))
            }
            (
                Part::Counting { .. },
                Phase::Heat { .. } | Phase::Tens { .. } | Phase::Swap { .. } | Phase::Rest { .. },
            ) => Some(left(self.phase_began, to)),
        };
        match &self.stage {
            Stage::Led(part) => led(*part, now),
            Stage::Proving(_) if self.waits_for_proof() => Some(phase.duration()),
            Stage::Proving(_) | Stage::Heating(_) | Stage::Stimulating(_) => {
                Some(left(self.phase_began, now))
            }
            // Its time stands still.
            Stage::Paused(paused) => match paused.resumes() {
                Resumes::Proof if self.waits_for_proof() => Some(phase.duration()),
                Resumes::Proof | Resumes::Heat(_) | Resumes::Tens => {
                    Some(left(self.phase_began, paused.since()))
                }
                Resumes::Led(part) => led(*part, paused.since()),
            },
        }
    }

    /// How long all of it still lasts, a person's answers aside.
    pub(crate) fn left(&self, now: Moment) -> Span {
        let phases = self.plan.protocol().phases();
        let later = phases.iter().skip(self.at + 1).fold(Span::ZERO, |sum, it| sum + it.duration());
        // In a pause, as it was when that began.
        let (asked, then) = match &self.stage {
            Stage::Paused(paused) => (paused.asked(), paused.since()),
            Stage::Led(_) | Stage::Proving(_) | Stage::Heating(_) | Stage::Stimulating(_) => {
                (self.asked(), now)
            }
        };
        let this = match asked {
            Some(Asked { prompt: Prompt::PackOn | Prompt::Exercise, .. }) => {
                self.phase().duration()
            }
            Some(Asked { prompt: Prompt::Swapped, .. }) => {
                self.phase().duration().saturating_sub(then.since(self.phase_began))
            }
            Some(Asked { prompt: Prompt::Electrodes, since, .. }) => {
                self.phase().duration().saturating_sub(since.since(self.phase_began))
            }
            Some(Asked { prompt: Prompt::PackOff | Prompt::Normal, .. }) | None => {
                self.phase_left(now).unwrap_or(Span::ZERO)
            }
        };
        this + later
    }
}
