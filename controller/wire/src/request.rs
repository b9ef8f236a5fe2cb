//! What clients send, and the answers to commands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::number;
use crate::status::{ChecklistStatus, Condition};

/// `POST /api/v1/session`: start a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// `heat` for one heat phase, or the name of a protocol; `GET /api/v1/protocols` lists them.
    #[schema(example = "heat")]
    pub protocol: String,
    /// Of `heat`, and of nothing else: the set-point in degrees Celsius, 30.0 to 42.0 (HL-H1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 30.0, maximum = 42.0, example = 40.0)]
    pub target_c: Option<f64>,
    /// Of `heat`, and of nothing else: the length of the phase in seconds, warming up included: 60 to 1800, or
    /// to 1200 above 40 °C (HL-H7).
    #[serde(
        default,
        deserialize_with = "number::whole_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(minimum = 60, maximum = 1800, example = 900)]
    pub duration_s: Option<u64>,
    /// The name of a body site; `GET /api/v1/limits` lists them.
    #[schema(example = "left-shoulder")]
    pub site: String,
    /// A protocol of one's own: the text of its file, whose name is the protocol's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// `POST /api/v1/confirm`: what a prompt asks for is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// The number of the session whose prompt it is, as the state shows it.
    #[serde(deserialize_with = "number::session")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub session: i64,
    /// The number of the prompt, as the state shows it: the answer to an old one confirms nothing.
    #[serde(deserialize_with = "number::prompt")]
    pub prompt: u32,
}

/// `PUT /api/v1/level`: a person sets the TENS level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelRequest {
    /// To what, in mA of peak current: any level below the present one, or with `raise` 1 mA above it (HL-T9).
    #[serde(deserialize_with = "number::level")]
    #[schema(minimum = 0, maximum = 30, example = 1)]
    pub level_ma: u8,
    /// It may go up. Without it a level that is lower already stays as it is: what is shown may be late, and
    /// whoever wants less must not get more.
    #[serde(default)]
    pub raise: bool,
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
    /// A cold pack lay on the skin: it is to come off.
    #[serde(default)]
    pub pack_on: bool,
}
