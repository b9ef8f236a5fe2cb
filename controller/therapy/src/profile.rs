//! Profiles: stricter limits for people whose skin is easily hurt, or who want it so. None loosens
//! anything, whatever a plan, a file or a hand asks for.
//!
//! A person chooses one between sessions, unless whoever set the device up has fixed one.
//!
//! Skin that feels less is not treated at all: the check-list forbids it (HL-S7), whatever the profile.
//!
//! Sources: for skin that feels less at most 37.8 °C for 10 min is advised (diabetesselfmanagement.com, an
//! occupational therapist's tips); a hospital's leaflet lets ice lie for 5 min, four hours apart (Blackpool PL774);
//! nearly half of the people whom pads burn are older than 65 (FDA/CPSC advisory of 1995). The rest is chosen.

use core::fmt;

use crate::limits;
use crate::plan::Plan;
use crate::protocol::{Phase, Protocol};
use crate::rules::Rule;
use crate::tens::Cap;
use crate::units::{Celsius, Span};

/// Who is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// The limits as they are.
    #[default]
    Default,
    /// Skin that is easily hurt.
    Sensitive,
    /// Older people, and whoever wants to be careful.
    Cautious,
}

/// Which profile counts, and who has the say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfileChoice {
    /// What a person chose; it counts where nothing is fixed, and again when that is lifted.
    pub chosen: Profile,
    /// What whoever set the device up has fixed: nobody chooses then.
    pub fixed: Option<Profile>,
}

impl ProfileChoice {
    /// The one that counts.
    #[must_use]
    pub const fn in_use(self) -> Profile {
        match self.fixed {
            Some(fixed) => fixed,
            None => self.chosen,
        }
    }
}

/// What a profile refuses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProfileRefusal {
    /// The profile.
    pub profile: Profile,
    /// Which phase, from one.
    pub phase: usize,
    /// What of it.
    pub beyond: Beyond,
}

/// What of a phase is more than a profile takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beyond {
    /// HL-H1: the set-point.
    Target(Celsius),
    /// HL-H7: the length of the heat.
    Heat(Span),
    /// HL-C2: the length of the ice.
    Ice(Span),
}

impl Profile {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Default, Self::Sensitive, Self::Cautious];

    /// Its name in the configuration and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Sensitive => "sensitive",
            Self::Cautious => "cautious",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whom it is for, in a person's words.
    #[must_use]
    pub const fn for_whom(self) -> &'static str {
        match self {
            Self::Default => "skin that feels warmth, cold and pain as it should",
            Self::Sensitive => {
                "skin that is easily hurt; skin that is numb or feels less is not treated at all"
            }
            Self::Cautious => "older people, and whoever wants to be careful",
        }
    }

    /// HL-H1: the highest set-point.
    #[must_use]
    pub const fn target_max(self) -> Celsius {
        match self {
            Self::Default => limits::TARGET_MAX,
            Self::Sensitive => Celsius::literal(38.0),
            Self::Cautious => Celsius::literal(40.0),
        }
    }

    /// HL-H7: the longest heat, but for the default all heat of a session together; what its target allows is judged
    /// besides.
    #[must_use]
    pub const fn heat_max(self) -> Span {
        match self {
            Self::Default => limits::HEAT_PHASE_MAX_GENTLE,
            Self::Sensitive => Span::from_min(10),
            Self::Cautious => Span::from_min(15),
        }
    }

    /// HL-C2: the longest ice, but for the default all ice of a session together; what a probe and the site allow is judged
    /// besides.
    #[must_use]
    pub const fn ice_max(self) -> Span {
        match self {
            Self::Default => limits::ICE_MAX_WATCHED,
            Self::Sensitive => Span::from_min(10),
            Self::Cautious => Span::from_min(5),
        }
    }

    /// HL-C7: rest from the end of cold to other cold on the same site.
    #[must_use]
    pub const fn rest_after_cold(self) -> Span {
        match self {
            Self::Default | Self::Sensitive => limits::REST_AFTER_COLD,
            Self::Cautious => Span::from_min(240),
        }
    }

    /// HL-T1: the strongest TENS level.
    #[must_use]
    pub const fn cap(self) -> Cap {
        match self {
            Self::Default => Cap::HARD,
            Self::Sensitive | Self::Cautious => Cap::GENTLE,
        }
    }

    /// Looks whether a plan is within it. TENS is not refused: its level stops earlier.
    ///
    /// # Errors
    /// HL-H1, HL-H7 or HL-C2, for the first phase that is beyond it.
    pub fn allows(self, plan: &Plan) -> Result<(), ProfileRefusal> {
        self.takes(plan.protocol())
    }

    /// The same before a site is named, which no profile asks for.
    ///
    /// # Errors
    /// As [`Self::allows`].
    pub fn takes(self, protocol: &Protocol) -> Result<(), ProfileRefusal> {
        let (mut heated, mut iced) = (Span::ZERO, Span::ZERO);
        // A protocol is within the limits as they are by now.
        let tightens = self != Self::Default;
        for (index, phase) in protocol.phases().iter().enumerate() {
            let beyond = match *phase {
                Phase::Heat { target, .. } if target > self.target_max() => {
                    Some(Beyond::Target(target))
                }
                Phase::Heat { duration, .. } => {
                    heated = heated + duration;
                    (tightens && heated > self.heat_max()).then_some(Beyond::Heat(heated))
                }
                Phase::Ice { duration } => {
                    iced = iced + duration;
                    (tightens && iced > self.ice_max()).then_some(Beyond::Ice(iced))
                }
                Phase::Tens { .. }
                | Phase::Exercise { .. }
                | Phase::Swap { .. }
                | Phase::Rest { .. } => None,
            };
            if let Some(beyond) = beyond {
                return Err(ProfileRefusal { profile: self, phase: index + 1, beyond });
            }
        }
        Ok(())
    }
}

