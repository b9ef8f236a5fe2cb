//! What the ledger allows, and when it opens.

use super::*;
use crate::rules::Rule;
use proptest::prelude::*;
use std::vec::Vec;

fn plan(min: u64, site: Site) -> Plan {
    Plan::heat(40.0, Span::from_min(min), site).expect("within limits")
}

fn used(min: u64, dose: f64) -> SiteUse {
    SiteUse {
        site: Site::LeftHip,
        heated: Span::from_min(min),
        dose: Cem43::literal(dose),
        cold: Span::ZERO,
        tens: Span::ZERO,
    }
}

fn at(min: u64) -> Moment {
    Moment::START + Span::from_min(min)
}

fn ledger(uses: &[(u64, SiteUse)]) -> Ledger {
    let mut ledger = Ledger::new(&History::default(), Moment::START);
    for (ended_min, used) in uses {
        ledger.enter(at(*ended_min), *used);
    }
    ledger
}

/// The rule that refuses ten minutes on the hip at that time, and the minutes until it opens.
fn refuses(ledger: &Ledger, min: u64) -> Option<(Rule, u64)> {
    let refusal = ledger.allows(&plan(10, Site::LeftHip), Profile::Default, at(min)).err()?;
    Some((refusal.rule(), refusal.opens_in().as_ms() / 60_000))
}

#[test]
fn hl_c7_a_site_rests_from_ice_for_two_hours() {
    let ice = crate::protocol::Phase::Ice { duration: Span::from_min(5) };
    let ice = crate::protocol::Protocol::new("ice", &[ice]).expect("a protocol");
    let on = |site| Plan::of(ice, site).expect("a plan");
    let used = SiteUse {
        site: Site::LeftHip,
        heated: Span::ZERO,
        dose: Cem43::ZERO,
        cold: Span::from_min(10),
        tens: Span::ZERO,
    };
    let mut ledger = Ledger::new(&History::default(), Moment::START);
    ledger.enter(Moment::START, used);
    let at = |min| Moment::START + Span::from_min(min);
    assert_eq!(
        ledger.allows(&on(Site::LeftHip), Profile::Default, at(119)).map_err(SiteRefusal::rule),
        Err(Rule::C7)
    );
    assert_eq!(ledger.allows(&on(Site::LeftHip), Profile::Default, at(120)), Ok(()));
    assert_eq!(ledger.allows(&on(Site::RightHip), Profile::Default, at(1)), Ok(()));
}

#[test]
fn hl_h9_a_site_rests_for_an_hour() {
    let ledger = ledger(&[(100, used(15, 0.5))]);
    assert_eq!(refuses(&ledger, 100), Some((Rule::H9, 60)));
    assert_eq!(refuses(&ledger, 159), Some((Rule::H9, 1)));
    assert_eq!(refuses(&ledger, 160), None);
    assert_eq!(ledger.allows(&plan(10, Site::RightHip), Profile::Default, at(100)), Ok(()));
}

#[test]
fn hl_h9_a_start_by_mistake_needs_no_rest_but_many_do() {
    let brief = SiteUse { heated: Span::from_s(50), ..used(0, 0.01) };
    assert_eq!(refuses(&ledger(&[(100, brief), (101, brief)]), 102), None);
    let thrice = ledger(&[(100, brief), (101, brief), (102, brief)]);
    assert_eq!(refuses(&thrice, 103), Some((Rule::H9, 59)));
}

#[test]
fn hl_h8_four_sessions_and_two_hours_are_enough_for_a_day() {
    let four = ledger(&[
        (100, used(5, 0.1)),
        (200, used(5, 0.1)),
        (300, used(5, 0.1)),
        (400, used(5, 0.1)),
    ]);
    assert_eq!(refuses(&four, 500), Some((Rule::H8, 1440 - 400)));
    assert_eq!(refuses(&four, 100 + 1440), None);
    let long = ledger(&[(100, used(60, 0.1)), (200, used(51, 0.1))]);
    assert_eq!(refuses(&long, 300), Some((Rule::H8, 1440 - 200)));
}

