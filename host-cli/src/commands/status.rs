//! `soothe status`: what the device is doing.

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_wire::Status;
use soothe_wire::client::Client;

use crate::failure::Failure;
use crate::output::Output;
use crate::render::summary;

/// Shows the state; a latched fault is also this command's failure, so that scripts notice.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let status = client.status().await?;
    if output.json {
        output.value(&json!(status))?;
        return latched(&status);
    }
    output.text(&summary::status(&status, output.paint, &TimeZone::system()))?;
    if status.fault.is_some() { Err(Failure::LatchedAsShown) } else { Ok(()) }
}

/// A latched fault as a failure.
pub(crate) fn latched(status: &Status) -> Result<(), Failure> {
    status.fault.as_ref().map_or(Ok(()), |fault| Err(Failure::latched(fault)))
}
