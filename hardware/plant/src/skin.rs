//! The skin under a cold pack, and the probe on it.
//!
//! The skin goes to what the pack takes it to with a time constant of 5 min, and back to 33 °C with one of 20 min:
//! vessels that cold has narrowed stay narrow. In 15 min a gel pack takes it down by 18 K, as packs took that of 36
//! people's calves (Herrera 2010: 18.2 K); after 20 min it is at the figures of Chesterton 2002. The pad's warmth does
//! not reach it: where a pack is to lie, no pad does.

use soothe_therapy::{Moment, RawReading, limits};

use crate::fault::ProbeFault;
use crate::sensor::Sensor;
use crate::spec::SensorSpec;

/// Time constant of skin under a pack, s.
const COOLS_S: f64 = 300.0;
/// Time constant of skin that warms up again, s.
const WARMS_S: f64 = 1200.0;

/// What a person puts on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pack {
    /// A gel pack over damp cloth: 14.4 °C after 20 min.
    #[default]
    Gel,
    /// Frozen peas over damp cloth: 10.8 °C after 20 min.
    Peas,
    /// Peas as cold as they come, two standard deviations below: 6.2 °C after 20 min.
    ColdPeas,
    /// A gel pack from the freezer without cloth: it goes on to below 0 °C.
    Freezer,
}

impl Pack {
    /// What it would take the skin to in the end, °C.
    const fn takes_to(self) -> f64 {
        match self {
            Self::Gel => 14.05,
            Self::Peas => 10.4,
            Self::ColdPeas => 5.7,
            Self::Freezer => -4.0,
        }
    }
}

/// A place on the body, its probe, and perhaps a pack.
#[derive(Clone, Debug)]
pub(crate) struct Skin {
    at: f64,
    pack: Pack,
    lies: bool,
    probe: Sensor,
}

impl Skin {
    /// Warm skin with a probe; `index` keeps its noise apart from that of other sensors.
    pub(crate) fn new(spec: SensorSpec, seed: u64, index: u64) -> Self {
        let at = limits::SKIN.get();
        Self { at, pack: Pack::default(), lies: false, probe: Sensor::new(spec, at, seed, index) }
    }

    /// Puts the pack on, or takes it off.
    pub(crate) fn lay(&mut self, lies: bool) {
        self.lies = lies;
    }

    pub(crate) fn set_pack(&mut self, pack: Pack) {
        self.pack = pack;
    }

    pub(crate) fn is_usual(&self) -> bool {
        self.pack == Pack::default()
    }

    pub(crate) fn set_fault(&mut self, fault: Option<ProbeFault>) {
        self.probe.set_fault(fault);
    }

    pub(crate) fn is_faulty(&self) -> bool {
        self.probe.is_faulty()
    }

    /// Its temperature, °C.
    pub(crate) const fn at(&self) -> f64 {
        self.at
    }

    /// Lives through `dt` seconds in a room of `room` °C.
    pub(crate) fn step(&mut self, room: f64, dt: f64) {
        self.probe.follow(self.at, room, dt);
        let (to, lag) =
            if self.lies { (self.pack.takes_to(), COOLS_S) } else { (limits::SKIN.get(), WARMS_S) };
        self.at += dt / lag * (to - self.at);
    }

    pub(crate) fn convert(&mut self, began: Moment) -> RawReading {
        self.probe.convert(began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PadSpec;

    fn after(pack: Pack, min: u32) -> f64 {
        let mut skin = Skin::new(PadSpec::nominal().room, 1, 3);
        skin.set_pack(pack);
        skin.lay(true);
        for _ in 0..min * 60 {
            skin.step(22.0, 1.0);
        }
        skin.at()
    }

    #[test]
    fn packs_take_the_skin_to_the_figures_that_were_measured() {
        for (pack, min, c) in [
            (Pack::Gel, 20, 14.4),
            (Pack::Gel, 15, 33.0 - 18.2),
            (Pack::Peas, 20, 10.8),
            (Pack::ColdPeas, 20, 6.2),
        ] {
            let got = after(pack, min);
            assert!((got - c).abs() < 0.3, "{pack:?} for {min} min: {got:.1} °C");
        }
        assert!(after(Pack::Freezer, 5) < 10.0 && after(Pack::Freezer, 20) < 0.0);
    }

    #[test]
    fn skin_warms_up_more_slowly_than_it_cools() {
        let mut skin = Skin::new(PadSpec::nominal().room, 1, 3);
        skin.lay(true);
        (0..600).for_each(|_| skin.step(22.0, 1.0));
        let cold = skin.at();
        skin.lay(false);
        (0..600).for_each(|_| skin.step(22.0, 1.0));
        assert!(skin.at() - cold < 0.5 * (33.0 - cold), "{} from {cold}", skin.at());
        (0..7200).for_each(|_| skin.step(22.0, 1.0));
        assert!((skin.at() - 33.0).abs() < 0.1);
    }
}
