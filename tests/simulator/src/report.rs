//! What a run came to, in words.

use std::fmt;

use soothe_therapy::Span;

use crate::judge::Failure;
use crate::options::Mode;
use crate::tally::{Tally, Times};

/// Builds with the sense lines of the reference build, and without.
const BUILDS: [(bool, &str); 2] = [(true, "with"), (false, "without")];

/// A life in which something did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Its seed.
    pub seed: u64,
    /// What did not hold.
    pub failure: Failure,
}

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// What kind of lives.
    pub mode: Mode,
    /// How many.
    pub lives: u64,
    /// What was counted in all of them.
    pub tally: Tally,
    /// The lives in which something did not hold, by seed.
    pub failed: Vec<Failed>,
}

impl Failed {
    /// The command that lives this life again and tells its story.
    #[must_use]
    pub fn replay(&self, mode: Mode) -> String {
        replay(mode, self.seed)
    }
}

/// The command that lives a life again and tells its story.
#[must_use]
pub fn replay(mode: Mode, seed: u64) -> String {
    format!("soothe sim --mode {mode} --seed {seed}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, lives, tally, failed } = self;
        writeln!(
            f,
            "{mode}: {lives} lives, {:.0} h cycle by cycle, {:.0} h of rest between sessions, \
            {} restarts",
            tally.hours(),
            tally.rested.as_s() / 3600.0,
            tally.restarts
        )?;
        let ends = tally.ends;
        writeln!(
            f,
            "sessions: {} completed, {} stopped, {} ended by a limit, {} by a fault",
            ends.completed, ends.stopped, ends.limited, ends.faulted
        )?;
        if tally.profiled > 0 {
            writeln!(f, "with a stricter profile: {} sessions", tally.profiled)?;
        }
        if matches!(mode, Mode::Healthy | Mode::Led) {
            let trips: u64 = tally.latched().map(|(_, count)| count).sum();
            writeln!(f, "false trips: {trips} in {} sessions", ends.all())?;
        }
        for (limit, count) in &tally.limits {
            writeln!(f, "  {count:>7}  {}", limit.text())?;
        }
        if tally.latched().next().is_some() {
            writeln!(f, "latched faults:")?;
        }
        for (kind, count) in tally.latched() {
            writeln!(f, "  {count:>7}  {}", kind.name())?;
        }
        self.write_skin(f)?;
        self.write_kinds(f)?;
        if failed.is_empty() {
            writeln!(f, "no invariant was broken")?;
        }
        for it in failed {
            let Failure { name, text, at } = &it.failure;
            writeln!(f, "BROKEN {name} after {:.1} s: {text}", at.as_ms() as f64 / 1000.0)?;
            writeln!(f, "  {}", it.replay(*mode))?;
        }
        Ok(())
    }
}

impl Report {
    fn write_skin(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (sense_lines, build) in BUILDS {
            let skin = self.tally.skin(sense_lines);
            if skin.hottest.0.is_finite() {
                writeln!(
                    f,
                    "true surface {build} sense lines: at most {:.2} °C (seed {}); session dose at most \
                     {:.2} CEM43 (seed {})",
                    skin.hottest.0, skin.hottest.1, skin.dose.0, skin.dose.1
                )?;
            }
        }
        Ok(())
    }

    fn write_kinds(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tally.injected().next().is_none() {
            return Ok(());
        }
        writeln!(
            f,
            "troubles; with and without sense lines, seconds from showing to off (median, p99, most):"
        )?;
        for (kind, count) in self.tally.injected() {
            writeln!(f, "  {count:>7}  {}", kind.name())?;
            for (sense_lines, build) in BUILDS {
                write_times(f, build, self.tally.times(kind, sense_lines))?;
            }
        }
        Ok(())
    }
}

fn write_times(f: &mut fmt::Formatter<'_>, build: &str, times: &Times) -> fmt::Result {
    if times.count() + times.unnoticed() == 0 {
        return Ok(());
    }
    let s = |span: Option<Span>| span.map_or(f64::NAN, |span| span.as_ms() as f64 / 1000.0);
    write!(f, "             {build:<8}")?;
    if times.count() > 0 {
        let [median, p99, most] = [0.5, 0.99, 1.0].map(|share| s(times.quantile(share)));
        write!(f, " {median:>8.1} {p99:>8.1} {most:>8.1}  of {:>5}", times.count())?;
    }
    if times.unnoticed() > 0 {
        let longest = s(times.longest_unnoticed());
        write!(f, "  ({} ended otherwise before, {longest:.1} s at most)", times.unnoticed())?;
    }
    if times.stray() > Span::from_ms(100) {
        write!(f, "  stray current for {:.1} s at most", s(Some(times.stray())))?;
    }
    writeln!(f)
}
