//! The output lines: each is written in an order, whatever fails, and read back.

use soothe_therapy::tens::Stimulus;

use crate::lines::{Levels, RigError};
use crate::tens::Desk;

/// How often a line is read back before it counts as not following: some 50 microseconds at the 0.1 that
/// a read of a register is taken to last. A count, as no clock is read here; a line that follows at once
/// is read once.
const READ_BACKS_MAX: u32 = 500;

/// A pin that can be driven and read back.
pub(super) trait Drive {
    fn drive(&mut self, high: bool);
    fn is_high(&self) -> bool;
}

/// All output lines.
pub(super) struct Lines<P> {
    pub(super) k1: Line<P>,
    pub(super) k2_pulse: Line<P>,
    pub(super) buzzer: Line<P>,
    pub(super) tens: Option<TensLine<P>>,
    pub(super) led: Option<Line<P>>,
    /// What K2's pulse line was last.
    pub(super) k2_was: bool,
}

/// The TENS module's enable line, and the desk of what sets its level; a line without one stays low.
pub(super) struct TensLine<P> {
    pub(super) enable: Line<P>,
    pub(super) desk: Option<Desk>,
}

impl<P: Drive> Lines<P> {
    /// Writes all, whatever fails, and tells the first failure.
    pub(super) fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let k1 = self.k1.write(levels.k1);
        let stimulus = match &mut self.tens {
            Some(tens) => tens.write(levels.stimulus),
            None => levels.stimulus.map_or(Ok(()), nothing_stimulates),
        };
        let k2_pulse = self.k2_pulse.write(levels.k2_pulse);
        let buzzer = self.buzzer.write(levels.buzzer);
        // An edge holds K2 in, so that the pad or the module is fed.
        let edge = levels.k2_pulse != self.k2_was;
        self.k2_was = levels.k2_pulse;
        let lit = levels.k1 || levels.stimulus.is_some() || edge;
        let led = self.led.as_mut().map_or(Ok(()), |led| led.write(lit));
        k1.and(stimulus).and(k2_pulse).and(buzzer).and(led)
    }
}

impl<P: Drive> TensLine<P> {
    /// High only while what the driver has set is not above the stimulus. Off waits for nobody: low comes before
    /// the desk.
    fn write(&mut self, stimulus: Option<Stimulus>) -> Result<(), RigError> {
        match (&self.desk, stimulus) {
            (None, Some(stimulus)) => self.enable.write(false).and(nothing_stimulates(stimulus)),
            (None, None) => self.enable.write(false),
            (Some(desk), None) => {
                let low = self.enable.write(false);
                desk.post(None);
                low
            }
            (Some(desk), Some(_)) => {
                let high = desk.post(stimulus);
                self.enable.write(high)
            }
        }
    }
}

impl<P> Drop for TensLine<P> {
    fn drop(&mut self) {
        if let Some(desk) = &self.desk {
            desk.close();
        }
    }
}

/// Nobody grants a stimulus where no stimulator has ever answered.
fn nothing_stimulates(_: Stimulus) -> Result<(), RigError> {
    let line = "the stimulator".to_owned();
    Err(RigError { line, problem: "there is none in this build".to_owned() })
}

/// One line.
pub(super) struct Line<P> {
    pub(super) name: String,
    pub(super) pin: P,
}

impl<P: Drive> Line<P> {
    /// Writes, and reads back (HL-H19).
    pub(super) fn write(&mut self, high: bool) -> Result<(), RigError> {
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

/// How a line is named to a person.
pub(super) fn line_name(name: &str, number: u8) -> String {
    format!("{name} (GPIO {number})")
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
