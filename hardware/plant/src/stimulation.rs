//! A stimulator between the lines and a pair of electrodes: it sends the pulses of a mode while it is fed, and
//! tells what the newest of them did.
//!
//! Pulses are counted on the plant's grid of 50 ms, which is enough to tell whether there was one; the stimulator
//! reads one of them back in each step in which there was.

use soothe_therapy::tens::{Gate, Stimulator, Stimulus};
use soothe_therapy::{Moment, Span};

use crate::electrode::{ElectrodeFault, ElectrodePart, Electrodes};

/// The stimulator and its electrodes.
#[derive(Clone, Debug)]
pub(crate) struct Stimulation {
    electrodes: Electrodes,
    stimulus: Option<Stimulus>,
    /// How long these pulses have been sent, and how many of them.
    sent_for: Span,
    pulses: f64,
    /// What the newest pulse did, until somebody has asked.
    told: Stimulator,
}

impl Stimulation {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            electrodes: Electrodes::new(seed),
            stimulus: None,
            sent_for: Span::ZERO,
            pulses: 0.0,
            told: Stimulator::Silent,
        }
    }

    pub(crate) fn write(&mut self, stimulus: Option<Stimulus>) {
        if self.stimulus.map(|it| it.mode) != stimulus.map(|it| it.mode) {
            (self.sent_for, self.pulses) = (Span::ZERO, 0.0);
        }
        self.stimulus = stimulus;
    }

    pub(crate) fn inject(&mut self, fault: ElectrodeFault) {
        self.electrodes.inject(fault);
    }

    pub(crate) fn heal(&mut self, part: ElectrodePart) {
        self.electrodes.heal(part);
    }

    pub(crate) fn is_whole(&self, part: ElectrodePart) -> bool {
        self.electrodes.is_whole(part)
    }

    /// The pulses that really flow, by their level in mA; none when it is not fed.
    pub(crate) fn flows_ma(&self, fed: bool) -> f64 {
        let sent = self.stimulus.filter(|_| fed && self.electrodes.is_whole(ElectrodePart::Plug));
        sent.map_or(0.0, |it| self.electrodes.current(it.level()).get())
    }

    /// Lives on to `now`, which is `step` later.
    pub(crate) fn step(&mut self, now: Moment, step: Span, fed: bool) {
        self.electrodes.advance(now);
        let Some(stimulus) = self.stimulus.filter(|_| fed) else { return };
        let drive = stimulus.mode.waveform().pulse_at(self.sent_for);
        self.sent_for = self.sent_for + step;
        if drive.gate == Gate::Closed {
            return;
        }
        let before = self.pulses;
        self.pulses += drive.pulse.rate.get() * step.as_s();
        // The first pulse comes at once.
        if before == 0.0 || self.pulses.floor() > before.floor() {
            let reading = self.electrodes.pulse(stimulus.level());
            self.told = reading.map_or(Stimulator::Silent, Stimulator::Measured);
        }
    }

    /// What is heard of it since the last time that somebody asked.
    pub(crate) fn hear(&mut self) -> Stimulator {
        let told = std::mem::replace(&mut self.told, Stimulator::Silent);
        if self.electrodes.is_whole(ElectrodePart::Plug) { told } else { Stimulator::Absent }
    }
}

#[cfg(test)]
mod tests {
    use soothe_therapy::tens::Mode;

    use super::*;

    /// How many steps of 50 ms in 10 s bring a reading.
    fn readings(mode: Mode) -> usize {
        let mut unit = Stimulation::new(1);
        unit.write(Stimulus::new(mode, 10));
        let step = Span::from_ms(50);
        let heard = (1..=200).map(|i| {
            unit.step(Moment::from_ms(i * 50), step, true);
            unit.hear().reading().is_some()
        });
        heard.filter(|it| *it).count()
    }

    #[test]
    fn a_pulse_is_told_in_each_step_that_has_one() {
        assert_eq!(readings(Mode::Conventional), 200);
        // Four a second; two trains a second, each of 70 ms.
        assert!(readings(Mode::LowFrequency).abs_diff(40) <= 1);
        assert!(readings(Mode::Burst).abs_diff(40) <= 1);
        assert!(readings(Mode::Modulated) > 100);
    }

    #[test]
    fn nothing_flows_that_is_not_fed_or_not_wanted() {
        let mut unit = Stimulation::new(1);
        assert_eq!(unit.flows_ma(true), 0.0);
        unit.write(Stimulus::new(Mode::Knot, 10));
        assert_eq!(unit.flows_ma(false), 0.0);
        assert!((unit.flows_ma(true) - 10.0).abs() < 1e-9);
        unit.step(Moment::from_ms(50), Span::from_ms(50), false);
        assert_eq!(unit.hear(), Stimulator::Silent);
        unit.inject(ElectrodeFault::Absent);
        assert_eq!((unit.hear(), unit.flows_ma(true)), (Stimulator::Absent, 0.0));
    }
}
