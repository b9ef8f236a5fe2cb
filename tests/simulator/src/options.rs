//! What is to be simulated.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

/// What kind of lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing goes wrong: no fault may latch.
    Healthy,
    /// One thing goes wrong in each session: the thermal figures hold.
    Single,
    /// Many things go wrong, of kinds drawn for each life: what is logical holds.
    Swarm,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Healthy, Self::Single, Self::Swarm];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Single => "single",
            Self::Swarm => "swarm",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not the name of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownMode;

impl fmt::Display for UnknownMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown mode; accepted are healthy, single and swarm")
    }
}

impl std::error::Error for UnknownMode {}

impl FromStr for Mode {
    type Err = UnknownMode;
    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        Self::ALL.into_iter().find(|mode| mode.name() == text).ok_or(UnknownMode)
    }
}

/// How much is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// So many seeds.
    Seeds(u64),
    /// Seeds, one batch after the other, until so many hours have been lived through.
    Hours(f64),
}

/// A run of the simulator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// What kind of lives.
    pub mode: Mode,
    /// The first seed; the others follow it.
    pub first_seed: u64,
    /// How much.
    pub amount: Amount,
    /// How many threads. The result does not depend on it.
    pub threads: NonZeroUsize,
}
