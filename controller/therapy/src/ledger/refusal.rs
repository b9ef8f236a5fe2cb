//! Why a site gets nothing now, and when it does.

use core::fmt;

use crate::limits;
use crate::rules::Rule;
use crate::tens;
use crate::units::{Cem43, Span};

/// Why a site gets nothing now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SiteRefusal {
    /// HL-H6: its dose of the last 24 h is used up.
    DayDose {
        /// What it got.
        dose: Cem43,
        /// When enough of it has expired.
        opens_in: Span,
    },
    /// HL-H8: heat for this long more would be too much for a day.
    DayHeat {
        /// How long it was heated.
        heated: Span,
        /// What was asked for now.
        asked: Span,
        /// When there is room for it.
        opens_in: Span,
    },
    /// HL-H8: as many sessions as a day may have.
    DaySessions {
        /// When the oldest of them has expired.
        opens_in: Span,
    },
    /// HL-H9: it needs rest.
    Rest {
        /// Since its last heat.
        since: Span,
        /// The rest of the rest.
        opens_in: Span,
    },
    /// HL-C6: cold may have numbed it.
    Numb {
        /// Since the session with the cold ended.
        since: Span,
        /// When it feels normal again.
        opens_in: Span,
    },
    /// HL-C7: it needs rest from cold.
    RestFromCold {
        /// Since the session with the cold ended.
        since: Span,
        /// The rest of the rest.
        opens_in: Span,
    },
    /// HL-T14: as many sessions of TENS as a day may have.
    DayTens {
        /// When the oldest of them has expired.
        opens_in: Span,
    },
    /// HL-T14: it needs rest from TENS.
    RestFromTens {
        /// Since the session with TENS ended.
        since: Span,
        /// The rest of the rest.
        opens_in: Span,
    },
    /// HL-T15: TENS was on a moment ago, wherever.
    JustStimulated {
        /// When heat may be on.
        opens_in: Span,
    },
    /// HL-S8: nobody knows what it got.
    RecordLost {
        /// When a day has passed.
        opens_in: Span,
    },
}

impl SiteRefusal {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::DayDose { .. } => Rule::H6,
            Self::DayHeat { .. } | Self::DaySessions { .. } => Rule::H8,
            Self::Rest { .. } => Rule::H9,
            Self::Numb { .. } => Rule::C6,
            Self::RestFromCold { .. } => Rule::C7,
            Self::DayTens { .. } | Self::RestFromTens { .. } => Rule::T14,
            Self::JustStimulated { .. } => Rule::T15,
            Self::RecordLost { .. } => Rule::S8,
        }
    }

    /// How long until it opens by itself.
    #[must_use]
    pub const fn opens_in(self) -> Span {
        match self {
            Self::DayDose { opens_in, .. }
            | Self::DayHeat { opens_in, .. }
            | Self::DaySessions { opens_in }
            | Self::Rest { opens_in, .. }
            | Self::Numb { opens_in, .. }
            | Self::RestFromCold { opens_in, .. }
            | Self::DayTens { opens_in }
            | Self::RestFromTens { opens_in, .. }
            | Self::JustStimulated { opens_in }
            | Self::RecordLost { opens_in } => opens_in,
        }
    }
}

impl fmt::Display for SiteRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = |span: Span| span.as_s() / 60.0;
        match *self {
            Self::DayDose { dose, .. } => write!(
                f,
                "this site got {dose} in the last 24 h; at most {} is accepted",
                limits::DAY_DOSE_MAX
            ),
            Self::DayHeat { heated, asked, .. } => write!(
                f,
                "this site was heated for {:.0} min in the last 24 h, and {:.0} min more are too \
                 much; at most {:.0} min are accepted",
                minutes(heated),
                minutes(asked),
                minutes(limits::DAY_HEAT_MAX)
            ),
            Self::DaySessions { .. } => write!(
                f,
                "this site had {} heat sessions in the last 24 h; more are not accepted",
                limits::DAY_SESSIONS_MAX
            ),
            Self::Rest { since, .. } => write!(
                f,
                "this site was heated {:.0} min ago; {:.0} min of rest are asked for",
                minutes(since),
                minutes(limits::REST_BETWEEN_SESSIONS)
            ),
            Self::Numb { since, .. } => write!(
                f,
                "this site was iced {:.0} min ago and may be numb; heat waits for {:.0} min, or belongs into a \
                 protocol that asks how the skin feels",
                minutes(since),
                minutes(limits::COLD_NUMBS_FOR)
            ),
            Self::RestFromCold { since, opens_in } => write!(
                f,
                "this site was iced {:.0} min ago; {:.0} min of rest from cold are asked for",
                minutes(since),
                minutes(since + opens_in)
            ),
            Self::DayTens { .. } => write!(
                f,
                "this site had {} sessions of TENS in the last 24 h; more are not accepted",
                tens::limits::DAY_SESSIONS_MAX
            ),
            Self::RestFromTens { since, .. } => write!(
                f,
                "this site had TENS {:.0} min ago; {:.0} min of rest from it are asked for",
                minutes(since),
                minutes(tens::limits::REST_BETWEEN_SESSIONS)
            ),
            Self::JustStimulated { .. } => write!(
                f,
                "TENS was on less than {} ago; the pad and electrodes are never on together",
                limits::HEAT_TENS_APART
            ),
            Self::RecordLost { .. } => f.write_str(
                "the record of doses could not be read, so every site counts as having had its dose",
            ),
        }
    }
}
