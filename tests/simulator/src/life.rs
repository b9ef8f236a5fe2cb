//! One life of the system, from a seed: act one with whatever goes wrong, act two with all of it healed.

mod kinds;

use soothe_plant::Factor;
use soothe_therapy::{Moment, Order, Plan, Profile, Site, Span, limits};

use self::kinds::{any_kinds, kinds_of};
use crate::chance::{Chance, Stream};
use crate::device::{Device, any_device};
use crate::judge::{Failure, Judge};
use crate::options::Mode;
use crate::person::{self, Handled, Manner, Person, any_manner};
use crate::story::Story;
use crate::tally::Tally;
use crate::trouble::{self, Kind, Trouble};
use crate::world::World;

/// Sessions that a life has.
const SESSIONS: u64 = 3;
/// In so many lives of people with protocols somebody chooses a profile, after what happens in all of them,
const CHOOSES: f64 = 0.25;
/// and has so many sessions with one.
const SESSIONS_CHOSEN: u64 = 2;
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
    /// Profiles are drawn apart from the rest, and so is what happens with them.
    profiles: Chance,
    /// A probe lies on the skin under the cold pack.
    skin_probe: bool,
    /// The kinds that this life knows.
    kinds: Vec<Kind>,
    planned: Vec<Planned>,
}

/// Lives through the life of a seed; `tells` asks for its story.
#[must_use]
pub fn live(mode: Mode, seed: u64, tells: bool) -> Life {
    let mut living = Living::new(mode, seed, tells);
    living.act_one();
    living.choose();
    living.act_two();
    living.sum_up();
    let Judge { tally, failure, story, .. } = living.judge;
    Life { tally, failure, story: story.map(Story::end) }
}

impl Living {
    fn new(mode: Mode, seed: u64, tells: bool) -> Self {
        let Device { pad, sense_lines, skin_probe, heater, foreign, mut words } = any_device(seed);
        // Heat alone has no use for it.
        let skin_probe = skin_probe && mode == Mode::Led;
        if skin_probe {
            words += "\nA probe lies on the skin under its cold pack.";
        }
        let mut troubles = Chance::new(seed, Stream::Trouble);
        let swarm = any_kinds(&mut troubles, &mut Chance::new(seed, Stream::Electrodes));
        let kinds = kinds_of(mode, skin_probe, swarm);
        let what = match mode {
            Mode::Healthy => "nothing goes wrong",
            Mode::Single => "one thing goes wrong in each session",
            Mode::Only(_) => "this goes wrong in each session",
            Mode::Led => "people are led through protocols",
            Mode::Tens => "one thing goes wrong in each session of TENS",
            Mode::Swarm => "many things go wrong",
        };
        let heading = || format!("The life of seed {seed}, {mode}: {what}.\n{words}");
        let story = tells.then(|| Story::new(&heading()));
        Self {
            mode,
            seed,
            world: World::new(pad.with_skin_probe(skin_probe), heater, seed),
            judge: Judge::new(mode, seed, sense_lines, foreign).telling(story),
            people: Chance::new(seed, Stream::People),
            troubles,
            profiles: Chance::new(seed, Stream::Profiles),
            skin_probe,
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
            let manner = any_manner(self.mode, self.skin_probe, &mut self.people);
            self.have_session(manner);
            if !self.goes_on() {
                return;
            }
            let rest = self.any_rest();
            self.rest(rest);
        }
    }

    /// Somebody chooses a profile and has sessions with it, in some lives.
    fn choose(&mut self) {
        let may = match self.mode {
            Mode::Led | Mode::Tens | Mode::Swarm => true,
            Mode::Healthy | Mode::Single | Mode::Only(_) => false,
        };
        if !(may && self.goes_on() && self.profiles.happens(CHOOSES)) {
            return;
        }
        // What is drawn from here on shifts nothing of what comes after.
        let people = std::mem::replace(&mut self.people, self.profiles.clone());
        for _ in 0..SESSIONS_CHOSEN {
            let profile = self.people.one_of(&[Profile::Sensitive, Profile::Cautious]);
            let now = self.now();
            self.world.host.order(now, Order::UseProfile(profile), Span::ZERO);
            let manner = any_manner(self.mode, self.skin_probe, &mut self.people);
            let numbs = self.people.happens(0.5);
            let numbs_after = numbs.then(|| self.people.span(Span::from_s(10), Span::from_min(4)));
            self.have_session(Manner { numbs_after, ..manner });
            if !self.goes_on() {
                break;
            }
            let rest = self.any_rest();
            self.rest(rest);
        }
        self.people = people;
    }

    /// A person has a session, or gives it up.
    fn have_session(&mut self, manner: Manner) {
        self.plan(&manner);
        let begins = self.now() + self.people.span(Span::from_s(5), Span::from_s(40));
        self.attempt(manner, begins, ATTEMPT_MAX);
        if self.mode != Mode::Swarm {
            self.heal();
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
        let plan = Plan::heat(target, duration, site).expect("within the limits");
        let manner = Manner {
            plan,
            stops_after: None,
            attends: true,
            tries: u32::MAX,
            lingers: Span::from_s(1),
            has_hand: false,
            numbs_after: None,
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
            self.follow_hand(&mut person);
        }
        self.judge.tally.lived = self.judge.tally.lived + self.now().since(began);
    }

    /// What the person has done to the electrodes.
    fn follow_hand(&mut self, person: &mut Person) {
        match person.handles() {
            Some(Handled::Laid) => trouble::lay(&mut self.world.plant, &mut self.people),
            Some(Handled::Pressed) => trouble::press(&mut self.world.plant),
            None => {}
        }
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
        let (now, lasts) = (self.now(), manner.plan.protocol().duration());
        let whole = Span::from_s(60) + lasts + Span::from_s(60);
        if self.people.happens(0.3) {
            let at = now + self.people.span(Span::from_s(60), whole);
            let until = at + self.people.span(Span::from_s(20), Span::from_min(8));
            let trouble = Trouble::Cover(Factor::literal(2.0));
            self.planned.push(Planned { at, until, kind: None, trouble, begun: false });
        }
        let count = match self.mode {
            Mode::Healthy => 0,
            Mode::Single | Mode::Tens | Mode::Only(_) => 1,
            Mode::Led => {
                let tens = manner.plan.agents().tens;
                u64::from((self.skin_probe || tens) && self.troubles.happens(0.5))
            }
            Mode::Swarm if self.kinds.is_empty() => 0,
            Mode::Swarm => self.troubles.whole(0, 6),
        };
        for _ in 0..count {
            // Often from before the start, so that the proof meets it.
            let first = self.troubles.happens(0.2);
            let at = if first { now } else { now + self.troubles.span(Span::ZERO, whole) };
            let until = match self.mode {
                Mode::Healthy | Mode::Led | Mode::Single | Mode::Tens | Mode::Only(_) => {
                    now + ATTEMPT_MAX + ATTEMPT_MAX
                }
                Mode::Swarm => at + self.troubles.span(Span::from_ms(100), Span::from_min(30)),
            };
            let kind = self.troubles.one_of(&self.kinds);
            let trouble = kind.draw(&mut self.troubles);
            self.planned.push(Planned { at, until, kind: Some(kind), trouble, begun: false });
        }
        // One thing at a time: a fault of the pad and a lifted blanket are two.
        if self.mode.is_measured() {
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
