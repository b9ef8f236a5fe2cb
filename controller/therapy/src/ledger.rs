//! The dose ledger: what each site got in the last 24 hours, and whether it may get more.
//!
//! It counts on the engine's clock. What is older than this engine was handed in with its age at that
//! time, so a wall clock that jumps meanwhile changes nothing; a clock set back before makes an age of
//! zero, and nothing expires early. When the record could not be read, every site counts as full.

mod refusal;

use arrayvec::ArrayVec;

pub use refusal::SiteRefusal;

use crate::limits;
use crate::plan::Plan;
use crate::profile::Profile;
use crate::site::Site;
use crate::tens;
use crate::units::{Cem43, Moment, Span};

/// As many sessions as are told apart: more than heat and TENS may have of them in a day on all sites.
pub const ENTRIES_MAX: usize = 160;
const _: () = assert!(
    ENTRIES_MAX
        > Site::ALL.len() * (limits::DAY_SESSIONS_MAX + tens::limits::DAY_SESSIONS_MAX) as usize
);

/// A moment that may lie before the engine's clock began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    at: Moment,
    earlier: Span,
}

impl Stamp {
    fn age(self, now: Moment) -> Span {
        now.since(self.at) + self.earlier
    }
}

/// What one session left on a site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteUse {
    /// Where the pad lay.
    pub site: Site,
    /// How long the heat phases lasted.
    pub heated: Span,
    /// What the skin got, the tail after the end included.
    pub dose: Cem43,
    /// How long cold packs lay on it.
    pub cold: Span,
    /// How long it got TENS, at any level above zero.
    pub tens: Span,
}

impl SiteUse {
    /// It is one of the heat sessions of a day (HL-H8).
    fn counts(&self) -> bool {
        self.heated >= limits::SESSION_COUNTS_FROM
    }

    /// It is one of the TENS sessions of a day (HL-T14).
    fn counts_as_tens(&self) -> bool {
        self.tens >= tens::limits::SESSION_MIN
    }
}

/// The same with the time that has passed since its end: how it crosses a restart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PastUse {
    /// What it left.
    pub used: SiteUse,
    /// How long ago it ended; zero when nobody knows.
    pub age: Span,
}

/// What is remembered of earlier sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The sessions, oldest first.
    pub uses: ArrayVec<PastUse, ENTRIES_MAX>,
    /// How long ago the record was found unreadable, when it was (HL-S8).
    pub lost: Option<Span>,
}

/// How a site stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteAccount {
    /// Which one.
    pub site: Site,
    /// What it got in the last 24 h.
    pub dose: Cem43,
    /// For how long it was heated in the last 24 h.
    pub heated: Span,
    /// How many of its uses in the last 24 h count as sessions.
    pub sessions: u32,
    /// What refuses even the shortest session now.
    pub refusal: Option<SiteRefusal>,
    /// How long until such a session may start: zero when it may now.
    pub opens_in: Span,
}

/// The account of all sites.
#[derive(Clone, Debug)]
pub struct Ledger {
    uses: ArrayVec<(Stamp, SiteUse), ENTRIES_MAX>,
    lost: Option<Stamp>,
}

impl Ledger {
    /// An account that knows `history` at `now`.
    #[must_use]
    pub fn new(history: &History, now: Moment) -> Self {
        let stamp = |earlier| Stamp { at: now, earlier };
        let mut it = Self { uses: ArrayVec::new(), lost: history.lost.map(stamp) };
        for past in &history.uses {
            it.add(stamp(past.age), past.used);
        }
        it
    }

    /// What is known at `now`, to be handed to the next engine.
    #[must_use]
    pub fn history(&self, now: Moment) -> History {
        let uses = self.uses.iter().map(|(at, used)| PastUse { used: *used, age: at.age(now) });
        History { uses: uses.collect(), lost: self.lost.map(|at| at.age(now)) }
    }

    /// Adds what a session that ends `now` left.
    pub fn enter(&mut self, now: Moment, used: SiteUse) {
        self.uses.retain(|(at, _)| at.age(now) < limits::DAY);
        self.add(Stamp { at: now, earlier: Span::ZERO }, used);
    }

    fn add(&mut self, at: Stamp, used: SiteUse) {
        if self.uses.is_full() {
            self.merge_oldest();
        }
        self.uses.push((at, used));
    }

    /// Makes room: the two oldest uses of one site become one that ended when the later did; two that both
    /// count as sessions (HL-H8, HL-T14) only when there is nothing else to merge.
    fn merge_oldest(&mut self) {
        let oldest = |brief: bool| {
            let alike = |one: &SiteUse, other: &SiteUse| {
                let both = one.counts() && other.counts()
                    || one.counts_as_tens() && other.counts_as_tens();
                one.site == other.site && !(brief && both)
            };
            (1..self.uses.len()).find_map(|later| {
                let it = &self.uses[later].1;
                let earlier = self.uses[..later].iter().position(|(_, used)| alike(used, it))?;
                Some((earlier, later))
            })
        };
        let (earlier, later) =
            oldest(true).or_else(|| oldest(false)).expect("there are fewer sites than entries");
        let gone = self.uses[earlier].1;
        let kept = &mut self.uses[later].1;
        kept.heated = kept.heated + gone.heated;
        kept.dose = kept.dose + gone.dose;
        kept.cold = kept.cold + gone.cold;
        kept.tens = kept.tens + gone.tens;
        self.uses.remove(earlier);
    }

