//! The rules of TENS, HL-T*: judged on what was granted, on what was read back, and on the true current.

use soothe_plant::{ElectrodePart, Part};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{Event, Moment, Site, Span};

use super::{Holds, Step, slack};
use crate::history::{History, Sent, Wrong};
use crate::world::Seen;

/// For so long something may truly be wrong until a pulse shows it: the slowest mode sends two trains a second.
const SHOWN_WITHIN: Span = Span::from_ms(1500);
/// Heat and TENS are so far apart, on the clock that the device has.
const APART: Span = Span::from_ms(9999);

fn sent<'a>(step: &'a Step<'_>) -> Option<&'a Sent> {
    step.history.pulses.sent.as_ref()
}

fn level_ma(sent: Option<&Sent>) -> f64 {
    sent.map_or(0.0, |it| it.level_ma)
}

/// Something that a pulse has shown latches in that step, unless somebody or its end took the phase away just then;
/// and what is truly so is not so for long.
fn latches(step: &Step<'_>, wrong: Wrong, what: &str) -> Holds {
    let left = |it: &Event| {
        matches!(it, Event::Ended(_) | Event::PhaseBegan { .. } | Event::Paused { .. })
    };
    let excused = step.cycle.output.events.iter().any(left);
    holds!(!wrong.read || step.latched() || excused, "{what} was read back: not latched")?;
    holds!(!wrong.read || sent(step).is_none(), "pulses go on after {what} was read back")?;
    let lasts = step.held(wrong.since);
    holds!(sent(step).is_none() || lasts <= SHOWN_WITHIN, "{what} for {} s", lasts.as_s())
}

pub(super) fn invariant_hl_t1_peak(step: &Step<'_>) -> Holds {
    if let Some(sent) = sent(step) {
        let within = sent.level_ma <= sent.cap_ma && sent.level_ma <= 30.0;
        holds!(within, "{} mA where {} is the cap", sent.level_ma, sent.cap_ma)?;
    }
    latches(step, step.history.pulses.over, "more current than was asked for")
}

pub(super) fn invariant_hl_t2_width(step: &Step<'_>) -> Holds {
    let within = sent(step).is_none_or(|it| (50.0..=250.0).contains(&it.width_us));
    holds!(within, "phases of another width: {:?}", sent(step))
}

pub(super) fn invariant_hl_t3_rate(step: &Step<'_>) -> Holds {
    let within = sent(step).is_none_or(|it| (1.0..=150.0).contains(&it.rate_hz));
    holds!(within, "pulses at another rate: {:?}", sent(step))
}

/// What it would be without a pause between trains, mA.
fn rms_ma(it: &Sent) -> f64 {
    it.level_ma * (2.0 * it.width_us * 1e-6 * it.rate_hz).sqrt()
}

pub(super) fn invariant_hl_t4_rms(step: &Step<'_>) -> Holds {
    let rms_ma = sent(step).map_or(0.0, rms_ma);
    holds!(rms_ma <= 10.0, "{rms_ma:.1} mA rms")
}

pub(super) fn invariant_hl_t5_density(step: &Step<'_>) -> Holds {
    // Half of an electrode may have come off.
    let density = sent(step).map_or(0.0, |it| rms_ma(it) / (0.5 * it.area_cm2));
    holds!(density <= 2.0, "{density:.2} mA/cm²")
}

pub(super) fn invariant_hl_t6_power_density(step: &Step<'_>) -> Holds {
    let of = |it: &Sent| rms_ma(it) * rms_ma(it) * 1e-3 * 500.0 / (0.5 * it.area_cm2);
    let density = sent(step).map_or(0.0, of);
    holds!(density <= 250.0, "{density:.0} mW/cm²")
}

pub(super) fn invariant_hl_t7_energy(step: &Step<'_>) -> Holds {
    let of = |it: &Sent| it.level_ma * it.level_ma * 1e-6 * 500.0 * 2.0 * it.width_us * 1e-3;
    let energy_mj = sent(step).map_or(0.0, of);
    holds!(energy_mj <= 1.0, "{energy_mj:.2} mJ in a pulse")
}

pub(super) fn invariant_hl_t8_no_direct_current(step: &Step<'_>) -> Holds {
    latches(step, step.history.pulses.direct, "direct current")
}

pub(super) fn invariant_hl_t9_the_level_rises_by_hand(step: &Step<'_>) -> Holds {
    let pulses = &step.history.pulses;
    let (now, before) = (level_ma(sent(step)), level_ma(pulses.before.as_ref()));
    if now <= before {
        return Ok(());
    }
    let ordered = pulses.ordered_ma.iter().any(|ma| f64::from(*ma) == now);
    holds!(ordered, "{before} mA became {now} and nobody asked for it")?;
    holds!(now <= before + 1.0, "{before} mA became {now} at once")?;
    // Two milliamperes a second, on the clock that the device has.
    let after = pulses.changed.map_or(Span::ZERO, |at| step.cycle.now.since(at));
    holds!(after >= Span::from_ms(499), "{before} mA became {now} after {} ms", after.as_ms())
}

