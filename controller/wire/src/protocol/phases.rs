//! The phases of a protocol file, repeats unrolled, each with its places in the text.

use soothe_therapy::protocol::PHASES_MAX;
use soothe_therapy::tens::Bound;
use soothe_therapy::{HeatError, Phase, PhaseProblem, Protocol, ProtocolError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{At, Keys, Wrong};
use super::{SAY_MAX, guided};

/// What `kind` accepts.
const KINDS: &str = "\"heat\", \"ice\", \"tens\", \"stretch\", \"massage\", \"swap\" or \"rest\"";
/// How a phase is written.
pub(super) const PHASE: &str = "a [[phase]] table, with double brackets";
const INNER: &str = "a [[phase.phase]] table, with double brackets";

/// A phase and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) phase: Phase,
    /// Words of the file for the person.
    pub(super) say: Option<String>,
    /// Which round of how many, where it is repeated.
    round: Option<(usize, usize)>,
    kind_at: usize,
    /// Where its strength is: the target of heat, the cap of TENS.
    strength_at: usize,
    for_at: usize,
}

/// Reads all phases; never more than [`PHASES_MAX`], however often they are to be repeated.
pub(super) fn read(list: &Spanned<DeValue<'_>>) -> Result<Vec<Placed>, Wrong> {
    let mut placed = Vec::new();
    for Keys { at, table, .. } in tables(list, PHASE)? {
        let repeats = table.contains_key("repeat") || table.contains_key("phase");
        let what = if repeats { "a repeat" } else { "a phase" };
        let keys = Keys { what, at, table };
        let (rounds, inner) = if repeats { repeat(&keys)? } else { (1, vec![keys]) };
        let all = placed.len() + rounds * inner.len();
        if all > PHASES_MAX {
            let problem = format!(
                "up to here these are {all} phases: at most {PHASES_MAX} are accepted, repeats \
                 unrolled"
            );
            return Err(Wrong::new(at, problem));
        }
        let once: Vec<Placed> = inner.iter().map(one).collect::<Result<_, _>>()?;
        for round in 1..=rounds {
            let round = repeats.then_some((round, rounds));
            placed.extend(once.iter().cloned().map(|it| Placed { round, ..it }));
        }
    }
    Ok(placed)
}

/// How often, and what.
fn repeat<'a>(keys: &Keys<'a>) -> Result<(usize, Vec<Keys<'a>>), Wrong> {
    keys.only(&["repeat", "phase"])?;
    let rounds = keys.whole("repeat", 1, PHASES_MAX)?.value;
    let inner = tables(keys.wanted("phase", INNER)?, INNER)?;
    if inner.is_empty() {
        return Err(Wrong::new(keys.at, format!("there is nothing to repeat: give {INNER}")));
    }
    let nested = |it: &&Keys<'a>| it.table.contains_key("repeat") || it.table.contains_key("phase");
    if let Some(nested) = inner.iter().find(nested) {
        let problem = "a repeat inside a repeat is not accepted: give single phases, or one [[phase]] \
                       table with `repeat` after the other";
        return Err(Wrong::new(nested.at, problem));
    }
    Ok((rounds, inner))
}

/// The tables of a list of tables.
fn tables<'a>(
    list: &'a Spanned<DeValue<'a>>,
    wanted: &'static str,
) -> Result<Vec<Keys<'a>>, Wrong> {
    let refused = |at| Wrong::new(at, format!("`phase` must be {wanted}"));
    let items = list.get_ref().as_array().ok_or_else(|| refused(list.span().start))?;
    let table = |item: &'a Spanned<DeValue<'a>>| {
        let at = item.span().start;
        let table: &'a DeTable<'a> = item.get_ref().as_table().ok_or_else(|| refused(at))?;
        Ok(Keys { what: "a phase", at, table })
    };
    items.iter().map(table).collect()
}

