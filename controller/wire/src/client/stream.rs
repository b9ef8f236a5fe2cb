//! The live stream: snapshots as they come, until it ends.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::error::{Cause, ClientError};
use super::plain;
use super::sse::Parser;
use crate::status::Status;

/// A stream that says nothing for this long is lost; the daemon speaks twice a second.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// Snapshots that wait for a slow reader; the reader is stopped, not the daemon.
const QUEUE: usize = 16;

/// The live state as it comes in. Dropping it hangs up.
#[derive(Debug)]
pub struct StatusStream {
    snapshots: mpsc::Receiver<Result<Status, ClientError>>,
    endpoint: String,
}

impl StatusStream {
    /// Reads what comes in `body` from the daemon at `endpoint`.
    pub(super) fn new(body: Incoming, endpoint: String) -> Self {
        let (sender, snapshots) = mpsc::channel(QUEUE);
        tokio::spawn(pump(body, endpoint.clone(), sender));
        Self { snapshots, endpoint }
    }

    /// The next snapshot. May be abandoned at any point without losing one.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when the daemon hung up or said nothing for 5 s.
    pub async fn next(&mut self) -> Result<Status, ClientError> {
        self.snapshots.recv().await.unwrap_or_else(|| {
            let cause = Cause::Silent("the live stream is over".to_owned());
            Err(ClientError::Unreachable { endpoint: self.endpoint.clone(), cause })
        })
    }
}

/// Takes the stream apart until it ends, is silent for too long, or nobody listens any more.
async fn pump(
    mut body: Incoming,
    endpoint: String,
    snapshots: mpsc::Sender<Result<Status, ClientError>>,
) {
    let mut parser = Parser::default();
    let cause = loop {
        let frame = tokio::select! {
            frame = timeout(SILENCE_MAX, body.frame()) => frame,
            () = snapshots.closed() => return,
        };
        let bytes = match frame {
            Err(_elapsed) => break format!("nothing was heard for {} s", SILENCE_MAX.as_secs()),
            Ok(None) => break "it hung up".to_owned(),
            Ok(Some(Err(_))) => break "the connection broke".to_owned(),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        for frame in parser.push(&bytes) {
            if frame.event != "status" {
                continue;
            }
            let snapshot = plain::parse(frame.data.as_bytes()).map_err(|e| ClientError::Garbled {
                endpoint: endpoint.clone(),
                what: format!("a live snapshot gave {e}"),
            });
            if snapshots.send(snapshot).await.is_err() {
                return;
            }
        }
    };
    // Nobody listening any more is no error here.
    let lost = ClientError::Unreachable { endpoint, cause: Cause::Silent(cause) };
    let _ = snapshots.send(Err(lost)).await;
}
