//! What is kept through crashes, full disks, damage and clocks that lie.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use soothe_therapy::cold::PackLeft;
use soothe_therapy::dose::{Dose, cem43};
use soothe_therapy::ledger::{Ledger, PastUse, SiteUse};
use soothe_therapy::{Celsius, Cem43, Moment, Site, limits};
use tempfile::TempDir;

use super::*;

const HOUR: Span = Span::from_min(60);

/// In memory where there is such a place: these tests ask for thousands of writings.
fn folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder")
}

fn stamp(boot: u64, uptime: Span, wall_unix_ms: Option<i64>) -> Stamp {
    Stamp { boot_id: Some(boot.to_string()), uptime, wall_unix_ms }
}

/// A stamp of the first start of the machine, its clock right.
fn at(s: u64) -> Stamp {
    stamp(1, Span::from_s(s), Some(s as i64 * 1000))
}

fn reserved(id: i64) -> Reserved {
    reserve(id, Site::LeftHip, Span::from_min(15))
}

fn reserve(id: i64, site: Site, planned: Span) -> Reserved {
    let (id, ran, dose) = (SessionId(id), Span::ZERO, Cem43::ZERO);
    let (heats, ices) = (planned, Span::ZERO);
    Reserved {
        id,
        site,
        planned,
        heats,
        ices,
        stimulates: Span::ZERO,
        prepared_unix_ms: 7,
        ran,
        dose,
    }
}

fn told(elapsed_s: u64, dose: f64, hottest: Option<f64>) -> Told {
    let (dose, hottest) = (Cem43::literal(dose), hottest.map(Celsius::literal));
    Told { elapsed: Span::from_s(elapsed_s), dose, hottest }
}

/// Opens with a log that has `told` of every session.
fn open(path: &Path, now: Stamp, log: LogSays, told: Option<Told>) -> Result<Opened, Refused> {
    Keep::open(path, now, log, |refused| refused, |_| Ok(told))
}

fn opened(path: &Path, now: Stamp, log: LogSays, told: Option<Told>) -> Opened {
    let mut opened = open(path, now.clone(), log, told).expect("opens");
    opened.keep.save(now).expect("saved");
    opened
}

fn used(dose: f64, age: Span) -> PastUse {
    let used = SiteUse {
        site: Site::LeftHip,
        heated: Span::from_min(14),
        dose: Cem43::literal(dose),
        cold: Span::ZERO,
        tens: Span::ZERO,
    };
    PastUse { used, age }
}

fn with_use(dose: f64) -> Boot {
    let mut boot = Boot { relay_operations: 42, ..Boot::default() };
    boot.history.uses.push(used(dose, Span::ZERO));
    boot
}

fn with_uses(count: usize) -> Boot {
    let mut boot = with_use(1.0);
    boot.history.uses = std::iter::repeat_n(used(1.0, Span::ZERO), count.min(96)).collect();
    boot
}

/// A file that has seen a session and a fault; the log knows of it.
fn kept(folder: &TempDir) -> (PathBuf, LogSays) {
    let path = folder.path().join("log.db.keep");
    let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
    let fault = Fault { kind: FaultKind::TooHot, reading: Some(Celsius::literal(44.5)) };
    keep.remember(&Boot { latched: Some(fault), ..with_use(3.0) }, at(10));
    keep.save(at(10)).expect("saved");
    let log = LogSays { generation: keep.generation(), has_sessions: true, ..LogSays::default() };
    (path, log)
}

fn spare(path: &Path) -> PathBuf {
    file::beside(path, file::SPARE)
}

/// The file as it was written before there were spares.
fn unpadded(path: &Path) -> Vec<u8> {
    let sealed = Sealed::parse(&fs::read(path).expect("read")).expect("whole");
    Sealed { body: sealed.body.trim_end().to_owned(), ..sealed }.bytes()
}

fn is_full(boot: &Boot) -> bool {
    let lost = Fault { kind: FaultKind::RecordLost, reading: None };
    boot.history.lost == Some(Span::ZERO) && boot.latched == Some(lost)
}

#[test]
fn what_is_kept_comes_back_older_by_the_time_that_passed() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let boot = opened(&path, at(70), log, None).boot;
    assert_eq!(boot.history.uses.as_slice(), [used(3.0, Span::from_s(60))]);
    assert_eq!(
        (boot.latched.map(|it| it.kind), boot.relay_operations),
        (Some(FaultKind::TooHot), 42)
    );
    let after_an_hour_off = stamp(2, Span::from_s(20), Some(70_000 + 3_600_000));
    let boot = opened(&path, after_an_hour_off, log, None).boot;
    assert_eq!(boot.history.uses[0].age, Span::from_s(3660));
}

#[test]
fn hl_s8_damage_of_any_kind_makes_every_site_count_as_full() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let whole = fs::read(&path).expect("read");
    let truncated = (0..whole.len()).map(|length| whole[..length].to_vec());
    let flipped = (0..whole.len()).map(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        bytes
    });
    for (number, bytes) in truncated.chain(flipped).enumerate() {
        fs::write(&path, &bytes).expect("written");
        let Opened { boot, loss, .. } = open(&path, at(20), log, None).expect("opens");
        assert!(is_full(&boot), "{number}: {boot:?}");
        let aside = loss.and_then(|loss| loss.aside).expect("set aside");
        assert_eq!(fs::read(&aside).expect("there"), bytes, "{number}");
        fs::remove_file(aside).expect("removed");
    }
}

