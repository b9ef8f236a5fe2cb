//! The daemon in one piece: what happens to the lines when something happens to the rest.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use rusqlite::Connection;
use serde_json::json;
use soothe_therapy::checklist::{Answers, Condition, PastAnswers};
use soothe_therapy::{Order, Span, limits};
use soothe_wire::recording::{Recording, replay};

use crate::clock::Clock;
use crate::control::Request as Ordered;
use crate::daemon::demo_answers;
use crate::journal::{EventRows, LogOptions, OpenLog, Record};
use crate::testing::{Bench, START, World};

/// Nothing starts for 300 ms after a STOP.
async fn a_stop_has_stood() {
    tokio::time::sleep(Duration::from_millis(350)).await;
}

/// A daemon whose lines are energised: the proof of a session has closed K1.
async fn energised() -> Bench {
    let bench = Bench::start();
    let (status, _) = bench.post("/api/v1/session", START).await;
    assert_eq!(status, StatusCode::CREATED);
    bench
}

#[test]
fn a_demo_person_answers_for_nobody_who_has_answered() {
    let said = |answers, age| Some(PastAnswers { answers, age });
    let long_ago = limits::CHECKLIST_VALID + Span::from_s(1);
    assert!(demo_answers(None) && demo_answers(said(Answers::NONE, long_ago)));
    let forbids = Answers::NONE.and(Condition::Numbness);
    assert!(!demo_answers(said(Answers::NONE, Span::from_min(60))));
    assert!(!demo_answers(said(forbids, long_ago)));
}

#[tokio::test]
async fn a_start_is_answered_after_the_lines_were_written_and_the_log_has_it() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    assert!(!bench.world.is_on());
    let (status, body) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, body), (StatusCode::CREATED, json!({"id": 1})));
    assert!(bench.world.is_on(), "answered before the lines were written");
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    let kind: String = log.query_row("SELECT kind FROM events", (), |row| row.get(0)).unwrap();
    assert_eq!(kind, "started");
}

#[tokio::test]
async fn a_stop_is_answered_after_the_lines_were_written_off() {
    let bench = energised().await;
    let (status, body) = bench.post("/api/v1/stop", "").await;
    assert!(!bench.world.is_on());
    assert_eq!((status, body), (StatusCode::OK, json!({"id": 1, "off": true, "pack_on": false})));
    let (_, again) = bench.post("/api/v1/stop", "").await;
    assert_eq!(again, json!({"id": null, "off": true, "pack_on": false}));
}

#[tokio::test]
async fn any_number_of_stops_at_once_are_all_served() {
    let bench = energised().await;
    let stops = (0..50).map(|_| bench.post("/api/v1/stop", ""));
    let answers = futures_util::future::join_all(stops).await;
    assert!(answers.iter().all(|(status, body)| *status == StatusCode::OK && body["off"] == true));
    assert!(answers.iter().any(|(_, body)| body["id"] == 1));
    assert!(!bench.world.is_on());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_log_that_is_stuck() {
    let bench = energised().await;
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    log.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let stop = bench.post("/api/v1/stop", "");
    let answer = tokio::time::timeout(Duration::from_secs(2), stop).await;
    let (status, _) = answer.expect("STOP waited for the disk");
    assert_eq!(status, StatusCode::OK);
    assert!(!bench.world.is_on());
    // The end is not on disk, so nobody is told of it yet.
    assert_ne!(bench.get("/api/v1/status").await.1["state"], "idle");
    log.execute_batch("ROLLBACK").unwrap();
    bench.until_told("the end", |status| status["state"] == "idle").await;
}

#[tokio::test]
async fn a_start_that_waited_for_the_disk_while_someone_stopped_starts_nothing() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    let writes = bench.world.writes();
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    log.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let start = bench.post("/api/v1/session", START);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (status, _) = bench.post("/api/v1/stop", "").await;
        log.execute_batch("ROLLBACK").unwrap();
        status
    };
    let ((status, problem), stopped) = tokio::join!(start, stop);
    assert_eq!((status, stopped), (StatusCode::CONFLICT, StatusCode::OK), "{problem}");
    let detail = "a STOP was given meanwhile or just before; nothing was started";
    assert_eq!(problem["detail"], detail);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(!bench.world.was_on_since(writes), "heats after a STOP");
    assert_eq!(bench.get("/api/v1/sessions").await.1["total"], 0, "left a row");
}

