//! What the buzzer sounds. It calls a person; nothing waits for it, and the outputs are off before it.

use crate::limits;
use crate::units::{Moment, Span};

/// Why a person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Something is to be done and confirmed: a short sound every five seconds.
    Prompt,
    /// Somebody is to give a sign: a short sound every two seconds.
    Attend,
    /// The cold pack is to come off: a short sound every two seconds, half of each after a minute (HL-C8).
    PackOff,
    /// A fault has latched: half of each second, for a minute.
    Fault,
    /// The pad gets warm although everything is off: without a pause, until a person comes.
    Unplug,
}

/// How long a latched fault sounds; it is shown for as long as it is latched.
pub(crate) const FAULT_SOUNDS_FOR: Span = Span::from_s(60);

impl Alarm {
    /// Whether the buzzer sounds at `now`, the alarm having begun at `since`.
    #[must_use]
    pub fn sounds(self, since: Moment, now: Moment) -> bool {
        let t = now.since(since);
        match self {
            Self::Prompt => t.as_ms() % 5000 < 200,
            Self::PackOff if t >= limits::PACK_OFF_WITHIN => t.as_ms() % 2000 < 1000,
            Self::Attend | Self::PackOff => t.as_ms() % 2000 < 200,
            Self::Fault => t < FAULT_SOUNDS_FOR && t.as_ms() % 1000 < 500,
            Self::Unplug => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(alarm: Alarm, from_s: u64, to_s: u64) -> f64 {
        let cycles = (from_s * 10)..(to_s * 10);
        let count = cycles.clone().count() as f64;
        let sounds = |cycle: &u64| alarm.sounds(Moment::START, Moment::from_ms(cycle * 100));
        cycles.filter(sounds).count() as f64 / count
    }

    #[test]
    fn hl_c8_a_pack_that_stays_on_is_called_louder_after_a_minute() {
        assert!((share(Alarm::PackOff, 0, 60) - 0.1).abs() < 1e-9);
        assert!((share(Alarm::PackOff, 60, 3600) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn each_alarm_has_its_own_sound() {
        assert!((share(Alarm::Attend, 0, 60) - 0.1).abs() < 1e-9);
        assert!((share(Alarm::Prompt, 0, 60) - 0.04).abs() < 1e-9);
        assert!((share(Alarm::Fault, 0, 60) - 0.5).abs() < 1e-9);
        assert!(share(Alarm::Fault, 60, 600) == 0.0);
        assert!(share(Alarm::Unplug, 0, 600) == 1.0);
    }
}
