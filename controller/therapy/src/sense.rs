//! From raw readings to evidence: what may be believed about the temperatures right now.
//!
//! A reading is *fresh*, *ageing* (then it is judged worse by its age times the fastest plausible
//! slew) or *lost*; age counts from the moment its conversion began. A value that is not believed is
//! still never ignored when it is 43 °C or more.
//!
//! Not believed, and counted as an error: what is no temperature of a pad (the DS18B20's traps), and a
//! step that no pad can make. A step is measured against the value said before, believed or not, so a
//! new level that lasts is rejected once and then believed: whether it may be true is for those to judge
//! who see more than one sensor (HL-H14).

mod skin;

pub use skin::Skin;

use skin::SkinSensor;

use crate::limits;
use crate::units::{Celsius, Kelvin, Moment, Span};

/// Why a probe gave no temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeError {
    /// The sensor is not there, or its file is empty.
    Missing,
    /// The check-sum was wrong.
    Checksum,
    /// What came was not a temperature.
    Garbled,
    /// The bus did not answer.
    Bus,
}

/// One attempt at reading a thermometer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawReading {
    /// When its conversion began.
    pub began: Moment,
    /// What came of it.
    pub outcome: Result<Celsius, ProbeError>,
}

/// The newest attempt of each thermometer; the same one may be handed in many times.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Readings {
    /// The two sensors between pad and skin.
    pub contact: [Option<RawReading>; 2],
    /// The room.
    pub ambient: Option<RawReading>,
    /// The skin under a cold pack; none where there is no such probe. It is no contact sensor: heat knows nothing
    /// of it.
    pub skin: Option<RawReading>,
}

/// How far a sensor can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Its last valid reading is at most 2 s old.
    Fresh,
    /// Its last valid reading is 2 to 3 s old.
    Ageing,
    /// It has no valid reading of the last 3 s.
    Lost,
}

/// One sensor as it is shown: its last valid reading, and how old that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorView {
    /// How far it can be believed.
    pub freshness: Freshness,
    /// The last valid reading as measured, never an estimate.
    pub reading: Option<Celsius>,
    /// The age of that reading.
    pub age: Span,
}

/// What one sensor has told so far.
#[derive(Clone, Copy, Debug)]
struct Sensor {
    newest_attempt: Option<Moment>,
    /// The newest value that is a pad's, whether or not it was a step away.
    said: Option<(Moment, Celsius)>,
    valid: Option<(Moment, Celsius)>,
    errors_in_a_row: u32,
    /// The newest attempt, when it came to 43 °C or more, believed or not (HL-H2).
    hot: Option<(Moment, Celsius)>,
}

impl Sensor {
    const NEW: Self =
        Self { newest_attempt: None, said: None, valid: None, errors_in_a_row: 0, hot: None };

    /// Takes in an attempt; one that was heard before changes nothing.
    fn take(&mut self, raw: RawReading) {
        if self.newest_attempt.is_some_and(|at| raw.began <= at) {
            return;
        }
        self.newest_attempt = Some(raw.began);
        let hot = raw.outcome.ok().filter(|t| *t >= limits::CONTACT_OFF);
        self.hot = hot.map(|t| (raw.began, t));
        let plausible = raw.outcome.ok().filter(|t| is_plausible(*t)).map(|t| (raw.began, t));
        let stepped = plausible.zip(self.said).is_some_and(|(new, said)| is_step(said, new));
        self.said = plausible.or(self.said);
        if let Some(new) = plausible.filter(|_| !stepped) {
            self.valid = Some(new);
            self.errors_in_a_row = 0;
        } else {
            self.errors_in_a_row = self.errors_in_a_row.saturating_add(1);
        }
    }

    /// What came to 43 °C or more and is not too old to mean anything; older, it is a lost sensor.
    fn hot(&self, now: Moment) -> Option<Celsius> {
        let (at, t) = self.hot?;
        (now.since(at) <= limits::READING_LOST).then_some(t)
    }

    fn view(&self, now: Moment) -> SensorView {
        SensorView::of(self.valid, now)
    }
}

