//! How noisy readings are, told by themselves: whatever a pad does within three seconds is nearly a straight line.

use crate::units::Span;

/// Readings that come sooner than this after the one before are of the other sensor, and half the same.
pub(crate) const READING_EVERY: Span = Span::from_ms(900);
/// After a longer gap the pad may have bent, s.
const GAP_S: f64 = 1.5;
/// So many readings tell it well enough.
const ENOUGH: u32 = 20;
/// A reading that moves by less stands still, as those do that come in coarse steps: that tells nothing, K.
const STILL_K: f64 = 0.01;
/// A bend counts for no more than that of steps of half a kelvin: what bends more is no noise, K.
const BEND_MAX_K: f64 = 1.0;

/// The noise of the readings so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Noise {
    /// The last two readings, and how many there are without a gap.
    last_c: [f64; 2],
    in_a_row: u32,
    since_s: f64,
    readings: u32,
    /// How many of them moved, and the second differences squared: each holds six times the variance of a reading.
    moved: u32,
    sum: f64,
}

impl Noise {
    /// Takes in a reading, `dt_s` after the one before.
    pub(super) fn take(&mut self, dt_s: f64, reading_c: f64) {
        self.since_s += dt_s;
        if self.since_s < READING_EVERY.as_s() {
            return;
        }
        self.in_a_row = if self.since_s > GAP_S { 0 } else { self.in_a_row + 1 };
        let [before, last] = self.last_c;
        let bend_k = (reading_c - 2.0 * last + before).abs().min(BEND_MAX_K);
        if self.in_a_row > 2 && bend_k > STILL_K {
            self.sum += bend_k * bend_k / 6.0;
            self.moved += 1;
        }
        (self.last_c, self.since_s) = ([last, reading_c], 0.0);
        self.readings += 1;
    }

    /// The variance of a reading, K²; none as long as too little was read.
    pub(super) fn variance(&self) -> Option<f64> {
        (self.readings >= ENOUGH).then(|| self.sum / f64::from(self.moved.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::true_pad;

    /// The variance of what is read of a surface that warms up, by so many readings.
    fn variance(mut read_k: impl FnMut(f64) -> f64, every_s: f64, readings: u32) -> Option<f64> {
        let mut noise = Noise::default();
        for i in 0..readings {
            let at_s = every_s * f64::from(i);
            noise.take(every_s, read_k(20.0 * (1.0 - libm::exp(-at_s / 200.0))));
        }
        noise.variance()
    }

    fn noisy(noise_k: f64) -> impl FnMut(f64) -> f64 {
        let mut noise = true_pad::Noise(1);
        move |true_k| true_k + noise_k * noise.next_normal()
    }

    #[test]
    fn noise_is_told_from_the_way_a_pad_warms_up() {
        for noise_k in [0.03, 0.1] {
            let is_k = libm::sqrt(variance(noisy(noise_k), 1.0, 200).unwrap());
            assert!((is_k / noise_k - 1.0).abs() < 0.15, "{is_k} instead of {noise_k}");
        }
        assert!(variance(|true_k| true_k, 1.0, 100).unwrap() < 1e-6);
    }

    #[test]
    fn coarse_steps_count_also_where_most_readings_stand_still() {
        let stepped = |true_k: f64| libm::round(2.0 * true_k) / 2.0;
        // A step of half a kelvin is never farther off than a quarter, and 0.14 K in the root of the mean.
        for readings in [60, 600] {
            let sd_k = libm::sqrt(variance(stepped, 1.0, readings).unwrap());
            assert!((0.14..0.3).contains(&sd_k), "{sd_k}");
        }
    }

    #[test]
    fn what_a_pad_did_in_a_gap_is_no_noise() {
        let mut noise = Noise::default();
        for i in 0..60_u32 {
            // It rises by a quarter of a kelvin a second; each tenth reading comes after five seconds.
            let dt_s = if i.is_multiple_of(10) { 5.0 } else { 1.0 };
            let passed_s = f64::from(i) + 4.0 * f64::from(i / 10 + 1);
            noise.take(dt_s, 0.25 * passed_s);
        }
        assert!(noise.variance().unwrap() < 1e-6, "{noise:?}");
    }

    #[test]
    fn few_readings_tell_nothing_and_those_of_the_other_sensor_do_not_count() {
        assert_eq!(variance(noisy(0.1), 1.0, ENOUGH - 1), None);
        assert!(variance(noisy(0.1), 1.0, ENOUGH).is_some());
        assert_eq!(variance(noisy(0.1), 0.5, 2 * ENOUGH - 2), None);
    }
}
