//! What tests start a daemon with: lines that remember and thermometers that say what they are told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use soothe_rig::{Gate, Inputs, Levels, Outputs, RigError, Sampled};
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::tens::{Microamp, Milliamp, Ohm, Reading, Stimulator};
use soothe_therapy::{Celsius, LineState, Moment, Profile, RawReading, Readings, RelayKind, Span};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::clock::Clock;
use crate::daemon::{Daemon, Options};
use crate::journal::{LogOptions, OpenLog};
use crate::remind::Hook;

/// A start that is accepted as it is.
pub(crate) const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;

/// The world as a test wants it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) contact_c: Mutex<f64>,
    pub(crate) room_c: Mutex<f64>,
    pub(crate) estop_open: AtomicBool,
    /// The button is pressed in the next cycle.
    pub(crate) pressed: AtomicBool,
    pub(crate) write_fails: AtomicBool,
    pub(crate) panics: AtomicBool,
    pub(crate) hangs: AtomicBool,
    /// The first electrode does not touch the skin.
    pub(crate) electrode_off: AtomicBool,
    /// How many of the samples so far have shown that.
    shown_off: AtomicUsize,
    written: Mutex<Vec<Write>>,
}

/// What was written to the lines, and by which thread.
#[derive(Debug)]
struct Write {
    levels: Levels,
    /// How many samples had shown an electrode that is off.
    shown_off: usize,
    by: Option<String>,
}

impl World {
    /// What the lines are now.
    pub(crate) fn levels(&self) -> Levels {
        self.written.lock().unwrap().last().map_or_else(Levels::default, |write| write.levels)
    }

    /// How often the lines were written.
    pub(crate) fn writes(&self) -> usize {
        self.written.lock().unwrap().len()
    }

    /// Whether K1 was on, or K2 got an edge, after the first `writes` writes.
    pub(crate) fn was_on_since(&self, writes: usize) -> bool {
        let written = self.written.lock().unwrap();
        let since = &written[writes.saturating_sub(1)..];
        since.windows(2).any(|pair| {
            let [before, after] = [pair[0].levels, pair[1].levels];
            after.k1 || before.k2_pulse != after.k2_pulse
        })
    }

    /// What the thread named `by` wrote after the first `writes` writes.
    pub(crate) fn written_by(&self, by: &str, writes: usize) -> Vec<Levels> {
        let written = self.written.lock().unwrap();
        let theirs = written[writes..].iter().filter(|it| it.by.as_deref() == Some(by));
        theirs.map(|it| it.levels).collect()
    }

    /// After how many readings of an electrode that is off the stimulator was written off.
    pub(crate) fn off_after_readings(&self) -> Option<usize> {
        let written = self.written.lock().unwrap();
        let off = written.iter().find(|it| it.shown_off > 0 && it.levels.stimulus.is_none());
        off.map(|it| it.shown_off)
    }

    /// What a pair of good electrodes says, or one of which the first is off.
    fn hear_stimulator(&self) -> Stimulator {
        let Some(stimulus) = self.levels().stimulus else { return Stimulator::Silent };
        let off = self.electrode_off.load(Ordering::SeqCst);
        self.shown_off.fetch_add(usize::from(off), Ordering::SeqCst);
        Stimulator::Measured(Reading {
            commanded: stimulus.level(),
            measured: if off { Milliamp::ZERO } else { stimulus.level() },
            load: Ohm::literal(if off { 100_000.0 } else { 2000.0 }),
            mean: Microamp::literal(0.0),
        })
    }

    /// Whether K1 is on. K2's pulse line says nothing: off leaves it at its level.
    pub(crate) fn is_on(&self) -> bool {
        self.levels().k1
    }

    /// Whether current flows: K1 is on, and K2 got an edge in one of the last two writes.
    pub(crate) fn heats(&self) -> bool {
        let written = self.written.lock().unwrap();
        let newest = &written[written.len().saturating_sub(3)..];
        let pulses =
            newest.windows(2).any(|pair| pair[0].levels.k2_pulse != pair[1].levels.k2_pulse);
        pulses && newest.last().is_some_and(|write| write.levels.k1)
    }
}

struct Lines(Arc<World>);

impl Outputs for Lines {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let by = thread::current().name().map(str::to_owned);
        let shown_off = self.0.shown_off.load(Ordering::SeqCst);
        self.0.written.lock().unwrap().push(Write { levels, shown_off, by });
        if self.0.write_fails.load(Ordering::SeqCst) {
            let problem = "it reads high although low was written".to_owned();
            return Err(RigError { line: "K1 (GPIO 17)".to_owned(), problem });
        }
        Ok(())
    }
}

struct Thermometers(Arc<World>);

