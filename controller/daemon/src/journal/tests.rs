//! The log on disk: what survives, what is refused, and what happens when writing fails.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use soothe_therapy::ledger::{PastUse, SiteUse};
use soothe_therapy::{
    Boot, Celsius, Cem43, Ended, Event, Fault, FaultKind, Outcome, Plan, Refusal, SessionId, Site,
    Span, StopCause,
};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;
use crate::control::{Answer, Declined};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn options(folder: &TempDir, pages_max: Option<u32>) -> LogOptions {
    LogOptions { path: folder.path().join("log.db"), simulated: true, pages_max }
}

fn open_in(folder: &TempDir) -> Opened {
    open(&options(folder, None), Clock::start()).expect("opens")
}

fn refused(folder: &TempDir) -> String {
    let error = open(&options(folder, None), Clock::start()).expect_err("opened");
    let text = error.to_string();
    let path = folder.path().join("log.db");
    text.strip_prefix(&format!("session log {}: ", path.display())).expect(&text).to_owned()
}

fn plan() -> Plan {
    Plan::heat(40.0, Span::from_min(15), Site::LeftShoulder).expect("a plan")
}

fn rows(events: Vec<Event>, session: Option<(SessionId, Span)>) -> EventRows {
    EventRows { at_unix_ms: 1_000_000, events, session, declined: Vec::new(), diary: Vec::new() }
}

fn sample(id: SessionId, s: u64) -> SampleRow {
    SampleRow {
        id,
        t: Span::from_s(s),
        contact: [Some(Celsius::literal(35.5)), None],
        ambient: Some(Celsius::literal(22.0)),
        target: Some(Celsius::literal(40.0)),
        duty: 0.5,
        heater_on: true,
        dose_cem43: s as f64 / 100.0,
        hottest: Some(Celsius::literal(35.5)),
    }
}

/// Hands over events and waits for what the person who asked is told.
async fn record(journal: &Journal, rows: EventRows) -> Answer {
    record_with(journal, rows, None).await
}

/// The same with what must not be forgotten from then on.
async fn record_with(journal: &Journal, rows: EventRows, boot: Option<Boot>) -> Answer {
    let (answer, answered) = oneshot::channel();
    let (boot, answers) = (boot.map(Box::new), vec![(answer, Ok(()))]);
    let _ = journal.record(Box::new(Record { rows, boot, announcement: None, answers }));
    answered.await.expect("answered")
}

fn latched(fault: Fault) -> Option<Boot> {
    Some(Boot { latched: Some(fault), ..Boot::default() })
}

async fn started(journal: &Journal) -> SessionId {
    let id = journal.prepare(plan(), None).await.expect("prepared");
    let events = rows(vec![Event::Started { id, plan: plan().summary() }], Some((id, Span::ZERO)));
    record(journal, events).await.expect("recorded");
    id
}

/// The file as a machine that lost power leaves it: copied while it is in use.
fn copy_of(used: &TempDir) -> TempDir {
    let copy = folder();
    for name in ["log.db", "log.db-wal", "log.db.keep"] {
        fs::copy(used.path().join(name), copy.path().join(name)).expect("copied");
    }
    copy
}

#[tokio::test]
async fn a_session_that_was_cut_off_is_interrupted_with_its_curve_until_someone_looks() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    for s in 0..5 {
        opened.journal.sample(sample(id, s));
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;

    let copy = copy_of(&used);
    let opened = open_in(&copy);
    assert_eq!(opened.remembered.boot.interrupted, Some(id));
    let summary = opened.remembered.interrupted.expect("a summary");
    assert_eq!((summary.outcome.as_str(), summary.elapsed_s), ("interrupted", 4.0));
    assert_eq!((summary.dose_cem43, summary.hottest_c), (0.04, Some(35.5)));
    let samples = opened.reader.samples(id.0).await.expect("read").expect("known");
    assert_eq!(samples.len(), 5);
    assert_eq!((samples[4].t_s, samples[4].contact2_c), (4.0, None));

    record(&opened.journal, rows(vec![Event::Acknowledged { id }], None)).await.expect("recorded");
    opened.journal.close().await;
    let opened = open_in(&copy);
    assert_eq!(opened.remembered.boot.interrupted, None);
    let detail = opened.reader.session(id.0).await.expect("read").expect("known");
    assert_eq!(detail.summary.outcome, "interrupted", "what happened stays what happened");
    assert_eq!(detail.events.last().map(|event| event.kind.as_str()), Some("acknowledged"));
}

