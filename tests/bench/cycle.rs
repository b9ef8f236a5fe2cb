//! How late the control cycle is while every core is busy with other work.
//!
//! Run as root (or with LimitRTPRIO) the control thread has real-time priority; without that right it has
//! not. `tests/bench/run` does both.

use std::fs;
use std::thread;
use std::time::Duration;

use soothe_therapy::limits;

use crate::daemon::Served;
use crate::load::Load;
use crate::report::Report;
use crate::stats::Stats;

const MEASURED: Duration = Duration::from_secs(60);

/// Prints the row.
///
/// # Errors
/// When the daemon cannot be started.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let served = Served::start()?;
    let realtime = control_thread_is_realtime();
    let _load = Load::on_every_core();
    thread::sleep(Duration::from_secs(1));
    served.watched.take_cycles();
    thread::sleep(MEASURED);
    let late = lateness_ms(&served.watched.take_cycles());
    let p99 = late.quantile(0.99);
    let figures = format!("{:.3} ms, p99 {p99:.3}, max {:.2}", late.median(), late.max());
    if realtime {
        let what = "control cycle lateness, every core busy, real-time priority";
        report.row(what, &figures, "p99 at most 0.5 ms", p99 <= 0.5);
    } else {
        let what = "control cycle lateness, every core busy, ordinary priority";
        let met = p99 <= 10.0 && late.max() <= 50.0;
        report.row(what, &figures, "p99 at most 10 ms, max at most 50 ms", met);
    }
    Ok(())
}

/// How much later each cycle was than its deadline. Deadlines are a cycle apart; the earliest cycle
/// against that grid is taken to be on time.
fn lateness_ms(cycles: &[Duration]) -> Stats {
    let period_ms = limits::CYCLE.as_s() * 1000.0;
    let first_ms = cycles[0].as_secs_f64() * 1000.0;
    let off_grid = |at: &Duration| {
        let since_ms = at.as_secs_f64() * 1000.0 - first_ms;
        since_ms - (since_ms / period_ms).round() * period_ms
    };
    let off: Vec<f64> = cycles.iter().map(off_grid).collect();
    let earliest = off.iter().copied().fold(f64::MAX, f64::min);
    Stats::of(off.into_iter().map(|late| late - earliest).collect())
}

/// Whether the thread named `control` runs under a real-time policy (1 is first-in-first-out).
fn control_thread_is_realtime() -> bool {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return false };
    tasks.flatten().any(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        let Some((name, rest)) = stat.rsplit_once(')') else { return false };
        // Field 41 of the whole line is the policy; 39 of what follows the name.
        name.ends_with("(control") && rest.split_whitespace().nth(38) == Some("1")
    })
}
