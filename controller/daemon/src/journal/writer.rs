//! The thread that writes the session log and the file beside it, and nothing else does.
//!
//! What must not be forgotten goes to the file beside the log first, then into the log, and only then is
//! it told. Events are committed at once, samples at least once a second. While writing fails, everything is
//! kept and tried again each second; nothing heats meanwhile, so little comes.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use soothe_therapy::{Cem43, Plan, SessionId, Span};
use soothe_wire::recording::{Part, Parts};

use super::Journal;
use super::error::WriteError;
use super::events::write_events;
use super::health::Health;
use super::message::{Message, Record};
use super::store::{SampleRow, Store, delete_session, write_part, write_sample};
use super::takeover::note_keep;
use crate::clock::Clock;
use crate::keep::{Keep, Reserved};

/// Samples are committed at most this often: at life speed each one as it comes, so that a power cut
/// loses the last second at most.
const COMMIT_EVERY: Duration = Duration::from_millis(900);
/// While writing fails, it is tried again this often.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// While writing fails, samples and refusals are kept up to this many; all else is kept always.
const KEPT_MAX: usize = 10_000;

/// While the machine has not learned the time, it is looked for this often.
const CLOCK_LOOK_EVERY: Duration = Duration::from_secs(10);

/// How much longer ago everything is than was thought, in milliseconds, until the control thread takes it.
#[derive(Debug, Default)]
pub(super) struct Learned(AtomicU64);

impl Learned {
    pub(super) fn take(&self) -> Option<Span> {
        let ms = self.0.swap(0, Ordering::SeqCst);
        (ms != 0).then_some(Span::from_ms(ms))
    }
}

/// What waits to be committed.
#[derive(Debug)]
enum Pending {
    Discard(SessionId),
    Sample(SampleRow),
    Part(Part),
    Record(Box<Record>),
}

/// The state of the writer's thread.
pub(super) struct Writer {
    store: Store,
    keep: Keep,
    /// Held for as long as the files are in use.
    lock: File,
    clock: Clock,
    health: Arc<Health>,
    learned: Arc<Learned>,
    queue: Receiver<Message>,
    queued: Arc<AtomicUsize>,
    pending: Vec<Pending>,
    /// Of the session that is being recorded.
    parts: Parts,
    /// The newest generation of the file beside the log that the log knows of.
    noted: u64,
    /// When what is pending, or a failure, is looked at again.
    again_at: Option<Duration>,
    /// When the machine's clock is looked at again, while it may be wrong.
    clock_at: Option<Duration>,
    /// When something was committed last.
    committed_at: Duration,
}

impl Writer {
    pub(super) fn new(
        store: Store,
        keep: Keep,
        lock: File,
        clock: Clock,
        journal: &Journal,
        queue: Receiver<Message>,
    ) -> Self {
        let clock_at = keep.waits_for_clock().then(|| clock.elapsed() + CLOCK_LOOK_EVERY);
        Self {
            store,
            keep,
            lock,
            clock,
            health: journal.health.clone(),
            learned: journal.learned.clone(),
            queue,
            queued: journal.queued.clone(),
            pending: Vec::new(),
            parts: Parts::default(),
            noted: 0,
            again_at: None,
            clock_at,
            committed_at: Duration::ZERO,
        }
    }

