//! The diary of pain and what it warns of, and what was done besides the sessions.

use jiff::tz::TimeZone;
use soothe_wire::{
    Banner, PainAnswer, PainEntry, PainList, PainSite, TreatmentEntry, TreatmentList,
};

use crate::render::paint::Paint;
use crate::render::table::{Column, table};
use crate::render::words::wall_clock;

/// From this strength on a warning is red.
const STRONG: u8 = 3;

/// A site that two sessions in a row made worse, and what opens it.
pub(crate) fn locked(site: &str) -> String {
    format!(
        "{site}: two sessions in a row made it worse (HL-P1): see a doctor, then `soothe pain seen --site \
         {site}`; or, without one, `soothe pain waive --site {site}`"
    )
}

/// An entry that was just made, what became of the pain, and how the site stands.
pub(crate) fn noted(answer: &PainAnswer, paint: Paint) -> String {
    let PainAnswer { entry, message, site } = answer;
    let before = entry.before.map(|before| format!(" ({before} before it)")).unwrap_or_default();
    let mut text = format!("Noted: pain {} at {}{before}.\n", entry.nrs, entry.site);
    if let Some(message) = message {
        let line = format!("{message}.");
        let painted = match entry.change.as_deref() {
            Some("improved" | "slight") => paint.green(&line),
            Some("worse") => paint.yellow(&line),
            _ => line,
        };
        text += &format!("  {painted}\n");
    }
    text + &standing(site, paint)
}

/// What forbids or warns at a site; nothing where nothing does.
fn standing(site: &PainSite, paint: Paint) -> String {
    let lock = site.locked.then(|| paint.red(&format!("LOCKED {}", locked(&site.site))));
    let warnings = site.warnings.iter().map(|it| warning(&site.site, it, paint));
    lock.into_iter().chain(warnings).map(|line| format!("  {line}\n")).collect()
}

/// `!!! left-shoulder: still 4 or more after two weeks: .. (HL-P3)`, with a mark for each step of strength.
fn warning(site: &str, banner: &Banner, paint: Paint) -> String {
    let marks = "!".repeat(usize::from(banner.strength.clamp(1, 5)));
    let line = format!("{marks} {site}: {} ({})", banner.message, banner.rule);
    if banner.strength >= STRONG { paint.red(&line) } else { paint.yellow(&line) }
}

/// The diary, newest first, and how the sites stand.
pub(crate) fn diary(list: &PainList, zone: &TimeZone, paint: Paint) -> String {
    let standing: String = list.sites.iter().map(|site| self::standing(site, paint)).collect();
    if list.entries.is_empty() {
        return format!(
            "Nothing is in the diary: `soothe pain 4 --site SITE` adds an entry.\n{standing}"
        );
    }
    let headings = ["WHEN", "SITE", "PAIN", "FELT", "CHANGE", "AWAKE", "CAUSE", "NOTE"];
    let rows: Vec<Vec<String>> = list.entries.iter().map(|it| row(it, zone)).collect();
    format!("{}{standing}", lines(&headings, &rows))
}

