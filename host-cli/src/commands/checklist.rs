//! `soothe checklist`: who must not use heat, shown and answered.

use std::io::{BufRead, stdin};

use serde_json::json;
use soothe_wire::client::Client;
use soothe_wire::{Checklist as State, ChecklistAnswers, Condition};

use crate::args::{Answer, Checklist, ChecklistCommand};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::account;
use crate::render::paint::Paint;

/// How often an answer that is not understood is asked for again.
const TRIES: usize = 3;

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
        format!("  {yes}{}: {}\n", it.name, it.text)
    };
    let all: String = list.conditions.iter().map(said).collect();
    let state = account::checklist(&list.status, output.paint);
    output.text(&format!("Heat is not for someone with any of these (HL-S7):\n{all}It {state}.\n"))
}

async fn answered(answer: &Answer, client: &Client, output: &Output) -> Result<(), Failure> {
    if answer.none || !answer.yes.is_empty() {
        let yes = answer.yes.iter().map(|it| it.name().to_owned()).collect();
        return tell(&client.answer_checklist(&ChecklistAnswers { yes }).await?, output);
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
    output.text(&question(&list.conditions))?;
    let mut input = stdin().lock();
    for _ in 0..TRIES {
        output.text("> ")?;
        let mut line = String::new();
        let read = input.read_line(&mut line);
        if read.map_or(true, |length| length == 0) {
            return Err(unanswered("no answer was given"));
        }
        if let Some(yes) = understood(&line, &list.conditions) {
            return Ok(client.answer_checklist(&ChecklistAnswers { yes }).await?);
        }
        let most = list.conditions.len();
        output.text(&format!("Not understood: `none`, or numbers from 1 to {most}.\n"))?;
    }
    Err(unanswered(&format!("none of {TRIES} answers was understood")))
}

/// Nothing was sent: whatever was answered before still stands.
fn unanswered(why: &str) -> Failure {
    Failure::Usage(format!(
        "{why}, so nothing was recorded; to be asked again: `soothe checklist answer`"
    ))
}

fn question(conditions: &[Condition]) -> String {
    let mut text =
        "Before heat: does any of these apply to whoever lies under the pad? (HL-S7)\n\n"
            .to_owned();
    for (nth, condition) in conditions.iter().enumerate() {
        text += &format!("  {:>2}  {}\n", nth + 1, condition.text);
    }
    text + "\nType `none`, or the numbers of those that do, such as `2 5`, and Enter.\n"
}

/// The names of the conditions that a line says yes to; none when it is not understood.
fn understood(line: &str, conditions: &[Condition]) -> Option<Vec<String>> {
    let line = line.trim().to_lowercase();
    if line == "none" {
        return Some(Vec::new());
    }
    let words: Vec<&str> = line.split([' ', ',', '\t']).filter(|word| !word.is_empty()).collect();
    let named = |word: &&str| {
        let nth = word.parse::<usize>().ok()?.checked_sub(1)?;
        conditions.get(nth).map(|condition| condition.name.clone())
    };
    let names: Option<Vec<String>> = words.iter().map(named).collect();
    names.filter(|names| !names.is_empty())
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
    let named = |it: &Condition| format!("  {}: {}\n", it.name, it.text);
    let all: String = list.status.forbidding.iter().map(named).collect();
    format!(
        "Recorded. While this is so, every start is refused (HL-S7):\n{all}When it has changed, answer \
         again: `soothe checklist answer`.\n"
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
        let forbidding = vec![conditions[5].clone(), conditions[10].clone()];
        let status = ChecklistStatus { forbidding, ..idle_status().checklist };
        let text = recorded(&State { conditions, status }, Paint::new(false));
        assert!(text.starts_with("Recorded. "), "{text}");
        assert!(text.contains("  skin: an open wound, ") && text.contains("  drugs: al"), "{text}");
    }

    #[test]
    fn only_a_plain_none_or_numbers_of_the_list_are_understood() {
        let all = conditions();
        let names = |line| understood(line, &all);
        assert_eq!(names(" None\n"), Some(Vec::new()));
        assert_eq!(names("2 5\n"), Some(vec!["circulation".to_owned(), "injury".to_owned()]));
        assert_eq!(names("13,1"), Some(vec!["helpless".to_owned(), "numbness".to_owned()]));
        for line in ["", "\n", "no", "n", "0", "14", "-1", "1 2 x", "none 2", "1.5", ","] {
            assert_eq!(names(line), None, "{line:?}");
        }
    }

    #[test]
    fn everything_is_asked_with_its_number() {
        let text = question(&conditions());
        assert!(text.contains("\n   1  numb or less sensitive skin"), "{text}");
        assert!(text.contains("\n  13  a child, or someone who is asleep"), "{text}");
    }
}
