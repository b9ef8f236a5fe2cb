//! Attendance: somebody is there and awake (HL-H11).
//!
//! Every ten minutes a person is asked for a sign, by phone, command or button. Without an answer within
//! a minute the session ends: people fall asleep on heating pads, and that is how most of them burn.

use crate::limits;
use crate::units::{Moment, Span};

/// Since when nobody has given a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attendance {
    seen: Moment,
}

/// What is asked of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attending {
    /// Nothing for now.
    Quiet {
        /// When a sign is asked for next.
        asks_in: Span,
    },
    /// A sign.
    Asking {
        /// How long an answer may still take.
        left: Span,
    },
    /// None came.
    Absent,
}

impl Attendance {
    /// Somebody was there at `now`.
    #[must_use]
    pub const fn seen(now: Moment) -> Self {
        Self { seen: now }
    }

    /// How it stands.
    #[must_use]
    pub fn at(self, now: Moment) -> Attending {
        let silent = now.since(self.seen);
        let absent = limits::ATTENDANCE_EVERY + limits::ATTENDANCE_ANSWER_WITHIN;
        if silent < limits::ATTENDANCE_EVERY {
            Attending::Quiet { asks_in: limits::ATTENDANCE_EVERY.saturating_sub(silent) }
        } else if silent < absent {
            Attending::Asking { left: absent.saturating_sub(silent) }
        } else {
            Attending::Absent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hl_h11_a_sign_is_asked_for_after_ten_minutes_and_absence_shown_a_minute_later() {
        let attendance = Attendance::seen(Moment::START);
        let at = |s| attendance.at(Moment::START + Span::from_s(s));
        assert_eq!(at(0), Attending::Quiet { asks_in: Span::from_min(10) });
        assert_eq!(at(599), Attending::Quiet { asks_in: Span::from_s(1) });
        assert_eq!(at(600), Attending::Asking { left: Span::from_s(60) });
        assert_eq!(at(659), Attending::Asking { left: Span::from_s(1) });
        assert_eq!(at(660), Attending::Absent);
    }
}