/// One phase.
fn one(keys: &Keys<'_>) -> Result<Placed, Wrong> {
    if !keys.table.contains_key("kind") {
        let all = [
            "kind",
            "target_c",
            "mode",
            "cap_ma",
            "electrode_cm2",
            "exercise",
            "for",
            "until",
            "say",
        ];
        keys.only(&all)?;
    }
    let kind = keys.word("kind", KINDS)?;
    let say = |keys: &Keys<'_>| match keys.table.contains_key("say") {
        true => keys.prose("say", SAY_MAX).map(Some),
        false => Ok(None),
    };
    let known = |what, accepted: &[&str]| {
        let keys = Keys { what, ..*keys };
        keys.only(accepted).map(|()| keys)
    };
    let placed = |phase, keys: &Keys<'_>, strength_at, for_at| {
        let say = say(keys)?;
        Ok(Placed { phase, say, round: None, kind_at: kind.at, strength_at, for_at })
    };
    match kind.value {
        "heat" => {
            let keys = known("a heat phase", &["kind", "target_c", "for", "say"])?;
            let target = keys.number("target_c", "a number of degrees Celsius such as 40.0")?;
            let duration = keys.span("for")?;
            let phase = Phase::heat(target.value, duration.value).map_err(|error| {
                let at = heat_at(error, target.at, duration.at);
                Wrong { rule: Some(error.rule()), ..Wrong::new(at, error.to_string()) }
            })?;
            placed(phase, &keys, target.at, duration.at)
        }
        "ice" => {
            let keys = known("an ice phase", &["kind", "for", "say"])?;
            let At { value: duration, at } = keys.span("for")?;
            placed(Phase::Ice { duration }, &keys, kind.at, at)
        }
        "swap" => {
            let keys = known("a swap", &["kind", "for", "say"])?;
            let At { value: duration, at } = keys.span("for")?;
            placed(Phase::Swap { duration }, &keys, kind.at, at)
        }
        "rest" => {
            let keys = known("a rest", &["kind", "for", "until", "say"])?;
            let At { value: duration, at } = keys.span("for")?;
            let until_normal = until_normal(&keys)?;
            placed(Phase::Rest { duration, until_normal }, &keys, kind.at, at)
        }
        "tens" => {
            let accepted = ["kind", "mode", "cap_ma", "electrode_cm2", "for", "say"];
            let keys = known("a TENS phase", &accepted)?;
            let (phase, cap_at, for_at) = guided::tens(&keys, kind.at)?;
            placed(phase, &keys, cap_at, for_at)
        }
        "stretch" | "massage" => {
            let keys = known("an exercise", &["kind", "exercise", "for", "say"])?;
            let (phase, for_at) = guided::exercise(&keys, kind.value)?;
            placed(phase, &keys, kind.at, for_at)
        }
        other => {
            let problem =
                format!("`{}` is not a kind of phase: give {KINDS}", other.escape_debug());
            Err(Wrong::new(kind.at, problem))
        }
    }
}

fn until_normal(keys: &Keys<'_>) -> Result<bool, Wrong> {
    const ACCEPTS: &str = "\"normal\", or left out";
    if !keys.table.contains_key("until") {
        return Ok(false);
    }
    let At { value, at } = keys.word("until", ACCEPTS)?;
    if value == "normal" {
        return Ok(true);
    }
    Err(Wrong::new(at, format!("`until` in a rest must be {ACCEPTS}")))
}

const fn heat_at(error: HeatError, target_at: usize, for_at: usize) -> usize {
    match error {
        HeatError::Target { .. } => target_at,
        HeatError::Duration { .. } => for_at,
    }
}

/// Where a refusal of the core is in the text, and what it says there.
pub(super) fn blame(error: ProtocolError, name: At<&str>, placed: &[Placed]) -> Wrong {
    let (at, problem) = match error {
        ProtocolError::Name => (name.at, error.to_string()),
        ProtocolError::Phase { phase, problem } => match placed.get(phase) {
            Some(it) => (it.blamed(problem), format!("{}{problem}", it.in_round())),
            None => (name.at, error.to_string()),
        },
        ProtocolError::Empty
        | ProtocolError::TooMany { .. }
        | ProtocolError::TooLong { .. }
        | ProtocolError::TooMuchDose { .. } => {
            let beyond = first_beyond(error, name.value, placed);
            let at = beyond.map_or(name.at, |it| it.kind_at);
            let here = beyond
                .map_or(String::new(), |it| format!("{}this phase is too much: ", it.in_round()));
            (at, format!("{here}{error}"))
        }
    };
    Wrong { rule: error.rule(), ..Wrong::new(at, problem) }
}

/// The phase with which the phases up to it are refused as all together are.
fn first_beyond<'a>(error: ProtocolError, name: &str, placed: &'a [Placed]) -> Option<&'a Placed> {
    let phases: Vec<Phase> = placed.iter().map(|it| it.phase).collect();
    let as_all = |refused: ProtocolError| {
        core::mem::discriminant(&refused) == core::mem::discriminant(&error)
    };
    let up_to = |count: &usize| Protocol::new(name, &phases[..*count]).err().is_some_and(as_all);
    let count = (1..=phases.len()).find(up_to)?;
    placed.get(count - 1)
}

impl Placed {
    /// Where the part of it is that a problem is about.
    fn blamed(&self, problem: PhaseProblem) -> usize {
        match problem {
            PhaseProblem::Heat(error) => heat_at(error, self.strength_at, self.for_at),
            PhaseProblem::Tens(refused) if refused.bound == Bound::Duration => self.for_at,
            PhaseProblem::Tens(_) => self.strength_at,
            PhaseProblem::HeatTogether { .. }
            | PhaseProblem::Ice { .. }
            | PhaseProblem::IceTogether { .. }
            | PhaseProblem::IceOnNerve { .. }
            | PhaseProblem::Duration { .. } => self.for_at,
            PhaseProblem::TooHotAfterCold { .. } => self.strength_at,
            PhaseProblem::HeatOnNumbSkin | PhaseProblem::NoPlacement(_) | PhaseProblem::NoSwap => {
                self.kind_at
            }
        }
    }

    fn in_round(&self) -> String {
        self.round.map_or(String::new(), |(round, of)| format!("in round {round} of {of}, "))
    }
}
