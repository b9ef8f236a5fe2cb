//! Heat regulation: the crate `pid` around a model of the pad, so that it fits a pad on skin.
//!
//! What the model adds, and why (docs/regulation.md has the equations and where each figure comes from):
//!
//! * *An observer.* Readings come late, in steps and with noise, and the element, 9 to 18 K hotter than
//!   the surface, is not read at all. The observer says how both are now, from the readings and from what was
//!   truly switched.
//! * *A trajectory.* The fastest way to a new target is full power until what is stored carries the surface
//!   just there, then none. That moment is computed, for the pad as it is known by then.
//! * *Feed-forward.* The duty that holds the target against what the pad loses now.
//! * *Gains from the model.* The proportional gain, and how far ahead the surface is looked at, place both
//!   poles of the loop where the relay can still follow; they are right for a light and for a heavy pad.
//! * *Conditional integration.* What the model leaves unexplained is integrated by the observer, from what
//!   truly happened; `pid` integrates only what the observer must not explain, near the target, and never
//!   while the output is saturated. Once the observer explains it, that is forgotten.
//! * *Ceilings.* Never so much heat is stored that the surface would pass [`limits::STORED_CEILING`] if the
//!   power were cut and the blanket came back, and never is the element driven above
//!   [`limits::ELEMENT_CEILING`].
//! * *Checked numbers only.* `pid` keeps a NaN for ever and turns -inf into full power; [`Celsius`]
//!   can hold neither.
//!
//! It only asks: what it returns is a duty, weighed later by the interlock.

mod outlook;
pub mod tune;

use pid::Pid;

pub use outlook::{COURSE_EVERY, COURSE_MAX, Course, Outlook};
pub use tune::{Tuner, Untuned};

use crate::limits;
use crate::pad::{Misfit, Pad, PadModel, TunedPad};
use crate::reference_pad::{C1, G1A, G2A, G12};
use crate::relay::{Asked, RelayKind};
use crate::sense::Measurement;
use crate::units::{Celsius, Duty, Kelvin, Moment, Span};

/// Where both poles of the loop are placed, 1/s, for a switch that may act every second or so,
const POLES_FAST_PER_S: f64 = 0.07;
/// and for a relay that closes once in [`limits::RELAY_PERIOD`].
const POLES_SLOW_PER_S: f64 = 0.04;
/// Integral gain in duty per kelvin and second; only while the observer is at its bound, near the target.
const KI: f64 = 0.0005;
/// Bound of the integral, in duty.
const INTEGRAL_LIMIT: f64 = 0.3;
/// Bound of each of `pid`'s terms, in duty: out of the way, since the sum is clamped here.
const TERM_LIMIT: f64 = 1000.0;
/// This far below the target the fastest way there is taken, K.
const FAR_K: f64 = 0.6;
/// So far below the target the fastest way there carries the surface, K: the rest is regulated.
const ARRIVE_BELOW_K: f64 = 0.1;
/// The power is taken back over what it stores in this time, s: a reading is a second old when the next comes,
/// and a switch gives what is asked for up to a second later.
const ARRIVE_WITHIN_S: f64 = 2.0;
/// Over so much the duty is taken back below a ceiling of the surface, K,
const CEILING_BAND_K: f64 = 0.3;
/// A surface that is this much above the highest target is not heated, whatever it is about to do, K,
const ABOVE_MAX_K: f64 = 0.4;
/// and over so much below that the duty is taken back, K.
const ABOVE_BAND_K: f64 = 0.1;
/// The same below the ceiling of the element, K.
const ELEMENT_BAND_K: f64 = 2.0;
/// How far the surface may be carried above the target when a blanket comes back, K.
const REBOUND_MAX_K: f64 = 2.3;
/// This close below the target counts as having reached it.
pub(crate) const NEAR_TARGET: Kelvin = Kelvin::literal(0.5);
/// The room as long as nobody knows it, in degrees Celsius.
const USUAL_AMBIENT_C: f64 = 22.0;
/// What is missing for longer than this is not integrated.
const GAP_MAX: Span = Span::from_s(5);
/// How slowly the difference between the two sensors is followed, s: it changes with how they lie.
const DIFFERENCE_S: f64 = 30.0;

/// What is known of the heater before it heats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heater {
    /// What kind of switch K1 is.
    pub relay: RelayKind,
    /// The pad, where it was tuned; else it is found out while it heats.
    pub tuned: Option<TunedPad>,
}

/// The regulator's memory for one heat phase.
#[derive(Clone, Debug)]
pub struct Regulator {
    target: Celsius,
    heater: Heater,
    stored_ceiling: Celsius,
    pid: Pid<f64>,
    last: Option<Moment>,
    hotter: Hotter,
    /// The room as it was read last, °C.
    room_c: f64,
    pad: Option<Pad>,
    /// The surface has been near this target.
    arrived: bool,
    /// The sum of all terms before it was bounded.
    wanted: f64,
    asked: Asked,
}

