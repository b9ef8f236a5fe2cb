//! The heat path proves itself: faults that temperatures alone give away.
//!
//! What it is: rules that hold what the contact sensors read against what was granted, for any pad that
//! is accepted (0.6 to 1.4 times the reference pad's heat capacity, 25 to 60 W), in any room, whatever
//! is done to its blanket. It never says how to heat, and does not know what regulates: it imports
//! neither `heat` nor `relay`, `session` or `command`.
//!
//! * HL-H14, *a frozen sensor*: one said the same value for 20 s while the other moved by 0.3 K. At a
//!   resolution of 1/16 K a healthy sensor on the same surface has changed five times by then.
//! * HL-H14, *moved apart*: within 60 s one contact sensor moved by 0.8 K and a fifth more than the other.
//!   Both lie on one surface, so an offset may stay but not come up: a sensor that leaves the skin is
//!   seen long before it is 3 K away.
//! * HL-H15, HL-H16 and HL-H18, *heat missing* and *stray heat*: the heat balance of `balance`. Missing
//!   before the set-point was near, the pad does not rise; after, it does not hold.
//! * HL-H15 and HL-H16, *a silent heater*: heat is missing, too, when the pad does what one does that gets
//!   none, whatever its blanket does (`silence`): sooner than by the balance where little power is asked for.
//! * HL-H16, *fall*: both fall by 0.5 K/s for 10 s, as no blanket lets them: they have left the skin.
//! * HL-H17, *runaway*: 0.4 K/s for 10 s, to above what skin can warm a sensor to.
//!
//! Sensors are judged while a heat phase is on; they may be moved, touched and taken off at other times.
//! Stray heat is looked for always.
//!
//! Time is cut into seconds of its own, whether or not data came: a sample is what the sensors said last,
//! for up to 10 s, and the share of the second that power was granted for.

mod balance;
mod silence;

use balance::{Balance, Finding, WINDOW};
use silence::Silence;

use crate::interlock::Actuators;
use crate::limits;
use crate::rules::FaultKind;
use crate::sense::{Evidence, Freshness, SensorView};
use crate::units::{Celsius, Moment, Span};

const SECOND: Span = Span::from_s(1);
/// Samples over which a temperature is averaged before it is compared.
const SMOOTH: usize = 5;
/// How far back [`limits::MOVED_APART_WITHIN`] reaches, in samples.
const APART_BACK: usize = limits::MOVED_APART_WITHIN.as_ms() as usize / 1000;
/// The same for [`limits::RUNAWAY_FOR`].
const RUNAWAY_BACK: usize = limits::RUNAWAY_FOR.as_ms() as usize / 1000;
/// The same for [`limits::FALL_FOR`].
const FALL_BACK: usize = limits::FALL_FOR.as_ms() as usize / 1000;
const KEPT: usize = APART_BACK + SMOOTH;
const _: () = assert!(WINDOW < KEPT && RUNAWAY_BACK < KEPT && FALL_BACK < KEPT);
/// How much of a step in power a sensor with a lag of 4 s shows after a second: 1 - exp(-1/4).
const LAG_SHARE: f64 = 0.221;

/// One second.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// What the contact sensors said; a missing one is stood in for by the other.
    contact_c: [f64; 2],
    /// Share of the second before that full power was granted for, as late as a sensor shows it.
    share: f64,
}

impl Sample {
    const NONE: Self = Self { contact_c: [0.0; 2], share: 0.0 };

    fn mean_c(&self) -> f64 {
        (self.contact_c[0] + self.contact_c[1]) / 2.0
    }
}

/// The newest samples, oldest first.
#[derive(Clone, Copy, Debug)]
struct Trace {
    samples: [Sample; KEPT],
    len: usize,
}

impl Trace {
    const EMPTY: Self = Self { samples: [Sample::NONE; KEPT], len: 0 };

    fn push(&mut self, sample: Sample) {
        if self.len == KEPT {
            self.samples.copy_within(1.., 0);
            self.len -= 1;
        }
        self.samples[self.len] = sample;
        self.len += 1;
    }

    fn all(&self) -> &[Sample] {
        &self.samples[..self.len]
    }

    /// What a sensor said on average in the [`SMOOTH`] samples that end `back` samples ago.
    fn smooth_c(&self, sensor: usize, back: usize) -> Option<f64> {
        let end = self.len.checked_sub(back)?;
        let near = &self.samples[end.checked_sub(SMOOTH)?..end];
        Some(near.iter().map(|sample| sample.contact_c[sensor]).sum::<f64>() / SMOOTH as f64)
    }
}

/// Since when a sensor has said one and the same value, and where the other was meanwhile.
#[derive(Clone, Copy, Debug)]
struct Still {
    value_c: f64,
    seconds: u64,
    other_low_c: f64,
    other_high_c: f64,
}

