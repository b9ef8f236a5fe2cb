//! Whether the electrodes hold and the stimulator does what was asked: judged on what is read back.
//!
//! Three kinds of trouble, three types: a [`Zero`] takes the level down and the phase goes on, a [`Stop`] ends
//! the phase, a [`Latch`] is a fault of the device. None can be taken for another.

use crate::rules::Rule;
use crate::tens::baseline::Baseline;
use crate::tens::limits;
use crate::tens::units::{Microamp, Milliamp, Ohm};
use crate::units::Moment;

/// What was read back of one pulse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The level that this very pulse was made with.
    pub commanded: Milliamp,
    /// The peak current that flowed.
    pub measured: Milliamp,
    /// The load that it flowed through.
    pub load: Ohm,
    /// The mean current, over a second or more.
    pub mean: Microamp,
}

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is against it.
    Fine,
    /// The level goes to zero, and a person is warned.
    Zero(Zero),
    /// The phase ends.
    Stop(Stop),
    /// The device is not as it must be: a fault latches.
    Latch(Latch),
}

/// Why the level goes to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// HL-T13: the load has doubled within 10 s.
    Peeling,
    /// HL-T13: the load is up by a third within 10 s and stays there.
    HalfLifted,
}

/// Why the phase ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// HL-T11: an electrode is off, or a lead.
    Open,
    /// HL-T11: nobody has measured the current for 3 s.
    Unmeasured,
}

/// What is wrong with the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latch {
    /// HL-T1: more current than the level.
    OverCurrent,
    /// HL-T8: direct current.
    DirectCurrent,
    /// HL-T12: the leads or the electrodes touch.
    Short,
}

impl Verdict {
    /// The rule behind it; none when nothing is against it.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Fine => None,
            Self::Zero(zero) => Some(zero.rule()),
            Self::Stop(stop) => Some(stop.rule()),
            Self::Latch(latch) => Some(latch.rule()),
        }
    }
}

impl Zero {
    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Peeling | Self::HalfLifted => Rule::T13,
        }
    }

    /// What happened, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Peeling => {
                "an electrode is coming off: press both on, then raise the level again"
            }
            Self::HalfLifted => {
                "an electrode lies badly: press both on, then raise the level again"
            }
        }
    }
}

impl Stop {
    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Open | Self::Unmeasured => Rule::T11,
        }
    }

    /// What happened, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Open => "an electrode or its lead is off, or the gel is dry",
            Self::Unmeasured => "the stimulator's current could not be measured",
        }
    }
}

impl Latch {
    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::OverCurrent => Rule::T1,
            Self::DirectCurrent => Rule::T8,
            Self::Short => Rule::T12,
        }
    }

    /// What happened, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::OverCurrent => "the stimulator gave more current than it was asked for",
            Self::DirectCurrent => "the stimulator gave direct current, which burns skin",
            Self::Short => "the electrodes or their leads touch each other",
        }
    }
}

/// Watches one pair of electrodes from the moment that they are put on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElectrodeWatch {
    baseline: Baseline,
    /// When a pulse was last measured.
    measured: Moment,
    /// Pulses in a row that look open, and that look peeling.
    open: u8,
    peeling: u8,
    /// Since when each pulse looks half lifted.
    half_lifted: Option<Moment>,
    latched: Option<Latch>,
}

impl ElectrodeWatch {
    /// Of electrodes that nothing is known of; a new one whenever a person has laid them anew.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self {
            baseline: Baseline::new(now),
            measured: now,
            open: 0,
            peeling: 0,
            half_lifted: None,
            latched: None,
        }
    }

    /// Nothing is sent, so nothing can be measured.
    pub const fn rests(&mut self, now: Moment) {
        self.measured = now;
    }

    /// Judges a pulse, or that none was measured since the last call. To be asked at least once a second
    /// while the level is above zero. What it has latched it tells for ever.
    ///
    /// The worst is judged first: a lead that comes off also looks like an electrode that peels.
    pub fn judge(&mut self, now: Moment, reading: Option<Reading>) -> Verdict {
        let found = match reading {
            Some(reading) => {
                self.measured = now;
                self.weigh(now, reading)
            }
            None if now.since(self.measured) > limits::READ_BACK_LOST => {
                Verdict::Stop(Stop::Unmeasured)
            }
            None => Verdict::Fine,
        };
        if let Verdict::Latch(latch) = found {
            self.latched = self.latched.or(Some(latch));
        }
        self.latched.map_or(found, Verdict::Latch)
    }

    fn weigh(&mut self, now: Moment, reading: Reading) -> Verdict {
        let (commanded_ma, measured_ma) = (reading.commanded.get(), reading.measured.get());
        let over_ma =
            (limits::OVER_CURRENT * commanded_ma).max(commanded_ma + limits::OVER_CURRENT_LEAST_MA);
        if measured_ma > over_ma {
            return Verdict::Latch(Latch::OverCurrent);
        }
        if reading.mean.get().abs() > limits::MEAN_MAX_UA {
            return Verdict::Latch(Latch::DirectCurrent);
        }
        if reading.commanded == Milliamp::ZERO {
            // Nothing flows that could tell a load.
            return Verdict::Fine;
        }
        if reading.load.get() < limits::SHORT_OHM {
            return Verdict::Latch(Latch::Short);
        }
        let rise = self.baseline.rise(reading.load);
        let open = reading.load.get() > limits::OPEN_OHM
            || measured_ma < limits::OPEN_CURRENT * commanded_ma;
        self.open = in_a_row(self.open, open);
        self.peeling = in_a_row(self.peeling, rise > limits::PEELING);
        self.half_lifted = (rise > limits::HALF_LIFTED).then(|| self.half_lifted.unwrap_or(now));
        self.baseline.take(now, reading.load);
        if self.open >= limits::PULSES_IN_A_ROW {
            Verdict::Stop(Stop::Open)
        } else if self.peeling >= limits::PULSES_IN_A_ROW {
            Verdict::Zero(Zero::Peeling)
        } else if self.half_lifted.is_some_and(|since| now.since(since) >= limits::HALF_LIFTED_FOR)
        {
            Verdict::Zero(Zero::HalfLifted)
        } else {
            Verdict::Fine
        }
    }
}

/// One more, or none in a row any more.
fn in_a_row(so_far: u8, again: bool) -> u8 {
    if again { so_far.saturating_add(1) } else { 0 }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
