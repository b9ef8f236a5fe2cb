//! What happened, written down.

use rusqlite::{OptionalExtension as _, Transaction, params};
use soothe_therapy::{Celsius, Ended, Event, SessionId, Span};
use soothe_wire::convert;

use super::diary;
use super::store::{EventRows, delete_session, ms};
use super::tunings;

/// Adds the events of one step, with what they mean for sessions and faults.
pub(crate) fn write_events(on: &Transaction<'_>, rows: &EventRows) -> Result<(), rusqlite::Error> {
    for id in &rows.declined {
        delete_session(on, *id)?;
    }
    let mut diary = rows.diary.iter();
    for event in &rows.events {
        let (session, t) = match event {
            Event::Acknowledged { id } => {
                let t = since_start(on, *id, rows.at_unix_ms)?;
                // The log may have lost it: the event belongs to no session then.
                (t.map(|_| *id), t.unwrap_or(Span::ZERO))
            }
            Event::Started { .. }
            | Event::TargetReached { .. }
            | Event::Misfits { .. }
            | Event::Ended(_)
            | Event::Refused(_)
            | Event::Latched(_)
            | Event::Cleared(_)
            | Event::Proved { .. }
            | Event::AskedForSign { .. }
            | Event::PhaseBegan { .. }
            | Event::Asked { .. }
            | Event::Confirmed { .. }
            | Event::Numb { .. }
            | Event::Level { .. }
            | Event::LevelZeroed { .. }
            | Event::ElectrodesOff { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Skin { .. }
            | Event::Present { .. }
            | Event::Answered(_)
            | Event::Tuned { .. }
            | Event::NotTuned { .. }
            | Event::Refined { .. }
            | Event::PadChosen { .. }
            | Event::ProfileChosen(_)
            | Event::LossForgotten
            | Event::PackOff(_)
            | Event::Felt { .. }
            | Event::SiteLocked { .. }
            | Event::SiteSettled { .. }
            | Event::RedFlagsAnswered(_) => (
                rows.session.map(|(id, _)| id),
                rows.session.map_or(Span::ZERO, |(_, elapsed)| elapsed),
            ),
        };
        let record = convert::event_record(event, t.as_s());
        on.prepare_cached(
            "INSERT INTO events (session_id, at_unix_ms, t_ms, kind, message, rule)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            session.map(|id| id.0),
            rows.at_unix_ms,
            ms(t),
            record.kind,
            record.message,
            record.rule
        ])?;
        if let Event::Felt { felt, before } = event {
            let beside = diary.next().cloned().unwrap_or_default();
            diary::enter(on, felt, *before, &beside, rows.at_unix_ms)?;
        }
        apply(on, event, rows)?;
    }
    Ok(())
}

/// What an event changes besides being listed.
fn apply(on: &Transaction<'_>, event: &Event, rows: &EventRows) -> Result<(), rusqlite::Error> {
    match event {
        Event::Started { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
        | Event::Refused(_)
        | Event::Proved { .. }
        | Event::AskedForSign { .. }
        | Event::PhaseBegan { .. }
        | Event::Asked { .. }
        | Event::Confirmed { .. }
        | Event::Numb { .. }
        | Event::Level { .. }
        | Event::LevelZeroed { .. }
        | Event::ElectrodesOff { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Skin { .. }
        | Event::Present { .. }
        | Event::Answered(_)
        | Event::NotTuned { .. }
        | Event::ProfileChosen(_)
        | Event::LossForgotten
        | Event::PackOff(_)
        | Event::Felt { .. } => Ok(()),
        Event::SiteLocked { site } => diary::lock(on, *site, rows.at_unix_ms),
        Event::SiteSettled { site, how } => diary::settle(on, *site, *how, rows.at_unix_ms),
        Event::RedFlagsAnswered(signs) => diary::answer(on, *signs, rows.at_unix_ms),
        Event::Tuned { id, found } => tunings::keep(on, *id, found, rows.at_unix_ms),
        Event::Refined { pad, .. } => tunings::refine(on, pad),
        Event::PadChosen { tuning } => tunings::choose(on, *tuning),
        Event::Ended(ended) => end_session(on, ended),
        Event::Latched(fault) => on
            .execute(
                "INSERT INTO faults (kind, rule, reading_c, latched_unix_ms)
                 VALUES (?1, ?2, ?3, ?4)",
                params![
                    fault.kind.name(),
                    fault.kind.rule().id(),
                    fault.reading.map(Celsius::get),
                    rows.at_unix_ms
                ],
            )
            .map(drop),
        Event::Cleared(_) => on
            .execute(
                "UPDATE faults SET cleared_unix_ms = ?1 WHERE cleared_unix_ms IS NULL",
                [rows.at_unix_ms],
            )
            .map(drop),
        // Older ones that nobody looked at are settled with it: it is the same skin.
        Event::Acknowledged { id } => on
            .execute(
                "UPDATE sessions SET acknowledged_unix_ms = ?1
                 WHERE outcome = 'interrupted' AND acknowledged_unix_ms IS NULL AND id <= ?2",
                params![rows.at_unix_ms, id.0],
            )
            .map(drop),
    }
}

fn end_session(on: &Transaction<'_>, ended: &Ended) -> Result<(), rusqlite::Error> {
    on.execute(
        "UPDATE sessions SET outcome = ?2, reason = ?3, rule = ?4, elapsed_ms = ?5,
         dose_cem43 = ?6, hottest_c = ?7 WHERE id = ?1",
        params![
            ended.id.0,
            ended.outcome.name(),
            convert::reason(ended.outcome),
            convert::rule_of(ended.outcome),
            ms(ended.elapsed),
            ended.dose.get(),
            ended.hottest.map(Celsius::get),
        ],
    )
    .map(drop)
}

/// Wall-clock time from a session's start; zero when the clock was set back meanwhile, and none when there
/// is no such session.
fn since_start(
    on: &Transaction<'_>,
    id: SessionId,
    at_unix_ms: i64,
) -> Result<Option<Span>, rusqlite::Error> {
    let started: Option<i64> = on
        .query_row("SELECT started_unix_ms FROM sessions WHERE id = ?1", [id.0], |row| row.get(0))
        .optional()?;
    let since = started.map(|started| at_unix_ms.saturating_sub(started));
    Ok(since.map(|ms| Span::from_ms(u64::try_from(ms).unwrap_or(0))))
}
