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
        self.fail_with(&mut self.reason(), reason);
    }

    fn fail_with(&self, why: &mut Option<Arc<str>>, reason: &str) {
        *why = Some(reason.into());
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

    /// The write is over, whatever came of it. Whoever watches has failed the log by now, or does not on
    /// account of this write: what the writer then says of it is the last word.
    pub(super) fn written(&self) {
        let _watched = self.reason();
        self.writing_since.store(0, Ordering::SeqCst);
    }

    /// Fails the log when a write has been going on for too long.
    pub(crate) fn watch(&self, now: Moment) {
        if self.has_failed() || !self.has_stalled(now) {
            return;
        }
        let mut why = self.reason();
        // Again: the write may have ended meanwhile, and nobody would take back what is said after it.
        if self.has_stalled(now) {
            self.fail_with(&mut why, "the disk with the session log has not answered for 5 s");
        }
    }

    fn has_stalled(&self, now: Moment) -> bool {
        let since = self.writing_since.load(Ordering::SeqCst);
        since != 0 && now.since(Moment::from_ms(since - 1)) > STALLED_AFTER
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

    #[test]
    fn a_slow_write_that_has_ended_fails_the_log_no_more() {
        let (health, over) = (Health::default(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    health.watch(Moment::from_ms(60_000));
                }
            });
            let late = (0..200_000).filter(|_| {
                health.writing(Moment::START);
                std::hint::spin_loop();
                health.written();
                health.recover();
                std::hint::spin_loop();
                health.has_failed()
            });
            let late = late.count();
            over.store(true, Ordering::SeqCst);
            assert_eq!(late, 0, "failed after its end");
        });
    }
}
