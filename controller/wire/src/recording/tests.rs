//! Recordings of whole sessions, and of what is none.

use super::*;
use proptest::prelude::*;
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{
    Celsius, Command, Engine, Input, LineState, Order, Plan, RawReading, Readings, Site, Span,
    StopCause, limits,
};

/// An engine with a recorder beside it, in a world that follows the lines.
struct Bench {
    engine: Engine,
    recorder: Recorder,
    parts: Parts,
    stored: Vec<Vec<u8>>,
    now: Moment,
    heats: bool,
    pad_c: f64,
}

impl Bench {
    fn new() -> Self {
        let answers = PastAnswers { answers: Answers::NONE, age: Span::from_min(7) };
        let boot = Boot { checklist: Some(answers), relay_operations: 7, ..Boot::default() };
        let now = Moment::from_ms(1_234_567);
        Self {
            engine: Engine::new(&boot, now),
            recorder: Recorder::default(),
            parts: Parts::default(),
            stored: Vec::new(),
            now,
            heats: false,
            pad_c: 28.0,
        }
    }

    fn step(&mut self, orders: &[Order]) -> Output {
        let commands: Vec<_> =
            orders.iter().map(|order| Command { issued: self.now, order: *order }).collect();
        let began = Moment::from_ms(self.now.as_ms() / 1000 * 1000);
        let reading = |c: f64| {
            let c = (c * 16.0).round() / 16.0;
            Some(RawReading { began, outcome: Ok(Celsius::literal(c)) })
        };
        let readings = Readings {
            contact: [reading(self.pad_c), reading(self.pad_c - 0.3)],
            ambient: reading(22.0),
            skin: None,
        };
        let lines = LineState { pad_current: Some(self.heats), ..LineState::default() };
        let input = Input {
            now: self.now,
            readings,
            commands: &commands,
            lines,
            stimulator: Stimulator::Absent,
        };
        let boot = may_start(&input).then(|| self.engine.boot(self.now));
        let output = self.engine.step(&input);
        self.recorder.note(boot.as_ref(), &input, &output);
        self.heats = output.actuators.k1() && output.actuators.k2();
        self.pad_c += if self.heats { 0.006 } else { -0.001 };
        self.now = self.now + limits::CYCLE;
        output
    }

    fn run(&mut self, span: Span) {
        let until = self.now + span;
        while self.now < until {
            self.step(&[]);
            if self.now.as_ms() % 1000 < 100 {
                self.store();
            }
        }
    }

    /// What a store does: the newest of each part.
    fn store(&mut self) {
        let Some(piece) = self.recorder.take() else { return };
        for part in self.parts.add(&piece) {
            self.stored.truncate(part.number as usize);
            self.stored.push(part.bytes);
        }
    }

    fn exported(&mut self) -> Vec<u8> {
        self.store();
        export(self.stored.iter().map(Vec::as_slice))
    }
}

fn start(id: i64) -> Order {
    let plan = Plan::heat(39.5, Span::from_min(5), Site::LeftCalf).unwrap();
    Order::Start { id: SessionId(id), plan }
}

fn session() -> Bench {
    let mut bench = Bench::new();
    bench.run(Span::from_s(30));
    bench.step(&[Order::Present, start(7)]);
    bench.run(Span::from_min(4));
    bench.step(&[Order::Present]);
    bench.run(Span::from_min(2));
    bench
}

#[test]
fn a_session_replays_bit_for_bit() {
    let mut bench = session();
    let recording = Recording::parse(&bench.exported()).unwrap();
    let report = replay(&recording);
    assert_eq!(report.difference, None);
    assert_eq!((report.session, report.steps, report.time), (7, 3001, Span::from_min(5)));
    assert!(report.ended && report.is_of_this_core());
}

#[test]
fn a_session_that_was_stopped_at_once_replays_too() {
    let mut bench = Bench::new();
    bench.step(&[]);
    bench.step(&[start(1), Order::Stop(StopCause::Person)]);
    let report = replay(&Recording::parse(&bench.exported()).unwrap());
    assert_eq!((report.steps, report.ended, report.difference), (1, true, None));
}

#[test]
fn each_session_has_a_recording_of_its_own() {
    let mut bench = Bench::new();
    for id in 1..=3 {
        bench.run(Span::from_s(5));
        bench.step(&[start(id)]);
        bench.run(Span::from_s(25));
        bench.step(&[Order::Stop(StopCause::Person)]);
        let report = replay(&Recording::parse(&bench.exported()).unwrap());
        assert_eq!((report.session, report.steps, report.difference), (id, 252, None));
    }
}

#[test]
fn a_recording_that_stops_before_the_end_replays_as_far_as_it_goes() {
    let mut bench = session();
    bench.exported();
    bench.stored.truncate(5);
    let report =
        replay(&Recording::parse(&export(bench.stored.iter().map(Vec::as_slice))).unwrap());
    assert!((400..500).contains(&report.steps), "{}", report.steps);
    assert_eq!((report.ended, report.difference), (false, None));
}

/// One reading that says something else, and nothing after it is compared.
#[test]
fn a_changed_reading_is_found_in_its_step() {
    let mut bench = session();
    let whole = Recording::parse(&bench.exported()).unwrap();
    for changed in [0, 1, 30, 1500, 2999] {
        let mut recording = whole.clone();
        let step = &mut recording.steps[changed];
        let reading = step.readings.contact[0].as_mut().unwrap();
        // Younger than the one before it, or it would not be heard.
        reading.began = step.now;
        reading.outcome = reading.outcome.map(|c| c + soothe_therapy::Kelvin::literal(0.0625));
        let difference = replay(&recording).difference.unwrap();
        assert_eq!(difference.step, changed);
        assert_eq!(difference.at, Span::from_ms(100 * changed as u64));
        assert!(difference.came.contains("hottest"), "{}", difference.came);
    }
}

