//! What stands between a person and the next session: check-list, sites, the record, the relay.

use soothe_therapy::limits;
use soothe_wire::reason::lasting;
use soothe_wire::{CareStatus, ChecklistStatus, Condition, SiteAccount, Status};

use crate::render::diary;
use crate::render::paint::Paint;
use crate::render::remind;
use crate::render::summary::Lines;
use crate::render::words;

/// The lines of the state that are about the next session.
pub(crate) fn lines(status: &Status, paint: Paint) -> Lines {
    let list = checklist(&status.checklist, paint);
    let mut lines = vec![("list", format!("the check-list {list}"))];
    if !status.care.red_flags.is_empty() {
        let all: Vec<&str> = status.care.red_flags.iter().map(|it| it.text.as_str()).collect();
        let text = format!(
            "of an emergency: {}: get help now; nothing starts (HL-P2) until `soothe redflags` says that \
             none is there",
            all.join("; ")
        );
        lines.push(("signs", paint.red(&text)));
    }
    for site in &status.care.locked {
        lines.push(("locked", paint.red(&diary::locked(site))));
    }
    let label = |nth| if nth == 0 { "sites" } else { "" };
    lines.extend(
        status.sites.iter().enumerate().map(|(nth, it)| (label(nth), site(it, &status.care))),
    );
    if let Some(lost) = &status.record_lost {
        let text = format!(
            "of doses was lost: every site counts as having had its dose for {} more; to go on \
             without it: `soothe clear --forget-doses`",
            lasting(lost.opens_in_s)
        );
        lines.push(("record", paint.red(&text)));
    }
    lines.extend(status.reminders.iter().map(|it| ("reminder", paint.yellow(&remind::due(it)))));
    if status.relay.warn {
        let text = format!(
            "{} of {} operations: have a new one at hand",
            status.relay.operations,
            limits::RELAY_OPERATIONS_MAX
        );
        lines.push(("relay", paint.yellow(&text)));
    }
    lines
}

/// How the check-list stands.
pub(crate) fn checklist(list: &ChecklistStatus, paint: Paint) -> String {
    const HOW: &str = "`soothe checklist answer`";
    if !list.due && !list.forbidding.is_empty() {
        let forbids = words::agents(&list.forbids);
        let all: Vec<String> = list.forbidding.iter().map(condition).collect();
        let all = all.join("; ");
        return paint.red(&format!("forbids {forbids}: {all}; when that has changed: {HOW}"));
    }
    match (list.answered_s_ago, list.valid_for_s) {
        (Some(ago_s), Some(left_s)) => {
            format!("was answered {} ago, good for {} more", lasting(ago_s), lasting(left_s))
        }
        (Some(ago_s), None) => paint.yellow(&format!("was answered {} ago: {HOW}", lasting(ago_s))),
        (None, _) => paint.yellow(&format!("has not been answered yet: {HOW}")),
    }
}

/// A condition, with what it forbids: `epilepsy (no TENS)`.
pub(crate) fn condition(it: &Condition) -> String {
    format!("{} (no {})", it.text, it.forbids.join(", ").replace("tens", "TENS"))
}