impl Inputs for Thermometers {
    fn sample(&mut self, now: Moment) -> Sampled {
        assert!(!self.0.panics.load(Ordering::SeqCst), "the test wants a panic");
        while self.0.hangs.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
        let reading = |c: &Mutex<f64>| {
            Some(RawReading { began: now, outcome: Ok(Celsius::literal(*c.lock().unwrap())) })
        };
        Sampled {
            readings: Readings {
                contact: [reading(&self.0.contact_c), reading(&self.0.contact_c)],
                ambient: reading(&self.0.room_c),
                skin: None,
            },
            lines: LineState {
                estop_open: self.0.estop_open.load(Ordering::SeqCst),
                pad_current: Some(self.0.heats()),
                ..LineState::default()
            },
            stimulator: self.0.hear_stimulator(),
            pressed: self.0.pressed.swap(false, Ordering::SeqCst),
        }
    }

    fn pack_lies(&mut self, _: bool) {}
}

/// A daemon under test, and the world that it lives in.
pub(crate) struct Bench {
    pub(crate) daemon: Daemon,
    pub(crate) world: Arc<World>,
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
    /// Why the control thread ended.
    pub(crate) vanished: Arc<Mutex<Option<String>>>,
}

impl Bench {
    /// A daemon at life speed in a new folder, with good readings and the check-list answered.
    pub(crate) fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), None)
    }

    /// A daemon on the log of an earlier one.
    pub(crate) fn start_in(folder: TempDir, pages_max: Option<u32>) -> Self {
        Self::start_with(folder, pages_max, |_| {})
    }

    /// A daemon that tells a program of its reminders.
    pub(crate) fn with_hook(hook: Hook) -> Self {
        Self::start_as(tempfile::tempdir().unwrap(), None, |_| {}, Some(hook), None)
    }

    /// A daemon on the log of an earlier one, whose configuration fixes a profile.
    pub(crate) fn start_fixed(folder: TempDir, profile: Profile) -> Self {
        Self::start_as(folder, None, |_| {}, None, Some(profile))
    }

    /// A daemon in a world that is not as it should be from the first.
    pub(crate) fn start_with(
        folder: TempDir,
        pages_max: Option<u32>,
        arrange: impl FnOnce(&World),
    ) -> Self {
        Self::start_as(folder, pages_max, arrange, None, None)
    }

    fn start_as(
        folder: TempDir,
        pages_max: Option<u32>,
        arrange: impl FnOnce(&World),
        hook: Option<Hook>,
        profile_fixed: Option<Profile>,
    ) -> Self {
        let world = Arc::new(World {
            contact_c: Mutex::new(25.0),
            room_c: Mutex::new(22.0),
            estop_open: AtomicBool::new(false),
            pressed: AtomicBool::new(false),
            write_fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            hangs: AtomicBool::new(false),
            electrode_off: AtomicBool::new(false),
            shown_off: AtomicUsize::new(0),
            written: Mutex::default(),
        });
        arrange(&world);
        let protocols = folder.path().join("protocols");
        let vanished = Arc::new(Mutex::new(None));
        let reason = vanished.clone();
        let clock = Clock::start();
        let log = LogOptions { path: folder.path().join("log.db"), simulated: true, pages_max };
        let mut log = OpenLog::open(&log, clock).unwrap();
        log.0.remembered.boot.checklist =
            Some(PastAnswers { answers: Answers::NONE, age: Span::ZERO });
        let daemon = Daemon::start(Options {
            clock,
            gate: Gate::new(Box::new(Lines(world.clone()))).unwrap(),
            inputs: Box::new(Thermometers(world.clone())),
            simulated: true,
            speed: 1,
            log,
            hosts: vec!["soothe.local".to_owned()],
            relay: RelayKind::Mechanical,
            profile_fixed,
            demo_person: false,
            hook,
            protocols,
            on_vanished: Box::new(move |why| *reason.lock().unwrap() = Some(why)),
        })
        .unwrap();
        let router = daemon.router();
        Self { daemon, world, router, folder, vanished }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks for something.
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.send(Request::get(path).body(Body::empty()).unwrap()).await).await
    }

    /// Sends JSON.
    pub(crate) async fn post(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::post(path).header("content-type", "application/json");
        read(self.send(request.body(body.to_owned().into()).unwrap()).await).await
    }

    /// The same with PUT.
    pub(crate) async fn put(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::put(path).header("content-type", "application/json");
        read(self.send(request.body(body.to_owned().into()).unwrap()).await).await
    }

    /// Waits until `done`, at most three seconds.
    pub(crate) async fn until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        self.until_within(Duration::from_secs(3), what, done).await;
    }

    /// Waits until `done`, for so long at most.
    pub(crate) async fn until_within(
        &self,
        most: Duration,
        what: &str,
        done: impl Fn(&Self) -> bool,
    ) {
        let wait = async {
            while !done(self) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(most, wait).await;
        assert!(waited.is_ok(), "waited in vain: {what}");
    }

    /// Waits until the state that is told is as wanted, at most three seconds.
    pub(crate) async fn until_told(&self, what: &str, wanted: impl Fn(&Value) -> bool) {
        for _ in 0..300 {
            if wanted(&self.get("/api/v1/status").await.1) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("was never told: {what}");
    }

    /// Ends in order and gives the folder to the next.
    pub(crate) async fn shut_down(self) -> TempDir {
        self.daemon.shut_down().await;
        self.folder
    }
}

/// Status and JSON of an answer.
pub(crate) async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
