//! Why phases are no protocol, in words that say what would be accepted.

use core::fmt;

use super::{NAME_MAX, PHASES_MAX};
use crate::limits;
use crate::rules::Rule;
use crate::site::Site;
use crate::tens::{NoPlacement, Refused};
use crate::units::{Celsius, Cem43, Span};

/// Why a heat phase cannot be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HeatError {
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

impl HeatError {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Target { .. } => Rule::H1,
            Self::Duration { .. } => Rule::H7,
        }
    }
}

impl fmt::Display for HeatError {
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

impl core::error::Error for HeatError {}

/// Why phases are no protocol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProtocolError {
    /// The name is not 1 to 32 of a-z, 0-9 and `-`.
    Name,
    /// There are no phases.
    Empty,
    /// There are more than [`PHASES_MAX`].
    TooMany {
        /// How many.
        phases: usize,
    },
    /// One phase is not as it must be.
    Phase {
        /// Which one, from zero.
        phase: usize,
        /// What is wrong.
        problem: PhaseProblem,
    },
    /// HL-H10: altogether it is longer than a session may be.
    TooLong {
        /// The sum of its phases.
        asked: Span,
    },
    /// HL-H5: altogether it heats more than a session may.
    TooMuchDose {
        /// The dose with every phase at its set-point.
        asked: Cem43,
    },
}

/// What is wrong with one phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PhaseProblem {
    /// HL-H1, HL-H7.
    Heat(HeatError),
    /// HL-H7: with the heat before it, from which no break parts it, it is too long.
    HeatTogether {
        /// How long they are together.
        asked: Span,
        /// The longest for the hotter of them.
        max: Span,
    },
    /// HL-C1, HL-C2: ice is shorter than makes sense, or longer than it may be.
    Ice {
        /// What was asked for.
        asked: Span,
    },
    /// HL-C2: with the ice before it, from which no break parts it, it is too long.
    IceTogether {
        /// How long they are together.
        asked: Span,
    },
    /// HL-C2: ice lies too long where a nerve is just under the skin.
    IceOnNerve {
        /// How long.
        asked: Span,
        /// Where.
        site: Site,
    },
    /// HL-T1 to HL-T8, HL-T14: a stimulation is not within its bounds.
    Tens(Refused),
    /// HL-T16: no electrodes may lie there.
    NoPlacement(NoPlacement),
    /// A swap, a rest or an exercise is not within its bounds.
    Duration {
        /// What was asked for.
        asked: Span,
        /// The shortest.
        min: Span,
        /// The longest.
        max: Span,
    },
    /// HL-C6: heat after cold without a rest that asks whether the skin feels normal.
    HeatOnNumbSkin,
    /// HL-C6: heat after cold is too hot for its first minutes.
    TooHotAfterCold {
        /// Its set-point.
        target: Celsius,
    },
    /// Pad, pack or electrodes change places without a swap or a rest.
    NoSwap,
}

impl PhaseProblem {
    /// The rule behind it, where there is one.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Heat(error) => Some(error.rule()),
            Self::HeatTogether { .. } => Some(Rule::H7),
            Self::Ice { asked } if asked.as_ms() < limits::ICE_MIN.as_ms() => Some(Rule::C1),
            Self::Ice { .. } | Self::IceTogether { .. } | Self::IceOnNerve { .. } => Some(Rule::C2),
            Self::Tens(refused) => Some(refused.rule()),
            Self::NoPlacement(refused) => Some(refused.rule()),
            Self::HeatOnNumbSkin | Self::TooHotAfterCold { .. } => Some(Rule::C6),
            Self::Duration { .. } | Self::NoSwap => None,
        }
    }
}

impl ProtocolError {
    /// The rule behind it, where there is one.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Name | Self::Empty | Self::TooMany { .. } => None,
            Self::Phase { problem, .. } => problem.rule(),
            Self::TooLong { .. } => Some(Rule::H10),
            Self::TooMuchDose { .. } => Some(Rule::H5),
        }
    }
}

impl fmt::Display for PhaseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Heat(error) => error.fmt(f),
            Self::HeatTogether { asked, max } => write!(
                f,
                "with the heat before it this comes to {asked}, which counts as one phase of at most {max} here: \
                 put {} in between with the pad off",
                limits::HEAT_BREAK_MIN
            ),
            Self::Ice { asked } => write!(
                f,
                "ice for {asked} is not accepted: give {} to {}, or to {} where a skin probe watches",
                limits::ICE_MIN,
                limits::ICE_MAX_UNWATCHED,
                limits::ICE_MAX_WATCHED
            ),
            Self::IceTogether { asked } => write!(
                f,
                "with the ice before it this comes to {asked}, which counts as one phase of at most {}: leave the skin \
                 without ice for as long as it lay there",
                limits::ICE_MAX_WATCHED
            ),
            Self::IceOnNerve { asked, site } => write!(
                f,
                "ice for {asked} is not accepted on {site}, where a nerve is just under the skin: give at most {}",
                limits::ICE_MAX_NERVE
            ),
            Self::Tens(refused) => refused.fmt(f),
            Self::NoPlacement(refused) => refused.fmt(f),
            Self::Duration { asked, min, max } => {
                write!(f, "{asked} is not accepted: give {min} to {max}")
            }
            Self::HeatOnNumbSkin => write!(
                f,
                "heat after more than {} of ice needs a rest in between with until = \"normal\": numb skin cannot \
                 warn",
                limits::COLD_NUMBS_AFTER
            ),
            Self::TooHotAfterCold { target } => write!(
                f,
                "heat at {target} is not accepted as the first after ice: give at most {}",
                limits::TARGET_MAX_AFTER_COLD
            ),
            Self::NoSwap => f.write_str(
                "pad, pack and electrodes cannot change places at once: put a swap or a rest before this phase",
            ),
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Name => {
                write!(f, "a name is 1 to {NAME_MAX} of a-z, 0-9 and -, and begins with a letter")
            }
            Self::Empty => f.write_str("a protocol has at least one phase"),
            Self::TooMany { phases } => {
                write!(
                    f,
                    "{phases} phases are too many: at most {PHASES_MAX} are accepted, repeats unrolled"
                )
            }
            Self::Phase { phase, problem } => write!(f, "phase {}: {problem}", phase + 1),
            Self::TooLong { asked } => {
                write!(
                    f,
                    "the phases last {asked} altogether; at most {} is accepted",
                    limits::SESSION_MAX
                )
            }
            Self::TooMuchDose { asked } => write!(
                f,
                "the heat phases sum to {:.1} CEM43; at most {} is accepted",
                asked.get(),
                limits::SESSION_DOSE_MAX.get()
            ),
        }
    }
}

impl core::error::Error for ProtocolError {}
