//! The daemon in one piece, without its sockets: what `main`, tests and benchmarks start.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use soothe_rig::gate::{Lease, spawn_lease};
use soothe_rig::{Gate, Inputs, Sampled};
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::{Engine, Input, Moment, Profile, RelayKind, Span, limits};
use tokio::time::MissedTickBehavior;

use crate::clock::Clock;
use crate::control::{Control, Parts};
use crate::http::{self, Api};
use crate::journal::OpenLog;
use crate::library::Library;
use crate::pace::Pace;
use crate::publish::{About, Publisher};
use crate::realtime;
use crate::remind::{Hook, Reminders, WallTime};
use crate::stop::StopSwitch;
use crate::watch::Said;

/// How long a shutdown waits for the lines and for the log.
const SHUTDOWN_WITHIN: Duration = Duration::from_secs(2);

/// How long a start waits for the log to take what happened in its first step.
const FIRST_WITHIN: Duration = Duration::from_secs(2);

/// How often troubles are looked for, to be said in the log lines.
const SAY_EVERY: Duration = Duration::from_secs(1);

/// How often is looked whether a reminder is due.
const LOOK_FOR_REMINDERS_EVERY: Duration = Duration::from_secs(1);

/// What a daemon is made of.
pub struct Options {
    /// The clock that everything shares, the gate's lease too.
    pub clock: Clock,
    /// The output lines.
    pub gate: Gate,
    /// Thermometers and sense lines.
    pub inputs: Box<dyn Inputs>,
    /// The hardware is a model.
    pub simulated: bool,
    /// How much faster than life the model runs: 1 to 1000, and 1 on hardware.
    pub speed: u32,
    /// The session log, open.
    pub log: OpenLog,
    /// Names, besides addresses and `localhost`, under which browsers may ask for this daemon.
    pub hosts: Vec<String>,
    /// What kind of switch K1 is.
    pub relay: RelayKind,
    /// The profile that the configuration fixes; none where a person chooses.
    pub profile_fixed: Option<Profile>,
    /// Where nobody has answered the check-list, a demo person has. For a simulated pad only (HL-S7).
    pub demo_person: bool,
    /// What is told of each reminder.
    pub hook: Option<Hook>,
    /// Where the owner's own protocols lie; it need not be there.
    pub protocols: PathBuf,
    /// Called with the reason when the control thread has ended; the lines are off by then.
    pub on_vanished: Box<dyn FnOnce(String) + Send>,
}

/// Why the daemon could not start. Nothing was energised.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A thread.
    #[error("the system gives no thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// A daemon that runs: its control thread regulates and its log is open.
pub struct Daemon {
    api: Arc<Api>,
    gate: Gate,
    /// Without it the gate is shut.
    lease: Lease,
}

/// Whether a demo person's answers count, which say that nothing applies: those that a person gave stand while they are
/// valid, and those that forbid something for ever.
fn demo_answers(past: Option<PastAnswers>) -> bool {
    let stands =
        |it: &PastAnswers| it.answers != Answers::NONE || it.age <= limits::CHECKLIST_VALID;
    !past.as_ref().is_some_and(stands)
}

