//! The body: its sites with what is to be known of each, and what a person can do there without a device.

use serde::{Deserialize, Serialize};
use soothe_therapy as core;
use soothe_therapy::exercise::Exercise;
use soothe_therapy::limits;
use soothe_therapy::tens::Placement;
use utoipa::ToSchema;

/// `GET /api/v1/sites`: every site, from head to foot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteList {
    /// All of them.
    pub sites: Vec<SiteInfo>,
}

/// A body site, and what is to be known before something lies on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteInfo {
    /// The name that commands use.
    pub name: String,
    /// The name for people.
    pub label: String,
    /// A nerve lies just under the skin (HL-C2).
    pub nerve: bool,
    /// What follows from that, for people.
    pub note: Option<String>,
    /// Whether electrodes may lie here.
    pub tens: TensSite,
}

/// Whether electrodes may lie on a site (HL-T16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TensSite {
    /// They may.
    pub allowed: bool,
    /// How to lay them, or why none may lie here.
    pub text: String,
}

/// `GET /api/v1/exercises`: stretches first, each kind from head to foot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExerciseList {
    /// All of them.
    pub exercises: Vec<ExerciseInfo>,
}

/// A stretch, or a way to press a tender point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExerciseInfo {
    /// Its name.
    pub name: String,
    /// What it is called, for people.
    pub label: String,
    /// `stretch` or `massage`.
    pub kind: String,
    /// The names of the sites that it is for.
    pub sites: Vec<String>,
    /// How to do it.
    pub instruction: String,
    /// What to look out for, and when to leave it.
    pub caution: String,
    /// How long to hold or press once, in seconds.
    pub hold_s: f64,
    /// How many times, on each side where there are two.
    pub repeats: u8,
    /// Where its drawing is: an SVG in the colour of the text around it.
    pub drawing: String,
}

impl SiteList {
    /// Every site.
    #[must_use]
    pub fn compiled_in() -> Self {
        Self { sites: core::Site::ALL.iter().copied().map(SiteInfo::from).collect() }
    }
}

impl From<core::Site> for SiteInfo {
    fn from(site: core::Site) -> Self {
        let nerve = site.nerve_is_superficial();
        let most = limits::ICE_MAX_NERVE;
        Self {
            name: site.name().to_owned(),
            label: site.label().to_owned(),
            nerve,
            note: nerve
                .then(|| format!("A nerve lies just under the skin here: ice for {most} at most.")),
            tens: site.into(),
        }
    }
}

impl From<core::Site> for TensSite {
    fn from(site: core::Site) -> Self {
        match Placement::on(site) {
            Ok(placement) => Self { allowed: true, text: placement.text().to_owned() },
            Err(refused) => {
                let (why, rule) = (refused.why(), refused.rule().id());
                Self { allowed: false, text: format!("No electrodes here: {why} ({rule}).") }
            }
        }
    }
}

impl ExerciseList {
    /// Every exercise.
    #[must_use]
    pub fn compiled_in() -> Self {
        Self { exercises: Exercise::ALL.iter().copied().map(ExerciseInfo::from).collect() }
    }
}

impl From<Exercise> for ExerciseInfo {
    fn from(exercise: Exercise) -> Self {
        let name = exercise.name();
        Self {
            name: name.to_owned(),
            label: exercise.label().to_owned(),
            kind: exercise.kind().name().to_owned(),
            sites: exercise.sites().iter().map(|site| site.name().to_owned()).collect(),
            instruction: exercise.instruction().to_owned(),
            caution: exercise.caution().to_owned(),
            hold_s: exercise.hold().as_s(),
            repeats: exercise.repeats(),
            drawing: format!("/exercises/{name}.svg"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_says_how_long_ice_may_lie_where_a_nerve_is_near_and_where_no_electrodes_may() {
        let sites = SiteList::compiled_in().sites;
        assert_eq!(sites.len(), core::Site::ALL.len());
        let site = |name: &str| sites.iter().find(|it| it.name == name).unwrap();
        let calf = site("left-calf");
        let note = calf.note.as_deref().unwrap();
        assert_eq!(note, "A nerve lies just under the skin here: ice for 10 min at most.");
        assert!(calf.nerve && calf.tens.allowed && calf.tens.text.starts_with("Both on "));
        let neck = site("right-neck");
        assert_eq!((neck.nerve, &neck.note, neck.tens.allowed), (false, &None, false));
        let why =
            "No electrodes here: on the neck the muscles may cramp and close the airway (HL-T16).";
        assert_eq!(neck.tens.text, why);
    }

    #[test]
    fn an_exercise_says_where_its_drawing_is_and_names_sites_that_there_are() {
        let all = ExerciseList::compiled_in().exercises;
        assert_eq!(all.len(), Exercise::ALL.len());
        let tilt = all.iter().find(|it| it.name == "neck-tilt").unwrap();
        assert_eq!((tilt.kind.as_str(), tilt.hold_s, tilt.repeats), ("stretch", 20.0, 3));
        assert_eq!(tilt.drawing, "/exercises/neck-tilt.svg");
        let named = |name: &String| name.parse::<core::Site>().is_ok();
        assert!(all.iter().all(|it| !it.sites.is_empty() && it.sites.iter().all(named)));
    }
}
