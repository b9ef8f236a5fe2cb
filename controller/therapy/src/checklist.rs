//! The check-list: who must not use heat (HL-S7).
//!
//! A person answers it before the first session and every 30 days. The conditions are those of clinical
//! lists of contraindications and of the FDA/CPSC advisory of 1995; docs/safety.md names the sources.

use core::fmt;

use crate::limits;
use crate::units::{Moment, Span};

macro_rules! conditions {
    ($($variant:ident = $name:literal: $text:literal;)*) => {
        /// Something that forbids heat while it is so.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Condition {
            $(#[doc = $text] $variant,)*
        }

        impl Condition {
            /// Every condition, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in commands, the API and the record.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What is asked, in a person's words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The condition of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|condition| condition.name() == name)
            }
        }
    };
}

conditions! {
    Numbness = "numbness": "numb or less sensitive skin, neuropathy, or diabetes";
    Circulation = "circulation": "poor circulation, vasculitis, a thrombosis or an inflamed vein";
    Cancer = "cancer": "cancer in the area, now or before";
    Bleeding = "bleeding": "a bleeding disorder or a fresh bleed";
    Injury = "injury": "an injury of the last 72 hours, swelling, infection or fever";
    Skin = "skin": "an open wound, rash, damaged or scarred skin in the area";
    Implant = "implant": "a pacemaker, ICD or other implanted electronics, without a doctor's word";
    Heart = "heart": "heart disease, without a doctor's word";
    Pregnancy = "pregnancy": "a pregnancy, with the pad on the abdomen or the lower back";
    Undiagnosed = "undiagnosed": "pain that no doctor has looked at and nobody can explain";
    Drugs = "drugs": "alcohol, sedatives, pain or sleep medication today";
    Liniment = "liniment": "a liniment, heat rub, oil or medicine patch near the pad";
    Helpless = "helpless": "a child, or someone who is asleep or cannot take the pad off";
}

const _: () = assert!(Condition::ALL.len() <= 32);

/// The conditions that a person said yes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers(u32);

impl Answers {
    /// No to everything.
    pub const NONE: Self = Self(0);

    /// The same with one more yes.
    #[must_use]
    pub const fn and(self, condition: Condition) -> Self {
        Self(self.0 | 1 << condition as u32)
    }

    /// Every condition that was answered with yes, in the order of the list.
    pub fn yes(self) -> impl Iterator<Item = Condition> {
        Condition::ALL.iter().copied().filter(move |it| self.0 & (1 << *it as u32) != 0)
    }
}

impl fmt::Display for Answers {
    /// Every condition that was answered with yes, in a person's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, condition) in self.yes().enumerate() {
            let between = if nth == 0 { "" } else { "; " };
            write!(f, "{between}{}", condition.text())?;
        }
        Ok(())
    }
}

/// Answers and how long ago they were given: how they cross a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastAnswers {
    /// The answers.
    pub answers: Answers,
    /// Their age.
    pub age: Span,
}

/// Why the check-list forbids a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistRefusal {
    /// Nobody has answered it yet.
    Unanswered,
    /// The answers are older than 30 days.
    Outdated {
        /// Their age.
        age: Span,
    },
    /// Something that forbids heat was answered with yes; these are all the answers.
    Forbidden(Answers),
}

impl fmt::Display for ChecklistRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |span: Span| span.as_s() / 86_400.0;
        match *self {
            Self::Unanswered => f.write_str("the check-list has not been answered yet"),
            Self::Outdated { age } => write!(
                f,
                "the check-list was answered {:.0} days ago; at most {:.0} days are accepted",
                days(age),
                days(limits::CHECKLIST_VALID)
            ),
            Self::Forbidden(answers) => write!(f, "the check-list forbids heat: {answers}"),
        }
    }
}

/// What is known of the check-list.
#[derive(Clone, Copy, Debug)]
pub struct Checklist {
    given: Option<(Moment, PastAnswers)>,
}

impl Checklist {
    /// A check-list with the answers known at `now`.
    #[must_use]
    pub fn new(past: Option<PastAnswers>, now: Moment) -> Self {
        Self { given: past.map(|past| (now, past)) }
    }

    /// What is known at `now`.
    #[must_use]
    pub fn past(&self, now: Moment) -> Option<PastAnswers> {
        let (at, past) = self.given?;
        Some(PastAnswers { age: now.since(at) + past.age, ..past })
    }

    /// A person answers.
    pub fn answer(&mut self, now: Moment, answers: Answers) {
        self.given = Some((now, PastAnswers { answers, age: Span::ZERO }));
    }

    /// Looks whether the answers allow heat.
    ///
    /// # Errors
    /// HL-S7.
    pub fn may_heat(&self, now: Moment) -> Result<(), ChecklistRefusal> {
        let Some(PastAnswers { answers, age }) = self.past(now) else {
            return Err(ChecklistRefusal::Unanswered);
        };
        if answers != Answers::NONE {
            return Err(ChecklistRefusal::Forbidden(answers));
        }
        if age > limits::CHECKLIST_VALID {
            return Err(ChecklistRefusal::Outdated { age });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;
    use std::vec::Vec;

    #[test]
    fn hl_s7_without_answers_nothing_starts() {
        let list = Checklist::new(None, Moment::START);
        assert_eq!(list.may_heat(Moment::START), Err(ChecklistRefusal::Unanswered));
    }

    #[test]
    fn hl_s7_each_yes_forbids_and_names_itself() {
        for condition in Condition::ALL {
            let mut list = Checklist::new(None, Moment::START);
            let yes = Answers::NONE.and(*condition);
            list.answer(Moment::START, yes);
            let refusal = list.may_heat(Moment::START).unwrap_err();
            assert_eq!(refusal, ChecklistRefusal::Forbidden(yes));
            assert!(refusal.to_string().ends_with(condition.text()), "{refusal}");
            assert_eq!(Condition::from_name(condition.name()), Some(*condition));
        }
    }

    #[test]
    fn hl_s7_several_yes_are_all_named() {
        let mut list = Checklist::new(None, Moment::START);
        list.answer(Moment::START, Answers::NONE.and(Condition::Drugs).and(Condition::Skin));
        assert_eq!(
            list.may_heat(Moment::START).unwrap_err().to_string(),
            "the check-list forbids heat: an open wound, rash, damaged or scarred skin in the area; \
             alcohol, sedatives, pain or sleep medication today"
        );
    }

    #[test]
    fn hl_s7_answers_are_good_for_30_days_restarts_included() {
        let past = PastAnswers { answers: Answers::NONE, age: Span::from_min(29 * 24 * 60) };
        let list = Checklist::new(Some(past), Moment::START);
        let day = Moment::START + Span::from_min(24 * 60);
        assert_eq!(list.may_heat(day), Ok(()));
        let late = day + Span::from_ms(1);
        assert!(matches!(list.may_heat(late), Err(ChecklistRefusal::Outdated { .. })));
        assert_eq!(list.past(day).map(|it| it.age), Some(limits::CHECKLIST_VALID));
    }

    #[test]
    fn answers_keep_every_yes_apart() {
        let all = Condition::ALL.iter().fold(Answers::NONE, |sum, it| sum.and(*it));
        assert_eq!(all.yes().collect::<Vec<_>>(), Condition::ALL);
        assert_eq!(Answers::NONE.yes().count(), 0);
    }
}
