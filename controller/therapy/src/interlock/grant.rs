//! What is wanted of the lines, and what is granted: two types, so that nobody takes one for the other.

use crate::limits;
use crate::tens::Stimulus;
use crate::units::Span;

/// What a session would like of the lines. Anyone can make one; it energises nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No session.
    Off,
    /// A session that wants nothing for the moment: everything is judged, nothing is energised.
    Rest,
    /// K1 alone, which passes no current unless K2 is stuck (HL-H20).
    ProveK1,
    /// K2 held in, K1 open.
    Ready,
    /// K2 held in and K1 closed: the pad heats.
    Heat,
    /// K2 held in, which feeds the stimulator, and K1 open (HL-T15): pulses flow, or none at a level of zero.
    Stimulate(Option<Stimulus>),
}

impl Demand {
    /// Whether the pad is used, energised or not.
    pub(super) const fn is_of_pad(self) -> bool {
        match self {
            Self::Off | Self::Stimulate(_) => false,
            Self::Rest | Self::ProveK1 | Self::Ready | Self::Heat => true,
        }
    }
}

/// One of the two switches in the pad's lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The one that regulates.
    K1,
    /// The safety relay, held in by pulses.
    K2,
}

/// A grant: what the output lines may be until the lease ends.
///
/// Anyone may have [`Actuators::OFF`], and on a bench one switch [`alone`](Actuators::alone), which passes no current;
/// only [`Interlock::judge`](super::Interlock::judge) can make one that closes both or stimulates.
///
/// ```compile_fail
/// let forged = soothe_therapy::Actuators { demand: soothe_therapy::interlock::Demand::Heat };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actuators {
    granted: Demand,
}

impl Actuators {
    /// Everything off, for ever.
    pub const OFF: Self = Self { granted: Demand::Off };

    /// One switch alone, the other open, for a bench without a pad: whatever current flows then, the other switch passes
    /// (HL-H20).
    #[must_use]
    pub const fn alone(switch: Switch) -> Self {
        match switch {
            Switch::K1 => Self { granted: Demand::ProveK1 },
            Switch::K2 => Self { granted: Demand::Ready },
        }
    }

    /// What the interlock has judged; nobody else may.
    pub(super) const fn granting(demand: Demand) -> Self {
        Self { granted: demand }
    }

    /// Whether the pad is used, energised or not.
    pub(super) const fn is_of_pad(&self) -> bool {
        self.granted.is_of_pad()
    }

    /// Whether K1, the regulating switch, is to be closed.
    #[must_use]
    pub const fn k1(&self) -> bool {
        matches!(self.granted, Demand::ProveK1 | Demand::Heat)
    }

    /// Whether K2's dead-man pulses are to go on.
    #[must_use]
    pub const fn k2(&self) -> bool {
        matches!(self.granted, Demand::Ready | Demand::Heat | Demand::Stimulate(_))
    }

    /// Whether K1 is to be closed alone, to show that no current flows.
    #[must_use]
    pub const fn proves_k1(&self) -> bool {
        matches!(self.granted, Demand::ProveK1)
    }

    /// What is wanted of the stimulator.
    #[must_use]
    pub const fn stimulus(&self) -> Option<Stimulus> {
        match self.granted {
            Demand::Stimulate(stimulus) => stimulus,
            Demand::Off | Demand::Rest | Demand::ProveK1 | Demand::Ready | Demand::Heat => None,
        }
    }

    /// Whether anything of the pad is energised.
    pub(super) const fn energises_pad(&self) -> bool {
        matches!(self.granted, Demand::ProveK1 | Demand::Ready | Demand::Heat)
    }

    /// Whether the stimulator is fed, at whatever level.
    pub(super) const fn feeds_stimulator(&self) -> bool {
        matches!(self.granted, Demand::Stimulate(_))
    }

    /// How long the grant holds from the moment it is applied: at most [`limits::LEASE`].
    #[must_use]
    pub const fn valid_for(&self) -> Span {
        if self.energises() { limits::LEASE } else { Span::ZERO }
    }

    /// For how long it has heated when it was given `since` ago: no longer than it holds.
    #[must_use]
    pub fn heats_for(&self, since: Span) -> Span {
        if self.k1() && self.k2() { since.min(self.valid_for()) } else { Span::ZERO }
    }

    /// Whether anything is energised.
    #[must_use]
    pub const fn energises(&self) -> bool {
        self.k1() || self.k2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hl_h20_on_a_bench_neither_switch_is_closed_beside_the_other() {
        let [k1, k2] = [Switch::K1, Switch::K2].map(Actuators::alone);
        assert!(k1.k1() && k1.proves_k1() && !k1.k2());
        assert!(k2.k2() && !k2.k1());
        for alone in [k1, k2] {
            assert_eq!((alone.stimulus(), alone.valid_for()), (None, limits::LEASE));
            assert_eq!(alone.heats_for(limits::LEASE), Span::ZERO);
        }
    }
}
