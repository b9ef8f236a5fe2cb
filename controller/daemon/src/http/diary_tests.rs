//! The diary, the locks that it sets and the signs of an emergency, on the real router.

use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::testing::{Bench, START, read};

const AT: &str = r#""site":"left-shoulder""#;

fn pain(nrs: &str, kind: &str, more: &str) -> String {
    format!(r#"{{{AT},"nrs":{nrs},"kind":"{kind}"{more}}}"#)
}

/// Says that a session made it worse.
async fn worse(bench: &Bench) -> Value {
    let (status, _) = bench.post("/api/v1/pain", &pain("4", "before-session", "")).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, answer) = bench.post("/api/v1/pain", &pain("6", "after-session", "")).await;
    assert_eq!(status, StatusCode::CREATED);
    answer
}

async fn signs(bench: &Bench, body: &str) -> (StatusCode, Value) {
    let request =
        Request::put("/api/v1/red-flags").header(header::CONTENT_TYPE, "application/json");
    read(bench.send(request.body(body.to_owned().into()).unwrap()).await).await
}

#[tokio::test]
async fn an_entry_is_in_the_diary_with_all_that_was_said_when_it_is_answered() {
    let bench = Bench::start();
    let more =
        r#","awake":true,"cause":"desk","note":"  pulls, left of the spine "#.to_owned() + "\"";
    let (status, answer) = bench.post("/api/v1/pain", &pain("7", "next-morning", &more)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let entry = &answer["entry"];
    assert_eq!(
        (&entry["id"], &entry["nrs"], &entry["awake"]),
        (&json!(1), &json!(7), &json!(true))
    );
    assert_eq!(entry["note"], "pulls, left of the spine");
    assert_eq!((&answer["message"], &answer["site"]["warnings"]), (&Value::Null, &json!([])));
    let (_, list) = bench.get("/api/v1/pain").await;
    assert_eq!((&list["entries"], &list["total"]), (&json!([entry]), &json!(1)));
    assert_eq!(bench.get("/api/v1/pain?site=left-hip").await.1["total"], 0);
    let (_, after) = bench.get("/api/v1/pain?site=left-shoulder&limit=1").await;
    assert_eq!(after["sites"][0]["site_label"], "Left shoulder");
}

#[tokio::test]
async fn what_became_of_a_pain_is_told_with_the_entry_after_a_session() {
    let bench = Bench::start();
    for (before, after, change) in [(6, 4, "improved"), (6, 5, "slight"), (6, 7, "same")] {
        bench.post("/api/v1/pain", &pain(&before.to_string(), "before-session", "")).await;
        let body = pain(&after.to_string(), "after-session", "");
        let (_, answer) = bench.post("/api/v1/pain", &body).await;
        assert_eq!(answer["entry"]["change"], change, "{answer}");
        assert_eq!(answer["entry"]["before"], before);
        assert!(answer["message"].is_string());
    }
}

#[tokio::test]
async fn an_entry_that_is_none_is_refused_with_what_would_be_one_and_writes_nothing() {
    let bench = Bench::start();
    let long = format!(r#","note":"{}""#, "é".repeat(501));
    let (ok, unprocessable) = (StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY);
    for (body, status, said) in [
        (
            pain("11", "other", ""),
            unprocessable,
            "11 is not accepted: pain is a whole number from 0",
        ),
        (pain("300", "other", ""), unprocessable, "300 is not accepted: pain is a whole number"),
        (pain("-1", "other", ""), ok, "a whole number from 0 to 10"),
        (pain("4.5", "other", ""), ok, "a whole number from 0 to 10"),
        (pain("\"4\"", "other", ""), ok, "invalid type: string"),
        (pain("4", "soon", ""), unprocessable, "accepted are before-session, after-session, next-"),
        (pain("4", "other", r#","cause":"fate""#), unprocessable, "accepted are desk, driving, "),
        (pain("4", "other", r#","mood":"bad""#), ok, "unknown field `mood`"),
        (pain("4", "other", &long), unprocessable, "on one line; this one has 501"),
        (pain("4", "other", r#","note":"a\u001b[2Jb""#), unprocessable, "control character"),
        (pain("4", "other", r#","note":"a\nb""#), unprocessable, "a line end"),
        (pain("4", "other", r#","note":"a\u202eb""#), unprocessable, "control character"),
        (pain("4", "other", r#","note":"""#), unprocessable, "this one is empty"),
        (
            pain("4", "other", "").replace("left-shoulder", "head"),
            unprocessable,
            "site `head`: unk",
        ),
        (pain("4", "other", r#","session":99"#), StatusCode::NOT_FOUND, "there is no session 99"),
        (pain("4", "other", r#","session":-7"#), ok, "the number of a session"),
    ] {
        let (got, problem) = bench.post("/api/v1/pain", &body).await;
        assert_eq!(got, status, "{body}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{body}: {problem}");
    }
    assert_eq!(bench.get("/api/v1/pain").await.1["total"], 0);
}

#[tokio::test]
async fn an_entry_belongs_to_a_session_of_its_own_site() {
    let bench = Bench::start();
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    let of_it = r#","session":1"#;
    let (status, answer) = bench.post("/api/v1/pain", &pain("4", "before-session", of_it)).await;
    assert_eq!((status, &answer["entry"]["session"]), (StatusCode::CREATED, &json!(1)));
    let elsewhere = pain("4", "other", of_it).replace("left-shoulder", "left-hip");
    let (status, problem) = bench.post("/api/v1/pain", &elsewhere).await;
    assert_eq!((status, &problem["type"]), (StatusCode::CONFLICT, &json!("other-site")));
    assert_eq!(problem["detail"], "session 1 was at left-shoulder, not at left-hip");
    let (_, detail) = bench.get("/api/v1/sessions/1").await;
    let kinds: Vec<_> = detail["events"].as_array().unwrap().iter().map(|e| &e["kind"]).collect();
    assert_eq!(kinds, ["started", "felt"]);
}

#[tokio::test]
async fn hl_p1_a_locked_site_refuses_every_start_after_a_restart_too_until_a_person_settles_it() {
    let bench = Bench::start();
    assert_eq!(worse(&bench).await["site"]["locked"], false);
    let answer = worse(&bench).await;
    assert_eq!(
        (&answer["site"]["locked"], &answer["entry"]["change"]),
        (&json!(true), &json!("worse"))
    );
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!(status["care"]["locked"], json!(["left-shoulder"]));

    let bench = Bench::start_in(bench.shut_down().await, None);
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["rule"]), (StatusCode::CONFLICT, &json!("HL-P1")), "{problem}");
    let said = problem["detail"].as_str().unwrap();
    assert!(said.starts_with("pain at left-shoulder rose by 2 points or more"), "{said}");
    assert!(!bench.world.is_on());
    assert_eq!(bench.get("/api/v1/sessions").await.1["total"], 0, "nothing is left of the start");

    let settle = |how: &str| format!(r#"{{{AT},"how":"{how}"}}"#);
    let (status, problem) = bench.post("/api/v1/pain/settled", &settle("forgotten")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().ends_with("accepted are seen, waived"));
    let (status, site) = bench.post("/api/v1/pain/settled", &settle("seen")).await;
    assert_eq!((status, &site["locked"]), (StatusCode::OK, &json!(false)));
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn hl_p2_whoever_has_a_sign_of_an_emergency_hears_what_to_do_whatever_the_log_takes() {
    let bench = Bench::start();
    let log = bench.folder.path().join("log.db");
    std::fs::rename(&log, bench.folder.path().join("away.db")).unwrap();
    for kind in ["not-recorded", "log-failed", "log-failed"] {
        let (status, problem) = signs(&bench, r#"{"yes":["chest"]}"#).await;
        let declined = (StatusCode::SERVICE_UNAVAILABLE, &json!(kind));
        assert_eq!((status, &problem["type"]), declined);
        assert!(problem["detail"].as_str().unwrap().contains("call the emergency number now"));
    }
    let (_, problem) = signs(&bench, r#"{"yes":[]}"#).await;
    assert!(!problem["detail"].as_str().unwrap().contains("emergency"), "{problem}");
}

#[tokio::test]
async fn hl_p2_a_sign_of_an_emergency_ends_the_heat_and_refuses_every_start_until_none_is_there() {
    let bench = Bench::start();
    let (_, list) = bench.get("/api/v1/red-flags").await;
    assert_eq!((list["signs"].as_array().unwrap().len(), &list["yes"]), (7, &json!([])));
    assert!(list["advice"].as_str().unwrap().contains("call the emergency number now"));
    assert_eq!(bench.post("/api/v1/session", START).await.0, StatusCode::CREATED);
    let (status, list) = signs(&bench, r#"{"yes":["chest","legs"]}"#).await;
    assert_eq!((status, &list["yes"][0]["name"]), (StatusCode::OK, &json!("chest")));
    assert!(!bench.world.is_on());
    let (_, told) = bench.get("/api/v1/status").await;
    assert_eq!(
        (&told["state"], &told["care"]["red_flags"][1]["name"]),
        (&json!("idle"), &json!("legs"))
    );

    let bench = Bench::start_in(bench.shut_down().await, None);
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["rule"]), (StatusCode::CONFLICT, &json!("HL-P2")), "{problem}");
    assert!(
        problem["detail"].as_str().unwrap().starts_with("pain in the chest; weakness of both ")
    );
    assert_eq!(signs(&bench, r#"{"yes":["itch"]}"#).await.0, StatusCode::BAD_REQUEST);
    let (_, list) = bench.get("/api/v1/red-flags").await;
    assert_eq!(list["yes"].as_array().unwrap().len(), 2, "what is not understood changes nothing");
    assert_eq!(signs(&bench, r#"{"yes":[]}"#).await.1["yes"], json!([]));
    let (_, problem) = bench.post("/api/v1/session", START).await;
    assert_ne!(problem["rule"], "HL-P2", "{problem}");
}

#[tokio::test]
async fn hl_p1_hl_p2_locks_outlive_the_loss_of_the_file_that_keeps_them() {
    let bench = Bench::start();
    worse(&bench).await;
    worse(&bench).await;
    signs(&bench, r#"{"yes":["legs"]}"#).await;
    let folder = bench.shut_down().await;
    std::fs::write(folder.path().join("log.db.keep"), "").unwrap();
    let bench = Bench::start_in(folder, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!(status["care"]["locked"], json!(["left-shoulder"]));
    assert_eq!(status["care"]["red_flags"][0]["name"], "legs");
}

#[tokio::test]
async fn a_treatment_is_in_the_log_when_it_is_answered_and_one_that_is_none_is_refused() {
    let bench = Bench::start();
    let body = format!(r#"{{{AT},"kind":"dry-needling","before":6,"after":4,"note":"by Dr. No"}}"#);
    let (status, entry) = bench.post("/api/v1/treatments", &body).await;
    assert_eq!((status, &entry["change"]), (StatusCode::CREATED, &json!("improved")), "{entry}");
    let only = format!(r#"{{{AT},"kind":"massage","before":null}}"#);
    let (_, second) = bench.post("/api/v1/treatments", &only).await;
    assert_eq!((&second["before"], &second["change"]), (&Value::Null, &Value::Null));
    let (_, list) = bench.get("/api/v1/treatments?site=left-shoulder").await;
    assert_eq!(list, json!({"treatments": [second, entry], "total": 2}));
    for (from, to, said) in [
        ("dry-needling", "surgery", "kind `surgery` is not accepted; accepted are massage, "),
        ("\"before\":6", "\"before\":11", "11 is not accepted: pain is a whole number from 0"),
        ("by Dr. No", "\\u0007", "the note is not accepted: "),
        ("left-shoulder", "ear", "site `ear`: unknown site"),
    ] {
        let (status, problem) = bench.post("/api/v1/treatments", &body.replace(from, to)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{to}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{to}: {problem}");
    }
}

#[tokio::test]
async fn while_the_log_fails_nothing_is_said_to_be_written() {
    let bench = Bench::start();
    let (log, away) = (bench.folder.path().join("log.db"), bench.folder.path().join("away.db"));
    std::fs::rename(&log, &away).unwrap();
    let (status, _) = bench.post("/api/v1/pain", &pain("4", "other", "")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body = format!(r#"{{{AT},"kind":"massage"}}"#);
    let (status, _) = bench.post("/api/v1/treatments", &body).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(signs(&bench, r#"{"yes":["legs"]}"#).await.0, StatusCode::SERVICE_UNAVAILABLE);
}
