//! A pad being lived through: 20 Euler steps a second, a reading at each whole one, a relay between.

use crate::controller::Controller;
use crate::noise::Noise;
use crate::pad::{Body, Pad};

/// One Euler step, s.
pub const STEP_S: f64 = 0.05;
/// The same in milliseconds.
pub const STEP_MS: u64 = 50;
/// Steps from one reading to the next.
const STEPS_A_SECOND: u64 = 1000 / STEP_MS;
/// The oldest reading that is told is so many steps old.
const DELAY_STEPS_MAX: usize = 200;

/// The longest delay of a thermometer, s.
pub const DELAY_MAX_S: f64 = DELAY_STEPS_MAX as f64 * STEP_S;

/// A pad, its thermometer and its relay.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    pad: &'a Pad,
    body: Body,
    noise: Noise,
    /// What the thermometer had got to, a ring of the newest steps.
    sensed_c: [f64; DELAY_STEPS_MAX + 1],
    steps: u64,
}

impl<'a> Simulation<'a> {
    /// A pad that is as warm as the room.
    #[must_use]
    pub fn new(pad: &'a Pad, seed: u64) -> Self {
        Self {
            pad,
            body: Body::at(pad.ambient_c),
            noise: Noise::seeded(seed),
            sensed_c: [pad.ambient_c; DELAY_STEPS_MAX + 1],
            steps: 0,
        }
    }

    /// The temperatures now.
    #[must_use]
    pub const fn body(&self) -> Body {
        self.body
    }

    /// Milliseconds since the beginning.
    #[must_use]
    pub const fn now_ms(&self) -> u64 {
        self.steps * STEP_MS
    }

    /// Reads the thermometer, °C: once a second.
    pub fn read_c(&mut self) -> f64 {
        let sensor = &self.pad.sensor;
        // Checked when the pad was read: within the ring.
        let delay = (sensor.delay_s / STEP_S).round() as usize;
        let newest = self.steps as usize % self.sensed_c.len();
        let then = (newest + self.sensed_c.len() - delay) % self.sensed_c.len();
        let noisy_c = self.sensed_c[then] + sensor.noise_k * self.noise.draw();
        (noisy_c / sensor.quantum_k).round() * sensor.quantum_k
    }

    /// Lives through one Euler step with the relay open or closed.
    pub fn step(&mut self, closed: bool, loss_factor: f64) {
        let power_w = if closed { self.pad.power_w } else { 0.0 };
        self.body.advance(self.pad, power_w, loss_factor, STEP_S);
        self.steps += 1;
        self.sensed_c[self.steps as usize % self.sensed_c.len()] = self.body.sensed_c;
    }
}

/// What an hour left behind, second by second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The true temperature of the surface at each whole second, the end included, °C.
    pub surface_c: Vec<f64>,
    /// The share of each second for which the relay was closed.
    pub closed_share: Vec<f64>,
    /// How often the relay opened or closed.
    pub edges: u32,
    /// The hottest that the element got, °C.
    pub element_max_c: f64,
}

/// Lives through the pad's timeline under a controller.
pub fn run(pad: &Pad, seed: u64, controller: &mut dyn Controller) -> Trace {
    let mut simulation = Simulation::new(pad, seed);
    let mut trace = Trace { element_max_c: pad.ambient_c, ..Trace::default() };
    let mut was_closed = false;
    for second in 0..pad.timeline.end_s {
        trace.surface_c.push(simulation.body().surface_c);
        let reading_c = simulation.read_c();
        let setpoint_c = pad.timeline.setpoint_c(second);
        controller.sample(simulation.now_ms(), reading_c, setpoint_c);
        let mut closed_steps = 0;
        for _ in 0..STEPS_A_SECOND {
            let closed = controller.closed(simulation.now_ms());
            trace.edges += u32::from(closed != was_closed);
            was_closed = closed;
            closed_steps += u32::from(closed);
            simulation.step(closed, pad.loss_factor(second));
            trace.element_max_c = trace.element_max_c.max(simulation.body().element_c);
        }
        trace.closed_share.push(f64::from(closed_steps) / STEPS_A_SECOND as f64);
    }
    trace.surface_c.push(simulation.body().surface_c);
    trace
}

/// What a tuner makes of a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tuning<G> {
    /// Goes on, with the relay closed or open until the next reading.
    Busy {
        /// Whether it is closed.
        closed: bool,
    },
    /// Has found its gains.
    Done(G),
}

/// A tuning run that came to an end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuned<G> {
    /// What it found.
    pub gains: G,
    /// How long it took, s.
    pub took_s: u32,
    /// The hottest that the surface got meanwhile, °C.
    pub peak_c: f64,
}

/// Gives a tuner a reading a second until it is done; none when it is not within four hours.
pub fn tune<G>(
    pad: &Pad,
    seed: u64,
    mut sample: impl FnMut(f64, f64) -> Tuning<G>,
) -> Option<Tuned<G>> {
    const GIVEN_UP_S: u32 = 4 * 3600;
    let mut simulation = Simulation::new(pad, seed);
    let mut peak_c = pad.ambient_c;
    for second in 0..GIVEN_UP_S {
        let reading_c = simulation.read_c();
        match sample(f64::from(second), reading_c) {
            Tuning::Done(gains) => return Some(Tuned { gains, took_s: second, peak_c }),
            Tuning::Busy { closed } => {
                for _ in 0..STEPS_A_SECOND {
                    simulation.step(closed, 1.0);
                    peak_c = peak_c.max(simulation.body().surface_c);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pad::Sensor;

    const RAMP: Pad = Pad {
        sensor: Sensor { lag_s: 4.0, quantum_k: 0.0625, noise_k: 0.0, delay_s: 0.75 },
        ..Pad::NOMINAL
    };

    #[test]
    fn a_delayed_reading_tells_what_was() {
        let mut simulation = Simulation::new(&RAMP, 1);
        let mut then_c = 0.0;
        for step in 0..1200 {
            if step == 1200 - 15 {
                then_c = simulation.body().sensed_c;
            }
            simulation.step(true, 1.0);
        }
        assert!((simulation.read_c() - then_c).abs() <= 0.0625 / 2.0);
        assert!(simulation.body().sensed_c - then_c > 0.05);
    }

    #[test]
    fn readings_come_in_steps() {
        let pad = Pad::NOMINAL.with_lm75();
        let mut simulation = Simulation::new(&pad, 1);
        for _ in 0..600 {
            simulation.step(true, 1.0);
            let reading_c = simulation.read_c();
            assert_eq!(reading_c, (reading_c * 2.0).round() / 2.0);
        }
    }

    #[test]
    fn a_tuner_that_never_ends_is_given_up() {
        let never = |_, _| Tuning::<()>::Busy { closed: false };
        assert_eq!(tune(&Pad::NOMINAL, 1, never), None);
    }

    #[test]
    fn a_trace_counts_every_edge_and_all_the_heat() {
        /// Closed for the first half of each second.
        struct Half;
        impl Controller for Half {
            fn sample(&mut self, _: u64, _: f64, _: f64) {}
            fn closed(&mut self, at_ms: u64) -> bool {
                at_ms % 1000 < 500
            }
        }
        let trace = run(&Pad::NOMINAL, 1, &mut Half);
        assert_eq!((trace.surface_c.len(), trace.closed_share.len()), (3601, 3600));
        assert_eq!(trace.edges, 7200);
        assert!(trace.closed_share.iter().all(|share| *share == 0.5));
    }
}
