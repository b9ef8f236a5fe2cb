//! One heat phase, as a person asks for it.
//!
//! A [`HeatPlan`] is parsed once, here; nothing downstream can hold one that exceeds a limit.

use core::fmt;

use crate::limits;
use crate::rules::Rule;
use crate::site::Site;
use crate::units::{Celsius, Span};

/// What a session heats for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To warm a person.
    Heat,
    /// To find out about the pad: it is heated once and watched.
    Tune,
}

impl Purpose {
    /// Its name in the log and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Tune => "tune",
        }
    }
}

/// One heat phase that obeys HL-H1 and HL-H7.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatPlan {
    purpose: Purpose,
    target: Celsius,
    duration: Span,
    site: Site,
}

/// Why a heat plan cannot be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlanError {
    /// HL-H1: the target is not a finite number in 30.0 to 42.0 °C.
    Target {
        /// What was asked for; may be NaN.
        asked_c: f64,
    },
    /// HL-H7: the duration is not within the bounds for this target.
    Duration {
        /// What was asked for.
        asked: Span,
        /// The longest for the target that was asked for.
        max: Span,
    },
}

impl PlanError {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Target { .. } => Rule::H1,
            Self::Duration { .. } => Rule::H7,
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (limits::TARGET_MIN.get(), limits::TARGET_MAX.get());
        match *self {
            Self::Target { asked_c } => {
                write!(f, "target {asked_c} °C is not accepted: give {min:.1} to {max:.1} °C")?;
                // 86 to 107.6 °F are exactly the accepted temperatures; nobody means 86 °C.
                if (86.0..=107.6).contains(&asked_c) {
                    let meant_c = (asked_c - 32.0) / 1.8;
                    write!(f, " (did you mean {asked_c} °F? that is {meant_c:.1} °C)")?;
                }
                Ok(())
            }
            Self::Duration { asked, max } => {
                let min_min = limits::HEAT_PHASE_MIN.as_s() / 60.0;
                let max_min = max.as_s() / 60.0;
                write!(
                    f,
                    "a heat phase of {asked} is not accepted: give {min_min} to {max_min} min \
                     at this target ({} min up to {:.1} °C, {} min above)",
                    limits::HEAT_PHASE_MAX_GENTLE.as_s() / 60.0,
                    limits::GENTLE_TARGET.get(),
                    limits::HEAT_PHASE_MAX.as_s() / 60.0,
                )
            }
        }
    }
}

impl core::error::Error for PlanError {}

impl HeatPlan {
    /// Parses what a person asked for.
    ///
    /// # Errors
    /// HL-H1 when `target_c` is not in 30.0..=42.0, HL-H7 when `duration` is below a minute or above
    /// what the target allows.
    pub fn new(target_c: f64, duration: Span, site: Site) -> Result<Self, PlanError> {
        let target = match Celsius::new(target_c) {
            Ok(t) if t >= limits::TARGET_MIN && t <= limits::TARGET_MAX => t,
            Ok(_) | Err(_) => return Err(PlanError::Target { asked_c: target_c }),
        };
        let max = limits::heat_phase_max(target);
        if duration < limits::HEAT_PHASE_MIN || duration > max {
            return Err(PlanError::Duration { asked: duration, max });
        }
        Ok(Self { purpose: Purpose::Heat, target, duration, site })
    }

    /// A tuning that takes the surface to `target_c` once.
    ///
    /// # Errors
    /// HL-H1 when `target_c` is not in 30.0..=42.0.
    pub fn tuning(target_c: f64, site: Site) -> Result<Self, PlanError> {
        let plan = Self::new(target_c, limits::TUNING_MAX, site)?;
        Ok(Self { purpose: Purpose::Tune, ..plan })
    }

    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The same for a time that no person can ask for.
    #[cfg(test)]
    pub(crate) fn unbounded(plan: Self, duration: Span) -> Self {
        Self { duration, ..plan }
    }

    /// The set-point, 30.0 to 42.0 °C.
    #[must_use]
    pub const fn target(&self) -> Celsius {
        self.target
    }

    /// How long the phase lasts, from its start, warming up included.
    #[must_use]
    pub const fn duration(&self) -> Span {
        self.duration
    }

    /// Where the pad lies.
    #[must_use]
    pub const fn site(&self) -> Site {
        self.site
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    fn plan(target_c: f64, min: u64) -> Result<HeatPlan, PlanError> {
        HeatPlan::new(target_c, Span::from_min(min), Site::LeftShoulder)
    }

    #[test]
    fn hl_h1_targets_outside_30_to_42_are_refused() {
        assert!(plan(30.0, 10).is_ok() && plan(42.0, 10).is_ok());
        for bad in [29.9, 42.1, -40.0, 0.0, 4200.0, f64::NAN, f64::INFINITY] {
            let error = plan(bad, 10).unwrap_err();
            assert_eq!(error.rule(), Rule::H1);
            assert!(error.to_string().contains("30.0 to 42.0 °C"), "{error}");
        }
    }

    #[test]
    fn fahrenheit_is_recognised() {
        let text = plan(104.0, 10).unwrap_err().to_string();
        assert!(text.contains("104 °F? that is 40.0 °C"), "{text}");
    }

    #[test]
    fn hl_h7_minutes_are_bounded_by_the_target() {
        assert!(plan(40.0, 30).is_ok() && plan(42.0, 20).is_ok());
        for (target, min) in [(40.0, 31), (40.1, 21), (42.0, 21), (40.0, 0)] {
            assert_eq!(plan(target, min).unwrap_err().rule(), Rule::H7);
        }
    }

    proptest! {
        #[test]
        fn no_plan_exceeds_a_limit(bits in any::<u64>(), ms in any::<u64>()) {
            let target_c = f64::from_bits(bits);
            if let Ok(plan) = HeatPlan::new(target_c, Span::from_ms(ms), Site::LeftCalf) {
                prop_assert!(plan.target() >= limits::TARGET_MIN);
                prop_assert!(plan.target() <= limits::TARGET_MAX);
                prop_assert!(plan.duration() <= limits::heat_phase_max(plan.target()));
            }
        }
    }
}
