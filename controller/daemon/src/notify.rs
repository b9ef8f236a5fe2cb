//! Telling the service manager: ready after the first control cycle, and a sign of life only while
//! further ones come.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;

use crate::daemon::Daemon;

/// How often to look whether the first cycle is done.
const FIRST_LOOK_EVERY: Duration = Duration::from_millis(5);
/// How often to give a sign of life when the service manager did not say how often it wants one.
const SIGN_EVERY: Duration = Duration::from_secs(1);

/// Waits for the first control cycle and reports it.
pub async fn ready(daemon: &Daemon) {
    while !daemon.is_healthy() {
        tokio::time::sleep(FIRST_LOOK_EVERY).await;
    }
    tell(&[NotifyState::Ready]);
}

/// Feeds the service manager's watchdog for as long as control cycles come.
pub async fn feed_watchdog(daemon: Arc<Daemon>) {
    let every = sd_notify::watchdog_enabled().map_or(SIGN_EVERY, |limit| limit / 4);
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        if daemon.is_healthy() {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

/// Reports that the end has begun.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    // Without a service manager there is nobody to tell, which is no error.
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "service manager was not told");
    }
}
