//! Asking the person at the terminal which conditions of a list are so.

use std::io::{BufRead as _, stdin};

use soothe_wire::Condition;

use crate::failure::Failure;
use crate::output::Output;

/// How often an answer that is not understood is asked for again.
const TRIES: usize = 3;

/// Asks `question`, which shows the list with its numbers; gives the names of those that are so. `again` is the
/// command that asks once more.
pub(crate) fn which(
    question: &str,
    conditions: &[Condition],
    again: &str,
    output: &Output,
) -> Result<Vec<String>, Failure> {
    output.text(&asked(question, conditions))?;
    let mut input = stdin().lock();
    for _ in 0..TRIES {
        output.text("> ")?;
        let mut line = String::new();
        let read = input.read_line(&mut line);
        if read.map_or(true, |length| length == 0) {
            return Err(unanswered("no answer was given", again));
        }
        if let Some(yes) = understood(&line, conditions) {
            return Ok(yes);
        }
        let most = conditions.len();
        output.text(&format!("Not understood: `none`, or numbers from 1 to {most}.\n"))?;
    }
    Err(unanswered(&format!("none of {TRIES} answers was understood"), again))
}

/// Nothing was sent: whatever was answered before still stands.
fn unanswered(why: &str, again: &str) -> Failure {
    Failure::Usage(format!("{why}, so nothing was recorded; to be asked again: `{again}`"))
}

fn asked(question: &str, conditions: &[Condition]) -> String {
    let mut text = format!("{question}\n\n");
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
        for line in ["", "\n", "no", "n", "0", "18", "-1", "1 2 x", "none 2", "1.5", ","] {
            assert_eq!(names(line), None, "{line:?}");
        }
    }

    #[test]
    fn everything_is_asked_with_its_number() {
        let text = asked("Which?", &conditions());
        assert!(text.starts_with("Which?\n\n   1  numb or less sensitive skin"), "{text}");
        assert!(text.contains("\n  13  a child, or someone who is asleep"), "{text}");
    }
}
