//! The thread that writes the session log, and nothing else does.
//!
//! Events are committed at once, samples at least once a second. While writing fails, everything is
//! kept and tried again each second; nothing heats meanwhile, so little comes.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use soothe_therapy::{Event, HeatPlan, SessionId};
use soothe_wire::{EventRecord, convert};
use tokio::sync::oneshot;

use super::error::write_failure;
use super::health::Health;
use super::store::{EventRows, SampleRow, Store, delete_session, write_events, write_sample};
use crate::clock::Clock;
use crate::control::{Answer, Declined};
use crate::publish::Announcement;

/// Samples are committed at most this often: at life speed each one as it comes, so that a power cut
/// loses the last second at most.
const COMMIT_EVERY: Duration = Duration::from_millis(900);
/// While writing fails, it is tried again this often.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// While writing fails, samples and refusals are kept up to this many; all else is kept always.
const KEPT_MAX: usize = 10_000;

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Message {
    /// Make the row of a session that is about to start.
    Prepare { plan: HeatPlan, answer: oneshot::Sender<Result<SessionId, Arc<str>>> },
    /// Remove the row of a session that never began.
    Discard(SessionId),
    /// One point of a curve.
    Sample(SampleRow),
    /// The events of one step.
    Record(Box<Record>),
    /// Commit what is there, or fail to, then say so.
    Flush(SyncSender<()>),
    /// Commit what is there, close the file, then say so.
    Close(oneshot::Sender<()>),
}

/// The events of one step, and who is told once they are on disk.
#[derive(Debug)]
pub(crate) struct Record {
    /// What is written.
    pub(crate) rows: EventRows,
    /// The snapshot that is told.
    pub(crate) announcement: Option<Announcement>,
    /// The answers that are given.
    pub(crate) answers: Vec<(oneshot::Sender<Answer>, Answer)>,
}

impl Record {
    /// It is on disk: the world may know.
    fn tell(&mut self) {
        if let Some(announcement) = self.announcement.take() {
            announcement.tell();
        }
        for (to, answer) in self.answers.drain(..) {
            // A client that has gone away does not want its answer.
            let _ = to.send(answer);
        }
    }

    /// It is not on disk: nobody is told that it was done.
    pub(crate) fn withhold(&mut self, why: &Arc<str>) {
        self.announcement = None;
        for (to, _) in self.answers.drain(..) {
            let _ = to.send(Err(Declined::LogFailed(why.clone())));
        }
    }
}

/// What waits to be committed.
#[derive(Debug)]
enum Pending {
    Discard(SessionId),
    Sample(SampleRow),
    Record(Box<Record>),
}

/// The state of the writer's thread.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) store: Store,
    /// Held for as long as the file is in use.
    pub(super) lock: File,
    pub(super) clock: Clock,
    pub(super) health: Arc<Health>,
    pub(super) queue: Receiver<Message>,
    pub(super) queued: Arc<AtomicUsize>,
    pending: Vec<Pending>,
    /// When what is pending, or a failure, is looked at again.
    again_at: Option<Duration>,
    /// When something was committed last.
    committed_at: Duration,
}

