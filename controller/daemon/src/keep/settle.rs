//! What a session that was cut off may have left at the worst.

use soothe_therapy::cold::PackLeft;
use soothe_therapy::dose::cem43;
use soothe_therapy::ledger::{Ledger, SiteUse};
use soothe_therapy::{Boot, Celsius, Cem43, Kelvin, Moment, Span, limits};

use super::content::Reserved;
use super::{Told, UNTOLD_MAX};

/// Counts a session that was cut off as it may have been at the worst, `passed` being the time since the
/// file was written. Gives how long after that writing it may have ended.
pub(super) fn settle(
    boot: &mut Boot,
    reserved: &Reserved,
    told: Option<Told>,
    passed: Span,
) -> Span {
    let (lasted, dose) = match told {
        None => (reserved.planned, whole_session()),
        Some(told) => {
            let more = cem43(hottest_untold(told.hottest), UNTOLD_MAX + limits::DOSE_TAIL);
            (reserved.planned.min(told.elapsed + UNTOLD_MAX), told.dose + more)
        }
    };
    let heats = reserved.heats > Span::ZERO;
    let most = if heats { whole_session() } else { Cem43::ZERO };
    let dose = if dose < most { dose } else { most };
    let [heated, cold, tens] =
        [reserved.heats, reserved.ices, reserved.stimulates].map(|most| lasted.min(most));
    // The file was written before the session began, or while it ran: not before it was noted there.
    let ended_after = lasted.saturating_sub(reserved.ran) + UNTOLD_MAX;
    let now = Moment::START + limits::DAY + limits::DAY;
    let mut ledger = Ledger::new(&boot.history, now);
    ledger.enter(
        now.before(passed.saturating_sub(ended_after)),
        SiteUse { site: reserved.site, heated, dose, cold, tens },
    );
    boot.history = ledger.history(now);
    // HL-C8: nobody knows whether a pack of it still lies there.
    if cold > Span::ZERO {
        boot.pack_left =
            Some(PackLeft { site: reserved.site, age: passed.saturating_sub(ended_after) });
    }
    let windows = heated.as_ms().div_ceil(limits::RELAY_CLOSING_EVERY.as_ms());
    let operations = u32::try_from(2 * windows + 2).unwrap_or(u32::MAX);
    boot.relay_operations = boot.relay_operations.saturating_add(operations);
    ended_after
}

/// HL-H5: the most that a session can leave.
pub(crate) fn whole_session() -> Cem43 {
    let hottest = limits::CONTACT_LATCH + limits::DOSE_GUARD;
    limits::SESSION_DOSE_MAX + cem43(hottest, limits::DOSE_TAIL + limits::CYCLE_LATE_LATCH)
}

/// What the skin may have had after the last sample: as much more than the hottest as it can rise
/// meanwhile, though no more than what turns the heater off.
fn hottest_untold(hottest: Option<Celsius>) -> Celsius {
    let hottest = hottest.unwrap_or(limits::START_CONTACT_MAX);
    let rise = Kelvin::literal(limits::SLEW_MAX_K_PER_S * UNTOLD_MAX.as_s());
    let risen = hottest + rise;
    let risen = if risen < limits::CONTACT_OFF { risen } else { limits::CONTACT_OFF };
    hottest.max(risen) + limits::DOSE_GUARD
}
