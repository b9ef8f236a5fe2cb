//! The rules of heat, HL-H*.

use soothe_therapy::{Moment, Span};

use super::{Holds, Step, slack};

pub(super) fn invariant_hl_h1_target(step: &Step<'_>) -> Holds {
    // The plan's own type bounds its target; what can be wrong is what the pad is regulated to. A window
    // of the relay may end what was begun.
    let above = step.held(step.history.above_since);
    let goes_on = step.cycle.granted().heats() && above > Span::from_s(20);
    holds!(!goes_on, "heated for {} s above any set-point", above.as_s())
}

pub(super) fn invariant_hl_h2_hot_is_off(step: &Step<'_>) -> Holds {
    let hot = step.history.told.iter().any(|told| {
        let young = told.began.is_some_and(|at| step.now.since(at) <= Span::from_ms(2900));
        young && told.newest.is_some_and(|t| t.get() >= 43.0)
    });
    holds!(!(hot && step.must_see_pad()), "energised with a reading of 43 °C or more")
}

pub(super) fn invariant_hl_h3_hotter_latches(step: &Step<'_>) -> Holds {
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

pub(super) fn invariant_hl_h4_cut_out(step: &Step<'_>) -> Holds {
    let open = step.cycle.input.lines.cutout_open == Some(true);
    holds!(!open || (step.latched() && !step.energised()), "the cut-out is open: not latched")
}

pub(super) fn invariant_hl_h5_session_dose(step: &Step<'_>) -> Holds {
    let dose = step.session().map_or(0.0, |session| session.dose);
    holds!(!step.pad_energised() || dose < 10.1, "energised at {dose:.2} CEM43")
}

pub(super) fn invariant_hl_h6_day_dose(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.pad_energised()) else { return Ok(()) };
    let day: f64 = step.of_the_day(session).map(|used| used.dose).sum();
    let total = day + session.dose;
    holds!(total < 20.5, "energised at {total:.2} CEM43 of the day")
}

pub(super) fn invariant_hl_h7_phase_length(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.pad_energised()) else { return Ok(()) };
    let target = session.target.map_or(0.0, |it| it.get()).max(session.warm.hottest_c());
    let min = if target <= 40.0 { 30 } else { 20 };
    // Phases less than five minutes apart count as one, and each ends in the cycle after its time.
    let cycles = Span::from_ms(100 * session.plan.protocol().phases().len() as u64);
    let together = session.heats(step.now);
    holds!(together <= slack(Span::from_min(min)) + cycles, "heat for {} s", together.as_s())?;
    // People are waited for, and so may the proof be; but the heat of a plan has its time.
    let heats = step.held(session.heat_began);
    let (heats, asked) = (session.heated + heats, session.plan.protocol().heats_for());
    holds!(heats <= slack(asked) + cycles, "heat for {} s of {} s", heats.as_s(), asked.as_s())?;
    let lasts = step.now.since(session.began).saturating_sub(session.paused_for);
    holds!(lasts <= slack(Span::from_min(60)), "energised after {} s", lasts.as_s())
}

pub(super) fn invariant_hl_h8_day_heat(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.pad_energised()) else { return Ok(()) };
    let counts = |heated: Span| heated >= Span::from_s(150);
    let sessions = step.of_the_day(session).filter(|used| counts(used.heated)).count();
    let heats = session.heated + step.held(session.heat_began);
    let day = step.of_the_day(session).fold(heats, |sum, used| sum + used.heated);
    let few = sessions + usize::from(counts(heats)) <= 4;
    holds!(few && day <= Span::from_min(121), "{sessions} sessions, {} s of heat", day.as_s())
}

pub(super) fn invariant_hl_h9_rest(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.history.just_began) else { return Ok(()) };
    if session.plan.protocol().target().is_none() {
        return Ok(());
    }
    let rested = |ended: Moment| step.now.since(ended) > Span::from_min(59);
    let tired =
        step.of_the_day(session).any(|it| it.heated >= Span::from_s(150) && !rested(it.ended));
    holds!(!tired, "a site was heated again within an hour")
}

pub(super) fn invariant_hl_h10_session_length(step: &Step<'_>) -> Holds {
    let lasts = step.session().map_or(Span::ZERO, |session| step.now.since(session.began));
    holds!(lasts <= slack(Span::from_min(60)), "a session of {} s", lasts.as_s())
}

pub(super) fn invariant_hl_h11_attendance(step: &Step<'_>) -> Holds {
    let silent = step.session().map_or(Span::ZERO, |session| step.now.since(session.sign));
    let awake = silent <= slack(Span::from_min(11));
    holds!(!step.energised() || awake, "energised {} s after the last sign", silent.as_s())
}

pub(super) fn invariant_hl_h12_no_blind_heat(step: &Step<'_>) -> Holds {
    let knows = step.history.hottest(step.now).is_some();
    holds!(!step.must_see_pad() || knows, "energised without a contact reading of the last 3 s")
}

pub(super) fn invariant_hl_h13_both_sensors(step: &Step<'_>) -> Holds {
    let valid = step.history.told.iter().filter(|told| told.fresh(step.now).is_some()).count();
    holds!(!step.must_see_pad() || valid == 2, "energised with {valid} contact sensors")
}

