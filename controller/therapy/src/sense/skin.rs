//! The probe on the skin under a cold pack: what may be believed of it, and what is never ignored.
//!
//! It is weighed apart from the contact sensors: its range is another one, it stands alone, and nothing that it
//! says makes heat possible or impossible.
//!
//! A value that is not believed is still never ignored when it is 5 °C or less, as one of 43 °C is not with heat:
//! an answer of zeros reads 0 °C, and to take a pack off in vain harms nobody, while ice on skin that freezes does.
//! An attempt that gave no value (lost, a wrong check-sum) is no temperature, and ends nothing.

use super::{RawReading, SensorView, is_step};
use crate::limits;
use crate::units::{Celsius, Moment};

/// The skin as its probe tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Skin {
    /// Its last valid reading, and how far that can be believed.
    pub view: SensorView,
    /// The newest attempt when it came to 5 °C or less, believed or not (HL-C5).
    pub said_freezing: Option<Celsius>,
}

impl Skin {
    /// The last valid reading, unless the probe is lost.
    #[must_use]
    pub fn reading(&self) -> Option<Celsius> {
        self.view.reading.filter(|_| self.view.freshness != super::Freshness::Lost)
    }
}

/// What the probe has told so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkinSensor {
    newest_attempt: Option<Moment>,
    /// The newest value that is a skin's, whether or not it was a step away.
    said: Option<(Moment, Celsius)>,
    valid: Option<(Moment, Celsius)>,
    freezing: Option<(Moment, Celsius)>,
}

impl SkinSensor {
    /// Takes in an attempt; one that was heard before changes nothing.
    pub(super) fn take(&mut self, raw: RawReading) {
        if self.newest_attempt.is_some_and(|at| raw.began <= at) {
            return;
        }
        self.newest_attempt = Some(raw.began);
        let told = raw.outcome.ok().map(|t| (raw.began, t));
        self.freezing = told.filter(|(_, t)| *t <= limits::SKIN_FREEZING);
        let Some(new) = told.filter(|(_, t)| is_plausible(*t)) else { return };
        if !self.said.is_some_and(|said| is_step(said, new)) {
            self.valid = Some(new);
        }
        self.said = Some(new);
    }

    pub(super) fn view(&self, now: Moment) -> Skin {
        let young = |(at, _): &(Moment, Celsius)| now.since(*at) <= limits::READING_LOST;
        Skin {
            view: SensorView::of(self.valid, now),
            said_freezing: self.freezing.filter(young).map(|(_, t)| t),
        }
    }
}

/// A believable temperature of skin that a pack may lie on.
fn is_plausible(t: Celsius) -> bool {
    t >= limits::SKIN_PLAUSIBLE_MIN && t <= limits::SKIN_PLAUSIBLE_MAX
}

#[cfg(test)]
mod tests {
    use super::super::{Freshness, ProbeError, Readings, Senses};
    use super::*;

    fn raw(ms: u64, outcome: Result<f64, ProbeError>) -> RawReading {
        RawReading { began: Moment::from_ms(ms), outcome: outcome.map(Celsius::literal) }
    }

    /// What is made of values that come a second apart, after the last of them.
    fn after(outcomes: &[Result<f64, ProbeError>]) -> Skin {
        let mut sensor = SkinSensor::default();
        let mut ms = 0;
        for outcome in outcomes {
            ms += 1000;
            sensor.take(raw(ms, *outcome));
        }
        sensor.view(Moment::from_ms(ms))
    }

    fn believed(outcomes: &[Result<f64, ProbeError>]) -> Option<f64> {
        let view = after(outcomes).view;
        view.reading.filter(|_| view.age == crate::units::Span::ZERO).map(Celsius::get)
    }

    #[test]
    fn hl_c2_a_reading_is_fresh_then_ageing_then_lost() {
        let mut sensor = SkinSensor::default();
        sensor.take(raw(1000, Ok(12.0)));
        for (now_ms, freshness, reading) in [
            (3000, Freshness::Fresh, Some(12.0)),
            (4000, Freshness::Ageing, Some(12.0)),
            (4001, Freshness::Lost, None),
        ] {
            let skin = sensor.view(Moment::from_ms(now_ms));
            assert_eq!(skin.view.freshness, freshness, "at {now_ms} ms");
            assert_eq!(skin.reading().map(Celsius::get), reading, "at {now_ms} ms");
        }
    }

    #[test]
    fn hl_c2_what_is_no_temperature_of_skin_is_not_believed() {
        for t in [85.0, 127.94, -127.0, 45.1, -5.1] {
            assert_eq!(believed(&[Ok(t)]), None, "{t}");
        }
        for t in [-5.0, 3.0, 14.4, 33.0, 45.0] {
            assert_eq!(believed(&[Ok(t)]), Some(t));
        }
        for error in
            [ProbeError::Missing, ProbeError::Checksum, ProbeError::Garbled, ProbeError::Bus]
        {
            assert_eq!(believed(&[Ok(20.0), Err(error)]), None);
        }
    }

    #[test]
    fn hl_c2_a_step_is_believed_when_it_is_said_twice() {
        assert_eq!(believed(&[Ok(30.0), Ok(26.9)]), None);
        assert_eq!(believed(&[Ok(30.0), Ok(26.9), Ok(26.8)]), Some(26.8));
        assert_eq!(believed(&[Ok(30.0), Ok(27.0)]), Some(27.0));
    }

    #[test]
    fn hl_c5_what_says_5_degrees_or_less_is_heard_though_it_is_not_believed() {
        let said = |outcomes: &[_]| after(outcomes).said_freezing.map(Celsius::get);
        // An answer of zeros, a step, a value beyond all skin.
        for t in [5.0, 0.0, -127.0] {
            assert_eq!(said(&[Ok(30.0), Ok(t)]), Some(t));
        }
        assert_eq!(said(&[Ok(5.1)]), None);
        assert_eq!(said(&[Ok(0.0), Ok(30.0)]), None, "the newest attempt counts");
        assert_eq!(said(&[Ok(30.0), Err(ProbeError::Missing)]), None, "no value is no temperature");
        let mut sensor = SkinSensor::default();
        sensor.take(raw(1000, Ok(4.0)));
        assert!(sensor.view(Moment::from_ms(4000)).said_freezing.is_some());
        assert!(sensor.view(Moment::from_ms(4001)).said_freezing.is_none(), "too old");
    }

    #[test]
    fn without_a_probe_there_is_no_skin_and_heat_knows_nothing_of_one() {
        let mut senses = Senses::default();
        let mut readings = Readings::default();
        let without = senses.weigh(Moment::from_ms(100), &readings);
        assert_eq!(without.skin, None);
        readings.skin = Some(raw(100, Ok(44.0)));
        let with = senses.weigh(Moment::from_ms(200), &readings);
        assert!(with.skin.is_some());
        assert_eq!((with.hottest, with.measured, with.said_hot), (None, None, None));
        assert_eq!((with.contacts_valid, with.measurement), (0, None));
    }
}
