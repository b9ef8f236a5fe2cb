//! The observer of a life: runs every invariant, counts, and writes the story down if it is asked to.

use soothe_therapy::session::SessionView;
use soothe_therapy::tens::{Interruption, NotRaised};
use soothe_therapy::{Event, Misfit, Moment, Outcome, Phase, Profile, Refusal, Rule, Span};

use crate::history::{History, Watched, dose};
use crate::invariants::{OF_MOMENTS, OF_STEPS, Step};
use crate::onset::Watch;
use crate::options::Mode;
use crate::person::Shown;
use crate::story::{self, Story};
use crate::tally::Tally;
use crate::trouble::{Kind, Trouble};
use crate::world::{Cycle, Seen};

/// What did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The name of the invariant, or what else was expected.
    pub name: &'static str,
    /// What was seen.
    pub text: String,
    /// When, in true time.
    pub at: Moment,
}

/// The observer.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) history: History,
    pub(crate) shown: Shown,
    pub(crate) tally: Tally,
    /// The first thing that did not hold; nothing is looked at after it.
    pub(crate) failure: Option<Failure>,
    /// The life so far, when it is to be told.
    pub(crate) story: Option<Story>,
    watch: Option<Watch>,
    /// Something was done to the pad in this session.
    touched: bool,
    /// What was done to it last, and when it was said after that that the pad is not as before.
    trouble: Option<(Kind, Option<Moment>)>,
    /// The daemon knows another pad.
    foreign: bool,
    mode: Mode,
    seed: u64,
    sense_lines: bool,
    next_second: Moment,
    surface_dose: f64,
    boots: u32,
}

impl Judge {
    pub(crate) fn new(mode: Mode, seed: u64, sense_lines: bool, foreign: bool) -> Self {
        Self {
            history: History::default(),
            shown: Shown::default(),
            tally: Tally::default(),
            failure: None,
            story: None,
            watch: None,
            touched: false,
            trouble: None,
            foreign,
            mode,
            seed,
            sense_lines,
            next_second: Moment::START,
            surface_dose: 0.0,
            boots: 1,
        }
    }

    /// The same for an observer who writes down what happens.
    pub(crate) fn telling(self, story: Option<Story>) -> Self {
        Self { story, ..self }
    }

    /// The same for an observer who comes at `now` and knows this.
    pub(crate) fn knowing(self, now: Moment, history: History) -> Self {
        Self { history, next_second: now, ..self }
    }

    /// A trouble begins.
    pub(crate) fn begin(&mut self, now: Moment, kind: Option<Kind>, trouble: Trouble) {
        self.tell(now, || format!("> {}", story::trouble(trouble)));
        self.touched = true;
        if let Some(kind) = kind {
            self.tally.inject(kind);
            self.trouble = Some((kind, None));
            if self.mode.is_measured() {
                let is_on = self.history.session.is_some();
                self.watch = Watch::new(kind, trouble, now, is_on);
            }
        }
    }

    /// A trouble is over.
    pub(crate) fn end(&mut self, now: Moment, trouble: Trouble) {
        (self.watch, self.trouble) = (None, None);
        self.tell(now, || format!("> that is over: {}", story::trouble(trouble)));
    }

    /// Everything is healed.
    pub(crate) fn heal(&mut self, now: Moment) {
        (self.watch, self.trouble) = (None, None);
        self.tell(now, || "> everything is put right".to_owned());
    }

    /// Something else than an invariant was expected and did not come.
    pub(crate) fn fail(&mut self, now: Moment, name: &'static str, text: String) {
        self.tell(now, || format!("= BROKEN {name}: {text}"));
        self.failure.get_or_insert(Failure { name, text, at: now });
    }

    /// The warmest that the skin side ever was.
    pub(crate) fn hottest_c(&self) -> f64 {
        self.tally.skin(self.sense_lines).hottest.0
    }

