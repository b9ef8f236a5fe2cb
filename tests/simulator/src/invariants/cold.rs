//! The rules of cold, HL-C*: time, order, people, and a probe on the skin where there is one.

use soothe_therapy::alarm::Alarm;
use soothe_therapy::session::Prompt;
use soothe_therapy::{Event, Outcome, PhaseLimit, Site, Span};

use super::{Holds, Step, slack};
use crate::history::Watched;

/// How long a pack has lain on the skin without being called off, with those before that count as one with it.
fn counted(step: &Step<'_>, session: &Watched) -> Span {
    session.chills(step.now)
}

pub(super) fn invariant_hl_c1_ice_length(step: &Step<'_>) -> Holds {
    let lies = step.session().map_or(Span::ZERO, |session| counted(step, session));
    let watched = step.history.skin.watches(step.now);
    holds!(lies <= slack(Span::from_min(15)) || watched, "unwatched ice for {} s", lies.as_s())
}

pub(super) fn invariant_hl_c2_watched_ice_length(step: &Step<'_>) -> Holds {
    let lies = step.session().map_or(Span::ZERO, |session| counted(step, session));
    holds!(lies <= slack(Span::from_min(20)), "watched ice for {} s", lies.as_s())?;
    let nerves = [Site::LeftForearm, Site::RightForearm, Site::LeftCalf, Site::RightCalf];
    let session = step.session().filter(|it| nerves.contains(&it.plan.site()));
    let lies = session.map_or(Span::ZERO, |session| counted(step, session));
    holds!(lies <= slack(Span::from_min(10)), "ice for {} s over a nerve", lies.as_s())
}

pub(super) fn invariant_hl_c3_analgesia_is_told(step: &Step<'_>) -> Holds {
    let skin = &step.history.skin;
    // A value that is a step away is believed when it is said twice.
    let late = step.held(skin.due_since);
    holds!(late <= Span::from_s(3), "numb to pain for {} s, and not told", late.as_s())?;
    holds!(skin.numbed <= 1, "told {} times of one pack that it numbs", skin.numbed)
}

pub(super) fn invariant_hl_c4_too_cold_comes_off(step: &Step<'_>) -> Holds {
    let cold = step.held(step.history.skin.cold_since);
    // A second more for a value that is a step away.
    holds!(
        cold <= slack(Span::from_s(32)),
        "skin at 10 °C for {} s, and the pack lies on",
        cold.as_s()
    )
}

pub(super) fn invariant_hl_c5_freezing_stops(step: &Step<'_>) -> Holds {
    let young = |at| step.now.since(at) < Span::from_ms(2900);
    let told = step.history.skin.newest.filter(|(at, t)| *t < 5.01 && young(*at));
    let lies = step.session().is_some_and(|session| session.pack_on.is_some());
    holds!(!(lies && told.is_some()), "skin at {told:?} under a pack, and the session goes on")?;
    let freezes = |event: &Event| {
        let frozen = Outcome::Limit(PhaseLimit::Freezing);
        matches!(event, Event::Ended(ended) if ended.outcome == frozen)
    };
    let output = &step.cycle.output;
    let calls = output.snapshot.alarm == Some(Alarm::PackOff);
    holds!(calls || !output.events.iter().any(freezes), "the skin freezes and nobody is called")
}

pub(super) fn invariant_hl_c6_no_heat_on_numb_skin(step: &Step<'_>) -> Holds {
    let Some(session) = step.session() else { return Ok(()) };
    let numb = session.numb || session.pack_on.is_some();
    // The proof before TENS warms nothing.
    let heats = step.cycle.granted().heats() || (step.pad_energised() && session.target.is_some());
    holds!(!(heats && numb), "heat on skin that nobody called normal")?;
    let target_c = session.target.map_or(0.0, |t| t.get());
    let hot = session.felt && target_c > 40.0;
    holds!(!(step.pad_energised() && hot), "heat at {target_c} °C first after cold")?;
    let heats = session.plan.protocol().target().is_some();
    let fresh = |ended| step.now.since(ended) < Span::from_min(29);
    let iced = step.of_the_day(session).any(|it| it.cold > Span::from_s(200) && fresh(it.ended));
    holds!(!(step.history.just_began && heats && iced), "a session with heat soon after ice")
}

pub(super) fn invariant_hl_c7_rest_from_cold(step: &Step<'_>) -> Holds {
    let Some(session) = step.session().filter(|_| step.history.just_began) else { return Ok(()) };
    let ices = session.plan.protocol().ices_for() > Span::ZERO;
    let fresh = |ended| step.now.since(ended) < Span::from_min(119);
    let iced = step.of_the_day(session).any(|it| it.cold > Span::from_s(40) && fresh(it.ended));
    holds!(!(ices && iced), "a site was iced again within two hours")
}

pub(super) fn invariant_hl_c8_the_pack_comes_off(step: &Step<'_>) -> Holds {
    let snapshot = &step.cycle.output.snapshot;
    let asks = snapshot.session.and_then(|session| session.phase.asked);
    let calls = asks.is_none_or(|it| it.prompt != Prompt::PackOff)
        || snapshot.alarm == Some(Alarm::PackOff);
    holds!(calls, "a pack is to come off and nobody is called")?;
    let lies = step.session().is_some_and(|session| session.pack_on.is_some());
    holds!(!(lies && step.energised()), "energised with a pack on the skin")?;
    let left = step.history.left;
    holds!(!left.at_the_start, "a session began with a pack on that nobody has said to be off")?;
    // A fault calls louder, and nothing starts until it is cleared.
    let calls = snapshot.alarm == Some(Alarm::PackOff) || step.latched();
    holds!(
        !left.lies || step.session().is_some() || calls,
        "a pack lies there and nobody is called"
    )
}
