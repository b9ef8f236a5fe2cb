//! The check-list, as a shape and in words.

use soothe_therapy::checklist::{self, Agents, Checklist, PastAnswers};
use soothe_therapy::{Moment, limits};

use crate::status::{ChecklistStatus, Condition};

impl From<checklist::Condition> for Condition {
    fn from(condition: checklist::Condition) -> Self {
        Self {
            name: condition.name().to_owned(),
            text: condition.text().to_owned(),
            forbids: names(condition.forbids()),
        }
    }
}

fn names(Agents { heat, cold, tens }: Agents) -> Vec<String> {
    let all = [(heat, "heat"), (cold, "cold"), (tens, "tens")];
    all.into_iter().filter(|it| it.0).map(|it| it.1.to_owned()).collect()
}

/// Everything that the check-list asks, in its order.
#[must_use]
pub fn conditions() -> Vec<Condition> {
    checklist::Condition::ALL.iter().copied().map(Into::into).collect()
}

/// How the check-list stands with these answers.
#[must_use]
pub fn checklist(past: Option<PastAnswers>) -> ChecklistStatus {
    // What needs none of the agents is refused for want of good answers alone.
    let due = Checklist::new(past, Moment::START).allows(Agents::NONE, Moment::START).is_err();
    let left = |past: PastAnswers| limits::CHECKLIST_VALID.saturating_sub(past.age);
    let forbidding = past.map_or_else(Vec::new, |it| it.answers.yes().map(Into::into).collect());
    ChecklistStatus {
        due,
        answered_s_ago: past.map(|past| past.age.as_s()),
        valid_for_s: past.filter(|_| !due).map(|past| left(past).as_s()),
        forbids: past.map_or_else(Vec::new, |it| names(it.answers.forbid())),
        forbidding,
    }
}

pub(super) fn answered(answers: checklist::Answers) -> String {
    let yes: Vec<&str> = answers.yes().map(checklist::Condition::name).collect();
    match yes.as_slice() {
        [] => "the check-list was answered: no to everything".to_owned(),
        [..] => format!("the check-list was answered: yes to {}", yes.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use checklist::{Answers, Condition as Core};
    use soothe_therapy::Span;

    #[test]
    fn hl_s7_a_yes_forbids_what_it_is_about_and_makes_nothing_due() {
        let given = |answers| checklist(Some(PastAnswers { answers, age: Span::ZERO }));
        for (yes, forbids) in [
            (Answers::NONE, [].as_slice()),
            (Answers::NONE.and(Core::Epilepsy), &["tens"]),
            (Answers::NONE.and(Core::Cold), &["cold"]),
            (Answers::NONE.and(Core::Drugs).and(Core::Epilepsy), &["heat", "tens"]),
        ] {
            let list = given(yes);
            assert!(!list.due && list.valid_for_s.is_some(), "{list:?}");
            assert_eq!(list.forbids, forbids);
        }
    }

    #[test]
    fn hl_s7_without_good_answers_it_is_due_whatever_they_were() {
        assert!(checklist(None).due);
        let answers = Answers::NONE.and(Core::Epilepsy);
        let old = PastAnswers { answers, age: limits::CHECKLIST_VALID + Span::from_ms(1) };
        let list = checklist(Some(old));
        assert_eq!((list.due, list.valid_for_s), (true, None));
        assert_eq!(list.forbids, ["tens"]);
    }
}
