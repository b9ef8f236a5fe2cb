//! The backend on the model of the pad: the same two seams, no hardware.
//!
//! The pad lives on when it is sampled, up to the moment of the sample. A line written between two
//! samples counts from the earlier one, so an edge comes at most one cycle too early.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soothe_plant::{Fault, PadSpec, Part, Plant, Truth};
use soothe_therapy::{Moment, Span};

use crate::button::Button;
use crate::lines::{Inputs, Levels, Outputs, RigError, Sampled};
use crate::lines_file::LinesFile;

pub(crate) use soothe_plant::K2_HOLD;

/// A simulated pad with all noise drawn from `seed`: its output lines and its inputs.
#[must_use]
pub fn rig(spec: PadSpec, seed: u64) -> (SimOutputs, SimInputs) {
    let world = World {
        plant: Plant::new(spec, seed),
        levels: Levels::default(),
        button: Button::new(),
        button_down: false,
    };
    let handle = SimHandle { world: Arc::new(Mutex::new(world)) };
    (SimOutputs(handle.clone()), SimInputs(handle))
}

struct World {
    plant: Plant,
    levels: Levels,
    button: Button,
    button_down: bool,
}

/// The simulated output lines.
pub struct SimOutputs(SimHandle);

impl Outputs for SimOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let mut world = self.0.lock();
        world.plant.write(levels.k1, levels.k2_pulse);
        world.plant.stimulate(levels.stimulus);
        world.levels = levels;
        Ok(())
    }

    /// None: a model that runs faster than life sees many cycles in 50 ms, and needs an edge in each.
    fn pulse_gap_min(&self) -> Span {
        Span::ZERO
    }
}

/// The simulated output lines, and the file in which other processes find their levels.
pub struct KeptOutputs {
    lines: SimOutputs,
    file: LinesFile,
}

impl SimOutputs {
    /// The same lines, their levels kept in `file` also when this process is gone.
    #[must_use]
    pub fn kept_in(self, file: LinesFile) -> KeptOutputs {
        KeptOutputs { lines: self, file }
    }
}

impl Outputs for KeptOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let kept = self.file.write(levels);
        kept.and(self.lines.write(levels))
    }

    fn pulse_gap_min(&self) -> Span {
        self.lines.pulse_gap_min()
    }
}

/// The simulated thermometers and sense lines.
pub struct SimInputs(SimHandle);

impl SimInputs {
    /// A hand on the simulated world.
    #[must_use]
    pub fn handle(&self) -> SimHandle {
        self.0.clone()
    }
}

impl Inputs for SimInputs {
    fn sample(&mut self, now: Moment) -> Sampled {
        let mut world = self.0.lock();
        world.plant.advance(now);
        let stimulator = world.plant.hear_stimulator();
        let down = world.button_down;
        let pressed = world.button.look(now, down);
        Sampled {
            readings: world.plant.readings(),
            lines: world.plant.lines(),
            stimulator,
            pressed,
        }
    }

    fn pack_lies(&mut self, lies: bool) {
        self.0.lock().plant.lay_pack(lies);
    }
}

/// A hand on the simulated world, for tests and demonstrations; clones share the world.
#[derive(Clone)]
pub struct SimHandle {
    world: Arc<Mutex<World>>,
}

impl SimHandle {
    /// Presses or releases the e-stop. As in the reference build it breaks K2's loop by itself and
    /// also reports to the software.
    pub fn open_estop(&self, open: bool) {
        self.lock().plant.open_estop(open);
    }

    /// Lets something break.
    pub fn inject(&self, fault: Fault) {
        self.lock().plant.inject(fault);
    }

    /// Puts a part right.
    pub fn heal(&self, part: Part) {
        self.lock().plant.heal(part);
    }

    /// Holds the button at the device down, or lets it go.
    pub fn hold_button(&self, down: bool) {
        self.lock().button_down = down;
    }

    /// How the pad really is, as of the last sample.
    #[must_use]
    pub fn truth(&self) -> Truth {
        self.lock().plant.truth()
    }

