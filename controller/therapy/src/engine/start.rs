//! Everything that must be right before a session may start.

use super::Engine;
use crate::command::{HeatPlan, Refusal};
use crate::limits;
use crate::lines::LineState;
use crate::sense::{Evidence, Freshness};
use crate::session::Session;
use crate::units::{Celsius, Moment};

impl Engine {
    /// Looks at it all; gives the skin's temperature.
    pub(super) fn may_start(
        &self,
        plan: &HeatPlan,
        issued: Moment,
        now: Moment,
        evidence: &Evidence,
        lines: LineState,
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
        // HL-S4
        let age = now.since(issued);
        if age > limits::COMMAND_TTL {
            return Err(Refusal::Expired { age });
        }
        in_order(lines)?;
        // HL-S7
        self.checklist.may_heat(now).map_err(Refusal::Checklist)?;
        // HL-S8, HL-H6, HL-H8, HL-H9
        self.ledger.may_heat(plan, now).map_err(Refusal::Site)?;
        // HL-H21
        if self.relay_operations >= limits::RELAY_OPERATIONS_MAX {
            return Err(Refusal::RelayWorn { operations: self.relay_operations });
        }
        warmth(evidence)
    }
}

/// What the sense lines must say.
fn in_order(lines: LineState) -> Result<(), Refusal> {
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

/// What the thermometers must say.
fn warmth(evidence: &Evidence) -> Result<Celsius, Refusal> {
    // HL-H13: to start, fresh is asked for; ageing is enough only to go on.
    let fresh = evidence.contact.iter().filter(|v| v.freshness == Freshness::Fresh).count();
    let Some(hottest) = evidence.hottest.filter(|_| fresh >= limits::CONTACTS_NEEDED) else {
        return Err(Refusal::TooFewContacts { fresh });
    };
    // HL-H14
    if let Some(spread) = evidence.spread.filter(|s| *s > limits::DISAGREE_MAX) {
        return Err(Refusal::Disagree { spread });
    }
    // HL-H22
    let ambient_known = evidence.ambient.freshness == Freshness::Fresh;
    let Some(room) = evidence.ambient.reading.filter(|_| ambient_known) else {
        return Err(Refusal::NoAmbient);
    };
    if room < limits::START_MIN || room > limits::START_AMBIENT_MAX {
        return Err(Refusal::Ambient { reading: room });
    }
    if hottest < limits::START_MIN || hottest >= limits::START_CONTACT_MAX {
        return Err(Refusal::Contact { reading: hottest });
    }
    Ok(hottest)
}
