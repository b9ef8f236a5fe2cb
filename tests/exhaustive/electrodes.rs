//! Electrodes, and what an observer knows of heat and pulses: that they are never on together (HL-T15).

use std::hash::{Hash as _, Hasher};

use soothe_therapy::engine::Output;
use soothe_therapy::tens::{Microamp, Milliamp, Ohm, Reading, Stimulator, Stimulus};
use soothe_therapy::{Moment, Order, Span, limits};

/// How the electrodes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Electrodes {
    Good,
    Off,
    Touching,
    Gone,
}

impl Electrodes {
    pub(crate) const ALL: [Self; 4] = [Self::Good, Self::Off, Self::Touching, Self::Gone];

    /// A pulse shows that something is wrong.
    const fn is_bad(self) -> bool {
        matches!(self, Self::Off | Self::Touching)
    }

    /// What is heard of the pulses that were granted last.
    pub(crate) fn say(self, stimulus: Option<Stimulus>) -> Stimulator {
        let (share, load_ohm) = match self {
            Self::Good => (1.0, 2000.0),
            Self::Off => (0.0, 100_000.0),
            Self::Touching => (1.0, 20.0),
            Self::Gone => return Stimulator::Absent,
        };
        let Some(stimulus) = stimulus else { return Stimulator::Silent };
        Stimulator::Measured(Reading {
            commanded: stimulus.level(),
            measured: Milliamp::literal(share * stimulus.level().get()),
            load: Ohm::literal(load_ohm),
            mean: Microamp::literal(0.0),
        })
    }
}

/// What an observer knows of pulses and pauses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KnownOfTens {
    heat_at: Option<Moment>,
    pulses_at: Option<Moment>,
    /// The level after the last step, and whether a person has raised it in this one.
    level_ma: u8,
    raised: bool,
    heard: Option<Moment>,
    /// For how many cycles pulses have gone through electrodes that are off or touch.
    bad_for: u8,
    pub(crate) paused: bool,
}

impl KnownOfTens {
    /// Takes in an order that was accepted.
    pub(crate) fn learn(&mut self, now: Moment, order: Option<Order>) {
        self.raised = matches!(order, Some(Order::Level { .. }));
        match order {
            Some(Order::Pause) => self.paused = true,
            Some(Order::Resume) => (self.paused, self.heard) = (false, Some(now)),
            Some(Order::Start { .. } | Order::Stop(_)) => self.paused = false,
            Some(
                Order::Level { .. }
                | Order::Lower { .. }
                | Order::Heartbeat
                | Order::Confirm { .. },
            ) => self.heard = Some(now),
            Some(
                // A sign is heard, too; where electrodes lie none is given here.
                Order::Present
                | Order::Press
                | Order::Clear { .. }
                | Order::Numb
                | Order::Answer(_)
                | Order::ForgetLoss
                | Order::UsePad(_)
                | Order::UseProfile(_)
                | Order::Felt(_)
                | Order::Settle { .. }
                | Order::AnswerRedFlags(_),
            )
            | None => {}
        }
    }

    /// What is granted must be allowed.
    pub(crate) fn judge(
        &self,
        now: Moment,
        output: &Output,
        electrodes: Electrodes,
    ) -> Result<(), String> {
        let (k1, k2) = (output.actuators.k1(), output.actuators.k2());
        let level_ma = output.actuators.stimulus().map_or(0, Stimulus::level_ma);
        let pulses = level_ma > 0;
        let laid = output.snapshot.session.is_some_and(|it| it.phase.level.is_some());
        let near = |at: Option<Moment>| at.is_some_and(|at| now.since(at) < Span::from_s(10));
        let silent = self.heard.map_or(Span::from_min(60), |at| now.since(at));
        let forbidden = [
            (k1 && (pulses || laid), "K1 is closed while electrodes lie"),
            (pulses && near(self.heat_at), "pulses within 10 s of heat"),
            (k1 && k2 && near(self.pulses_at), "heat within 10 s of pulses"),
            (self.paused && (k1 || k2), "energised in a pause"),
            (level_ma > self.level_ma + 1, "a level that jumps"),
            (level_ma > self.level_ma && !self.raised, "a level that rises by itself"),
            (pulses && silent > Span::from_ms(30_100), "pulses that nobody could stop"),
            (pulses && electrodes == Electrodes::Gone, "pulses without a stimulator"),
            (pulses && electrodes.is_bad() && self.bad_for >= 3, "pulses through bad electrodes"),
        ];
        let found = forbidden.iter().find(|(is, _)| *is);
        found.map_or(Ok(()), |(_, what)| Err((*what).to_owned()))
    }

    /// Remembers what a step granted.
    pub(crate) fn close(&mut self, now: Moment, output: &Output, electrodes: Electrodes) {
        self.level_ma = output.actuators.stimulus().map_or(0, Stimulus::level_ma);
        self.bad_for = if electrodes.is_bad() && self.level_ma > 0 { self.bad_for + 1 } else { 0 };
        if self.level_ma > 0 {
            self.pulses_at = Some(now);
        }
        if output.actuators.k1() && output.actuators.k2() {
            self.heat_at = Some(now);
        }
        self.paused &= output.snapshot.session.is_some();
    }

    /// What of it makes two moments differ, where pulses have flowed within a minute.
    pub(crate) fn key(&self, now: Moment, hasher: &mut impl Hasher) {
        let near = |at: Option<Moment>| at.filter(|at| now.since(*at) < limits::HEAT_TENS_APART);
        let heard = self.heard.map(|at| now.since(at) > Span::from_s(25));
        let pulses = near(self.pulses_at).is_some();
        (self.paused, pulses, self.bad_for).hash(hasher);
        if self.heard.is_some() {
            (near(self.heat_at).is_some(), heard.unwrap_or(false)).hash(hasher);
        }
    }
}
