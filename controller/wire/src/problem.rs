//! The one error answer: `application/problem+json` (RFC 9457), with what a person needs to go on.

use serde::{Deserialize, Serialize};
use soothe_therapy::{Fault, HeatError, ProtocolError, Refusal, Span};
use utoipa::ToSchema;

use crate::reason::Reason;

/// Why a request was not carried out. Nothing was energised by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A stable name for the kind of problem, e.g. `refused`, `invalid-request`, `not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind in words.
    pub title: String,
    /// One sentence: what was wrong, where, and what would be accepted.
    pub detail: String,
    /// The safety rule that refused, e.g. `HL-H1`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// What would be accepted, with its unit, e.g. `10.0 to 35.0 °C`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<String>,
    /// What was read, counted or asked for instead, with its unit, e.g. `8.0 °C`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reading: Option<String>,
    /// When it opens again, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens: Option<String>,
    /// In how many seconds it opens by itself, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens_in_s: Option<f64>,
    /// The fault that is latched, e.g. `too-hot`; its presence means exit code 5 in the CLI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<String>,
}

impl Problem {
    /// One that no rule is behind.
    #[must_use]
    pub fn plain(kind: &str, status: u16, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            status,
            title: title.to_owned(),
            detail: detail.into(),
            rule: None,
            limit: None,
            reading: None,
            opens: None,
            opens_in_s: None,
            fault: None,
        }
    }

    /// The state of the device declines.
    #[must_use]
    pub fn refused(reason: Reason) -> Self {
        Self::because("refused", 409, "The device declines", reason)
    }

    fn because(kind: &str, status: u16, title: &str, reason: Reason) -> Self {
        let rule = reason.rule_id();
        let Reason { what, limit, reading, opens, opens_in, .. } = reason;
        Self {
            rule,
            limit,
            reading,
            opens: opens.map(str::to_owned),
            opens_in_s: opens_in.map(Span::as_s),
            ..Self::plain(kind, status, title, what)
        }
    }
}

impl From<HeatError> for Problem {
    fn from(error: HeatError) -> Self {
        // No state of the device would open it.
        Self::because("limit", 422, "Outside what is accepted", error.into())
    }
}

impl From<ProtocolError> for Problem {
    fn from(error: ProtocolError) -> Self {
        let rule = error.rule().map(|rule| rule.id().to_owned());
        Self { rule, ..Self::plain("limit", 422, "Outside what is accepted", error.to_string()) }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let fault = latched(refusal).map(|fault| fault.kind.name().to_owned());
        Self { fault, ..Self::refused(refusal.into()) }
    }
}

/// The fault behind a refusal.
fn latched(refusal: Refusal) -> Option<Fault> {
    match refusal {
        Refusal::Latched(fault) | Refusal::CauseRemains(fault) | Refusal::OtherFault(fault) => {
            Some(fault)
        }
        Refusal::Running { .. }
        | Refusal::Interrupted { .. }
        | Refusal::Expired { .. }
        | Refusal::EStop
        | Refusal::TooFewContacts { .. }
        | Refusal::Disagree { .. }
        | Refusal::NoAmbient
        | Refusal::Ambient { .. }
        | Refusal::Contact { .. }
        | Refusal::CutOut
        | Refusal::StrayCurrent
        | Refusal::RelayWorn { .. }
        | Refusal::Site(_)
        | Refusal::Checklist(_)
        | Refusal::Worsened { .. }
        | Refusal::RedFlags(_)
        | Refusal::Undervoltage
        | Refusal::GuardLost
        | Refusal::NotAsked { .. }
        | Refusal::NoPack
        | Refusal::NoStimulator
        | Refusal::NoTens
        | Refusal::LevelJump { .. }
        | Refusal::NotRaised(_)
        | Refusal::NoPause(_)
        | Refusal::PackLeft
        | Refusal::Cold(_)
        | Refusal::Profile(_)
        | Refusal::ProfileFixed(_) => None,
    }
}
