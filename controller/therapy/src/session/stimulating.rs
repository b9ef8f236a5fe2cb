//! A TENS phase that is on: electrodes lie, and a person has the level in hand.
//!
//! The level lives in here, so leaving the phase takes it to zero, whatever leads out of it.

use super::{Prompt, Running, Stage};
use crate::command::{Refusal, SessionId};
use crate::event::{Event, Told};
use crate::interlock::Demand;
use crate::limits;
use crate::protocol::Phase;
use crate::rules::FaultKind;
use crate::tens::{
    Cap, ElectrodeWatch, Interruption, Latch, Level, Mode, Stimulator, Stimulus, Stop, Verdict,
};
use crate::units::{Moment, Span};

/// The state of a TENS phase.
#[derive(Clone, Debug)]
pub struct Stimulation {
    mode: Mode,
    level: Level,
    watch: ElectrodeWatch,
    /// When somebody was last heard of who could lower it (HL-S3).
    heard: Moment,
    /// How long the level has been above zero.
    flowed: Span,
    last: Moment,
}

/// What a step of a TENS phase comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stimulates {
    /// It goes on and wants this.
    Wants(Demand),
    /// The electrodes must be laid anew (HL-T11).
    Laid(Stop),
    /// The device is not as it must be.
    Broken(FaultKind),
}

impl Stimulation {
    /// Electrodes were laid `now`.
    pub(super) fn begin(mode: Mode, cap: Cap, now: Moment) -> Self {
        Self {
            mode,
            level: Level::new(now, cap),
            watch: ElectrodeWatch::new(now),
            heard: now,
            flowed: Span::ZERO,
            last: now,
        }
    }

    /// The level in force.
    pub(crate) const fn level(&self) -> &Level {
        &self.level
    }

    /// How long the level has been above zero, up to `now`.
    pub(super) fn flowed(&self, now: Moment) -> Span {
        let flows = self.level.ma() > 0;
        self.flowed + if flows { now.since(self.last) } else { Span::ZERO }
    }

    /// Somebody was heard of (HL-S3).
    pub(crate) const fn heard(&mut self, now: Moment) {
        self.heard = now;
    }

    /// A person sets the level: down at once, up by one step (HL-T9).
    ///
    /// # Errors
    /// HL-T9 when it is more than a step up, or too soon after the last; HL-T1 at the cap.
    pub(crate) fn set(
        &mut self,
        id: SessionId,
        to_ma: u8,
        now: Moment,
        told: &mut Told,
    ) -> Result<(), Refusal> {
        self.heard = now;
        let before_ma = self.level.ma();
        self.count(now);
        if to_ma < before_ma {
            self.level.lower(now, to_ma);
        } else if to_ma == before_ma + 1 {
            self.level.raise(now).map_err(Refusal::NotRaised)?;
        } else if to_ma > before_ma {
            return Err(Refusal::LevelJump { asked_ma: to_ma, level_ma: before_ma });
        }
        if self.level.ma() != before_ma {
            told.events.push(Event::Level { id, level_ma: self.level.ma() });
        }
        Ok(())
    }

    /// The level goes to zero, and it is told why.
    pub(crate) fn interrupt(
        &mut self,
        id: SessionId,
        cause: Interruption,
        now: Moment,
        told: &mut Told,
    ) {
        self.count(now);
        if self.level.ma() > 0 {
            self.level.zero(now, cause);
            told.events.push(Event::LevelZeroed { id, cause });
        }
    }

