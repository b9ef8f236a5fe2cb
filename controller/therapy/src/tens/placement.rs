//! HL-T16: where a pair of electrodes may lie.
//!
//! Both electrodes of the pair lie on one site, so on one side of the body, and the current between them
//! stays in that muscle. [`Site`] knows no head, face, front of neck or chest at all. Of those that it knows,
//! the neck is refused (FDA labelling of TENS: spasms may close the airway, and the carotid sinus is near) and
//! so is the upper back (IEC 60601-2-10: stimulation near the thorax may raise the risk of fibrillation; a
//! home-made stimulator gets no benefit of the doubt).

use core::fmt;

use crate::rules::Rule;
use crate::site::Site;

/// A site on which a pair of electrodes may lie, with how to lay them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    site: Site,
    text: &'static str,
}

/// HL-T16: no electrodes on this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPlacement {
    /// The site that was asked for.
    pub site: Site,
    why: &'static str,
}

const SHOULDER: &str = "Both on the fleshy ridge of the same shoulder, a hand's breadth apart, \
                        none of them on the neck or in front of the collarbone.";
const LOWER_BACK: &str = "Both beside the spine on the same side, one above the other below the ribs, a \
                          hand's breadth apart, none of them on the spine.";
const UPPER_ARM: &str = "Both along the outside of the same upper arm, a hand's breadth apart, none of them on \
                         the inside.";
const FOREARM: &str = "Both on the fleshy side of the same forearm, one below the elbow and one above the \
                       wrist, at least two fingers away from either.";
const HIP: &str =
    "Both on the same buttock, one above the other, a hand's breadth apart, towards the outside.";
const THIGH: &str = "Both along the same thigh, in front or behind, a hand's breadth apart, away from the \
                     groin and the hollow of the knee.";
const CALF: &str = "Both on the fleshy part of the same calf, one above the other, a hand's breadth apart, \
                    away from the hollow of the knee and the shin.";

impl Placement {
    /// How to lay a pair on a site.
    ///
    /// # Errors
    /// HL-T16 where none may lie.
    pub const fn on(site: Site) -> Result<Self, NoPlacement> {
        let text = match site {
            Site::LeftNeck | Site::RightNeck => {
                let why = "on the neck the muscles may cramp and close the airway";
                return Err(NoPlacement { site, why });
            }
            Site::LeftUpperBack | Site::RightUpperBack => {
                let why = "so near to the heart current may disturb its rhythm";
                return Err(NoPlacement { site, why });
            }
            Site::LeftShoulder | Site::RightShoulder => SHOULDER,
            Site::LeftLowerBack | Site::RightLowerBack => LOWER_BACK,
            Site::LeftUpperArm | Site::RightUpperArm => UPPER_ARM,
            Site::LeftForearm | Site::RightForearm => FOREARM,
            Site::LeftHip | Site::RightHip => HIP,
            Site::LeftThigh | Site::RightThigh => THIGH,
            Site::LeftCalf | Site::RightCalf => CALF,
        };
        Ok(Self { site, text })
    }

    /// The site.
    #[must_use]
    pub const fn site(self) -> Site {
        self.site
    }

    /// How to lay the two electrodes, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.text
    }
}

impl NoPlacement {
    /// Why none may lie there, as the end of a sentence.
    #[must_use]
    pub const fn why(self) -> &'static str {
        self.why
    }

    /// The rule that refuses.
    #[must_use]
    pub const fn rule(self) -> Rule {
        Rule::T16
    }
}

impl fmt::Display for NoPlacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no electrodes on {}: {}", self.site, self.why)
    }
}

impl core::error::Error for NoPlacement {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn hl_t16_electrodes_lie_on_one_side_and_neither_on_neck_nor_upper_back() {
        for site in Site::ALL {
            let near_heart_or_throat =
                site.name().contains("neck") || site.name().contains("upper-back");
            match Placement::on(*site) {
                Ok(placement) => {
                    assert!(!near_heart_or_throat && placement.site() == *site);
                    assert!(
                        placement.text().starts_with("Both ")
                            && placement.text().contains("the same ")
                    );
                    assert!(!placement.text().contains("  "), "{}", placement.text());
                }
                Err(refused) => {
                    assert!(near_heart_or_throat && refused.rule() == Rule::T16);
                    assert!(refused.to_string().contains(site.name()));
                }
            }
        }
    }

    #[test]
    fn both_sides_are_laid_alike() {
        for site in Site::ALL.iter().filter(|site| site.name().starts_with("left-")) {
            let other: Site = site.name().replace("left-", "right-").parse().unwrap();
            let text = |site| Placement::on(site).map(Placement::text).ok();
            assert_eq!(text(*site), text(other));
        }
    }
}
