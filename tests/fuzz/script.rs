//! Scenario scripts: whatever somebody writes down, no invariant may break.

use soothe_simulator::scenario::Scenario;
use soothe_tests::repo;
use soothe_therapy::Span;

use crate::drive::Target;

/// A longer script is read, but not played: a million cases shall not take days.
const PLAYED_MAX: Span = Span::from_min(3);

/// Reads each input as a script and plays it when it is short.
pub(crate) struct Script;

impl Target for Script {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let scripts = repo::files("tests/scenarios", ".txt");
        let scripts: Vec<String> = scripts.iter().map(repo::text).collect();
        let short = scripts.iter().map(|script| shortened(script));
        // Whole ones for the reader, short ones, which are played, three times as often.
        let short: Vec<String> = short.collect();
        scripts
            .iter()
            .chain(&short)
            .chain(&short)
            .chain(&short)
            .map(|it| it.clone().into())
            .collect()
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
        let scenario = match Scenario::parse(text) {
            Ok(scenario) => scenario,
            Err(error) => {
                let lines = text.lines().count().max(1);
                let at_a_place = (1..=lines).contains(&error.line) && error.column > 0;
                return if at_a_place { Ok(false) } else { Err(format!("nowhere: {error:?}")) };
            }
        };
        if scenario.lasts() <= PLAYED_MAX
            && let Some(broken) = scenario.play().broken
        {
            return Err(format!("BROKEN  {broken}"));
        }
        Ok(true)
    }
}

/// The same script with ten seconds for each minute, so that much of it happens in a short time, and without
/// what was expected of the long one.
fn shortened(script: &str) -> String {
    const ENDS_MS: u64 = 150_000;
    let mut short = String::new();
    for line in script.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        short += &match first {
            "" | "expect" => continue,
            "until" => format!("until {ENDS_MS}ms\n"),
            "at" => {
                let (at, what) = rest.split_once(' ').unwrap_or((rest, ""));
                let Some(ms) = milliseconds(at).filter(|ms| ms / 6 < ENDS_MS) else { continue };
                // To the cycle.
                format!("at {}ms {what}\n", ms / 600 * 100)
            }
            _ => format!("{line}\n"),
        };
    }
    short
}

/// A time of minutes and seconds; none where it is another.
fn milliseconds(time: &str) -> Option<u64> {
    let (minutes, seconds) = time.split_once('m').unwrap_or(("0", time));
    let seconds = if seconds.is_empty() { "0" } else { seconds.strip_suffix('s')? };
    Some((minutes.parse::<u64>().ok()? * 60 + seconds.parse::<u64>().ok()?) * 1000)
}
