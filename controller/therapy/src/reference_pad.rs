//! The reference pad: what a pad of scale 1 is made of (as `hardware/plant/pads/nominal.toml`).
//!
//! Facts alone, so that what regulates and what judges compute with the same pad and still know nothing of
//! each other. The plant's nominal pad is this one; a test there compares them.

/// Heat capacity of the element, J/K.
pub const C1: f64 = 180.0;
/// Heat capacity of the surface, J/K.
pub const C2: f64 = 90.0;
/// Conductance from element to surface, W/K.
pub const G12: f64 = 1.2;
/// Conductance from the surface to the room, through skin and cover, W/K.
pub const G2A: f64 = 0.55;
/// Conductance from the element to the room, W/K.
pub const G1A: f64 = 0.15;
/// Time constant of a contact sensor, s.
pub const SENSOR_S: f64 = 4.0;
/// How much hotter the element of a pad that cools is than its surface, as a share of the surface's own
/// excess over the room: the slower of the pad's two modes, of 433 s.
pub const COOLING_SHARE: f64 = (G2A - C2 / 433.0) / G12;
