//! What must hold at every moment of every life: one function for each rule, none of them made of the
//! engine's code.
//!
//! They are looser than the rules by what an observer cannot know to the millisecond: the host's clock
//! may drift, and what was read last is known a cycle late.

use soothe_plant::Plant;
use soothe_therapy::{Moment, Order, Span};

use crate::history::{Before, History, Watched};
use crate::world::{Cycle, Seen};

/// A sentence that says what was seen when an invariant did not hold.
pub(crate) type Broken = String;

/// Holds, or what was seen.
pub(crate) type Holds = Result<(), Broken>;

/// A step of the engine, with everything that led to it.
pub(crate) struct Step<'a> {
    pub(crate) now: Moment,
    pub(crate) plant: &'a Plant,
    pub(crate) cycle: &'a Cycle<'a>,
    pub(crate) history: &'a History,
}

impl Step<'_> {
    /// Anything is energised.
    fn energised(&self) -> bool {
        self.cycle.output.actuators.energises()
    }

    fn session(&self) -> Option<&Watched> {
        self.history.session.as_ref()
    }

    fn before(&self) -> Option<&Before> {
        self.history.before.as_ref()
    }

    fn latched(&self) -> bool {
        self.cycle.output.snapshot.fault.is_some()
    }

    /// How long ago the step before was on the host's clock.
    fn late(&self) -> Span {
        self.before().map_or(Span::ZERO, |before| self.cycle.now.since(before.host))
    }

    /// For how long something has been so.
    fn held(&self, since: Option<Moment>) -> Span {
        since.map_or(Span::ZERO, |since| self.now.since(since))
    }
}

/// Fails with a sentence unless the condition holds.
macro_rules! holds {
    ($condition:expr, $($text:tt)+) => {
        if $condition { Ok(()) } else { Err(format!($($text)+)) }
    };
}

