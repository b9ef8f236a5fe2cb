//! Telling the service manager: ready after the first control cycle, and a sign of life only for further
//! ones.

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

/// Feeds the service manager's watchdog, each time only when a healthy control cycle was completed since
/// the last.
pub async fn feed_watchdog(daemon: Arc<Daemon>) {
    let every = sd_notify::watchdog_enabled().map_or(SIGN_EVERY, |limit| limit / 4);
    let mut ticks = tokio::time::interval(every);
    let mut fed_for = None;
    loop {
        ticks.tick().await;
        let newest = daemon.last_cycle();
        if newest != fed_for && daemon.is_healthy() {
            tell(&[NotifyState::Watchdog]);
            fed_for = newest;
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

#[cfg(test)]
mod tests {
    use std::env;
    use std::os::unix::net::UnixDatagram;
    use std::path::Path;
    use std::process::Command;
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::testing::Bench;

    /// What the daemon under test says besides what the service manager is told.
    const HUNG: &str = "the control thread hangs";
    const END: &str = "that was all";

    const NAME: &str = "notify::tests::hl_s1_a_control_thread_that_hangs_is_not_fed_for";

    /// What a service manager hears of a daemon in another process.
    fn heard(folder: &Path) -> Vec<String> {
        let socket = UnixDatagram::bind(folder.join("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut test = Command::new(env::current_exe().unwrap());
        test.args(["--exact", NAME]).env("NOTIFY_SOCKET", folder.join("notify"));
        let mut test = test.env("WATCHDOG_USEC", "200000").spawn().unwrap();
        let mut heard = Vec::new();
        while heard.last().is_none_or(|last| last != END) {
            let mut text = [0; 100];
            let length = socket.recv(&mut text).expect("it was silent for 20 s");
            heard.push(String::from_utf8_lossy(&text[..length]).trim().to_owned());
        }
        assert!(test.wait().unwrap().success());
        heard
    }

    #[test]
    fn hl_s1_a_control_thread_that_hangs_is_not_fed_for() {
        let Some(socket) = env::var_os("NOTIFY_SOCKET") else {
            let folder = tempfile::tempdir().unwrap();
            let heard = heard(folder.path());
            let fed = |told: &[String]| told.iter().filter(|it| *it == "WATCHDOG=1").count();
            let hung = heard.iter().position(|it| it == HUNG).expect("it hung");
            assert!(fed(&heard[..hung]) >= 4, "a healthy one was starved: {heard:?}");
            assert!(fed(&heard[hung..]) <= 1, "only for the last cycle: {heard:?}");
            return;
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let Bench { daemon, world, .. } = Bench::start();
            tokio::spawn(feed_watchdog(Arc::new(daemon)));
            let manager = UnixDatagram::unbound().unwrap();
            let say = |text: &str| manager.send_to(text.as_bytes(), &socket).unwrap();
            tokio::time::sleep(Duration::from_millis(600)).await;
            world.hangs.store(true, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(150)).await;
            say(HUNG);
            // Within the second for which the daemon still counts as healthy elsewhere.
            tokio::time::sleep(Duration::from_millis(600)).await;
            say(END);
            world.hangs.store(false, Ordering::SeqCst);
        });
    }
}
