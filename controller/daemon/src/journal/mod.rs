//! The session log: one SQLite file, one thread that writes it and the sealed file beside it, readers
//! that cannot.
//!
//! It never blocks the control thread: whatever does not fit into the queue is a failed log, and a
//! failed log ends the session (the device does not heat without a record).

mod diary;
mod error;
mod events;
mod health;
mod message;
mod reader;
mod reminders;
mod rows;
mod schema;
mod store;
mod takeover;
#[cfg(test)]
mod tests;
mod tunings;
mod writer;

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use soothe_therapy::{Boot, Fault, FaultKind, Heater, Plan, SessionId, Span};
use soothe_wire::recording::Piece;
use soothe_wire::{SessionSummary, TreatmentEntry};
use tokio::sync::oneshot;

pub(crate) use diary::{Beside, Treated};
pub use error::{OpenError, Problem};
pub(crate) use health::Health;
pub(crate) use message::Record;
pub(crate) use reader::{Page, Reader};
pub(crate) use reminders::ReminderChange;
pub(crate) use store::{EventRows, SampleRow, ended};
pub(crate) use tunings::Forgotten;

use crate::clock::Clock;
use crate::keep::{self, Keep, Loss, Refused};
use crate::remind::KeptReminder;
use message::Message;
use store::Store;
use writer::{Learned, Writer};

/// Only the owner may look into the log.
const PRIVATE: u32 = 0o600;
/// Messages that may wait for the writer.
const QUEUE_MAX: usize = 1024;
/// Beyond this many, samples are dropped so that events still fit.
const QUEUE_FOR_SAMPLES: usize = 900;
/// How often the end looks whether there is room in the queue.
const ROOM_LOOK_EVERY: Duration = Duration::from_millis(10);
/// Why the log has failed when the queue is full.
const CANNOT_KEEP_UP: &str = "the session log cannot keep up";
/// How long whoever asks for something to be written waits: a start for its row.
const ANSWER_WITHIN: Duration = Duration::from_millis(1500);

/// How the log is opened.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// The file; its folder is made when it is not there.
    pub path: PathBuf,
    /// Sessions heat a model, not a pad.
    pub simulated: bool,
    /// The file may have no more than this many pages of 4 KiB; none is without a limit.
    pub pages_max: Option<u32>,
}

/// A handle on the writer; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    queue: SyncSender<Message>,
    queued: Arc<AtomicUsize>,
    health: Arc<Health>,
    learned: Arc<Learned>,
}

/// What a new daemon must know of the last one.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    pub(crate) boot: Boot,
    /// What a person had said to the check-list was lost, and nobody has answered since.
    pub(crate) answers_lost: bool,
    pub(crate) interrupted: Option<SessionSummary>,
    pub(crate) reminders: Vec<KeptReminder>,
}

/// A session log that is open and belongs to this process alone. It is opened before the hardware is
/// taken over: whoever is refused here has touched nothing.
#[derive(Debug)]
pub struct OpenLog(pub(crate) Opened);

impl OpenLog {
    /// Opens the file and starts its writer; `clock` is the daemon's.
    ///
    /// # Errors
    /// When another daemon uses the file, or it cannot be used.
    pub fn open(options: &LogOptions, clock: Clock) -> Result<Self, OpenError> {
        open(options, clock).map(Self)
    }

    /// What the daemon's engine will be told of the past: from the file beside the log, and from the log.
    #[must_use]
    pub fn boot(&self) -> &Boot {
        &self.0.remembered.boot
    }

    /// Reads everything as the API would, up to `most` sessions with their events, curves and recordings;
    /// how many they are. For whoever wants to know whether a log that was harmed can still be read.
    ///
    /// # Errors
    /// When something cannot be read, in a sentence.
    pub async fn read_through(&self, most: u32) -> Result<usize, String> {
        let reader = &self.0.reader;
        let sessions = reader.sessions(Page { limit: most, offset: 0, site: None }).await?.sessions;
        for session in &sessions {
            reader.session(session.id).await?;
            reader.samples(session.id).await?;
            reader.recording(session.id).await?;
        }
        Ok(sessions.len())
    }

    /// Brings everything to disk and gives the files free for whoever opens them next.
    pub async fn close(self) {
        self.0.journal.close().await;
    }
}

/// Everything that comes with an open log.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) reader: Reader,
    pub(crate) remembered: Remembered,
}

