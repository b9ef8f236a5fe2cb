//! How what a person asks for is declined.

use core::fmt;

use super::SessionId;
use crate::checklist::ChecklistRefusal;
use crate::cold::ColdRefusal;
use crate::ledger::SiteRefusal;
use crate::limits;
use crate::pain::red_flags::{self, RedFlags};
use crate::profile::{Profile, ProfileRefusal};
use crate::rules::{Fault, Rule};
use crate::session::PromptId;
use crate::site::Site;
use crate::tens::NotRaised;
use crate::units::{Celsius, Kelvin, Span};

/// Why a command was declined. Nothing was energised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// A session is running already; one at a time.
    Running {
        /// The session that runs.
        id: SessionId,
    },
    /// A fault is latched.
    Latched(Fault),
    /// HL-S6: the last session was interrupted and nobody has looked yet.
    Interrupted {
        /// The session that was cut off.
        id: SessionId,
    },
    /// HL-S4: the command was too long on its way.
    Expired {
        /// Its age on arrival.
        age: Span,
    },
    /// HL-S5: the e-stop is pressed or its wire is broken.
    EStop,
    /// HL-H13: fewer than two contact sensors give fresh readings.
    TooFewContacts {
        /// How many do.
        fresh: usize,
    },
    /// HL-H14: the contact sensors do not agree.
    Disagree {
        /// By how much.
        spread: Kelvin,
    },
    /// HL-H22: there is no fresh room temperature.
    NoAmbient,
    /// HL-H22: the room is too cold or too warm.
    Ambient {
        /// The room's temperature.
        reading: Celsius,
    },
    /// HL-H22: the pad is too cold or already warm.
    Contact {
        /// The hottest contact reading.
        reading: Celsius,
    },
    /// A latched fault cannot be cleared while its cause is still there.
    CauseRemains(Fault),
    /// Another fault is latched than the one that the person saw.
    OtherFault(Fault),
    /// HL-H4: the pad's own cut-out is open.
    CutOut,
    /// HL-H19: current flows through the pad although everything is off.
    StrayCurrent,
    /// HL-H21: the relay has switched as often as it may.
    RelayWorn {
        /// How often.
        operations: u32,
    },
    /// HL-H6, HL-H8, HL-H9 or HL-S8: the site has had its heat for now.
    Site(SiteRefusal),
    /// HL-S7: the check-list forbids it.
    Checklist(ChecklistRefusal),
    /// HL-P1: two sessions in a row made the site worse, and nobody has said what came of it.
    Worsened {
        /// The site.
        site: Site,
    },
    /// HL-P2: there are signs of an emergency.
    RedFlags(RedFlags),
    /// HL-S9: the supply voltage is too low.
    Undervoltage,
    /// Another prompt waits than the one that was confirmed, or none.
    NotAsked {
        /// The prompt that was confirmed.
        prompt: PromptId,
        /// The one that waits.
        asks: Option<PromptId>,
    },
    /// No cold pack lies on the skin.
    NoPack,
    /// HL-C8: a session ended with a cold pack on the skin, and nobody has said that it is off.
    PackLeft,
    /// HL-H1, HL-H7 or HL-C2: the person's profile takes less.
    Profile(ProfileRefusal),
    /// Whoever set the device up has fixed this profile.
    ProfileFixed(Profile),
    /// HL-C1 or HL-C5: what the skin probe says, or does not say, forbids this ice.
    Cold(ColdRefusal),
    /// HL-S10: the guard process is gone.
    GuardLost,
    /// There is no stimulator, or it does not answer.
    NoStimulator,
    /// No TENS phase is on whose level could be set.
    NoTens,
    /// HL-T9: the level rises by one step at a time.
    LevelJump {
        /// What was asked for, in mA.
        asked_ma: u8,
        /// What it is, in mA.
        level_ma: u8,
    },
    /// HL-T1, HL-T9: it is at its cap, or the last step was a moment ago.
    NotRaised(NotRaised),
    /// The session cannot be paused or resumed now.
    NoPause(NoPause),
}

