//! A protocol: the phases through which a person is led, one after the other.
//!
//! It is parsed once, here: a [`Protocol`] that exists obeys every rule that can be judged before its start.
//! What only the moment can tell (the site's record, the sensors, the person) is judged when it starts and
//! while it runs.

mod error;
mod skin;

use core::fmt;

use arrayvec::ArrayString;

use skin::OnSkin;
use skin::Warm;
pub(crate) use skin::{Chilled, Cold, Had};

pub use error::{HeatError, PhaseProblem, ProtocolError};

use crate::dose::cem43;
use crate::exercise::Exercise;
use crate::limits;
use crate::tens::{Cap, ElectrodeArea, Mode, Programme};
use crate::units::{Celsius, Cem43, Span};

/// The most phases of one protocol, repeats unrolled.
pub const PHASES_MAX: usize = 64;
/// The longest name of a protocol, in bytes.
pub const NAME_MAX: usize = 32;

/// The name of a protocol: 1 to 32 of a-z, 0-9 and `-`, beginning with a letter.
pub type Name = ArrayString<NAME_MAX>;

/// One phase. By itself it runs nowhere: only a [`Protocol`] does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    /// The pad holds a temperature.
    Heat {
        /// The set-point.
        target: Celsius,
        /// From its start, warming up included.
        duration: Span,
    },
    /// A person puts a cold pack on, over damp cloth.
    Ice {
        /// From when the pack is on.
        duration: Span,
    },
    /// A stimulator sends pulses through two electrodes that a person has laid.
    Tens {
        /// The pulses.
        mode: Mode,
        /// The strongest level that the person may raise it to.
        cap: Cap,
        /// The smaller of the two electrodes.
        area: ElectrodeArea,
        /// From when the electrodes lie.
        duration: Span,
    },
    /// A person stretches a muscle or presses a point; everything is off.
    Exercise {
        /// What is done.
        exercise: Exercise,
        /// From when the person begins.
        duration: Span,
    },
    /// Everything is off while a person changes pad, pack or electrodes and dries the skin.
    Swap {
        /// At least this long; then until the person says that it is done.
        duration: Span,
    },
    /// Everything is off and nothing lies on the skin.
    Rest {
        /// How long.
        duration: Span,
        /// It goes on only once the person says that the skin feels normal (HL-C6).
        until_normal: bool,
    },
}

impl Phase {
    /// A heat phase at `target_c` degrees Celsius.
    ///
    /// # Errors
    /// HL-H1 when `target_c` is not in 30.0..=42.0, HL-H7 when `duration` is below a minute or above
    /// what the target allows.
    pub fn heat(target_c: f64, duration: Span) -> Result<Self, HeatError> {
        let target = Celsius::new(target_c).map_err(|_| HeatError::Target { asked_c: target_c })?;
        within_limits(target, duration)?;
        Ok(Self::Heat { target, duration })
    }

    /// Its name in files, commands and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Heat { .. } => "heat",
            Self::Ice { .. } => "ice",
            Self::Tens { .. } => "tens",
            Self::Exercise { exercise, .. } => exercise.kind().name(),
            Self::Swap { .. } => "swap",
            Self::Rest { .. } => "rest",
        }
    }

    /// What a TENS phase sends, within its limits; none of any other phase.
    #[must_use]
    pub fn programme(&self) -> Option<Programme> {
        let Self::Tens { mode, cap, area, duration } = *self else { return None };
        Programme::new(mode.waveform(), cap, area.get(), duration).ok()
    }

    /// How long it lasts, a person's answers aside.
    #[must_use]
    pub const fn duration(&self) -> Span {
        match self {
            Self::Heat { duration, .. }
            | Self::Ice { duration }
            | Self::Tens { duration, .. }
            | Self::Exercise { duration, .. }
            | Self::Swap { duration }
            | Self::Rest { duration, .. } => *duration,
        }
    }

    /// Its set-point; none where nothing heats.
    #[must_use]
    pub const fn target(&self) -> Option<Celsius> {
        match self {
            Self::Heat { target, .. } => Some(*target),
            Self::Ice { .. }
            | Self::Tens { .. }
            | Self::Exercise { .. }
            | Self::Swap { .. }
            | Self::Rest { .. } => None,
        }
    }
}

/// Phases that obey the limits, with their name.
#[derive(Clone, Copy, PartialEq)]
pub struct Protocol {
    name: Name,
    phases: [Phase; PHASES_MAX],
    len: usize,
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protocol")
            .field("name", &self.name)
            .field("phases", &self.phases())
            .finish()
    }
}

