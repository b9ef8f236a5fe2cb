//! How strong the stimulation is: zero until a person raises it, step by step, and zero again after
//! whatever interrupts it (HL-T1, HL-T9, HL-T10).

use core::fmt;

use crate::rules::Rule;
use crate::tens::bound::{Bound, Refused};
use crate::tens::limits;
use crate::tens::units::Milliamp;
use crate::units::{Moment, Span};

/// The strongest level that may be reached, in whole mA from 1 to 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cap(u8);

impl Cap {
    /// HL-T1: beyond it nothing goes.
    pub const HARD: Self = Self(limits::PEAK_MAX_MA as u8);
    /// HL-T1: while nobody chose another.
    pub const DEFAULT: Self = Self(limits::PEAK_DEFAULT_MA as u8);
    /// HL-T1, HL-T10: sensitive skin, and after cold.
    pub const GENTLE: Self = Self(limits::PEAK_GENTLE_MA as u8);

    /// Parses what a person asked for; a part of a milliampere is left off.
    ///
    /// # Errors
    /// HL-T1 when it is not in 1 to 30 mA.
    pub const fn new(asked_ma: f64) -> Result<Self, Refused> {
        match Bound::PeakCurrent.check(asked_ma) {
            Ok(ma) => Ok(Self(ma as u8)),
            Err(refused) => Err(refused),
        }
    }

    /// HL-T10: the same, so long after the end of the last cold on that site.
    #[must_use]
    pub fn after_cold(self, ago: Span) -> Self {
        if ago < limits::AFTER_COLD { self.min(Self::GENTLE) } else { self }
    }

    /// In whole mA.
    #[must_use]
    pub const fn ma(self) -> u8 {
        self.0
    }

    /// The current that it stands for.
    #[must_use]
    pub const fn current(self) -> Milliamp {
        Milliamp::literal(self.0 as f64)
    }
}

/// What takes the level to zero. Whoever wants it back raises it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// A person stopped or the session ended.
    Stop,
    /// A person paused.
    Pause,
    /// Its phase is over: other pulses begin at zero, too.
    PhaseOver,
    /// An electrode is off, or comes off.
    ElectrodeOff,
    /// The stimulator was gone and came back.
    Reconnect,
    /// HL-S3: nobody can be heard any more who could stop it.
    ClientLost,
    /// A limit was reached.
    Limit,
}

impl Interruption {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Stop,
        Self::Pause,
        Self::PhaseOver,
        Self::ElectrodeOff,
        Self::Reconnect,
        Self::ClientLost,
        Self::Limit,
    ];

    /// Its name in the log and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Pause => "pause",
            Self::PhaseOver => "phase-over",
            Self::ElectrodeOff => "electrode-off",
            Self::Reconnect => "reconnect",
            Self::ClientLost => "client-lost",
            Self::Limit => "limit",
        }
    }

    /// What happened, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Stop => "the session ended",
            Self::Pause => "it was paused",
            Self::PhaseOver => "its phase is over",
            Self::ElectrodeOff => "an electrode is off, or comes off",
            Self::Reconnect => "the stimulator did not answer",
            Self::ClientLost => "no phone or command line was heard of for half a minute",
            Self::Limit => "a limit was reached",
        }
    }

    /// The rule behind it, where it is a safety rule.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Stop | Self::Pause | Self::PhaseOver | Self::Limit => None,
            Self::ElectrodeOff | Self::Reconnect => Some(Rule::T11),
            Self::ClientLost => Some(Rule::S3),
        }
    }
}

/// Why the level was not raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRaised {
    /// HL-T1, HL-T10: it is at its cap.
    AtCap(Cap),
    /// HL-T9: the last step is less than 0.5 s ago.
    TooSoon {
        /// How long until the next step may come.
        opens_in: Span,
    },
}

impl NotRaised {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::AtCap(_) => Rule::T1,
            Self::TooSoon { .. } => Rule::T9,
        }
    }
}

