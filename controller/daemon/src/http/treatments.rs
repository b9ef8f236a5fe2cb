//! What was done for the knots besides the sessions of this device.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use soothe_therapy::pain::Treatment;
use soothe_wire::{NewTreatment, Problem, TreatmentEntry, TreatmentList};

use super::Api;
use super::extract::{JsonBody, Query};
use super::pain::{known, note_of, pain, site_of};
use super::problem::ApiError;
use super::sessions::{ListQuery, unreadable};
use crate::journal::Treated;

/// What was done, newest first.
#[utoipa::path(
    get, path = "/api/v1/treatments", tag = "log", params(ListQuery),
    responses(
        (status = 200, description = "One page of it", body = TreatmentList),
        (status = 400, description = "A query that is not understood", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown site", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<TreatmentList>, ApiError> {
    api.reader.treatments(query.page()?).await.map(Json).map_err(unreadable)
}

/// Write down what was done. The answer comes when it is on disk.
#[utoipa::path(
    post, path = "/api/v1/treatments", tag = "orders",
    request_body = NewTreatment,
    responses(
        (status = 201, description = "It is in the log", body = TreatmentEntry),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown site or kind, pain that is not on the scale, or a note that is \
          none", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn note(
    State(api): State<Arc<Api>>,
    JsonBody(request): JsonBody<NewTreatment>,
) -> Result<(StatusCode, Json<TreatmentEntry>), ApiError> {
    let NewTreatment { kind, site, before, after, note } = request;
    let names = Treatment::ALL.iter().map(|it| it.name());
    let treated = Treated {
        kind: known(&kind, "kind", Treatment::from_name, names)?,
        site: site_of(&site)?,
        before: before.map(pain).transpose()?,
        after: after.map(pain).transpose()?,
        note: note.map(note_of).transpose()?,
    };
    let entry = api.journal.treat(treated).await.map_err(|why| ApiError::log_failed(&why))?;
    Ok((StatusCode::CREATED, Json(entry)))
}