impl Protocol {
    /// Parses phases.
    ///
    /// # Errors
    /// When the name or a phase is not as it must be, or all together exceed a limit of a session.
    pub fn new(name: &str, phases: &[Phase]) -> Result<Self, ProtocolError> {
        let first = *phases.first().ok_or(ProtocolError::Empty)?;
        if phases.len() > PHASES_MAX {
            return Err(ProtocolError::TooMany { phases: phases.len() });
        }
        let name = parse_name(name)?;
        let (mut cold, mut skin) = (Cold::NONE, OnSkin::Nothing);
        let (mut warm, mut chilled) = (Warm::default(), Chilled::default());
        for (index, phase) in phases.iter().enumerate() {
            alone(phase)
                .and_then(|()| skin.passes(phase))
                .and_then(|()| cold.passes(phase))
                .and_then(|()| warm.passes(phase))
                .and_then(|()| chilled.passes(phase))
                .map_err(|problem| ProtocolError::Phase { phase: index, problem })?;
        }
        let mut protocol = Self { name, phases: [first; PHASES_MAX], len: phases.len() };
        for (slot, phase) in protocol.phases.iter_mut().zip(phases) {
            *slot = *phase;
        }
        // HL-H10
        let asked = protocol.duration();
        if asked > limits::SESSION_MAX {
            return Err(ProtocolError::TooLong { asked });
        }
        // HL-H5
        let asked = protocol.dose();
        if asked > limits::SESSION_DOSE_MAX {
            return Err(ProtocolError::TooMuchDose { asked });
        }
        Ok(protocol)
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its phases, in order; at least one.
    #[must_use]
    pub fn phases(&self) -> &[Phase] {
        self.phases.get(..self.len).unwrap_or(&self.phases)
    }

    /// How long it lasts, a person's answers aside: at most [`limits::SESSION_MAX`].
    #[must_use]
    pub fn duration(&self) -> Span {
        self.phases().iter().fold(Span::ZERO, |sum, phase| sum + phase.duration())
    }

    /// How long it heats.
    #[must_use]
    pub fn heats_for(&self) -> Span {
        let heats = self.phases().iter().filter(|phase| phase.target().is_some());
        heats.fold(Span::ZERO, |sum, phase| sum + phase.duration())
    }

    /// How long ice lies on the skin.
    #[must_use]
    pub fn ices_for(&self) -> Span {
        self.phases().iter().fold(Span::ZERO, |sum, phase| match phase {
            Phase::Ice { duration } => sum + *duration,
            Phase::Heat { .. }
            | Phase::Tens { .. }
            | Phase::Exercise { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. } => sum,
        })
    }

    /// How long a stimulator is on.
    #[must_use]
    pub fn stimulates_for(&self) -> Span {
        self.phases().iter().fold(Span::ZERO, |sum, phase| match phase {
            Phase::Tens { duration, .. } => sum + *duration,
            Phase::Heat { .. }
            | Phase::Ice { .. }
            | Phase::Exercise { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. } => sum,
        })
    }

    /// The longest that ice lies without a break that is one; zero where it has none.
    #[must_use]
    pub fn longest_ice(&self) -> Span {
        let mut chilled = Chilled::default();
        self.phases()
            .iter()
            .map(|phase| chilled.after(phase, phase.duration()))
            .fold(Span::ZERO, Span::max)
    }

    /// The hottest set-point, where it heats.
    #[must_use]
    pub fn target(&self) -> Option<Celsius> {
        self.phases().iter().filter_map(Phase::target).reduce(Celsius::max)
    }

    /// The dose when every heat phase is at its set-point all the time, the guard of HL-H5 included.
    #[must_use]
    pub fn dose(&self) -> Cem43 {
        let heats = self.phases().iter().filter_map(|it| it.target().zip(Some(it.duration())));
        heats
            .fold(Cem43::ZERO, |sum, (target, span)| sum + cem43(target + limits::DOSE_GUARD, span))
    }
}

/// HL-H1, HL-H7
fn within_limits(target: Celsius, duration: Span) -> Result<(), HeatError> {
    if target < limits::TARGET_MIN || target > limits::TARGET_MAX {
        return Err(HeatError::Target { asked_c: target.get() });
    }
    let max = limits::heat_phase_max(target);
    if duration < limits::HEAT_PHASE_MIN || duration > max {
        return Err(HeatError::Duration { asked: duration, max });
    }
    Ok(())
}

/// A name that can be a file's.
fn parse_name(name: &str) -> Result<Name, ProtocolError> {
    let accepted = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || !name.chars().all(accepted) {
        return Err(ProtocolError::Name);
    }
    ArrayString::from(name).map_err(|_| ProtocolError::Name)
}

/// What a phase must be by itself.
fn alone(phase: &Phase) -> Result<(), PhaseProblem> {
    let within = |asked: Span, min: Span, max: Span| {
        let is = min <= asked && asked <= max;
        if is { Ok(()) } else { Err(PhaseProblem::Duration { asked, min, max }) }
    };
    match *phase {
        Phase::Heat { target, duration } => {
            within_limits(target, duration).map_err(PhaseProblem::Heat)
        }
        // HL-C2; whether the skin is watched, which HL-C1 asks for, only the moment can tell.
        Phase::Ice { duration } => {
            let is = limits::ICE_MIN <= duration && duration <= limits::ICE_MAX_WATCHED;
            if is { Ok(()) } else { Err(PhaseProblem::Ice { asked: duration }) }
        }
        // HL-T1 to HL-T8, HL-T14
        Phase::Tens { mode, cap, area, duration } => {
            Programme::new(mode.waveform(), cap, area.get(), duration)
                .map(|_| ())
                .map_err(PhaseProblem::Tens)
        }
        Phase::Exercise { duration, .. } => {
            within(duration, limits::EXERCISE_MIN, limits::EXERCISE_MAX)
        }
        Phase::Swap { duration } => within(duration, limits::SWAP_MIN, limits::SWAP_MAX),
        Phase::Rest { duration, .. } => within(duration, limits::REST_MIN, limits::REST_MAX),
    }
}

#[cfg(test)]
mod tests;
