//! The outcomes of everything as text, with what is equal said once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::around::Around;
use crate::command::Asked;
use crate::heard::Heard;
use crate::outcome;
use crate::states::{self, State};

/// What comes of one command in one state: by circumstances, by evidence.
type Outcomes = Vec<Vec<Option<String>>>;

/// Commands that have the same outcomes.
type Block = (Vec<Asked>, Outcomes);

fn outcomes(state: &State, asked: Asked) -> Outcomes {
    let of = |around: &Around| {
        Heard::ALL.iter().map(|heard| outcome::of(state, asked, *heard, *around)).collect()
    };
    Around::ALL.iter().map(of).collect()
}

/// The outcomes of all commands in a state, with equal ones together.
fn blocks(state: &State) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for asked in Asked::ALL {
        let outcomes = outcomes(state, asked);
        match blocks.iter_mut().find(|(_, known)| *known == outcomes) {
            Some((commands, _)) => commands.push(asked),
            None => blocks.push((vec![asked], outcomes)),
        }
    }
    blocks
}

/// Everything.
pub(crate) fn text() -> String {
    let mut groups: Vec<(Vec<String>, Vec<Block>)> = Vec::new();
    let (mut states, mut possible) = (0, 0);
    for state in states::all() {
        let blocks = blocks(&state);
        states += 1;
        possible += blocks.iter().map(possible_in).sum::<usize>();
        match groups.iter_mut().find(|(_, known)| *known == blocks) {
            Some((names, _)) => names.push(state.name),
            None => groups.push((vec![state.name], blocks)),
        }
    }
    let mut text = head(states, possible);
    for (names, blocks) in &groups {
        writeln!(text, "\n== {}", names.join(", ")).expect("strings take text");
        for (commands, outcomes) in blocks {
            let names: Vec<&str> = commands.iter().map(|it| it.name()).collect();
            writeln!(text, "{}:", names.join(", ")).expect("strings take text");
            write_outcomes(&mut text, outcomes);
        }
    }
    text
}

/// How many combinations in a block can come about.
fn possible_in((commands, outcomes): &Block) -> usize {
    commands.len() * outcomes.iter().flatten().flatten().count()
}

fn head(states: usize, possible: usize) -> String {
    let heard: Vec<&str> = Heard::ALL.iter().map(|it| it.name()).collect();
    let around: Vec<&str> = Around::ALL.iter().map(|it| it.name()).collect();
    format!(
        "What comes of one step: in a state (==), on a command (:), the outcome, and after it the\n\
         circumstances / the evidence under which it comes. `else` is all that is possible besides.\n\
         {states} states x {} commands x {} circumstances x {} classes of evidence; {possible} can come about.\n\
         circumstances: {}\nevidence: {}\n",
        Asked::ALL.len(),
        Around::ALL.len(),
        Heard::ALL.len(),
        around.join(" "),
        heard.join(" ")
    )
}

/// Each outcome with where it comes; the most frequent one last, as `else`.
fn write_outcomes(text: &mut String, outcomes: &Outcomes) {
    let mut places: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (around, row) in outcomes.iter().enumerate() {
        for (heard, outcome) in row.iter().enumerate() {
            if let Some(outcome) = outcome {
                places.entry(outcome).or_default().push((around, heard));
            }
        }
    }
    let mut sorted: Vec<_> = places.into_iter().collect();
    sorted.sort_by_key(|(outcome, at)| (at.len(), *outcome));
    let most = sorted.pop();
    sorted.sort_by_key(|(_, at)| at[0]);
    for (outcome, at) in sorted {
        let places = where_it_comes(outcomes, &at);
        writeln!(text, "    {outcome}: {}", places.join("; ")).expect("strings take text");
    }
    if let Some((outcome, _)) = most {
        writeln!(text, "    {outcome}: else").expect("strings take text");
    }
}

/// Circumstances with the same evidence stand together.
fn where_it_comes(outcomes: &Outcomes, at: &[(usize, usize)]) -> Vec<String> {
    let mut together: Vec<(Vec<usize>, String)> = Vec::new();
    for around in 0..outcomes.len() {
        let heard: Vec<usize> =
            at.iter().filter(|(it, _)| *it == around).map(|(_, heard)| *heard).collect();
        if heard.is_empty() {
            continue;
        }
        let possible: Vec<usize> =
            (0..Heard::ALL.len()).filter(|it| outcomes[around][*it].is_some()).collect();
        let words = some_of(&Heard::ALL.map(Heard::name), &heard, &possible);
        match together.iter_mut().find(|(_, known)| *known == words) {
            Some((arounds, _)) => arounds.push(around),
            None => together.push((vec![around], words)),
        }
    }
    let possible: Vec<usize> =
        (0..outcomes.len()).filter(|it| outcomes[*it].iter().any(Option::is_some)).collect();
    let all = Around::ALL.map(Around::name);
    let places = together
        .iter()
        .map(|(arounds, words)| format!("{} / {words}", some_of(&all, arounds, &possible)));
    places.collect()
}

/// The names of what is chosen, or of what is not where those are fewer.
fn some_of(names: &[&str], chosen: &[usize], possible: &[usize]) -> String {
    let named = |all: Vec<usize>| {
        let words: Vec<&str> = all.into_iter().map(|it| names[it]).collect();
        words.join(" ")
    };
    let missing: Vec<usize> = possible.iter().copied().filter(|it| !chosen.contains(it)).collect();
    if missing.is_empty() {
        "any".to_owned()
    } else if missing.len() < chosen.len() {
        format!("any but {}", named(missing))
    } else {
        named(chosen.to_vec())
    }
}
