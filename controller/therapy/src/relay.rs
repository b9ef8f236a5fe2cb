//! Time-proportioning: from a duty to a switch that is closed for a share of each window.
//!
//! One window has at most one edge to closed and one to open. The duty is compared with the clock in
//! every cycle, so a demand that falls in mid-window opens the switch at once (after the minimum
//! dwell), and one that rises closes it only while the window's closing edge is unspent. Opening is
//! never late; wear is bounded by two edges a window (HL-H21).

use crate::limits;
use crate::units::{Duty, Moment, Span};

/// The state of one time-proportioned switch.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    window_began: Moment,
    /// The closing edge of this window has been used.
    spent: bool,
    closed: bool,
    changed: Option<Moment>,
}

impl Relay {
    /// An open switch whose first window begins at `now`.
    #[must_use]
    pub const fn new(now: Moment) -> Self {
        Self { window_began: now, spent: false, closed: false, changed: None }
    }

    /// Whether the switch is to be closed at `now` for `duty`.
    ///
    /// A share below the minimum dwell counts as none, one that leaves less than that open as all.
    pub fn switch(&mut self, now: Moment, duty: Duty) -> bool {
        let into_window = now.since(self.window_began);
        if into_window >= limits::RELAY_WINDOW {
            let windows = into_window.as_ms() / limits::RELAY_WINDOW.as_ms();
            let passed = Span::from_ms(windows * limits::RELAY_WINDOW.as_ms());
            self.window_began = self.window_began + passed;
            // A switch that stays closed over the boundary has no closing edge to spend.
            self.spent = self.closed;
        }
        let wanted = now.since(self.window_began) < closed_for(duty);
        let rested = self.changed.is_none_or(|at| now.since(at) >= limits::RELAY_MIN_DWELL);
        if wanted != self.closed && rested && !(wanted && self.spent) {
            self.closed = wanted;
            self.spent |= wanted;
            self.changed = Some(now);
        }
        self.closed
    }

    /// The interlock did not grant what was asked: the switch is open, whatever the dwell.
    pub fn forced_open(&mut self, now: Moment) {
        if self.closed {
            self.closed = false;
            self.changed = Some(now);
        }
    }
}

/// How long of a window the switch is closed for `duty`.
fn closed_for(duty: Duty) -> Span {
    let window_ms = limits::RELAY_WINDOW.as_ms();
    let dwell_ms = limits::RELAY_MIN_DWELL.as_ms();
    // Exact: a duty is 0..=1 and a window a few thousand milliseconds.
    let closed_ms = libm::round(duty.get() * window_ms as f64) as u64;
    if closed_ms < dwell_ms {
        Span::ZERO
    } else if closed_ms > window_ms - dwell_ms {
        limits::RELAY_WINDOW
    } else {
        Span::from_ms(closed_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    /// Runs one duty a cycle and returns the level of each cycle.
    fn run(duties: impl IntoIterator<Item = f64>) -> Vec<bool> {
        let mut relay = Relay::new(Moment::START);
        let mut now = Moment::START;
        let mut levels = Vec::new();
        for duty in duties {
            levels.push(relay.switch(now, Duty::literal(duty)));
            now = now + limits::CYCLE;
        }
        levels
    }

    fn closed_share(levels: &[bool]) -> f64 {
        levels.iter().filter(|closed| **closed).count() as f64 / levels.len() as f64
    }

    /// The lengths of the runs of equal level, in cycles, without the last, unfinished one.
    fn dwells(levels: &[bool]) -> Vec<usize> {
        let mut runs: Vec<usize> = levels.chunk_by(|a, b| a == b).map(<[bool]>::len).collect();
        runs.pop();
        runs
    }

    #[test]
    fn hl_h21_a_steady_duty_becomes_its_share_of_time() {
        for duty in [0.0, 0.1, 0.385, 0.5, 0.9, 1.0] {
            let share = closed_share(&run([duty; 2000]));
            assert!((share - duty).abs() < 0.006, "{duty} became {share}");
        }
    }

    #[test]
    fn hl_h21_shares_too_short_to_switch_become_none_or_all() {
        assert!(run([0.09; 2000]).iter().all(|closed| !closed));
        assert!(run([0.91; 2000]).iter().all(|closed| *closed));
    }

    #[test]
    fn a_falling_demand_opens_in_mid_window() {
        let levels = run([0.9].repeat(50).into_iter().chain([0.0].repeat(50)));
        assert!(levels[49] && !levels[50]);
    }

    #[test]
    fn hl_h21_a_demand_that_comes_back_waits_for_the_next_window() {
        let window = (limits::RELAY_WINDOW.as_ms() / limits::CYCLE.as_ms()) as usize;
        let mut duties = [0.5].repeat(30);
        duties.extend([0.0].repeat(30));
        duties.extend([1.0].repeat(2 * window));
        let levels = run(duties);
        assert!(levels[29] && !levels[30]);
        assert!(levels[60..window].iter().all(|closed| !closed));
        assert!(levels[window]);
    }

    #[test]
    fn a_forced_opening_ignores_the_dwell() {
        let mut relay = Relay::new(Moment::START);
        assert!(relay.switch(Moment::START, Duty::FULL));
        let soon = Moment::START + limits::CYCLE;
        relay.forced_open(soon);
        assert!(!relay.switch(soon, Duty::FULL));
    }

    proptest! {
        #[test]
        fn hl_h21_edges_and_dwell_are_bounded_for_any_demand(
            duties in prop::collection::vec(0.0f64..=1.0, 100..3000),
        ) {
            let levels = run(duties);
            let dwell = (limits::RELAY_MIN_DWELL.as_ms() / limits::CYCLE.as_ms()) as usize;
            // The first run may be cut by the start: an open switch may close at once.
            for run in dwells(&levels).into_iter().skip(1) {
                prop_assert!(run >= dwell, "{run} cycles");
            }
            let window = (limits::RELAY_WINDOW.as_ms() / limits::CYCLE.as_ms()) as usize;
            for chunk in levels.chunks(window) {
                let closings = chunk.windows(2).filter(|w| !w[0] && w[1]).count();
                prop_assert!(closings <= 1, "{closings} closings in one window");
            }
        }
    }
}
