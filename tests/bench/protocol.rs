//! How long a protocol file takes to be read, and the longest that is refused.

use std::fmt::Write as _;

use anyhow::ensure;
use soothe_tests::report::Report;
use soothe_therapy::protocol::PHASES_MAX;
use soothe_wire::ProtocolFile;
use soothed::Clock;

use crate::stats::Stats;

const RUNS: usize = 200;
const HEAD: &str = "format = 1\nname = \"long\"\ntitle = \"t\"\nabout = \"a\"\nevidence = \"e\"\nweakness = \"w\"\n";

/// A protocol of so many phases, no two alike: rests of different lengths, each with something to say.
fn of_phases(count: usize) -> String {
    let mut text = HEAD.to_owned();
    for phase in 0..count {
        let s = 10 + phase % 50;
        write!(text, "[[phase]]\nkind = \"rest\"\nfor = \"{s}s\"\nsay = \"Rest {phase}.\"\n")
            .expect("a string takes all");
    }
    text
}

/// Prints the rows.
///
/// # Errors
/// When what is to be accepted is refused, or the other way round.
pub(crate) fn measure(report: &mut Report, clock: &Clock) -> anyhow::Result<()> {
    let longest = of_phases(PHASES_MAX);
    ensure!(ProtocolFile::parse(&longest).is_ok(), "{:?}", ProtocolFile::parse(&longest));
    let took = time(clock, || ProtocolFile::parse(&longest).is_ok());
    let what = format!("a protocol of {PHASES_MAX} phases is parsed ({RUNS} runs)");
    report.row(&what, &format!("{took:.3} ms"), "at most 1 ms", took.median() <= 1.0);
    for (what, bytes) in [
        ("one of 10,000 phases is refused", of_phases(10_000).into_bytes()),
        ("one of 10 MB is refused", vec![b' '; 10 << 20]),
    ] {
        ensure!(ProtocolFile::own(&bytes, "long").is_err(), "{what}: it was accepted");
        let took = time(clock, || ProtocolFile::own(&bytes, "long").is_err());
        report.row(what, &format!("{took:.3} ms"), "at most 1 ms", took.median() <= 1.0);
    }
    Ok(())
}

fn time(clock: &Clock, parse: impl Fn() -> bool) -> Stats {
    let one = |_| {
        let before = clock.elapsed();
        std::hint::black_box(parse());
        (clock.elapsed() - before).as_secs_f64() * 1000.0
    };
    Stats::of((0..RUNS).map(one).collect())
}
