//! `kill -9` at random moments: the lines are off within 100 ms, and nothing that anyone was told is lost.
//!
//! `SOOTHE_KILLS` says how many (40), `SOOTHE_SEED` with which number the random moments begin, and
//! `SOOTHE_AT_ONCE` how many daemons live at a time (3). The figures are printed with `--nocapture`.

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use soothed::Clock;

use crate::guard::guard_of;
use crate::support::{OnFor, START, Soothed, folder, send, until};

/// How soon everything must be off.
const OFF_WITHIN: Duration = Duration::from_millis(100);
/// The moment of the kill, from when the pad is heated.
const KILLED_WITHIN: Duration = Duration::from_secs(2);
/// For how long the next daemon is watched.
const WATCHED_FOR: Duration = Duration::from_millis(300);
/// What of a session may be lost: samples are committed once a second.
const SAMPLES_S: f64 = 2.0;

fn number(variable: &str, default: u64) -> u64 {
    let text = env::var(variable);
    text.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// A moment drawn from a seed (the mixing of splitmix64).
fn moment(seed: u64) -> Duration {
    let mut it = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let micros = KILLED_WITHIN.as_micros() as u64;
    Duration::from_micros((it ^ (it >> 31)) % micros)
}

/// What a client was told before the kill: it must be there afterwards.
///
/// The dose of a session and the record of doses of its site belong here as well.
struct Told {
    /// The answer to the start named this session.
    session: i64,
    /// The newest status told.
    status: Value,
}

impl Told {
    /// Listens until `delay` after `clock` was started.
    fn follow(daemon: &Soothed, clock: Clock, delay: Duration) -> Self {
        let mut status = daemon.get("/api/v1/status");
        while let Some(left) = delay.checked_sub(clock.elapsed()) {
            thread::sleep(left.min(Duration::from_millis(50)));
            if clock.elapsed() + Duration::from_millis(20) < delay {
                status = daemon.get("/api/v1/status");
            }
        }
        Self { session: 1, status }
    }

    /// Nothing of it is lost in the daemon that came after the kill.
    fn is_kept_by(&self, next: &Soothed) {
        let status = next.get("/api/v1/status");
        let kept = next.get(&format!("/api/v1/sessions/{}", self.session));
        assert_eq!(kept["outcome"], "interrupted", "{kept}");
        assert_eq!(status["interrupted"]["id"], self.session, "{status}");
        let told_s = self.status["session"]["elapsed_s"].as_f64().expect("it ran");
        let kept_s = kept["elapsed_s"].as_f64().expect("a number");
        assert!(kept_s >= told_s - SAMPLES_S, "{kept_s} s of {told_s} s");
        if let fault @ Value::Object(_) = &self.status["fault"] {
            assert_eq!(status["fault"]["kind"], fault["kind"], "a fault was forgotten: {status}");
        }
    }
}

/// HL-S6: the next daemon is idle, energises nothing and starts nothing before someone has looked.
fn nothing_resumes(next: &Soothed) {
    let clock = Clock::start();
    let at_first = next.lines();
    while clock.elapsed() < WATCHED_FOR {
        let now = next.lines();
        assert!(!now.levels.k1 && now.k2_edges == at_first.k2_edges, "{at_first:?}, {now:?}");
        thread::sleep(Duration::from_millis(1));
    }
    let status = next.get("/api/v1/status");
    assert_eq!((&status["session"], &status["armed"]), (&Value::Null, &json!(false)), "{status}");
    let (code, problem) = next.request("POST", "/api/v1/session", START);
    assert_eq!(code, 409, "{problem}");
}

/// One daemon's life and death.
struct Life {
    killed_after: Duration,
    k1_was_on: bool,
    on_for: OnFor,
}

fn live_and_die(seed: u64) -> Life {
    let mut daemon = Soothed::start();
    daemon.start_heating();
    let killed_after = moment(seed);
    let told = Told::follow(&daemon, Clock::start(), killed_after);
    let k1_was_on = daemon.lines().levels.k1;
    let on_for = daemon.kill();
    let next = Soothed::start_in(daemon.remains());
    nothing_resumes(&next);
    told.is_kept_by(&next);
    Life { killed_after, k1_was_on, on_for }
}

/// Says which seed it was when a life fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("failed with SOOTHE_SEED={} SOOTHE_KILLS=1", self.0);
        }
    }
}

#[test]
fn hl_s6_hl_s10_after_a_kill_at_any_moment_the_lines_are_off_and_nothing_told_is_lost() {
    let (kills, first) = (number("SOOTHE_KILLS", 40), number("SOOTHE_SEED", 1));
    let (next, lives) = (AtomicU64::new(first), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..number("SOOTHE_AT_ONCE", 3).clamp(1, kills.max(1)) {
            scope.spawn(|| {
                while let seed = next.fetch_add(1, Ordering::SeqCst)
                    && seed < first + kills
                {
                    let _seed = Seed(seed);
                    let life = live_and_die(seed);
                    assert!(life.on_for.own() < OFF_WITHIN, "{:?}", life.on_for);
                    lives.lock().unwrap().push(life);
                }
            });
        }
    });
    report(first, &lives.into_inner().unwrap());
}

fn report(first: u64, lives: &[Life]) {
    let figures = |time: fn(&OnFor) -> Duration| {
        let mut all: Vec<Duration> = lives.iter().map(|life| time(&life.on_for)).collect();
        all.sort();
        let [median, p99, max] = [50, 99, 100].map(|percent| {
            let index = (all.len() * percent).div_ceil(100).saturating_sub(1);
            all.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        });
        format!("{median:.2} ms (median), {p99:.2} ms (p99), {max:.2} ms (max)")
    };
    let count = |what: fn(&&Life) -> bool| lives.iter().filter(what).count();
    let latest = lives.iter().map(|life| life.killed_after).max().unwrap_or_default();
    println!(
        "{} kills, seeds from {first}, K1 on at {} of them, the latest {latest:.1?} into heating\n\
         off after {}\n\
         not counting while the machine stood still, which it did in {}: {}",
        lives.len(),
        count(|life| life.k1_was_on),
        figures(|on_for| on_for.all),
        count(|life| !life.on_for.stood_still.is_zero()),
        figures(OnFor::own),
    );
}

#[test]
fn a_profile_that_was_told_is_kept_after_a_kill() {
    let mut daemon = Soothed::start_with(folder(), |_| {});
    let (code, told) = daemon.request("PUT", "/api/v1/profile", r#"{"profile":"cautious"}"#);
    assert_eq!((code, &told["profile"]), (200, &json!("cautious")), "{told}");
    send(daemon.pid(), Signal::KILL);
    daemon.end();
    let next = Soothed::start_in(daemon.remains());
    assert_eq!(next.get("/api/v1/profile"), told);
}

#[test]
fn a_fault_that_was_told_is_latched_after_a_kill() {
    let mut daemon = Soothed::start_with(folder(), |_| {});
    daemon.start_heating();
    send(guard_of(&daemon), Signal::KILL);
    let told = until("the guard is missed", || {
        let fault = daemon.get("/api/v1/status")["fault"]["kind"].clone();
        fault.is_string().then_some(fault)
    });
    send(daemon.pid(), Signal::KILL);
    daemon.end();
    let next = Soothed::start_in(daemon.remains());
    assert_eq!(next.get("/api/v1/status")["fault"]["kind"], told);
    let (code, problem) = next.request("POST", "/api/v1/session", START);
    assert_eq!((code, &problem["fault"]), (409, &told), "{problem}");
}
