//! The driver's thread: takes DAC and trigger where they are wanted, and reads back what flowed.
//!
//! A turn: look at the desk; set the DAC when another level is due; let the trigger follow the mode; and, unless
//! a train is under way, one round of reading back. What sets goes first, so that an off never waits for a
//! reading. While a train runs the bus is left alone: a hanging bus would else leave it running.
//!
//! A reading belongs to a level only when a pulse of that level has come since it was set and the line enabled:
//! pulses are counted by their rate. Off is read back, too, once the module has had the time to empty what holds
//! its peaks: nothing may flow then (HL-T1).

use core::fmt;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::I2c;
use soothe_therapy::tens::{Milliamp, Mode, Pulse, Reading, Stimulus, Waveform, limits};
use soothe_therapy::{Moment, Span};

use crate::lines::RigError;
use crate::slots::Clock;
use crate::tens::adc::{self, Channel};
use crate::tens::course::{Course, Set};
use crate::tens::desk::{Desk, Posted};
use crate::tens::scale::Seen;
use crate::tens::{LOST, Module, News, Setup, Tell, Trigger, dac, pulses};

/// From one turn to the next while pulses are wanted: two in a cycle of the control thread.
pub(super) const ROUND: Span = Span::from_ms(50);
/// From one to the next while none are.
pub(super) const IDLE_ROUND: Span = Span::from_ms(200);
/// A train that begins or ends within this time is waited for: a round takes some 12 ms at 100 kHz.
const ROUND_LASTS: Span = Span::from_ms(25);
/// HL-T3: no train lasts longer, so that one that runs is known by its end.
const TRAIN_MAX: Span = Span::from_ms(limits::TRAIN_MAX_MS as u64);
/// What holds the peaks must be empty so long after the enable line went low (docs/wiring.md).
pub(super) const EMPTIES: Span = Span::from_ms(100);

/// What the driver's thread owns.
pub(super) struct Driver<I2C, T, D> {
    setup: Setup,
    tell: Tell,
    bus: I2C,
    trigger: Option<T>,
    delay: D,
    desk: Desk,
    clock: Clock,
    course: Course,
    /// When the programme began, for the trigger to follow.
    began: Moment,
    /// What the trigger was last set to; none while that is not known.
    triggered: Option<Option<Pulse>>,
    /// What is known of the enable line, and since when.
    enabled: bool,
    enabled_changed: Moment,
    /// Pulses that must have come: since the last that was told of this level, and since the trigger was set.
    untold: f64,
    since_set: f64,
    counted: Moment,
    health: Health,
    /// A mode that was refused, and told.
    refused: Option<Mode>,
    /// How often a pulse of a module comes that makes its own.
    own_hz: f64,
}

/// Whether it answers, as far as a person was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Unknown,
    Found { whole: Moment },
    Lost,
}

