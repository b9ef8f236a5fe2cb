//! What pain and signs of an emergency forbid: HL-P1 and HL-P2.
//!
//! ```text
//!             worse                 worse
//!   Well ───────────────► Once ───────────────► Locked
//!    ▲   any other after   │                      │
//!    ├─────────────────────┘                      │
//!    └────────────────────────────────────────────┘ a person has seen a doctor, or waives it
//! ```

use super::red_flags::RedFlags;
use super::{Change, Felt, Pain, When};
use crate::limits;
use crate::site::Site;
use crate::units::{Moment, Span};

/// How a site has taken its last sessions (HL-P1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taken {
    /// The last one did not make it worse, as far as anyone said.
    #[default]
    Well,
    /// The last one made it worse.
    Once,
    /// Two in a row made it worse: no heat until a person has said what came of it.
    Locked,
}

impl Taken {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Well, Self::Once, Self::Locked];

    /// The name used in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Once => "once",
            Self::Locked => "locked",
        }
    }

    /// After one more session.
    const fn then(self, change: Change) -> Self {
        match (self, change) {
            (Self::Locked | Self::Once, Change::Worse) | (Self::Locked, _) => Self::Locked,
            (Self::Well, Change::Worse) => Self::Once,
            (Self::Well | Self::Once, Change::Improved | Change::Slight | Change::Same) => {
                Self::Well
            }
        }
    }
}

named! {
    /// Why a person goes on after HL-P1.
    Settled {
        Seen = "seen", "seen by a doctor";
        Waived = "waived", "waived without a doctor";
    }
}

/// How much it hurt some time ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastPain {
    /// How much.
    pub pain: Pain,
    /// How long ago.
    pub age: Span,
}

/// What is known of one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteCare {
    /// How it has taken its sessions.
    pub taken: Taken,
    /// What was felt before a session that nobody has compared with yet.
    pub before: Option<PastPain>,
}

/// All that is known, and how long ago it was: how it crosses a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PastCare {
    sites: [SiteCare; Site::ALL.len()],
    /// The signs of an emergency that are there.
    pub red_flags: RedFlags,
}

impl PastCare {
    /// What is known of a site.
    #[must_use]
    pub const fn site(&self, site: Site) -> SiteCare {
        self.sites[site as usize]
    }

    /// The same with something else known of one site.
    #[must_use]
    pub const fn with(mut self, site: Site, care: SiteCare) -> Self {
        self.sites[site as usize] = care;
        self
    }

    /// The same with these signs of an emergency.
    #[must_use]
    pub const fn with_red_flags(mut self, red_flags: RedFlags) -> Self {
        self.red_flags = red_flags;
        self
    }

    /// The same with other ages.
    #[must_use]
    pub fn aged(mut self, older: impl Fn(Span) -> Span) -> Self {
        for before in self.sites.iter_mut().filter_map(|site| site.before.as_mut()) {
            before.age = older(before.age);
        }
        self
    }
}

/// What came of saying how much it hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// After a session: how much it hurt before it, where that was said.
    pub before: Option<Pain>,
    /// HL-P1: the site is locked from now on.
    pub locks: bool,
}

/// What pain and signs of an emergency forbid now.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    at: Moment,
    past: PastCare,
}

impl Care {
    /// With what is known at `now`.
    #[must_use]
    pub const fn new(past: PastCare, now: Moment) -> Self {
        Self { at: now, past }
    }

    /// What is known at `now`.
    #[must_use]
    pub fn past(&self, now: Moment) -> PastCare {
        let passed = now.since(self.at);
        self.past.aged(|age| age + passed)
    }

    /// A person says how much a site hurts. What was felt before a session counts for 12 hours, and once.
    pub fn note(&mut self, now: Moment, felt: Felt) -> Noted {
        *self = Self::new(self.past(now), now);
        let Felt { site, pain, when } = felt;
        let mut known = self.past.site(site);
        let mut noted = Noted { before: None, locks: false };
        match when {
            When::Before => known.before = Some(PastPain { pain, age: Span::ZERO }),
            When::After => {
                let counts = |it: &PastPain| it.age <= limits::PAIN_BEFORE_COUNTS;
                noted.before = known.before.take().filter(counts).map(|it| it.pain);
                if let Some(before) = noted.before {
                    // HL-P1
                    let taken = known.taken.then(before.change_to(pain));
                    noted.locks = taken == Taken::Locked && known.taken != Taken::Locked;
                    known.taken = taken;
                }
            }
            When::Morning | When::Other => {}
        }
        self.past = self.past.with(site, known);
        noted
    }

    /// A person says why the site may be heated again; whether it was locked.
    pub fn settle(&mut self, site: Site) -> bool {
        let known = self.past.site(site);
        let locked = known.taken == Taken::Locked;
        if locked {
            self.past = self.past.with(site, SiteCare { taken: Taken::Well, ..known });
        }
        locked
    }