impl Regulator {
    /// A regulator towards `target`, asking for nothing yet.
    #[must_use]
    pub fn new(target: Celsius, heater: Heater) -> Self {
        let mut pid = Pid::new(target.get(), TERM_LIMIT);
        pid.p(0.0, TERM_LIMIT).i(0.0, INTEGRAL_LIMIT).d(0.0, 0.0);
        Self {
            target,
            heater,
            stored_ceiling: limits::STORED_CEILING,
            pid,
            last: None,
            hotter: Hotter::default(),
            room_c: USUAL_AMBIENT_C,
            pad: None,
            arrived: false,
            wanted: 0.0,
            asked: Asked { duty: Duty::ZERO, period: limits::RELAY_PERIOD },
        }
    }

    /// The same with another ceiling for what is stored: to measure what regulation costs it.
    #[must_use]
    pub const fn with_stored_ceiling(self, ceiling: Celsius) -> Self {
        Self { stored_ceiling: ceiling, ..self }
    }

    /// Another target from the next reading on. What is known of the pad stays known, but has to prove true anew.
    pub fn retarget(&mut self, target: Celsius) {
        self.arrived &= target == self.target;
        self.target = target;
    }

    /// What is asked of K1 until the next reading.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        self.asked
    }

    /// K1 was closed for `span`.
    pub fn heated(&mut self, span: Span) {
        if let Some(pad) = &mut self.pad {
            pad.heated(span);
        }
    }

    /// Takes in a reading. One that is not newer than the last changes nothing.
    pub fn update(&mut self, measurement: Measurement) {
        if let Some(dt) = self.look_on(measurement) {
            self.ask(dt.min(GAP_MAX).as_s());
        }
    }

    /// The same where nothing may be asked for: the pad stays known while it cools. Gives how long after the last
    /// reading this one came; none for one that is not newer.
    pub fn look_on(&mut self, measurement: Measurement) -> Option<Span> {
        let at = measurement.at;
        let dt = match self.last {
            Some(last) if at <= last => return None,
            Some(last) => at.since(last),
            None => Span::ZERO,
        };
        // A room sensor that drops out does not make the room another one.
        self.room_c = measurement.ambient.map_or(self.room_c, Celsius::get);
        let room_c = self.room_c;
        let surface_c = self.hotter.take(&measurement, dt);
        let tuned = self.heater.tuned;
        let first = Celsius::new(surface_c).unwrap_or(measurement.contact);
        // It stays in its place: to move it out and back would cost as much as all the rest.
        let pad = self.pad.get_or_insert_with(|| Pad::at(at, first, room_c, tuned));
        pad.take(at, surface_c, room_c);
        self.last = Some(at);
        Some(dt)
    }

    /// A regulator that begins anew towards this target, with what is known of the pad. It asks for nothing yet.
    #[must_use]
    pub fn anew(self, target: Celsius) -> Self {
        let Self { heater, stored_ceiling, last, hotter, room_c, pad, .. } = self;
        Self { stored_ceiling, last, hotter, room_c, pad, ..Self::new(target, heater) }
    }

    /// Asks for what the pad should get, `dt_s` after the last time.
    fn ask(&mut self, dt_s: f64) {
        let pad = self.pad.as_ref().expect("a reading has just been taken in");
        let (wanted, pid) = self.want(pad, dt_s);
        let arrived = self.arrived || !self.is_far(pad);
        let duty = Duty::saturating(wanted.min(self.within_ceilings(pad)));
        let asked = Asked { duty, period: period(pad.observer().model()) };
        (self.wanted, self.pid, self.asked, self.arrived) = (wanted, pid, asked, arrived);
    }

    /// What the pad should get, were there no ceilings, and what `pid` remembers then.
    fn want(&self, pad: &Pad, dt_s: f64) -> (f64, Pid<f64>) {
        let observer = pad.observer();
        let target_k = self.target.get() - pad.room_c();
        let hold = Hold::of(observer.model(), observer.extra_w(), target_k);
        let gains = Gains::of(observer.model(), self.heater.relay);
        let far = self.is_far(pad);
        let saturated = !(0.0..=1.0).contains(&self.wanted);
        let integrates = observer.is_lost() && !far && !saturated;
        let mut pid = self.pid;
        if pad.is_explained() {
            pid.reset_integral_term();
        }
        pid.kp = gains.proportional;
        pid.ki = if integrates { KI * dt_s } else { 0.0 };
        pid.setpoint = self.target.get();
        let excess_k = observer.element_k() - hold.element_k;
        let coming_k = observer.surface_k() + gains.ahead * excess_k;
        let output = pid.next_control_output(pad.room_c() + coming_k).output;
        let wanted = if far {
            way_there(target_k, pad.ahead().peak_k(), observer.model())
        } else {
            hold.duty + output
        };
        (wanted, pid)
    }

    /// So far below the target that the fastest way there is taken.
    fn is_far(&self, pad: &Pad) -> bool {
        pad.room_c() + pad.observer().surface_k() < self.target.get() - FAR_K
    }

    /// The most that no ceiling forbids.
    fn within_ceilings(&self, pad: &Pad) -> f64 {
        let observer = pad.observer();
        let surface_k = observer.surface_k();
        // What holds the surface where it is holds what is stored, too: so much is left at the ceiling. Until the
        // surface has been near its target nobody knows how well the pad is known, and that much less is stored.
        let hold = Hold::of(observer.model(), observer.extra_w(), surface_k);
        let holds = if self.arrived { hold.duty.max(0.0) } else { 0.0 };
        let below_k = self.stored_c() - pad.peak_if_cut_c();
        let surface = ceiling(pad.room_c() + surface_k, below_k, holds);
        surface.min((limits::ELEMENT_CEILING.get() - pad.element_max_c()) / ELEMENT_BAND_K)
    }

    /// Where what is stored may carry the surface at the most, °C.
    fn stored_c(&self) -> f64 {
        self.stored_ceiling.get().min(self.target.get() + REBOUND_MAX_K)
    }

    /// What is to come, once the pad's heat has shown.
    #[must_use]
    pub fn outlook(&self) -> Option<Outlook> {
        let pad = self.pad.as_ref().filter(|pad| pad.has_shown())?;
        Some(Outlook {
            likeliest: pad.ahead(),
            other: pad.other_ahead(),
            room_c: pad.room_c(),
            target: self.target,
            stored_c: self.stored_c(),
        })
    }

    /// The tuned pad, refined by what was read so far.
    #[must_use]
    pub fn refined(&self) -> Option<TunedPad> {
        self.pad.as_ref()?.refined()
    }

    /// What shows that the pad is not what it was found to be.
    #[must_use]
    pub fn misfit(&self) -> Option<Misfit> {
        self.pad.as_ref()?.misfit()
    }
}

