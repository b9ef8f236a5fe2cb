//! What crosses a process boundary: the shapes of the API, and the client that speaks them.
//!
//! What it is: serde structs with explicit conversions from the core's types, so that the core never
//! knows JSON; one error envelope; and, behind the feature `client`, the small HTTP client that the
//! CLI and the tests use.
//!
//! What it never does: decide anything, read a clock, or open a file.

pub mod advice;
pub mod body;
pub mod boot;
pub mod bounded;
#[cfg(feature = "client")]
pub mod client;
pub mod convert;
pub mod duration;
mod number;
pub mod pain;
pub mod problem;
pub mod profile;
pub mod protocol;
pub mod reason;
pub mod record;
pub mod recording;
pub mod reminder;
pub mod request;
pub mod socket;
pub mod status;
pub mod text;
pub mod tuning;
pub mod wrap;

pub use body::{ExerciseInfo, ExerciseList, SiteInfo, SiteList, TensSite};
pub use pain::{
    Banner, CareStatus, NewPain, NewTreatment, PainAnswer, PainEntry, PainList, PainSite,
    RedFlagAnswers, RedFlagList, Settlement, TreatmentEntry, TreatmentList,
};
pub use problem::Problem;
pub use profile::{ProfileInfo, ProfileList, ProfileRequest, ProfileTakes};
pub use protocol::ProtocolFile;
pub use reason::Reason;
pub use record::{
    BrokenProtocol, EventRecord, ListedProtocol, PhaseInfo, ProtocolInfo, ProtocolList, Sample,
    SessionDetail, SessionList, SessionSummary,
};
pub use reminder::{DueReminder, NewReminder, Reminder, ReminderEntry, ReminderList};
pub use request::{
    Checklist, ChecklistAnswers, ClearRequest, ConfirmRequest, LevelRequest, StartRequest, Started,
    Stopped,
};
pub use status::{
    Ahead, Alarm, ChecklistStatus, Condition, FaultStatus, Hello, LevelStatus, Limits, Lines,
    Misfit, Phase, PhaseStatus, Prompt, RecordLost, Relay, Sensor, SensorFreshness, SessionStatus,
    Site, SiteAccount, State, Status, TensPhase,
};
pub use text::Note;
pub use tuning::{PadFigures, RefinedPad, TuneRequest, Tuning, TuningChoice, TuningList};