impl fmt::Display for NotRaised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtCap(cap) => write!(f, "the level is at its cap of {}", cap.current()),
            Self::TooSoon { .. } => write!(
                f,
                "the level was changed less than {} ago; it rises by {} mA at a time",
                limits::STEP_EVERY,
                limits::STEP_MA
            ),
        }
    }
}

impl core::error::Error for NotRaised {}

/// The level in force. From when it was made it never stands above 2 mA for each second gone by, never above
/// its cap, and only [`Level::raise`] makes it greater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    ma: u8,
    cap: Cap,
    changed: Moment,
    zeroed: Option<Interruption>,
}

impl Level {
    /// Zero at `now`, which may be raised to `cap`.
    #[must_use]
    pub const fn new(now: Moment, cap: Cap) -> Self {
        Self { ma: 0, cap, changed: now, zeroed: None }
    }

    /// The level.
    #[must_use]
    pub const fn current(&self) -> Milliamp {
        Milliamp::literal(self.ma as f64)
    }

    /// The level in whole mA.
    #[must_use]
    pub const fn ma(&self) -> u8 {
        self.ma
    }

    /// What it may be raised to.
    #[must_use]
    pub const fn cap(&self) -> Cap {
        self.cap
    }

    /// What took it to zero, until it is raised again.
    #[must_use]
    pub const fn zeroed(&self) -> Option<Interruption> {
        self.zeroed
    }

    /// One step up, because a person asked for it.
    ///
    /// # Errors
    /// HL-T1 at the cap, HL-T9 within 0.5 s of the last change.
    pub fn raise(&mut self, now: Moment) -> Result<Milliamp, NotRaised> {
        if self.ma >= self.cap.0 {
            return Err(NotRaised::AtCap(self.cap));
        }
        if now.since(self.changed) < limits::STEP_EVERY {
            let opens_in = limits::STEP_EVERY.saturating_sub(now.since(self.changed));
            return Err(NotRaised::TooSoon { opens_in });
        }
        self.change(now, self.ma + limits::STEP_MA);
        self.zeroed = None;
        Ok(self.current())
    }

    /// Down to `to_ma` at once; a level that is not above it stays.
    pub fn lower(&mut self, now: Moment, to_ma: u8) {
        if to_ma < self.ma {
            self.change(now, to_ma);
        }
    }

    /// Down to zero at once.
    pub fn zero(&mut self, now: Moment, cause: Interruption) {
        self.change(now, 0);
        self.zeroed = Some(cause);
    }