pub(super) fn invariant_hl_t10_gentle_after_cold(step: &Step<'_>) -> Holds {
    let Some(session) = step.session() else { return Ok(()) };
    let fresh = |ended| step.now.since(ended) < Span::from_min(27);
    let iced = session.cold_ended.is_some_and(fresh)
        || step.of_the_day(session).any(|it| it.cold > Span::from_s(40) && fresh(it.ended));
    let level_ma = level_ma(sent(step));
    holds!(!iced || level_ma <= 15.0, "{level_ma} mA soon after ice")
}

pub(super) fn invariant_hl_t11_an_electrode_is_off(step: &Step<'_>) -> Holds {
    let (pulses, sends) = (&step.history.pulses, sent(step).is_some());
    holds!(!sends || pulses.open_in_a_row < 3, "{} pulses were open", pulses.open_in_a_row)?;
    let gone = step.cycle.input.stimulator == Stimulator::Absent;
    holds!(!(sends && gone), "pulses without a stimulator that answers")?;
    let unread = pulses.unread_since.map_or(Span::ZERO, |at| step.cycle.now.since(at));
    let known = unread <= Span::from_ms(3050);
    holds!(!sends || known, "pulses that nobody measured for {} s", unread.as_s())
}

pub(super) fn invariant_hl_t12_short_circuit(step: &Step<'_>) -> Holds {
    latches(step, step.history.pulses.short, "a short circuit")
}

pub(super) fn invariant_hl_t13_an_electrode_peels(step: &Step<'_>) -> Holds {
    let loads = &step.history.pulses.loads;
    let before: Option<f64> = (15..=30).map(|ago| loads.mean(ago)).sum();
    let Some(before) = before.map(|sum| sum / 16.0) else { return Ok(()) };
    let up = |ago| loads.mean(ago).is_some_and(|it| it > 1.45 * before);
    let peels = (1..=5).all(up);
    holds!(!(sent(step).is_some() && peels), "pulses through a load that rose from {before:.0} Ω")
}

pub(super) fn invariant_hl_t14_how_long_and_how_often(step: &Step<'_>) -> Holds {
    let Some(session) = step.session() else { return Ok(()) };
    if sent(step).is_some() {
        let (number, lasts) = session.tens_in_phase;
        let phase = number.checked_sub(1).and_then(|at| session.plan.protocol().phases().get(at));
        let asked = phase.map_or(Span::ZERO, soothe_therapy::Phase::duration);
        holds!(lasts <= slack(asked), "TENS for {} s of {}", lasts.as_s(), asked.as_s())?;
        holds!(session.tens <= slack(Span::from_min(60)), "TENS for {} s", session.tens.as_s())?;
    }
    if !step.history.just_began || session.plan.protocol().stimulates_for() == Span::ZERO {
        return Ok(());
    }
    let counted = || step.of_the_day(session).filter(|it| it.tens >= Span::from_s(90));
    holds!(counted().count() < 4, "a fifth session of TENS on a day")?;
    let tired = counted().any(|it| step.now.since(it.ended) < Span::from_min(27));
    holds!(!tired, "TENS again within half an hour")
}

pub(super) fn invariant_hl_t15_never_with_heat(step: &Step<'_>) -> Holds {
    let (granted, pulses) = (step.cycle.granted(), &step.history.pulses);
    let both = granted.k1 && (granted.fed || sent(step).is_some());
    holds!(!both, "K1 is closed while electrodes lie")?;
    let near = |at: Option<Moment>| at.is_some_and(|at| step.cycle.now.since(at) < APART);
    let after_heat = near(pulses.heat_at);
    holds!(!(sent(step).is_some() && after_heat), "pulses right after heat")?;
    let after_pulses = near(pulses.pulses_at);
    holds!(!(granted.heats() && after_pulses), "heat right after pulses")
}

pub(super) fn invariant_hl_t16_placement(step: &Step<'_>) -> Holds {
    const NOWHERE: [Site; 4] =
        [Site::LeftNeck, Site::RightNeck, Site::LeftUpperBack, Site::RightUpperBack];
    let site = step.session().map(|it| it.plan.site());
    let may = site.is_some_and(|site| !NOWHERE.contains(&site));
    holds!(sent(step).is_none() || may, "pulses on {site:?}")
}

/// At every moment what truly flows is no more than the last step granted, and never beside heat.
pub(super) fn invariant_pulses_are_as_granted(seen: &Seen<'_>, history: &History) -> Holds {
    let whole = |part| seen.plant.is_whole(part);
    let (flows_ma, most_ma) = (seen.truth.tens_ma, level_ma(history.pulses.sent.as_ref()));
    let strong = !whole(Part::Electrodes(ElectrodePart::Source));
    holds!(strong || flows_ma <= most_ma + 1e-6, "{flows_ma:.1} mA flow where {most_ma} may")?;
    let both = seen.truth.heating && flows_ma > 0.0 && whole(Part::K1) && whole(Part::K2);
    holds!(!both, "heat and {flows_ma:.1} mA at once")
}
