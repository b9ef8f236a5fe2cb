//! The seam to a stimulator: what it is told, and what it says.

use core::num::NonZeroU8;

use crate::tens::mode::Mode;
use crate::tens::units::Milliamp;
use crate::tens::watch::Reading;

/// Pulses that are wanted of the stimulator. A level of zero is no stimulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stimulus {
    /// The pulses.
    pub mode: Mode,
    /// Their peak, in mA.
    level_ma: NonZeroU8,
}

impl Stimulus {
    /// Pulses of that peak; none at zero.
    #[must_use]
    pub const fn new(mode: Mode, level_ma: u8) -> Option<Self> {
        match NonZeroU8::new(level_ma) {
            Some(level_ma) => Some(Self { mode, level_ma }),
            None => None,
        }
    }

    /// Their peak.
    #[must_use]
    pub const fn level(self) -> Milliamp {
        Milliamp::literal(self.level_ma.get() as f64)
    }

    /// Their peak in whole mA.
    #[must_use]
    pub const fn level_ma(self) -> u8 {
        self.level_ma.get()
    }
}

/// What is heard of the stimulator in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Stimulator {
    /// There is none, or it does not answer.
    #[default]
    Absent,
    /// It is there, and has measured no pulse since the last step.
    Silent,
    /// It has measured a pulse, or that nothing flows.
    Measured(Reading),
}

impl Stimulator {
    /// Whether there is one.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Silent | Self::Measured(_) => true,
        }
    }

    /// The newest measurement, if it brought one.
    #[must_use]
    pub const fn reading(&self) -> Option<Reading> {
        match self {
            Self::Absent | Self::Silent => None,
            Self::Measured(reading) => Some(*reading),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_of_zero_is_no_stimulus() {
        assert_eq!(Stimulus::new(Mode::Knot, 0), None);
        let stimulus = Stimulus::new(Mode::Knot, 7).expect("a level above zero");
        assert_eq!((stimulus.level_ma(), stimulus.level().get()), (7, 7.0));
    }
}
