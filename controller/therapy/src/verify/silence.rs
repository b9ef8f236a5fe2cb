//! A heater that is silent: power is granted, and the pad does what a pad does that gets none.
//!
//! Pads are followed side by side, all fitted to this one while it warmed up. One is not heated any more; the
//! others are heated as granted. Each second all foretell what the sensors will read, and the one that is less
//! surprised gains. While the heater is whole the silent pad loses soon, and the contest begins anew from what
//! is known by then: of a pad that has shown no heat yet, that it has the least power that is accepted. A heater
//! that opens lets the silent pad gain with every pulse of power that warms nothing (a sequential test of the
//! ratio of likelihoods: E. S. Page, Biometrika 41, 1954).
//!
//! What leaves the surface changes when a blanket comes or goes, and then a pad that is heated looks like one
//! that is not. So the heated pads differ in when that happened: one of them has lost the same all along, and
//! every [`CHANGE_EVERY`] another one is allowed to lose something else from then on, at a price. Silence has to
//! be likelier than the likeliest of them (a test against changes at unknown moments: A. S. Willsky and H. L.
//! Jones, IEEE Transactions on Automatic Control 21, 1976). Where no power is granted, the first of them and
//! the silent pad foretell the same, and nobody gains.

use crate::limits;
use crate::pad::{Observer, Pad};
use crate::units::{Celsius, Moment, Span};

/// Less than this, the logarithm of the ratio of likelihoods, is no evidence for silence;
const SPEAKS: f64 = 8.0;
/// and so much is certain, summed over the seconds for which it lasts: 8 for 23 s, or 18 for 10 s. (Chosen: of 18,400
/// healthy heat phases, three in ten of which lost their blanket, two came to 151 and 131, both while they coasted
/// after a blanket had moved early, and all others to less than 93.)
const CERTAIN: f64 = 180.0;
/// The share of the power that was found which a pad surely has while it was warmed by little: a blanket that was lifted
/// meanwhile makes it look stronger than it is.
const SURELY: f64 = 0.75;
/// The most that one second may say.
const SECOND_MAX: f64 = 2.0;
/// So much may speak against it before the contest begins anew.
const REFUTED: f64 = -4.0;
/// What leaves the surface unasked: how well it is known at first, W, and for each kelvin that the surface is
/// above the room, W/K;
const EXTRA: (f64, f64) = (0.2, 0.03);
/// by how much it may change at once when a blanket comes or goes, the same;
const CHANGE: (f64, f64) = (1.0, 1.0);
/// and how far it may be from what the pad can lose, W: the room's sensor may lie in the sun, 3 K too warm.
const BEYOND_W: f64 = 3.0;
/// How often a change is thought of, s,
const CHANGE_EVERY: u32 = 7;
/// what it costs to think of one, in the same logarithm,
const CHANGE_COSTS: f64 = 5.0;
/// and how many are thought of at a time.
const CHANGES: usize = 6;
/// A pad foretells badly whose surprise, squared, is more than this on average over so many seconds; that of
/// a pad that is right is 1, or 1.75 where sensors have noise of 0.07 K instead of 0.05.
const BADLY: f64 = 2.0;
const AVERAGED_S: f64 = 10.0;

/// A pad that is heated as granted.
#[derive(Clone, Debug)]
struct Whole {
    pad: Observer,
    /// How much likelier the silent pad is than this one.
    against: f64,
}

impl Whole {
    const fn of(pad: Observer) -> Self {
        Self { pad, against: 0.0 }
    }
}

/// What speaks for a silent heater in this heat phase.
#[derive(Clone, Debug)]
pub(super) struct Silence {
    pad: Pad,
    silent: Observer,
    /// The first has lost the same all along; the others changed.
    wholes: [Whole; 1 + CHANGES],
    /// The newest that changed, and how many seconds ago.
    newest: usize,
    changed: u32,
    room_c: f64,
    /// The pad was known at some time in this phase.
    known: bool,
    /// How badly the silent pad foretells.
    badly: f64,
    /// What speaks for silence, summed over the seconds for which it has.
    spoken: f64,
}

impl Silence {
    /// A heat phase begins at `now`, the contact sensors reading `t` on average.
    pub(super) fn new(now: Moment, t: Celsius, room: Celsius) -> Self {
        let pad = Pad::at(now, t, room.get(), None);
        let silent = steady(&pad, limits::PAD_POWER_MIN_W);
        let wholes = core::array::from_fn(|_| Whole::of(silent.clone()));
        let room_c = pad.room_c();
        Self {
            pad,
            silent,
            wholes,
            newest: 0,
            changed: 0,
            room_c,
            known: false,
            badly: 1.0,
            spoken: 0.0,
        }
    }

