//! A TENS module on a Raspberry Pi: what is driven, and how what it does comes back.
//!
//! ```text
//! control thread                     the driver's thread
//!   Lines::write --- wanted --->  desk  --- plan --->  DAC (level), PWM (trigger)
//!        |        <--- armed ---        <--- done ---
//!   enable line                                        ADC (what flowed)
//!   Inputs::sample <--- heard ---       <--- round ---
//! ```
//!
//! A bus can hang for a second, so the control thread never touches it: it drives the enable line alone, and
//! that goes high only while DAC and trigger are surely not above what is wanted (`desk.rs`). The level falls at
//! once and rises by 1 mA each half second, whatever is wanted (`course.rs`).
//!
//! One rule for everything that can break on the way: a stimulator of which no whole round was heard for
//! [`LOST`] is absent. A round is whole when the DAC says that it holds what it was told, and the ADC has
//! converted all three channels anew.
//!
//! What it never does: write the DAC's memory, judge a current, read a clock of its own.

mod adc;
pub mod chip;
mod course;
mod dac;
mod desk;
mod driver;
mod pulses;
mod scale;
mod setup;

use std::fmt;
use std::thread;
use std::time::Duration;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::I2c;
use soothe_therapy::Span;
use soothe_therapy::tens::{Mode, Pulse};

use crate::lease::LEASE_PRIORITY;
use crate::lines::RigError;
use crate::realtime;
use crate::slots::Clock;
pub(crate) use desk::Desk;
use driver::Driver;
pub use scale::Scales;
pub use setup::{Module, Setup, SetupNumbers};

/// A stimulator of which no whole round was heard for this long is absent (chosen: ten rounds, and a sixth of
/// what HL-T11 lets a current go unmeasured).
pub const LOST: Span = Span::from_ms(500);

/// What makes the pulses of a triggered module: their rate and width, or that there are none.
pub(crate) trait Trigger: Send {
    /// Triggers such pulses from now on, or none. The first call also ends what another process left.
    ///
    /// # Errors
    /// When that could not be set.
    fn set(&mut self, pulse: Option<Pulse>) -> Result<(), RigError>;
}

/// Asks DAC and ADC of a module for what they hold, and sets nothing.
pub(crate) fn answers<B: I2c>(bus: &mut B, setup: &Setup) -> [Result<(), RigError>; 2]
where
    B::Error: fmt::Display,
{
    [dac::answers(bus, setup.dac()), adc::answers(bus, setup.adc())]
}

/// What a person is told of the stimulator, each once when it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It answers.
    Found,
    /// It does not, and why.
    Lost(RigError),
    /// A mode is asked for that the module does not make, so that nothing is sent.
    OtherMode {
        /// What is asked for.
        asked: Mode,
        /// What it makes.
        makes: Mode,
    },
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("the TENS module answers"),
            Self::Lost(error) => {
                write!(
                    f,
                    "the TENS module does not answer, so there is no TENS until it does: {error}"
                )
            }
            Self::OtherMode { asked, makes } => write!(
                f,
                "nothing is sent: {} is asked for, and the TENS module makes {} ([tens] mode)",
                asked.name(),
                makes.name()
            ),
        }
    }
}

/// Who is told; called from the driver's thread.
pub type Tell = Box<dyn Fn(&News) + Send>;

/// A stimulator that a configuration asks for.
pub struct Stimulates {
    /// What it is.
    pub setup: Setup,
    /// Who is told of it.
    pub tell: Tell,
}

/// The control thread and what switches off come before it; what only computes comes after, so that a train is
/// ended in time.
const PRIORITY: u8 = 30;
const _: () = assert!(PRIORITY < LEASE_PRIORITY);

/// Starts the driver's thread, on a bus, and with a trigger where the module needs one. It ends once the lines
/// that post to its desk are gone.
///
/// # Errors
/// When no thread can be started.
pub(crate) fn start<I2C, T>(
    stimulates: Stimulates,
    bus: I2C,
    trigger: Option<T>,
    desk: Desk,
    clock: &Clock,
) -> Result<(), RigError>
where
    I2C: I2c + Send + 'static,
    I2C::Error: fmt::Display,
    T: Trigger + 'static,
{
    let Stimulates { setup, tell } = stimulates;
    let driver = Driver::new(setup, tell, bus, trigger, Sleeps, desk, clock.clone());
    let thread = thread::Builder::new().name("tens".to_owned());
    let started = thread.spawn(move || {
        let _ = realtime::ask_for_priority(PRIORITY);
        driver.run();
    });
    started.map(drop).map_err(|e| RigError {
        line: "the TENS module".to_owned(),
        problem: format!("no thread: {e}"),
    })
}

/// Waits by sleeping: at least as long as it was asked to.
struct Sleeps;

impl DelayNs for Sleeps {
    fn delay_ns(&mut self, ns: u32) {
        thread::sleep(Duration::from_nanos(ns.into()));
    }
}
