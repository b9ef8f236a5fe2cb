//! Where on the body a pad may lie.
//!
//! A closed list: there is no head, face, front of neck or chest in it, because heat there is outside
//! what ISO 13732-1 covers and TENS there is dangerous.

use crate::named::read_by_name;

macro_rules! sites {
    ($($variant:ident = $name:literal, $label:literal;)*) => {
        /// A body site, named from the person's own point of view.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Site {
            $(#[doc = $label] $variant,)*
        }

        impl Site {
            /// Every site, from head to foot.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in commands, files and the API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name shown to a person.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

sites! {
    LeftNeck = "left-neck", "Left side of the back of the neck";
    RightNeck = "right-neck", "Right side of the back of the neck";
    LeftShoulder = "left-shoulder", "Left shoulder";
    RightShoulder = "right-shoulder", "Right shoulder";
    LeftUpperBack = "left-upper-back", "Left upper back";
    RightUpperBack = "right-upper-back", "Right upper back";
    LeftLowerBack = "left-lower-back", "Left lower back";
    RightLowerBack = "right-lower-back", "Right lower back";
    LeftUpperArm = "left-upper-arm", "Left upper arm";
    RightUpperArm = "right-upper-arm", "Right upper arm";
    LeftForearm = "left-forearm", "Left forearm";
    RightForearm = "right-forearm", "Right forearm";
    LeftHip = "left-hip", "Left hip and buttock";
    RightHip = "right-hip", "Right hip and buttock";
    LeftThigh = "left-thigh", "Left thigh";
    RightThigh = "right-thigh", "Right thigh";
    LeftCalf = "left-calf", "Left calf";
    RightCalf = "right-calf", "Right calf";
}

impl Site {
    /// A nerve lies just under the skin: the ulnar nerve at the elbow, the peroneal one at the outer side of
    /// the knee. Cold packs have harmed both.
    #[must_use]
    pub const fn nerve_is_superficial(self) -> bool {
        match self {
            Self::LeftForearm | Self::RightForearm | Self::LeftCalf | Self::RightCalf => true,
            Self::LeftNeck
            | Self::RightNeck
            | Self::LeftShoulder
            | Self::RightShoulder
            | Self::LeftUpperBack
            | Self::RightUpperBack
            | Self::LeftLowerBack
            | Self::RightLowerBack
            | Self::LeftUpperArm
            | Self::RightUpperArm
            | Self::LeftHip
            | Self::RightHip
            | Self::LeftThigh
            | Self::RightThigh => false,
        }
    }
}

read_by_name!(Site, UnknownSite, "site");

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn every_site_is_found_by_its_name() {
        for site in Site::ALL {
            assert_eq!(site.name().parse(), Ok(*site));
        }
    }

    #[test]
    fn dangerous_places_cannot_be_named() {
        for text in ["head", "chest", "neck-front", "left-eye", "", "LEFT-SHOULDER"] {
            assert_eq!(text.parse::<Site>(), Err(UnknownSite));
        }
        assert!(UnknownSite.to_string().contains("left-shoulder"));
    }
}
