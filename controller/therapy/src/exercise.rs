//! Stretches and pressure points that a person can do about a knot, beside or instead of a session.
//!
//! A closed list, as [`Site`] is. The drawing of each is `web-ui/exercises/NAME.svg`.
//!
//! Times are usual advice, from general knowledge and not from a trial: a static stretch is held for 10 to
//! 30 s until a minute has come together (American College of Sports Medicine, position stand of 2011), a
//! tender point is pressed for half a minute to one. None of it claims to heal.

use crate::named::read_by_name;
use crate::site::Site;
use crate::units::Span;

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A muscle is drawn long and held there.
    Stretch,
    /// A tender point is pressed or rolled.
    Massage,
}

impl Kind {
    /// Its name in files and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stretch => "stretch",
            Self::Massage => "massage",
        }
    }
}

const NECK: &[Site] = &[Site::LeftNeck, Site::RightNeck];
const NECK_AND_SHOULDER: &[Site] =
    &[Site::LeftNeck, Site::RightNeck, Site::LeftShoulder, Site::RightShoulder];
const SHOULDER_AND_UPPER_BACK: &[Site] =
    &[Site::LeftShoulder, Site::RightShoulder, Site::LeftUpperBack, Site::RightUpperBack];
const UPPER_BACK: &[Site] = &[Site::LeftUpperBack, Site::RightUpperBack];
const BACK: &[Site] =
    &[Site::LeftUpperBack, Site::RightUpperBack, Site::LeftLowerBack, Site::RightLowerBack];
const LOWER_BACK: &[Site] = &[Site::LeftLowerBack, Site::RightLowerBack];
const LOWER_BACK_AND_HIP: &[Site] =
    &[Site::LeftLowerBack, Site::RightLowerBack, Site::LeftHip, Site::RightHip];
const UPPER_ARM: &[Site] = &[Site::LeftUpperArm, Site::RightUpperArm];
const FOREARM: &[Site] = &[Site::LeftForearm, Site::RightForearm];
const HIP: &[Site] = &[Site::LeftHip, Site::RightHip];
const THIGH: &[Site] = &[Site::LeftThigh, Site::RightThigh];
const CALF: &[Site] = &[Site::LeftCalf, Site::RightCalf];

macro_rules! exercises {
    ($($variant:ident = $name:literal, $label:literal, $kind:ident, $sites:ident, $hold:literal s x $repeats:literal,
        $instruction:literal, $caution:literal;)*) => {
        /// Something to do about a knot without a device.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Exercise {
            $(#[doc = $label] $variant,)*
        }

        impl Exercise {
            /// Every exercise: stretches first, each kind from head to foot.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in files and the API, and of its drawing.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The name shown to a person.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// What a person does.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// The sites that it is for; left and right alike.
            #[must_use]
            pub const fn sites(self) -> &'static [Site] {
                match self { $(Self::$variant => $sites,)* }
            }

            /// How to do it, in two to four sentences.
            #[must_use]
            pub const fn instruction(self) -> &'static str {
                match self { $(Self::$variant => $instruction,)* }
            }

            /// What to look out for, and when to leave it.
            #[must_use]
            pub const fn caution(self) -> &'static str {
                match self { $(Self::$variant => $caution,)* }
            }

            /// How long to hold or press once, 5 to 60 s.
            #[must_use]
            pub const fn hold(self) -> Span {
                match self { $(Self::$variant => Span::from_s($hold),)* }
            }

            /// How many times, on each side where there are two; 1 to 10.
            #[must_use]
            pub const fn repeats(self) -> u8 {
                match self { $(Self::$variant => $repeats,)* }
            }
        }
    };
}

