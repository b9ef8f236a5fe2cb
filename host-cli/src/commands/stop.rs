//! `soothe stop`: everything off, now.

use serde_json::json;
use soothe_wire::client::Client;

use crate::failure::Failure;
use crate::output::Output;

/// Stops whatever runs. The answer came after the outputs were written off.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let stopped = client.stop().await.map_err(|error| Failure::of_stop(&error))?;
    if output.json {
        return output.value(&json!(stopped));
    }
    output.text(&match stopped.id {
        Some(id) => format!("Session {id} is stopped; every output is off.\n"),
        None => "Nothing was running; every output is off.\n".to_owned(),
    })
}
