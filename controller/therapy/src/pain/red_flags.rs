//! Signs of an emergency: while one is there, nothing starts (HL-P2).

use core::fmt;

named! {
    /// A sign that asks for emergency care instead of heat (Mayo Clinic and Altru on muscle pain; NHS on back pain).
    RedFlag {
        Breath = "breath", "trouble breathing";
        Dizziness = "dizziness", "dizziness, or extreme weakness";
        StiffNeck = "stiff-neck", "a high fever with a stiff neck";
        Chest = "chest", "pain in the chest";
        Saddle = "saddle", "numbness around the buttocks, the genitals or the inner thighs";
        Bladder = "bladder", "a change of bladder or bowel: cannot hold it, cannot go, or cannot feel it";
        Legs = "legs", "weakness of both legs";
    }
}

const _: () = assert!(RedFlag::ALL.len() <= 8);

/// What to do when one is there.
pub const ADVICE: &str = "this may be an emergency: call the emergency number now (112 in Europe, 911 in the US), do \
    not drive yourself, and do not wait for it to pass; heat does not help here";

/// The signs that a person said yes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedFlags(u8);

impl RedFlags {
    /// No to all.
    pub const NONE: Self = Self(0);

    /// The same with one more yes.
    #[must_use]
    pub const fn and(self, flag: RedFlag) -> Self {
        Self(self.0 | 1 << flag as u8)
    }

    /// Every sign that was answered with yes, in the order of the list.
    pub fn yes(self) -> impl Iterator<Item = RedFlag> {
        RedFlag::ALL.iter().copied().filter(move |it| self.0 & (1 << *it as u8) != 0)
    }
}

impl fmt::Display for RedFlags {
    /// Every sign that was answered with yes, in a person's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, flag) in self.yes().enumerate() {
            let between = if nth == 0 { "" } else { "; " };
            write!(f, "{between}{}", flag.text())?;
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
    fn signs_keep_every_yes_apart_and_name_it() {
        let all = RedFlag::ALL.iter().fold(RedFlags::NONE, |sum, it| sum.and(*it));
        assert_eq!(all.yes().collect::<Vec<_>>(), RedFlag::ALL);
        assert_eq!(RedFlags::NONE.yes().count(), 0);
        let two = RedFlags::NONE.and(RedFlag::Legs).and(RedFlag::Breath);
        assert_eq!(two.to_string(), "trouble breathing; weakness of both legs");
    }
}
