//! From the text of a script to a [`Scenario`].

use soothe_plant::PadSpec;
use soothe_therapy::ledger::{ENTRIES_MAX, SiteUse};
use soothe_therapy::{Cem43, Fault, SessionId, Span, limits};

use super::action::{Action, answers, kind, site};
use super::expect::Expectation;
use super::stage::{Setting, wall_before};
use super::words::{Read, ScriptError, Words};
use super::{Happening, Scenario};
use crate::clock::WallMs;
use crate::host::Wired;
use crate::store::Disk;

/// How often the timeline shows how things stand, unless the script says.
const ROWS_EVERY: Span = Span::from_min(1);

/// A script that has been read so far.
pub(super) struct Draft {
    pad: PadFile,
    seed: u32,
    wired: Wired,
    disk: Disk,
    signs_after: Option<Span>,
    rows_every: Option<Span>,
    actions: Vec<Happening>,
    /// When the last of them happens, and what is said where that is after the end.
    last_at: Option<(Span, ScriptError)>,
    expectations: Vec<Expectation>,
    until: Option<Span>,
}

/// Reads one statement.
pub(super) type Statement = fn(&mut Draft, &mut Words<'_>) -> Read<()>;

/// The first word of each statement.
pub(super) const STATEMENTS: &[(&str, Statement)] = &[
    ("pad", Draft::pad),
    ("seed", |it, words| words.count("a seed", 0, u32::MAX).map(|seed| it.seed = seed)),
    ("lines", Draft::lines),
    ("checklist", Draft::checklist),
    ("history", Draft::history),
    ("record", Draft::record),
    ("operations", Draft::operations),
    ("interrupted", Draft::interrupted),
    ("latched", Draft::latched),
    ("signs", Draft::signs),
    ("rows", Draft::rows),
    ("at", Draft::at),
    ("expect", Draft::expect),
    ("until", Draft::until),
];

/// Which of the optional lines are wired.
pub(super) const LINES: &[(&str, Wired)] = &[
    ("all", Wired::ALL),
    ("current", Wired { current: true, cutout: false }),
    ("cut-out", Wired { current: false, cutout: true }),
    ("none", Wired { current: false, cutout: false }),
];

/// Reads a script.
pub(super) fn read(text: &str) -> Read<Scenario> {
    let mut draft = Draft::new();
    let mut last = Words::new(1, "");
    for (index, line) in text.lines().enumerate() {
        let mut words = Words::new(index + 1, line);
        if !words.rest().is_empty() {
            words.choose("a statement", STATEMENTS)?(&mut draft, &mut words)?;
            words.end()?;
        }
        last = words;
    }
    draft.finish(&last)
}

impl Draft {
    fn new() -> Self {
        Self {
            pad: PadFile::default(),
            seed: 1,
            wired: Wired::ALL,
            // Someone has made the device ready, unless the script says otherwise.
            disk: Disk::answered(wall_before(Span::ZERO)),
            signs_after: None,
            rows_every: Some(ROWS_EVERY),
            actions: Vec::new(),
            last_at: None,
            expectations: Vec::new(),
            until: None,
        }
    }

    fn finish(self, end: &Words<'_>) -> Read<Scenario> {
        let Some(until) = self.until else {
            return Err(end.error("the script needs `until TIME`"));
        };
        if let Some((_, late)) = self.last_at.filter(|(at, _)| *at > until) {
            return Err(late);
        }
        if let Some(late) = self.expectations.iter().find(|it| it.ends() > until) {
            let problem = "the window ends after the script";
            return Err(ScriptError { line: late.line, column: 1, problem: problem.to_owned() });
        }
        let setting = Setting {
            pad: self.pad.spec,
            seed: u64::from(self.seed),
            wired: self.wired,
            disk: self.disk,
            signs_after: self.signs_after,
        };
        let Self { rows_every, actions, expectations, .. } = self;
        Ok(Scenario { setting, rows_every, actions, expectations, until })
    }

    fn pad(&mut self, words: &mut Words<'_>) -> Read<()> {
        self.pad.add(words)
    }

    fn lines(&mut self, words: &mut Words<'_>) -> Read<()> {
        self.wired = words.choose("which lines are wired", LINES)?;
        Ok(())
    }

    /// `checklist unanswered`, `checklist no 31d ago`, `checklist yes numbness 1d ago`
    fn checklist(&mut self, words: &mut Words<'_>) -> Read<()> {
        if words.next_is("unanswered") {
            self.disk.answers = None;
            return Ok(());
        }
        let given = answers(words)?;
        self.disk.answers = Some((ago(words)?, given));
        Ok(())
    }

    /// `history left-shoulder heated 15m dose 2.5 ended 3h ago`
    fn history(&mut self, words: &mut Words<'_>) -> Read<()> {
        let site = site(words)?;
        words.want("heated")?;
        let heated = words.time()?;
        words.want("dose")?;
        let dose = words.number("a dose in CEM43", 0.0, 1000.0)?;
        let dose = Cem43::new(dose).map_err(|error| words.error(error.to_string()))?;
        words.want("ended")?;
        let ended = ago(words)?;
        if self.disk.uses.last().is_some_and(|(before, _)| ended < *before) {
            return Err(words.error("sessions are told in their order, the oldest first"));
        }
        if self.disk.uses.len() == ENTRIES_MAX {
            return Err(words.error(format!("a ledger holds {ENTRIES_MAX} sessions")));
        }
        let (cold, tens) = (Span::ZERO, Span::ZERO);
        self.disk.uses.push((ended, SiteUse { site, heated, dose, cold, tens }));
        Ok(())
    }

    /// `record lost 1h ago`
    fn record(&mut self, words: &mut Words<'_>) -> Read<()> {
        words.want("lost")?;
        self.disk.lost = Some(ago(words)?);
        Ok(())
    }

    fn operations(&mut self, words: &mut Words<'_>) -> Read<()> {
        self.disk.operations = words.count("a number of closings", 0, 10_000_000)?;
        Ok(())
    }

    fn interrupted(&mut self, words: &mut Words<'_>) -> Read<()> {
        let id = words.count("a session's number", 1, 1_000_000)?;
        self.disk.interrupted = Some(SessionId(i64::from(id)));
        Ok(())
    }

    fn latched(&mut self, words: &mut Words<'_>) -> Read<()> {
        self.disk.latched = Some(Fault { kind: kind(words)?, reading: None });
        Ok(())
    }

    /// `signs after 10s`
    fn signs(&mut self, words: &mut Words<'_>) -> Read<()> {
        words.want("after")?;
        self.signs_after = Some(words.time()?);
        Ok(())
    }

    /// `rows every 30s`, `rows none`
    fn rows(&mut self, words: &mut Words<'_>) -> Read<()> {
        if words.next_is("none") {
            self.rows_every = None;
            return Ok(());
        }
        words.want("every")?;
        let every = words.moment()?;
        if every < limits::CYCLE {
            return Err(words.error("there is a row each 100ms at most"));
        }
        self.rows_every = Some(every);
        Ok(())
    }

    fn at(&mut self, words: &mut Words<'_>) -> Read<()> {
        let at = words.moment()?;
        if self.actions.last().is_some_and(|last| at < last.at) {
            return Err(words.error("times must not go back"));
        }
        self.last_at = Some((at, words.error("this is after the script's end")));
        let text = words.rest().to_owned();
        self.actions.push(Happening { at, action: Action::read(words)?, words: text });
        Ok(())
    }

    fn expect(&mut self, words: &mut Words<'_>) -> Read<()> {
        self.expectations.push(Expectation::read(words)?);
        Ok(())
    }

    fn until(&mut self, words: &mut Words<'_>) -> Read<()> {
        if self.until.is_some() {
            return Err(words.error("a script has one end"));
        }
        let until = words.moment()?;
        if until > UNTIL_MAX {
            return Err(words.error("a script lasts for two days at most"));
        }
        self.until = Some(until);
        Ok(())
    }
}

/// The longest script: what is lived through stays a matter of seconds.
const UNTIL_MAX: Span = Span::from_min(2 * 24 * 60);

/// `3h ago`, before the script's start.
fn ago(words: &mut Words<'_>) -> Read<WallMs> {
    let age = words.time()?;
    words.want("ago")?;
    Ok(wall_before(age))
}

/// The lines of a pad file that are scattered over the script.
#[derive(Default)]
struct PadFile {
    text: String,
    spec: PadSpec,
    /// Of each line its place in the script: line, and column of its first character.
    places: Vec<(usize, usize)>,
}

impl PadFile {
    fn add(&mut self, words: &mut Words<'_>) -> Read<()> {
        let (toml, column) = words.take_rest();
        let here = (words.line(), column);
        self.places.push(here);
        self.text += toml;
        self.text += "\n";
        self.spec = PadSpec::from_toml(&self.text).map_err(|error| {
            let (line, column) = *self.places.get(error.line - 1).unwrap_or(&here);
            ScriptError { line, column: column + error.column - 1, problem: error.problem }
        })?;
        Ok(())
    }
}
