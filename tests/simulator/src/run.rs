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
const REGRESSIONS: &str = include_str!("../regressions.txt");

/// The seeds that once broke something.
///
/// # Panics
/// When a line of `regressions.txt` is not a mode and a seed.
pub fn regressions() -> impl Iterator<Item = (Mode, u64)> {
    let lines = REGRESSIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let parsed = line
            .split_once(' ')
            .and_then(|(mode, seed)| Some((mode.parse().ok()?, seed.trim().parse().ok()?)));
        parsed.unwrap_or_else(|| panic!("regressions.txt: not a mode and a seed: {line}"))
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trouble::Kind;
    use std::num::NonZeroUsize;

    fn options(mode: Mode, seeds: u64, threads: usize) -> Options {
        let threads = NonZeroUsize::new(threads).unwrap();
        Options { mode, first_seed: 0, amount: Amount::Seeds(seeds), threads }
    }

    fn hold(report: &Report) {
        assert!(report.failed.is_empty(), "\n{report}");
    }

    #[test]
    fn what_once_broke_holds() {
        for (mode, seed) in regressions() {
            let life = live(mode, seed, false);
            assert_eq!(life.failure, None, "soothe sim --mode {mode} --seed {seed}");
        }
    }

    #[test]
    fn nothing_trips_where_nothing_is_wrong() {
        hold(&run(&options(Mode::Healthy, 30, 2)));
    }

    #[test]
    fn one_trouble_in_each_session_breaks_nothing_and_leaves_the_skin_cool() {
        hold(&run(&options(Mode::Single, 60, 2)));
    }

    #[test]
    fn people_who_answer_late_twice_or_never_break_nothing() {
        let report = run(&options(Mode::Led, 60, 2));
        assert!(report.tally.profiled > 10, "hardly anybody chose a profile");
        hold(&report);
    }

    #[test]
    fn many_troubles_break_nothing() {
        hold(&run(&options(Mode::Swarm, 60, 2)));
    }

    #[test]
    fn the_result_does_not_depend_on_the_number_of_threads() {
        let one = run(&options(Mode::Swarm, 8, 1));
        let three = run(&options(Mode::Swarm, 8, 3));
        assert_eq!(
            (one.lives, &one.tally, &one.failed),
            (three.lives, &three.tally, &three.failed)
        );
        assert!(one.tally.hours() > 1.0 && one.tally.injected().count() > 5);
    }

    #[test]
    fn a_life_told_is_the_same_life() {
        for mode in Mode::MIXED.into_iter().chain([Mode::Only(Kind::PadBroken)]) {
            let (told, silent) = (live(mode, 3, true), live(mode, 3, false));
            assert_eq!((told.tally, told.failure), (silent.tally, silent.failure));
            let story = told.story.unwrap();
            assert!(story.contains(" starts: heat at ") && story.lines().count() > 15, "{story}");
            assert_eq!(story, live(mode, 3, true).story.unwrap());
        }
    }

    #[test]
    fn hours_are_lived_in_whole_batches() {
        let amount = Amount::Hours(0.5);
        let report = run(&Options { amount, ..options(Mode::Healthy, 0, 2) });
        assert_eq!(report.lives, BATCH);
        assert!(report.tally.hours() >= 0.5);
    }
}
