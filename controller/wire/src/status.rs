//! The state as shown to people: one whole snapshot, never a difference.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::record::{EndedRecord, SessionSummary};

/// Everything a face needs to show. `GET /api/v1/status`, and each `status` event of the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The daemon's version.
    pub version: String,
    /// The hardware is a model; nothing gets warm.
    pub simulated: bool,
    /// How much faster than life the model runs; 1 on real hardware.
    pub speed: u32,
    /// Counts the snapshots since the daemon started.
    pub seq: u64,
    /// The daemon's wall clock when the snapshot was taken, in milliseconds since 1970.
    pub at_unix_ms: i64,
    /// What the device is doing, in one word.
    pub state: State,
    /// The running session.
    pub session: Option<SessionStatus>,
    /// How the last session since the start of the daemon ended.
    pub last: Option<EndedRecord>,
    /// A latched fault; it stays until a person clears it.
    pub fault: Option<FaultStatus>,
    /// A session that was cut off when the daemon died, until a person acknowledges it.
    pub interrupted: Option<SessionSummary>,
    /// The contact sensors, two of them.
    pub contact: Vec<Sensor>,
    /// The room.
    pub ambient: Sensor,
    /// The highest temperature that the skin may have now, in degrees Celsius; what is judged.
    pub hottest_c: Option<f64>,
    /// K1, the switch that regulates, is closed.
    pub heater_on: bool,
    /// K2, the safety relay, is held in.
    pub armed: bool,
    /// The e-stop is open.
    pub estop_open: bool,
    /// Why the session log cannot be written; while it cannot, no session can start.
    pub log_failure: Option<String>,
}

/// What the device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing; outputs are off.
    Idle,
    /// A heat phase runs.
    Heating,
    /// A fault is latched; outputs are off.
    Fault,
}

/// The running session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionStatus {
    /// Its number in the log.
    pub id: i64,
    /// The site's name.
    pub site: String,
    /// The site's name for people.
    pub site_label: String,
    /// Set-point in degrees Celsius.
    pub target_c: f64,
    /// Planned length in seconds.
    pub duration_s: f64,
    /// Time since the start in seconds.
    pub elapsed_s: f64,
    /// Time to the end in seconds.
    pub remaining_s: f64,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far, in CEM43 minutes.
    pub dose_cem43: f64,
    /// The dose at which the session ends (HL-H5), in CEM43 minutes.
    pub dose_max_cem43: f64,
    /// Share of full power that the regulator asks for, 0 to 1.
    pub duty: f64,
}

/// A latched fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FaultStatus {
    /// The kind of fault, e.g. `too-hot`.
    pub kind: String,
    /// The rule that latched, e.g. `HL-H3`.
    pub rule: String,
    /// What happened, in a sentence.
    pub message: String,
    /// The temperature on which it was judged, in degrees Celsius.
    pub reading_c: Option<f64>,
}

/// One thermometer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sensor {
    /// How far it can be believed.
    pub freshness: SensorFreshness,
    /// The last valid reading as measured, in degrees Celsius.
    pub reading_c: Option<f64>,
    /// The age of that reading in seconds.
    pub age_s: f64,
}

/// How far a sensor can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SensorFreshness {
    /// At most 2 s old.
    Fresh,
    /// 2 to 3 s old.
    Ageing,
    /// Older, or never read.
    Lost,
}

/// `GET /api/v1/limits`: what a start accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Lowest set-point in degrees Celsius.
    pub target_min_c: f64,
    /// Highest set-point in degrees Celsius.
    pub target_max_c: f64,
    /// Set-point when none is chosen, in degrees Celsius.
    pub target_default_c: f64,
    /// Up to this set-point the longer duration is allowed, in degrees Celsius.
    pub gentle_target_c: f64,
    /// Shortest phase in seconds.
    pub duration_min_s: f64,
    /// Longest phase above the gentle target, in seconds.
    pub duration_max_s: f64,
    /// Longest phase up to the gentle target, in seconds.
    pub duration_max_gentle_s: f64,
    /// The contact temperature at which the heater goes off (HL-H2), in degrees Celsius.
    pub contact_off_c: f64,
    /// The body sites.
    pub sites: Vec<Site>,
}

/// A body site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// The name that commands use.
    pub name: String,
    /// The name for people.
    pub label: String,
}

/// The first event of the stream, named `hello`: what does not change while the daemon runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// The daemon's version.
    pub version: String,
    /// What a start accepts.
    pub limits: Limits,
}
