//! A figure over several runs: its median, the least and the greatest. For ever is written "never".

/// Median, least and greatest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// Of the figures of some runs; none of none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let (lower, upper) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some(Self { median: f64::midpoint(lower, upper), min, max })
    }

    /// Reads what [`Spread::text`] writes: `1.54 (0.92–2.05)`, or `246` where all runs agree.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| match text.trim() {
            "never" => Some(f64::INFINITY),
            number => number.parse().ok(),
        };
        let Some((median, range)) = text.trim().strip_suffix(')').and_then(|t| t.split_once('('))
        else {
            let median = number(text)?;
            return Some(Self { median, min: median, max: median });
        };
        let (min, max) = range.split_once('–')?;
        Some(Self { median: number(median)?, min: number(min)?, max: number(max)? })
    }

    /// With so many digits.
    #[must_use]
    pub fn text(&self, digits: usize) -> String {
        let number = |value: f64| {
            if value.is_finite() { format!("{value:.digits$}") } else { "never".to_owned() }
        };
        let [median, min, max] = [self.median, self.min, self.max].map(number);
        if min == max { median } else { format!("{median} ({min}–{max})") }
    }

    /// Whether a figure that was rounded to so many digits lies between least and greatest.
    #[must_use]
    pub fn holds(&self, value: f64, digits: usize) -> bool {
        // The digits are a few.
        let rounding = 0.5 * 10_f64.powi(-(digits as i32)) * (1.0 + 1e-9);
        self.min - rounding <= value && value <= self.max + rounding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_reads_what_it_writes() {
        for text in
            ["318 (283–475)", "-0.05 (-0.49–0.33)", "1719 (1417–never)", "never", "246", "-9.77"]
        {
            let digits = text.split([' ', '–', ')']).next().and_then(|t| t.split_once('.'));
            let digits = digits.map_or(0, |(_, rest)| rest.len());
            let spread = Spread::parse(text).expect(text);
            assert_eq!(spread.text(digits), text);
        }
        assert_eq!(Spread::parse("about 3"), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]).expect("there are some");
        assert_eq!((spread.median, spread.min, spread.max), (2.5, 1.0, 4.0));
        assert_eq!(Spread::of([]), None);
        let ever = Spread::of([1.0, f64::INFINITY, f64::INFINITY]).expect("there are some");
        assert_eq!(ever.text(0), "never (1–never)");
    }

    #[test]
    fn a_range_counts_with_its_rounding() {
        let spread = Spread::parse("1.54 (0.92–2.05)").expect("it is one");
        assert!(spread.holds(2.054, 2) && !spread.holds(2.06, 2));
        assert!(!Spread::parse("246").expect("it is one").holds(f64::INFINITY, 0));
    }
}
