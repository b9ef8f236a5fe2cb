//! Tuning: the pad is heated once, its power is cut, and it is watched while it passes its peak.
//!
//! Only the second half tells a strong pad without a blanket from a weak one under it, which warm up alike
//! (see `pad`). What regulates otherwise has no time for it; here it is all that is done.
//!
//! It asks for heat like the regulator and is judged like it.

mod untuned;

pub use untuned::Untuned;

use super::{Hotter, USUAL_AMBIENT_C};
use crate::limits;
use crate::pad::{Found, Pad, PadModel, READING_EVERY, Search, Trace};
use crate::relay::Asked;
use crate::sense::Measurement;
use crate::units::{Celsius, Duty, Kelvin, Moment, Span};

/// The power is cut this far before the surface would be carried to the target: readings come once a second,
/// and a light pad of 60 W rises by 0.25 K meanwhile.
const MARGIN: Kelvin = Kelvin::literal(0.3);
/// A pad that is not there by then has told enough: to watch it longer says more than to heat it longer.
const HEATED_MAX: Span = Span::from_s(210);
/// How long it is watched: its surface peaks after half a minute, and how fast it cools then tells the loss. In
/// 120 s the power would be known to 5 %, in this time to 2 % (both standard deviations).
const WATCHED: Span = Span::from_s(225);
/// A smaller rise says too little over the noise, K.
pub(crate) const RISE_MIN_K: f64 = 6.0;
/// What is left unexplained may be three times what the noise of the reference build's sensors explains, K rms,
const RMS_MAX_K: f64 = 0.12;
/// or this many times the noise that was found, as a standard deviation, for others read in coarser steps.
const RMS_OF_NOISE: f64 = 1.3;
/// The greatest standard deviations that count as having found something: of the power, the mass and the loss,
/// as shares.
const SD_MAX: (f64, f64, f64) = (0.06, 0.1, 0.2);
/// So near the end of an accepted range lies what is beyond it, as a share.
const EDGE: f64 = 0.01;
/// The room may change by this much meanwhile.
pub(crate) const ROOM_MOVED_MAX: Kelvin = Kelvin::literal(1.0);

/// What it is at.
#[expect(clippy::large_enum_variant, reason = "there is one phase, and no heap to put it on")]
#[derive(Clone, Debug)]
enum Phase {
    Heating,
    Watching { since: Moment },
    Searching(Search),
    Done(Result<Found, Untuned>),
}

/// The tuner's memory for one heat phase.
#[derive(Clone, Debug)]
pub struct Tuner {
    target: Celsius,
    phase: Phase,
    began: Option<Moment>,
    last: Moment,
    hotter: Hotter,
    /// How long K1 was closed since the last reading.
    closed: Span,
    pad: Option<Pad>,
    trace: Trace,
    /// The coolest and the warmest that the room was, °C.
    room_c: Option<(f64, f64)>,
}

impl Tuner {
    /// A tuner that gets the surface to `target` at most.
    #[must_use]
    pub fn new(target: Celsius) -> Self {
        Self {
            target,
            phase: Phase::Heating,
            began: None,
            last: Moment::START,
            hotter: Hotter::default(),
            closed: Span::ZERO,
            pad: None,
            trace: Trace::default(),
            room_c: None,
        }
    }

