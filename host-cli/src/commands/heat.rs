//! `soothe heat`: one heat session, started, shown and summed up.

use serde_json::json;
use soothe_therapy::{Plan, limits};
use soothe_wire::client::Client;
use soothe_wire::{StartRequest, Started};

use crate::args::Heat;
use crate::commands::attended;
use crate::failure::Failure;
use crate::follow::{Leaving, lost};
use crate::output::Output;
use crate::render::summary;
use crate::render::words::pack_left;

/// Starts one heat phase.
pub(crate) async fn run(heat: &Heat, client: &Client, output: &Output) -> Result<(), Failure> {
    // What the limits refuse is refused here, before anything is sent; the daemon judges again.
    let target_c = match heat.target {
        Some(target_c) => target_c,
        None => client.status().await?.profile_takes.target_max_c.min(limits::TARGET_DEFAULT.get()),
    };
    let plan = Plan::heat(target_c, heat.duration, heat.site)?;
    let request = StartRequest {
        protocol: Plan::HEAT.to_owned(),
        target_c: Some(target_c),
        duration_s: Some(plan.protocol().duration().as_ms() / 1000),
        site: plan.site().name().to_owned(),
        text: None,
    };
    lead(&request, heat.detach, client, output).await
}

/// Starts a session and, unless detached, stays with it to its end.
pub(crate) async fn lead(
    request: &StartRequest,
    detach: bool,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    attended::prepare(client, output).await?;
    // Listened for before the start: a Ctrl-C while the answer is on its way must stop the session.
    let mut leaving = Leaving::listen()?;
    let id = attended::start(client.start(request), client, &mut leaving).await?;
    if detach {
        return detached(id, output);
    }
    attended::stay(id, client, leaving, output).await?;
    finish(client, id, output).await
}

fn detached(id: i64, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!(Started { id }));
    }
    output.text(&format!(
        "Session {id} runs on its own: `soothe watch` shows it, `soothe stop` ends it. It asks for a \
         sign every 10 minutes: `soothe confirm`.\n"
    ))
}

/// Sums up a session that has ended. A fault or a limit that ended it is this command's failure.
pub(crate) async fn finish(client: &Client, id: i64, output: &Output) -> Result<(), Failure> {
    let detail = client.session(id).await.map_err(|e| lost(e, None))?;
    if output.json {
        output.value(&json!(detail))?;
    } else {
        let text = summary::session(&detail, output.paint);
        let pack = pack_left(client.status().await.ok().as_ref());
        output.text(&format!("{text}  curve    soothe log show {id}\n"))?;
        if !pack.is_empty() {
            output.text(&format!("{pack}\n"))?;
        }
    }
    attended::judge(client, detail.summary).await
}