impl SensorView {
    /// How a sensor is shown at `now` whose last valid reading is this one.
    fn of(valid: Option<(Moment, Celsius)>, now: Moment) -> Self {
        let Some((at, reading)) = valid else {
            return Self { freshness: Freshness::Lost, reading: None, age: Span::ZERO };
        };
        let age = now.since(at);
        // HL-H12
        let freshness = if age <= limits::READING_FRESH {
            Freshness::Fresh
        } else if age <= limits::READING_LOST {
            Freshness::Ageing
        } else {
            Freshness::Lost
        };
        Self { freshness, reading: Some(reading), age }
    }
}

/// A believable temperature of a pad on skin: 5 to 60 °C and not exactly the power-on value.
pub(crate) fn is_plausible(t: Celsius) -> bool {
    t >= limits::PLAUSIBLE_MIN && t <= limits::PLAUSIBLE_MAX && t != limits::POWER_ON_VALUE
}

/// Whether no pad can get from one reading to the next in the time between them. Readings of less than
/// a second apart are given a second: noise does not shrink with the time.
fn is_step((then, before): (Moment, Celsius), (now, after): (Moment, Celsius)) -> bool {
    let gap_s = now.since(then).as_s().max(1.0);
    (after - before).abs().get() > limits::STEP_MAX_K_PER_S * gap_s
}

/// The highest temperature that the sensor's place may have by now.
fn worst_case(view: &SensorView) -> Option<Celsius> {
    let reading = view.reading?;
    match view.freshness {
        Freshness::Fresh => Some(reading),
        Freshness::Ageing => {
            let rise = limits::SLEW_MAX_K_PER_S * view.age.as_s();
            Some(reading + Kelvin::literal(rise))
        }
        Freshness::Lost => None,
    }
}

/// Everything that may be believed at one moment. Made once per step; judged, shown and logged from.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// The two contact sensors.
    pub contact: [SensorView; 2],
    /// The room.
    pub ambient: SensorView,
    /// The skin under a cold pack; none where there is no probe.
    pub skin: Option<Skin>,
    /// The highest temperature that any contact sensor may have now, an estimate where a reading is
    /// ageing; none when all are lost.
    pub hottest: Option<Celsius>,
    /// The highest valid contact reading as measured.
    pub measured: Option<Celsius>,
    /// A newest attempt of 43 °C or more, whether or not it is believed (HL-H2).
    pub said_hot: Option<Celsius>,
    /// How many contact sensors are fresh or ageing.
    pub contacts_valid: usize,
    /// The difference of the two contact sensors as measured, when both are valid.
    pub spread: Option<Kelvin>,
    /// The most errors in a row of any contact sensor.
    pub errors_in_a_row: u32,
    /// What is regulated; none while no contact sensor is believed.
    pub measurement: Option<Measurement>,
}

/// What the regulator is fed: the valid contact readings, and when they were taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// When the newest believed contact reading was taken: tells a new measurement from an old one.
    pub at: Moment,
    /// The hottest valid contact reading.
    pub contact: Celsius,
    /// Half of what the first contact sensor reads more than the second, K; zero while there is but one.
    pub half_difference_k: f64,
    /// The room, when it is known.
    pub ambient: Option<Celsius>,
}

impl Measurement {
    /// The mean of the valid contact readings, °C.
    #[must_use]
    pub const fn mean_c(&self) -> f64 {
        self.contact.get() - self.half_difference_k.abs()
    }
}

/// The sensors' memory.
#[derive(Clone, Copy, Debug)]
pub struct Senses {
    contact: [Sensor; 2],
    ambient: Sensor,
    /// None until a probe of the skin was heard of.
    skin: Option<SkinSensor>,
}

impl Default for Senses {
    fn default() -> Self {
        Self { contact: [Sensor::NEW; 2], ambient: Sensor::NEW, skin: None }
    }
}