#[tokio::test]
async fn a_log_that_is_removed_or_replaced_while_in_use_has_failed() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let path = used.path().join("log.db");
    fs::rename(&path, used.path().join("elsewhere.db")).expect("renamed");
    fs::write(&path, "").expect("another file has its name");

    let ended = rows(vec![Event::TargetReached { id }], Some((id, Span::from_s(9))));
    let Err(Declined::Unrecorded(why)) = record(&opened.journal, ended).await else {
        panic!("recorded in a file that nobody will find");
    };
    assert!(why.contains("removed or replaced"), "{why}");
    assert!(opened.journal.prepare(plan(), None).await.is_err());
}

#[tokio::test]
async fn a_session_that_ended_is_kept_as_it_ended() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let ended = Ended {
        id,
        outcome: Outcome::Stopped(StopCause::Person),
        elapsed: Span::from_s(90),
        dose: Cem43::literal(0.25),
        hottest: Some(Celsius::literal(41.5)),
        left: SiteUse {
            site: plan().site(),
            heated: Span::from_s(88),
            dose: Cem43::literal(0.3),
            cold: Span::ZERO,
            tens: Span::ZERO,
        },
    };
    let events = rows(vec![Event::Ended(ended)], Some((id, ended.elapsed)));
    record(&opened.journal, events).await.expect("recorded");
    let opened = open_in(&copy_of(&used));
    assert_eq!(opened.remembered.boot.interrupted, None);
    let detail = opened.reader.session(id.0).await.expect("read").expect("known");
    assert_eq!(detail.summary.reason.as_deref(), Some("it was stopped by hand"));
    assert_eq!((detail.summary.elapsed_s, detail.summary.dose_cem43), (90.0, 0.25));
    assert_eq!(detail.summary.hottest_c, Some(41.5), "the reading that ended it counts");
    let kinds: Vec<_> = detail.events.iter().map(|e| (e.kind.as_str(), e.t_s)).collect();
    assert_eq!(kinds, [("started", 0.0), ("ended", 90.0)]);
}

#[tokio::test]
async fn a_latched_fault_survives_and_a_cleared_one_does_not() {
    let used = folder();
    let opened = open_in(&used);
    let fault = Fault { kind: FaultKind::TooHot, reading: Some(Celsius::literal(44.5)) };
    let events = rows(vec![Event::Latched(fault)], None);
    record_with(&opened.journal, events, latched(fault)).await.expect("recorded");
    let copy = copy_of(&used);
    let opened = open_in(&copy);
    assert_eq!(opened.remembered.boot.latched, Some(fault));
    let (events, boot) = (rows(vec![Event::Cleared(fault)], None), Some(Boot::default()));
    record_with(&opened.journal, events, boot).await.expect("recorded");
    opened.journal.close().await;
    assert_eq!(open_in(&copy).remembered.boot.latched, None);
}

#[tokio::test]
async fn hl_s8_a_fault_is_kept_before_anyone_is_told_of_it() {
    let used = folder();
    let opened = open_in(&used);
    let held = Connection::open(used.path().join("log.db")).expect("opens");
    held.execute_batch("BEGIN EXCLUSIVE").expect("held");
    let fault = Fault { kind: FaultKind::TooHot, reading: Some(Celsius::literal(44.5)) };
    let told =
        record_with(&opened.journal, rows(vec![Event::Latched(fault)], None), latched(fault));
    let told = tokio::time::timeout(Duration::from_millis(500), told).await;
    assert!(told.is_err(), "told before it is in the log");
    let copy = copy_of(&used);
    held.execute_batch("ROLLBACK").expect("let go of");
    assert_eq!(open_in(&copy).remembered.boot.latched, Some(fault));
}

#[tokio::test]
async fn hl_h6_a_session_that_was_cut_off_counts_with_what_may_have_come_after_its_last_sample() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let uses = open_in(&copy_of(&used)).remembered.boot.history.uses;
    assert!(uses[0].used.dose < Cem43::literal(1.27) && uses[0].used.heated < Span::from_s(30));
    opened.journal.sample(sample(id, 400));
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let copy = copy_of(&used);
    let uses = open_in(&copy).remembered.boot.history.uses;
    let [past] = uses.as_slice() else { panic!("{uses:?}") };
    assert_eq!((past.used.site, past.age), (plan().site(), Span::ZERO));
    assert!(past.used.heated >= Span::from_s(400) && past.used.dose > Cem43::literal(4.0));

    let moved_away = copy_of(&used);
    fs::remove_file(moved_away.path().join("log.db-wal")).expect("removed");
    fs::remove_file(moved_away.path().join("log.db")).expect("removed");
    let remembered = open_in(&moved_away).remembered;
    let [past] = remembered.boot.history.uses.as_slice() else { panic!("{remembered:?}") };
    assert!(past.used.dose > Cem43::literal(11.0), "the log is gone: it counts in full");
    assert_eq!(
        (past.used.heated, remembered.boot.interrupted),
        (plan().protocol().duration(), Some(id))
    );
}

