//! What must never be forgotten, in one small sealed file beside the log (HL-S8): a latched fault, what
//! each site got, the sessions that may be heating, the answers to the check-list, the profile, the relay's count.
//!
//! It is written before anyone is told, and before a session heats: that session then counts with all
//! that it may leave, until it is known what it left. A file that is damaged, gone or an older copy is
//! never guessed at: every site counts as full for a day, or until a person decides.
//!
//! It takes the same room each time, and has it before it is needed: a full disk does not keep a fault from
//! being kept. It belongs to the journal's writer; the control thread never waits for it.

mod content;
mod file;
mod settle;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use soothe_therapy::ledger::History;
use soothe_therapy::pain::care::PastCare;
use soothe_therapy::{
    Boot, Celsius, Cem43, Fault, FaultKind, Profile, ProfileChoice, SessionId, Span,
};

pub(crate) use content::{Reserved, age};
pub(crate) use settle::whole_session;

use crate::clock::{Clock, Stamp};
use content::{Content, age_where};
use file::{Broken, Disk, RealDisk, Sealed};
use settle::settle;

/// How long a session may have heated after its last sample on disk: one comes each second and is
/// written within another, a disk that has not answered for 5 s ends the session, and two writings may
/// come before it.
pub(crate) const UNTOLD_MAX: Span = Span::from_s(15);

/// While a session heats, how far it has come is noted this often, for the sake of the disk.
const NOTED_EVERY: Span = Span::from_min(1);

/// What the log knows of what is kept, to find out whether the file is the newest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogSays {
    /// The newest generation of the file that it has seen.
    pub(crate) generation: u64,
    /// There were sessions.
    pub(crate) has_sessions: bool,
    /// A fault that was not cleared.
    pub(crate) latched: Option<Fault>,
    /// What pain and signs of an emergency forbid.
    pub(crate) care: PastCare,
    /// What is left of the file when it is lost.
    pub(crate) rest: Rest,
}

/// What the log has of the file besides its generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    /// The relay's operations.
    pub(crate) relay_operations: u32,
    /// The profile that a person chose.
    pub(crate) chosen: Profile,
    /// The latest that the wall clock is known to have shown.
    pub(crate) seen_unix_ms: i64,
}

/// What the log's last sample tells of a session that was cut off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// How long it had run.
    pub(crate) elapsed: Span,
    /// What the skin had got.
    pub(crate) dose: Cem43,
    /// The hottest contact reading until then; none before the first sample.
    pub(crate) hottest: Option<Celsius>,
}

impl Told {
    /// Whether it is all that the log once had: it had what was noted.
    fn has(&self, noted: &Reserved) -> bool {
        self.elapsed >= noted.ran && self.dose >= noted.dose
    }
}

/// Why what was kept is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// In a few words.
    pub(crate) why: String,
    /// Where the file is now, for whoever wants to look.
    pub(crate) aside: Option<PathBuf>,
}

/// Why it cannot be opened at all.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It may not be read.
    Disk(io::Error),
    /// Another version has written it; what is unknown of it.
    Unknown(String),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// What is kept, and the file that has it.
pub(crate) struct Keep {
    path: PathBuf,
    disk: Box<dyn Disk>,
    generation: u64,
    content: Content,
    /// The file does not have all of the content.
    changed: bool,
    gap: Option<Gap>,
}

/// A time of unknown length before the machine's start, until its clock is right.
#[derive(Debug)]
struct Gap {
    /// When the file was written before it.
    since: Stamp,
    /// When it was read.
    found: Stamp,
    /// What was counted for it then.
    counted: Span,
    /// What of it must not be counted, for sessions that were cut off within it.
    heated: Span,
}

/// What comes of opening it.
pub(crate) struct Opened {
    pub(crate) keep: Keep,
    /// What is remembered; of the interrupted only sessions that the log does not know.
    pub(crate) boot: Boot,
    /// What was kept is lost.
    pub(crate) loss: Option<Loss>,
}

impl Keep {
    /// Reads the file and counts what may have heated when the last daemon died; it is yet to be saved.
    /// `told` is asked what the log has of a session; none when it has none such.
    ///
    /// # Errors
    /// When the file may not be read, or another version has written it; and what `told` says.
    pub(crate) fn open<E>(
        path: &Path,
        now: Stamp,
        log: LogSays,
        refuse: impl Fn(Refused) -> E,
        told: impl FnMut(&Reserved) -> Result<Option<Told>, E>,
    ) -> Result<Opened, E> {
        Self::open_on(Box::new(RealDisk), path, now, log, refuse, told)
    }

