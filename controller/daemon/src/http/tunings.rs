//! Tuning: heating the pad once to find out about it, and what was found.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use soothe_therapy::{Order, Plan, SessionId, Site, Tuning, limits};
use soothe_wire::{Problem, Started, TuneRequest, TuningChoice, TuningList};

use super::Api;
use super::control::{Arrival, Start, carry_out, created, start_session};
use super::extract::{JsonBody, SessionNumber};
use super::problem::ApiError;
use crate::journal::Forgotten;
use crate::words::Says;

/// Characters of a pad's name at most.
const NAME_MAX: usize = 60;

/// Heat the pad once and watch it, to find out about it. It is a session like any other, with the same rules;
/// what it finds is used from then on.
#[utoipa::path(
    post, path = "/api/v1/tune", tag = "orders",
    request_body = TuneRequest,
    responses(
        (status = 201, description = "It runs", body = Started,
         headers(("location" = String, description = "The session's place in the log"))),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Refused by the state of the device", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "Beyond a limit (HL-H1), an unknown site, or no name for a pad",
         body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn tune(
    State(api): State<Arc<Api>>,
    arrival: Arrival,
    JsonBody(request): JsonBody<TuneRequest>,
) -> Result<Response, ApiError> {
    let TuneRequest { target_c, site, name } = request;
    let site = site
        .parse::<Site>()
        .map_err(|unknown| ApiError::limit(format!("site `{site}`: {unknown}")))?;
    let target_c = target_c.unwrap_or(limits::TUNING_TARGET_DEFAULT.get());
    let plan = Plan::tuning(target_c, site)?;
    let name = name.map(pad_name).transpose()?;
    let start = Start { plan, says: Says::new(), pad_name: name };
    created(start_session(api, start, arrival).await?)
}

fn pad_name(name: String) -> Result<String, ApiError> {
    let trimmed = name.trim();
    let fits = !trimmed.is_empty() && name.chars().count() <= NAME_MAX;
    if fits && !name.contains(char::is_control) {
        return Ok(trimmed.to_owned());
    }
    Err(ApiError::limit(format!(
        "a pad's name has 1 to {NAME_MAX} characters on one line; {:?} is not accepted",
        trimmed.chars().take(NAME_MAX).collect::<String>()
    )))
}

/// What tunings found, newest first.
#[utoipa::path(
    get, path = "/api/v1/tunings", tag = "log",
    responses(
        (status = 200, description = "All that is kept, with the one in use", body = TuningList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<TuningList>, ApiError> {
    api.reader.tunings().await.map(Json).map_err(unreadable)
}

/// Have a tuning used from the next session on, or none. Gives the list after it.
#[utoipa::path(
    put, path = "/api/v1/tunings", tag = "orders",
    request_body = TuningChoice,
    responses(
        (status = 200, description = "It is in use", body = TuningList),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no tuning with that number", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read or written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn choose(
    State(api): State<Arc<Api>>,
    JsonBody(TuningChoice { in_use }): JsonBody<TuningChoice>,
) -> Result<Json<TuningList>, ApiError> {
    // Each would wait in memory for a disk that takes nothing, as often as someone asks.
    if let Some(why) = api.journal.health().failure() {
        return Err(ApiError::log_failed(&why));
    }
    let _one_at_a_time = api.tunings.lock().await;
    let tuning = match in_use {
        None => None,
        Some(id) => {
            let pad = api.reader.tuned_pad(id).await.map_err(unreadable)?;
            let pad = pad.ok_or_else(|| no_tuning(id))?;
            Some(Tuning { of: SessionId(id), pad })
        }
    };
    carry_out(&api, Order::UsePad(tuning)).await?;
    list(State(Arc::clone(&api))).await
}

/// Forget a tuning that is not in use. Gives the list after it.
#[utoipa::path(
    delete, path = "/api/v1/tunings/{id}", tag = "orders",
    params(("id" = i64, Path, description = "The number of the session that found it", minimum = 1)),
    responses(
        (status = 200, description = "It is gone", body = TuningList),
        (status = 400, description = "Not a number", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no tuning with that number", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "It is in use: choose another, or none, first", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read or written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn forget(
    State(api): State<Arc<Api>>,
    SessionNumber(id): SessionNumber,
) -> Result<Json<TuningList>, ApiError> {
    let _one_at_a_time = api.tunings.lock().await;
    match api.journal.forget_tuning(id).await.map_err(|why| ApiError::log_failed(&why))? {
        Forgotten::Gone => list(State(Arc::clone(&api))).await,
        Forgotten::InUse => Err(ApiError::conflict(
            "in-use",
            format!("tuning {id} is in use; choose another, or none, before it is forgotten"),
        )),
        Forgotten::Unknown => Err(no_tuning(id)),
    }
}

fn no_tuning(id: i64) -> ApiError {
    ApiError::not_found(format!("there is no tuning {id}; /api/v1/tunings lists them"))
}

fn unreadable(why: String) -> ApiError {
    ApiError::unavailable("log-failed", why)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use serde_json::{Value, json};

    use crate::testing::{Bench, read};

    async fn send(bench: &Bench, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        read(bench.send(request.body(Body::from(body.to_owned())).unwrap()).await).await
    }

    #[tokio::test]
    async fn what_no_tuning_can_be_asked_for_with_is_refused() {
        let bench = Bench::start();
        for (body, detail) in [
            (json!({"site": "head"}), "site `head`: unknown site"),
            (json!({"site": "left-calf", "target_c": 42.5}), "target 42.5 °C is not accepted"),
            (json!({"site": "left-calf", "name": "  "}), "a pad's name has 1 to 60 characters"),
            (json!({"site": "left-calf", "name": "a\nb"}), "a pad's name has 1 to 60 characters"),
            (json!({"site": "left-calf", "name": "x".repeat(61)}), "a pad's name has 1 to 60"),
        ] {
            let (status, answer) = bench.post("/api/v1/tune", &body.to_string()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert!(answer["detail"].as_str().unwrap().starts_with(detail), "{answer}");
        }
        let (status, _) = bench.post("/api/v1/tune", r#"{"name":"blue"}"#).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "a site is needed");
        assert!(!bench.world.is_on());
    }

    #[tokio::test]
    async fn a_tuning_is_told_as_one_and_when_it_is_stopped_nothing_is_kept() {
        let bench = Bench::start();
        let (status, started) = bench.post("/api/v1/tune", r#"{"site":"left-calf"}"#).await;
        assert_eq!((status, &started["id"]), (StatusCode::CREATED, &json!(1)));
        bench.until_told("a tuning", |it| it["session"]["protocol"] == "tune").await;
        let (_, status) = bench.get("/api/v1/status").await;
        assert_eq!(status["session"]["target_c"], 41.0);
        let (status, _) = bench.post("/api/v1/tune", r#"{"site":"left-calf"}"#).await;
        assert_eq!(status, StatusCode::CONFLICT, "one session at a time");
        bench.post("/api/v1/stop", "").await;
        bench.until_told("its end", |it| it["last"]["outcome"] == "stopped").await;
        let (_, session) = bench.get("/api/v1/sessions/1").await;
        assert_eq!(session["protocol"], "tune");
        let kinds: Vec<&Value> =
            session["events"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
        assert_eq!(kinds, ["started", "not-tuned", "ended"]);
        assert_eq!(bench.get("/api/v1/tunings").await.1, json!({"tunings": []}));
    }

    #[tokio::test]
    async fn a_tuning_is_refused_by_what_refuses_any_start() {
        let bench = Bench::start();
        *bench.world.room_c.lock().unwrap() = 8.0;
        bench.until_told("a cold room", |it| it["ambient"]["reading_c"] == 8.0).await;
        let (status, answer) = bench.post("/api/v1/tune", r#"{"site":"left-calf"}"#).await;
        assert_eq!((status, &answer["rule"]), (StatusCode::CONFLICT, &json!("HL-H22")));
        bench.world.estop_open.store(true, std::sync::atomic::Ordering::SeqCst);
        bench.until_told("the fault", |it| it["fault"]["kind"] == "e-stop").await;
        let (status, answer) = bench.post("/api/v1/tune", r#"{"site":"left-calf"}"#).await;
        assert_eq!((status, &answer["fault"]), (StatusCode::CONFLICT, &json!("e-stop")));
    }

    #[tokio::test]
    async fn what_is_being_chosen_is_not_forgotten() {
        let bench = Bench::start();
        let log = rusqlite::Connection::open(bench.folder.path().join("log.db")).unwrap();
        log.execute_batch(
            "INSERT INTO sessions (id, protocol, site, target_c, duration_ms, started_unix_ms,
             simulated, version) VALUES (1, 'tune', 'left-calf', 41, 900000, 7, 1, '0.1.0');",
        )
        .unwrap();
        for _ in 0..20 {
            log.execute_batch(
                "INSERT OR IGNORE INTO tunings (session_id, found_unix_ms, power_w, mass, loss,
                 rms_k, power_sd_w, mass_sd, loss_sd, in_use)
                 VALUES (1, 9, 33.0, 1.2, 0.9, 0.04, 0.5, 0.01, 0.02, 0)",
            )
            .unwrap();
            let choose = send(&bench, "PUT", "/api/v1/tunings", r#"{"in_use":1}"#);
            let forget = send(&bench, "DELETE", "/api/v1/tunings/1", "");
            let ((chosen, _), (forgotten, _)) = tokio::join!(choose, forget);
            let (_, list) = bench.get("/api/v1/tunings").await;
            match chosen {
                StatusCode::OK => {
                    assert_eq!(forgotten, StatusCode::CONFLICT);
                    assert_eq!(list["tunings"][0]["in_use"], true);
                }
                _ => {
                    assert_eq!((chosen, forgotten), (StatusCode::NOT_FOUND, StatusCode::OK));
                    assert_eq!(list, json!({"tunings": []}));
                }
            }
            send(&bench, "PUT", "/api/v1/tunings", r#"{"in_use":null}"#).await;
        }
    }

    #[tokio::test]
    async fn what_is_not_there_can_be_neither_used_nor_forgotten() {
        let bench = Bench::start();
        let (status, answer) = send(&bench, "PUT", "/api/v1/tunings", r#"{"in_use":7}"#).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(answer["detail"], "there is no tuning 7; /api/v1/tunings lists them");
        let (status, _) = send(&bench, "DELETE", "/api/v1/tunings/7", "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, answer) = send(&bench, "PUT", "/api/v1/tunings", "{}").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "nothing is chosen by saying nothing");
        assert!(answer["detail"].as_str().unwrap().contains("missing field `in_use`"), "{answer}");
        let (status, answer) = send(&bench, "PUT", "/api/v1/tunings", r#"{"in_use":null}"#).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({"tunings": []})));
    }
}
