//! The state as people see it, and what calls them.

use super::Engine;
use crate::alarm::{Alarm, FAULT_SOUNDS_FOR};
use crate::checklist::PastAnswers;
use crate::command::SessionId;
use crate::event::{Event, Told};
use crate::interlock::Actuators;
use crate::lines::LineState;
use crate::profile::ProfileChoice;
use crate::rules::Fault;
use crate::sense::{Evidence, SensorView};
use crate::session::{Ended, Session, SessionView};
use crate::units::{Celsius, Moment};

/// The whole state, as shown to people. Copied, never shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// The moment it describes.
    pub now: Moment,
    /// The running session.
    pub session: Option<SessionView>,
    /// How the last session since the start of the daemon ended.
    pub last: Option<Ended>,
    /// A latched fault.
    pub fault: Option<Fault>,
    /// An interrupted session that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
    /// The contact sensors.
    pub contact: [SensorView; 2],
    /// The room.
    pub ambient: SensorView,
    /// The skin under a cold pack; none where there is no probe.
    pub skin: Option<SensorView>,
    /// The highest temperature that any contact sensor may have now.
    pub hottest: Option<Celsius>,
    /// What was granted in this step.
    pub actuators: Actuators,
    /// What the sense lines say.
    pub lines: LineState,
    /// A session has ended while a cold pack lay on the skin, and nobody has said that it is off (HL-C8).
    pub pack_left_on: bool,
    /// Why a person is called, if one is.
    pub alarm: Option<Alarm>,
    /// The answers to the check-list.
    pub checklist: Option<PastAnswers>,
    /// The record of doses was lost, and nobody has decided about that (HL-S8).
    pub record_lost: bool,
    /// How often K1 has closed in its life (HL-H21).
    pub relay_operations: u32,
    /// Who is treated.
    pub profile: ProfileChoice,
}

impl Snapshot {
    /// Whether a cold pack lies on the skin, by what people have said.
    #[must_use]
    pub fn pack_lies(&self) -> bool {
        self.pack_left_on || self.session.is_some_and(|session| session.phase.pack_on)
    }
}

impl Engine {
    /// Calls a person when there is a reason to (HL-H11: for a sign).
    pub(super) fn call(&mut self, now: Moment, told: &mut Told) {
        let alarm = match &mut self.session {
            // HL-C8
            Session::Idle { .. } => self.pack_left.map(|_| Alarm::PackOff),
            Session::Running(running) => {
                if running.is_newly_asked_for_sign(now) {
                    told.events.push(Event::AskedForSign { id: running.id });
                }
                running.calls(now)
            }
            Session::Faulted { fault, .. } if fault.kind.needs_unplugging() => Some(Alarm::Unplug),
            // HL-C8: a fault stays on show when it has sounded, a pack goes on freezing.
            Session::Faulted { since, .. } => {
                let pack = self.pack_left.is_some() && now.since(*since) >= FAULT_SOUNDS_FOR;
                Some(if pack { Alarm::PackOff } else { Alarm::Fault })
            }
        };
        if alarm != self.alarm.map(|(alarm, _)| alarm) {
            self.alarm = alarm.map(|alarm| (alarm, now));
        }
    }

    pub(super) fn buzzer(&self, now: Moment) -> bool {
        self.alarm.is_some_and(|(alarm, since)| alarm.sounds(since, now))
    }

    pub(super) fn snapshot(
        &self,
        now: Moment,
        evidence: &Evidence,
        actuators: Actuators,
        lines: LineState,
    ) -> Snapshot {
        let (session, last, fault) = match &self.session {
            Session::Idle { last } => (None, *last, None),
            Session::Running(running) => (Some(running.view(now)), None, None),
            Session::Faulted { fault, last, .. } => (None, *last, Some(*fault)),
        };
        Snapshot {
            now,
            session,
            last,
            fault,
            interrupted: self.interrupted,
            contact: evidence.contact,
            ambient: evidence.ambient,
            skin: evidence.skin.map(|skin| skin.view),
            hottest: evidence.hottest,
            actuators,
            lines,
            pack_left_on: self.pack_left.is_some(),
            alarm: self.alarm.map(|(alarm, _)| alarm),
            checklist: self.checklist.past(now),
            record_lost: self.ledger.is_lost(now),
            relay_operations: self.relay_operations,
            profile: self.profile,
        }
    }
}
