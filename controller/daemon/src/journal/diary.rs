//! The diary: how much it hurts, what was done besides the sessions, locked sites and signs of an emergency.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use soothe_therapy::pain::care::{PastCare, Settled, SiteCare, Taken};
use soothe_therapy::pain::lingering::Entry;
use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};
use soothe_therapy::pain::{Cause, Felt, Pain, Treatment};
use soothe_therapy::{SessionId, Site};
use soothe_wire::{Note, PainEntry, TreatmentEntry, TreatmentList};

use super::reader::Page;
use super::store::Store;

/// So many of a site's newest entries tell what lingers: five a day for half a year.
const LINGERING_OF: u32 = 1000;

/// What an entry says besides what the core needs of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    /// The session that it belongs to.
    pub(crate) session: Option<SessionId>,
    /// Whether it kept the person awake in the night before.
    pub(crate) awake: Option<bool>,
    /// What the person suspects behind it.
    pub(crate) cause: Option<Cause>,
    /// A note.
    pub(crate) note: Option<Note>,
}

/// Something that was done besides the sessions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Treated {
    pub(crate) kind: Treatment,
    pub(crate) site: Site,
    pub(crate) before: Option<Pain>,
    pub(crate) after: Option<Pain>,
    pub(crate) note: Option<Note>,
}

impl Store {
    /// Writes down what was done besides the sessions.
    pub(super) fn treat(
        &self,
        treated: &Treated,
        at_unix_ms: i64,
    ) -> Result<TreatmentEntry, rusqlite::Error> {
        let transaction = self.begin()?;
        let entry = treat(&transaction, treated, at_unix_ms)?;
        transaction.commit()?;
        Ok(entry)
    }
}

/// Writes an entry.
pub(super) fn enter(
    on: &Transaction<'_>,
    felt: &Felt,
    before: Option<Pain>,
    beside: &Beside,
    at_unix_ms: i64,
) -> Result<(), rusqlite::Error> {
    let Beside { session, awake, cause, note } = beside;
    on.execute(
        "INSERT INTO pain (at_unix_ms, site, nrs, kind, before_nrs, session_id, awake, cause, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            at_unix_ms,
            felt.site.name(),
            felt.pain.get(),
            felt.when.name(),
            before.map(Pain::get),
            session.map(|id| id.0),
            awake,
            cause.map(Cause::name),
            note.as_ref().map(Note::as_str),
        ],
    )
    .map(drop)
}

/// HL-P1: a site is locked.
pub(super) fn lock(
    on: &Transaction<'_>,
    site: Site,
    at_unix_ms: i64,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO locks (site, locked_unix_ms) VALUES (?1, ?2)";
    on.execute(sql, params![site.name(), at_unix_ms]).map(drop)
}

/// HL-P1: a person has settled it.
pub(super) fn settle(
    on: &Transaction<'_>,
    site: Site,
    how: Settled,
    at_unix_ms: i64,
) -> Result<(), rusqlite::Error> {
    on.execute(
        "UPDATE locks SET settled_unix_ms = ?2, how = ?3 WHERE site = ?1 AND settled_unix_ms IS NULL",
        params![site.name(), at_unix_ms, how.name()],
    )
    .map(drop)
}

/// HL-P2: what was answered.
pub(super) fn answer(
    on: &Transaction<'_>,
    answers: RedFlags,
    at_unix_ms: i64,
) -> Result<(), rusqlite::Error> {
    let yes: Vec<&str> = answers.yes().map(RedFlag::name).collect();
    let sql = "INSERT INTO red_flags (at_unix_ms, yes) VALUES (?1, ?2)";
    on.execute(sql, params![at_unix_ms, yes.join(" ")]).map(drop)
}

