//! What the writer is asked to do.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use soothe_therapy::{Boot, Event, Plan, SessionId};
use soothe_wire::recording::Piece;
use soothe_wire::{EventRecord, TreatmentEntry, convert};
use tokio::sync::oneshot;

use super::diary::Treated;
use super::reminders::ReminderChange;
use super::store::{EventRows, SampleRow, ended};
use super::tunings::Forgotten;
use crate::clock::Clock;
use crate::control::{Answer, Declined};
use crate::keep::Keep;
use crate::publish::Announcement;

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Message {
    /// Make the row of a session that is about to start.
    Prepare {
        plan: Box<Plan>,
        /// What the person calls the pad that is tuned.
        pad_name: Option<String>,
        answer: oneshot::Sender<Result<SessionId, Arc<str>>>,
    },
    /// Forget a tuning that is not in use.
    ForgetTuning { id: i64, answer: oneshot::Sender<Result<Forgotten, Arc<str>>> },
    /// Write down what was done besides the sessions.
    Treat { treated: Treated, answer: oneshot::Sender<Result<TreatmentEntry, Arc<str>>> },
    /// Keep a reminder, forget one, or note that it was announced; answered with its number.
    Remind { change: ReminderChange, answer: oneshot::Sender<Result<i64, Arc<str>>> },
    /// Remove the row of a session that never began.
    Discard(SessionId),
    /// One point of a curve.
    Sample(SampleRow),
    /// Some of what went into the core.
    Recording(Piece),
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
    /// What must not be forgotten, where the events have changed it.
    pub(crate) boot: Option<Box<Boot>>,
    /// The snapshot that is told.
    pub(crate) announcement: Option<Announcement>,
    /// The answers that are given.
    pub(crate) answers: Vec<(oneshot::Sender<Answer>, Answer)>,
}

impl Record {
    /// Has what must not be forgotten in the file beside the log with the next saving, once.
    pub(super) fn enter(&mut self, keep: &mut Keep, clock: Clock) {
        if let Some(boot) = self.boot.take() {
            keep.remember(&boot, clock.stamp());
        }
        if self.rows.events.iter().any(|event| matches!(event, Event::Acknowledged { .. })) {
            keep.acknowledge();
        }
        let over = self.rows.declined.iter().copied().chain(ended(&self.rows.events).map(|e| e.id));
        over.for_each(|id| keep.release(id));
    }

    /// It is on disk: the world may know.
    pub(super) fn tell(&mut self) {
        if let Some(announcement) = self.announcement.take() {
            announcement.tell();
        }
        for (to, answer) in self.answers.drain(..) {
            // A client that has gone away does not want its answer.
            let _ = to.send(answer);
        }
    }

    /// It is not on disk: nobody is told that it is, nor that what was carried out was not.
    pub(crate) fn withhold(&mut self, why: &Arc<str>) {
        self.announcement = None;
        for (to, answer) in self.answers.drain(..) {
            let untold =
                answer.map_or(Declined::LogFailed as fn(_) -> _, |()| Declined::Unrecorded);
            let _ = to.send(Err(untold(why.clone())));
        }
    }

    /// A line for each event, for whoever reads the service's log.
    pub(super) fn say(&self) {
        let session = self.rows.session.map(|(id, _)| id.0);
        for event in &self.rows.events {
            let EventRecord { kind, message, rule, .. } = convert::event_record(event, 0.0);
            match event {
                Event::Latched(_) => tracing::error!(session, rule, "{kind}: {message}"),
                Event::Started { .. }
                | Event::TargetReached { .. }
                | Event::Misfits { .. }
                | Event::Ended(_)
                | Event::Refused(_)
                | Event::Cleared(_)
                | Event::Acknowledged { .. }
                | Event::Proved { .. }
                | Event::AskedForSign { .. }
                | Event::PhaseBegan { .. }
                | Event::Asked { .. }
                | Event::Confirmed { .. }
                | Event::Numb { .. }
                | Event::Level { .. }
                | Event::LevelZeroed { .. }
                | Event::ElectrodesOff { .. }
                | Event::Paused { .. }
                | Event::Resumed { .. }
                | Event::Skin { .. }
                | Event::Present { .. }
                | Event::Answered(_)
                | Event::Tuned { .. }
                | Event::NotTuned { .. }
                | Event::Refined { .. }
                | Event::PadChosen { .. }
                | Event::ProfileChosen(_)
                | Event::LossForgotten
                | Event::PackOff(_)
                | Event::Felt { .. }
                | Event::SiteLocked { .. }
                | Event::SiteSettled { .. }
                | Event::RedFlagsAnswered(_) => tracing::info!(session, rule, "{kind}: {message}"),
            }
        }
    }
}
