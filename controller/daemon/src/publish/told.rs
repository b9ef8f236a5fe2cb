//! What is told between two events: nothing that the disk does not have yet.

use soothe_therapy::Snapshot;

/// What is measured and driven now, with everything that an event changes as it was last told. Each field is named, so
/// that none is told by default.
pub(super) fn as_far_as_told(now: &Snapshot, told: &Snapshot) -> Snapshot {
    Snapshot {
        now: now.now,
        contact: now.contact,
        ambient: now.ambient,
        skin: now.skin,
        hottest: now.hottest,
        actuators: now.actuators,
        lines: now.lines,
        relay_operations: now.relay_operations,

        session: told.session,
        last: told.last,
        fault: told.fault,
        interrupted: told.interrupted,
        pack_left_on: told.pack_left_on,
        alarm: told.alarm,
        checklist: told.checklist,
        record_lost: told.record_lost,
        profile: told.profile,
    }
}
