//! When the control thread wakes, and which moments the engine sees then.
//!
//! At life speed the engine sees the true time, once for each wake, so that lateness is seen as it
//! is. A model that runs N times faster sees N times the time, in exact cycles of 100 ms, as many for
//! each wake as are due; only a real stall of more than a second becomes one jump, which the engine
//! then judges as the lateness that it is.

use std::time::Duration;

use soothe_therapy::{Moment, Span, limits};

/// The fastest that a model may run.
pub const SPEED_MAX: u32 = 1000;

/// Shortest time between two wakes.
const WAKE_MIN: Duration = Duration::from_millis(5);
/// A stall longer than this is not caught up with.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// From real time to the engine's time, and from one deadline to the next.
#[derive(Debug)]
pub(crate) struct Pace {
    speed: u32,
    period: Duration,
    deadline: Duration,
    last_step: Moment,
}

impl Pace {
    /// A pace of `speed` times life, 1 to [`SPEED_MAX`].
    ///
    /// # Panics
    /// When the speed is outside that range; the command line has checked it.
    pub(crate) fn new(speed: u32) -> Self {
        assert!((1..=SPEED_MAX).contains(&speed), "a speed of {speed}");
        let cycle = Duration::from_millis(limits::CYCLE.as_ms());
        let period = (cycle / speed).max(WAKE_MIN);
        Self { speed, period, deadline: Duration::ZERO, last_step: Moment::START }
    }

    /// How long to sleep at `real` until the next wake is due.
    pub(crate) fn sleep(&self, real: Duration) -> Duration {
        self.deadline.saturating_sub(real)
    }

    /// The engine's time at `real`.
    pub(crate) fn engine_time(&self, real: Duration) -> Moment {
        let ms = real.as_micros() * u128::from(self.speed) / 1000;
        Moment::from_ms(u64::try_from(ms).unwrap_or(u64::MAX))
    }

    /// Takes a wake at `real`: sets the next deadline and says which moments the engine is to see.
    pub(crate) fn wake(&mut self, real: Duration) -> Steps {
        if real >= self.deadline {
            let next = self.deadline + self.period;
            // Deadlines are absolute, so lateness does not add up; missed ones are not made up for.
            self.deadline = if next > real { next } else { real + self.period };
        }
        let now = self.engine_time(real);
        let behind = now.since(self.last_step);
        let cycle = limits::CYCLE.as_ms();
        let catch_up_max = CATCH_UP_MAX.as_millis() as u64 * u64::from(self.speed);
        let exact = self.speed > 1 && behind.as_ms() <= catch_up_max && behind.as_ms() >= cycle;
        let steps = if exact {
            let first = self.last_step + limits::CYCLE;
            Steps { next: first, left: behind.as_ms() / cycle }
        } else {
            Steps { next: now, left: 1 }
        };
        self.last_step = steps.newest();
        steps
    }
}

/// The moments of one wake, a cycle apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    next: Moment,
    left: u64,
}

impl Steps {
    fn newest(self) -> Moment {
        self.next + Span::from_ms((self.left - 1) * limits::CYCLE.as_ms())
    }
}

impl Iterator for Steps {
    type Item = Moment;

    fn next(&mut self) -> Option<Moment> {
        self.left = self.left.checked_sub(1)?;
        let now = self.next;
        self.next = now + limits::CYCLE;
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn moments(pace: &mut Pace, real: u64) -> Vec<u64> {
        pace.wake(ms(real)).map(Moment::as_ms).collect()
    }

    #[test]
    fn at_life_speed_each_wake_is_one_step_at_the_true_time() {
        let mut pace = Pace::new(1);
        assert_eq!(moments(&mut pace, 0), [0]);
        assert_eq!(pace.sleep(ms(30)), ms(70));
        assert_eq!(moments(&mut pace, 37), [37], "a command wakes early");
        assert_eq!(pace.sleep(ms(37)), ms(63), "and moves no deadline");
        assert_eq!(moments(&mut pace, 101), [101]);
        assert_eq!(pace.sleep(ms(101)), ms(99), "lateness does not add up");
        assert_eq!(moments(&mut pace, 4000), [4000], "no catching up");
        assert_eq!(pace.sleep(ms(4000)), ms(100));
    }

    #[test]
    fn a_fast_model_sees_every_cycle() {
        let mut pace = Pace::new(60);
        assert_eq!(moments(&mut pace, 5), [100, 200, 300]);
        assert_eq!(pace.sleep(ms(5)), ms(5));
        assert_eq!(moments(&mut pace, 6), [360], "woken by a command between two cycles");
        assert_eq!(moments(&mut pace, 10), [460, 560]);
        let caught_up = moments(&mut pace, 510);
        assert_eq!((caught_up.len(), caught_up.last()), (300, Some(&30_560)));
    }

    #[test]
    fn a_long_stall_is_one_jump() {
        let mut pace = Pace::new(60);
        assert_eq!(moments(&mut pace, 5), [100, 200, 300]);
        assert_eq!(moments(&mut pace, 2005), [120_300]);
    }
}
