//! `soothe clear`: a person has looked, and clears a fault or the notice of an interruption.

use serde_json::json;
use soothe_wire::Status;
use soothe_wire::client::{Client, ClientError};

use crate::failure::Failure;
use crate::output::Output;

/// Clears what is latched; the daemon declines while a fault's cause is still there.
pub(crate) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    // The answer shows only what is left; what was there has to be looked at before.
    let before = client.status().await?;
    let after = client.clear().await.map_err(declined)?;
    if output.json {
        return output.value(&json!(after));
    }
    output.text(&cleared(&before, &after))
}

/// Another `soothe clear` helps, but only later.
fn declined(error: ClientError) -> Failure {
    let mut failure = Failure::from(error);
    if let Failure::Latched(refused) = &mut failure {
        refused.opens = Some("when the cause is gone: then `soothe clear` again".to_owned());
    }
    failure
}

/// What is no longer there.
fn cleared(before: &Status, after: &Status) -> String {
    let mut text = String::new();
    if let (Some(fault), None) = (&before.fault, &after.fault) {
        text += &format!("Cleared: the fault \"{}\".\n", fault.message);
    }
    if let (Some(cut_off), None) = (&before.interrupted, &after.interrupted) {
        text += &format!("Cleared: the interruption of session {}.\n", cut_off.id);
    }
    if text.is_empty() { "Nothing to clear.\n".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{fault, idle_status, summary};

    #[test]
    fn what_was_cleared_is_named_and_nothing_else() {
        let idle = idle_status();
        let faulty = Status { fault: Some(fault()), ..idle_status() };
        let cut_off = Status { interrupted: Some(summary("interrupted")), ..idle_status() };
        let both = Status { fault: Some(fault()), ..cut_off.clone() };
        let of_fault = "Cleared: the fault \"the contact temperature reached 44 °C \
                        (HL-H3, read 44.1 °C)\".\n";
        let of_session = "Cleared: the interruption of session 7.\n";
        assert_eq!(cleared(&idle, &idle), "Nothing to clear.\n");
        assert_eq!(cleared(&faulty, &idle), of_fault);
        assert_eq!(cleared(&cut_off, &idle), of_session);
        assert_eq!(cleared(&both, &idle), format!("{of_fault}{of_session}"));
        assert_eq!(cleared(&both, &cut_off), of_fault);
    }
}
