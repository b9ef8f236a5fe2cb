//! soothe's own regulator and relay, as the daemon runs them: 100 ms cycles, a new regulator for each
//! set-point.

use soothe_therapy::heat::Regulator;
use soothe_therapy::relay::Relay;
use soothe_therapy::sense::Measurement;
use soothe_therapy::{Celsius, Duty, Moment, limits};

use crate::controller::Controller;
use crate::pad::Pad;

/// The regulator, its relay, and what it has done with it.
#[derive(Clone, Debug)]
pub struct Ours {
    ambient: Option<Celsius>,
    regulator: Option<(Celsius, Regulator)>,
    relay: Relay,
    closed: bool,
    told_until: Moment,
}

impl Ours {
    /// A regulator that knows the room, which the build measures, and nothing of the pad.
    #[must_use]
    pub fn untuned(pad: &Pad) -> Self {
        Self {
            ambient: Celsius::new(pad.ambient_c).ok(),
            regulator: None,
            relay: Relay::new(Moment::START),
            closed: false,
            told_until: Moment::START,
        }
    }

    /// Tells the regulator for how long it has heated.
    fn tell_heat(&mut self, now: Moment) {
        if let Some((_, regulator)) = self.regulator.as_mut().filter(|_| self.closed) {
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
        if self.regulator.as_ref().is_none_or(|(towards, _)| *towards != target) {
            self.regulator = Some((target, Regulator::new(target)));
        }
        if let Some((_, regulator)) = &mut self.regulator {
            regulator.update(Measurement { at, contact, ambient: self.ambient });
        }
    }

    fn closed(&mut self, at_ms: u64) -> bool {
        if at_ms.is_multiple_of(limits::CYCLE.as_ms()) {
            let now = Moment::from_ms(at_ms);
            self.tell_heat(now);
            let duty = self.regulator.as_ref().map_or(Duty::ZERO, |(_, it)| it.duty());
            self.closed = self.relay.switch(now, duty);
        }
        self.closed
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
        let metrics = Metrics::of(&run(&pad, 5000, &mut Ours::untuned(&pad)), &pad);
        assert!(metrics.get(Metric::Settled) < 400.0);
        assert!(metrics.get(Metric::Overshoot) < 0.5);
    }
}
