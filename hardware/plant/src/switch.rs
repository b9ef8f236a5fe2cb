//! A switch: a contact that follows its coil, or does not.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use soothe_therapy::Span;

use crate::fault::SwitchFault;

/// How long a chattering contact stays as it is.
const BOUNCE: Span = Span::from_ms(50);

/// K1 or K2. Times count from the plant's origin.
#[derive(Clone, Debug)]
pub(crate) struct Switch {
    pub(crate) fault: Option<SwitchFault>,
    /// When the coil lets go, or let go; none before it was first energised.
    released: Option<Span>,
    seed: u64,
}

impl Switch {
    /// An open switch. `index` keeps the chatter of switches with one seed apart.
    pub(crate) const fn new(seed: u64, index: u64) -> Self {
        Self { fault: None, released: None, seed: seed ^ (index << 62) }
    }

    /// The coil is energised, and lets go at `until`.
    pub(crate) fn hold(&mut self, until: Span) {
        self.released = Some(until);
    }

    /// The coil lets go at `at`, unless it did before.
    pub(crate) fn release(&mut self, at: Span) {
        self.released = self.released.map(|before| before.min(at));
    }

    /// Whether the contact is closed `at` that time.
    pub(crate) fn is_closed(&self, at: Span) -> bool {
        let held = self.released.is_some_and(|released| at < released);
        match self.fault {
            None => held,
            Some(SwitchFault::Welded) => true,
            Some(SwitchFault::Open) => false,
            Some(SwitchFault::Slow { by }) => {
                self.released.is_some_and(|released| at < released + by)
            }
            Some(SwitchFault::Chattering) => held && self.bounces_shut(at),
        }
    }

    /// Chance that depends on the time alone, so that asking does not change it.
    fn bounces_shut(&self, at: Span) -> bool {
        let bounce = at.as_ms() / BOUNCE.as_ms();
        Pcg64::seed_from_u64(self.seed ^ bounce).next_u64() >> 63 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_until(ms: u64, fault: Option<SwitchFault>) -> Switch {
        let mut switch = Switch::new(1, 0);
        switch.fault = fault;
        switch.hold(Span::from_ms(ms));
        switch
    }

    fn closed(switch: &Switch, ms: u64) -> bool {
        switch.is_closed(Span::from_ms(ms))
    }

    #[test]
    fn a_whole_switch_is_closed_while_its_coil_is_held() {
        let mut switch = held_until(1000, None);
        assert!(closed(&switch, 999) && !closed(&switch, 1000));
        switch.release(Span::from_ms(400));
        assert!(closed(&switch, 399) && !closed(&switch, 400));
        switch.release(Span::from_ms(600));
        assert!(!closed(&switch, 500), "what has let go does not hold again");
        assert!(!closed(&Switch::new(1, 0), 0));
    }

    #[test]
    fn a_welded_switch_is_always_closed_and_an_open_one_never() {
        for ms in [0, 500, 5000] {
            assert!(closed(&held_until(1000, Some(SwitchFault::Welded)), ms));
            assert!(!closed(&held_until(1000, Some(SwitchFault::Open)), ms));
        }
    }

    #[test]
    fn a_slow_switch_opens_late_and_was_open_before_it_was_first_held() {
        let slow = Some(SwitchFault::Slow { by: Span::from_ms(300) });
        let switch = held_until(1000, slow);
        assert!(closed(&switch, 1299) && !closed(&switch, 1300));
        let mut unused = Switch::new(1, 0);
        unused.fault = slow;
        unused.release(Span::from_ms(100));
        assert!(!closed(&unused, 0) && !closed(&unused, 150));
    }

    #[test]
    fn a_chattering_switch_is_closed_about_half_of_the_time_it_is_held() {
        let switch = held_until(100_000, Some(SwitchFault::Chattering));
        let shut = (0..2000).filter(|n| closed(&switch, n * 50)).count();
        assert!((900..1100).contains(&shut), "{shut} of 2000");
        assert!((0..2000).all(|n| closed(&switch, n * 50) == closed(&switch, n * 50 + 49)));
        assert!(!(2000..4000).any(|n| closed(&switch, n * 50)));
        let other = Switch { seed: 2, ..switch.clone() };
        assert!((0..2000).any(|n| closed(&switch, n * 50) != closed(&other, n * 50)));
    }
}