impl Writer {
    pub(super) fn new(
        store: Store,
        lock: File,
        clock: Clock,
        health: Arc<Health>,
        queue: Receiver<Message>,
        queued: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            store,
            lock,
            clock,
            health,
            queue,
            queued,
            pending: Vec::new(),
            again_at: None,
            committed_at: Duration::ZERO,
        }
    }

    /// Writes until it is told to close, or every sender is gone.
    pub(super) fn run(mut self) {
        let closed = loop {
            let message = match self.again_at {
                None => self.queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => self.queue.recv_timeout(at.saturating_sub(self.clock.elapsed())),
            };
            match message {
                Ok(message) => {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                    if let Message::Close(done) = message {
                        break Some(done);
                    }
                    self.take(message);
                }
                Err(RecvTimeoutError::Timeout) => self.try_again(),
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        self.commit();
        self.store.tidy();
        drop((self.store, self.lock));
        if let Some(done) = closed {
            let _ = done.send(());
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Sample(row) => {
                if self.pending.len() < KEPT_MAX {
                    self.pending.push(Pending::Sample(row));
                    let due = self.committed_at + COMMIT_EVERY;
                    self.again_at.get_or_insert(due);
                }
                // A steady flow of samples must not keep the timeout from being reached.
                if self.again_at.is_some_and(|at| at <= self.clock.elapsed()) {
                    self.try_again();
                }
            }
            Message::Record(record) => {
                self.pending.push(Pending::Record(record));
                self.commit();
                self.forget_refusals();
            }
            Message::Prepare { plan, answer } => {
                let prepared = self.prepare(&plan);
                if let Err(Ok(id)) = answer.send(prepared) {
                    self.discard(id);
                }
            }
            Message::Discard(id) => self.discard(id),
            Message::Flush(done) => {
                self.commit();
                let _ = done.try_send(());
            }
            // The loop has ended with it.
            Message::Close(_) => {}
        }
    }

    fn prepare(&mut self, plan: &HeatPlan) -> Result<SessionId, Arc<str>> {
        // What came before is on disk before anything new begins.
        if !self.pending.is_empty() {
            self.commit();
        }
        if let Some(failure) = self.health.failure() {
            return Err(failure);
        }
        self.health.writing(self.clock.now());
        let result = self.store.prepare(plan, self.clock.wall_unix_ms());
        self.health.written();
        result.map_err(|error| self.failed(&error))
    }

    fn discard(&mut self, id: SessionId) {
        self.pending.push(Pending::Discard(id));
        self.commit();
    }

    fn try_again(&mut self) {
        if self.pending.is_empty() {
            match self.store.probe() {
                Ok(()) => self.works(),
                Err(error) => drop(self.failed(&error)),
            }
        } else {
            self.commit();
        }
    }

    /// Writes everything that is pending in one transaction, then tells who waits for it.
    fn commit(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.health.writing(self.clock.now());
        let result = write(&mut self.store, &self.pending);
        self.health.written();
        match result {
            Ok(()) => {
                self.works();
                self.committed_at = self.clock.elapsed();
                for pending in self.pending.drain(..) {
                    match pending {
                        Pending::Discard(_) | Pending::Sample(_) => {}
                        Pending::Record(mut record) => {
                            record.tell();
                            say(&record.rows);
                        }
                    }
                }
            }
            Err(error) => {
                let why = self.failed(&error);
                for pending in &mut self.pending {
                    match pending {
                        Pending::Discard(_) | Pending::Sample(_) => {}
                        Pending::Record(record) => record.withhold(&why),
                    }
                }
            }
        }
    }

    /// Someone who asks again and again while the disk is full must not fill the memory as well.
    fn forget_refusals(&mut self) {
        if self.pending.len() > KEPT_MAX {
            self.pending.retain(|pending| match pending {
                Pending::Discard(_) | Pending::Sample(_) => true,
                Pending::Record(record) => !record.rows.is_only_refusals(),
            });
        }
    }

    fn works(&mut self) {
        self.again_at = None;
        self.health.recover();
    }

    fn failed(&mut self, error: &rusqlite::Error) -> Arc<str> {
        let why: Arc<str> = write_failure(self.store.path(), error).into();
        self.health.fail(&why);
        self.again_at = Some(self.clock.elapsed() + RETRY_EVERY);
        why
    }
}

/// A line for each event, for whoever reads the service's log.
fn say(rows: &EventRows) {
    let session = rows.session.map(|(id, _)| id.0);
    for event in &rows.events {
        let EventRecord { kind, message, rule, .. } = convert::event_record(event, 0.0);
        match event {
            Event::Latched(_) => tracing::error!(session, rule, "{kind}: {message}"),
            Event::Started { .. }
            | Event::TargetReached { .. }
            | Event::Ended(_)
            | Event::Refused(_)
            | Event::Cleared(_)
            | Event::Acknowledged { .. }
            | Event::Proved { .. }
            | Event::AskedForSign { .. }
            | Event::Present { .. }
            | Event::Answered(_)
            | Event::LossForgotten => tracing::info!(session, rule, "{kind}: {message}"),
        }
    }
}

fn write(store: &mut Store, pending: &[Pending]) -> Result<(), rusqlite::Error> {
    let transaction = store.begin()?;
    for pending in pending {
        match pending {
            Pending::Discard(id) => delete_session(&transaction, *id)?,
            Pending::Sample(row) => write_sample(&transaction, row)?,
            Pending::Record(record) => write_events(&transaction, &record.rows)?,
        }
    }
    transaction.commit()
}
