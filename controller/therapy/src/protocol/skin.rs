//! What a protocol does to the skin from phase to phase: what lies on it, how long it is warm, what it may still
//! feel of cold.

use super::{Phase, PhaseProblem};
use crate::limits;
use crate::units::{Celsius, Span};

/// What may lie on the skin, in a plan: pad, pack and electrodes make room for each other only in a swap or a
/// rest, and no pad lies over electrodes (HL-T15).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnSkin {
    Nothing,
    Pad,
    Pack,
    Electrodes,
}

impl OnSkin {
    pub(super) fn passes(&mut self, phase: &Phase) -> Result<(), PhaseProblem> {
        let (fits, then) = match phase {
            Phase::Heat { .. } => (matches!(self, Self::Nothing | Self::Pad), Self::Pad),
            Phase::Ice { .. } => (*self == Self::Nothing, Self::Pack),
            Phase::Tens { .. } => {
                (matches!(self, Self::Nothing | Self::Electrodes), Self::Electrodes)
            }
            Phase::Exercise { .. } => (true, *self),
            Phase::Swap { .. } | Phase::Rest { .. } => (true, Self::Nothing),
        };
        *self = then;
        if fits { Ok(()) } else { Err(PhaseProblem::NoSwap) }
    }
}

/// Heat without a break that is one: phases that follow each other so soon count as one (HL-H7).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Warm {
    lasts: Span,
    hottest: Option<Celsius>,
    /// How long the pad has been away since.
    away: Span,
}

impl Warm {
    /// Goes on through a phase that lasts as long as planned.
    pub(super) fn passes(&mut self, phase: &Phase) -> Result<(), PhaseProblem> {
        self.after(phase, phase.duration())
    }

    /// Goes on through a phase that lasts `span`.
    fn after(&mut self, phase: &Phase, span: Span) -> Result<(), PhaseProblem> {
        let target = match phase {
            Phase::Heat { target, .. } => *target,
            // The pad stays where it is, and warm, unless it was taken off before.
            Phase::Exercise { .. } if self.away == Span::ZERO => return Ok(()),
            Phase::Exercise { .. }
            | Phase::Ice { .. }
            | Phase::Tens { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. } => {
                self.away = self.away + span;
                if self.away >= limits::HEAT_BREAK_MIN {
                    *self = Self::default();
                }
                return Ok(());
            }
        };
        let hottest = self.hottest.map_or(target, |before| before.max(target));
        let (asked, max) = (self.lasts + span, limits::heat_phase_max(hottest));
        *self = Self { lasts: asked, hottest: Some(hottest), away: Span::ZERO };
        if asked > max { Err(PhaseProblem::HeatTogether { asked, max }) } else { Ok(()) }
    }
}

/// Cold without a break that is one: ice that comes back before the skin was free of it for as long as it lay counts as
/// one with it (HL-C1, HL-C2; the best regime known leaves ten minutes between ten and ten).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chilled {
    lasts: Span,
    /// How long the pack has been away since.
    away: Span,
}

impl Chilled {
    /// Goes on through a phase that lasts `span`, or in which a pack lies so long; how long the ice that is on has lain by
    /// its end.
    pub(crate) fn after(&mut self, phase: &Phase, span: Span) -> Span {
        match phase {
            Phase::Ice { .. } => {
                *self = Self { lasts: self.lasts + span, away: Span::ZERO };
                self.lasts
            }
            Phase::Heat { .. }
            | Phase::Tens { .. }
            | Phase::Exercise { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. } => {
                self.away = self.away + span;
                if self.away >= self.lasts {
                    *self = Self::default();
                }
                Span::ZERO
            }
        }
    }

    pub(super) fn passes(&mut self, phase: &Phase) -> Result<(), PhaseProblem> {
        let asked = self.after(phase, phase.duration());
        let is = asked <= limits::ICE_MAX_WATCHED;
        if is { Ok(()) } else { Err(PhaseProblem::IceTogether { asked }) }
    }
}

/// What the skin has had in a session without a break that is one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Had {
    warm: Warm,
    chilled: Chilled,
}

impl Had {
    /// A phase is over that lasted `lasted`; a cold pack lay in it for `lay`.
    pub(crate) fn after(mut self, phase: &Phase, lasted: Span, lay: Span) -> Self {
        // What was, was: only what is still to come can be too long.
        let _ = self.warm.after(phase, lasted);
        self.chilled.after(phase, if matches!(phase, Phase::Ice { .. }) { lay } else { lasted });
        self
    }

    /// How long the ice has lain with which a pack that comes now counts as one.
    pub(crate) const fn iced(&self) -> Span {
        self.chilled.lasts
    }

    /// Whether a planned phase may follow now, where so much ice may be one.
    pub(crate) fn takes(mut self, next: &Phase, ice_max: Span) -> bool {
        self.warm.passes(next).is_ok() && self.chilled.after(next, next.duration()) <= ice_max
    }
}

/// What the skin may still feel of cold (HL-C6), in a plan or in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cold {
    /// Nothing: all packs together lay on it for no longer than this since it was warm.
    Little(Span),
    /// It may be numb.
    Numb,
    /// The person said that it feels normal; heat begins gently all the same.
    Felt,
}

impl Cold {
    /// Skin that no cold has touched.
    pub(crate) const NONE: Self = Self::Little(Span::ZERO);

    /// A pack lay on the skin for `span`. Short ones add up, however long the pauses are: only warmth is known to undo them.
    pub(crate) fn iced(&mut self, span: Span) {
        let before = match *self {
            Self::Little(before) => before,
            Self::Numb | Self::Felt => limits::COLD_NUMBS_AFTER,
        };
        let all = before + span;
        *self = if all > limits::COLD_NUMBS_AFTER { Self::Numb } else { Self::Little(all) };
    }

    /// The person says that the skin feels normal.
    pub(crate) fn feels_normal(&mut self) {
        if *self == Self::Numb {
            *self = Self::Felt;
        }
    }

    /// It was heated for `span`.
    pub(crate) fn heated(&mut self, span: Span) {
        let is_warm = match *self {
            Self::Little(cold) => span >= cold,
            Self::Felt => span >= limits::GENTLE_AFTER_COLD_FOR,
            Self::Numb => false,
        };
        if is_warm {
            *self = Self::NONE;
        }
    }

    /// Looks whether heat may come now.
    ///
    /// # Errors
    /// HL-C6: the skin may be numb, or heat would begin too hot.
    pub(crate) fn meets_heat(self, target: Celsius) -> Result<(), PhaseProblem> {
        match self {
            Self::Numb => Err(PhaseProblem::HeatOnNumbSkin),
            Self::Felt if target > limits::TARGET_MAX_AFTER_COLD => {
                Err(PhaseProblem::TooHotAfterCold { target })
            }
            Self::Little(_) | Self::Felt => Ok(()),
        }
    }

    /// Goes on through a planned phase.
    pub(super) fn passes(&mut self, phase: &Phase) -> Result<(), PhaseProblem> {
        match *phase {
            Phase::Ice { duration } => self.iced(duration),
            Phase::Rest { until_normal: true, .. } => self.feels_normal(),
            Phase::Heat { target, duration } => {
                self.meets_heat(target)?;
                self.heated(duration);
            }
            Phase::Tens { .. }
            | Phase::Exercise { .. }
            | Phase::Swap { .. }
            | Phase::Rest { until_normal: false, .. } => {}
        }
        Ok(())
    }
}
