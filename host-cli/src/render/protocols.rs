//! Protocols as a person reads them, and as a program does.

use std::path::Path;

use serde_json::{Value, json};
use soothe_therapy::session::Prompt;
use soothe_therapy::{Phase, Protocol, Span, limits, tens};
use soothe_wire::convert::phase_text;
use soothe_wire::protocol::asks;
use soothe_wire::{ProtocolFile, ProtocolInfo};

use crate::render::table::{Column, table};
use crate::render::words::{clock, dose};

const fn left(heading: &'static str) -> Column {
    Column { heading, right: false }
}

const fn right(heading: &'static str) -> Column {
    Column { heading, right: true }
}

/// All of them, one line each; `true` for a person's own.
pub(crate) fn list<'a>(all: impl Iterator<Item = (&'a ProtocolFile, bool)>) -> String {
    let columns = [left("NAME"), right("TIME"), right("CEM43"), left("FROM"), left("TITLE")];
    let row = |(file, own): (&ProtocolFile, bool)| {
        let protocol = &file.protocol;
        vec![
            protocol.name().as_str().to_owned(),
            clock(protocol.duration().as_s()),
            format!("{:.2}", protocol.dose().get()),
            if own { "you" } else { "built in" }.to_owned(),
            file.title.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = all.map(row).collect();
    lines(&table(&columns, &rows))
}

/// One of them with everything that is known about it.
pub(crate) fn show(file: &ProtocolFile, from: &str) -> String {
    let protocol = &file.protocol;
    let mut text = format!("{}: {} ({from})\n{}\n\n", protocol.name(), file.title, file.about);
    text += &lines(&phases(file));
    let asked: Vec<Prompt> = ALL_PROMPTS.into_iter().filter(|it| asked(file, *it)).collect();
    if !asked.is_empty() {
        text += "\nWhat you confirm:\n";
    }
    for prompt in asked {
        text += &format!("  {:<10}  {}\n", prompt.name(), prompt.text());
    }
    let time = clock(protocol.duration().as_s());
    let most = limits::SESSION_DOSE_MAX.get();
    let dose = dose(protocol.dose().get());
    text += &format!("\n  time      {time}, your answers aside\n");
    text += &format!("  dose      {dose} of the {most} that a session may come to\n");
    text += &currents(protocol);
    text += &format!("  evidence  {}\n  weakness  {}\n", file.evidence, file.weakness);
    text
}

const ALL_PROMPTS: [Prompt; 6] = [
    Prompt::PackOn,
    Prompt::PackOff,
    Prompt::Swapped,
    Prompt::Normal,
    Prompt::Electrodes,
    Prompt::Exercise,
];

/// What each TENS phase comes to at its cap, into 500 Ω, and at the worst (HL-T4, HL-T5).
pub(crate) fn currents(protocol: &Protocol) -> String {
    let of = |phase: &Phase| {
        let (programme, Phase::Tens { mode, cap, area, .. }) = (phase.programme()?, *phase) else {
            return None;
        };
        let told = programme.reported(cap.current());
        let worst = programme.worst(cap.current());
        Some(format!(
            "  current   {mode} at {} mA: {:.2} mA rms, {:.1} µC a phase, {:.2} mJ a pulse; on half of {} cm² \
             at most {:.2} of {:.0} mA/cm²\n",
            cap.ma(),
            told.rms_ma,
            told.charge_uc,
            told.energy_mj,
            area.get(),
            worst.current_density_ma_per_cm2,
            tens::limits::DENSITY_MAX_MA_PER_CM2,
        ))
    };
    let mut lines: Vec<String> = protocol.phases().iter().filter_map(of).collect();
    lines.dedup();
    lines.concat()
}

fn asked(file: &ProtocolFile, prompt: Prompt) -> bool {
    file.phases().any(|(phase, _)| asks(phase).contains(&prompt))
}

/// The phases as a table; under each the file's own words for it.
fn phases(file: &ProtocolFile) -> Vec<String> {
    let columns = [right("#"), right("FROM"), left("PHASE"), left("YOU CONFIRM")];
    let mut from = Span::ZERO;
    let mut row = |(nth, (phase, _)): (usize, (&Phase, Option<&str>))| {
        let begins = clock(from.as_s());
        from = from + phase.duration();
        vec![(nth + 1).to_string(), begins, phase_text(phase), names(phase).join(", ")]
    };
    let rows: Vec<Vec<String>> = file.phases().enumerate().map(&mut row).collect();
    let says = std::iter::once(None).chain(file.phases().map(|(_, say)| say));
    let with_words = |(line, say): (String, Option<&str>)| {
        std::iter::once(line).chain(say.map(|it| format!("      \"{it}\"")))
    };
    table(&columns, &rows).into_iter().zip(says).flat_map(with_words).collect()
}

fn names(phase: &Phase) -> Vec<&'static str> {
    asks(phase).iter().map(|it| it.name()).collect()
}

fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// One in a line.
pub(crate) fn in_a_line(file: &ProtocolFile) -> String {
    let protocol = &file.protocol;
    let (count, time) = (protocol.phases().len(), protocol.duration());
    let plural = if count == 1 { "" } else { "s" };
    format!("accepted: {count} phase{plural}, {time}, {}", dose(protocol.dose().get()))
}

/// All of it, for programs, as the API gives it; `file` is null when it is built in.
pub(crate) fn for_programs(file: &ProtocolFile, path: Option<&Path>) -> Value {
    let mut all = json!(ProtocolInfo::from(file));
    all["file"] = json!(path.map(Path::to_string_lossy));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_wire::protocol::{builtin, find};

    #[test]
    fn all_that_is_built_in_is_listed_with_time_and_dose() {
        let text = list(builtin().map(|it| (it, false)));
        assert_eq!(text.lines().count(), 1 + builtin().count());
        let first = "heat-gentle        15:00   0.47  built in  Gentle heat\n";
        assert!(text.contains(first), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn one_is_shown_with_its_phases_what_is_confirmed_and_what_is_known() {
        let text = show(find("alternate-knot").unwrap(), "built in");
        for part in [
            "alternate-knot: Heat, ice and warmth for a knot (built in)\n",
            "#   FROM  PHASE                                            YOU CONFIRM\n",
            "1   0:00  heat at 40.0 °C for 15 min\n",
            "3  16:30  ice for 10 min                                   pack-on, pack-off\n\
             \x20     \"A damp cloth lies between pack and skin.\"\n",
            "4  26:30  rest for 5 min, and until the skin feels normal  normal\n",
            "\nWhat you confirm:\n  pack-on     put the cold pack on, over a damp cloth\n",
            "\n  time      41:30, your answers aside\n  dose      0.55 CEM43 of the 10 that a session",
            "\n  evidence  Advice for consumers: ",
            "\n  weakness  Low: no trial",
        ] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
    }

    #[test]
    fn what_only_heats_asks_nothing() {
        let text = show(find("heat-firm").unwrap(), "built in");
        assert!(!text.contains("What you confirm"), "{text}");
        assert_eq!(in_a_line(find("heat-firm").unwrap()), "accepted: 1 phase, 12 min, 6.00 CEM43");
    }

    #[test]
    fn programs_get_the_same() {
        let shown = for_programs(find("ice-10").unwrap(), None);
        assert_eq!((&shown["name"], &shown["file"]), (&json!("ice-10"), &Value::Null));
        assert_eq!((&shown["duration_s"], &shown["dose_cem43"]), (&json!(600.0), &json!(0.0)));
        assert_eq!(shown["phases"][0]["kind"], "ice");
        assert_eq!(shown["phases"][0]["say"], "A damp cloth lies between pack and skin.");
        let path = Path::new("/x/mine.toml");
        assert_eq!(for_programs(find("ice-10").unwrap(), Some(path))["file"], "/x/mine.toml");
    }
}
