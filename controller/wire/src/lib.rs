//! What crosses a process boundary: the shapes of the API, and the client that speaks them.
//!
//! What it is: serde structs with explicit conversions from the core's types, so that the core never
//! knows JSON; one error envelope; and, behind the feature `client`, the small HTTP client that the
//! CLI and the tests use.
//!
//! What it never does: decide anything, read a clock, or open a file.

pub mod advice;
pub mod boot;
pub mod bounded;
#[cfg(feature = "client")]
pub mod client;
pub mod convert;
mod number;
pub mod problem;
pub mod reason;
pub mod record;
pub mod recording;
pub mod request;
pub mod socket;
pub mod status;
pub mod tuning;

pub use problem::Problem;
pub use reason::Reason;
pub use record::{EventRecord, Sample, SessionDetail, SessionList, SessionSummary};
pub use request::{Checklist, ChecklistAnswers, ClearRequest, StartRequest, Started, Stopped};
pub use status::{
    Ahead, Alarm, ChecklistStatus, Condition, FaultStatus, Hello, Limits, Lines, Misfit,
    RecordLost, Relay, Sensor, SensorFreshness, SessionStatus, Site, SiteAccount, State, Status,
};
pub use tuning::{PadFigures, RefinedPad, TuneRequest, Tuning, TuningChoice, TuningList};
