//! The host's clocks: the steady one, which may run fast or slow and jump ahead, and the one on the
//! wall, which may be set.

use soothe_therapy::{Moment, Span};

/// Both clocks as functions of the true time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostClock {
    true_base: Moment,
    host_base: Moment,
    /// So many millionths too fast.
    ppm: i64,
    /// The wall clock is ahead of the true time by this.
    wall_ahead_ms: i64,
}

/// What a wall clock shows, ms since its epoch.
pub(crate) type WallMs = i64;

impl HostClock {
    /// Clocks that show the true time.
    pub(crate) const fn new() -> Self {
        Self {
            true_base: Moment::START,
            host_base: Moment::START,
            ppm: 0,
            // Long after its epoch, so that it can be set back.
            wall_ahead_ms: 1_700_000_000_000,
        }
    }

    /// What the steady clock shows at the true time `at`.
    pub(crate) fn at(&self, at: Moment) -> Moment {
        let passed = at.since(self.true_base);
        let more = passed.as_ms() as i64 * self.ppm / 1_000_000;
        self.host_base + Span::from_ms((passed.as_ms() as i64 + more).max(0) as u64)
    }

    /// What the wall clock shows at the true time `at`.
    pub(crate) fn wall(&self, at: Moment) -> WallMs {
        at.as_ms() as i64 + self.wall_ahead_ms
    }

    /// From now on the steady clock is `ppm` millionths too fast.
    pub(crate) fn drift(&mut self, now: Moment, ppm: i64) {
        *self = Self { true_base: now, host_base: self.at(now), ppm, ..*self };
    }

    /// The steady clock jumps ahead, as after a time in which the whole machine stood still.
    pub(crate) fn jump(&mut self, now: Moment, by: Span) {
        *self = Self { true_base: now, host_base: self.at(now) + by, ..*self };
    }

    /// The wall clock is set back.
    pub(crate) fn set_back(&mut self, by: Span) {
        self.wall_ahead_ms -= by.as_ms() as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steady_clock_drifts_and_jumps_and_never_goes_back() {
        let mut clock = HostClock::new();
        let at = Moment::from_ms;
        assert_eq!(clock.at(at(5000)), at(5000));
        clock.drift(at(10_000), -200);
        assert_eq!(clock.at(at(110_000)), at(109_980));
        clock.jump(at(110_000), Span::from_s(3));
        assert_eq!(clock.at(at(110_000)), at(112_980));
        assert_eq!(clock.at(at(210_000)), at(212_960));
    }

    #[test]
    fn setting_the_wall_clock_leaves_the_steady_one() {
        let mut clock = HostClock::new();
        let before = clock.wall(Moment::from_ms(60_000));
        clock.set_back(Span::from_s(50));
        assert_eq!(clock.wall(Moment::from_ms(60_000)), before - 50_000);
        assert_eq!(clock.at(Moment::from_ms(60_000)), Moment::from_ms(60_000));
    }
}
