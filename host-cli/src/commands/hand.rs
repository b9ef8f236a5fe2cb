//! `soothe level`, `soothe pause`, `soothe resume`: what a person does to a running session with one hand.

use serde_json::json;
use soothe_therapy::limits;
use soothe_wire::client::{Client, ClientError};
use soothe_wire::{LevelRequest, Status};

use crate::args::LevelChange;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::words::countdown;

/// Sets the TENS level.
pub(crate) async fn level(
    change: LevelChange,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    let after = set(change, &client.status().await?, client).await?;
    if output.json {
        return output.value(&json!(after));
    }
    output.text(&told(&after))
}

/// Sets the level from what is shown; where no TENS is on, the daemon says so.
pub(crate) async fn set(
    change: LevelChange,
    shown: &Status,
    client: &Client,
) -> Result<Status, ClientError> {
    let now_ma = level_of(shown).unwrap_or(0);
    let (level_ma, raise) = match change {
        LevelChange::Up => (now_ma.saturating_add(1), true),
        LevelChange::Down => (now_ma.saturating_sub(1), false),
        LevelChange::To(ma) => (ma, ma > now_ma),
    };
    client.set_level(&LevelRequest { level_ma, raise }).await
}

/// The level in force, while electrodes lie.
pub(crate) fn level_of(status: &Status) -> Option<u8> {
    Some(status.session.as_ref()?.phase.level.as_ref()?.level_ma)
}

fn told(after: &Status) -> String {
    let level = after.session.as_ref().and_then(|it| it.phase.level.as_ref());
    level.map_or_else(
        || "No TENS is on any more.\n".to_owned(),
        |it| {
            let unwatched = format!(
                " It goes to zero after {} unless somebody watches: keep `soothe watch` open.",
                limits::CLIENT_LOST
            );
            let ends = if it.level_ma > 0 { unwatched } else { String::new() };
            format!("The level is {} mA, of at most {}.{ends}\n", it.level_ma, it.cap_ma)
        },
    )
}

/// Pauses the session.
pub(crate) async fn pause(client: &Client, output: &Output) -> Result<(), Failure> {
    let after = client.pause().await?;
    if output.json {
        return output.value(&json!(after));
    }
    output.text(&paused(&after))
}

/// What a pause means.
pub(crate) fn paused(after: &Status) -> String {
    let left_s = after.session.as_ref().and_then(|it| it.phase.pause_left_s);
    left_s.map_or_else(
        || "The session is over.\n".to_owned(),
        |left_s| {
            format!(
                "Paused: everything is off. Go on within {} with `soothe resume`, or the session ends.\n",
                countdown(left_s)
            )
        },
    )
}

/// Goes on with it.
pub(crate) async fn resume(client: &Client, output: &Output) -> Result<(), Failure> {
    let after = client.resume().await?;
    if output.json {
        return output.value(&json!(after));
    }
    let kind = after.session.as_ref().map(|it| it.phase.phase.kind.as_str());
    output.text(match kind {
        Some("heat") => "It goes on: the pad warms again.\n",
        Some("tens") => "It goes on: the level begins at zero.\n",
        Some(_) | None => "It goes on where it stood.\n",
    })
}
