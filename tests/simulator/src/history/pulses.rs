//! The pulses through a pair of electrodes as an observer follows them, by his own bookkeeping.

use soothe_plant::{ElectrodePart, Part};
use soothe_therapy::engine::Reply;
use soothe_therapy::tens::Reading;
use soothe_therapy::{Moment, Order, Phase, Span};

use super::keep;
use crate::world::{Cycle, Seen};

/// So many seconds of loads are remembered.
const LOADS_S: usize = 32;

/// Pulses that a step granted, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sent {
    pub(crate) level_ma: f64,
    /// Of the fastest and widest that the mode makes.
    pub(crate) rate_hz: f64,
    pub(crate) width_us: f64,
    pub(crate) area_cm2: f64,
    /// What the plan allows in this phase.
    pub(crate) cap_ma: f64,
}

/// Something that the device must not do for long.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wrong {
    /// The newest pulse was read back so.
    pub(crate) read: bool,
    /// Since when it has truly been so, while somebody could read it back.
    pub(crate) since: Option<Moment>,
}

/// Everything that is remembered of pulses. Times are true ones, but for those that say otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulses {
    /// What this step grants, and what the one before did.
    pub(crate) sent: Option<Sent>,
    pub(crate) before: Option<Sent>,
    /// When the level last changed, or electrodes were laid, on the host's clock.
    pub(crate) changed: Option<Moment>,
    /// What a person has asked for in this step, freshly, and was given.
    pub(crate) ordered_ma: Vec<u8>,
    /// When anybody was last heard of who could lower it.
    pub(crate) heard: Option<Moment>,
    /// Pulses in a row that were read back as open.
    pub(crate) open_in_a_row: u32,
    /// Since when none was read back, on the host's clock.
    pub(crate) unread_since: Option<Moment>,
    pub(crate) over: Wrong,
    pub(crate) direct: Wrong,
    pub(crate) short: Wrong,
    /// When heat was last granted, and when pulses were, on the host's clock.
    pub(crate) heat_at: Option<Moment>,
    pub(crate) pulses_at: Option<Moment>,
    /// What the pulses were read back to flow through.
    pub(crate) loads: Loads,
    laid: bool,
}

impl Pulses {
    /// Takes in who was heard of, and what was ordered.
    pub(super) fn note_order(&mut self, now: Moment, age: Span, order: Order, reply: &Reply) {
        match order {
            Order::Level { to_ma } => {
                self.heard = Some(now);
                if reply.is_ok() && age <= Span::from_ms(2000) {
                    self.ordered_ma.push(to_ma);
                }
            }
            Order::Present
            | Order::Heartbeat
            | Order::Lower { .. }
            | Order::Confirm { .. }
            | Order::Resume => {
                self.heard = Some(now);
            }
            Order::Start { .. }
            | Order::Stop(_)
            | Order::Clear { .. }
            | Order::Numb
            // A button lowers no level.
            | Order::Press
            | Order::Pause
            | Order::Answer(_)
            | Order::ForgetLoss
            | Order::UsePad(_)
            | Order::UseProfile(_)
            | Order::Felt(_)
            | Order::Settle { .. }
            | Order::AnswerRedFlags(_) => {}
        }
    }

    /// Takes in what a step read back and granted.
    pub(super) fn note(&mut self, seen: &Seen<'_>, cycle: &Cycle<'_>) {
        self.note_reading(seen.now, cycle);
        self.sent = sent(cycle);
        let phase = cycle.output.snapshot.session.map(|it| it.phase);
        let laid = phase.is_some_and(|it| it.level.is_some());
        let level = |sent: Option<Sent>| sent.map_or(0.0, |it| it.level_ma);
        if laid != self.laid {
            self.changed = Some(cycle.now);
        }
        self.laid = laid;
        if self.sent.is_some() {
            self.pulses_at = Some(cycle.now);
        }
        if cycle.granted().heats() {
            self.heat_at = Some(cycle.now);
        }
        if level(self.sent) == 0.0 {
            self.loads = Loads::default();
        }
    }

    fn note_reading(&mut self, now: Moment, cycle: &Cycle<'_>) {
        let reading = cycle.input.stimulator.reading().filter(|_| self.before.is_some());
        if reading.is_some() || self.before.is_none() {
            self.unread_since = Some(cycle.now);
        }
        if self.before.is_none() {
            self.open_in_a_row = 0;
        }
        let is = |wrong: fn(&Reading) -> bool| reading.as_ref().is_some_and(wrong);
        self.over.read = is(|it| is_over(it.measured.get(), it.commanded.get(), 0.0));
        self.direct.read = is(|it| it.mean.get().abs() > 50.0);
        self.short.read = is(|it| it.load.get() < 100.0 && it.commanded.get() > 0.0);
        let Some(reading) = reading else { return };
        let (asked_ma, flows_ma) = (reading.commanded.get(), reading.measured.get());
        let open = reading.load.get() > 5000.0 || flows_ma < 0.5 * asked_ma;
        self.open_in_a_row = if open { self.open_in_a_row + 1 } else { 0 };
        self.loads.take(now, reading.load.get());
    }

