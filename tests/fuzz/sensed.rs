//! The sense line of the pad's current, for the orders of `command`.

/// What the sense line says of the pad's current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sensed {
    /// What was granted.
    AsGranted,
    /// There is no such line.
    Absent,
    /// That none flows, or that one does, whatever was granted.
    Always(bool),
}

impl Sensed {
    pub(crate) fn of(number: u8) -> Self {
        match number % 4 {
            0 => Self::AsGranted,
            1 => Self::Absent,
            2 => Self::Always(false),
            _ => Self::Always(true),
        }
    }

    pub(crate) fn says(self, heats: bool) -> Option<bool> {
        match self {
            Self::AsGranted => Some(heats),
            Self::Absent => None,
            Self::Always(flows) => Some(flows),
        }
    }
}
