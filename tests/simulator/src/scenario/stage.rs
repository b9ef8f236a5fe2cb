//! The world that a script is played in: the modelled daemon on the model of the pad, from one cycle to
//! the next, watched by every invariant.

use soothe_plant::{PadSpec, Truth};
use soothe_therapy::alarm::Alarm;
use soothe_therapy::dose::cem43;
use soothe_therapy::session::PromptId;
use soothe_therapy::{
    Boot, Cem43, Event, Input, Moment, Order, Output, SessionId, Snapshot, Span, StopCause, limits,
};

use super::action::{Action, Asked, Wish};
use super::breakage::Breakage;
use crate::clock::{HostClock, WallMs};
use crate::history::{History, Used};
use crate::host::{Host, Standstill, Wired};
use crate::judge::{Failure, Judge};
use crate::options::Mode;
use crate::store::{Disk, Health, Store};
use crate::story::clock;
use crate::trouble;
use crate::world::{self, World};

/// When a script begins: late enough for everything that it tells of the time before.
const BEGINS: Moment = Moment::from_ms(400 * 24 * 60 * 60 * 1000);

/// No prompt has this number.
const NOTHING: PromptId = PromptId { session: SessionId(0), number: 0 };

/// One step of the core: what a recorder needs to replay a session.
#[derive(Debug)]
pub struct Step<'a> {
    /// Which start of the daemon this is: what is not on the disk dies with it, a recorder as well.
    pub boots: u32,
    /// What the core knew before, in a step that may start a session.
    pub boot: Option<&'a Boot>,
    /// What went in.
    pub input: &'a Input<'a>,
    /// What came out.
    pub output: &'a Output,
}

/// One cycle as a script's expectations see it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    /// Since the script's beginning.
    pub(super) at: Span,
    pub(super) standstill: Option<Standstill>,
    /// None while there is no daemon; the last one while it hangs.
    pub(super) snapshot: Option<&'a Snapshot>,
    pub(super) events: &'a [Event],
    pub(super) buzzer: bool,
    pub(super) k1: bool,
    /// K2's pulses go on.
    pub(super) k2: bool,
    pub(super) truth: Truth,
    /// What the skin really got since the last start.
    pub(super) skin_dose: Cem43,
}

/// How the world is before the first cycle.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) pad: PadSpec,
    pub(super) seed: u64,
    pub(super) wired: Wired,
    /// What the daemon finds on its disk.
    pub(super) disk: Disk,
    /// How long whoever is there takes to give a sign when asked; none is nobody.
    pub(super) signs_after: Option<Span>,
}

/// What the wall clock showed so long before the script's beginning.
pub(super) fn wall_before(age: Span) -> WallMs {
    HostClock::new().wall(BEGINS.before(age))
}

/// A device, its pad and its people.
pub(super) struct Stage {
    world: World,
    judge: Judge,
    signs_after: Option<Span>,
    asked_since: Option<Moment>,
    leaves_for: Option<Span>,
    skin_dose: Cem43,
    shown: Option<Output>,
}

impl Stage {
    /// A daemon that has just been started beside a pad.
    pub(super) fn new(setting: &Setting) -> Self {
        let Setting { pad, seed, wired, disk, signs_after } = setting.clone();
        let history = known(&disk);
        let store = Store::holding(disk, Health::Instant, seed);
        let mut host = Host::started(BEGINS, store, seed);
        host.wired = wired;
        // As in a swarm: what is logical must hold, whatever is broken.
        let judge = Judge::new(Mode::Swarm, seed, wired.current, false);
        Self {
            world: World::beginning(BEGINS, pad, seed, host),
            judge: judge.knowing(BEGINS, history),
            signs_after,
            asked_since: None,
            leaves_for: None,
            skin_dose: Cem43::ZERO,
            shown: None,
        }
    }

    /// The time since the beginning.
    pub(super) fn at(&self) -> Span {
        self.world.now.since(BEGINS)
    }

    /// What must hold whatever happens and did not, if there was anything.
    pub(super) fn broken(&self) -> Option<String> {
        let Failure { name, text, at } = self.judge.failure.as_ref()?;
        Some(format!("{name} at {}: {text}", clock(at.since(BEGINS))))
    }

    /// Something happens, before the cycle of this moment.
    pub(super) fn befall(&mut self, action: &Action) {
        let World { now, plant, host } = &mut self.world;
        let now = *now;
        match action {
            Action::Ask(asked) => self.ask(*asked),
            Action::Part(Breakage::Inject(fault)) => plant.inject(*fault),
            Action::Part(Breakage::Heal(parts)) => parts.iter().for_each(|it| plant.heal(*it)),
            Action::Loss(factor) => plant.set_loss(*factor),
            Action::EStop { open } => plant.open_estop(*open),
            Action::Supply { low } => plant.set_undervoltage(*low),
            Action::Guard { lost } => host.set_guard(!lost),
            Action::Disk(health) => host.store.set_health(*health),
            Action::LoseRecord => host.store.lose(),
            Action::StandStill(how, span) => host.stand_still(now, *how, *span),
            Action::Restart(span) => {
                host.order(now, Order::Stop(StopCause::Shutdown), Span::ZERO);
                self.leaves_for = Some(*span);
            }
            Action::ClockForward(by) => host.clock.set_forward(*by),
            Action::ClockBack(by) => host.clock.set_back(*by),
            Action::HealAll => {
                trouble::heal_all(&mut self.world);
                self.world.host.store.set_health(Health::Instant);
            }
        }
    }

