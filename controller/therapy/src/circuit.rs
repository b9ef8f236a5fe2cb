//! The two switches as one circuit: K2 follows K1.
//!
//! ```text
//!   K1 wanted   ______|~~~~~~~~~~~~|__________________|~~~~
//!   K2          ___|~~~~~~~~~~~~~~~~~~|____________|~~~~~~~
//!   K1          ______|~~~~~~~~~~~~|__________________|~~~~
//!                  lead            rest after
//! ```
//!
//! K2 is held in a little before K1 closes and drops out a little after it has opened. So K2 switches
//! without load, which spares its contacts, and a welded K1 passes current for a second or two in each
//! window instead of for ever: what is left of the circuit still regulates (HL-H18, HL-H19).

use crate::interlock::Demand;
use crate::limits;
use crate::relay::{Asked, Relay, RelayKind};
use crate::units::Moment;

/// The regulating relay and the state of K2 beside it.
#[derive(Clone, Copy, Debug)]
pub struct Circuit {
    relay: Relay,
    k2_since: Option<Moment>,
    k1_open_since: Moment,
}

impl Circuit {
    /// An open circuit at `now`, with such a switch as K1.
    #[must_use]
    pub const fn new(kind: RelayKind, now: Moment) -> Self {
        Self { relay: Relay::new(kind, now), k2_since: None, k1_open_since: now }
    }

    /// The same switches, open, for who begins anew at `now`: K1 closes no sooner for it (HL-H21).
    #[must_use]
    pub const fn anew(self, now: Moment) -> Self {
        Self { relay: self.relay.anew(now), k2_since: None, k1_open_since: now }
    }

    /// What is wanted of the lines at `now` for what is asked.
    pub fn switch(&mut self, now: Moment, asked: Asked) -> Demand {
        let wanted = self.relay.switch(now, asked);
        let mut ahead = self.relay;
        let soon = ahead.switch(now + limits::K2_LEAD, asked);
        if wanted {
            self.k1_open_since = now;
        }
        let rests = now.since(self.k1_open_since) >= limits::K2_REST_AFTER;
        if !(wanted || soon) && rests {
            self.k2_since = None;
        } else if wanted || soon {
            self.k2_since.get_or_insert(now);
        }
        match self.k2_since {
            Some(since) if wanted && now.since(since) >= limits::K2_LEAD => Demand::Heat,
            Some(_) => Demand::Ready,
            None => Demand::Rest,
        }
    }

    /// The interlock did not grant what was asked: both switches are open, whatever the dwell.
    pub fn forced_open(&mut self, now: Moment) {
        self.relay.forced_open(now);
        self.k2_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Duty;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn asked(duty: Duty) -> Asked {
        Asked { duty, period: limits::RELAY_PERIOD }
    }

    fn run(duties: impl IntoIterator<Item = f64>) -> Vec<Demand> {
        let mut circuit = Circuit::new(RelayKind::Mechanical, Moment::START);
        let mut now = Moment::START;
        let mut demands = Vec::new();
        for duty in duties {
            demands.push(circuit.switch(now, asked(Duty::literal(duty))));
            now = now + limits::CYCLE;
        }
        demands
    }

    fn cycles(span: crate::units::Span) -> usize {
        (span.as_ms() / limits::CYCLE.as_ms()) as usize
    }

    #[test]
    fn hl_h19_k2_leads_and_k1_keeps_its_share() {
        let demands = run([0.4; 36_000]);
        let heat = demands.iter().filter(|d| **d == Demand::Heat).count();
        assert!((heat as f64 / 36_000.0 - 0.4).abs() < 0.006, "{heat}");
        let first = run([1.0; 20]).iter().position(|d| *d == Demand::Heat).unwrap();
        assert_eq!(first, cycles(limits::K2_LEAD));
    }

    #[test]
    fn hl_h18_k2_rests_soon_after_k1_has_opened() {
        let demands = run([0.4].repeat(250).into_iter().chain([0.0].repeat(100)));
        let last_heat = demands.iter().rposition(|d| *d == Demand::Heat).unwrap();
        let rest = demands[last_heat..].iter().position(|d| *d == Demand::Rest).unwrap();
        assert_eq!(rest, cycles(limits::K2_REST_AFTER));
        assert!(demands[last_heat + rest..].iter().all(|d| *d == Demand::Rest));
    }

    #[test]
    fn a_refused_circuit_starts_over_with_k2() {
        let mut circuit = Circuit::new(RelayKind::Mechanical, Moment::START);
        let mut now = Moment::START;
        for _ in 0..10 {
            circuit.switch(now, asked(Duty::FULL));
            now = now + limits::CYCLE;
        }
        assert_eq!(circuit.switch(now, asked(Duty::FULL)), Demand::Heat);
        circuit.forced_open(now);
        assert_ne!(circuit.switch(now, asked(Duty::FULL)), Demand::Heat);
    }

    proptest! {
        #[test]
        fn hl_h19_k1_never_closes_without_k2_held_before(
            duties in prop::collection::vec(0.0f64..=1.0, 100..2000),
        ) {
            let demands = run(duties);
            let lead = cycles(limits::K2_LEAD);
            for (at, pair) in demands.windows(2).enumerate() {
                if pair[1] == Demand::Heat && pair[0] != Demand::Heat {
                    let before = &demands[(at + 1).saturating_sub(lead)..=at];
                    prop_assert!(before.iter().all(|d| *d == Demand::Ready), "cycle {at}");
                }
                // K1 opens first, K2 follows.
                prop_assert!(!(pair[0] == Demand::Heat && pair[1] == Demand::Rest), "cycle {at}");
            }
        }
    }
}
