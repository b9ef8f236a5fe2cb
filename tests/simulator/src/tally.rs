//! What is counted in a life, and summed over lives.

use soothe_therapy::{FaultKind, Outcome, PhaseLimit, Rule, Span};

use crate::onset::Found;
use crate::trouble::Kind;

/// How sessions ended, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The planned time was over.
    pub completed: u64,
    /// It was stopped.
    pub stopped: u64,
    /// A limit ended it.
    pub limited: u64,
    /// A fault ended it.
    pub faulted: u64,
}

impl Ends {
    /// All sessions.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.completed + self.stopped + self.limited + self.faulted
    }
}

/// Highest values that the skin truly had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skin {
    /// The highest true surface temperature, °C, and the seed.
    pub hottest: (f64, u64),
    /// The highest dose of one session at the true surface, CEM43, what is stored in the pad at its
    /// end included, and the seed.
    pub dose: (f64, u64),
}

impl Skin {
    const NONE: Self = Self { hottest: (f64::NEG_INFINITY, 0), dose: (0.0, 0) };

    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.hottest, other.hottest), (&mut self.dose, other.dose)] {
            if theirs.0 > mine.0 {
                *mine = theirs;
            }
        }
    }
}

/// Times from showing to off of one kind of trouble.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// Where it was noticed.
    pub(crate) noticed: Vec<Span>,
    /// How long it had shown when a session ended for another reason.
    pub(crate) unnoticed: Vec<Span>,
    /// The longest time for which current flowed that was not written.
    pub(crate) stray: Span,
    /// How long before a hard limit or a fault ended the session it was said that the pad is not as before; none
    /// where it was not.
    pub(crate) leads: Vec<Option<Span>>,
}

/// Everything that is counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// Lived through cycle by cycle.
    pub lived: Span,
    /// Lived through between sessions, at one cycle a second.
    pub rested: Span,
    /// Sessions by how they ended.
    pub ends: Ends,
    /// Troubles by kind, in the order of [`Kind::ALL`].
    pub(crate) injected: Vec<u64>,
    /// Latched faults by kind, in the order of [`FaultKind::ALL`].
    pub(crate) latched: Vec<u64>,
    /// How often a rule acted, in the order of [`Rule::ALL`].
    acted: Vec<u64>,
    /// Sessions ended by a limit.
    pub(crate) limits: Vec<(PhaseLimit, u64)>,
    /// With the sense lines of the reference build, and without.
    pub(crate) skin: [Skin; 2],
    /// The same, by kind of trouble.
    pub(crate) times: [Vec<Times>; 2],
    /// Sessions that began with a stricter profile.
    pub profiled: u64,
    /// Restarts of the daemon.
    pub restarts: u64,
    /// How often it was said that the pad is not what it was found to be: in vain, and where something was done
    /// to it or the daemon knew another pad.
    pub warnings: [u64; 2],
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            lived: Span::ZERO,
            rested: Span::ZERO,
            ends: Ends::default(),
            injected: vec![0; Kind::ALL.len()],
            latched: vec![0; FaultKind::ALL.len()],
            acted: vec![0; Rule::ALL.len()],
            limits: Vec::new(),
            skin: [Skin::NONE; 2],
            times: [(); 2].map(|()| vec![Times::default(); Kind::ALL.len()]),
            profiled: 0,
            restarts: 0,
            warnings: [0; 2],
        }
    }
}

impl Tally {
    pub(crate) fn inject(&mut self, kind: Kind) {
        self.injected[kind as usize] += 1;
    }

    pub(crate) fn latch(&mut self, kind: FaultKind) {
        self.latched[kind as usize] += 1;
    }

    /// A rule refused something, took a level to zero, ended a session or latched.
    pub(crate) fn act(&mut self, rule: Rule) {
        self.acted[rule as usize] += 1;
    }

    /// How often a rule acted.
    #[must_use]
    pub fn acted(&self, rule: Rule) -> u64 {
        self.acted[rule as usize]
    }