/// What is looked at after every step of the engine.
pub(crate) const OF_STEPS: &[(&str, fn(&Step<'_>) -> Holds)] = &[
    ("energy_only_in_a_session", invariant_energy_only_in_a_session),
    ("latched_is_off", invariant_latched_is_off),
    ("a_fault_stays_until_cleared", invariant_a_fault_stays_until_cleared),
    ("a_committed_fault_survives", invariant_a_committed_fault_survives),
    ("a_stop_stops", invariant_a_stop_stops),
    ("k1_needs_k2", invariant_k1_needs_k2),
    ("a_lease_is_short", invariant_a_lease_is_short),
    ("hl_h1_target", invariant_hl_h1_target),
    ("hl_h2_hot_is_off", invariant_hl_h2_hot_is_off),
    ("hl_h3_hotter_latches", invariant_hl_h3_hotter_latches),
    ("hl_h4_cut_out", invariant_hl_h4_cut_out),
    ("hl_h5_session_dose", invariant_hl_h5_session_dose),
    ("hl_h6_day_dose", invariant_hl_h6_day_dose),
    ("hl_h7_phase_length", invariant_hl_h7_phase_length),
    ("hl_h8_day_heat", invariant_hl_h8_day_heat),
    ("hl_h9_rest", invariant_hl_h9_rest),
    ("hl_h10_session_length", invariant_hl_h10_session_length),
    ("hl_h11_attendance", invariant_hl_h11_attendance),
    ("hl_h12_no_blind_heat", invariant_hl_h12_no_blind_heat),
    ("hl_h13_both_sensors", invariant_hl_h13_both_sensors),
    ("hl_h14_agreement", invariant_hl_h14_agreement),
    ("hl_h15_heat_warms", invariant_hl_h15_heat_warms),
    ("hl_h16_heat_holds", invariant_hl_h16_heat_holds),
    ("hl_h17_runaway", invariant_hl_h17_runaway),
    ("hl_h18_off_cools", invariant_hl_h18_off_cools),
    ("hl_h19_current_as_written", invariant_hl_h19_current_as_written),
    ("hl_h20_proof_before_heat", invariant_hl_h20_proof_before_heat),
    ("hl_h21_relay_wear", invariant_hl_h21_relay_wear),
    ("hl_h22_warmth_at_the_start", invariant_hl_h22_warmth_at_the_start),
    ("hl_s1_late_is_off", invariant_hl_s1_late_is_off),
    ("hl_s4_stale_starts", invariant_hl_s4_stale_starts),
    ("hl_s5_e_stop", invariant_hl_s5_e_stop),
    ("hl_s6_no_resumption", invariant_hl_s6_no_resumption),
    ("hl_s7_check_list", invariant_hl_s7_check_list),
    ("hl_s8_lost_record", invariant_hl_s8_lost_record),
    ("hl_s9_undervoltage", invariant_hl_s9_undervoltage),
    ("hl_s10_guard", invariant_hl_s10_guard),
];

/// What is looked at at every moment, also while nobody controls.
pub(crate) const OF_MOMENTS: &[(&str, fn(&Seen<'_>, &History) -> Holds)] = &[
    ("the_lease_lapses", invariant_the_lease_lapses),
    ("hl_s2_dead_man", invariant_hl_s2_dead_man),
];

fn invariant_energy_only_in_a_session(step: &Step<'_>) -> Holds {
    let runs = step.cycle.output.snapshot.session.is_some();
    holds!(!step.energised() || runs, "energised without a session")
}

fn invariant_latched_is_off(step: &Step<'_>) -> Holds {
    holds!(!step.energised() || !step.latched(), "energised with a latched fault")
}

fn invariant_a_fault_stays_until_cleared(step: &Step<'_>) -> Holds {
    let fault = step.cycle.output.snapshot.fault.map(|fault| fault.kind);
    let was = step.before().and_then(|before| before.fault);
    let kept = was.is_none() || fault == was || step.history.cleared;
    holds!(kept, "{was:?} became {fault:?} and nobody cleared it")
}

fn invariant_a_committed_fault_survives(step: &Step<'_>) -> Holds {
    let first = step.before().is_none();
    let known = step.history.committed;
    let kept = !first || known.is_none() || step.latched() || step.history.cleared;
    holds!(kept, "{known:?} was on the disk and is forgotten after a restart")
}

fn invariant_a_stop_stops(step: &Step<'_>) -> Holds {
    let runs = step.cycle.output.snapshot.session.is_some();
    holds!(!step.history.stopped || !(runs || step.energised()), "it goes on after a stop")
}

fn invariant_k1_needs_k2(step: &Step<'_>) -> Holds {
    let granted = step.cycle.granted();
    let proves = step.session().is_some_and(|session| session.heat_began.is_none());
    holds!(!granted.k1 || granted.k2 || proves, "K1 without K2 outside of the proof")
}

fn invariant_a_lease_is_short(step: &Step<'_>) -> Holds {
    let lease = step.cycle.output.actuators.valid_for();
    holds!(lease <= Span::from_ms(300), "a grant for {} ms", lease.as_ms())
}

fn invariant_hl_h1_target(step: &Step<'_>) -> Holds {
    let Some(session) = step.session() else { return Ok(()) };
    let target = session.plan.target().get();
    holds!((30.0..=42.0).contains(&target), "a session with a target of {target} °C")
}

fn invariant_hl_h2_hot_is_off(step: &Step<'_>) -> Holds {
    let hot = step.history.told.iter().any(|told| {
        let young = told.began.is_some_and(|at| step.now.since(at) <= Span::from_ms(2900));
        young && told.newest.is_some_and(|t| t.get() >= 43.0)
    });
    holds!(!(hot && step.energised()), "energised with a reading of 43 °C or more")
}

fn invariant_hl_h3_hotter_latches(step: &Step<'_>) -> Holds {
    // Twice, so that it was no jump that nobody has to believe.
    let hotter = step.history.told.iter().any(|told| {
        let (Some((at, t)), Some((before, t_before))) = (told.good, told.good_before) else {
            return false;
        };
        let young = step.now.since(at) <= Span::from_ms(1900);
        let steady = at.since(before) <= Span::from_ms(1500) && (t - t_before).abs() < 2.0;
        young && steady && t >= 44.0 && t_before >= 44.0
    });
    holds!(!hotter || step.latched(), "44 °C twice and nothing is latched")
}

fn invariant_hl_h4_cut_out(step: &Step<'_>) -> Holds {
    let open = step.cycle.input.lines.cutout_open == Some(true);
    holds!(!open || (step.latched() && !step.energised()), "the cut-out is open: not latched")
}

fn invariant_hl_h5_session_dose(step: &Step<'_>) -> Holds {
    let dose = step.session().map_or(0.0, |session| session.dose);
    holds!(!step.energised() || dose < 10.1, "energised at {dose:.2} CEM43")
}

fn invariant_hl_h6_day_dose(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.energised()) else { return Ok(()) };
    let day: f64 = step.of_the_day(session).map(|used| used.dose).sum();
    let total = day + session.dose;
    holds!(total < 20.5, "energised at {total:.2} CEM43 of the day")
}

fn invariant_hl_h7_phase_length(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.energised()) else { return Ok(()) };
    let min = if session.plan.target().get() <= 40.0 { 30 } else { 20 };
    let heats = step.held(session.heat_began);
    holds!(heats <= slack(Span::from_min(min)), "heat for {} s", heats.as_s())
}

fn invariant_hl_h8_day_heat(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.energised()) else { return Ok(()) };
    let counts = |heated: Span| heated >= Span::from_s(150);
    let sessions = step.of_the_day(session).filter(|used| counts(used.heated)).count();
    let heats = step.held(session.heat_began);
    let day = step.of_the_day(session).fold(heats, |sum, used| sum + used.heated);
    let few = sessions + usize::from(counts(heats)) <= 4;
    holds!(few && day <= Span::from_min(121), "{sessions} sessions, {} s of heat", day.as_s())
}

fn invariant_hl_h9_rest(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.history.just_began) else { return Ok(()) };
    let rested = |ended: Moment| step.now.since(ended) > Span::from_min(59);
    let tired =
        step.of_the_day(session).any(|it| it.heated >= Span::from_s(150) && !rested(it.ended));
    holds!(!tired, "a site was heated again within an hour")
}

