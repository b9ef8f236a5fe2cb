//! The button at the device: from a level that is looked at in each cycle to a press that is meant.
//!
//! A press counts once the button has been down in two looks in a row, after it had been up; one that is held down, or
//! that a broken wire holds down for ever, counts once. A wire that flaps looks like somebody who presses
//! without an end and must not stand for a person (HL-H11), so more than six presses in a minute are not believed.

use arrayvec::ArrayVec;
use soothe_therapy::{Moment, Span, limits};

/// So long it must be down at least, from one look to another: half a cycle, as cycles come early and late.
const DOWN: Span = Span::from_ms(limits::CYCLE.as_ms() / 2);
/// So long it must have been up before (chosen: what bounces is over in 20 ms).
const UP: Span = Span::from_ms(200);
/// No person is asked for so much: more presses than these in a minute are none (chosen).
const PRESSES_MAX: usize = 6;
/// The time in which they are counted.
const COUNTED_FOR: Span = Span::from_min(1);

/// What has been seen of the button.
#[derive(Clone, Debug)]
pub(crate) struct Button {
    down: bool,
    since: Moment,
    /// It was up for long enough before it went down, and has not counted yet.
    armed: bool,
    /// The newest presses, believed or not.
    presses: ArrayVec<Moment, PRESSES_MAX>,
}

impl Button {
    /// One of which nothing is known: until it has been seen up, it may be held down.
    pub(crate) const fn new() -> Self {
        Self { down: true, since: Moment::START, armed: false, presses: ArrayVec::new_const() }
    }

    /// Looks at it; whether this makes a press.
    pub(crate) fn look(&mut self, now: Moment, down: bool) -> bool {
        let lasted = now.since(self.since);
        if down != self.down {
            self.armed = down && lasted >= UP;
            (self.down, self.since) = (down, now);
        } else if self.armed && lasted >= DOWN {
            self.armed = false;
            return self.believe(now);
        }
        false
    }

    /// Notes a press; whether there were few enough before.
    fn believe(&mut self, now: Moment) -> bool {
        self.presses.retain(|at| now.since(*at) < COUNTED_FOR);
        let few = !self.presses.is_full();
        if !few {
            self.presses.remove(0);
        }
        self.presses.push(now);
        few
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The presses that come of what is looked at every 100 ms: `#` is down, `.` up.
    fn presses(button: &mut Button, from_ms: u64, levels: &str) -> Vec<u64> {
        let looks = levels.chars().zip((from_ms..).step_by(100));
        looks
            .filter_map(|(c, ms)| button.look(Moment::from_ms(ms), c == '#').then_some(ms))
            .collect()
    }

    fn of(levels: &str) -> Vec<u64> {
        presses(&mut Button::new(), 0, levels)
    }

    #[test]
    fn a_press_counts_once_when_it_has_lasted_for_two_looks() {
        assert_eq!(of("....##...."), [500]);
        assert_eq!(of("....######################...."), [500]);
        assert_eq!(of("....##....###...."), [500, 1100]);
    }

    #[test]
    fn what_bounces_or_is_held_down_from_the_first_is_no_press() {
        assert_eq!(of("....#....#...."), []);
        assert_eq!(of("....##.##.##.###"), [500], "up for one look is no release");
        assert_eq!(of("##############"), []);
        assert_eq!(of("#.##############"), [], "nor seen up for long enough before");
        assert_eq!(of("##...##"), [600]);
    }

    #[test]
    fn hl_h11_a_wire_that_flaps_is_not_believed() {
        let mut button = Button::new();
        let flapping = "...##".repeat(240);
        assert_eq!(presses(&mut button, 0, &flapping).len(), PRESSES_MAX);
        assert_eq!(
            presses(&mut button, 150_000, "...##"),
            [],
            "it was too often within the minute"
        );
        assert_eq!(presses(&mut button, 190_000, "...##"), [190_400]);
    }
}