    fn open_on<E>(
        disk: Box<dyn Disk>,
        path: &Path,
        now: Stamp,
        log: LogSays,
        refuse: impl Fn(Refused) -> E,
        mut told: impl FnMut(&Reserved) -> Result<Option<Told>, E>,
    ) -> Result<Opened, E> {
        let (generation, content, loss) = match load(path, &log).map_err(&refuse)? {
            Found::Nothing => (0, nothing(&now), None),
            Found::Kept(generation, content) => (generation, *content, None),
            Found::Lost(loss) => (log.generation, lost(&now, &log), Some(loss)),
        };
        let (path, changed) = (path.to_owned(), true);
        let mut keep = Self { path, disk, generation, content, changed, gap: None };
        let since = keep.content.as_of.clone();
        let counted = now.passed_since(&since);
        keep.content.age_to(now.clone());
        let mut heated = Span::ZERO;
        for reserved in std::mem::take(&mut keep.content.reserved) {
            let told = told(&reserved)?.filter(|told| told.has(&reserved));
            if told.is_none() {
                keep.content.cut_off = Some(reserved);
            }
            heated = heated.max(settle(&mut keep.content.boot, &reserved, told, counted));
        }
        if since.wall_unix_ms.is_some() && keep.waits_for_clock() {
            keep.gap = Some(Gap { since, found: now, counted, heated });
        }
        let interrupted = keep.content.cut_off.map(|reserved| reserved.id);
        let boot = Boot { interrupted, ..keep.content.boot.clone() };
        Ok(Opened { keep, boot, loss })
    }

    /// Counts the writings of the file.
    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    /// What the log is to have of it.
    pub(crate) const fn rest(&self) -> Rest {
        let Content { boot, seen_unix_ms, .. } = &self.content;
        let (relay_operations, chosen) = (boot.relay_operations, boot.profile.chosen);
        Rest { relay_operations, chosen, seen_unix_ms: *seen_unix_ms }
    }

    /// HL-S7: whether what a person had said to the check-list was lost, and nobody has answered since.
    pub(crate) const fn answers_lost(&self) -> bool {
        self.content.answers_lost
    }

    /// Whether there is something that the disk does not have.
    pub(crate) const fn has_changed(&self) -> bool {
        self.changed
    }

    /// HL-S6: a session that was cut off, that the log does not have and that nobody has looked at.
    pub(crate) const fn cut_off(&self) -> Option<Reserved> {
        self.content.cut_off
    }

    /// A person has looked at what was cut off.
    pub(crate) fn acknowledge(&mut self) {
        self.changed |= self.content.cut_off.take().is_some();
    }

    /// A session may heat from now on.
    pub(crate) fn reserve(&mut self, reserved: Reserved) {
        self.content.reserved.push(reserved);
        self.changed = true;
    }

    /// The log has that the session came so far: one that tells less some day has been shortened.
    pub(crate) fn note(&mut self, id: SessionId, ran: Span, dose: Cem43) {
        let mut reserved = self.content.reserved.iter_mut();
        let Some(noted) = reserved.find(|reserved| reserved.id == id) else { return };
        if ran >= noted.ran + NOTED_EVERY {
            (noted.ran, noted.dose) = (ran, dose);
            self.changed = true;
        }
    }

    /// The sessions that may be heating.
    pub(crate) fn reserved(&self) -> Vec<SessionId> {
        self.content.reserved.iter().map(|reserved| reserved.id).collect()
    }

    /// It is known what the session left, or that it never began.
    pub(crate) fn release(&mut self, id: SessionId) {
        let before = self.content.reserved.len();
        self.content.reserved.retain(|reserved| reserved.id != id);
        self.changed |= self.content.reserved.len() != before;
    }

    /// What a new engine must know from now on.
    pub(crate) fn remember(&mut self, boot: &Boot, now: Stamp) {
        self.content.age_to(now);
        self.content.boot = Boot { interrupted: None, ..boot.clone() };
        self.content.answers_lost &= boot.checklist.is_none();
        self.changed = true;
    }

