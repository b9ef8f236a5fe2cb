//! The profile as a client sees it: shown, chosen between sessions, fixed by the configuration, and kept.

use std::fs;

use axum::http::StatusCode;
use serde_json::{Value, json};
use soothe_therapy::Profile;

use crate::testing::{Bench, START};

const PATH: &str = "/api/v1/profile";
const SENSITIVE: &str = r#"{"profile":"sensitive"}"#;

async fn in_use(bench: &Bench) -> (Value, Value) {
    let (_, list) = bench.get(PATH).await;
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!(status["profile"], list["profile"]);
    assert_eq!(status["profile_fixed"], list["fixed"]);
    (list["profile"].clone(), list["fixed"].clone())
}

#[tokio::test]
async fn hl_h1_a_profile_that_is_chosen_refuses_the_next_start() {
    let bench = Bench::start();
    assert_eq!(in_use(&bench).await, (json!("default"), json!(false)));
    let (status, list) = bench.put(PATH, SENSITIVE).await;
    assert_eq!((status, &list["profile"]), (StatusCode::OK, &json!("sensitive")), "{list}");
    let sensitive = &list["profiles"][1];
    assert_eq!(
        sensitive["for_whom"],
        "skin that is easily hurt; skin that is numb or feels less is not treated at all"
    );
    assert_eq!(sensitive["target_max_c"], Profile::Sensitive.target_max().get());
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["rule"]), (StatusCode::CONFLICT, &json!("HL-H1")));
    assert!(problem["detail"].as_str().unwrap().contains("`sensitive`"), "{problem}");
}

#[tokio::test]
async fn no_profile_is_chosen_while_a_session_runs() {
    let bench = Bench::start();
    bench.post("/api/v1/session", START).await;
    let (status, problem) = bench.put(PATH, SENSITIVE).await;
    assert_eq!((status, &problem["type"]), (StatusCode::CONFLICT, &json!("refused")));
    assert_eq!(problem["detail"], "session 1 is running; stop it first");
    assert_eq!(in_use(&bench).await.0, "default");
}

#[tokio::test]
async fn one_that_the_configuration_fixes_wins_and_what_was_chosen_comes_back_after_it() {
    let bench = Bench::start();
    bench.put(PATH, r#"{"profile":"cautious"}"#).await;
    let folder = bench.shut_down().await;
    let bench = Bench::start_fixed(folder, Profile::Sensitive);
    assert_eq!(in_use(&bench).await, (json!("sensitive"), json!(true)));
    let (status, problem) = bench.put(PATH, r#"{"profile":"default"}"#).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["detail"], "the device's configuration fixes the profile `sensitive`");
    assert_eq!(problem["opens"], "when the device's configuration fixes none");
    let bench = Bench::start_in(bench.shut_down().await, None);
    assert_eq!(in_use(&bench).await, (json!("cautious"), json!(false)));
}

#[tokio::test]
async fn a_choice_that_is_not_understood_changes_nothing() {
    let bench = Bench::start();
    for (body, said) in [
        (
            r#"{"profile":"brave"}"#,
            "there is no profile `brave`; accepted are default, sensitive, cautious",
        ),
        (r#"{"profile":1}"#, "the body is not accepted: invalid type: integer"),
        (r#"{"name":"sensitive"}"#, "the body is not accepted: unknown field `name`"),
        ("{}", "the body is not accepted: missing field `profile`"),
    ] {
        let (status, problem) = bench.put(PATH, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert!(problem["detail"].as_str().unwrap().starts_with(said), "{problem}");
    }
    assert_eq!(in_use(&bench).await.0, "default");
}

#[tokio::test]
async fn a_choice_that_the_log_did_not_take_is_told_to_count_and_does_and_the_next_one_is_declined()
{
    let bench = Bench::start();
    let (log, away) = (bench.folder.path().join("log.db"), bench.folder.path().join("away.db"));
    fs::rename(&log, &away).unwrap();
    let (status, problem) = bench.put(PATH, SENSITIVE).await;
    let not_recorded = (StatusCode::SERVICE_UNAVAILABLE, &json!("not-recorded"));
    assert_eq!((status, &problem["type"]), not_recorded, "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("it was carried out and counts, but is not recorded: "), "{detail}");
    let (status, problem) = bench.put(PATH, r#"{"profile":"cautious"}"#).await;
    let failed = (StatusCode::SERVICE_UNAVAILABLE, &json!("log-failed"));
    assert_eq!((status, &problem["type"]), failed, "{problem}");

    bench.until_told("the failure", |status| status["log_failure"].is_string()).await;
    assert_eq!(in_use(&bench).await.0, "sensitive");
    fs::rename(&away, &log).unwrap();
    bench.until_told("that the log works", |status| status["log_failure"].is_null()).await;
    assert_eq!(in_use(&bench).await.0, "sensitive");
    let (status, problem) = bench.post("/api/v1/session", START).await;
    assert_eq!((status, &problem["rule"]), (StatusCode::CONFLICT, &json!("HL-H1")), "{problem}");
    let bench = Bench::start_in(bench.shut_down().await, None);
    assert_eq!(in_use(&bench).await.0, "sensitive", "it is recorded once the log works");
}

#[tokio::test]
async fn hl_s8_what_was_chosen_outlives_the_process_and_the_loss_of_the_file_that_keeps_it() {
    let bench = Bench::start();
    bench.put(PATH, SENSITIVE).await;
    let bench = Bench::start_in(bench.shut_down().await, None);
    assert_eq!(in_use(&bench).await.0, "sensitive");
    let folder = bench.shut_down().await;
    fs::remove_file(folder.path().join("log.db.keep")).unwrap();
    let bench = Bench::start_in(folder, None);
    let (_, status) = bench.get("/api/v1/status").await;
    assert_eq!(status["fault"]["rule"], "HL-S8");
    assert_eq!(in_use(&bench).await.0, "sensitive");
}
