//! Medians with spread: what a figure is worth on a machine that does other things, too.

use std::fmt;

/// A set of measurements, sorted.
#[derive(Clone, Debug)]
pub(crate) struct Stats(Vec<f64>);

impl Stats {
    /// Sorts the measurements.
    ///
    /// # Panics
    /// When there are none, or one is NaN.
    #[must_use]
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        assert!(!values.is_empty(), "nothing was measured");
        values.sort_by(|a, b| a.partial_cmp(b).expect("a measurement is a number"));
        Self(values)
    }

    /// The value that a share of the measurements does not exceed.
    #[must_use]
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let last = self.0.len() - 1;
        // Exact for any number of measurements that fits in memory.
        self.0[(share * last as f64).round() as usize]
    }

    /// The middle one.
    #[must_use]
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The greatest.
    #[must_use]
    pub(crate) fn max(&self) -> f64 {
        self.quantile(1.0)
    }
}

impl fmt::Display for Stats {
    /// Median, then the least and the greatest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let (low, high) = (self.quantile(0.0), self.max());
        write!(f, "{:.digits$} ({low:.digits$} to {high:.digits$})", self.median())
    }
}
