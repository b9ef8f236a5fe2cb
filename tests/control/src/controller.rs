//! What a controller is to the benchmark: it is told a reading a second, and asked for its relay.

use crate::simulation::STEP_MS;

/// A controller with whatever switches for it.
pub trait Controller {
    /// A reading, once a second, and what is asked for then.
    fn sample(&mut self, at_ms: u64, reading_c: f64, setpoint_c: f64);

    /// Whether the relay is closed from now on; asked 20 times a second.
    fn closed(&mut self, at_ms: u64) -> bool;
}

/// A law that turns readings into a duty from 0 to 1, and leaves the switching to others.
pub trait Law {
    /// The duty that follows from a reading.
    fn duty(&mut self, at_s: f64, reading_c: f64, setpoint_c: f64) -> f64;
}

/// A law behind the benchmark's time-proportioned relay: every 5 s it is closed for the share of
/// them that the law then asks for. What would be shorter than a second is none, or all.
#[derive(Clone, Debug)]
pub struct Windowed<L> {
    law: L,
    began_ms: u64,
    closed_for_ms: f64,
}

impl<L> Windowed<L> {
    /// A relay that is open until the law says otherwise.
    pub const fn new(law: L) -> Self {
        Self { law, began_ms: 0, closed_for_ms: 0.0 }
    }
}

const WINDOW_MS: u64 = 5000;
const DWELL_MIN_MS: f64 = 1000.0;

impl<L: Law> Controller for Windowed<L> {
    fn sample(&mut self, at_ms: u64, reading_c: f64, setpoint_c: f64) {
        // Milliseconds of an hour are exact.
        let duty = self.law.duty(at_ms as f64 / 1000.0, reading_c, setpoint_c);
        if at_ms.is_multiple_of(WINDOW_MS) {
            let window_ms = WINDOW_MS as f64;
            self.began_ms = at_ms;
            self.closed_for_ms = match window_ms * duty {
                short if short < DWELL_MIN_MS => 0.0,
                long if long > window_ms - DWELL_MIN_MS => window_ms,
                // To the nearest step: cut off or filled up, the duty would be half a percent off.
                between => (between / STEP_MS as f64).round() * STEP_MS as f64,
            };
        }
    }

    fn closed(&mut self, at_ms: u64) -> bool {
        ((at_ms - self.began_ms) as f64) < self.closed_for_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for the reading itself.
    struct Echo;
    impl Law for Echo {
        fn duty(&mut self, _: f64, reading_c: f64, _: f64) -> f64 {
            reading_c
        }
    }

    fn closed_ms(duty: f64) -> u64 {
        let mut relay = Windowed::new(Echo);
        relay.sample(5000, duty, 0.0);
        // What is asked for within the window waits for the next.
        relay.sample(6000, 1.0 - duty, 0.0);
        (5000..10_000).step_by(50).map(|at_ms| u64::from(relay.closed(at_ms)) * 50).sum()
    }

    #[test]
    fn a_window_is_closed_for_its_share() {
        assert_eq!(closed_ms(0.5), 2500);
        assert_eq!(closed_ms(0.384), 1900);
    }

    #[test]
    fn what_is_shorter_than_a_second_is_none_or_all() {
        assert_eq!([0.19, 0.2, 0.8, 0.81].map(closed_ms), [0, 1000, 4000, 5000]);
    }
}
