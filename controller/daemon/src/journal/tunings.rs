//! What tunings found out about pads: kept, chosen and forgotten.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use soothe_therapy::{Found, PadModel, SessionId, TunedPad};
use soothe_wire::{RefinedPad, Tuning, TuningList, convert};

use super::store::Store;

/// What came of forgetting a tuning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgotten {
    /// It is gone.
    Gone,
    /// It is in use, and stays.
    InUse,
    /// There is none with that number.
    Unknown,
}

impl Store {
    /// The pad that heat sessions are to know of.
    pub(super) fn tuned(&self) -> Result<Option<TunedPad>, rusqlite::Error> {
        in_use(&self.connection)
    }

    /// Forgets a tuning that is not in use.
    pub(super) fn forget_tuning(&self, id: i64) -> Result<Forgotten, rusqlite::Error> {
        let transaction = self.begin()?;
        let forgotten = forget(&transaction, id)?;
        transaction.commit()?;
        Ok(forgotten)
    }
}

/// Keeps what was found; from now on it is the one in use.
pub(super) fn keep(
    on: &Transaction<'_>,
    id: SessionId,
    found: &Found,
    at_unix_ms: i64,
) -> Result<(), rusqlite::Error> {
    use_none(on)?;
    let Found { model, rms_k, power_sd_w, mass_sd, loss_sd } = found;
    on.execute(
        "INSERT INTO tunings (session_id, found_unix_ms, power_w, mass, loss, rms_k, power_sd_w, mass_sd,
         loss_sd, in_use, proven) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, 1)",
        params![
            id.0,
            at_unix_ms,
            model.power_w(),
            model.mass(),
            model.loss(),
            rms_k,
            power_sd_w,
            mass_sd,
            loss_sd
        ],
    )
    .map(drop)
}

/// More sessions are not counted.
const SESSIONS_MAX: u32 = 1_000_000;

/// Keeps what a session has made of the one in use.
pub(super) fn refine(on: &Transaction<'_>, pad: &TunedPad) -> Result<(), rusqlite::Error> {
    on.execute(
        "UPDATE tunings SET now_power_w = ?1, now_mass = ?2, proven = 1,
         refined_by = max(0, min(refined_by, ?3 - 1)) + 1 WHERE in_use = 1",
        params![pad.now().power_w(), pad.now().mass(), SESSIONS_MAX],
    )
    .map(drop)
}

/// Has this one used, or none.
pub(super) fn choose(on: &Transaction<'_>, id: Option<SessionId>) -> Result<(), rusqlite::Error> {
    let id = id.map(|id| id.0);
    // One that was in use already stays proven.
    on.execute("UPDATE tunings SET proven = in_use AND proven WHERE session_id = ?1", [id])?;
    use_none(on)?;
    on.execute("UPDATE tunings SET in_use = 1 WHERE session_id = ?1", [id]).map(drop)
}

fn use_none(on: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    on.execute("UPDATE tunings SET in_use = 0 WHERE in_use = 1", ()).map(drop)
}

/// Forgets one that is not in use.
pub(super) fn forget(on: &Transaction<'_>, id: i64) -> Result<Forgotten, rusqlite::Error> {
    let in_use: Option<bool> = on
        .query_row("SELECT in_use FROM tunings WHERE session_id = ?1", [id], |row| row.get(0))
        .optional()?;
    match in_use {
        None => Ok(Forgotten::Unknown),
        Some(true) => Ok(Forgotten::InUse),
        Some(false) => {
            on.execute("DELETE FROM tunings WHERE session_id = ?1", [id])?;
            Ok(Forgotten::Gone)
        }
    }
}

/// The pad of the tuning that is in use. Numbers that no accepted pad has count as none: a newer version may
/// accept others.
pub(super) fn in_use(connection: &Connection) -> Result<Option<TunedPad>, rusqlite::Error> {
    let sql = "SELECT power_w, mass, loss, now_power_w, now_mass, proven FROM tunings
               JOIN sessions ON sessions.id = session_id WHERE in_use = 1";
    let found = connection.query_row(sql, (), |row| tuned_pad(row, 0)).optional()?;
    Ok(found.flatten())
}

/// The pad of this tuning; none when there is none with that number.
pub(super) fn pad(connection: &Connection, id: i64) -> Result<Option<TunedPad>, rusqlite::Error> {
    let sql = "SELECT power_w, mass, loss, now_power_w, now_mass, proven FROM tunings
         JOIN sessions ON sessions.id = session_id WHERE session_id = ?1";
    let found = connection.query_row(sql, [id], |row| tuned_pad(row, 0)).optional()?;
    Ok(found.flatten())
}