/// `left-shoulder: 0.31 of 20 CEM43, 15 of 120 min, 1 of 4 sessions in 24 h; again in 43 min (HL-H9)`
fn site(account: &SiteAccount, care: &CareStatus) -> String {
    let min = |s: f64| s / 60.0;
    let again = match &account.rule {
        Some(rule) => format!("again in {} ({rule})", lasting(account.opens_in_s)),
        None if care.locked.contains(&account.site) => "locked (HL-P1)".to_owned(),
        None => "may be heated".to_owned(),
    };
    format!(
        "{}: {:.2} of {:.0} CEM43, {:.0} of {:.0} min, {} of {} sessions in 24 h; {again}",
        account.site,
        account.dose_cem43,
        limits::DAY_DOSE_MAX.get(),
        min(account.heated_s),
        min(limits::DAY_HEAT_MAX.as_s()),
        account.sessions,
        limits::DAY_SESSIONS_MAX,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::idle_status;
    use soothe_wire::{RecordLost, Relay};

    fn text(status: &Status) -> String {
        crate::render::summary::labelled(&lines(status, Paint::new(false)))
    }

    #[test]
    fn a_site_says_what_it_got_and_when_it_may_be_heated_again() {
        let resting = SiteAccount {
            site: "left-shoulder".to_owned(),
            site_label: "Left shoulder".to_owned(),
            dose_cem43: 0.3141,
            heated_s: 900.0,
            sessions: 1,
            rule: Some("HL-H9".to_owned()),
            opens_in_s: 2541.0,
        };
        let rested = SiteAccount { rule: None, opens_in_s: 0.0, ..resting.clone() };
        let shown = text(&Status { sites: vec![resting, rested.clone()], ..idle_status() });
        let line = "left-shoulder: 0.31 of 20 CEM43, 15 of 120 min, 1 of 4 sessions in 24 h; ";
        assert!(shown.contains(&format!("  sites    {line}again in 43 min (HL-H9)\n")), "{shown}");
        assert!(shown.contains(&format!("           {line}may be heated\n")), "{shown}");
        let care = CareStatus { locked: vec!["left-shoulder".to_owned()], ..idle_status().care };
        let shown = text(&Status { sites: vec![rested], care, ..idle_status() });
        assert!(shown.contains(&format!("{line}locked (HL-P1)\n")), "{shown}");
    }

    #[test]
    fn a_check_list_says_what_it_forbids_or_how_long_it_is_good() {
        assert_eq!(
            text(&idle_status()),
            "  list     the check-list was answered 3 days ago, good for 27 days more\n"
        );
        let yes = |name: &str, text: &str, forbids: &[&str]| Condition {
            name: name.to_owned(),
            text: text.to_owned(),
            forbids: forbids.iter().map(|it| (*it).to_owned()).collect(),
        };
        let both = ["heat", "tens"];
        let forbidding =
            vec![yes("bleeding", "a fresh bleed", &both), yes("drugs", "alcohol", &["heat"])];
        let forbids = both.map(str::to_owned).to_vec();
        let list = ChecklistStatus { forbids, forbidding, ..idle_status().checklist };
        let shown = text(&Status { checklist: list.clone(), ..idle_status() });
        let all = "the check-list forbids heat or TENS: a fresh bleed (no heat, TENS); alcohol (no heat); \
                   when that has changed: `";
        assert!(shown.contains(all), "{shown}");
        // What forbids something is not all that keeps a session from starting.
        let old = ChecklistStatus {
            due: true,
            answered_s_ago: Some(2_678_400.0),
            valid_for_s: None,
            ..list
        };
        let shown = text(&Status { checklist: old, ..idle_status() });
        assert!(shown.contains("was answered 31 days ago: `soothe checklist answer`"), "{shown}");
        let never = ChecklistStatus {
            due: true,
            answered_s_ago: None,
            valid_for_s: None,
            ..idle_status().checklist
        };
        let shown = text(&Status { checklist: never, ..idle_status() });
        assert!(shown.contains("has not been answered yet: `soothe checklist answer`"), "{shown}");
    }

    #[test]
    fn signs_of_an_emergency_and_locked_sites_are_told_with_what_opens_them() {
        let sign = Condition {
            name: "chest".to_owned(),
            text: "pain in the chest".to_owned(),
            forbids: vec!["heat".to_owned()],
        };
        let care = CareStatus { red_flags: vec![sign], locked: vec!["left-hip".to_owned()] };
        let shown = text(&Status { care, ..idle_status() });
        let signs =
            "  signs    of an emergency: pain in the chest: get help now; nothing starts (HL-P2)";
        assert!(shown.contains(signs) && shown.contains("until `soothe redflags`"), "{shown}");
        assert!(
            shown.contains("  locked   left-hip: two sessions in a row made it worse"),
            "{shown}"
        );
    }

    #[test]
    fn a_lost_record_and_a_worn_relay_are_told() {
        let status = Status {
            record_lost: Some(RecordLost { opens_in_s: 7200.0 }),
            relay: Relay { operations: 80_001, warn: true },
            ..idle_status()
        };
        let shown = text(&status);
        assert!(shown.contains("for 2 h more; to go on without it: `soothe clear --"), "{shown}");
        assert!(shown.contains("relay    80001 of 100000 operations"), "{shown}");
    }
}
