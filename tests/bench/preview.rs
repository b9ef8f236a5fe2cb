//! How long a person waits for `soothe preview`: the real binary, from its start to its end.

use std::process::Command;

use anyhow::{Context, ensure};
use soothed::Clock;

use crate::stats::Stats;
use soothe_tests::report::Report;

const RUNS: usize = 20;

/// Prints the row.
///
/// # Errors
/// When the CLI's binary is not there or fails.
pub(crate) fn measure(report: &mut Report, clock: &Clock) -> anyhow::Result<()> {
    let binary = std::env::current_exe()?.with_file_name("soothe");
    let mut took_ms = Vec::new();
    for _ in 0..RUNS {
        let mut preview = Command::new(&binary);
        preview.args(["preview", "--target", "42", "--for", "20m"]);
        let before = clock.elapsed();
        let output = preview.output().with_context(|| format!("{}", binary.display()))?;
        took_ms.push((clock.elapsed() - before).as_secs_f64() * 1000.0);
        ensure!(output.status.success() && !output.stdout.is_empty(), "preview failed: {output:?}");
    }
    let took = Stats::of(took_ms);
    let what = format!("soothe preview --target 42 --for 20m ({RUNS} runs)");
    report.row(&what, &format!("{took:.1} ms"), "at most 100 ms", took.median() <= 100.0);
    Ok(())
}
