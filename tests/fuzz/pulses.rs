//! What the stimulator is told to send, watched at its line: an oracle that knows nothing of the engine.

use std::time::Duration;

/// HL-T9: two milliamperes a second, in steps.
const STEP_EVERY: Duration = Duration::from_millis(500);
/// A line may be written so late in its cycle.
const LATE: Duration = Duration::from_millis(100);

/// The level that is written, and what was wrong about how it came to be.
#[derive(Debug, Default)]
pub(crate) struct Pulses {
    ma: u8,
    /// Before this the next step up comes too soon.
    due: Duration,
    /// How often somebody may have asked for a step up, and not got it yet.
    asked: u64,
    wrong: Option<String>,
}

impl Pulses {
    /// The level that flows.
    pub(crate) fn ma(&self) -> u8 {
        self.ma
    }

    /// Somebody may ask for so many steps up.
    pub(crate) fn ask(&mut self, steps: u64) {
        self.asked += steps;
    }

    /// What was wrong first.
    pub(crate) fn wrong(&self) -> Option<String> {
        self.wrong.clone()
    }

    /// The line is written at `now`.
    pub(crate) fn write(&mut self, now: Duration, ma: u8) {
        if ma > self.ma {
            let before = self.ma;
            let wrong = if ma - before > 1 {
                Some("jumps")
            } else if now + LATE < self.due {
                Some("rises faster than 2 mA/s")
            } else if self.asked == 0 {
                Some("rises, and nobody asked for it")
            } else {
                None
            };
            if let Some(wrong) = wrong {
                self.wrong.get_or_insert(format!("a level {wrong}: from {before} to {ma} mA"));
            }
            self.asked = self.asked.saturating_sub(1);
            // What was late once is not late again, so that lateness does not add up.
            self.due = self.due.max(now) + STEP_EVERY;
        }
        self.ma = ma;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(asked: u64, writes: &[(u64, u8)]) -> Option<String> {
        let mut pulses = Pulses::default();
        pulses.ask(asked);
        for (ms, ma) in writes {
            pulses.write(Duration::from_millis(*ms), *ma);
        }
        pulses.wrong()
    }

    #[test]
    fn a_level_that_rises_step_by_step_and_falls_at_once_is_right() {
        assert_eq!(wrong(4, &[(0, 1), (500, 2), (950, 3), (960, 3), (970, 0), (1500, 1)]), None);
    }

    #[test]
    fn a_level_that_jumps_hurries_or_rises_by_itself_is_wrong() {
        for (asked, writes, what) in [
            (9, &[(0, 2)][..], "jumps"),
            (9, &[(0, 1), (300, 2)], "faster"),
            // Each a little early: no cycle is that late twice.
            (9, &[(0, 1), (420, 2), (840, 3)], "faster"),
            // Zero in between is no way round.
            (9, &[(0, 1), (100, 0), (200, 1)], "faster"),
            (1, &[(0, 1), (900, 2)], "nobody"),
        ] {
            let wrong = wrong(asked, writes).expect("seen");
            assert!(wrong.contains(what), "{writes:?}: {wrong}");
        }
    }
}