#[test]
fn hl_s8_a_file_that_is_gone_or_an_older_copy_is_a_loss() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let older = fs::read(&path).expect("read");
    let newer = LogSays { generation: opened(&path, at(20), log, None).keep.generation(), ..log };
    fs::write(&path, &older).expect("written");
    let Opened { boot, loss, .. } = open(&path, at(30), newer, None).expect("opens");
    assert!(is_full(&boot));
    assert_eq!(loss.expect("lost").why, "it is an older copy");
    let Opened { boot, loss, .. } = open(&path, at(30), newer, None).expect("opens");
    assert!(is_full(&boot));
    assert_eq!(loss.expect("lost"), Loss { why: "it is gone".to_owned(), aside: None });
    // A log from before there was such a file has sessions, too.
    let before = LogSays { generation: 0, ..log };
    assert!(is_full(&open(&path, at(30), before, None).expect("opens").boot));
}

#[test]
fn hl_s8_a_loss_is_kept_like_the_rest_and_what_the_log_has_of_it_stays() {
    let folder = folder();
    let (path, log) = kept(&folder);
    fs::remove_file(&path).expect("removed");
    let stray = Fault { kind: FaultKind::StrayCurrent, reading: None };
    let rest = Rest { relay_operations: 99, chosen: Profile::Cautious, ..Rest::default() };
    let log = LogSays { latched: Some(stray), rest, ..log };
    let Opened { keep, boot, .. } = opened(&path, at(20), log, None);
    assert_eq!((boot.latched, boot.relay_operations), (Some(stray), 99));
    assert_eq!((boot.profile.in_use(), boot.checklist), (Profile::Cautious, None));
    let log = LogSays { generation: keep.generation(), ..log };
    let Opened { boot, loss, .. } = opened(&path, at(3620), log, None);
    assert_eq!((boot.history.lost, loss), (Some(HOUR), None));
}

#[test]
fn a_new_device_has_nothing_to_lose() {
    let folder = folder();
    let path = folder.path().join("log.db.keep");
    let Opened { boot, loss, .. } = opened(&path, at(0), LogSays::default(), None);
    assert_eq!((boot, loss), (Boot::default(), None));
}

#[test]
fn a_file_of_another_version_is_refused_and_left_alone() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let text = fs::read_to_string(&path).expect("read");
    let body = text.split_once('\n').expect("a head").1.replace("too-hot", "too-loud");
    let sealed = Sealed { generation: 9, body };
    fs::write(&path, sealed.bytes()).expect("written");
    let Err(Refused::Unknown(what)) = open(&path, at(20), log, None) else { panic!("opened") };
    assert_eq!(what, "a fault `too-loud`");
    assert_eq!(fs::read(&path).expect("there"), sealed.bytes());
}

#[test]
fn hl_c8_a_pack_is_called_for_where_a_session_with_ice_was_cut_off_or_left_one() {
    let place = folder();
    let path = place.path().join("log.db.keep");
    let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
    let left = PackLeft { site: Site::LeftHip, age: Span::from_s(20) };
    keep.remember(&Boot { pack_left: Some(left), ..Boot::default() }, at(100));
    keep.save(at(100)).expect("saved");
    let older = PackLeft { age: Span::from_s(80), ..left };
    assert_eq!(opened(&path, at(160), LogSays::default(), None).boot.pack_left, Some(older));

    let cut_off = |reserved| {
        let place = folder();
        let path = place.path().join("log.db.keep");
        let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
        keep.reserve(reserved);
        keep.save(at(10)).expect("saved");
        opened(&path, at(7200), LogSays::default(), None).boot.pack_left.map(|it| it.site)
    };
    assert_eq!(cut_off(reserved(1)), None, "it had no ice");
    let ices = Span::from_min(10);
    assert_eq!(cut_off(Reserved { ices, ..reserved(1) }), Some(Site::LeftHip));
}

#[test]
fn hl_h6_a_session_that_was_cut_off_counts_in_full_unless_the_log_tells_less() {
    let folder = folder();
    let path = folder.path().join("log.db.keep");
    let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
    keep.reserve(reserved(1));
    keep.save(at(10)).expect("saved");
    let whole = fs::read(&path).expect("read");
    let again = |told| {
        fs::write(&path, &whole).expect("written");
        let mut boot = opened(&path, at(10 + 7200), LogSays::default(), told).boot;
        (boot.history.uses.pop().expect("counted"), boot)
    };

    let (past, boot) = again(None);
    assert_eq!(past.used.heated, Span::from_min(15));
    assert!((11.0..12.0).contains(&past.used.dose.get()), "{past:?}");
    assert_eq!(past.age, Span::from_s(7200 - 900 - 15), "it may have ended as late as that");
    assert_eq!((boot.interrupted, boot.relay_operations), (Some(SessionId(1)), 92));

    let told = |elapsed_s, dose, hottest| Some(told(elapsed_s, dose, hottest));
    let (past, boot) = again(told(300, 0.2, Some(40.0)));
    assert_eq!((past.used.heated, past.age), (Span::from_s(315), Span::from_s(7200 - 330)));
    // Three quarters of a minute at no more than 43.5 °C.
    assert!((0.9..=1.27).contains(&past.used.dose.get()), "{past:?}");
    assert_eq!(boot.interrupted, None, "the log has it");
    let (past, _) = again(told(0, 0.0, None));
    assert!(past.used.heated < limits::SESSION_COUNTS_FROM && past.used.dose.get() < 1.27);
    let (past, _) = again(told(890, 9.99, Some(43.9)));
    assert!(past.used.heated == Span::from_min(15) && past.used.dose <= whole_session());
}

