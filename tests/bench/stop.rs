//! From a STOP leaving the client to the heater's line being off, on one clock.
//!
//! The heater is fully on before each stop, and the stop comes at a random moment of the control cycle.
//! Peers, measured the same way: kiln-controller 1.3 ms (p99 16), OctoPrint 7 (58), Klipper 585 (998).

use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::daemon::Served;
use crate::http::Connection;
use crate::load::Load;
use crate::stats::Stats;
use soothe_tests::report::Report;

const START: &str =
    r#"{"protocol":"heat","target_c":42.0,"duration_s":600,"site":"left-shoulder"}"#;

/// Prints both rows: idle, and under load with 200 streams.
///
/// # Errors
/// When the daemon cannot be started or talked to.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let served = Served::start()?;
    let idle = stops(&served, 200)?;
    let figures = format!("{idle:.2} ms, p99 {:.2}", idle.quantile(0.99));
    let met = idle.median() <= 1.0 && idle.quantile(0.99) <= 5.0;
    let goal = "median at most 1 ms, p99 at most 5 ms";
    report.row("HTTP stop to line off, idle (200 stops)", &figures, goal, met);

    for _ in 0..200 {
        let mut stream = Connection::open(served.address)?;
        stream.write("GET", "/api/v1/events", "")?;
        thread::Builder::new().stack_size(64 * 1024).spawn(move || stream.drain())?;
    }
    let _load = Load::on_every_core();
    let loaded = stops(&served, 200)?;
    let figures = format!("{loaded:.2} ms, p99 {:.2}", loaded.quantile(0.99));
    let met = loaded.quantile(0.99) <= 20.0;
    let what = "the same with 200 SSE clients and every core busy (200 stops)";
    report.row(what, &figures, "p99 at most 20 ms", met);
    Ok(())
}

/// Milliseconds of each stop.
fn stops(served: &Served, count: u32) -> anyhow::Result<Stats> {
    let mut connection = Connection::open(served.address)?;
    let mut took_ms = Vec::new();
    for round in 0..count {
        // Nothing starts while the STOP of the round before stands.
        thread::sleep(Duration::from_millis(350));
        let (status, body) = connection.send("POST", "/api/v1/session", START)?;
        ensure!(status == 201, "start answered {status}: {body}");
        ensure!(served.watched.heater_on(), "started, but the heater is not on");
        // Spreads the stops over the 100 ms of a cycle: 37 is coprime to 100.
        thread::sleep(Duration::from_millis(u64::from(round * 37 % 100)));
        let sent = served.clock.elapsed();
        let (status, body) = connection.send("POST", "/api/v1/stop", "")?;
        ensure!(status == 200, "stop answered {status}: {body}");
        ensure!(!served.watched.heater_on(), "stop was answered before the heater was off");
        let off = served.watched.off_at().checked_sub(sent);
        let off = off.with_context(|| format!("round {round}: off before the stop was sent"))?;
        took_ms.push(off.as_secs_f64() * 1000.0);
    }
    Ok(Stats::of(took_ms))
}
