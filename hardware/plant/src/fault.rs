//! What can be wrong with the pad and its parts.
//!
//! A [`Fault`] belongs to one [`Part`], and a part has at most one: a newer one takes its place, and
//! [`Plant::heal`](crate::Plant::heal) takes it away. Parts fail independently of each other.

use soothe_therapy::{Celsius, Kelvin, ProbeError, Span};

use crate::electrode::{ElectrodeFault, ElectrodePart};
use crate::skin::Pack;

/// One of the two sensors between pad and skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// The first, in the middle of the pad.
    First,
    /// The second, at the edge that folds.
    Second,
}

impl Contact {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Its place in `Readings::contact`.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// A contact sensor does not tell what is.
    Contact(Contact, ProbeFault),
    /// The room sensor does not tell what is.
    Room(ProbeFault),
    /// The skin probe does not tell what is.
    Skin(ProbeFault),
    /// The person takes another pack than the usual one.
    Pack(Pack),
    /// A contact sensor does not lie where it should.
    Lifted(Contact, Lift),
    /// A contact sensor and the room sensor have changed names: each is told as the other.
    Swapped(Contact),
    /// The switch that regulates.
    K1(SwitchFault),
    /// The safety relay.
    K2(SwitchFault),
    /// The pad itself.
    Pad(PadFault),
    /// The cut-out opens at another temperature.
    CutOut(Celsius),
    /// The line that senses the pad's current always says this.
    CurrentSense(bool),
    /// The line that senses the cut-out always says this.
    CutOutSense(bool),
    /// Electrodes, leads or stimulator.
    Electrodes(ElectrodeFault),
}

/// What a sensor does instead of telling its temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProbeFault {
    /// Each attempt ends with this error. A value that is no number comes as
    /// [`ProbeError::Garbled`], as at the real edge.
    Lost(ProbeError),
    /// It repeats its last value, with a new time each.
    Frozen,
    /// It tells this value, e.g. the 85.000 °C of a sensor that has just got power, the 127.94 °C of
    /// a failed conversion, the 0 °C of an all-zero answer.
    Stuck(Celsius),
    /// It is off by so much more with every minute.
    Drifting {
        /// Kelvin per minute.
        per_min: Kelvin,
    },
    /// It is off by this.
    Offset(Kelvin),
    /// It follows with this time constant; below 50 ms it counts as 50 ms.
    Slow {
        /// The time constant.
        lag: Span,
    },
    /// Its noise has this standard deviation.
    Noisy {
        /// The standard deviation.
        sigma: Kelvin,
    },
    /// It converts only when its last conversion began this long ago; until then the last value
    /// stands, with the time it had. A long span is a sensor that has fallen silent.
    Late {
        /// From the beginning of one conversion to the next.
        every: Span,
    },
}

/// How a contact sensor does not lie where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lift {
    /// Off the skin: it follows the room, with a time constant of 5 s.
    Off,
    /// Half lifted: it follows the middle between room and surface.
    Half,
}

/// How a switch fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchFault {
    /// Closed, whatever the coil does.
    Welded,
    /// Open, whatever the coil does.
    Open,
    /// It opens this late after its coil lets go.
    Slow {
        /// How late.
        by: Span,
    },
    /// While its coil holds it is closed or open by chance, anew every 50 ms.
    Chattering,
}

/// How the pad fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadFault {
    /// It is folded at the second contact sensor: that place is heated twice.
    Folded,
    /// The element is broken: no current flows.
    OpenCircuit,
    /// The element has this many times its power.
    Power(Factor),
}

/// A factor from 0 to 4, beyond which the model is not stable for every pad.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor(f64);

impl Factor {
    /// What changes nothing.
    pub const ONE: Self = Self(1.0);

    /// The factor `times`; none when it is not from 0 to 4.
    #[must_use]
    pub fn new(times: f64) -> Option<Self> {
        (0.0..=4.0).contains(&times).then_some(Self(times))
    }

    /// The same for a number in the source.
    ///
    /// # Panics
    /// When it is not from 0 to 4; in a constant, the program does not compile.
    #[must_use]
    pub const fn literal(times: f64) -> Self {
        assert!(times >= 0.0 && times <= 4.0, "a factor is from 0 to 4");
        Self(times)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// What can have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A contact sensor's electronics.
    Contact(Contact),
    /// The room sensor's electronics.
    Room,
    /// The skin probe's electronics.
    Skin,
    /// The cold pack.
    Pack,
    /// A contact sensor's place.
    Place(Contact),
    /// Which sensor is told as which.
    Names,
    /// The switch that regulates.
    K1,
    /// The safety relay.
    K2,
    /// The pad.
    Pad,
    /// The bimetal cut-out.
    CutOut,
    /// The line that senses the pad's current.
    CurrentSense,
    /// The line that senses the cut-out.
    CutOutSense,
    /// A part of electrodes, leads and stimulator.
    Electrodes(ElectrodePart),
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 23] = [
        Self::Contact(Contact::First),
        Self::Contact(Contact::Second),
        Self::Room,
        Self::Skin,
        Self::Pack,
        Self::Place(Contact::First),
        Self::Place(Contact::Second),
        Self::Names,
        Self::K1,
        Self::K2,
        Self::Pad,
        Self::CutOut,
        Self::CurrentSense,
        Self::CutOutSense,
        Self::Electrodes(ElectrodePart::ALL[0]),
        Self::Electrodes(ElectrodePart::ALL[1]),
        Self::Electrodes(ElectrodePart::ALL[2]),
        Self::Electrodes(ElectrodePart::ALL[3]),
        Self::Electrodes(ElectrodePart::ALL[4]),
        Self::Electrodes(ElectrodePart::ALL[5]),
        Self::Electrodes(ElectrodePart::ALL[6]),
        Self::Electrodes(ElectrodePart::ALL[7]),
        Self::Electrodes(ElectrodePart::ALL[8]),
    ];
}

impl Fault {
    /// The part that it belongs to.
    #[must_use]
    pub const fn part(&self) -> Part {
        match self {
            Self::Contact(contact, _) => Part::Contact(*contact),
            Self::Room(_) => Part::Room,
            Self::Skin(_) => Part::Skin,
            Self::Pack(_) => Part::Pack,
            Self::Lifted(contact, _) => Part::Place(*contact),
            Self::Swapped(_) => Part::Names,
            Self::K1(_) => Part::K1,
            Self::K2(_) => Part::K2,
            Self::Pad(_) => Part::Pad,
            Self::CutOut(_) => Part::CutOut,
            Self::CurrentSense(_) => Part::CurrentSense,
            Self::CutOutSense(_) => Part::CutOutSense,
            Self::Electrodes(fault) => Part::Electrodes(fault.part()),
        }
    }
}
