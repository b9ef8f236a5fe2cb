//! The one error answer: `application/problem+json` (RFC 9457), with what a person needs to go on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was not carried out. Nothing was energised by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// When it opens again, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens: Option<String>,
    /// The fault that is latched, e.g. `too-hot`; its presence means exit code 5 in the CLI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<String>,
}