    /// What is asked of K1 until the next reading.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        let duty = match self.phase {
            Phase::Heating => Duty::FULL,
            Phase::Watching { .. } | Phase::Searching(_) | Phase::Done(_) => Duty::ZERO,
        };
        Asked { duty, period: limits::RELAY_PERIOD }
    }

    /// What was found out, once it is over.
    #[must_use]
    pub const fn found(&self) -> Option<Result<Found, Untuned>> {
        match self.phase {
            Phase::Heating | Phase::Watching { .. } | Phase::Searching(_) => None,
            Phase::Done(found) => Some(found),
        }
    }

    /// K1 was closed for `span`.
    pub fn heated(&mut self, span: Span) {
        self.closed = self.closed + span;
        if let Some(pad) = &mut self.pad {
            pad.heated(span);
        }
    }

    /// Takes in a reading; one that is not newer than the last says nothing new. Where all was read, each call
    /// is a step of the search for the pad that fits.
    pub fn update(&mut self, measurement: Measurement) {
        if let Phase::Searching(search) = &mut self.phase {
            search.step(&self.trace);
            if search.is_over() {
                let found = search.found(&self.trace);
                self.phase = Phase::Done(self.judge(found));
            }
            return;
        }
        let at = measurement.at;
        let dt = self.began.map_or(Span::ZERO, |_| at.since(self.last));
        if self.began.is_some() && dt < READING_EVERY {
            return;
        }
        self.last = at;
        match &mut self.phase {
            Phase::Heating => {
                let (heated, peak_c) = self.take(&measurement, dt);
                if peak_c >= self.target.get() - MARGIN.get() || heated >= HEATED_MAX {
                    self.phase = Phase::Watching { since: at };
                }
            }
            Phase::Watching { since } => {
                let since = *since;
                self.take(&measurement, dt);
                if at.since(since) >= WATCHED {
                    self.phase = self.watched();
                }
            }
            Phase::Searching(_) | Phase::Done(_) => {}
        }
    }

    /// Takes down a reading. Says for how long it has been heated, and how hot the surface would get if the
    /// power were cut now, °C.
    fn take(&mut self, measurement: &Measurement, dt: Span) -> (Span, f64) {
        let at = measurement.at;
        let known_c = measurement.ambient.map(Celsius::get);
        self.trace.take(dt, self.closed, measurement.mean_c(), known_c);
        self.closed = Span::ZERO;
        let range = |it: f64| {
            let (coolest, warmest) = self.room_c.unwrap_or((it, it));
            (coolest.min(it), warmest.max(it))
        };
        self.room_c = known_c.map(range).or(self.room_c);
        let room_c = known_c.unwrap_or(USUAL_AMBIENT_C);
        let hotter_c = self.hotter.take(measurement, dt);
        let first = Celsius::new(hotter_c).unwrap_or(measurement.contact);
        let pad = self.pad.get_or_insert_with(|| Pad::at(at, first, room_c, None));
        pad.take(at, hotter_c, room_c);
        (at.since(*self.began.get_or_insert(at)), pad.peak_if_cut_c())
    }

    /// What follows when all was read.
    fn watched(&self) -> Phase {
        let rise_k = self.trace.rise_k();
        if rise_k < RISE_MIN_K {
            return Phase::Done(Err(Untuned::TooLittleRise { rise_k }));
        }
        if self.room_c.is_none_or(|(coolest, warmest)| warmest - coolest > ROOM_MOVED_MAX.get()) {
            return Phase::Done(Err(Untuned::Room));
        }
        let near = self.pad.as_ref().map_or(PadModel::TYPICAL, |pad| *pad.observer().model());
        Phase::Searching(Search::from(&self.trace, &near))
    }

    /// Whether what fits best is good enough.
    fn judge(&self, found: Found) -> Result<Found, Untuned> {
        let Found { model, rms_k, .. } = found;
        let noise_k = self.pad.as_ref().and_then(Pad::noise_k).unwrap_or(0.0);
        let most_k = RMS_MAX_K.max(RMS_OF_NOISE * noise_k);
        let below = |it: f64, (least, _): (f64, f64)| it <= least * (1.0 + EDGE);
        let above = |it: f64, (_, most): (f64, f64)| it >= most * (1.0 - EDGE);
        let beyond = |it: f64, range| below(it, range) || above(it, range);
        let why = [
            (rms_k > most_k && self.is_disturbed(), Untuned::Disturbed { rms_k, most_k }),
            (below(model.power_w(), PadModel::POWER_W), Untuned::TooWeak),
            (above(model.power_w(), PadModel::POWER_W), Untuned::TooStrong),
            (beyond(model.mass(), PadModel::MASS), Untuned::Mass),
            (beyond(model.loss(), PadModel::LOSS), Untuned::Loss),
            (rms_k > most_k, Untuned::PoorFit { rms_k, most_k }),
            (is_unclear(&found), Untuned::Unclear),
        ];
        why.into_iter().find(|(is, _)| *is).map_or(Ok(found), |(_, why)| Err(why))
    }

    fn is_disturbed(&self) -> bool {
        self.pad.as_ref().is_some_and(Pad::is_disturbed)
    }
}

fn is_unclear(found: &Found) -> bool {
    let Found { model, power_sd_w, mass_sd, loss_sd, .. } = found;
    *power_sd_w > SD_MAX.0 * model.power_w()
        || *mass_sd > SD_MAX.1 * model.mass()
        || *loss_sd > SD_MAX.2 * model.loss()
}
