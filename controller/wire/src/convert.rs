//! From the core's types to shapes, in one place.

use soothe_therapy as core;
use soothe_therapy::limits;
use soothe_therapy::sense::SensorView;
use soothe_therapy::session::SessionView;
use soothe_therapy::{Celsius, Ended, Event, Fault, Freshness, Outcome, Refusal, StopCause};

use crate::record::{EndedRecord, EventRecord};
use crate::status::{FaultStatus, Limits, Sensor, SensorFreshness, SessionStatus, Site, State};

/// Degrees Celsius rounded to a thousandth: more digits than any sensor has, fewer than a float prints.
fn rounded_c(t: Celsius) -> f64 {
    (t.get() * 1000.0).round() / 1000.0
}

fn rounded(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

impl From<SensorView> for Sensor {
    fn from(view: SensorView) -> Self {
        let freshness = match view.freshness {
            Freshness::Fresh => SensorFreshness::Fresh,
            Freshness::Ageing => SensorFreshness::Ageing,
            Freshness::Lost => SensorFreshness::Lost,
        };
        Self { freshness, reading_c: view.reading.map(rounded_c), age_s: view.age.as_s() }
    }
}

impl From<SessionView> for SessionStatus {
    fn from(view: SessionView) -> Self {
        let plan = view.plan;
        Self {
            id: view.id.0,
            site: plan.site().name().to_owned(),
            site_label: plan.site().label().to_owned(),
            target_c: rounded_c(plan.target()),
            duration_s: plan.duration().as_s(),
            elapsed_s: view.elapsed.as_s(),
            remaining_s: plan.duration().saturating_sub(view.elapsed).as_s(),
            target_reached: view.target_reached,
            dose_cem43: rounded(view.dose.get()),
            dose_max_cem43: limits::SESSION_DOSE_MAX.get(),
            duty: rounded(view.duty.get()),
        }
    }
}

impl From<Fault> for FaultStatus {
    fn from(fault: Fault) -> Self {
        Self {
            kind: fault.kind.name().to_owned(),
            rule: fault.kind.rule().id().to_owned(),
            message: fault.to_string(),
            reading_c: fault.reading.map(rounded_c),
        }
    }
}

/// What the device is doing, in one word.
#[must_use]
pub fn state(snapshot: &core::Snapshot) -> State {
    match (snapshot.fault, snapshot.session) {
        (Some(_), _) => State::Fault,
        (None, Some(_)) => State::Heating,
        (None, None) => State::Idle,
    }
}

/// In a sentence, why a session ended.
#[must_use]
pub fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Completed => "the planned time was over".to_owned(),
        Outcome::Stopped(StopCause::Person) => "it was stopped by hand".to_owned(),
        Outcome::Stopped(StopCause::LogFailed) => "the session log could not be written".to_owned(),
        Outcome::Stopped(StopCause::Shutdown) => "the daemon was shut down".to_owned(),
        Outcome::Limit(limit) => limit.text().to_owned(),
        Outcome::Fault(fault) => fault.to_string(),
    }
}

/// The rule that ended a session, where one did.
#[must_use]
pub fn rule_of(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Completed | Outcome::Stopped(_) => None,
        Outcome::Limit(limit) => Some(limit.rule().id().to_owned()),
        Outcome::Fault(fault) => Some(fault.kind.rule().id().to_owned()),
    }
}

impl From<Ended> for EndedRecord {
    fn from(ended: Ended) -> Self {
        Self {
            id: ended.id.0,
            outcome: ended.outcome.name().to_owned(),
            reason: reason(ended.outcome),
            rule: rule_of(ended.outcome),
            elapsed_s: ended.elapsed.as_s(),
            dose_cem43: rounded(ended.dose.get()),
        }
    }
}

/// An event as the log keeps it, `t_s` seconds after its session's start.
#[must_use]
pub fn event_record(event: &Event, t_s: f64) -> EventRecord {
    let (kind, message, rule) = match event {
        Event::Started { plan, .. } => (
            "started",
            format!("heat at {} for {} min", plan.target(), plan.duration().as_s() / 60.0),
            None,
        ),
        Event::Proved { .. } => ("proved", "neither switch alone passed current".to_owned(), None),
        Event::AskedForSign { .. } => {
            ("asked-for-sign", "a sign was asked for".to_owned(), Some("HL-H11".to_owned()))
        }
        Event::Present { .. } => ("present", "somebody is there".to_owned(), None),
        Event::Answered(answers) => (
            "answered",
            format!("the check-list was answered, {} yes", answers.yes().count()),
            None,
        ),
        Event::LossForgotten => (
            "loss-forgotten",
            "a person went on without the lost record of doses".to_owned(),
            Some("HL-S8".to_owned()),
        ),
        Event::TargetReached { .. } => {
            ("target-reached", "the target was reached".to_owned(), None)
        }
        Event::Ended(ended) => ("ended", reason(ended.outcome), rule_of(ended.outcome)),
        Event::Refused(refusal) => ("refused", refusal.to_string(), refusal_rule(*refusal)),
        Event::Latched(fault) => ("latched", fault.to_string(), Some(fault_rule(*fault))),
        Event::Cleared(fault) => ("cleared", fault.to_string(), Some(fault_rule(*fault))),
        Event::Acknowledged { id } => {
            ("acknowledged", format!("the interruption of session {id} was acknowledged"), None)
        }
    };
    EventRecord { t_s, kind: kind.to_owned(), message, rule }
}

fn fault_rule(fault: Fault) -> String {
    fault.kind.rule().id().to_owned()
}

fn refusal_rule(refusal: Refusal) -> Option<String> {
    refusal.rule().map(|rule| rule.id().to_owned())
}

impl Limits {
    /// The limits that are compiled in.
    #[must_use]
    pub fn compiled_in() -> Self {
        Self {
            target_min_c: limits::TARGET_MIN.get(),
            target_max_c: limits::TARGET_MAX.get(),
            target_default_c: limits::TARGET_DEFAULT.get(),
            gentle_target_c: limits::GENTLE_TARGET.get(),
            duration_min_s: limits::HEAT_PHASE_MIN.as_s(),
            duration_max_s: limits::HEAT_PHASE_MAX.as_s(),
            duration_max_gentle_s: limits::HEAT_PHASE_MAX_GENTLE.as_s(),
            contact_off_c: limits::CONTACT_OFF.get(),
            sites: core::Site::ALL
                .iter()
                .map(|site| Site { name: site.name().to_owned(), label: site.label().to_owned() })
                .collect(),
        }
    }
}
