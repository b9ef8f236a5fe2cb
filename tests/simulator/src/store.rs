//! The session log as the daemon has it, in virtual time: what is committed survives, nothing else.
//!
//! A record is on its way for a while, and a kill loses what is. What a new daemon is booted from is
//! made here, from committed records alone.

use std::collections::VecDeque;

use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::cold::PackLeft;
use soothe_therapy::dose::cem43;
use soothe_therapy::ledger::{History, PastUse, SiteUse};
use soothe_therapy::session::Prompt;
use soothe_therapy::{
    Boot, Celsius, Cem43, Event, Fault, FaultKind, Heater, Moment, Outcome, Output, PhaseLimit,
    Profile, ProfileChoice, SessionId, Site, Span, TunedPad, limits,
};

use crate::chance::{Chance, Stream};
use crate::clock::WallMs;

/// How well the store works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// A commit takes no time: for stories that are not about the store.
    Instant,
    /// A commit takes some milliseconds.
    Well,
    /// A commit takes up to this long.
    Slow(Span),
    /// No commit succeeds: the disk is full, or gone.
    Failing,
}

/// What is written.
#[derive(Clone, Copy, Debug)]
enum Record {
    Event(Event),
    Sample(Running),
    Operations(u32),
}

/// A session without an end, as last sampled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    id: SessionId,
    site: Site,
    heated: Span,
    dose: Cem43,
    cold: Span,
    tens: Span,
    counts_at: Celsius,
}

/// What is on the disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    pub(crate) latched: Option<Fault>,
    running: Option<Running>,
    pub(crate) interrupted: Option<SessionId>,
    /// What was given, the oldest first; no more than a ledger can hold.
    pub(crate) uses: Vec<(WallMs, SiteUse)>,
    pub(crate) answers: Option<(WallMs, Answers)>,
    pub(crate) operations: u32,
    pub(crate) profile: Profile,
    /// When a record before this one was found to be lost.
    pub(crate) lost: Option<WallMs>,
    /// The session that runs has asked for a cold pack, which may lie there since.
    pack_asked: bool,
    /// One was said to lie on the skin.
    pack_on: bool,
    /// What a session that ended then left on the skin.
    pack_left: Option<(WallMs, Site)>,
    unreadable: bool,
}

/// The store.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    health: Health,
    failed: bool,
    disk: Disk,
    on_its_way: VecDeque<(Moment, Record)>,
    next_sample: Moment,
    chance: Chance,
    /// What is known of the heater: it stands in a file of its own.
    heater: Heater,
}

impl Store {
    /// An empty store that works.
    pub(crate) fn new(seed: u64) -> Self {
        Self::holding(Disk::default(), Health::Well, seed)
    }

    /// A store with something on its disk.
    pub(crate) fn holding(disk: Disk, health: Health, seed: u64) -> Self {
        Self {
            health,
            failed: false,
            disk,
            on_its_way: VecDeque::new(),
            next_sample: Moment::START,
            chance: Chance::new(seed, Stream::Host),
            heater: Heater::default(),
        }
    }

    /// The same with this heater.
    pub(crate) fn with_heater(self, heater: Heater) -> Self {
        Self { heater, ..self }
    }

    /// What is known of the heater.
    pub(crate) fn heater(&self) -> Heater {
        self.heater
    }

    /// Sets how well it works.
    pub(crate) fn set_health(&mut self, health: Health) {
        self.health = health;
    }

    /// Nothing on the disk can be read any more; the next daemon finds out.
    pub(crate) fn lose(&mut self) {
        self.disk.unreadable = true;
    }

    /// A commit failed since the last that did not.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// How long the next commit takes; none when it will fail.
    pub(crate) fn commit_takes(&mut self) -> Option<Span> {
        match self.health {
            Health::Instant => Some(Span::ZERO),
            Health::Well => Some(Span::from_ms(self.chance.whole(3, 60))),
            Health::Slow(longest) => Some(self.chance.span(Span::from_ms(100), longest)),
            Health::Failing => None,
        }
    }

    /// Takes what a step has brought; samples of a running session once a second.
    pub(crate) fn take(&mut self, now: Moment, output: &Output) {
        for event in &output.events {
            let counted = matches!(event, Event::Ended(_));
            self.write(now, Record::Event(*event));
            if counted {
                self.write(now, Record::Operations(output.snapshot.relay_operations));
            }
        }
        let Some(view) = output.snapshot.session else { return };
        if now >= self.next_sample {
            self.next_sample = now + Span::from_s(1);
            let at = output.snapshot.hottest.unwrap_or(limits::CONTACT_OFF);
            self.write(
                now,
                Record::Sample(Running {
                    id: view.id,
                    site: view.plan.site,
                    heated: view.elapsed,
                    dose: view.dose,
                    cold: view.cold,
                    tens: view.tens,
                    counts_at: at + limits::DOSE_GUARD,
                }),
            );
        }
    }

    fn write(&mut self, now: Moment, record: Record) {
        // Records are committed in order.
        let earliest = self.on_its_way.back().map_or(now, |(due, _)| now.max(*due));
        let due = self.commit_takes().map_or(earliest, |takes| earliest.max(now + takes));
        self.on_its_way.push_back((due, record));
    }

    /// Commits what is due; `wall` is what the wall clock shows. What fails is tried again.
    pub(crate) fn commit(&mut self, now: Moment, wall: WallMs) {
        while let Some((due, record)) = self.on_its_way.front().copied() {
            if due > now {
                break;
            }
            if self.health == Health::Failing {
                self.failed = true;
                return;
            }
            self.on_its_way.pop_front();
            self.keep_pad(&record);
            self.disk.commit(record, wall);
        }
        self.failed &= self.health == Health::Failing;
    }

