//! Linear equations of the few unknowns that a pad has, over time.

/// A square matrix.
pub(super) type Matrix<const N: usize> = [[f64; N]; N];

/// `a` times `b`.
pub(super) fn product<const N: usize>(a: &Matrix<N>, b: &Matrix<N>) -> Matrix<N> {
    core::array::from_fn(|i| {
        core::array::from_fn(|j| (0..N).map(|k| a[i][k] * b[k][j]).sum::<f64>())
    })
}

/// `m` times `x`.
pub(super) fn apply<const N: usize>(m: &Matrix<N>, x: &[f64; N]) -> [f64; N] {
    core::array::from_fn(|i| m[i].iter().zip(x).map(|(m, x)| m * x).sum::<f64>())
}

/// What `x' = a x` makes of `x` within `dt`: `exp(a dt)`, by halving the time until five terms of the
/// series are exact to 1e-7, and squaring again.
pub(super) fn exponential<const N: usize>(a: &Matrix<N>, dt: f64) -> Matrix<N> {
    const TERMS: u32 = 5;
    const SMALL: f64 = 0.1;
    let size = a.iter().flatten().fold(0.0, |most, it| libm::fmax(most, libm::fabs(*it))) * dt;
    let mut halvings = 0;
    let mut part = 1.0;
    while size * part > SMALL {
        part /= 2.0;
        halvings += 1;
    }
    let step: Matrix<N> = core::array::from_fn(|i| core::array::from_fn(|j| a[i][j] * dt * part));
    let mut sum: Matrix<N> =
        core::array::from_fn(|i| core::array::from_fn(|j| if i == j { 1.0 } else { 0.0 }));
    let mut term = sum;
    for n in 1..=TERMS {
        term = product(&term, &step).map(|row| row.map(|it| it / f64::from(n)));
        for (sum, term) in sum.iter_mut().flatten().zip(term.iter().flatten()) {
            *sum += term;
        }
    }
    for _ in 0..halvings {
        sum = product(&sum, &sum);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decay_and_a_turn_are_what_they_should_be() {
        let it = exponential(&[[-0.25, 0.0], [0.0, -1.0]], 3.0);
        assert!((it[0][0] - libm::exp(-0.75)).abs() < 1e-7 && it[0][1] == 0.0);
        assert!((it[1][1] - libm::exp(-3.0)).abs() < 1e-7);
        let turn = exponential(&[[0.0, -1.0], [1.0, 0.0]], 2.0);
        assert!((turn[0][0] - libm::cos(2.0)).abs() < 1e-7);
        assert!((turn[1][0] - libm::sin(2.0)).abs() < 1e-7);
    }

    #[test]
    fn two_steps_are_one_of_twice_the_length() {
        let a = [[-0.3, 0.1, 0.0], [0.2, -0.5, 0.0], [0.0, 0.25, -0.25]];
        let (one, two) = (exponential(&a, 1.5), exponential(&a, 3.0));
        let twice = product(&one, &one);
        for (a, b) in twice.iter().flatten().zip(two.iter().flatten()) {
            assert!((a - b).abs() < 1e-7);
        }
        let x = apply(&one, &apply(&one, &[1.0, 2.0, 3.0]));
        let y = apply(&two, &[1.0, 2.0, 3.0]);
        assert!(x.iter().zip(y).all(|(x, y)| (x - y).abs() < 1e-6));
    }
}
