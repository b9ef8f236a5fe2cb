//! What a demand gets that no fault stands against.

use super::{Actuators, Circumstances, Demand, Verdict, hottest_said, is_hot, too_few_contacts};
use crate::limits;
use crate::rules::{PhaseLimit, Rule};
use crate::sense::Evidence;
use crate::tens::{Cap, Stimulus};

/// Weighs a demand; `sees_pad` where the pad must be seen for it (HL-H13).
pub(super) fn weigh(
    demand: Demand,
    sees_pad: bool,
    evidence: &Evidence,
    around: &Circumstances,
) -> Verdict {
    match demand {
        Demand::Off => Verdict::Granted(Actuators::OFF),
        Demand::Stimulate(_) => weigh_stimulus(demand, sees_pad, evidence, around),
        Demand::Rest | Demand::ProveK1 | Demand::Ready | Demand::Heat => {
            weigh_pad(demand, evidence, around)
        }
    }
}

/// What TENS gets. What the electrodes show of themselves the session has judged before it asked.
fn weigh_stimulus(
    demand: Demand,
    sees_pad: bool,
    evidence: &Evidence,
    around: &Circumstances,
) -> Verdict {
    if sees_pad {
        // HL-H2
        if is_hot(hottest_said(evidence)) {
            return Verdict::EndPhase(PhaseLimit::ContactTemperature);
        }
        // HL-H13
        if too_few_contacts(evidence) {
            return Verdict::Withheld(Rule::H13);
        }
        // HL-H2: an ageing reading counts as what it may have become.
        if is_hot(evidence.hottest) {
            return Verdict::Withheld(Rule::H2);
        }
    }
    // HL-S9
    if around.lines.undervoltage {
        return Verdict::EndPhase(PhaseLimit::Undervoltage);
    }
    // HL-S1: where the lease has lapsed, the pulses have stopped, and they come back from zero alone.
    if around.late_by + limits::CYCLE >= limits::LEASE {
        return Verdict::Withheld(Rule::S1);
    }
    let granted = Actuators::granting(demand);
    // The cap once more: a level beyond it has no way here.
    let level_ma = granted.stimulus().map_or(0, Stimulus::level_ma);
    assert!(level_ma <= Cap::HARD.ma(), "granting {level_ma} mA");
    Verdict::Granted(granted)
}

/// What a use of the pad gets.
fn weigh_pad(demand: Demand, evidence: &Evidence, around: &Circumstances) -> Verdict {
    let day_dose = around.dose_before + around.dose;
    let ends = [
        // HL-H2
        (is_hot(hottest_said(evidence)), PhaseLimit::ContactTemperature),
        // HL-H5
        (around.dose >= limits::SESSION_DOSE_MAX, PhaseLimit::SessionDose),
        // HL-H6
        (day_dose >= limits::DAY_DOSE_MAX, PhaseLimit::DayDose),
        // HL-S9
        (around.lines.undervoltage, PhaseLimit::Undervoltage),
    ];
    if let Some((_, limit)) = ends.into_iter().find(|(reached, _)| *reached) {
        return Verdict::EndPhase(limit);
    }
    // HL-S1
    if around.late_by > limits::CYCLE_LATE_OFF {
        return Verdict::Withheld(Rule::S1);
    }
    match evidence.hottest {
        // HL-H12
        None => Verdict::Withheld(Rule::H12),
        // HL-H13
        Some(_) if too_few_contacts(evidence) => Verdict::Withheld(Rule::H13),
        // HL-H2: an ageing reading counts as what it may have become, until a newer one tells.
        Some(hottest) if hottest >= limits::CONTACT_OFF => Verdict::Withheld(Rule::H2),
        Some(hottest) => {
            // The ladder once more, in the form that is false for anything but "surely cooler".
            assert!(hottest < limits::CONTACT_OFF, "granting heat at {hottest}");
            Verdict::Granted(Actuators::granting(demand))
        }
    }
}
