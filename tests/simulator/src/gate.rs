//! The gate as the daemon has it, in virtual time: levels, K2's pulses, and a lease that lapses.

use soothe_plant::Plant;
use soothe_therapy::{Actuators, Moment};

/// The output lines and when their grant is over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gate {
    k1: bool,
    pulse: bool,
    /// When the lease is over; none while nothing is energised.
    lapses: Option<Moment>,
    last_edge: Option<Moment>,
}

impl Gate {
    /// Carries out a grant: an edge for K2 in each cycle that holds it in.
    pub(crate) fn apply(&mut self, grant: Actuators, now: Moment, plant: &mut Plant) {
        if !grant.energises() {
            self.off(plant);
            return;
        }
        self.k1 = grant.k1();
        self.lapses = Some(now + grant.valid_for());
        if grant.k2() {
            self.pulse ^= true;
            self.last_edge = Some(now);
        }
        plant.write(self.k1, self.pulse);
    }

    /// Everything off: no edge, K1 open.
    pub(crate) fn off(&mut self, plant: &mut Plant) {
        self.k1 = false;
        self.lapses = None;
        plant.write(self.k1, self.pulse);
    }

    /// A daemon that has just started writes everything low: that may be an edge.
    pub(crate) fn begin(&mut self, now: Moment, plant: &mut Plant) {
        if self.pulse {
            self.last_edge = Some(now);
        }
        self.pulse = false;
        self.off(plant);
    }

    /// When the lease is over.
    pub(crate) fn lapses(&self) -> Option<Moment> {
        self.lapses
    }

    /// Whether K1 is written closed.
    pub(crate) fn k1(&self) -> bool {
        self.k1
    }

    /// The last pulse for K2.
    pub(crate) fn last_edge(&self) -> Option<Moment> {
        self.last_edge
    }
}
