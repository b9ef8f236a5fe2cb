//! The check-list of who must not use heat (HL-S7): what it asks, and a person's answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use soothe_therapy::Order;
use soothe_therapy::checklist::{Answers, Condition};
use soothe_wire::{Checklist, ChecklistAnswers, Problem, convert};

use super::Api;
use super::control::carry_out;
use super::extract::JsonBody;
use super::problem::ApiError;
use crate::publish::Published;

/// What is asked, and how it stands.
#[utoipa::path(
    get, path = "/api/v1/checklist", tag = "state",
    responses(
        (status = 200, description = "Every condition, and those that were answered with yes",
         body = Checklist),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<Checklist> {
    Json(shown(&api.outlet.newest()))
}

fn shown(published: &Published) -> Checklist {
    Checklist { status: published.checklist(), conditions: convert::conditions() }
}

/// A person answers it, all conditions at once. Gives how it stands after it.
#[utoipa::path(
    put, path = "/api/v1/checklist", tag = "orders",
    request_body = ChecklistAnswers,
    responses(
        (status = 200, description = "The answers are in the log", body = Checklist),
        (status = 400, description = "Malformed JSON, an unknown field, or an unknown condition",
         body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn answer(
    State(api): State<Arc<Api>>,
    JsonBody(request): JsonBody<ChecklistAnswers>,
) -> Result<Json<Checklist>, ApiError> {
    let answers = answers(&request)?;
    // Each would wait in memory for a disk that takes nothing, as often as someone asks.
    if let Some(why) = api.journal.health().failure() {
        return Err(ApiError::log_failed(&why));
    }
    let after = carry_out(&api, Order::Answer(answers)).await?;
    Ok(Json(shown(&after)))
}

fn answers(request: &ChecklistAnswers) -> Result<Answers, ApiError> {
    request.yes.iter().try_fold(Answers::NONE, |answers, name| {
        let condition = Condition::from_name(name).ok_or_else(|| no_such_condition(name))?;
        Ok(answers.and(condition))
    })
}

fn no_such_condition(name: &str) -> ApiError {
    let known: Vec<&str> = Condition::ALL.iter().map(|condition| condition.name()).collect();
    let known = known.join(", ");
    ApiError::invalid(format!("there is no condition `{name}`; accepted are {known}"))
}