    /// Takes in a second, in which power was granted for `share` of it.
    pub(super) fn take(&mut self, now: Moment, share: f64, reading_c: f64, room: Celsius) {
        self.pad.heated(Span::from_ms(libm::round(share * 1000.0) as u64));
        self.pad.take(now, reading_c, room.get());
        let warmer_k = self.pad.room_c() - self.room_c;
        self.room_c = self.pad.room_c();
        let reading_k = reading_c - self.room_c;
        let extra_w = beyond_w(self.pad.extra_w());
        // What is found out by now counts, too: a pad is as weak as it looks, if only because nothing heats it.
        let power_w = self.least_power_w();
        self.wholes.iter_mut().for_each(|it| it.pad.weaken(power_w));
        let wholes = self.wholes.iter_mut().map(|it| (&mut it.pad, share));
        for (pad, share) in wholes.chain([(&mut self.silent, 0.0)]) {
            pad.shift(warmer_k);
            pad.take(1.0, share, reading_k, extra_w);
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        self.badly = averaged(self.badly, self.silent.surprise());
        for it in &mut self.wholes {
            it.against += said(it.pad.unlikely() - self.silent.unlikely(), self.badly);
        }
        let newly_known = !self.known && self.pad.is_known();
        self.known |= newly_known;
        if self.evidence() <= REFUTED || newly_known {
            self.begin_anew();
        }
        let evidence = self.evidence();
        self.spoken = if evidence >= SPEAKS { self.spoken + evidence } else { 0.0 };
        self.changed += 1;
        if self.changed == CHANGE_EVERY {
            self.think_of_a_change();
        }
    }

    fn begin_anew(&mut self) {
        self.silent = steady(&self.pad, self.least_power_w());
        self.wholes = core::array::from_fn(|_| Whole::of(self.silent.clone()));
        (self.newest, self.changed) = (0, 0);
    }

    /// The likeliest pad that is heated may lose something else from now on. The oldest that changed is
    /// forgotten for it, if it is not the likeliest.
    fn think_of_a_change(&mut self) {
        let likeliest = self.likeliest();
        let mut new = self.wholes[likeliest].clone();
        new.pad.unsettle(flow_w(&self.pad, CHANGE));
        new.against += CHANGE_COSTS;
        let after = |it: usize| 1 + it % CHANGES;
        let oldest = after(self.newest);
        self.newest = if oldest == likeliest { after(oldest) } else { oldest };
        self.wholes[self.newest] = new;
        self.changed = 0;
    }

    fn likeliest(&self) -> usize {
        let all = self.wholes.iter().enumerate();
        let likeliest = all.min_by(|(_, a), (_, b)| a.against.total_cmp(&b.against));
        likeliest.expect("there are several").0
    }

    fn evidence(&self) -> f64 {
        self.wholes[self.likeliest()].against
    }

    /// The power that the pad has at the least, as far as is known, W.
    fn least_power_w(&self) -> f64 {
        let found_w = self.pad.observer().model().power_w();
        let surely_w = match (self.known, self.pad.is_learned()) {
            (false, _) => limits::PAD_POWER_MIN_W,
            (true, false) => SURELY * found_w,
            (true, true) => found_w,
        };
        surely_w.max(limits::PAD_POWER_MIN_W)
    }

    /// The heater is silent.
    pub(super) const fn is_certain(&self) -> bool {
        self.spoken >= CERTAIN
    }
}

/// What a second says for silence, of which a heated pad is so much less likely (twice a logarithm).
fn said(less_likely: f64, badly: f64) -> f64 {
    let most = if badly > BADLY { 0.0 } else { SECOND_MAX };
    (less_likely / 2.0).clamp(-SECOND_MAX, most)
}

fn averaged(before: f64, now: f64) -> f64 {
    before + (now - before) / AVERAGED_S
}

const fn beyond_w((least_w, most_w): (f64, f64)) -> (f64, f64) {
    (least_w - BEYOND_W, most_w + BEYOND_W)
}

/// The pad as it is known, with no more than so much power, to be proved wrong.
fn steady(pad: &Pad, power_w: f64) -> Observer {
    let mut it = pad.observer().steadier(flow_w(pad, EXTRA));
    it.weaken(power_w);
    it
}

/// A flow of so much, and of so much for each kelvin that the surface is above the room, W.
fn flow_w(pad: &Pad, (any_w, w_per_k): (f64, f64)) -> f64 {
    any_w + w_per_k * pad.observer().surface_k().max(0.0)
}

#[cfg(test)]
mod tests;
