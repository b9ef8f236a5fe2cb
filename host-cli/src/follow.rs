//! Waits for whatever comes next while the device is shown live: a snapshot, time, or a person's wish
//! to leave.

use std::time::Duration;

use soothe_wire::Status;
use soothe_wire::client::{Client, ClientError, StatusStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::failure::Failure;
use crate::output::Output;
use crate::typed::Typed;
use crate::word::Word;

/// How often time is noticed; a fraction of the 3 s after which data is stale.
pub(crate) const TICK_MS: u64 = 250;

/// What came next.
pub(crate) enum Next {
    /// The device's state.
    Snapshot(Box<Status>),
    /// [`TICK_MS`] went by.
    Tick,
    /// A word was typed, at least Enter.
    Typed(Word),
    /// Ctrl-C, a closed terminal, or a polite kill.
    Leave,
}

/// The ways in which a person leaves.
pub(crate) struct Leaving {
    signals: [Signal; 3],
}

impl Leaving {
    /// From now on, leaving is noticed instead of ending the process.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|e| Failure::Other(format!("Ctrl-C cannot be listened for: {e}")))
        };
        let signals = [
            listen(SignalKind::interrupt())?,
            listen(SignalKind::hangup())?,
            listen(SignalKind::terminate())?,
        ];
        Ok(Self { signals })
    }

    /// Waits until a person wishes to leave; what was wished before counts.
    pub(crate) async fn wished(&mut self) {
        let [interrupt, hangup, terminate] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Follows the device.
pub(crate) struct Follower {
    stream: StatusStream,
    ticks: Interval,
    typed: Typed,
    leaving: Leaving,
}

impl Follower {
    /// Starts to follow.
    ///
    /// # Errors
    /// When the live stream cannot be had.
    pub(crate) async fn start(
        client: &Client,
        leaving: Leaving,
        output: &Output,
    ) -> Result<Self, ClientError> {
        let stream = client.events().await?;
        let mut ticks = interval(Duration::from_millis(TICK_MS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        Ok(Self { stream, ticks, typed: Typed::listen(output), leaving })
    }

    /// Whatever comes next; a wish to leave comes first.
    ///
    /// # Errors
    /// When the live stream is lost.
    pub(crate) async fn next(&mut self) -> Result<Next, ClientError> {
        tokio::select! {
            biased;
            () = self.leaving.wished() => Ok(Next::Leave),
            status = self.stream.next() => status.map(|status| Next::Snapshot(Box::new(status))),
            line = self.typed.line() => Ok(Next::Typed(Word::of(&line))),
            _ = self.ticks.tick() => Ok(Next::Tick),
        }
    }
}

/// The daemon was lost while a session ran or was looked at.
pub(crate) fn lost(error: ClientError, session: Option<i64>) -> Failure {
    match (error, session) {
        (ClientError::Unreachable { endpoint, cause }, Some(id)) => Failure::Unreachable(format!(
            "the daemon at {endpoint} was lost while session {id} ran: {cause}"
        )),
        (ClientError::Unreachable { endpoint, cause }, None) => {
            Failure::Unreachable(format!("the daemon at {endpoint} was lost: {cause}"))
        }
        (other @ (ClientError::Problem(_) | ClientError::Garbled { .. }), _) => other.into(),
    }
}
