//! The state as shown to people: one whole snapshot, never a difference.

mod phase;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use phase::{LevelStatus, Phase, PhaseStatus, Prompt, TensPhase};

use crate::pain::CareStatus;
use crate::profile::ProfileTakes;
use crate::record::{EndedRecord, SessionSummary};
use crate::reminder::DueReminder;

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
    /// The skin under a cold pack; none where there is no probe.
    pub skin: Option<Sensor>,
    /// The highest temperature that the skin may have now, in degrees Celsius; what is judged.
    pub hottest_c: Option<f64>,
    /// K1, the switch that regulates, is closed.
    pub heater_on: bool,
    /// A phase with energy is on, and K2, the safety relay, may be held in.
    pub armed: bool,
    /// What the sense lines and the guard say.
    pub lines: Lines,
    /// Why a person is called, if one is; where there is a buzzer, it sounds.
    pub alarm: Option<Alarm>,
    /// A session ended while a cold pack lay on the skin, and nobody has said that it is off: nothing starts (HL-C8). A
    /// sign says so, once `alarm` has been `pack-off` for a second.
    pub pack_left_on: bool,
    /// How the check-list stands (HL-S7).
    pub checklist: ChecklistStatus,
    /// What pain and signs of an emergency forbid (HL-P1, HL-P2).
    pub care: CareStatus,
    /// The sites that were heated in the last 24 h.
    pub sites: Vec<SiteAccount>,
    /// The record of doses was lost: every site counts as having had its dose (HL-S8).
    pub record_lost: Option<RecordLost>,
    /// How worn K1 is (HL-H21).
    pub relay: Relay,
    /// Who is treated: `default`, `sensitive` or `cautious`, each stricter than the one before in something.
    pub profile: String,
    /// The device's configuration fixes the profile: nobody chooses another.
    pub profile_fixed: bool,
    /// The most that this profile takes of heat.
    pub profile_takes: ProfileTakes,
    /// The reminders that are due.
    pub reminders: Vec<DueReminder>,
    /// Why the session log cannot be written; while it cannot, no session can start.
    pub log_failure: Option<String>,
}

impl Status {
    /// Somebody is asked for a sign, and has this many seconds for it (HL-H11).
    #[must_use]
    pub fn answer_within_s(&self) -> Option<f64> {
        self.session.as_ref()?.answer_within_s
    }
}

/// What the device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing; outputs are off.
    Idle,
    /// A session has begun: its heat path is tested before anything is warmed.
    Proving,
    /// A heat phase runs.
    Heating,
    /// A person carries a phase out; outputs are off.
    Guided,
    /// A TENS phase whose electrodes lie; the level may be zero.
    Stimulating,
    /// A person has paused the session; outputs are off.
    Paused,
    /// A fault is latched; outputs are off.
    Fault,
}

/// The running session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionStatus {
    /// Its number in the log.
    pub id: i64,
    /// The name of its protocol: `heat` for one heat phase, `tune` while it finds out about the pad.
    pub protocol: String,
    /// The site's name.
    pub site: String,
    /// The site's name for people.
    pub site_label: String,
    /// The hottest set-point in degrees Celsius; none where nothing heats.
    pub target_c: Option<f64>,
    /// Planned length in seconds, a person's answers aside.
    pub duration_s: f64,
    /// The phase that is on.
    pub phase: PhaseStatus,
    /// Time since the start in seconds.
    pub elapsed_s: f64,
    /// Time to the end in seconds, a person's answers aside.
    pub remaining_s: f64,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far, in CEM43 minutes.
    pub dose_cem43: f64,
    /// The dose at which the session ends (HL-H5), in CEM43 minutes.
    pub dose_max_cem43: f64,
    /// What the site got in the 24 h before this session, in CEM43 minutes.
    pub dose_before_cem43: f64,
    /// The dose of 24 h, this session's included, at which it ends (HL-H6), in CEM43 minutes.
    pub day_dose_max_cem43: f64,
    /// Share of full power that the regulator asks for, 0 to 1.
    pub duty: f64,
    /// What is to come on the way to the target, as the pad is known now; none before its heat has shown, and
    /// once the target was reached.
    pub ahead: Option<Ahead>,
    /// The pad is not, or not any more, what it was found to be.
    pub misfit: Option<Misfit>,
    /// In how many seconds a sign is asked for next (HL-H11); none while one is.
    pub asks_in_s: Option<f64>,
    /// For how many seconds more an answer is waited for; none while no sign is asked for.
    pub answer_within_s: Option<f64>,
}