    /// Sees one moment.
    pub(crate) fn see(&mut self, seen: &Seen<'_>) {
        if self.failure.is_some() {
            return;
        }
        if let Some(story) = &mut self.story {
            story.surface(seen.truth.surface.get());
        }
        self.history.note(seen);
        self.look_at_moment(seen);
        if let Some(cycle) = seen.cycle {
            self.look_at_step(seen, cycle);
            self.count(seen, cycle);
            self.shown.look(cycle);
        }
        if seen.now >= self.next_second {
            self.look_at_skin(seen);
        }
        if let Some(found) = self.watch.as_mut().and_then(|it| it.look(seen, &self.history)) {
            self.tally.find(found, self.sense_lines);
            self.watch = None;
            self.tell(seen.now, || format!("= {}", story::found(found)));
        }
        self.history.close(seen);
    }

    fn look_at_moment(&mut self, seen: &Seen<'_>) {
        for (name, invariant) in OF_MOMENTS {
            if let Err(text) = invariant(seen, &self.history) {
                self.fail(seen.now, name, text);
            }
        }
    }

    fn look_at_step(&mut self, seen: &Seen<'_>, cycle: &Cycle<'_>) {
        let step = Step { now: seen.now, plant: seen.plant, cycle, history: &self.history };
        let broken = OF_STEPS
            .iter()
            .find_map(|(name, invariant)| invariant(&step).err().map(|text| (*name, text)));
        if let Some((name, text)) = broken {
            self.fail(seen.now, name, text);
        }
    }

    /// Once a second: what the skin truly gets. The thermal figures hold for single faults alone.
    fn look_at_skin(&mut self, seen: &Seen<'_>) {
        let passed = seen.now.since(self.next_second) + Span::from_s(1);
        self.next_second = seen.now + Span::from_s(1);
        let surface = seen.truth.surface.get();
        if surface > 35.0 {
            self.surface_dose += dose(surface, passed.as_s());
        }
        let skin = self.tally.skin_mut(self.sense_lines);
        if surface > skin.hottest.0 {
            skin.hottest = (surface, self.seed);
        }
        if self.surface_dose > skin.dose.0 {
            skin.dose = (self.surface_dose, self.seed);
        }
        if self.mode == Mode::Swarm {
            return;
        }
        let most = if self.sense_lines { 44.0 } else { 45.0 };
        if surface >= most {
            self.fail(seen.now, "thermal_surface", format!("the surface is at {surface:.2} °C"));
        }
        if self.surface_dose >= 10.0 {
            let text = format!("the skin got {:.2} CEM43", self.surface_dose);
            self.fail(seen.now, "thermal_dose", text);
        }
    }

    fn count(&mut self, seen: &Seen<'_>, cycle: &Cycle<'_>) {
        if seen.host.boots() != self.boots {
            self.boots = seen.host.boots();
            self.tally.restarts += 1;
            self.tell(seen.now, || "* the daemon starts again".to_owned());
        }
        for rule in acted(cycle) {
            self.tally.act(rule);
        }
        for event in &cycle.output.events {
            match event {
                Event::Ended(ended) => {
                    self.tally.end(ended.outcome);
                    let trouble = self.trouble.take().filter(|_| self.mode.is_measured());
                    if let Some((kind, said)) = trouble.filter(|_| ended.outcome.found_wrong()) {
                        let lead = said.map(|said| seen.now.since(said));
                        // What is said with the end is no warning.
                        let lead = lead.filter(|it| *it > Span::ZERO);
                        self.tally.warn(kind, self.sense_lines, lead);
                    }
                }
                Event::Latched(fault) => {
                    self.tally.latch(fault.kind);
                    if matches!(self.mode, Mode::Healthy | Mode::Led) {
                        self.fail(seen.now, "false_trip", fault.to_string());
                    }
                }
                Event::Started { .. } => {
                    let strict = |it: &Watched| it.profile != Profile::Default;
                    self.tally.profiled +=
                        u64::from(self.history.session.as_ref().is_some_and(strict));
                    (self.surface_dose, self.touched, self.trouble) = (0.0, false, None);
                }
                Event::Misfits { misfit, .. } => {
                    let right = self.touched || *misfit == Misfit::Another && self.foreign;
                    self.tally.warnings[usize::from(right)] += 1;
                    if let Some((_, said)) = &mut self.trouble {
                        said.get_or_insert(seen.now);
                    }
                }
                Event::Proved { .. }
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
                | Event::TargetReached { .. }
                | Event::AskedForSign { .. }
                | Event::Present { .. }
                | Event::Refused(_)
                | Event::Cleared(_)
                | Event::Acknowledged { .. }
                | Event::Answered(_)
                | Event::LossForgotten
                | Event::PackOff(_)
                | Event::Felt { .. }
                | Event::SiteLocked { .. }
                | Event::SiteSettled { .. }
                | Event::RedFlagsAnswered(_)
                | Event::Tuned { .. }
                | Event::NotTuned { .. }
                | Event::Refined { .. }
                | Event::PadChosen { .. }
                | Event::ProfileChosen(_) => {}
            }
        }
        for same in cycle.output.events.chunk_by(|a, b| a == b) {
            self.tell(seen.now, || match same.len() {
                1 => format!("* {}", story::told(&same[0])),
                times => format!("* {} ({times} times)", story::told(&same[0])),
            });
        }
    }

