//! The gate: the only owner of the output lines.
//!
//! It asserts the invariant a second time, turns a grant into levels, makes K2's pulses, and lets
//! every grant lapse by itself. Its lock is held for the write alone, and looking whether a grant has
//! lapsed takes none.
//!
//! Off is K1 low, no stimulus, and K2's pulse line left at its level: an edge more would hold K2 in for one drop-out
//! time longer, while a level, whichever it is, passes nothing through the charge pump.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use soothe_therapy::tens::{Cap, Stimulus};
use soothe_therapy::{Actuators, Moment, Span, limits};

pub use crate::lease::{LEASE_PRIORITY, Lease, spawn_lease};
use crate::lines::{Levels, Outputs, RigError};

/// A handle on the output lines; clones share them. When the last one goes, the lines are off.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Mutex<Inner>>,
    lapses: Deadline,
}

/// A handle that does not keep the lines in use.
pub(crate) struct WeakGate {
    inner: Weak<Mutex<Inner>>,
    lapses: Deadline,
}

/// Until when the lines may be energised, known without the lock and set with it held. Stays while
/// switching off fails, so that it is tried again.
#[derive(Clone)]
struct Deadline(Arc<AtomicU64>);

impl Deadline {
    /// In place of a moment in ms: nothing is energised.
    const NEVER: u64 = u64::MAX;

    fn never() -> Self {
        Self(Arc::new(AtomicU64::new(Self::NEVER)))
    }

    fn set(&self, end: Option<Moment>) {
        self.0.store(end.map_or(Self::NEVER, Moment::as_ms), Ordering::SeqCst);
    }

    fn is_over(&self, now: Moment) -> bool {
        now.as_ms() >= self.0.load(Ordering::SeqCst)
    }
}

/// What a grant wants of the lines, to be asserted once more.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    k1: bool,
    k2: bool,
    stimulus: Option<Stimulus>,
    proves_k1: bool,
    valid_for: Span,
    buzzer: bool,
}

struct Inner {
    lines: Box<dyn Outputs>,
    levels: Levels,
    lapses: Deadline,
    last_edge: Option<Moment>,
    shut: bool,
}

impl Gate {
    /// Takes the lines over and writes them off.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new(mut lines: Box<dyn Outputs>) -> Result<Self, RigError> {
        lines.write(Levels::default())?;
        let (levels, lapses) = (Levels::default(), Deadline::never());
        let inner = Inner { lines, levels, lapses: lapses.clone(), last_edge: None, shut: false };
        Ok(Self { inner: Arc::new(Mutex::new(inner)), lapses })
    }

    /// Carries out a grant and renews the lease. Called once per healthy cycle, so that each call
    /// that holds K2 in also makes one edge of its pulses, unless the last was less than 50 ms ago
    /// (HL-S2). A stimulus ends with the lease or with a grant that has none (HL-T11). The buzzer sounds as
    /// told, whether or not anything is energised.
    ///
    /// # Errors
    /// When a line cannot be written; everything was tried off then.
    ///
    /// # Panics
    /// When the grant breaks the invariant (K1 without K2, a stimulus beside K1 or beyond
    /// HL-T1, a lease longer than 300 ms). Lines are off.
    pub fn apply(&self, grant: &Actuators, buzzer: bool, now: Moment) -> Result<(), RigError> {
        let wanted = Wanted {
            k1: grant.k1(),
            k2: grant.k2(),
            stimulus: grant.stimulus(),
            proves_k1: grant.proves_k1(),
            valid_for: grant.valid_for(),
            buzzer,
        };
        self.lock().carry_out(wanted, now)
    }

    /// Switches off when the lease is over; `true` when it just was, or when switching off failed
    /// and was tried again. The lease thread calls it, see [`spawn_lease`]; it waits for nobody while
    /// there is nothing to do.
    #[must_use]
    pub fn lapse(&self, now: Moment) -> bool {
        if !self.lapses.is_over(now) {
            return false;
        }
        let mut inner = self.lock();
        // Whoever held the lock may have renewed it.
        let over = self.lapses.is_over(now);
        if over {
            // Nobody here could do more than try again, which the next call does.
            let _ = inner.off();
        }
        over
    }

    /// Everything off, now, from any thread; the next healthy grant may energise again.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn off(&self) -> Result<(), RigError> {
        self.lock().off()
    }

    /// Everything off for good: no later grant energises. For panics and the end of the process.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn shut(&self) -> Result<(), RigError> {
        let mut inner = self.lock();
        inner.shut = true;
        inner.off()
    }

    pub(crate) fn downgrade(&self) -> WeakGate {
        WeakGate { inner: Arc::downgrade(&self.inner), lapses: self.lapses.clone() }
    }

    /// The lock, also after a thread died holding it: off must always be possible.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WeakGate {
    /// The gate, while anyone still has it.
    pub(crate) fn upgrade(&self) -> Option<Gate> {
        self.inner.upgrade().map(|inner| Gate { inner, lapses: self.lapses.clone() })
    }
}

impl Inner {
    fn carry_out(&mut self, wanted: Wanted, now: Moment) -> Result<(), RigError> {
        let Wanted { k1, k2, stimulus, proves_k1, valid_for, buzzer } = wanted;
        if self.shut {
            return self.off();
        }
        if !(k1 || k2) {
            return self.rest(buzzer);
        }
        // K1 alone passes no current; it is closed so only to show that. K2 feeds the stimulator, too, which
        // never sends while K1 is closed (HL-T15).
        let both = stimulus.is_some() && (k1 || !k2);
        let strong = stimulus.is_some_and(|it| it.level_ma() > Cap::HARD.ma());
        if !(k2 || proves_k1) || both || strong || valid_for > limits::LEASE {
            let _ = self.off();
            panic!("a grant broke the gate's invariant: {wanted:?}");
        }
        // Before the write: also a write that fails half-way must lapse.
        self.lapses.set(Some(now + valid_for));
        let edge = k2 && self.may_pulse(now);
        if edge {
            self.last_edge = Some(now);
        }
        let levels = Levels { k1, k2_pulse: self.levels.k2_pulse ^ edge, buzzer, stimulus };
        let result = self.write(levels);
        if result.is_err() {
            let _ = self.off();
        }
        result
    }

    fn may_pulse(&self, now: Moment) -> bool {
        self.last_edge.is_none_or(|last| now.since(last) >= self.lines.pulse_gap_min())
    }

    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.levels = levels;
        let written = catch_unwind(AssertUnwindSafe(|| self.lines.write(levels)));
        written.unwrap_or_else(|panic| {
            // The lines after the one that panicked were not reached.
            let off = Levels { k1: false, buzzer: false, stimulus: None, ..levels };
            let _ = catch_unwind(AssertUnwindSafe(|| self.lines.write(off)));
            resume_unwind(panic)
        })
    }

    fn off(&mut self) -> Result<(), RigError> {
        self.rest(false)
    }

    /// Nothing energised; the buzzer alone may sound.
    fn rest(&mut self, buzzer: bool) -> Result<(), RigError> {
        self.write(Levels { k1: false, buzzer, stimulus: None, ..self.levels })?;
        self.lapses.set(None);
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let _ = self.off();
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
