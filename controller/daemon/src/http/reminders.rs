//! Reminders to move, to stretch and to massage. None of these requests goes anywhere near an output.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use soothe_therapy::Site;
use soothe_therapy::exercise::Exercise;
use soothe_wire::reminder::{Day, Doing};
use soothe_wire::{NewReminder, Problem, Reminder, ReminderEntry, ReminderList};

use super::Api;
use super::extract::{JsonBody, ReminderNumber};
use super::problem::ApiError;
use crate::remind::{NotChanged, WallTime};

impl Api {
    /// Now, by the clock on the wall where this machine is.
    fn wall(&self) -> WallTime {
        WallTime::here(self.clock.wall_unix_ms())
    }
}

/// All reminders, and those that are due.
#[utoipa::path(
    get, path = "/api/v1/reminders", tag = "state",
    responses(
        (status = 200, description = "All of them", body = ReminderList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<ReminderList> {
    Json(api.reminders.list())
}

/// Be reminded from now on. The answer comes when it is on disk.
#[utoipa::path(
    post, path = "/api/v1/reminders", tag = "orders",
    request_body = NewReminder,
    responses(
        (status = 201, description = "It is kept", body = ReminderEntry),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There are as many as can be kept", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown kind, exercise, site or day, an exercise of another kind or for \
          another site, or times that are none", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    JsonBody(asked): JsonBody<NewReminder>,
) -> Result<(StatusCode, Json<ReminderEntry>), ApiError> {
    let reminder =
        Reminder::try_from(&asked).map_err(|error| ApiError::limit(error.to_string()))?;
    let added = api.reminders.add(reminder, api.wall()).await;
    added.map(|entry| (StatusCode::CREATED, Json(entry))).map_err(|error| not_changed(error, None))
}

/// Be reminded of it no more. Gives the list after it.
#[utoipa::path(
    delete, path = "/api/v1/reminders/{id}", tag = "orders",
    params(("id" = i64, Path, description = "The number of the reminder", minimum = 1)),
    responses(
        (status = 200, description = "It is gone", body = ReminderList),
        (status = 400, description = "Not a number", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no reminder with that number", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    ReminderNumber(id): ReminderNumber,
) -> Result<Json<ReminderList>, ApiError> {
    answer(api.reminders.remove(id).await, id)
}

/// It is done: it is not due any more. One that is not due stays as it is. Gives the list after it.
#[utoipa::path(
    post, path = "/api/v1/reminders/{id}/done", tag = "orders",
    params(("id" = i64, Path, description = "The number of the reminder", minimum = 1)),
    responses(
        (status = 200, description = "It is not due", body = ReminderList),
        (status = 400, description = "Not a number", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no reminder with that number", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn done(
    State(api): State<Arc<Api>>,
    ReminderNumber(id): ReminderNumber,
) -> Result<Json<ReminderList>, ApiError> {
    answer(api.reminders.done(id), id)
}

/// Not now: it is announced once more in ten minutes. One that is not due stays as it is. Gives the list after it.
#[utoipa::path(
    post, path = "/api/v1/reminders/{id}/later", tag = "orders",
    params(("id" = i64, Path, description = "The number of the reminder", minimum = 1)),
    responses(
        (status = 200, description = "It is not due", body = ReminderList),
        (status = 400, description = "Not a number", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no reminder with that number", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn later(
    State(api): State<Arc<Api>>,
    ReminderNumber(id): ReminderNumber,
) -> Result<Json<ReminderList>, ApiError> {
    answer(api.reminders.later(id, api.wall()), id)
}

fn answer(list: Result<ReminderList, NotChanged>, id: i64) -> Result<Json<ReminderList>, ApiError> {
    list.map(Json).map_err(|error| not_changed(error, Some(id)))
}

fn not_changed(error: NotChanged, id: Option<i64>) -> ApiError {
    match error {
        NotChanged::TooMany => {
            let most = Reminder::MOST;
            ApiError::conflict("too-many", format!("{most} reminders are kept; remove one first"))
        }
        NotChanged::Unknown => {
            let id = id.unwrap_or_default();
            ApiError::not_found(format!("there is no reminder {id}; /api/v1/reminders lists them"))
        }
        NotChanged::Unwritten(why) => ApiError::unavailable("log-failed", &*why),
    }
}

/// What the derived description of a request does not know: the closed lists, and which parts belong together.
pub(super) fn describe(schema: &mut Value) {
    let or_null = |names: Vec<&str>| -> Value {
        names.into_iter().map(|name| json!(name)).chain([Value::Null]).collect()
    };
    let time = |kind: Value| json!({"type": kind, "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "minLength": 5, "maxLength": 5});
    schema["properties"]["kind"]["enum"] = json!(Doing::KINDS);
    schema["properties"]["at"]["items"] = time(json!("string"));
    for bound in ["from", "until"] {
        schema["properties"][bound] = time(json!(["string", "null"]));
    }
    schema["properties"]["days"]["items"]["enum"] = json!(Day::ALL.map(Day::name));
    schema["properties"]["exercise"]["enum"] =
        or_null(Exercise::ALL.iter().map(|it| it.name()).collect());
    schema["properties"]["site"]["enum"] = or_null(Site::ALL.iter().map(|it| it.name()).collect());
    let every = ["every_min", "from", "until"];
    let no_every = every.map(|key| (key.to_owned(), json!({"type": "null"})));
    let mut at: Value = serde_json::Map::from_iter(no_every).into();
    at["at"] = json!({"type": "array"});
    schema["oneOf"] = json!([
        {"required": ["at"], "properties": at},
        {
            "required": every,
            "properties": {
                "at": {"type": "null"},
                "every_min": {"type": "number"},
                "from": {"type": "string"},
                "until": {"type": "string"},
            },
        },
    ]);
    let none = json!({"properties": {"exercise": {"type": "null"}}});
    let named = Exercise::ALL.iter().map(|it| {
        let sites = or_null(it.sites().iter().map(|site| site.name()).collect());
        json!({
            "required": ["exercise"],
            "properties": {
                "kind": {"const": it.kind().name()},
                "exercise": {"const": it.name()},
                "site": {"enum": sites},
            },
        })
    });
    schema["anyOf"] = [none].into_iter().chain(named).collect();
}

#[cfg(test)]
#[path = "reminder_tests.rs"]
mod tests;
