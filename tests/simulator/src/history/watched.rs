//! A session as an observer follows it, by his own bookkeeping.

use soothe_therapy::session::Prompt;
use soothe_therapy::{Celsius, Moment, Plan, Profile, Span};

use super::Granted;
use super::joined::{Chilled, Warm};
use crate::world::Cycle;

/// A session, as it was seen to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched {
    pub(crate) plan: Plan,
    /// The profile that counted when it began.
    pub(crate) profile: Profile,
    pub(crate) began: Moment,
    /// The last sign of a person.
    pub(crate) sign: Moment,
    /// Own integration of the hottest reading with the guard.
    pub(crate) dose: f64,
    /// How long each switch was closed alone before heat or TENS.
    pub(crate) k1_alone: Span,
    pub(crate) k2_alone: Span,
    /// For how long both had been open without a break when it began.
    pub(crate) watched: Span,
    /// When heat was first granted in the heat phase that is on.
    pub(crate) heat_began: Option<Moment>,
    /// How long the heat phases before it lasted.
    pub(crate) heated: Span,
    /// Heat that counts as one with what is on, and ice.
    pub(crate) warm: Warm,
    pub(crate) chilled: Chilled,
    /// The proof was passed.
    pub(crate) proved: bool,
    /// The set-point of the phase that is on.
    pub(crate) target: Option<Celsius>,
    /// What the person was asked to do after the last step.
    pub(crate) asked: Option<Prompt>,
    /// Since when a cold pack lies on the skin.
    pub(crate) pack_on: Option<Moment>,
    /// How long packs lay there before.
    pub(crate) iced: Span,
    /// When one was last called off.
    pub(crate) cold_ended: Option<Moment>,
    /// Cold may have numbed the skin, and nobody has called it normal since.
    pub(crate) numb: bool,
    /// It was called normal, and was not heated for five minutes since.
    pub(crate) felt: bool,
    /// For how long heat has been granted since current last flowed.
    pub(crate) in_vain: Span,
    /// Since when it is paused, and how long it was before.
    pub(crate) paused: Option<Moment>,
    pub(crate) paused_for: Span,
    /// How long pulses were granted, in the phase of this number and in all.
    pub(crate) tens: Span,
    pub(crate) tens_in_phase: (usize, Span),
}

impl Watched {
    /// A person says that what was asked for is done.
    pub(super) fn is_told(&mut self, now: Moment) {
        match self.asked {
            Some(Prompt::PackOn) => {
                self.pack_on = Some(now);
                self.chilled.begins(now);
            }
            Some(Prompt::PackOff) => {
                if let Some(on) = self.pack_on {
                    self.chilled.ends(now, on);
                }
                let lay = self.pack_on.take().map_or(Span::ZERO, |on| now.since(on));
                self.iced = self.iced + lay;
                self.cold_ended = Some(now);
                self.numb |= lay > Span::from_s(181);
            }
            Some(Prompt::Normal) => {
                self.felt |= self.numb;
                self.numb = false;
            }
            Some(Prompt::Swapped | Prompt::Electrodes | Prompt::Exercise) | None => {}
        }
    }

    /// A person pauses it.
    pub(super) fn pauses(&mut self, now: Moment) {
        (self.sign, self.paused) = (now, Some(now));
    }

    /// A person goes on.
    pub(super) fn resumes(&mut self, now: Moment) {
        self.sign = now;
        let paused = self.paused.take().map_or(Span::ZERO, |since| now.since(since));
        self.paused_for = self.paused_for + paused;
    }

    /// Takes in that pulses were granted for so long, or none.
    pub(super) fn note_tens(&mut self, granted: bool, span: Span, cycle: &Cycle<'_>) {
        let number = cycle.output.snapshot.session.map_or(0, |it| it.phase.number);
        if self.tens_in_phase.0 != number {
            self.tens_in_phase = (number, Span::ZERO);
        }
        if granted {
            // Nothing is granted for longer.
            let span = span.min(Span::from_ms(300));
            self.tens = self.tens + span;
            self.tens_in_phase.1 = self.tens_in_phase.1 + span;
        }
    }

    /// A heat phase that is over.
    pub(super) fn note_phase(&mut self, now: Moment) {
        if let Some(began) =
            self.heat_began.filter(|_| self.target.is_none() || self.asked.is_some())
        {
            let lasted = now.since(began);
            self.heated = self.heated + lasted;
            self.warm.ends(now, lasted);
            self.felt &= lasted < Span::from_s(299);
            self.heat_began = None;
            self.in_vain = Span::ZERO;
        }
    }

    /// Takes in what the proof had of the lines for so long.
    pub(super) fn note_proof(&mut self, granted: Granted, span: Span) {
        let rests = granted == Granted::default();
        self.watched = if rests { self.watched + span } else { Span::ZERO };
        match granted {
            Granted { k1: true, k2: false, .. } => self.k1_alone = self.k1_alone + span,
            Granted { k1: false, k2: true, fed: false } => self.k2_alone = self.k2_alone + span,
            Granted { .. } => {}
        }
    }

    /// How long the heat that is on has lasted, with what counts as one with it; nothing before it is on.
    pub(crate) fn heats(&self, now: Moment) -> Span {
        self.heat_began.map_or(Span::ZERO, |began| self.warm.lasts() + now.since(began))
    }

    /// How long the pack that lies there has lain, until it is called off.
    fn lies(&self, now: Moment) -> Span {
        let on = self.pack_on.filter(|_| self.asked != Some(Prompt::PackOff));
        on.map_or(Span::ZERO, |on| now.since(on))
    }

    /// The same with those that count as one with it; nothing when none lies there.
    pub(crate) fn chills(&self, now: Moment) -> Span {
        match self.lies(now) {
            Span::ZERO => Span::ZERO,
            lies => self.chilled.lasts() + lies,
        }
    }

    /// How long all of them have lain.
    pub(crate) fn ices(&self, now: Moment) -> Span {
        self.chilled.all() + self.lies(now)
    }

    pub(super) fn new(plan: Plan, profile: Profile, now: Moment) -> Self {
        Self {
            plan,
            profile,
            began: now,
            sign: now,
            dose: 0.0,
            k1_alone: Span::ZERO,
            k2_alone: Span::ZERO,
            watched: Span::ZERO,
            heat_began: None,
            heated: Span::ZERO,
            warm: Warm::default(),
            chilled: Chilled::default(),
            proved: false,
            target: None,
            asked: None,
            pack_on: None,
            iced: Span::ZERO,
            cold_ended: None,
            numb: false,
            felt: false,
            in_vain: Span::ZERO,
            paused: None,
            paused_for: Span::ZERO,
            tens: Span::ZERO,
            tens_in_phase: (0, Span::ZERO),
        }
    }
}
