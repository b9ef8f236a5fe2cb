//! Telling people: whole snapshots, made by the control thread and read by any number of clients.
//!
//! A snapshot that carries an event travels through the journal and is told when the event is on disk;
//! until then nothing newer is told either. JSON is made once for each snapshot, by the first who
//! reads it, and never by the control thread.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use soothe_therapy::ledger::{History, Ledger};
use soothe_therapy::pain::care::PastCare;
use soothe_therapy::session::SessionView;
use soothe_therapy::{Boot, FaultKind, Moment, ProfileChoice, Refusal, Snapshot};
use soothe_wire::{
    ChecklistStatus, DueReminder, SessionStatus, SessionSummary, State, Status, convert,
};
use tokio::sync::watch;

use self::key::Key;
use self::told::as_far_as_told;
use crate::clock::Clock;
use crate::journal::Health;
use crate::refusals;
use crate::remind::Notices;
use crate::words::Words;

mod key;
mod told;

/// Whether the phase that is on may hold K2 in: what a person carries out, and a pause, may not.
fn is_armed(snapshot: &Snapshot) -> bool {
    match convert::state(snapshot) {
        State::Proving | State::Heating | State::Stimulating => true,
        State::Idle | State::Guided | State::Paused | State::Fault => false,
    }
}

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

/// What only an event changes, as of the last one; time does the rest.
#[derive(Debug)]
struct Past {
    /// What the sites got, with ages as of `at`.
    history: History,
    at: Moment,
    /// What pain and signs of an emergency forbid.
    care: PastCare,
    fault: Option<FaultKind>,
    /// The wall clock when it latched; none when that was before this daemon.
    latched_unix_ms: Option<i64>,
}

/// One snapshot as it is told.
#[derive(Debug)]
pub(crate) struct Published {
    snapshot: Snapshot,
    past: Arc<Past>,
    /// A session runs, whatever is told of it.
    armed: bool,
    seq: u64,
    at_unix_ms: i64,
    log_failure: Option<Arc<str>>,
    reminders: Arc<[DueReminder]>,
    about: Arc<About>,
    words: Arc<Words>,
    json: OnceLock<Bytes>,
    frame: OnceLock<Bytes>,
}

impl Published {
    /// The state as the API shows it.
    pub(crate) fn status(&self) -> Status {
        let snapshot = &self.snapshot;
        let interrupted = self.about.interrupted.as_ref();
        let ledger = Ledger::new(&self.past.history, self.past.at);
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: self.about.simulated,
            speed: self.about.speed,
            seq: self.seq,
            at_unix_ms: self.at_unix_ms,
            state: convert::state(snapshot),
            session: snapshot.session.map(|session| self.session(session)),
            last: snapshot.last.map(Into::into),
            fault: snapshot.fault.map(|fault| convert::fault(fault, self.past.latched_unix_ms)),
            interrupted: interrupted.filter(|_| snapshot.interrupted.is_some()).cloned(),
            contact: snapshot.contact.map(Into::into).to_vec(),
            ambient: snapshot.ambient.into(),
            skin: snapshot.skin.map(Into::into),
            hottest_c: snapshot.hottest.map(|t| (t.get() * 1000.0).round() / 1000.0),
            heater_on: is_heated(snapshot),
            armed: self.armed,
            lines: snapshot.lines.into(),
            alarm: snapshot.alarm.map(Into::into),
            pack_left_on: snapshot.pack_left_on,
            checklist: self.checklist(),
            care: self.past.care.into(),
            sites: convert::sites(&ledger, snapshot.now),
            record_lost: convert::record_lost(&ledger, snapshot.now),
            relay: convert::relay(snapshot.relay_operations),
            profile: snapshot.profile.in_use().name().to_owned(),
            profile_fixed: snapshot.profile.fixed.is_some(),
            profile_takes: snapshot.profile.in_use().into(),
            reminders: self.reminders.to_vec(),
            log_failure: self.log_failure.as_deref().map(str::to_owned),
        }
    }

    /// The running session, with its protocol's own words.
    fn session(&self, view: SessionView) -> SessionStatus {
        let mut session = SessionStatus::from(view);
        session.phase.say = self.words.say(session.id, session.phase.number);
        session
    }

    /// How the check-list stands.
    pub(crate) fn checklist(&self) -> ChecklistStatus {
        convert::checklist(self.snapshot.checklist)
    }

    /// Which profile counts.
    pub(crate) fn profile(&self) -> ProfileChoice {
        self.snapshot.profile
    }

    /// A cold pack lies on the skin, by what people have said.
    pub(crate) fn pack_lies(&self) -> bool {
        self.snapshot.pack_lies()
    }

    /// What pain and signs of an emergency forbid.
    pub(crate) fn care(&self) -> PastCare {
        self.past.care
    }

    /// The state as JSON.
    pub(crate) fn json(&self) -> Bytes {
        let json =
            || Bytes::from(serde_json::to_vec(&self.status()).expect("a status has no maps"));
        self.json.get_or_init(json).clone()
    }

    /// The state as one `status` event of the stream.
    pub(crate) fn frame(&self) -> Bytes {
        let frame = || crate::http::events::frame("status", Some(self.seq), &self.json());
        self.frame.get_or_init(frame).clone()
    }
}

