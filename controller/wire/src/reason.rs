//! Why something was declined or ended: the rule, its limit, the reading, and when it opens again.
//!
//! Made once, here, from the core's refusals and faults; the API, the log and the faces show it.

use std::fmt::Display;

use soothe_therapy::checklist::ChecklistRefusal;
use soothe_therapy::cold::ColdRefusal;
use soothe_therapy::ledger::SiteRefusal;
use soothe_therapy::profile::{Beyond, ProfileRefusal};
use soothe_therapy::tens::{self, NotRaised};
use soothe_therapy::{
    Ended, Fault, HeatError, Outcome, PhaseLimit, Refusal, Rule, Span, StopCause, limits,
};

use self::fault::against;
use crate::convert;

mod fault;

/// How a latched fault opens.
const FAULT_OPENS: &str = "when the cause is gone and a person has cleared the fault";

/// What a person needs to know about a refusal, a trip or an end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason {
    /// What it was, in a sentence.
    pub what: String,
    /// The rule behind it; none where it is plain order rather than safety.
    pub rule: Option<Rule>,
    /// What would be accepted, with its unit.
    pub limit: Option<String>,
    /// What was read, counted or asked for instead, with its unit.
    pub reading: Option<String>,
    /// When it opens again, in words.
    pub opens: Option<&'static str>,
    /// How long until it opens by itself, where that is known.
    pub opens_in: Option<Span>,
}

impl Reason {
    fn of(what: impl Display, rule: Option<Rule>, grounds: Option<Grounds>) -> Self {
        let (limit, reading) = grounds.unzip();
        Self { what: what.to_string(), rule, limit, reading, ..Self::default() }
    }

    fn opens(self, opens: &'static str) -> Self {
        Self { opens: Some(opens), ..self }
    }

    /// The rule's id.
    #[must_use]
    pub fn rule_id(&self) -> Option<String> {
        self.rule.map(|rule| rule.id().to_owned())
    }

    /// All of it in one sentence, for the log.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = self.what.clone();
        for (label, value) in [("limit", &self.limit), ("reading", &self.reading)] {
            if let Some(value) = value.as_ref().filter(|value| !text.contains(value.as_str())) {
                text += &format!("; {label}: {value}");
            }
        }
        if let Some(opens) = self.opens {
            text += &format!("; opens {}", opening(opens, self.opens_in.map(Span::as_s)));
        }
        text
    }
}

/// When something opens again: in how many seconds, where that is known, and the words for it.
#[must_use]
pub fn opening(words: &str, opens_in_s: Option<f64>) -> String {
    match opens_in_s.filter(|s| *s > 0.0) {
        Some(s) => format!("in {}, {words}", lasting(s)),
        None => words.to_owned(),
    }
}

/// A length of time as people say it, rounded up: `25 s`, `43 min`, `3 h 12 min`, `27 days`.
#[must_use]
pub fn lasting(s: f64) -> String {
    // Checked by the clamp: a float from 0 to a century of seconds fits.
    let s = s.clamp(0.0, 3.2e9).ceil() as u64;
    let min = s.div_ceil(60);
    match (s, min) {
        (0..60, _) => format!("{s} s"),
        (_, 0..60) => format!("{min} min"),
        (_, 60..2880) if min.is_multiple_of(60) => format!("{} h", min / 60),
        (_, 60..2880) => format!("{} h {} min", min / 60, min % 60),
        (_, 2880..) => format!("{} days", min.div_ceil(24 * 60)),
    }
}

/// A limit and what was read against it.
type Grounds = (String, String);

fn grounds(limit: impl Display, reading: impl Display) -> Grounds {
    (limit.to_string(), reading.to_string())
}

fn minutes(span: Span) -> String {
    format!("{:.0} min", span.as_s() / 60.0)
}

fn seconds(span: Span) -> String {
    format!("{:.1} s", span.as_s())
}

