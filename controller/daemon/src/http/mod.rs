//! HTTP: what a phone, the CLI and a browser talk to.
//!
//! Handlers parse, hand over, and wait; they decide nothing and hold no line. The one exception is
//! STOP, which switches off by itself when the control thread does not.

mod assets;
mod body;
mod checklist;
mod control;
#[cfg(test)]
mod diary_tests;
pub(crate) mod events;
mod extract;
mod guard;
mod hand;
mod health;
pub mod openapi;
mod pain;
mod problem;
mod profile;
#[cfg(test)]
mod profile_tests;
mod protocols;
mod red_flags;
mod reminders;
mod sessions;
mod status;
#[cfg(test)]
mod tests;
mod treatments;
mod tunings;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{delete, get, post, put};
use soothe_rig::Gate;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::csrf::CsrfLayer;

use crate::clock::Clock;
use crate::control::ControlHandle;
use crate::journal::{Journal, Reader};
use crate::library::Library;
use crate::publish::Outlet;
use crate::remind::Reminders;
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
    /// Held while a pain is written down: the newest entry is then the one that was written.
    pub(crate) diary: tokio::sync::Mutex<()>,
    pub(crate) reminders: Reminders,
    pub(crate) library: Library,
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
        .route("/api/v1/protocols", get(protocols::list))
        .route("/api/v1/confirm", post(protocols::confirm))
        .route("/api/v1/numb", post(protocols::numb))
        .route("/api/v1/level", put(hand::level))
        .route("/api/v1/heartbeat", post(hand::heartbeat))
        .route("/api/v1/pause", post(hand::pause))
        .route("/api/v1/resume", post(hand::resume))
        .route("/api/v1/clear", post(control::clear))
        .route("/api/v1/forget-loss", post(control::forget_loss))
        .route("/api/v1/checklist", get(checklist::show).put(checklist::answer))
        .route("/api/v1/profile", get(profile::show).put(profile::choose))
        .route("/api/v1/pain", get(pain::list).post(pain::note))
        .route("/api/v1/pain/settled", post(pain::settle))
        .route("/api/v1/treatments", get(treatments::list).post(treatments::note))
        .route("/api/v1/red-flags", get(red_flags::show).put(red_flags::answer))
        .route("/api/v1/reminders", get(reminders::list).post(reminders::add))
        .route("/api/v1/reminders/{id}", delete(reminders::remove))
        .route("/api/v1/reminders/{id}/done", post(reminders::done))
        .route("/api/v1/reminders/{id}/later", post(reminders::later))
        .route_layer(csrf);
    // A session's curve is a thousand lines that differ little, and prose repeats itself.
    let long = Router::new()
        .route("/api/v1/sessions", get(sessions::list))
        .route("/api/v1/sessions/{id}", get(sessions::show))
        .route("/api/v1/sessions/{id}/samples", get(sessions::samples))
        .route("/api/v1/sites", get(body::sites))
        .route("/api/v1/exercises", get(body::exercises))
        .layer(CompressionLayer::new());
    // So are snapshots; what is there is sent at once, whether or not more follows.
    let stream = Router::new()
        .route("/api/v1/events", get(events::events))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)));
    let named = Router::new()
        .merge(guarded)
        .merge(long)
        .merge(stream)
        .route("/api/v1/sessions/{id}/recording", get(sessions::recording))
        .route("/api/v1/status", get(status::status))
        .route("/api/v1/limits", get(status::limits))
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
