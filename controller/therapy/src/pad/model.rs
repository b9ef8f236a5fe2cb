//! What is known of one pad: how strong, how heavy and how well covered it is.
//!
//! A pad is the reference pad (`reference_pad`) with three things of its own. They are found by tuning, or
//! while it heats; before, [`PadModel::TYPICAL`] is as good as any.

use core::fmt;

use crate::reference_pad::{C1, C2, G1A, G2A, G12};

/// A pad of this power, mass and loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PadModel {
    power_w: f64,
    mass: f64,
    loss: f64,
}

/// A number that no accepted pad has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PadModelError {
    what: &'static str,
    value: f64,
    range: (f64, f64),
}

impl fmt::Display for PadModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = self.range;
        write!(f, "a pad with {} {} is not accepted: {least} to {most}", self.what, self.value)
    }
}

impl core::error::Error for PadModelError {}

impl PadModel {
    /// Least and greatest power, W: 25 to 60 W, with a tenth and a twentieth for its parts.
    pub const POWER_W: (f64, f64) = (22.5, 63.0);
    /// Least and greatest heat capacity, in times the reference pad's.
    pub const MASS: (f64, f64) = (0.5, 1.6);
    /// Least and greatest loss to the room, in times what the reference pad loses under its blanket.
    pub const LOSS: (f64, f64) = (0.5, 3.0);
    /// A pad that loses so much and more lies without its blanket: halfway between what the reference pad loses under
    /// it and about without it.
    pub const BARE: f64 = 1.5;
    /// The reference pad.
    pub const TYPICAL: Self = Self { power_w: 40.0, mass: 1.0, loss: 1.0 };

    /// A pad of `power_w`, of `mass` times the reference pad's heat capacity and `loss` times its loss.
    ///
    /// # Errors
    /// When one of them is not within its range, or no number.
    pub fn new(power_w: f64, mass: f64, loss: f64) -> Result<Self, PadModelError> {
        for (what, value, range) in [
            ("a power in W of", power_w, Self::POWER_W),
            ("times the reference mass of", mass, Self::MASS),
            ("times the reference loss of", loss, Self::LOSS),
        ] {
            if !(range.0..=range.1).contains(&value) {
                return Err(PadModelError { what, value, range });
            }
        }
        Ok(Self { power_w, mass, loss })
    }

    /// The accepted pad that is nearest to these numbers.
    ///
    /// # Panics
    /// When one of them is none.
    #[must_use]
    pub fn nearest(power_w: f64, mass: f64, loss: f64) -> Self {
        let within = |it: f64, (least, most): (f64, f64)| {
            assert!(it.is_finite(), "no pad: {power_w} {mass} {loss}");
            it.clamp(least, most)
        };
        Self {
            power_w: within(power_w, Self::POWER_W),
            mass: within(mass, Self::MASS),
            loss: within(loss, Self::LOSS),
        }
    }

    /// Power while it is switched on, W.
    #[must_use]
    pub const fn power_w(&self) -> f64 {
        self.power_w
    }

    /// Heat capacity, in times the reference pad's.
    #[must_use]
    pub const fn mass(&self) -> f64 {
        self.mass
    }

    /// Loss of the surface to the room, in times what the reference pad loses under its blanket.
    #[must_use]
    pub const fn loss(&self) -> f64 {
        self.loss
    }

    /// Rates of the two parts, 1/s.
    #[must_use]
    pub fn rates(&self) -> Rates {
        let (c1, c2) = (C1 * self.mass, C2 * self.mass);
        Rates {
            element: (G12 + G1A) / c1,
            element_from_surface: G12 / c1,
            surface: (G12 + self.loss * G2A) / c2,
            surface_from_element: G12 / c2,
        }
    }

    /// The slow and the fast time constant, s.
    #[must_use]
    pub fn time_constants_s(&self) -> (f64, f64) {
        let (slow, fast) = self.rates().modes();
        (1.0 / slow, 1.0 / fast)
    }

    /// How fast full power warms the pad as a whole, K/s.
    #[must_use]
    pub fn warming_k_per_s(&self) -> f64 {
        self.power_w / ((C1 + C2) * self.mass)
    }

    /// How far full power would raise the surface above the room in the end, K.
    #[must_use]
    pub fn full_power_rise_k(&self) -> f64 {
        let g2a = self.loss * G2A;
        self.power_w * G12 / (g2a * G12 + G1A * (G12 + g2a))
    }
}

/// How fast the parts of a pad follow each other, 1/s, when no power is on and `x` is above the room:
/// `x1' = -element x1 + element_from_surface x2`, `x2' = surface_from_element x1 - surface x2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// How fast the element cools.
    pub element: f64,
    /// What the surface gives it.
    pub element_from_surface: f64,
    /// How fast the surface cools.
    pub surface: f64,
    /// What the element gives it.
    pub surface_from_element: f64,
}

impl Rates {
    /// Rates of the slow and of the fast mode, 1/s.
    fn modes(&self) -> (f64, f64) {
        let half = (self.element + self.surface) / 2.0;
        let det =
            self.element * self.surface - self.element_from_surface * self.surface_from_element;
        let root = libm::sqrt(half * half - det);
        (half - root, half + root)
    }

    /// The highest that the surface gets with the power off, from here on, all above where they end, K.
    #[must_use]
    pub fn peak_k(&self, element_k: f64, surface_k: f64) -> f64 {
        let slope = self.surface_from_element * element_k - self.surface * surface_k;
        if slope <= 0.0 {
            return surface_k;
        }
        let (slow, fast) = self.modes();
        let fading = (slope + slow * surface_k) / (slow - fast);
        let lasting = surface_k - fading;
        let ratio = -fast * fading / (slow * lasting);
        // It rises towards where it ends, which is none of its own heat.
        if lasting <= 0.0 || ratio <= 1.0 {
            return surface_k.max(0.0);
        }
        let at_s = libm::log(ratio) / (fast - slow);
        lasting * libm::exp(-slow * at_s) + fading * libm::exp(-fast * at_s)
    }
}
