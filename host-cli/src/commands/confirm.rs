//! `soothe confirm`: what a protocol asks for is done, or somebody is there.

use serde_json::json;
use soothe_wire::client::Client;
use soothe_wire::{ConfirmRequest, Status};

use crate::failure::Failure;
use crate::output::Output;
use crate::render::words::countdown;

/// Confirms what waits; else gives the sign, whether or not it was asked for.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let before = client.status().await?;
    let asked = before.session.and_then(|it| Some((it.id, it.phase.asked?)));
    let after = match &asked {
        Some((session, asked)) => {
            client.confirm(&ConfirmRequest { session: *session, prompt: asked.number }).await?
        }
        None => client.present().await?,
    };
    if output.json {
        return output.value(&json!(after));
    }
    let done = asked.map_or_else(String::new, |(_, asked)| format!("Done: {}.\n", asked.text));
    output.text(&(done + &confirmed(before.pack_left_on, &after)))
}

/// What a sign came to; `left` tells whether a session had left a cold pack on.
fn confirmed(left: bool, after: &Status) -> String {
    match (left, after.pack_left_on) {
        (true, false) => {
            return "The cold pack is off: noted. Its site rests from now on.\n".to_owned();
        }
        (_, true) => {
            let why = "it had not been called for long enough, or a fault still sounds";
            return format!("The cold pack is called for on: {why}. Say it again in a minute.\n");
        }
        (false, false) => {}
    }
    match after.session.as_ref().and_then(|session| session.asks_in_s) {
        Some(asks_in_s) => {
            format!(
                "You are there: noted. A sign is asked for again in {}.\n",
                countdown(asks_in_s)
            )
        }
        None => "Nothing runs, so no sign is asked for.\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{heating_status, idle_status};

    #[test]
    fn the_next_sign_is_announced() {
        let said = confirmed(false, &heating_status());
        assert_eq!(said, "You are there: noted. A sign is asked for again in 5:00.\n");
        assert_eq!(confirmed(false, &idle_status()), "Nothing runs, so no sign is asked for.\n");
    }

    #[test]
    fn a_pack_that_is_said_to_be_off_is_noted_or_called_for_on() {
        let left = Status { pack_left_on: true, ..idle_status() };
        assert!(confirmed(true, &idle_status()).starts_with("The cold pack is off: noted."));
        assert!(confirmed(true, &left).starts_with("The cold pack is called for on"));
    }
}
