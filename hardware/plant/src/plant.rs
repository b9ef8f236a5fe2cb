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
//!
//! A folded pad has a second such pair of temperatures, heated with twice the power, at the place of
//! the second contact sensor. The e-stop and the bimetal cut-out break the loop of K2's coil, so a
//! welded K2 heeds neither.

use soothe_therapy::tens::{Stimulator, Stimulus};
use soothe_therapy::{Celsius, LineState, Moment, Readings, Span, limits};

use crate::fault::{Contact, Factor, PadFault, ProbeFault};
use crate::sensor::{Sensor, celsius};
use crate::skin::{Pack, Skin};
use crate::slab::Slab;
use crate::spec::PadSpec;
use crate::stimulation::Stimulation;
use crate::switch::Switch;

mod harm;

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

/// K1 is held until it is written open.
const UNTIL_WRITTEN: Span = Span::from_ms(u64::MAX);
/// So much below the temperature at which it opened the bimetal closes again, K.
const CUTOUT_HYSTERESIS: f64 = 10.0;
/// How many times the power a folded place gets.
const FOLD_GAIN: f64 = 2.0;
/// A place that was folded counts as one with the rest when it is this close, K.
const UNFOLDED_WITHIN: f64 = 0.01;

/// One pad with its sensors and switches.
///
/// Time stands still between two calls of [`Plant::advance`]; what is written, broken or healed in
/// between counts from the moment last advanced to, on the grid of 50 ms.
#[derive(Clone, Debug)]
pub struct Plant {
    spec: PadSpec,
    pad: Slab,
    /// The place that is folded, or was and has not got back to the rest.
    fold: Option<Slab>,
    loss: Factor,
    pad_fault: Option<PadFault>,
    contact: [Sensor; 2],
    room: Sensor,
    /// None in a build without a probe there.
    skin: Option<Skin>,
    swapped: Option<Contact>,
    k1: Switch,
    k2: Switch,
    k2_pulse: bool,
    /// When K2's charge pump is empty.
    pump_until: Span,
    estop_open: bool,
    cutout_at: f64,
    cutout_open: bool,
    undervoltage: bool,
    current_sense: Option<bool>,
    cutout_sense: Option<bool>,
    origin: Option<Moment>,
    /// From the origin to the moment last advanced to.
    elapsed: Span,
    /// From the origin to the last step done; never beyond `elapsed`.
    solved: Span,
    readings: Readings,
    stimulation: Stimulation,
}

/// What no sensor tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// The pad's element at its hottest place.
    pub element: Celsius,
    /// The pad's surface on the skin at its hottest place.
    pub surface: Celsius,
    /// Current flows: K1 and K2 are closed, and the element is whole.
    pub heating: bool,
    /// The peak current through the electrodes, mA.
    pub tens_ma: f64,
    /// The skin that a cold pack lies on, or is to; none where there is no probe.
    pub skin: Option<Celsius>,
}

impl Plant {
    /// A pad at its start temperature, switched off, with all noise drawn from `seed`.
    #[must_use]
    pub fn new(spec: PadSpec, seed: u64) -> Self {
        Self {
            pad: Slab { element: spec.start, surface: spec.start },
            fold: None,
            loss: Factor::ONE,
            pad_fault: None,
            contact: [
                Sensor::new(spec.contact[0], spec.start, seed, 0),
                Sensor::new(spec.contact[1], spec.start, seed, 1),
            ],
            room: Sensor::new(spec.room, spec.ambient, seed, 2),
            skin: spec.skin_probe.then(|| Skin::new(spec.room, seed, 3)),
            swapped: None,
            k1: Switch::new(seed, 0),
            k2: Switch::new(seed, 1),
            k2_pulse: false,
            pump_until: Span::ZERO,
            estop_open: false,
            cutout_at: spec.cutout,
            cutout_open: false,
            undervoltage: false,
            current_sense: None,
            cutout_sense: None,
            spec,
            origin: None,
            elapsed: Span::ZERO,
            solved: Span::ZERO,
            readings: Readings::default(),
            stimulation: Stimulation::new(seed),
        }
    }

    /// Sets K1 and the level of K2's pulse line. Only a change of that level holds K2 in, for
    /// [`K2_HOLD`]; no level does.
    pub fn write(&mut self, k1: bool, k2_pulse: bool) {
        if k1 {
            self.k1.hold(UNTIL_WRITTEN);
        } else {
            self.k1.release(self.elapsed);
        }
        if k2_pulse != self.k2_pulse {
            self.pump_until = self.elapsed + K2_HOLD;
            self.feed_k2(self.elapsed);
        }
        self.k2_pulse = k2_pulse;
    }

    /// Sets what the stimulator sends while K2 feeds it; none is nothing.
    pub fn stimulate(&mut self, stimulus: Option<Stimulus>) {
        self.stimulation.write(stimulus);
    }

    /// What is heard of the stimulator since this was last asked.
    #[must_use]
    pub fn hear_stimulator(&mut self) -> Stimulator {
        self.stimulation.hear()
    }

    /// A person puts a cold pack on, or takes it off.
    pub fn lay_pack(&mut self, lies: bool) {
        if let Some(skin) = &mut self.skin {
            skin.lay(lies);
        }
    }

    fn set_pack(&mut self, pack: Pack) {
        if let Some(skin) = &mut self.skin {
            skin.set_pack(pack);
        }
    }

