//! Runs the cases of one target: each under the eyes of a watchdog, its panics caught, its memory counted.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, process, thread};

use soothed::Clock;

use crate::mutate::Mutator;

/// A case that takes longer hangs.
const CASE_MAX: Duration = Duration::from_secs(10);
/// How often the watchdog looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// No input may make the thread that reads it hold more memory than this at once.
const BYTES_MAX: u64 = 256 << 20;
/// So much of an input is shown.
const SHOWN_MAX: usize = 400;

/// Something that takes inputs which someone else has made.
pub(crate) trait Target {
    /// Inputs to begin with.
    fn corpus(&self) -> Vec<Vec<u8>>;

    /// Takes one input; whether it was accepted as valid.
    ///
    /// # Errors
    /// When something came of it that must not be, in a sentence.
    fn take(&mut self, input: &[u8]) -> Result<bool, String>;
}

/// Which cases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cases {
    pub(crate) first_seed: u64,
    pub(crate) count: u64,
}

/// What came of them.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) cases: u64,
    pub(crate) accepted: u64,
    pub(crate) took: Duration,
    /// The first that must not be; nothing is tried after it.
    pub(crate) failure: Option<Failure>,
}

/// A case of which something came that must not be.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) target: String,
    pub(crate) seed: u64,
    pub(crate) input: Vec<u8>,
    pub(crate) what: String,
}

impl Failure {
    /// Keeps the input in a file and says everything about the case.
    pub(crate) fn told(&self) -> String {
        let Self { target, seed, input, what } = self;
        let mut text = format!("FAILED  {target}, seed {seed}: {what}\n");
        let shown = &input[..input.len().min(SHOWN_MAX)];
        let more = if input.len() > SHOWN_MAX { ".." } else { "" };
        let _ =
            writeln!(text, "  input   \"{}\"{more} ({} bytes)", shown.escape_ascii(), input.len());
        let _ = writeln!(text, "  again   soothe-fuzz --cases 1 --seed {seed} {target}");
        let path = self.path();
        if fs::write(&path, input).is_ok() {
            let path = path.display();
            let _ = writeln!(text, "  or      soothe-fuzz --input {path} {target}");
        }
        text
    }

    fn path(&self) -> PathBuf {
        std::env::temp_dir().join(format!("soothe-fuzz-{}-{}.input", self.target, self.seed))
    }
}

/// Runs cases until one fails.
pub(crate) fn run(name: &str, target: &mut dyn Target, cases: Cases, clock: Clock) -> Tally {
    let corpus = target.corpus();
    let guard = Guard::set(name, clock);
    let began = clock.elapsed();
    let mut tally = Tally { cases: 0, accepted: 0, took: Duration::ZERO, failure: None };
    for number in 0..cases.count {
        let seed = cases.first_seed.wrapping_add(number);
        let input = Mutator::new(seed).input(&corpus);
        tally.cases += 1;
        match guard.case(target, seed, &input) {
            Ok(accepted) => tally.accepted += u64::from(accepted),
            Err(failure) => {
                tally.failure = Some(failure);
                break;
            }
        }
    }
    tally.took = clock.elapsed() - began;
    tally
}

/// Runs one case on an input that was kept.
pub(crate) fn run_one(name: &str, target: &mut dyn Target, input: &[u8], clock: Clock) -> Tally {
    let guard = Guard::set(name, clock);
    let began = clock.elapsed();
    let result = guard.case(target, 0, input);
    let accepted = u64::from(matches!(result, Ok(true)));
    Tally { cases: 1, accepted, took: clock.elapsed() - began, failure: result.err() }
}