#[test]
fn hl_h6_a_log_that_tells_less_of_a_session_than_was_noted_is_not_believed() {
    let folder = folder();
    let path = folder.path().join("log.db.keep");
    let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
    keep.reserve(reserved(1));
    keep.note(SessionId(1), Span::from_s(300), Cem43::literal(0.2));
    keep.save(at(310)).expect("saved");
    let noted = fs::read(&path).expect("read");
    let again = |now, told| {
        fs::write(&path, &noted).expect("written");
        opened(&path, at(now), LogSays::default(), Some(told)).boot
    };
    for (told, believed) in [
        (told(300, 0.2, Some(40.0)), true),
        (told(330, 0.25, Some(40.0)), true),
        (told(299, 0.2, Some(40.0)), false),
        (told(300, 0.19, Some(40.0)), false),
        (told(0, 0.0, None), false),
    ] {
        let boot = again(400, told);
        let past = boot.history.uses[0].used;
        assert_eq!(past.dose < Cem43::literal(1.5), believed, "{told:?}: {past:?}");
        assert_eq!(past.heated < Span::from_min(15), believed, "{told:?}: {past:?}");
        assert_eq!(boot.interrupted.is_none(), believed, "{told:?}");
    }
    let age = again(7200, told(330, 0.25, None)).history.uses[0].age;
    assert_eq!(age, Span::from_s(7200 - 310 - 45 - 15), "it ran on for so long after the noting");
}

#[test]
fn how_far_a_session_has_come_is_noted_once_a_minute() {
    let folder = folder();
    let mut keep = opened(&folder.path().join("keep"), at(0), LogSays::default(), None).keep;
    keep.reserve(reserved(1));
    let mut writings = 0;
    for s in 1..=600 {
        keep.save(at(s)).expect("saved");
        keep.note(SessionId(1), Span::from_s(s), Cem43::ZERO);
        keep.note(SessionId(2), Span::from_s(s), Cem43::ZERO);
        writings += u32::from(keep.has_changed());
    }
    assert_eq!(writings, 10);
}

#[test]
fn a_file_from_before_anything_was_noted_and_without_a_spare_is_read() {
    let folder = folder();
    let path = folder.path().join("log.db.keep");
    let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
    keep.reserve(reserved(1));
    let noted = |line: &&str| !line.starts_with("ran_ms") && !line.starts_with("dose_cem43");
    let body: Vec<_> = keep.content.text().lines().filter(noted).map(str::to_owned).collect();
    let before = Sealed { generation: 3, body: body.join("\n") };
    fs::write(&path, before.bytes()).expect("written");
    fs::remove_file(spare(&path)).expect("removed");
    let whole_log = Some(told(60, 0.1, Some(40.0)));
    let Opened { boot, loss, .. } = opened(&path, at(400), LogSays::default(), whole_log);
    assert_eq!((boot.history.uses[0].used.heated, loss), (Span::from_s(75), None));
}

/// Which file has that name, how many blocks it needs, and whether it has them.
fn on_disk(path: &Path) -> (u64, u64, bool) {
    let it = fs::metadata(path).expect("there");
    let blocks = it.len().div_ceil(512);
    (it.ino(), blocks, it.blocks() >= blocks)
}

#[test]
fn hl_s8_once_it_is_open_no_writing_takes_another_file_or_another_block() {
    // Where a log would lie, too: that folder is on a disk.
    for folder in [folder(), TempDir::new().expect("a folder")] {
        let path = folder.path().join("log.db.keep");
        let mut keep = opened(&path, at(0), LogSays::default(), None).keep;
        let two = [on_disk(&path), on_disk(&spare(&path))];
        assert!(two.iter().all(|(_, blocks, has_them)| *blocks == 64 && *has_them), "{two:?}");
        for s in 1..=9 {
            keep.remember(&with_uses(10 * s), at(s as u64));
            keep.save(at(s as u64)).expect("saved");
            let mut now = [on_disk(&path), on_disk(&spare(&path))];
            now.rotate_left(s % 2);
            assert_eq!(now, two, "after {s} writings");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2);
    }
}

