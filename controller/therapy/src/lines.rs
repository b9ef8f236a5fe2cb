//! What the sense lines say.

/// What the sense lines and the guard say. The default is a world in order, without optional lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineState {
    /// The e-stop is open: pressed, or its wire is broken.
    pub estop_open: bool,
    /// The pad's own cut-out is open; none where it is not sensed.
    pub cutout_open: Option<bool>,
    /// Current flows through the pad; none where it is not sensed.
    pub pad_current: Option<bool>,
    /// The supply is too low, or was since the last look.
    pub undervoltage: bool,
    /// The guard process, which switches off when this one dies, is gone itself.
    pub guard_lost: bool,
}
