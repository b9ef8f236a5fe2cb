//! Time-proportioning: from a duty to a switch that is closed for a share of the time.
//!
//! An account is kept of what the duty asked for and the switch did not give yet, in seconds of full power.
//! It closes when so much is owed that it is worth a closing, and opens when as much was given too much: over
//! time the pad gets what was asked for to the second, whatever the duty did meanwhile, and a duty of all or
//! nothing acts at once. How much is owed decides how often the switch acts: with a steady duty once in the
//! period that is asked for, if its contacts wear, and in [`limits::MOSFET_PERIOD`] if it is a transistor
//! (HL-H21).

use crate::limits;
use crate::units::{Duty, Moment, Span};

/// What kind of switch K1 is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayKind {
    /// Contacts that wear with each closing.
    #[default]
    Mechanical,
    /// A transistor.
    Mosfet,
}

impl RelayKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Mechanical, Self::Mosfet];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mechanical => "mechanical",
            Self::Mosfet => "mosfet",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Shortest time that it stays closed, or open.
    const fn min_dwell(self) -> Span {
        match self {
            Self::Mechanical => limits::RELAY_MIN_DWELL,
            Self::Mosfet => limits::CYCLE,
        }
    }

    /// Shortest time from one closing to the next.
    const fn min_period(self) -> Span {
        match self {
            Self::Mechanical => limits::RELAY_CLOSING_EVERY,
            Self::Mosfet => Span::ZERO,
        }
    }

    /// How much is owed, or was given too much, when it acts, s of full power.
    fn worth_s(self, asked: Asked) -> f64 {
        let duty = asked.duty.get();
        let of_period = |period: Span| period.as_s() * duty * (1.0 - duty) / 2.0;
        match self {
            Self::Mechanical => of_period(asked.period).max(limits::RELAY_WORTH_MIN.as_s()),
            // Never open for so long that K2 rests, as far as whole cycles allow.
            Self::Mosfet => {
                let cycle_s = limits::CYCLE.as_s();
                let open = limits::MOSFET_OPEN_MAX.as_s() * duty - cycle_s * (1.0 - duty);
                of_period(limits::MOSFET_PERIOD).min(open / 2.0).max(cycle_s / 4.0)
            }
        }
    }
}

/// What a switch is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The share of the time that it is to be closed.
    pub duty: Duty,
    /// How often a relay that wears is to close for a steady duty.
    pub period: Span,
}

/// The state of one time-proportioned switch.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    kind: RelayKind,
    /// What was asked for and not given yet, s of full power.
    owed_s: f64,
    last: Moment,
    closed: bool,
    changed: Option<Moment>,
    closed_at: Option<Moment>,
}

impl Relay {
    /// An open switch that owes nothing at `now`.
    #[must_use]
    pub const fn new(kind: RelayKind, now: Moment) -> Self {
        Self { kind, owed_s: 0.0, last: now, closed: false, changed: None, closed_at: None }
    }

    /// The same switch, open, that owes nothing at `now` and remembers when it closed (HL-H21).
    #[must_use]
    pub const fn anew(self, now: Moment) -> Self {
        Self { closed_at: self.closed_at, ..Self::new(self.kind, now) }
    }

    /// Whether the switch is to be closed at `now` for what is asked.
    pub fn switch(&mut self, now: Moment, asked: Asked) -> bool {
        let duty = asked.duty.get();
        let worth_s = self.kind.worth_s(asked);
        let given = if self.closed { 1.0 } else { 0.0 };
        let passed_s = now.since(self.last).as_s();
        self.last = now;
        // What can be neither given nor taken back for long is not carried along for ever.
        let most_s = 2.0 * (worth_s + self.kind.min_dwell().as_s());
        self.owed_s = (self.owed_s + (duty - given) * passed_s).clamp(-most_s, most_s);
        let wanted = if duty <= 0.0 || duty >= 1.0 {
            self.owed_s = 0.0;
            duty >= 1.0
        } else if self.closed {
            self.owed_s > -worth_s
        } else {
            self.owed_s >= worth_s
        };
        if wanted != self.closed && self.may_change(now, wanted) {
            self.closed = wanted;
            self.changed = Some(now);
            self.closed_at = if wanted { Some(now) } else { self.closed_at };
        }
        self.closed
    }

    fn may_change(&self, now: Moment, to_closed: bool) -> bool {
        let longer = |since: Option<Moment>, than| since.is_none_or(|at| now.since(at) >= than);
        longer(self.changed, self.kind.min_dwell())
            && (!to_closed || longer(self.closed_at, self.kind.min_period()))
    }