fn invariant_hl_h10_session_length(step: &Step<'_>) -> Holds {
    let lasts = step.session().map_or(Span::ZERO, |session| step.now.since(session.began));
    holds!(lasts <= slack(Span::from_min(60)), "a session of {} s", lasts.as_s())
}

fn invariant_hl_h11_attendance(step: &Step<'_>) -> Holds {
    let silent = step.session().map_or(Span::ZERO, |session| step.now.since(session.sign));
    let awake = silent <= slack(Span::from_min(11));
    holds!(!step.energised() || awake, "energised {} s after the last sign", silent.as_s())
}

fn invariant_hl_h12_no_blind_heat(step: &Step<'_>) -> Holds {
    let knows = step.history.hottest(step.now).is_some();
    holds!(!step.energised() || knows, "energised without a contact reading of the last 3 s")
}

fn invariant_hl_h13_both_sensors(step: &Step<'_>) -> Holds {
    let valid = step.history.told.iter().filter(|told| told.fresh(step.now).is_some()).count();
    holds!(!step.energised() || valid == 2, "energised with {valid} contact sensors")
}

fn invariant_hl_h14_agreement(step: &Step<'_>) -> Holds {
    let apart = step.held(step.history.apart_since);
    let far_apart = step.held(step.history.far_apart_since);
    let agree = apart <= Span::from_s(32) && far_apart <= Span::from_s(4);
    holds!(
        !step.energised() || agree,
        "energised with contact sensors more than 3 K apart for {} s, 6 K for {} s",
        apart.as_s(),
        far_apart.as_s()
    )
}