#[tokio::test]
async fn hl_s6_a_cut_off_session_that_the_log_lost_is_shown_after_every_restart_until_someone_looks()
 {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let moved_away = copy_of(&used);
    fs::remove_file(moved_away.path().join("log.db-wal")).expect("removed");
    fs::remove_file(moved_away.path().join("log.db")).expect("removed");
    for _ in 0..3 {
        let Opened { journal, remembered, .. } = open_in(&moved_away);
        assert_eq!(remembered.boot.interrupted, Some(id));
        let shown = remembered.interrupted.expect("shown");
        assert_eq!((shown.id, shown.site.as_str()), (id.0, plan().site().name()));
        assert_eq!(shown.outcome, "interrupted");
        // What else must not be forgotten is written meanwhile, and does not make it forgotten.
        let boot = Boot { interrupted: Some(id), ..Boot::default() };
        record_with(&journal, rows(Vec::new(), None), Some(boot)).await.expect("recorded");
        journal.close().await;
    }
    let opened = open_in(&moved_away);
    record(&opened.journal, rows(vec![Event::Acknowledged { id }], None)).await.expect("recorded");
    opened.journal.close().await;
    let remembered = open_in(&moved_away).remembered;
    assert_eq!((remembered.boot.interrupted, remembered.interrupted), (None, None));
}

/// SQLite takes a damaged frame for the end and says nothing; so it does where the frames are gone.
#[tokio::test]
async fn hl_s8_a_log_that_has_lost_its_end_does_not_make_a_session_smaller() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    opened.journal.sample(sample(id, 400));
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let copied = |harm: fn(&mut Vec<u8>)| {
        let copy = copy_of(&used);
        let path = copy.path().join("log.db-wal");
        let mut wal = fs::read(&path).expect("read");
        harm(&mut wal);
        fs::write(&path, wal).expect("written");
        let written = fs::metadata(&path).and_then(|it| it.modified()).expect("a time");
        let file = fs::File::options().write(true).open(&path).expect("opens");
        file.set_modified(written + Duration::from_secs(400)).expect("set");
        copy
    };
    let whole = open_in(&copied(|_| {})).remembered.boot;
    assert_eq!(
        (whole.interrupted, whole.history.uses[0].used.heated),
        (Some(id), Span::from_s(415))
    );
    let flipped = |wal: &mut Vec<u8>| wal[100] ^= 1;
    let cut = |wal: &mut Vec<u8>| wal.truncate(wal.len() - 4000);
    for harm in [flipped, cut, Vec::clear] {
        let boot = open_in(&copied(harm)).remembered.boot;
        let past = boot.history.uses[0].used;
        assert!(past.dose > Cem43::literal(11.0) && boot.interrupted == Some(id), "{boot:?}");
        assert_eq!(past.heated, plan().protocol().duration());
    }
}

/// An older copy has an older time, too: only the record tells that there was more.
#[tokio::test]
async fn hl_s8_an_older_copy_of_the_log_does_not_make_a_session_smaller() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let come = async |s| {
        opened.journal.sample(sample(id, s));
        tokio::time::sleep(Duration::from_millis(1200)).await;
    };
    come(10).await;
    let copy = copy_of(&used);
    // How far it has come is noted with the writing after the one that has it.
    come(400).await;
    come(401).await;
    fs::copy(used.path().join("log.db.keep"), copy.path().join("log.db.keep")).expect("copied");
    let boot = open_in(&copy).remembered.boot;
    let past = boot.history.uses[0].used;
    assert!(past.dose > Cem43::literal(11.0) && boot.interrupted == Some(id), "{boot:?}");
    assert_eq!(past.heated, plan().protocol().duration());

    let whole = open_in(&copy_of(&used)).remembered.boot.history.uses[0].used;
    assert_eq!(whole.heated, Span::from_s(401 + 15), "what the log tells counts");
}

