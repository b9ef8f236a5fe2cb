//! Newtypes for the quantities of TENS. As in `crate::units`, none can hold NaN or infinity.
//!
//! [`Rate`] and [`PhaseWidth`] hold only what HL-T2 and HL-T3 accept, so a pulse that breaks them
//! cannot be written down.

use crate::tens::limits;
use crate::units::checked_f64;

checked_f64! {
    /// A current in milliamperes, 0 to 1000: what is asked for, or what was measured.
    Milliamp, "current", 0.0, 1000.0, "a number of mA from 0 to 1000"
}
checked_f64! {
    /// A mean current in microamperes, -1,000,000 to 1,000,000; its sign is the electrode that it leaves.
    Microamp, "mean current", -1.0e6, 1.0e6, "a number of µA from -1000000 to 1000000"
}
checked_f64! {
    /// A load in ohms, 0 to 1e9; an open lead is a large one.
    Ohm, "load", 0.0, 1.0e9, "a number of Ω from 0 to 1e9"
}
checked_f64! {
    /// Pulses in a second, 1 to 150 Hz (HL-T3).
    Rate, "pulse rate", limits::RATE_MIN_HZ, limits::RATE_MAX_HZ, "a number of Hz from 1 to 150"
}
checked_f64! {
    /// The width of one phase, 50 to 250 µs (HL-T2).
    PhaseWidth, "phase width", limits::WIDTH_MIN_US, limits::WIDTH_MAX_US, "a number of µs from 50 to 250"
}
checked_f64! {
    /// The area of the smaller electrode of a pair, 4 to 200 cm².
    ElectrodeArea, "electrode area", limits::AREA_MIN_CM2, limits::AREA_MAX_CM2, "a number of cm² from 4 to 200"
}

impl Milliamp {
    /// No current.
    pub const ZERO: Self = Self(0.0);
}

impl core::fmt::Display for Milliamp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:.1} mA", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn nan_and_infinity_never_get_in() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Milliamp::new(bad).is_err() && Microamp::new(bad).is_err());
            assert!(Ohm::new(bad).is_err() && ElectrodeArea::new(bad).is_err());
            assert!(Rate::new(bad).is_err() && PhaseWidth::new(bad).is_err());
        }
    }

    /// The texts are constant: each says its range again.
    #[test]
    fn what_a_text_accepts_is_what_is_accepted() {
        for (error, min, max) in [
            (Rate::new(0.0).unwrap_err(), limits::RATE_MIN_HZ, limits::RATE_MAX_HZ),
            (PhaseWidth::new(0.0).unwrap_err(), limits::WIDTH_MIN_US, limits::WIDTH_MAX_US),
            (ElectrodeArea::new(0.0).unwrap_err(), limits::AREA_MIN_CM2, limits::AREA_MAX_CM2),
        ] {
            let range = format!("from {min} to {max}");
            assert!(error.accepted.ends_with(&range), "{error} should say {range}");
        }
    }
}