#[test]
fn hl_s8_a_fault_that_latches_while_the_disk_is_full_is_kept() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let fault = Fault { kind: FaultKind::StrayCurrent, reading: None };
    for before in [fs::read(&path).expect("read"), unpadded(&path)] {
        let _ = fs::remove_file(spare(&path));
        fs::write(&path, before).expect("written");
        let disk = Doomed(Arc::default());
        let open = || {
            let told = |_: &Reserved| Ok(None);
            let disk = Box::new(disk.clone());
            Keep::open_on(disk, &path, at(20), log, |refused| refused, told).expect("opens")
        };
        disk.0.lock().unwrap().full = true;
        let mut keep = open().keep;
        let no_room = keep.save(at(20)).expect_err("a spare without room");
        assert_eq!(no_room.kind(), io::ErrorKind::StorageFull);
        disk.0.lock().unwrap().full = false;
        keep.save(at(21)).expect("saved");
        disk.0.lock().unwrap().full = true;
        for s in 22..30 {
            keep.remember(&Boot { latched: Some(fault), ..with_uses(s as usize) }, at(s));
            keep.save(at(s)).expect("saved on a full disk");
        }
        // Killed, and started while nothing has been made free.
        let Opened { mut keep, boot, loss } = open();
        assert_eq!((boot.latched, loss), (Some(fault), None));
        keep.save(at(31)).expect("the spare is there still");
    }
}

/// Saves 1, 2, 3 and so on until the machine dies; the last that was saved, what was tried, and what the log
/// knows.
fn save_until_death(path: &Path, disk: &Doomed) -> (u32, u32, LogSays) {
    let mut keep = opened(path, at(0), LogSays::default(), None).keep;
    keep.disk = Box::new(disk.clone());
    let (mut saved, mut tried, mut log) = (0, 0, LogSays::default());
    while !disk.is_dead() {
        tried += 1;
        keep.remember(&Boot { relay_operations: tried, ..Boot::default() }, at(1));
        if keep.save(at(1)).is_ok() {
            (saved, log.generation) = (tried, keep.generation());
        }
    }
    (saved, tried, log)
}

#[test]
fn hl_s8_a_crash_in_any_step_also_after_one_that_failed_leaves_the_old_or_the_new() {
    // A writing has four steps, and one that fails begins anew.
    for (fails, dies) in (0..10).flat_map(|fails| (1..14).map(move |dies| (fails, dies))) {
        for arrive in [0, 1, 50, 51, 200, 201, 20_000, 20_001] {
            let folder = folder();
            let path = folder.path().join("log.db.keep");
            let fails_after = (fails > 0).then_some(fails);
            let fate = Fate { dies_after: Some(dies), arrive, fails_after, ..Fate::default() };
            let disk = Doomed(Arc::new(Mutex::new(fate)));
            let (saved, tried, log) = save_until_death(&path, &disk);
            let Opened { boot, loss, .. } = opened(&path, at(2), log, None);
            let how = format!("{arrive} bytes, step {dies} and {fails_after:?}");
            assert_eq!(loss, None, "{how}");
            assert!((saved..=tried).contains(&boot.relay_operations), "{how}: {boot:?}");
        }
    }
}

#[test]
fn hl_s8_a_spare_is_never_taken_for_the_record() {
    let folder = folder();
    let (path, log) = kept(&folder);
    fs::copy(&path, spare(&path)).expect("copied");
    fs::remove_file(&path).expect("removed");
    let Opened { boot, loss, .. } = open(&path, at(20), log, None).expect("opens");
    assert!(is_full(&boot) && loss.is_some_and(|loss| loss.why == "it is gone"));
}

#[test]
fn a_machine_that_learns_the_time_later_makes_up_for_what_it_did_not_count() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let morning = |uptime_s, known: bool| {
        let wall = 10_000 + 12 * 3_600_000 + uptime_s as i64 * 1000;
        stamp(2, Span::from_s(uptime_s), known.then_some(wall))
    };
    let Opened { mut keep, boot, .. } = opened(&path, morning(20, false), log, None);
    assert_eq!(boot.history.uses[0].age, Span::from_s(20), "nobody knows how long it was off");
    assert!(keep.waits_for_clock());
    let more = keep.learn_clock(morning(50, true));
    assert_eq!(more, Span::from_min(12 * 60));
    keep.save(morning(50, true)).expect("saved");
    assert!(!keep.waits_for_clock());
    let boot = opened(&path, morning(60, true), log, None).boot;
    assert_eq!(boot.history.uses[0].age, Span::from_s(12 * 3600 + 60));
}

#[test]
fn hl_h6_hl_h9_what_came_since_the_start_is_no_older_when_the_machine_learns_the_time() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let morning = |uptime_s, known: bool| {
        let wall = 10_000 + 12 * 3_600_000 + uptime_s as i64 * 1000;
        stamp(2, Span::from_s(uptime_s), known.then_some(wall))
    };
    let Opened { mut keep, mut boot, .. } = opened(&path, morning(20, false), log, None);
    // What the engine knows ten minutes later, when a session and a check-list have just been.
    age(&mut boot, Span::from_s(600));
    boot.history.uses.push(used(2.0, Span::ZERO));
    let answers = soothe_therapy::checklist::Answers::NONE;
    boot.checklist = Some(soothe_therapy::checklist::PastAnswers { answers, age: Span::ZERO });
    keep.remember(&boot, morning(620, false));
    keep.learn_clock(morning(650, true));
    keep.save(morning(650, true)).expect("saved");
    let boot = opened(&path, morning(660, true), log, None).boot;
    let ages: Vec<_> = boot.history.uses.iter().map(|past| past.age).collect();
    assert_eq!(ages, [Span::from_s(12 * 3600 + 660), Span::from_s(40)]);
    assert_eq!(boot.checklist.map(|past| past.age), Some(Span::from_s(40)));
}