/// Why a session cannot be paused, or gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPause {
    /// No session runs.
    NothingRuns,
    /// A tuning measures one heat-up without a break.
    Tuning,
    /// A cold pack lies on the skin, and a pause would leave it there.
    PackOn,
    /// It is paused already.
    Paused,
    /// It is not paused.
    NotPaused,
    /// HL-S11: the pause was too long.
    TooLate,
}

impl NoPause {
    /// What is wrong, in a person's words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NothingRuns => "no session is running",
            Self::Tuning => "a tuning cannot be paused",
            Self::PackOn => "the cold pack lies on the skin, and would stay there in a pause",
            Self::Paused => "the session is paused already",
            Self::NotPaused => "the session is not paused",
            Self::TooLate => "the pause was too long: the session is over",
        }
    }

    /// What opens it, in a person's words.
    #[must_use]
    pub const fn opens(self) -> &'static str {
        match self {
            Self::NothingRuns => "when a session runs",
            Self::Tuning => "never: stop it instead",
            Self::PackOn => "when the pack is off: say that it is numb, or stop",
            Self::Paused => "when a person has gone on with it",
            Self::NotPaused => "when it is paused",
            Self::TooLate => "with a new session",
        }
    }
}

impl Refusal {
    /// The rule that refuses; none where it is plain order rather than safety.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        match self {
            Self::Running { .. }
            | Self::NotAsked { .. }
            | Self::NoPack
            | Self::NoStimulator
            | Self::NoTens
            | Self::ProfileFixed(_)
            | Self::NoPause(_) => None,
            Self::LevelJump { .. } => Some(Rule::T9),
            Self::NotRaised(refused) => Some(refused.rule()),
            Self::Latched(fault) | Self::CauseRemains(fault) | Self::OtherFault(fault) => {
                Some(fault.kind.rule())
            }
            Self::PackLeft => Some(Rule::C8),
            Self::Cold(refusal) => Some(refusal.rule()),
            Self::Profile(refusal) => Some(refusal.rule()),
            Self::CutOut => Some(Rule::H4),
            Self::StrayCurrent => Some(Rule::H19),
            Self::RelayWorn { .. } => Some(Rule::H21),
            Self::Site(refusal) => Some(refusal.rule()),
            Self::Checklist(_) => Some(Rule::S7),
            Self::Worsened { .. } => Some(Rule::P1),
            Self::RedFlags(_) => Some(Rule::P2),
            Self::Undervoltage => Some(Rule::S9),
            Self::GuardLost => Some(Rule::S10),
            Self::Interrupted { .. } => Some(Rule::S6),
            Self::Expired { .. } => Some(Rule::S4),
            Self::EStop => Some(Rule::S5),
            Self::TooFewContacts { .. } => Some(Rule::H13),
            Self::Disagree { .. } => Some(Rule::H14),
            Self::NoAmbient | Self::Ambient { .. } | Self::Contact { .. } => Some(Rule::H22),
        }
    }

    /// How long until it opens by itself, where that is known.
    #[must_use]
    pub const fn opens_in(self) -> Option<Span> {
        match self {
            Self::Site(refusal) => Some(refusal.opens_in()),
            Self::NotRaised(NotRaised::TooSoon { opens_in }) => Some(opens_in),
            Self::Running { .. }
            | Self::Latched(_)
            | Self::Interrupted { .. }
            | Self::Expired { .. }
            | Self::EStop
            | Self::TooFewContacts { .. }
            | Self::Disagree { .. }
            | Self::NoAmbient
            | Self::Ambient { .. }
            | Self::Contact { .. }
            | Self::CauseRemains(_)
            | Self::OtherFault(_)
            | Self::CutOut
            | Self::StrayCurrent
            | Self::RelayWorn { .. }
            | Self::Checklist(_)
            | Self::Worsened { .. }
            | Self::RedFlags(_)
            | Self::Undervoltage
            | Self::GuardLost
            | Self::NotAsked { .. }
            | Self::NoPack
            | Self::PackLeft
            | Self::Cold(_)
            | Self::Profile(_)
            | Self::ProfileFixed(_)
            | Self::NoStimulator
            | Self::NoTens
            | Self::LevelJump { .. }
            | Self::NotRaised(NotRaised::AtCap(_))
            | Self::NoPause(_) => None,
        }
    }

    /// When it opens again, in a person's words.
    #[must_use]
    pub const fn opens(self) -> &'static str {
        match self {
            Self::Running { .. } => "when the running session has ended or was stopped",
            Self::Latched(_) => "when the cause is gone and a person has cleared the fault",
            Self::Interrupted { .. } => {
                "when a person has looked at skin, pad and cable, and cleared the notice"
            }
            Self::Expired { .. } => "at once: send it again",
            Self::EStop => "when the e-stop is released",
            Self::TooFewContacts { .. } => "when both contact sensors give readings again",
            Self::Disagree { .. } => "when both contact sensors lie on the skin and agree",
            Self::NoAmbient => "when the room sensor gives readings again",
            Self::Ambient { .. } => "when the room is between 10 and 35 °C",
            Self::Contact { .. } => "when the pad is between 10 and 38 °C",
            Self::CauseRemains(_) => "when the cause is gone",
            Self::OtherFault(_) => "when the person has seen this fault, too",
            Self::CutOut => "when the pad has cooled and its cut-out has closed",
            Self::StrayCurrent => "never by itself: unplug the pad and replace the stuck switch",
            Self::RelayWorn { .. } => "when the relay was replaced and its count set back",
            Self::Site(SiteRefusal::RecordLost { .. }) => {
                "when a day has passed since, or a person goes on without the record"
            }
            Self::Site(_) => "when the site has rested; another site may be free",
            Self::Checklist(ChecklistRefusal::Unanswered | ChecklistRefusal::Outdated { .. }) => {
                "when a person has answered the check-list"
            }
            Self::Checklist(ChecklistRefusal::Forbidden { .. }) => {
                "when the check-list is answered again and nothing on it forbids this"
            }
            Self::Worsened { .. } => {
                "when a person has said that a doctor has seen it, or waives that"
            }
            Self::RedFlags(_) => "when the signs are asked for again and none is there any more",
            Self::Undervoltage => "when the supply gives enough voltage again",
            Self::GuardLost => "when the guard process runs again",
            Self::NotAsked { .. } => "when that prompt is shown",
            Self::NoPack => "while an ice phase has its pack on",
            Self::PackLeft => "when a person has said that the pack is off",
            Self::Cold(refusal) => refusal.opens(),
            Self::Profile(_) => "when less is asked for, or the profile is another one",
            Self::ProfileFixed(_) => "when the device's configuration fixes none",
            Self::NoStimulator => "when a stimulator is connected and answers",
            Self::NoTens => "while a TENS phase is on and its electrodes lie",
            Self::LevelJump { .. } => "at once: raise it by 1 mA",
            Self::NotRaised(NotRaised::AtCap(_)) => {
                "never in this phase: it is as strong as it may be"
            }
            Self::NotRaised(NotRaised::TooSoon { .. }) => "half a second after the last step",
            Self::NoPause(why) => why.opens(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Running { id } => write!(f, "session {id} is running; stop it first"),
            Self::Latched(fault) => write!(f, "a fault is latched: {fault}"),
            Self::Interrupted { id } => write!(
                f,
                "session {id} was cut off before its end, and nobody has said yet that skin, pad and \
                 cable were looked at"
            ),
            Self::Expired { age } => write!(
                f,
                "the command was {:.1} s on its way; at most {:.1} s is accepted",
                age.as_s(),
                limits::COMMAND_TTL.as_s()
            ),
            Self::EStop => f.write_str("the e-stop is open"),
            Self::TooFewContacts { fresh } => write!(
                f,
                "{fresh} of {} contact sensors give fresh readings",
                limits::CONTACTS_NEEDED
            ),
            Self::Disagree { spread } => write!(
                f,
                "the contact sensors differ by {spread}; at most {} is accepted",
                limits::DISAGREE_MAX
            ),
            Self::NoAmbient => f.write_str("the room sensor gives no fresh reading"),
            Self::Ambient { reading } => write!(
                f,
                "the room is at {reading}; {} to {} is accepted",
                limits::START_MIN,
                limits::START_AMBIENT_MAX
            ),
            Self::Contact { reading } => write!(
                f,
                "the pad is at {reading}; {} to {} is accepted",
                limits::START_MIN,
                limits::START_CONTACT_MAX
            ),
            Self::CauseRemains(fault) => write!(f, "the cause is still there: {fault}"),
            Self::OtherFault(fault) => write!(f, "another fault is latched by now: {fault}"),
            Self::CutOut => f.write_str("the pad's own cut-out is open"),
            Self::StrayCurrent => {
                f.write_str("current flows through the pad although everything is off: unplug it")
            }
            Self::RelayWorn { operations } => write!(
                f,
                "the relay has switched {operations} times; at most {} are accepted",
                limits::RELAY_OPERATIONS_MAX
            ),
            Self::Site(refusal) => refusal.fmt(f),
            Self::Checklist(refusal) => refusal.fmt(f),
            Self::Worsened { site } => write!(
                f,
                "pain at {site} rose by {} points or more after each of the last two sessions: see a doctor",
                limits::PAIN_WORSE_BY
            ),
            Self::RedFlags(signs) => write!(f, "{signs}: {}", red_flags::ADVICE),
            Self::Undervoltage => f.write_str("the supply voltage is too low"),
            Self::NotAsked { prompt, asks: Some(asks) } => {
                write!(f, "{prompt} is over: {asks} waits now")
            }
            Self::NotAsked { prompt, asks: None } => {
                write!(f, "{prompt} is over, and none waits now")
            }
            Self::NoPack => f.write_str("no cold pack lies on the skin"),
            Self::PackLeft => {
                f.write_str("a cold pack may still lie on the skin: take it off, and say so")
            }
            Self::Cold(refusal) => refusal.fmt(f),
            Self::Profile(refusal) => refusal.fmt(f),
            Self::ProfileFixed(fixed) => {
                write!(f, "the device's configuration fixes the profile `{}`", fixed.name())
            }
            Self::NoStimulator => f.write_str("no stimulator answers"),
            Self::NoTens => f.write_str("no TENS is on"),
            Self::LevelJump { asked_ma, level_ma } => write!(
                f,
                "the level is {level_ma} mA and rises by 1 mA at a time; {asked_ma} mA is not accepted"
            ),
            Self::NotRaised(refused) => refused.fmt(f),
            Self::NoPause(why) => f.write_str(why.text()),
            Self::GuardLost => {
                f.write_str("the guard process, which switches off when this one dies, is gone")
            }
        }
    }
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// `opens` is constant text, which cannot be made from the limits: it says them again.
    #[test]
    fn hl_h22_what_opens_a_start_names_the_limits_in_force() {
        let reading = Celsius::literal(50.0);
        let least = limits::START_MIN.get();
        for (refusal, most) in [
            (Refusal::Ambient { reading }, limits::START_AMBIENT_MAX.get()),
            (Refusal::Contact { reading }, limits::START_CONTACT_MAX.get()),
        ] {
            let (text, range) = (refusal.opens(), format!("between {least} and {most} °C"));
            assert!(text.contains(&range), "{text:?} should say {range:?}");
        }
    }

    #[test]
    fn hl_s8_what_opens_a_lost_record_names_the_day_in_force() {
        let refusal = SiteRefusal::RecordLost { opens_in: Span::ZERO };
        assert!(Refusal::Site(refusal).opens().contains("a day"));
        assert_eq!(limits::DAY, Span::from_s(24 * 3600));
    }
}
