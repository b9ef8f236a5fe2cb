//! What a person does to a running session with one hand: the TENS level, a pause, going on.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use soothe_therapy::Order;
use soothe_wire::{LevelRequest, Problem, Status};

use super::Api;
use super::control::{Arrival, carry_out, carry_out_of};
use super::extract::JsonBody;
use super::problem::ApiError;

/// A person sets the TENS level: down by any, and with `raise` up by 1 mA (HL-T9). Sent twice it changes nothing
/// more. Gives the state after it.
#[utoipa::path(
    put, path = "/api/v1/level", tag = "orders",
    request_body = LevelRequest,
    responses(
        (status = 200, description = "It is so", body = Status),
        (status = 400, description = "Malformed JSON, an unknown or a missing field, or no level", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No TENS is on, the level is at its cap, or the step up is too large or too soon", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn level(
    State(api): State<Arc<Api>>,
    arrival: Arrival,
    JsonBody(LevelRequest { level_ma: to_ma, raise }): JsonBody<LevelRequest>,
) -> Result<Response, ApiError> {
    let order = if raise { Order::Level { to_ma } } else { Order::Lower { to_ma } };
    let after = carry_out_of(&api, order, None, arrival).await?;
    Ok(super::status::json(after.json()))
}

/// A client that could lower the TENS level is there: to be sent every ten seconds while one is above zero, which
/// goes to zero after half a minute without (HL-S3). Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/heartbeat", tag = "orders",
    responses(
        (status = 200, description = "It was heard", body = Status),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn heartbeat(State(api): State<Arc<Api>>) -> Result<Response, ApiError> {
    let after = carry_out(&api, Order::Heartbeat).await?;
    Ok(super::status::json(after.json()))
}

/// A person pauses the session: everything is off at once, and only a person goes on (HL-S11). Gives the state
/// after it.
#[utoipa::path(
    post, path = "/api/v1/pause", tag = "orders",
    responses(
        (status = 200, description = "Everything is off", body = Status),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nothing runs that can be paused now", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn pause(State(api): State<Arc<Api>>) -> Result<Response, ApiError> {
    let after = carry_out(&api, Order::Pause).await?;
    Ok(super::status::json(after.json()))
}

/// A person goes on with a paused session: everything is looked at again, heat begins anew, TENS at zero. Gives the
/// state after it.
#[utoipa::path(
    post, path = "/api/v1/resume", tag = "orders",
    responses(
        (status = 200, description = "It goes on", body = Status),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nothing is paused, or something is not as it must be", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(
    State(api): State<Arc<Api>>,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let after = carry_out_of(&api, Order::Resume, None, arrival).await?;
    Ok(super::status::json(after.json()))
}

#[cfg(test)]
#[path = "hand_tests.rs"]
mod tests;