impl Evidence {
    /// Both contact sensors are believed, and agree (HL-H13, HL-H14).
    #[must_use]
    pub fn contacts_agree(&self) -> bool {
        self.contacts_valid == limits::CONTACTS_NEEDED
            && self.spread.is_some_and(|spread| spread <= limits::DISAGREE_MAX)
    }
}

impl Senses {
    /// Takes in the newest readings and says what may be believed at `now`.
    pub fn weigh(&mut self, now: Moment, readings: &Readings) -> Evidence {
        for (sensor, raw) in self.contact.iter_mut().zip(readings.contact) {
            if let Some(raw) = raw {
                sensor.take(raw);
            }
        }
        if let Some(raw) = readings.ambient {
            self.ambient.take(raw);
        }
        if let Some(raw) = readings.skin {
            self.skin.get_or_insert_default().take(raw);
        }

        let contact = [self.contact[0].view(now), self.contact[1].view(now)];
        let ambient = self.ambient.view(now);
        let believed = contact.iter().filter_map(worst_case);
        let hottest = believed.clone().reduce(Celsius::max);
        let heard = contact.iter().filter(|view| view.freshness != Freshness::Lost);
        let youngest = heard.clone().map(|view| view.age).min();
        let mut measured = heard.filter_map(|view| view.reading);
        let (first, second) = (measured.next(), measured.next());
        let spread = first.zip(second).map(|(a, b)| (a - b).abs());
        let half_difference_k = first.zip(second).map_or(0.0, |(a, b)| (a - b).get() / 2.0);
        let measured = first.into_iter().chain(second).reduce(Celsius::max);
        let known_ambient = ambient.reading.filter(|_| ambient.freshness != Freshness::Lost);
        Evidence {
            contact,
            ambient,
            skin: self.skin.map(|sensor| sensor.view(now)),
            hottest,
            measured,
            said_hot: self.contact.iter().filter_map(|s| s.hot(now)).reduce(Celsius::max),
            contacts_valid: believed.count(),
            spread,
            errors_in_a_row: self.contact[0].errors_in_a_row.max(self.contact[1].errors_in_a_row),
            measurement: youngest.zip(measured).map(|(age, contact)| Measurement {
                at: now.before(age),
                contact,
                half_difference_k,
                ambient: known_ambient,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: u64, outcome: Result<f64, ProbeError>) -> Option<RawReading> {
        Some(RawReading { began: Moment::from_ms(ms), outcome: outcome.map(Celsius::literal) })
    }

    fn both(ms: u64, first_c: f64, second_c: f64) -> Readings {
        Readings {
            contact: [at(ms, Ok(first_c)), at(ms, Ok(second_c))],
            ambient: at(ms, Ok(22.0)),
            ..Readings::default()
        }
    }

    #[test]
    fn hl_h12_a_reading_is_fresh_then_ageing_then_lost() {
        let mut senses = Senses::default();
        let readings = both(1000, 30.0, 31.0);
        let cases = [
            (1000, Freshness::Fresh, Some(31.0)),
            (3000, Freshness::Fresh, Some(31.0)),
            (3001, Freshness::Ageing, Some(31.0 + 0.4 * 2.001)),
            (4000, Freshness::Ageing, Some(32.2)),
            (4001, Freshness::Lost, None),
        ];
        for (now_ms, freshness, hottest) in cases {
            let evidence = senses.weigh(Moment::from_ms(now_ms), &readings);
            assert_eq!(evidence.contact[0].freshness, freshness, "at {now_ms}");
            let got = evidence.hottest.map(Celsius::get);
            assert_eq!(got.is_some(), hottest.is_some());
            let off = got.unwrap_or(0.0) - hottest.unwrap_or(0.0);
            assert!(off.abs() < 1e-9, "at {now_ms}: {got:?}");
            assert_eq!(evidence.measured.is_some(), hottest.is_some());
        }
    }

    #[test]
    fn the_highest_valid_contact_sensor_is_judged() {
        let mut senses = Senses::default();
        let evidence = senses.weigh(Moment::from_ms(100), &both(0, 33.0, 35.5));
        assert_eq!(evidence.hottest, Some(Celsius::literal(35.5)));
        assert_eq!(evidence.spread, Some(Kelvin::literal(2.5)));
        assert_eq!(evidence.contacts_valid, 2);
    }

    #[test]
    fn a_missing_sensor_never_lowers_the_other() {
        let mut senses = Senses::default();
        senses.weigh(Moment::from_ms(0), &both(0, 33.0, 35.5));
        let silent = Readings {
            contact: [at(5000, Ok(33.0)), at(5000, Err(ProbeError::Missing))],
            ambient: None,
            skin: None,
        };
        let evidence = senses.weigh(Moment::from_ms(5000), &silent);
        assert_eq!(evidence.contacts_valid, 1);
        assert_eq!(evidence.hottest, Some(Celsius::literal(33.0)));
        assert_eq!(evidence.spread, None);
    }

    #[test]
    fn hl_h12_traps_of_the_ds18b20_count_as_errors() {
        for trap in [-127.0, 0.0, 85.0, 127.94, 60.1, 4.9] {
            let mut senses = Senses::default();
            for second in 0..3 {
                let readings = Readings {
                    contact: [at(second * 1000, Ok(trap)), at(second * 1000, Ok(30.0))],
                    ambient: None,
                    skin: None,
                };
                let evidence = senses.weigh(Moment::from_ms(second * 1000), &readings);
                assert_eq!(evidence.errors_in_a_row as u64, second + 1, "{trap}");
                assert_eq!(evidence.contacts_valid, 1);
            }
        }
    }

    /// What a sensor that says these values a second apart is believed to read after each.
    fn believed(values_c: &[f64]) -> std::vec::Vec<Option<f64>> {
        let mut senses = Senses::default();
        let mut ms = 0;
        let mut say = |value_c: &f64| {
            ms += 1000;
            let readings =
                Readings { contact: [at(ms, Ok(*value_c)), None], ambient: None, skin: None };
            let view = senses.weigh(Moment::from_ms(ms), &readings).contact[0];
            view.reading.filter(|_| view.age == Span::ZERO).map(Celsius::get)
        };
        values_c.iter().map(&mut say).collect()
    }

    #[test]
    fn hl_h12_a_step_is_rejected_and_a_new_level_is_believed_when_said_twice() {
        assert_eq!(believed(&[30.0, 33.0]), [Some(30.0), Some(33.0)]);
        assert_eq!(
            believed(&[30.0, 33.5, 30.1, 30.2]),
            [Some(30.0), None, None, Some(30.2)],
            "the way back from a spike is a step, too"
        );
        assert_eq!(believed(&[30.0, 22.0, 22.1]), [Some(30.0), None, Some(22.1)]);
        // A trap in between is no level that anything could be measured against.
        assert_eq!(believed(&[30.0, 85.0, 30.1]), [Some(30.0), None, Some(30.1)]);
    }

    #[test]
    fn hl_h12_the_step_allowed_grows_with_the_time_between_readings() {
        let mut senses = Senses::default();
        for (ms, value_c, errors) in
            [(0, 30.0, 0), (2000, 36.0, 0), (2100, 38.9, 0), (2200, 42.0, 1)]
        {
            let readings =
                Readings { contact: [at(ms, Ok(value_c)), None], ambient: None, skin: None };
            let evidence = senses.weigh(Moment::from_ms(ms), &readings);
            assert_eq!(evidence.errors_in_a_row, errors, "{value_c} at {ms} ms");
        }
    }

    #[test]
    fn hl_h12_a_sensor_that_jumps_to_and_fro_is_an_error_each_time() {
        let mut senses = Senses::default();
        for second in 1..=5 {
            let value_c = if second % 2 == 0 { 25.0 } else { 35.0 };
            let readings = Readings {
                contact: [at(second * 1000, Ok(value_c)), None],
                ambient: None,
                skin: None,
            };
            let evidence = senses.weigh(Moment::from_ms(second * 1000), &readings);
            assert_eq!(evidence.errors_in_a_row as u64, second - 1);
        }
    }

    #[test]
    fn hl_h2_a_step_to_43_degrees_is_never_ignored() {
        let mut senses = Senses::default();
        for (ms, value_c) in [(0, 35.0), (1000, 43.0)] {
            let readings =
                Readings { contact: [at(ms, Ok(value_c)), None], ambient: None, skin: None };
            let evidence = senses.weigh(Moment::from_ms(ms), &readings);
            assert_eq!(evidence.said_hot.map(Celsius::get), (ms == 1000).then_some(43.0));
            assert_eq!(evidence.measured, Some(Celsius::literal(35.0)));
        }
    }

    #[test]
    fn a_hot_value_that_is_not_repeated_becomes_a_lost_sensor() {
        let mut senses = Senses::default();
        let readings = Readings { contact: [at(0, Ok(85.0)), None], ambient: None, skin: None };
        assert!(senses.weigh(Moment::from_ms(3000), &readings).said_hot.is_some());
        let later = senses.weigh(Moment::from_ms(3001), &readings);
        assert_eq!((later.said_hot, later.contacts_valid), (None, 0));
    }

    #[test]
    fn sensors_are_compared_as_measured_not_as_estimated() {
        let mut senses = Senses::default();
        let readings =
            Readings { contact: [at(0, Ok(30.0)), at(2900, Ok(36.1))], ambient: None, skin: None };
        let spread = senses.weigh(Moment::from_ms(2900), &readings).spread;
        assert!(spread.is_some_and(|s| (s.get() - 6.1).abs() < 1e-9), "{spread:?}");
    }

    #[test]
    fn hl_h2_a_hot_value_is_never_ignored_even_when_it_is_not_believed() {
        for (value, hot) in [(85.0, true), (127.94, true), (500.0, true), (-127.0, false)] {
            let mut senses = Senses::default();
            let readings =
                Readings { contact: [at(0, Ok(value)), None], ambient: None, skin: None };
            let evidence = senses.weigh(Moment::from_ms(0), &readings);
            assert_eq!(evidence.said_hot.is_some(), hot, "{value}");
            assert_eq!(evidence.hottest, None);
        }
    }

    #[test]
    fn a_measurement_carries_the_time_of_its_newest_reading() {
        let mut senses = Senses::default();
        let mut readings = both(0, 30.0, 30.0);
        for now_ms in [0, 100, 900] {
            let evidence = senses.weigh(Moment::from_ms(now_ms), &readings);
            assert_eq!(evidence.measurement.map(|m| m.at), Some(Moment::START));
        }
        readings.contact[1] = at(400, Ok(31.0));
        let measurement = senses.weigh(Moment::from_ms(1000), &readings).measurement;
        assert_eq!(measurement.map(|m| m.at), Some(Moment::from_ms(400)));
    }

    #[test]
    fn a_measurement_knows_the_room_only_while_its_reading_is_not_lost() {
        let mut senses = Senses::default();
        for (ms, room_c) in [(0, Some(22.0)), (3000, Some(22.0)), (3001, None)] {
            let contact = [at(ms, Ok(30.0)), at(ms, Ok(30.0))];
            let readings = Readings { contact, ambient: at(0, Ok(22.0)), skin: None };
            let measurement = senses.weigh(Moment::from_ms(ms), &readings).measurement;
            let known = measurement.expect("both sensors are fresh").ambient;
            assert_eq!(known.map(Celsius::get), room_c, "at {ms} ms");
        }
    }

    proptest! {
        #[test]
        fn silence_never_makes_the_skin_cooler(
            first_c in 5.0f64..60.0, second_c in 5.0f64..60.0, ms in 0u64..3000, later_ms in 0u64..3000,
        ) {
            let mut senses = Senses::default();
            let readings = both(0, first_c, second_c);
            let (early, late) = (ms.min(later_ms), ms.max(later_ms));
            let before = senses.weigh(Moment::from_ms(early), &readings).hottest;
            let after = senses.weigh(Moment::from_ms(late), &readings).hottest;
            prop_assert!(after >= before);
        }
    }
}
