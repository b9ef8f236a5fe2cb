//! From the core's types to shapes, in one place.

mod asked;
mod phases;

use soothe_therapy as core;
use soothe_therapy::attendance::Attending;
use soothe_therapy::heat::{COURSE_EVERY, Outlook};
use soothe_therapy::ledger::{self, Ledger};
use soothe_therapy::limits;
use soothe_therapy::reference_pad;
use soothe_therapy::sense::SensorView;
use soothe_therapy::session::SessionView;
use soothe_therapy::{
    Celsius, Ended, Event, Fault, Found, Freshness, Moment, Outcome, PadModel, Refusal, Rule, Span,
    StopCause, TunedPad,
};

use asked::answered;
pub use asked::{checklist, conditions};
pub use phases::phase_text;
use phases::{phase_status, started};

use crate::advice::advice;
use crate::pain;
use crate::reason::Reason;
use crate::record::{EndedRecord, EventRecord};
use crate::status::{
    Ahead, Alarm, FaultStatus, Limits, Lines, Misfit, RecordLost, Relay, Sensor, SensorFreshness,
    SessionStatus, Site, SiteAccount, State,
};
use crate::tuning::PadFigures;

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
        let (asks_in, answer_within) = match view.attending {
            Attending::Quiet { asks_in } => (Some(asks_in), None),
            Attending::Asking { left } => (None, Some(left)),
            Attending::Absent => (None, Some(Span::ZERO)),
        };
        Self {
            id: view.id.0,
            protocol: plan.protocol.as_str().to_owned(),
            site: plan.site.name().to_owned(),
            site_label: plan.site.label().to_owned(),
            target_c: plan.target.map(rounded_c),
            duration_s: plan.duration.as_s(),
            phase: phase_status(&view),
            elapsed_s: view.elapsed.as_s(),
            remaining_s: view.left.as_s(),
            target_reached: view.target_reached,
            dose_cem43: rounded(view.dose.get()),
            dose_max_cem43: limits::SESSION_DOSE_MAX.get(),
            dose_before_cem43: rounded(view.dose_before.get()),
            day_dose_max_cem43: limits::DAY_DOSE_MAX.get(),
            duty: rounded(view.duty.get()),
            ahead: view.outlook.map(|it| ahead(&it, view.phase.left.unwrap_or(Span::ZERO))),
            misfit: view.misfit.map(Into::into),
            asks_in_s: asks_in.map(Span::as_s),
            answer_within_s: answer_within.map(Span::as_s),
        }
    }
}

fn ahead(outlook: &Outlook, remaining: Span) -> Ahead {
    let course = outlook.course(remaining);
    let tenths = |c: &f64| (c * 10.0).round() / 10.0;
    Ahead {
        target_in_s: course.reaches_in.map(Span::as_s),
        every_s: COURSE_EVERY.as_s(),
        surface_c: course.surface_c.iter().map(tenths).collect(),
    }
}

impl From<core::Misfit> for Misfit {
    fn from(misfit: core::Misfit) -> Self {
        Self { kind: misfit.name().to_owned(), message: misfit.to_string() }
    }
}

/// A latched fault as it is shown; `latched_unix_ms` is the wall clock then, where it is known.
#[must_use]
pub fn fault(fault: Fault, latched_unix_ms: Option<i64>) -> FaultStatus {
    let Reason { what, limit, reading, opens, .. } = fault.into();
    FaultStatus {
        kind: fault.kind.name().to_owned(),
        rule: fault.kind.rule().id().to_owned(),
        message: what,
        limit: limit.unwrap_or_default(),
        reading: reading.unwrap_or_default(),
        advice: advice(fault.kind).to_owned(),
        unplug: fault.kind.needs_unplugging(),
        opens: opens.unwrap_or_default().to_owned(),
        latched_unix_ms,
    }
}

impl From<core::LineState> for Lines {
    fn from(lines: core::LineState) -> Self {
        let core::LineState { estop_open, cutout_open, pad_current, undervoltage, guard_lost } =
            lines;
        Self { estop_open, cutout_open, pad_current, undervoltage, guard_lost }
    }
}

impl From<core::alarm::Alarm> for Alarm {
    fn from(alarm: core::alarm::Alarm) -> Self {
        match alarm {
            core::alarm::Alarm::Prompt => Self::Prompt,
            core::alarm::Alarm::Attend => Self::Attend,
            core::alarm::Alarm::PackOff => Self::PackOff,
            core::alarm::Alarm::Fault => Self::Fault,
            core::alarm::Alarm::Unplug => Self::Unplug,
        }
    }
}