/// The duty of the fastest way to a target, for a pad whose surface would get so far above the room by itself.
fn way_there(target_k: f64, peak_k: f64, pad: &PadModel) -> f64 {
    (target_k - ARRIVE_BELOW_K - peak_k) / (ARRIVE_WITHIN_S * pad.warming_k_per_s())
}

/// The most duty for a surface as hot as this, which what is stored may carry to `below_k` below the ceiling for
/// what may be stored; at that ceiling it is `holds`.
fn ceiling(surface_c: f64, below_k: f64, holds: f64) -> f64 {
    let hot = (limits::TARGET_MAX.get() + ABOVE_MAX_K - surface_c) / ABOVE_BAND_K;
    hot.min(holds + below_k / CEILING_BAND_K)
}

/// The hotter of the two sensors, with the noise of both halved: their mean and what they usually differ.
#[derive(Clone, Copy, Debug, Default)]
struct Hotter {
    /// Half of what the first contact sensor usually reads more than the second, K; none before the first
    /// reading.
    difference_k: Option<f64>,
}

impl Hotter {
    /// Takes in a reading, `dt` after the one before.
    fn take(&mut self, measurement: &Measurement, dt: Span) -> f64 {
        let now_k = measurement.half_difference_k;
        let share = dt.as_s() / (DIFFERENCE_S + dt.as_s());
        let difference_k = self.difference_k.map_or(now_k, |it| it + share * (now_k - it));
        self.difference_k = Some(difference_k);
        measurement.mean_c() + difference_k.abs()
    }
}

/// How often a relay that wears is to close: the surface of each pad then ripples as much, for that goes with
/// the power, with the square of the period, and against that of the mass.
fn period(model: &PadModel) -> Span {
    let typical = PadModel::TYPICAL;
    let quicker = model.mass() / typical.mass() * libm::sqrt(typical.power_w() / model.power_w());
    let ms = quicker * limits::RELAY_PERIOD.as_s() * 1000.0;
    Span::from_ms(ms as u64).clamp(limits::RELAY_PERIOD_RANGE.0, limits::RELAY_PERIOD_RANGE.1)
}

/// What holds a surface where it is to be.
struct Hold {
    /// The element above the room, K.
    element_k: f64,
    duty: f64,
}

impl Hold {
    /// For a surface `target_k` above the room that loses what it loses now, `extra_w` of it unasked.
    fn of(model: &PadModel, extra_w: f64, target_k: f64) -> Self {
        let element_k = target_k + (model.loss() * G2A * target_k + extra_w) / G12;
        let power_w = G12 * (element_k - target_k) + G1A * element_k;
        Self { element_k, duty: power_w / model.power_w() }
    }
}

/// Gains that place both poles of the loop.
struct Gains {
    /// Duty per kelvin.
    proportional: f64,
    /// How much of the element's excess counts as surface to come.
    ahead: f64,
}

impl Gains {
    fn of(model: &PadModel, relay: RelayKind) -> Self {
        let poles = match relay {
            RelayKind::Mosfet => POLES_FAST_PER_S,
            RelayKind::Mechanical => POLES_SLOW_PER_S,
        };
        let rates = model.rates();
        let each = model.power_w() / (C1 * model.mass());
        let element = (2.0 * poles - rates.surface - rates.element) / each;
        let sum = poles * poles - (rates.element + each * element) * rates.surface
            + rates.surface_from_element * rates.element_from_surface;
        let proportional = sum / (rates.surface_from_element * each);
        Self { proportional, ahead: element / proportional }
    }
}

#[cfg(test)]
mod tests;
