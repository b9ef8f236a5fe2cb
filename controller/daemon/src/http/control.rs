//! What people order: start, stop, clear, and that somebody is there.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Json};
use soothe_rig::Gate;
use soothe_therapy::{FaultKind, Moment, Order, Plan, Rule, SessionId};
use soothe_wire::{ClearRequest, Problem, StartRequest, Started, Status, Stopped};
use tokio::sync::oneshot;

use super::extract::{JsonBody, MaybeJson};
use super::problem::ApiError;
use super::{Api, Door};
use crate::control::{Answer, Declined, Request};
use crate::journal::Beside;
use crate::off::{self, OFF_WITHIN};
use crate::publish::Published;
use crate::stop::Ticket;
use crate::words::Says;

/// A control thread that has not served a STOP by then is not waited for.
const STOP_WITHIN: Duration = Duration::from_millis(500);
/// Nobody waits longer for an answer. A start may have been carried out all the same, when only the log
/// is slow: the client is told to look at the status.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Start a session: one heat phase, or a protocol. The answer comes after the lines were written and the start
/// is in the log.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "orders",
    request_body = StartRequest,
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
        (status = 422, description = "Beyond a limit, an unknown site or protocol, or a protocol that cannot be read",
         body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    arrival: Arrival,
    JsonBody(request): JsonBody<StartRequest>,
) -> Result<Response, ApiError> {
    let (plan, says) = super::protocols::plan(&api, &request).await?;
    created(start_session(api, Start { plan, says, pad_name: None }, arrival).await?)
}

/// The answer to a start that was carried out.
pub(super) fn created(id: SessionId) -> Result<Response, ApiError> {
    let location = HeaderValue::from_str(&format!("/api/v1/sessions/{id}"));
    let mut response = (StatusCode::CREATED, Json(Started { id: id.0 })).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// When a request's head was read, and the newest stop then: its body and the disk may take their time,
/// and a STOP meanwhile comes after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    issued: Moment,
    stops: Ticket,
}

impl FromRequestParts<Arc<Api>> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        Ok(Self { issued: api.clock.now(), stops: api.stop.newest() })
    }
}

/// A session that is to be started.
#[derive(Debug)]
pub(super) struct Start {
    /// What is done.
    pub(super) plan: Plan,
    /// What its protocol says to each phase.
    pub(super) says: Says,
    /// What the person calls the pad, where it is tuned.
    pub(super) pad_name: Option<String>,
}

/// Starts a session.
pub(super) async fn start_session(
    api: Arc<Api>,
    start: Start,
    arrival: Arrival,
) -> Result<SessionId, ApiError> {
    // In a task of its own: a client that goes away leaves nothing half done.
    let task = tokio::spawn(async move { prepare_and_order(&api, start, arrival).await });
    task.await.unwrap_or_else(|_| Err(going_away()))
}

/// Makes the session's row first, so that nothing is energised when the log cannot be written.
async fn prepare_and_order(
    api: &Api,
    Start { plan, says, pad_name }: Start,
    Arrival { issued, stops }: Arrival,
) -> Result<SessionId, ApiError> {
    if api.stop.stands(issued) {
        return Err(ApiError::stopped());
    }
    if let Some(refusal) = api.outlet.certain_refusal() {
        return Err(refusal.into());
    }
    let prepared = api.journal.prepare(plan, pad_name).await;
    let id = prepared.map_err(|why| ApiError::log_failed(&why))?;
    let (answer, answered) = oneshot::channel();
    let order = Order::Start { id, plan };
    let request = Request { issued, stops, order, beside: None, answer };
    let words = api.outlet.words();
    words.keep(id, says);
    if !api.control.submit(request) {
        api.journal.discard(id);
        words.forget(id);
        return Err(too_much());
    }
    let started = answer_of(answered).await;
    let started = started.and_then(|answer| Ok(answer.map_err(Declined::of_start)?));
    match &started {
        Ok(()) => words.runs(id),
        Err(_) => words.forget(id),
    }
    started.map(|()| id)
}

async fn answer_of(answered: oneshot::Receiver<Answer>) -> Result<Answer, ApiError> {
    match tokio::time::timeout(ANSWER_WITHIN, answered).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(going_away()),
        Err(_) => Err(ApiError::unavailable(
            "no-answer",
            "the device has not answered in time; look at its status",
        )),
    }
}

fn going_away() -> ApiError {
    ApiError::unavailable("shutting-down", "the daemon is shutting down")
}

fn too_much() -> ApiError {
    ApiError::unavailable("busy", "too many commands at once; send it again in a second")
}