#[tokio::test]
async fn hl_s4_a_start_whose_body_comes_after_a_stop_starts_nothing() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    let late = futures_util::stream::once(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Ok::<_, std::convert::Infallible>(START)
    });
    let request = Request::post("/api/v1/session").header("content-type", "application/json");
    let start = bench.send(request.body(Body::from_stream(late)).unwrap());
    let stop = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        bench.post("/api/v1/stop", "").await.0
    };
    let (start, stopped) = tokio::join!(start, stop);
    assert_eq!((start.status(), stopped), (StatusCode::CONFLICT, StatusCode::OK));
    assert_eq!(bench.get("/api/v1/sessions").await.1["total"], 0, "left a row");
}

#[tokio::test]
async fn hl_s4_a_stop_stands_for_a_moment_against_a_start_that_waited_beside_it() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    bench.post("/api/v1/stop", "").await;
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    a_stop_has_stood().await;
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!(status, StatusCode::CREATED, "{problem}");
}

#[tokio::test]
async fn a_start_left_in_the_queue_by_the_cycle_of_a_stop_starts_nothing() {
    let bench = Bench::start();
    bench.until("a cycle", |b| b.daemon.is_healthy()).await;
    bench.world.hangs.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let writes = bench.world.writes();
    let starts =
        futures_util::future::join_all((0..8).map(|_| bench.post("/api/v1/session", START)));
    let stop = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let stop = bench.post("/api/v1/stop", "");
        let release = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            bench.world.hangs.store(false, Ordering::SeqCst);
        };
        tokio::join!(stop, release)
    };
    let (starts, _) = tokio::join!(starts, stop);
    assert!(starts.iter().all(|(status, _)| *status == StatusCode::CONFLICT), "{starts:?}");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(!bench.world.was_on_since(writes), "heats after a STOP");
}

#[tokio::test]
async fn a_stop_works_past_a_control_thread_that_hangs() {
    let bench = energised().await;
    bench.world.hangs.store(true, Ordering::SeqCst);
    // Until it stands in the middle of a cycle, past the place where it looks for a STOP.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let before = bench.world.writes();
    let (status, body) = bench.post("/api/v1/stop", "").await;
    assert_eq!(
        (status, body),
        (StatusCode::OK, json!({"id": null, "off": true, "pack_on": false}))
    );
    // The lease has lapsed as well; a STOP does not rely on it.
    let past = bench.world.written_by("off", before);
    assert!(past.len() == 1 && !past[0].k1, "{past:?}");
    bench.world.hangs.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(!bench.world.was_on_since(before), "energised after a STOP was answered");
}

#[test]
fn a_stop_past_the_control_thread_does_not_wait_for_readers_of_the_log() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let bench = energised().await;
        let (release, held) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || held.recv());
        bench.world.hangs.store(true, Ordering::SeqCst);
        let stop = bench.post("/api/v1/stop", "");
        let answer = tokio::time::timeout(Duration::from_secs(1), stop).await;
        bench.world.hangs.store(false, Ordering::SeqCst);
        drop(release);
        assert_eq!(answer.expect("STOP waited for a reader").0, StatusCode::OK);
    });
}

#[tokio::test]
async fn hl_s1_when_the_control_thread_hangs_its_lease_lapses() {
    let bench = energised().await;
    bench.until("on", |b| b.world.is_on()).await;
    bench.world.hangs.store(true, Ordering::SeqCst);
    let before = bench.world.writes();
    let clock = crate::Clock::start();
    bench.until("off", |b| !b.world.is_on()).await;
    let took = clock.elapsed();
    bench.world.hangs.store(false, Ordering::SeqCst);
    // A cycle may have begun just before it hung: 300 ms from then, looked at every 50 ms; the rest is for
    // a machine that has other things to do. Nothing else here would switch off at all.
    assert!(took < Duration::from_millis(1200), "{took:?}");
    let by_lease = bench.world.written_by("lease", before);
    assert!(by_lease.first().is_some_and(|levels| !levels.k1), "{by_lease:?}");
}

#[tokio::test]
async fn a_cycle_that_stood_still_for_longer_than_its_lease_energises_nothing() {
    let bench = energised().await;
    bench.world.hangs.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let before = bench.world.writes();
    tokio::time::sleep(Duration::from_millis(300)).await;
    bench.world.hangs.store(false, Ordering::SeqCst);
    bench.until("a cycle", |b| !b.world.written_by("control", before).is_empty()).await;
    let late = bench.world.written_by("control", before)[0];
    assert!(!late.k1, "a grant that was over energised");
}

