//! A daemon in this process, on the simulated pad, whose lines and cycles are watched from outside.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use soothe_plant::PadSpec;
use soothe_rig::{Gate, Inputs, Levels, Outputs, RigError, Sampled, sim};
use soothe_therapy::Moment;
use soothed::clock::Clock;
use soothed::daemon::{Daemon, Options};
use soothed::journal::LogOptions;

/// What is written down about the lines and the cycles, on the shared clock.
#[derive(Debug, Default)]
pub struct Watched {
    energised: AtomicBool,
    /// Nanoseconds of the last change from energised to off.
    off_ns: AtomicU64,
    cycles: Mutex<Vec<Duration>>,
}

impl Watched {
    /// Whether anything is energised.
    pub fn energised(&self) -> bool {
        self.energised.load(Ordering::SeqCst)
    }

    /// When the lines went off last.
    pub fn off_at(&self) -> Duration {
        Duration::from_nanos(self.off_ns.load(Ordering::SeqCst))
    }

    /// The moments of the cycles since the last call.
    pub fn take_cycles(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.cycles.lock().expect("nobody panics with it"))
    }
}

struct WatchedOutputs {
    lines: sim::SimOutputs,
    clock: Clock,
    watched: Arc<Watched>,
}

impl Outputs for WatchedOutputs {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        let result = self.lines.write(levels);
        let energised = levels.k1 || levels.k2_pulse;
        let was = self.watched.energised.swap(energised, Ordering::SeqCst);
        if was && !energised {
            let now_ns = u64::try_from(self.clock.elapsed().as_nanos()).expect("centuries");
            self.watched.off_ns.store(now_ns, Ordering::SeqCst);
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
        self.inputs.sample(now)
    }
}

/// The daemon, served over TCP on a free port of loopback.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its lines do.
    pub watched: Arc<Watched>,
    /// The clock that it shares with the lines.
    pub clock: Clock,
    _runtime: tokio::runtime::Runtime,
    _daemon: Daemon,
    _folder: tempfile::TempDir,
}
