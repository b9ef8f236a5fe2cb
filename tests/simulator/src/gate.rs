//! The gate as the daemon has it, in virtual time: levels, K2's pulses, and a lease that lapses.

use soothe_plant::Plant;
use soothe_therapy::tens::Stimulus;
use soothe_therapy::{Actuators, Moment, limits};

/// The output lines and when their grant is over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gate {
    k1: bool,
    pulse: bool,
    stimulus: Option<Stimulus>,
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
        self.stimulus = grant.stimulus();
        self.lapses = Some(now + grant.valid_for());
        if grant.k2() {
            self.pulse ^= true;
            self.last_edge = Some(now);
        }
        self.write(plant);
    }

    /// Everything off: no edge, K1 open, no pulses.
    pub(crate) fn off(&mut self, plant: &mut Plant) {
        (self.k1, self.stimulus) = (false, None);
        self.lapses = None;
        self.write(plant);
    }

    fn write(&self, plant: &mut Plant) {
        plant.write(self.k1, self.pulse);
        plant.stimulate(self.stimulus);
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

    /// Whether K2's pulses go on: the last is no older than a cycle, and its grant was not taken back.
    pub(crate) fn k2(&self, now: Moment) -> bool {
        let young = self.last_edge.is_some_and(|at| now.since(at) <= limits::CYCLE);
        young && self.lapses.is_some()
    }

    /// Whether K1 is written closed.
    pub(crate) fn k1(&self) -> bool {
        self.k1
    }

    /// Whether the stimulator is told to send pulses.
    pub(crate) fn stimulates(&self) -> bool {
        self.stimulus.is_some()
    }

    /// The last pulse for K2.
    pub(crate) fn last_edge(&self) -> Option<Moment> {
        self.last_edge
    }
}