#[test]
fn hl_s8_a_record_that_a_crash_brings_back_after_a_loss_that_was_not_kept_is_whole() {
    let folder = folder();
    let (path, log) = kept(&folder);
    let saved = fs::read(&path).expect("read");
    let disk = Doomed(Arc::default());
    let open = |s| {
        let told = |_: &Reserved| Ok(None);
        Keep::open_on(Box::new(disk.clone()), &path, at(s), log, |it| it, told).expect("opens")
    };
    let fate = |fate| *disk.0.lock().unwrap() = fate;
    // The new file has its name, and the disk does not know that: nobody is told that it was saved.
    let mut keep = open(20).keep;
    fate(Fate { fails_after: Some(4), ..Fate::default() });
    keep.save(at(20)).expect_err("its name is not on disk");
    // It is lost, and nothing of the loss comes to disk either: all names are as they were.
    fs::write(&path, "damaged").expect("written");
    let Opened { mut keep, boot, loss } = open(40);
    assert!(boot.history.lost == Some(Span::ZERO) && loss.is_some());
    let unsynced = disk.0.lock().unwrap().unsynced.take();
    fate(Fate { dies_after: Some(1), unsynced, ..Fate::default() });
    keep.save(at(40)).expect_err("gone");
    fate(Fate::default());
    assert_eq!(fs::read(&path).expect("back"), saved);
    // It is the newest that was saved, and nothing can have heated since: nothing is lost.
    let Opened { boot, loss, .. } = open(60);
    assert_eq!((boot.history.lost, loss), (None, None));
    assert_eq!(boot.history.uses.as_slice(), [used(3.0, Span::from_s(50))]);
    assert_eq!(boot.latched.map(|it| it.kind), Some(FaultKind::TooHot));
}

/// A disk on which things go wrong as told.
#[derive(Clone, Debug, Default)]
struct Fate {
    /// After this many steps nothing more reaches the disk: the machine is gone.
    dies_after: Option<u32>,
    /// Of the step at which it dies, if that is a writing, this many bytes arrive; and if the number is
    /// odd, the names that were not brought to disk yet.
    arrive: usize,
    /// The step after so many more fails, once.
    fails_after: Option<u32>,
    /// No block is free.
    full: bool,
    /// Names that were exchanged and not brought to disk.
    unsynced: Option<(PathBuf, PathBuf)>,
}

#[derive(Clone)]
struct Doomed(Arc<Mutex<Fate>>);

/// How far a step comes.
enum Step {
    Whole,
    /// It is the last one.
    Part(usize),
}

/// Counts down; whether it has come to its end with this.
fn is_over(left: &mut Option<u32>) -> bool {
    *left = left.map(|left| left.saturating_sub(1));
    *left == Some(0)
}

impl Doomed {
    fn is_dead(&self) -> bool {
        self.0.lock().unwrap().dies_after == Some(0)
    }

    /// Saves; that a disk is full is no reason not to.
    fn save(&self, keep: &mut Keep, truth: &Truth) -> io::Result<()> {
        let saved = keep.save(truth.stamp());
        let full = saved.as_ref().is_err_and(|it| it.kind() == io::ErrorKind::StorageFull);
        assert!(!full, "there was no room for what must be kept");
        saved
    }

    /// Tries until it is saved, as the writer does; `None` when the machine is gone.
    fn save_at_last(&self, keep: &mut Keep, truth: &mut Truth) -> Option<()> {
        while self.save(keep, truth).is_err() {
            if self.is_dead() {
                return None;
            }
            truth.pass(Span::from_s(1));
        }
        Some(())
    }

    fn step(&self) -> io::Result<Step> {
        let mut fate = self.0.lock().unwrap();
        if fate.dies_after == Some(0) {
            return Err(io::Error::other("gone"));
        }
        if is_over(&mut fate.fails_after) {
            fate.fails_after = None;
            return Err(io::Error::other("not now"));
        }
        if !is_over(&mut fate.dies_after) {
            return Ok(Step::Whole);
        }
        Ok(Step::Part(fate.arrive))
    }

    /// The end: names that were not brought to disk may be there, or not.
    fn die(&self) -> io::Error {
        let mut fate = self.0.lock().unwrap();
        if let Some((new, old)) = fate.unsynced.take().filter(|_| fate.arrive.is_multiple_of(2)) {
            RealDisk.exchange(&new, &old).expect("both are there");
        }
        io::Error::other("gone")
    }
}

impl Disk for Doomed {
    fn overwrite(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let step = self.step()?;
        let mut file = fs::read(path).unwrap_or_default();
        if self.0.lock().unwrap().full && file.len().div_ceil(512) < bytes.len().div_ceil(512) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        match step {
            Step::Whole => RealDisk.overwrite(path, bytes),
            Step::Part(arrive) => {
                let arrive = arrive.min(bytes.len());
                file.resize(file.len().max(arrive), 0);
                file[..arrive].copy_from_slice(&bytes[..arrive]);
                fs::write(path, file)?;
                Err(self.die())
            }
        }
    }

    fn exchange(&mut self, new: &Path, old: &Path) -> io::Result<()> {
        let step = self.step()?;
        let both = old.exists();
        RealDisk.exchange(new, old)?;
        self.0.lock().unwrap().unsynced = both.then(|| (new.to_owned(), old.to_owned()));
        match step {
            Step::Whole => Ok(()),
            Step::Part(_) => Err(self.die()),
        }
    }