#[test]
fn hl_h6_the_dose_of_a_day_opens_when_enough_has_expired() {
    let ledger = ledger(&[(100, used(10, 9.0)), (200, used(10, 9.0)), (300, used(10, 4.0))]);
    assert_eq!(ledger.day_dose(Site::LeftHip, at(400)), Cem43::literal(22.0));
    assert_eq!(refuses(&ledger, 400), Some((Rule::H6, 1440 - 300)));
    assert_eq!(refuses(&ledger, 100 + 1440), None);
}

#[test]
fn hl_s8_a_lost_record_counts_as_full_for_a_day_restarts_included() {
    let history = History { lost: Some(Span::ZERO), ..History::default() };
    let ledger = Ledger::new(&history, Moment::START);
    assert_eq!(refuses(&ledger, 600), Some((Rule::S8, 840)));
    let reborn = Ledger::new(&ledger.history(at(600)), Moment::START);
    assert_eq!(refuses(&reborn, 839), Some((Rule::S8, 1)));
    assert_eq!(refuses(&reborn, 840), None);
    let mut decided = reborn.clone();
    assert!(decided.forget_loss() && !decided.forget_loss());
    assert_eq!(refuses(&decided, 0), None);
}

#[test]
fn a_full_ledger_merges_the_oldest_of_one_site_and_forgets_nothing() {
    let mut ledger = Ledger::new(&History::default(), Moment::START);
    for index in 0..3 * ENTRIES_MAX as u64 {
        let site = Site::ALL[index as usize % Site::ALL.len()];
        let brief = SiteUse {
            site,
            heated: Span::from_s(10),
            dose: Cem43::literal(0.01),
            cold: Span::ZERO,
            tens: Span::ZERO,
        };
        ledger.enter(Moment::from_ms(index), brief);
    }
    let now = Moment::from_ms(1000);
    let sum: f64 = Site::ALL.iter().map(|site| ledger.day_dose(*site, now).get()).sum();
    assert!((sum - 0.01 * 3.0 * ENTRIES_MAX as f64).abs() < 1e-9, "{sum}");
}

#[test]
fn hl_h8_starts_by_mistake_never_make_two_sessions_one() {
    let mut ledger = Ledger::new(&History::default(), Moment::START);
    for end in [100, 200] {
        ledger.enter(at(end), used(10, 0.1));
    }
    let brief = SiteUse { heated: Span::ZERO, ..used(1, 0.0) };
    for ms in 0..2 * ENTRIES_MAX as u64 {
        ledger.enter(at(200) + Span::from_ms(ms), brief);
    }
    for end in [300, 400] {
        ledger.enter(at(end), used(10, 0.1));
    }
    assert_eq!(refuses(&ledger, 500).map(|(rule, _)| rule), Some(Rule::H8));
}

