//! Heat regulation: the crate `pid` inside a wrapper that makes it fit a pad on skin.
//!
//! What the wrapper adds, and why:
//!
//! * *Explicit time.* `pid` counts calls, not seconds; the gains are continuous and are scaled by the
//!   time since the last reading before each call.
//! * *Feed-forward.* The duty that holds the target in this room is computed from the pad's gain, so
//!   the integral only corrects what the model does not know.
//! * *Conditional integration.* While the output is saturated in the direction of the error, nothing
//!   is integrated: a long warm-up winds nothing up.
//! * *A filtered measurement.* Readings come in steps of 1/16 K with noise; unfiltered, one step would
//!   move the derivative by a good part of the duty.
//! * *Checked numbers only.* `pid` keeps a NaN for ever and turns -inf into full power; [`Celsius`]
//!   can hold neither.
//!
//! It only asks: what it returns is a duty, weighed later by the interlock.

use pid::Pid;

use crate::pad::Pad;
use crate::sense::Measurement;
use crate::units::{Celsius, Duty, Moment, Span};

// The gains were searched on the reference pad and its variants (±40 % heat capacity, 25 and 60 W; the
// pads in hardware/plant/pads) with the relay's 20 s window in the loop, for the least overshoot that
// still settles within 5 s of the rise. On the reference pad at 42 °C: overshoot 0.2 K, settled in
// 255 s. `cargo run --release -p soothe-tests --bin soothe-bench` measures it again.

/// Proportional gain in duty per kelvin.
const KP: f64 = 0.70;
/// Integral gain in duty per kelvin and second.
const KI: f64 = 0.0015;
/// Derivative gain in duty per kelvin per second.
const KD: f64 = 19.0;
/// Time constant of the measurement's filter in seconds.
const FILTER_S: f64 = 4.4;
/// What a pad at full power gains over the room in the end, in kelvin: 52 K for the reference pad
/// (40 W, 1.3 K/W). Feed-forward only; the integral corrects another pad.
const FULL_POWER_RISE_K: f64 = 52.0;
/// The room when nobody knows it, in degrees Celsius.
const USUAL_AMBIENT_C: f64 = 22.0;
/// A gap between readings longer than this starts the filter and the derivative afresh.
const GAP_MAX: Span = Span::from_s(5);
/// Bound of each of `pid`'s terms, in duty: out of the way, since the sum is clamped here.
const TERM_LIMIT: f64 = 100.0;
/// Bound of the integral, in duty.
const INTEGRAL_LIMIT: f64 = 0.6;

/// How far above the target the surface may get by what the element has stored, K.
const PEAK_ABOVE_TARGET_K: f64 = 0.3;
/// Where the duty ends to be cut for that, K below it.
const PEAK_BAND_K: f64 = 0.4;

/// The regulator's memory for one heat phase.
#[derive(Clone, Debug)]
pub struct Regulator {
    target: Celsius,
    pid: Pid<f64>,
    last: Option<Last>,
    pad: Option<Pad>,
    duty: Duty,
}

/// A `pid` with no memory; its gains in time are set before each call.
fn fresh_pid(target: Celsius) -> Pid<f64> {
    let mut pid = Pid::new(target.get(), TERM_LIMIT);
    pid.p(KP, TERM_LIMIT);
    pid.i(0.0, INTEGRAL_LIMIT);
    pid.d(0.0, TERM_LIMIT);
    pid
}

/// What the last reading left behind.
#[derive(Clone, Copy, Debug)]
struct Last {
    at: Moment,
    filtered_c: f64,
    /// The sum of all terms before it was clamped to a duty.
    wanted: f64,
}

impl Regulator {
    /// A regulator towards `target`, asking for nothing yet.
    #[must_use]
    pub fn new(target: Celsius) -> Self {
        Self { target, pid: fresh_pid(target), last: None, pad: None, duty: Duty::ZERO }
    }

    /// What is asked for until the next reading.
    #[must_use]
    pub const fn duty(&self) -> Duty {
        self.duty
    }

    /// K1 was closed for `span`.
    pub fn heated(&mut self, span: Span) {
        if let Some(pad) = &mut self.pad {
            pad.heated(span);
        }
    }