impl Still {
    const fn at(value_c: f64, other_c: f64) -> Self {
        Self { value_c, seconds: 0, other_low_c: other_c, other_high_c: other_c }
    }

    /// One second more, with the other sensor's mean of the last [`SMOOTH`] seconds.
    fn goes_on(&mut self, other_c: f64) {
        self.seconds += 1;
        if self.seconds < SMOOTH as u64 {
            // The mean still reaches back to before the stillness.
            (self.other_low_c, self.other_high_c) = (other_c, other_c);
        }
        self.other_low_c = self.other_low_c.min(other_c);
        self.other_high_c = self.other_high_c.max(other_c);
    }

    fn is_frozen(&self) -> bool {
        self.seconds >= limits::FROZEN_AFTER.as_ms() / 1000
            && self.other_high_c - self.other_low_c >= limits::FROZEN_OTHER_MOVED.get()
    }
}

/// Since when a heat phase has been on.
#[derive(Clone, Debug)]
struct Phase {
    target: Celsius,
    /// Samples taken since it began.
    samples: usize,
    /// The pad was near the set-point.
    near: bool,
    /// What speaks for a heater that gives no heat; none before there is a reading.
    silence: Option<Silence>,
}

/// The memory of all rules.
#[derive(Clone, Debug)]
pub struct Verifier {
    last_step: Option<Moment>,
    sample_due: Moment,
    /// For how much of this second power was granted.
    granted: Span,
    share: f64,
    room: Option<Celsius>,
    present: [bool; 2],
    trace: Trace,
    still: [Option<Still>; 2],
    phase: Option<Phase>,
    balance: Balance,
    found: Option<FaultKind>,
}

impl Default for Verifier {
    fn default() -> Self {
        Self {
            last_step: None,
            sample_due: Moment::START,
            granted: Span::ZERO,
            share: 0.0,
            room: None,
            present: [false; 2],
            trace: Trace::EMPTY,
            still: [None; 2],
            phase: None,
            balance: Balance::new(),
            found: None,
        }
    }
}

impl Verifier {
    /// Once in each step, whether or not data came. `granted` is what was granted in the step before,
    /// `target` the set-point while a heat phase is on. Says what is wrong, for as long as it is.
    pub fn watch(
        &mut self,
        now: Moment,
        evidence: &Evidence,
        granted: Actuators,
        target: Option<Celsius>,
    ) -> Option<FaultKind> {
        let since_last = self.last_step.map_or(Span::ZERO, |last| now.since(last));
        self.last_step = Some(now);
        self.granted = self.granted + granted.heats_for(since_last);
        self.room = seen(&evidence.ambient).or(self.room);
        self.follow_phase(target);
        if now >= self.sample_due {
            if now.since(self.sample_due) >= SECOND {
                self.trace = Trace::EMPTY;
                self.sample_due = now;
            }
            self.sample_due = self.sample_due + SECOND;
            self.take_sample(now, evidence);
            self.found = self.judge(evidence);
        }
        self.found
    }

    fn follow_phase(&mut self, target: Option<Celsius>) {
        match (target, &mut self.phase) {
            (Some(target), Some(phase)) if phase.target == target => {}
            (Some(target), Some(phase)) => (phase.target, phase.near) = (target, false),
            (Some(target), None) => {
                self.phase = Some(Phase { target, samples: 0, near: false, silence: None });
                self.still = [None; 2];
                self.balance.begin_session();
            }
            (None, _) => self.phase = None,
        }
    }

    /// Takes down this second. A sensor that comes or goes starts the trace afresh, for the two may
    /// differ by a constant.
    fn take_sample(&mut self, now: Moment, evidence: &Evidence) {
        // Seconds of this second are its share.
        let share = self.granted.as_s().min(1.0);
        self.granted = Span::ZERO;
        self.share += LAG_SHARE * (share - self.share);
        // After most of an hour without heat what is left of it is too small for numbers of full precision, with which
        // some processors reckon a hundred times more slowly.
        if !self.share.is_normal() {
            self.share = 0.0;
        }

        let contact = [seen(&evidence.contact[0]), seen(&evidence.contact[1])];
        let present = contact.map(|t| t.is_some());
        if present != self.present {
            self.present = present;
            self.trace = Trace::EMPTY;
            self.still = [None; 2];
            if let Some(phase) = &mut self.phase {
                phase.silence = None;
            }
        }
        let (Some(first), Some(second)) = (contact[0].or(contact[1]), contact[1].or(contact[0]))
        else {
            return;
        };
        self.trace.push(Sample { contact_c: [first.get(), second.get()], share: self.share });
        if let Some(phase) = &mut self.phase {
            phase.samples += 1;
            phase.near |= first.max(second) + limits::VERIFY_BAND >= phase.target;
            if let Some(room) = self.room {
                let mean_c = (first.get() + second.get()) / 2.0;
                let mean = Celsius::new(mean_c).unwrap_or(first);
                let silence = &mut phase.silence;
                let silence = silence.get_or_insert_with(|| Silence::new(now, mean, room));
                silence.take(now, share, mean_c, room);
            }
        }
        self.watch_stillness();
    }