    fn change(&mut self, now: Moment, ma: u8) {
        self.ma = ma;
        self.changed = self.changed.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;
    use std::vec::Vec;

    const START: Moment = Moment::from_ms(10_000);

    fn at(ms: u64) -> Moment {
        START + Span::from_ms(ms)
    }

    /// A level raised as fast as it may be, for `s` seconds.
    fn raised(s: u64) -> Level {
        let mut level = Level::new(START, Cap::HARD);
        for ms in 0..=s * 1000 {
            let _ = level.raise(at(ms));
        }
        level
    }

    #[test]
    fn hl_t9_it_starts_at_zero_and_ten_seconds_reach_20_ma() {
        assert_eq!(Level::new(START, Cap::HARD).current(), Milliamp::ZERO);
        assert_eq!(raised(10).current(), Milliamp::literal(20.0));
        assert_eq!(raised(60).current(), Milliamp::literal(30.0));
    }

    #[test]
    fn hl_t9_a_step_too_soon_is_refused_and_says_when_it_may_come() {
        let mut level = Level::new(START, Cap::DEFAULT);
        assert_eq!(level.raise(at(500)), Ok(Milliamp::literal(1.0)));
        let refused = level.raise(at(999)).unwrap_err();
        assert_eq!(refused, NotRaised::TooSoon { opens_in: Span::from_ms(1) });
        assert_eq!(refused.rule(), Rule::T9);
        assert!(refused.to_string().contains("0.5 s ago"), "{refused}");
        assert!(level.raise(at(1000)).is_ok());
        // Nor does a clock that jumped back help.
        assert!(level.raise(START).is_err());
    }

    #[test]
    fn hl_t1_it_stops_at_the_cap() {
        let mut level = Level::new(START, Cap::DEFAULT);
        for ms in 0..=10_000 {
            let _ = level.raise(at(ms));
        }
        assert_eq!(level.current(), Milliamp::literal(20.0));
        let refused = level.raise(at(20_000)).unwrap_err();
        assert_eq!((refused, refused.rule()), (NotRaised::AtCap(Cap::DEFAULT), Rule::T1));
        assert_eq!(refused.to_string(), "the level is at its cap of 20.0 mA");
    }

    #[test]
    fn hl_t10_half_an_hour_after_cold_the_cap_is_15_ma() {
        let (before, after) = (Span::from_ms(30 * 60_000 - 1), Span::from_min(30));
        assert_eq!(Cap::HARD.after_cold(before), Cap::GENTLE);
        assert_eq!(Cap::HARD.after_cold(after), Cap::HARD);
        assert_eq!(Cap::GENTLE.current(), Milliamp::literal(15.0));
        let low = Cap::new(8.7).unwrap();
        assert_eq!(low.after_cold(Span::ZERO).current().get(), 8.0);
    }

    #[test]
    fn any_interruption_takes_it_to_zero_and_only_a_person_brings_it_back() {
        for cause in Interruption::ALL {
            let mut level = raised(8);
            level.zero(at(8000), cause);
            assert_eq!((level.current(), level.zeroed()), (Milliamp::ZERO, Some(cause)));
            level.lower(at(9000), 20);
            assert_eq!(level.current(), Milliamp::ZERO, "{}", cause.name());
            assert_eq!(level.raise(at(9000)), Ok(Milliamp::literal(1.0)));
            assert_eq!(level.zeroed(), None);
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Deed {
        Raise,
        Lower(u8),
        Zero(usize),
    }

    fn deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
        let deed = prop_oneof![
            8 => Just(Deed::Raise),
            1 => (0..40_u8).prop_map(Deed::Lower),
            1 => (0..Interruption::ALL.len()).prop_map(Deed::Zero),
        ];
        proptest::collection::vec((0..900_u64, deed), 1..200)
    }

    proptest! {
        #[test]
        fn it_never_rises_faster_than_2_ma_a_second_nor_above_its_cap(deeds in deeds(), cap_ma in 1..=30_u8) {
            let mut level = Level::new(START, Cap::new(f64::from(cap_ma)).unwrap());
            let mut told = std::vec![(0_u64, 0.0_f64)];
            let mut ms = 0;
            for (dt, deed) in deeds {
                ms += dt;
                let now = at(ms);
                let before = level.current();
                match deed {
                    Deed::Raise => {
                        let raised = level.raise(now);
                        prop_assert_eq!(raised.is_ok(), level.current() > before);
                    }
                    Deed::Lower(to_ma) => level.lower(now, to_ma),
                    Deed::Zero(cause) => {
                        level.zero(now, Interruption::ALL[cause]);
                        prop_assert_eq!(level.current(), Milliamp::ZERO);
                    }
                }
                let raised = matches!(deed, Deed::Raise);
                prop_assert!(raised || level.current() <= before);
                prop_assert!(level.current() <= level.cap().current());
                prop_assert!(level.current().get() <= limits::PEAK_MAX_MA);
                told.push((ms, level.current().get()));
            }
            // Between any two moments: a step of 1 mA, and 2 mA for each second.
            for (i, (from_ms, from)) in told.iter().enumerate() {
                for (to_ms, to) in &told[i..] {
                    let s = (to_ms - from_ms) as f64 / 1000.0;
                    prop_assert!(to - from <= 1.0 + 2.0 * s, "{from} to {to} mA within {s} s");
                }
            }
            // And from zero at the start not even that step.
            for (ms, ma) in told {
                prop_assert!(ma <= 2.0 * ms as f64 / 1000.0);
            }
        }
    }
}
