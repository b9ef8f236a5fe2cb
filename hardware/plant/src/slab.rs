//! Two heat capacities, one on the other: the pad's element and its surface on the skin.

use crate::spec::PadSpec;

/// A pad, or a part of one that is heated otherwise; per area, as if the whole pad were like it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slab {
    /// The element, °C.
    pub(crate) element: f64,
    /// The surface on the skin, °C.
    pub(crate) surface: f64,
}

impl Slab {
    /// Lives through `dt` seconds at `power` watts; the surface loses `loss` times what it would.
    pub(crate) fn step(&mut self, spec: &PadSpec, power: f64, loss: f64, dt: f64) {
        let flow = spec.g12 * (self.element - self.surface);
        let element_loss = spec.g1a * (self.element - spec.ambient);
        let surface_loss = spec.g2a * loss * (self.surface - spec.ambient);
        self.element += dt / spec.c1 * (power - flow - element_loss);
        self.surface += dt / spec.c2 * (flow - surface_loss);
    }

    /// Whether it is within `kelvin` of `other`.
    pub(crate) fn is_near(&self, other: &Self, kelvin: f64) -> bool {
        (self.element - other.element).abs() < kelvin
            && (self.surface - other.surface).abs() < kelvin
    }
}