    fn watch_stillness(&mut self) {
        let Some(newest) = self.trace.all().last() else { return };
        for sensor in 0..2 {
            let Some(other_c) = self.trace.smooth_c(1 - sensor, 0) else { continue };
            let value_c = newest.contact_c[sensor];
            match &mut self.still[sensor] {
                Some(still) if still.value_c == value_c => still.goes_on(other_c),
                still => *still = Some(Still::at(value_c, other_c)),
            }
        }
    }

    fn judge(&mut self, evidence: &Evidence) -> Option<FaultKind> {
        let heat = self.judge_heat();
        let Some(phase) = &self.phase else {
            return heat.filter(|kind| *kind == FaultKind::RisingWhileOff);
        };
        let both_fresh = evidence.contact.iter().all(|view| view.freshness == Freshness::Fresh);
        let found = [
            // HL-H14
            (both_fresh && self.is_frozen(), FaultKind::FrozenSensor),
            (both_fresh && self.have_moved_apart(phase.samples), FaultKind::Disagree),
            // HL-H17
            (both_fresh && self.runs_away(), FaultKind::Runaway),
            // HL-H16
            (both_fresh && self.falls_away(), FaultKind::CannotHold),
        ];
        found.into_iter().find(|(found, _)| *found).map(|(_, kind)| kind).or(heat)
    }

    /// HL-H15, HL-H16, HL-H18
    fn judge_heat(&mut self) -> Option<FaultKind> {
        let phase = self.phase.as_ref();
        let near = phase.is_some_and(|phase| phase.near);
        let silence = phase.and_then(|phase| phase.silence.as_ref());
        let silent = silence.is_some_and(Silence::is_certain);
        let silent = silent.then_some(Finding::HeatMissing);
        let balance = self.trace.all().last_chunk().zip(self.room);
        let balance = balance.and_then(|(window, room)| self.balance.judge(window, room));
        balance.or(silent).map(|finding| match finding {
            Finding::StrayHeat => FaultKind::RisingWhileOff,
            Finding::HeatMissing if near => FaultKind::CannotHold,
            Finding::HeatMissing => FaultKind::NoRise,
        })
    }

    fn is_frozen(&self) -> bool {
        self.still.iter().flatten().any(Still::is_frozen)
    }

    /// Compares what the sensors say now with what they said since the phase began, up to a minute ago.
    fn have_moved_apart(&self, samples: usize) -> bool {
        let moved_apart = |back: usize| {
            let moved =
                |sensor| Some(self.trace.smooth_c(sensor, 0)? - self.trace.smooth_c(sensor, back)?);
            let (Some(first_k), Some(second_k)) = (moved(0), moved(1)) else { return false };
            let allowed_k = limits::MOVED_APART_MAX.get()
                + limits::MOVED_APART_SHARE * libm::fmax(libm::fabs(first_k), libm::fabs(second_k));
            libm::fabs(first_k - second_k) > allowed_k
        };
        let furthest = samples.saturating_sub(SMOOTH).min(APART_BACK);
        (1..=furthest).rev().step_by(SMOOTH).any(moved_apart)
    }

    fn runs_away(&self) -> bool {
        let Some([then, .., now]) = self.trace.all().last_chunk::<{ RUNAWAY_BACK + 1 }>() else {
            return false;
        };
        let most_k = limits::SLEW_MAX_K_PER_S * limits::RUNAWAY_FOR.as_s();
        let risen = then.contact_c.iter().zip(now.contact_c);
        risen.into_iter().any(|(then, now)| now - then > most_k && now > limits::SKIN.get())
    }

    /// Both sensors fall as nothing does that lies on skin: they hang in the air, or in water.
    fn falls_away(&self) -> bool {
        let Some([then, .., now]) = self.trace.all().last_chunk::<{ FALL_BACK + 1 }>() else {
            return false;
        };
        let most_k = limits::FALL_MAX_K_PER_S * limits::FALL_FOR.as_s();
        then.contact_c.iter().zip(now.contact_c).all(|(then, now)| then - now > most_k)
    }
}

/// What a sensor said last, unless that is so long ago that a fault latches for it (HL-H12).
fn seen(view: &SensorView) -> Option<Celsius> {
    view.reading.filter(|_| view.age <= limits::READING_LOST_LATCH)
}

#[cfg(test)]
mod tests;