    /// Takes in a reading. One that is not newer than the last changes nothing.
    pub fn update(&mut self, measurement: Measurement) {
        let Measurement { at, contact, ambient } = measurement;
        let ambient_c = ambient.map_or(USUAL_AMBIENT_C, Celsius::get);
        let hold = (self.target.get() - ambient_c) / FULL_POWER_RISE_K;

        let (filtered_c, dt_s) = match self.last {
            Some(last) if at <= last.at => return,
            Some(last) if at.since(last.at) <= GAP_MAX => {
                let dt_s = at.since(last.at).as_s();
                let share = dt_s / (FILTER_S + dt_s);
                (last.filtered_c + share * (contact.get() - last.filtered_c), dt_s)
            }
            // The first reading, or one after a gap: no slope is known, and nothing is trusted.
            Some(_) | None => {
                self.pid = fresh_pid(self.target);
                self.last = None;
                (contact.get(), 0.0)
            }
        };

        let error_k = self.target.get() - filtered_c;
        let pushes_further = self.last.is_some_and(|last| {
            (last.wanted >= 1.0 && error_k > 0.0) || (last.wanted <= 0.0 && error_k < 0.0)
        });
        self.pid.ki = if pushes_further { 0.0 } else { KI * dt_s };
        self.pid.kd = if dt_s > 0.0 { KD / dt_s } else { 0.0 };
        let wanted = hold + self.pid.next_control_output(filtered_c).output;
        let pad = self.pad.get_or_insert_with(|| Pad::at(at, contact, ambient_c));
        pad.take(at, contact.get(), ambient_c);
        let over_k = pad.peak_if_cut_c(filtered_c, ambient_c) - self.target.get();
        let room_left = (PEAK_ABOVE_TARGET_K - over_k) / PEAK_BAND_K;
        self.duty = Duty::saturating(wanted.min(room_left));
        self.last = Some(Last { at, filtered_c, wanted });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn measurement(ms: u64, contact_c: f64) -> Measurement {
        Measurement {
            at: Moment::from_ms(ms),
            contact: Celsius::literal(contact_c),
            ambient: Some(Celsius::literal(22.0)),
        }
    }

    fn regulator(target_c: f64) -> Regulator {
        Regulator::new(Celsius::literal(target_c))
    }

    impl Regulator {
        /// What the PID asks for, before what is stored in the pad takes from it.
        fn wanted(&self) -> f64 {
            self.last.expect("it was told something").wanted
        }
    }

    #[test]
    fn a_cold_pad_gets_full_power_and_a_hot_one_none() {
        let mut heat = regulator(40.0);
        heat.update(measurement(0, 22.0));
        assert_eq!(heat.duty(), Duty::FULL);
        let mut heat = regulator(40.0);
        heat.update(measurement(0, 43.0));
        assert_eq!(heat.duty(), Duty::ZERO);
    }

    #[test]
    fn at_the_target_the_model_alone_holds_it() {
        let mut heat = regulator(42.0);
        heat.update(measurement(0, 42.0));
        assert!((heat.duty().get() - 20.0 / 52.0).abs() < 1e-9);
    }

    #[test]
    fn a_long_warm_up_winds_nothing_up() {
        let (mut waited, mut fresh) = (regulator(42.0), regulator(42.0));
        for second in 0..1200 {
            waited.update(measurement(second * 1000, 30.0));
        }
        fresh.update(measurement(1_199_000, 30.0));
        for second in 1200..1260 {
            waited.update(measurement(second * 1000, 42.0));
            fresh.update(measurement(second * 1000, 42.0));
        }
        assert!((waited.wanted() - fresh.wanted()).abs() < 1e-6);
    }

    #[test]
    fn the_integral_does_not_depend_on_how_often_it_is_asked() {
        let (mut slow, mut quick) = (regulator(40.0), regulator(40.0));
        for second in 0..=60 {
            slow.update(measurement(second * 1000, 39.8));
        }
        for tick in 0..=240 {
            quick.update(measurement(tick * 250, 39.8));
        }
        assert!((slow.duty().get() - quick.duty().get()).abs() < 1e-9);
    }

    #[test]
    fn a_reading_that_is_not_newer_changes_nothing() {
        let mut heat = regulator(40.0);
        heat.update(measurement(1000, 30.0));
        let before = heat.duty();
        heat.update(measurement(1000, 45.0));
        heat.update(measurement(500, 45.0));
        assert_eq!(heat.duty(), before);
    }

    #[test]
    fn after_a_gap_there_is_no_kick() {
        let mut heat = regulator(40.0);
        heat.update(measurement(0, 22.0));
        heat.update(measurement(60_000, 40.0));
        let mut fresh = regulator(40.0);
        fresh.update(measurement(60_000, 40.0));
        assert_eq!(heat.wanted(), fresh.wanted());
        assert!(heat.duty() <= fresh.duty());
    }

    proptest! {
        #[test]
        fn any_sequence_of_readings_gives_a_duty(
            readings in prop::collection::vec((0u64..20_000, -273.0f64..1000.0), 1..200),
            target_c in 30.0f64..=42.0,
        ) {
            let mut heat = regulator(target_c);
            let mut ms = 0;
            for (later_ms, contact_c) in readings {
                ms += later_ms;
                heat.update(measurement(ms, contact_c));
                prop_assert!((0.0..=1.0).contains(&heat.duty().get()));
            }
        }

        #[test]
        fn a_hotter_reading_never_asks_for_more(
            history in prop::collection::vec(20.0f64..45.0, 0..50),
            last in 20.0f64..45.0,
            up in 0.0f64..10.0,
        ) {
            let (mut cool, mut warm) = (regulator(40.0), regulator(40.0));
            let mut ms = 0;
            for contact_c in history {
                cool.update(measurement(ms, contact_c));
                warm.update(measurement(ms, contact_c));
                ms += 1000;
            }
            cool.update(measurement(ms, last));
            warm.update(measurement(ms, last + up));
            prop_assert!(warm.wanted() <= cool.wanted());
            prop_assert!(warm.duty() <= Duty::saturating(warm.wanted()));
        }
    }
}
