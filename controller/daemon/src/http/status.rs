//! What is: the newest snapshot, and what a start accepts.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use soothe_wire::{Limits, Problem, Status};

use super::Api;

/// A body of JSON that was made before.
pub(super) fn json(body: Bytes) -> Response {
    let mut response = body.into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The whole state.
#[utoipa::path(
    get, path = "/api/v1/status", tag = "state",
    responses(
        (status = 200, description = "The newest snapshot", body = Status),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(State(api): State<Arc<Api>>) -> Response {
    json(api.outlet.newest().json())
}

/// What a start accepts.
#[utoipa::path(
    get, path = "/api/v1/limits", tag = "state",
    responses(
        (status = 200, description = "Ranges and body sites", body = Limits),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn limits() -> Response {
    static LIMITS: OnceLock<Bytes> = OnceLock::new();
    let make = || {
        let limits = serde_json::to_vec(&Limits::compiled_in());
        Bytes::from(limits.expect("limits have no maps"))
    };
    json(LIMITS.get_or_init(make).clone())
}
