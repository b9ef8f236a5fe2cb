//! Whether the session log can be written; the control thread asks in every cycle.
//!
//! It never says anything itself: a log line may wait for a disk or a pipe. `watch.rs` does.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soothe_therapy::{Moment, Span};

/// A write that takes longer than this counts as a failed log.
pub(crate) const STALLED_AFTER: Span = Span::from_s(5);

/// Shared by the writer, who knows, and everyone who must not go on without a log.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failed: AtomicBool,
    generation: AtomicU64,
    reason: Mutex<Option<Arc<str>>>,
    /// When the write that goes on began, in milliseconds plus one; 0 when none goes on.
    writing_since: AtomicU64,
}

impl Health {
    /// Whether the log cannot be written now.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// Counts the changes between failed and well.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Why it cannot be written.
    pub(crate) fn failure(&self) -> Option<Arc<str>> {
        if self.has_failed() { self.reason().clone() } else { None }
    }

    /// It cannot be written.
    pub(crate) fn fail(&self, reason: &str) {
        if self.failure().as_deref() == Some(reason) {
            return;
        }
        *self.reason() = Some(reason.into());
        self.failed.store(true, Ordering::SeqCst);
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// It was written.
    pub(crate) fn recover(&self) {
        if self.failed.swap(false, Ordering::SeqCst) {
            self.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A write begins.
    pub(super) fn writing(&self, now: Moment) {
        self.writing_since.store(now.as_ms().saturating_add(1), Ordering::SeqCst);
    }

    /// The write is over, whatever came of it.
    pub(super) fn written(&self) {
        self.writing_since.store(0, Ordering::SeqCst);
    }

    /// Fails the log when a write has been going on for too long.
    pub(crate) fn watch(&self, now: Moment) {
        let since = self.writing_since.load(Ordering::SeqCst);
        let stalled = since != 0 && now.since(Moment::from_ms(since - 1)) > STALLED_AFTER;
        if stalled && !self.has_failed() {
            self.fail("the disk with the session log has not answered for 5 s");
        }
    }

    fn reason(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_does_not_answer_counts_as_failed() {
        let health = Health::default();
        health.watch(Moment::from_ms(60_000));
        assert!(!health.has_failed(), "no write goes on");
        health.writing(Moment::START);
        health.watch(Moment::from_ms(5_000));
        assert!(!health.has_failed());
        health.watch(Moment::from_ms(5_001));
        assert!(health.failure().expect("failed").contains("5 s"));
        health.written();
        health.recover();
        assert_eq!((health.failure(), health.generation()), (None, 2));
    }
}
