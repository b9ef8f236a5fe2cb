//! What a person's profile takes, held to an observer's own table.

use soothe_therapy::Span;

use super::{Holds, Step, slack};
use crate::history::Takes;

/// All that a profile bounds; each of it under the rule that it tightens.
pub(super) fn invariant_a_profile_is_kept(step: &Step<'_>) -> Holds {
    let Some(session) = step.session() else { return Ok(()) };
    let Some(takes) = Takes::of(session.profile) else { return Ok(()) };
    let name = session.profile.name();
    if let Some(target) = session.target.filter(|_| step.pad_energised()) {
        holds!(target.get() <= takes.target_c, "{name}: heat at {target}")?;
        let heats = session.heats(step.now);
        let cycles = Span::from_ms(100 * session.plan.protocol().phases().len() as u64);
        holds!(heats <= slack(takes.heat) + cycles, "{name}: heat for {} s", heats.as_s())?;
    }
    let ices = session.ices(step.now);
    holds!(ices <= slack(takes.ice), "{name}: ice for {} s", ices.as_s())?;
    let level_ma = step.history.pulses.sent.as_ref().map_or(0.0, |it| it.level_ma);
    holds!(level_ma <= takes.level_ma, "{name}: {level_ma} mA")?;
    let cold = session.plan.protocol().ices_for() > Span::ZERO;
    let least = takes.rest_from_cold.saturating_sub(Span::from_min(1));
    let iced = step
        .of_the_day(session)
        .any(|it| it.cold > Span::from_s(40) && step.now.since(it.ended) < least);
    holds!(!(step.history.just_began && cold && iced), "{name}: a site was iced again too soon")
}