/// Opens the log and the file beside it, takes over what a dead daemon left, and starts the writer.
pub(crate) fn open(options: &LogOptions, clock: Clock) -> Result<Opened, OpenError> {
    let path = options.path.as_path();
    let refuse = |problem| OpenError { path: path.to_owned(), problem };
    let lock = lock(path).map_err(refuse)?;
    let store = Store::open(path, options.simulated)?;
    let (remembered, keep) = take_over(&store, path, clock).map_err(refuse)?;
    if let Some(pages) = options.pages_max {
        store.limit_pages(pages).map_err(|error| refuse(error.into()))?;
    }
    let reader = Reader::open(path)?;

    let (queue, receiver) = sync_channel(QUEUE_MAX);
    let journal =
        Journal { queue, queued: Arc::default(), health: Arc::default(), learned: Arc::default() };
    let mut writer = Writer::new(store, keep, lock, clock, &journal, receiver);
    // What was found: a disk that does not take it shall be shown, not keep the daemon from starting.
    writer.commit();
    std::thread::Builder::new()
        .name("journal".to_owned())
        .spawn(move || writer.run())
        .map_err(|error| refuse(Problem::Folder(error)))?;
    Ok(Opened { journal, reader, remembered })
}

/// What a dead daemon left, in the log and in the file beside it.
fn take_over(store: &Store, log: &Path, clock: Clock) -> Result<(Remembered, Keep), Problem> {
    let path = beside(log, ".keep");
    let refuse = |refused| match refused {
        Refused::Disk(error) => Problem::Keep { path: path.clone(), error },
        Refused::Unknown(what) => Problem::KeepUnknown { path: path.clone(), what },
    };
    // First the file: what it counts for a session that was cut off is read from its row in the log.
    let keep::Opened { keep, mut boot, loss } =
        Keep::open(&path, clock.stamp(), store.says()?, refuse, |reserved| store.told(reserved))?;
    if let Some(Loss { why, aside }) = loss {
        let to = aside.map(|name| format!(", now {}", name.display())).unwrap_or_default();
        let what = format!("the record of doses {} is lost: {why}{to}", path.display());
        tracing::error!(rule = "HL-S8", "{what}");
        let latched = boot.latched.unwrap_or(Fault { kind: FaultKind::RecordLost, reading: None });
        store.note_loss(&what, latched, clock.wall_unix_ms())?;
    }
    // A session that only the file has is shown, too: whoever cannot start must see why (HL-S6).
    let unknown = || keep.cut_off().map(|it| store.unknown(it));
    // What is known of the heater is no affair of that file: the log has the tuning, the configuration the relay.
    boot.heater = Heater { tuned: store.tuned()?, ..Heater::default() };
    let interrupted = store.close_interrupted()?.or_else(unknown);
    boot.interrupted = interrupted.as_ref().map(|it| SessionId(it.id));
    let reminders = store.reminders()?;
    let answers_lost = keep.answers_lost();
    Ok((Remembered { boot, answers_lost, interrupted, reminders }, keep))
}

/// The log's path with another ending.
fn beside(log: &Path, ending: &str) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Takes the lock file beside the log; it is let go of when the process ends, however it ends.
fn lock(path: &Path) -> Result<File, Problem> {
    if let Some(folder) = path.parent() {
        // What is kept of a person's body is that person's business.
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Problem::Folder)?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(PRIVATE)
        .open(beside(path, ".lock"))
        .map_err(Problem::Folder)?;
    match file.try_lock() {
        Ok(()) => make_private(path).map(|()| file),
        Err(TryLockError::WouldBlock) => Err(Problem::InUse),
        Err(TryLockError::Error(error)) => Err(Problem::Folder(error)),
    }
}

/// Makes the file when it is not there, for its owner alone; SQLite gives its other files the same mode.
fn make_private(path: &Path) -> Result<(), Problem> {
    match File::options().create_new(true).write(true).mode(PRIVATE).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Problem::Folder(error)),
    }
}

impl Journal {
    /// Whether the log can be written.
    pub(crate) fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// How much longer ago everything is than was thought when the log was opened; told once, when the
    /// machine has learned the time.
    pub(crate) fn learned(&self) -> Option<Span> {
        self.learned.take()
    }

    /// Commits the row of a session that is about to start, before anything is energised; with what the person
    /// calls the pad where it is tuned.
    ///
    /// # Errors
    /// When it could not be written, in a sentence.
    pub(crate) async fn prepare(
        &self,
        plan: Plan,
        pad_name: Option<String>,
    ) -> Result<SessionId, Arc<str>> {
        let plan = Box::new(plan);
        self.ask(|answer| Message::Prepare { plan, pad_name, answer }).await
    }

