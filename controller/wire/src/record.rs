//! What the session log holds, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::status::Phase;

/// `GET /api/v1/sessions`: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionList {
    /// The sessions of this page.
    pub sessions: Vec<SessionSummary>,
    /// How many there are in all.
    pub total: u64,
}

/// One session in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionSummary {
    /// Its number.
    pub id: i64,
    /// The name of its protocol: `heat` for one heat phase, `tune` for a tuning.
    pub protocol: String,
    /// The site's name.
    pub site: String,
    /// The hottest set-point in degrees Celsius; none where nothing heats.
    pub target_c: Option<f64>,
    /// Planned length in seconds, a person's answers aside.
    pub duration_s: f64,
    /// The wall clock at the start, in milliseconds since 1970.
    pub started_unix_ms: i64,
    /// `running`, `interrupted`, or how it ended: `completed`, `stopped`, `limit`, `fault`.
    pub outcome: String,
    /// In a sentence, why it ended.
    pub reason: Option<String>,
    /// The rule that ended it, where one did.
    pub rule: Option<String>,
    /// How long it ran, in seconds.
    pub elapsed_s: f64,
    /// What the skin got, in CEM43 minutes.
    pub dose_cem43: f64,
    /// The hottest believed contact reading, in degrees Celsius.
    pub hottest_c: Option<f64>,
    /// The model was heated, not a pad.
    pub simulated: bool,
}

/// How a session ended, as the live state shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EndedRecord {
    /// Its number.
    pub id: i64,
    /// `completed`, `stopped`, `limit` or `fault`.
    pub outcome: String,
    /// In a sentence, why it ended.
    pub reason: String,
    /// The rule that ended it, where one did.
    pub rule: Option<String>,
    /// What it was judged against, with its unit.
    pub limit: Option<String>,
    /// What was read instead, with its unit.
    pub reading: Option<String>,
    /// When heat is possible again, in words.
    pub opens: Option<String>,
    /// How long it ran, in seconds.
    pub elapsed_s: f64,
    /// What the skin got, in CEM43 minutes.
    pub dose_cem43: f64,
}

/// `GET /api/v1/sessions/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionDetail {
    /// The session.
    #[serde(flatten)]
    pub summary: SessionSummary,
    /// The version of the daemon that ran it.
    pub version: String,
    /// What happened, in order.
    pub events: Vec<EventRecord>,
}

/// `GET /api/v1/protocols`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProtocolList {
    /// The name of the profile in use, by which they are judged.
    pub profile: String,
    /// The protocols that are built in, then those of the owner's own.
    pub protocols: Vec<ListedProtocol>,
    /// Files of the owner's own that are no protocol.
    pub broken: Vec<BrokenProtocol>,
}

/// A protocol, and whether the profile in use takes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListedProtocol {
    /// The protocol.
    #[serde(flatten)]
    pub info: ProtocolInfo,
    /// In a sentence, what of it is more than the profile takes; none where a start is not refused for that.
    pub refused: Option<String>,
}

/// A file that is no protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BrokenProtocol {
    /// Its name, without the folder; empty where the folder itself cannot be read.
    pub file: String,
    /// What is wrong with it, with line and column where it could be read.
    pub problem: String,
}

/// A protocol with what a person should know before it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProtocolInfo {
    /// Its name.
    pub name: String,
    /// It is a file of the owner's own, and not built in.
    pub own: bool,
    /// What it is called, for people.
    pub title: String,
    /// What it is for and how it is done.
    pub about: String,
    /// What speaks for it.
    pub evidence: String,
    /// What is not known, or speaks against it.
    pub weakness: String,
    /// Its phases, in order.
    pub phases: Vec<PhaseInfo>,
    /// How long it lasts, in seconds, a person's answers aside.
    pub duration_s: f64,
    /// The dose with every heat phase at its set-point, in CEM43 minutes.
    pub dose_cem43: f64,
}

/// One phase of a protocol, and its own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PhaseInfo {
    /// What it is.
    #[serde(flatten)]
    pub phase: Phase,
    /// What the protocol says to the person meanwhile.
    pub say: Option<String>,
}

/// Something that happened in a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventRecord {
    /// Time since the session's start, in seconds.
    pub t_s: f64,
    /// `started`, `proved`, `phase-began`, `asked`, `confirmed`, `numb`, `target-reached`, `misfits`,
    /// `asked-for-sign`, `present`, `ended`, `latched`, `cleared`, `refused`, `acknowledged`, `answered`,
    /// `loss-forgotten`, `felt`, `site-locked`, `site-settled`, `red-flags`, `tuned`, `not-tuned`, `refined`,
    /// `pad-chosen`.
    pub kind: String,
    /// In a sentence; of a refusal and a trip also the limit, the reading, and when it opens again.
    pub message: String,
    /// The rule behind it, where there is one.
    pub rule: Option<String>,
}

/// One line of a session's curve. `GET /api/v1/sessions/{id}/samples` gives an array of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// Time since the session's start, in seconds.
    pub t_s: f64,
    /// First contact sensor in degrees Celsius; none while it is lost.
    pub contact1_c: Option<f64>,
    /// Second contact sensor in degrees Celsius; none while it is lost.
    pub contact2_c: Option<f64>,
    /// The room in degrees Celsius; none while it is lost.
    pub ambient_c: Option<f64>,
    /// Set-point in degrees Celsius; none in a phase that does not heat.
    pub target_c: Option<f64>,
    /// Share of full power that the regulator asks for, 0 to 1.
    pub duty: f64,
    /// K1 is closed.
    pub heater_on: bool,
    /// What the skin got so far, in CEM43 minutes.
    pub dose_cem43: f64,
}