#[test]
fn what_comes_instead_is_told() {
    let mut bench = session();
    let mut recording = Recording::parse(&bench.exported()).unwrap();
    recording.steps[600].lines.estop_open = true;
    let difference = replay(&recording).difference.unwrap();
    assert_eq!((difference.step, difference.at), (600, Span::from_min(1)));
    assert!(difference.came.starts_with("K1 off, K2 off"), "{}", difference.came);
    assert!(difference.events.iter().any(|event| event.rule.as_deref() == Some("HL-S5")));
}

#[test]
fn another_cores_recording_says_so() {
    let mut bench = session();
    let mut recording = Recording::parse(&bench.exported()).unwrap();
    recording.core.limits_and_rules = "0".to_owned();
    let report = replay(&recording);
    assert!(!report.is_of_this_core() && report.difference.is_none(), "it replays all the same");
}

#[test]
fn a_recording_cut_off_anywhere_says_where() {
    let mut bench = session();
    let bytes = bench.exported();
    let first_line = "soothe-recording 1\n".len();
    for length in 0..bytes.len() {
        let error = Recording::parse(&bytes[..length]).unwrap_err();
        if length < first_line {
            assert_eq!(error, RecordingError::Foreign);
        } else {
            let RecordingError::CutOff { bytes, .. } = error else { panic!("{length}: {error}") };
            assert_eq!(bytes, length);
        }
    }
    let half = Recording::parse(&bytes[..bytes.len() / 2]).unwrap_err().to_string();
    assert!(half.starts_with("the recording is cut off after "), "{half}");
    assert!(half.ends_with(" s into the session") && !half.contains(" 0.0 s"), "{half}");
}

#[test]
fn a_flipped_bit_is_found_unless_it_means_nothing() {
    let mut bench = session();
    let bytes = bench.exported();
    let whole = Recording::parse(&bytes).unwrap();
    let mut harmless = 0;
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        // The last byte of what is deflated has bits that nothing uses.
        if let Ok(recording) = Recording::parse(&flipped) {
            assert_eq!(recording, whole, "byte {at}");
            harmless += 1;
        }
    }
    assert!(harmless <= bench.stored.len(), "{harmless}");
}

#[test]
fn what_is_no_recording_is_refused() {
    for bytes in ["", "\n", "t_s,contact1_c\n", "soothe-recording\n", "soothe-recording x\n"] {
        assert_eq!(Recording::parse(bytes.as_bytes()), Err(RecordingError::Foreign), "{bytes}");
    }
    let newer = Recording::parse(b"soothe-recording 2\n...").unwrap_err();
    assert_eq!(newer, RecordingError::Newer(2));
    assert!(newer.to_string().contains("upgrade soothe"));
    let unknown = |text: &str| {
        let head = parts::pack(text.as_bytes());
        Recording::parse(&export([head.as_slice()])).unwrap_err().to_string()
    };
    assert!(unknown("sins = 7").contains("unknown field `sins`"), "{}", unknown("sins = 7"));
}

#[test]
fn a_recording_that_unpacks_without_end_is_refused() {
    let mut bench = session();
    bench.exported();
    bench.stored[1] = parts::pack(&vec![0; UNPACKED_MAX + 1]);
    let error = Recording::parse(&export(bench.stored.iter().map(Vec::as_slice))).unwrap_err();
    assert!(matches!(error, RecordingError::Damaged { .. }), "{error}");
}

/// A file of 60 kB took 3 GB once.
#[test]
fn a_recording_takes_no_more_memory_than_a_small_computer_has_whatever_is_in_it() {
    // A step in which nothing happens takes six bytes; commands are kept as they are stored, in a block of their own.
    let (step, block) = (size_of::<Step>(), 32);
    for (bytes, memory) in [(6, step), (9, step + block)] {
        let most = UNPACKED_MAX / bytes * memory;
        assert!(most <= 160 << 20, "{bytes} bytes at a time: {} MB", most >> 20);
    }
    let ten_hours = 10 * 60 * 60 * 10;
    let mut bench = session();
    bench.exported();
    bench.stored.truncate(1);
    bench.stored.push(parts::pack(&[0; 6].repeat(ten_hours)));
    let recording = Recording::parse(&export(bench.stored.iter().map(Vec::as_slice))).unwrap();
    assert_eq!(recording.steps.len(), ten_hours);
}

proptest! {
    #[test]
    fn any_steps_are_stored_and_replayed_without_harm(
        steps in prop::collection::vec(step::tests::any_step(), 0..40),
        boot in crate::boot::tests::any_boot(),
        first in step::tests::any_step(),
    ) {
        let mut bytes = Vec::new();
        let mut coder = Coder::new(first.now);
        let steps: Vec<Step> = std::iter::once(first.clone()).chain(steps).collect();
        steps.iter().for_each(|step| coder.put(step, &mut bytes));
        let head = Box::new(Head::new(SessionId(1), first.now, &boot));
        let head = parts::pack(head.text().as_bytes());
        let part = parts::pack(&bytes);
        let recording = Recording::parse(&export([head.as_slice(), &part])).unwrap();
        let boot = Boot { pack_left: None, ..boot };
        prop_assert_eq!((&recording.boot, &recording.steps), (&boot, &steps));
        prop_assert_eq!(replay(&recording).steps, steps.len());
    }

    #[test]
    fn any_bytes_are_refused_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [b"soothe-recording 1\n".as_slice(), &bytes].concat();
        prop_assert!(Recording::parse(&bytes).is_err());
    }
}
