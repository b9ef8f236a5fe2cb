//! A session that a person stays with: started when the check-list is answered, shown, and stopped when they
//! leave.

use std::pin::pin;

use jiff::tz::TimeZone;
use soothe_wire::client::{Client, ClientError};
use soothe_wire::record::EndedRecord;
use soothe_wire::{SessionSummary, Started, Status};

use crate::commands::checklist;
use crate::failure::Failure;
use crate::follow::{Follower, Leaving, Next, TICK_MS, lost};
use crate::output::Output;
use crate::pulse::Pulse;
use crate::render::words::pack_off;
use crate::screen::{Screen, opening};
use crate::word::Word;

/// Has the check-list answered where that is due and somebody is there to be asked.
pub(crate) async fn prepare(client: &Client, output: &Output) -> Result<(), Failure> {
    // Without a daemon it ends here, where it is sure that nothing was started.
    let list = client.status().await?.checklist;
    if list.due && output.interactive {
        let answered = checklist::ask(client, output).await;
        let list = answered.map_err(|failure| failure.and("Nothing was started"))?;
        // Whether they forbid this session is the daemon's to say: it refuses the start then.
        checklist::tell(&list, output)?;
    }
    Ok(())
}

/// Starts a session. When it is not sure that there is none, one STOP is tried: nobody would be with a session
/// of which nobody heard.
pub(crate) async fn start(
    starting: impl Future<Output = Result<Started, ClientError>>,
    client: &Client,
    leaving: &mut Leaving,
) -> Result<i64, Failure> {
    let mut starting = pin!(starting);
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

/// Shows the session until it is over. Leaving asks the daemon to stop it, and then waits for that.
pub(crate) async fn stay(
    id: i64,
    client: &Client,
    leaving: Leaving,
    output: &Output,
) -> Result<(), Failure> {
    let mut screen = Screen::for_result(output);
    let stayed = follow(id, client, leaving, output, &mut screen).await;
    let stayed = stayed.and(screen.clear());
    if let Err(failure) = stayed {
        // Nobody is with the session any more, as when the terminal was closed.
        return Err(failure.after_stop(client.stop().await));
    }
    Ok(())
}

async fn follow(
    id: i64,
    client: &Client,
    leaving: Leaving,
    output: &Output,
    screen: &mut Screen<'_>,
) -> Result<(), Failure> {
    let follower = Follower::start(client, leaving, output).await;
    let mut follower = follower.map_err(|e| lost(e, Some(id)))?;
    let (mut seen, mut pulse) = (false, Pulse::default());
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
            Next::Tick => {
                screen.passed(TICK_MS)?;
                // Only where somebody sits there who could lower the level.
                if output.interactive {
                    pulse.passed(TICK_MS, screen.last(), client).await;
                }
            }
            Next::Typed(Word::Stop) | Next::Leave => {
                let stopped = client.stop().await?;
                let said = "Asked the daemon to stop: every output is off.";
                screen.say(format!("{said} {}", pack_off(&stopped)).trim_end())?;
            }
            Next::Typed(word) => screen.hear(word, client).await?,
        }
    }
}

/// Whether a session that was never seen running has ended already.
fn is_over(status: &Status, id: i64) -> bool {
    status.last.as_ref().is_some_and(|last| last.id >= id)
}

/// A fault or a limit that ended a session is the failure of who started it. Whether or not the device still
/// shows it, the log has why it ended.
pub(crate) async fn judge(client: &Client, summary: SessionSummary) -> Result<(), Failure> {
    let last = client.status().await.ok().and_then(|status| status.last);
    let ended = last.filter(|last| last.id == summary.id).unwrap_or_else(|| as_logged(summary));
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