    /// Writes until it is told to close, or every sender is gone.
    pub(super) fn run(mut self) {
        let closed = loop {
            let next = [self.again_at, self.clock_at].into_iter().flatten().min();
            let message = match next {
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
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        self.commit();
        if closed.is_some() {
            self.discard_what_never_began();
        }
        self.store.tidy();
        drop((self.store, self.lock));
        if let Some(done) = closed {
            let _ = done.send(());
        }
    }

    /// Does what is due.
    fn look(&mut self) {
        let now = self.clock.elapsed();
        if self.clock_at.is_some_and(|at| at <= now) {
            self.look_at_clock();
        }
        if self.again_at.is_some_and(|at| at <= now) {
            self.try_again();
        }
    }

    fn look_at_clock(&mut self) {
        let now = self.clock.stamp();
        self.clock_at = Some(self.clock.elapsed() + CLOCK_LOOK_EVERY);
        if now.wall_unix_ms.is_some() {
            let more = self.keep.learn_clock(now);
            self.learned.0.store(more.as_ms(), Ordering::SeqCst);
            self.clock_at = None;
            self.commit();
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Sample(row) => self.take_later(Pending::Sample(row)),
            Message::Recording(piece) => {
                self.parts.add(&piece).into_iter().map(Pending::Part).for_each(|it| {
                    self.take_later(it);
                });
            }
            Message::Record(record) => {
                self.pending.push(Pending::Record(record));
                self.commit();
                self.forget_refusals();
            }
            Message::Prepare { plan, pad_name, answer } => {
                let prepare = |it: &mut Self| it.reserve(&plan, pad_name.as_deref());
                let prepared = self.write_at_once(prepare);
                if let Err(Ok(id)) = answer.send(prepared) {
                    self.discard(id);
                }
            }
            Message::Discard(id) => self.discard(id),
            Message::ForgetTuning { id, answer } => {
                let forget = |it: &mut Self| Ok(it.store.forget_tuning(id)?);
                let _ = answer.send(self.write_at_once(forget));
            }
            Message::Treat { treated, answer } => {
                let at_unix_ms = self.clock.wall_unix_ms();
                let treat = |it: &mut Self| Ok(it.store.treat(&treated, at_unix_ms)?);
                let _ = answer.send(self.write_at_once(treat));
            }
            Message::Remind { change, answer } => {
                let at_unix_ms = self.clock.wall_unix_ms();
                let remind = |it: &mut Self| Ok(it.store.remind(&change, at_unix_ms)?);
                let _ = answer.send(self.write_at_once(remind));
            }
            Message::Flush(done) => {
                self.commit();
                let _ = done.try_send(());
            }
            // The loop has ended with it.
            Message::Close(_) => {}
        }
    }

    /// Takes what is committed now and then.
    fn take_later(&mut self, pending: Pending) {
        if self.pending.len() < KEPT_MAX {
            self.pending.push(pending);
            let due = self.committed_at + COMMIT_EVERY;
            self.again_at.get_or_insert(due);
        }
        // A steady flow must not keep the timeout from being reached.
        if self.again_at.is_some_and(|at| at <= self.clock.elapsed()) {
            self.try_again();
        }
    }

    /// Writes what somebody waits for. What came before is on disk before anything new begins.
    fn write_at_once<T>(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<T, WriteError>,
    ) -> Result<T, Arc<str>> {
        self.commit();
        if let Some(failure) = self.health.failure() {
            return Err(failure);
        }
        self.health.writing(self.clock.now());
        let result = write(self);
        self.health.written();
        // It may have taken so long that the log counts as failed.
        result.inspect(|_| self.health.recover()).map_err(|error| self.failed(&error))
    }

    /// Makes the session's row, then reserves what it may leave.
    fn reserve(&mut self, plan: &Plan, pad_name: Option<&str>) -> Result<SessionId, WriteError> {
        let prepared_unix_ms = self.clock.wall_unix_ms();
        let id = self.store.prepare(plan, pad_name, prepared_unix_ms)?;
        self.keep.reserve(Reserved::of(id, plan, prepared_unix_ms));
        if let Err(error) = self.keep.save(self.clock.stamp()) {
            self.pending.push(Pending::Discard(id));
            return Err(error.into());
        }
        Ok(id)
    }

    fn discard(&mut self, id: SessionId) {
        self.pending.push(Pending::Discard(id));
        self.commit();
    }

    /// HL-S8: a start that was prepared while the daemon was ending warmed nothing, and nobody is left to
    /// say so. While the log fails, its start may be what could not be written: it counts then.
    fn discard_what_never_began(&mut self) {
        if self.health.has_failed() {
            return;
        }
        for id in self.keep.reserved() {
            if self.store.has_started(id).is_ok_and(|it| !it) {
                self.pending.push(Pending::Discard(id));
            }
        }
        self.commit();
    }

    fn try_again(&mut self) {
        if self.pending.is_empty() && !self.keep.has_changed() {
            match self.store.probe() {
                Ok(()) => self.works(),
                Err(error) => drop(self.failed(&error.into())),
            }
        } else {
            self.commit();
        }
    }

    /// Brings everything that is pending to disk, then tells who waits for it.
    pub(super) fn commit(&mut self) {
        if self.pending.is_empty() && !self.keep.has_changed() {
            return;
        }
        self.health.writing(self.clock.now());
        let result = self.write();
        self.health.written();
        match result {
            Ok(()) => {
                self.works();
                self.committed_at = self.clock.elapsed();
                for pending in self.pending.drain(..) {
                    match pending {
                        Pending::Discard(_) | Pending::Part(_) => {}
                        // Only now: what is noted must be in the log. It is saved with the next commit.
                        Pending::Sample(row) => note(&mut self.keep, &row),
                        Pending::Record(mut record) => {
                            record.tell();
                            record.say();
                        }
                    }
                }
            }
            Err(error) => {
                let why = self.failed(&error);
                for pending in &mut self.pending {
                    match pending {
                        Pending::Discard(_) | Pending::Sample(_) | Pending::Part(_) => {}
                        Pending::Record(record) => record.withhold(&why),
                    }
                }
            }
        }
    }

    /// The file beside the log first: what it has may be more than the log knows, never less.
    fn write(&mut self) -> Result<(), WriteError> {
        for pending in &mut self.pending {
            match pending {
                Pending::Sample(_) | Pending::Part(_) => {}
                Pending::Discard(id) => self.keep.release(*id),
                Pending::Record(record) => record.enter(&mut self.keep, self.clock),
            }
        }
        if self.keep.has_changed() {
            self.keep.save(self.clock.stamp())?;
        }
        let transaction = self.store.begin()?;
        for pending in &self.pending {
            match pending {
                Pending::Discard(id) => delete_session(&transaction, *id)?,
                Pending::Sample(row) => write_sample(&transaction, row)?,
                Pending::Part(part) => write_part(&transaction, part)?,
                Pending::Record(record) => write_events(&transaction, &record.rows)?,
            }
        }
        let generation = self.keep.generation();
        if self.noted != generation {
            note_keep(&transaction, &self.keep)?;
        }
        transaction.commit()?;
        self.noted = generation;
        Ok(())
    }

    /// Someone who asks again and again while the disk is full must not fill the memory as well.
    fn forget_refusals(&mut self) {
        if self.pending.len() > KEPT_MAX {
            self.pending.retain(|pending| match pending {
                Pending::Discard(_) | Pending::Sample(_) | Pending::Part(_) => true,
                Pending::Record(record) => !record.rows.is_only_refusals(),
            });
        }
    }

    fn works(&mut self) {
        self.again_at = None;
        self.health.recover();
    }

    fn failed(&mut self, error: &WriteError) -> Arc<str> {
        let why: Arc<str> = error.text(self.store.path()).into();
        self.health.fail(&why);
        self.again_at = Some(self.clock.elapsed() + RETRY_EVERY);
        why
    }
}

fn note(keep: &mut Keep, row: &SampleRow) {
    if let Ok(dose) = Cem43::new(row.dose_cem43) {
        keep.note(row.id, row.t, dose);
    }
}
