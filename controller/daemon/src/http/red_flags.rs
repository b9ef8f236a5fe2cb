//! The signs of an emergency (HL-P2): what is asked, and a person's answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use soothe_therapy::Order;
use soothe_therapy::pain::red_flags::{ADVICE, RedFlag, RedFlags};
use soothe_wire::{Problem, RedFlagAnswers, RedFlagList};

use super::Api;
use super::control::carry_out;
use super::extract::JsonBody;
use super::problem::ApiError;

/// The signs that are asked for, and those that are there.
#[utoipa::path(
    get, path = "/api/v1/red-flags", tag = "state",
    responses(
        (status = 200, description = "Every sign, and those that were answered with yes",
         body = RedFlagList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<RedFlagList> {
    Json(RedFlagList::of(api.outlet.newest().care().red_flags))
}

/// A person answers all of them at once. A yes ends what is on and refuses every start; no to all lifts it. Gives
/// how it stands after it.
#[utoipa::path(
    put, path = "/api/v1/red-flags", tag = "orders",
    request_body = RedFlagAnswers,
    responses(
        (status = 200, description = "The answers are in the log", body = RedFlagList),
        (status = 400, description = "Malformed JSON, an unknown field, or an unknown sign",
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
    JsonBody(RedFlagAnswers { yes }): JsonBody<RedFlagAnswers>,
) -> Result<Json<RedFlagList>, ApiError> {
    let signs = yes.iter().try_fold(RedFlags::NONE, |signs, name| {
        let sign = RedFlag::from_name(name).ok_or_else(|| no_such_sign(name))?;
        Ok::<_, ApiError>(signs.and(sign))
    })?;
    // Whatever the disk takes: who has such signs is to hear what to do.
    let advised = |error: ApiError| if signs == RedFlags::NONE { error } else { error.and(ADVICE) };
    // Each would wait in memory for a disk that takes nothing, as often as someone asks.
    if let Some(why) = api.journal.health().failure() {
        return Err(advised(ApiError::log_failed(&why)));
    }
    let after = carry_out(&api, Order::AnswerRedFlags(signs)).await.map_err(advised)?;
    Ok(Json(RedFlagList::of(after.care().red_flags)))
}

fn no_such_sign(name: &str) -> ApiError {
    let known: Vec<&str> = RedFlag::ALL.iter().map(|sign| sign.name()).collect();
    ApiError::invalid(format!("there is no sign `{name}`; accepted are {}", known.join(", ")))
}
