//! Axes: round numbers between which everything fits.

/// Steps between labels of a temperature axis, in kelvin.
const STEPS_K: [f64; 7] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
/// At most this many steps, so that a curve fits on a screen.
const STEPS_MAX: f64 = 5.0;

/// A temperature axis: `steps` steps of `step_k` upwards from `low_c`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    /// The lowest label, in degrees Celsius.
    pub(crate) low_c: f64,
    /// From label to label, in kelvin.
    pub(crate) step_k: f64,
    /// How many steps.
    pub(crate) steps: usize,
}

impl Axis {
    /// The axis with the finest round step on which all the temperatures fit.
    pub(crate) fn around(temperatures_c: impl Iterator<Item = f64>) -> Self {
        let (low, high) = temperatures_c
            .filter(|c| c.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| (low.min(c), high.max(c)));
        // Nothing to show still needs an axis.
        let (low, high) = if low <= high { (low, high) } else { (20.0, 40.0) };
        let fit = |step_k: f64| {
            let low_c = (low / step_k).floor() * step_k;
            let steps = ((high - low_c) / step_k).ceil().max(1.0);
            (steps <= STEPS_MAX).then_some(Self { low_c, step_k, steps: steps as usize })
        };
        let coarsest = STEPS_K[STEPS_K.len() - 1];
        let clipped =
            Self { low_c: (low / coarsest).floor() * coarsest, step_k: coarsest, steps: 5 };
        STEPS_K.into_iter().find_map(fit).unwrap_or(clipped)
    }

    /// The highest label, in degrees Celsius.
    pub(crate) fn high_c(&self) -> f64 {
        self.low_c + self.step_k * self.steps as f64
    }

    /// The label `nth` steps below the highest.
    pub(crate) fn label(&self, nth: usize) -> String {
        let c = self.high_c() - self.step_k * nth as f64;
        if self.step_k < 1.0 { format!("{c:.1}") } else { format!("{c:.0}") }
    }
}

/// From label to label of a time axis with at most six labels after its start, in seconds.
pub(crate) fn time_step_s(length_s: f64) -> f64 {
    const STEPS_S: [f64; 13] =
        [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];
    STEPS_S.into_iter().find(|step| length_s / step <= 6.0).unwrap_or(length_s / 6.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_from_room_to_set_point_gets_steps_of_five() {
        let axis = Axis::around([21.9, 40.4].into_iter());
        assert_eq!(axis, Axis { low_c: 20.0, step_k: 5.0, steps: 5 });
        assert_eq!((axis.label(0), axis.label(5)), ("45".to_owned(), "20".to_owned()));
    }

    #[test]
    fn everything_finite_fits() {
        for temperatures in
            [vec![], vec![40.0], vec![40.0, 40.2], vec![-3.0, 43.9], vec![f64::NAN, 30.0]]
        {
            let axis = Axis::around(temperatures.iter().copied());
            assert!((1..=5).contains(&axis.steps), "{temperatures:?}: {axis:?}");
            for c in temperatures.into_iter().filter(|c| c.is_finite()) {
                assert!(axis.low_c <= c && c <= axis.high_c(), "{c} on {axis:?}");
            }
        }
    }

    #[test]
    fn time_is_cut_into_round_pieces() {
        for (length_s, step_s) in
            [(60.0, 10.0), (900.0, 300.0), (1800.0, 300.0), (7.0, 2.0), (0.0, 1.0)]
        {
            assert_eq!(time_step_s(length_s), step_s, "{length_s}");
        }
    }
}
