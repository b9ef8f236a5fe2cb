//! Telling people: whole snapshots, made by the control thread and read by any number of clients.
//!
//! A snapshot that carries an event travels through the journal and is told when the event is on disk;
//! until then nothing newer is told either. JSON is made once for each snapshot, by the first who
//! reads it, and never by the control thread.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use soothe_therapy::{Fault, Freshness, Refusal, SessionId, Snapshot};
use soothe_wire::{SessionSummary, Status, convert};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::journal::Health;
use crate::refusals;

/// People hear from the daemon at least this often.
const AT_LEAST_EVERY: Duration = Duration::from_millis(500);
/// A model at a thousand times life changes all the time; nobody can follow faster than this.
const AT_MOST_EVERY: Duration = Duration::from_millis(50);

/// What does not change while the daemon runs.
#[derive(Debug)]
pub(crate) struct About {
    /// The hardware is a model.
    pub(crate) simulated: bool,
    /// How much faster than life the model runs.
    pub(crate) speed: u32,
    /// The session that was cut off when the daemon died last.
    pub(crate) interrupted: Option<SessionSummary>,
}

/// One snapshot as it is told.
#[derive(Debug)]
pub(crate) struct Published {
    snapshot: Snapshot,
    seq: u64,
    at_unix_ms: i64,
    log_failure: Option<Arc<str>>,
    about: Arc<About>,
    json: OnceLock<Bytes>,
    frame: OnceLock<Bytes>,
}

impl Published {
    /// The state as the API shows it.
    pub(crate) fn status(&self) -> Status {
        let snapshot = &self.snapshot;
        let interrupted = self.about.interrupted.as_ref();
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: self.about.simulated,
            speed: self.about.speed,
            seq: self.seq,
            at_unix_ms: self.at_unix_ms,
            state: convert::state(snapshot),
            session: snapshot.session.map(Into::into),
            last: snapshot.last.map(Into::into),
            fault: snapshot.fault.map(Into::into),
            interrupted: interrupted.filter(|_| snapshot.interrupted.is_some()).cloned(),
            contact: snapshot.contact.map(Into::into).to_vec(),
            ambient: snapshot.ambient.into(),
            hottest_c: snapshot.hottest.map(|t| (t.get() * 1000.0).round() / 1000.0),
            heater_on: snapshot.actuators.k1(),
            armed: snapshot.actuators.k2(),
            estop_open: snapshot.lines.estop_open,
            log_failure: self.log_failure.as_deref().map(str::to_owned),
        }
    }

    /// The same as JSON.
    pub(crate) fn json(&self) -> Bytes {
        let json =
            || Bytes::from(serde_json::to_vec(&self.status()).expect("a status has no maps"));
        self.json.get_or_init(json).clone()
    }

    /// The same as one `status` event of the stream.
    pub(crate) fn frame(&self) -> Bytes {
        let frame = || crate::http::events::frame("status", Some(self.seq), &self.json());
        self.frame.get_or_init(frame).clone()
    }
}

/// Where snapshots come out; shared by the control thread, the journal and the API.
#[derive(Debug)]
pub(crate) struct Outlet {
    newest: watch::Sender<Arc<Published>>,
    on_their_way_to_disk: AtomicUsize,
    /// The number of the newest that was made.
    made: AtomicU64,
}

impl Outlet {
    /// Follows what is told from now on.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Published>> {
        self.newest.subscribe()
    }

    /// The newest that was told.
    pub(crate) fn newest(&self) -> Arc<Published> {
        self.newest.borrow().clone()
    }

    /// What any start would be told now; none also when that is uncertain, because something newer was
    /// made and not told: it is on its way to the disk, or could not be written.
    pub(crate) fn certain_refusal(&self) -> Option<Refusal> {
        let newest = self.newest();
        let is_all = newest.seq == self.made.load(Ordering::SeqCst);
        is_all.then(|| refusals::of_any_start(&newest.snapshot)).flatten()
    }
}

/// A snapshot that waits for its events to be on disk. Dropped untold, it gives way to the next.
#[derive(Debug)]
pub(crate) struct Announcement {
    published: Arc<Published>,
    outlet: Arc<Outlet>,
}

