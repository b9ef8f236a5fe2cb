//! What a person does about a latched fault: one text for each kind, for every face.

use soothe_therapy::FaultKind;

/// What to do now, before the fault is cleared.
#[must_use]
pub const fn advice(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::StayedHot | FaultKind::TooHot | FaultKind::Runaway => {
            "Take the pad off and look at the skin. If the pad stays hot, pull the plug."
        }
        FaultKind::ContactLost | FaultKind::TooFewContacts => {
            "Take the pad off. Check the wires and plugs of the contact sensors."
        }
        FaultKind::Disagree => {
            "Look at the skin. Lay the pad flat, so that both sensors touch it. Does it come back, warm one sensor \
             after the other with a hand: one is wrong, or the configuration takes it for the room's."
        }
        FaultKind::FrozenSensor => {
            "Take the pad off. Check the contact sensors: one of them always said the same."
        }
        FaultKind::CycleLate => {
            "Take the pad off. The controller was too slow to be trusted: restart it before you heat \
             again."
        }
        FaultKind::CutOut => {
            "Take the pad off and look at the skin. Let the pad cool: its own cut-out was hotter than \
             the sensors said."
        }
        FaultKind::NoRise | FaultKind::CannotHold => {
            "Take the pad off. Lay it flat with both sensors on the skin, and check its cable and its \
             supply, and that the configuration takes none of them for the room's: heat did not reach the sensors."
        }
        FaultKind::RisingWhileOff => {
            "UNPLUG THE PAD NOW: a switch may be stuck closed, and nothing here can open it. Take the \
             pad off and look at the skin. Replace the switch before you plug it in again."
        }
        FaultKind::StrayCurrent => {
            "UNPLUG THE PAD NOW: current flows although everything is off, and nothing here can stop \
             it. Take the pad off and look at the skin. Replace the stuck switch before you plug it in \
             again."
        }
        FaultKind::NoCurrent => {
            "Take the pad off. Check its cable, its plug and its supply: it was switched on, but took \
             no current."
        }
        FaultKind::SelfTest => {
            "Unplug the pad. One of its two switches is stuck closed: replace it before you heat again."
        }
        FaultKind::GuardLost => {
            "Take the pad off. What switches off when the daemon dies was gone for a moment; a new one is \
             started at once. Clear the fault, and restart the daemon if it comes back."
        }
        FaultKind::RecordLost => {
            "Look at the skin. What was recorded before is lost: a site that was heated in the last \
             24 h must rest."
        }
        FaultKind::LineStuck => {
            "Unplug the pad. An output line could not be switched: check its wires and its driver \
             before you heat again."
        }
        FaultKind::OverCurrent | FaultKind::DirectCurrent => {
            "Take the electrodes off and look at the skin. Do not use this stimulator again before somebody has \
             measured what it gives."
        }
        FaultKind::ShortCircuit => {
            "Take the electrodes off. Look for leads or electrodes that touch each other, and for bare wire."
        }
        FaultKind::BothActive => {
            "Unplug the pad and take the electrodes off. Look at the skin. Heat and current must never be on \
             together: do not use the device again before a person has found out why."
        }
        FaultKind::EStop => "Look at the skin. Release the e-stop when all is well.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pad_that_may_heat_although_all_is_off_is_to_be_unplugged_first_of_all() {
        for kind in FaultKind::ALL {
            let first = advice(*kind).starts_with("UNPLUG THE PAD NOW");
            assert_eq!(first, kind.needs_unplugging(), "{}", kind.name());
        }
    }

    /// Hazard 11: whichever of the two latches where a contact sensor and the room's are swapped.
    #[test]
    fn who_may_have_swapped_a_contact_sensor_and_the_rooms_is_told_to_look() {
        for kind in [FaultKind::Disagree, FaultKind::NoRise] {
            let text = advice(kind);
            assert!(
                text.contains("the configuration takes") && text.contains("the room's"),
                "{text}"
            );
        }
    }

    #[test]
    fn every_advice_begins_with_what_to_do_and_ends_as_a_sentence() {
        for kind in FaultKind::ALL {
            let text = advice(*kind);
            assert!(["Take", "Look", "Unplug", "UNPLUG"].iter().any(|it| text.starts_with(it)));
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}
