//! One life of the system, from a seed: act one with whatever goes wrong, act two with all of it healed.

use soothe_plant::{Factor, PadSpec};
use soothe_therapy::{
    HeatPlan, Heater, Kelvin, Moment, PadModel, RelayKind, Site, Span, TunedPad, limits,
};

use crate::chance::{Chance, Stream};
use crate::judge::{Failure, Judge};
use crate::options::Mode;
use crate::person::{self, Manner, Person, any_manner};
use crate::story::Story;
use crate::tally::Tally;
use crate::trouble::{self, Kind, Trouble};
use crate::world::World;

/// Sessions that a life has.
const SESSIONS: u64 = 3;
/// A session with all that belongs to it takes no longer than this.
const ATTEMPT_MAX: Span = Span::from_min(75);
/// After healing, a person gets a session within this time: a pad of the greatest mass has cooled.
const RECOVERY_MAX: Span = Span::from_min(100);
/// The engine is asked this seldom between sessions.
const REST_PACE: Span = Span::from_s(1);

/// What a life came to.
#[derive(Clone, Debug)]
pub struct Life {
    /// What was counted.
    pub tally: Tally,
    /// The first thing that did not hold.
    pub failure: Option<Failure>,
    /// What happened, line by line, when it was asked for.
    pub story: Option<String>,
}

/// Something that is going to happen, and to be over.
#[derive(Clone, Copy, Debug)]
struct Planned {
    at: Moment,
    until: Moment,
    /// None for what is no trouble, as a blanket that is lifted.
    kind: Option<Kind>,
    trouble: Trouble,
    begun: bool,
}

struct Living {
    mode: Mode,
    seed: u64,
    world: World,
    judge: Judge,
    people: Chance,
    troubles: Chance,
    /// The kinds that this life knows.
    kinds: Vec<Kind>,
    planned: Vec<Planned>,
}

/// Lives through the life of a seed; `tells` asks for its story.
#[must_use]
pub fn live(mode: Mode, seed: u64, tells: bool) -> Life {
    let mut living = Living::new(mode, seed, tells);
    living.act_one();
    living.act_two();
    living.sum_up();
    let Judge { tally, failure, story, .. } = living.judge;
    Life { tally, failure, story: story.map(Story::end) }
}

/// A pad that differs by more than this share from what is known of it is not as it was tuned: tuning finds the power
/// to 3 % and the mass to 2 %.
const FOREIGN: f64 = 0.05;

/// What somebody has.
struct Device {
    pad: PadSpec,
    sense_lines: bool,
    /// What the daemon knows of the pad.
    heater: Heater,
    /// It knows another pad.
    foreign: bool,
    /// All that in words.
    words: String,
}

/// A pad as somebody may have, in a room as somebody may sit in.
fn any_device(seed: u64) -> Device {
    let mut chance = Chance::new(seed, Stream::Pad);
    let capacity = chance.between(0.6, 1.4);
    let power_w = chance.between(25.0, 60.0);
    let room_c = chance.between(15.0, 30.0);
    let mut offset = || Kelvin::literal(chance.between(-0.4, 0.4));
    let offsets = [offset(), offset()];
    let sense_lines = chance.happens(0.5);
    let pad = PadSpec::scaled(capacity, power_w, room_c).with_offsets(offsets);
    let [first, second] = offsets.map(Kelvin::get);
    let heater = any_heater(&mut chance, capacity, power_w, sense_lines);
    let tuned = heater.tuned.map_or("never tuned".to_owned(), |it| {
        format!("tuned as one of {:.0} W and {:.2} times", it.now().power_w(), it.now().mass())
    });
    let words = format!(
        "A pad of {power_w:.0} W, {capacity:.2} times the reference's heat capacity, {} sense lines;\n\
         its relay is {}, and it was {tuned};\n\
         its sensors are off by {first:+.1} and {second:+.1} K; the room has {room_c:.1} °C.",
        if sense_lines { "with" } else { "without" },
        match heater.relay {
            RelayKind::Mechanical => "mechanical",
            RelayKind::Mosfet => "a transistor",
        },
    );
    let off = |found: f64, is: f64| (found / is - 1.0).abs() > FOREIGN;
    let differs = |it: TunedPad| off(it.now().power_w(), power_w) || off(it.now().mass(), capacity);
    let foreign = heater.tuned.is_some_and(differs);
    Device { pad: pad.with_sense_lines(sense_lines), sense_lines, heater, foreign, words }
}

