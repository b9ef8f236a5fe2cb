//! The backend on a Raspberry Pi. The only file that names `rppal`, but for those in its folder.
//!
//! Output lines are active high and start low: the level is written before the pin becomes an output,
//! so there is no glitch. Every write is read back. The e-stop is sensed as a loop to ground that is
//! closed while all is well, so a broken wire reads as pressed.
//!
//! What a killed process cannot do is switch off: rppal writes the chip's registers, and a pin keeps its
//! last level when nobody is left to change it. Another process can ([`RpiOff`]), and K2's missing pulses.
//!
//! What could not be tried: a real Pi. Types, pin rules, the handling of lines that do not follow and
//! the 1-Wire files are tested on any machine; the register access itself is rppal's.

mod i2c;

use rppal::gpio::{Error, Gpio, InputPin, OutputPin, Pin};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{LineState, Moment};

pub use self::i2c::{RpiI2c, TransferError};
use crate::button::Button;
use crate::lines::{Inputs, Levels, Off, Outputs, RigError, Sampled};
pub use crate::pins::{OffPins, PinNumbers, Pins};
use crate::slots::{Clock, Probes, Slots};
use crate::supply::{REPORT, Supply};

/// Takes the Pi's lines over, off, and starts reading the thermometers.
///
/// # Errors
/// When this is no Raspberry Pi, when the lines may not be used or are in use, or when a thread for a
/// thermometer cannot be started.
pub fn rig(
    pins: &Pins,
    probes: Probes,
    clock: &Clock,
) -> Result<(RpiOutputs, RpiInputs), RigError> {
    let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
    let numbers = pins.numbers();
    let outputs = RpiOutputs(Lines {
        k1: output(&gpio, K1, numbers.k1)?,
        k2_pulse: output(&gpio, "K2's pulse line", numbers.k2_pulse)?,
        buzzer: output(&gpio, BUZZER, numbers.buzzer)?,
    });
    let wired = |name, number: Option<u8>, pull: fn(Pin) -> InputPin| {
        number.map(|number| input(&gpio, name, number, pull)).transpose()
    };
    let down = Pin::into_input_pulldown;
    let estop = numbers.estop_sense;
    let inputs = RpiInputs {
        estop: input(&gpio, "the e-stop's sense line", estop, Pin::into_input_pullup)?,
        button_pin: wired("the button", numbers.button, Pin::into_input_pullup)?,
        button: Button::new(),
        pad_current: wired("the pad's current sense line", numbers.pad_current, down)?,
        cutout: wired("the cut-out's sense line", numbers.cutout_sense, down)?,
        supply: Supply::start(REPORT)?,
        slots: Slots::start(probes, clock)?,
    };
    Ok((outputs, inputs))
}

/// The names of the lines that switch off.
const K1: &str = "K1";
const BUZZER: &str = "the buzzer";

/// Makes a pin an output that is low.
fn output(gpio: &Gpio, name: &str, number: u8) -> Result<Line<OutputPin>, RigError> {
    let name = line_name(name, number);
    let mut pin = gpio.get(number).map_err(|e| failed(name.clone(), &e))?.into_output_low();
    // When the process ends in order, the line stays an output that is driven low. rppal would
    // make it an input without a pull, which is only as good as the resistor outside.
    pin.set_reset_on_drop(false);
    Ok(Line { name, pin })
}

/// Makes a pin an input with a pull.
fn input(
    gpio: &Gpio,
    name: &str,
    number: u8,
    kind: fn(Pin) -> InputPin,
) -> Result<InputPin, RigError> {
    let mut pin = kind(gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?);
    // Else a second process that ends, as one that is refused its port does, would switch the pull
    // off under the first one, for which an open loop could then read as closed.
    pin.set_reset_on_drop(false);
    Ok(pin)
}

/// Switches the Pi's outputs off from a process that does not own them.
pub struct RpiOff {
    gpio: Gpio,
    pins: OffPins,
}

impl RpiOff {
    /// Looks whether it could switch these pins off, and touches none of them.
    ///
    /// # Errors
    /// When this is no Raspberry Pi, or when the lines may not be used.
    pub fn new(pins: OffPins) -> Result<Self, RigError> {
        let gpio = Gpio::new().map_err(|e| failed("GPIO".to_owned(), &e))?;
        for (name, number) in [(K1, pins.k1), (BUZZER, pins.buzzer)] {
            gpio.get(number).map_err(|e| failed(line_name(name, number), &e))?;
        }
        Ok(Self { gpio, pins })
    }
}

