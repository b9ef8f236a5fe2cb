//! A thermometer's check-up: what some readings at rest, taken one after the other, tell of it, and which of several
//! is held in a hand.
//!
//! What it never does: grant or refuse anything. Sessions are judged by [`sense`](crate::sense), anew in each cycle.

use crate::limits;
use crate::sense::{ProbeError, RawReading, is_plausible};
use crate::units::{Celsius, Kelvin};

/// The most that a thermometer at rest may scatter from its lowest to its highest reading (chosen): a DS18B20's step is
/// 0.06 K, and a loose wire or a switched supply beside its own makes it jump by more.
pub const SCATTER_MAX: Kelvin = Kelvin::literal(0.5);

/// How much warmer a thermometer between two fingers gets than it was (chosen): from 20 °C it gets there in seconds.
const HELD_RISE: Kelvin = Kelvin::literal(1.5);
/// The others warm by a third of that at most: a hand that holds two of them tells nothing.
const OTHERS_RISE_MAX: Kelvin = Kelvin::literal(0.5);

/// What is found of one thermometer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Checkup {
    /// It tells a steady, plausible temperature.
    Well {
        /// The mean of its readings.
        mean: Celsius,
        /// From the lowest to the highest.
        scatter: Kelvin,
    },
    /// It does, but scatters by more than [`SCATTER_MAX`].
    Restless {
        /// The mean of its readings.
        mean: Celsius,
        /// From the lowest to the highest.
        scatter: Kelvin,
    },
    /// It was read too seldom: more than [`limits::READING_FRESH`] passed between two readings (HL-H12).
    Seldom,
    /// What it says is what a DS18B20 wakes with, not a temperature.
    WokeUp,
    /// What it says is no temperature of a pad or a room.
    Implausible(Celsius),
    /// Some readings failed.
    Fails {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
        /// How the last of them failed.
        last: ProbeError,
    },
    /// It was never asked.
    Unread,
}

impl Checkup {
    /// What these readings tell, in the order in which they were taken.
    #[must_use]
    pub fn of(readings: &[RawReading]) -> Self {
        let failures = readings.iter().filter_map(|it| it.outcome.err());
        if let Some(last) = failures.clone().next_back() {
            return Self::Fails { failed: failures.count(), of: readings.len(), last };
        }
        let told = readings.iter().filter_map(|it| it.outcome.ok());
        match told.clone().find(|t| !is_plausible(*t)) {
            Some(t) if t == limits::POWER_ON_VALUE => return Self::WokeUp,
            Some(t) => return Self::Implausible(t),
            None if readings.is_empty() => return Self::Unread,
            None => {}
        }
        let late = |pair: &[RawReading]| pair[1].began.since(pair[0].began) > limits::READING_FRESH;
        if readings.windows(2).any(late) {
            return Self::Seldom;
        }
        let (mut low, mut high, mut sum) = (f64::MAX, f64::MIN, 0.0);
        for t in told.map(Celsius::get) {
            (low, high, sum) = (low.min(t), high.max(t), sum + t);
        }
        let mean = Celsius::literal(sum / readings.len() as f64);
        let scatter = Kelvin::literal(high - low);
        if scatter > SCATTER_MAX {
            Self::Restless { mean, scatter }
        } else {
            Self::Well { mean, scatter }
        }
    }

    /// The temperature that it tells, where it tells one.
    #[must_use]
    pub const fn mean(&self) -> Option<Celsius> {
        match self {
            Self::Well { mean, .. } | Self::Restless { mean, .. } => Some(*mean),
            Self::Seldom
            | Self::WokeUp
            | Self::Implausible(_)
            | Self::Fails { .. }
            | Self::Unread => None,
        }
    }
}

/// Whether two thermometers that lie side by side tell temperatures that a session would not end for at once
/// (HL-H13).
#[must_use]
pub fn agree(one: Celsius, other: Celsius) -> bool {
    (one - other).abs() <= limits::DISAGREE_MAX
}

/// Which of some thermometers is held between two fingers, by what each told before and tells now; none while it
/// cannot be told.
#[must_use]
pub fn held(before_and_now: &[(Celsius, Celsius)]) -> Option<usize> {
    let rise = |(before, now): &(Celsius, Celsius)| *now - *before;
    let held = before_and_now.iter().position(|it| rise(it) >= HELD_RISE)?;
    let others = before_and_now.iter().enumerate().filter(|it| it.0 != held);
    let alone = others.map(|it| it.1).all(|it| rise(it) <= OTHERS_RISE_MAX);
    alone.then_some(held)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::units::{Moment, Span};

    fn c(t: f64) -> Celsius {
        Celsius::literal(t)
    }

    /// Readings once a second.
    fn told(outcomes: &[Result<f64, ProbeError>]) -> Checkup {
        let readings: Vec<_> = outcomes
            .iter()
            .enumerate()
            .map(|(at, outcome)| RawReading {
                began: Moment::START + Span::from_s(at as u64),
                outcome: outcome.map(c),
            })
            .collect();
        Checkup::of(&readings)
    }

    #[test]
    fn a_steady_one_is_told_with_its_mean_and_its_scatter() {
        let well = Checkup::Well { mean: c(21.25), scatter: Kelvin::literal(0.5) };
        assert_eq!(told(&[Ok(21.0), Ok(21.5)]), well);
        assert_eq!(well.mean(), Some(c(21.25)));
        let restless = told(&[Ok(21.0), Ok(21.5625), Ok(21.0)]);
        assert!(matches!(restless, Checkup::Restless { scatter, .. } if scatter.get() == 0.5625));
    }

    #[test]
    fn hl_h12_what_is_no_temperature_is_told_as_what_it_is() {
        assert_eq!(told(&[]), Checkup::Unread);
        assert_eq!(told(&[Ok(21.0), Ok(85.0)]), Checkup::WokeUp);
        assert_eq!(told(&[Ok(127.9375)]), Checkup::Implausible(c(127.9375)));
        assert_eq!(told(&[Ok(4.9)]), Checkup::Implausible(c(4.9)));
        let failed = told(&[Err(ProbeError::Missing), Ok(21.0), Err(ProbeError::Checksum)]);
        assert_eq!(failed, Checkup::Fails { failed: 2, of: 3, last: ProbeError::Checksum });
        assert_eq!(failed.mean(), None);
    }

    #[test]
    fn hl_h12_one_that_is_read_too_seldom_is_not_well() {
        let at = |ms| RawReading { began: Moment::START + Span::from_ms(ms), outcome: Ok(c(21.0)) };
        assert!(matches!(Checkup::of(&[at(0), at(2000)]), Checkup::Well { .. }));
        assert_eq!(Checkup::of(&[at(0), at(2001)]), Checkup::Seldom);
    }

    #[test]
    fn hl_h13_contact_sensors_agree_within_what_a_session_takes() {
        assert!(agree(c(20.0), c(23.0)) && agree(c(23.0), c(20.0)));
        assert!(!agree(c(20.0), c(23.1)));
    }

    #[test]
    fn the_one_that_is_held_is_the_one_that_got_warmer_alone() {
        let at = |rises: &[f64]| {
            held(&rises.iter().map(|rise| (c(20.0), c(20.0 + rise))).collect::<Vec<_>>())
        };
        assert_eq!(at(&[0.1, 1.5, 0.5]), Some(1));
        assert_eq!(at(&[0.1, 1.4, 0.0]), None, "not yet");
        assert_eq!(at(&[0.6, 1.5, 0.0]), None, "the first one is warm, too");
        assert_eq!(at(&[3.0, 3.0, 0.0]), None, "two are held");
        assert_eq!(at(&[]), None);
    }
}
