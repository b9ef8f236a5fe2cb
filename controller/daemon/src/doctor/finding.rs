//! What was found, and how it is told.

use serde::Serialize;
use soothe_wire::text::plain;
use soothe_wire::wrap::wrap;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// As it must be.
    Ok,
    /// It works so; what is said is worth a look.
    Look,
    /// soothe cannot work so, or not safely.
    Wrong,
    /// It could not be looked at.
    Unseen,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Wrong => "WRONG",
            Self::Unseen => "unseen",
        }
    }

    /// The colour of its word, as a terminal is told it.
    const fn colour(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Look => "33",
            Self::Wrong => "1;31",
            Self::Unseen => "2",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Which, in a word that stays the same.
    pub(super) check: &'static str,
    /// How it stands.
    pub(super) verdict: Verdict,
    /// What was found, in a sentence.
    pub(super) says: String,
    /// What to type, or to write into which file, to mend it: a line each.
    pub(super) mend: Vec<String>,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, says: impl Into<String>) -> Self {
        // Files and programs tell what they like.
        Self { check, verdict, says: plain(&says.into()), mend: Vec::new() }
    }

    pub(super) fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, says)
    }

    pub(super) fn look(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, Verdict::Look, says)
    }

    pub(super) fn wrong(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, Verdict::Wrong, says)
    }

    pub(super) fn unseen(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, Verdict::Unseen, says)
    }

    /// With one line more of what mends it.
    pub(super) fn mend(mut self, line: impl Into<String>) -> Self {
        self.mend.push(plain(&line.into()));
        self
    }

    /// With these lines more of what mends it.
    pub(super) fn mends<L: Into<String>>(mut self, lines: impl IntoIterator<Item = L>) -> Self {
        self.mend.extend(lines.into_iter().map(|line| plain(&line.into())));
        self
    }

    /// For people, `width` columns wide; lines that are to be typed stay whole.
    pub(super) fn text(&self, width: usize, coloured: bool) -> String {
        /// Where the sentence begins.
        const INDENT: usize = 24;
        let word = format!("{:<7}", self.verdict.word());
        let word =
            if coloured { format!("\x1b[{}m{word}\x1b[0m", self.verdict.colour()) } else { word };
        // What a line that was broken goes on with stands under its beginning; where a line begins is its own.
        let broken = |line: &str| {
            let wrapped = wrap(line, width.saturating_sub(INDENT));
            let lines = wrapped.lines().enumerate();
            lines
                .map(|(at, it)| if at == 0 { it } else { it.trim_start() }.to_owned())
                .collect::<Vec<_>>()
        };
        let said: Vec<String> = self.says.lines().flat_map(broken).collect();
        let said = said.join(&format!("\n{:INDENT$}", ""));
        let mend = self.mend.iter().map(|line| format!("{:11}{line}\n", ""));
        format!("  {word}{:<15}{said}\n{}", self.check, mend.collect::<String>())
    }
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Report {
    /// In the order in which it was looked at.
    pub(super) findings: Vec<Finding>,
}

impl Report {
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|it| it.verdict == verdict).count()
    }

    /// Whether nothing is wrong.
    pub(super) fn is_well(&self) -> bool {
        self.count(Verdict::Wrong) == 0
    }

    /// The last line: how many of what.
    pub(super) fn summary(&self) -> String {
        let of = |verdict, what| match self.count(verdict) {
            0 => None,
            n => Some(format!("{n} {what}")),
        };
        let counts = [
            of(Verdict::Wrong, "wrong"),
            of(Verdict::Look, "to look at"),
            of(Verdict::Unseen, "unseen"),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        if counts.is_empty() {
            "All is well.".to_owned()
        } else {
            format!("{}.", counts.join(", "))
        }
    }
}
