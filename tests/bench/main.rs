//! The benchmarks. `tests/bench/run` builds what they need and prints the whole table.
//!
//! ```text
//! soothe-bench            everything
//! soothe-bench NAME...    some of: speed preview protocol regulation update stop electrode cycle footprint requests
//! ```

mod cycle;
mod daemon;
mod electrode;
mod footprint;
mod http;
mod load;
mod preview;
mod protocol;
mod regulation;
mod requests;
mod speed;
mod stats;
mod stop;
mod update;

use std::process::ExitCode;

use anyhow::bail;
use soothe_tests::report::Report;
use soothed::Clock;

const ALL: [&str; 10] = [
    "speed",
    "preview",
    "protocol",
    "regulation",
    "update",
    "stop",
    "electrode",
    "cycle",
    "footprint",
    "requests",
];

fn main() -> anyhow::Result<ExitCode> {
    let clock = Clock::start();
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let mut report = Report::begin();
    for name in ALL.iter().filter(|name| asked.is_empty() || asked.iter().any(|a| a == *name)) {
        match *name {
            "speed" => speed::measure(&mut report, &clock),
            "preview" => preview::measure(&mut report, &clock)?,
            "protocol" => protocol::measure(&mut report, &clock)?,
            "regulation" => regulation::measure(&mut report),
            "update" => update::measure(&mut report, &clock),
            "stop" => stop::measure(&mut report)?,
            "electrode" => electrode::measure(&mut report)?,
            "cycle" => cycle::measure(&mut report)?,
            "footprint" => footprint::measure(&mut report, &clock)?,
            "requests" => requests::measure(&mut report, &clock)?,
            other => bail!("no benchmark is called {other}"),
        }
    }
    if let Some(unknown) = asked.iter().find(|name| !ALL.contains(&name.as_str())) {
        bail!("no benchmark is called {unknown}; there are {ALL:?}");
    }
    Ok(if report.missed().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