    /// A person answers whether there are signs of an emergency.
    pub const fn answer(&mut self, red_flags: RedFlags) {
        self.past.red_flags = red_flags;
    }

    /// HL-P2: the signs of an emergency that forbid every start.
    #[must_use]
    pub fn emergency(&self) -> Option<RedFlags> {
        Some(self.past.red_flags).filter(|it| *it != RedFlags::NONE)
    }

    /// HL-P1: whether the site is locked.
    #[must_use]
    pub fn is_locked(&self, site: Site) -> bool {
        self.past.site(site).taken == Taken::Locked
    }
}

#[cfg(test)]
mod tests {
    use super::super::red_flags::RedFlag;
    use super::*;

    const SITE: Site = Site::LeftShoulder;

    fn care() -> Care {
        Care::new(PastCare::default(), Moment::START)
    }

    fn felt(points: u8, when: When) -> Felt {
        Felt { site: SITE, pain: Pain::new(points).expect("on the scale"), when }
    }

    /// Pain before and after one session; what the second brought.
    fn session(care: &mut Care, before: u8, after: u8) -> Noted {
        care.note(Moment::START, felt(before, When::Before));
        care.note(Moment::START, felt(after, When::After))
    }

    #[test]
    fn hl_p1_two_sessions_in_a_row_that_make_it_worse_lock_the_site_and_no_other() {
        let mut care = care();
        assert!(!session(&mut care, 4, 6).locks && !care.is_locked(SITE));
        assert_eq!(session(&mut care, 3, 5), Noted { before: Pain::new(3).ok(), locks: true });
        assert!(care.is_locked(SITE));
        assert!(Site::ALL.iter().all(|it| *it == SITE || !care.is_locked(*it)));
    }

    #[test]
    fn hl_p1_a_session_between_that_did_not_make_it_worse_counts_from_the_beginning() {
        for between in [(4, 5), (4, 4), (4, 2)] {
            let mut care = care();
            session(&mut care, 4, 6);
            session(&mut care, between.0, between.1);
            assert!(!session(&mut care, 4, 6).locks, "{between:?}");
            assert!(session(&mut care, 4, 6).locks, "{between:?}");
        }
    }

    #[test]
    fn hl_p1_only_a_person_opens_a_locked_site_and_better_sessions_do_not() {
        let mut care = care();
        session(&mut care, 4, 6);
        session(&mut care, 4, 6);
        session(&mut care, 6, 1);
        assert!(care.is_locked(SITE));
        assert!(care.settle(SITE) && !care.is_locked(SITE));
        assert!(!care.settle(SITE), "nothing is locked any more");
        assert!(!session(&mut care, 4, 6).locks, "it is counted from the beginning");
    }

    #[test]
    fn what_was_felt_before_counts_once_and_for_12_hours() {
        let mut care = care();
        session(&mut care, 4, 6);
        assert_eq!(care.note(Moment::START, felt(9, When::After)).before, None, "once");
        care.note(Moment::START, felt(4, When::Before));
        let past = care.past(Moment::START + Span::from_min(12 * 60));
        for (more_ms, counts) in [(0, true), (1, false)] {
            let mut late = Care::new(past, Moment::START);
            let at = Moment::START + Span::from_ms(more_ms);
            assert_eq!(late.note(at, felt(6, When::After)).locks, counts);
        }
    }

    #[test]
    fn what_was_felt_at_other_times_changes_nothing() {
        let mut care = care();
        session(&mut care, 4, 6);
        care.note(Moment::START, felt(4, When::Before));
        for when in [When::Morning, When::Other] {
            let nothing = Noted { before: None, locks: false };
            assert_eq!(care.note(Moment::START, felt(10, when)), nothing);
        }
        assert!(care.note(Moment::START, felt(6, When::After)).locks);
    }

    #[test]
    fn hl_p1_hl_p2_what_is_known_crosses_a_restart() {
        let mut care = care();
        session(&mut care, 4, 6);
        session(&mut care, 4, 6);
        care.answer(RedFlags::NONE.and(RedFlag::Chest));
        let care = Care::new(care.past(Moment::from_ms(5)), Moment::START);
        assert!(care.is_locked(SITE));
        assert_eq!(care.emergency(), Some(RedFlags::NONE.and(RedFlag::Chest)));
    }

    #[test]
    fn hl_p2_a_no_to_all_lifts_what_a_yes_forbade() {
        let mut care = care();
        assert_eq!(care.emergency(), None);
        for flag in RedFlag::ALL {
            care.answer(RedFlags::NONE.and(*flag));
            assert!(care.emergency().is_some(), "{}", flag.name());
        }
        care.answer(RedFlags::NONE);
        assert_eq!(care.emergency(), None);
    }
}