impl Off for RpiOff {
    fn off(&mut self) -> Result<(), RigError> {
        // A pin that another process has made an output stays one; only its level changes.
        let low = |name, number| output(&self.gpio, name, number)?.write(false);
        let k1 = low(K1, self.pins.k1);
        k1.and(low(BUZZER, self.pins.buzzer))
    }
}

/// The Pi's output lines.
pub struct RpiOutputs(Lines<OutputPin>);

impl Outputs for RpiOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.0.write(levels)
    }
}

/// The Pi's thermometers and sense lines.
pub struct RpiInputs {
    slots: Slots,
    estop: InputPin,
    button_pin: Option<InputPin>,
    button: Button,
    pad_current: Option<InputPin>,
    cutout: Option<InputPin>,
    supply: Supply,
}

impl Inputs for RpiInputs {
    fn sample(&mut self, now: Moment) -> Sampled {
        let lines = LineState {
            // Held low by the closed loop; the pull-up shows every way in which it can be open.
            estop_open: self.estop.is_high(),
            // Held high by the loop's voltage, so that a broken wire reads as open.
            cutout_open: self.cutout.as_ref().map(InputPin::is_low),
            pad_current: self.pad_current.as_ref().map(InputPin::is_high),
            undervoltage: self.supply.is_low(),
            guard_lost: false,
        };
        // No stimulator is driven yet: no session with TENS starts (docs/safety.md).
        Sampled {
            readings: self.slots.newest(),
            lines,
            stimulator: Stimulator::Absent,
            // Polled, as edges are not told everywhere.
            pressed: self
                .button_pin
                .as_ref()
                .is_some_and(|pin| self.button.look(now, pin.is_low())),
        }
    }

    fn pack_lies(&mut self, _lies: bool) {}
}

/// How often a line is read back before it counts as not following: some 50 microseconds at the 0.1 that
/// a read of a register is taken to last. A count, as no clock is read here; a line that follows at once
/// is read once.
const READ_BACKS_MAX: u32 = 500;

/// A pin that can be driven and read back.
trait Drive {
    fn drive(&mut self, high: bool);
    fn is_high(&self) -> bool;
}

impl Drive for OutputPin {
    fn drive(&mut self, high: bool) {
        self.write(high.into());
    }

    fn is_high(&self) -> bool {
        self.is_set_high()
    }
}

struct Lines<P> {
    k1: Line<P>,
    k2_pulse: Line<P>,
    buzzer: Line<P>,
}

impl<P: Drive> Lines<P> {
    /// Writes all, whatever fails, and tells the first failure.
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let k1 = self.k1.write(levels.k1);
        let k2_pulse = self.k2_pulse.write(levels.k2_pulse);
        let buzzer = self.buzzer.write(levels.buzzer);
        let stimulus = match levels.stimulus {
            None => Ok(()),
            // Nobody grants one where none has ever answered.
            Some(_) => Err(RigError {
                line: "the stimulator".to_owned(),
                problem: "there is none in this build".to_owned(),
            }),
        };
        k1.and(k2_pulse).and(buzzer).and(stimulus)
    }
}

struct Line<P> {
    name: String,
    pin: P,
}

impl<P: Drive> Line<P> {
    /// Writes, and reads back (HL-H19).
    fn write(&mut self, high: bool) -> Result<(), RigError> {
        self.pin.drive(high);
        // A slow edge is no fault: the pin may carry a transistor's gate or a charge pump.
        if (0..READ_BACKS_MAX).any(|_| self.pin.is_high() == high) {
            return Ok(());
        }
        let (is, should) = if high { ("low", "high") } else { ("high", "low") };
        let problem = format!("it reads {is} although {should} was written; is it shorted?");
        Err(RigError { line: self.name.clone(), problem })
    }
}

fn line_name(name: &str, number: u8) -> String {
    format!("{name} (GPIO {number})")
}

