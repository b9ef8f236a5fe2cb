//! What the device is doing, in the line that is read first.

use soothe_therapy::Plan;
use soothe_wire::{SessionStatus, State, Status};

use super::paint::Paint;
use super::words::celsius;

/// The line for a status.
pub(crate) fn of_state(status: &Status, paint: Paint) -> String {
    let what = match (status.state, &status.session) {
        (State::Heating, Some(session)) if session.protocol == Plan::TUNE => {
            let phase = if session.duty > 0.0 { "heating" } else { "watching how it cools" };
            let (tuning, id, site) = (paint.bold("Tuning the pad"), session.id, &session.site);
            format!("{tuning}: session {id}, {phase}, on {site}")
        }
        (State::Heating, Some(session)) => {
            let target = celsius(session.phase.phase.target_c);
            let progress = if session.target_reached { "holding" } else { "warming up to" };
            format!(
                "{}: session {}, {progress} {target} on {}",
                paint.bold("Heating"),
                session.id,
                session.site
            )
        }
        (State::Proving, Some(session)) => format!(
            "{}: session {}, before {} on {}",
            paint.bold("Testing the heat path"),
            session.id,
            session.phase.phase.kind,
            session.site
        ),
        (State::Guided, Some(session)) => format!(
            "{}: session {}, phase {} of {}, {}, on {}",
            paint.bold(guided(session)),
            session.id,
            session.phase.number,
            session.phase.of,
            session.phase.phase.kind,
            session.site
        ),
        (State::Stimulating, Some(session)) => format!(
            "{}: session {}, phase {} of {}, on {}",
            paint.bold(&level(session)),
            session.id,
            session.phase.number,
            session.phase.of,
            session.site
        ),
        (State::Paused, Some(session)) => format!(
            "{}: session {}, on {}; `soothe resume` goes on",
            paint.bold("Paused, everything is off"),
            session.id,
            session.site
        ),
        (State::Fault, _) => paint.red("A fault is latched; outputs are off"),
        (State::Idle, _) if !status.care.red_flags.is_empty() => {
            paint.red("Signs of an emergency: get help; nothing starts (HL-P2)")
        }
        (State::Idle, _) if status.pack_left_on => paint.red("Take the cold pack off"),
        (
            State::Idle
            | State::Proving
            | State::Heating
            | State::Guided
            | State::Stimulating
            | State::Paused,
            _,
        ) => paint.bold("Idle"),
    };
    format!("{what}\n")
}

/// What lies on the skin while nothing is energised.
fn guided(session: &SessionStatus) -> &'static str {
    let tens_next = session.phase.next.as_ref().is_some_and(|next| next.tens.is_some());
    if session.phase.awaits_break {
        return "Nothing is on until the skin has had a break";
    }
    match (session.phase.pack_on, session.phase.awaits_pad) {
        (true, _) => "The cold pack is on",
        (false, true) if tens_next => {
            "Nothing is on until both of the pad's sensors agree, below 38 °C"
        }
        (false, true) => "Nothing is on until both of the pad's sensors agree",
        (false, false) => "Nothing is on",
    }
}

/// `TENS at 8 mA`
fn level(session: &SessionStatus) -> String {
    let level = session.phase.level.as_ref();
    level.map_or_else(|| "TENS".to_owned(), |it| format!("TENS at {} mA", it.level_ma))
}