impl Announcement {
    /// Tells it, unless something newer was told meanwhile because the log seemed lost.
    pub(crate) fn tell(self) {
        self.outlet.newest.send_if_modified(|newest| {
            let newer = self.published.seq > newest.seq;
            if newer {
                *newest = self.published.clone();
            }
            newer
        });
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        self.outlet.on_their_way_to_disk.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What makes it worth telling at once.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    session: Option<(SessionId, bool)>,
    fault: Option<Fault>,
    interrupted: Option<SessionId>,
    freshness: [Freshness; 3],
    lines: [bool; 3],
    log: u64,
}

impl Key {
    fn of(snapshot: &Snapshot, log: u64) -> Self {
        let [one, two] = snapshot.contact.map(|sensor| sensor.freshness);
        let actuators = snapshot.actuators;
        Self {
            session: snapshot.session.map(|session| (session.id, session.target_reached)),
            fault: snapshot.fault,
            interrupted: snapshot.interrupted,
            freshness: [one, two, snapshot.ambient.freshness],
            lines: [actuators.k1(), actuators.k2(), snapshot.lines.estop_open],
            log,
        }
    }
}

/// The control thread's side: decides what is worth telling, and when.
#[derive(Debug)]
pub(crate) struct Publisher {
    clock: Clock,
    health: Arc<Health>,
    about: Arc<About>,
    outlet: Arc<Outlet>,
    seq: u64,
    told_key: Key,
    told_at: Duration,
}

impl Publisher {
    /// Starts with a first snapshot.
    pub(crate) fn new(clock: Clock, health: Arc<Health>, about: About, first: &Snapshot) -> Self {
        let about = Arc::new(about);
        let log = health.generation();
        let published = Published {
            snapshot: *first,
            seq: 0,
            at_unix_ms: clock.wall_unix_ms(),
            log_failure: health.failure(),
            about: about.clone(),
            json: OnceLock::new(),
            frame: OnceLock::new(),
        };
        let newest = watch::Sender::new(Arc::new(published));
        let outlet =
            Outlet { newest, on_their_way_to_disk: AtomicUsize::new(0), made: AtomicU64::new(0) };
        Self {
            told_key: Key::of(first, log),
            told_at: clock.elapsed(),
            seq: 0,
            outlet: Arc::new(outlet),
            clock,
            health,
            about,
        }
    }

    /// Where the snapshots come out.
    pub(crate) fn outlet(&self) -> Arc<Outlet> {
        self.outlet.clone()
    }

    /// Tells `snapshot` if something changed or it is time. Of what an event has changed nothing is
    /// told ahead of its commit, unless the log has failed, which people must then hear; readings and
    /// lines are no events and are always told as they are.
    pub(crate) fn consider(&mut self, snapshot: &Snapshot) {
        let waits = self.outlet.on_their_way_to_disk.load(Ordering::SeqCst) > 0;
        let told = self.outlet.newest();
        let held_back = waits && !self.health.has_failed();
        let snapshot = if held_back { &as_far_as_told(snapshot, &told.snapshot) } else { snapshot };
        let key = Key::of(snapshot, self.health.generation());
        let since = self.clock.elapsed().saturating_sub(self.told_at);
        if since < AT_LEAST_EVERY && (key == self.told_key || since < AT_MOST_EVERY) {
            return;
        }
        let mut published = self.make(snapshot, key);
        if held_back {
            // Not newer than the announcement that is on its way.
            published.seq = told.seq;
        }
        self.outlet.newest.send_replace(Arc::new(published));
    }

    /// Makes the announcement of a snapshot with events, for the journal to tell.
    pub(crate) fn announce(&mut self, snapshot: &Snapshot) -> Announcement {
        let key = Key::of(snapshot, self.health.generation());
        self.outlet.on_their_way_to_disk.fetch_add(1, Ordering::SeqCst);
        let published = Arc::new(self.make(snapshot, key));
        Announcement { published, outlet: self.outlet.clone() }
    }

    fn make(&mut self, snapshot: &Snapshot, key: Key) -> Published {
        self.seq += 1;
        self.outlet.made.store(self.seq, Ordering::SeqCst);
        self.told_key = key;
        self.told_at = self.clock.elapsed();
        Published {
            snapshot: *snapshot,
            seq: self.seq,
            at_unix_ms: self.clock.wall_unix_ms(),
            log_failure: self.health.failure(),
            about: self.about.clone(),
            json: OnceLock::new(),
            frame: OnceLock::new(),
        }
    }
}

/// What is measured and driven now, with session, fault and notices as they were last told.
fn as_far_as_told(now: &Snapshot, told: &Snapshot) -> Snapshot {
    Snapshot {
        session: told.session,
        last: told.last,
        fault: told.fault,
        interrupted: told.interrupted,
        ..*now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_plant::{ClosedLoop, PadSpec};
    use soothe_therapy::{HeatPlan, Order, Site, Span, StopCause};

    /// The snapshots of a session before and after its STOP.
    fn before_and_after_a_stop() -> (Snapshot, Snapshot) {
        let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
        let plan = HeatPlan::new(40.0, Span::from_min(10), Site::LeftCalf).expect("within limits");
        let start = Order::StartHeat { id: SessionId(1), plan };
        let before = world.cycle(Some(start)).snapshot;
        let after = world.cycle(Some(Order::Stop(StopCause::Person))).snapshot;
        (before, after)
    }

    #[test]
    fn while_the_disk_is_slow_lines_are_told_as_they_are_and_events_are_not() {
        let (before, after) = before_and_after_a_stop();
        let about = About { simulated: true, speed: 1, interrupted: None };
        let health = Arc::new(Health::default());
        let mut publisher = Publisher::new(Clock::start(), health, about, &before);
        let outlet = publisher.outlet();

        let announcement = publisher.announce(&after);
        publisher.told_at = Duration::ZERO;
        std::thread::sleep(AT_LEAST_EVERY);
        publisher.consider(&after);
        let status = outlet.newest().status();
        assert!(!status.heater_on && !status.armed, "the lines are off");
        assert!(status.session.is_some() && status.last.is_none(), "the end is not on disk yet");

        announcement.tell();
        let status = outlet.newest().status();
        assert!(status.session.is_none() && status.last.is_some());
    }
}
