//! The gate: the only owner of the output lines.
//!
//! It asserts the invariant a second time, turns a grant into levels, makes K2's pulses, and lets
//! every grant lapse by itself. Its lock is held for the write alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soothe_therapy::{Actuators, Moment, limits};

use crate::lines::{Levels, Outputs, RigError};

/// A handle on the output lines; clones share them.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    lines: Box<dyn Outputs>,
    levels: Levels,
    lapses: Option<Moment>,
    shut: bool,
}

impl Gate {
    /// Takes the lines over and writes them off.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new(mut lines: Box<dyn Outputs>) -> Result<Self, RigError> {
        lines.write(Levels::default())?;
        let inner = Inner { lines, levels: Levels::default(), lapses: None, shut: false };
        Ok(Self { inner: Arc::new(Mutex::new(inner)) })
    }

    /// Carries out a grant and renews the lease. Called once per healthy cycle, so that each call
    /// that holds K2 in also makes one edge of its pulses (HL-S2).
    ///
    /// # Errors
    /// When a line cannot be written; everything was tried off then.
    ///
    /// # Panics
    /// When the grant breaks the invariant (K1 without K2, a lease longer than 300 ms). Lines are off.
    pub fn apply(&self, grant: &Actuators, now: Moment) -> Result<(), RigError> {
        let mut inner = self.lock();
        if inner.shut || !grant.energises() {
            return inner.off();
        }
        if !grant.k2() || grant.valid_for() > limits::LEASE {
            let _ = inner.off();
            panic!("a grant broke the gate's invariant: {grant:?}");
        }
        let levels = Levels { k1: grant.k1(), k2_pulse: !inner.levels.k2_pulse, buzzer: false };
        inner.lapses = Some(now + grant.valid_for());
        let result = inner.write(levels);
        if result.is_err() {
            let _ = inner.off();
        }
        result
    }

    /// Switches off when the lease is over; `true` when it just was. The lease thread calls it.
    pub fn lapse(&self, now: Moment) -> bool {
        let mut inner = self.lock();
        let over = inner.lapses.is_some_and(|end| now > end);
        if over {
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

    /// The lock, also after a thread died holding it: off must always be possible.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn write(&mut self, levels: Levels) -> Result<(), RigError> {
        self.levels = levels;
        self.lines.write(levels)
    }

    fn off(&mut self) -> Result<(), RigError> {
        self.lapses = None;
        self.write(Levels::default())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let _ = self.lines.write(Levels::default());
    }
}