/// End the session now. Taken from anyone who can reach the API, with any body, always; the answer
/// comes after the lines were written off.
#[utoipa::path(
    post, path = "/api/v1/stop", tag = "orders",
    responses(
        (status = 200, description = "Everything is off", body = Stopped),
        (status = 303, description = "Everything is off; for a form in a page without script",
         headers(("location" = String, description = "The page, saying so"))),
        (status = 503, description = "A line could not be written: pull the plug", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stop(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let pack_on = api.outlet.newest().pack_lies();
    let ticket = api.stop.press(api.clock.now());
    let id = match tokio::time::timeout(STOP_WITHIN, api.stop.served(ticket)).await {
        Ok(id) => id,
        Err(_) => {
            off_without_control(&api).await?;
            None
        }
    };
    if wants_page(&headers) {
        return Ok(Redirect::to("/#stopped").into_response());
    }
    Ok(Json(Stopped { id: id.map(|id| id.0), off: true, pack_on }).into_response())
}

/// Switches off past a control thread that does not answer; its next cycle, should one come, ends
/// the session.
async fn off_without_control(api: &Api) -> Result<(), ApiError> {
    tracing::error!(
        "control thread did not serve a STOP in time; lines are written off without it"
    );
    let (done, is_done) = oneshot::channel();
    off::begin(&api.gate, Gate::off, move |result| drop(done.send(result)));
    match tokio::time::timeout(OFF_WITHIN, is_done).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(ApiError::unavailable(
            "not-off",
            format!("PULL THE PLUG: a line could not be written: {error}"),
        )),
        Ok(Err(_)) | Err(_) => Err(ApiError::unavailable(
            "not-off",
            "PULL THE PLUG: the lines could not be reached in time",
        )),
    }
}

/// A browser without script sends a form and wants to see a page.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Hands over an order that starts nothing and waits until it is carried out and in the log. Gives the
/// state after it.
pub(super) async fn carry_out(api: &Api, order: Order) -> Result<Arc<Published>, ApiError> {
    carry_out_with(api, order, None).await
}

/// The same, with what is said beside a pain.
pub(super) async fn carry_out_with(
    api: &Api,
    order: Order,
    beside: Option<Box<Beside>>,
) -> Result<Arc<Published>, ApiError> {
    let now = Arrival { issued: api.clock.now(), stops: api.stop.newest() };
    carry_out_of(api, order, beside, now).await
}

/// The same of a command that was on its way since `arrival` (HL-S4).
pub(super) async fn carry_out_of(
    api: &Api,
    order: Order,
    beside: Option<Box<Beside>>,
    Arrival { issued, stops }: Arrival,
) -> Result<Arc<Published>, ApiError> {
    let (answer, answered) = oneshot::channel();
    if !api.control.submit(Request { issued, stops, order, beside, answer }) {
        return Err(too_much());
    }
    answer_of(answered).await??;
    Ok(api.outlet.newest())
}

/// A person has looked: clear the latched fault that was shown, when its cause is gone, and acknowledge an
/// interrupted session. Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/clear", tag = "orders",
    request_body = ClearRequest,
    responses(
        (status = 200, description = "Nothing is latched any more", body = Status),
        (status = 400, description = "Malformed JSON, an unknown field, or an unknown fault",
         body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The cause is still there, or another fault is latched",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "A body that is not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn clear(
    State(api): State<Arc<Api>>,
    MaybeJson(request): MaybeJson<ClearRequest>,
) -> Result<Response, ApiError> {
    let name = request.and_then(|request| request.fault);
    let shown = name.map(|name| FaultKind::from_name(&name).ok_or_else(|| no_such_fault(&name)));
    let after = carry_out(&api, Order::Clear { shown: shown.transpose()? }).await?;
    Ok(super::status::json(after.json()))
}

fn no_such_fault(name: &str) -> ApiError {
    let known: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
    let known = known.join(", ");
    ApiError::invalid(format!("there is no fault `{name}`; accepted are {known}"))
}

/// Somebody is there (HL-H11), asked or not. Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/present", tag = "orders",
    responses(
        (status = 200, description = "It was heard; where nothing runs, it changes nothing",
         body = Status),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn present(State(api): State<Arc<Api>>) -> Result<Response, ApiError> {
    let after = carry_out(&api, Order::Present).await?;
    Ok(super::status::json(after.json()))
}

/// A person goes on without the record of doses that was lost (HL-S8): only at the device, and told in
/// the log. Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/forget-loss", tag = "orders",
    responses(
        (status = 200, description = "No loss counts any more", body = Status),
        (status = 403, description = "Over the network, from another site's page, or under a foreign \
          name", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn forget_loss(
    State(api): State<Arc<Api>>,
    door: Option<Extension<Door>>,
) -> Result<Response, ApiError> {
    match door.map(|Extension(door)| door) {
        Some(Door::Local) | None => {}
        Some(Door::Network | Door::Brief) => {
            return Err(ApiError::only_here("a lost record of doses is given up", Rule::S8));
        }
    }
    let after = carry_out(&api, Order::ForgetLoss).await?;
    Ok(super::status::json(after.json()))
}
