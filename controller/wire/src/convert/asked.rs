//! The check-list, as a shape and in words.

use soothe_therapy::checklist::{self, Agents, Checklist, PastAnswers};
use soothe_therapy::{Moment, limits};

use crate::status::{ChecklistStatus, Condition};

impl From<checklist::Condition> for Condition {
    fn from(condition: checklist::Condition) -> Self {
        let Agents { heat, cold, tens } = condition.forbids();
        let forbids = [(heat, "heat"), (cold, "cold"), (tens, "tens")];
        Self {
            name: condition.name().to_owned(),
            text: condition.text().to_owned(),
            forbids: forbids.into_iter().filter(|it| it.0).map(|it| it.1.to_owned()).collect(),
        }
    }
}

/// Everything that the check-list asks, in its order.
#[must_use]
pub fn conditions() -> Vec<Condition> {
    checklist::Condition::ALL.iter().copied().map(Into::into).collect()
}

/// How the check-list stands with these answers.
#[must_use]
pub fn checklist(past: Option<PastAnswers>) -> ChecklistStatus {
    let allowed = Checklist::new(past, Moment::START).allows(Agents::HEAT, Moment::START);
    let left = |past: PastAnswers| limits::CHECKLIST_VALID.saturating_sub(past.age);
    let forbidding = past.map_or_else(Vec::new, |it| it.answers.yes().map(Into::into).collect());
    ChecklistStatus {
        due: allowed.is_err(),
        answered_s_ago: past.map(|past| past.age.as_s()),
        valid_for_s: past.filter(|_| allowed.is_ok()).map(|past| left(past).as_s()),
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