impl From<HeatError> for Reason {
    /// The command has to change, not the device: it opens for another value at any time.
    fn from(error: HeatError) -> Self {
        let grounds = match error {
            HeatError::Target { asked_c } => grounds(
                format!("{:.1} to {}", limits::TARGET_MIN.get(), limits::TARGET_MAX),
                format!("{asked_c} °C"),
            ),
            HeatError::Duration { asked, max } => grounds(
                format!("{:.0} to {}", limits::HEAT_PHASE_MIN.as_s() / 60.0, minutes(max)),
                asked.to_string(),
            ),
        };
        Self::of(error, Some(error.rule()), Some(grounds))
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Self {
        let it = Self::of(refusal, refusal.rule(), of_refusal(refusal)).opens(refusal.opens());
        Self { opens_in: refusal.opens_in(), ..it }
    }
}

fn of_refusal(refusal: Refusal) -> Option<Grounds> {
    let between = |high| format!("{:.1} to {high}", limits::START_MIN.get());
    Some(match refusal {
        Refusal::Running { .. } | Refusal::Interrupted { .. } => return None,
        Refusal::Latched(fault) | Refusal::CauseRemains(fault) | Refusal::OtherFault(fault) => {
            of_fault(fault)
        }
        Refusal::Expired { age } => grounds(seconds(limits::COMMAND_TTL), seconds(age)),
        Refusal::EStop | Refusal::CutOut => grounds("closed", "open"),
        Refusal::TooFewContacts { fresh } => {
            grounds(format!("{} contact sensors", limits::CONTACTS_NEEDED), fresh)
        }
        Refusal::Disagree { spread } => grounds(limits::DISAGREE_MAX, spread),
        Refusal::NoAmbient => grounds(between(limits::START_AMBIENT_MAX), "none"),
        Refusal::Ambient { reading } => grounds(between(limits::START_AMBIENT_MAX), reading),
        Refusal::Contact { reading } => grounds(between(limits::START_CONTACT_MAX), reading),
        Refusal::StrayCurrent => grounds("no current while off", "current flows"),
        Refusal::RelayWorn { operations } => {
            let limit = format!("{} operations", limits::RELAY_OPERATIONS_MAX);
            grounds(limit, format!("{operations} operations"))
        }
        Refusal::Site(refusal) => of_site(refusal),
        Refusal::Checklist(refusal) => of_checklist(refusal),
        Refusal::Worsened { .. } => grounds("1 such session", "2 such sessions in a row"),
        Refusal::RedFlags(signs) => grounds("no to every sign", format!("yes to: {signs}")),
        Refusal::Undervoltage => grounds("enough voltage", "too low"),
        Refusal::GuardLost => grounds("a guard process that lives", "gone"),
        Refusal::NotAsked { prompt, asks } => grounds(
            asks.map_or_else(|| "no prompt".to_owned(), |asks| asks.to_string()),
            prompt.to_string(),
        ),
        Refusal::NoPack => grounds("a cold pack on the skin", "none"),
        Refusal::PackLeft => grounds("no cold pack on the skin", "nobody has said that it is off"),
        Refusal::NoStimulator => grounds("a stimulator that answers", "none"),
        Refusal::NoTens => grounds("a TENS phase whose electrodes lie", "none"),
        Refusal::LevelJump { asked_ma, level_ma } => {
            grounds(format!("at most {} mA", level_ma + 1), format!("{asked_ma} mA"))
        }
        Refusal::NotRaised(NotRaised::AtCap(cap)) => {
            grounds(cap.current(), format!("more than {}", cap.current()))
        }
        Refusal::NotRaised(NotRaised::TooSoon { .. }) => {
            grounds(format!("1 mA in {}", tens::limits::STEP_EVERY), "sooner")
        }
        Refusal::NoPause(_) | Refusal::ProfileFixed(_) => return None,
        Refusal::Profile(ProfileRefusal { profile, beyond, .. }) => match beyond {
            Beyond::Target(target) => grounds(profile.target_max(), target),
            Beyond::Heat(span) => grounds(minutes(profile.heat_max()), minutes(span)),
            Beyond::Ice(span) => grounds(minutes(profile.ice_max()), minutes(span)),
        },
        Refusal::Cold(ColdRefusal::Unwatched { asked }) => grounds(
            format!("{} without a skin probe", minutes(limits::ICE_MAX_UNWATCHED)),
            minutes(asked),
        ),
        Refusal::Cold(ColdRefusal::Freezing { reading }) => {
            grounds(format!("more than {}", limits::SKIN_FREEZING), reading)
        }
    })
}

fn of_site(refusal: SiteRefusal) -> Grounds {
    match refusal {
        SiteRefusal::DayDose { dose, .. } => {
            grounds(format!("{} in 24 h", limits::DAY_DOSE_MAX), dose)
        }
        SiteRefusal::DayHeat { heated, asked, .. } => grounds(
            format!("{} in 24 h", minutes(limits::DAY_HEAT_MAX)),
            format!("{}, and {} asked for", minutes(heated), minutes(asked)),
        ),
        SiteRefusal::DaySessions { .. } => {
            let most = limits::DAY_SESSIONS_MAX;
            grounds(format!("{most} sessions in 24 h"), format!("{most} sessions"))
        }
        SiteRefusal::Rest { since, .. } => grounds(
            format!("{} of rest", minutes(limits::REST_BETWEEN_SESSIONS)),
            format!("{} of rest", minutes(since)),
        ),
        SiteRefusal::Numb { since, .. } => grounds(
            format!("{} after cold", minutes(limits::COLD_NUMBS_FOR)),
            format!("{} after cold", minutes(since)),
        ),
        SiteRefusal::RestFromCold { since, opens_in } => grounds(
            format!("{} of rest from cold", minutes(since + opens_in)),
            format!("{} of rest", minutes(since)),
        ),
        SiteRefusal::DayTens { .. } => {
            let most = tens::limits::DAY_SESSIONS_MAX;
            grounds(format!("{most} sessions in 24 h"), format!("{most} sessions"))
        }
        SiteRefusal::RestFromTens { since, .. } => grounds(
            format!("{} of rest from TENS", minutes(tens::limits::REST_BETWEEN_SESSIONS)),
            format!("{} of rest", minutes(since)),
        ),
        SiteRefusal::JustStimulated { .. } => {
            grounds(format!("{} after TENS", limits::HEAT_TENS_APART), "less")
        }
        SiteRefusal::RecordLost { .. } => grounds("a record of doses", "none that can be read"),
    }
}

fn of_checklist(refusal: ChecklistRefusal) -> Grounds {
    let days = |span: Span| span.as_s() / 86_400.0;
    let limit = format!("answered within {:.0} days", days(limits::CHECKLIST_VALID));
    match refusal {
        ChecklistRefusal::Unanswered => grounds(limit, "never answered"),
        ChecklistRefusal::Outdated { age } => {
            grounds(limit, format!("answered {:.0} days ago", days(age)))
        }
        ChecklistRefusal::Forbidden { by, .. } => {
            grounds("no to every condition that forbids it", format!("yes to: {by}"))
        }
    }
}

impl From<Fault> for Reason {
    fn from(fault: Fault) -> Self {
        Self::of(fault, Some(fault.kind.rule()), Some(of_fault(fault))).opens(FAULT_OPENS)
    }
}

fn of_fault(fault: Fault) -> Grounds {
    let (limit, else_read) = against(fault.kind);
    let reading = fault.reading.map_or_else(|| else_read.to_owned(), |c| c.to_string());
    (limit, reading)
}

impl From<&Ended> for Reason {
    fn from(ended: &Ended) -> Self {
        let what = convert::reason(ended.outcome);
        match ended.outcome {
            Outcome::Completed
            | Outcome::Measured
            | Outcome::Stopped(StopCause::Person | StopCause::Shutdown) => {
                Self::of(what, None, None)
            }
            Outcome::Stopped(StopCause::RedFlags) => Self::of(what, Some(Rule::P2), None)
                .opens("when no sign is there any more: `soothe redflags`"),
            Outcome::Stopped(StopCause::Checklist) => {
                Self::of(what, Some(Rule::S7), None).opens("when the check-list forbids it no more")
            }
            Outcome::Stopped(StopCause::LogFailed) => {
                Self::of(what, None, None).opens("when the session log can be written again")
            }
            Outcome::Limit(limit) => {
                Self::of(what, Some(limit.rule()), Some(of_limit(limit, ended))).opens(after(limit))
            }
            Outcome::Fault(fault) => fault.into(),
        }
    }
}

fn of_limit(limit: PhaseLimit, ended: &Ended) -> Grounds {
    match limit {
        PhaseLimit::ContactTemperature => {
            // A value that no sensor may have ends the phase, too.
            let believed = ended.hottest.filter(|c| *c >= limits::CONTACT_OFF);
            let reading = believed.map_or_else(|| "one not believed".to_owned(), |c| c.to_string());
            (limits::CONTACT_OFF.to_string(), reading)
        }
        PhaseLimit::SessionDose => grounds(limits::SESSION_DOSE_MAX, ended.dose),
        PhaseLimit::DayDose => {
            let most = limits::DAY_DOSE_MAX;
            grounds(format!("{most} in 24 h"), format!("{most} with this session"))
        }
        PhaseLimit::SessionTime => grounds(minutes(limits::SESSION_MAX), minutes(ended.elapsed)),
        PhaseLimit::Absent => grounds(
            format!("a sign within {}", lasting(limits::ATTENDANCE_ANSWER_WITHIN.as_s())),
            "none",
        ),
        PhaseLimit::Restless => {
            grounds(format!("at rest within {}", minutes(limits::PROOF_DRIFT_WAIT)), "not at rest")
        }
        PhaseLimit::Unheated => {
            grounds(format!("a test within {}", minutes(ended.elapsed)), "longer")
        }
        PhaseLimit::Freezing => grounds(
            format!("more than {}", limits::SKIN_FREEZING),
            format!("{} or less", limits::SKIN_FREEZING),
        ),
        PhaseLimit::NumbSkin => grounds(
            format!("at most {} for the first heat after cold", limits::TARGET_MAX_AFTER_COLD),
            "hotter",
        ),
        PhaseLimit::Undervoltage => grounds("enough voltage", "too low"),
        PhaseLimit::PauseTime => {
            grounds(format!("a pause of {}", minutes(limits::PAUSE_MAX)), "longer")
        }
    }
}

/// When heat is possible again after a limit has ended a session.
const fn after(limit: PhaseLimit) -> &'static str {
    match limit {
        PhaseLimit::ContactTemperature => {
            "when the pad has cooled below 38 °C and the site has rested; look at the skin first"
        }
        PhaseLimit::SessionDose => "when the site has rested for an hour; look at the skin first",
        PhaseLimit::DayDose => {
            "when enough of the site's last 24 h has passed; another site may be free"
        }
        PhaseLimit::SessionTime => "when the site has rested for an hour; another site may be free",
        PhaseLimit::Absent => "when somebody is there and the site has rested",
        PhaseLimit::Unheated => {
            "at once: longer heat has time for the test, and a pad that lies still is tested sooner"
        }
        PhaseLimit::Restless => "when the pad no longer warms up by itself",
        PhaseLimit::Freezing => {
            "when the skin is warm and feels normal again; look at it first, and take a warmer pack over damp cloth"
        }
        PhaseLimit::NumbSkin => "when the skin feels normal again, in half an hour",
        PhaseLimit::Undervoltage => "when the supply gives enough voltage again",
        PhaseLimit::PauseTime => "when the site has rested, or at once on another site",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_therapy::ledger::SiteUse;
    use soothe_therapy::{Celsius, Cem43, FaultKind, SessionId, Site};

    fn ended(outcome: Outcome, hottest_c: f64) -> Ended {
        let dose = Cem43::literal(1.5);
        Ended {
            id: SessionId(7),
            outcome,
            elapsed: Span::from_min(12),
            dose,
            hottest: Some(Celsius::literal(hottest_c)),
            left: SiteUse {
                site: Site::LeftHip,
                heated: Span::from_min(11),
                dose,
                cold: Span::ZERO,
                tens: Span::ZERO,
            },
        }
    }

    #[test]
    fn a_length_of_time_is_never_said_to_be_shorter_than_it_is() {
        for (s, text) in [
            (0.0, "0 s"),
            (24.1, "25 s"),
            (59.5, "1 min"),
            (60.0, "1 min"),
            (61.0, "2 min"),
            (3599.0, "1 h"),
            (3601.0, "1 h 1 min"),
            (86_400.0, "24 h"),
            (2_592_000.0, "30 days"),
            (2_592_001.0, "31 days"),
        ] {
            assert_eq!(lasting(s), text);
        }
    }

    #[test]
    fn every_fault_has_its_rule_limit_reading_and_how_it_opens() {
        for kind in FaultKind::ALL {
            let reading = kind.is_thermal().then_some(Celsius::literal(43.6));
            let reason = Reason::from(Fault { kind: *kind, reading });
            assert_eq!(reason.rule, Some(kind.rule()));
            assert!(reason.limit.is_some_and(|limit| !limit.is_empty()), "{}", kind.name());
            assert_ne!(reason.reading.as_deref(), Some("not known"), "{}", kind.name());
            assert_eq!(reason.opens, Some(FAULT_OPENS));
        }
    }

    #[test]
    fn a_site_at_rest_says_how_long_it_still_rests() {
        let refusal = Refusal::Site(SiteRefusal::Rest {
            since: Span::from_min(17),
            opens_in: Span::from_min(43),
        });
        let reason = Reason::from(refusal);
        assert_eq!(reason.limit.as_deref(), Some("60 min of rest"));
        assert_eq!(reason.reading.as_deref(), Some("17 min of rest"));
        assert!(
            reason
                .sentence()
                .ends_with("; opens in 43 min, when the site has rested; another site may be free"),
            "{}",
            reason.sentence()
        );
    }

    #[test]
    fn the_log_tells_the_limit_and_the_reading_of_a_trip_once() {
        let fault = Fault { kind: FaultKind::TooHot, reading: Some(Celsius::literal(44.1)) };
        assert_eq!(
            Reason::from(fault).sentence(),
            "the contact temperature reached 44 °C (the hottest read 44.1 °C); limit: 44.0 °C; opens \
             when the cause is gone and a person has cleared the fault"
        );
        let hot = Outcome::Limit(PhaseLimit::ContactTemperature);
        let text = Reason::from(&ended(hot, 43.2)).sentence();
        assert!(text.contains("; limit: 43.0 °C; reading: 43.2 °C; opens when the pad"), "{text}");
    }

    #[test]
    fn a_value_that_was_not_believed_is_not_told_as_the_reading() {
        let hot = Outcome::Limit(PhaseLimit::ContactTemperature);
        let reason = Reason::from(&ended(hot, 39.0));
        assert_eq!(reason.reading.as_deref(), Some("one not believed"));
    }

    #[test]
    fn what_a_person_ended_needs_no_limit() {
        let reason = Reason::from(&ended(Outcome::Stopped(StopCause::Person), 39.0));
        assert_eq!(reason.sentence(), "it was stopped by hand");
        assert_eq!((reason.rule, reason.limit, reason.opens), (None, None, None));
    }
}
