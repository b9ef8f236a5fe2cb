//! Newtypes for every quantity that crosses a function boundary in this crate.
//!
//! None of them can hold NaN or infinity: the only constructors check, so a comparison such as
//! `hottest < limit` means what it says and never falls through because of a NaN.

use core::fmt;
use core::ops::{Add, Sub};

/// The number handed to a checked constructor was not a finite number in the type's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// The quantity that was being made, e.g. `"temperature"`.
    pub quantity: &'static str,
    /// What would be accepted.
    pub accepted: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.quantity, self.accepted)
    }
}

impl core::error::Error for OutOfRange {}

macro_rules! checked_f64 {
    ($(#[$doc:meta])* $name:ident, $quantity:literal, $min:expr, $max:expr, $accepted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Parses a bare number.
            ///
            /// # Errors
            /// When it is NaN, infinite or outside the type's range.
            pub const fn new(value: f64) -> Result<Self, $crate::units::OutOfRange> {
                // NaN fails both comparisons, infinities fail one: no separate test is needed.
                if value >= $min && value <= $max {
                    Ok(Self(value))
                } else {
                    Err($crate::units::OutOfRange { quantity: $quantity, accepted: $accepted })
                }
            }

            /// A constant known to be valid; a bad one fails the build when used in a `const`.
            ///
            /// # Panics
            /// When the number is outside the type's range.
            #[must_use]
            pub const fn literal(value: f64) -> Self {
                match Self::new(value) {
                    Ok(it) => it,
                    Err(_) => panic!(concat!($quantity, " must be ", $accepted)),
                }
            }

            /// The bare number.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The greater of two.
            #[must_use]
            pub const fn max(self, other: Self) -> Self {
                if self.0 >= other.0 { self } else { other }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}
pub(crate) use checked_f64;

checked_f64! {
    /// A temperature in degrees Celsius, -273.15 to 1000.
    Celsius, "temperature", -273.15, 1000.0, "a number of degrees Celsius from -273.15 to 1000"
}
checked_f64! {
    /// A difference of temperatures in kelvin, -2000 to 2000.
    Kelvin, "temperature difference", -2000.0, 2000.0, "a number of kelvin from -2000 to 2000"
}
checked_f64! {
    /// A share of full power, 0 to 1.
    Duty, "duty", 0.0, 1.0, "a number from 0 to 1"
}
checked_f64! {
    /// A thermal dose in cumulative equivalent minutes at 43 °C.
    Cem43, "thermal dose", 0.0, 1.0e12, "a number of CEM43 minutes from 0 to 1e12"
}

impl Duty {
    /// No power.
    pub const ZERO: Self = Self(0.0);
    /// Full power.
    pub const FULL: Self = Self(1.0);

    /// The nearest duty to any finite or infinite number.
    ///
    /// # Panics
    /// When `value` is NaN: a regulator that computes NaN is a programmer's error.
    #[must_use]
    pub fn saturating(value: f64) -> Self {
        assert!(!value.is_nan(), "a duty was computed as NaN");
        Self(value.clamp(0.0, 1.0))
    }
}

impl Default for Cem43 {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Cem43 {
    /// No dose.
    pub const ZERO: Self = Self(0.0);
}

impl Add for Cem43 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0).min(1.0e12))
    }
}

impl Sub for Celsius {
    type Output = Kelvin;
    fn sub(self, other: Self) -> Kelvin {
        Kelvin(self.0 - other.0)
    }
}

impl Add<Kelvin> for Celsius {
    type Output = Self;
    /// Saturates at the ends of the temperature range.
    fn add(self, rise: Kelvin) -> Self {
        Self((self.0 + rise.0).clamp(-273.15, 1000.0))
    }
}

impl Kelvin {
    /// The size of the difference, without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        if self.0 < 0.0 { Self(-self.0) } else { self }
    }
}