    /// Forgets a tuning that is not in use.
    ///
    /// # Errors
    /// When it could not be written, in a sentence.
    pub(crate) async fn forget_tuning(&self, id: i64) -> Result<Forgotten, Arc<str>> {
        self.ask(|answer| Message::ForgetTuning { id, answer }).await
    }

    /// Writes down what was done besides the sessions.
    ///
    /// # Errors
    /// When it could not be written, in a sentence.
    pub(crate) async fn treat(&self, treated: Treated) -> Result<TreatmentEntry, Arc<str>> {
        self.ask(|answer| Message::Treat { treated, answer }).await
    }

    /// Changes what is kept of reminders; gives the number of the reminder.
    ///
    /// # Errors
    /// When it could not be written, in a sentence.
    pub(crate) async fn remind(&self, change: ReminderChange) -> Result<i64, Arc<str>> {
        self.ask(|answer| Message::Remind { change, answer }).await
    }

    /// Waits for the writer's answer.
    async fn ask<T>(
        &self,
        message: impl FnOnce(oneshot::Sender<Result<T, Arc<str>>>) -> Message,
    ) -> Result<T, Arc<str>> {
        let (answer, answered) = oneshot::channel();
        if !self.send(message(answer), QUEUE_FOR_SAMPLES) {
            return Err(CANNOT_KEEP_UP.into());
        }
        match tokio::time::timeout(ANSWER_WITHIN, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err("the daemon is shutting down".into()),
            Err(_) => Err("the disk with the session log does not answer".into()),
        }
    }

    /// Removes the row of a session that never began.
    pub(crate) fn discard(&self, id: SessionId) {
        self.send(Message::Discard(id), QUEUE_MAX);
    }

    /// Hands over one point; dropped when the writer is far behind. Never blocks.
    pub(crate) fn sample(&self, row: SampleRow) {
        self.send(Message::Sample(row), QUEUE_FOR_SAMPLES);
    }

    /// Whether there is room for samples and recordings.
    pub(crate) fn has_room(&self) -> bool {
        self.queued.load(Ordering::SeqCst) < QUEUE_FOR_SAMPLES
    }

    /// Hands over some of a recording; `false` when it is lost. Never blocks.
    pub(crate) fn recording(&self, piece: Piece) -> bool {
        self.send(Message::Recording(piece), QUEUE_FOR_SAMPLES)
    }

    /// Hands over the events of a step. Never blocks.
    ///
    /// # Errors
    /// When they do not fit: the log has failed then, and whoever asked was told. They are given back, to
    /// be handed over again.
    pub(crate) fn record(&self, record: Box<Record>) -> Result<(), Box<Record>> {
        self.queued.fetch_add(1, Ordering::SeqCst);
        let result = self.queue.try_send(Message::Record(record));
        let Err(TrySendError::Full(message) | TrySendError::Disconnected(message)) = result else {
            return Ok(());
        };
        self.queued.fetch_sub(1, Ordering::SeqCst);
        self.health.fail(CANNOT_KEEP_UP);
        match message {
            Message::Record(mut record) => {
                record.withhold(&CANNOT_KEEP_UP.into());
                Err(record)
            }
            Message::Prepare { .. }
            | Message::Discard(_)
            | Message::ForgetTuning { .. }
            | Message::Treat { .. }
            | Message::Remind { .. }
            | Message::Sample(_)
            | Message::Recording(_)
            | Message::Flush(_)
            | Message::Close(_) => unreachable!("the queue gives back what it was given"),
        }
    }

    /// Waits until everything so far is on disk, or could not be written; `false` when that took longer
    /// than `within`. It blocks: no control cycle may call it.
    pub(crate) fn flush(&self, within: Duration) -> bool {
        let (done, is_done) = sync_channel(1);
        self.send(Message::Flush(done), QUEUE_MAX) && is_done.recv_timeout(within).is_ok()
    }

    /// Brings everything so far to disk, or fails to, and closes the file.
    pub(crate) async fn close(&self) {
        loop {
            let (done, closed) = oneshot::channel();
            if self.send(Message::Close(done), QUEUE_MAX) {
                let _ = closed.await;
                return;
            }
            tokio::time::sleep(ROOM_LOOK_EVERY).await;
        }
    }

    fn send(&self, message: Message, room: usize) -> bool {
        if self.queued.load(Ordering::SeqCst) >= room {
            return false;
        }
        self.queued.fetch_add(1, Ordering::SeqCst);
        let sent = self.queue.try_send(message).is_ok();
        if !sent {
            self.queued.fetch_sub(1, Ordering::SeqCst);
        }
        sent
    }
}
