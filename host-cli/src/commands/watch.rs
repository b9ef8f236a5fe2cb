//! `soothe watch`: the device live, until the session ends or the person leaves. It stops nothing.

use soothe_wire::Status;
use soothe_wire::client::Client;

use crate::commands::heat::finish;
use crate::commands::status::latched;
use crate::failure::{Failure, UNSEEN};
use crate::follow::{Follower, Leaving, Next, TICK_MS, lost};
use crate::output::Output;
use crate::pulse::Pulse;
use crate::render::remind;
use crate::screen::{Screen, opening};

/// Why a session that is not seen any more may still run.
const WHEN_LOST: &str = "If only the connection broke, the session goes on: `soothe stop` ends it";

/// Shows the device until the session that runs, or the next one, has ended.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let mut follower = Follower::start(client, Leaving::listen()?, output).await?;
    let mut screen = Screen::for_snapshots(output);
    let mut watched = None;
    let (mut told, mut pulse) = (Vec::new(), Pulse::default());
    loop {
        match follower.next().await {
            Ok(Next::Snapshot(status)) => {
                let session = running(&status);
                match (watched, session) {
                    (Some(id), session) if session != Some(id) => {
                        screen.show(*status)?;
                        screen.clear()?;
                        return ended(client, id, output).await;
                    }
                    (None, Some(_)) => {
                        if let Some(text) = opening(&status, "Ctrl-C only leaves.") {
                            screen.say(&text)?;
                        }
                    }
                    (Some(_), _) | (None, None) => {}
                }
                watched = session;
                for due in status.reminders.iter().filter(|due| !told.contains(*due)) {
                    screen.say(&remind::due(due))?;
                }
                told.clone_from(&status.reminders);
                screen.show(*status)?;
            }
            Ok(Next::Tick) => {
                screen.passed(TICK_MS)?;
                if output.interactive {
                    pulse.passed(TICK_MS, screen.last(), client).await;
                }
            }
            Ok(Next::Typed(word)) => screen.hear(word, client).await?,
            Ok(Next::Leave) => {
                screen.clear()?;
                return screen.last().map_or(Ok(()), latched);
            }
            Err(error) => {
                screen.clear()?;
                let advice = watched.map_or([].as_slice(), |_| &[WHEN_LOST, UNSEEN]);
                return Err(advice.iter().copied().fold(lost(error, watched), Failure::and));
            }
        }
    }
}

fn running(status: &Status) -> Option<i64> {
    status.session.as_ref().map(|session| session.id)
}

/// Programs had every snapshot and need no summary.
async fn ended(client: &Client, id: i64, output: &Output) -> Result<(), Failure> {
    if output.json { latched(&client.status().await?) } else { finish(client, id, output).await }
}
