//! What each profile takes, by an observer's own table (docs/safety.md).

use soothe_therapy::{Profile, Span};

/// The most that a profile takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Takes {
    pub(crate) target_c: f64,
    /// Heat that counts as one.
    pub(crate) heat: Span,
    /// All ice of a session.
    pub(crate) ice: Span,
    pub(crate) level_ma: f64,
    /// From cold to other cold on a site.
    pub(crate) rest_from_cold: Span,
}

impl Takes {
    /// None where the limits are as they are.
    pub(crate) const fn of(profile: Profile) -> Option<Self> {
        let two_hours = Span::from_min(120);
        match profile {
            Profile::Default => None,
            Profile::Sensitive => Some(Self {
                target_c: 38.0,
                heat: Span::from_min(10),
                ice: Span::from_min(10),
                level_ma: 15.0,
                rest_from_cold: two_hours,
            }),
            Profile::Cautious => Some(Self {
                target_c: 40.0,
                heat: Span::from_min(15),
                ice: Span::from_min(5),
                level_ma: 15.0,
                rest_from_cold: Span::from_min(240),
            }),
        }
    }
}
