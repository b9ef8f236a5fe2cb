//! The course of a session: from phase to phase, and what a person is asked meanwhile.
//!
//! A phase with energy is left when its time is over. The others are led by prompts:
//!
//! ```text
//!   ice    ask "pack on"  ─▶ count its time ─▶ ask "pack off" ─▶ next   (numb: straight to "pack off")
//!   swap   ask "swapped"  ─▶ count what is left of its time   ─▶ next
//!   rest   count its time ─▶ (ask "normal")                   ─▶ next
//!   tens   (proof) ─▶ ask "electrodes" ─▶ its time, level in hand ─▶ next   (electrode off: ask again)
//!   stretch, massage   ask "exercise" ─▶ count its time       ─▶ next
//! ```

use core::fmt;

use super::{Heating, Outcome, Running, Stage};
use crate::attendance::Attendance;
use crate::command::{Refusal, SessionId};
use crate::event::{Event, Told};
use crate::limits;
use crate::pad::TunedPad;
use crate::proof::Proof;
use crate::protocol::{Phase, PhaseProblem};
use crate::rules::PhaseLimit;
use crate::sense::Evidence;
use crate::tens::Interruption;
use crate::units::{Celsius, Moment, Span};

/// What a person is asked to do, and to say that it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Put the cold pack on.
    PackOn,
    /// Take the cold pack off (HL-C8).
    PackOff,
    /// Change over from one thing on the skin to the next.
    Swapped,
    /// Wait until the skin feels normal again (HL-C6).
    Normal,
    /// Lay both electrodes (HL-T11, HL-T16).
    Electrodes,
    /// Get ready for a stretch or for pressing a point.
    Exercise,
}

impl Prompt {
    /// Its name in the log and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PackOn => "pack-on",
            Self::PackOff => "pack-off",
            Self::Swapped => "swapped",
            Self::Normal => "normal",
            Self::Electrodes => "electrodes",
            Self::Exercise => "exercise",
        }
    }

    /// What is asked, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::PackOn => "put the cold pack on, over a damp cloth",
            Self::PackOff => "take the cold pack off",
            Self::Swapped => {
                "take off what lies on the skin and dry it; put the pad on if heat comes next"
            }
            Self::Normal => "wait until the skin feels normal: warm, and not numb",
            Self::Electrodes => "lay both electrodes on dry skin and press them on",
            Self::Exercise => "get ready, and say when you begin",
        }
    }
}

/// Which prompt it is. An answer names it, so that a late one confirms nothing else, not even in another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptId {
    /// Whose prompt it is.
    pub session: SessionId,
    /// Which one of that session, from one.
    pub number: u32,
}

impl fmt::Display for PromptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "prompt {} of session {}", self.number, self.session)
    }
}

/// A prompt that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which one it is.
    pub id: PromptId,
    /// What is asked.
    pub prompt: Prompt,
    /// Since when.
    pub since: Moment,
}

/// Where a phase is that a person carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It waits for a person.
    Asking(Asked),
    /// Its time runs.
    Counting {
        /// Since when.
        since: Moment,
    },
    /// Nothing is missing any more but what the next phase needs.
    Done,
}

impl Running {
    /// The phase that is on.
    pub(crate) fn phase(&self) -> &Phase {
        self.plan.protocol().phases().get(self.at).expect("a session is at one of its phases")
    }

    /// The phase after it.
    pub(crate) fn next_phase(&self) -> Option<Phase> {
        self.plan.protocol().phases().get(self.at + 1).copied()
    }

    /// Begins the first phase.
    pub(crate) fn begin(&mut self, now: Moment, told: &mut Told) {
        self.enter(now, *self.phase(), told);
    }

