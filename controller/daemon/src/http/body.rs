//! The body: its sites, and what a person can do there without a device. Neither changes while the daemon runs.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::response::Response;
use serde::Serialize;
use soothe_wire::{ExerciseList, Problem, SiteList};

use super::status::json;

/// Every body site, with what is to be known before something lies on it.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "state",
    responses(
        (status = 200, description = "All of them, from head to foot", body = SiteList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sites() -> Response {
    static SITES: OnceLock<Bytes> = OnceLock::new();
    json(SITES.get_or_init(|| made(&SiteList::compiled_in())).clone())
}

/// Stretches, and ways to press a tender point.
#[utoipa::path(
    get, path = "/api/v1/exercises", tag = "state",
    responses(
        (status = 200, description = "All of them, with the sites that each is for",
         body = ExerciseList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn exercises() -> Response {
    static EXERCISES: OnceLock<Bytes> = OnceLock::new();
    json(EXERCISES.get_or_init(|| made(&ExerciseList::compiled_in())).clone())
}

fn made(list: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(list).expect("a list has no maps"))
}
