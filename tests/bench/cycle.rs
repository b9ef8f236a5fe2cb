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
use crate::stats::Stats;
use soothe_tests::report::Report;

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

/// How much later each cycle was than its deadline. Deadlines are a cycle apart, and a cycle that was
/// late by a whole one or more sets them anew, as the control thread does; the earliest cycle against
/// its deadline is taken to be on time.
fn lateness_ms(cycles: &[Duration]) -> Stats {
    let period_ms = limits::CYCLE.as_s() * 1000.0;
    let mut due_ms = cycles[0].as_secs_f64() * 1000.0;
    let late_by = |at: &Duration| {
        let at_ms = at.as_secs_f64() * 1000.0;
        let late_ms = at_ms - due_ms;
        due_ms = if late_ms < period_ms { due_ms + period_ms } else { at_ms + period_ms };
        late_ms
    };
    let late: Vec<f64> = cycles.iter().map(late_by).collect();
    let earliest = late.iter().copied().fold(f64::MAX, f64::min);
    Stats::of(late.into_iter().map(|late| late - earliest).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn late(cycles_ms: &[u64]) -> (f64, f64) {
        let cycles: Vec<_> = cycles_ms.iter().copied().map(Duration::from_millis).collect();
        let late = lateness_ms(&cycles);
        (late.median().round(), late.max().round())
    }

    #[test]
    fn lateness_is_counted_from_deadlines_a_cycle_apart() {
        assert_eq!(late(&[1000, 1107, 1200, 1305, 1400]), (0.0, 7.0));
        assert_eq!(late(&[1010, 1105, 1200, 1300, 1400]), (0.0, 10.0));
    }

    #[test]
    fn lateness_of_more_than_a_cycle_is_seen_and_counted_once() {
        assert_eq!(late(&[1000, 1100, 1500, 1600, 1700]), (0.0, 300.0));
        assert_eq!(late(&[1000, 1100, 1450, 1550, 1650]), (0.0, 250.0));
    }
}
