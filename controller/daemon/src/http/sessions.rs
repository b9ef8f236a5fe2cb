//! The session log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use soothe_therapy::Site;
use soothe_wire::{Problem, Sample, SessionDetail, SessionList};

use super::Api;
use super::extract::{Query, SessionNumber};
use super::problem::ApiError;
use crate::journal::Page;

/// Sessions of one page when the query does not say.
const LIMIT_DEFAULT: u32 = 50;
/// Sessions of one page at most.
const LIMIT_MAX: u32 = 500;

/// Sessions that may be left out at most: four a day for seven centuries.
const OFFSET_MAX: u32 = 1_000_000;

/// Which sessions are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// At most this many; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// After leaving out this many of the newest.
    #[param(minimum = 0, maximum = 1_000_000)]
    offset: Option<u32>,
    /// Only those of this body site.
    site: Option<String>,
}

impl ListQuery {
    fn page(self) -> Result<Page, ApiError> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            let detail = format!("limit {limit} is not accepted: give 1 to {LIMIT_MAX}");
            return Err(ApiError::invalid(detail));
        }
        let offset = self.offset.unwrap_or(0);
        if offset > OFFSET_MAX {
            let detail = format!("offset {offset} is not accepted: give 0 to {OFFSET_MAX}");
            return Err(ApiError::invalid(detail));
        }
        let site = self.site.map(|name| {
            name.parse::<Site>()
                .map_err(|unknown| ApiError::limit(format!("site `{name}`: {unknown}")))
        });
        Ok(Page { limit, offset, site: site.transpose()? })
    }
}

fn unreadable(why: String) -> ApiError {
    ApiError::unavailable("log-failed", why)
}

fn no_session(id: i64) -> ApiError {
    ApiError::not_found(format!("there is no session {id}; /api/v1/sessions lists them"))
}

/// Sessions, newest first.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "log", params(ListQuery),
    responses(
        (status = 200, description = "One page of them", body = SessionList),
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
) -> Result<Json<SessionList>, ApiError> {
    api.reader.sessions(query.page()?).await.map(Json).map_err(unreadable)
}

/// One session with what happened in it.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}", tag = "log",
    params(("id" = i64, Path, description = "Its number", minimum = 1)),
    responses(
        (status = 200, description = "The session", body = SessionDetail),
        (status = 400, description = "Not a number of a session", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No such session", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    SessionNumber(id): SessionNumber,
) -> Result<Json<SessionDetail>, ApiError> {
    let found = api.reader.session(id).await.map_err(unreadable)?;
    found.map(Json).ok_or_else(|| no_session(id))
}

/// The curve of one session.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/samples", tag = "log",
    params(("id" = i64, Path, description = "Its number", minimum = 1)),
    responses(
        (status = 200, description = "One sample for each second", body = Vec<Sample>),
        (status = 400, description = "Not a number of a session", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No such session", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn samples(
    State(api): State<Arc<Api>>,
    SessionNumber(id): SessionNumber,
) -> Result<Json<Vec<Sample>>, ApiError> {
    let found = api.reader.samples(id).await.map_err(unreadable)?;
    found.map(Json).ok_or_else(|| no_session(id))
}
