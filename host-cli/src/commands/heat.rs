//! `soothe heat`: one heat session, started, shown and summed up.

use std::pin::pin;

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_therapy::HeatPlan;
use soothe_wire::client::{Client, ClientError};
use soothe_wire::record::EndedRecord;
use soothe_wire::request::Protocol;
use soothe_wire::{SessionSummary, StartRequest, Started, Status};

use crate::args::Heat;
use crate::commands::checklist;
use crate::failure::Failure;
use crate::follow::{Follower, Leaving, Next, TICK_MS, lost};
use crate::output::Output;
use crate::render::summary;
use crate::screen::{Screen, opening};

/// Starts the session and, unless detached, stays with it to its end.
pub(crate) async fn run(heat: &Heat, client: &Client, output: &Output) -> Result<(), Failure> {
    // What the limits refuse is refused here, before anything is sent; the daemon judges again.
    let plan = HeatPlan::new(heat.target, heat.duration, heat.site)?;
    let request = StartRequest {
        protocol: Protocol::Heat,
        target_c: plan.target().get(),
        duration_s: plan.duration().as_ms() / 1000,
        site: plan.site().name().to_owned(),
    };
    // Without a daemon it ends here, where it is sure that nothing was started.
    let list = client.status().await?.checklist;
    if list.due && list.forbidding.is_empty() && output.interactive {
        let answered = checklist::ask(client, output).await;
        let list = answered.map_err(|failure| failure.and("Nothing was started"))?;
        // What the answers forbid is the daemon's to say: it refuses the start with it.
        if list.status.forbidding.is_empty() {
            checklist::tell(&list, output)?;
        }
    }
    // Listened for before the start: a Ctrl-C while the answer is on its way must stop the session.
    let mut leaving = Leaving::listen()?;
    let id = start(&request, client, &mut leaving).await?;
    if heat.detach {
        return detached(id, output);
    }
    let mut screen = Screen::for_result(output);
    let stayed = stay(id, client, leaving, output, &mut screen).await;
    let stayed = stayed.and(screen.clear());
    if let Err(failure) = stayed {
        // Nobody is with the session any more, as when the terminal was closed.
        return Err(failure.after_stop(client.stop().await));
    }
    finish(client, id, output).await
}

/// Starts the session. When it is not sure that there is none, one STOP is tried: nobody would be with
/// a session of which nobody heard.
async fn start(
    request: &StartRequest,
    client: &Client,
    leaving: &mut Leaving,
) -> Result<i64, Failure> {
    let mut starting = pin!(client.start(request));
    let answer = tokio::select! {
        biased;
        answer = &mut starting => answer,
        () = leaving.wished() => {
            let (mut stopped, answer) = tokio::join!(client.stop(), starting);
            if answer.is_ok() {
                // The STOP may have overtaken the start.
                stopped = client.stop().await;
            }
            let left = "the session was given up before it was seen to start";
            return Err(Failure::Other(left.to_owned()).after_stop(stopped));
        }
    };
    match answer {
        Ok(Started { id }) => Ok(id),
        Err(ClientError::Problem(problem)) if problem.status < 500 => {
            let refused = Failure::from(*problem);
            Err(match client.status().await {
                Ok(status) => refused.explained(&status, &TimeZone::system()),
                Err(_) => refused,
            })
        }
        Err(error) => Err(lost(error, None).after_stop(client.stop().await)),
    }
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

/// Shows the session until it is over. Leaving asks the daemon to stop it, and then waits for that.
async fn stay(
    id: i64,
    client: &Client,
    leaving: Leaving,
    output: &Output,
    screen: &mut Screen<'_>,
) -> Result<(), Failure> {
    let follower = Follower::start(client, leaving, output).await;
    let mut follower = follower.map_err(|e| lost(e, Some(id)))?;
    let mut seen = false;
    loop {
        match follower.next().await.map_err(|e| lost(e, Some(id)))? {
            Next::Snapshot(status) => {
                let runs = status.session.as_ref().is_some_and(|session| session.id == id);
                if !runs && (seen || is_over(&status, id)) {
                    return Ok(());
                }
                if runs && !seen {
                    seen = true;
                    let text = opening(&status, "Ctrl-C stops it.");
                    text.map_or(Ok(()), |text| screen.say(&text))?;
                }
                if runs {
                    screen.show(*status)?;
                }
            }
            Next::Tick => screen.passed(TICK_MS)?,
            Next::Present => screen.sign(client).await?,
            Next::Leave => {
                client.stop().await?;
                screen.say("Asked the daemon to stop: every output is off.")?;
            }
        }
    }
}

/// Whether a session that was never seen running has ended already.
fn is_over(status: &Status, id: i64) -> bool {
    status.last.as_ref().is_some_and(|last| last.id >= id)
}

/// Sums up a session that has ended. A fault or a limit that ended it is this command's failure.
pub(crate) async fn finish(client: &Client, id: i64, output: &Output) -> Result<(), Failure> {
    let detail = client.session(id).await.map_err(|e| lost(e, None))?;
    if output.json {
        output.value(&json!(detail))?;
    } else {
        let text = summary::session(&detail, output.paint);
        output.text(&format!("{text}  curve    soothe log show {id}\n"))?;
    }
    // Whether or not the device still shows it, the log has why it ended.
    let last = client.status().await.ok().and_then(|status| status.last);
    let ended = last.filter(|last| last.id == id).unwrap_or_else(|| as_logged(detail.summary));
    Failure::of_end(ended).map_or(Ok(()), Err)
}

fn as_logged(summary: SessionSummary) -> EndedRecord {
    let SessionSummary { id, outcome, reason, rule, elapsed_s, dose_cem43, .. } = summary;
    let reason = reason.unwrap_or_else(|| format!("session {id} ended early"));
    EndedRecord {
        id,
        outcome,
        reason,
        rule,
        limit: None,
        reading: None,
        opens: None,
        elapsed_s,
        dose_cem43,
    }
}
