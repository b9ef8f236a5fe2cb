//! Seeded chance, in streams that do not disturb each other.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use soothe_therapy::Span;

/// What a stream of draws is for. One draw more in a stream shifts nothing in another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// The pad and its room.
    Pad = 1,
    /// What people do.
    People = 2,
    /// What goes wrong, and when.
    Trouble = 3,
    /// How late the control thread is, how slow the store.
    Host = 4,
    /// What befalls electrodes where many things go wrong.
    Electrodes = 5,
    /// Whether people choose profiles, and what those do who have.
    Profiles = 6,
}

/// One stream of draws.
#[derive(Clone, Debug)]
pub(crate) struct Chance(Pcg64);

impl Chance {
    /// The stream of a life.
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        Self(Pcg64::seed_from_u64(seed.wrapping_mul(16).wrapping_add(stream as u64)))
    }

    /// A number from 0 up to, not including, 1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + (self.unit() * (high - low + 1) as f64) as u64
    }

    /// A span from `low` to `high`, to the millisecond.
    pub(crate) fn span(&mut self, low: Span, high: Span) -> Span {
        Span::from_ms(self.whole(low.as_ms(), high.as_ms()))
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several.
    ///
    /// # Panics
    /// When there is none.
    pub(crate) fn one_of<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.whole(0, several.len() as u64 - 1) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_reach_both_ends_and_nothing_beyond() {
        let mut chance = Chance::new(1, Stream::People);
        let mut seen = [0_u32; 7];
        for _ in 0..700 {
            seen[chance.whole(0, 6) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (60..140).contains(n)), "{seen:?}");
        assert!((0..1000).all(|_| (15.0..30.0).contains(&chance.between(15.0, 30.0))));
        assert!(!(0..1000).any(|_| chance.happens(0.0)));
        assert!((0..1000).all(|_| chance.happens(1.0)));
    }

    #[test]
    fn streams_and_seeds_differ_and_repeat() {
        let draw = |seed, stream| {
            let mut chance = Chance::new(seed, stream);
            [(); 4].map(|()| chance.whole(0, 1_000_000))
        };
        assert_eq!(draw(7, Stream::Host), draw(7, Stream::Host));
        assert_ne!(draw(7, Stream::Host), draw(7, Stream::People));
        assert_ne!(draw(7, Stream::Host), draw(8, Stream::Host));
    }
}