#[tokio::test]
async fn hl_s8_a_session_that_ended_is_kept_and_reserves_nothing_any_more() {
    let used = folder();
    let opened = open_in(&used);
    let id = started(&opened.journal).await;
    let left = SiteUse {
        site: plan().site(),
        heated: Span::from_s(88),
        dose: Cem43::literal(0.1 + 0.2),
        cold: Span::ZERO,
        tens: Span::ZERO,
    };
    let mut boot = Boot { relay_operations: 5, ..Boot::default() };
    boot.history.uses.push(PastUse { used: left, age: Span::ZERO });
    let ended = Ended {
        id,
        outcome: Outcome::Completed,
        elapsed: Span::from_s(90),
        dose: Cem43::literal(0.25),
        hottest: None,
        left,
    };
    let events = rows(vec![Event::Ended(ended)], Some((id, ended.elapsed)));
    record_with(&opened.journal, events, Some(boot)).await.expect("recorded");
    let boot = open_in(&copy_of(&used)).remembered.boot;
    assert_eq!(boot.history.uses.iter().map(|past| past.used).collect::<Vec<_>>(), [left]);
    assert_eq!(boot.relay_operations, 5);
}

#[tokio::test]
async fn hl_s8_a_start_is_refused_while_what_it_may_leave_cannot_be_kept() {
    let used = folder();
    let opened = open_in(&used);
    opened.journal.prepare(plan(), None).await.expect("prepared");
    let in_the_way = used.path().join("log.db.keep.spare");
    fs::remove_file(&in_the_way).expect("removed");
    fs::create_dir(&in_the_way).expect("made");
    let why = opened.journal.prepare(plan(), None).await.expect_err("prepared");
    assert!(why.starts_with("what must not be forgotten cannot be written beside"), "{why}");
    assert!(opened.journal.health().has_failed());
    fs::remove_dir(&in_the_way).expect("removed");
    for _ in 0..300 {
        if !opened.journal.health().has_failed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let page = Page { limit: 10, offset: 0, site: None };
    assert_eq!(opened.reader.sessions(page).await.expect("read").total, 1, "left a row");
    opened.journal.prepare(plan(), None).await.expect("works again");
}

#[tokio::test]
async fn hl_s8_a_lost_record_is_in_the_log_with_its_fault_and_the_file_is_set_aside() {
    let used = folder();
    open_in(&used).journal.close().await;
    let keep = used.path().join("log.db.keep");
    fs::write(&keep, "dear diary").expect("written");
    let opened = open_in(&used);
    let lost = Fault { kind: FaultKind::RecordLost, reading: None };
    let boot = opened.remembered.boot;
    assert_eq!((boot.latched, boot.history.lost), (Some(lost), Some(Span::ZERO)));
    let log = Connection::open(used.path().join("log.db")).expect("opens");
    let (kind, message): (String, String) = log
        .query_row("SELECT kind, message FROM events", (), |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("an event");
    assert_eq!(kind, "record-lost");
    assert!(message.contains("it is damaged, now ") && message.contains("damaged-1"), "{message}");
    let kind: String = log.query_row("SELECT kind FROM faults", (), |row| row.get(0)).expect("one");
    assert_eq!(kind, "record-lost");
    let aside = fs::read_to_string(used.path().join("log.db.keep.damaged-1")).expect("there");
    assert_eq!(aside, "dear diary");
}

#[tokio::test]
async fn a_declined_start_leaves_no_session() {
    let used = folder();
    let opened = open_in(&used);
    let id = opened.journal.prepare(plan(), None).await.expect("prepared");
    let mut events = rows(vec![Event::Refused(Refusal::EStop)], None);
    events.declined.push(id);
    record(&opened.journal, events).await.expect("recorded");
    let page = Page { limit: 10, offset: 0, site: None };
    assert_eq!(opened.reader.sessions(page).await.expect("read").total, 0);
    assert_eq!(open_in(&copy_of(&used)).remembered.boot.history.uses.len(), 0, "still reserved");
}

#[tokio::test]
async fn sessions_come_newest_first_in_pages_and_by_site() {
    let used = folder();
    let opened = open_in(&used);
    for _ in 0..3 {
        opened.journal.prepare(plan(), None).await.expect("prepared");
    }
    let hip = Plan::heat(38.0, Span::from_min(5), Site::LeftHip).expect("a plan");
    opened.journal.prepare(hip, None).await.expect("prepared");
    let ids = async |limit, offset, site| {
        let list = opened.reader.sessions(Page { limit, offset, site }).await.expect("read");
        (list.sessions.iter().map(|s| s.id).collect::<Vec<_>>(), list.total)
    };
    assert_eq!(ids(2, 0, None).await, (vec![4, 3], 4));
    assert_eq!(ids(2, 2, None).await, (vec![2, 1], 4));
    assert_eq!(ids(9, 0, Some(Site::LeftHip)).await, (vec![4], 1));
    assert_eq!(ids(9, 0, Some(Site::RightHip)).await, (vec![], 0));
}

#[tokio::test]
async fn a_log_in_use_is_refused() {
    let used = folder();
    let _first = open_in(&used);
    assert!(refused(&used).starts_with("another soothed is using it"));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let used = folder();
    let path = used.path().join("log.db");
    fs::write(&path, "dear diary, ".repeat(1000)).expect("written");
    assert!(refused(&used).starts_with("the file is not a session log of soothe"));
    assert_eq!(fs::read_to_string(&path).expect("there"), "dear diary, ".repeat(1000));
}

#[test]
fn another_programs_database_is_refused() {
    let used = folder();
    let other = Connection::open(used.path().join("log.db")).expect("made");
    other.execute_batch("CREATE TABLE recipes (name TEXT) STRICT").expect("made");
    drop(other);
    assert!(refused(&used).starts_with("the file is not a session log of soothe"));
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let used = folder();
    let opened = open_in(&used);
    started(&opened.journal).await;
    opened.journal.close().await;
    drop(opened);
    let path = used.path().join("log.db");
    let mut bytes = fs::read(&path).expect("read");
    assert!(bytes.len() > 4096 * 3);
    bytes[4096 * 2..4096 * 3].fill(0x5a);
    fs::write(&path, &bytes).expect("written");
    let text = refused(&used);
    assert!(text.starts_with("the file is damaged (") && text.contains("move it away"), "{text}");
}

#[test]
fn a_file_from_a_newer_version_is_refused() {
    let used = folder();
    let path = used.path().join("log.db");
    drop(open(&options(&used, None), Clock::start()).expect("opens"));
    let future = Connection::open(&path).expect("opens");
    future.execute_batch("PRAGMA user_version = 99").expect("written");
    drop(future);
    // The first daemon's writer lets go of the file when its last handle is gone.
    let text = (0..100)
        .map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            refused(&used)
        })
        .find(|text| !text.starts_with("another"))
        .expect("let go of");
    assert!(text.starts_with("the file has version 99, from a newer soothed"), "{text}");
    assert!(text.contains("upgrade soothed"), "{text}");
}