/// What was found, what it is by now, and whether it is proven, from six columns. What sessions made of it and no
/// accepted pad has, counts as what was found.
fn tuned_pad(row: &Row<'_>, first: usize) -> Result<Option<TunedPad>, rusqlite::Error> {
    let [power_w, mass, loss] = [row.get(first)?, row.get(first + 1)?, row.get(first + 2)?];
    let Ok(found) = PadModel::new(power_w, mass, loss).map(TunedPad::of) else { return Ok(None) };
    let now: [Option<f64>; 2] = [row.get(first + 3)?, row.get(first + 4)?];
    let now = now[0].zip(now[1]);
    let now = now.and_then(|(power_w, mass)| PadModel::new(power_w, mass, loss).ok());
    let proven: bool = row.get(first + 5)?;
    Ok(Some(now.map_or(found, |now| found.refined_to(&now)).proven(proven)))
}

/// All of them, newest first.
pub(super) fn list(connection: &Connection) -> Result<TuningList, rusqlite::Error> {
    let sql = "SELECT session_id, pad_name, found_unix_ms, site, in_use, power_w, mass, loss, \
         now_power_w, now_mass, proven, rms_k, power_sd_w, mass_sd, loss_sd, refined_by
         FROM tunings JOIN sessions ON sessions.id = session_id
         ORDER BY session_id DESC";
    let rows =
        connection.prepare_cached(sql)?.query_map((), tuning)?.collect::<Result<Vec<_>, _>>();
    Ok(TuningList { tunings: rows?.into_iter().flatten().collect() })
}

fn tuning(row: &Row<'_>) -> Result<Option<Tuning>, rusqlite::Error> {
    let Some(pad) = tuned_pad(row, 5)? else { return Ok(None) };
    let sessions = u32::try_from(row.get::<_, i64>(15)?).unwrap_or(0).min(SESSIONS_MAX);
    let [rms_k, power_sd_w, mass_sd, loss_sd] =
        [rounded(row, 11)?, rounded(row, 12)?, rounded(row, 13)?, rounded(row, 14)?];
    if ![rms_k, power_sd_w, mass_sd, loss_sd].iter().all(|it| it.is_finite()) {
        return Ok(None);
    }
    Ok(Some(Tuning {
        id: row.get(0)?,
        name: row.get(1)?,
        found_unix_ms: row.get(2)?,
        site: row.get(3)?,
        in_use: row.get(4)?,
        pad: convert::pad_figures(pad.found()),
        refined: (sessions > 0)
            .then(|| RefinedPad { sessions, pad: convert::pad_figures(pad.now()) }),
        rms_k,
        power_sd_w,
        mass_sd,
        loss_sd,
    }))
}

