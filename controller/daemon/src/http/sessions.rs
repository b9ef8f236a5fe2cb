//! The session log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
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

/// Which sessions, entries or treatments are wanted.
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
    pub(super) fn page(self) -> Result<Page, ApiError> {
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

/// How much of a curve is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SamplesQuery {
    /// At most this many samples, evenly spread; all when not given.
    #[param(minimum = 2, maximum = 10_000)]
    points: Option<usize>,
}

/// Points of a curve at most.
const POINTS_MAX: usize = 10_000;

impl SamplesQuery {
    fn points(&self) -> Result<usize, ApiError> {
        match self.points {
            None => Ok(usize::MAX),
            Some(points) if (2..=POINTS_MAX).contains(&points) => Ok(points),
            Some(points) => Err(ApiError::invalid(format!(
                "points {points} is not accepted: give 2 to {POINTS_MAX}"
            ))),
        }
    }
}

/// At most `points` of the samples, the same number left out between any two, the last among them.
fn thinned(samples: Vec<Sample>, points: usize) -> Vec<Sample> {
    let every = samples.len().div_ceil(points).max(1);
    let last = samples.len().saturating_sub(1);
    let kept = samples.into_iter().enumerate().filter(|(i, _)| (last - i).is_multiple_of(every));
    kept.map(|(_, sample)| sample).collect()
}

pub(super) fn unreadable(why: String) -> ApiError {
    ApiError::unavailable("log-failed", why)
}

pub(super) fn no_session(id: i64) -> ApiError {
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
    params(("id" = i64, Path, description = "Its number", minimum = 1), SamplesQuery),
    responses(
        (status = 200, description = "One sample for each second, or fewer", body = Vec<Sample>),
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
    Query(query): Query<SamplesQuery>,
) -> Result<Json<Vec<Sample>>, ApiError> {
    let points = query.points()?;
    let found = api.reader.samples(id).await.map_err(unreadable)?;
    found.map(|samples| Json(thinned(samples, points))).ok_or_else(|| no_session(id))
}

/// Everything that went into the core during one session, for `soothe replay`.
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}/recording", tag = "log",
    params(("id" = i64, Path, description = "Its number", minimum = 1)),
    responses(
        (status = 200, description = "The recording, as far as it goes", body = Vec<u8>,
         content_type = "application/octet-stream"),
        (status = 400, description = "Not a number of a session", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 404, description = "No such session, or it was not recorded", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recording(
    State(api): State<Arc<Api>>,
    SessionNumber(id): SessionNumber,
) -> Result<Response, ApiError> {
    let found = api.reader.recording(id).await.map_err(unreadable)?;
    let missing = || format!("there is no recording of a session {id}");
    let bytes = found.ok_or_else(|| ApiError::not_found(missing()))?;
    let name = format!("attachment; filename=\"session-{id}.recording\"");
    let kind = "application/octet-stream".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(length: u32) -> Vec<Sample> {
        let sample = |t| Sample {
            t_s: f64::from(t),
            contact1_c: None,
            contact2_c: None,
            ambient_c: None,
            target_c: Some(40.0),
            duty: 0.0,
            heater_on: false,
            dose_cem43: 0.0,
        };
        (0..length).map(sample).collect()
    }

    #[test]
    fn a_thinned_curve_is_even_short_enough_and_ends_where_it_ends() {
        for (length, points) in [(0, 5), (1, 5), (5, 5), (6, 5), (1800, 240), (1799, 2), (100, 99)]
        {
            let thin = thinned(curve(length), points);
            assert!(thin.len() <= points, "{length} to {points}: {}", thin.len());
            assert_eq!(thin.last().map(|s| s.t_s), length.checked_sub(1).map(f64::from));
            let mut gaps = thin.windows(2).map(|pair| pair[1].t_s - pair[0].t_s);
            let first = gaps.next();
            assert!(gaps.all(|gap| Some(gap) == first), "{length} to {points}");
        }
        assert_eq!(thinned(curve(7), usize::MAX).len(), 7);
    }
}