#[tokio::test]
async fn an_e_stop_that_is_open_at_the_start_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let open = |world: &World| world.estop_open.store(true, Ordering::SeqCst);
    let bench = Bench::start_with(folder, None, open);
    assert_eq!(bench.get("/api/v1/status").await.1["fault"]["kind"], "e-stop");
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    let kind: String = log.query_row("SELECT kind FROM faults", (), |row| row.get(0)).unwrap();
    assert_eq!(kind, "e-stop");
    let kind: String = log.query_row("SELECT kind FROM events", (), |row| row.get(0)).unwrap();
    assert_eq!(kind, "latched");
}

#[tokio::test]
async fn a_log_that_failed_for_a_moment_ends_the_session() {
    let bench = energised().await;
    // Both between two cycles, as a queue that is full for a moment does.
    bench.daemon.api.journal.health().fail("the test wants it");
    bench.daemon.api.journal.health().recover();
    bench.until("off", |b| !b.world.is_on()).await;
    bench.until_told("the end", |status| status["last"]["outcome"] == "stopped").await;
    let (_, session) = bench.get("/api/v1/sessions/1").await;
    assert_eq!(session["reason"], "the session log could not be written");
}

/// Fills the queue of a log whose file is held by someone else.
fn fill_queue(bench: &Bench) {
    let record = || {
        let (at_unix_ms, declined) = (1, Vec::new());
        let rows = EventRows {
            at_unix_ms,
            events: Vec::new(),
            session: None,
            declined,
            diary: Vec::new(),
        };
        Box::new(Record { rows, boot: None, announcement: None, answers: Vec::new() })
    };
    while bench.daemon.api.journal.record(record()).is_ok() {}
}

#[tokio::test]
async fn an_end_that_the_journal_had_no_room_for_is_recorded_later() {
    let bench = energised().await;
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    log.execute_batch("BEGIN EXCLUSIVE").unwrap();
    // The writer takes one with it and waits; from then on nothing fits.
    fill_queue(&bench);
    tokio::time::sleep(Duration::from_millis(50)).await;
    fill_queue(&bench);
    bench.until("off", |b| !b.world.is_on()).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    log.execute_batch("ROLLBACK").unwrap();
    bench.until_told("the end", |status| status["last"]["outcome"] == "stopped").await;
    let folder = bench.shut_down().await;
    let log = Connection::open(folder.path().join("log.db")).unwrap();
    let outcome: String =
        log.query_row("SELECT outcome FROM sessions", (), |row| row.get(0)).unwrap();
    assert_eq!(outcome, "stopped");
}

#[tokio::test]
async fn a_shutdown_with_a_full_queue_loses_nothing() {
    let bench = energised().await;
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    log.execute_batch("BEGIN EXCLUSIVE").unwrap();
    fill_queue(&bench);
    tokio::time::sleep(Duration::from_millis(50)).await;
    fill_queue(&bench);
    let release = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        log.execute_batch("ROLLBACK").unwrap();
    };
    let (folder, ()) = tokio::join!(bench.shut_down(), release);
    let log = Connection::open(folder.path().join("log.db")).unwrap();
    let outcome: String =
        log.query_row("SELECT outcome FROM sessions", (), |row| row.get(0)).unwrap();
    assert_eq!(outcome, "stopped");
}

#[tokio::test]
async fn a_panic_in_the_control_thread_leaves_the_lines_off_for_good() {
    let bench = energised().await;
    bench.world.panics.store(true, Ordering::SeqCst);
    bench.until("the end is told", |b| b.vanished.lock().unwrap().is_some()).await;
    assert!(!bench.world.is_on());
    assert!(bench.vanished.lock().unwrap().as_deref().unwrap().contains("panicked"));
}

#[tokio::test]
async fn a_line_that_cannot_be_written_ends_the_control_thread() {
    let bench = energised().await;
    bench.world.write_fails.store(true, Ordering::SeqCst);
    bench.until("the end is told", |b| b.vanished.lock().unwrap().is_some()).await;
    assert!(!bench.world.is_on(), "off was not tried");
    assert!(bench.vanished.lock().unwrap().as_deref().unwrap().contains("K1 (GPIO 17)"));
}

