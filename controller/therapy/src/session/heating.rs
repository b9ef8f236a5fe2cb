//! A heat phase that is on.
//!
//! The regulator's memory lives in here, so leaving the phase destroys it.

use crate::circuit::Circuit;
use crate::command::SessionId;
use crate::event::{Event, Told};
use crate::heat::{self, Heater, Outlook, Regulator, Tuner, Untuned};
use crate::interlock::Demand;
use crate::pad::{Found, Misfit, TunedPad};
use crate::plan::Purpose;
use crate::relay::Asked;
use crate::sense::{Evidence, Measurement};
use crate::units::{Celsius, Moment, Span};

/// The state of a heat phase.
#[derive(Clone, Debug)]
pub struct Heating {
    began: Moment,
    target: Celsius,
    law: Law,
    pub(crate) circuit: Circuit,
    target_reached: bool,
    /// What was told last of a pad that is not what it was found to be.
    misfit: Option<Misfit>,
}

impl Heating {
    /// A heat phase that begins `now`.
    pub(super) fn begin(purpose: Purpose, target: Celsius, heater: Heater, now: Moment) -> Self {
        Self {
            began: now,
            target,
            law: Law::of(purpose, target, heater),
            circuit: Circuit::new(heater.relay, now),
            target_reached: false,
            misfit: None,
        }
    }

    /// A phase towards this target that begins anew at `now` where this one ends: what is kept is what is known of the
    /// pad, what was told of it, and its switches (HL-H21). Nothing is asked for yet.
    pub(super) fn anew(self, target: Celsius, now: Moment) -> Self {
        Self {
            began: now,
            target,
            law: self.law.anew(target),
            circuit: self.circuit.anew(now),
            target_reached: false,
            misfit: self.misfit,
        }
    }

    /// Looks on in a pause, in which nothing is asked for; power was granted for `heated` since the last step.
    pub(super) fn look_on(&mut self, heated: Span, evidence: &Evidence) {
        self.law.heated(heated);
        if let Some(measurement) = evidence.measurement {
            self.law.look_on(measurement);
        }
    }

    /// The set-point.
    pub(crate) const fn target(&self) -> Celsius {
        self.target
    }

    /// How long it has heated at `now`.
    pub(super) fn lasted(&self, now: Moment) -> Span {
        now.since(self.began)
    }

    /// The pad has been within half a kelvin of the target.
    pub(super) const fn target_reached(&self) -> bool {
        self.target_reached
    }

    pub(super) const fn law(&self) -> &Law {
        &self.law
    }

    /// Regulates; power was granted for `heated` since the last step.
    pub(super) fn step(
        &mut self,
        id: SessionId,
        now: Moment,
        heated: Span,
        evidence: &Evidence,
        told: &mut Told,
    ) -> Demand {
        self.law.heated(heated);
        if let Some(measurement) = evidence.measurement {
            self.law.update(measurement);
            if measurement.contact + heat::NEAR_TARGET >= self.target && !self.target_reached {
                self.target_reached = true;
                told.events.push(Event::TargetReached { id });
            }
        }
        let misfit = self.law.misfit();
        if misfit != self.misfit {
            self.misfit = misfit;
            told.events.extend(misfit.map(|misfit| Event::Misfits { id, misfit }));
        }
        self.circuit.switch(now, self.law.asked())
    }
}

/// What says how much is heated.
#[expect(clippy::large_enum_variant, reason = "there is one session, and no heap to put it on")]
#[derive(Clone, Debug)]
pub(super) enum Law {
    /// It holds a target.
    Regulator(Regulator),
    /// It finds out about the pad.
    Tuner(Tuner),
}

impl Law {
    fn of(purpose: Purpose, target: Celsius, heater: Heater) -> Self {
        match purpose {
            Purpose::Treat => Self::Regulator(Regulator::new(target, heater)),
            Purpose::Tune => Self::Tuner(Tuner::new(target)),
        }
    }

    fn heated(&mut self, span: Span) {
        match self {
            Self::Regulator(it) => it.heated(span),
            Self::Tuner(it) => it.heated(span),
        }
    }

    fn update(&mut self, measurement: Measurement) {
        match self {
            Self::Regulator(it) => it.update(measurement),
            Self::Tuner(it) => it.update(measurement),
        }
    }

    fn look_on(&mut self, measurement: Measurement) {
        match self {
            Self::Regulator(it) => {
                it.look_on(measurement);
            }
            // It measures one heat-up, and is not paused.
            Self::Tuner(_) => {}
        }
    }

    fn anew(self, target: Celsius) -> Self {
        match self {
            Self::Regulator(it) => Self::Regulator(it.anew(target)),
            Self::Tuner(it) => Self::Tuner(it),
        }
    }

    pub(super) fn asked(&self) -> Asked {
        match self {
            Self::Regulator(it) => it.asked(),
            Self::Tuner(it) => it.asked(),
        }
    }

    /// What is to come; a tuning goes nowhere.
    pub(super) fn outlook(&self) -> Option<Outlook> {
        match self {
            Self::Regulator(it) => it.outlook(),
            Self::Tuner(_) => None,
        }
    }

    /// What shows that the pad is not what it was found to be; a tuning only finds that out.
    pub(super) fn misfit(&self) -> Option<Misfit> {
        match self {
            Self::Regulator(it) => it.misfit(),
            Self::Tuner(_) => None,
        }
    }

    /// The tuned pad, refined by this session; a tuning finds it anew.
    pub(super) fn refined(&self) -> Option<TunedPad> {
        match self {
            Self::Regulator(it) => it.refined(),
            Self::Tuner(_) => None,
        }
    }

    /// What tuning found out, once it is over.
    pub(super) fn found(&self) -> Option<Result<Found, Untuned>> {
        match self {
            Self::Regulator(_) => None,
            Self::Tuner(it) => it.found(),
        }
    }
}
