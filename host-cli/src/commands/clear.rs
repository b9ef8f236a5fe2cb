//! `soothe clear`: a person has looked, and clears a fault or the notice of an interruption.

use serde_json::json;
use soothe_wire::client::Client;

use crate::failure::Failure;
use crate::output::Output;

/// Clears what is latched; the daemon declines while a fault's cause is still there.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let status = client.clear().await?;
    if output.json {
        return output.value(&json!(status));
    }
    output.text("Cleared: no fault is latched and no interruption is waiting.\n")
}