#[test]
fn a_folder_that_cannot_be_made_is_refused() {
    let used = folder();
    fs::write(used.path().join("file"), "").expect("written");
    let path = used.path().join("file/below/log.db");
    let log = LogOptions { path: path.clone(), simulated: true, pages_max: None };
    let error = open(&log, Clock::start()).expect_err("opened").to_string();
    assert!(error.starts_with(&format!("session log {}: its folder cannot", path.display())));
    assert!(error.contains("--data DIR"), "{error}");
}

#[test]
fn a_disk_that_is_full_at_the_start_is_told_with_what_to_do() {
    let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
    let problem = Problem::from(rusqlite::Error::SqliteFailure(full, None));
    assert!(problem.to_string().contains("free some space"), "{problem}");
}

/// Fills the log until writing fails; why it did.
async fn fill(journal: &Journal, id: SessionId) -> Declined {
    let big = || rows(vec![Event::Refused(Refusal::EStop); 500], Some((id, Span::ZERO)));
    for _ in 0..100 {
        if let Err(declined) = record(journal, big()).await {
            return declined;
        }
    }
    panic!("a log of 30 pages takes everything");
}

fn page_count(path: &Path) -> u32 {
    let log = Connection::open(path).expect("opens");
    log.query_row("PRAGMA page_count", (), |row| row.get(0)).expect("a number")
}

