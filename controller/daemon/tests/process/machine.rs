//! When the machine itself stood still. A hypervisor, or a test run that keeps every processor busy, can
//! take one away for 100 ms and more; whatever waits on that one waits as long, and no process can do
//! anything about it. To tell such gaps from soothe's own, a thread on each processor looks at the clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::realtime;
use soothed::Clock;

/// How often each thread looks.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// A gap counts from here on: ten times what a sleeper is late on a machine that runs.
const GAP_MIN: Duration = Duration::from_millis(10);

/// The witnesses.
pub(crate) struct Machine {
    clock: Clock,
    processors: Vec<Arc<Processor>>,
}

#[derive(Default)]
struct Processor {
    seen_ns: AtomicU64,
    gaps: Mutex<Vec<(Duration, Duration)>>,
}

impl Processor {
    fn watch(&self, clock: Clock) {
        let mut before = clock.elapsed();
        loop {
            thread::sleep(LOOK_EVERY);
            let now = clock.elapsed();
            if now - before >= GAP_MIN {
                self.gaps.lock().expect("no witness panics").push((before, now));
            }
            self.seen_ns.store(now.as_nanos() as u64, Ordering::SeqCst);
            before = now;
        }
    }
}

impl Machine {
    /// The one that this runs on, watched from the first call.
    pub(crate) fn watched() -> &'static Self {
        static MACHINE: OnceLock<Machine> = OnceLock::new();
        MACHINE.get_or_init(|| {
            let clock = Clock::start();
            let all = sched_getaffinity(None).expect("a list of processors");
            let mine = (0..CpuSet::MAX_CPU).filter(|cpu| all.is_set(*cpu));
            Self { clock, processors: mine.map(|cpu| witness(cpu, clock)).collect() }
        })
    }

    /// The clock of everything here.
    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// For how long of that time at least one processor stood still.
    pub(crate) fn stood_still(&self, from: Duration, to: Duration) -> Duration {
        let mut gaps = Vec::new();
        for processor in &self.processors {
            // A gap is known when it is over.
            while Duration::from_nanos(processor.seen_ns.load(Ordering::SeqCst)) < to {
                thread::sleep(LOOK_EVERY);
            }
            gaps.extend(processor.gaps.lock().expect("no witness panics").iter().copied());
        }
        gaps.sort();
        let mut upto = from;
        let mut sum = Duration::ZERO;
        for (began, ended) in gaps {
            let (began, ended) = (began.max(upto), ended.min(to));
            if ended > began {
                sum += ended - began;
                upto = ended;
            }
        }
        sum
    }
}

fn witness(cpu: usize, clock: Clock) -> Arc<Processor> {
    let processor = Arc::new(Processor::default());
    let watched = Arc::clone(&processor);
    thread::spawn(move || {
        let mut only = CpuSet::new();
        only.set(cpu);
        sched_setaffinity(None, &only).expect("a processor of this process");
        // Above everything of soothe's: what it waits for is not soothe.
        let _ = realtime::ask_for_priority(LEASE_PRIORITY + 1);
        watched.watch(clock);
    });
    processor
}
