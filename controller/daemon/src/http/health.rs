//! Whether the daemon is well, for whoever watches over it.

use std::sync::Arc;

use axum::extract::State;
use soothe_wire::Problem;

use super::Api;
use super::problem::ApiError;
use crate::control::HEALTHY_WITHIN;

/// Well: the control cycle runs and the session log works.
#[utoipa::path(
    get, path = "/healthz", tag = "state",
    responses(
        (status = 200, description = "Well", body = String, content_type = "text/plain"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "Not well, and why", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn healthz(State(api): State<Arc<Api>>) -> Result<&'static str, ApiError> {
    let age = api.control_age();
    if age >= HEALTHY_WITHIN {
        let detail = format!("the last control cycle was {:.1} s ago", age.as_secs_f64());
        return Err(ApiError::unavailable("control-late", detail));
    }
    match api.journal.health().failure() {
        Some(why) => Err(ApiError::log_failed(&why)),
        None => Ok("ok\n"),
    }
}