/// What watches over the cases: it hears of a panic in any thread, and of a case that does not end.
struct Guard {
    name: String,
    clock: Clock,
    heard: Arc<Mutex<Vec<String>>>,
    /// The case that goes on, and when it began.
    now: Arc<Mutex<Option<(Duration, Failure)>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Guard {
    fn set(name: &str, clock: Clock) -> Self {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hook = heard.clone();
        std::panic::set_hook(Box::new(move |info| {
            let thread = thread::current().name().unwrap_or("unnamed").to_owned();
            lock(&hook).push(format!("a panic in thread {thread}: {info}").replace('\n', " "));
        }));
        let guard = Self { name: name.to_owned(), clock, heard, now: Arc::default() };
        guard.watch();
        guard
    }

    /// A case that hangs cannot be ended; the process can.
    fn watch(&self) {
        let (now, clock) = (Arc::downgrade(&self.now), self.clock);
        thread::spawn(move || {
            while let Some(now) = now.upgrade() {
                let hangs = lock(&now).clone().filter(|(at, _)| clock.elapsed() - *at > CASE_MAX);
                if let Some((_, failure)) = hangs {
                    print!("{}", failure.told());
                    process::exit(1);
                }
                drop(now);
                thread::sleep(LOOK_EVERY);
            }
        });
    }

    fn case(&self, target: &mut dyn Target, seed: u64, input: &[u8]) -> Result<bool, Failure> {
        let (target_name, input) = (self.name.clone(), input.to_vec());
        let what = format!("it takes longer than {} s", CASE_MAX.as_secs());
        let mut failure = Failure { target: target_name, seed, input, what };
        *lock(&self.now) = Some((self.clock.elapsed(), failure.clone()));
        let mut result = Ok(Ok(false));
        let memory = allocation_counter::measure(|| {
            result = catch_unwind(AssertUnwindSafe(|| target.take(&failure.input)));
        });
        *lock(&self.now) = None;
        let panics = std::mem::take(&mut *lock(&self.heard));
        failure.what = match result {
            _ if !panics.is_empty() => panics.join("; "),
            Err(_) => "a panic".to_owned(),
            Ok(Err(what)) => what,
            Ok(Ok(_)) if memory.bytes_max > BYTES_MAX => {
                format!("it took {} MB of memory at once", memory.bytes_max >> 20)
            }
            Ok(Ok(accepted)) => return Ok(accepted),
        };
        Err(failure)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(std::panic::take_hook());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stumbles where it is told.
    struct Planted(fn(&[u8]) -> Result<bool, String>);

    impl Target for Planted {
        fn corpus(&self) -> Vec<Vec<u8>> {
            vec![b"target = 40.0".to_vec()]
        }

        fn take(&mut self, input: &[u8]) -> Result<bool, String> {
            (self.0)(input)
        }
    }

    fn has(input: &[u8], what: &[u8]) -> bool {
        input.windows(what.len()).any(|it| it == what)
    }

    const CASES: Cases = Cases { first_seed: 1, count: 20_000 };

    /// One test: the panic hook is the whole process's.
    #[test]
    fn what_was_planted_is_found_and_can_be_seen_again() {
        let clock = Clock::start();
        let fine = run("planted", &mut Planted(|input| Ok(!input.is_empty())), CASES, clock);
        assert!(fine.failure.is_none() && fine.accepted > 19_000, "{fine:?}");

        let mut panics = Planted(|input| {
            assert!(!has(input, b"4200"), "too hot");
            Ok(true)
        });
        let found = run("planted", &mut panics, CASES, clock).failure.expect("found");
        assert!(found.what.contains("too hot") && has(&found.input, b"4200"), "{found:?}");
        let again = Cases { first_seed: found.seed, count: 1 };
        let again = run("planted", &mut panics, again, clock).failure.expect("found again");
        assert_eq!((&again.input, &again.what), (&found.input, &found.what));
        let told = found.told();
        assert!(told.contains(&format!("--seed {} planted", found.seed)), "{told}");
        let kept = fs::read(found.path()).expect("kept");
        assert!(run_one("planted", &mut panics, &kept, clock).failure.is_some());
        fs::remove_file(found.path()).expect("removed");

        let wrong = run("planted", &mut Planted(|_| Err("wrong".to_owned())), CASES, clock);
        assert_eq!((wrong.cases, wrong.failure.expect("found").what.as_str()), (1, "wrong"));

        let mut greedy = Planted(|_| {
            drop(std::hint::black_box(vec![1_u8; 300 << 20]));
            Ok(true)
        });
        let found = run("planted", &mut greedy, CASES, clock).failure.expect("found");
        assert_eq!(found.what, "it took 300 MB of memory at once");

        let mut elsewhere = Planted(|_| {
            let other = thread::Builder::new().name("other".to_owned()).spawn(|| panic!("there"));
            let _ = other.expect("a thread").join();
            Ok(true)
        });
        let found = run("planted", &mut elsewhere, CASES, clock).failure.expect("found");
        assert!(found.what.starts_with("a panic in thread other"), "{}", found.what);
    }
}