#[tokio::test]
async fn a_full_disk_is_told_kept_for_and_recovered_from() {
    let used = folder();
    let opened = open(&options(&used, Some(40)), Clock::start()).expect("opens");
    let (journal, path) = (&opened.journal, options(&used, None).path);
    let id = started(journal).await;
    let declined = fill(journal, id).await;
    let Declined::Unrecorded(why) = declined else { panic!("{declined:?}") };
    assert!(why.contains("is full: free some space") && why.contains("log.db"), "{why}");
    assert!(journal.health().has_failed());
    assert!(page_count(&path) <= 40);
    assert_eq!(journal.prepare(plan(), None).await.expect_err("prepared"), why);

    // What comes meanwhile is kept.
    let fault = Fault { kind: FaultKind::EStop, reading: None };
    let answer = record(journal, rows(vec![Event::Latched(fault)], None)).await;
    assert!(matches!(answer, Err(Declined::Unrecorded(_))));

    let other = Connection::open(&path).expect("opens");
    other.busy_timeout(Duration::from_secs(2)).expect("set");
    other.execute("DELETE FROM events WHERE kind = 'refused'", ()).expect("room is made");
    for _ in 0..300 {
        if !journal.health().has_failed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(journal.health().failure(), None);
    journal.prepare(plan(), None).await.expect("works again");
    let kept: i64 = other
        .query_row("SELECT count(*) FROM faults WHERE kind = 'e-stop'", (), |row| row.get(0))
        .expect("a number");
    assert_eq!(kept, 1, "what came while the disk was full");
}

#[tokio::test]
async fn hl_s8_a_fault_that_latches_while_the_log_takes_nothing_is_kept() {
    let used = folder();
    let opened = open(&options(&used, Some(40)), Clock::start()).expect("opens");
    let id = started(&opened.journal).await;
    fill(&opened.journal, id).await;
    let fault = Fault { kind: FaultKind::TooHot, reading: Some(Celsius::literal(44.5)) };
    let events = rows(vec![Event::Latched(fault)], None);
    let answer = record_with(&opened.journal, events, latched(fault)).await;
    assert!(matches!(answer, Err(Declined::Unrecorded(_))), "{answer:?}");
    // By the time that anybody is answered.
    assert_eq!(open_in(&copy_of(&used)).remembered.boot.latched, Some(fault));
}

#[tokio::test]
async fn a_session_that_was_only_prepared_is_no_interruption() {
    let used = folder();
    let opened = open_in(&used);
    opened.journal.prepare(plan(), None).await.expect("prepared");
    let opened = open_in(&copy_of(&used));
    assert_eq!(opened.remembered.boot.interrupted, None);
    let page = Page { limit: 10, offset: 0, site: None };
    assert_eq!(opened.reader.sessions(page).await.expect("read").total, 0);
}

#[tokio::test]
async fn a_session_that_never_began_is_removed_once_the_disk_answers() {
    let used = folder();
    let opened = open_in(&used);
    let id = opened.journal.prepare(plan(), None).await.expect("prepared");
    let other = Connection::open(options(&used, None).path).expect("opens");
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    opened.journal.discard(id);
    // Longer than SQLite itself waits for whoever holds the file.
    tokio::time::sleep(Duration::from_millis(7000)).await;
    assert!(opened.journal.health().has_failed());
    other.execute_batch("ROLLBACK").expect("let go of");
    let page = Page { limit: 10, offset: 0, site: None };
    for _ in 0..300 {
        if opened.reader.sessions(page).await.expect("read").total == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the row stays for ever");
}

#[test]
fn refusals_are_forgotten_but_not_with_a_row_that_must_go() {
    let mut refused = rows(vec![Event::Refused(Refusal::EStop)], None);
    assert!(refused.is_only_refusals());
    refused.declined.push(SessionId(1));
    assert!(!refused.is_only_refusals());
}

#[test]
fn only_its_owner_may_read_the_log_also_in_a_folder_that_was_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let used = folder();
    fs::set_permissions(used.path(), fs::Permissions::from_mode(0o755)).expect("set");
    let opened = open(&options(&used, None), Clock::start()).expect("opens");
    for file in fs::read_dir(used.path()).expect("read") {
        let file = file.expect("read");
        let mode = file.metadata().expect("read").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
    }
    drop(opened);
}

#[tokio::test]
async fn hl_s8_a_start_that_was_prepared_while_the_daemon_ended_reserves_nothing_after_it() {
    let used = folder();
    let opened = open_in(&used);
    let ran = started(&opened.journal).await;
    let prepared = opened.journal.prepare(plan(), None).await.expect("prepared");
    opened.journal.close().await;
    // Too late: the writer is gone.
    opened.journal.discard(prepared);
    let opened = open_in(&used);
    assert_eq!(opened.remembered.boot.history.uses.len(), 1, "only what ran counts");
    assert_eq!(opened.remembered.boot.interrupted, Some(ran));
    assert!(opened.reader.session(prepared.0).await.expect("read").is_none());
}
