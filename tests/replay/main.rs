//! `soothe replay` on recordings of the core and the model, whole and harmed.

mod stories;

use std::path::PathBuf;

use soothe_plant::{PadSpec, Plant};
use soothe_tests::bins::{Run, soothe};
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::{
    Boot, Command, Engine, Input, LineState, Moment, Order, Plan, SessionId, Site, Span, StopCause,
    limits,
};
use soothe_wire::recording::{Parts, Recorder, Recording, export, may_start, replay};
use tempfile::TempDir;

/// What people do, and when.
type Orders = [(Span, Order)];

fn start(min: u64) -> Order {
    let plan = Plan::heat(40.0, Span::from_min(min), Site::LeftShoulder).expect("within limits");
    Order::Start { id: SessionId(7), plan }
}

/// Records the core on the model of a pad while people give these orders.
fn record(pad: &str, orders: &Orders, until: Span) -> Vec<u8> {
    record_lying(pad, orders, until, None)
}

/// The same; at one time it is written down that the e-stop was open, although it was not.
fn record_lying(pad: &str, orders: &Orders, until: Span, lie_at: Option<Span>) -> Vec<u8> {
    let mut plant = Plant::new(PadSpec::from_toml(pad).expect("a pad"), 1);
    let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
    let boot = Boot { checklist: Some(answers), ..Boot::default() };
    let mut engine = Engine::new(&boot, Moment::START);
    let (mut recorder, mut parts, mut stored) = (Recorder::default(), Parts::default(), Vec::new());
    let (mut now, mut pulse, mut next) = (Moment::START, false, orders.iter().peekable());
    while now <= Moment::START + until {
        plant.advance(now);
        let due = next.next_if(|(at, _)| Moment::START + *at <= now);
        let command = due.map(|(_, order)| Command { issued: now, order: *order });
        let heats = plant.truth().heating;
        let lines = LineState {
            estop_open: plant.estop_open(),
            pad_current: Some(heats),
            ..LineState::default()
        };
        let input = Input {
            now,
            readings: plant.readings(),
            commands: command.as_slice(),
            lines,
            stimulator: plant.hear_stimulator(),
        };
        let boot = may_start(&input).then(|| engine.boot(now));
        let output = engine.step(&input);
        let lies = lie_at.is_some_and(|at| now == Moment::START + at);
        let lines = LineState { estop_open: lies || lines.estop_open, ..lines };
        recorder.note(boot.as_ref(), &Input { lines, ..input }, &output);
        pulse ^= output.actuators.k2();
        plant.write(output.actuators.k1(), pulse);
        plant.stimulate(output.actuators.stimulus());
        now = now + limits::CYCLE;
        // As the daemon does: each half second the newest of the part that is open.
        if now.as_ms().is_multiple_of(500) || recorder.waiting().is_some_and(|(_, last)| last) {
            for part in recorder.take().iter().flat_map(|piece| parts.add(piece)) {
                stored.truncate(part.number as usize);
                stored.push(part.bytes);
            }
        }
    }
    export(stored.iter().map(Vec::as_slice))
}

fn half_an_hour() -> Vec<u8> {
    let sign = |min| (Span::from_min(min), Order::Present);
    let orders = [(Span::from_s(3), start(30)), sign(8), sign(16), sign(24)];
    record("", &orders, Span::from_min(31))
}

/// A file with these bytes.
struct File {
    _folder: TempDir,
    path: PathBuf,
}

impl File {
    fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("session.recording");
        std::fs::write(&path, bytes).expect("written");
        Self { _folder: folder, path }
    }

    fn replay(&self, more: &[&str]) -> Run {
        let path = self.path.to_str().expect("UTF-8");
        soothe(&[&["replay", "--file", path], more].concat())
    }
}

#[test]
fn a_session_on_each_pad_replays_bit_for_bit() {
    for pad in ["", "power = 25.0", "power = 60.0", "ambient = 16.0"] {
        let stop = Order::Stop(StopCause::Person);
        let orders = [(Span::from_s(3), start(10)), (Span::from_min(9), stop)];
        let bytes = record(pad, &orders, Span::from_min(10));
        let report = replay(&Recording::parse(&bytes).expect("whole"));
        assert_eq!(report.difference, None, "{pad}");
        assert!(report.ended && report.steps > 5000, "{pad}: {report:?}");
    }
}