    /// Judges what came back, and says what is wanted next.
    fn step(
        &mut self,
        id: SessionId,
        now: Moment,
        stimulator: &Stimulator,
        told: &mut Told,
    ) -> Stimulates {
        self.count(now);
        if !stimulator.is_there() {
            // HL-T11: whatever comes back is looked at as if it were new.
            self.interrupt(id, Interruption::Reconnect, now, told);
            return Stimulates::Laid(Stop::Unmeasured);
        }
        if self.level.ma() == 0 {
            self.watch.rests(now);
        }
        match self.watch.judge(now, stimulator.reading()) {
            Verdict::Fine => {}
            // HL-T13
            Verdict::Zero(_) => self.interrupt(id, Interruption::ElectrodeOff, now, told),
            // HL-T11
            Verdict::Stop(stop) => {
                self.interrupt(id, Interruption::ElectrodeOff, now, told);
                return Stimulates::Laid(stop);
            }
            // HL-T1, HL-T8, HL-T12
            Verdict::Latch(latch) => return Stimulates::Broken(fault_of(latch)),
        }
        // HL-S3
        if now.since(self.heard) > limits::CLIENT_LOST {
            self.interrupt(id, Interruption::ClientLost, now, told);
        }
        Stimulates::Wants(Demand::Stimulate(Stimulus::new(self.mode, self.level.ma())))
    }

    fn count(&mut self, now: Moment) {
        self.flowed = self.flowed(now);
        self.last = now;
    }
}

impl Running {
    /// A TENS phase that begins `now`, or begins anew: at zero, and after cold no stronger than numb skin may feel
    /// (HL-T10).
    pub(super) fn stimulation(&self, now: Moment) -> Stage {
        let Phase::Tens { mode, cap, .. } = *self.phase() else {
            unreachable!("electrodes are asked for in a phase of TENS alone")
        };
        let cap = cap.min(self.cap);
        let cap = self.cold_ended.map_or(cap, |ended| cap.after_cold(now.since(ended)));
        Stage::Stimulating(Stimulation::begin(mode, cap, now))
    }

    /// The level in force, while electrodes lie.
    pub(super) const fn level(&self) -> Option<Level> {
        match &self.stage {
            Stage::Stimulating(on) => Some(*on.level()),
            Stage::Proving(_) | Stage::Heating(_) | Stage::Led(_) | Stage::Paused(_) => None,
        }
    }

    /// How long TENS has flowed at `now`.
    pub(super) fn stimulated_by(&self, now: Moment) -> Span {
        match &self.stage {
            Stage::Stimulating(on) => self.stimulated + on.flowed(now),
            Stage::Proving(_) | Stage::Heating(_) | Stage::Led(_) | Stage::Paused(_) => {
                self.stimulated
            }
        }
    }

    /// Takes the level to zero, where there is one.
    pub(crate) fn zero(&mut self, cause: Interruption, now: Moment, told: &mut Told) {
        if let Ok((id, on)) = self.stimulating() {
            on.interrupt(id, cause, now, told);
        }
    }

    /// A TENS phase whose electrodes lie.
    ///
    /// # Errors
    /// When none is on.
    pub(crate) const fn stimulating(&mut self) -> Result<(SessionId, &mut Stimulation), Refusal> {
        match &mut self.stage {
            Stage::Stimulating(on) => Ok((self.id, on)),
            Stage::Proving(_) | Stage::Heating(_) | Stage::Led(_) | Stage::Paused(_) => {
                Err(Refusal::NoTens)
            }
        }
    }

    /// Moves a TENS phase on, where one is: gives what is wanted, or what is broken.
    ///
    /// # Errors
    /// The fault that latches.
    pub(crate) fn stimulate(
        &mut self,
        now: Moment,
        stimulator: &Stimulator,
        told: &mut Told,
    ) -> Result<Demand, FaultKind> {
        let Ok((id, on)) = self.stimulating() else { return Ok(Demand::Off) };
        match on.step(id, now, stimulator, told) {
            Stimulates::Wants(demand) => Ok(demand),
            Stimulates::Broken(kind) => Err(kind),
            Stimulates::Laid(why) => {
                told.events.push(Event::ElectrodesOff { id, why });
                self.leave(now);
                self.stage = Stage::Led(self.ask(Prompt::Electrodes, now, told));
                Ok(Demand::Off)
            }
        }
    }
}

const fn fault_of(latch: Latch) -> FaultKind {
    match latch {
        Latch::OverCurrent => FaultKind::OverCurrent,
        Latch::DirectCurrent => FaultKind::DirectCurrent,
        Latch::Short => FaultKind::ShortCircuit,
    }
}
