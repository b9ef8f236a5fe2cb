//! What a person does with one hand: confirming, clearing, the TENS level, a pause, going on.

use super::start::{contact, in_order, in_time, room, unheated};
use super::{Engine, Input, Reply};
use crate::alarm::Alarm;
use crate::attendance::Attendance;
use crate::cold::PackLeft;
use crate::command::{NoPause, Refusal};
use crate::event::{Event, Told};
use crate::interlock::Interlock;
use crate::ledger::SiteUse;
use crate::limits;
use crate::rules::FaultKind;
use crate::sense::Evidence;
use crate::session::{Asked, Prompt, PromptId, Resumes, Running, Session};
use crate::units::{Cem43, Moment, Span};

impl Engine {
    /// The session that runs.
    pub(super) const fn running(&mut self) -> Result<&mut Running, Refusal> {
        match &mut self.session {
            Session::Running(running) => Ok(running),
            Session::Idle { .. } | Session::Faulted { .. } => {
                Err(Refusal::NoPause(NoPause::NothingRuns))
            }
        }
    }

    /// Sets the TENS level. A step up must be fresh (HL-S4); down goes whenever it comes.
    pub(super) fn set_level(
        &mut self,
        to_ma: u8,
        issued: Moment,
        now: Moment,
        told: &mut Told,
    ) -> Reply {
        let Ok(running) = self.running() else { return Err(Refusal::NoTens) };
        let (id, on) = running.stimulating()?;
        if to_ma > on.level().ma() {
            in_time(issued, now)?;
        }
        on.set(id, to_ma, now, told)
    }

    /// A person says that what a prompt asked for is done.
    pub(super) fn confirm(
        &mut self,
        prompt: PromptId,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Reply {
        let sensed = self.interlock.senses_current(input.lines);
        match &mut self.session {
            Session::Running(running) => {
                let electrodes = running.asked().is_some_and(|it| it.prompt == Prompt::Electrodes);
                if electrodes && !input.stimulator.is_there() {
                    return Err(Refusal::NoStimulator);
                }
                // HL-H13: the prompt stays until the pad is seen.
                if electrodes && !sensed {
                    unheated(evidence)?;
                }
                running.confirm(prompt, now, told)
            }
            Session::Idle { .. } | Session::Faulted { .. } => {
                Err(Refusal::NotAsked { prompt, asks: None })
            }
        }
    }

    /// HL-C8: a sign says that the pack which a session left on is off by now, once that has been called for long enough
    /// to be what was meant. Until then it lay there, and that counts: the site rests from now on (HL-C6, HL-C7, HL-T10).
    pub(super) fn hears_of_pack(&mut self, now: Moment, told: &mut Told) {
        if let Some((Alarm::PackOff, since)) = self.alarm
            && now.since(since) >= limits::PRESS_MEANS_AFTER
            && let Some(PackLeft { site, age: cold }) = self.pack_left(now)
        {
            self.pack_left = None;
            let used =
                SiteUse { site, heated: Span::ZERO, dose: Cem43::ZERO, cold, tens: Span::ZERO };
            self.ledger.enter(now, used);
            told.events.push(Event::PackOff(used));
        }
    }

    /// What a session has left on the skin, as it is `now`.
    pub(super) fn pack_left(&self, now: Moment) -> Option<PackLeft> {
        let older =
            |(then, pack): (Moment, PackLeft)| PackLeft { age: pack.age + now.since(then), ..pack };
        self.pack_left.map(older)
    }

    /// A person presses the button at the device. It answers what waits; a prompt that has only just come up was not
    /// what the press meant. No client is heard of by it, as a button lowers no level (HL-S3).
    pub(super) fn press(
        &mut self,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Reply {
        self.hears_of_pack(now, told);
        let Session::Running(running) = &mut self.session else { return Ok(()) };
        // What is called for loudest is what was meant: a sign before any prompt but that to take a pack off.
        let calls = running.calls(now);
        running.attendance = Attendance::seen(now);
        let meant = |asked: &Asked| {
            calls != Some(Alarm::Attend) && now.since(asked.since) >= limits::PRESS_MEANS_AFTER
        };
        if let Some(asked) = running.asked().filter(meant) {
            return self.confirm(asked.id, now, evidence, input, told);
        }
        told.events.push(Event::Present { id: running.id });
        Ok(())
    }

    /// A person has looked.
    pub(super) fn clear(
        &mut self,
        shown: Option<FaultKind>,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Reply {
        if let Session::Faulted { fault, last, .. } = self.session {
            if shown.is_some_and(|shown| shown != fault.kind) {
                return Err(Refusal::OtherFault(fault));
            }
            // Looked at once more: the copy keeps the verifier's memory for the step's own look.
            let found = self.verifier.clone().watch(now, evidence, self.interlock.granted(), None);
            let around = self.around(now, Span::ZERO, input, found);
            if Interlock::cause_remains(fault, evidence, &around) {
                return Err(Refusal::CauseRemains(fault));
            }
            self.session = Session::Idle { last };
            told.events.push(Event::Cleared(fault));
        }
        if let Some(id) = self.interrupted.take() {
            told.events.push(Event::Acknowledged { id });
        }
        Ok(())
    }

    /// Lowers the TENS level, whenever it comes.
    pub(super) fn lower_level(&mut self, to_ma: u8, now: Moment, told: &mut Told) -> Reply {
        let Ok(running) = self.running() else { return Err(Refusal::NoTens) };
        let (id, on) = running.stimulating()?;
        let to_ma = to_ma.min(on.level().ma());
        on.set(id, to_ma, now, told)
    }

    /// HL-S11: goes on with a paused session once everything is as it must be for what begins anew.
    pub(super) fn resume(
        &mut self,
        issued: Moment,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Reply {
        let running = self.running()?;
        running.resumes()?;
        let plan = running.plan;
        in_time(issued, now)?;
        in_order(input.lines)?;
        // HL-P1, HL-P2, HL-S7: what was said meanwhile counts.
        self.may_be_heated(&plan)?;
        self.checklist.allows(plan.agents(), now).map_err(Refusal::Checklist)?;
        let sensed = self.interlock.senses_current(input.lines);
        match self.running()?.resumes()? {
            // HL-H13, HL-H14, HL-H22: heat begins anew; that the pad is warm by now is no reason to refuse it.
            Resumes::Proof | Resumes::Heat(_) => {
                contact(evidence)?;
                room(evidence)?;
            }
            Resumes::Tens if !input.stimulator.is_there() => return Err(Refusal::NoStimulator),
            // HL-H13, HL-H22
            Resumes::Tens if !sensed => {
                unheated(evidence)?;
                room(evidence)?;
            }
            Resumes::Tens | Resumes::Led(_) => {}
        }
        self.running()?.resume(now, told)
    }
}