/// How the pad will warm up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ahead {
    /// In how many seconds the pad is within half a kelvin of its target; none when not before the end.
    pub target_in_s: Option<f64>,
    /// From one of the temperatures to the next, in seconds.
    pub every_s: f64,
    /// The surface from now on until it is at the target or the session ends, in degrees Celsius.
    pub surface_c: Vec<f64>,
}

/// What shows that a pad is not what it was found to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Misfit {
    /// `hotter`, `cooler`, `changed` or `another-pad`.
    pub kind: String,
    /// What it looks like, and what to look for.
    pub message: String,
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
    /// What it was judged against, with its unit.
    pub limit: String,
    /// What was read instead, with its unit.
    pub reading: String,
    /// What to do now.
    pub advice: String,
    /// The pad may be heating although everything is off: pull its plug, at once.
    pub unplug: bool,
    /// How it opens again.
    pub opens: String,
    /// The daemon's wall clock when it latched, in milliseconds since 1970; none when that was before
    /// the daemon started.
    pub latched_unix_ms: Option<i64>,
}

/// What the sense lines and the guard say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lines {
    /// The e-stop is open: pressed, or its wire is broken.
    pub estop_open: bool,
    /// The pad's own cut-out is open; none where it is not sensed.
    pub cutout_open: Option<bool>,
    /// Current flows through the pad; none where it is not sensed.
    pub pad_current: Option<bool>,
    /// The supply is too low, or was a moment ago.
    pub undervoltage: bool,
    /// The guard process, which switches off when the daemon dies, is gone.
    pub guard_lost: bool,
}

/// Why a person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Alarm {
    /// Something is to be done and confirmed.
    Prompt,
    /// Somebody is to give a sign.
    Attend,
    /// The cold pack is to come off.
    PackOff,
    /// A fault has latched.
    Fault,
    /// The pad may be heating although everything is off: pull its plug.
    Unplug,
}

/// How the check-list stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChecklistStatus {
    /// It has to be answered before any session can start: it never was, or too long ago.
    pub due: bool,
    /// How many seconds ago it was answered; none when it never was.
    pub answered_s_ago: Option<f64>,
    /// For how many seconds more the answers are good; none when it is due.
    pub valid_for_s: Option<f64>,
    /// What is refused because of the answers: some of `heat`, `cold` and `tens`.
    pub forbids: Vec<String>,
    /// The conditions that were answered with yes, each with what of that it forbids.
    pub forbidding: Vec<Condition>,
}

/// Something that forbids heat, cold or TENS while it is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Condition {
    /// The name that answers use.
    pub name: String,
    /// What is asked, for people.
    pub text: String,
    /// What it forbids: `heat`, `cold`, `tens`.
    pub forbids: Vec<String>,
}

/// What a site got in the last 24 h.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SiteAccount {
    /// The site's name.
    pub site: String,
    /// The site's name for people.
    pub site_label: String,
    /// Its dose, in CEM43 minutes (HL-H6).
    pub dose_cem43: f64,
    /// For how many seconds it was heated (HL-H8).
    pub heated_s: f64,
    /// How many sessions it had (HL-H8).
    pub sessions: u32,
    /// The rule that refuses a session here now; none when it may be heated.
    pub rule: Option<String>,
    /// In how many seconds it may be heated again; 0 when it may be now.
    pub opens_in_s: f64,
}

/// The record of doses was lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordLost {
    /// In how many seconds heat is possible again without a decision.
    pub opens_in_s: f64,
}

/// How worn K1 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Relay {
    /// How often it has closed in its life.
    pub operations: u32,
    /// Near the end of its life: have a new one at hand.
    pub warn: bool,
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
    /// The dose of one site in 24 h (HL-H6), in CEM43 minutes.
    pub day_dose_max_cem43: f64,
    /// Heat on one site in 24 h (HL-H8), in seconds.
    pub day_heat_max_s: f64,
    /// Sessions on one site in 24 h (HL-H8).
    pub day_sessions_max: u32,
    /// For how long the answers to the check-list are good (HL-S7), in seconds.
    pub checklist_valid_s: f64,
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
