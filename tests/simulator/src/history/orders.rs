//! What people asked for in a step, and what they were answered.

use soothe_therapy::alarm::Alarm;
use soothe_therapy::session::Prompt;
use soothe_therapy::{Event, Moment, Order, Span};

use super::watched::Watched;
use super::{History, keep};
use crate::world::Cycle;

impl History {
    pub(super) fn note_commands(&mut self, now: Moment, cycle: &Cycle<'_>) {
        (self.just_began, self.stopped, self.cleared) = (false, false, false);
        self.left.at_the_start = false;
        for (command, reply) in cycle.input.commands.iter().zip(&cycle.output.replies) {
            let age = cycle.now.since(command.issued);
            self.pulses.note_order(now, age, command.order, reply);
            match command.order {
                Order::Stop(_) => self.stopped = true,
                Order::Start { plan, .. } if reply.is_ok() => {
                    self.archive(now);
                    self.left.at_the_start = self.left.lies;
                    self.session = Some(Watched::new(plan, self.profile, now));
                    (self.permitted, self.just_began) = (true, true);
                    self.began_with = self.answers;
                }
                Order::Clear { .. } if reply.is_ok() => self.cleared = true,
                Order::Confirm { .. }
                | Order::Press
                | Order::Numb
                | Order::Pause
                | Order::Resume
                    if reply.is_err() => {}
                Order::Present | Order::Numb => {
                    if command.order == Order::Present {
                        self.hears_of_pack(now);
                    }
                    if let Some(session) = &mut self.session {
                        session.sign = now;
                    }
                }
                Order::Press => {
                    self.hears_of_pack(now);
                    let told = |it: &Event| matches!(it, Event::Confirmed { .. });
                    if let Some(session) = &mut self.session {
                        session.sign = now;
                        if cycle.output.events.iter().any(told) {
                            session.is_told(now);
                        }
                    }
                }
                Order::Confirm { .. } => {
                    if let Some(session) = &mut self.session {
                        session.sign = now;
                        session.is_told(now);
                    }
                }
                Order::Pause => {
                    if let Some(session) = &mut self.session {
                        session.pauses(now);
                    }
                }
                Order::Resume => {
                    if let Some(session) = &mut self.session {
                        session.resumes(now);
                    }
                }
                Order::Answer(answers) => self.answers = Some((now, answers)),
                Order::UseProfile(profile) if reply.is_ok() => self.profile = profile,
                Order::Start { .. }
                | Order::Clear { .. }
                | Order::Level { .. }
                | Order::Lower { .. }
                | Order::Heartbeat
                | Order::ForgetLoss
                | Order::UsePad(_)
                | Order::UseProfile(_)
                | Order::Felt(_)
                | Order::Settle { .. }
                | Order::AnswerRedFlags(_) => {}
            }
        }
        match (cycle.output.snapshot.session, &mut self.session) {
            (None, _) => self.archive(now),
            (Some(shown), Some(session)) => {
                session.asked = shown.phase.asked.map(|it| it.prompt);
                if session.asked == Some(Prompt::PackOff) {
                    session.chilled.is_called_off(now);
                }
                session.warm.look(now, &shown.phase.phase);
                let waits =
                    shown.phase.awaits_pad || shown.phase.awaits_break || session.paused.is_some();
                session.target = shown.phase.phase.target().filter(|_| !waits);
            }
            (Some(_), None) => {}
        }
        let calls = cycle.output.snapshot.alarm == Some(Alarm::PackOff);
        keep(&mut self.left.called_since, calls && self.session.is_none(), now);
    }

    /// A sign says that the pack is off, once that was called for for about a second.
    fn hears_of_pack(&mut self, now: Moment) {
        let called = self.left.called_since.is_some_and(|at| now.since(at) >= Span::from_ms(900));
        self.left.lies &= !(called && self.session.is_none());
    }
}
