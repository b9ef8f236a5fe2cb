//! From the reading that shows an electrode off, the third in a row (HL-T11), to the pulses being off, on one clock, in a session of TENS.

use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use soothe_plant::{Electrode, ElectrodeFault, Fault, Peel};
use soothe_tests::report::Report;

use crate::daemon::Served;
use crate::http::Connection;
use crate::stats::Stats;

const ROUNDS: usize = 50;
const START: &str = r#"{"protocol":"tens-conventional","site":"left-calf"}"#;
/// Longer than it takes to be told of anything.
const WITHIN: Duration = Duration::from_secs(5);
const OFF: ElectrodeFault = ElectrodeFault::Peeled(Electrode::First, Peel::Off);

/// Prints the row.
///
/// # Errors
/// When the daemon cannot be started or talked to, or does not do as it is told.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let served = Served::start()?;
    let mut connection = Connection::open(served.address)?;
    let (status, body) = connection.send("POST", "/api/v1/session", START)?;
    ensure!(status == 201, "start answered {status}: {body}");
    let mut took_ms = Vec::new();
    for round in 0..ROUNDS {
        let asked = until(&mut connection, |it| it["asked"]["number"].as_u64())?;
        let confirm = format!(r#"{{"session":1,"prompt":{asked}}}"#);
        let (status, body) = connection.send("POST", "/api/v1/confirm", &confirm)?;
        ensure!(status == 200, "round {round}: confirm answered {status}: {body}");
        // HL-T9: the level rises no faster.
        thread::sleep(Duration::from_millis(600));
        let one = r#"{"level_ma":1,"raise":true}"#;
        let (status, body) = connection.send("PUT", "/api/v1/level", one)?;
        ensure!(status == 200, "round {round}: the level answered {status}: {body}");
        ensure!(served.watched.pulses_on(), "round {round}: the level is up and nothing flows");
        served.world.inject(Fault::Electrodes(OFF));
        until(&mut connection, |it| it["level"].is_null().then_some(()))?;
        let took = served.watched.pulses_off_after_ms();
        took_ms.push(took.with_context(|| format!("round {round}: pulses went on"))?);
        served.world.heal(Fault::Electrodes(OFF).part());
    }
    let took = Stats::of(took_ms);
    let what =
        format!("an electrode comes off: the reading that shows it to pulses off ({ROUNDS})");
    report.row(&what, &format!("{took:.3} ms"), "each within 10 ms", took.max() <= 10.0);
    Ok(())
}

/// Waits until the phase that is shown has something to say.
fn until<T>(
    connection: &mut Connection,
    wanted: impl Fn(&Value) -> Option<T>,
) -> anyhow::Result<T> {
    const EVERY: Duration = Duration::from_millis(20);
    for _ in 0..WITHIN.as_millis() / EVERY.as_millis() {
        let (_, body) = connection.send("GET", "/api/v1/status", "")?;
        let status: Value = serde_json::from_str(&body)?;
        if let Some(found) = wanted(&status["session"]["phase"]) {
            return Ok(found);
        }
        thread::sleep(EVERY);
    }
    anyhow::bail!("the daemon did not say so within {WITHIN:?}")
}
