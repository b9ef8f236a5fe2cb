//! A cold pack under the eyes of a skin probe (HL-C2 to HL-C5).
//!
//! Without a probe there is nothing to see, and nothing here happens: the time alone ends the phase.

use super::{Outcome, Part, Prompt, Resumes, Running, Stage};
use crate::event::{Event, Told};
use crate::limits;
use crate::protocol::Phase;
use crate::rules::{PhaseLimit, Rule};
use crate::sense::{Evidence, Skin};
use crate::units::{Celsius, Moment, Span};

/// What the skin under a cold pack came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkinSays {
    /// It is so cold that it feels no pain: the person may take the pack off (HL-C3).
    Analgesia,
    /// It has been so cold that it feels no damage: the pack comes off (HL-C4).
    TooCold,
    /// Nothing watches it for longer than cold may lie there unwatched: the pack comes off (HL-C1).
    Unwatched,
}

impl SkinSays {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Analgesia, Self::TooCold, Self::Unwatched];

    /// Its name in the log and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analgesia => "analgesia",
            Self::TooCold => "skin-too-cold",
            Self::Unwatched => "skin-unwatched",
        }
    }

    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Analgesia => Rule::C3,
            Self::TooCold => Rule::C4,
            Self::Unwatched => Rule::C1,
        }
    }

    /// What it means, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Analgesia => {
                "the skin has come down to 13.6 °C and is numb to pain: that is enough, say \"numb\" to end it now"
            }
            Self::TooCold => "the skin has been at 10 °C or less for 30 s: the cold pack comes off",
            Self::Unwatched => {
                "no skin probe watches the cold, which may lie unwatched for 15 min: the cold pack comes off"
            }
        }
    }
}

/// What was seen of the skin since a pack lies on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SkinWatch {
    /// Since when the pack is on.
    on: Moment,
    /// How long ice has lain before with which this one counts as one.
    before: Span,
    /// What the probe said last, and since when it has said nothing else.
    still: Option<(Moment, Celsius)>,
    /// HL-C4: since when it has said nothing above that. Silence warms no skin: it counts on.
    cold_since: Option<Moment>,
    /// HL-C3: it was told.
    analgesia: bool,
}

impl SkinWatch {
    const fn new(on: Moment, before: Span) -> Self {
        Self { on, before, still: None, cold_since: None, analgesia: false }
    }

    /// Looks at what the probe says; gives what it newly comes to.
    fn look(&mut self, now: Moment, skin: Option<Skin>) -> Option<SkinSays> {
        let reading = skin.and_then(|skin| skin.reading());
        if let Some(t) = reading {
            self.still = self.still.filter(|(_, said)| *said == t).or(Some((now, t)));
            let cold = t <= limits::SKIN_COLD;
            self.cold_since = self.cold_since.or(Some(now)).filter(|_| cold);
        }
        // HL-C4
        if self.cold_since.is_some_and(|since| now.since(since) >= limits::SKIN_COLD_FOR) {
            return Some(SkinSays::TooCold);
        }
        // HL-C1, HL-C2
        let long = self.before + now.since(self.on) >= limits::ICE_MAX_UNWATCHED;
        if long && !reading.is_some_and(|t| self.watches(now, t)) {
            return Some(SkinSays::Unwatched);
        }
        // HL-C3
        if reading.is_some_and(|t| t <= limits::SKIN_ANALGESIA) && !self.analgesia {
            self.analgesia = true;
            return Some(SkinSays::Analgesia);
        }
        None
    }

    /// Whether a probe that reads `t` lies under the pack and measures (HL-C2).
    fn watches(&self, now: Moment, t: Celsius) -> bool {
        let moves = self.still.is_some_and(|(at, _)| now.since(at) < limits::SKIN_STILL_MAX);
        moves && t <= limits::SKIN_UNDER_PACK_MAX
    }
}

impl Running {
    /// Looks at the skin in an ice phase; gives how the session ends when it must.
    pub(super) fn watch_skin(
        &mut self,
        now: Moment,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Option<Outcome> {
        let Phase::Ice { duration } = *self.phase() else { return None };
        let part = match &self.stage {
            Stage::Led(part) => *part,
            // A pack that nobody has spoken of may lie there in a pause, too.
            Stage::Paused(paused) => match paused.resumes() {
                Resumes::Led(part) => *part,
                Resumes::Proof | Resumes::Heat(_) | Resumes::Tens => return None,
            },
            Stage::Proving(_) | Stage::Heating(_) | Stage::Stimulating(_) => return None,
        };
        // HL-C5: also before the pack is said to be on, and until it is said to be off.
        let lies = !matches!(part, Part::Done);
        if lies && evidence.skin.is_some_and(|skin| skin.said_freezing.is_some()) {
            return Some(Outcome::Limit(PhaseLimit::Freezing));
        }
        let Part::Counting { since } = part else { return None };
        // One whose time is over is asked off for that.
        if now.since(since) >= duration {
            return None;
        }
        let watch = self.skin.filter(|watch| watch.on == since);
        let watch = watch.unwrap_or(SkinWatch::new(since, self.skin_had.iced()));
        let watch = self.skin.insert(watch);
        let says = watch.look(now, evidence.skin)?;
        told.events.push(Event::Skin { id: self.id, says });
        match says {
            SkinSays::Analgesia => {}
            SkinSays::TooCold | SkinSays::Unwatched => {
                self.stage = Stage::Led(self.ask(Prompt::PackOff, now, told));
            }
        }
        None
    }

    /// Whether the pack that lies on the skin has numbed it to pain, as its probe says (HL-C3).
    pub(super) fn feels_no_pain(&self) -> bool {
        self.pack_on.is_some() && self.skin.is_some_and(|watch| watch.analgesia)
    }
}
