//! Plain on and off with 0.5 K of hysteresis to either side: what a thermostat does.

use super::Relay;

/// The thermostat.
#[must_use]
pub const fn thermostat() -> Relay {
    Relay::new(0.5)
}
