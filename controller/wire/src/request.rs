//! What clients send, and the answers to commands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::number;
use crate::status::{ChecklistStatus, Condition};

/// `POST /api/v1/session`: start a session with one heat phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// The protocol; `heat` is the only one.
    pub protocol: Protocol,
    /// Set-point in degrees Celsius, 30.0 to 42.0 (HL-H1).
    #[schema(minimum = 30.0, maximum = 42.0, example = 40.0)]
    pub target_c: f64,
    /// Length of the phase in seconds, warming up included: 60 to 1800, or to 1200 above 40 °C (HL-H7).
    #[serde(deserialize_with = "number::whole")]
    #[schema(minimum = 60, maximum = 1800, example = 900)]
    pub duration_s: u64,
    /// The name of a body site; `GET /api/v1/limits` lists them.
    #[schema(example = "left-shoulder")]
    pub site: String,
}

/// What a session consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// One heat phase.
    Heat,
}

/// `POST /api/v1/clear`: a person has looked. The body may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearRequest {
    /// The fault that the person was shown, e.g. `too-hot`: another one stays. Without it, whatever is
    /// latched is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// `PUT /api/v1/checklist`: a person answers the check-list (HL-S7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistAnswers {
    /// The names of the conditions that are so; empty when none is.
    pub yes: Vec<String>,
}

/// `GET /api/v1/checklist`: what is asked, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Checklist {
    /// How it stands.
    #[serde(flatten)]
    pub status: ChecklistStatus,
    /// Everything that is asked, in order.
    pub conditions: Vec<Condition>,
}

/// The answer to a start, sent after the lines were written and the start was committed to the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Started {
    /// The number of the session.
    pub id: i64,
}

/// The answer to a stop, sent after the lines were written off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stopped {
    /// The session that was stopped; none when nothing ran.
    pub id: Option<i64>,
    /// Always `true`: every output is off.
    pub off: bool,
}
