//! How much it hurts: the scale, what changed after a session, and the lists that a diary chooses from.
//!
//! What follows from it is in the modules below: [`care`] refuses (HL-P1, HL-P2), [`lingering`] warns (HL-P3).

use core::fmt;
use core::str::FromStr;

use crate::limits;
use crate::site::Site;

/// A closed list whose members have a name for programs and words for people.
macro_rules! named {
    ($(#[$about:meta])* $Type:ident { $($Variant:ident = $name:literal, $text:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Type {
            $(#[doc = $text] $Variant,)*
        }

        impl $Type {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)*];

            /// The name used in commands, the API and the record.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)* }
            }

            /// The same in a person's words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$Variant => $text,)* }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }
    };
}

pub mod care;
pub mod lingering;
pub mod red_flags;

/// Pain on the numeric rating scale (NRS) of 11 points: 0 is none, 10 the worst that one can imagine (Farrar
/// 2001, Pain 94:149).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pain(u8);

impl Pain {
    /// No pain.
    pub const NONE: Self = Self(0);
    /// The worst that one can imagine.
    pub const WORST: Self = Self(10);

    /// Pain of `points`, 0 to 10.
    ///
    /// # Errors
    /// [`NoPain`] above 10.
    pub const fn new(points: u8) -> Result<Self, NoPain> {
        if points <= Self::WORST.0 { Ok(Self(points)) } else { Err(NoPain) }
    }

    /// In points, 0 to 10.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What has become of it when it is `after` now.
    #[must_use]
    pub const fn change_to(self, after: Self) -> Change {
        if after.0 + limits::PAIN_IMPROVED_BY <= self.0 {
            Change::Improved
        } else if after.0 < self.0 {
            Change::Slight
        } else if after.0 < self.0 + limits::PAIN_WORSE_BY {
            Change::Same
        } else {
            Change::Worse
        }
    }
}

impl fmt::Display for Pain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// It is no pain on the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPain;

impl fmt::Display for NoPain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pain is a whole number from 0 (none) to 10 (the worst that you can imagine)")
    }
}

impl core::error::Error for NoPain {}

impl FromStr for Pain {
    type Err = NoPain;
    fn from_str(text: &str) -> Result<Self, NoPain> {
        // A sign is no part of it: `+4` could be meant as four more.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let points = text.parse().ok().filter(|_| digits);
        points.ok_or(NoPain).and_then(Self::new)
    }
}

/// What has become of a pain. It says nothing about why, and never that anything is cured.
///
/// Clinical trials count 2 points, or 30 % of a baseline of at least 4, as a change that matters (Farrar 2001), and
/// 1 point or 15 % as the smallest that people notice (Salaffi 2004, PubMed 15207508). In whole points the shares
/// add nothing: 30 % of 4 and more is more than 1 point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Less by 2 points or more.
    Improved,
    /// Less by 1 point.
    Slight,
    /// As before, or 1 point more.
    Same,
    /// More by 2 points or more (HL-P1).
    Worse,
}

impl Change {
    /// The name used in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Slight => "slight",
            Self::Same => "same",
            Self::Worse => "worse",
        }
    }

    /// The same in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Improved => "improved: less pain, by as much as trials count as a real change",
            Self::Slight => "a slight change: a little less pain",
            Self::Same => "about the same",
            Self::Worse => "worse: leave out what was done in this session",
        }
    }
}

named! {
    /// When it was felt.
    When {
        Before = "before-session", "before a session";
        After = "after-session", "after a session";
        Morning = "next-morning", "on the next morning";
        Other = "other", "at another time";
    }
}

named! {
    /// What the person suspects behind it.
    Cause {
        Desk = "desk", "work at a desk";
        Driving = "driving", "driving";
        Training = "training", "training";
        Other = "other", "something else";
    }
}

named! {
    /// What was done for the knot besides the sessions of this device.
    Treatment {
        Massage = "massage", "professional massage";
        PhysicalTherapy = "physical-therapy", "physical therapy";
        DryNeedling = "dry-needling", "dry needling";
        Acupuncture = "acupuncture", "acupuncture";
        Injection = "injection", "an injection";
        Ultrasound = "ultrasound", "therapeutic ultrasound";
        DeskStretching = "desk-stretching", "stretching at the desk";
    }
}

/// How much a site hurt at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Felt {
    /// Where.
    pub site: Site,
    /// How much.
    pub pain: Pain,
    /// When, seen from a session.
    pub when: When,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString as _;

    fn all() -> impl Iterator<Item = Pain> {
        (0..=10).filter_map(|points| Pain::new(points).ok())
    }

    #[test]
    fn a_pain_is_0_to_10_and_the_error_says_so() {
        assert_eq!(all().count(), 11);
        assert_eq!("7".parse(), Pain::new(7));
        for text in ["", "11", "-1", "+4", "4.5", "4,5", "256", "four", " 4", "４", "1e1"] {
            assert_eq!(text.parse::<Pain>(), Err(NoPain), "{text:?}");
        }
        assert!(NoPain.to_string().contains("from 0 (none) to 10 "));
    }

    /// The published rule with its shares, held against the one in whole points.
    #[test]
    fn every_change_is_what_points_and_shares_say() {
        for (before, after) in all().flat_map(|before| all().map(move |after| (before, after))) {
            let (base, delta) =
                (f64::from(before.get()), f64::from(after.get()) - f64::from(before.get()));
            let expected = if delta <= -2.0 || (base >= 4.0 && delta <= -0.30 * base) {
                Change::Improved
            } else if delta <= -1.0 || (base >= 4.0 && delta <= -0.15 * base) {
                Change::Slight
            } else if delta >= 2.0 {
                Change::Worse
            } else {
                Change::Same
            };
            assert_eq!(before.change_to(after), expected, "{before} to {after}");
        }
    }

    #[test]
    fn nothing_is_called_a_cure() {
        for change in [Change::Improved, Change::Slight, Change::Same, Change::Worse] {
            let text = change.text().to_lowercase();
            assert!(!["cure", "heal", "gone"].iter().any(|word| text.contains(word)), "{text}");
        }
    }

    #[test]
    fn every_name_is_found_again_and_no_other() {
        assert!(When::ALL.iter().all(|it| When::from_name(it.name()) == Some(*it)));
        assert!(Cause::ALL.iter().all(|it| Cause::from_name(it.name()) == Some(*it)));
        assert!(Treatment::ALL.iter().all(|it| Treatment::from_name(it.name()) == Some(*it)));
        assert_eq!(Treatment::from_name("surgery"), None);
    }
}