impl From<ledger::SiteAccount> for SiteAccount {
    fn from(account: ledger::SiteAccount) -> Self {
        let ledger::SiteAccount { site, dose, heated, sessions, refusal, opens_in } = account;
        Self {
            site: site.name().to_owned(),
            site_label: site.label().to_owned(),
            dose_cem43: rounded(dose.get()),
            heated_s: heated.as_s(),
            sessions,
            rule: refusal.map(|refusal| refusal.rule().id().to_owned()),
            opens_in_s: opens_in.as_s(),
        }
    }
}

/// The accounts of the sites that were heated in the last 24 h.
#[must_use]
pub fn sites(ledger: &Ledger, now: Moment) -> Vec<SiteAccount> {
    let accounts = core::Site::ALL.iter().filter_map(|site| ledger.account(*site, now));
    accounts.map(Into::into).collect()
}

/// That the record of doses was lost, where it counts still.
#[must_use]
pub fn record_lost(ledger: &Ledger, now: Moment) -> Option<RecordLost> {
    ledger.lost_for(now).map(|opens_in| RecordLost { opens_in_s: opens_in.as_s() })
}

/// How worn a relay is after so many operations.
#[must_use]
pub fn relay(operations: u32) -> Relay {
    Relay { operations, warn: operations >= limits::RELAY_OPERATIONS_WARN }
}

/// What the device is doing, in one word.
#[must_use]
pub fn state(snapshot: &core::Snapshot) -> State {
    match (snapshot.fault, snapshot.session) {
        (Some(_), _) => State::Fault,
        (None, Some(session)) if session.phase.pause_left.is_some() => State::Paused,
        (None, Some(session)) if session.phase.level.is_some() => State::Stimulating,
        (None, Some(session)) if session.proving => State::Proving,
        (None, Some(session)) if session.phase.phase.target().is_some() => State::Heating,
        (None, Some(_)) => State::Guided,
        (None, None) => State::Idle,
    }
}

/// In a sentence, why a session ended.
#[must_use]
pub fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Completed => "the planned time was over".to_owned(),
        Outcome::Measured => "enough was measured".to_owned(),
        Outcome::Stopped(StopCause::Person) => "it was stopped by hand".to_owned(),
        Outcome::Stopped(StopCause::RedFlags) => "there were signs of an emergency".to_owned(),
        Outcome::Stopped(StopCause::Checklist) => "the check-list forbids it".to_owned(),
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
        Outcome::Completed | Outcome::Measured | Outcome::Stopped(_) => None,
        Outcome::Limit(limit) => Some(limit.rule().id().to_owned()),
        Outcome::Fault(fault) => Some(fault.kind.rule().id().to_owned()),
    }
}

impl From<Ended> for EndedRecord {
    fn from(ended: Ended) -> Self {
        let reason = Reason::from(&ended);
        Self {
            id: ended.id.0,
            outcome: ended.outcome.name().to_owned(),
            rule: reason.rule_id(),
            reason: reason.what,
            limit: reason.limit,
            reading: reason.reading,
            opens: reason.opens.map(str::to_owned),
            elapsed_s: ended.elapsed.as_s(),
            dose_cem43: rounded(ended.dose.get()),
        }
    }
}

