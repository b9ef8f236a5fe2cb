//! Profiles: whom each is for, what it takes, and which one counts.

use serde::{Deserialize, Serialize};
use soothe_therapy::{Profile, ProfileChoice};
use utoipa::ToSchema;

use crate::reason::lasting;

/// `PUT /api/v1/profile`: by which profile the sessions from now on are judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    /// Its name; `GET /api/v1/profile` lists them.
    #[schema(example = "sensitive")]
    pub profile: String,
}

/// `GET /api/v1/profile`: every profile, and which one counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileList {
    /// The name of the one that counts.
    pub profile: String,
    /// The device's configuration fixes it: nobody chooses another.
    pub fixed: bool,
    /// All of them.
    pub profiles: Vec<ProfileInfo>,
}

/// One profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileInfo {
    /// The name that a choice uses.
    pub name: String,
    /// Whom it is for.
    pub for_whom: String,
    /// The most that it takes, in a sentence.
    pub takes: String,
    /// The highest set-point (HL-H1), in degrees Celsius.
    pub target_max_c: f64,
    /// The longest heat phase (HL-H7), in seconds; what its set-point allows is judged besides.
    pub heat_max_s: f64,
    /// The longest ice phase (HL-C2), in seconds; what a probe and the site allow is judged besides.
    pub ice_max_s: f64,
    /// From the end of cold to other cold on the same site (HL-C7), in seconds.
    pub rest_after_cold_s: f64,
    /// The strongest TENS level (HL-T1), in mA.
    pub tens_max_ma: u8,
}

/// The most that a profile takes of heat, as whoever asks for one heat phase must know it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileTakes {
    /// HL-H1: the highest set-point, in degrees Celsius.
    pub target_max_c: f64,
    /// HL-H7: the longest heat, in seconds.
    pub heat_max_s: f64,
}

impl From<Profile> for ProfileTakes {
    fn from(profile: Profile) -> Self {
        Self { target_max_c: profile.target_max().get(), heat_max_s: profile.heat_max().as_s() }
    }
}

impl From<ProfileChoice> for ProfileList {
    fn from(choice: ProfileChoice) -> Self {
        Self {
            profile: choice.in_use().name().to_owned(),
            fixed: choice.fixed.is_some(),
            profiles: Profile::ALL.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Profile> for ProfileInfo {
    fn from(profile: Profile) -> Self {
        let ProfileTakes { target_max_c, heat_max_s } = profile.into();
        let ice_max_s = profile.ice_max().as_s();
        let rest_after_cold_s = profile.rest_after_cold().as_s();
        let takes = format!(
            "heat up to {} and for at most {}, ice for at most {} and then none for {}, TENS up to {} mA",
            profile.target_max(),
            lasting(heat_max_s),
            lasting(ice_max_s),
            lasting(rest_after_cold_s),
            profile.cap().ma(),
        );
        Self {
            name: profile.name().to_owned(),
            for_whom: profile.for_whom().to_owned(),
            takes,
            target_max_c,
            heat_max_s,
            ice_max_s,
            rest_after_cold_s,
            tens_max_ma: profile.cap().ma(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_says_the_figures_that_it_is_judged_by() {
        let takes = |profile: Profile| ProfileInfo::from(profile).takes;
        assert_eq!(
            takes(Profile::Sensitive),
            "heat up to 38.0 °C and for at most 10 min, ice for at most 10 min and then none for 2 h, \
             TENS up to 15 mA"
        );
        assert_eq!(
            takes(Profile::Cautious),
            "heat up to 40.0 °C and for at most 15 min, ice for at most 5 min and then none for 4 h, \
             TENS up to 15 mA"
        );
    }

    #[test]
    fn what_the_configuration_fixes_counts_and_is_told() {
        let choice = ProfileChoice { chosen: Profile::Cautious, fixed: Some(Profile::Sensitive) };
        let list = ProfileList::from(choice);
        assert_eq!((list.profile.as_str(), list.fixed), ("sensitive", true));
        let free = ProfileList::from(ProfileChoice { fixed: None, ..choice });
        assert_eq!((free.profile.as_str(), free.fixed), ("cautious", false));
        let names: Vec<&str> = free.profiles.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["default", "sensitive", "cautious"]);
    }
}
