//! Seeded normal noise: the same seed gives the same bits on every machine.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng as _, SeedableRng as _};

/// A source of normally distributed numbers.
#[derive(Clone, Debug)]
pub struct Noise(Pcg64);

impl Noise {
    /// The source that belongs to a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// The next number of mean 0 and standard deviation 1 (Box and Muller's transformation).
    pub fn draw(&mut self) -> f64 {
        // Never 0, so that the logarithm is finite.
        let radius = 1.0 - self.uniform();
        let turn = self.uniform();
        libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * turn)
    }

    /// In 0..1, with the 53 bits that a number has.
    fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * UNIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_mean_0_and_variance_1() {
        let mut noise = Noise::seeded(7);
        let draws: Vec<f64> = (0..20_000).map(|_| noise.draw()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn a_seed_repeats_itself_and_another_differs() {
        let first = |seed| Noise::seeded(seed).draw();
        assert_eq!(first(1000), first(1000));
        assert_ne!(first(1000), first(1001));
    }
}