    fn sync_names(&mut self, path: &Path) -> io::Result<()> {
        match self.step()? {
            Step::Whole => {
                self.0.lock().unwrap().unsynced = None;
                RealDisk.sync_names(path)
            }
            Step::Part(_) => Err(self.die()),
        }
    }
}

/// One session in a life, as chance has it.
#[derive(Clone, Debug)]
struct Play {
    site: usize,
    minutes: u64,
    begins_c: f64,
    slope_k_per_s: f64,
    /// The end, as a share of the plan; or the life's end comes then.
    share: f64,
    killed: bool,
    lag_s: u64,
    /// Of a log whose end is lost after a kill, so much.
    log_loses_s: u64,
    pause_min: u64,
}

/// What the machine's clock does from a life's start.
#[derive(Clone, Copy, Debug)]
enum WallClock {
    Right,
    Unknown,
    SetBack,
}

/// What becomes of the file before a life.
#[derive(Clone, Copy, Debug)]
enum Harm {
    None,
    Flip(usize),
    Cut(usize),
    Gone,
    OlderCopy,
}

#[derive(Clone, Debug)]
struct Life {
    harm: Harm,
    machine_restarts: bool,
    off_min: u64,
    clock: WallClock,
    dies_after: Option<u32>,
    arrive: usize,
    fails_after: Option<u32>,
    full: bool,
    plays: Vec<Play>,
}

/// What really happened, besides what anyone wrote down.
struct Truth {
    /// Milliseconds since the beginning.
    now: u64,
    boot: u64,
    booted_at: u64,
    clock: WallClock,
    left: Vec<(u64, SiteUse)>,
    operations: u32,
    /// When the record was lost.
    losses: Vec<u64>,
    /// So many of these were before the writing that the log has seen last.
    kept_losses: usize,
    seen_generation: u64,
}

impl Truth {
    fn stamp(&self) -> Stamp {
        let wall_unix_ms = match self.clock {
            WallClock::Right => Some(self.now as i64),
            WallClock::Unknown => None,
            WallClock::SetBack => Some((self.now - self.booted_at) as i64),
        };
        stamp(self.boot, Span::from_ms(self.now - self.booted_at), wall_unix_ms)
    }

    fn pass(&mut self, span: Span) {
        self.now += span.as_ms();
    }

    fn since(&self, at: u64) -> Span {
        Span::from_ms(self.now - at)
    }

    /// A daemon has opened the record, or lost it. A loss that no writing followed is none when the record is
    /// found after all: names that were not brought to disk come back with a crash, and nothing has
    /// heated since.
    fn open(&mut self, log: &LogSays, found: &Opened) {
        if log.generation != self.seen_generation {
            (self.kept_losses, self.seen_generation) = (self.losses.len(), log.generation);
        }
        if found.loss.is_some() {
            self.losses.push(self.now);
            return;
        }
        let remembered = found.boot.history.lost;
        let is_older = |at: u64| remembered.is_none_or(|lost| lost > self.since(at));
        let unkept = self.losses[self.kept_losses..].iter();
        let undone = unkept.rev().take_while(|at| is_older(**at)).count();
        self.losses.truncate(self.losses.len() - undone);
    }
}

/// The log, as far as it is committed.
#[derive(Default)]
struct Log {
    says: LogSays,
    told: std::collections::HashMap<i64, Told>,
}

impl Log {
    fn note(&mut self, keep: &Keep) {
        self.says.generation = keep.generation();
        self.says.rest = keep.rest();
    }
}

/// What the log would be told of a session, each second, and what the session leaves.
fn heat(play: &Play, planned: Span) -> (Vec<Told>, Cem43) {
    let seconds = (planned.as_s() * play.share) as u64;
    let celsius = |s: u64| {
        let c = play.begins_c + play.slope_k_per_s * s as f64;
        Celsius::literal(c.clamp(30.0, 43.0))
    };
    let mut dose = Dose::starting(Moment::START, celsius(0));
    let mut hottest = celsius(0);
    let mut samples = Vec::new();
    for s in 1..=seconds {
        dose.count(Moment::START + Span::from_s(s), Some(celsius(s)));
        hottest = hottest.max(celsius(s));
        let elapsed = Span::from_s(s);
        samples.push(Told { elapsed, dose: dose.total(), hottest: Some(hottest) });
        // HL-H5
        if dose.total() >= limits::SESSION_DOSE_MAX {
            break;
        }
    }
    (samples, dose.total() + cem43(dose.counts_at(), limits::DOSE_TAIL))
}

/// What has to be known of a session that was cut off and whose log has lost its end: all but what came since
/// it was noted last.
fn owed(left: SiteUse, samples: &[Told]) -> SiteUse {
    let hottest = samples.last().and_then(|told| told.hottest).unwrap_or(Celsius::literal(30.0));
    let untold = cem43(hottest + limits::DOSE_GUARD, NOTED_EVERY);
    SiteUse { dose: Cem43::literal((left.dose.get() - untold.get()).max(0.0)), ..left }
}

