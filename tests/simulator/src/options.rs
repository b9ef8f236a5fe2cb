//! What is to be simulated.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use crate::trouble::Kind;

/// What kind of lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing goes wrong: no fault may latch.
    Healthy,
    /// One thing goes wrong in each session: the thermal figures hold.
    Single,
    /// People are led through whole protocols, answer late, twice, wrongly or never; nothing else goes wrong.
    Led,
    /// People with electrodes, which come off, dry out and short; one thing goes wrong in each session.
    Tens,
    /// Many things go wrong, of kinds drawn for each life: what is logical holds.
    Swarm,
    /// This thing goes wrong in each session of heat, for what is seldom seen in [`Mode::Single`].
    Only(Kind),
}

impl Mode {
    /// Every mode that is no single thing.
    pub const MIXED: [Self; 5] = [Self::Healthy, Self::Single, Self::Led, Self::Tens, Self::Swarm];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Single => "single",
            Self::Led => "led",
            Self::Tens => "tens",
            Self::Swarm => "swarm",
            Self::Only(kind) => kind.name(),
        }
    }

    /// One thing goes wrong in each session of heat, and how long it takes to be found is measured.
    pub(crate) const fn is_measured(self) -> bool {
        matches!(self, Self::Single | Self::Only(_))
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
        f.write_str(
            "unknown mode; accepted are healthy, single, led, tens and swarm, or the one thing",
        )?;
        f.write_str(" that is to go wrong: ")?;
        let names: Vec<&str> = Kind::of_heat().iter().map(|kind| kind.name()).collect();
        f.write_str(&names.join(", "))
    }
}

impl std::error::Error for UnknownMode {}

impl FromStr for Mode {
    type Err = UnknownMode;
    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let only = Kind::of_heat().iter().map(|kind| Self::Only(*kind));
        Self::MIXED.into_iter().chain(only).find(|mode| mode.name() == text).ok_or(UnknownMode)
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