fn invariant_hl_h15_heat_warms(step: &Step<'_>) -> Holds {
    let in_vain = step.session().map_or(Span::ZERO, |session| session.in_vain);
    let cold = step.session().zip(step.history.hottest(step.now));
    let cold = cold.is_some_and(|(session, t)| t < session.plan.target().get() - 3.0);
    let goes_on = step.energised() && cold && in_vain > Span::from_s(240);
    holds!(!goes_on, "heat for {} s, no current, 3 K too cold", in_vain.as_s())
}

fn invariant_hl_h16_heat_holds(step: &Step<'_>) -> Holds {
    let in_vain = step.session().map_or(Span::ZERO, |session| session.in_vain);
    let goes_on = step.energised() && in_vain > Span::from_s(300);
    holds!(!goes_on, "heat for {} s and no current", in_vain.as_s())
}

fn invariant_hl_h17_runaway(step: &Step<'_>) -> Holds {
    const FOR_S: usize = 16;
    let (Some(now), Some(then)) = (step.history.past(0), step.history.past(FOR_S)) else {
        return Ok(());
    };
    let rise = now.hottest - then.hottest;
    let steady = (0..FOR_S).all(|ago| {
        let pair = step.history.past(ago).zip(step.history.past(ago + 1));
        pair.is_some_and(|(later, earlier)| (0.1..3.0).contains(&(later.hottest - earlier.hottest)))
    });
    let runs_away = rise > 0.3 * FOR_S as f64 && rise < 60.0 && steady;
    holds!(!(step.energised() && runs_away), "energised after a rise of {rise:.1} K in {FOR_S} s")
}

fn invariant_hl_h18_off_cools(step: &Step<'_>) -> Holds {
    let heats = step.held(step.history.unwanted_since);
    let noticed = heats <= Span::from_s(240) || step.latched();
    holds!(noticed, "current that nobody granted for {} s, and nothing is latched", heats.as_s())
}

fn invariant_hl_h19_current_as_written(step: &Step<'_>) -> Holds {
    let stray = step.held(step.history.stray_since) > Span::from_ms(250);
    let missing = step.held(step.history.missing_since) > Span::from_ms(250);
    holds!(!stray || step.latched(), "current flows that was not granted, and nothing is latched")?;
    holds!(!missing || !step.energised(), "no current flows where it was granted for 250 ms")
}

fn invariant_hl_h20_proof_before_heat(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.cycle.granted().heats()) else {
        return Ok(());
    };
    let alone = session.k1_alone.min(session.k2_alone);
    holds!(alone >= Span::from_ms(900), "heat after {} ms of proof", alone.as_ms())
}

fn invariant_hl_h21_relay_wear(step: &Step<'_>) -> Holds {
    // One closing in each window of 20 s, one for the proof, one for each hindrance that is over.
    let closings = step.history.closings.len();
    holds!(closings <= 20, "K1 closed {closings} times in two minutes")
}

fn invariant_hl_h22_warmth_at_the_start(step: &Step<'_>) -> Holds {
    if !step.history.just_began || step.history.stopped {
        return Ok(());
    }
    let room = step.plant.readings().ambient.and_then(|raw| raw.outcome.ok());
    let room_fits = room.is_none_or(|room| (9.99..=35.01).contains(&room.get()));
    let skin = step.history.hottest(step.now);
    let skin_fits = skin.is_some_and(|skin| (9.99..38.01).contains(&skin));
    holds!(room_fits && skin_fits, "a start with the room at {room:?} and the pad at {skin:?}")
}

fn invariant_hl_s1_late_is_off(step: &Step<'_>) -> Holds {
    let late = step.late();
    let was = step.before().is_some_and(|before| before.session.is_some());
    let goes_on = was && !step.history.just_began && step.energised();
    holds!(!(goes_on && late > Span::from_ms(601)), "energised {} ms late", late.as_ms())?;
    let stopped = step.history.stopped || step.history.cleared || step.history.just_began;
    let must_latch = was && late > Span::from_ms(1101) && !stopped;
    let over = step.cycle.output.snapshot.session.is_none();
    holds!(!must_latch || over, "{} ms late and the session goes on", late.as_ms())
}