    fn ask(&mut self, Asked { wish, sent_ago, times }: Asked) {
        let order = match wish {
            // The store gives a session its number.
            Wish::Start(plan) => Order::Start { id: SessionId(0), plan },
            Wish::Stop => Order::Stop(StopCause::Person),
            Wish::Clear { shown } => Order::Clear { shown },
            Wish::Confirm => Order::Present,
            Wish::Press => Order::Press,
            Wish::Answer(answers) => Order::Answer(answers),
            Wish::ForgetLoss => Order::ForgetLoss,
            Wish::Done => Order::Confirm { prompt: self.asked().unwrap_or(NOTHING) },
            Wish::Numb => Order::Numb,
            Wish::Level(to_ma) => Order::Level { to_ma },
            Wish::Heartbeat => Order::Heartbeat,
            Wish::Pause => Order::Pause,
            Wish::Resume => Order::Resume,
        };
        for _ in 0..times {
            self.world.host.order(self.world.now, order, sent_ago);
        }
    }

    /// The prompt that waits.
    fn asked(&self) -> Option<PromptId> {
        let session = self.shown.as_ref()?.snapshot.session?;
        session.phase.asked.map(|it| it.id)
    }

    /// Lives through the cycle of this moment; time stays where it is until [`Stage::advance`].
    pub(super) fn live(&mut self, witness: &mut dyn FnMut(&Step<'_>)) {
        let Self { world, judge, shown, .. } = self;
        let mut stepped = false;
        world.live(Span::ZERO, &mut |seen| {
            judge.see(seen);
            if let Some(world::Cycle { boot, input, output, .. }) = seen.cycle {
                witness(&Step { boots: seen.host.boots(), boot: *boot, input, output });
                *shown = Some((*output).clone());
                stepped = true;
            }
        });
        if !stepped {
            self.miss();
        }
        self.hear();
        if let Some(span) = self.leaves_for.take() {
            self.world.host.stand_still(self.world.now, Standstill::Dead, span);
        }
    }

    /// A cycle did not come: a dead daemon shows nothing, one that hangs nothing new.
    fn miss(&mut self) {
        match self.world.host.standstill() {
            Some(Standstill::Dead) => self.shown = None,
            Some(Standstill::Hung | Standstill::Frozen) | None => {
                if let Some(shown) = &mut self.shown {
                    shown.events.clear();
                }
            }
        }
    }

    /// Whoever is there hears the buzzer and gives a sign.
    fn hear(&mut self) {
        let now = self.world.now;
        let Some(output) = &self.shown else { return };
        if output.events.iter().any(|event| matches!(event, Event::Started { .. })) {
            self.skin_dose = Cem43::ZERO;
        }
        if output.snapshot.alarm != Some(Alarm::Attend) {
            self.asked_since = None;
            return;
        }
        let since = *self.asked_since.get_or_insert(now);
        if self.signs_after.is_some_and(|after| now.since(since) >= after) {
            self.world.host.order(now, Order::Present, Span::ZERO);
            self.asked_since = None;
        }
    }

    /// Lets time pass until the next cycle is due.
    pub(super) fn advance(&mut self) {
        let Self { world, judge, .. } = self;
        self.skin_dose = self.skin_dose + cem43(world.plant.truth().surface, limits::CYCLE);
        world.live_to(world.now + limits::CYCLE, &mut |seen| judge.see(seen));
    }

    /// What is to be seen now.
    pub(super) fn seen(&self) -> Seen<'_> {
        let World { now, plant, host } = &self.world;
        let shown = self.shown.as_ref();
        Seen {
            at: self.at(),
            standstill: host.standstill(),
            snapshot: shown.map(|output| &output.snapshot),
            events: shown.map_or(&[], |output| &output.events),
            buzzer: shown.is_some_and(|output| output.buzzer),
            k1: host.gate().k1(),
            k2: host.gate().k2(*now),
            truth: plant.truth(),
            skin_dose: self.skin_dose,
        }
    }
}

/// What an observer knows of the time before.
fn known(disk: &Disk) -> History {
    let at = |wall: WallMs| {
        let age = wall_before(Span::ZERO) - wall;
        BEGINS.before(Span::from_ms(u64::try_from(age).unwrap_or(0)))
    };
    let used = disk.uses.iter().map(|(wall, used)| Used {
        site: used.site,
        ended: at(*wall),
        heated: used.heated,
        dose: used.dose.get(),
        cold: used.cold,
        tens: used.tens,
    });
    let answers = disk.answers.map(|(wall, answers)| (at(wall), answers));
    let mut history = History::since(BEGINS);
    (history.used, history.answers) = (used.collect(), answers);
    history
}