/// Where snapshots come out; shared by the control thread, the journal and the API.
#[derive(Debug)]
pub(crate) struct Outlet {
    newest: watch::Sender<Arc<Published>>,
    words: Arc<Words>,
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

    /// The words of the protocol that runs, for whoever starts one.
    pub(crate) fn words(&self) -> &Words {
        &self.words
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

/// Both switches are closed; in the proof of the heat path each is closed alone, which heats nothing.
pub(crate) fn is_heated(snapshot: &Snapshot) -> bool {
    snapshot.actuators.k1() && snapshot.actuators.k2()
}

/// The control thread's side: decides what is worth telling, and when.
#[derive(Debug)]
pub(crate) struct Publisher {
    clock: Clock,
    health: Arc<Health>,
    notices: Arc<Notices>,
    about: Arc<About>,
    outlet: Arc<Outlet>,
    past: Arc<Past>,
    seq: u64,
    told_key: Key,
    told_at: Duration,
}

impl Publisher {
    /// Starts with a first snapshot of an engine made from `boot`.
    pub(crate) fn new(
        clock: Clock,
        health: Arc<Health>,
        about: About,
        boot: &Boot,
        first: &Snapshot,
    ) -> Self {
        let about = Arc::new(about);
        let (log, at_unix_ms) = (health.generation(), clock.wall_unix_ms());
        let (history, at) = (boot.history.clone(), first.now);
        let is_new = first.fault != boot.latched;
        let past = Arc::new(Past {
            history,
            at,
            care: boot.care,
            fault: first.fault.map(|fault| fault.kind),
            latched_unix_ms: is_new.then_some(at_unix_ms),
        });
        let armed = is_armed(first);
        let words = Arc::new(Words::default());
        let published = Published {
            snapshot: *first,
            past: past.clone(),
            armed,
            seq: 0,
            at_unix_ms,
            log_failure: health.failure(),
            reminders: Arc::default(),
            about: about.clone(),
            words: words.clone(),
            json: OnceLock::new(),
            frame: OnceLock::new(),
        };
        let newest = watch::Sender::new(Arc::new(published));
        let outlet = Outlet {
            newest,
            words,
            on_their_way_to_disk: AtomicUsize::new(0),
            made: AtomicU64::new(0),
        };
        Self {
            told_key: Key::of(first, armed, log, 0),
            told_at: clock.elapsed(),
            past,
            seq: 0,
            outlet: Arc::new(outlet),
            clock,
            health,
            notices: Arc::default(),
            about,
        }
    }

    /// Where the snapshots come out.
    pub(crate) fn outlet(&self) -> Arc<Outlet> {
        self.outlet.clone()
    }

    /// Where it is said which reminders are due.
    pub(crate) fn notices(&self) -> Arc<Notices> {
        self.notices.clone()
    }

    /// Tells `snapshot` if something changed or it is time. Of what an event has changed nothing is
    /// told ahead of its commit, unless the log has failed, which people must then hear; readings and
    /// lines are no events and are always told as they are.
    pub(crate) fn consider(&mut self, snapshot: &Snapshot) {
        let waits = self.outlet.on_their_way_to_disk.load(Ordering::SeqCst) > 0;
        let told = self.outlet.newest();
        let held_back = waits && !self.health.has_failed();
        let armed = is_armed(snapshot);
        let snapshot = if held_back { &as_far_as_told(snapshot, &told.snapshot) } else { snapshot };
        let key = self.key(snapshot, armed);
        let since = self.clock.elapsed().saturating_sub(self.told_at);
        if since < AT_LEAST_EVERY && (key == self.told_key || since < AT_MOST_EVERY) {
            return;
        }
        let mut published = self.make(snapshot, key);
        if held_back {
            // Not newer than the announcement that is on its way.
            published.seq = told.seq;
            published.past = told.past.clone();
        }
        self.outlet.newest.send_replace(Arc::new(published));
    }

    /// Makes the announcement of a snapshot with events, for the journal to tell; `boot` is what is
    /// on record after them.
    pub(crate) fn announce(&mut self, snapshot: &Snapshot, boot: &Boot) -> Announcement {
        let key = self.key(snapshot, is_armed(snapshot));
        let fault = snapshot.fault.map(|fault| fault.kind);
        let latched_unix_ms = match fault {
            Some(_) if fault == self.past.fault => self.past.latched_unix_ms,
            Some(_) => Some(self.clock.wall_unix_ms()),
            None => None,
        };
        let (history, care) = (boot.history.clone(), boot.care);
        self.past = Arc::new(Past { history, at: snapshot.now, care, fault, latched_unix_ms });
        self.outlet.on_their_way_to_disk.fetch_add(1, Ordering::SeqCst);
        let published = Arc::new(self.make(snapshot, key));
        Announcement { published, outlet: self.outlet.clone() }
    }

    /// What is on record of the sites is older than it was thought to be.
    pub(crate) fn learn(&mut self, history: History, at: Moment) {
        let Past { care, fault, latched_unix_ms, .. } = *self.past;
        self.past = Arc::new(Past { history, at, care, fault, latched_unix_ms });
    }

    fn key(&self, snapshot: &Snapshot, armed: bool) -> Key {
        Key::of(snapshot, armed, self.health.generation(), self.notices.generation())
    }

    fn make(&mut self, snapshot: &Snapshot, key: Key) -> Published {
        self.seq += 1;
        self.outlet.made.store(self.seq, Ordering::SeqCst);
        self.told_key = key;
        self.told_at = self.clock.elapsed();
        Published {
            snapshot: *snapshot,
            past: self.past.clone(),
            armed: key.armed,
            seq: self.seq,
            at_unix_ms: self.clock.wall_unix_ms(),
            log_failure: self.health.failure(),
            reminders: self.notices.due(),
            about: self.about.clone(),
            words: self.outlet.words.clone(),
            json: OnceLock::new(),
            frame: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soothe_plant::{ClosedLoop, PadSpec};
    use soothe_therapy::ledger::{PastUse, SiteUse};
    use soothe_therapy::{Fault, Order, Plan, Profile, SessionId, Site, Span, StopCause};

    /// The snapshots of a session before and after its STOP.
    fn before_and_after_a_stop() -> (Snapshot, Snapshot) {
        let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
        let plan = Plan::heat(40.0, Span::from_min(10), Site::LeftCalf).expect("within limits");
        let start = Order::Start { id: SessionId(1), plan };
        let before = world.cycle(Some(start)).snapshot;
        let after = world.cycle(Some(Order::Stop(StopCause::Person))).snapshot;
        (before, after)
    }

    #[test]
    fn while_the_disk_is_slow_lines_are_told_as_they_are_and_events_are_not() {
        let (before, after) = before_and_after_a_stop();
        let about = About { simulated: true, speed: 1, interrupted: None };
        let health = Arc::new(Health::default());
        let mut publisher =
            Publisher::new(Clock::start(), health, about, &Boot::default(), &before);
        let outlet = publisher.outlet();

        let announcement = publisher.announce(&after, &Boot::default());
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

    #[test]
    fn while_the_disk_is_slow_neither_a_choice_of_profile_nor_a_pack_is_told_ahead_of_it() {
        let (_, idle) = before_and_after_a_stop();
        let chosen = ProfileChoice { chosen: Profile::Sensitive, fixed: None };
        let after = Snapshot { profile: chosen, pack_left_on: true, ..idle };
        let about = About { simulated: true, speed: 1, interrupted: None };
        let health = Arc::new(Health::default());
        let mut publisher = Publisher::new(Clock::start(), health, about, &Boot::default(), &idle);
        let outlet = publisher.outlet();
        let told = || {
            let newest = outlet.newest();
            (newest.status().profile, newest.pack_lies())
        };

        let announcement = publisher.announce(&after, &Boot::default());
        publisher.told_at = Duration::ZERO;
        std::thread::sleep(AT_LEAST_EVERY);
        publisher.consider(&after);
        assert_eq!(told(), ("default".to_owned(), false));
        announcement.tell();
        assert_eq!(told(), ("sensitive".to_owned(), true));
    }

    #[test]
    fn what_is_on_record_of_a_site_is_told_with_its_event_and_not_before() {
        let (before, after) = before_and_after_a_stop();
        let about = About { simulated: true, speed: 1, interrupted: None };
        let health = Arc::new(Health::default());
        let boot = Boot::default();
        let mut publisher = Publisher::new(Clock::start(), health, about, &boot, &before);
        let outlet = publisher.outlet();
        let left = after.last.expect("it ended").left;
        let used = SiteUse { heated: Span::from_min(5), ..left };
        let mut history = History::default();
        history.uses.push(PastUse { used, age: Span::ZERO });

        let known = Boot { history, ..Boot::default() };
        let announcement = publisher.announce(&after, &known);
        publisher.told_at = Duration::ZERO;
        std::thread::sleep(AT_LEAST_EVERY);
        publisher.consider(&after);
        assert_eq!(outlet.newest().status().sites, []);
        announcement.tell();
        let sites = outlet.newest().status().sites;
        assert_eq!(sites.iter().map(|it| it.site.as_str()).collect::<Vec<_>>(), ["left-calf"]);
    }

    #[test]
    fn the_wall_clock_of_a_fault_is_known_only_where_it_was_seen_to_latch() {
        let (_, idle) = before_and_after_a_stop();
        let fault = Some(Fault { kind: FaultKind::TooHot, reading: None });
        let faulty = Snapshot { fault, ..idle };
        let latched_at = |boot: &Boot, first: &Snapshot, announced: &[Snapshot]| {
            let about = About { simulated: true, speed: 1, interrupted: None };
            let health = Arc::new(Health::default());
            let mut publisher = Publisher::new(Clock::start(), health, about, boot, first);
            for snapshot in announced {
                publisher.announce(snapshot, &Boot::default()).tell();
            }
            let fault = publisher.outlet().newest().status().fault;
            fault.and_then(|fault| fault.latched_unix_ms)
        };
        let remembered = Boot { latched: fault, ..Boot::default() };
        assert!(latched_at(&Boot::default(), &idle, &[faulty]).is_some());
        assert!(latched_at(&Boot::default(), &faulty, &[faulty]).is_some(), "in the first step");
        assert_eq!(latched_at(&remembered, &faulty, &[faulty]), None);
        assert!(latched_at(&remembered, &faulty, &[idle, faulty]).is_some(), "anew");
    }

    #[test]
    fn one_switch_alone_heats_nothing() {
        let mut world = ClosedLoop::new(PadSpec::nominal(), 1);
        let plan = Plan::heat(40.0, Span::from_min(10), Site::LeftCalf).expect("within limits");
        let start = Order::Start { id: SessionId(1), plan };
        let mut proofs = 0;
        let mut output = world.cycle(Some(start));
        while output.snapshot.session.is_some_and(|session| session.proving) {
            proofs += u32::from(output.actuators.k1() || output.actuators.k2());
            assert!(!is_heated(&output.snapshot));
            output = world.cycle(None);
        }
        assert!(proofs > 0, "nothing was switched in the proof");
    }
}
