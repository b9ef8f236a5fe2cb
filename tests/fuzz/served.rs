//! A daemon in this process on the simulated pad, whose lines are watched from outside.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::bail;
use soothe_plant::PadSpec;
use soothe_rig::{Gate, Levels, Outputs, RigError, sim};
use soothe_therapy::tens::Stimulus;
use soothe_therapy::{RelayKind, Span};
use soothed::listen::{Doors, SocketFile};
use soothed::{Clock, Daemon, LogOptions, OpenLog, Options};

use crate::http;
use crate::pulses::Pulses;

/// What the lines did.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    energised: AtomicU64,
    k1: AtomicBool,
    pulse: AtomicBool,
    pulses: Mutex<Pulses>,
}

impl Watched {
    /// How often K1 was written on, or K2 got an edge.
    pub(crate) fn energised(&self) -> u64 {
        self.energised.load(Ordering::SeqCst)
    }

    /// Whether K1 is on.
    pub(crate) fn is_on(&self) -> bool {
        self.k1.load(Ordering::SeqCst)
    }

    /// What the stimulator is told.
    pub(crate) fn pulses(&self) -> MutexGuard<'_, Pulses> {
        self.pulses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct WatchedOutputs {
    lines: sim::SimOutputs,
    watched: Arc<Watched>,
    clock: Clock,
}

impl Outputs for WatchedOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let edge = self.watched.pulse.swap(levels.k2_pulse, Ordering::SeqCst) != levels.k2_pulse;
        self.watched.k1.store(levels.k1, Ordering::SeqCst);
        if levels.k1 || edge {
            self.watched.energised.fetch_add(1, Ordering::SeqCst);
        }
        let ma = levels.stimulus.map_or(0, Stimulus::level_ma);
        self.watched.pulses().write(self.clock.elapsed(), ma);
        self.lines.write(levels)
    }

    fn pulse_gap_min(&self) -> Span {
        self.lines.pulse_gap_min()
    }
}

/// The daemon, served on a Unix socket.
pub(crate) struct Served {
    /// Where it answers.
    pub(crate) socket: PathBuf,
    /// What its lines did.
    pub(crate) watched: Arc<Watched>,
    /// The world that it lives in.
    pub(crate) world: sim::SimHandle,
    daemon: Daemon,
    runtime: tokio::runtime::Runtime,
    _file: SocketFile,
}

impl Served {
    /// Starts one whose log lies in `folder`, with the check-list answered.
    ///
    /// # Errors
    /// When anything of it cannot be started.
    pub(crate) fn start(folder: &Path, speed: u32) -> anyhow::Result<Self> {
        let (clock, watched) = (Clock::start(), Arc::new(Watched::default()));
        let (lines, inputs) = sim::rig(PadSpec::nominal(), 1);
        let world = inputs.handle();
        let outputs = WatchedOutputs { lines, watched: watched.clone(), clock };
        let log = LogOptions { path: folder.join("log.db"), simulated: true, pages_max: None };
        let daemon = Daemon::start(Options {
            clock,
            gate: Gate::new(Box::new(outputs))?,
            inputs: Box::new(inputs),
            simulated: true,
            speed,
            log: OpenLog::open(&log, clock)?,
            hosts: vec!["soothe.local".to_owned()],
            relay: RelayKind::Mechanical,
            profile_fixed: None,
            demo_person: false,
            hook: None,
            protocols: folder.join("protocols"),
            on_vanished: Box::new(|reason| panic!("the control thread is gone: {reason}")),
        })?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let socket = folder.join("socket");
        let doors = Doors::open(SocketAddr::from(([127, 0, 0, 1], 0)), &socket)?;
        let router = daemon.router();
        let file = runtime.block_on(async { doors.serve(router) })?;
        let served = Self { socket, watched, world, daemon, runtime, _file: file };
        served.ask("PUT", "/api/v1/checklist", r#"{"yes":[]}"#)?;
        Ok(served)
    }

    /// Asks for something that must be answered well.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> anyhow::Result<()> {
        let answer =
            http::send(&self.socket, &http::request(method, path, body), http::ANSWER_WITHIN)?;
        match answer.status {
            Some(200 | 201) => Ok(()),
            _ => bail!("{method} {path} is answered with {}", answer.text),
        }
    }

    /// What is shown at `path`, whole.
    ///
    /// # Errors
    /// When nobody answers.
    pub(crate) fn show(&self, path: &str) -> anyhow::Result<String> {
        Ok(http::body(&self.socket, path)?)
    }

    /// Waits until `done`, at most ten seconds.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) fn until(&self, what: &str, done: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        for _ in 0..1000 {
            if done(self) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("waited in vain: {what}")
    }

    /// Ends in order.
    pub(crate) fn shut_down(self) {
        self.runtime.block_on(self.daemon.shut_down());
    }
}