#[tokio::test]
async fn hl_h19_a_line_that_cannot_be_written_is_a_fault_that_outlives_the_process() {
    let bench = energised().await;
    bench.world.write_fails.store(true, Ordering::SeqCst);
    bench.until("the end is told", |b| b.vanished.lock().unwrap().is_some()).await;
    let bench = Bench::start_in(bench.shut_down().await, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!((&status["state"], &status["fault"]["rule"]), (&json!("fault"), &json!("HL-H19")));
    let (_, session) = bench.get("/api/v1/sessions/1").await;
    assert_eq!((&session["outcome"], &session["rule"]), (&json!("fault"), &json!("HL-H19")));
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn hl_c8_a_pack_that_lay_there_when_a_line_could_not_be_written_is_called_for_after_the_restart()
 {
    let bench = Bench::start();
    let ice = r#"{"protocol":"ice-10","site":"left-shoulder"}"#;
    assert_eq!(bench.post("/api/v1/session", ice).await.0, StatusCode::CREATED);
    let confirm = r#"{"session":1,"prompt":1}"#;
    assert_eq!(bench.post("/api/v1/confirm", confirm).await.0, StatusCode::OK);
    bench.world.write_fails.store(true, Ordering::SeqCst);
    bench.until("the end is told", |b| b.vanished.lock().unwrap().is_some()).await;
    let bench = Bench::start_in(bench.shut_down().await, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!((&status["state"], &status["pack_left_on"]), (&json!("fault"), &json!(true)));
}

#[tokio::test]
async fn a_shutdown_ends_the_session_with_the_lines_off_and_in_the_log() {
    let bench = energised().await;
    let world = bench.world.clone();
    let folder = bench.shut_down().await;
    assert!(!world.is_on());
    let log = Connection::open(folder.path().join("log.db")).unwrap();
    let (outcome, reason): (String, String) = log
        .query_row("SELECT outcome, reason FROM sessions", (), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((outcome.as_str(), reason.as_str()), ("stopped", "the daemon was shut down"));
    let writes = world.writes();
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(world.writes(), writes, "the control thread goes on");
}

#[tokio::test]
async fn a_fault_outlives_a_restart_until_its_cause_is_gone_and_a_person_clears_it() {
    let bench = energised().await;
    *bench.world.contact_c.lock().unwrap() = 44.5;
    // Lines that are off do not tell it: a cycle that comes late switches them off as well.
    bench.until_told("the fault", |status| status["fault"]["kind"] == "too-hot").await;
    assert!(!bench.world.is_on());
    let bench = Bench::start_in(bench.shut_down().await, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!((&status["state"], &status["fault"]["kind"]), (&json!("fault"), &json!("too-hot")));
    let (_, session) = bench.get("/api/v1/sessions/1").await;
    assert_eq!(session["hottest_c"], 25.0, "a leap ends a session before it is believed");
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["fault"]), (StatusCode::CONFLICT, &json!("too-hot")));

    *bench.world.contact_c.lock().unwrap() = 43.5;
    bench.until_told("43.5 °C", |status| status["contact"][0]["reading_c"] == 43.5).await;
    let (status, problem) = bench.post("/api/v1/clear", "").await;
    assert_eq!(
        (status, &problem["opens"]),
        (StatusCode::CONFLICT, &json!("when the cause is gone"))
    );

    *bench.world.contact_c.lock().unwrap() = 30.0;
    bench.until_told("30 °C", |status| status["contact"][0]["reading_c"] == 30.0).await;
    let (status, after) = bench.post("/api/v1/clear", "").await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("idle")));
    let bench = Bench::start_in(bench.shut_down().await, None);
    assert_eq!(bench.get("/api/v1/status").await.1["fault"], json!(null));
}

async fn recording(bench: &Bench, id: i64) -> Recording {
    let path = format!("/api/v1/sessions/{id}/recording");
    let response = bench.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/octet-stream");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Recording::parse(&bytes).unwrap()
}

#[tokio::test]
async fn sessions_are_recorded_and_replay_bit_for_bit() {
    let bench = Bench::start();
    for id in 1..=2 {
        a_stop_has_stood().await;
        assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
        // HL-H20: the second proof waits until K2 has surely dropped out.
        bench.until_within(Duration::from_secs(5), "heat", |b| b.world.heats()).await;
        bench.post("/api/v1/stop", "").await;
        bench.until_told("the end", |status| status["last"]["id"] == id).await;
        let report = replay(&recording(&bench, id).await);
        assert_eq!((report.session, report.difference.clone()), (id, None), "{report:?}");
        assert!(report.ended && report.is_of_this_core() && report.steps > 25, "{report:?}");
    }
    let (status, problem) = bench.get("/api/v1/sessions/3/recording").await;
    assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &json!("not-found")));
}

