//! Panics in a real process: the test runs itself once more, as the victim whose lines are a file, and
//! looks at what the victim left behind. No guard process is there to switch off in its place.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use soothe_plant::PadSpec;
use soothe_rig::lines_file::{Kept, LinesFile};
use soothe_rig::sim::{self, KeptOutputs, SimInputs};
use soothe_rig::{Inputs, Levels, Outputs, RigError, Sampled};
use soothe_therapy::{Moment, RelayKind};

use super::*;
use crate::clock::Clock;
use crate::daemon::{Daemon, Options};
use crate::journal::{LogOptions, OpenLog};
use crate::testing::{self, START};

/// Set for the victim: its folder.
const FOLDER: &str = "SOOTHE_TEST_VICTIM";

/// Runs the test named `name` as a victim, to its end; how it ended and what its lines are then.
fn victim(name: &str) -> (Output, Levels) {
    let folder = tempfile::tempdir().unwrap();
    let mut test = Command::new(env::current_exe().unwrap());
    test.args(["--exact", "--nocapture", &format!("panic::tests::{name}")]);
    let output = test.env(FOLDER, folder.path()).env("RUST_BACKTRACE", "0").output().unwrap();
    let kept = LinesFile::open(&folder.path().join("lines")).unwrap().read();
    let Kept { levels, k2_edges } = kept.expect("the victim wrote no line");
    assert!(k2_edges > 0, "it never energised: {output:?}");
    (output, levels)
}

/// The victim of `name` ended as failed, said `words`, and left its lines off.
fn ends_with_lines_off(name: &str, words: &str) {
    let (output, levels) = victim(name);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(i32::from(EXIT_FAILED)), "{said}");
    assert!(!levels.k1 && !levels.buzzer, "{levels:?}, and it said: {said}");
    assert!(said.contains(words) && !said.contains("PLUG"), "{said}");
}

/// What is to go wrong, once the pad is heated.
#[derive(Default)]
struct Traps {
    sampling: AtomicBool,
    energising: AtomicBool,
    hanging: AtomicBool,
}

struct TrappedOutputs {
    lines: KeptOutputs,
    traps: Arc<Traps>,
}

impl Outputs for TrappedOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.lines.write(levels)?;
        assert!(
            !(levels.k1 && self.traps.energising.load(Ordering::SeqCst)),
            "K1 is on, as wanted"
        );
        while self.traps.hanging.load(Ordering::SeqCst) {
            thread::park();
        }
        Ok(())
    }
}

struct TrappedInputs {
    inputs: SimInputs,
    traps: Arc<Traps>,
}

impl Inputs for TrappedInputs {
    fn sample(&mut self, now: Moment) -> Sampled {
        assert!(!self.traps.sampling.load(Ordering::SeqCst), "a sample, as wanted");
        self.inputs.sample(now)
    }

    fn pack_lies(&mut self, lies: bool) {
        self.inputs.pack_lies(lies);
    }
}

/// The victim's part: a daemon heats a simulated pad, then `spring` is called, and the end is waited for.
fn heat_until(folder: PathBuf, spring: impl AsyncFnOnce(&Traps)) {
    contain(|| heat(folder, spring));
    panic!("it lives on");
}

fn heat(folder: PathBuf, spring: impl AsyncFnOnce(&Traps)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let lines = folder.join("lines");
        let traps = Arc::new(Traps::default());
        let (outputs, inputs) = sim::rig(PadSpec::nominal(), 1);
        let outputs = outputs.kept_in(LinesFile::open(&lines).unwrap());
        let outputs = TrappedOutputs { lines: outputs, traps: traps.clone() };
        let gate = Gate::new(Box::new(outputs)).unwrap();
        switches_off(&gate).unwrap();
        let daemon = daemon(&folder, gate, TrappedInputs { inputs, traps: traps.clone() });
        let answers = axum::http::Request::put("/api/v1/checklist")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(r#"{"yes":[]}"#))
            .unwrap();
        let answer = tower::ServiceExt::oneshot(daemon.router(), answers).await.unwrap();
        assert!(answer.status().is_success(), "{:?}", testing::read(answer).await);
        let request = axum::http::Request::post("/api/v1/session");
        let request = request
            .header("content-type", "application/json")
            .body(axum::body::Body::from(START))
            .unwrap();
        let answer = tower::ServiceExt::oneshot(daemon.router(), request).await.unwrap();
        assert!(answer.status().is_success(), "{:?}", testing::read(answer).await);
        let lines = LinesFile::open(&lines).unwrap();
        let heats = |Kept { levels, k2_edges }: Kept| levels.k1 && k2_edges > 2;
        while !heats(lines.read().unwrap()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        spring(&traps).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    });
}

