//! Where log lines go: to the journal when the service manager listens there, else to stderr.
//!
//! Nothing that logs waits for whoever reads: a terminal that was paused or a pipe that nobody reads
//! must not hold up the writer of the session log. Lines that find the queue full are lost.

use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

/// Lines that may wait for stderr.
const LINES_MAX: usize = 256;

/// Takes whole lines and leaves the writing to a thread of its own.
#[derive(Clone)]
struct Lines(Option<SyncSender<Vec<u8>>>);

impl Lines {
    /// Starts the thread. Without one there are no log lines, but a daemon.
    fn start() -> Self {
        let (sender, lines) = sync_channel::<Vec<u8>>(LINES_MAX);
        let write = move || {
            for line in lines {
                // There is nowhere to complain about a log that cannot be written.
                let _ = io::stderr().write_all(&line);
            }
        };
        let thread = thread::Builder::new().name("log".to_owned()).spawn(write);
        Self(thread.ok().map(|_| sender))
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(line.to_vec());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::MakeWriter<'_> for Lines {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

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
            let lines = fmt::layer().with_writer(Lines::start());
            let lines = lines.with_target(false).with_ansi(colours);
            registry().with(lines.with_filter(levels)).try_init()
        }
    };
    // Someone who embeds the daemon may log already; theirs stays.
    let _ = started;
}