    pub(crate) fn end(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Completed | Outcome::Measured => self.ends.completed += 1,
            Outcome::Stopped(_) => self.ends.stopped += 1,
            Outcome::Fault(_) => self.ends.faulted += 1,
            Outcome::Limit(limit) => {
                self.ends.limited += 1;
                self.limit(limit, 1);
            }
        }
    }

    fn limit(&mut self, limit: PhaseLimit, more: u64) {
        match self.limits.iter_mut().find(|(it, _)| *it == limit) {
            Some((_, count)) => *count += more,
            None => self.limits.push((limit, more)),
        }
    }

    pub(crate) fn find(&mut self, found: Found, sense_lines: bool) {
        let times = &mut self.times[usize::from(!sense_lines)][found.kind as usize];
        let list = if found.noticed { &mut times.noticed } else { &mut times.unnoticed };
        list.push(found.after);
        times.stray = times.stray.max(found.stray);
    }

    /// A session with this trouble was ended by a hard limit or a fault, `lead` after a warning.
    pub(crate) fn warn(&mut self, kind: Kind, sense_lines: bool, lead: Option<Span>) {
        self.times[usize::from(!sense_lines)][kind as usize].leads.push(lead);
    }

    /// The highest values for a build with or without sense lines.
    #[must_use]
    pub fn skin(&self, sense_lines: bool) -> &Skin {
        &self.skin[usize::from(!sense_lines)]
    }

    pub(crate) fn skin_mut(&mut self, sense_lines: bool) -> &mut Skin {
        &mut self.skin[usize::from(!sense_lines)]
    }

    /// Hours lived through cycle by cycle.
    #[must_use]
    pub fn hours(&self) -> f64 {
        self.lived.as_s() / 3600.0
    }

    /// How many sessions a limit ended.
    #[must_use]
    pub fn ended_by(&self, limit: PhaseLimit) -> u64 {
        self.limits.iter().find(|(it, _)| *it == limit).map_or(0, |(_, count)| *count)
    }

    /// Latched faults by kind, without those that never came.
    pub fn latched(&self) -> impl Iterator<Item = (FaultKind, u64)> {
        FaultKind::ALL.iter().copied().zip(self.latched.iter().copied()).filter(|(_, n)| *n > 0)
    }

    /// Troubles by kind, without those that never came.
    pub fn injected(&self) -> impl Iterator<Item = (Kind, u64)> {
        Kind::ALL.iter().copied().zip(self.injected.iter().copied()).filter(|(_, n)| *n > 0)
    }

    /// Times to off of a kind, for a build with or without sense lines.
    #[must_use]
    pub fn times(&self, kind: Kind, sense_lines: bool) -> &Times {
        &self.times[usize::from(!sense_lines)][kind as usize]
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.lived = self.lived + other.lived;
        self.rested = self.rested + other.rested;
        self.restarts += other.restarts;
        self.profiled += other.profiled;
        for (mine, theirs) in self.warnings.iter_mut().zip(other.warnings) {
            *mine += theirs;
        }
        let Ends { completed, stopped, limited, faulted } = other.ends;
        self.ends.completed += completed;
        self.ends.stopped += stopped;
        self.ends.limited += limited;
        self.ends.faulted += faulted;
        for (mine, theirs) in [
            (&mut self.injected, &other.injected),
            (&mut self.latched, &other.latched),
            (&mut self.acted, &other.acted),
        ] {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        for (limit, more) in &other.limits {
            self.limit(*limit, *more);
        }
        for (mine, theirs) in self.skin.iter_mut().zip(&other.skin) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.times.iter_mut().flatten().zip(other.times.iter().flatten()) {
            mine.noticed.extend(&theirs.noticed);
            mine.unnoticed.extend(&theirs.unnoticed);
            mine.leads.extend(&theirs.leads);
            mine.stray = mine.stray.max(theirs.stray);
        }
    }
}

