//! Where the control thread and the driver's thread meet: copies under a lock that is never held for a bus.
//!
//! The control thread posts what is wanted and is told at once whether the enable line may be high: only while
//! DAC and trigger are surely not above it (*armed*). The driver says what they may become before it touches
//! them, in the same hold of the lock in which it reads what is wanted. So there is no moment in which the level
//! is on its way up and the control thread believes the one from before.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use soothe_therapy::tens::{Reading, Stimulator, Stimulus};
use soothe_therapy::{Moment, Span};

use crate::tens::LOST;

/// A handle on the desk; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Desk(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    posted: Condvar,
}

#[derive(Default)]
struct State {
    posted: Posted,
    /// The driver has not seen it yet.
    is_new: bool,
    /// No mode but this, and nothing above this level, can be what DAC and trigger are set to; none while that is
    /// not known.
    armed: Option<Stimulus>,
    /// When the newest whole round began.
    heard: Option<Moment>,
    /// What it brought, until somebody has asked.
    reading: Option<Reading>,
    over: bool,
}

/// What the control thread says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Posted {
    /// The stimulus that is wanted.
    pub(super) wanted: Option<Stimulus>,
    /// The enable line is high.
    pub(super) enabled: bool,
}

impl Desk {
    /// Posts what is wanted, for the control thread; whether the enable line is to be high.
    pub(crate) fn post(&self, wanted: Option<Stimulus>) -> bool {
        let mut state = self.lock();
        let enabled = may_flow(wanted, state.armed);
        let posted = Posted { wanted, enabled };
        if posted != state.posted {
            (state.posted, state.is_new) = (posted, true);
            self.0.posted.notify_all();
        }
        enabled
    }

    /// What is heard of the stimulator by `now`, for the control thread: each reading once.
    pub(crate) fn hear(&self, now: Moment) -> Stimulator {
        let mut state = self.lock();
        let reading = state.reading.take();
        match state.heard {
            Some(at) if now.since(at) <= LOST => {
                reading.map_or(Stimulator::Silent, Stimulator::Measured)
            }
            Some(_) | None => Stimulator::Absent,
        }
    }

    /// The lines are gone: the driver's thread ends.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        (state.posted, state.over) = (Posted::default(), true);
        self.0.posted.notify_all();
    }

    /// Looks at what is posted, for the driver, and says in the same breath what DAC and trigger may become.
    pub(super) fn begin<T>(&self, plan: impl FnOnce(Posted) -> (Option<Stimulus>, T)) -> T {
        let mut state = self.lock();
        state.is_new = false;
        let (armed, planned) = plan(state.posted);
        state.armed = armed;
        planned
    }

    /// DAC and trigger are set to this; none when that is not known, or nothing is to be sent.
    pub(crate) fn arm(&self, armed: Option<Stimulus>) {
        self.lock().armed = armed;
    }

    /// A whole round that `began` then, and what it measured. A round before which the enable line was other
    /// than now has measured neither.
    pub(super) fn heard(&self, began: Moment, enabled: bool, reading: Option<Reading>) -> bool {
        let mut state = self.lock();
        state.heard = Some(began);
        let told = reading.filter(|_| state.posted.enabled == enabled);
        if told.is_some() {
            state.reading = told;
        }
        told.is_some()
    }

    /// Waits until something is posted that the driver has not seen, for so long at most.
    pub(super) fn wait(&self, at_most: Span) {
        let state = self.lock();
        let at_most = Duration::from_millis(at_most.as_ms());
        let waited = self.0.posted.wait_timeout_while(state, at_most, |it| !it.is_new && !it.over);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().over
    }

    /// The state is whole after every statement, so it can be used after a thread died with it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what DAC and trigger can be set to is not above what is wanted.
fn may_flow(wanted: Option<Stimulus>, armed: Option<Stimulus>) -> bool {
    let (Some(wanted), Some(armed)) = (wanted, armed) else { return false };
    armed.mode == wanted.mode && armed.level_ma() <= wanted.level_ma()
}

#[cfg(test)]
mod tests {
    use soothe_therapy::tens::{Microamp, Milliamp, Mode, Ohm};

    use super::*;

