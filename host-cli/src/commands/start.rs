//! `soothe start`: a person is led through a protocol.

use soothe_therapy::Plan;
use soothe_wire::StartRequest;
use soothe_wire::client::Client;

use crate::args::Start;
use crate::commands::heat;
use crate::failure::Failure;
use crate::library::{self, Found};
use crate::output::Output;

/// Starts the protocol and, unless detached, stays with it to its end.
pub(crate) async fn run(start: &Start, client: &Client, output: &Output) -> Result<(), Failure> {
    let Found { file, own } = library::find(&start.protocol)?;
    // What the site forbids is refused here, before anything is sent; the daemon judges again.
    let plan = Plan::of(file.protocol, start.site)?;
    let request = StartRequest {
        protocol: plan.protocol().name().to_string(),
        target_c: None,
        duration_s: None,
        site: plan.site().name().to_owned(),
        text: own.map(|it| it.text),
    };
    heat::lead(&request, start.detach, client, output).await
}
