//! A person: starts a session, gives signs, stops, clears faults, and does all that badly, too.

mod hand;
mod plans;

use soothe_therapy::alarm::Alarm;
use soothe_therapy::checklist::Answers;
use soothe_therapy::session::{Prompt, PromptId};
use soothe_therapy::tens::Level;
use soothe_therapy::{
    FaultKind, Moment, Order, Outcome, Plan, Refusal, SessionId, Site, Span, StopCause,
};

use hand::Hand;
use plans::{any_plan, elsewhere, gentler};

use crate::chance::{Chance, Stream};
use crate::host::Host;
use crate::options::Mode;
use crate::world::Cycle;

/// What the person sees of the device.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) session: Option<SessionId>,
    pub(crate) asking: bool,
    /// The prompt that waits.
    pub(crate) prompt: Option<(PromptId, Prompt)>,
    /// The level of TENS, while electrodes lie.
    pub(crate) level: Option<Level>,
    pub(crate) paused: bool,
    pub(crate) fault: Option<FaultKind>,
    pub(crate) interrupted: bool,
    pub(crate) answered: bool,
    pub(crate) record_lost: bool,
    pub(crate) pack_on: bool,
    /// A pack is called for after the end of a session.
    pub(crate) pack_left: bool,
    /// How the last session ended.
    pub(crate) outcome: Option<Outcome>,
    /// Why the last start was declined.
    pub(crate) refusal: Option<Refusal>,
}

impl Shown {
    /// Looks at what a step shows.
    pub(crate) fn look(&mut self, cycle: &Cycle<'_>) {
        let snapshot = &cycle.output.snapshot;
        self.session = snapshot.session.map(|session| session.id);
        self.asking = snapshot.alarm == Some(Alarm::Attend);
        self.prompt = snapshot.session.and_then(|it| it.phase.asked).map(|it| (it.id, it.prompt));
        self.level = snapshot.session.and_then(|it| it.phase.level);
        self.paused = snapshot.session.is_some_and(|it| it.phase.pause_left.is_some());
        self.fault = snapshot.fault.map(|fault| fault.kind);
        self.interrupted = snapshot.interrupted.is_some();
        self.answered = snapshot.checklist.is_some();
        self.record_lost = snapshot.record_lost;
        self.pack_on = snapshot.session.is_some_and(|it| it.phase.pack_on);
        self.pack_left = snapshot.session.is_none() && snapshot.alarm == Some(Alarm::PackOff);
        self.outcome = snapshot.last.map(|last| last.outcome);
        for (command, reply) in cycle.input.commands.iter().zip(&cycle.output.replies) {
            if matches!(command.order, Order::Start { .. }) {
                self.refusal = reply.err();
            }
        }
    }
}

/// How a person is about one session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// What is wanted; the site may be changed when it is declined.
    pub(crate) plan: Plan,
    /// How long after a start the person stops it, if at all.
    pub(crate) stops_after: Option<Span>,
    /// The person gives a sign when asked; else the session ends by itself.
    pub(crate) attends: bool,
    /// How often a start is tried.
    pub(crate) tries: u32,
    /// How long the person stays after the end.
    pub(crate) lingers: Span,
    /// The person does more than start, stop and answer.
    pub(crate) has_hand: bool,
    /// How long a pack lies until the skin under it is numb, if it gets so.
    pub(crate) numbs_after: Option<Span>,
}

/// Where the person is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Wants a session.
    Wants,
    /// It runs, since then.
    Lies(Moment),
    /// It is over, and the pad is watched until then.
    Lingers(Moment),
    /// Done, or given up.
    Gone,
}

/// What a person has just done to the electrodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handled {
    /// Laid them, with fresh gel and every plug in its place.
    Laid,
    /// Pressed them on.
    Pressed,
}

/// A person with one wish.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    manner: Manner,
    stage: Stage,
    next: Moment,
    tries: u32,
    sign_at: Option<Moment>,
    /// When the prompt that waits will be answered.
    done_at: Option<Moment>,
    hand: Option<Hand>,
    /// Since when a pack lies there, and whether the person has said that it is numb under it.
    chilled: Option<(Moment, bool)>,
    /// The electrodes were laid in this moment, or pressed on.
    handled: Option<Handled>,
    /// Their phone is gone.
    pub(crate) unreachable: bool,
}