    fn set_skin_fault(&mut self, fault: Option<ProbeFault>) {
        if let Some(skin) = &mut self.skin {
            skin.set_fault(fault);
        }
    }

    /// Presses or releases the e-stop.
    pub fn open_estop(&mut self, open: bool) {
        self.estop_open = open;
        self.feed_k2(self.elapsed);
    }

    /// Whether the e-stop is pressed.
    #[must_use]
    pub fn estop_open(&self) -> bool {
        self.estop_open
    }

    /// Lets the supply sag, or recover.
    pub fn set_undervoltage(&mut self, low: bool) {
        self.undervoltage = low;
    }

    /// Multiplies what the surface loses to the room: 2 is a blanket taken away, 0.5 one laid on.
    pub fn set_loss(&mut self, factor: Factor) {
        self.loss = factor;
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
            self.step(origin);
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

    /// What the sense lines say; of the optional ones nothing in a build without them. There is no
    /// guard process in a model.
    #[must_use]
    pub fn lines(&self) -> LineState {
        let fitted = |says: bool| self.spec.sense_lines.then_some(says);
        LineState {
            estop_open: self.estop_open,
            cutout_open: fitted(self.cutout_sense.unwrap_or(self.cutout_open)),
            pad_current: fitted(self.current_sense.unwrap_or_else(|| self.heats(self.elapsed))),
            undervoltage: self.undervoltage,
            guard_lost: false,
        }
    }

    /// How it really is.
    #[must_use]
    pub fn truth(&self) -> Truth {
        let hottest = self.hottest();
        Truth {
            element: celsius(hottest.element),
            surface: celsius(hottest.surface),
            heating: self.heats(self.elapsed),
            tens_ma: self.stimulation.flows_ma(self.k2.is_closed(self.elapsed)),
            skin: self.skin.as_ref().map(|skin| celsius(skin.at())),
        }
    }

    /// What a contact sensor would tell now if it were whole, in its place and without noise.
    #[must_use]
    pub fn should_tell(&self, contact: Contact) -> Celsius {
        self.contact[contact.index()].should_tell()
    }

    /// The hottest element and the hottest surface.
    fn hottest(&self) -> Slab {
        self.fold.map_or(self.pad, |fold| Slab {
            element: self.pad.element.max(fold.element),
            surface: self.pad.surface.max(fold.surface),
        })
    }

    /// Whether current flows `at` that time: K1 and K2 in series with the element.
    fn heats(&self, at: Span) -> bool {
        self.k1.is_closed(at)
            && self.k2.is_closed(at)
            && self.pad_fault != Some(PadFault::OpenCircuit)
    }

    /// Energises K2's coil for as long as the pump lasts, or lets it go where its loop is broken.
    fn feed_k2(&mut self, at: Span) {
        if self.estop_open || self.cutout_open {
            self.k2.release(at);
        } else if at < self.pump_until {
            self.k2.hold(self.pump_until);
        }
    }

    fn step(&mut self, origin: Moment) {
        let dt = STEP.as_s();
        let power = if self.heats(self.solved) { self.power() } else { 0.0 };
        let surface = self.pad.surface;
        let at_second = self.fold.map_or(surface, |fold| fold.surface);
        self.contact[0].follow(surface, self.spec.ambient, dt);
        self.contact[1].follow(at_second, self.spec.ambient, dt);
        if let Some(skin) = &mut self.skin {
            skin.step(self.spec.ambient, dt);
        }
        self.pad.step(&self.spec, power, self.loss.get(), dt);
        if let Some(fold) = &mut self.fold {
            let folded = self.pad_fault == Some(PadFault::Folded);
            let gain = if folded { FOLD_GAIN } else { 1.0 };
            fold.step(&self.spec, power * gain, self.loss.get(), dt);
            if !folded && fold.is_near(&self.pad, UNFOLDED_WITHIN) {
                self.fold = None;
            }
        }
        let fed = self.k2.is_closed(self.solved);
        self.solved = self.solved + STEP;
        self.stimulation.step(origin + self.solved, STEP, fed);
        self.bend_bimetal();
    }

    /// The element's power while current flows, W.
    fn power(&self) -> f64 {
        let factor = match self.pad_fault {
            Some(PadFault::Power(factor)) => factor,
            Some(PadFault::Folded | PadFault::OpenCircuit) | None => Factor::ONE,
        };
        self.spec.power * factor.get()
    }

    fn bend_bimetal(&mut self) {
        let surface = self.hottest().surface;
        let open = if self.cutout_open {
            surface > self.cutout_at - CUTOUT_HYSTERESIS
        } else {
            surface >= self.cutout_at
        };
        if open != self.cutout_open {
            self.cutout_open = open;
            self.feed_k2(self.solved);
        }
    }

    fn convert(&mut self, began: Moment) {
        let mut contact = self.contact.each_mut().map(|sensor| sensor.convert(began));
        let mut room = self.room.convert(began);
        if let Some(swapped) = self.swapped {
            std::mem::swap(&mut contact[swapped.index()], &mut room);
        }
        let skin = self.skin.as_mut().map(|skin| skin.convert(began));
        self.readings = Readings { contact: contact.map(Some), ambient: Some(room), skin };
    }
}

#[cfg(test)]
#[path = "plant_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "fault_tests.rs"]
mod fault_tests;
