//! By which profile a person is treated: what there is, and a person's choice.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use soothe_therapy::{Order, Profile};
use soothe_wire::{Problem, ProfileList, ProfileRequest};

use super::Api;
use super::control::carry_out;
use super::extract::JsonBody;
use super::problem::ApiError;

/// Every profile with whom it is for and what it takes, and which one counts.
#[utoipa::path(
    get, path = "/api/v1/profile", tag = "state",
    responses(
        (status = 200, description = "Every profile, and which one counts", body = ProfileList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<ProfileList> {
    Json(api.outlet.newest().profile().into())
}

/// A person chooses a profile for the sessions to come. Gives the list after it.
#[utoipa::path(
    put, path = "/api/v1/profile", tag = "orders",
    request_body = ProfileRequest,
    responses(
        (status = 200, description = "The choice is in the log", body = ProfileList),
        (status = 400, description = "Malformed JSON, an unknown field, or an unknown profile",
         body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A session runs, or the device's configuration fixes a profile",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn choose(
    State(api): State<Arc<Api>>,
    JsonBody(request): JsonBody<ProfileRequest>,
) -> Result<Json<ProfileList>, ApiError> {
    let profile = Profile::from_name(&request.profile);
    let profile = profile.ok_or_else(|| no_such_profile(&request.profile))?;
    // Each would wait in memory for a disk that takes nothing, as often as someone asks.
    if let Some(why) = api.journal.health().failure() {
        return Err(ApiError::log_failed(&why));
    }
    let after = carry_out(&api, Order::UseProfile(profile)).await?;
    Ok(Json(after.profile().into()))
}

fn no_such_profile(name: &str) -> ApiError {
    let known = Profile::ALL.map(Profile::name).join(", ");
    ApiError::invalid(format!("there is no profile `{name}`; accepted are {known}"))
}