fn rounded(row: &Row<'_>, column: usize) -> Result<f64, rusqlite::Error> {
    row.get::<_, f64>(column).map(|it| (it * 10_000.0).round() / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::super::events::write_events;
    use super::super::store::EventRows;
    use super::*;
    use soothe_therapy::{Event, Plan, Site};
    use tempfile::TempDir;

    fn store(folder: &TempDir) -> Store {
        Store::open(&folder.path().join("log.db"), true).expect("opens")
    }

    fn found(power_w: f64) -> Found {
        let model = PadModel::new(power_w, 1.2, 0.9).expect("a pad");
        Found { model, rms_k: 0.04, power_sd_w: 0.5, mass_sd: 0.01, loss_sd: 0.02 }
    }

    fn happens(store: &Store, event: Event) {
        let (events, declined) = (vec![event], Vec::new());
        let rows =
            EventRows { at_unix_ms: 5000, events, session: None, declined, diary: Vec::new() };
        let transaction = store.begin().expect("begins");
        write_events(&transaction, &rows).expect("written");
        transaction.commit().expect("committed");
    }

    fn tuned(store: &mut Store, name: Option<&str>, power_w: f64) -> SessionId {
        let plan = Plan::tuning(41.0, Site::LeftCalf).expect("a plan");
        let id = store.prepare(&plan, name, 4000).expect("prepared");
        happens(store, Event::Tuned { id, found: found(power_w) });
        id
    }

    /// Which tunings there are, newest first, and whether they are in use.
    fn kept(store: &Store) -> Vec<(i64, bool)> {
        let list = list(&store.connection).expect("read").tunings;
        list.iter().map(|it| (it.id, it.in_use)).collect()
    }

    #[test]
    fn the_newest_is_the_one_in_use_until_another_or_none_is_chosen() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        assert_eq!(store.tuned().expect("read"), None);
        let first = tuned(&mut store, Some("blue"), 33.0);
        let second = tuned(&mut store, None, 55.0);
        assert_eq!(kept(&store), [(second.0, true), (first.0, false)]);
        let newest = TunedPad::of(found(55.0).model).proven(true);
        assert_eq!(store.tuned().expect("read"), Some(newest));
        happens(&store, Event::PadChosen { tuning: Some(second) });
        assert_eq!(store.tuned().expect("read"), Some(newest), "it was in use already");
        happens(&store, Event::PadChosen { tuning: Some(first) });
        assert_eq!(kept(&store), [(second.0, false), (first.0, true)]);
        let chosen = TunedPad::of(found(33.0).model);
        assert_eq!(store.tuned().expect("read"), Some(chosen), "nobody knows that it is there");
        happens(&store, Event::PadChosen { tuning: None });
        assert_eq!(store.tuned().expect("read"), None);
        let list = list(&store.connection).expect("read").tunings;
        assert_eq!((list[1].name.as_deref(), list[0].name.as_deref()), (Some("blue"), None));
        assert_eq!((list[1].found_unix_ms, list[1].site.as_str()), (5000, "left-calf"));
        assert_eq!(list[1].pad.power_w, 33.0);
    }

    #[test]
    fn what_is_in_use_is_not_forgotten_and_what_is_forgotten_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        let id = tuned(&mut store, None, 40.0);
        assert_eq!(store.forget_tuning(id.0).expect("asked"), Forgotten::InUse);
        assert_eq!(kept(&store), [(id.0, true)]);
        happens(&store, Event::PadChosen { tuning: None });
        assert_eq!(store.forget_tuning(id.0).expect("asked"), Forgotten::Gone);
        assert_eq!(kept(&store), []);
        assert_eq!(store.forget_tuning(id.0).expect("asked"), Forgotten::Unknown);
    }

    #[test]
    fn what_a_session_makes_of_it_is_kept_with_it_beside_what_was_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        let other = tuned(&mut store, None, 50.0);
        let id = tuned(&mut store, None, 40.0);
        let found = TunedPad::of(found(40.0).model);
        let mut pad = found;
        for power_w in [39.0, 38.5] {
            pad = found.refined_to(&PadModel::new(power_w, 1.21, 0.9).expect("a pad"));
            happens(&store, Event::Refined { id: SessionId(9), pad });
        }
        assert_eq!(store.tuned().expect("read"), Some(pad.proven(true)));
        let list = list(&store.connection).expect("read").tunings;
        let refined = list[0].refined.as_ref().expect("it was");
        assert_eq!((refined.sessions, refined.pad.power_w, list[0].pad.power_w), (2, 38.5, 40.0));
        assert_eq!(list[1].refined, None, "the other pad was not heated");
        happens(&store, Event::PadChosen { tuning: Some(other) });
        happens(&store, Event::PadChosen { tuning: Some(id) });
        assert_eq!(store.tuned().expect("read"), Some(pad), "it is known when it is chosen again");
    }

    #[test]
    fn numbers_that_no_refined_pad_has_count_as_what_was_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        let id = tuned(&mut store, None, 40.0);
        let found = TunedPad::of(found(40.0).model).proven(true);
        for now in ["4000", "9e999", "NULL"] {
            let sql = format!("UPDATE tunings SET now_power_w = {now}, now_mass = 1.2");
            store.connection.execute(&sql, ()).expect("meddled with");
            assert_eq!(store.tuned().expect("read"), Some(found), "{now}");
            assert_eq!(pad(&store.connection, id.0).expect("read"), Some(found), "{now}");
        }
        let sql = "UPDATE tunings SET now_power_w = 60, now_mass = 1.2";
        store.connection.execute(sql, ()).expect("meddled with");
        let bound = store.tuned().expect("read").expect("one").now().power_w();
        assert!((bound - 44.0).abs() < 1e-9, "no farther than it may get: {bound}");
    }

    #[test]
    fn one_row_that_was_meddled_with_does_not_take_the_others_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        let odd = tuned(&mut store, None, 50.0);
        let id = tuned(&mut store, None, 40.0);
        let meddle = |store: &Store, sql: &str| {
            store.connection.execute(sql, [odd.0]).expect("meddled with")
        };
        for sessions in ["-1", "1 << 40", "9223372036854775807"] {
            let sql = format!("UPDATE tunings SET refined_by = {sessions} WHERE session_id = ?1");
            meddle(&store, &sql);
            assert_eq!(kept(&store), [(id.0, true), (odd.0, false)], "{sessions}");
        }
        happens(&store, Event::PadChosen { tuning: Some(odd) });
        happens(&store, Event::Refined { id, pad: TunedPad::of(found(50.0).model) });
        let refined = list(&store.connection).expect("read").tunings[1].refined.clone();
        assert_eq!(refined.expect("it was refined").sessions, SESSIONS_MAX);
        meddle(&store, "UPDATE tunings SET rms_k = 9e999 WHERE session_id = ?1");
        assert_eq!(kept(&store), [(id.0, false)]);
        store.connection.pragma_update(None, "foreign_keys", false).expect("as sqlite3 has it");
        meddle(&store, "DELETE FROM sessions WHERE id = ?1");
        assert_eq!(store.tuned().expect("read"), None, "nobody can see it");
        assert_eq!(pad(&store.connection, odd.0).expect("read"), None);
    }

    #[test]
    fn numbers_that_no_accepted_pad_has_are_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = store(&folder);
        let id = tuned(&mut store, None, 40.0);
        store.connection.execute("UPDATE tunings SET power_w = 4000", ()).expect("meddled with");
        assert_eq!(store.tuned().expect("read"), None);
        assert_eq!(pad(&store.connection, id.0).expect("read"), None);
        assert_eq!(kept(&store), []);
    }
}
