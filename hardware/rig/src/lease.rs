//! The lease thread: switches off when the control thread stopped renewing, whatever the reason.
//!
//! It has a real-time priority above the control thread's where the system allows one, so that a control
//! thread that spins on the only core cannot keep it from that. Without the right it runs as any other.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use soothe_therapy::Moment;

use crate::gate::{Gate, WeakGate};
use crate::realtime;

/// How often the lease is looked at: a sixth of it.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The real-time priority that the lease thread asks for. The control thread's must be lower; the
/// kernel's interrupt threads have 50.
pub const LEASE_PRIORITY: u8 = 41;

/// The running lease thread. No lease, no energy: when this is dropped, or when the thread dies, the
/// gate is shut for good.
#[must_use = "dropping it shuts the gate"]
pub struct Lease {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    lapses: AtomicU64,
}

/// Starts the thread that calls [`Gate::lapse`] every 50 ms. It does not keep the gate in use and
/// ends with it. `now` must be the clock whose moments are given to [`Gate::apply`].
///
/// # Errors
/// When no thread can be started.
pub fn spawn_lease(gate: Gate, now: impl Fn() -> Moment + Send + 'static) -> io::Result<Lease> {
    let shared = Arc::new(Shared::default());
    let watch = Watch { gate: gate.downgrade(), shared: Arc::clone(&shared) };
    let thread = thread::Builder::new().name("lease".to_owned()).spawn(move || {
        // A refusal is for whoever starts the control thread to tell, whose own request needs the same
        // right.
        let _ = realtime::ask_for_priority(LEASE_PRIORITY);
        watch.run(&now);
    })?;
    Ok(Lease { shared, thread: Some(thread) })
}

impl Lease {
    /// How often a lease ran out since the start. Every one is a control thread that was too late.
    #[must_use]
    pub fn lapses(&self) -> u64 {
        self.shared.lapses.load(Ordering::Relaxed)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // An error is the thread's panic, after which the gate is shut all the same.
            let _ = thread.join();
        }
    }
}

/// What the thread owns; however the thread ends, dropping this shuts the gate.
struct Watch {
    gate: WeakGate,
    shared: Arc<Shared>,
}

impl Watch {
    fn run(&self, now: &dyn Fn() -> Moment) {
        while !self.shared.over.load(Ordering::Acquire) {
            let Some(gate) = self.gate.upgrade() else { return };
            if gate.lapse(now()) {
                self.shared.lapses.fetch_add(1, Ordering::Relaxed);
            }
            // Not while asleep: the gate's last user is to be the one that switches off.
            drop(gate);
            thread::park_timeout(LOOK_EVERY);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.upgrade() {
            let _ = gate.shut();
        }
    }
}
