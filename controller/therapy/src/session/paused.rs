//! A pause: everything is off until a person goes on (HL-S11).
//!
//! What asks for energy is destroyed, so nothing of it can go on by itself. What is kept is what begins anew: heat from
//! a new regulator that knows the pad and the switches it had, TENS from level zero, a question or a count where it
//! stood. The pad is watched meanwhile: how much is stored in its element, and whether its blanket is lifted, is no
//! less true in a pause.

use super::{Asked, Heating, Part, Running, Stage};
use crate::attendance::Attendance;
use crate::command::{NoPause, Refusal};
use crate::event::{Event, Told};
use crate::limits;
use crate::plan::Purpose;
use crate::proof::Proof;
use crate::sense::Evidence;
use crate::tens::Interruption;
use crate::units::{Moment, Span};

/// A session that is paused.
#[derive(Clone, Debug)]
pub struct Paused {
    since: Moment,
    resumes: Resumes,
}

/// What begins anew.
#[expect(clippy::large_enum_variant, reason = "there is one session, and no heap to put it on")]
#[derive(Clone, Debug)]
pub enum Resumes {
    /// The proof before a phase of heat or TENS.
    Proof,
    /// A heat phase, with the pad and the switches that it had: a pause makes none close sooner (HL-H21).
    Heat(Heating),
    /// A TENS phase.
    Tens,
    /// What a person carries out.
    Led(Part),
}

impl Paused {
    /// Since when.
    pub(super) const fn since(&self) -> Moment {
        self.since
    }

    /// What begins anew.
    pub(super) const fn resumes(&self) -> &Resumes {
        &self.resumes
    }

    /// Looks on; power was granted for `heated` since the last step.
    pub(crate) fn look_on(&mut self, heated: Span, evidence: &Evidence) {
        match &mut self.resumes {
            Resumes::Heat(heating) => heating.look_on(heated, evidence),
            Resumes::Proof | Resumes::Tens | Resumes::Led(_) => {}
        }
    }

    /// What waited for a person when it began.
    pub(super) const fn asked(&self) -> Option<Asked> {
        match self.resumes {
            Resumes::Led(Part::Asking(asked)) => Some(asked),
            Resumes::Led(Part::Counting { .. } | Part::Done)
            | Resumes::Proof
            | Resumes::Heat(_)
            | Resumes::Tens => None,
        }
    }
}

impl Running {
    /// How long a pause may still last; none while it is not paused.
    pub(super) fn pause_left(&self, now: Moment) -> Option<Span> {
        match &self.stage {
            Stage::Paused(paused) => {
                Some(limits::PAUSE_MAX.saturating_sub(now.since(paused.since)))
            }
            Stage::Proving(_) | Stage::Heating(_) | Stage::Led(_) | Stage::Stimulating(_) => None,
        }
    }

    /// A person pauses: what is on ends now.
    ///
    /// # Errors
    /// For a tuning, with a cold pack on the skin, and when it is paused already.
    pub(crate) fn pause(&mut self, now: Moment, told: &mut Told) -> Result<(), Refusal> {
        if self.plan.purpose() == Purpose::Tune {
            return Err(Refusal::NoPause(NoPause::Tuning));
        }
        // A pack is not to be forgotten; its time goes on.
        if self.pack_is_on() {
            return Err(Refusal::NoPause(NoPause::PackOn));
        }
        let resumes = match &mut self.stage {
            Stage::Proving(_) => Resumes::Proof,
            Stage::Heating(on) => Resumes::Heat(on.clone().anew(on.target(), now)),
            Stage::Stimulating(on) => {
                on.interrupt(self.id, Interruption::Pause, now, told);
                Resumes::Tens
            }
            Stage::Led(part) => Resumes::Led(*part),
            Stage::Paused(_) => return Err(Refusal::NoPause(NoPause::Paused)),
        };
        self.leave(now);
        self.stage = Stage::Paused(Paused { since: now, resumes });
        self.attendance = Attendance::seen(now);
        told.events.push(Event::Paused { id: self.id });
        Ok(())
    }

    /// What going on means.
    ///
    /// # Errors
    /// When it is not paused.
    pub(crate) const fn resumes(&self) -> Result<&Resumes, Refusal> {
        match &self.stage {
            Stage::Paused(paused) => Ok(&paused.resumes),
            Stage::Proving(_) | Stage::Heating(_) | Stage::Led(_) | Stage::Stimulating(_) => {
                Err(Refusal::NoPause(NoPause::NotPaused))
            }
        }
    }

    /// A person goes on, everything having been looked at. The pause counts for no phase.
    ///
    /// # Errors
    /// When it is not paused.
    pub(crate) fn resume(&mut self, now: Moment, told: &mut Told) -> Result<(), Refusal> {
        let Stage::Paused(Paused { since, resumes }) = self.stage.clone() else {
            return Err(Refusal::NoPause(NoPause::NotPaused));
        };
        let paused_for = now.since(since);
        if paused_for >= limits::PAUSE_MAX {
            return Err(Refusal::NoPause(NoPause::TooLate));
        }
        self.phase_began = self.phase_began + paused_for;
        self.stage = match resumes {
            Resumes::Heat(heating) => {
                let target = heating.target();
                Stage::Heating(heating.anew(target, now))
            }
            Resumes::Proof => Stage::Proving(Proof::new(now)),
            Resumes::Tens => self.stimulation(now),
            Resumes::Led(Part::Counting { since }) => {
                Stage::Led(Part::Counting { since: since + paused_for })
            }
            // What a phase has waited for its electrodes is counted once (HL-T14).
            Resumes::Led(Part::Asking(asked)) => {
                Stage::Led(Part::Asking(Asked { since: asked.since + paused_for, ..asked }))
            }
            Resumes::Led(Part::Done) => Stage::Led(Part::Done),
        };
        self.attendance = Attendance::seen(now);
        told.events.push(Event::Resumed { id: self.id });
        Ok(())
    }
}
