//! Everything that must be right before a session may start.

use super::{Engine, Input};
use crate::cold;
use crate::command::{Plan, Refusal, SessionId};
use crate::event::{Event, Told};
use crate::limits;
use crate::lines::LineState;
use crate::sense::{Evidence, Freshness};
use crate::session::{Before, Running, Session};
use crate::units::{Celsius, Moment};

impl Engine {
    /// Starts a session with an engine made anew, or says why not.
    pub(super) fn anew(
        &self,
        id: SessionId,
        plan: Plan,
        issued: Moment,
        now: Moment,
        input: &Input<'_>,
        told: &mut Told,
    ) -> Result<(Self, Evidence), Refusal> {
        if let Session::Running(running) = &self.session {
            return Err(Refusal::Running { id: running.id });
        }
        let mut engine = Self::new(&self.boot(now), now);
        let evidence = engine.senses.weigh(now, &input.readings);
        let hottest = engine.may_start(&plan, issued, now, &evidence, input)?;
        let before = Before {
            dose: engine.ledger.day_dose(plan.site(), now),
            cold: engine.ledger.since_cold(plan.site(), now),
            cap: engine.profile.in_use().cap(),
            sensed: engine.interlock.senses_current(input.lines),
        };
        let mut running = Running::start(id, plan, engine.heater, now, hottest, before);
        told.events.push(Event::Started { id, plan: plan.summary() });
        running.begin(now, told);
        engine.session = Session::Running(running);
        Ok((engine, evidence))
    }

    /// Looks at it all; gives the skin's temperature. Where nothing heats, that may be anything.
    pub(super) fn may_start(
        &self,
        plan: &Plan,
        issued: Moment,
        now: Moment,
        evidence: &Evidence,
        input: &Input<'_>,
    ) -> Result<Celsius, Refusal> {
        match &self.session {
            Session::Idle { .. } => {}
            Session::Running(running) => return Err(Refusal::Running { id: running.id }),
            Session::Faulted { fault, .. } => return Err(Refusal::Latched(*fault)),
        }
        // HL-S6
        if let Some(id) = self.interrupted {
            return Err(Refusal::Interrupted { id });
        }
        in_time(issued, now)?;
        // HL-C8
        if self.pack_left.is_some() {
            return Err(Refusal::PackLeft);
        }
        in_order(input.lines)?;
        if plan.agents().tens && !input.stimulator.is_there() {
            return Err(Refusal::NoStimulator);
        }
        // HL-P2, HL-P1
        self.may_be_heated(plan)?;
        // HL-S7
        self.checklist.allows(plan.agents(), now).map_err(Refusal::Checklist)?;
        let profile = self.profile.in_use();
        profile.allows(plan).map_err(Refusal::Profile)?;
        // HL-S8, HL-H6, HL-H8, HL-H9, HL-C6, HL-C7, HL-T14, HL-T15
        self.ledger.allows(plan, profile, now).map_err(Refusal::Site)?;
        // HL-C1, HL-C5
        cold::allows(plan.protocol().longest_ice(), evidence.skin).map_err(Refusal::Cold)?;
        // HL-H21
        if plan.agents().heat && self.relay_operations >= limits::RELAY_OPERATIONS_MAX {
            return Err(Refusal::RelayWorn { operations: self.relay_operations });
        }
        // TENS holds K2, and where no current is sensed only the pad's temperature tells whether K1 is open.
        let unsensed = plan.agents().tens && !self.interlock.senses_current(input.lines);
        if plan.agents().heat || unsensed {
            warmth(evidence)
        } else {
            Ok(evidence.hottest.unwrap_or(limits::SKIN))
        }
    }
}

/// HL-S4: a command that raises or starts something is not too long on its way.
pub(super) fn in_time(issued: Moment, now: Moment) -> Result<(), Refusal> {
    let age = now.since(issued);
    if age > limits::COMMAND_TTL { Err(Refusal::Expired { age }) } else { Ok(()) }
}

/// What the sense lines must say.
pub(super) fn in_order(lines: LineState) -> Result<(), Refusal> {
    let wrong = [
        // HL-S5
        (lines.estop_open, Refusal::EStop),
        // HL-H4
        (lines.cutout_open == Some(true), Refusal::CutOut),
        // HL-H19
        (lines.pad_current == Some(true), Refusal::StrayCurrent),
        // HL-S9
        (lines.undervoltage, Refusal::Undervoltage),
        // HL-S10
        (lines.guard_lost, Refusal::GuardLost),
    ];
    wrong.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, refusal)| Err(refusal))
}

/// What the contact sensors must say.
pub(super) fn contact(evidence: &Evidence) -> Result<Celsius, Refusal> {
    // HL-H13: to start, fresh is asked for; ageing is enough only to go on.
    let fresh = evidence.contact.iter().filter(|v| v.freshness == Freshness::Fresh).count();
    let Some(hottest) = evidence.hottest.filter(|_| fresh >= limits::CONTACTS_NEEDED) else {
        return Err(Refusal::TooFewContacts { fresh });
    };
    // HL-H14
    if let Some(spread) = evidence.spread.filter(|s| *s > limits::DISAGREE_MAX) {
        return Err(Refusal::Disagree { spread });
    }
    Ok(hottest)
}

/// What the contact sensors must say where TENS goes on and only they tell whether K1 is open (HL-H13, HL-H14, HL-H22).
pub(super) fn unheated(evidence: &Evidence) -> Result<(), Refusal> {
    let reading = contact(evidence)?;
    if reading < limits::START_CONTACT_MAX { Ok(()) } else { Err(Refusal::Contact { reading }) }
}

/// HL-H22: what the room's thermometer must say.
pub(super) fn room(evidence: &Evidence) -> Result<(), Refusal> {
    let ambient_known = evidence.ambient.freshness == Freshness::Fresh;
    let Some(room) = evidence.ambient.reading.filter(|_| ambient_known) else {
        return Err(Refusal::NoAmbient);
    };
    if room < limits::START_MIN || room > limits::START_AMBIENT_MAX {
        return Err(Refusal::Ambient { reading: room });
    }
    Ok(())
}

/// What the thermometers must say before the start.
fn warmth(evidence: &Evidence) -> Result<Celsius, Refusal> {
    let hottest = contact(evidence)?;
    room(evidence)?;
    // HL-H22
    if hottest < limits::START_MIN || hottest >= limits::START_CONTACT_MAX {
        return Err(Refusal::Contact { reading: hottest });
    }
    Ok(hottest)
}
