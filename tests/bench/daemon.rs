//! A daemon in this process, on the simulated pad, whose lines and cycles are watched from outside.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use soothe_plant::PadSpec;
use soothe_rig::{Gate, Inputs, Levels, Outputs, RigError, Sampled, sim};
use soothe_therapy::tens::{self, Stimulator};
use soothe_therapy::{Moment, RelayKind};
use soothed::listen::{Doors, SocketFile};
use soothed::{Clock, Daemon, LogOptions, OpenLog, Options};

/// What is written down about the lines and the cycles, on the shared clock.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    heater_on: AtomicBool,
    /// Nanoseconds of the last time that K1 went from on to off.
    off_ns: AtomicU64,
    pulses_on: AtomicBool,
    /// Nanoseconds from the reading that showed an electrode off to the last time that pulses went off.
    pulses_off_ns: AtomicU64,
    /// How many readings in a row were of an electrode that is off.
    bad_readings: AtomicU64,
    /// Nanoseconds of the reading that showed it: the last of so many as it takes (HL-T11).
    shown_off_ns: AtomicU64,
    cycles: Mutex<Vec<Duration>>,
}

impl Watched {
    /// Whether K1 is on. K2's pulse line says nothing: off leaves it at its level.
    pub(crate) fn heater_on(&self) -> bool {
        self.heater_on.load(Ordering::SeqCst)
    }

    /// When K1 went off last.
    pub(crate) fn off_at(&self) -> Duration {
        Duration::from_nanos(self.off_ns.load(Ordering::SeqCst))
    }

    /// Whether the stimulator sends pulses.
    pub(crate) fn pulses_on(&self) -> bool {
        self.pulses_on.load(Ordering::SeqCst)
    }

    /// How long after the reading that showed an electrode off pulses went off last, in ms; none while they are on.
    pub(crate) fn pulses_off_after_ms(&self) -> Option<f64> {
        let ns = self.pulses_off_ns.load(Ordering::SeqCst);
        (!self.pulses_on()).then_some(ns as f64 / 1e6)
    }

    /// The moments of the cycles since the last call.
    pub(crate) fn take_cycles(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.cycles.lock().expect("nobody panics with it"))
    }
}

fn ns(clock: Clock) -> u64 {
    u64::try_from(clock.elapsed().as_nanos()).expect("centuries")
}

struct WatchedOutputs {
    lines: sim::SimOutputs,
    clock: Clock,
    watched: Arc<Watched>,
}

impl Outputs for WatchedOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let result = self.lines.write(levels);
        let was_on = self.watched.heater_on.swap(levels.k1, Ordering::SeqCst);
        if was_on && !levels.k1 {
            self.watched.off_ns.store(ns(self.clock), Ordering::SeqCst);
        }
        let had_pulses = self.watched.pulses_on.swap(levels.stimulus.is_some(), Ordering::SeqCst);
        if had_pulses && levels.stimulus.is_none() {
            let shown_ns = self.watched.shown_off_ns.load(Ordering::SeqCst);
            self.watched.pulses_off_ns.store(ns(self.clock) - shown_ns, Ordering::SeqCst);
        }
        result
    }
}

struct WatchedInputs {
    inputs: sim::SimInputs,
    clock: Clock,
    watched: Arc<Watched>,
}

impl Inputs for WatchedInputs {
    fn sample(&mut self, now: Moment) -> Sampled {
        let at = self.clock.elapsed();
        self.watched.cycles.lock().expect("nobody panics with it").push(at);
        let sampled = self.inputs.sample(now);
        if !(self.watched.pulses_on() && is_off(sampled.stimulator)) {
            self.watched.bad_readings.store(0, Ordering::SeqCst);
        } else if self.watched.bad_readings.fetch_add(1, Ordering::SeqCst) + 1
            == u64::from(tens::limits::PULSES_IN_A_ROW)
        {
            // Later readings of the same do not move it: a cycle that missed it counts.
            self.watched.shown_off_ns.store(ns(self.clock), Ordering::SeqCst);
        }
        sampled
    }

    fn pack_lies(&mut self, lies: bool) {
        self.inputs.pack_lies(lies);
    }
}

/// Whether a reading is of an electrode that does not lie well.
fn is_off(stimulator: Stimulator) -> bool {
    stimulator.reading().is_some_and(|reading| reading.load.get() > tens::limits::OPEN_OHM)
}

/// The daemon, served over TCP on a free port of loopback.
pub(crate) struct Served {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What its lines do.
    pub(crate) watched: Arc<Watched>,
    /// A hand on the simulated world.
    pub(crate) world: sim::SimHandle,
    /// The clock that it shares with the lines.
    pub(crate) clock: Clock,
    _socket: SocketFile,
    _daemon: Daemon,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Starts one with an empty log.
    ///
    /// # Errors
    /// When anything of it cannot be started.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (clock, watched) = (Clock::start(), Arc::new(Watched::default()));
        let (lines, inputs) = sim::rig(PadSpec::nominal(), 1);
        let world = inputs.handle();
        let outputs = WatchedOutputs { lines, clock, watched: watched.clone() };
        let inputs = WatchedInputs { inputs, clock, watched: watched.clone() };
        let log =
            LogOptions { path: folder.path().join("bench.db"), simulated: true, pages_max: None };
        let daemon = Daemon::start(Options {
            clock,
            gate: Gate::new(Box::new(outputs))?,
            inputs: Box::new(inputs),
            simulated: true,
            speed: 1,
            log: OpenLog::open(&log, clock)?,
            hosts: Vec::new(),
            relay: RelayKind::Mechanical,
            profile_fixed: None,
            demo_person: true,
            hook: None,
            protocols: folder.path().join("protocols"),
            on_vanished: Box::new(|reason| panic!("the control thread is gone: {reason}")),
        })?;
        // As the daemon's own runtime.
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let doors = Doors::open(SocketAddr::from(([127, 0, 0, 1], 0)), &folder.path().join("s"))?;
        let address = doors.address()?;
        let router = daemon.router();
        let socket = runtime.block_on(async { doors.serve(router) })?;
        Ok(Self {
            address,
            watched,
            world,
            clock,
            _socket: socket,
            _daemon: daemon,
            _runtime: runtime,
            _folder: folder,
        })
    }
}
