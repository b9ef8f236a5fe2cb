//! Where log lines go: to the journal when the service manager listens there, else to stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

/// Starts logging. `RUST_LOG` sets how much, `info` when it does not.
pub fn start() {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let levels = wanted.parse::<Targets>().ok().filter(|_| !wanted.is_empty());
    let levels = levels.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let journal = match std::env::var_os("JOURNAL_STREAM") {
        Some(_) => tracing_journald::layer().ok(),
        None => None,
    };
    let started = match journal {
        Some(journal) => registry().with(journal.with_filter(levels)).try_init(),
        None => {
            let colours = std::io::stderr().is_terminal();
            let lines = fmt::layer().with_writer(std::io::stderr);
            let lines = lines.with_target(false).with_ansi(colours);
            registry().with(lines.with_filter(levels)).try_init()
        }
    };
    // Someone who embeds the daemon may log already; theirs stays.
    let _ = started;
}