fn failed(line: String, error: &Error) -> RigError {
    let problem = match error {
        Error::UnknownModel => "this is no Raspberry Pi that rppal 0.22 knows; \
             --sim runs on a simulated pad instead"
            .to_owned(),
        Error::PermissionDenied(path) => {
            format!("no permission to use {path}; the user must be in the group gpio")
        }
        Error::PinUsed(_) => "it is in use already in this process".to_owned(),
        Error::PinNotAvailable(_) => "this Raspberry Pi has no such pin".to_owned(),
        Error::Io(error) => error.to_string(),
        Error::ThreadPanic => "rppal's thread panicked".to_owned(),
    };
    RigError { line, problem }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A pin that follows, at once or late, or is held at a level by a fault.
    #[derive(Default)]
    struct FakePin {
        driven: Option<bool>,
        held: Option<bool>,
        /// How many reads still see the level opposite to the one driven.
        late_reads: Cell<u32>,
    }

    impl Drive for FakePin {
        fn drive(&mut self, high: bool) {
            self.driven = Some(high);
        }

        fn is_high(&self) -> bool {
            let level = self.held.or(self.driven).unwrap_or(false);
            let late = self.late_reads.get();
            self.late_reads.set(late.saturating_sub(1));
            level ^ (late > 0)
        }
    }

    fn lines() -> Lines<FakePin> {
        let line =
            |name: &str, number| Line { name: line_name(name, number), pin: FakePin::default() };
        Lines {
            k1: line("K1", 17),
            k2_pulse: line("K2's pulse line", 27),
            buzzer: line("the buzzer", 23),
        }
    }

    #[test]
    fn each_level_goes_to_its_own_line() {
        for (k1, k2_pulse, buzzer) in [
            (true, false, false),
            (false, true, false),
            (false, false, true),
            (false, false, false),
        ] {
            let mut lines = lines();
            lines.write(Levels { k1, k2_pulse, buzzer, stimulus: None }).unwrap();
            let driven = [lines.k1.pin.driven, lines.k2_pulse.pin.driven, lines.buzzer.pin.driven];
            assert_eq!(driven, [Some(k1), Some(k2_pulse), Some(buzzer)]);
        }
    }

    #[test]
    fn a_line_that_follows_late_is_given_the_time() {
        let mut lines = lines();
        lines.k1.pin.late_reads.set(READ_BACKS_MAX - 1);
        lines.write(Levels { k1: true, ..Levels::default() }).unwrap();
        lines.k1.pin.late_reads.set(READ_BACKS_MAX);
        assert_eq!(lines.write(Levels::default()).unwrap_err().line, "K1 (GPIO 17)");
    }

    #[test]
    fn hl_h19_a_line_that_does_not_follow_is_told_and_all_others_are_written() {
        let mut lines = lines();
        lines.k1.pin.held = Some(true);
        let error = lines.write(Levels::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "K1 (GPIO 17): it reads high although low was written; is it shorted?"
        );
        assert_eq!(lines.k2_pulse.pin.driven, Some(false));
        assert_eq!(lines.buzzer.pin.driven, Some(false));
    }

    #[test]
    fn every_line_is_read_back() {
        let levels = Levels { k1: true, k2_pulse: true, buzzer: true, stimulus: None };
        for line in 0..3 {
            let mut lines = lines();
            let all = [&mut lines.k1, &mut lines.k2_pulse, &mut lines.buzzer];
            let held = all.into_iter().nth(line).unwrap();
            held.pin.held = Some(false);
            let name = held.name.clone();
            assert_eq!(lines.write(levels).unwrap_err().line, name);
        }
    }

    #[test]
    fn away_from_a_pi_the_error_names_the_simulated_pad() {
        assert_eq!(
            failed("GPIO".to_owned(), &Error::UnknownModel).to_string(),
            "GPIO: this is no Raspberry Pi that rppal 0.22 knows; --sim runs on a simulated pad instead"
        );
    }
}

/// The backend itself, on machines that cannot be a Pi: elsewhere this would move real pins.
#[cfg(all(test, target_arch = "x86_64"))]
mod on_a_pc {
    use std::sync::Arc;

    use soothe_therapy::{Celsius, ProbeError};

    use super::*;
    use crate::lines::Probe;

    struct Absent;

    impl Probe for Absent {
        fn read(&mut self) -> Result<Celsius, ProbeError> {
            Err(ProbeError::Missing)
        }
    }

    #[test]
    fn the_backend_refuses_to_start_and_names_the_simulated_pad() {
        let pins = Pins::parse(PinNumbers::default()).unwrap();
        let probes =
            Probes { contact: [Box::new(Absent), Box::new(Absent)], ambient: None, skin: None };
        let clock: Clock = Arc::new(|| Moment::START);
        let error = rig(&pins, probes, &clock).err().expect("a PC has no GPIO of a Pi");
        assert!(error.problem.contains("--sim"), "{error}");
        let error = RpiOff::new(pins.off()).err().expect("a PC has no GPIO of a Pi");
        assert!(error.problem.contains("--sim"), "{error}");
    }
}
