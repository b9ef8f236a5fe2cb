//! What a person does with one hand: raises and lowers the level of TENS, keeps the phone awake, pauses and goes on.

use soothe_therapy::tens::{Interruption, Level};
use soothe_therapy::{Moment, Order, Span};

use super::Shown;
use crate::chance::Chance;
use crate::host::Host;

/// So often a phone says that it is there.
const BEAT: Span = Span::from_s(10);
/// An order is so long on its way.
const SOON: Span = Span::from_ms(20);

/// A hand on the phone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    /// The level that feels right.
    wants_ma: u8,
    touches: Moment,
    beats: Moment,
    pauses: Option<Moment>,
    resumes: Option<Moment>,
}

impl Hand {
    /// A hand of any person, on a session that begins about `now` and lasts so long.
    pub(super) fn any(now: Moment, lasts: Span, chance: &mut Chance) -> Self {
        let wants_ma = any_level(chance);
        let pauses = chance.happens(0.4).then(|| now + chance.span(Span::from_s(5), lasts));
        Self { wants_ma, touches: now, beats: now, pauses, resumes: None }
    }

    /// Does what it does at `now`; whether it has pressed the electrodes on.
    pub(super) fn act(
        &mut self,
        now: Moment,
        shown: &Shown,
        host: &mut Host,
        chance: &mut Chance,
    ) -> bool {
        if shown.paused {
            self.wait(now, host, chance);
            return false;
        }
        self.resumes = None;
        if self.pauses.is_some_and(|at| now >= at) {
            let later = now + chance.span(Span::from_min(1), Span::from_min(20));
            self.pauses = chance.happens(0.3).then_some(later);
            host.order(now, Order::Pause, SOON);
        }
        let Some(level) = shown.level else { return false };
        if now >= self.beats {
            // Now and then it sleeps for a while.
            let sleeps = chance.happens(0.03);
            let next = if sleeps { chance.span(BEAT, Span::from_s(100)) } else { BEAT };
            self.beats = now + next;
            host.order(now, Order::Heartbeat, SOON);
        }
        if now < self.touches {
            return false;
        }
        let peeled = level.zeroed() == Some(Interruption::ElectrodeOff);
        self.touch(now, level, host, chance);
        peeled && chance.happens(0.7)
    }

    /// Up by a step as a rule; too far, too late, twice, or down at times.
    fn touch(&mut self, now: Moment, level: Level, host: &mut Host, chance: &mut Chance) {
        // Few try for long what is refused.
        let more = level.ma() < level.cap().ma() || chance.happens(0.2);
        let (ma, rises) = (level.ma(), more && level.ma() < self.wants_ma);
        let (from, to) = if rises { (100, 1500) } else { (3_000, 60_000) };
        self.touches = now + chance.span(Span::from_ms(from), Span::from_ms(to));
        if !rises && chance.happens(0.3) {
            self.wants_ma = any_level(chance);
        }
        let mut level = |to_ma: u8, age: Span| host.order(now, Order::Level { to_ma }, age);
        let up = ma.saturating_add(1);
        match chance.whole(0, 50) {
            0 => level(ma.saturating_add(chance.whole(2, 10) as u8), SOON),
            1 => level(up, chance.span(Span::from_ms(1500), Span::from_s(8))),
            2 => {
                level(up, SOON);
                level(up, SOON);
            }
            3 => {
                level(up, SOON);
                level(up.saturating_add(1), SOON);
            }
            4 => level(chance.whole(0, u64::from(ma)) as u8, chance.span(SOON, Span::from_s(8))),
            5 => level(0, SOON),
            _ if rises => level(up, SOON),
            _ => {}
        }
    }

    /// Goes on after a while, or too late, or asks for it twice.
    fn wait(&mut self, now: Moment, host: &mut Host, chance: &mut Chance) {
        let soon = chance.happens(0.9);
        let longest = if soon { Span::from_min(4) } else { Span::from_min(8) };
        let at = *self.resumes.get_or_insert_with(|| now + chance.span(Span::from_s(1), longest));
        if now < at {
            return;
        }
        self.resumes = None;
        match chance.whole(0, 10) {
            0 => host.order(now, Order::Resume, Span::from_s(3)),
            1 => {
                host.order(now, Order::Resume, SOON);
                host.order(now, Order::Resume, SOON);
            }
            2 => {
                host.order(now, Order::Resume, SOON);
                host.order(now, Order::Pause, SOON);
            }
            _ => host.order(now, Order::Resume, SOON),
        }
    }
}

/// From what is hardly felt to more than any cap that is usual.
fn any_level(chance: &mut Chance) -> u8 {
    chance.whole(1, 24) as u8
}