impl Daemon {
    /// Starts the control thread.
    ///
    /// # Errors
    /// When a thread cannot be made.
    ///
    /// # Panics
    /// When the speed is out of range.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let Options {
            clock,
            gate,
            mut inputs,
            simulated,
            speed,
            log,
            hosts,
            relay,
            profile_fixed,
            demo_person,
            hook,
            protocols,
            on_vanished,
        } = options;
        let OpenLog(opened) = log;
        let mut remembered = opened.remembered;
        remembered.boot.heater.relay = relay;
        remembered.boot.profile.fixed = profile_fixed;
        assert!(simulated || !demo_person, "nobody answers for whoever lies under a real pad");
        // Nobody knows what a person had said, also when the loss of doses counts no more.
        let demo_answers =
            demo_person && !remembered.answers_lost && demo_answers(remembered.boot.checklist);
        if demo_answers {
            remembered.boot.checklist =
                Some(PastAnswers { answers: Answers::NONE, age: Span::ZERO });
        }
        let pace = Pace::new(speed);

        // One step before the thread starts, so that there is always something to show.
        let now = pace.engine_time(clock.elapsed());
        let mut engine = Engine::new(&remembered.boot, now);
        let Sampled { readings, lines, stimulator, pressed: _ } = inputs.sample(now);
        let input = Input { now, readings, commands: &[], lines, stimulator };
        let first = engine.step(&input);

        let lease = spawn_lease(gate.clone(), move || clock.now())?;
        let health = opened.journal.health().clone();
        if let Some(session) = &remembered.interrupted {
            tracing::warn!(
                session.id,
                "a session was interrupted: look at skin, pad and cable, then `soothe clear`"
            );
        }
        let about = About { simulated, speed, interrupted: remembered.interrupted };
        let publisher = Publisher::new(clock, health, about, &remembered.boot, &first.snapshot);
        let stop = Arc::new(StopSwitch::new());
        let outlet = publisher.outlet();
        let (kept, journal) = (remembered.reminders, opened.journal.clone());
        let reminders = Reminders::new(kept, publisher.notices(), journal, hook);
        let (mut control, handle) = Control::new(Parts {
            clock,
            pace,
            engine,
            inputs,
            gate: gate.clone(),
            stop: stop.clone(),
            journal: opened.journal.clone(),
            publisher,
            demo_answers,
        });
        // An open e-stop latches in that step already. It is on disk before anyone can be told.
        control.report(first);
        if !opened.journal.flush(FIRST_WITHIN) {
            tracing::error!("session log did not take what happened at the start in time");
        }
        spawn_control(control, gate.clone(), on_vanished)?;
        let api = Api {
            clock,
            control: handle,
            stop,
            outlet,
            journal: opened.journal,
            reader: opened.reader,
            gate: gate.clone(),
            hosts,
            streams: Api::room_for_streams(),
            tunings: tokio::sync::Mutex::default(),
            diary: tokio::sync::Mutex::default(),
            reminders,
            library: Library::new(protocols),
        };
        Ok(Self { api: Arc::new(api), gate, lease })
    }

    /// Everything that is served over HTTP.
    pub fn router(&self) -> axum::Router {
        http::router(self.api.clone())
    }

    /// Whether a control cycle was completed within the last second.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.api.control_age() < crate::control::HEALTHY_WITHIN
    }

    /// When a control cycle was completed last, with the lines written; none before the first.
    #[must_use]
    pub fn last_cycle(&self) -> Option<Moment> {
        self.api.control.last_cycle()
    }

    /// Says in the daemon's log lines, for as long as it is awaited, what the control thread has no time
    /// to say: that the session log fails or works again, and that a cycle came too late.
    pub async fn say_troubles(&self) {
        let mut said = Said::default();
        let mut ticks = tokio::time::interval(SAY_EVERY);
        loop {
            ticks.tick().await;
            said.look(self.api.journal.health(), self.lease.lapses());
        }
    }

    /// Announces reminders, for as long as it is awaited.
    pub async fn remind(&self) {
        let mut ticks = tokio::time::interval(LOOK_FOR_REMINDERS_EVERY);
        // Who slept through the night looks once, not once for every second of it.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.look_for_reminders(WallTime::here(self.wall_unix_ms())).await;
        }
    }

    /// The wall clock of this daemon in milliseconds since 1970.
    pub(crate) fn wall_unix_ms(&self) -> i64 {
        self.api.clock.wall_unix_ms()
    }

    /// Announces what is due by then.
    pub(crate) async fn look_for_reminders(&self, now: WallTime) {
        self.api.reminders.look(now).await;
    }

    /// Stops as a person would, then writes the lines off for good and the log to disk.
    pub async fn shut_down(&self) {
        let ticket = self.api.stop.press_for_shutdown();
        let stopped = self.api.stop.served(ticket);
        if tokio::time::timeout(SHUTDOWN_WITHIN, stopped).await.is_err() {
            tracing::error!("control thread did not answer; lines are written off without it");
        }
        if let Err(error) = self.gate.shut() {
            tracing::error!(%error, "lines could not be written off");
        }
        if tokio::time::timeout(SHUTDOWN_WITHIN, self.api.journal.close()).await.is_err() {
            tracing::error!("session log did not take its last entries in time");
        }
    }
}

/// Starts the control thread. However it ends, the lines are off for good before anyone is told.
fn spawn_control(
    control: Control,
    gate: Gate,
    on_vanished: Box<dyn FnOnce(String) + Send>,
) -> Result<(), std::io::Error> {
    let run = move || {
        realtime::ask_for_priority();
        let end = catch_unwind(AssertUnwindSafe(|| control.run()));
        let shut = gate.shut();
        let mut reason = match end {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("a line cannot be written: {error}"),
            Err(_) => "the control thread panicked".to_owned(),
        };
        if let Err(error) = shut {
            reason = format!("{reason}; switching off failed too: {error}");
        }
        on_vanished(reason);
    };
    thread::Builder::new().name("control".to_owned()).spawn(run).map(drop)
}

#[cfg(test)]
mod tests;