    /// Adds a line to the story.
    pub(crate) fn tell(&mut self, now: Moment, line: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.line(now, &line());
        }
    }
}

/// The rules that acted in a step: refused something, took a level to zero, ended or latched.
fn acted(cycle: &Cycle<'_>) -> impl Iterator<Item = Rule> {
    let view = cycle.output.snapshot.session;
    let off = |it: &Event| matches!(it, Event::ElectrodesOff { .. });
    let laid = !cycle.output.events.iter().any(off);
    cycle.output.events.iter().filter_map(move |event| match event {
        Event::Refused(Refusal::NotRaised(NotRaised::AtCap(_))) if is_gentle(view) => {
            Some(Rule::T10)
        }
        Event::Refused(refusal) => refusal.rule(),
        // The electrodes lie on: one of them peels.
        Event::LevelZeroed { cause: Interruption::ElectrodeOff, .. } => laid.then_some(Rule::T13),
        Event::LevelZeroed { cause: Interruption::Pause, .. } => Some(Rule::S11),
        Event::LevelZeroed { cause, .. } => cause.rule(),
        Event::ElectrodesOff { why, .. } => Some(why.rule()),
        Event::Skin { says, .. } => Some(says.rule()),
        Event::Latched(fault) => Some(fault.kind.rule()),
        Event::Ended(ended) => match ended.outcome {
            Outcome::Limit(limit) => Some(limit.rule()),
            Outcome::Completed | Outcome::Measured | Outcome::Stopped(_) | Outcome::Fault(_) => {
                None
            }
        },
        Event::Started { .. }
        | Event::PhaseBegan { .. }
        | Event::Asked { .. }
        | Event::Confirmed { .. }
        | Event::Numb { .. }
        | Event::Level { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::Proved { .. }
        | Event::TargetReached { .. }
        | Event::Misfits { .. }
        | Event::AskedForSign { .. }
        | Event::Present { .. }
        | Event::Tuned { .. }
        | Event::NotTuned { .. }
        | Event::Refined { .. }
        | Event::PadChosen { .. }
        | Event::ProfileChosen(_)
        | Event::Cleared(_)
        | Event::Acknowledged { .. }
        | Event::Answered(_)
        | Event::Felt { .. }
        | Event::SiteLocked { .. }
        | Event::SiteSettled { .. }
        | Event::RedFlagsAnswered(_)
        | Event::PackOff(_)
        | Event::LossForgotten => None,
    })
}

/// HL-T10: the cap in force is below the one of the phase.
fn is_gentle(view: Option<SessionView>) -> bool {
    let Some(phase) = view.map(|it| it.phase) else { return false };
    let Phase::Tens { cap, .. } = phase.phase else { return false };
    phase.level.is_some_and(|level| level.cap() < cap)
}
