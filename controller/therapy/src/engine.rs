//! The one door: [`Engine::step`].

use arrayvec::ArrayVec;

use crate::command::{Command, HeatPlan, Refusal, SessionId};
use crate::event::{EVENTS_MAX, Event};
use crate::interlock::Actuators;
use crate::rules::Fault;
use crate::sense::{Readings, SensorView};
use crate::session::Ended;
use crate::units::{Celsius, Cem43, Duty, Moment, Span};

/// At most this many commands are taken in one step; the daemon's queue is no longer than this.
pub const COMMANDS_MAX: usize = 8;

/// What the sense lines say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineState {
    /// The e-stop is open: pressed, or its wire is broken.
    pub estop_open: bool,
}

/// Everything that one step may know.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Now.
    pub now: Moment,
    /// The newest reading of each sensor.
    pub readings: Readings,
    /// Commands since the last step, oldest first; at most [`COMMANDS_MAX`].
    pub commands: &'a [Command],
    /// What the sense lines say.
    pub lines: LineState,
}

/// The answer to one command: done, or why not.
pub type Reply = Result<(), Refusal>;

/// Everything that one step wants; always the whole, never a difference.
#[derive(Clone, Debug)]
pub struct Output {
    /// What the lines may be.
    pub actuators: Actuators,
    /// What happened, in order.
    pub events: ArrayVec<Event, EVENTS_MAX>,
    /// One answer for each command, in order.
    pub replies: ArrayVec<Reply, COMMANDS_MAX>,
    /// The state to show.
    pub snapshot: Snapshot,
    /// When the next step is due at the latest.
    pub wake_by: Moment,
}

/// What outlives a restart and is handed to a new engine.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Boot {
    /// A fault that was latched and not cleared.
    pub latched: Option<Fault>,
    /// A session that was running when the daemon died, and that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
}

/// The whole state, as shown to people. Copied, never shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// The moment it describes.
    pub now: Moment,
    /// The running session.
    pub session: Option<SessionView>,
    /// How the last session since the start of the daemon ended.
    pub last: Option<Ended>,
    /// A latched fault.
    pub fault: Option<Fault>,
    /// An interrupted session that nobody has acknowledged.
    pub interrupted: Option<SessionId>,
    /// The contact sensors.
    pub contact: [SensorView; 2],
    /// The room.
    pub ambient: SensorView,
    /// The highest temperature that any contact sensor may have now.
    pub hottest: Option<Celsius>,
    /// What was granted in this step.
    pub actuators: Actuators,
    /// The e-stop is open.
    pub estop_open: bool,
}

/// A running session, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionView {
    /// Its number.
    pub id: SessionId,
    /// What it does.
    pub plan: HeatPlan,
    /// How long it has run.
    pub elapsed: Span,
    /// The pad has been within half a kelvin of the target.
    pub target_reached: bool,
    /// What the skin got so far.
    pub dose: Cem43,
    /// What the regulator asks for.
    pub duty: Duty,
}

/// The core: all state, one door.
#[derive(Clone, Debug)]
pub struct Engine {}
