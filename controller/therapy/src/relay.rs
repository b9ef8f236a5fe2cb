//! Time-proportioning: from a duty to a switch that is on for a share of each window.
//!
//! One window has at most one edge to on and one to off. The duty is compared with the clock in every
//! cycle, so a demand that falls in mid-window switches off at once (after the minimum dwell), while
//! one that rises waits for the next window: off is never late, wear stays bounded (HL-H21).

use crate::limits;
use crate::units::{Duty, Moment, Span};

/// The state of one time-proportioned switch.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    window_began: Moment,
    closed: bool,
    changed: Moment,
    spent: bool,
}