impl Times {
    /// How often it was noticed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.noticed.len()
    }

    /// The time that a share of all did not exceed, e.g. 0.99; none where nothing was noticed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Span> {
        quantile(self.noticed.clone(), share)
    }

    /// How many sessions with it a hard limit or a fault has ended, and how many of them a warning came before.
    #[must_use]
    pub fn warned(&self) -> (usize, usize) {
        (self.leads.len(), self.leads.iter().flatten().count())
    }

    /// How long before the end the warning came, for a share of those in which it did.
    #[must_use]
    pub fn lead(&self, share: f64) -> Option<Span> {
        quantile(self.leads.iter().flatten().copied().collect(), share)
    }

    /// The longest time for which it had shown when a session ended for another reason.
    #[must_use]
    pub fn longest_unnoticed(&self) -> Option<Span> {
        self.unnoticed.iter().copied().max()
    }

    /// The longest time for which current flowed that was not written to the lines.
    #[must_use]
    pub const fn stray(&self) -> Span {
        self.stray
    }

    /// How often a session ended for another reason before it was noticed.
    #[must_use]
    pub fn unnoticed(&self) -> usize {
        self.unnoticed.len()
    }
}

/// The value that a share of all does not exceed.
fn quantile(mut all: Vec<Span>, share: f64) -> Option<Span> {
    all.sort_unstable();
    let at = (share * all.len() as f64).ceil().max(1.0) as usize - 1;
    all.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_least_value_that_the_share_does_not_exceed() {
        let noticed = (1..=100).rev().map(Span::from_s).collect();
        let times = Times { noticed, ..Times::default() };
        for (share, s) in [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)] {
            assert_eq!(times.quantile(share), Some(Span::from_s(s)));
        }
        assert_eq!(Times::default().quantile(0.5), None);
    }

    #[test]
    fn a_warning_counts_where_it_came_and_its_absence_is_not_forgotten() {
        let mut sum = Tally::default();
        for lead in [Some(Span::from_s(30)), None, Some(Span::from_s(90))] {
            let mut one = Tally::default();
            one.warn(Kind::PadPower, false, lead);
            sum.merge(&one);
        }
        let times = sum.times(Kind::PadPower, false);
        assert_eq!((times.warned(), times.lead(0.5)), ((3, 2), Some(Span::from_s(30))));
        assert_eq!(sum.times(Kind::PadPower, true).warned(), (0, 0));
    }

    #[test]
    fn sums_do_not_depend_on_who_counted() {
        let one = |kind, s| {
            let mut tally = Tally::default();
            tally.inject(kind);
            let (after, stray) = (Span::from_s(s), Span::from_ms(s));
            tally.find(Found { kind, noticed: true, after, stray }, true);
            tally.skin_mut(true).hottest = (40.0 + s as f64, s);
            tally.end(Outcome::Limit(PhaseLimit::Absent));
            tally
        };
        let mut sum = one(Kind::OffSkin, 1);
        sum.merge(&one(Kind::OffSkin, 2));
        sum.merge(&one(Kind::Killed, 0));
        assert_eq!(sum.injected().collect::<Vec<_>>(), [(Kind::OffSkin, 2), (Kind::Killed, 1)]);
        assert_eq!(sum.times(Kind::OffSkin, true).quantile(1.0), Some(Span::from_s(2)));
        assert_eq!(sum.times(Kind::OffSkin, true).stray(), Span::from_ms(2));
        assert_eq!(sum.times(Kind::OffSkin, false).count(), 0);
        assert_eq!(sum.skin(true).hottest, (42.0, 2));
        assert_eq!(sum.limits, [(PhaseLimit::Absent, 3)]);
        assert_eq!((sum.ended_by(PhaseLimit::Absent), sum.ended_by(PhaseLimit::DayDose)), (3, 0));
        assert_eq!(sum.ends.all(), 3);
    }
}
