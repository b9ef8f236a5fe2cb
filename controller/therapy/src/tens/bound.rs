//! The bounds that a TENS programme is parsed against, in one table, and the refusal that names one.

use core::fmt;

use crate::rules::Rule;
use crate::tens::limits;

/// A number that is not within its bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused {
    /// The bound that refuses.
    pub bound: Bound,
    /// What was asked for, or what follows from it, in the bound's unit; may be NaN.
    pub asked: f64,
}

macro_rules! bounds {
    ($($variant:ident = $rule:ident, $what:literal, $unit:literal, $min:expr, $max:expr;)*) => {
        /// What HL-T1 to HL-T8 and HL-T14 bound.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bound {
            $(#[doc = concat!("HL-", stringify!($rule), ": ", $what, ", ", $unit, ".")] $variant,)*
        }

        impl Bound {
            /// Every bound.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The rule that it belongs to.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self { $(Self::$variant => Rule::$rule,)* }
            }

            /// What is bounded.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }

            /// The unit of its numbers.
            #[must_use]
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }

            /// The least and the greatest number that is accepted.
            #[must_use]
            pub const fn accepted(self) -> (f64, f64) {
                match self { $(Self::$variant => ($min, $max),)* }
            }
        }
    };
}

bounds! {
    PeakCurrent = T1, "peak current", "mA", limits::STEP_MA as f64, limits::PEAK_MAX_MA;
    PhaseWidth = T2, "phase width", "µs", limits::WIDTH_MIN_US, limits::WIDTH_MAX_US;
    Rate = T3, "pulse rate", "Hz", limits::RATE_MIN_HZ, limits::RATE_MAX_HZ;
    TrainRate = T3, "train rate", "Hz", limits::TRAINS_MIN_HZ, limits::TRAINS_MAX_HZ;
    TrainLength = T3, "train length", "ms", 0.001, limits::TRAIN_MAX_MS;
    SweepTime = T3, "sweep time", "s", limits::SWEEP_MIN_S, limits::SWEEP_MAX_S;
    RmsCurrent = T4, "rms current", "mA", 0.0, limits::RMS_MAX_MA;
    CurrentDensity = T5, "current density", "mA/cm²", 0.0, limits::DENSITY_MAX_MA_PER_CM2;
    ElectrodeArea = T5, "electrode area", "cm²", limits::AREA_MIN_CM2, limits::AREA_MAX_CM2;
    PowerDensity = T6, "power density", "mW/cm²", 0.0, limits::POWER_MAX_MW_PER_CM2;
    PulseEnergy = T7, "energy of a pulse", "mJ", 0.0, limits::ENERGY_MAX_MJ;
    Imbalance = T8, "imbalance of the phases", "%", 0.0, limits::IMBALANCE_MAX_PERCENT;
    Duration = T14, "duration", "min",
        limits::SESSION_MIN.as_ms() as f64 / 60e3, limits::SESSION_MAX.as_ms() as f64 / 60e3;
}

impl Bound {
    /// Lets a number pass that is within the bound.
    ///
    /// # Errors
    /// With the number, when it is not or is NaN.
    pub const fn check(self, asked: f64) -> Result<f64, Refused> {
        let (min, max) = self.accepted();
        // NaN fails both comparisons.
        if asked >= min && asked <= max { Ok(asked) } else { Err(Refused { bound: self, asked }) }
    }
}

impl Refused {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        self.bound.rule()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, unit, (min, max)) =
            (self.bound.what(), self.bound.unit(), self.bound.accepted());
        // As many digits as anybody has a use for.
        let asked = libm::round(self.asked * 1e4) / 1e4;
        if asked > max {
            write!(f, "{what} {asked} {unit} is not accepted: at most {max} {unit}")
        } else {
            write!(f, "{what} {asked} {unit} is not accepted: {min} to {max} {unit}")
        }
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn a_refusal_names_its_rule_what_was_asked_and_the_limit() {
        let refused = Bound::PeakCurrent.check(31.0).unwrap_err();
        assert_eq!(refused.rule(), Rule::T1);
        assert_eq!(refused.to_string(), "peak current 31 mA is not accepted: at most 30 mA");
        let refused = Bound::Duration.check(0.5).unwrap_err();
        assert_eq!(refused.to_string(), "duration 0.5 min is not accepted: 1 to 60 min");
    }

    proptest! {
        #[test]
        fn whatever_passes_is_within_the_bound(bits in any::<u64>(), i in 0..Bound::ALL.len()) {
            let (bound, asked) = (Bound::ALL[i], f64::from_bits(bits));
            let (min, max) = bound.accepted();
            prop_assert_eq!(bound.check(asked).is_ok(), (min..=max).contains(&asked));
            prop_assert!(bound.check(min).is_ok() && bound.check(max).is_ok());
            prop_assert!(bound.check(f64::NAN).is_err());
        }
    }
}
