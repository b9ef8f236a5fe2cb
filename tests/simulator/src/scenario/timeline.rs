//! A life as text: what befell the device, what it told, and now and then how things stood.

use std::fmt::Write as _;

use soothe_therapy::{Event, Freshness, Span};
use soothe_wire::convert;

use super::stage::Seen;
use crate::host::Standstill;
use crate::story::clock;

/// The text so far, and the extremes for its last lines.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    text: String,
    standstill: Option<Standstill>,
    hottest: Option<(Span, f64)>,
    flowed: Option<Span>,
    pulsed: Option<Span>,
}

impl Timeline {
    fn line(&mut self, at: Span, what: &str) {
        writeln!(self.text, "{:>9}  {what}", clock(at)).expect("strings take text");
    }

    /// Something befalls the device, in the script's words.
    pub(super) fn action(&mut self, at: Span, words: &str) {
        self.line(at, &format!("> {words}"));
    }

    /// One cycle: what it told, and how things stand when `row` is due.
    pub(super) fn cycle(&mut self, seen: &Seen<'_>, row: bool) {
        let surface = seen.truth.surface.get();
        if self.hottest.is_none_or(|(_, highest)| surface > highest) {
            self.hottest = Some((seen.at, surface));
        }
        if seen.truth.heating {
            self.flowed = Some(seen.at);
        }
        if seen.truth.tens_ma > 0.0 {
            self.pulsed = Some(seen.at);
        }
        if self.standstill != seen.standstill {
            self.standstill = seen.standstill;
            self.line(seen.at, standstill(seen.standstill));
        }
        for same in seen.events.chunk_by(|a, b| a == b) {
            let times =
                if same.len() > 1 { format!(" ({} times)", same.len()) } else { String::new() };
            self.line(seen.at, &format!("* {}{times}", event(&same[0])));
        }
        if row {
            let words = state(seen);
            self.line(seen.at, &format!("  {words}"));
        }
    }

    /// The whole text.
    pub(super) fn end(mut self, seen: &Seen<'_>) -> String {
        if let Some((at, highest)) = self.hottest {
            let highest = format!("= the surface was at most {highest:.2} °C, at {}", clock(at));
            self.line(seen.at, &highest);
        }
        let flowed = self.flowed.map_or_else(
            || "= no current ever flowed".to_owned(),
            |at| format!("= current last flowed at {}", clock(at)),
        );
        self.line(seen.at, &flowed);
        if let Some(at) = self.pulsed {
            self.line(seen.at, &format!("= pulses last flowed at {}", clock(at)));
        }
        self.text
    }
}

fn standstill(standstill: Option<Standstill>) -> &'static str {
    match standstill {
        None => "! the control cycle comes again",
        Some(Standstill::Hung) => "! the control cycle hangs",
        Some(Standstill::Frozen) => "! the whole process stands still",
        Some(Standstill::Dead) => "! there is no daemon",
    }
}

fn event(event: &Event) -> String {
    let record = convert::event_record(event, 0.0);
    let rule = record.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
    format!("{}: {}{rule}", record.kind, record.message)
}

/// How things stand: the truth, what is believed, and what is energised.
fn state(seen: &Seen<'_>) -> String {
    let mut text = format!("surface {:.2}", seen.truth.surface.get());
    let Some(snapshot) = seen.snapshot else { return text };
    let reads = snapshot.contact.map(|view| match view.reading {
        Some(reading) if view.freshness != Freshness::Lost => format!("{:.2}", reading.get()),
        Some(_) | None => "lost".to_owned(),
    });
    let what = match (snapshot.session, snapshot.fault) {
        (Some(session), _) if session.phase.pause_left.is_some() => "paused",
        (Some(session), _) if session.proving => "proving",
        (Some(session), _) if session.phase.phase.target().is_some() => "heating",
        (Some(session), _) => session.phase.phase.name(),
        (None, Some(_)) => "fault",
        (None, None) => "idle",
    };
    let lines = match (seen.k1, seen.k2) {
        (true, true) => "k1+k2",
        (true, false) => "k1",
        (false, true) => "k2",
        (false, false) => "off",
    };
    write!(text, "  reads {} {}  {what}  {lines}", reads[0], reads[1]).expect("strings take text");
    if let Some(skin) = seen.truth.skin {
        write!(text, "  skin {:.2}", skin.get()).expect("strings take text");
    }
    if let Some(session) = snapshot.session {
        let (duty, dose) = (session.duty.get(), session.dose.get());
        write!(text, "  duty {duty:.2}  dose {dose:.3}").expect("strings take text");
        if let Some(level) = session.phase.level {
            let (level, flows_ma) = (level.current(), seen.truth.tens_ma);
            write!(text, "  level {level}, {flows_ma:.1} mA flow").expect("strings take text");
        }
    }
    text
}