/// Plays one session; `None` when the life is over.
fn play(
    play: &Play,
    id: i64,
    keep: &mut Keep,
    disk: &Doomed,
    log: &mut Log,
    truth: &mut Truth,
) -> Option<()> {
    let site = Site::ALL[play.site];
    let planned = Span::from_min(play.minutes);
    truth.pass(Span::from_min(play.pause_min));
    log.says.has_sessions = true;
    log.told.insert(id, told(0, 0.0, None));
    keep.reserve(reserve(id, site, planned));
    if disk.save(keep, truth).is_err() {
        log.told.remove(&id);
        keep.release(SessionId(id));
        return (!disk.is_dead()).then_some(());
    }
    // The start is in the log, the newest generation with it.
    log.note(keep);

    let (samples, dose) = heat(play, planned);
    let heated = Span::from_s(samples.len() as u64);
    let left = SiteUse { site, heated, dose, cold: Span::ZERO, tens: Span::ZERO };
    let in_the_log = samples.len().saturating_sub(play.lag_s as usize);
    log.told.extend(samples[..in_the_log].last().map(|told| (id, *told)));
    // The last of all the notings; each has been in the log before.
    let noted = samples[..in_the_log / 60 * 60].last().copied().unwrap_or(told(0, 0.0, None));
    truth.pass(noted.elapsed);
    keep.note(SessionId(id), noted.elapsed, noted.dose);
    let is_noted = disk.save_at_last(keep, truth).is_some();
    truth.pass(heated.saturating_sub(noted.elapsed));
    let operations = 1 + u32::try_from(samples.len() / 20).unwrap();
    truth.operations += operations;
    if play.killed && is_noted && play.log_loses_s > 0 {
        let is_left = in_the_log.saturating_sub(play.log_loses_s as usize);
        let last = samples[..is_left].last().copied().unwrap_or(told(0, 0.0, None));
        log.told.insert(id, last);
        truth.left.push((truth.now - NOTED_EVERY.as_ms(), owed(left, &samples)));
        return None;
    }
    truth.left.push((truth.now, left));
    if play.killed || !is_noted {
        return None;
    }
    // The engine's part: what it knew, and this session.
    let mut boot = keep.content.boot.clone();
    age(&mut boot, truth.stamp().passed_since(&keep.content.as_of));
    let far = Moment::START + limits::DAY + limits::DAY;
    let mut ledger = Ledger::new(&boot.history, far);
    ledger.enter(far, left);
    boot.history = ledger.history(far);
    boot.relay_operations += operations;
    keep.remember(&boot, truth.stamp());
    keep.release(SessionId(id));
    disk.save_at_last(keep, truth)?;
    log.note(keep);
    Some(())
}

/// Whatever is remembered is at least what happened, over several times.
fn check(boot: &Boot, truth: &Truth) -> Result<(), TestCaseError> {
    let lost_at = truth.losses.last().copied();
    let since_loss = lost_at.map(|at| truth.since(at));
    if since_loss.is_some_and(|since| since < limits::DAY) {
        let lost = boot.history.lost.expect("a loss is remembered");
        prop_assert!(Some(lost) <= since_loss, "{lost:?} is more than {since_loss:?}");
    }
    for horizon in [HOUR, Span::from_min(6 * 60), limits::DAY] {
        for site in Site::ALL {
            let really = truth
                .left
                .iter()
                .filter(|(at, left)| left.site == *site && truth.since(*at) < horizon)
                .filter(|(at, _)| lost_at.is_none_or(|lost_at| *at >= lost_at));
            let really = really.fold(Cem43::ZERO, |sum, (_, left)| sum + left.dose);
            let uses = boot.history.uses.iter();
            let uses = uses.filter(|past| past.used.site == *site && past.age < horizon);
            let known = uses.fold(Cem43::ZERO, |sum, past| sum + past.used.dose);
            prop_assert!(
                known.get() >= really.get() - 1e-9,
                "{site}, {horizon:?}: {known:?} is less than {really:?}; {:?}",
                boot.history
            );
        }
    }
    prop_assert!(lost_at.is_some() || boot.relay_operations >= truth.operations);
    Ok(())
}

fn do_harm(harm: Harm, path: &Path, log: &Log, copies: &[Vec<u8>]) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
    let harmed = match harm {
        Harm::None => return false,
        Harm::Flip(bit) => {
            let mut bytes = bytes;
            let bit = bit % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        }
        Harm::Cut(length) => bytes[..length % bytes.len()].to_vec(),
        Harm::Gone => {
            fs::remove_file(path).unwrap();
            return log.says.generation > 0 || log.says.has_sessions;
        }
        Harm::OlderCopy => {
            let is_older =
                |copy: &&Vec<u8>| Sealed::parse(copy).unwrap().generation < log.says.generation;
            let Some(copy) = copies.iter().rev().find(is_older) else { return false };
            copy.clone()
        }
    };
    fs::write(path, harmed).unwrap();
    true
}

