//! A person: starts a session, gives signs, stops, clears faults, and does all that badly, too.

use soothe_therapy::checklist::Answers;
use soothe_therapy::{
    Celsius, FaultKind, HeatPlan, Moment, Order, Outcome, Refusal, SessionId, Site, Span,
    StopCause, limits,
};

use crate::chance::{Chance, Stream};
use crate::host::Host;
use crate::world::Cycle;

/// What the person sees of the device.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) session: Option<SessionId>,
    pub(crate) asking: bool,
    pub(crate) fault: Option<FaultKind>,
    pub(crate) interrupted: bool,
    pub(crate) answered: bool,
    pub(crate) record_lost: bool,
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
        self.asking = snapshot.alarm == Some(soothe_therapy::alarm::Alarm::Attend);
        self.fault = snapshot.fault.map(|fault| fault.kind);
        self.interrupted = snapshot.interrupted.is_some();
        self.answered = snapshot.checklist.is_some();
        self.record_lost = snapshot.record_lost;
        self.outcome = snapshot.last.map(|last| last.outcome);
        for (command, reply) in cycle.input.commands.iter().zip(&cycle.output.replies) {
            if matches!(command.order, Order::StartHeat { .. }) {
                self.refusal = reply.err();
            }
        }
    }
}

/// How a person is about one session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// What is wanted; the site may be changed when it is declined.
    pub(crate) plan: HeatPlan,
    /// How long after a start the person stops it, if at all.
    pub(crate) stops_after: Option<Span>,
    /// The person gives a sign when asked; else the session ends by itself.
    pub(crate) attends: bool,
    /// How often a start is tried.
    pub(crate) tries: u32,
    /// How long the person stays after the end.
    pub(crate) lingers: Span,
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

/// A person with one wish.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    manner: Manner,
    stage: Stage,
    next: Moment,
    tries: u32,
    sign_at: Option<Moment>,
    /// Their phone is gone.
    pub(crate) unreachable: bool,
}

impl Person {
    /// A person who begins at `now`.
    pub(crate) fn new(manner: Manner, now: Moment) -> Self {
        let (stage, sign_at) = (Stage::Wants, None);
        Self { manner, stage, next: now, tries: 0, sign_at, unreachable: false }
    }

    /// Whether the person has got what they wanted, or gone.
    pub(crate) fn is_gone(&self) -> bool {
        self.stage == Stage::Gone
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
        if let Some(Refusal::Site(_)) = shown.refusal {
            self.manner.plan = elsewhere(self.manner.plan, chance.one_of(Site::ALL));
        }
        if let Some(Refusal::Contact { .. }) = shown.refusal {
            // The pad is still warm.
            self.next = now + Span::from_min(2);
        }
        order(Order::StartHeat { id: SessionId(0), plan: self.manner.plan });
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
        if shown.asking && self.manner.attends {
            let at = *self
                .sign_at
                .get_or_insert_with(|| now + chance.span(Span::from_s(1), Span::from_s(50)));
            if now >= at {
                self.sign_at = None;
                host.order(now, Order::Present, Span::from_ms(20));
            }
        }
    }
}

/// The same plan on another site.
pub(crate) fn elsewhere(plan: HeatPlan, site: Site) -> HeatPlan {
    HeatPlan::new(plan.target().get(), plan.duration(), site).unwrap_or(plan)
}

/// A plan that a person may have.
pub(crate) fn any_plan(chance: &mut Chance) -> HeatPlan {
    // High set-points are where it matters.
    let target = if chance.happens(0.4) { 42.0 } else { chance.between(30.0, 42.0) };
    let target = Celsius::literal((target * 10.0).round() / 10.0);
    let longest = limits::heat_phase_max(target);
    let duration =
        if chance.happens(0.3) { longest } else { chance.span(Span::from_min(2), longest) };
    HeatPlan::new(target.get(), duration, chance.one_of(Site::ALL)).expect("within the limits")
}

/// How a person may be about it.
pub(crate) fn any_manner(chance: &mut Chance) -> Manner {
    let plan = any_plan(chance);
    let stops_after = chance.happens(0.1).then(|| chance.span(Span::from_s(1), plan.duration()));
    Manner {
        plan,
        stops_after,
        attends: chance.happens(0.95),
        tries: 12,
        lingers: chance.span(Span::from_s(30), Span::from_min(5)),
    }
}

/// A storm: many orders within a second, some of them given long ago.
pub(crate) fn storm(now: Moment, seed: u64, host: &mut Host) {
    let mut chance = Chance::new(seed ^ now.as_ms(), Stream::People);
    for _ in 0..chance.whole(5, 60) {
        let age =
            if chance.happens(0.5) { Span::ZERO } else { Span::from_ms(chance.whole(0, 60_000)) };
        let order = match chance.whole(0, 5) {
            0 | 1 => Order::StartHeat { id: SessionId(0), plan: any_plan(&mut chance) },
            2 => Order::Stop(StopCause::Person),
            3 => Order::Clear { shown: None },
            4 => Order::Present,
            _ => Order::Answer(Answers::NONE),
        };
        host.order(now, order, age);
    }
}
