//! The seams: what a backend must be able to do.

use soothe_therapy::tens::{Stimulator, Stimulus};
use soothe_therapy::{Celsius, LineState, Moment, ProbeError, Readings, Span};

/// The least time between two edges of K2's pulses: half a cycle. Each command brings a cycle of its
/// own, and a storm of them must not drive the charge pump faster than it was built for.
const PULSE_GAP_MIN: Span = Span::from_ms(50);

/// The level of every output line; `true` is the energised one, whatever the driver's polarity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// K1, the switch that regulates.
    pub k1: bool,
    /// K2's pulse line. The relay is held in by its edges; neither level alone holds it.
    pub k2_pulse: bool,
    /// The buzzer.
    pub buzzer: bool,
    /// What the stimulator sends; none is its enable line low.
    pub stimulus: Option<Stimulus>,
}

/// A line or a thermometer could not be set up, written or sensed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct RigError {
    /// The line, e.g. `K1 (GPIO 17)`.
    pub line: String,
    /// What went wrong.
    pub problem: String,
}

/// The output lines of a backend.
pub trait Outputs: Send {
    /// Drives every line to its level.
    ///
    /// # Errors
    /// When a line could not be written. All others were tried all the same.
    fn write(&mut self, levels: Levels) -> Result<(), RigError>;

    /// The least real time between two edges of K2's pulse line.
    fn pulse_gap_min(&self) -> Span {
        PULSE_GAP_MIN
    }
}

/// A way to switch off for a process that does not own the lines: the guard, or the service manager's
/// last step. Until it is used it touches no line.
pub trait Off: Send {
    /// Drives K1, the stimulator's enable line and the buzzer low. K2's pulse line keeps its level, as an edge would hold K2 in.
    ///
    /// # Errors
    /// When a line could not be written. All others were tried all the same.
    fn off(&mut self) -> Result<(), RigError>;
}

/// What came from the world at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampled {
    /// The newest attempt of each thermometer.
    pub readings: Readings,
    /// The sense lines.
    pub lines: LineState,
    /// What is heard of the stimulator.
    pub stimulator: Stimulator,
    /// The button at the device was pressed since the last look.
    pub pressed: bool,
}

/// The inputs of a backend. Never blocks: slow thermometers are read elsewhere, into slots.
pub trait Inputs: Send {
    /// What is known at `now`. A sense line that cannot be read is reported in its safe state.
    fn sample(&mut self, now: Moment) -> Sampled;

    /// By what people have said, a cold pack lies on the skin or does not. Only a model must be told; without a default,
    /// so that whoever stands between hands it on.
    fn pack_lies(&mut self, lies: bool);
}

/// One thermometer. Reading may take a second, so each has a thread of its own.
pub trait Probe: Send {
    /// Takes one reading.
    ///
    /// # Errors
    /// When there is none, in the sensor's own terms.
    fn read(&mut self) -> Result<Celsius, ProbeError>;
}
