//! What the real daemon takes: memory while it regulates with one client, and time to its first cycle.
//!
//! Peers: kiln-controller 34 MB, OctoPrint 125 MB, Klipper with Moonraker 92 MB.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use soothed::Clock;

use crate::http::Connection;
use crate::stats::Stats;
use soothe_tests::report::Report;

const STARTS: usize = 15;
const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;

/// Prints both rows.
///
/// # Errors
/// When the daemon's binary is not there or does not answer.
pub(crate) fn measure(report: &mut Report, clock: &Clock) -> anyhow::Result<()> {
    let mut first_cycle_ms = Vec::new();
    for _ in 0..STARTS {
        first_cycle_ms.push(Running::start(clock)?.took_ms);
    }
    let running = Running::start(clock)?;
    let mut client = Connection::open(running.address)?;
    client.write("GET", "/api/v1/events", "")?;
    thread::spawn(move || client.drain());
    let (status, body) =
        Connection::open(running.address)?.send("POST", "/api/v1/session", START)?;
    ensure!(status == 201, "start answered {status}: {body}");
    thread::sleep(Duration::from_secs(30));
    let rss_mb = running.rss_mb()?;
    let what = "memory (RSS) while regulating with one client, after 30 s";
    report.row(what, &format!("{rss_mb:.1} MB"), "at most 15 MB", rss_mb <= 15.0);
    let started = Stats::of(first_cycle_ms);
    let met = started.median() <= 150.0;
    let what =
        format!("process start to first healthy cycle, as told by /healthz ({STARTS} starts)");
    report.row(&what, &format!("{started:.0} ms"), "at most 150 ms", met);
    Ok(())
}

/// A daemon in a process of its own.
pub(crate) struct Running {
    child: Child,
    took_ms: f64,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Running {
    /// Starts one and waits until it says that it is healthy.
    ///
    /// # Errors
    /// When the binary is not there or does not become healthy.
    pub(crate) fn start(clock: &Clock) -> anyhow::Result<Self> {
        let bench = std::env::current_exe()?;
        let binary = bench.with_file_name("soothed");
        ensure!(binary.exists(), "{} is missing; build it first", binary.display());
        let folder = tempfile::tempdir()?;
        // Free now, and nobody else here wants it.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let before = clock.elapsed();
        let child = spawn(&binary, folder.path(), address)?;
        let mut running = Self { child, took_ms: 0.0, address, _folder: folder };
        loop {
            let healthy = Connection::open(address)
                .and_then(|mut connection| connection.send("GET", "/healthz", ""));
            let took = clock.elapsed() - before;
            if matches!(healthy, Ok((200, _))) {
                running.took_ms = took.as_secs_f64() * 1000.0;
                return Ok(running);
            }
            if let Some(status) = running.child.try_wait()? {
                bail!("the daemon ended with {status}");
            }
            ensure!(took < Duration::from_secs(10), "the daemon is not healthy after 10 s");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Moves every thread of it to one core.
    ///
    /// # Errors
    /// When `taskset` is missing.
    pub(crate) fn pin_to_core(&self, core: u32) -> anyhow::Result<()> {
        let (core, id) = (core.to_string(), self.child.id().to_string());
        let done = Command::new("taskset").args(["-a", "-c", "-p", &core, &id]).output()?;
        ensure!(done.status.success(), "taskset failed");
        Ok(())
    }

    fn rss_mb(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kb: f64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kb * 1024.0 / 1.0e6)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(binary: &Path, folder: &Path, address: SocketAddr) -> anyhow::Result<Child> {
    Command::new(binary)
        .arg("--sim")
        .args(["--listen", &address.to_string()])
        .arg("--data")
        .arg(folder)
        .arg("--socket")
        .arg(folder.join("socket"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{} cannot be started", binary.display()))
}
