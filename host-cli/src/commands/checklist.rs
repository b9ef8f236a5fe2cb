//! `soothe checklist`: who must not use heat, shown and answered.

use std::io::{BufRead, stdin};

use serde_json::json;
use soothe_therapy::Refusal;
use soothe_therapy::checklist::{ChecklistRefusal, Condition as Known};
use soothe_wire::client::Client;
use soothe_wire::{ChecklistAnswers, Condition};

use crate::args::{Answer, Checklist, ChecklistCommand};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::account;

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
        return send(yes, client, output).await;
    }
    if !output.interactive {
        const HOW: &str = "say --none, or --yes NAME for each condition that applies; only on a \
            terminal it asks";
        return Err(Failure::Usage(HOW.to_owned()));
    }
    ask(client, output).await
}

/// Asks the person at the terminal, and hands the answers on.
pub(crate) async fn ask(client: &Client, output: &Output) -> Result<(), Failure> {
    let list = client.checklist().await?;
    output.text(&question(&list.conditions))?;
    let mut input = stdin().lock();
    for _ in 0..TRIES {
        output.text("> ")?;
        let mut line = String::new();
        let read = input.read_line(&mut line);
        if read.map_or(true, |length| length == 0) {
            break;
        }
        if let Some(yes) = understood(&line, &list.conditions) {
            return send(yes, client, output).await;
        }
        let most = list.conditions.len();
        output.text(&format!("Not understood: `none`, or numbers from 1 to {most}.\n"))?;
    }
    Err(Refusal::Checklist(ChecklistRefusal::Unanswered).into())
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

/// Sends the answers; a yes is this command's refusal, with its reason.
async fn send(yes: Vec<String>, client: &Client, output: &Output) -> Result<(), Failure> {
    let list = client.answer_checklist(&ChecklistAnswers { yes }).await?;
    if output.json {
        output.value(&json!(list))?;
    }
    if let Some(first) = list.status.forbidding.first() {
        return Err(forbidden(first));
    }
    if output.json {
        return Ok(());
    }
    output.text(&format!("The check-list {}.\n", account::checklist(&list.status, output.paint)))
}

/// The refusal that a start would get.
fn forbidden(condition: &Condition) -> Failure {
    match Known::from_name(&condition.name) {
        Some(known) => Refusal::Checklist(ChecklistRefusal::Forbidden(known)).into(),
        // A newer daemon asks more.
        None => Failure::Other(format!("the check-list forbids heat: {}", condition.text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_wire::convert::conditions;

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
