//! Classes of circumstances: what the sense lines say, and whether the step comes in time.

use soothe_therapy::{LineState, Span};

/// What is round the thermometers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Around {
    Good,
    EStop,
    CutOut,
    Stray,
    Missing,
    LowSupply,
    NoGuard,
    Late,
    TooLate,
}

impl Around {
    pub(crate) const ALL: [Self; 9] = [
        Self::Good,
        Self::EStop,
        Self::CutOut,
        Self::Stray,
        Self::Missing,
        Self::LowSupply,
        Self::NoGuard,
        Self::Late,
        Self::TooLate,
    ];

    /// Its name in the golden file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::EStop => "e-stop",
            Self::CutOut => "cut-out",
            Self::Stray => "stray-current",
            Self::Missing => "no-current",
            Self::LowSupply => "low-supply",
            Self::NoGuard => "no-guard",
            Self::Late => "0.6s-late",
            Self::TooLate => "1.2s-late",
        }
    }

    /// How many cycles before the moment it begins: a current must differ for a whole cycle.
    pub(crate) const fn begins_cycles_before(self) -> u64 {
        match self {
            Self::Stray | Self::Missing => 1,
            Self::Good
            | Self::EStop
            | Self::CutOut
            | Self::LowSupply
            | Self::NoGuard
            | Self::Late
            | Self::TooLate => 0,
        }
    }

    /// Since when no step has come.
    pub(crate) const fn silence(self) -> Span {
        match self {
            Self::Late => Span::from_ms(700),
            Self::TooLate => Span::from_ms(1300),
            Self::Good
            | Self::EStop
            | Self::CutOut
            | Self::Stray
            | Self::Missing
            | Self::LowSupply
            | Self::NoGuard => Span::from_ms(100),
        }
    }

    /// What the lines say in a build that senses all of them or none, while the pad is heated or not;
    /// none where that build cannot say it.
    pub(crate) fn lines(self, sensed: bool, heats: bool) -> Option<LineState> {
        let good = LineState {
            cutout_open: sensed.then_some(false),
            pad_current: sensed.then_some(heats),
            ..LineState::default()
        };
        match self {
            Self::Good | Self::Late | Self::TooLate => Some(good),
            Self::EStop => Some(LineState { estop_open: true, ..good }),
            Self::LowSupply => Some(LineState { undervoltage: true, ..good }),
            Self::NoGuard => Some(LineState { guard_lost: true, ..good }),
            Self::CutOut => sensed.then_some(LineState { cutout_open: Some(true), ..good }),
            Self::Stray => sensed.then_some(LineState { pad_current: Some(true), ..good }),
            Self::Missing => sensed.then_some(LineState { pad_current: Some(false), ..good }),
        }
    }
}
