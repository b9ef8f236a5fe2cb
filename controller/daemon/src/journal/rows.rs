//! From rows to the shapes of the API.

use rusqlite::Row;
use soothe_wire::{EventRecord, Sample, SessionSummary};

/// The columns that [`summary`] reads, in its order.
pub(super) const SUMMARY: &str = "id, protocol, site, target_c, duration_ms, started_unix_ms, \
     outcome, reason, rule, elapsed_ms, dose_cem43, hottest_c, simulated";

/// Seconds from the milliseconds of a column.
fn seconds(row: &Row<'_>, column: usize) -> Result<f64, rusqlite::Error> {
    row.get::<_, i64>(column).map(|ms| ms as f64 / 1000.0)
}

pub(super) fn summary(row: &Row<'_>) -> Result<SessionSummary, rusqlite::Error> {
    let outcome: Option<String> = row.get(6)?;
    Ok(SessionSummary {
        id: row.get(0)?,
        protocol: row.get(1)?,
        site: row.get(2)?,
        target_c: row.get(3)?,
        duration_s: seconds(row, 4)?,
        started_unix_ms: row.get(5)?,
        outcome: outcome.unwrap_or_else(|| "running".to_owned()),
        reason: row.get(7)?,
        rule: row.get(8)?,
        elapsed_s: seconds(row, 9)?,
        dose_cem43: row.get(10)?,
        hottest_c: row.get(11)?,
        simulated: row.get(12)?,
    })
}

/// The columns that [`event`] reads, in its order.
pub(super) const EVENT: &str = "t_ms, kind, message, rule";

pub(super) fn event(row: &Row<'_>) -> Result<EventRecord, rusqlite::Error> {
    Ok(EventRecord {
        t_s: seconds(row, 0)?,
        kind: row.get(1)?,
        message: row.get(2)?,
        rule: row.get(3)?,
    })
}

/// The columns that [`sample`] reads, in its order.
pub(super) const SAMPLE: &str =
    "t_ms, contact1_c, contact2_c, ambient_c, target_c, duty, heater_on, dose_cem43";

pub(super) fn sample(row: &Row<'_>) -> Result<Sample, rusqlite::Error> {
    Ok(Sample {
        t_s: seconds(row, 0)?,
        contact1_c: row.get(1)?,
        contact2_c: row.get(2)?,
        ambient_c: row.get(3)?,
        target_c: row.get(4)?,
        duty: row.get(5)?,
        heater_on: row.get(6)?,
        dose_cem43: row.get(7)?,
    })
}
