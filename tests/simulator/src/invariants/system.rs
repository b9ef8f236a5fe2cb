//! The rules of the system, HL-S*, and what must hold whatever the rules are.

use soothe_therapy::{Order, Span};

use super::{Holds, Step, slack};
use crate::history::History;
use crate::world::Seen;

pub(super) fn invariant_energy_only_in_a_session(step: &Step<'_>) -> Holds {
    let runs = step.cycle.output.snapshot.session.is_some();
    holds!(!step.energised() || runs, "energised without a session")
}

pub(super) fn invariant_latched_is_off(step: &Step<'_>) -> Holds {
    holds!(!step.energised() || !step.latched(), "energised with a latched fault")
}

pub(super) fn invariant_a_fault_stays_until_cleared(step: &Step<'_>) -> Holds {
    let fault = step.cycle.output.snapshot.fault.map(|fault| fault.kind);
    let was = step.before().and_then(|before| before.fault);
    let kept = was.is_none() || fault == was || step.history.cleared;
    holds!(kept, "{was:?} became {fault:?} and nobody cleared it")
}

pub(super) fn invariant_a_committed_fault_survives(step: &Step<'_>) -> Holds {
    let first = step.before().is_none();
    let known = step.history.committed;
    let kept = !first || known.is_none() || step.latched() || step.history.cleared;
    holds!(kept, "{known:?} was on the disk and is forgotten after a restart")
}

pub(super) fn invariant_a_stop_stops(step: &Step<'_>) -> Holds {
    let runs = step.cycle.output.snapshot.session.is_some();
    holds!(!step.history.stopped || !(runs || step.energised()), "it goes on after a stop")
}

pub(super) fn invariant_k1_needs_k2(step: &Step<'_>) -> Holds {
    let granted = step.cycle.granted();
    let proves = step.session().is_some_and(|session| !session.proved);
    holds!(!granted.k1 || granted.k2 || proves, "K1 without K2 outside of the proof")
}

pub(super) fn invariant_hl_s1_late_is_off(step: &Step<'_>) -> Holds {
    let late = step.late();
    // Where nothing is on, nothing is late.
    let was = step.before().is_some_and(|before| before.heats);
    let goes_on = was && !step.history.just_began && step.energised();
    holds!(!(goes_on && late > Span::from_ms(601)), "energised {} ms late", late.as_ms())?;
    let stopped = step.history.stopped || step.history.cleared || step.history.just_began;
    // Nor does it latch where a person has just paused it.
    let paused = step.session().is_some_and(|session| session.paused.is_some());
    let must_latch = was && late > Span::from_ms(1101) && !stopped && !paused;
    let over = step.cycle.output.snapshot.session.is_none();
    holds!(!must_latch || over, "{} ms late and the session goes on", late.as_ms())?;
    let pulses = &step.history.pulses;
    let flow = pulses.before.is_some() && pulses.sent.is_some();
    holds!(!(flow && late > Span::from_ms(601)), "pulses {} ms late", late.as_ms())
}

pub(super) fn invariant_hl_s3_somebody_can_be_heard(step: &Step<'_>) -> Holds {
    let pulses = &step.history.pulses;
    let silent = step.held(pulses.heard);
    let heard = pulses.heard.is_some() && silent <= slack(Span::from_s(30));
    holds!(pulses.sent.is_none() || heard, "pulses while nobody was heard for {} s", silent.as_s())
}

pub(super) fn invariant_hl_s4_stale_starts(step: &Step<'_>) -> Holds {
    let commands = step.cycle.input.commands.iter().zip(&step.cycle.output.replies);
    let stale = |(command, reply): (&soothe_therapy::Command, &Result<(), _>)| {
        let is_start = matches!(command.order, Order::Start { .. } | Order::Resume);
        let age = step.cycle.now.since(command.issued);
        is_start && reply.is_ok() && age > Span::from_s(2)
    };
    let mut commands = commands;
    holds!(!commands.any(stale), "a start was accepted that was given long ago")
}

pub(super) fn invariant_hl_s5_e_stop(step: &Step<'_>) -> Holds {
    let open = step.cycle.input.lines.estop_open;
    holds!(!open || (step.latched() && !step.energised()), "the e-stop is open: not latched")
}

pub(super) fn invariant_hl_s6_no_resumption(step: &Step<'_>) -> Holds {
    let permitted = step.history.permitted;
    holds!(!step.energised() || permitted, "energised without a start since the daemon started")?;
    let unseen = step.cycle.output.snapshot.interrupted.is_some();
    holds!(!step.energised() || !unseen, "energised before an interruption was acknowledged")
}

pub(super) fn invariant_hl_s7_check_list(step: &Step<'_>) -> Holds {
    if !step.history.just_began {
        return Ok(());
    }
    let fits = step.history.began_with.is_some_and(|(at, answers)| {
        answers.yes().next().is_none() && step.now.since(at) <= slack(Span::from_min(30 * 24 * 60))
    });
    holds!(fits, "a start without answers that allow it")
}

pub(super) fn invariant_hl_s8_lost_record(step: &Step<'_>) -> Holds {
    let lost = step.cycle.output.snapshot.record_lost;
    holds!(!lost || !step.energised(), "energised although the record of doses is lost")
}

pub(super) fn invariant_hl_s9_undervoltage(step: &Step<'_>) -> Holds {
    let low = step.cycle.input.lines.undervoltage;
    holds!(!low || !step.energised(), "energised at a low supply")
}

pub(super) fn invariant_hl_s10_guard(step: &Step<'_>) -> Holds {
    let lost = step.cycle.input.lines.guard_lost;
    holds!(!lost || (step.latched() && !step.energised()), "the guard is gone: not latched")
}

/// How long a grant is valid is one constant of the engine; looked at is when the line was let go.
pub(super) fn invariant_the_lease_lapses(seen: &Seen<'_>, history: &History) -> Holds {
    let Some(before) = history.before.filter(|_| seen.host.is_watched()) else { return Ok(()) };
    let silent = seen.now.since(before.at);
    let gate = seen.host.gate();
    let written = gate.k1() || gate.stimulates();
    let lapsed = silent <= Span::from_ms(305) || !written || seen.cycle.is_some();
    holds!(lapsed, "K1 or pulses are written {} ms after the last step", silent.as_ms())
}

pub(super) fn invariant_hl_s2_dead_man(seen: &Seen<'_>, _: &History) -> Holds {
    let edge = seen.host.gate().last_edge();
    let silent = edge.is_none_or(|edge| seen.now.since(edge) >= Span::from_s(1));
    let holds_on = !seen.plant.is_whole(soothe_plant::Part::K2);
    let flows = seen.truth.heating || seen.truth.tens_ma > 0.0;
    holds!(!(silent && flows) || holds_on, "current flows without K2's pulses")
}

pub(super) fn invariant_hl_s11_a_pause_is_off(step: &Step<'_>) -> Holds {
    let paused = step.session().and_then(|session| session.paused);
    holds!(!(paused.is_some() && step.energised()), "energised in a pause")?;
    let lasts = step.held(paused);
    holds!(lasts <= slack(Span::from_min(5)), "a pause of {} s", lasts.as_s())
}
