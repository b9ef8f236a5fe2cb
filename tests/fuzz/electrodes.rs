//! Electrodes for the orders of `command`: what the stimulator says, and what must not be while it is fed.

use soothe_therapy::tens::{
    Cap, ElectrodeArea, Microamp, Milliamp, Mode, Ohm, Reading, Stimulator, Stimulus,
};
use soothe_therapy::{Command, Event, Moment, Order, Output, Phase, Plan, Protocol, Site, Span};

/// HL-T9: the least time between two steps up.
const STEP_EVERY: Span = Span::from_ms(500);
/// HL-T15: neither of heat and pulses comes sooner after the other.
const APART: Span = Span::from_s(10);
/// HL-S3, and a cycle.
const HEARD_WITHIN: Span = Span::from_ms(30_100);

/// What the stimulator says from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Says {
    #[default]
    Nothing,
    Gone,
    Good,
    /// A current that is so many times what was asked for, into so many ohms, with so much direct current.
    Other(f64, f64, f64),
}

impl Says {
    pub(crate) fn of(number: u8) -> Self {
        match number % 8 {
            0 => Self::Nothing,
            1 => Self::Gone,
            2 | 3 => Self::Good,
            4 => Self::Other(0.0, 100_000.0, 0.0),
            5 => Self::Other(1.0, 20.0, 0.0),
            6 => Self::Other(2.5, 2000.0, 0.0),
            _ => Self::Other(1.0, 2000.0, 400.0),
        }
    }

    /// What is heard while this is fed.
    pub(crate) fn heard(self, fed: Option<Stimulus>) -> Stimulator {
        let (times, ohm, direct_ua) = match self {
            Self::Gone => return Stimulator::Absent,
            Self::Nothing => return Stimulator::Silent,
            Self::Good => (1.0, 2000.0, 0.0),
            Self::Other(times, ohm, direct_ua) => (times, ohm, direct_ua),
        };
        let Some(stimulus) = fed else { return Stimulator::Silent };
        let commanded = stimulus.level();
        Stimulator::Measured(Reading {
            commanded,
            measured: Milliamp::literal(times * commanded.get()),
            load: Ohm::literal(ohm),
            mean: Microamp::literal(direct_ua),
        })
    }
}

/// A plan of TENS alone, or with heat around it.
pub(crate) fn plan(mode: u8, cap_ma: u8, site: u8) -> Option<Plan> {
    let modes = Mode::ALL;
    let phase = Phase::Tens {
        mode: modes[usize::from(mode) % modes.len()],
        cap: Cap::new(f64::from(cap_ma)).ok()?,
        area: ElectrodeArea::literal(25.0),
        duration: Span::from_min(5),
    };
    let heat = Phase::heat(40.0, Span::from_min(1)).expect("within the limits");
    let swap = Phase::Swap { duration: Span::from_s(10) };
    let phases = [heat, swap, phase, swap, heat];
    let phases = if mode & 0x80 == 0 { &phases[2..3] } else { &phases[..] };
    let site = Site::ALL[usize::from(site) % Site::ALL.len()];
    Plan::of(Protocol::new("fuzz", phases).ok()?, site).ok()
}

/// What was seen of the level so far.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    level_ma: u8,
    /// The highest that it was.
    pub(crate) most_ma: u8,
    raised_at: Option<Moment>,
    pulses_at: Option<Moment>,
    heat_at: Option<Moment>,
    heard_at: Option<Moment>,
}

impl Watch {
    /// Looks at a step at `now`; says what must not be.
    pub(crate) fn look(
        &mut self,
        now: Moment,
        commands: &[Command],
        output: &Output,
    ) -> Result<(), &'static str> {
        let level_ma = output.actuators.stimulus().map_or(0, Stimulus::level_ma);
        let heats = output.actuators.k1() && output.actuators.k2();
        let hears = |it: &Command| {
            matches!(
                it.order,
                Order::Level { .. }
                    | Order::Lower { .. }
                    | Order::Heartbeat
                    | Order::Confirm { .. }
                    | Order::Present
                    | Order::Resume
                    | Order::Start { .. }
            )
        };
        if commands.iter().any(hears) {
            self.heard_at = Some(now);
        }
        let taken = commands.iter().zip(&output.replies).filter(|(_, reply)| reply.is_ok());
        let asked = taken.into_iter().any(|(it, _)| it.order == Order::Level { to_ma: level_ma });
        let rises = level_ma > self.level_ma;
        let within = |at: Option<Moment>, span| at.is_some_and(|at| now.since(at) < span);
        let cut = output.events.iter().any(|event| {
            matches!(event, Event::Paused { .. } | Event::Ended(_) | Event::Latched(_))
        });
        let forbidden = [
            (rises && !asked, "a level that rises by itself"),
            (level_ma > self.level_ma.saturating_add(1), "a level that jumps"),
            (rises && within(self.raised_at, STEP_EVERY), "a level that rises too fast"),
            (level_ma > 0 && cut, "pulses after an interruption"),
            (level_ma > 0 && !within(self.heard_at, HEARD_WITHIN), "pulses that nobody could stop"),
            (level_ma > 0 && within(self.heat_at, APART), "pulses soon after heat"),
            (heats && within(self.pulses_at, APART), "heat soon after pulses"),
        ];
        if let Some((_, what)) = forbidden.iter().find(|(is, _)| *is) {
            return Err(what);
        }
        self.level_ma = level_ma;
        self.most_ma = self.most_ma.max(level_ma);
        let at = |is: bool, before| if is { Some(now) } else { before };
        self.raised_at = at(rises, self.raised_at);
        self.pulses_at = at(level_ma > 0, self.pulses_at);
        self.heat_at = at(heats, self.heat_at);
        Ok(())
    }
}