fn invariant_hl_s4_stale_starts(step: &Step<'_>) -> Holds {
    let commands = step.cycle.input.commands.iter().zip(&step.cycle.output.replies);
    let stale = |(command, reply): (&soothe_therapy::Command, &Result<(), _>)| {
        let is_start = matches!(command.order, Order::StartHeat { .. });
        let age = step.cycle.now.since(command.issued);
        is_start && reply.is_ok() && age > Span::from_s(2)
    };
    let mut commands = commands;
    holds!(!commands.any(stale), "a start was accepted that was given long ago")
}

fn invariant_hl_s5_e_stop(step: &Step<'_>) -> Holds {
    let open = step.cycle.input.lines.estop_open;
    holds!(!open || (step.latched() && !step.energised()), "the e-stop is open: not latched")
}

fn invariant_hl_s6_no_resumption(step: &Step<'_>) -> Holds {
    let permitted = step.history.permitted;
    holds!(!step.energised() || permitted, "energised without a start since the daemon started")?;
    let unseen = step.cycle.output.snapshot.interrupted.is_some();
    holds!(!step.energised() || !unseen, "energised before an interruption was acknowledged")
}

fn invariant_hl_s7_check_list(step: &Step<'_>) -> Holds {
    if !step.history.just_began {
        return Ok(());
    }
    let fits = step.history.answers.is_some_and(|(at, answers)| {
        answers.yes().next().is_none() && step.now.since(at) <= slack(Span::from_min(30 * 24 * 60))
    });
    holds!(fits, "a start without answers that allow it")
}

fn invariant_hl_s8_lost_record(step: &Step<'_>) -> Holds {
    let lost = step.cycle.output.snapshot.record_lost;
    holds!(!lost || !step.energised(), "energised although the record of doses is lost")
}

fn invariant_hl_s9_undervoltage(step: &Step<'_>) -> Holds {
    let low = step.cycle.input.lines.undervoltage;
    holds!(!low || !step.energised(), "energised at a low supply")
}

fn invariant_hl_s10_guard(step: &Step<'_>) -> Holds {
    let lost = step.cycle.input.lines.guard_lost;
    holds!(!lost || (step.latched() && !step.energised()), "the guard is gone: not latched")
}

fn invariant_the_lease_lapses(seen: &Seen<'_>, history: &History) -> Holds {
    let Some(before) = history.before.filter(|_| seen.host.is_watched()) else { return Ok(()) };
    let silent = seen.now.since(before.at);
    let lapsed = silent <= Span::from_ms(305) || !seen.host.gate().k1() || seen.cycle.is_some();
    holds!(lapsed, "K1 is written closed {} ms after the last step", silent.as_ms())
}

fn invariant_hl_s2_dead_man(seen: &Seen<'_>, _: &History) -> Holds {
    let edge = seen.host.gate().last_edge();
    let silent = edge.is_none_or(|edge| seen.now.since(edge) >= Span::from_s(1));
    let holds_on = !seen.plant.is_whole(soothe_plant::Part::K2);
    holds!(!(silent && seen.truth.heating) || holds_on, "current flows without K2's pulses")
}

/// A little more, for a clock that is too slow.
fn slack(span: Span) -> Span {
    span + Span::from_ms(span.as_ms() / 1000 + 500)
}

impl Step<'_> {
    /// What the site of the session had in the last day.
    fn of_the_day<'a>(
        &'a self,
        session: &'a Watched,
    ) -> impl Iterator<Item = &'a crate::history::Used> {
        let day = Span::from_min(24 * 60 - 1);
        self.history.used.iter().filter(move |used| {
            used.site == session.plan.site() && self.now.since(used.ended) < day
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_heat_and_system_has_an_invariant() {
        use soothe_therapy::Rule;
        for rule in Rule::ALL {
            let prefix = rule.id().to_lowercase().replace('-', "_");
            let names = OF_STEPS.iter().map(|it| it.0).chain(OF_MOMENTS.iter().map(|it| it.0));
            let found = names.filter(|name| name.starts_with(&format!("{prefix}_"))).count();
            assert_eq!(found, 1, "{prefix}");
        }
    }
}