    fn knot(ma: u8) -> Option<Stimulus> {
        Stimulus::new(Mode::Knot, ma)
    }

    fn at(ms: u64) -> Moment {
        Moment::from_ms(ms)
    }

    fn reading(ma: f64) -> Option<Reading> {
        let measured = Milliamp::literal(ma);
        let (load, mean) = (Ohm::literal(2000.0), Microamp::literal(0.0));
        Some(Reading { commanded: measured, measured, load, mean })
    }

    #[test]
    fn nothing_is_enabled_before_the_driver_has_set_something() {
        let desk = Desk::default();
        assert!(!desk.post(knot(3)));
        desk.arm(knot(3));
        assert!(desk.post(knot(3)));
        assert!(!desk.post(None));
    }

    #[test]
    fn what_is_armed_must_be_the_mode_and_not_above_the_level() {
        let wide = Stimulus::new(Mode::Wide, 3);
        for (armed, wanted, enabled) in [
            (knot(3), knot(4), true),
            (knot(4), knot(4), true),
            (knot(5), knot(4), false),
            (wide, knot(4), false),
            (None, knot(4), false),
            (knot(3), None, false),
        ] {
            let desk = Desk::default();
            desk.arm(armed);
            assert_eq!(desk.post(wanted), enabled, "{armed:?} {wanted:?}");
        }
    }

    #[test]
    fn a_raise_that_is_on_its_way_is_known_before_it_can_be_set() {
        let desk = Desk::default();
        desk.arm(knot(3));
        assert!(desk.post(knot(6)));
        // The driver goes to 6, and while its bus hangs less is wanted.
        desk.begin(|posted| (posted.wanted, ()));
        assert!(!desk.post(knot(4)), "the DAC may be at 6 already");
        desk.arm(knot(6));
        assert!(!desk.post(knot(4)));
        desk.arm(knot(4));
        assert!(desk.post(knot(4)));
    }

    #[test]
    fn a_reading_is_told_once() {
        let desk = Desk::default();
        assert!(desk.heard(at(1_000), false, reading(5.0)));
        assert_eq!(desk.hear(at(1_050)), Stimulator::Measured(reading(5.0).unwrap()));
        assert_eq!(desk.hear(at(1_060)), Stimulator::Silent);
        desk.heard(at(1_100), false, None);
        assert_eq!(desk.hear(at(1_110)), Stimulator::Silent);
    }

    #[test]
    fn a_reading_across_a_change_of_the_enable_line_is_none() {
        let desk = Desk::default();
        desk.arm(knot(5));
        desk.post(knot(5));
        assert!(!desk.heard(at(1_000), false, reading(5.0)));
        assert_eq!(desk.hear(at(1_050)), Stimulator::Silent);
        assert!(desk.heard(at(1_100), true, reading(5.0)));
    }

    #[test]
    fn hl_t11_without_a_whole_round_for_half_a_second_it_is_absent_and_nothing_old_is_told() {
        let desk = Desk::default();
        assert_eq!(desk.hear(at(0)), Stimulator::Absent, "never heard of");
        desk.heard(at(1_000), false, reading(5.0));
        assert_eq!(desk.hear(at(1_501)), Stimulator::Absent);
        desk.heard(at(1_400), false, None);
        assert_eq!(
            desk.hear(at(1_500)),
            Stimulator::Silent,
            "what was measured before is not told"
        );
        assert_eq!(desk.hear(at(1_900)), Stimulator::Silent);
        assert_eq!(desk.hear(at(1_901)), Stimulator::Absent);
    }

    #[test]
    fn who_waits_is_woken_by_what_is_posted_and_by_the_end() {
        let desk = Desk::default();
        let hour = Span::from_min(60);
        desk.post(knot(1));
        desk.wait(hour);
        desk.begin(|posted| (None, assert_eq!(posted.wanted, knot(1))));
        let other = desk.clone();
        let waits = std::thread::spawn(move || other.wait(hour));
        desk.post(knot(2));
        waits.join().unwrap();
        desk.begin(|_| (None, ()));
        desk.close();
        desk.wait(hour);
        assert!(desk.is_over());
        desk.begin(|posted| (None, assert_eq!(posted, Posted::default())));
    }
}
