//! What the control thread knows of reminders: which are to be shown, and that a chirp is wanted.
//!
//! Its lock is held for a copy only, so that the control thread waits for nobody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use soothe_wire::DueReminder;

/// Which reminders are due; shared by who announces them and who shows them.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    due: Mutex<Arc<[DueReminder]>>,
    generation: AtomicU64,
    chirps: AtomicU64,
}

impl Notices {
    /// Those that are due.
    pub(crate) fn due(&self) -> Arc<[DueReminder]> {
        self.lock().clone()
    }

    /// Another number when others are due.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// These are due from now on.
    pub(crate) fn show(&self, due: Vec<DueReminder>) {
        let due: Arc<[DueReminder]> = due.into();
        let before = std::mem::replace(&mut *self.lock(), due.clone());
        if before != due {
            self.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The buzzer shall be heard, if it is time for that.
    pub(crate) fn ask_for_chirp(&self) {
        self.chirps.fetch_add(1, Ordering::SeqCst);
    }

    /// How often a chirp was asked for.
    pub(crate) fn chirps(&self) -> u64 {
        self.chirps.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<[DueReminder]>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