impl Person {
    /// A person who begins at `now`.
    pub(crate) fn new(manner: Manner, now: Moment) -> Self {
        let (stage, sign_at, done_at) = (Stage::Wants, None, None);
        Self {
            manner,
            stage,
            next: now,
            tries: 0,
            sign_at,
            done_at,
            hand: None,
            chilled: None,
            handled: None,
            unreachable: false,
        }
    }

    /// Whether the person has got what they wanted, or gone.
    pub(crate) fn is_gone(&self) -> bool {
        self.stage == Stage::Gone
    }

    /// What the person has just done to the electrodes, if anything.
    pub(crate) fn handles(&mut self) -> Option<Handled> {
        self.handled.take()
    }

    /// Does what a person does at `now`.
    pub(crate) fn act(&mut self, now: Moment, shown: &Shown, host: &mut Host, chance: &mut Chance) {
        match self.stage {
            Stage::Gone => {}
            Stage::Lingers(until) => {
                if now >= until {
                    self.stage = Stage::Gone;
                }
            }
            Stage::Wants => {
                if shown.session.is_some() {
                    self.stage = Stage::Lies(now);
                } else if now >= self.next {
                    self.ask(now, shown, host, chance);
                }
            }
            Stage::Lies(since) => self.lie(now, since, shown, host, chance),
        }
    }

    /// Sees to what stands in the way, or starts.
    fn ask(&mut self, now: Moment, shown: &Shown, host: &mut Host, chance: &mut Chance) {
        if self.tries >= self.manner.tries || self.unreachable {
            self.stage = Stage::Lingers(now + self.manner.lingers);
            return;
        }
        self.tries += 1;
        self.next = now + chance.span(Span::from_s(4), Span::from_s(40));
        let mut order = |order| host.order(now, order, Span::from_ms(20));
        if shown.fault.is_some() || shown.interrupted {
            order(Order::Clear { shown: shown.fault });
            return;
        }
        if shown.record_lost {
            order(Order::ForgetLoss);
            return;
        }
        if !shown.answered {
            order(Order::Answer(Answers::NONE));
            self.next = now + Span::from_s(1);
            return;
        }
        if shown.pack_left && shown.refusal == Some(Refusal::PackLeft) {
            order(Order::Present);
            return;
        }
        if let Some(Refusal::Site(_)) = shown.refusal {
            self.manner.plan = elsewhere(self.manner.plan, chance.one_of(Site::ALL));
        }
        if let Some(Refusal::Profile(_)) = shown.refusal {
            self.manner.plan = gentler(self.manner.plan);
        }
        if let Some(Refusal::Contact { .. }) = shown.refusal {
            // The pad is still warm.
            self.next = now + Span::from_min(2);
        }
        order(Order::Start { id: SessionId(0), plan: self.manner.plan });
    }

    fn lie(
        &mut self,
        now: Moment,
        since: Moment,
        shown: &Shown,
        host: &mut Host,
        chance: &mut Chance,
    ) {
        if shown.session.is_none() {
            self.stage = Stage::Lingers(now + self.manner.lingers);
            return;
        }
        if self.unreachable {
            return;
        }
        if self.manner.stops_after.is_some_and(|after| now.since(since) >= after) {
            self.manner.stops_after = None;
            host.order(now, Order::Stop(StopCause::Person), Span::from_ms(20));
        }
        if let Some(prompt) = shown.prompt.filter(|_| self.manner.attends) {
            self.answer(now, prompt, host, chance);
        }
        self.feel(now, shown, host);
        if self.manner.has_hand {
            let lasts = self.manner.plan.protocol().duration();
            let hand = self.hand.get_or_insert_with(|| Hand::any(now, lasts, chance));
            if hand.act(now, shown, host, chance) {
                self.handled = Some(Handled::Pressed);
            }
        }
        if shown.asking && self.manner.attends {
            let at = *self
                .sign_at
                .get_or_insert_with(|| now + chance.span(Span::from_s(1), Span::from_s(50)));
            if now >= at {
                self.sign_at = None;
                let sign = if is_near(at) { Order::Press } else { Order::Present };
                host.order(now, sign, Span::from_ms(20));
            }
        }
    }
}

