//! Reminders as a client sees them: made, due, answered, and without a way to anything that is energised.

use std::fs;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::remind::{Hook, HookProgram, WallTime};
use crate::testing::{Bench, START, read};

const PATH: &str = "/api/v1/reminders";
const STRETCH: &str = r#"{"kind":"stretch","every_min":10,"from":"00:00","until":"23:50","exercise":"neck-tilt","site":"left-neck"}"#;

async fn send(bench: &Bench, method: &str, path: &str) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path);
    read(bench.send(request.body(Body::empty()).unwrap()).await).await
}

/// So many minutes from now by the clock on the wall.
fn in_minutes(bench: &Bench, minutes: i64) -> WallTime {
    let unix_ms = bench.daemon.wall_unix_ms();
    WallTime::here(unix_ms + minutes * 60_000)
}

#[tokio::test]
async fn one_is_kept_listed_and_removed() {
    let bench = Bench::start();
    assert_eq!(bench.get(PATH).await.1, json!({"reminders": [], "due": []}));
    let (status, entry) = bench.post(PATH, STRETCH).await;
    assert_eq!((status, &entry["id"]), (StatusCode::CREATED, &json!(1)), "{entry}");
    assert_eq!(entry["schedule"], "every 10 min from 00:00 to 23:50, every day");
    assert_eq!(entry["times"].as_array().map(Vec::len), Some(144));
    let bench = Bench::start_in(bench.shut_down().await, None);
    let (_, list) = bench.get(PATH).await;
    assert_eq!(list["reminders"], json!([entry]), "it outlives the daemon");
    assert_eq!(list["due"], json!([]), "and is not due because of that");
    let (status, list) = send(&bench, "DELETE", "/api/v1/reminders/1").await;
    assert_eq!((status, list), (StatusCode::OK, json!({"reminders": [], "due": []})));
    let (status, answer) = send(&bench, "DELETE", "/api/v1/reminders/1").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(answer["detail"], "there is no reminder 1; /api/v1/reminders lists them");
    let (status, answer) = send(&bench, "POST", "/api/v1/reminders/0/done").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        answer["detail"].as_str().unwrap().contains("not the number of a reminder"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_is_no_reminder_is_refused_and_no_more_are_kept_than_there_is_room_for() {
    let bench = Bench::start();
    for (body, code, detail) in [
        (r#"{"kind":"move","at":["25:00"]}"#, 422, "at: `25:00` is no time of day"),
        (
            r#"{"kind":"move","at":["10:00"],"exercise":"neck-tilt"}"#,
            422,
            "exercise `neck-tilt`: to",
        ),
        (r#"{"kind":"move"}"#, 422, "when: give times of day"),
        (r#"{"at":["10:00"]}"#, 400, "the body is not accepted: missing field `kind`"),
        (r#"{"kind":"move","at":["10:00"],"volume":9}"#, 400, "the body is not accepted: unknown"),
        (r#"{"kind":"move","every_min":10.5}"#, 400, "the body is not accepted: invalid value"),
    ] {
        let (status, answer) = bench.post(PATH, body).await;
        assert_eq!(status.as_u16(), code, "{body}");
        assert!(answer["detail"].as_str().unwrap().starts_with(detail), "{answer}");
    }
    for _ in 0..32 {
        assert_eq!(bench.post(PATH, r#"{"kind":"move","at":["10:00"]}"#).await.0, 201);
    }
    let (status, answer) = bench.post(PATH, STRETCH).await;
    assert_eq!((status, &answer["type"]), (StatusCode::CONFLICT, &json!("too-many")));
    assert_eq!(send(&bench, "DELETE", "/api/v1/reminders/5").await.0, StatusCode::OK);
    assert_eq!(bench.post(PATH, STRETCH).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn one_that_is_due_is_in_the_status_until_it_is_answered_and_never_due_twice() {
    let bench = Bench::start();
    bench.post(PATH, STRETCH).await;
    let then = in_minutes(&bench, 10);
    bench.daemon.look_for_reminders(then).await;
    bench.until_told("that it is due", |it| it["reminders"][0]["id"] == 1).await;
    let due = bench.get("/api/v1/status").await.1["reminders"][0].clone();
    assert_eq!(
        due["text"],
        "Time to stretch: Side neck stretch, left side of the back of the neck"
    );
    assert!(due["how"].as_str().unwrap().starts_with("Sit upright"), "{due}");
    assert_eq!((&due["exercise"], &due["site"]), (&json!("neck-tilt"), &json!("left-neck")));
    assert_eq!(bench.get(PATH).await.1["due"], json!([due]));
    let (status, list) = send(&bench, "POST", "/api/v1/reminders/1/done").await;
    assert_eq!((status, &list["due"]), (StatusCode::OK, &json!([])));
    assert_eq!(send(&bench, "POST", "/api/v1/reminders/1/done").await.0, StatusCode::OK, "again");
    bench.until_told("that it is done", |it| it["reminders"] == json!([])).await;

    // A daemon that comes next knows that it was announced.
    let bench = Bench::start_in(bench.shut_down().await, None);
    bench.daemon.look_for_reminders(then).await;
    assert_eq!(bench.get(PATH).await.1["due"], json!([]));
    bench.daemon.look_for_reminders(in_minutes(&bench, 20)).await;
    assert_eq!(bench.get(PATH).await.1["due"][0]["id"], 1);
    let (_, list) = send(&bench, "POST", "/api/v1/reminders/1/later").await;
    assert_eq!(list["due"], json!([]));
    assert_eq!(send(&bench, "POST", "/api/v1/reminders/2/later").await.0, StatusCode::NOT_FOUND);
    assert_eq!(send(&bench, "POST", "/api/v1/reminders/2/done").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reminder_chirps_when_nothing_runs_and_energises_nothing_ever() {
    let bench = Bench::start();
    for _ in 0..3 {
        bench.post(PATH, STRETCH).await;
    }
    bench.until("the first cycles", |it| it.world.writes() > 3).await;
    let before = bench.world.writes();
    bench.daemon.look_for_reminders(in_minutes(&bench, 10)).await;
    bench.until("a chirp", |it| it.world.levels().buzzer).await;
    bench.until("its end", |it| it.world.writes() > before + 15).await;
    assert!(!bench.world.levels().buzzer && !bench.world.was_on_since(before));

    let (status, _) = bench.post("/api/v1/session", START).await;
    assert_eq!(status, StatusCode::CREATED);
    bench.until_told("a session", |it| it["session"]["id"] == 1).await;
    let before = bench.world.writes();
    bench.daemon.look_for_reminders(in_minutes(&bench, 20)).await;
    bench.until_told("that they are due", |it| it["reminders"][2]["id"] == 3).await;
    bench.until("some cycles", |it| it.world.writes() > before + 10).await;
    let levels = bench.world.written_by("control", before);
    assert!(levels.len() > 5 && levels.iter().all(|it| !it.buzzer), "{levels:?}");
    bench.post("/api/v1/stop", "").await;
}

#[tokio::test]
async fn a_program_of_the_owners_is_told_and_one_that_hangs_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let script = format!("echo \"$SOOTHE_REMINDER_KIND: $1\" >> {}; sleep 600", out.display());
    let words = ["/bin/sh", "-c", &script, "hook"].map(str::to_owned).to_vec();
    let program = HookProgram::try_from(words).unwrap();
    let bench = Bench::with_hook(Hook::start(program).unwrap());
    bench.post(PATH, STRETCH).await;
    bench.daemon.look_for_reminders(in_minutes(&bench, 10)).await;
    bench
        .until("it is told", |_| {
            out.exists() && fs::read_to_string(&out).is_ok_and(|it| it.ends_with('\n'))
        })
        .await;
    let said = fs::read_to_string(&out).unwrap();
    assert_eq!(
        said,
        "stretch: Time to stretch: Side neck stretch, left side of the back of the neck\n"
    );
    let told = bench.until_told("that it is due", |it| it["reminders"][0]["kind"] == "stretch");
    tokio::time::timeout(Duration::from_secs(2), told).await.unwrap();
    assert!(bench.daemon.is_healthy());
}

#[tokio::test]
async fn while_the_log_cannot_be_written_none_is_kept_and_what_is_due_is_told_all_the_same() {
    let bench = Bench::start();
    bench.post(PATH, STRETCH).await;
    fs::remove_file(bench.folder.path().join("log.db")).unwrap();
    let (status, answer) = bench.post(PATH, STRETCH).await;
    assert_eq!((status, &answer["type"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("log-failed")));
    assert_eq!(bench.get(PATH).await.1["reminders"].as_array().map(Vec::len), Some(1));
    let then = in_minutes(&bench, 10);
    bench.daemon.look_for_reminders(then).await;
    assert_eq!(bench.get(PATH).await.1["due"][0]["id"], 1);
    assert_eq!(send(&bench, "POST", "/api/v1/reminders/1/done").await.0, StatusCode::OK);
    bench.daemon.look_for_reminders(then).await;
    assert_eq!(bench.get(PATH).await.1["due"], json!([]), "once");
}