impl fmt::Display for Span {
    /// `0.9 s`, `45 s`, `15 min`, `14 min 23.6 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.as_ms().saturating_add(50) / 100;
        let (min, s, tenth) = (tenths / 600, tenths % 600 / 10, tenths % 10);
        match (min, s, tenth) {
            (0, _, 0) => write!(f, "{s} s"),
            (0, _, _) => write!(f, "{s}.{tenth} s"),
            (_, 0, 0) => write!(f, "{min} min"),
            (_, _, 0) => write!(f, "{min} min {s} s"),
            (_, _, _) => write!(f, "{min} min {s}.{tenth} s"),
        }
    }
}

impl fmt::Display for Celsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} °C", self.0)
    }
}

impl fmt::Display for Kelvin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} K", self.0)
    }
}

impl fmt::Display for Cem43 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} CEM43", self.0)
    }
}

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of milliseconds.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// A span of seconds, saturating.
    #[must_use]
    pub const fn from_s(s: u64) -> Self {
        Self(s.saturating_mul(1000))
    }

    /// A span of minutes, saturating.
    #[must_use]
    pub const fn from_min(min: u64) -> Self {
        Self(min.saturating_mul(60_000))
    }

    /// Whole milliseconds.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Seconds, exact to the millisecond for any span below 285,000 years.
    #[must_use]
    pub fn as_s(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The shorter of two.
    #[must_use]
    pub const fn min(self, other: Self) -> Self {
        if self.0 <= other.0 { self } else { other }
    }

    /// The rest after taking `other` away, never below zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A moment on the monotonic clock, in milliseconds since some start that does not matter.
///
/// It is handed in from outside; this crate has no clock. Wall-clock time does not exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The start of the clock.
    pub const START: Self = Self(0);

    /// The moment `ms` milliseconds after the start of the clock.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the start of the clock.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The later of two.
    #[must_use]
    pub const fn max(self, other: Self) -> Self {
        if self.0 >= other.0 { self } else { other }
    }

    /// The moment `span` earlier, or the start of the clock.
    #[must_use]
    pub const fn before(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.as_ms()))
    }

    /// Time from `earlier` to `self`; zero when `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Moment {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString as _;

    #[test]
    fn a_span_is_told_in_minutes_and_seconds() {
        for (ms, text) in [
            (0, "0 s"),
            (917, "0.9 s"),
            (45_000, "45 s"),
            (59_960, "1 min"),
            (100_000, "1 min 40 s"),
            (863_591, "14 min 23.6 s"),
            (5_400_000, "90 min"),
        ] {
            assert_eq!(Span::from_ms(ms).to_string(), text);
        }
    }

    #[test]
    fn nan_and_infinity_never_get_in() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Celsius::new(bad).is_err());
            assert!(Kelvin::new(bad).is_err());
            assert!(Duty::new(bad).is_err());
            assert!(Cem43::new(bad).is_err());
        }
    }

    #[test]
    fn an_error_says_what_is_accepted() {
        let error = Duty::new(1.5).unwrap_err();
        assert_eq!(std::format!("{error}"), "duty must be a number from 0 to 1");
    }

    #[test]
    #[should_panic(expected = "NaN")]
    fn a_nan_duty_is_a_programmers_error() {
        let _ = Duty::saturating(f64::NAN);
    }

    #[test]
    fn time_that_runs_backwards_has_no_length() {
        assert_eq!(Moment::from_ms(5).since(Moment::from_ms(9)), Span::ZERO);
        assert_eq!(Moment::from_ms(u64::MAX) + Span::from_s(1), Moment::from_ms(u64::MAX));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_finite(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            if let Ok(t) = Celsius::new(number) {
                prop_assert!(t.get().is_finite());
                prop_assert!((t + Kelvin::literal(2000.0)).get().is_finite());
            }
            if let Ok(d) = Cem43::new(number) {
                prop_assert!((d + d).get().is_finite());
            }
            if !number.is_nan() {
                let duty = Duty::saturating(number).get();
                prop_assert!((0.0..=1.0).contains(&duty));
            }
        }
    }
}
