//! From raw readings to evidence: what may be believed about the temperatures right now.
//!
//! A reading is *fresh*, *ageing* (then it is judged worse by its age times the fastest plausible
//! slew) or *lost*; age counts from the moment its conversion began. A value that is not believed is
//! still never ignored when it is 43 °C or more.

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
    valid: Option<(Moment, Celsius)>,
    errors_in_a_row: u32,
    /// The newest attempt came to 43 °C or more, believed or not (HL-H2).
    hot: Option<Celsius>,
}

impl Sensor {
    const NEW: Self = Self { newest_attempt: None, valid: None, errors_in_a_row: 0, hot: None };

    /// Takes in an attempt once; `true` when it was new.
    fn take(&mut self, raw: RawReading) -> bool {
        if self.newest_attempt.is_some_and(|at| raw.began <= at) {
            return false;
        }
        self.newest_attempt = Some(raw.began);
        self.hot = raw.outcome.ok().filter(|t| *t >= limits::CONTACT_OFF);
        match raw.outcome {
            Ok(t) if is_plausible(t) => {
                self.valid = Some((raw.began, t));
                self.errors_in_a_row = 0;
            }
            Ok(_) | Err(_) => self.errors_in_a_row = self.errors_in_a_row.saturating_add(1),
        }
        true
    }

    fn view(&self, now: Moment) -> SensorView {
        let Some((at, reading)) = self.valid else {
            return SensorView { freshness: Freshness::Lost, reading: None, age: Span::ZERO };
        };
        let age = now.since(at);
        let freshness = if age <= limits::READING_FRESH {
            Freshness::Fresh
        } else if age <= limits::READING_LOST {
            Freshness::Ageing
        } else {
            Freshness::Lost
        };
        SensorView { freshness, reading: Some(reading), age }
    }
}

/// A believable temperature of a pad on skin: 5 to 60 °C and not exactly the power-on value.
fn is_plausible(t: Celsius) -> bool {
    t >= limits::PLAUSIBLE_MIN && t <= limits::PLAUSIBLE_MAX && t != limits::POWER_ON_VALUE
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
    /// The highest temperature that any contact sensor may have now; none when all are lost.
    pub hottest: Option<Celsius>,
    /// A newest attempt of 43 °C or more that is not among the believed readings (HL-H2).
    pub rejected_hot: Option<Celsius>,
    /// How many contact sensors are fresh or ageing.
    pub contacts_valid: usize,
    /// The difference of the two contact sensors, when both are valid.
    pub spread: Option<Kelvin>,
    /// The most errors in a row of any contact sensor.
    pub errors_in_a_row: u32,
    /// The mean of the believed contact readings that is regulated, when a new one came this step.
    pub new_measurement: Option<Measurement>,
}

/// What the regulator is fed: the hottest valid contact reading, and when it was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// When the newest reading in it was taken.
    pub at: Moment,
    /// The hottest valid contact reading.
    pub hottest: Celsius,
    /// The room, when it is known.
    pub ambient: Option<Celsius>,
}

/// The sensors' memory.
#[derive(Clone, Copy, Debug)]
pub struct Senses {
    contact: [Sensor; 2],
    ambient: Sensor,
}

impl Default for Senses {
    fn default() -> Self {
        Self { contact: [Sensor::NEW; 2], ambient: Sensor::NEW }
    }
}

impl Senses {
    /// Takes in the newest readings and says what may be believed at `now`.
    pub fn weigh(&mut self, now: Moment, readings: &Readings) -> Evidence {
        let mut newest: Option<Moment> = None;
        for (sensor, raw) in self.contact.iter_mut().zip(readings.contact) {
            if let Some(raw) = raw
                && sensor.take(raw)
            {
                newest = newest.max(Some(raw.began));
            }
        }
        if let Some(raw) = readings.ambient {
            self.ambient.take(raw);
        }

        let contact = [self.contact[0].view(now), self.contact[1].view(now)];
        let ambient = self.ambient.view(now);
        let believed = contact.iter().filter_map(worst_case);
        let hottest = believed.clone().reduce(Celsius::max);
        let spread = match (worst_case(&contact[0]), worst_case(&contact[1])) {
            (Some(a), Some(b)) => Some((a - b).abs()),
            (Some(_) | None, None) | (None, Some(_)) => None,
        };
        let known_ambient = ambient.reading.filter(|_| ambient.freshness != Freshness::Lost);
        Evidence {
            contact,
            ambient,
            hottest,
            rejected_hot: self.contact.iter().filter_map(|s| s.hot).reduce(Celsius::max),
            contacts_valid: believed.count(),
            spread,
            errors_in_a_row: self.contact[0].errors_in_a_row.max(self.contact[1].errors_in_a_row),
            new_measurement: match (newest, hottest) {
                (Some(at), Some(hottest)) => {
                    Some(Measurement { at, hottest, ambient: known_ambient })
                }
                (Some(_) | None, None) | (None, Some(_)) => None,
            },
        }
    }
}
