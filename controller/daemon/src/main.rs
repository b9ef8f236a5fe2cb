//! The binary `soothed`: puts the parts together, and takes them apart in order.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Parser as _;
use soothe_rig::Gate;
use soothe_wire::text::plain;
use soothed::args::{self, Args, Command, LinesOffArgs};
use soothed::backend::Rig;
use soothed::config::{ConfigError, Drive, Lines, Settings};
use soothed::guard::{self, Guard};
use soothed::listen::Doors;
use soothed::{
    Clock, Daemon, Hook, LogOptions, OpenLog, Options, backend, doctor, logging, notify, panic,
};
use tokio::signal::unix::{SignalKind, signal};

/// HTTP needs no more; the control thread and the log have their own.
const HTTP_THREADS: usize = 2;
/// Threads that read the log for someone.
const READER_THREADS: usize = 2;

fn main() -> ExitCode {
    let clock = Clock::start();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if error.use_stderr() => error.exit(),
        Err(help) => return told(help.print()),
    };
    if args.licenses {
        return told(print(soothe_web_ui::LICENSES));
    }
    let result = match args.command {
        Some(Command::Guard(lines)) => guard::run(&lines.into()).map_err(anyhow::Error::from),
        Some(Command::LinesOff(args)) => lines_off(&args),
        Some(Command::Doctor(args)) => match doctor::run(&args, clock) {
            Ok(true) => Ok(()),
            // What is wrong was told.
            Ok(false) => return ExitCode::from(1),
            Err(error) => Err(error),
        },
        Some(Command::Man { out }) => {
            args::manual_pages(&out).with_context(|| out.display().to_string())
        }
        None => {
            logging::start();
            panic::contain(|| run(&args, clock))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&format!("{error:#}"), if error.is::<ConfigError>() { 2 } else { 1 }),
    }
}

/// Says why it failed, where somebody listens; the exit code says it to the others. It repeats what files say: nothing of
/// that is left that a terminal would obey.
fn failure(why: &str, code: u8) -> ExitCode {
    let _ = io::stderr().write_all(format!("soothed: {}\n", plain(why)).as_bytes());
    ExitCode::from(code)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// What came of printing what was asked for. A reader that had enough of it is no failure.
fn told(printed: io::Result<()>) -> ExitCode {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failure(&format!("standard output cannot be written: {error}"), 1)
        }
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

fn lines_off(args: &LinesOffArgs) -> anyhow::Result<()> {
    Ok(backend::lines_off(&Lines::gather(args)?)?)
}

fn run(args: &Args, clock: Clock) -> anyhow::Result<()> {
    let settings = Settings::gather(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(HTTP_THREADS)
        .max_blocking_threads(READER_THREADS)
        .enable_all()
        .build()
        .context("the system gives no threads")?;
    let result = runtime.block_on(serve(&settings, clock));
    // Streams to phones never end by themselves.
    runtime.shutdown_background();
    result
}

async fn serve(settings: &Settings, clock: Clock) -> anyhow::Result<()> {
    let (simulated, speed) = match settings.drive {
        Drive::Sim { speed, .. } => (true, speed),
        Drive::Pi { .. } => (false, 1),
    };
    // The hardware comes last: a second daemon, started by mistake, must not touch the first one's pins.
    let log = LogOptions { path: settings.log.clone(), simulated, pages_max: None };
    let log = OpenLog::open(&log, clock)?;
    let doors = Doors::open(settings.listen, &settings.socket)?;
    let address = doors.address()?;
    let Rig { outputs, inputs, claim } = backend::open(&settings.drive, clock)?;
    let gate = Gate::new(outputs).context("the lines cannot be written off")?;
    panic::switches_off(&gate).context("the system gives no thread")?;
    let guard = Guard::start(&settings.drive.lines(), gate.clone())?;
    let hook = settings.hook.clone().map(Hook::start).transpose();
    let hook = hook.context("the system gives no thread")?;
    let daemon = Daemon::start(Options {
        clock,
        gate,
        inputs: guard.watched(inputs),
        simulated,
        speed,
        log,
        hosts: settings.hosts.clone(),
        relay: settings.relay,
        profile_fixed: settings.profile_fixed,
        demo_person: settings.demo_person,
        hook,
        protocols: settings.protocols.clone(),
        on_vanished: Box::new(|reason| panic::end(format!("soothed: {reason}"))),
    })?;
    let ends = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
        SignalKind::quit(),
    ];
    let mut ends = ends
        .into_iter()
        .map(signal)
        .collect::<Result<Vec<_>, _>>()
        .context("signals cannot be received")?;
    let socket = doors.serve(daemon.router())?;
    notify::ready(&daemon).await;
    greet(settings, address);

    let daemon = Arc::new(daemon);
    let watchdog = tokio::spawn(notify::feed_watchdog(daemon.clone()));
    let troubles = daemon.clone();
    tokio::spawn(async move { troubles.say_troubles().await });
    let reminders = daemon.clone();
    tokio::spawn(async move { reminders.remind().await });
    let any_end = ends.iter_mut().map(|end| Box::pin(end.recv()));
    futures_util::future::select_all(any_end).await;
    tracing::info!("shutting down");
    notify::stopping();
    watchdog.abort();
    daemon.shut_down().await;
    drop(guard);
    drop((socket, claim));
    Ok(())
}

/// Says what a person wants to know at the start.
fn greet(settings: &Settings, address: std::net::SocketAddr) {
    let version = env!("CARGO_PKG_VERSION");
    let drives = match &settings.drive {
        Drive::Sim { speed: 1, .. } => "a simulated pad; nothing gets warm".to_owned(),
        Drive::Sim { speed, .. } => format!("a simulated pad at {speed} times life"),
        Drive::Pi { .. } => "the pad on this Raspberry Pi".to_owned(),
    };
    let socket = settings.socket.display();
    let log = settings.log.display();
    let person = if settings.demo_person {
        "\n  person  a demo one, who has answered the check-list unless you have"
    } else {
        ""
    };
    let text = format!(
        "soothed {version} drives {drives}\n  panel   http://{address}/\n  socket  {socket}\n  \
         log     {log}{person}\nStop it with Ctrl-C. Not a medical device: see soothed --help.\n"
    );
    // Whoever cannot read it does not keep the pad from being regulated.
    let _ = print(&text);
    tracing::info!(version, drives, %address, %socket, %log, "ready");
    if !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "listening beyond this machine: anyone who can reach that address can start a session"
        );
    }
}