impl ProfileRefusal {
    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self.beyond {
            Beyond::Target(_) => Rule::H1,
            Beyond::Heat(_) => Rule::H7,
            Beyond::Ice(_) => Rule::C2,
        }
    }
}

impl fmt::Display for ProfileRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, phase, beyond } = *self;
        let name = profile.name();
        match beyond {
            Beyond::Target(target) => write!(
                f,
                "phase {phase} heats at {target}; the profile `{name}` takes at most {}",
                profile.target_max()
            ),
            Beyond::Heat(span) => write!(
                f,
                "by phase {phase} it heats for {span}; the profile `{name}` takes at most {}",
                profile.heat_max()
            ),
            Beyond::Ice(span) => write!(
                f,
                "by phase {phase} it ices for {span}; the profile `{name}` takes at most {}",
                profile.ice_max()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Site;
    use std::string::ToString as _;

    fn plan(phase: Phase) -> Plan {
        let protocol = Protocol::new("x", &[phase]).expect("a protocol");
        Plan::of(protocol, Site::LeftThigh).expect("a plan")
    }

    #[test]
    fn no_profile_loosens_a_limit() {
        for profile in Profile::ALL {
            assert!(profile.target_max() <= limits::TARGET_MAX);
            assert!(profile.heat_max() <= limits::HEAT_PHASE_MAX_GENTLE);
            assert!(profile.ice_max() <= limits::ICE_MAX_WATCHED);
            assert!(profile.rest_after_cold() >= limits::REST_AFTER_COLD);
            assert!(profile.cap() <= Cap::HARD);
            assert_eq!(Profile::from_name(profile.name()), Some(profile));
        }
    }

    #[test]
    fn what_is_fixed_counts_and_what_a_person_chose_counts_again_after_it() {
        let chosen = Profile::Cautious;
        assert_eq!(ProfileChoice::default().in_use(), Profile::Default);
        assert_eq!(ProfileChoice { chosen, fixed: None }.in_use(), Profile::Cautious);
        let fixed = Some(Profile::Sensitive);
        assert_eq!(ProfileChoice { chosen, fixed }.in_use(), Profile::Sensitive);
    }

    #[test]
    fn hl_h1_hl_h7_hl_c2_each_profile_refuses_what_is_beyond_it_and_says_its_limit() {
        let heat = |target_c, min| {
            plan(Phase::heat(target_c, Span::from_min(min)).expect("within the limits"))
        };
        let together = |phases: &[Phase]| {
            let protocol = Protocol::new("together", phases).expect("a protocol");
            Plan::of(protocol, Site::LeftThigh).expect("a plan")
        };
        let warm = Phase::heat(38.0, Span::from_min(6)).expect("a phase");
        let swap = Phase::Swap { duration: Span::from_s(10) };
        assert!(Profile::Sensitive.allows(&together(&[warm])).is_ok());
        let error = Profile::Sensitive.allows(&together(&[warm, swap, warm])).unwrap_err();
        assert_eq!((error.phase, error.beyond), (3, Beyond::Heat(Span::from_min(12))));
        // A break parts heat for the default alone.
        let long = Phase::Rest { duration: Span::from_min(10), until_normal: false };
        assert!(Profile::Sensitive.allows(&together(&[warm, long, warm])).is_err());
        assert!(Profile::Default.allows(&together(&[warm, long, warm])).is_ok());
        let (short, rest) = (
            Phase::Ice { duration: Span::from_min(4) },
            Phase::Rest { duration: Span::from_min(10), until_normal: false },
        );
        assert!(Profile::Default.allows(&together(&[short, rest, short])).is_ok());
        let error = Profile::Cautious.allows(&together(&[short, rest, short])).unwrap_err();
        assert_eq!((error.phase, error.beyond), (3, Beyond::Ice(Span::from_min(8))));
        let ice = |min| plan(Phase::Ice { duration: Span::from_min(min) });
        for (profile, plan, rule) in [
            (Profile::Default, heat(42.0, 20), None),
            (Profile::Sensitive, heat(38.0, 10), None),
            (Profile::Sensitive, heat(38.1, 10), Some(Rule::H1)),
            (Profile::Sensitive, heat(38.0, 11), Some(Rule::H7)),
            (Profile::Sensitive, ice(11), Some(Rule::C2)),
            (Profile::Cautious, heat(40.0, 15), None),
            (Profile::Cautious, heat(40.5, 10), Some(Rule::H1)),
            (Profile::Cautious, ice(5), None),
            (Profile::Cautious, ice(6), Some(Rule::C2)),
        ] {
            let refused = profile.allows(&plan).err();
            assert_eq!(refused.map(ProfileRefusal::rule), rule, "{profile:?}: {plan:?}");
        }
        let refused = Profile::Cautious.allows(&ice(6)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "by phase 1 it ices for 6 min; the profile `cautious` takes at most 5 min"
        );
    }
}
