//! Many lives, shared out to threads. The result is the same however many there are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use soothe_therapy::Moment;

use crate::judge::Failure;
use crate::life::{Life, live};
use crate::options::{Amount, Mode, Options};
use crate::report::{Failed, Report};
use crate::tally::Tally;

/// Lives that are shared out at a time; hours are counted after each such batch.
const BATCH: u64 = 64;

/// Seeds that once broke something: lines of a mode and a seed, `#` begins a remark.
pub const REGRESSIONS: &str = include_str!("../regressions.txt");

/// Lives through as many lives as are asked for.
///
/// # Panics
/// When a thread cannot be started.
#[must_use]
pub fn run(options: &Options) -> Report {
    let Options { mode, first_seed, amount, threads } = *options;
    let mut report = Report { mode, lives: 0, tally: Tally::default(), failed: Vec::new() };
    loop {
        let left = match amount {
            Amount::Seeds(seeds) => seeds.saturating_sub(report.lives),
            Amount::Hours(hours) if report.tally.hours() >= hours => 0,
            Amount::Hours(_) => BATCH,
        };
        let count = left.min(BATCH);
        if count == 0 {
            return report;
        }
        let first = first_seed.wrapping_add(report.lives);
        for (seed, life) in batch(mode, first, count, threads.get() as u64) {
            report.add(seed, life);
        }
    }
}

/// The lives of `count` seeds from `first` on, in the order of their seeds.
fn batch(mode: Mode, first: u64, count: u64, threads: u64) -> Vec<(u64, Life)> {
    let of_thread = |thread: u64| {
        let seeds = (thread..count).step_by(threads as usize).map(|nth| first.wrapping_add(nth));
        seeds.map(|seed| (seed, live_or_die(mode, seed))).collect::<Vec<_>>()
    };
    let mut lives: Vec<(u64, Life)> = thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || of_thread(thread))).collect();
        running.into_iter().flat_map(|it| it.join().expect("a life catches its panics")).collect()
    });
    lives.sort_by_key(|(seed, _)| seed.wrapping_sub(first));
    lives
}

/// A panic of the engine ends the life and is a failure.
fn live_or_die(mode: Mode, seed: u64) -> Life {
    catch_unwind(AssertUnwindSafe(|| live(mode, seed, false))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text =
            text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
        let failure = Failure { name: "panic", text: text.to_owned(), at: Moment::START };
        Life { tally: Tally::default(), failure: Some(failure), story: None }
    })
}

impl Report {
    fn add(&mut self, seed: u64, life: Life) {
        self.lives += 1;
        self.tally.merge(&life.tally);
        self.failed.extend(life.failure.map(|failure| Failed { seed, failure }));
    }
}
