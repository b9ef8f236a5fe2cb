//! What the control thread has no time to say: log lines may wait for a disk or a pipe, so an ordinary
//! thread looks once a second at what has changed.

use crate::journal::Health;

/// What was said so far.
#[derive(Debug, Default)]
pub(crate) struct Said {
    log: u64,
    lapses: u64,
}

impl Said {
    /// Says what is new.
    pub(crate) fn look(&mut self, health: &Health, lapses: u64) {
        let log = health.generation();
        if log != self.log {
            match health.failure() {
                Some(reason) => tracing::error!(%reason, "session log failed"),
                None => tracing::info!("session log works again"),
            }
            self.log = log;
        }
        if lapses != self.lapses {
            let new = lapses - self.lapses;
            tracing::warn!(
                new,
                lapses,
                "lease lapsed: a control cycle came too late; lines were off"
            );
            self.lapses = lapses;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whoever_finds_the_log_failed_says_nothing_and_it_is_said_later_and_once() {
        let lines = Lines::default();
        let to = lines.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || to.clone()).finish();
        let text = || String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            let (health, mut said) = (Health::default(), Said::default());
            health.fail("the disk is full");
            assert_eq!(text(), "", "the control thread may have waited for this line");
            said.look(&health, 0);
            said.look(&health, 0);
            assert_eq!(text().matches("the disk is full").count(), 1);
            health.recover();
            said.look(&health, 2);
            assert!(text().contains("works again") && text().contains("lapses=2"), "{}", text());
        });
    }
}
