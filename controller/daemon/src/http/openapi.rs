//! The description of the API, made from the handlers.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::response::Response;
use soothe_wire::{Hello, Problem};
use utoipa::OpenApi;

use super::{control, events, health, sessions, status};

/// All routes of the API.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "soothe",
        description = "Heat sessions of a pad beside a person. Errors are `application/problem+json`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        status::status,
        status::limits,
        events::events,
        control::start,
        control::stop,
        control::clear,
        sessions::list,
        sessions::show,
        sessions::samples,
        serve,
        health::healthz
    ),
    components(schemas(Hello))
)]
pub struct Description;

/// This description.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "state",
    responses(
        (status = 200, description = "OpenAPI", content_type = "application/json", body = Object),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn serve() -> Response {
    static DESCRIPTION: OnceLock<Bytes> = OnceLock::new();
    let make = || Bytes::from(serde_json::to_vec(&Description::openapi()).expect("it serialises"));
    status::json(DESCRIPTION.get_or_init(make).clone())
}