impl<I2C, T, D> Driver<I2C, T, D>
where
    I2C: I2c,
    I2C::Error: fmt::Display,
    T: Trigger,
    D: DelayNs,
{
    pub(super) fn new(
        setup: Setup,
        tell: Tell,
        bus: I2C,
        trigger: Option<T>,
        delay: D,
        desk: Desk,
        clock: Clock,
    ) -> Self {
        let now = clock();
        let own_hz = match setup.module() {
            Module::Triggered { .. } => 0.0,
            Module::Simple { mode } => pulses::slowest_hz(&mode.waveform()),
        };
        Self {
            setup,
            tell,
            bus,
            trigger,
            delay,
            desk,
            clock,
            course: Course::new(),
            began: now,
            triggered: None,
            enabled: false,
            enabled_changed: now,
            untold: 0.0,
            since_set: 0.0,
            counted: now,
            health: Health::Unknown,
            refused: None,
            own_hz,
        }
    }

    /// Turns until the lines are gone, and leaves zero behind.
    pub(super) fn run(mut self) {
        while !self.desk.is_over() {
            let until_next = self.turn();
            self.desk.wait(until_next);
        }
        // Nobody is left to be told.
        let _ = dac::write(&mut self.bus, self.setup.dac(), 0);
        let _ = self.trigger.as_mut().map(|trigger| trigger.set(None));
    }

    /// One turn; how long until the next, when nothing else is posted before.
    pub(super) fn turn(&mut self) -> Span {
        let now = (self.clock)();
        self.count(now);
        let (posted, next) = self.plan(now);
        self.note(posted, now);
        match self.act(posted, next, now) {
            Ok(until_next) => until_next,
            Err(error) => {
                self.failed(error);
                ROUND
            }
        }
    }

    /// What is posted, and what is to be set by it.
    fn plan(&self, now: Moment) -> (Posted, Set) {
        let train_runs = self.quiet_for(now).is_some();
        self.desk.begin(|posted| {
            let mut next = self.course.next(self.sendable(posted.wanted), now);
            if train_runs && next.level_ma() > self.course.set().level_ma() {
                next = self.course.set();
            }
            (self.course.bound(next), (posted, next))
        })
    }

    /// What of it the module can make.
    fn sendable(&self, wanted: Option<Stimulus>) -> Option<Stimulus> {
        wanted.filter(|it| match self.setup.module() {
            Module::Triggered { .. } => true,
            Module::Simple { mode } => mode == it.mode,
        })
    }

    /// Notes what the control thread did, and tells of what is not sent.
    fn note(&mut self, posted: Posted, now: Moment) {
        if posted.enabled != self.enabled {
            (self.enabled, self.enabled_changed, self.untold) = (posted.enabled, now, 0.0);
        }
        let refused = posted.wanted.map(|it| it.mode);
        let refused = refused.filter(|_| self.sendable(posted.wanted).is_none());
        if refused != self.refused {
            self.refused = refused;
            if let (Some(asked), Module::Simple { mode: makes }) = (refused, self.setup.module()) {
                (self.tell)(&News::OtherMode { asked, makes });
            }
        }
    }

    fn act(&mut self, posted: Posted, next: Set, now: Moment) -> Result<Span, RigError> {
        let set = self.set(next, now);
        set.inspect_err(|_| self.lose(now))?;
        if let Some(quiet) = self.quiet_for(now) {
            return Ok(quiet);
        }
        self.measure(posted, now)?;
        let after = (self.clock)();
        let change = self
            .waveform_at(after)
            .and_then(|(waveform, at)| pulses::changes_within(&waveform, at, ROUND));
        let idle = posted.wanted.is_none();
        Ok(change.unwrap_or(if idle { IDLE_ROUND } else { ROUND }))
    }

    /// Takes DAC and trigger to `next`; only then it is armed.
    fn set(&mut self, next: Set, now: Moment) -> Result<(), RigError> {
        let before = self.course.set();
        if next != before {
            let code = self.setup.scales().code(next.level_ma());
            dac::write(&mut self.bus, self.setup.dac(), code)?;
            if before.stimulus().is_none() {
                self.began = now;
            }
            self.course.is_set(next, now);
            self.untold = 0.0;
        }
        self.follow((self.clock)())?;
        if next != before {
            self.desk.arm(next.stimulus());
        }
        Ok(())
    }

    /// What DAC or trigger are set to is not known any more: nothing may flow, and zero comes next.
    fn lose(&mut self, now: Moment) {
        self.desk.arm(None);
        self.course.is_set(Set::Unknown, now);
        // The bus may be what failed; the trigger needs none.
        self.triggered = None;
        let _ = self.trigger.as_mut().map(|trigger| trigger.set(None));
    }

    /// Lets the trigger follow the mode. Another rate is set once a pulse of the one before has come: a PWM that
    /// begins to count anew would else never come to one.
    fn follow(&mut self, now: Moment) -> Result<(), RigError> {
        let asked = self.waveform_at(now).and_then(|(waveform, at)| pulses::asked(&waveform, at));
        let Some(trigger) = &mut self.trigger else { return Ok(()) };
        let sweeps = asked.is_some() && self.triggered.flatten().is_some();
        if self.triggered == Some(asked) || (sweeps && self.since_set < 1.0) {
            return Ok(());
        }
        self.triggered = None;
        trigger.set(asked)?;
        (self.triggered, self.since_set) = (Some(asked), 0.0);
        Ok(())
    }

    /// One round: what the DAC holds, and what flowed.
    fn measure(&mut self, posted: Posted, now: Moment) -> Result<(), RigError> {
        let code = self.setup.scales().code(self.course.set().level_ma());
        let held = dac::check(&mut self.bus, self.setup.dac(), code);
        held.inspect_err(|_| self.lose(now))?;
        let seen = Seen {
            current_v: self.convert(Channel::Current)?,
            voltage_v: self.convert(Channel::Voltage)?,
            mean_v: self.convert(Channel::Mean)?,
        };
        let reading = self.commanded(posted, now);
        let reading = reading.map(|it| self.setup.scales().reading(it, seen)).transpose()?;
        self.told(now, reading);
        Ok(())
    }

    fn convert(&mut self, channel: Channel) -> Result<f64, RigError> {
        adc::convert(&mut self.bus, &mut self.delay, self.setup.adc(), channel)
    }

    /// The level that what is held at `now` was made with; none when it could be another.
    fn commanded(&self, posted: Posted, now: Moment) -> Option<Milliamp> {
        let empty = now.since(self.enabled_changed).min(self.course.lasts(now)) >= EMPTIES;
        match self.course.set() {
            Set::To(stimulus) if self.enabled && self.untold >= 1.0 => Some(stimulus.level()),
            Set::Zero if !self.enabled && posted.wanted.is_none() && empty => Some(Milliamp::ZERO),
            Set::Unknown | Set::Zero | Set::To(_) => None,
        }
    }

    fn told(&mut self, began: Moment, reading: Option<Reading>) {
        if self.desk.heard(began, self.enabled, reading) {
            self.untold = 0.0;
            self.course.was_measured();
        }
        if !matches!(self.health, Health::Found { .. }) {
            (self.tell)(&News::Found);
        }
        self.health = Health::Found { whole: began };
    }

    fn failed(&mut self, error: RigError) {
        let lost = match self.health {
            Health::Unknown => true,
            Health::Found { whole } => (self.clock)().since(whole) > LOST,
            Health::Lost => false,
        };
        if lost {
            self.health = Health::Lost;
            (self.tell)(&News::Lost(error));
        }
    }

    /// The mode that is on, and how long its programme has run.
    fn waveform_at(&self, now: Moment) -> Option<(Waveform, Span)> {
        let stimulus = self.course.set().stimulus()?;
        Some((stimulus.mode.waveform(), now.since(self.began)))
    }

    /// How long the bus must be left alone, for a train that runs or is about to begin.
    fn quiet_for(&self, now: Moment) -> Option<Span> {
        self.trigger.as_ref()?;
        let (waveform, at) = self.waveform_at(now)?;
        let runs = pulses::asked(&waveform, at).is_some();
        let horizon = if runs { TRAIN_MAX } else { ROUND_LASTS };
        pulses::changes_within(&waveform, at, horizon)
    }

    /// Counts the pulses that must have come since the last turn.
    fn count(&mut self, now: Moment) {
        let s = now.since(self.counted).as_s();
        self.counted = now;
        let hz = match (&self.trigger, self.course.set()) {
            (_, Set::Unknown | Set::Zero) => 0.0,
            (Some(_), Set::To(_)) => self.triggered.flatten().map_or(0.0, |it| it.rate.get()),
            (None, Set::To(_)) => self.own_hz,
        };
        self.since_set += hz * s;
        if self.enabled {
            self.untold += hz * s;
        }
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
