//! Placeholder until the verifier is merged.

use crate::interlock::Actuators;
use crate::rules::FaultKind;
use crate::sense::Evidence;
use crate::units::{Celsius, Moment};

/// Judges the heat path by temperatures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verifier;

impl Verifier {
    /// Once per step.
    pub fn watch(
        &mut self,
        _now: Moment,
        _evidence: &Evidence,
        _granted: Actuators,
        _target: Option<Celsius>,
    ) -> Option<FaultKind> {
        None
    }
}
