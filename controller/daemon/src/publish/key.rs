//! What makes a snapshot worth telling at once.

use soothe_therapy::alarm::Alarm;
use soothe_therapy::attendance::Attending;
use soothe_therapy::checklist::Answers;
use soothe_therapy::{Fault, Freshness, LineState, SessionId, Snapshot};

use super::is_heated;

/// What makes it worth telling at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key {
    /// Its number; whether it is proving, has reached its target, and asks for a sign.
    session: Option<(SessionId, [bool; 3])>,
    fault: Option<Fault>,
    interrupted: Option<SessionId>,
    freshness: [Freshness; 3],
    heater_on: bool,
    pub(super) armed: bool,
    /// Without the pad's current, which follows the heater.
    lines: LineState,
    alarm: Option<Alarm>,
    pack_left_on: bool,
    answers: Option<Answers>,
    record_lost: bool,
    log: u64,
    reminders: u64,
}

impl Key {
    pub(super) fn of(snapshot: &Snapshot, armed: bool, log: u64, reminders: u64) -> Self {
        let [one, two] = snapshot.contact.map(|sensor| sensor.freshness);
        let session = snapshot.session.map(|session| {
            let asks = !matches!(session.attending, Attending::Quiet { .. });
            (session.id, [session.proving, session.target_reached, asks])
        });
        Self {
            session,
            fault: snapshot.fault,
            interrupted: snapshot.interrupted,
            freshness: [one, two, snapshot.ambient.freshness],
            heater_on: is_heated(snapshot),
            armed,
            lines: LineState { pad_current: None, ..snapshot.lines },
            alarm: snapshot.alarm,
            pack_left_on: snapshot.pack_left_on,
            answers: snapshot.checklist.map(|past| past.answers),
            record_lost: snapshot.record_lost,
            log,
            reminders,
        }
    }
}
