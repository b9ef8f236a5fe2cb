//! The pad as one explanation of the readings has it, to look ahead with: no more readings come, only power.

use super::linear::{Matrix, apply, exponential};
use super::model::PadModel;
use super::observer::Observer;
use crate::reference_pad::{C1, C2};

/// A pad that goes on from what is known of it now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    model: PadModel,
    /// The same, well covered.
    covered: PadModel,
    /// Element and surface above the room, K.
    element_k: f64,
    surface_k: f64,
    /// What leaves the surface besides, W.
    extra_w: f64,
}

impl Ahead {
    pub(super) fn of(observer: &Observer, covered: PadModel) -> Self {
        Self {
            model: *observer.model(),
            covered,
            element_k: observer.element_k(),
            surface_k: observer.surface_k(),
            extra_w: observer.extra_w(),
        }
    }

    /// The pad as it loses now.
    #[must_use]
    pub const fn model(&self) -> &PadModel {
        &self.model
    }

    /// The surface above the room, K.
    #[must_use]
    pub const fn surface_k(&self) -> f64 {
        self.surface_k
    }

    /// The highest above the room that the surface gets if the power were cut now and all else stayed, K.
    #[must_use]
    pub fn peak_k(&self) -> f64 {
        let rates = self.model.rates();
        // Where it ends without power: what leaves it unasked cools it below the room.
        let cooled =
            rates.surface - rates.surface_from_element * rates.element_from_surface / rates.element;
        let surface_end_k = -self.extra_w / (C2 * self.model.mass()) / cooled;
        let element_end_k = rates.element_from_surface / rates.element * surface_end_k;
        let above = [self.element_k - element_end_k, self.surface_k - surface_end_k];
        surface_end_k + rates.peak_k(above[0], above[1])
    }

    /// The same if it lay well covered, its element counting as `gain` times as much above the surface.
    #[must_use]
    pub fn peak_covered_k(&self, gain: f64) -> f64 {
        let stored_k = gain * (self.element_k - self.surface_k);
        self.covered.rates().peak_k(self.surface_k + stored_k, self.surface_k)
    }

    /// How it goes on in steps of `dt_s`.
    #[must_use]
    pub fn steps(&self, dt_s: f64) -> Steps {
        let rates = self.model.rates();
        let (c1, c2) = (C1 * self.model.mass(), C2 * self.model.mass());
        let a = [
            [-rates.element, rates.element_from_surface, 1.0 / c1, 0.0],
            [rates.surface_from_element, -rates.surface, 0.0, -1.0 / c2],
            [0.0; 4],
            [0.0; 4],
        ];
        Steps { pad: *self, step: exponential(&a, dt_s) }
    }
}

/// A pad that is moved on step by step.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// The pad by now.
    pub pad: Ahead,
    step: Matrix<4>,
}

impl Steps {
    /// One step with so much of the full power.
    pub fn take(&mut self, share: f64) {
        let pad = &mut self.pad;
        let power_w = share * pad.model.power_w();
        let now = [pad.element_k, pad.surface_k, power_w, pad.extra_w];
        [pad.element_k, pad.surface_k, ..] = apply(&self.step, &now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far above the room the surface gets when the power is cut, in small steps.
    fn simulated_k(pad: &Ahead) -> f64 {
        let mut steps = pad.steps(0.1);
        let mut most_k = pad.surface_k();
        for _ in 0..6000 {
            steps.take(0.0);
            most_k = most_k.max(steps.pad.surface_k());
        }
        most_k
    }

    #[test]
    fn the_highest_that_a_surface_gets_is_what_a_cut_does() {
        for model in [
            PadModel::TYPICAL,
            PadModel::nearest(60.0, 0.6, 2.0),
            PadModel::nearest(25.0, 1.4, 1.0),
        ] {
            // More than the model knows leaves the surface, or less; the element is hotter than it, or is not.
            for extra_w in [-6.0, -1.5, 0.0, 3.0, 11.0] {
                for (element_k, surface_k) in
                    [(40.0, 20.0), (28.0, 20.0), (20.0, 20.0), (15.0, 20.0), (12.0, 0.0)]
                {
                    let parts = [element_k, surface_k, surface_k];
                    let pad = Ahead::of(&Observer::at(model, parts, extra_w), model);
                    let (told_k, true_k) = (pad.peak_k(), simulated_k(&pad));
                    assert!((told_k - true_k).abs() < 0.01, "{pad:?}: {told_k} of {true_k}");
                }
            }
        }
    }
}
