//! Status requests per second, with the daemon on one core and `wrk` on another.
//!
//! Peers, with the same client: kiln-controller 89, OctoPrint 383, Moonraker 16 requests a second.

use std::process::Command;

use anyhow::{Context, ensure};
use soothed::Clock;

use crate::footprint::Running;
use crate::stats::Stats;
use soothe_tests::report::Report;

const RUNS: usize = 5;

/// Prints the row.
///
/// # Errors
/// When `wrk` or `taskset` are missing, or the daemon does not answer.
pub(crate) fn measure(report: &mut Report, clock: &Clock) -> anyhow::Result<()> {
    let running = Running::start(clock)?;
    running.pin_to_core(0)?;
    let url = format!("http://{}/api/v1/status", running.address);
    let mut per_s = Vec::new();
    for _ in 0..RUNS {
        let wrk = ["-c", "1", "wrk", "-t1", "-c4", "-d4s", &url];
        let output =
            Command::new("taskset").args(wrk).output().context("taskset or wrk missing")?;
        let text = String::from_utf8(output.stdout)?;
        ensure!(!text.contains("Non-2xx"), "wrk saw errors:\n{text}");
        let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
        per_s.push(line.with_context(|| format!("wrk printed\n{text}"))?.trim().parse()?);
    }
    let per_s = Stats::of(per_s);
    let met = per_s.median() >= 20_000.0;
    let what = format!("status GET, keep-alive, daemon on one core ({RUNS} runs)");
    report.row(&what, &format!("{per_s:.0} requests/s"), "at least 20,000 requests/s", met);
    Ok(())
}