    /// Whether the machine does not know the time yet.
    pub(crate) const fn waits_for_clock(&self) -> bool {
        self.content.as_of.wall_unix_ms.is_none()
    }

    /// The machine's clock is right by now: how much longer ago everything is than it seemed that was
    /// there when the file was read. What came since is as old as it seems.
    pub(crate) fn learn_clock(&mut self, now: Stamp) -> Span {
        self.changed = true;
        let Some(gap) = self.gap.take() else {
            self.content.age_to(now);
            return Span::ZERO;
        };
        let since_found = now.passed_since(&gap.found);
        let seemed = gap.counted.max(gap.heated) + since_found;
        let more = now.passed_since(&gap.since).saturating_sub(seemed);
        self.content.age_to(now);
        age_where(&mut self.content.boot, since_found, more);
        more
    }

    /// Brings to disk what is not there yet. After an error it is tried again with the next call.
    pub(crate) fn save(&mut self, now: Stamp) -> io::Result<()> {
        if !self.changed {
            return Ok(());
        }
        self.content.age_to(now);
        // Whatever comes of it: two files of one generation must not differ.
        self.generation += 1;
        let sealed = Sealed { generation: self.generation, body: self.content.text() };
        file::replace(self.disk.as_mut(), &self.path, sealed)?;
        self.changed = false;
        Ok(())
    }
}

/// What a new engine would be told of a file that keeps doses and faults, at `path` beside a log that has
/// seen its writing number `generation` and no session that may be heating. A file that is not believed is
/// set aside. It is the door for whoever harms the file on purpose; a daemon opens it with its log.
///
/// # Errors
/// When it may not be read, or another version has written it, in a few words.
pub fn kept_boot(path: &Path, clock: Clock, generation: u64) -> Result<Boot, String> {
    let log = LogSays { generation, has_sessions: true, ..LogSays::default() };
    let refuse = |refused| match refused {
        Refused::Disk(error) => error.to_string(),
        Refused::Unknown(what) => what,
    };
    Keep::open(path, clock.stamp(), log, refuse, |_| Ok(None)).map(|opened| opened.boot)
}

/// What was found at the file's place.
enum Found {
    Nothing,
    Kept(u64, Box<Content>),
    Lost(Loss),
}

fn load(path: &Path, log: &LogSays) -> Result<Found, Refused> {
    let lost = |why: &str| {
        let aside = file::set_aside(path).ok();
        Ok(Found::Lost(Loss { why: why.to_owned(), aside }))
    };
    let bytes = match file::read(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) if log.generation == 0 && !log.has_sessions => return Ok(Found::Nothing),
        Ok(None) => return lost("it is gone"),
        // Whoever started this daemon can do something about it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error.into()),
        Err(error) => return lost(&format!("it cannot be read: {error}")),
    };
    match Sealed::parse(&bytes) {
        Err(Broken::Damaged) => lost("it is damaged"),
        Err(Broken::Newer(version)) => Err(Refused::Unknown(format!("version {version}"))),
        Ok(sealed) if sealed.generation < log.generation => lost("it is an older copy"),
        Ok(Sealed { generation, body }) => {
            let content = Content::parse(&body).map_err(Refused::Unknown)?;
            Ok(Found::Kept(generation, Box::new(content)))
        }
    }
}

fn nothing(now: &Stamp) -> Content {
    let (as_of, boot, reserved) = (now.clone(), Boot::default(), Vec::new());
    Content { as_of, seen_unix_ms: 0, boot, answers_lost: false, cut_off: None, reserved }
}

/// HL-S8: nobody knows what the sites got. The check-list is asked anew; the profile is what the log has: none is
/// the strictest in everything, so another one would treat a person in a way that nobody chose.
fn lost(now: &Stamp, log: &LogSays) -> Content {
    let unreadable = Fault { kind: FaultKind::RecordLost, reading: None };
    let boot = Boot {
        latched: Some(log.latched.unwrap_or(unreadable)),
        history: History { lost: Some(Span::ZERO), ..History::default() },
        care: log.care,
        relay_operations: log.rest.relay_operations,
        profile: ProfileChoice { chosen: log.rest.chosen, fixed: None },
        ..Boot::default()
    };
    let seen_unix_ms = log.rest.seen_unix_ms;
    Content { boot, answers_lost: true, seen_unix_ms, ..nothing(now) }
}