/// HL-P1, HL-P2: what is left of the locks when the file beside the log is lost.
pub(super) fn care(connection: &Connection) -> Result<PastCare, rusqlite::Error> {
    let yes: Option<String> = connection
        .query_row("SELECT yes FROM red_flags ORDER BY id DESC LIMIT 1", (), |row| row.get(0))
        .optional()?;
    let signs = yes.unwrap_or_default();
    let signs = signs.split(' ').filter_map(RedFlag::from_name).fold(RedFlags::NONE, RedFlags::and);
    let locked: Vec<String> = connection
        .prepare("SELECT site FROM locks WHERE settled_unix_ms IS NULL")?
        .query_map((), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let sites = locked.iter().filter_map(|name| name.parse::<Site>().ok());
    let locked = SiteCare { taken: Taken::Locked, before: None };
    Ok(sites.fold(PastCare::default().with_red_flags(signs), |care, site| care.with(site, locked)))
}

/// Entries, newest first, and how many there are in all.
pub(super) fn entries(
    connection: &Connection,
    page: Page,
) -> Result<(Vec<PainEntry>, u64), rusqlite::Error> {
    let sql = "SELECT id, at_unix_ms, site, nrs, kind, session_id, before_nrs, awake, cause, note
         FROM pain WHERE ?1 IS NULL OR site = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3";
    let site = page.site.map(Site::name);
    let entries = connection
        .prepare_cached(sql)?
        .query_map(params![site, page.limit, page.offset], entry)?
        .collect::<Result<_, _>>()?;
    Ok((entries, total(connection, "pain", page)?))
}

fn entry(row: &Row<'_>) -> Result<PainEntry, rusqlite::Error> {
    let (nrs, before): (u8, Option<u8>) = (row.get(3)?, row.get(6)?);
    Ok(PainEntry {
        id: row.get(0)?,
        at_unix_ms: row.get(1)?,
        site: row.get(2)?,
        nrs,
        kind: row.get(4)?,
        session: row.get(5)?,
        before,
        change: change(before, Some(nrs)),
        awake: row.get(7)?,
        cause: row.get(8)?,
        note: row.get(9)?,
    })
}

/// What has become of a pain, where both are on the scale.
fn change(before: Option<u8>, after: Option<u8>) -> Option<String> {
    let [before, after] = [before, after].map(|points| Pain::new(points?).ok());
    Some(before?.change_to(after?).name().to_owned())
}

/// What the warnings need of a site's newest entries, the oldest of them first. Those that no accepted pain has
/// count as none.
pub(super) fn course(connection: &Connection, site: Site) -> Result<Vec<Entry>, rusqlite::Error> {
    let sql = "SELECT at_unix_ms, nrs, awake FROM pain WHERE site = ?1 ORDER BY id DESC LIMIT ?2";
    let mut entries: Vec<Entry> = connection
        .prepare_cached(sql)?
        .query_map(params![site.name(), LINGERING_OF], |row| {
            let (at_unix_ms, points, awake) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Pain::new(points).ok().map(|pain| Entry { at_unix_ms, pain, awake }))
        })?
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    entries.reverse();
    Ok(entries)
}

/// Writes a treatment and gives it as it is now.
pub(super) fn treat(
    on: &Transaction<'_>,
    treated: &Treated,
    at_unix_ms: i64,
) -> Result<TreatmentEntry, rusqlite::Error> {
    let Treated { kind, site, before, after, note } = treated;
    on.execute(
        "INSERT INTO treatments (at_unix_ms, kind, site, before_nrs, after_nrs, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            at_unix_ms,
            kind.name(),
            site.name(),
            before.map(Pain::get),
            after.map(Pain::get),
            note.as_ref().map(Note::as_str)
        ],
    )?;
    let sql = format!("SELECT {TREATMENT} FROM treatments WHERE id = ?1");
    on.query_row(&sql, [on.last_insert_rowid()], treatment)
}

/// Treatments, newest first.
pub(super) fn treatments(
    connection: &Connection,
    page: Page,
) -> Result<TreatmentList, rusqlite::Error> {
    let sql = format!(
        "SELECT {TREATMENT} FROM treatments WHERE ?1 IS NULL OR site = ?1
         ORDER BY id DESC LIMIT ?2 OFFSET ?3"
    );
    let treatments = connection
        .prepare_cached(&sql)?
        .query_map(params![page.site.map(Site::name), page.limit, page.offset], treatment)?
        .collect::<Result<_, _>>()?;
    Ok(TreatmentList { treatments, total: total(connection, "treatments", page)? })
}