impl Person {
    /// Says that it is numb under the pack, once of each.
    fn feel(&mut self, now: Moment, shown: &Shown, host: &mut Host) {
        if !shown.pack_on {
            self.chilled = None;
            return;
        }
        let (since, said) = self.chilled.get_or_insert((now, false));
        if !*said && self.manner.numbs_after.is_some_and(|after| now.since(*since) >= after) {
            *said = true;
            host.order(now, Order::Numb, Span::from_ms(20));
        }
    }

    /// Answers a prompt after a while: late, twice, or an old one at times; and says at times that it is numb.
    fn answer(
        &mut self,
        now: Moment,
        (prompt, asks): (PromptId, Prompt),
        host: &mut Host,
        chance: &mut Chance,
    ) {
        let soon = chance.happens(0.9);
        let longest = if soon { Span::from_s(40) } else { Span::from_min(6) };
        let at = *self.done_at.get_or_insert_with(|| now + chance.span(Span::from_s(1), longest));
        if now < at {
            return;
        }
        self.done_at = None;
        if asks == Prompt::Electrodes {
            self.handled = Some(Handled::Laid);
        }
        let asked = if is_near(at) { Order::Press } else { Order::Confirm { prompt } };
        let (first, second) = match chance.whole(0, 12) {
            0 => (asked, Some(asked)),
            1 => (Order::Confirm { prompt: before(prompt) }, Some(asked)),
            2 => (Order::Numb, Some(asked)),
            _ => (asked, None),
        };
        host.order(now, first, Span::from_ms(20));
        if let Some(second) = second {
            host.order(now, second, Span::from_ms(20));
        }
    }
}

/// Whether a person who answers at that moment is nearer to the device's button than to the phone. It takes no chance, so
/// that the lives of old seeds stay what they were.
fn is_near(at: Moment) -> bool {
    at.as_ms().is_multiple_of(5)
}

/// The prompt before this one, or the same one of the session before.
fn before(prompt: PromptId) -> PromptId {
    match prompt.number {
        0 | 1 => PromptId { session: SessionId(prompt.session.0 - 1), ..prompt },
        number => PromptId { number: number - 1, ..prompt },
    }
}

/// How a person may be about it.
pub(crate) fn any_manner(mode: Mode, skin_probe: bool, chance: &mut Chance) -> Manner {
    let plan = plans::of(mode, skin_probe, chance);
    let stops_after =
        chance.happens(0.1).then(|| chance.span(Span::from_s(1), plan.protocol().duration()));
    Manner {
        plan,
        stops_after,
        attends: chance.happens(0.95),
        tries: 12,
        lingers: chance.span(Span::from_s(30), Span::from_min(5)),
        has_hand: matches!(mode, Mode::Led | Mode::Tens | Mode::Swarm),
        numbs_after: None,
    }
}

/// A storm: many orders within a second, some of them given long ago.
pub(crate) fn storm(now: Moment, seed: u64, host: &mut Host) {
    let mut chance = Chance::new(seed ^ now.as_ms(), Stream::People);
    for _ in 0..chance.whole(5, 60) {
        let age =
            if chance.happens(0.5) { Span::ZERO } else { Span::from_ms(chance.whole(0, 60_000)) };
        let order = match chance.whole(0, 9) {
            0 | 1 => Order::Start { id: SessionId(0), plan: any_plan(&mut chance) },
            2 => Order::Stop(StopCause::Person),
            3 => Order::Clear { shown: None },
            4 if age == Span::ZERO => Order::Press,
            4 => Order::Present,
            5 => Order::Level { to_ma: chance.whole(0, 30) as u8 },
            6 => Order::Heartbeat,
            7 => Order::Pause,
            8 => Order::Resume,
            _ => Order::Answer(Answers::NONE),
        };
        host.order(now, order, age);
    }
}
