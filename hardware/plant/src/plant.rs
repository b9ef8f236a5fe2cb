//! The pad being lived through: two heat capacities, three thermometers, two switches in series.
//!
//! ```text
//! c1 dT1/dt = power (while heating) - g12 (T1 - T2) - g1a (T1 - ambient)      the element
//! c2 dT2/dt = g12 (T1 - T2) - g2a (T2 - ambient)                              the surface on the skin
//! lag dTf/dt = T2 - Tf                                                        each contact sensor
//! ```
//!
//! Solved by explicit Euler steps on a grid of 50 ms, all three from the values before the step.
//! Sensors convert at whole seconds. Both grids hang on the moment of the first [`Plant::advance`].

use soothe_therapy::{Celsius, Moment, RawReading, Readings, Span, limits};

use crate::sensor::{Sensor, celsius};
use crate::spec::PadSpec;

/// How long one edge of its pulse line holds K2 in (HL-S2: it must drop out within 1 s).
pub const K2_HOLD: Span = Span::from_ms(700);

/// Three missed cycles must not drop K2, and it must be out by the time that HL-S2 allows.
const _: () = assert!(
    3 * limits::CYCLE.as_ms() < K2_HOLD.as_ms() && K2_HOLD.as_ms() < limits::K2_DROP_OUT.as_ms()
);

/// The Euler step.
const STEP: Span = Span::from_ms(50);
/// The time from one conversion of a sensor to the next.
const CONVERSION: Span = Span::from_ms(1000);
const _: () = assert!(CONVERSION.as_ms().is_multiple_of(STEP.as_ms()));

/// One pad with its sensors and switches.
///
/// Time stands still between two calls of [`Plant::advance`]; what is written in between counts from
/// the moment last advanced to, on the grid of 50 ms.
#[derive(Clone, Debug)]
pub struct Plant {
    spec: PadSpec,
    element: f64,
    surface: f64,
    loss_factor: f64,
    contact: [Sensor; 2],
    room: Sensor,
    k1: bool,
    k2_pulse: bool,
    k2_holds_until: Span,
    estop_open: bool,
    origin: Option<Moment>,
    /// From the origin to the moment last advanced to.
    elapsed: Span,
    /// From the origin to the last step done; never beyond `elapsed`.
    solved: Span,
    readings: Readings,
}

/// What no sensor tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// The pad's element.
    pub element: Celsius,
    /// The pad's surface on the skin.
    pub surface: Celsius,
    /// Current flows: K1 is closed, K2 is held in and the e-stop is not pressed.
    pub heating: bool,
}

impl Plant {
    /// A pad at its start temperature, switched off, with all noise drawn from `seed`.
    #[must_use]
    pub fn new(spec: PadSpec, seed: u64) -> Self {
        Self {
            element: spec.start,
            surface: spec.start,
            loss_factor: 1.0,
            contact: [
                Sensor::new(spec.contact[0], spec.start, seed, 0),
                Sensor::new(spec.contact[1], spec.start, seed, 1),
            ],
            room: Sensor::new(spec.room, spec.ambient, seed, 2),
            spec,
            k1: false,
            k2_pulse: false,
            k2_holds_until: Span::ZERO,
            estop_open: false,
            origin: None,
            elapsed: Span::ZERO,
            solved: Span::ZERO,
            readings: Readings::default(),
        }
    }

    /// Sets K1 and the level of K2's pulse line. Only a change of that level holds K2 in, for
    /// [`K2_HOLD`]; no level does.
    pub fn write(&mut self, k1: bool, k2_pulse: bool) {
        self.k1 = k1;
        if k2_pulse != self.k2_pulse {
            self.k2_holds_until = self.elapsed + K2_HOLD;
        }
        self.k2_pulse = k2_pulse;
    }

    /// Presses or releases the e-stop: it breaks K2's loop.
    pub fn open_estop(&mut self, open: bool) {
        self.estop_open = open;
    }

    /// Whether the e-stop is pressed.
    #[must_use]
    pub fn estop_open(&self) -> bool {
        self.estop_open
    }

    /// Multiplies what the surface loses to the room: 2 is a blanket taken away.
    ///
    /// # Panics
    /// When the factor is not from 0 to 4, beyond which the model is not stable for every pad.
    pub fn set_loss_factor(&mut self, factor: f64) {
        assert!((0.0..=4.0).contains(&factor), "a loss factor is from 0 to 4, not {factor}");
        self.loss_factor = factor;
    }

    /// Lives on until `to`. The first call only sets where time begins; a moment that has passed
    /// already changes nothing. However the way is cut into calls, the result is the same.
    pub fn advance(&mut self, to: Moment) {
        let origin = match self.origin {
            Some(origin) => origin,
            None => {
                self.origin = Some(to);
                self.convert(to);
                to
            }
        };
        self.elapsed = self.elapsed.max(to.since(origin));
        while self.solved + STEP <= self.elapsed {
            self.step();
            self.solved = self.solved + STEP;
            if self.solved.as_ms().is_multiple_of(CONVERSION.as_ms()) {
                self.convert(origin + self.solved);
            }
        }
    }

    /// The newest reading of each sensor; none before the first [`Plant::advance`].
    #[must_use]
    pub fn readings(&self) -> Readings {
        self.readings
    }

    /// How it really is.
    #[must_use]
    pub fn truth(&self) -> Truth {
        Truth {
            element: celsius(self.element),
            surface: celsius(self.surface),
            heating: self.heats(self.elapsed),
        }
    }

    /// Whether current flows `at` that time: K1 and K2 in series, the e-stop in K2's loop.
    fn heats(&self, at: Span) -> bool {
        self.k1 && at < self.k2_holds_until && !self.estop_open
    }

    fn step(&mut self) {
        let dt = STEP.as_s();
        let power = if self.heats(self.solved) { self.spec.power } else { 0.0 };
        let Self { spec, element, surface, .. } = self;
        let flow = spec.g12 * (*element - *surface);
        for sensor in &mut self.contact {
            sensor.follow(*surface, dt);
        }
        let element_loss = spec.g1a * (*element - spec.ambient);
        let surface_loss = spec.g2a * self.loss_factor * (*surface - spec.ambient);
        *element += dt / spec.c1 * (power - flow - element_loss);
        *surface += dt / spec.c2 * (flow - surface_loss);
    }

    fn convert(&mut self, began: Moment) {
        let take = |sensor: &mut Sensor| Some(RawReading { began, outcome: Ok(sensor.convert()) });
        self.readings = Readings {
            contact: [take(&mut self.contact[0]), take(&mut self.contact[1])],
            ambient: take(&mut self.room),
        };
    }
}

#[cfg(test)]
#[path = "plant_tests.rs"]
mod tests;
