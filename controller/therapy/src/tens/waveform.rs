//! Which pulses a programme asks of the stimulator, and when none.
//!
//! ```text
//! steady  | | | | | | | | | |        burst  |||||||          |||||||
//!
//! sweep   |      |    |  | | |||| | |  |    |      |      slow and wide, fast and narrow, and back
//! ```

use crate::tens::bound::{Bound, Refused};
use crate::tens::units::{PhaseWidth, Rate};
use crate::units::Span;

/// Whether pulses come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// They do.
    Open,
    /// They do not, whatever makes them.
    Closed,
}

/// One symmetric biphasic pulse, over and over: within HL-T2, HL-T3 and HL-T8 by its types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    /// How many in a second.
    pub rate: Rate,
    /// The width of each of its two phases.
    pub width: PhaseWidth,
}

/// What the stimulator is asked for at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drive {
    /// How often, and how wide.
    pub pulse: Pulse,
    /// Or not at all.
    pub gate: Gate,
}

/// The pulses of a programme over time, repeating for ever.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waveform(Form);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Steady(Pulse),
    Burst { pulse: Pulse, pulses: u8, open: Span, every: Span },
    Sweep { from: Pulse, to: Pulse, there_and_back: Span },
}

impl Pulse {
    /// Parses pulses of `rate_hz` whose two phases have these widths in µs and the same current. Phases that
    /// differ by no more than the rounding that HL-T8 leaves are made alike: both get the first one's width.
    ///
    /// # Errors
    /// HL-T2 for a width, HL-T3 for the rate, HL-T8 for phases that do not cancel.
    pub const fn new(rate_hz: f64, widths_us: [f64; 2]) -> Result<Self, Refused> {
        let Ok(rate) = Rate::new(rate_hz) else {
            return Err(Refused { bound: Bound::Rate, asked: rate_hz });
        };
        let [first_us, second_us] = widths_us;
        let Ok(width) = PhaseWidth::new(first_us) else {
            return Err(Refused { bound: Bound::PhaseWidth, asked: first_us });
        };
        let apart_us =
            if first_us > second_us { first_us - second_us } else { second_us - first_us };
        match Bound::Imbalance.check(100.0 * apart_us / first_us) {
            Ok(_) => Ok(Self { rate, width }),
            Err(refused) => Err(refused),
        }
    }

    /// The share of time that current flows, both phases: at most 0.075.
    #[must_use]
    pub const fn on_share(self) -> f64 {
        2.0 * self.width.get() * 1e-6 * self.rate.get()
    }

    /// The pulse that is `way` from this one to another, 0 to 1.
    fn towards(self, to: Self, way: f64) -> Self {
        let between =
            |from: f64, to: f64| (from + way * (to - from)).clamp(from.min(to), from.max(to));
        Self {
            rate: Rate::literal(between(self.rate.get(), to.rate.get())),
            width: PhaseWidth::literal(between(self.width.get(), to.width.get())),
        }
    }
}

impl Waveform {
    /// The same pulse all the time.
    #[must_use]
    pub const fn steady(pulse: Pulse) -> Self {
        Self(Form::Steady(pulse))
    }

    /// Trains of so many `pulses`, `trains_hz` of them in a second.
    ///
    /// # Errors
    /// HL-T3 when there are more than 5 trains in a second or fewer than one, or one lasts longer than 100 ms.
    pub const fn burst(pulse: Pulse, pulses: u8, trains_hz: f64) -> Result<Self, Refused> {
        let every_ms = match Bound::TrainRate.check(trains_hz) {
            Ok(trains_hz) => 1000.0 / trains_hz,
            Err(refused) => return Err(refused),
        };
        let train_ms = match Bound::TrainLength.check(pulses as f64 * 1000.0 / pulse.rate.get()) {
            Ok(train_ms) => train_ms,
            Err(refused) => return Err(refused),
        };
        // Rounded so that neither a train more nor a pulse more comes than was asked for.
        let whole_ms = every_ms as u64;
        let every_ms = if (whole_ms as f64) < every_ms { whole_ms + 1 } else { whole_ms };
        let (open, every) = (Span::from_ms(train_ms as u64), Span::from_ms(every_ms));
        Ok(Self(Form::Burst { pulse, pulses, open, every }))
    }

    /// From one pulse to another and back, rate and width in straight lines.
    ///
    /// # Errors
    /// HL-T3 when there and back takes less than 2 s or more than 60 s.
    pub const fn sweep(from: Pulse, to: Pulse, there_and_back: Span) -> Result<Self, Refused> {
        match Bound::SweepTime.check(there_and_back.as_ms() as f64 / 1000.0) {
            Ok(_) => Ok(Self(Form::Sweep { from, to, there_and_back })),
            Err(refused) => Err(refused),
        }
    }

    /// What is asked for so long after the programme began.
    #[must_use]
    pub fn pulse_at(&self, at: Span) -> Drive {
        match self.0 {
            Form::Steady(pulse) => Drive { pulse, gate: Gate::Open },
            Form::Burst { pulse, open, every, pulses: _ } => {
                let inside = at.as_ms() % every.as_ms() < open.as_ms();
                Drive { pulse, gate: if inside { Gate::Open } else { Gate::Closed } }
            }
            Form::Sweep { from, to, there_and_back } => {
                let part = Span::from_ms(at.as_ms() % there_and_back.as_ms()).as_s();
                let turn = 0.5 * there_and_back.as_s();
                let way = if part <= turn { part / turn } else { 2.0 - part / turn };
                Drive { pulse: from.towards(to, way), gate: Gate::Open }
            }
        }
    }

    /// Its fastest rate with its widest phase, without a pause: no fault of what gates and sweeps it makes
    /// more of it.
    #[must_use]
    pub const fn worst(&self) -> Pulse {
        match self.0 {
            Form::Steady(pulse) | Form::Burst { pulse, .. } => pulse,
            Form::Sweep { from, to, .. } => {
                Pulse { rate: from.rate.max(to.rate), width: from.width.max(to.width) }
            }
        }
    }

    /// The share of time that current flows, over a whole cycle.
    #[must_use]
    pub const fn on_share(&self) -> f64 {
        match self.0 {
            Form::Steady(pulse) => pulse.on_share(),
            Form::Burst { pulse, pulses, every, .. } => {
                let trains_hz = 1000.0 / every.as_ms() as f64;
                2.0 * pulse.width.get() * 1e-6 * pulses as f64 * trains_hz
            }
            Form::Sweep { from, to, .. } => {
                // The integral of rate times width over the way, both straight lines.
                let (rate, width) = (from.rate.get(), from.width.get());
                let (d_rate, d_width) = (to.rate.get() - rate, to.width.get() - width);
                let mean =
                    rate * width + 0.5 * (rate * d_width + width * d_rate) + d_rate * d_width / 3.0;
                2.0 * mean * 1e-6
            }
        }
    }
}
