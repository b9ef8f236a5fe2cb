//! Whole lives of the system on the model of the pad, in virtual time, from a seed.
//!
//! What it is: the real engine in a modelled daemon (clock, lease, guard, session log) on the model of
//! the pad, people who order it about, and everything that can go wrong. In act one it goes wrong; after
//! every step all invariants are looked at, which were written without the engine's code and know the
//! truth. In act two everything is healed, and then a session must finish, after a person has cleared
//! what latched. [`run`] lives through many lives, [`live`] through one and tells its story; a
//! [`scenario`] is a life that somebody wrote down, with what is expected of it.
//!
//! What it never does: read a clock or a file, or use chance that was not seeded. A seed gives the same
//! life on every machine.

mod chance;
mod clock;
mod device;
mod gate;
mod history;
mod host;
mod invariants;
mod judge;
mod life;
mod onset;
mod options;
mod person;
mod report;
mod run;
mod store;
mod story;
mod tally;
mod trouble;
mod world;

pub mod scenario;

pub use judge::Failure;
pub use life::{Life, live};
pub use options::{Amount, Mode, Options, UnknownMode};
pub use report::{Failed, Report, replay};
pub use run::{regressions, run};
pub use tally::{Ends, Skin, Tally, Times};
pub use trouble::Kind;
