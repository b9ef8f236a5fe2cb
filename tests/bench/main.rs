//! The benchmarks: one command prints the table.
//!
//! ```text
//! cargo run --release -p soothe-tests --bin soothe-bench
//! ```

mod regulation;
mod report;
mod speed;
mod stats;

use report::Report;
use soothed::clock::Clock;

fn main() {
    let clock = Clock::start();
    let mut report = Report::begin();
    speed::measure(&mut report, &clock);
    regulation::measure(&mut report);
    for missed in report.missed() {
        eprintln!("missed: {missed}");
    }
}