    /// Looks at what is truly wrong while somebody could know.
    pub(super) fn note_truth(&mut self, seen: &Seen<'_>) {
        let whole = |part| seen.plant.is_whole(Part::Electrodes(part));
        let read_back = whole(ElectrodePart::ReadBack) && whole(ElectrodePart::Plug);
        let pulses = self.sent.or(self.before).filter(|_| read_back && seen.truth.tens_ma > 0.0);
        let over = pulses.is_some_and(|it| is_over(seen.truth.tens_ma, it.level_ma, 0.2));
        keep(&mut self.over.since, over, seen.now);
        let direct = pulses.is_some() && !whole(ElectrodePart::Balance);
        keep(&mut self.direct.since, direct, seen.now);
        let short = pulses.is_some() && !whole(ElectrodePart::Leads);
        keep(&mut self.short.since, short, seen.now);
    }

    /// Remembers what this step granted.
    pub(super) fn close(&mut self, cycle: &Cycle<'_>) {
        let level = |sent: Option<Sent>| sent.map(|it| it.level_ma);
        if level(self.sent) != level(self.before) {
            self.changed = Some(cycle.now);
        }
        self.before = self.sent;
        self.ordered_ma.clear();
    }

    /// The daemon is a new one: it sends nothing.
    pub(super) fn reboot(&mut self) {
        let (heat_at, pulses_at) = (self.heat_at, self.pulses_at);
        *self = Self { heat_at, pulses_at, ..Self::default() };
    }
}

/// HL-T1: a tenth more than was asked for, and at least half a milliampere; `more` for what noise may hide.
fn is_over(flows_ma: f64, asked_ma: f64, more: f64) -> bool {
    flows_ma > (1.1 * asked_ma).max(asked_ma + 0.5) * (1.0 + more)
}

/// What a step grants; the phase that is on says what it may be.
fn sent(cycle: &Cycle<'_>) -> Option<Sent> {
    let stimulus = cycle.output.actuators.stimulus()?;
    let worst = stimulus.mode.waveform().worst();
    let shown = cycle.output.snapshot.session.map(|it| it.phase.phase);
    // Pulses outside of a TENS phase have no cap, so none is high enough for them.
    let (cap_ma, area_cm2) = match shown {
        Some(Phase::Tens { cap, area, .. }) => (cap.current().get(), area.get()),
        Some(
            Phase::Heat { .. }
            | Phase::Ice { .. }
            | Phase::Exercise { .. }
            | Phase::Swap { .. }
            | Phase::Rest { .. },
        )
        | None => (0.0, f64::NAN),
    };
    Some(Sent {
        level_ma: stimulus.level().get(),
        rate_hz: worst.rate.get(),
        width_us: worst.width.get(),
        area_cm2,
        cap_ma,
    })
}

/// The loads of the last seconds: sum and number of each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Loads {
    second: u64,
    of: [(f64, u32); LOADS_S],
}

impl Loads {
    fn take(&mut self, now: Moment, ohm: f64) {
        let second = now.as_ms() / 1000;
        if second > self.second + LOADS_S as u64 {
            *self = Self { second, ..Self::default() };
        }
        while self.second < second {
            self.second += 1;
            self.of[self.second as usize % LOADS_S] = (0.0, 0);
        }
        let (sum, count) = &mut self.of[self.second as usize % LOADS_S];
        (*sum, *count) = (*sum + ohm, *count + 1);
    }

    /// The mean of the second that was so many seconds ago; none where nothing was read back.
    pub(crate) fn mean(&self, ago: usize) -> Option<f64> {
        let at = self.second.checked_sub(ago as u64)?;
        let (sum, count) = self.of[at as usize % LOADS_S];
        (count > 0 && ago < LOADS_S).then(|| sum / f64::from(count))
    }

    /// Remembers other seconds, the oldest first.
    #[cfg(test)]
    pub(crate) fn remember(&mut self, loads: impl Iterator<Item = f64>) {
        for ohm in loads {
            self.second += 1;
            self.of[self.second as usize % LOADS_S] = (ohm, 1);
        }
    }
}