/// The columns that [`treatment`] reads, in its order.
const TREATMENT: &str = "id, at_unix_ms, kind, site, before_nrs, after_nrs, note";

fn treatment(row: &Row<'_>) -> Result<TreatmentEntry, rusqlite::Error> {
    let (before, after) = (row.get(4)?, row.get(5)?);
    Ok(TreatmentEntry {
        id: row.get(0)?,
        at_unix_ms: row.get(1)?,
        kind: row.get(2)?,
        site: row.get(3)?,
        before,
        after,
        change: change(before, after),
        note: row.get(6)?,
    })
}

fn total(connection: &Connection, table: &str, page: Page) -> Result<u64, rusqlite::Error> {
    let sql = format!("SELECT count(*) FROM {table} WHERE ?1 IS NULL OR site = ?1");
    let count = |row: &Row<'_>| row.get::<_, i64>(0);
    let total = connection.prepare_cached(&sql)?.query_row([page.site.map(Site::name)], count)?;
    Ok(total.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::super::events::write_events;
    use super::super::store::EventRows;
    use super::*;
    use soothe_therapy::Event;
    use soothe_therapy::pain::When;
    use tempfile::TempDir;

    fn store(folder: &TempDir) -> Store {
        Store::open(&folder.path().join("log.db"), true).expect("opens")
    }

    fn felt(points: u8, when: When) -> Felt {
        Felt { site: Site::LeftHip, pain: Pain::new(points).expect("on the scale"), when }
    }

    fn happens(store: &Store, events: Vec<Event>, diary: Vec<Beside>) {
        let rows = EventRows { at_unix_ms: 9, events, session: None, declined: Vec::new(), diary };
        let transaction = store.begin().expect("a transaction");
        write_events(&transaction, &rows).expect("written");
        transaction.commit().expect("committed");
    }

    const PAGE: Page = Page { limit: 50, offset: 0, site: None };

    #[test]
    fn each_entry_gets_what_was_said_beside_it_and_what_became_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(&folder);
        let before = Event::Felt { felt: felt(6, When::Before), before: None };
        let after = Event::Felt { felt: felt(4, When::After), before: Pain::new(6).ok() };
        let note = "tut's weh".parse().ok();
        let beside =
            Beside { session: Some(SessionId(7)), cause: Some(Cause::Desk), note, awake: None };
        happens(&store, vec![before, after], vec![Beside::default(), beside]);
        let (entries, total) = entries(&store.connection, PAGE).expect("read");
        assert_eq!((entries.len(), total), (2, 2));
        let newest = &entries[0];
        assert_eq!((newest.nrs, newest.before, newest.session), (4, Some(6), Some(7)));
        assert_eq!(newest.change.as_deref(), Some("improved"));
        assert_eq!(newest.note.as_deref(), Some("tut's weh"));
        assert_eq!((entries[1].nrs, entries[1].note.as_ref()), (6, None));
        let course = course(&store.connection, Site::LeftHip).expect("read");
        assert_eq!(course.iter().map(|it| it.pain.get()).collect::<Vec<_>>(), [6, 4]);
    }

    #[test]
    fn hl_p1_hl_p2_the_log_knows_the_locks_when_the_file_beside_it_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(&folder);
        let signs = RedFlags::NONE.and(RedFlag::Legs).and(RedFlag::Chest);
        let (site, how) = (Site::LeftHip, Settled::Waived);
        assert_eq!(care(&store.connection), Ok(PastCare::default()));
        happens(
            &store,
            vec![
                Event::SiteLocked { site },
                Event::SiteLocked { site: Site::RightCalf },
                Event::SiteSettled { site, how },
                Event::RedFlagsAnswered(signs),
            ],
            Vec::new(),
        );
        let known = care(&store.connection).expect("read");
        assert_eq!(known.red_flags, signs);
        assert_eq!(known.site(site).taken, Taken::Well);
        assert_eq!(known.site(Site::RightCalf).taken, Taken::Locked);
        happens(&store, vec![Event::RedFlagsAnswered(RedFlags::NONE)], Vec::new());
        assert_eq!(care(&store.connection).expect("read").red_flags, RedFlags::NONE);
    }
}
