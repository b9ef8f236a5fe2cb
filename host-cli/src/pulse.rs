//! The heartbeat of somebody who stays with a session: without one, TENS goes to zero (HL-S3).

use std::time::Duration;

use soothe_wire::Status;
use soothe_wire::client::Client;

use crate::commands::hand::level_of;

/// How often it is sent at life speed: two may be lost.
const EVERY_MS: u64 = 10_000;

/// So long it is waited for.
const PATIENCE: Duration = Duration::from_millis(200);

/// When the last one was sent.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    since_ms: u64,
}

impl Pulse {
    /// Time went by; sends one when it is due. One that does not get through is told by the next snapshots.
    pub(crate) async fn passed(&mut self, ms: u64, shown: Option<&Status>, client: &Client) {
        self.since_ms += ms;
        let Some(shown) = shown.filter(|it| level_of(it).is_some_and(|ma| ma > 0)) else { return };
        if self.since_ms >= EVERY_MS / u64::from(shown.speed.max(1)) {
            self.since_ms = 0;
            // The daemon takes the level down if this goes on; a wish to stop must not wait for it.
            let _ = tokio::time::timeout(PATIENCE, client.heartbeat()).await;
        }
    }
}
