//! The output lines with pins that follow, come late, or are held.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use soothe_therapy::tens::Mode;

use super::*;

/// What was driven, in order: the pin's number and its level.
type Written = Rc<RefCell<Vec<(u8, bool)>>>;

/// A pin that follows, at once or late, or is held at a level by a fault.
struct FakePin {
    number: u8,
    driven: Option<bool>,
    held: Option<bool>,
    /// How many reads still see the level opposite to the one driven.
    late_reads: Cell<u32>,
    written: Written,
}

impl Drive for FakePin {
    fn drive(&mut self, high: bool) {
        self.driven = Some(high);
        self.written.borrow_mut().push((self.number, high));
    }

    fn is_high(&self) -> bool {
        let level = self.held.or(self.driven).unwrap_or(false);
        let late = self.late_reads.get();
        self.late_reads.set(late.saturating_sub(1));
        level ^ (late > 0)
    }
}

fn lines_with(desk: Option<Desk>) -> (Lines<FakePin>, Written) {
    let written = Written::default();
    let line = |name: &str, number| {
        let (driven, held, late_reads) = (None, None, Cell::new(0));
        let written = Rc::clone(&written);
        Line {
            name: line_name(name, number),
            pin: FakePin { number, driven, held, late_reads, written },
        }
    };
    let lines = Lines {
        k1: line("K1", 17),
        k2_pulse: line("K2's pulse line", 27),
        buzzer: line("the buzzer", 23),
        tens: Some(TensLine { enable: line("the TENS enable line", 26), desk }),
        led: Some(line("the light", 21)),
        k2_was: false,
    };
    (lines, written)
}

fn lines() -> Lines<FakePin> {
    lines_with(None).0
}

const OFF: Levels = Levels { k1: false, k2_pulse: false, buzzer: false, stimulus: None };

fn knot(ma: u8) -> Option<Stimulus> {
    Stimulus::new(Mode::Knot, ma)
}

#[test]
fn each_level_goes_to_its_own_line() {
    for (k1, k2_pulse, buzzer) in
        [(true, false, false), (false, true, false), (false, false, true), (false, false, false)]
    {
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
    let (mut lines, written) = lines_with(None);
    lines.k1.pin.held = Some(true);
    let error = lines.write(Levels::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "K1 (GPIO 17): it reads high although low was written; is it shorted?"
    );
    let all: Vec<_> = [17, 26, 27, 23, 21].map(|number| (number, false)).into();
    assert_eq!(*written.borrow(), all);
}

#[test]
fn every_line_is_read_back() {
    for line in 0..5 {
        let desk = Desk::default();
        desk.arm(knot(3));
        let (mut lines, _) = lines_with(Some(desk));
        let Lines { k1, k2_pulse, buzzer, tens, led, .. } = &mut lines;
        let enable = &mut tens.as_mut().unwrap().enable;
        let all = [k1, k2_pulse, buzzer, enable, led.as_mut().unwrap()];
        let held = all.into_iter().nth(line).unwrap();
        held.pin.held = Some(false);
        let name = held.name.clone();
        // No grant has both; each of these lines is high all the same.
        let levels = Levels { k1: true, k2_pulse: true, buzzer: true, stimulus: knot(3) };
        assert_eq!(lines.write(levels).unwrap_err().line, name);
    }
}

#[test]
fn hl_t11_off_takes_the_enable_line_down_right_after_k1() {
    let desk = Desk::default();
    desk.arm(knot(3));
    let (mut lines, written) = lines_with(Some(desk));
    lines.write(Levels { stimulus: knot(3), ..OFF }).unwrap();
    assert!(written.borrow().contains(&(26, true)));
    written.borrow_mut().clear();
    lines.write(OFF).unwrap();
    assert_eq!(written.borrow()[..2], [(17, false), (26, false)]);
}

#[test]
fn hl_t11_the_enable_line_is_high_only_once_the_driver_has_set_no_more_than_is_wanted() {
    let desk = Desk::default();
    let (mut lines, _) = lines_with(Some(desk.clone()));
    let mut enabled = |ma| {
        lines.write(Levels { stimulus: knot(ma), ..OFF }).unwrap();
        lines.tens.as_ref().unwrap().enable.pin.driven == Some(true)
    };
    assert!(!enabled(5), "nothing is set yet");
    desk.arm(knot(5));
    assert!(enabled(5) && enabled(6));
    assert!(!enabled(4), "5 mA are still set");
    desk.arm(knot(4));
    assert!(enabled(4));
    desk.arm(None);
    assert!(!enabled(4), "what is set is not known any more");
}

#[test]
fn where_nothing_sets_a_level_the_enable_line_stays_low_and_a_stimulus_is_an_error() {
    let (mut lines, _) = lines_with(None);
    let error = lines.write(Levels { stimulus: knot(1), ..OFF }).unwrap_err().to_string();
    assert_eq!(error, "the stimulator: there is none in this build");
    assert_eq!(lines.tens.as_ref().unwrap().enable.pin.driven, Some(false));
    lines.tens = None;
    assert_eq!(lines.write(Levels { stimulus: knot(1), ..OFF }).unwrap_err().to_string(), error);
    lines.write(OFF).unwrap();
}

#[test]
fn the_light_is_on_while_energy_may_flow() {
    let mut lines = lines();
    let mut lit = |levels| {
        let _ = lines.write(levels);
        lines.led.as_ref().unwrap().pin.driven == Some(true)
    };
    assert!(!lit(OFF));
    assert!(!lit(Levels { buzzer: true, ..OFF }));
    assert!(lit(Levels { k2_pulse: true, ..OFF }), "an edge holds K2 in");
    assert!(lit(Levels { k2_pulse: false, ..OFF }), "so does the next");
    assert!(!lit(OFF), "a level does not");
    assert!(lit(Levels { k1: true, ..OFF }));
    assert!(lit(Levels { stimulus: knot(1), ..OFF }));
    assert!(!lit(OFF));
}

#[test]
fn when_the_lines_go_the_driver_ends() {
    let desk = Desk::default();
    let (lines, _) = lines_with(Some(desk.clone()));
    assert!(!desk.is_over());
    drop(lines);
    assert!(desk.is_over());
}
