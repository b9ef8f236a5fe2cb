//! `soothe stop`: everything off, now.

use serde_json::json;
use soothe_wire::client::Client;

use crate::failure::Failure;
use crate::output::Output;
use crate::render::words::pack_off;

/// Stops whatever runs. The answer came after the outputs were written off.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let stopped = client.stop().await.map_err(|error| Failure::of_stop(&error))?;
    if output.json {
        return output.value(&json!(stopped));
    }
    let said = match stopped.id {
        Some(id) => format!("Session {id} is stopped; every output is off.\n"),
        None => "Nothing was running; every output is off.\n".to_owned(),
    };
    let pack = pack_off(&stopped);
    output.text(&if pack.is_empty() { said } else { format!("{said}{pack}\n") })
}