exercises! {
    NeckTilt = "neck-tilt", "Side neck stretch", Stretch, NECK_AND_SHOULDER, 20 s x 3,
        "Sit upright and let one ear sink towards the shoulder. Lay the hand of that side on your head and let \
         its weight do the rest. Keep the other shoulder low.",
        "Never pull. Stop if you get dizzy or an arm tingles.";
    ChinTuck = "chin-tuck", "Chin tuck", Stretch, NECK, 5 s x 8,
        "Sit upright and look straight ahead. Draw your chin straight back, as if to make a double chin, without \
         tilting the head. Hold, then let go.",
        "The movement is small. Stop if pain runs into an arm.";
    ChestOpener = "chest-opener", "Desk chest opener", Stretch, SHOULDER_AND_UPPER_BACK, 15 s x 4,
        "Sit at the front of your chair and put both hands behind your head. Draw the elbows back and lift the \
         breastbone. Breathe calmly.",
        "Do not press on the head, and keep the lower back long.";
    CrossBodyArm = "cross-body-arm", "Arm across the chest", Stretch, SHOULDER_AND_UPPER_BACK, 20 s x 3,
        "Stretch one arm across your chest at the height of the shoulder. Hook the other forearm round it, above \
         the elbow, and draw it closer. Keep the shoulder away from the ear.",
        "Leave it if it pinches at the front of the shoulder.";
    OverheadReach = "overhead-reach", "Elbow behind the head", Stretch, UPPER_ARM, 20 s x 3,
        "Lift one arm, bend it and let the hand sink behind your neck. Hold that elbow with the other hand and \
         draw it gently towards the middle. Keep your head up.",
        "Leave it if lifting the arm hurts in the shoulder.";
    WristPull = "wrist-pull", "Forearm stretch", Stretch, FOREARM, 20 s x 3,
        "Stretch one arm forward, palm away from you, fingers up. Draw the fingers back with the other hand. Then \
         let the fingers point down and do it again.",
        "Draw at the palm rather than at the fingertips. Stop if the fingers tingle.";
    CatBack = "cat-back", "Cat back", Stretch, BACK, 10 s x 6,
        "Go on hands and knees, hands under the shoulders, knees under the hips. Round your back upwards and let \
         the head hang. Hold, then come back to level.",
        "Put a cushion under sore knees. Do not let the back sag on the way down.";
    ChildPose = "child-pose", "Child's pose", Stretch, LOWER_BACK, 30 s x 2,
        "Kneel and sit back on your heels. Fold forward and slide both hands away along the floor. Let the \
         forehead rest and breathe into your back.",
        "Leave it if knees or hips do not bend that far.";
    KneeToChest = "knee-to-chest", "Knee to chest", Stretch, LOWER_BACK_AND_HIP, 20 s x 3,
        "Lie on your back with the legs long. Clasp one knee with both hands and draw it to your chest. Keep head \
         and shoulders on the floor.",
        "Stop if pain runs down a leg.";
    FigureFour = "figure-four", "Seated figure four", Stretch, HIP, 30 s x 2,
        "Sit on a chair and lay one ankle on the other knee. Let the raised knee sink. Lean forward from the hips \
         with a long back until you feel it in the buttock.",
        "Do not press on the knee. Leave it with an artificial hip.";
    ThighFront = "thigh-front", "Front of the thigh", Stretch, THIGH, 20 s x 3,
        "Stand and hold on to a wall. Take one ankle with the hand of that side and draw the heel to the buttock. \
         Keep the knees together and stand tall.",
        "Leave it if the knee hurts. Hold on to something all the time.";
    ThighBack = "thigh-back", "Back of the thigh", Stretch, THIGH, 20 s x 3,
        "Stand and put one heel on a low step, the toes up. Bend forward from the hips with a straight back. Stop \
         where you feel it behind the thigh.",
        "Do not bounce and do not round the back. Stop if the foot tingles.";
    CalfWall = "calf-wall", "Calf stretch at the wall", Stretch, CALF, 30 s x 2,
        "Lean on a wall with both hands. Put one leg far back, its knee straight and its heel on the floor. Bend \
         the front knee until you feel it in the calf.",
        "A calf that is hot, red or swollen is not stretched: see a doctor.";
    NeckPress = "neck-press", "Thumbs below the skull", Massage, NECK, 30 s x 2,
        "Lay your hands round the back of your head. Find the hollows below the skull, left and right of the spine, \
         with your thumbs. Press gently upwards and let the head grow heavy.",
        "Only at the back of the neck, never at its sides or front. Stop if you get dizzy.";
    ShoulderSqueeze = "shoulder-squeeze", "Shoulder squeeze", Massage, NECK_AND_SHOULDER, 30 s x 3,
        "Reach across to the other shoulder. Take the muscle between neck and shoulder joint between fingers and \
         palm. Squeeze the tender point and hold until it eases.",
        "Keep off the hollow above the collarbone and the front of the neck.";
    BallUpperBack = "ball-upper-back", "Ball beside the shoulder blade", Massage, UPPER_BACK, 45 s x 2,
        "Lean with your back on a wall, a ball between wall and the edge of the shoulder blade. Bend the knees to \
         roll it up and down. Stay on the tender point until it eases.",
        "Keep the ball off the spine. Press so that you can still breathe calmly.";
    ForearmPress = "forearm-press", "Thumb on the forearm", Massage, FOREARM, 30 s x 3,
        "Rest one forearm on a table. Press the thumb of the other hand into the fleshy part below the elbow. Hold \
         on the tender point, or stroke slowly towards the wrist.",
        "Keep off the bony inside of the elbow. Stop if the fingers tingle.";
    BallHip = "ball-hip", "Ball under the buttock", Massage, HIP, 45 s x 2,
        "Sit on the floor with a ball under one buttock and lean on the hand behind you. Shift your weight until \
         you find the tender point. Stay there until it eases.",
        "Stop if pain or tingling runs down the leg. Not on artificial hips.";
    RollerThigh = "roller-thigh", "Roller under the thighs", Massage, THIGH, 45 s x 2,
        "Lie face down on your forearms with a roller under the thighs. Roll slowly between hip and knee. Stay on a \
         tender point until it eases.",
        "Not over the knee, and not over bruises or varicose veins.";
    RollerCalf = "roller-calf", "Roller under the calf", Massage, CALF, 45 s x 2,
        "Sit on the floor, lean on your hands behind you and lay one calf on a roller. Roll slowly between ankle and \
         knee. Stay on a tender point until it eases.",
        "Not over varicose veins. A calf that is hot, red or swollen is not pressed: see a doctor.";
}

impl Exercise {
    /// What can be done about a knot on that site, in the order of [`Exercise::ALL`].
    pub fn of(site: Site) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |exercise| exercise.sites().contains(&site))
    }
}

read_by_name!(Exercise, UnknownExercise, "exercise");

#[cfg(test)]
#[path = "exercise_tests.rs"]
mod tests;
