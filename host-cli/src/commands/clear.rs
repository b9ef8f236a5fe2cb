//! `soothe clear`: a person has looked, and clears a fault or the notice of an interruption.

use jiff::tz::TimeZone;
use serde_json::json;
use soothe_wire::client::{Client, ClientError};
use soothe_wire::{ClearRequest, Status};

use crate::args::Clear;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::summary::{fault, labelled};

/// Clears what is latched; the daemon declines while a fault's cause is still there, and when another
/// fault than the one that is shown here has latched.
pub(crate) async fn run(clear: &Clear, client: &Client, output: &Output) -> Result<(), Failure> {
    // The answer shows only what is left; what was there has to be looked at before.
    let before = client.status().await?;
    if let Some(shown) = before.fault.as_ref().filter(|_| !output.json) {
        output.text(&labelled(&fault(shown, output.paint, &TimeZone::system())))?;
    }
    let shown = ClearRequest { fault: before.fault.as_ref().map(|fault| fault.kind.clone()) };
    let mut after = client.clear(&shown).await.map_err(declined)?;
    if clear.forget_doses {
        after = client.forget_loss().await?;
    }
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
    if let (Some(_), None) = (&before.record_lost, &after.record_lost) {
        text += "Given up: the record of doses that was lost. A site that was heated in the last 24 h \
                 must rest all the same.\n";
    }
    if text.is_empty() { "Nothing to clear.\n".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{fault, idle_status, summary};
    use soothe_wire::RecordLost;

    #[test]
    fn what_was_cleared_is_named_and_nothing_else() {
        let idle = idle_status();
        let faulty = Status { fault: Some(fault()), ..idle_status() };
        let cut_off = Status { interrupted: Some(summary("interrupted")), ..idle_status() };
        let both = Status { fault: Some(fault()), ..cut_off.clone() };
        let of_fault = "Cleared: the fault \"the contact temperature reached 44 °C \
                        (the hottest read 44.1 °C)\".\n";
        let of_session = "Cleared: the interruption of session 7.\n";
        assert_eq!(cleared(&idle, &idle), "Nothing to clear.\n");
        assert_eq!(cleared(&faulty, &idle), of_fault);
        assert_eq!(cleared(&cut_off, &idle), of_session);
        assert_eq!(cleared(&both, &idle), format!("{of_fault}{of_session}"));
        assert_eq!(cleared(&both, &cut_off), of_fault);
        let record_lost = Some(RecordLost { opens_in_s: 60.0 });
        let lost = Status { record_lost, ..idle_status() };
        assert!(cleared(&lost, &idle).starts_with("Given up: the record of doses"));
        assert_eq!(cleared(&lost, &lost), "Nothing to clear.\n");
    }
}