    /// A person decided to go on without the record that was lost (HL-S8); `true` when there was a loss.
    pub fn forget_loss(&mut self) -> bool {
        self.lost.take().is_some()
    }

    /// Whether a loss still counts (HL-S8).
    #[must_use]
    pub fn is_lost(&self, now: Moment) -> bool {
        self.lost.is_some_and(|at| at.age(now) < limits::DAY)
    }

    /// What the site got in the last 24 h (HL-H6).
    #[must_use]
    pub fn day_dose(&self, site: Site, now: Moment) -> Cem43 {
        self.of(site, now).fold(Cem43::ZERO, |sum, (_, used)| sum + used.dose)
    }

    /// How a site stands; none when it was not heated in the last 24 h. A lost record is not told here:
    /// it is no matter of one site.
    #[must_use]
    pub fn account(&self, site: Site, now: Moment) -> Option<SiteAccount> {
        self.of(site, now).find(|(_, used)| used.heated > Span::ZERO)?;
        let Total { heated, dose, sessions } = self.total(site, now);
        let may = |at| self.may_be_heated(site, limits::HEAT_PHASE_MIN, at);
        let refused = |at| may(at).and_then(|()| self.may_feel_heat(site, at)).err();
        // What one rule opens another may still refuse, but never the same one twice.
        let mut opens = now;
        while let Some(refusal) = refused(opens) {
            opens = opens + refusal.opens_in();
        }
        let opens_in = opens.since(now);
        Some(SiteAccount { site, dose, heated, sessions, refusal: refused(now), opens_in })
    }

    /// How long a lost record still refuses heat everywhere (HL-S8); none when none was lost.
    #[must_use]
    pub fn lost_for(&self, now: Moment) -> Option<Span> {
        let at = self.lost.filter(|_| self.is_lost(now))?;
        Some(limits::DAY.saturating_sub(at.age(now)))
    }

    /// Looks whether the plan's site may get what it plans now.
    ///
    /// # Errors
    /// HL-S8, HL-H6, HL-H8, HL-H9, HL-C6, HL-C7, HL-T14 or HL-T15, with when it opens.
    pub fn allows(&self, plan: &Plan, profile: Profile, now: Moment) -> Result<(), SiteRefusal> {
        // HL-S8
        if let Some(opens_in) = self.lost_for(now) {
            return Err(SiteRefusal::RecordLost { opens_in });
        }
        let (site, protocol) = (plan.site(), plan.protocol());
        let (heats_for, ices_for) = (protocol.heats_for(), protocol.ices_for());
        if heats_for > Span::ZERO {
            self.may_be_heated(site, heats_for, now)?;
            self.may_feel_heat(site, now)?;
            self.may_heat_after_tens(now)?;
        }
        if ices_for > Span::ZERO {
            self.may_be_iced(site, profile.rest_after_cold(), now)?;
        }
        let stimulates = protocol.stimulates_for() > Span::ZERO;
        if stimulates { self.may_be_stimulated(site, now) } else { Ok(()) }
    }

    /// How long ago cold on this site ended; none where there was none in the last 24 h (HL-T10).
    #[must_use]
    pub fn since_cold(&self, site: Site, now: Moment) -> Option<Span> {
        self.of(site, now).filter(|(_, used)| used.cold > Span::ZERO).map(|(age, _)| age).min()
    }

    /// How long ago TENS ended, on any site (HL-T15).
    #[must_use]
    pub fn since_tens(&self, now: Moment) -> Option<Span> {
        let stimulated = self.uses.iter().filter(|(_, used)| used.tens > Span::ZERO);
        stimulated.map(|(at, _)| at.age(now)).min()
    }

    /// How long ago heat ended, on any site (HL-T15).
    #[must_use]
    pub fn since_heat(&self, now: Moment) -> Option<Span> {
        let heated = self.uses.iter().filter(|(_, used)| used.heated > Span::ZERO);
        heated.map(|(at, _)| at.age(now)).min()
    }