/// An event as the log keeps it, `t_s` seconds after its session's start.
#[must_use]
pub fn event_record(event: &Event, t_s: f64) -> EventRecord {
    let (kind, message, rule) = match event {
        Event::Started { plan, .. } => ("started", started(plan), None),
        Event::Proved { .. } => ("proved", "neither switch alone passed current".to_owned(), None),
        Event::AskedForSign { .. } => {
            ("asked-for-sign", "a sign was asked for".to_owned(), Some("HL-H11".to_owned()))
        }
        Event::PhaseBegan { number, phase, .. } => {
            ("phase-began", format!("phase {number}: {}", phase_text(phase)), None)
        }
        Event::Asked { id, prompt } => {
            ("asked", format!("asked ({}): {}", id.number, prompt.text()), None)
        }
        Event::Confirmed { id, prompt } => {
            ("confirmed", format!("done ({}): {}", id.number, prompt.text()), None)
        }
        Event::Numb { .. } => ("numb", "the skin under the cold pack is numb".to_owned(), None),
        Event::Level { level_ma, .. } => ("level", format!("the level is {level_ma} mA"), None),
        Event::LevelZeroed { cause, .. } => (
            "level-zeroed",
            format!("the level went to zero: {}", cause.text()),
            cause.rule().map(|rule| rule.id().to_owned()),
        ),
        Event::ElectrodesOff { why, .. } => (
            "electrodes-off",
            format!("the electrodes must be laid anew: {}", why.text()),
            Some(why.rule().id().to_owned()),
        ),
        Event::Paused { .. } => ("paused", "it was paused by hand".to_owned(), None),
        Event::Resumed { .. } => ("resumed", "it went on by hand".to_owned(), None),
        Event::Skin { says, .. } => {
            (says.name(), says.text().to_owned(), Some(says.rule().id().to_owned()))
        }
        Event::Present { .. } => ("present", "somebody is there".to_owned(), None),
        Event::Answered(answers) => ("answered", answered(*answers), Some("HL-S7".to_owned())),
        Event::Felt { felt, before } => ("felt", pain::felt(felt, *before), None),
        Event::SiteLocked { site } => {
            because("site-locked", Refusal::Worsened { site: *site }.into())
        }
        Event::SiteSettled { site, how } => (
            "site-settled",
            format!("{site} may be heated again: {}", how.text()),
            Some(Rule::P1.id().to_owned()),
        ),
        Event::RedFlagsAnswered(signs) => {
            ("red-flags", pain::answered(*signs), Some(Rule::P2.id().to_owned()))
        }
        Event::PackOff(used) => (
            "pack-off",
            format!("the cold pack is off {}, {} after the session", used.site, used.cold),
            Some(Rule::C8.id().to_owned()),
        ),
        Event::LossForgotten => (
            "loss-forgotten",
            "a person went on without the lost record of doses".to_owned(),
            Some("HL-S8".to_owned()),
        ),
        Event::TargetReached { .. } => {
            ("target-reached", "the target was reached".to_owned(), None)
        }
        Event::Misfits { misfit, .. } => ("misfits", misfit.to_string(), None),
        Event::Tuned { found, .. } => ("tuned", tuned(found), None),
        Event::NotTuned { why, .. } => ("not-tuned", format!("nothing was found: {why}"), None),
        Event::Refined { pad, .. } => ("refined", refined(pad), None),
        Event::PadChosen { tuning: Some(id) } => {
            ("pad-chosen", format!("from now on tuning {id} is used"), None)
        }
        Event::PadChosen { tuning: None } => {
            ("pad-chosen", "from now on no tuning is used".to_owned(), None)
        }
        Event::ProfileChosen(profile) => {
            ("profile-chosen", format!("from now on the profile is `{}`", profile.name()), None)
        }
        Event::Ended(ended) => because("ended", ended.into()),
        Event::Refused(refusal) => because("refused", (*refusal).into()),
        Event::Latched(fault) => because("latched", (*fault).into()),
        Event::Cleared(fault) => {
            ("cleared", fault.to_string(), Some(fault.kind.rule().id().to_owned()))
        }
        Event::Acknowledged { id } => {
            ("acknowledged", format!("the interruption of session {id} was acknowledged"), None)
        }
    };
    EventRecord { t_s, kind: kind.to_owned(), message, rule }
}

fn tuned(found: &Found) -> String {
    let Found { model, rms_k, .. } = found;
    format!(
        "the pad has {:.1} W, {:.2} times the reference pad's heat capacity and {:.2} times its loss \
         ({rms_k:.3} K rms unexplained)",
        model.power_w(),
        model.mass(),
        model.loss(),
    )
}

fn refined(pad: &TunedPad) -> String {
    let (found, now) = (pad.found(), pad.now());
    // Zero is added so that what rounds to nothing has no minus.
    let by = |now: f64, found: f64| ((now / found - 1.0) * 1000.0).round() / 10.0 + 0.0;
    format!(
        "the session refined the tuned pad: {:.1} W by now ({:+.1} % since it was tuned), {:.2} times the \
         reference pad's heat capacity ({:+.1} %)",
        now.power_w(),
        by(now.power_w(), found.power_w()),
        now.mass(),
        by(now.mass(), found.mass()),
    )
}

/// A tuning as people see it.
#[must_use]
pub fn pad_figures(pad: &PadModel) -> PadFigures {
    let (slow_s, fast_s) = pad.time_constants_s();
    PadFigures {
        power_w: rounded(pad.power_w()),
        mass: rounded(pad.mass()),
        loss: rounded(pad.loss()),
        slow_s: rounded(slow_s),
        fast_s: rounded(fast_s),
        gain_k: rounded(pad.full_power_rise_k()),
        sensor_lag_s: reference_pad::SENSOR_S,
    }
}

fn because(kind: &str, reason: Reason) -> (&str, String, Option<String>) {
    (kind, reason.sentence(), reason.rule_id())
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
            day_dose_max_cem43: limits::DAY_DOSE_MAX.get(),
            day_heat_max_s: limits::DAY_HEAT_MAX.as_s(),
            day_sessions_max: limits::DAY_SESSIONS_MAX,
            checklist_valid_s: limits::CHECKLIST_VALID.as_s(),
            sites: core::Site::ALL
                .iter()
                .map(|site| Site { name: site.name().to_owned(), label: site.label().to_owned() })
                .collect(),
        }
    }
}