/// A heater that was never tuned, or tuned well, or tuned with another pad. A transistor is used only where
/// its current is sensed.
fn any_heater(chance: &mut Chance, capacity: f64, power_w: f64, sense_lines: bool) -> Heater {
    let transistor = sense_lines && chance.happens(0.5);
    let relay = if transistor { RelayKind::Mosfet } else { RelayKind::Mechanical };
    let found = |mass: f64, power_w: f64| TunedPad::of(PadModel::nearest(power_w, mass, 1.0));
    let tuned = match chance.whole(1, 4) {
        1 | 2 => None,
        3 => {
            let mut off = || chance.between(0.96, 1.04);
            Some(found(capacity * off(), power_w * off()))
        }
        _ => Some(found(chance.between(0.6, 1.4), chance.between(25.0, 60.0))),
    };
    // Half of them sessions have shown before: the pad was swapped since, if it is another one.
    let tuned = tuned.map(|it| it.proven(chance.happens(0.5)));
    Heater { relay, tuned }
}

impl Living {
    fn new(mode: Mode, seed: u64, tells: bool) -> Self {
        let Device { pad, sense_lines, heater, foreign, words } = any_device(seed);
        let mut troubles = Chance::new(seed, Stream::Trouble);
        let known = |_: &&Kind| troubles.happens(0.3);
        let kinds = Kind::ALL.iter().filter(known).copied().collect();
        let what = match mode {
            Mode::Healthy => "nothing goes wrong",
            Mode::Single => "one thing goes wrong in each session",
            Mode::Swarm => "many things go wrong",
        };
        let heading = || format!("The life of seed {seed}, {mode}: {what}.\n{words}");
        let story = tells.then(|| Story::new(&heading()));
        Self {
            mode,
            seed,
            world: World::new(pad, heater, seed),
            judge: Judge::new(mode, seed, sense_lines, foreign).telling(story),
            people: Chance::new(seed, Stream::People),
            troubles,
            kinds,
            planned: Vec::new(),
        }
    }

    fn now(&self) -> Moment {
        self.world.now
    }

    fn goes_on(&self) -> bool {
        self.judge.failure.is_none()
    }

    fn act_one(&mut self) {
        for _ in 0..SESSIONS {
            let manner = any_manner(&mut self.people);
            self.plan(&manner);
            let begins = self.now() + self.people.span(Span::from_s(5), Span::from_s(40));
            self.attempt(manner, begins, ATTEMPT_MAX);
            if self.mode != Mode::Swarm {
                self.heal();
            }
            if !self.goes_on() {
                return;
            }
            let rest = self.any_rest();
            self.rest(rest);
        }
    }

    /// Everything is healed; then a session finishes, perhaps after a person has cleared what latched.
    fn act_two(&mut self) {
        if !self.goes_on() {
            return;
        }
        self.heal();
        let (target, duration) = (38.0, Span::from_min(4));
        let site = self.people.one_of(Site::ALL);
        let plan = HeatPlan::new(target, duration, site).expect("within the limits");
        let manner = Manner {
            plan,
            stops_after: None,
            attends: true,
            tries: u32::MAX,
            lingers: Span::from_s(1),
        };
        let ends_before = self.judge.tally.ends;
        let begins = self.now();
        let mut outcome = None;
        while self.goes_on() && self.now().since(begins) < RECOVERY_MAX {
            self.attempt(manner, self.now(), RECOVERY_MAX);
            outcome = self.judge.shown.outcome;
            if self.judge.tally.ends.completed > ends_before.completed {
                return;
            }
        }
        let shown = self.judge.shown;
        let text = format!("no session finished after healing: {outcome:?}, {shown:?}");
        let now = self.now();
        if self.goes_on() {
            self.judge.fail(now, "act_two", text);
        }
    }

    /// Tells what the whole life came to.
    fn sum_up(&mut self) {
        let now = self.now();
        let ends = self.judge.tally.ends;
        self.judge.tell(now, || {
            format!(
                "= sessions: {} completed, {} stopped, {} ended by a limit, {} by a fault",
                ends.completed, ends.stopped, ends.limited, ends.faulted
            )
        });
        let hottest_c = self.judge.hottest_c();
        self.judge.tell(now, || format!("= the skin side was at most {hottest_c:.1} °C warm"));
        if self.goes_on() {
            self.judge.tell(now, || "= no invariant was broken".to_owned());
        }
    }