#[tokio::test]
async fn a_session_that_is_cut_off_is_recorded_up_to_its_last_second_or_two() {
    let bench = energised().await;
    tokio::time::sleep(Duration::from_millis(3500)).await;
    let copy = tempfile::tempdir().unwrap();
    for name in ["log.db", "log.db-wal", "log.db.keep"] {
        std::fs::copy(bench.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let report = replay(&recording(&Bench::start_in(copy, None), 1).await);
    assert_eq!((report.ended, report.difference), (false, None));
    assert!(report.time >= Span::from_ms(1500), "{:?}", report.time);
}

#[tokio::test]
async fn a_session_after_the_choice_of_a_profile_replays_bit_for_bit_with_what_was_declined_in_it()
{
    let bench = Bench::start();
    let cautious = r#"{"profile":"cautious"}"#;
    assert_eq!(bench.put("/api/v1/profile", cautious).await.0, StatusCode::OK);
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    let (status, _) = bench.put("/api/v1/profile", r#"{"profile":"default"}"#).await;
    assert_eq!(status, StatusCode::CONFLICT);
    bench.post("/api/v1/stop", "").await;
    let folder = bench.shut_down().await;
    let recorded = recording(&Bench::start_in(folder, None), 1).await;
    let report = replay(&recorded);
    assert_eq!((report.ended, report.difference), (true, None));
}

#[tokio::test]
async fn hl_s7_the_answers_to_the_check_list_outlive_the_process() {
    let bench = Bench::start();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let answers = Answers::NONE.and(Condition::Drugs);
    let api = &bench.daemon.api;
    let (issued, stops) = (api.clock.now(), api.stop.newest());
    let order = Order::Answer(answers);
    assert!(api.control.submit(Ordered { issued, stops, order, beside: None, answer }));
    answered.await.unwrap().unwrap();
    let folder = bench.shut_down().await;
    let path = folder.path().join("log.db");
    let log = LogOptions { path, simulated: true, pages_max: None };
    let boot = OpenLog::open(&log, Clock::start()).unwrap().0.remembered.boot;
    assert_eq!(boot.checklist.map(|past| past.answers), Some(answers));
}

#[tokio::test]
async fn hl_s8_nothing_starts_when_the_record_of_doses_is_lost() {
    let folder = Bench::start().shut_down().await;
    std::fs::write(folder.path().join("log.db.keep"), "").unwrap();
    let bench = Bench::start_in(folder, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!((&status["state"], &status["fault"]["rule"]), (&json!("fault"), &json!("HL-S8")));
    assert_eq!(bench.post("/api/v1/clear", "").await.0, StatusCode::OK);
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["rule"]), (StatusCode::CONFLICT, &json!("HL-S8")));
    assert!(!bench.world.is_on());
}

#[tokio::test]
async fn a_full_disk_refuses_the_start_with_nothing_energised() {
    let bench = Bench::start();
    let log = Connection::open(bench.folder.path().join("log.db")).unwrap();
    let pages: u32 = log.query_row("PRAGMA page_count", (), |row| row.get(0)).unwrap();
    // Filled up to the last free byte of its pages.
    log.execute_batch(
        "INSERT INTO events (at_unix_ms, t_ms, kind, message)
         VALUES (0, 0, 'fill', hex(randomblob(30000)))",
    )
    .unwrap();
    let bench = Bench::start_in(bench.shut_down().await, Some(pages));
    // What free bytes there are go to sessions that do start.
    for _ in 0..200 {
        let (status, _) = bench.post("/api/v1/session", START).await;
        if status != StatusCode::CREATED {
            break;
        }
        bench.post("/api/v1/stop", "").await;
        a_stop_has_stood().await;
    }
    bench.until("off", |b| !b.world.is_on()).await;
    let writes = bench.world.writes();
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["type"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("log-failed")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("is full: free some space"), "{detail}");
    assert!(!bench.world.was_on_since(writes), "energised without a record");
    let (status, problem) = bench.get("/healthz").await;
    assert_eq!((status, &problem["type"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("log-failed")));
    bench.until_told("the failure", |status| status["log_failure"].is_string()).await;
}