fn daemon(folder: &Path, gate: Gate, inputs: TrappedInputs) -> Daemon {
    let clock = Clock::start();
    let log = LogOptions { path: folder.join("log.db"), simulated: true, pages_max: None };
    Daemon::start(Options {
        clock,
        gate,
        inputs: Box::new(inputs),
        simulated: true,
        speed: 1,
        log: OpenLog::open(&log, clock).unwrap(),
        hosts: Vec::new(),
        relay: RelayKind::Mechanical,
        profile_fixed: None,
        demo_person: false,
        hook: None,
        protocols: folder.join("protocols"),
        on_vanished: Box::new(|reason| end(format!("soothed: {reason}"))),
    })
    .unwrap()
}

/// Whether this process is a victim, and where.
fn is_victim() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

#[test]
fn a_panic_in_the_control_thread_ends_with_the_lines_off() {
    match is_victim() {
        Some(folder) => {
            heat_until(folder, async |traps| traps.sampling.store(true, Ordering::SeqCst));
        }
        None => ends_with_lines_off(
            "a_panic_in_the_control_thread_ends_with_the_lines_off",
            "thread control panicked at",
        ),
    }
}

#[test]
fn a_panic_in_a_web_task_ends_with_the_lines_off() {
    match is_victim() {
        Some(folder) => heat_until(folder, async |_| {
            let _ = tokio::spawn(async { panic!("a task, as wanted") }).await;
        }),
        None => ends_with_lines_off(
            "a_panic_in_a_web_task_ends_with_the_lines_off",
            "a task, as wanted",
        ),
    }
}

#[test]
fn a_panic_in_the_main_thread_ends_with_the_lines_off() {
    match is_victim() {
        Some(folder) => heat_until(folder, async |_| panic!("the main thread, as wanted")),
        None => ends_with_lines_off(
            "a_panic_in_the_main_thread_ends_with_the_lines_off",
            "the main thread, as wanted",
        ),
    }
}

#[test]
fn a_panic_in_the_middle_of_a_write_that_energises_ends_with_the_lines_off() {
    match is_victim() {
        Some(folder) => {
            heat_until(folder, async |traps| traps.energising.store(true, Ordering::SeqCst));
        }
        None => ends_with_lines_off(
            "a_panic_in_the_middle_of_a_write_that_energises_ends_with_the_lines_off",
            "K1 is on, as wanted",
        ),
    }
}

#[test]
fn many_panics_at_once_end_with_the_lines_off_and_the_words_of_one() {
    const NAME: &str = "many_panics_at_once_end_with_the_lines_off_and_the_words_of_one";
    let Some(folder) = is_victim() else {
        let (output, levels) = victim(NAME);
        assert_eq!(output.status.code(), Some(i32::from(EXIT_FAILED)));
        assert!(!levels.k1);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.matches("panicked at").count(), 1, "{said}");
        return;
    };
    heat_until(folder, async |_| {
        for _ in 0..20 {
            thread::spawn(|| panic!("one of many, as wanted"));
        }
    });
}

#[test]
fn a_panic_ends_the_process_also_when_the_gates_lock_is_held_for_ever() {
    const NAME: &str = "a_panic_ends_the_process_also_when_the_gates_lock_is_held_for_ever";
    let Some(folder) = is_victim() else {
        let (output, _) = victim(NAME);
        assert_eq!(output.status.code(), Some(i32::from(EXIT_FAILED)));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("PULL THE PLUG: the lines could not be reached"), "{said}");
        return;
    };
    heat_until(folder, async |traps| {
        traps.hanging.store(true, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(250)).await;
        panic!("a task, as wanted");
    });
}

#[test]
fn a_panic_whose_words_nobody_takes_still_ends_the_process() {
    const NAME: &str = "a_panic_whose_words_nobody_takes_still_ends_the_process";
    let Some(folder) = is_victim() else {
        let folder = tempfile::tempdir().unwrap();
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", "--nocapture", &format!("panic::tests::{NAME}")]);
        test.env(FOLDER, folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut test = test.spawn().unwrap();
        // Its end is waited for with the pipe full and unread.
        assert_eq!(test.wait().unwrap().code(), Some(i32::from(EXIT_FAILED)));
        let lines = LinesFile::open(&folder.path().join("lines")).unwrap().read().unwrap();
        assert!(lines.k2_edges > 0 && !lines.levels.k1, "{lines:?}");
        return;
    };
    heat_until(folder, async |_| panic!("{}", "more than a pipe takes; ".repeat(10_000)));
}

#[test]
fn hl_s2_a_panic_is_told_to_what_switches_off_before_its_words_are_made() {
    let (alarm, alarmed) = mpsc::channel();
    let (words, told) = mpsc::channel();
    Cry { alarm, words }.raise(|| {
        assert_eq!(alarmed.try_recv(), Ok(()), "the words come first");
        Words { text: "words".to_owned(), trace: Backtrace::disabled() }
    });
    assert_eq!(told.try_recv().map(Words::spoken), Ok("words".to_owned()));
}
