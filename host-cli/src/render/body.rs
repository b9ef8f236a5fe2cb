//! Sites and exercises as a person reads them.

use soothe_wire::{ExerciseInfo, SiteInfo};

use crate::render::table::{Column, table};

const fn left(heading: &'static str) -> Column {
    Column { heading, right: false }
}

const fn right(heading: &'static str) -> Column {
    Column { heading, right: true }
}

/// All sites, one line each, and under them what is to be known of some.
pub(crate) fn sites(sites: &[SiteInfo]) -> String {
    let row = |site: &SiteInfo| {
        let tens = if site.tens.allowed { "yes" } else { "no" };
        vec![site.name.clone(), site.label.clone(), tens.to_owned()]
    };
    let rows: Vec<Vec<String>> = sites.iter().map(row).collect();
    let mut text = lines(&table(&[left("NAME"), left("SITE"), left("TENS")], &rows));
    text += "\nCold packs:\n";
    text += &notes(sites, |site| site.note.as_deref());
    text += "\nElectrodes:\n";
    text += &notes(sites, |site| Some(&site.tens.text));
    text
}

/// Each note once, under the sites that it is for.
fn notes(sites: &[SiteInfo], note: impl Fn(&SiteInfo) -> Option<&str>) -> String {
    let mut grouped: Vec<(&str, Vec<&str>)> = Vec::new();
    for site in sites {
        let Some(text) = note(site) else { continue };
        match grouped.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(&site.name),
            None => grouped.push((text, vec![&site.name])),
        }
    }
    let one = |(text, names): &(&str, Vec<&str>)| format!("  {}\n    {text}\n", names.join(", "));
    grouped.iter().map(one).collect()
}

/// Exercises, one line each.
pub(crate) fn exercises(all: &[ExerciseInfo]) -> String {
    let columns = [left("NAME"), left("KIND"), right("HOLD"), right("TIMES"), left("WHAT")];
    let row = |it: &ExerciseInfo| {
        vec![
            it.name.clone(),
            it.kind.clone(),
            format!("{} s", it.hold_s),
            it.repeats.to_string(),
            it.label.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    lines(&table(&columns, &rows)) + "\n`soothe exercises NAME` says how to do one.\n"
}

/// One of them, with how to do it.
pub(crate) fn exercise(it: &ExerciseInfo) -> String {
    let ExerciseInfo { name, label, kind, sites, instruction, caution, hold_s, repeats, .. } = it;
    let sites = sites.join(", ");
    format!(
        "{name}: {label} ({kind})\n{instruction}\n\n  hold     {hold_s} s, {repeats} times, on each side where \
         there are two\n  caution  {caution}\n  sites    {sites}\n"
    )
}

fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_wire::{ExerciseList, SiteList};

    #[test]
    fn sites_are_listed_with_each_note_once() {
        let text = sites(&SiteList::compiled_in().sites);
        for part in [
            "left-neck         Left side of the back of the neck   no\n",
            "left-forearm      Left forearm                        yes\n",
            "  left-forearm, right-forearm, left-calf, right-calf\n    A nerve lies just under the skin here: \
             ice for 10 min at most.\n",
            "  left-neck, right-neck\n    No electrodes here: on the neck",
        ] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
        assert_eq!(text.matches("A nerve lies").count(), 1);
    }

    #[test]
    fn exercises_are_listed_and_shown_with_their_caution() {
        let all = ExerciseList::compiled_in().exercises;
        let text = exercises(&all);
        assert!(
            text.contains("neck-tilt         stretch  20 s      3  Side neck stretch\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let shown = exercise(all.iter().find(|it| it.name == "calf-wall").unwrap());
        for part in [
            "calf-wall: Calf stretch at the wall (stretch)\n",
            "hold     30 s, 2 times",
            "caution  A calf that",
        ] {
            assert!(shown.contains(part), "{part} is missing: {shown}");
        }
    }
}
