//! The pure core of soothe: everything that decides whether a pad may heat, and nothing else.
//!
//! What it is: units that cannot hold nonsense, the limits, the judgement of sensors, the heat
//! regulator, the dose account, the interlock and [`Engine::step`], the one door through which the
//! daemon, the simulator, previews and tests all go.
//!
//! What it never does: read a clock, a file, a socket or a random number; start a thread; allocate;
//! write a pin. It is `no_std` without `alloc`, so the compiler holds it to that promise. Floating
//! point goes through `libm`, so a session computes the same bits on a laptop and on a Pi.
//!
//! Words used throughout:
//!
//! * *contact sensor*: a thermometer between pad and skin; there are two.
//! * *hottest*: the highest temperature that any contact sensor may have right now; what is judged.
//! * *demand*: what the regulator would like; *actuators*: what the interlock grants.
//! * *fault*: the physical world is not as it must be; latched. *refusal*: a command was declined.
//! * *K1*: the switch that regulates; *K2*: the safety relay in series, held in only by pulses.

#![no_std]

#[cfg(test)]
extern crate std;

pub mod alarm;
pub mod attendance;
pub mod checklist;
pub mod checkup;
pub mod circuit;
pub mod cold;
pub mod command;
pub mod dose;
pub mod engine;
pub mod event;
pub mod exercise;
pub mod fingerprint;
pub mod heat;
pub mod interlock;
pub mod ledger;
pub mod limits;
pub mod lines;
mod named;
pub mod pad;
pub mod pain;
pub mod plan;
pub mod profile;
pub mod proof;
pub mod protocol;
pub mod reference_pad;
pub mod relay;
pub mod rules;
pub mod sense;
pub mod session;
pub mod site;
pub mod tens;
#[cfg(test)]
mod true_pad;
pub mod units;
pub mod verify;

pub use command::{Command, Order, Refusal, SessionId, StopCause, Tuning};
pub use engine::{Boot, Engine, Input, Output, Snapshot};
pub use event::Event;
pub use heat::{Heater, Untuned};
pub use interlock::Actuators;
pub use lines::LineState;
pub use pad::{Found, Misfit, PadModel, TunedPad};
pub use plan::{Plan, Purpose, Summary};
pub use profile::{Profile, ProfileChoice};
pub use protocol::{HeatError, Phase, PhaseProblem, Protocol, ProtocolError};
pub use relay::RelayKind;
pub use rules::{Fault, FaultKind, PhaseLimit, Rule};
pub use sense::{Freshness, ProbeError, RawReading, Readings};
pub use session::{Ended, Outcome, Session};
pub use site::Site;
pub use units::{Celsius, Cem43, Duty, Kelvin, Moment, Span};
