//! The pad and the daemon on it, lived through in true time.

use soothe_plant::{PadSpec, Plant, Truth};
use soothe_therapy::{Boot, Heater, Input, Moment, Output, Span};

use crate::host::Host;

/// Everything there is.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The true time.
    pub(crate) now: Moment,
    pub(crate) plant: Plant,
    pub(crate) host: Host,
}

/// What an observer who knows everything sees at one moment.
pub(crate) struct Seen<'a> {
    /// The true time.
    pub(crate) now: Moment,
    pub(crate) truth: Truth,
    pub(crate) plant: &'a Plant,
    pub(crate) host: &'a Host,
    /// The step of the engine at this moment, if there was one.
    pub(crate) cycle: Option<&'a Cycle<'a>>,
}

/// One step of the engine.
pub(crate) struct Cycle<'a> {
    /// What the host's clock showed.
    pub(crate) now: Moment,
    /// What the engine knew before, where a session may start in this step.
    pub(crate) boot: Option<&'a Boot>,
    /// What went in.
    pub(crate) input: &'a Input<'a>,
    /// What came out.
    pub(crate) output: &'a Output,
}

impl World {
    /// A daemon that has just been started on a pad that has just been laid on, and knows this of it.
    pub(crate) fn new(pad: PadSpec, heater: Heater, seed: u64) -> Self {
        Self::beginning(Moment::START, pad, seed, Host::new(seed, heater))
    }

    /// The same at any time, with a daemon that knows something.
    pub(crate) fn beginning(now: Moment, pad: PadSpec, seed: u64, host: Host) -> Self {
        let mut plant = Plant::new(pad, seed);
        plant.advance(now);
        Self { now, plant, host }
    }

    /// Lives on to `until`, but not through what happens at that very moment.
    pub(crate) fn live_to(&mut self, until: Moment, see: &mut impl FnMut(&Seen<'_>)) {
        while self.host.next() < until {
            self.live(until.since(self.now), see);
        }
        self.plant.advance(until);
        self.now = until;
    }

    /// Lives on to whatever happens next, by `longest` at most.
    pub(crate) fn live(&mut self, longest: Span, see: &mut impl FnMut(&Seen<'_>)) {
        let next = self.host.next().max(self.now).min(self.now + longest);
        self.plant.advance(next);
        self.now = next;
        if !self.host.act(next, &mut self.plant, see) {
            let truth = self.plant.truth();
            see(&Seen { now: next, truth, plant: &self.plant, host: &self.host, cycle: None });
        }
    }
}
