//! The core and the model, coupled: what previews, scenarios and benchmarks run.

use soothe_therapy::alarm::Alarm;
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::{
    Boot, Command, Engine, Heater, Input, Moment, Order, Output, Readings, Span, limits,
};

use crate::plant::Plant;
use crate::spec::PadSpec;

/// An engine that regulates a model, one cycle of 100 ms at a time, with no clock but its own.
#[derive(Clone, Debug)]
pub struct ClosedLoop {
    /// The core.
    pub engine: Engine,
    /// The model.
    pub plant: Plant,
    now: Moment,
    k2_pulse: bool,
    /// What a person is asked for; whoever lives in here does it at once.
    asked: Option<Order>,
}

/// What a person has made ready before: the check-list answered.
fn ready(heater: Heater) -> Boot {
    let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
    Boot { checklist: Some(answers), heater, ..Boot::default() }
}

impl ClosedLoop {
    /// An idle engine on a pad that has just been laid on, its thermometers warmed up: the first
    /// cycle may start a session.
    #[must_use]
    pub fn new(spec: PadSpec, seed: u64) -> Self {
        Self::knowing(spec, Heater::default(), seed)
    }

    /// The same with an engine that knows this heater.
    #[must_use]
    pub fn knowing(spec: PadSpec, heater: Heater, seed: u64) -> Self {
        let mut it = Self {
            engine: Engine::new(&ready(heater), Moment::START),
            plant: Plant::new(spec, seed),
            now: Moment::START,
            k2_pulse: false,
            asked: None,
        };
        it.plant.advance(it.now);
        it
    }

    /// The moment of the last cycle.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// Carries out an order, if there is one, and lives through one cycle.
    pub fn cycle(&mut self, order: Option<Order>) -> Output {
        self.cycle_seeing(order, self.plant.readings())
    }

    /// The same, with other readings than the model's: what a broken sensor would say.
    pub fn cycle_seeing(&mut self, order: Option<Order>, readings: Readings) -> Output {
        let order = order.or(self.asked);
        let command = order.map(|order| Command { issued: self.now, order });
        let output = self.engine.step(&Input {
            now: self.now,
            readings,
            commands: command.as_slice(),
            lines: self.plant.lines(),
            stimulator: self.plant.hear_stimulator(),
        });
        let prompt = output.snapshot.session.and_then(|session| session.phase.asked);
        let sign = (output.snapshot.alarm == Some(Alarm::Attend)).then_some(Order::Present);
        self.asked = prompt.map(|it| Order::Confirm { prompt: it.id }).or(sign);
        // As the gate does: an edge for each healthy cycle that holds K2 in.
        self.k2_pulse ^= output.actuators.k2();
        self.plant.write(output.actuators.k1(), self.k2_pulse);
        self.plant.stimulate(output.actuators.stimulus());
        self.now = self.now + limits::CYCLE;
        self.plant.advance(self.now);
        output
    }

    /// Lives through `span` without orders; `each` sees every cycle's output and the model after it.
    pub fn run(&mut self, span: Span, mut each: impl FnMut(&Output, &Plant)) {
        let end = self.now + span;
        while self.now < end {
            let output = self.cycle(None);
            each(&output, &self.plant);
        }
    }
}
