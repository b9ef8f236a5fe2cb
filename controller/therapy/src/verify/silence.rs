//! A heater that is silent: power is granted, and the pad does what a pad does that gets none.
//!
//! Two pads are followed side by side, both fitted to this one while it warmed up. One is heated as granted,
//! the other is not heated any more; else they are alike. Each second both foretell what the sensors will
//! read, and the one that is less surprised gains. While the heater is whole the silent pad loses soon and
//! begins anew from what is known by then; a heater that opens lets it gain with every pulse of power that
//! warms nothing (a sequential test of the ratio of likelihoods: E. S. Page, Biometrika 41, 1954).
//!
//! What leaves the surface unasked changes slowly for both, so that neither can explain a pulse away. A
//! blanket that is lifted surprises both: then it may change quickly, and nobody gains while the silent pad
//! foretells badly, too.

use crate::pad::{Observer, Pad};
use crate::units::{Celsius, Moment, Span};

/// So much has to speak for silence, in the logarithm of the ratio of likelihoods: where the pad is held
/// (chosen: blankets that came and went made 32 at most in 4,000 sessions),
const ENOUGH_HELD: f64 = 40.0;
/// and on the way there, when power without a pause tells less from a blanket that is lifted.
const ENOUGH_ON_THE_WAY: f64 = 60.0;
/// and against a pad that loses what it likes.
const ENOUGH_ANY: f64 = 4.0;
/// The most that one second may say.
const SECOND_MAX: f64 = 2.0;
/// So much may speak against it before it begins anew.
const REFUTED: f64 = -4.0;
/// What leaves the surface unasked: how well it is known at first, W, and for each kelvin that the surface is
/// above the room, W/K,
const EXTRA: (f64, f64) = (0.2, 0.03);
/// how fast it may change, the same within a second,
const WANDER: (f64, f64) = (0.05, 0.002);
/// and by how much at once, when both pads are surprised by more than this, in standard deviations, squared.
const UNSETTLED: (f64, f64) = (1.0, 0.1);
const BOTH_SURPRISED: f64 = 5.0;
/// A pad foretells badly whose surprise, squared, is more than this on average over so many seconds; that of
/// a pad that is right is 1.
const BADLY: f64 = 1.5;
const AVERAGED_S: f64 = 10.0;

/// What speaks for a silent heater in this heat phase.
#[derive(Clone, Debug)]
pub(super) struct Silence {
    pad: Pad,
    heated: Observer,
    silent: Observer,
    room_c: f64,
    /// The pad was known at some time in this phase.
    known: bool,
    /// How badly the silent pad foretells.
    badly: f64,
    evidence: f64,
    /// The same against a heated pad that may lose something else at any time.
    against_any: f64,
}

impl Silence {
    /// A heat phase begins at `now`, the contact sensors reading `t`.
    pub(super) fn new(now: Moment, t: Celsius, room: Celsius) -> Self {
        let pad = Pad::at(now, t, room.get(), None);
        let (steady, room_c) = (steady(&pad), pad.room_c());
        Self {
            pad,
            heated: steady.clone(),
            silent: steady,
            room_c,
            known: false,
            badly: 1.0,
            evidence: 0.0,
            against_any: 0.0,
        }
    }

    /// Takes in a second, in which power was granted for `share` of it.
    pub(super) fn take(&mut self, now: Moment, share: f64, reading_c: f64, room: Celsius) {
        self.pad.heated(Span::from_ms(libm::round(share * 1000.0) as u64));
        self.pad.take(now, reading_c, room.get());
        let warmer_k = self.pad.room_c() - self.room_c;
        self.room_c = self.pad.room_c();
        let (reading_k, extra_w) = (reading_c - self.room_c, self.pad.extra_w());
        for (pad, share) in [(&mut self.heated, share), (&mut self.silent, 0.0)] {
            pad.shift(warmer_k);
            pad.take(1.0, share, reading_k, extra_w);
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        let (heated, silent) = (self.heated.surprise(), self.silent.surprise());
        if heated.min(silent) > BOTH_SURPRISED {
            let by_w = flow_w(&self.pad, UNSETTLED);
            self.heated.unsettle(by_w);
            self.silent.unsettle(by_w);
        }
        self.known |= self.pad.is_known();
        self.badly += (silent - self.badly) / AVERAGED_S;
        let most = if self.badly > BADLY { 0.0 } else { SECOND_MAX };
        self.evidence += ((heated - silent) / 2.0).clamp(-SECOND_MAX, most);
        let any = ((self.pad.observer().surprise() - silent) / 2.0).clamp(-SECOND_MAX, most);
        self.against_any = (self.against_any + any).max(REFUTED);
        if self.evidence <= REFUTED || !self.known {
            let steady = steady(&self.pad);
            (self.heated, self.silent) = (steady.clone(), steady);
            (self.evidence, self.against_any) = (0.0, 0.0);
        }
    }

    /// The heater is silent; the pad is held, or still on its way.
    pub(super) fn is_certain(&self, held: bool) -> bool {
        let enough = if held { ENOUGH_HELD } else { ENOUGH_ON_THE_WAY };
        self.evidence >= enough && self.against_any >= ENOUGH_ANY
    }
}

/// The pad as it is known, to be proved wrong.
fn steady(pad: &Pad) -> Observer {
    pad.observer().steadier(flow_w(pad, EXTRA), flow_w(pad, WANDER))
}

/// A flow of so much, and of so much for each kelvin that the surface is above the room, W.
fn flow_w(pad: &Pad, (any_w, w_per_k): (f64, f64)) -> f64 {
    any_w + w_per_k * pad.observer().surface_k().max(0.0)
}

#[cfg(test)]
mod tests;
