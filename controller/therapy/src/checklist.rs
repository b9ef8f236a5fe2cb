//! The check-list: who must not use heat, cold or TENS (HL-S7).
//!
//! A person answers it before the first session and every 30 days. The conditions are those of clinical
//! lists of contraindications and of the FDA/CPSC advisory of 1995; docs/safety.md names the sources.

use core::fmt;

use crate::limits;
use crate::units::{Moment, Span};

macro_rules! conditions {
    ($($variant:ident = $name:literal, $forbids:ident: $text:literal;)*) => {
        /// Something that forbids heat, cold or TENS while it is so.
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

            /// What it forbids.
            #[must_use]
            pub const fn forbids(self) -> Agents {
                match self { $(Self::$variant => Agents::$forbids,)* }
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
    Numbness = "numbness", ALL: "numb or less sensitive skin, neuropathy, or diabetes";
    Circulation = "circulation", ALL: "poor circulation, vasculitis, a thrombosis or an inflamed vein";
    Cancer = "cancer", ALL: "cancer in the area, now or before";
    Bleeding = "bleeding", HEAT_AND_TENS: "a bleeding disorder or a fresh bleed";
    Injury = "injury", HEAT_AND_TENS: "an injury of the last 72 hours, swelling, infection or fever";
    Skin = "skin", ALL: "an open wound, rash, damaged or scarred skin in the area";
    Implant = "implant", HEAT_AND_TENS: "a pacemaker, ICD or other implanted electronics, without a doctor's word";
    Heart = "heart", ALL: "heart disease, without a doctor's word";
    Pregnancy = "pregnancy", HEAT_AND_TENS: "a pregnancy, with the pad on the abdomen or the lower back";
    Undiagnosed = "undiagnosed", ALL: "pain that no doctor has looked at and nobody can explain";
    Drugs = "drugs", HEAT: "alcohol, sedatives, pain or sleep medication today";
    Liniment = "liniment", HEAT_AND_TENS: "a liniment, heat rub, oil or medicine patch near the pad";
    Helpless = "helpless", ALL: "a child, or someone who is asleep or cannot take the pad off";
    Cold = "cold", COLD: "Raynaud's disease, hives from cold, or another illness that cold brings on";
    Electronics = "electronics", TENS: "implanted electronics of any kind, whatever a doctor says of heat";
    Expecting = "expecting", TENS: "a pregnancy, wherever the electrodes lie";
    Epilepsy = "epilepsy", TENS: "epilepsy";
}

/// Physical agents: those that a person is to be treated with, or those that a condition forbids (safety.md,
/// section 4.1, where "doctor first" counts as a no).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agents {
    /// A pad heats.
    pub heat: bool,
    /// A cold pack lies on the skin.
    pub cold: bool,
    /// A stimulator sends current through the skin.
    pub tens: bool,
}

impl Agents {
    /// None of them: a person does it all.
    pub const NONE: Self = Self { heat: false, cold: false, tens: false };
    /// Heat alone.
    pub const HEAT: Self = Self { heat: true, ..Self::NONE };
    /// Cold alone.
    pub const COLD: Self = Self { cold: true, ..Self::NONE };
    /// TENS alone.
    pub const TENS: Self = Self { tens: true, ..Self::NONE };
    /// Both that the device energises.
    pub const HEAT_AND_TENS: Self = Self { heat: true, tens: true, ..Self::NONE };
    /// All of them.
    pub const ALL: Self = Self { heat: true, cold: true, tens: true };

    /// Whether one of them is among the others.
    #[must_use]
    pub const fn meets(self, others: Self) -> bool {
        (self.heat && others.heat) || (self.cold && others.cold) || (self.tens && others.tens)
    }

    /// These and the others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self {
            heat: self.heat || others.heat,
            cold: self.cold || others.cold,
            tens: self.tens || others.tens,
        }
    }

    /// In a person's words.
    const fn text(self) -> &'static str {
        match (self.heat, self.cold, self.tens) {
            (true, true, true) => "heat, cold or TENS",
            (true, true, false) => "heat or cold",
            (true, false, true) => "heat or TENS",
            (false, true, true) => "cold or TENS",
            (true, false, false) => "heat",
            (false, true, false) => "cold",
            (false, false, true) => "TENS",
            (false, false, false) => "nothing",
        }
    }
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

    /// Only what forbids these agents.
    fn forbidding(self, agents: Agents) -> Self {
        self.yes().filter(|it| agents.meets(it.forbids())).fold(Self::NONE, Self::and)
    }

    /// All that they forbid, taken together.
    #[must_use]
    pub fn forbid(self) -> Agents {
        self.yes().fold(Agents::NONE, |all, it| all.and(it.forbids()))
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
    /// Something that forbids these agents was answered with yes.
    Forbidden {
        /// What was to be used.
        agents: Agents,
        /// All that forbids it.
        by: Answers,
    },
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
            Self::Forbidden { agents, by } => {
                write!(f, "the check-list forbids {}: {by}", agents.text())
            }
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

    /// Looks whether the answers allow these agents.
    ///
    /// # Errors
    /// HL-S7.
    pub fn allows(&self, agents: Agents, now: Moment) -> Result<(), ChecklistRefusal> {
        let Some(PastAnswers { answers, age }) = self.past(now) else {
            return Err(ChecklistRefusal::Unanswered);
        };
        let by = answers.forbidding(agents);
        if by != Answers::NONE {
            return Err(ChecklistRefusal::Forbidden { agents, by });
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
        assert_eq!(list.allows(Agents::HEAT, Moment::START), Err(ChecklistRefusal::Unanswered));
    }

    #[test]
    fn hl_s7_each_yes_forbids_what_it_is_about_and_names_itself() {
        for condition in Condition::ALL {
            let mut list = Checklist::new(None, Moment::START);
            let by = Answers::NONE.and(*condition);
            list.answer(Moment::START, by);
            for agents in [Agents::HEAT, Agents::COLD, Agents::TENS] {
                let may = !agents.meets(condition.forbids());
                let answer = list.allows(agents, Moment::START);
                let refusal = ChecklistRefusal::Forbidden { agents, by };
                assert_eq!(answer, if may { Ok(()) } else { Err(refusal) });
                assert!(refusal.to_string().ends_with(condition.text()), "{refusal}");
            }
            assert_eq!(Condition::from_name(condition.name()), Some(*condition));
        }
    }

    #[test]
    fn hl_s7_tens_and_heat_are_forbidden_by_what_the_lists_say() {
        let by = |it: Condition| it.forbids();
        assert_eq!(by(Condition::Drugs), Agents::HEAT);
        for condition in [Condition::Electronics, Condition::Expecting, Condition::Epilepsy] {
            assert_eq!(by(condition), Agents::TENS);
        }
        assert!(Condition::ALL.iter().all(|it| by(*it) != Agents::NONE));
        let not_tens = Condition::ALL.iter().filter(|it| !by(**it).tens);
        assert_eq!(not_tens.collect::<Vec<_>>(), [&Condition::Drugs, &Condition::Cold]);
    }

    #[test]
    fn hl_s7_what_forbids_heat_alone_forbids_a_protocol_with_both() {
        let mut list = Checklist::new(None, Moment::START);
        list.answer(Moment::START, Answers::NONE.and(Condition::Injury));
        let both = Agents { tens: false, ..Agents::ALL };
        assert!(list.allows(both, Moment::START).is_err());
        assert!(list.allows(Agents::COLD, Moment::START).is_ok());
    }

    #[test]
    fn hl_s7_what_several_yes_forbid_is_all_that_each_does() {
        assert_eq!(Answers::NONE.forbid(), Agents::NONE);
        let both = Answers::NONE.and(Condition::Cold).and(Condition::Epilepsy);
        assert_eq!(both.forbid(), Agents { heat: false, ..Agents::ALL });
    }

    #[test]
    fn hl_s7_several_yes_are_all_named() {
        let mut list = Checklist::new(None, Moment::START);
        list.answer(Moment::START, Answers::NONE.and(Condition::Drugs).and(Condition::Skin));
        assert_eq!(
            list.allows(Agents::HEAT, Moment::START).unwrap_err().to_string(),
            "the check-list forbids heat: an open wound, rash, damaged or scarred skin in the area; \
             alcohol, sedatives, pain or sleep medication today"
        );
    }

    #[test]
    fn hl_s7_answers_are_good_for_30_days_restarts_included() {
        let past = PastAnswers { answers: Answers::NONE, age: Span::from_min(29 * 24 * 60) };
        let list = Checklist::new(Some(past), Moment::START);
        let day = Moment::START + Span::from_min(24 * 60);
        assert_eq!(list.allows(Agents::HEAT, day), Ok(()));
        let late = day + Span::from_ms(1);
        assert!(matches!(list.allows(Agents::HEAT, late), Err(ChecklistRefusal::Outdated { .. })));
        assert_eq!(list.past(day).map(|it| it.age), Some(limits::CHECKLIST_VALID));
    }

    #[test]
    fn answers_keep_every_yes_apart() {
        let all = Condition::ALL.iter().fold(Answers::NONE, |sum, it| sum.and(*it));
        assert_eq!(all.yes().collect::<Vec<_>>(), Condition::ALL);
        assert_eq!(Answers::NONE.yes().count(), 0);
    }
}