    fn keep_pad(&mut self, record: &Record) {
        if let Record::Event(Event::Tuned { found, .. }) = record {
            self.heater.tuned = Some(TunedPad::of(found.model).proven(true));
        } else if let Record::Event(Event::Refined { pad, .. }) = record {
            self.heater.tuned = Some(*pad);
        }
    }

    /// The fault that is on the disk: once people could have heard of it, it must not be forgotten.
    pub(crate) fn latched(&self) -> Option<Fault> {
        self.disk.latched
    }

    /// The profile that is on the disk.
    pub(crate) fn profile(&self) -> Profile {
        self.disk.profile
    }

    /// The power went, or the daemon: what was on its way is lost. What a new one is told of the rest.
    pub(crate) fn boot(&mut self, now: Moment, wall: WallMs) -> Boot {
        self.on_its_way.clear();
        self.next_sample = now;
        self.failed = self.health == Health::Failing;
        Boot { heater: self.heater, ..self.disk.boot(wall) }
    }
}

impl Disk {
    /// That of a device that someone has made ready: the check-list is answered with no.
    pub(crate) fn answered(at: WallMs) -> Self {
        Self { answers: Some((at, Answers::NONE)), ..Self::default() }
    }

    fn commit(&mut self, record: Record, wall: WallMs) {
        match record {
            Record::Sample(running) => self.running = Some(running),
            Record::Operations(operations) => self.operations = operations,
            Record::Event(event) => self.commit_event(event, wall),
        }
    }

    fn commit_event(&mut self, event: Event, wall: WallMs) {
        match event {
            Event::Started { id, plan } => {
                self.running = Some(Running {
                    id,
                    site: plan.site,
                    heated: Span::ZERO,
                    dose: Cem43::ZERO,
                    cold: Span::ZERO,
                    tens: Span::ZERO,
                    counts_at: limits::START_CONTACT_MAX,
                });
            }
            Event::Ended(ended) => {
                self.running = None;
                self.uses.push((wall, ended.left));
                let lies = self.pack_on || ended.outcome == Outcome::Limit(PhaseLimit::Freezing);
                self.pack_left = lies.then_some((wall, ended.left.site));
                (self.pack_asked, self.pack_on) = (false, false);
            }
            Event::Asked { prompt: Prompt::PackOn, .. } => self.pack_asked = true,
            Event::Confirmed { prompt: Prompt::PackOn, .. } => self.pack_on = true,
            Event::Confirmed { prompt: Prompt::PackOff, .. } => self.pack_on = false,
            Event::Latched(fault) => self.latched = Some(fault),
            Event::Cleared(_) => self.latched = None,
            Event::Acknowledged { .. } => self.interrupted = None,
            Event::Answered(answers) => self.answers = Some((wall, answers)),
            Event::LossForgotten => self.lost = None,
            Event::PackOff(used) => {
                self.pack_left = None;
                self.uses.push((wall, used));
            }
            Event::ProfileChosen(profile) => self.profile = profile,
            Event::Proved { .. }
            | Event::TargetReached { .. }
            | Event::Misfits { .. }
            | Event::AskedForSign { .. }
            | Event::PhaseBegan { .. }
            | Event::Asked { .. }
            | Event::Confirmed { .. }
            | Event::Numb { .. }
            | Event::Level { .. }
            | Event::LevelZeroed { .. }
            | Event::ElectrodesOff { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Skin { .. }
            | Event::Present { .. }
            | Event::Tuned { .. }
            | Event::NotTuned { .. }
            | Event::Refined { .. }
            | Event::PadChosen { .. }
            | Event::Felt { .. }
            | Event::SiteLocked { .. }
            | Event::SiteSettled { .. }
            | Event::RedFlagsAnswered(_)
            | Event::Refused(_) => {}
        }
    }

    /// A session without an end was interrupted, and what it gave counts.
    fn boot(&mut self, wall: WallMs) -> Boot {
        if self.unreadable {
            let latched = Some(Fault { kind: FaultKind::RecordLost, reading: None });
            // What was chosen is in the log as well.
            let profile = self.profile;
            *self = Self { latched, lost: Some(wall), profile, ..Self::default() };
        }
        if let Some(running) = self.running.take() {
            self.interrupted = Some(running.id);
            let tail = cem43(running.counts_at, limits::DOSE_TAIL);
            let Running { site, heated, dose, cold, tens, .. } = running;
            // Nobody knows whether a pack that lay there still does.
            if self.pack_asked {
                self.pack_left = Some((wall, site));
            }
            (self.pack_asked, self.pack_on) = (false, false);
            self.uses.push((wall, SiteUse { site, heated, dose: dose + tail, cold, tens }));
        }
        let age = |then: WallMs| Span::from_ms((wall - then).max(0) as u64);
        self.uses.retain(|(then, _)| age(*then) < limits::DAY);
        let mut history = History { lost: self.lost.map(age), ..History::default() };
        for (then, used) in &self.uses {
            history.uses.push(PastUse { used: *used, age: age(*then) });
        }
        Boot {
            latched: self.latched,
            interrupted: self.interrupted,
            history,
            checklist: self.answers.map(|(then, answers)| PastAnswers { answers, age: age(then) }),
            relay_operations: self.operations,
            pack_left: self.pack_left.map(|(then, site)| PackLeft { site, age: age(then) }),
            profile: ProfileChoice { chosen: self.profile, fixed: None },
            ..Boot::default()
        }
    }
}
