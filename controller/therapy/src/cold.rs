//! What a skin probe must say before ice may start (HL-C1, HL-C5).

use core::fmt;

use crate::limits;
use crate::rules::Rule;
use crate::sense::{Freshness, Skin};
use crate::site::Site;
use crate::units::{Celsius, Span};

/// A cold pack that a session has left on the skin (HL-C8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackLeft {
    /// Where.
    pub site: Site,
    /// How long ago the session ended.
    pub age: Span,
}

/// Why ice may not start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColdRefusal {
    /// HL-C1: it is to lie for longer than it may unwatched, and no skin probe gives fresh readings.
    Unwatched {
        /// How long it is to lie.
        asked: Span,
    },
    /// HL-C5: the probe says of skin that nothing lies on yet that it is about to freeze.
    Freezing {
        /// What it says.
        reading: Celsius,
    },
}

impl ColdRefusal {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Unwatched { .. } => Rule::C1,
            Self::Freezing { .. } => Rule::C5,
        }
    }

    /// When it opens again, in a person's words.
    #[must_use]
    pub const fn opens(self) -> &'static str {
        match self {
            Self::Unwatched { .. } => "when the skin probe gives readings; shorter ice needs none",
            Self::Freezing { .. } => "when the skin probe lies on warm skin",
        }
    }
}

impl fmt::Display for ColdRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unwatched { asked } => write!(
                f,
                "ice for {asked} needs a skin probe, and none gives fresh readings; at most {} is accepted without",
                limits::ICE_MAX_UNWATCHED
            ),
            Self::Freezing { reading } => write!(
                f,
                "the skin probe reads {reading} before any cold pack is on; more than {} is accepted",
                limits::SKIN_FREEZING
            ),
        }
    }
}

/// Looks whether ice may lie for `longest`, which is zero where there is to be none.
///
/// # Errors
/// With what the probe forbids.
pub(crate) fn allows(longest: Span, skin: Option<Skin>) -> Result<(), ColdRefusal> {
    // HL-C1
    let fresh = skin.is_some_and(|skin| skin.view.freshness == Freshness::Fresh);
    if longest > limits::ICE_MAX_UNWATCHED && !fresh {
        return Err(ColdRefusal::Unwatched { asked: longest });
    }
    // HL-C5
    let freezing = skin.and_then(|skin| skin.said_freezing).filter(|_| longest > Span::ZERO);
    freezing.map_or(Ok(()), |reading| Err(ColdRefusal::Freezing { reading }))
}
