//! The file's settings and its numbered migrations.
//!
//! A file that is not ours, is broken, or comes from a newer version is refused, never repaired.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Problem;

/// Migration `n` (counted from 1) takes a file from version `n - 1` to `n`.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_sessions.sql"),
    include_str!("migrations/0002_keep_and_recordings.sql"),
    include_str!("migrations/0003_tunings.sql"),
    include_str!("migrations/0004_refined_tunings.sql"),
    include_str!("migrations/0005_proven_tunings.sql"),
    include_str!("migrations/0006_pain.sql"),
    include_str!("migrations/0007_protocols.sql"),
    include_str!("migrations/0008_reminders.sql"),
    include_str!("migrations/0009_profile.sql"),
];

/// Marks the file as ours: "soot" in ASCII.
const APPLICATION_ID: i64 = 0x736f_6f74;

/// What every connection needs. The small cache is for a small computer; no memory map, because an
/// I/O error there is a signal instead of an error.
pub(super) fn settle(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute_batch(
        "PRAGMA busy_timeout = 5000;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -256;",
    )
}

/// Makes the writer's connection fit for use: checked, durable, migrated.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), Problem> {
    settle(connection)?;
    if connection.is_readonly("main")? {
        return Err(Problem::ReadOnly);
    }
    check(connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    migrate(connection, MIGRATIONS)
}

/// Refuses what is broken or not ours.
fn check(connection: &Connection) -> Result<(), Problem> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Problem::Corrupt(verdict));
    }
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    let id: i64 = connection.query_row("PRAGMA application_id", (), |row| row.get(0))?;
    if tables > 0 && id != APPLICATION_ID {
        return Err(Problem::Foreign);
    }
    Ok(())
}

/// Applies what the file lacks, each step in a transaction of its own.
fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), Problem> {
    let known = migrations.len();
    let version: i64 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > known {
        return Err(Problem::Newer { version, known });
    }
    for (index, sql) in migrations.iter().enumerate().skip(done) {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(sql)?;
        step.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}",
            index + 1
        ))?;
        step.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection.query_row("PRAGMA user_version", (), |row| row.get(0)).expect("a version")
    }

    #[test]
    fn each_migration_runs_once_and_in_order() {
        let mut connection = Connection::open_in_memory().expect("memory");
        let first = ["CREATE TABLE a (x) STRICT".replace("(x)", "(x INTEGER)")];
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        migrate(&mut connection, &first).expect("first");
        assert_eq!(version(&connection), 1);
        let both = [first[0], "INSERT INTO a VALUES (1)"];
        migrate(&mut connection, &both).expect("second");
        migrate(&mut connection, &both).expect("nothing left to do");
        assert_eq!(version(&connection), 2);
        let rows: i64 =
            connection.query_row("SELECT count(*) FROM a", (), |row| row.get(0)).expect("a");
        assert_eq!(rows, 1);
    }

    #[test]
    fn the_sessions_of_a_file_from_before_tunings_are_kept() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, &MIGRATIONS[..2]).expect("an older file");
        connection
            .execute_batch(
                "INSERT INTO sessions (protocol, site, target_c, duration_ms, started_unix_ms,
                 simulated, version) VALUES ('heat', 'left-calf', 40, 900000, 7, 1, '0.1.0')",
            )
            .expect("a session");
        migrate(&mut connection, MIGRATIONS).expect("brought up to date");
        let (site, name): (String, Option<String>) = connection
            .query_row("SELECT site, pad_name FROM sessions", (), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .expect("still there");
        assert_eq!((site.as_str(), name), ("left-calf", None));
        let tunings: i64 = connection
            .query_row("SELECT count(*) FROM tunings", (), |row| row.get(0))
            .expect("a table");
        assert_eq!(tunings, 0);
    }

    #[test]
    fn the_tunings_of_a_file_from_before_they_were_refined_are_kept_as_they_were_found() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection, &MIGRATIONS[..3]).expect("an older file");
        connection
            .execute_batch(
                "INSERT INTO sessions (protocol, site, target_c, duration_ms, started_unix_ms,
                 simulated, version) VALUES ('tune', 'left-calf', 41, 900000, 7, 1, '0.1.0');
                 INSERT INTO tunings VALUES (1, 9, 33.0, 1.2, 0.9, 0.04, 0.5, 0.01, 0.02, 1)",
            )
            .expect("a tuning");
        migrate(&mut connection, MIGRATIONS).expect("brought up to date");
        let row = "SELECT power_w, now_power_w, refined_by, proven FROM tunings";
        let kept: (f64, Option<f64>, i64, bool) = connection
            .query_row(row, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .expect("still there");
        assert_eq!(kept, (33.0, None, 0, false));
    }

    #[test]
    fn a_failed_migration_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().expect("memory");
        let broken = ["CREATE TABLE a (x INTEGER) STRICT; nonsense"];
        assert!(migrate(&mut connection, &broken).is_err());
        assert_eq!(version(&connection), 0);
        migrate(&mut connection, &["CREATE TABLE a (x INTEGER) STRICT"])
            .expect("table a is not there");
    }

    #[test]
    fn a_connection_that_can_only_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.db");
        prepare(&mut Connection::open(&path).expect("new")).expect("new file");
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let mut connection = Connection::open_with_flags(&path, flags).expect("read only");
        assert!(matches!(prepare(&mut connection), Err(Problem::ReadOnly)));
    }
}
