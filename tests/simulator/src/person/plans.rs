//! What a person may want: one heat phase, or any order of phases that is accepted.

use soothe_therapy::exercise::Exercise;
use soothe_therapy::tens::{Cap, ElectrodeArea, Mode as Pulses};
use soothe_therapy::{Celsius, Phase, Plan, Protocol, Site, Span, limits};

use crate::chance::Chance;
use crate::options::Mode;

/// The plan of a person in a life of this kind.
pub(super) fn of(mode: Mode, skin_probe: bool, chance: &mut Chance) -> Plan {
    match mode {
        Mode::Healthy | Mode::Single | Mode::Only(_) => any_plan(chance),
        Mode::Led => any_protocol(skin_probe, chance, |_| true),
        Mode::Tens => any_protocol(skin_probe, chance, has_tens),
        Mode::Swarm if chance.happens(0.4) => any_protocol(skin_probe, chance, |_| true),
        Mode::Swarm => any_plan(chance),
    }
}

fn has_tens(plan: &Plan) -> bool {
    plan.agents().tens
}

/// The same plan on another site.
pub(super) fn elsewhere(plan: Plan, site: Site) -> Plan {
    Plan::of(*plan.protocol(), site).unwrap_or(plan)
}

/// What a person asks for whose plan was more than a profile takes: less of heat and of ice.
pub(super) fn gentler(plan: Plan) -> Plan {
    let less = |span: Span| Span::from_ms(span.as_ms() * 3 / 4);
    let phases = plan.protocol().phases().iter().map(|phase| match *phase {
        Phase::Heat { target, duration } => {
            let target = Celsius::literal(target.get().min(38.0));
            Phase::Heat { target, duration: less(duration).max(limits::HEAT_PHASE_MIN) }
        }
        Phase::Ice { duration } => Phase::Ice { duration: less(duration).max(limits::ICE_MIN) },
        Phase::Swap { .. } | Phase::Rest { .. } | Phase::Tens { .. } | Phase::Exercise { .. } => {
            *phase
        }
    });
    let phases: Vec<Phase> = phases.collect();
    let protocol = Protocol::new(&plan.protocol().name(), &phases);
    protocol.ok().and_then(|it| Plan::of(it, plan.site()).ok()).unwrap_or(plan)
}

/// A plan that a person may have.
pub(super) fn any_plan(chance: &mut Chance) -> Plan {
    // High set-points are where it matters.
    let target = if chance.happens(0.4) { 42.0 } else { chance.between(30.0, 42.0) };
    let target = Celsius::literal((target * 10.0).round() / 10.0);
    let longest = limits::heat_phase_max(target);
    let duration =
        if chance.happens(0.3) { longest } else { chance.span(Span::from_min(2), longest) };
    Plan::heat(target.get(), duration, chance.one_of(Site::ALL)).expect("within the limits")
}

/// A protocol that a person may have: any order of phases that is accepted, and wanted.
fn any_protocol(skin_probe: bool, chance: &mut Chance, wanted: fn(&Plan) -> bool) -> Plan {
    // Longer ice is refused where nothing watches it.
    let longest_ice_min = if skin_probe { 20 } else { 15 };
    loop {
        let count = chance.whole(1, 6);
        let phases: Vec<Phase> = (0..count).map(|_| any_phase(longest_ice_min, chance)).collect();
        let protocol = Protocol::new("any", &phases);
        let plan = protocol.ok().and_then(|it| Plan::of(it, chance.one_of(Site::ALL)).ok());
        if let Some(plan) = plan.filter(wanted) {
            return plan;
        }
    }
}

fn any_phase(longest_ice_min: u64, chance: &mut Chance) -> Phase {
    let mut minutes = |from, to| Span::from_min(chance.whole(from, to));
    match minutes(0, 8).as_ms() / 60_000 {
        0 | 1 => {
            let (duration, tenths) = (minutes(1, 12), minutes(0, 120).as_ms() / 60_000);
            Phase::Heat { target: Celsius::literal(30.0 + tenths as f64 / 10.0), duration }
        }
        2 => Phase::Ice { duration: minutes(1, longest_ice_min) },
        3 => Phase::Swap { duration: minutes(1, 3) },
        4 => Phase::Rest { duration: minutes(1, 10), until_normal: true },
        5 => Phase::Rest { duration: minutes(1, 10), until_normal: false },
        6 | 7 => {
            let duration = minutes(1, 12);
            any_tens(duration, chance)
        }
        _ => {
            let duration = minutes(1, 3);
            Phase::Exercise { exercise: chance.one_of(Exercise::ALL), duration }
        }
    }
}

fn any_tens(duration: Span, chance: &mut Chance) -> Phase {
    let caps = [Cap::GENTLE, Cap::DEFAULT, Cap::DEFAULT, Cap::HARD];
    let areas = [16.0, 25.0, 25.0, 50.0].map(ElectrodeArea::literal);
    let (mode, cap) = (chance.one_of(Pulses::ALL), chance.one_of(&caps));
    Phase::Tens { mode, cap, area: chance.one_of(&areas), duration }
}