proptest! {
    /// A restart at any time, with any error of the clock towards the past, never opens a site earlier.
    #[test]
    fn hl_h6_a_restart_never_makes_the_dose_smaller(
        ends in prop::collection::vec((0u64..2000, 0u64..40, 0.0f64..12.0), 0..12),
        restart in 0u64..2000, forgotten in 0u64..2000, later in 0u64..2000,
    ) {
        let mut ends = ends;
        ends.sort_by_key(|(end, ..)| *end);
        let uses: Vec<_> = ends
            .into_iter()
            .filter(|(end, ..)| *end <= restart)
            .map(|(end, min, dose)| (end, used(min, dose)))
            .collect();
        let ledger = ledger(&uses);
        let mut history = ledger.history(at(restart));
        for past in &mut history.uses {
            // What the clock lost while the power was off makes every age smaller.
            past.age = past.age.saturating_sub(Span::from_min(forgotten));
        }
        let reborn = Ledger::new(&history, Moment::START);
        let before = ledger.day_dose(Site::LeftHip, at(restart + later));
        let after = reborn.day_dose(Site::LeftHip, at(later));
        prop_assert!(after.get() >= before.get() - 1e-9, "{after:?} {before:?}");
    }

    /// What is refused opens when it was said to, and not before.
    #[test]
    fn hl_h6_h8_h9_a_refusal_tells_when_it_opens(
        ends in prop::collection::vec((0u64..1400, 0u64..40, 0.0f64..12.0), 1..12),
        now in 1400u64..2000,
    ) {
        let mut ends = ends;
        ends.sort_by_key(|(end, ..)| *end);
        let uses: Vec<_> = ends.iter().map(|(end, min, dose)| (*end, used(*min, *dose))).collect();
        let ledger = ledger(&uses);
        let plan = plan(10, Site::LeftHip);
        let mut moment = at(now);
        // Each rule tells of itself alone; what opens may be refused by the next.
        for _ in 0..8 {
            let Err(refusal) = ledger.allows(&plan, Profile::Default, moment) else { return Ok(()) };
            let opens = moment + refusal.opens_in();
            let just_before = opens.before(Span::from_ms(1));
            prop_assert!(refusal.opens_in() > Span::ZERO);
            prop_assert!(ledger.allows(&plan, Profile::Default, just_before).is_err());
            moment = opens;
        }
        prop_assert!(false, "never opens");
    }
}

#[test]
fn an_account_sums_a_day_and_says_when_the_site_may_be_heated_again() {
    let ledger = ledger(&[
        (0, used(5, 0.25)),
        (400, used(5, 0.25)),
        (800, used(5, 0.25)),
        (1420, used(5, 0.25)),
    ]);
    let account = ledger.account(Site::LeftHip, at(1430)).expect("it was heated");
    assert_eq!((account.dose, account.sessions), (Cem43::literal(1.0), 4));
    assert_eq!(account.heated, Span::from_min(20));
    assert_eq!(account.refusal.map(SiteRefusal::rule), Some(Rule::H8));
    // The oldest has expired ten minutes later; then the newest still asks for rest.
    assert_eq!(account.opens_in, Span::from_min(50));
    assert_eq!(refuses(&ledger, 1479).map(|(rule, _)| rule), Some(Rule::H9));
    assert_eq!(refuses(&ledger, 1480), None);
    let rested = ledger.account(Site::LeftHip, at(1480)).expect("it was heated");
    assert_eq!((rested.refusal, rested.opens_in), (None, Span::ZERO));
    assert_eq!(ledger.account(Site::RightHip, at(1430)), None);
    assert_eq!(ledger.account(Site::LeftHip, at(1420 + 1440)), None, "a day later");
}

#[test]
fn hl_c7_a_cautious_person_rests_from_ice_for_four_hours() {
    let used = SiteUse {
        site: Site::LeftHip,
        heated: Span::ZERO,
        dose: Cem43::ZERO,
        cold: Span::from_min(5),
        tens: Span::ZERO,
    };
    let mut ledger = Ledger::new(&History::default(), Moment::START);
    ledger.enter(Moment::START, used);
    let ice = crate::protocol::Phase::Ice { duration: Span::from_min(5) };
    let protocol = crate::protocol::Protocol::new("ice", &[ice]).expect("a protocol");
    let plan = Plan::of(protocol, Site::LeftHip).expect("a plan");
    for (min, profile, opens_in) in [
        (121, Profile::Default, None),
        (121, Profile::Cautious, Some(Span::from_min(119))),
        (241, Profile::Cautious, None),
    ] {
        let refused = ledger.allows(&plan, profile, at(min)).err();
        assert_eq!(refused.map(SiteRefusal::opens_in), opens_in, "{min} min, {profile:?}");
    }
}