/// What the disk of a small computer is asked to take; docs/benchmarks.md has the figure.
#[test]
fn an_hour_of_a_session_takes_less_than_a_quarter_of_a_megabyte() {
    let bytes = half_an_hour().len();
    println!("{} bytes for each hour of a session", 2 * bytes);
    assert!(2 * bytes < 250_000, "{} bytes for an hour", 2 * bytes);
}

#[test]
fn the_command_says_that_every_output_is_the_same() {
    let file = File::of(&half_an_hour());
    let run = file.replay(&[]).with_code(0);
    let said = "Session 7: 18001 steps in 30:00; every output is the same, bit for bit.\n";
    assert_eq!(run.stdout, said);
    let json = file.replay(&["--json"]).with_code(0).json();
    assert_eq!((&json["exact"], &json["steps"]), (&true.into(), &18_001.into()));
    assert_eq!((&json["same_core"], &json["ended"]), (&true.into(), &true.into()));
    assert_eq!(json["difference"], serde_json::Value::Null);
}

#[test]
fn the_command_says_which_step_differs_and_what_came_instead() {
    let orders = [(Span::from_s(3), start(10))];
    let bytes = record_lying("", &orders, Span::from_min(5), Some(Span::from_s(63)));
    let file = File::of(&bytes);
    let run = file.replay(&[]).with_code(1);
    let first = run.stdout.lines().next().expect("a line");
    assert!(first.starts_with("Session 7: ") && first.contains(" steps in 4:5"), "{first}");
    assert!(first.ends_with("; step 600, after 60 s, comes out differently."), "{first}");
    assert!(run.stdout.contains("  instead  K1 off, K2 off, hottest "), "{}", run.stdout);
    assert!(run.stdout.contains("latched: the e-stop was opened"), "{}", run.stdout);
    assert!(run.stdout.contains("The recording stops before the session's end"), "{}", run.stdout);
    let said = "soothe: session 7 comes out differently from step 600, 60 s after its start\n";
    assert_eq!(run.stderr, said);
    let json = file.replay(&["--json"]).with_code(1).json();
    assert_eq!((&json["exact"], &json["difference"]["step"]), (&false.into(), &600.into()));
    assert_eq!(json["difference"]["t_s"], 60.0);
}

#[test]
fn a_recording_that_was_cut_off_or_damaged_says_where() {
    let bytes = half_an_hour();
    let cut = File::of(&bytes[..bytes.len() / 2]).replay(&[]).with_code(1);
    assert!(cut.stderr.starts_with("soothe: the recording is cut off after "), "{}", cut.stderr);
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 0x10;
    let damaged = File::of(&damaged).replay(&["--json"]).with_code(1);
    let error: serde_json::Value = serde_json::from_str(&damaged.stderr).expect("JSON");
    let message = error["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("the recording is damaged at byte "), "{message}");
    assert!(message.ends_with(" s into the session"), "{message}");
    for (bytes, said) in [
        (b"t_s,contact1_c\n".as_slice(), "soothe: this is not the recording of a session\n"),
        (b"", "soothe: this is not the recording of a session\n"),
        (
            b"soothe-recording 9\n",
            "soothe: the recording has format 9, from a newer soothe; this one",
        ),
    ] {
        let run = File::of(bytes).replay(&[]).with_code(1);
        assert!(run.stderr.starts_with(said), "{}", run.stderr);
    }
}

#[test]
fn what_is_asked_for_must_be_one_session() {
    let missing = soothe(&["replay", "--file", "/nonexistent/a.recording"]).with_code(2);
    assert!(missing.stderr.contains("/nonexistent/a.recording cannot be read"), "{missing:?}");
    for args in [
        ["replay"].as_slice(),
        &["replay", "last"],
        &["replay", "0"],
        &["replay", "7", "--file", "a"],
    ] {
        assert!(!soothe(args).with_code(2).stderr.is_empty(), "{args:?}");
    }
    assert!(!soothe(&["replay", "7"]).with_code(4).stderr.is_empty());
}
