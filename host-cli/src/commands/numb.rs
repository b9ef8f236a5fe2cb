//! `soothe numb`: the skin under the cold pack is numb.

use serde_json::json;
use soothe_wire::client::Client;

use crate::failure::Failure;
use crate::output::Output;

/// Ends the ice phase.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let after = client.numb().await?;
    if output.json {
        return output.value(&json!(after));
    }
    output.text("Take the cold pack off now, then `soothe confirm`.\n")
}
