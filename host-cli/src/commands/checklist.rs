//! `soothe checklist`: who must not use heat, cold or TENS, shown and answered.

use serde_json::json;
use soothe_wire::client::Client;
use soothe_wire::{Checklist as State, ChecklistAnswers, Condition};

use crate::args::{Answer, Checklist, ChecklistCommand};
use crate::commands::asked;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::account;
use crate::render::paint::Paint;
use crate::render::words;

const QUESTION: &str = "Before a session: does any of these apply to whoever is treated? (HL-S7)";

/// Shows or answers.
pub(crate) async fn run(list: &Checklist, client: &Client, output: &Output) -> Result<(), Failure> {
    match &list.command {
        None | Some(ChecklistCommand::Show) => show(client, output).await,
        Some(ChecklistCommand::Answer(answer)) => answered(answer, client, output).await,
    }
}

async fn show(client: &Client, output: &Output) -> Result<(), Failure> {
    let list = client.checklist().await?;
    if output.json {
        return output.value(&json!(list));
    }
    let said = |it: &Condition| {
        let yes = if list.status.forbidding.contains(it) { "YES " } else { "" };
        format!("  {yes}{}: {}\n", it.name, account::condition(it))
    };
    let all: String = list.conditions.iter().map(said).collect();
    let state = account::checklist(&list.status, output.paint);
    output
        .text(&format!("Each of these forbids what stands behind it (HL-S7):\n{all}It {state}.\n"))
}

async fn answered(answer: &Answer, client: &Client, output: &Output) -> Result<(), Failure> {
    if answer.none || !answer.yes.is_empty() {
        let yes = answer.yes.iter().map(|it| it.name().to_owned()).collect();
        tell(&client.answer_checklist(&ChecklistAnswers { yes }).await?, output)?;
        let pack = words::pack_left(client.status().await.ok().as_ref());
        return if pack.is_empty() || output.json {
            Ok(())
        } else {
            output.text(&format!("{pack}\n"))
        };
    }
    if !output.interactive {
        const HOW: &str = "say --none, or --yes NAME for each condition that applies; only on a \
            terminal it asks";
        return Err(Failure::Usage(HOW.to_owned()));
    }
    tell(&ask(client, output).await?, output)
}

/// Asks the person at the terminal, and hands the answers on.
pub(crate) async fn ask(client: &Client, output: &Output) -> Result<State, Failure> {
    let list = client.checklist().await?;
    let yes = asked::which(QUESTION, &list.conditions, "soothe checklist answer", output)?;
    Ok(client.answer_checklist(&ChecklistAnswers { yes }).await?)
}

/// Says that the answers were recorded, and what they forbid.
pub(crate) fn tell(list: &State, output: &Output) -> Result<(), Failure> {
    if output.json {
        return output.value(&json!(list));
    }
    output.text(&recorded(list, output.paint))
}

fn recorded(list: &State, paint: Paint) -> String {
    if list.status.forbidding.is_empty() {
        return format!("The check-list {}.\n", account::checklist(&list.status, paint));
    }
    let named = |it: &Condition| format!("  {}: {}\n", it.name, account::condition(it));
    let all: String = list.status.forbidding.iter().map(named).collect();
    format!(
        "Recorded. While this is so, there is no {} (HL-S7):\n{all}When it has changed, answer again: \
         `soothe checklist answer`.\n",
        words::agents(&list.status.forbids)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::idle_status;
    use soothe_wire::ChecklistStatus;
    use soothe_wire::convert::conditions;

    #[test]
    fn answers_are_said_to_be_recorded_with_everything_that_they_forbid() {
        let conditions = conditions();
        let forbidding = vec![conditions[10].clone(), conditions[16].clone()];
        let forbids = vec!["heat".to_owned(), "tens".to_owned()];
        let status = ChecklistStatus { forbids, forbidding, ..idle_status().checklist };
        let text = recorded(&State { conditions, status }, Paint::new(false));
        let said = "Recorded. While this is so, there is no heat or TENS (HL-S7):\n  drugs: al";
        assert!(text.starts_with(said), "{text}");
        assert!(text.contains("  epilepsy: epilepsy (no TENS)\n"), "{text}");
    }
}