    /// HL-T15: what the engine before this one had on is off for long enough.
    fn may_heat_after_tens(&self, now: Moment) -> Result<(), SiteRefusal> {
        match self.since_tens(now) {
            Some(since) if since < limits::HEAT_TENS_APART => {
                let opens_in = limits::HEAT_TENS_APART.saturating_sub(since);
                Err(SiteRefusal::JustStimulated { opens_in })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// HL-T14: the site has rested from TENS, and has some left today.
    fn may_be_stimulated(&self, site: Site, now: Moment) -> Result<(), SiteRefusal> {
        let counted = self.of(site, now).filter(|(_, used)| used.counts_as_tens());
        if counted.clone().count() >= tens::limits::DAY_SESSIONS_MAX as usize {
            let oldest = counted.map(|(age, _)| age).max().unwrap_or(Span::ZERO);
            return Err(SiteRefusal::DayTens { opens_in: limits::DAY.saturating_sub(oldest) });
        }
        let recent = self.of(site, now).filter(|(age, used)| {
            *age < tens::limits::REST_BETWEEN_SESSIONS && used.tens > Span::ZERO
        });
        let flowed = recent.clone().fold(Span::ZERO, |sum, (_, used)| sum + used.tens);
        match recent.map(|(age, _)| age).min() {
            // All in all: many short ones are a long one.
            Some(since) if flowed >= tens::limits::SESSION_MIN => {
                let opens_in = tens::limits::REST_BETWEEN_SESSIONS.saturating_sub(since);
                Err(SiteRefusal::RestFromTens { since, opens_in })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// HL-C6: the site is not numb from a session before.
    fn may_feel_heat(&self, site: Site, now: Moment) -> Result<(), SiteRefusal> {
        let numb = |used: &SiteUse| used.cold > limits::COLD_NUMBS_AFTER;
        match self.of(site, now).filter(|(_, used)| numb(used)).map(|(age, _)| age).min() {
            Some(since) if since < limits::COLD_NUMBS_FOR => {
                let opens_in = limits::COLD_NUMBS_FOR.saturating_sub(since);
                Err(SiteRefusal::Numb { since, opens_in })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// HL-C7: the site has rested from cold.
    fn may_be_iced(&self, site: Site, rest: Span, now: Moment) -> Result<(), SiteRefusal> {
        let iced = |used: &SiteUse| used.cold >= limits::ICE_MIN;
        match self.of(site, now).filter(|(_, used)| iced(used)).map(|(age, _)| age).min() {
            Some(since) if since < rest => {
                let opens_in = rest.saturating_sub(since);
                Err(SiteRefusal::RestFromCold { since, opens_in })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The same by the site's own account.
    fn may_be_heated(&self, site: Site, asked: Span, now: Moment) -> Result<(), SiteRefusal> {
        // HL-H6
        let dose = self.day_dose(site, now);
        if dose >= limits::DAY_DOSE_MAX {
            let opens_in = self.expires(site, now, |rest| rest.dose < limits::DAY_DOSE_MAX);
            return Err(SiteRefusal::DayDose { dose, opens_in });
        }
        // HL-H8
        let total = self.total(site, now);
        let room = limits::DAY_HEAT_MAX.saturating_sub(asked);
        if total.heated > room {
            let opens_in = self.expires(site, now, |rest| rest.heated <= room);
            return Err(SiteRefusal::DayHeat { heated: total.heated, asked, opens_in });
        }
        if total.sessions >= limits::DAY_SESSIONS_MAX {
            let opens_in = self.expires(site, now, |rest| rest.sessions < limits::DAY_SESSIONS_MAX);
            return Err(SiteRefusal::DaySessions { opens_in });
        }
        self.may_end_rest(site, now)
    }

    /// HL-H9: what was heated within the last hour, all in all, is less than a session.
    fn may_end_rest(&self, site: Site, now: Moment) -> Result<(), SiteRefusal> {
        let is_recent = |age: Span, used: &SiteUse| {
            age < limits::REST_BETWEEN_SESSIONS && used.heated > Span::ZERO
        };
        let recent = self.of(site, now).filter(|(age, used)| is_recent(*age, used));
        let heated = recent.clone().fold(Span::ZERO, |sum, (_, used)| sum + used.heated);
        match recent.map(|(age, _)| age).min() {
            Some(since) if heated >= limits::SESSION_COUNTS_FROM => {
                let opens_in = limits::REST_BETWEEN_SESSIONS.saturating_sub(since);
                Err(SiteRefusal::Rest { since, opens_in })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The uses of one site in the last 24 h with their ages, oldest first.
    fn of(&self, site: Site, now: Moment) -> impl Iterator<Item = (Span, &SiteUse)> + Clone {
        self.uses
            .iter()
            .filter(move |(at, used)| used.site == site && at.age(now) < limits::DAY)
            .map(move |(at, used)| (at.age(now), used))
    }

    fn total(&self, site: Site, now: Moment) -> Total {
        self.of(site, now).fold(Total::default(), |sum, (_, used)| sum.with(used))
    }

    /// How long until so much of the site's uses has expired that `enough` holds for the rest.
    fn expires(&self, site: Site, now: Moment, enough: impl Fn(Total) -> bool) -> Span {
        let uses = self.of(site, now);
        let opened = uses.clone().enumerate().find(|(index, _)| {
            enough(uses.clone().skip(index + 1).fold(Total::default(), |sum, (_, u)| sum.with(u)))
        });
        opened.map_or(limits::DAY, |(_, (age, _))| limits::DAY.saturating_sub(age))
    }
}

/// Sums over uses of one site.
#[derive(Clone, Copy, Default)]
struct Total {
    heated: Span,
    dose: Cem43,
    sessions: u32,
}

impl Total {
    fn with(self, used: &SiteUse) -> Self {
        Self {
            heated: self.heated + used.heated,
            dose: self.dose + used.dose,
            sessions: self.sessions + u32::from(used.counts()),
        }
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