    /// A person wants a session from `begins` on; everything until they have gone.
    fn attempt(&mut self, manner: Manner, begins: Moment, longest: Span) {
        let began = self.now();
        let mut person = Person::new(manner, begins);
        while self.goes_on() && !person.is_gone() && self.now().since(began) < longest {
            self.live(limits::CYCLE);
            self.follow_plans(&mut person);
            let World { now, host, .. } = &mut self.world;
            person.act(*now, &self.judge.shown, host, &mut self.people);
        }
        self.judge.tally.lived = self.judge.tally.lived + self.now().since(began);
    }

    fn live(&mut self, longest: Span) {
        let judge = &mut self.judge;
        self.world.live(longest, &mut |seen| judge.see(seen));
    }

    /// From a minute, mostly up to half an hour, to a day.
    fn any_rest(&mut self) -> Span {
        let longest_min = match self.people.whole(1, 20) {
            1 => 24 * 60,
            2..=6 => 180,
            _ => 30,
        };
        self.people.span(Span::from_min(1), Span::from_min(longest_min))
    }

    /// Nobody is there for so long.
    fn rest(&mut self, span: Span) {
        let began = self.now();
        self.world.host.set_pace(began, REST_PACE);
        while self.goes_on() && self.now().since(began) < span {
            self.live(REST_PACE);
        }
        let now = self.now();
        self.world.host.set_pace(now, limits::CYCLE);
        self.judge.tally.rested = self.judge.tally.rested + now.since(began);
    }

    /// Draws what happens round a session.
    fn plan(&mut self, manner: &Manner) {
        let (now, lasts) = (self.now(), manner.plan.duration());
        let whole = Span::from_s(60) + lasts + Span::from_s(60);
        if self.people.happens(0.3) {
            let at = now + self.people.span(Span::from_s(60), whole);
            let until = at + self.people.span(Span::from_s(20), Span::from_min(8));
            let trouble = Trouble::Cover(Factor::literal(2.0));
            self.planned.push(Planned { at, until, kind: None, trouble, begun: false });
        }
        let count = match self.mode {
            Mode::Healthy => 0,
            Mode::Single => 1,
            Mode::Swarm if self.kinds.is_empty() => 0,
            Mode::Swarm => self.troubles.whole(0, 6),
        };
        for _ in 0..count {
            // Often from before the start, so that the proof meets it.
            let first = self.troubles.happens(0.2);
            let at = if first { now } else { now + self.troubles.span(Span::ZERO, whole) };
            let (kind, until) = match self.mode {
                Mode::Healthy | Mode::Single => {
                    (self.troubles.one_of(Kind::ALL), now + ATTEMPT_MAX + ATTEMPT_MAX)
                }
                Mode::Swarm => {
                    let lasts = self.troubles.span(Span::from_ms(100), Span::from_min(30));
                    (self.troubles.one_of(&self.kinds), at + lasts)
                }
            };
            let trouble = kind.draw(&mut self.troubles);
            self.planned.push(Planned { at, until, kind: Some(kind), trouble, begun: false });
        }
        // One thing at a time: a fault of the pad and a lifted blanket are two.
        if self.mode == Mode::Single {
            self.planned.retain(|it| it.kind.is_some());
        }
    }

    /// Lets begin and end what is due.
    fn follow_plans(&mut self, person: &mut Person) {
        let now = self.now();
        let mut at = 0;
        while at < self.planned.len() {
            let planned = self.planned[at];
            if planned.begun && planned.until <= now {
                self.planned.swap_remove(at);
                self.end(planned.trouble, person);
                continue;
            }
            if !planned.begun && planned.at <= now {
                self.planned[at].begun = true;
                self.begin(&planned, person);
            }
            at += 1;
        }
    }

    fn begin(&mut self, planned: &Planned, person: &mut Person) {
        let now = self.now();
        trouble::begin(planned.trouble, &mut self.world);
        if planned.trouble == Trouble::ClientLost {
            person.unreachable = true;
        }
        if planned.trouble == Trouble::Storm {
            person::storm(now, self.seed, &mut self.world.host);
        }
        self.judge.begin(now, planned.kind, planned.trouble);
    }

    fn end(&mut self, trouble: Trouble, person: &mut Person) {
        trouble::end(trouble, &mut self.world);
        if trouble == Trouble::ClientLost {
            person.unreachable = false;
        }
        let now = self.now();
        self.judge.end(now, trouble);
    }

    /// Nothing is wrong any more, and nothing is to come.
    fn heal(&mut self) {
        self.planned.clear();
        trouble::heal_all(&mut self.world);
        let now = self.now();
        self.judge.heal(now);
    }
}
