//! The stream: whole snapshots as server-sent events, twice a second and at once on a change.
//!
//! A client that reads slowly misses snapshots, never gets old ones: each event is the newest there is.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use soothe_wire::{Hello, Limits, Problem};
use tokio::sync::watch;

use super::problem::ApiError;
use super::{Api, Door};
use crate::publish::Published;

/// When nothing is told for this long, a comment shows that the line is open.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// One event as it goes over the wire.
pub(crate) fn frame(event: &str, id: Option<u64>, json: &[u8]) -> Bytes {
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    let head = format!("event: {event}\n{id}data: ");
    [head.as_bytes(), json, b"\n\n"].concat().into()
}

/// The stream.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "state",
    responses(
        (status = 200, description = "An endless stream: one event `hello` with a `Hello`, then \
          events `status`, each with a whole `Status`, at least twice a second",
         body = String, content_type = "text/event-stream"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "Too many streams at once", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn events(
    State(api): State<Arc<Api>>,
    door: Option<Extension<Door>>,
) -> Result<Response, ApiError> {
    let place = match door.map(|Extension(door)| door) {
        Some(Door::Local) | None => None,
        Some(Door::Network) => Some(api.streams.clone().try_acquire_owned().map_err(|_| full())?),
        Some(Door::Brief) => return Err(full()),
    };
    let mut newest = api.outlet.subscribe();
    newest.mark_changed();
    let hello =
        Hello { version: env!("CARGO_PKG_VERSION").to_owned(), limits: Limits::compiled_in() };
    let hello = serde_json::to_vec(&hello).expect("a hello has no maps");
    let first = Some(frame("hello", None, &hello));
    let frames = stream::unfold((first, newest, place), |(first, mut newest, place)| async move {
        let frame = match first {
            Some(hello) => hello,
            None => next_frame(&mut newest).await?,
        };
        Some((Ok::<_, Infallible>(frame), (None, newest, place)))
    });
    let body = Body::from_stream(frames);
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}

fn full() -> ApiError {
    ApiError::unavailable(
        "busy",
        "too many people are watching; close a page, or ask for the status",
    )
}

/// The next snapshot, or a sign of life; none when the daemon is going away.
async fn next_frame(newest: &mut watch::Receiver<Arc<Published>>) -> Option<Bytes> {
    match tokio::time::timeout(KEEP_ALIVE, newest.changed()).await {
        Ok(Ok(())) => {
            let published = newest.borrow_and_update().clone();
            Some(published.frame())
        }
        Ok(Err(_)) => None,
        Err(_) => Some(Bytes::from_static(b": still here\n\n")),
    }
}