    /// Goes on to the next phase when this one is over; gives how the session ends when there is none.
    pub(super) fn move_on(
        &mut self,
        now: Moment,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Option<Outcome> {
        if !self.phase_is_over(now, told) {
            return None;
        }
        let Some(next) = self.next_phase() else { return Some(self.done(now)) };
        if let Phase::Heat { target, .. } = next {
            // HL-C6: the plan obeys it, but a pack that came off late has numbed more than was planned.
            match self.cold.meets_heat(target) {
                Ok(()) => {}
                Err(PhaseProblem::HeatOnNumbSkin) => {
                    self.stage = Stage::Led(self.ask(Prompt::Normal, now, told));
                    return None;
                }
                Err(_) => return Some(Outcome::Limit(PhaseLimit::NumbSkin)),
            }
        }
        // HL-H13, HL-H14: it waits until the pad lies where it belongs.
        let seen = evidence.contacts_agree() && is_cool(next, evidence);
        if (self.must_see_pad(next) && !seen) || !self.had_break_for(&next, now) {
            self.zero(Interruption::PhaseOver, now, told);
            self.leave(now);
            self.stage = Stage::Led(Part::Done);
            return None;
        }
        self.zero(Interruption::PhaseOver, now, told);
        self.leave(now);
        (self.skin_had, self.lay) = (self.skin_had_by(now), Span::ZERO);
        self.at += 1;
        self.enter(now, next, told);
        told.events.push(Event::PhaseBegan { id: self.id, number: self.at + 1, phase: next });
        None
    }

    /// How a session ends whose last phase is over.
    fn done(&self, now: Moment) -> Outcome {
        let unheated = self.plan.agents().heat && self.heated_by(now) == Span::ZERO;
        if unheated { Outcome::Limit(PhaseLimit::Unheated) } else { Outcome::Completed }
    }

    /// Keeps what a phase with energy that ends now comes to; of another one there is nothing to keep.
    pub(super) fn leave(&mut self, now: Moment) {
        self.heated = self.heated_by(now);
        self.refined = self.refined();
        self.stimulated = self.stimulated_by(now);
        if let Stage::Heating(heating) = &self.stage {
            self.cold.heated(heating.lasted(now));
            self.circuit = Some(heating.circuit);
        }
    }

    /// A heat phase that begins `now`. Where it follows another one the pad lies as it lay; else it was cooling unseen,
    /// and may have been moved. The switches are the same (HL-H21).
    fn heat_towards(&self, target: Celsius, now: Moment) -> Stage {
        if let Stage::Heating(before) = &self.stage {
            return Stage::Heating(before.clone().anew(target, now));
        }
        let mut heating = Heating::begin(self.plan.purpose(), target, self.heater, now);
        if let Some(circuit) = self.circuit {
            heating.circuit = circuit.anew(now);
        }
        Stage::Heating(heating)
    }

    /// A phase that holds K2 while only the pad's temperature tells whether K1 is open: one of heat, and where its
    /// current is not sensed, one of TENS.
    pub(crate) const fn must_see_pad(&self, phase: Phase) -> bool {
        match phase {
            Phase::Heat { .. } => true,
            Phase::Tens { .. } => !self.sensed,
            Phase::Ice { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. }
            | Phase::Exercise { .. } => false,
        }
    }

    /// The time of this phase stands still while it is proved: it would count for electrodes that do not lie yet.
    pub(super) fn waits_for_proof(&self) -> bool {
        matches!(self.phase(), Phase::Tens { .. })
    }

    fn enter(&mut self, now: Moment, phase: Phase, told: &mut Told) {
        self.phase_began = now;
        self.stage = match phase {
            // HL-H20: once in a session. A sense line shows at once what K2 alone would do in a phase of TENS.
            phase if self.must_see_pad(phase) && !self.proved => Stage::Proving(Proof::new(now)),
            Phase::Heat { target, .. } => self.heat_towards(target, now),
            Phase::Ice { .. } => Stage::Led(self.ask(Prompt::PackOn, now, told)),
            Phase::Tens { .. } => Stage::Led(self.ask(Prompt::Electrodes, now, told)),
            Phase::Exercise { .. } => Stage::Led(self.ask(Prompt::Exercise, now, told)),
            Phase::Swap { .. } => Stage::Led(self.ask(Prompt::Swapped, now, told)),
            Phase::Rest { .. } => Stage::Led(Part::Counting { since: now }),
        };
    }

    /// The proof has passed: the phase goes on with what it is for.
    pub(crate) fn proved(&mut self, now: Moment, told: &mut Told) {
        self.proved = true;
        told.events.push(Event::Proved { id: self.id });
        if self.waits_for_proof() {
            self.phase_began = now;
        }
        self.stage = match *self.phase() {
            // The proof took all of its time.
            Phase::Heat { duration, .. } if now.since(self.phase_began) >= duration => {
                Stage::Led(Part::Done)
            }
            Phase::Heat { target, .. } => self.heat_towards(target, now),
            Phase::Tens { .. } => Stage::Led(self.ask(Prompt::Electrodes, now, told)),
            Phase::Ice { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. }
            | Phase::Exercise { .. } => unreachable!("nothing is proved for what holds no switch"),
        };
    }

    pub(super) fn ask(&mut self, prompt: Prompt, now: Moment, told: &mut Told) -> Part {
        self.prompts += 1;
        let id = PromptId { session: self.id, number: self.prompts };
        let asked = Asked { id, prompt, since: now };
        told.events.push(Event::Asked { id, prompt });
        Part::Asking(asked)
    }

    fn phase_is_over(&mut self, now: Moment, told: &mut Told) -> bool {
        let (phase, lasted) = (*self.phase(), now.since(self.phase_began));
        let part = match &self.stage {
            // HL-H20: a proof that began is ended; a weld must not outlast it by chance.
            Stage::Proving(_) | Stage::Paused(_) => return false,
            Stage::Heating(_) | Stage::Stimulating(_) => return lasted >= phase.duration(),
            Stage::Led(part) => *part,
        };
        match (part, phase) {
            (Part::Asking(_), _) => false,
            (Part::Done, _) => true,
            // HL-C1, HL-C2
            (Part::Counting { since }, Phase::Ice { duration }) => {
                if now.since(since) >= duration {
                    self.stage = Stage::Led(self.ask(Prompt::PackOff, now, told));
                }
                false
            }
            (Part::Counting { .. }, Phase::Rest { duration, until_normal: true }) => {
                if lasted >= duration {
                    self.stage = Stage::Led(self.ask(Prompt::Normal, now, told));
                }
                false
            }
            (Part::Counting { since }, Phase::Exercise { duration, .. }) => {
                now.since(since) >= duration
            }
            (
                Part::Counting { .. },
                Phase::Swap { duration }
                | Phase::Tens { duration, .. }
                | Phase::Rest { duration, until_normal: false }
                | Phase::Heat { duration, .. },
            ) => lasted >= duration,
        }
    }

    /// What waits for a person.
    pub(crate) fn asked(&self) -> Option<Asked> {
        match self.stage {
            Stage::Led(Part::Asking(asked)) => Some(asked),
            Stage::Led(Part::Counting { .. } | Part::Done)
            | Stage::Proving(_)
            | Stage::Heating(_)
            | Stage::Stimulating(_)
            | Stage::Paused(_) => None,
        }
    }

    /// A person says that this prompt is done.
    ///
    /// # Errors
    /// When another one waits, or none.
    pub(crate) fn confirm(
        &mut self,
        confirmed: PromptId,
        now: Moment,
        told: &mut Told,
    ) -> Result<(), Refusal> {
        let asked = self.asked();
        let Some(Asked { id, prompt, since }) = asked.filter(|it| it.id == confirmed) else {
            return Err(Refusal::NotAsked { prompt: confirmed, asks: asked.map(|it| it.id) });
        };
        self.attendance = Attendance::seen(now);
        told.events.push(Event::Confirmed { id, prompt });
        let part = match prompt {
            Prompt::PackOn => {
                self.pack_on = Some(now);
                Part::Counting { since: now }
            }
            Prompt::PackOff => {
                let iced = self.pack_on.map_or(Span::ZERO, |on| now.since(on));
                self.iced = self.iced_by(now);
                self.lay = self.lay + iced;
                self.pack_on = None;
                self.cold_ended = Some(now);
                self.cold.iced(iced);
                Part::Done
            }
            Prompt::Swapped | Prompt::Exercise => Part::Counting { since: now },
            Prompt::Electrodes => {
                // The phase's time stood still until they lay.
                self.phase_began = self.phase_began + now.since(since);
                self.stage = self.stimulation(now);
                return Ok(());
            }
            Prompt::Normal => {
                self.cold.feels_normal();
                Part::Done
            }
        };
        self.stage = Stage::Led(part);
        Ok(())
    }

    /// A person says that the skin is numb: the pack comes off now.
    ///
    /// # Errors
    /// When no pack lies on it.
    pub(crate) fn numb(&mut self, now: Moment, told: &mut Told) -> Result<(), Refusal> {
        if self.pack_on.is_none() {
            return Err(Refusal::NoPack);
        }
        self.attendance = Attendance::seen(now);
        told.events.push(Event::Numb { id: self.id });
        if let Stage::Led(Part::Counting { .. }) = self.stage {
            self.stage = Stage::Led(self.ask(Prompt::PackOff, now, told));
        }
        Ok(())
    }

    /// What a session that ends here has shown of the tuned pad: something, once it was warmed up.
    pub(crate) fn refined(&self) -> Option<TunedPad> {
        let this = match &self.stage {
            Stage::Heating(heating) if heating.target_reached() => heating.law().refined(),
            Stage::Heating(_)
            | Stage::Proving(_)
            | Stage::Led(_)
            | Stage::Stimulating(_)
            | Stage::Paused(_) => None,
        };
        this.or(self.refined)
    }
}

/// HL-H22: TENS that is fed while only the pad's temperature tells of a weld begins beside a pad that is cool enough to
/// be told in time.
fn is_cool(next: Phase, evidence: &Evidence) -> bool {
    match next {
        Phase::Tens { .. } => evidence.hottest.is_some_and(|t| t < limits::START_CONTACT_MAX),
        Phase::Heat { .. }
        | Phase::Ice { .. }
        | Phase::Swap { .. }
        | Phase::Rest { .. }
        | Phase::Exercise { .. } => true,
    }
}
