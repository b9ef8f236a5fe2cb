//! The description of the API, made from the handlers, with what only the core knows filled in.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::response::Response;
use serde_json::{Value, json};
use soothe_therapy::checklist::Condition;
use soothe_therapy::{FaultKind, Site, limits};
use soothe_wire::{Hello, Problem};
use utoipa::OpenApi;

use super::{checklist, control, events, health, sessions, status, tunings};

/// What the handlers say of themselves.
#[derive(OpenApi)]
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
        control::present,
        control::forget_loss,
        checklist::show,
        checklist::answer,
        sessions::list,
        sessions::show,
        sessions::samples,
        sessions::recording,
        tunings::tune,
        tunings::list,
        tunings::choose,
        tunings::forget,
        serve,
        health::healthz
    ),
    components(schemas(Hello))
)]
struct Handlers;

/// The whole description.
///
/// # Panics
/// When the parts that are filled in are not where they were.
#[must_use]
pub fn description() -> Value {
    let mut whole = serde_json::to_value(Handlers::openapi()).expect("a description is JSON");
    let sites: Vec<&str> = Site::ALL.iter().map(|site| site.name()).collect();

    let start = at(&mut whole, "/components/schemas/StartRequest");
    at(start, "/properties/site")["enum"] = json!(sites);
    // HL-H7: the longer phase only up to the gentle target.
    start["anyOf"] = json!([
        {"properties": {"target_c": {"maximum": limits::GENTLE_TARGET.get()}}},
        {"properties": {"duration_s": {"maximum": limits::HEAT_PHASE_MAX.as_ms() / 1000}}},
    ]);

    at(&mut whole, "/components/schemas/TuneRequest/properties/site")["enum"] = json!(sites);

    let clear = at(&mut whole, "/components/schemas/ClearRequest/properties/fault");
    clear["enum"] =
        FaultKind::ALL.iter().map(|kind| json!(kind.name())).chain([json!(null)]).collect();
    // Whoever clears may say nothing at all.
    at(&mut whole, "/paths/~1api~1v1~1clear/post/requestBody")["required"] = json!(false);

    let answers = at(&mut whole, "/components/schemas/ChecklistAnswers/properties/yes/items");
    answers["enum"] = Condition::ALL.iter().map(|condition| json!(condition.name())).collect();

    let list = at(&mut whole, "/paths/~1api~1v1~1sessions/get/parameters");
    let site = list.as_array_mut().and_then(|all| all.iter_mut().find(|one| one["name"] == "site"));
    site.expect("sessions can be asked for by site")["schema"] =
        json!({"type": "string", "enum": sites});
    whole
}

fn at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Value {
    value.pointer_mut(pointer).unwrap_or_else(|| panic!("the description has no {pointer}"))
}

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
    let make = || Bytes::from(description().to_string());
    status::json(DESCRIPTION.get_or_init(make).clone())
}