fn live_through(lives: &[Life]) -> Result<(), TestCaseError> {
    let folder = folder();
    let path = folder.path().join("keep");
    let clock = WallClock::Right;
    let (left, now, booted_at) = (Vec::new(), 1_000_000_000, 999_000_000);
    let (operations, losses, kept_losses, seen_generation) = (0, Vec::new(), 0, 0);
    let mut truth = Truth {
        now,
        boot: 0,
        booted_at,
        clock,
        left,
        operations,
        losses,
        kept_losses,
        seen_generation,
    };
    let (mut log, mut copies, mut id) = (Log::default(), Vec::new(), 0);
    // Somebody has once seen the right time: a clock that was wrong from the first cannot be told.
    let disk = Doomed(Arc::default());
    let mut first = opened(&path, truth.stamp(), log.says, None).keep;
    first.save(truth.stamp()).expect("saved");
    log.note(&first);
    for life in lives {
        if life.machine_restarts {
            truth.pass(Span::from_min(life.off_min));
            truth.booted_at = truth.now;
            truth.boot += 1;
            truth.clock = life.clock;
        }
        truth.pass(Span::from_s(20));
        let harmed = do_harm(life.harm, &path, &log, &copies);
        // The next daemon finds the names as the last one left them.
        let unsynced = disk.0.lock().unwrap().unsynced.take();
        *disk.0.lock().unwrap() = Fate::default();
        let told = |reserved: &Reserved| Ok::<_, Refused>(log.told.get(&reserved.id.0).copied());
        let opened =
            Keep::open_on(Box::new(disk.clone()), &path, truth.stamp(), log.says, |it| it, told);
        let Ok(opened) = opened else { panic!("refused") };
        prop_assert!(opened.loss.is_some() >= harmed, "the harm went unnoticed");
        truth.open(&log.says, &opened);
        let Opened { mut keep, boot, .. } = opened;
        check(&boot, &truth)?;
        let Life { dies_after, arrive, fails_after, full, .. } = *life;
        *disk.0.lock().unwrap() = Fate { dies_after, arrive, fails_after, full: false, unsynced };
        if keep.save(truth.stamp()).is_ok() {
            log.note(&keep);
            disk.0.lock().unwrap().full = full;
        }
        for it in &life.plays {
            id += 1;
            if disk.is_dead() || play(it, id, &mut keep, &disk, &mut log, &mut truth).is_none() {
                break;
            }
            copies.extend(fs::read(&path).ok().filter(|bytes| Sealed::parse(bytes).is_ok()));
        }
    }
    Ok(())
}

fn any_play() -> impl Strategy<Value = Play> {
    let curve = (1..=30u64, 30.0..38.0, -0.05..0.25, 0.0..=1.0);
    let log = (0..=8u64, prop_oneof![Just(0), 0..200u64, 0..1800u64]);
    (0..3usize, curve, 0..8u8, log, 0..400u64).prop_map(|(site, curve, killed, log, pause_min)| {
        let (minutes, begins_c, slope_k_per_s, share) = curve;
        let (killed, (lag_s, log_loses_s)) = (killed == 0, log);
        Play {
            site,
            minutes,
            begins_c,
            slope_k_per_s,
            share,
            killed,
            lag_s,
            log_loses_s,
            pause_min,
        }
    })
}

fn any_life() -> impl Strategy<Value = Life> {
    let harm = prop_oneof![
        12 => Just(Harm::None),
        1 => any::<usize>().prop_map(Harm::Flip),
        1 => any::<usize>().prop_map(Harm::Cut),
        1 => Just(Harm::Gone),
        1 => Just(Harm::OlderCopy),
    ];
    let clock =
        prop_oneof![Just(WallClock::Right), Just(WallClock::Unknown), Just(WallClock::SetBack)];
    let dies_after = prop::option::weighted(0.5, 1..40u32);
    let fails_after = prop::option::weighted(0.3, 1..40u32);
    let disk = (dies_after, 0..20_000usize, fails_after, any::<bool>());
    let plays = prop::collection::vec(any_play(), 0..5);
    (harm, any::<bool>(), 0..2000u64, clock, disk, plays).prop_map(
        |(harm, machine_restarts, off_min, clock, disk, plays)| {
            let (dies_after, arrive, fails_after, full) = disk;
            Life {
                harm,
                machine_restarts,
                off_min,
                clock,
                dies_after,
                arrive,
                fails_after,
                full,
                plays,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn hl_s8_no_life_however_it_ends_makes_a_dose_smaller_or_older(
        lives in prop::collection::vec(any_life(), 1..8),
    ) {
        live_through(&lives)?;
    }
}

fn life(harm: Harm, dies_after: Option<u32>, fails_after: Option<u32>, plays: Vec<Play>) -> Life {
    let (machine_restarts, off_min, clock, arrive, full) = (false, 0, WallClock::Right, 0, false);
    Life { harm, machine_restarts, off_min, clock, dies_after, arrive, fails_after, full, plays }
}

#[test]
fn hl_s8_a_second_loss_that_a_crash_takes_back_forgets_nothing() {
    let play = Play {
        site: 0,
        minutes: 10,
        begins_c: 37.0,
        slope_k_per_s: 0.1,
        share: 1.0,
        killed: false,
        lag_s: 0,
        log_loses_s: 0,
        pause_min: 0,
    };
    for first in [Harm::None, Harm::Gone] {
        for (fails, plays) in (1..25).flat_map(|fails| (1..4).map(move |plays| (fails, plays))) {
            let lives = [
                life(first, None, Some(fails), vec![play.clone(); plays]),
                life(Harm::Gone, Some(1), None, Vec::new()),
                life(Harm::None, None, None, Vec::new()),
            ];
            let lived = live_through(&lives);
            assert!(lived.is_ok(), "{first:?}, step {fails}, {plays} sessions: {lived:?}");
        }
    }
}