    /// What was last written to the output lines.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.lock().levels
    }

    /// The world is whole after every statement, so it can be used after a thread died with it.
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples and writes every 100 ms for `s` seconds from `from`, K2 pulsed.
    fn run(
        outputs: &mut SimOutputs,
        inputs: &mut SimInputs,
        from: u64,
        s: u64,
        k1: bool,
    ) -> Sampled {
        for cycle in 0..s * 10 {
            inputs.sample(Moment::from_ms(from + cycle * 100));
            let levels = Levels { k1, k2_pulse: cycle % 2 == 0, ..Levels::default() };
            outputs.write(levels).unwrap();
        }
        inputs.sample(Moment::from_ms(from + s * 1000))
    }

    #[test]
    fn written_lines_warm_the_pad_and_its_readings_show_it() {
        let (mut outputs, mut inputs) = rig(PadSpec::nominal(), 1);
        let sampled = run(&mut outputs, &mut inputs, 77_000, 120, true);
        let reading = sampled.readings.contact[0].unwrap();
        assert_eq!(reading.began, Moment::from_ms(197_000));
        assert!((reading.outcome.unwrap().get() - 30.4).abs() < 0.4, "{reading:?}");
        assert!(!sampled.lines.estop_open);
        let truth = inputs.handle().truth();
        assert!(truth.heating && (truth.surface.get() - 30.8).abs() < 0.1, "{truth:?}");
    }

    #[test]
    fn the_estop_reports_itself_and_breaks_the_circuit_without_software() {
        let (mut outputs, mut inputs) = rig(PadSpec::nominal(), 1);
        run(&mut outputs, &mut inputs, 0, 1, true);
        let handle = inputs.handle();
        assert!(handle.truth().heating);
        handle.open_estop(true);
        assert!(!handle.truth().heating);
        assert!(handle.levels().k1, "the line itself is still on");
        assert!(run(&mut outputs, &mut inputs, 1_000, 1, true).lines.estop_open);
    }

    #[test]
    fn a_button_that_is_pressed_is_told_once() {
        let (_, mut inputs) = rig(PadSpec::nominal(), 1);
        let handle = inputs.handle();
        let mut told = Vec::new();
        for cycle in 0..30 {
            handle.hold_button((10..20).contains(&cycle));
            if inputs.sample(Moment::from_ms(cycle * 100)).pressed {
                told.push(cycle);
            }
        }
        assert_eq!(told, [11]);
    }

    #[test]
    fn a_pack_that_is_said_to_lie_there_cools_the_skin_of_the_model() {
        let (_, mut inputs) = rig(PadSpec::nominal().with_skin_probe(true), 1);
        let mut skin_c = |ms| {
            let reading = inputs.sample(Moment::from_ms(ms)).readings.skin.unwrap();
            inputs.pack_lies(true);
            reading.outcome.unwrap().get()
        };
        assert!((skin_c(0) - 33.0).abs() < 0.3);
        assert!(skin_c(300_000) < 22.0);
        let (_, mut without) = rig(PadSpec::nominal(), 1);
        assert_eq!(without.sample(Moment::START).readings.skin, None);
    }

    #[test]
    fn kept_lines_are_the_same_in_the_file_and_at_the_pad() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let (outputs, inputs) = rig(PadSpec::nominal(), 1);
        let mut outputs = outputs.kept_in(LinesFile::open(&path).unwrap());
        let file = LinesFile::open(&path).unwrap();
        for (k1, k2_pulse) in [(false, true), (true, false), (false, false)] {
            let levels = Levels { k1, k2_pulse, ..Levels::default() };
            outputs.write(levels).unwrap();
            assert_eq!((file.read().unwrap().levels, inputs.handle().levels()), (levels, levels));
        }
        assert_eq!(outputs.pulse_gap_min(), Span::ZERO);
    }

    #[test]
    fn the_handle_shows_what_was_written_last() {
        let (mut outputs, inputs) = rig(PadSpec::nominal(), 1);
        assert_eq!(inputs.handle().levels(), Levels::default());
        let levels = Levels { k2_pulse: true, buzzer: true, ..Levels::default() };
        outputs.write(levels).unwrap();
        assert_eq!(inputs.handle().levels(), levels);
    }
}