fn row(entry: &PainEntry, zone: &TimeZone) -> Vec<String> {
    let awake = entry.awake.map(|awake| if awake { "yes" } else { "no" }.to_owned());
    let change = entry.change.as_ref().zip(entry.before);
    vec![
        wall_clock(entry.at_unix_ms, zone),
        entry.site.clone(),
        entry.nrs.to_string(),
        entry.kind.clone(),
        or_none(change.map(|(change, before)| format!("{change} ({before})"))),
        or_none(awake),
        or_none(entry.cause.clone()),
        or_none(entry.note.clone()),
    ]
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

fn lines(headings: &[&'static str], rows: &[Vec<String>]) -> String {
    let column = |heading: &&'static str| Column { heading, right: *heading == "PAIN" };
    let columns: Vec<Column> = headings.iter().map(column).collect();
    table(&columns, rows).iter().map(|line| format!("{line}\n")).collect()
}

/// A treatment that was just written down.
pub(crate) fn treated(entry: &TreatmentEntry) -> String {
    let pain = match (entry.before, entry.after, &entry.change) {
        (Some(before), Some(after), Some(change)) => {
            format!(", pain {before} before and {after} after it: {change}")
        }
        (Some(before), None, _) => format!(", pain {before} before it"),
        (None, Some(after), _) => format!(", pain {after} after it"),
        (None, None, _) | (Some(_), Some(_), None) => String::new(),
    };
    format!("Noted: {} at {}{pain}.\n", entry.kind, entry.site)
}

/// What was done besides the sessions, newest first.
pub(crate) fn treatments(list: &TreatmentList, zone: &TimeZone) -> String {
    if list.treatments.is_empty() {
        return "No treatment is in the diary: `soothe treatment massage --site SITE` adds one.\n"
            .to_owned();
    }
    let row = |it: &TreatmentEntry| {
        let points = |points: Option<u8>| or_none(points.map(|it| it.to_string()));
        vec![
            wall_clock(it.at_unix_ms, zone),
            it.site.clone(),
            it.kind.clone(),
            points(it.before),
            points(it.after),
            or_none(it.change.clone()),
            or_none(it.note.clone()),
        ]
    };
    let headings = ["WHEN", "SITE", "TREATMENT", "BEFORE", "AFTER", "CHANGE", "NOTE"];
    lines(&headings, &list.treatments.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(nrs: u8, before: Option<u8>) -> PainEntry {
        PainEntry {
            id: 7,
            at_unix_ms: 1_700_000_000_000,
            site: "left-shoulder".to_owned(),
            nrs,
            kind: "after-session".to_owned(),
            session: Some(3),
            before,
            change: before.map(|_| "worse".to_owned()),
            awake: Some(true),
            cause: Some("desk".to_owned()),
            note: None,
        }
    }

    fn site(locked: bool, strength: u8) -> PainSite {
        let warning = Banner {
            kind: "two-weeks".to_owned(),
            strength,
            message: "see a doctor".to_owned(),
            rule: "HL-P3".to_owned(),
        };
        PainSite {
            site: "left-shoulder".to_owned(),
            site_label: "Left shoulder".to_owned(),
            locked,
            warnings: vec![warning],
        }
    }

    #[test]
    fn an_entry_is_told_with_its_change_its_lock_and_its_warnings() {
        let message = Some("worse: leave it out".to_owned());
        let answer = PainAnswer { entry: entry(6, Some(4)), message, site: site(true, 4) };
        let text = noted(&answer, Paint::new(false));
        let start =
            "Noted: pain 6 at left-shoulder (4 before it).\n  worse: leave it out.\n  LOCKED left-";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("`soothe pain seen --site left-shoulder`"), "{text}");
        assert!(text.ends_with("  !!!! left-shoulder: see a doctor (HL-P3)\n"), "{text}");
    }

    #[test]
    fn the_diary_fits_80_columns_without_a_note() {
        let entries = vec![entry(6, Some(4)), entry(10, None)];
        let list = PainList { entries, total: 2, sites: vec![site(false, 1)] };
        let text = diary(&list, &TimeZone::UTC, Paint::new(false));
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[1].starts_with("2023-11-14 22:13  left-shoulder     6  after-session  worse (4)"),
            "{text}"
        );
        assert!(lines[2].contains("    10  after-session  -          yes    desk   -"), "{text}");
        assert_eq!(lines[3], "  ! left-shoulder: see a doctor (HL-P3)");
        let nothing = PainList { entries: Vec::new(), total: 0, sites: Vec::new() };
        assert!(
            diary(&nothing, &TimeZone::UTC, Paint::new(false)).starts_with("Nothing is in the")
        );
    }

    #[test]
    fn a_treatment_is_told_with_what_is_known_of_the_pain() {
        let entry = |before, after, change: Option<&str>| TreatmentEntry {
            id: 1,
            at_unix_ms: 0,
            kind: "massage".to_owned(),
            site: "left-hip".to_owned(),
            before,
            after,
            change: change.map(str::to_owned),
            note: None,
        };
        let both = treated(&entry(Some(6), Some(4), Some("improved")));
        assert_eq!(both, "Noted: massage at left-hip, pain 6 before and 4 after it: improved.\n");
        assert_eq!(treated(&entry(None, None, None)), "Noted: massage at left-hip.\n");
    }
}