pub(super) fn invariant_hl_h14_agreement(step: &Step<'_>) -> Holds {
    let apart = step.held(step.history.apart_since);
    let far_apart = step.held(step.history.far_apart_since);
    let agree = apart <= Span::from_s(32) && far_apart <= Span::from_s(4);
    holds!(
        !step.must_see_pad() || agree,
        "energised with contact sensors more than 3 K apart for {} s, 6 K for {} s",
        apart.as_s(),
        far_apart.as_s()
    )
}

pub(super) fn invariant_hl_h15_heat_warms(step: &Step<'_>) -> Holds {
    let in_vain = step.session().map_or(Span::ZERO, |session| session.in_vain);
    let cold = step.session().zip(step.history.hottest(step.now));
    let cold = cold.is_some_and(|(session, t)| {
        session.plan.protocol().target().is_some_and(|target| t < target.get() - 3.0)
    });
    let goes_on = step.pad_energised() && cold && in_vain > Span::from_s(240);
    holds!(!goes_on, "heat for {} s, no current, 3 K too cold", in_vain.as_s())
}

pub(super) fn invariant_hl_h16_heat_holds(step: &Step<'_>) -> Holds {
    let in_vain = step.session().map_or(Span::ZERO, |session| session.in_vain);
    let goes_on = step.pad_energised() && in_vain > Span::from_s(300);
    holds!(!goes_on, "heat for {} s and no current", in_vain.as_s())
}

pub(super) fn invariant_hl_h17_runaway(step: &Step<'_>) -> Holds {
    const FOR_S: usize = 16;
    let (Some(now), Some(then)) = (step.history.past(0), step.history.past(FOR_S)) else {
        return Ok(());
    };
    let rise = now.hottest - then.hottest;
    let steady = (0..FOR_S).all(|ago| {
        let pair = step.history.past(ago).zip(step.history.past(ago + 1));
        pair.is_some_and(|(later, earlier)| (0.1..3.0).contains(&(later.hottest - earlier.hottest)))
    });
    // Below what skin can warm a sensor to, a quick rise may be a hand on it.
    let runs_away = rise > 0.45 * FOR_S as f64 && rise < 60.0 && then.hottest > 38.0 && steady;
    holds!(
        !(step.pad_energised() && runs_away),
        "energised after a rise of {rise:.1} K in {FOR_S} s"
    )
}

pub(super) fn invariant_hl_h18_off_cools(step: &Step<'_>) -> Holds {
    let heats = step.held(step.history.unwanted_since);
    let noticed = heats <= Span::from_s(240) || step.latched();
    holds!(noticed, "current that nobody granted for {} s, and nothing is latched", heats.as_s())
}

pub(super) fn invariant_hl_h19_current_as_written(step: &Step<'_>) -> Holds {
    let stray = step.held(step.history.stray_since) > Span::from_ms(250);
    let missing = step.held(step.history.missing_since) > Span::from_ms(250);
    holds!(!stray || step.latched(), "current flows that was not granted, and nothing is latched")?;
    holds!(!missing || !step.pad_energised(), "no current flows where it was granted for 250 ms")
}

pub(super) fn invariant_hl_h20_proof_before_heat(step: &Step<'_>) -> Holds {
    // Where no current is sensed, the pad must have had the time to tell of it.
    let sensed = step.history.senses_current;
    let granted = step.cycle.granted();
    let needs_proof = granted.heats() || (granted.fed && !sensed);
    let Some(session) = step.session().filter(|_| needs_proof) else {
        return Ok(());
    };
    let (each, watch) = if sensed {
        (Span::from_ms(900), Span::ZERO)
    } else {
        (Span::from_s(19), Span::from_s(29))
    };
    let alone = session.k1_alone.min(session.k2_alone);
    holds!(alone >= each, "heat or TENS after {} ms of proof", alone.as_ms())?;
    holds!(session.watched >= watch, "heat or TENS after {} ms of watch", session.watched.as_ms())
}

pub(super) fn invariant_hl_h21_relay_wear(step: &Step<'_>) -> Holds {
    // One closing in each window of 20 s, one for the proof, one for each hindrance that is over.
    let closings = step.history.closings.len();
    holds!(closings <= 20, "K1 closed {closings} times in two minutes")
}

pub(super) fn invariant_hl_h22_warmth_at_the_start(step: &Step<'_>) -> Holds {
    // TENS that only the pad's temperature watches begins beside a cool one, each time.
    let fed_before = step.before().is_some_and(|it| it.granted.fed);
    let begins = step.cycle.granted().fed && !fed_before && !step.history.senses_current;
    let warm = step.history.hottest(step.now).is_some_and(|t| t > 38.01);
    holds!(!(begins && warm), "TENS began beside a pad of more than 38 °C")?;
    let heats = step.session().is_some_and(|it| it.plan.protocol().target().is_some());
    if !step.history.just_began || step.history.stopped || !heats {
        return Ok(());
    }
    let room = step.plant.readings().ambient.and_then(|raw| raw.outcome.ok());
    let room_fits = room.is_none_or(|room| (9.99..=35.01).contains(&room.get()));
    let skin = step.history.hottest(step.now);
    let skin_fits = skin.is_some_and(|skin| (9.99..38.01).contains(&skin));
    holds!(room_fits && skin_fits, "a start with the room at {room:?} and the pad at {skin:?}")
}
