//! The description of the API, made from the handlers, with what only the core knows filled in.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::response::Response;
use serde_json::{Value, json};
use soothe_therapy::checklist::Condition;
use soothe_therapy::pain::care::Settled;
use soothe_therapy::pain::red_flags::RedFlag;
use soothe_therapy::pain::{Cause, Treatment, When};
use soothe_therapy::{FaultKind, Plan, Profile, Site, limits};
use soothe_wire::{Hello, Problem, protocol};
use utoipa::OpenApi;

use super::{
    body, checklist, control, events, hand, health, pain, profile, protocols, red_flags, reminders,
    sessions, status, treatments, tunings,
};

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
        body::sites,
        body::exercises,
        events::events,
        control::start,
        control::stop,
        control::clear,
        control::present,
        control::forget_loss,
        protocols::list,
        protocols::confirm,
        protocols::numb,
        hand::level,
        hand::heartbeat,
        hand::pause,
        hand::resume,
        checklist::show,
        checklist::answer,
        profile::show,
        profile::choose,
        pain::list,
        pain::note,
        pain::settle,
        treatments::list,
        treatments::note,
        red_flags::show,
        red_flags::answer,
        reminders::list,
        reminders::add,
        reminders::remove,
        reminders::done,
        reminders::later,
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
    start["oneOf"] = starts();
    // No schema tells what is a protocol's text: docs/protocols.md does.
    start["properties"].as_object_mut().expect("properties").remove("text");

    at(&mut whole, "/components/schemas/TuneRequest/properties/site")["enum"] = json!(sites);

    let clear = at(&mut whole, "/components/schemas/ClearRequest/properties/fault");
    clear["enum"] =
        FaultKind::ALL.iter().map(|kind| json!(kind.name())).chain([json!(null)]).collect();
    // Whoever clears may say nothing at all.
    at(&mut whole, "/paths/~1api~1v1~1clear/post/requestBody")["required"] = json!(false);

    let answers = at(&mut whole, "/components/schemas/ChecklistAnswers/properties/yes/items");
    answers["enum"] = Condition::ALL.iter().map(|condition| json!(condition.name())).collect();

    at(&mut whole, "/components/schemas/ProfileRequest/properties/profile")["enum"] =
        json!(Profile::ALL.map(Profile::name));

    for list in ["sessions", "pain", "treatments"] {
        let list = at(&mut whole, &format!("/paths/~1api~1v1~1{list}/get/parameters"));
        let all = list.as_array_mut();
        let site = all.and_then(|all| all.iter_mut().find(|one| one["name"] == "site"));
        site.expect("it can be asked for by site")["schema"] =
            json!({"type": "string", "enum": sites});
    }
    add_diary(&mut whole, &sites);
    reminders::describe(at(&mut whole, "/components/schemas/NewReminder"));
    whole
}

/// What a start may be: one heat phase, or a protocol that is built in.
fn starts() -> Value {
    let names: Vec<String> =
        protocol::builtin().map(|file| file.protocol.name().to_string()).collect();
    let without = |keys: &[&str]| {
        let each = keys.iter().map(|key| json!({"required": [key]}));
        json!({"anyOf": each.collect::<Vec<_>>()})
    };
    json!([
        {
            "properties": {
                "protocol": {"const": Plan::HEAT},
                "target_c": {"type": "number"},
                "duration_s": {"type": "number"},
            },
            "required": ["target_c", "duration_s"],
            // HL-H7: the longer phase only up to the gentle target.
            "anyOf": [
                {"properties": {"target_c": {"maximum": limits::GENTLE_TARGET.get()}}},
                {"properties": {"duration_s": {"maximum": limits::HEAT_PHASE_MAX.as_ms() / 1000}}},
            ],
        },
        {
            "properties": {"protocol": {"enum": names}},
            "not": without(&["target_c", "duration_s"]),
        },
    ])
}

/// The names that entries of the diary choose from.
fn add_diary(whole: &mut Value, sites: &[&str]) {
    let causes = Cause::ALL.iter().map(|it| json!(it.name())).chain([json!(null)]).collect();
    let names = [
        ("NewPain/properties/site", json!(sites)),
        ("NewPain/properties/kind", When::ALL.iter().map(|it| json!(it.name())).collect()),
        ("NewPain/properties/cause", causes),
        ("Settlement/properties/site", json!(sites)),
        ("Settlement/properties/how", Settled::ALL.iter().map(|it| json!(it.name())).collect()),
        ("NewTreatment/properties/site", json!(sites)),
        (
            "NewTreatment/properties/kind",
            Treatment::ALL.iter().map(|it| json!(it.name())).collect(),
        ),
        (
            "RedFlagAnswers/properties/yes/items",
            RedFlag::ALL.iter().map(|it| json!(it.name())).collect(),
        ),
    ];
    for (place, names) in names {
        at(whole, &format!("/components/schemas/{place}"))["enum"] = names;
    }
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
