//! HTTP: what a phone, the CLI and a browser talk to.
//!
//! Handlers parse, hand over, and wait; they decide nothing and hold no line. The one exception is
//! STOP, which switches off by itself when the control thread does not.

mod assets;
mod checklist;
mod control;
pub(crate) mod events;
mod extract;
mod guard;
mod health;
pub mod openapi;
mod problem;
mod sessions;
mod status;
#[cfg(test)]
mod tests;
mod tunings;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{delete, get, post};
use soothe_rig::Gate;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::clock::Clock;
use crate::control::ControlHandle;
use crate::journal::{Journal, Reader};
use crate::publish::Outlet;
use crate::stop::StopSwitch;

/// No request needs a longer body.
const BODY_MAX: usize = 16 * 1024;

/// Streams to phones and browsers at once; places for other questions are left beside them.
const STREAMS_MAX: usize = 224;

/// How a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// From this machine, through the socket.
    Local,
    /// Over the network.
    Network,
    /// Over the network when it was full: there is room for one short question.
    Brief,
}

/// Everything that a handler may reach.
pub(crate) struct Api {
    pub(crate) clock: Clock,
    pub(crate) control: ControlHandle,
    pub(crate) stop: Arc<StopSwitch>,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) journal: Journal,
    pub(crate) reader: Reader,
    pub(crate) gate: Gate,
    pub(crate) hosts: Vec<String>,
    pub(crate) streams: Arc<Semaphore>,
    /// Held while a tuning is chosen or forgotten: none is forgotten that is being chosen.
    pub(crate) tunings: tokio::sync::Mutex<()>,
}

impl Api {
    /// Room for the streams of the network.
    pub(crate) fn room_for_streams() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(STREAMS_MAX))
    }

    /// Time since the last control cycle; endless before the first.
    pub(crate) fn control_age(&self) -> Duration {
        self.control
            .last_cycle()
            .map_or(Duration::MAX, |at| Duration::from_millis(self.clock.now().since(at).as_ms()))
    }
}

/// All routes.
pub(crate) fn router(api: Arc<Api>) -> Router {
    // Another site's page must not start anything; stopping is anyone's right.
    let csrf = CsrfLayer::new().with_rejection_response(|_| problem::cross_site());
    let guarded = Router::new()
        .route("/api/v1/session", post(control::start))
        .route("/api/v1/tune", post(tunings::tune))
        .route("/api/v1/tunings", get(tunings::list).put(tunings::choose))
        .route("/api/v1/tunings/{id}", delete(tunings::forget))
        .route("/api/v1/present", post(control::present))
        .route("/api/v1/clear", post(control::clear))
        .route("/api/v1/forget-loss", post(control::forget_loss))
        .route("/api/v1/checklist", get(checklist::show).put(checklist::answer))
        .route_layer(csrf);
    // A session's curve is a thousand lines that differ little.
    let log = Router::new()
        .route("/api/v1/sessions", get(sessions::list))
        .route("/api/v1/sessions/{id}", get(sessions::show))
        .route("/api/v1/sessions/{id}/samples", get(sessions::samples))
        .layer(CompressionLayer::new());
    let named = Router::new()
        .merge(guarded)
        .merge(log)
        .route("/api/v1/sessions/{id}/recording", get(sessions::recording))
        .route("/api/v1/status", get(status::status))
        .route("/api/v1/limits", get(status::limits))
        .route("/api/v1/events", get(events::events))
        .route("/api/openapi.json", get(openapi::serve))
        .route("/healthz", get(health::healthz))
        .merge(assets::routes())
        .route_layer(middleware::from_fn_with_state(api.clone(), guard::known_host));
    named
        .route("/api/v1/stop", post(control::stop))
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(middleware::from_fn(guard::plain_answers))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(api)
}