    /// The interlock did not grant what was asked: the switch is open, whatever the dwell, and owes nothing.
    pub fn forced_open(&mut self, now: Moment) {
        self.owed_s = 0.0;
        if self.closed {
            self.closed = false;
            self.changed = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn asked(duty: f64) -> Asked {
        Asked { duty: Duty::literal(duty), period: limits::RELAY_PERIOD }
    }

    /// Asks a switch for one duty a cycle and returns the level of each cycle.
    fn run_on(kind: RelayKind, duties: impl IntoIterator<Item = f64>) -> Vec<bool> {
        let mut relay = Relay::new(kind, Moment::START);
        let mut now = Moment::START;
        let mut levels = Vec::new();
        for duty in duties {
            levels.push(relay.switch(now, asked(duty)));
            now = now + limits::CYCLE;
        }
        levels
    }

    fn run(duties: impl IntoIterator<Item = f64>) -> Vec<bool> {
        run_on(RelayKind::Mechanical, duties)
    }

    fn cycles(span: Span) -> usize {
        (span.as_ms() / limits::CYCLE.as_ms()) as usize
    }

    fn closings(levels: &[bool]) -> usize {
        levels.windows(2).filter(|w| !w[0] && w[1]).count()
    }

    fn closed_share(levels: &[bool]) -> f64 {
        levels.iter().filter(|closed| **closed).count() as f64 / levels.len() as f64
    }

    /// The lengths of the runs of equal level, in cycles, without the last, unfinished one.
    fn dwells(levels: &[bool]) -> Vec<usize> {
        let mut runs: Vec<usize> = levels.chunk_by(|a, b| a == b).map(<[bool]>::len).collect();
        runs.pop();
        runs
    }

    #[test]
    fn hl_h21_a_steady_duty_becomes_its_share_of_time() {
        for kind in RelayKind::ALL {
            for duty in [0.0, 0.01, 0.1, 0.385, 0.5, 0.9, 0.99, 1.0] {
                let share = closed_share(&run_on(kind, [duty; 36_000]));
                assert!((share - duty).abs() < 0.004, "{kind:?}: {duty} became {share}");
            }
        }
    }

    #[test]
    fn a_duty_that_changes_gets_its_mean_to_the_second() {
        let mut duties = [0.2, 0.6, 0.35, 0.5].map(|duty| [duty].repeat(137)).concat();
        duties = duties.repeat(50);
        let mean = duties.iter().sum::<f64>() / duties.len() as f64;
        for kind in RelayKind::ALL {
            let share = closed_share(&run_on(kind, duties.iter().copied()));
            assert!((share - mean).abs() < 0.003, "{kind:?}: {mean} became {share}");
        }
    }

    #[test]
    fn hl_h21_a_mechanical_relay_closes_once_in_its_period() {
        for duty in [0.25, 0.385, 0.5, 0.75] {
            let hour = run([duty; 36_000]);
            let most = 3_600.0 / limits::RELAY_PERIOD.as_s();
            assert!(closings(&hour) as f64 <= most + 1.0, "{duty}: {}", closings(&hour));
            assert!(closings(&hour) as f64 >= 0.8 * most, "{duty}: {}", closings(&hour));
        }
        // A little heat is given seldom, and then worth a closing.
        let hour = run([0.02; 36_000]);
        assert!(dwells(&hour).iter().step_by(2).skip(1).all(|open| *open > 600));
    }

    #[test]
    fn a_transistor_is_never_open_for_so_long_that_k2_rests_while_it_regulates() {
        for duty in [0.12, 0.2, 0.385, 0.7, 0.95] {
            let levels = run_on(RelayKind::Mosfet, [duty; 6000]);
            let open = levels.chunk_by(|a, b| a == b).skip(1).filter(|run| !run[0]);
            let longest = open.map(<[bool]>::len).max().unwrap();
            assert!(longest < cycles(limits::K2_REST_AFTER), "{duty}: {longest} cycles");
        }
    }

    #[test]
    fn all_and_nothing_act_at_once() {
        let levels = run([0.9].repeat(100).into_iter().chain([0.0].repeat(50)));
        assert!(levels[99] && !levels[100]);
        assert!(run([1.0])[0]);
    }

    #[test]
    fn hl_h21_a_demand_that_comes_back_waits_until_the_relay_may_close() {
        let every = cycles(limits::RELAY_CLOSING_EVERY);
        let mut duties = [1.0].repeat(30);
        duties.extend([0.0].repeat(30));
        duties.extend([1.0].repeat(2 * every));
        let levels = run(duties);
        assert!(levels[0] && levels[29] && !levels[30]);
        assert!(levels[60..every].iter().all(|closed| !closed));
        assert!(levels[every]);
    }

    #[test]
    fn what_cannot_be_given_is_not_owed_for_ever() {
        let mut relay = Relay::new(RelayKind::Mechanical, Moment::START);
        let mut now = Moment::START;
        for _ in 0..6000 {
            relay.switch(now, asked(0.5));
            relay.forced_open(now);
            now = now + limits::CYCLE;
        }
        let mut closed = 0;
        while relay.switch(now, asked(0.05)) || closed == 0 {
            closed += 1;
            now = now + limits::CYCLE;
            assert!(closed < 6000);
        }
        assert!(closed < 400, "{closed} cycles at a stretch");
    }

    #[test]
    fn a_forced_opening_ignores_the_dwell() {
        let mut relay = Relay::new(RelayKind::Mechanical, Moment::START);
        assert!(relay.switch(Moment::START, asked(1.0)));
        let soon = Moment::START + limits::CYCLE;
        relay.forced_open(soon);
        assert!(!relay.switch(soon, asked(1.0)));
    }

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in RelayKind::ALL {
            assert_eq!(RelayKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(RelayKind::from_name("solid-state"), None);
    }

    proptest! {
        #[test]
        fn hl_h21_edges_and_dwell_are_bounded_for_any_demand(
            duties in prop::collection::vec(0.0f64..=1.0, 100..3000),
        ) {
            let levels = run(duties);
            let dwell = (limits::RELAY_MIN_DWELL.as_ms() / limits::CYCLE.as_ms()) as usize;
            // The first run may be cut by the start: an open switch may close at once.
            for run in dwells(&levels).into_iter().skip(1) {
                prop_assert!(run >= dwell, "{run} cycles");
            }
            for chunk in levels.chunks(cycles(limits::RELAY_CLOSING_EVERY)) {
                let closings = closings(chunk);
                prop_assert!(closings <= 1, "{closings} closings in 20 s");
            }
        }
    }
}
