//! What follows a step, after the lines were written: answers, records and what is told.

use std::thread;
use std::time::Duration;

use soothe_therapy::cold::PackLeft;
use soothe_therapy::dose::cem43;
use soothe_therapy::engine::Reply;
use soothe_therapy::ledger::{Ledger, SiteUse};
use soothe_therapy::{
    Ended, Event, Fault, FaultKind, Order, Outcome, Output, SessionId, Span, limits,
};

use super::{Control, Declined};
use crate::journal::{EventRows, Record};

/// How long a thread that ends waits for the journal, twice at most.
const LAST_WITHIN: Duration = Duration::from_secs(1);

/// The journal is given what was recorded this often.
const RECORDED_EVERY: Duration = Duration::from_millis(500);

impl Control {
    /// Answers, records and tells what a step has brought, in the order of the rule that an event is
    /// on disk before anyone hears of it.
    pub(crate) fn report(&mut self, output: Output) {
        self.send_unsent();
        let Output { mut events, replies, snapshot, .. } = output;
        self.hand_over_recording();
        let now = self.clock.now();
        events.retain(|event| self.refusals.keeps(event, now));
        if let Some(row) = self.curve.point(&snapshot) {
            self.journal.sample(row);
        }
        let requests = self.requests.drain(..);
        let declined = requests.as_slice().iter().zip(&replies);
        let declined: Vec<_> =
            declined.filter_map(|(request, reply)| declined_start(&request.order, reply)).collect();
        if events.is_empty() && declined.is_empty() {
            for (request, reply) in requests.zip(replies) {
                let _ = request.answer.send(reply.map_err(Declined::Refused));
            }
            self.publisher.consider(&snapshot);
            return;
        }
        let mut rows = EventRows::of(self.clock.wall_unix_ms(), &events, &snapshot);
        rows.declined = declined;
        self.demo_answers &= !events.iter().any(|it| matches!(it, Event::Answered(_)));
        let mut boot = Box::new(self.engine.boot(snapshot.now));
        boot.checklist = boot.checklist.filter(|_| !self.demo_answers);
        let announcement = Some(self.publisher.announce(&snapshot, &boot));
        let boot = events.iter().any(changes_what_is_kept).then_some(boot);
        let mut answers = Vec::with_capacity(requests.len());
        for (mut request, reply) in requests.zip(replies) {
            rows.diary.extend(request.beside.take().filter(|_| reply.is_ok()).map(|it| *it));
            answers.push((request.answer, reply.map_err(Declined::Refused)));
        }
        self.record(Record { rows, boot, announcement, answers });
    }

    fn record(&mut self, record: Record) {
        self.unsent.push_back(Box::new(record));
        self.send_unsent();
    }

    /// Hands events to the journal, oldest first. What does not fit is kept: nothing heats then, so
    /// little comes.
    fn send_unsent(&mut self) {
        while let Some(record) = self.unsent.pop_front() {
            if let Err(record) = self.journal.record(record) {
                self.unsent.push_front(record);
                break;
            }
        }
        if let Some(why) = self.journal.health().failure() {
            self.unsent.iter_mut().for_each(|record| record.withhold(&why));
        }
    }

    /// Gives the journal what was recorded of the session: now and then, and its end at once. What it has
    /// no room for waits.
    fn hand_over_recording(&mut self) {
        let Some((_, is_over)) = self.recorder.waiting() else { return };
        let now = self.clock.elapsed();
        let due = is_over || now.saturating_sub(self.recorded_at) >= RECORDED_EVERY;
        if !due || !self.journal.has_room() {
            return;
        }
        self.recorded_at = now;
        let handed = self.recorder.take().is_none_or(|piece| self.journal.recording(piece));
        if !handed {
            // A recording with a gap would be worth nothing.
            self.recorder.give_up();
        }
    }

    /// The one time that this thread waits: the lines are off and no cycle will come.
    pub(super) fn hand_over_the_last(&mut self) {
        let until = self.clock.elapsed() + LAST_WITHIN;
        while !self.unsent.is_empty() && self.clock.elapsed() < until {
            thread::sleep(LAST_WITHIN / 100);
            self.send_unsent();
        }
    }

    /// HL-H19: a line that does not follow ends this process, and its fault must outlive it.
    pub(super) fn latch_stuck_line(&mut self, output: &Output) {
        // First of all, and for good; that it may fail is why this is a fault.
        let _ = self.gate.shut();
        let fault = Fault { kind: FaultKind::LineStuck, reading: None };
        let mut rows = EventRows::of(self.clock.wall_unix_ms(), &output.events, &output.snapshot);
        let mut boot = self.engine.boot(output.snapshot.now);
        boot.checklist = boot.checklist.filter(|_| !self.demo_answers);
        boot.latched.get_or_insert(fault);
        if let Some(session) = output.snapshot.session {
            let skin = session.hottest.unwrap_or(limits::START_CONTACT_MAX) + limits::DOSE_GUARD;
            let left = SiteUse {
                site: session.plan.site,
                heated: session.elapsed,
                dose: session.dose + cem43(skin, limits::DOSE_TAIL),
                cold: session.cold,
                tens: session.tens,
            };
            let mut ledger = Ledger::new(&boot.history, output.snapshot.now);
            ledger.enter(output.snapshot.now, left);
            boot.history = ledger.history(output.snapshot.now);
            // HL-C8
            let pack = PackLeft { site: left.site, age: Span::ZERO };
            boot.pack_left = session.phase.pack_on.then_some(pack);
            rows.events.push(Event::Ended(Ended {
                id: session.id,
                outcome: Outcome::Fault(fault),
                elapsed: session.elapsed,
                dose: session.dose,
                hottest: session.hottest,
                left,
            }));
        }
        rows.events.push(Event::Latched(fault));
        let boot = Some(Box::new(boot));
        self.record(Record { rows, boot, announcement: None, answers: Vec::new() });
        self.hand_over_the_last();
        self.journal.flush(LAST_WITHIN);
    }
}

/// Whether what must not be forgotten is another after it.
fn changes_what_is_kept(event: &Event) -> bool {
    match event {
        Event::Ended(_)
        | Event::Latched(_)
        | Event::Cleared(_)
        | Event::Answered(_)
        | Event::ProfileChosen(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_) => true,
        Event::Started { .. }
        | Event::Proved { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
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
        | Event::Refused(_)
        | Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::Acknowledged { .. } => false,
    }
}

/// The session that a declined start had prepared.
fn declined_start(order: &Order, reply: &Reply) -> Option<SessionId> {
    match order {
        Order::Start { id, .. } => reply.err().map(|_| *id),
        Order::Stop(_)
        | Order::Clear { .. }
        | Order::Present
        | Order::Press
        | Order::Confirm { .. }
        | Order::Numb
        | Order::Level { .. }
        | Order::Lower { .. }
        | Order::Heartbeat
        | Order::Pause
        | Order::Resume
        | Order::Answer(_)
        | Order::ForgetLoss
        | Order::UsePad(_)
        | Order::UseProfile(_)
        | Order::Felt(_)
        | Order::Settle { .. }
        | Order::AnswerRedFlags(_) => None,
    }
}
