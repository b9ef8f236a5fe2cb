//! What a latched fault was judged against.

use soothe_therapy::{FaultKind, limits, tens};

use super::{lasting, seconds};

/// What a fault was judged against, and what was found where that is no temperature.
pub(super) fn against(kind: FaultKind) -> (String, &'static str) {
    let limit = match kind {
        FaultKind::StayedHot => {
            let long = lasting(limits::CONTACT_OFF_LATCH_AFTER.as_s());
            format!("{} for {long}", limits::CONTACT_OFF)
        }
        FaultKind::TooHot => limits::CONTACT_LATCH.to_string(),
        FaultKind::ContactLost => {
            let most = limits::PROBE_ERRORS_LATCH - 1;
            return (format!("{most} errors in a row"), "more errors in a row");
        }
        FaultKind::TooFewContacts => {
            let long = lasting(limits::READING_LOST_LATCH.as_s());
            let limit =
                format!("{} valid contact sensors, but for {long}", limits::CONTACTS_NEEDED);
            return (limit, "fewer for longer");
        }
        FaultKind::Disagree => {
            let (long, within) = (limits::DISAGREE_FOR, limits::MOVED_APART_WITHIN);
            let (long, within) = (lasting(long.as_s()), lasting(within.as_s()));
            let (most, at_once) = (limits::DISAGREE_MAX, limits::DISAGREE_AT_ONCE);
            let moved = limits::MOVED_APART_MAX;
            format!("{most} apart for {long}, {at_once} at once, {moved} further apart in {within}")
        }
        FaultKind::CycleLate => return (seconds(limits::CYCLE_LATE_LATCH), "later"),
        FaultKind::NoRise | FaultKind::CannotHold => {
            let long = lasting(limits::HEAT_MISSING_FOR.as_s());
            format!("the heat of {:.0} W, missing for {long} at most", limits::PAD_POWER_MIN_W)
        }
        FaultKind::Runaway => {
            let long = lasting(limits::RUNAWAY_FOR.as_s());
            format!("{} K/s for {long}", limits::SLEW_MAX_K_PER_S)
        }
        FaultKind::RisingWhileOff => {
            format!(
                "heat that nobody asked for, {} at most",
                lasting(limits::STRAY_HEAT_FOR.as_s())
            )
        }
        FaultKind::FrozenSensor => {
            let (long, moved) = (lasting(limits::FROZEN_AFTER.as_s()), limits::FROZEN_OTHER_MOVED);
            format!("one value for {long} at most while the other sensor moves by {moved}")
        }
        FaultKind::CutOut => "the pad's own cut-out closed".to_owned(),
        FaultKind::StrayCurrent => return ("no current while off".to_owned(), "current flows"),
        FaultKind::NoCurrent => return ("current while on".to_owned(), "none flows"),
        FaultKind::SelfTest => {
            return ("no current through one switch alone".to_owned(), "current flowed");
        }
        FaultKind::GuardLost => return ("a guard process that lives".to_owned(), "gone"),
        FaultKind::RecordLost => {
            return ("a record that can be read".to_owned(), "none that can be read");
        }
        FaultKind::LineStuck => return ("as written".to_owned(), "otherwise"),
        FaultKind::OverCurrent => return ("110 % of the level".to_owned(), "more current"),
        FaultKind::DirectCurrent => {
            let most = tens::limits::MEAN_MAX_UA;
            return (format!("{most:.0} µA of mean current"), "more current");
        }
        FaultKind::ShortCircuit => {
            return (format!("{:.0} Ω between the electrodes", tens::limits::SHORT_OHM), "less");
        }
        FaultKind::BothActive => {
            return ("current through pad or electrodes".to_owned(), "through both");
        }
        FaultKind::EStop => return ("closed".to_owned(), "open"),
    };
    (limit, "not known")
}
