//! soothe's own regulator and relay, as the daemon runs them in 100 ms cycles.

use soothe_therapy::heat::{Heater, Regulator, Tuner};
use soothe_therapy::relay::Relay;
use soothe_therapy::sense::Measurement;
use soothe_therapy::{Celsius, Duty, Moment, PadModel, Span, limits};

use crate::controller::Controller;
use crate::pad::Pad;
use crate::simulation;

/// The regulator, its relay, and what it has done with it.
#[derive(Clone, Debug)]
pub struct Ours {
    ambient: Option<Celsius>,
    heater: Heater,
    /// How hot what is stored may make the surface; none for the ceiling that the daemon has.
    stored_ceiling: Option<Celsius>,
    regulator: Option<Regulator>,
    relay: Relay,
    closed: bool,
    told_until: Moment,
}

impl Ours {
    /// A regulator that knows the room, which the build measures, and of the heater what it is told.
    #[must_use]
    pub fn new(pad: &Pad, heater: Heater) -> Self {
        Self {
            ambient: Celsius::new(pad.ambient_c).ok(),
            heater,
            stored_ceiling: None,
            regulator: None,
            relay: Relay::new(heater.relay, Moment::START),
            closed: false,
            told_until: Moment::START,
        }
    }

    /// The same without a ceiling for what is stored: to see what that costs.
    #[must_use]
    pub fn without_ceiling(self) -> Self {
        Self { stored_ceiling: Some(Celsius::literal(60.0)), ..self }
    }

    /// Tells the regulator for how long it has heated.
    fn tell_heat(&mut self, now: Moment) {
        if let Some(regulator) = self.regulator.as_mut().filter(|_| self.closed) {
            regulator.heated(now.since(self.told_until));
        }
        self.told_until = now;
    }
}

impl Controller for Ours {
    fn sample(&mut self, at_ms: u64, reading_c: f64, setpoint_c: f64) {
        let at = Moment::from_ms(at_ms);
        self.tell_heat(at);
        // What no thermometer can tell is not told on.
        let (Ok(contact), Ok(target)) = (Celsius::new(reading_c), Celsius::new(setpoint_c)) else {
            return;
        };
        let (heater, ceiling) = (self.heater, self.stored_ceiling);
        let regulator = self.regulator.get_or_insert_with(|| {
            let regulator = Regulator::new(target, heater);
            ceiling.map_or(regulator.clone(), |it| regulator.with_stored_ceiling(it))
        });
        regulator.retarget(target);
        let ambient = self.ambient;
        regulator.update(Measurement { at, contact, half_difference_k: 0.0, ambient });
    }

    fn closed(&mut self, at_ms: u64) -> bool {
        if at_ms.is_multiple_of(limits::CYCLE.as_ms()) {
            let now = Moment::from_ms(at_ms);
            self.tell_heat(now);
            let asked = self.regulator.as_ref().map(Regulator::asked);
            self.closed = asked.is_some_and(|asked| self.relay.switch(now, asked));
        }
        self.closed
    }
}

/// `soothe tune`, told a reading a second.
pub struct Tuning {
    ambient: Option<Celsius>,
    tuner: Tuner,
    closed: bool,
}

impl Tuning {
    /// Where the device tunes: its own default.
    const TARGET: Celsius = Celsius::literal(41.0);

    /// A tuner that knows the room.
    #[must_use]
    pub fn new(pad: &Pad) -> Self {
        let ambient = Celsius::new(pad.ambient_c).ok();
        Self { ambient, tuner: Tuner::new(Self::TARGET), closed: false }
    }

    /// Takes in a reading, and says what is wanted of the relay; the pad in the end, if it is found.
    pub fn sample(&mut self, at_s: f64, reading_c: f64) -> simulation::Tuning<Option<PadModel>> {
        if self.closed {
            self.tuner.heated(Span::from_s(1));
        }
        let Ok(contact) = Celsius::new(reading_c) else { return simulation::Tuning::Done(None) };
        let at = Moment::START + Span::from_ms((at_s * 1000.0) as u64);
        let ambient = self.ambient;
        self.tuner.update(Measurement { at, contact, half_difference_k: 0.0, ambient });
        self.closed = self.tuner.asked().duty > Duty::ZERO;
        match self.tuner.found() {
            None => simulation::Tuning::Busy { closed: self.closed },
            Some(found) => simulation::Tuning::Done(found.ok().map(|it| it.model)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Metric, Metrics};
    use crate::simulation::run;

    #[test]
    fn it_holds_the_nominal_pad_at_its_target() {
        let pad = Pad::NOMINAL;
        let metrics = Metrics::of(&run(&pad, 5000, &mut Ours::new(&pad, Heater::default())), &pad);
        assert!(metrics.get(Metric::Settled) < 400.0);
        assert!(metrics.get(Metric::Overshoot) < 0.5);
    }
}
