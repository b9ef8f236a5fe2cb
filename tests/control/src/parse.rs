//! From the text of a pad file to a [`Pad`], or to one sentence that says what to change.

use serde::Deserialize;
use soothe_plant::pad_file::{
    Accepts, CAPACITY, CONDUCTANCE, LAG, NOISE, POWER, PadError, QUANTUM, ROOM, Source, Written,
};
use toml::Spanned;

use crate::pad::{GRID_S, Pad, Sensor, Timeline};
use crate::simulation::DELAY_MAX_S;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPad {
    c1: Written,
    c2: Written,
    g12: Written,
    g2a: Written,
    g1a: Written,
    power: Written,
    ambient: Written,
    sensor_lag_s: Written,
    sensor_quantum: Written,
    sensor_noise: Written,
    sensor_delay_s: Written,
    events: Option<Spanned<RawEvents>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvents {
    target: Written,
    blanket_factor: Written,
    blanket_from_s: Written,
    blanket_to_s: Written,
    setback: Written,
    setback_from_s: Written,
    end_s: Written,
}

const DELAY: Accepts = Accepts { min: 0.0, max: DELAY_MAX_S, what: "a delay in s" };
const SETPOINT: Accepts = Accepts { min: 0.0, max: 80.0, what: "a temperature in °C" };
const FACTOR: Accepts = Accepts { min: 0.1, max: 4.0, what: "a factor" };
const MOMENT: Accepts = Accepts { min: 0.0, max: 7200.0, what: "a moment in s" };

/// The steady state is judged over so long before the blanket is taken off, s.
const STEADY_S: u32 = 300;

impl Pad {
    /// Reads a pad file: the ten keys of the pad, and if need be `sensor_delay_s` and `[events]`.
    ///
    /// # Errors
    /// With line and column: text that is no TOML, an unknown key, one that is missing, a value that is
    /// no number or is outside the key's range, events that do not follow each other.
    pub fn from_toml(text: &str) -> Result<Self, PadError> {
        let source = Source { text };
        let raw: RawPad = toml::from_str(text).map_err(|e| {
            source.error(e.span().unwrap_or_default(), e.message().trim_end().to_owned())
        })?;
        let pad = Self {
            c1_j_k: source.needed("c1", &raw.c1, &CAPACITY)?,
            c2_j_k: source.needed("c2", &raw.c2, &CAPACITY)?,
            g12_w_k: source.needed("g12", &raw.g12, &CONDUCTANCE)?,
            g2a_w_k: source.needed("g2a", &raw.g2a, &CONDUCTANCE)?,
            g1a_w_k: source.needed("g1a", &raw.g1a, &CONDUCTANCE)?,
            power_w: source.needed("power", &raw.power, &POWER)?,
            ambient_c: source.needed("ambient", &raw.ambient, &ROOM)?,
            sensor: Sensor {
                lag_s: source.needed("sensor_lag_s", &raw.sensor_lag_s, &LAG)?,
                quantum_k: source.needed("sensor_quantum", &raw.sensor_quantum, &QUANTUM)?,
                noise_k: source.needed("sensor_noise", &raw.sensor_noise, &NOISE)?,
                delay_s: source.number("sensor_delay_s", &raw.sensor_delay_s, &DELAY, 0.0)?,
            },
            timeline: match &raw.events {
                Some(events) => source.timeline(events)?,
                None => Timeline::NOMINAL,
            },
        };
        if pad.timeline.target_c <= pad.ambient_c {
            let written = raw.events.as_ref().and_then(|events| events.get_ref().target.as_ref());
            let at = written.or(raw.ambient.as_ref()).map(Spanned::span);
            let (target_c, ambient_c) = (pad.timeline.target_c, pad.ambient_c);
            let problem =
                format!("the target, {target_c} °C, must be above ambient, {ambient_c} °C");
            return Err(source.error(at.unwrap_or_default(), problem));
        }
        Ok(pad)
    }
}

/// Reads what only this benchmark's pads have.
trait Read {
    /// What happens in the hour.
    fn timeline(&self, events: &Spanned<RawEvents>) -> Result<Timeline, PadError>;
    /// A moment on the grid of the lower bound.
    fn moment(&self, key: &str, written: &Written, default: u32) -> Result<u32, PadError>;
    /// The number of a key that must be there.
    fn needed(&self, key: &str, written: &Written, accepts: &Accepts) -> Result<f64, PadError>;
}

impl Read for Source<'_> {
    fn timeline(&self, events: &Spanned<RawEvents>) -> Result<Timeline, PadError> {
        let raw = events.get_ref();
        let usual = Timeline::NOMINAL;
        let timeline = Timeline {
            target_c: self.number("target", &raw.target, &SETPOINT, usual.target_c)?,
            blanket_factor: self.number(
                "blanket_factor",
                &raw.blanket_factor,
                &FACTOR,
                usual.blanket_factor,
            )?,
            blanket_from_s: self.moment(
                "blanket_from_s",
                &raw.blanket_from_s,
                usual.blanket_from_s,
            )?,
            blanket_to_s: self.moment("blanket_to_s", &raw.blanket_to_s, usual.blanket_to_s)?,
            setback_c: self.number("setback", &raw.setback, &SETPOINT, usual.setback_c)?,
            setback_from_s: self.moment(
                "setback_from_s",
                &raw.setback_from_s,
                usual.setback_from_s,
            )?,
            end_s: self.moment("end_s", &raw.end_s, usual.end_s)?,
        };
        let moments = [
            timeline.blanket_from_s,
            timeline.blanket_to_s,
            timeline.setback_from_s,
            timeline.end_s,
        ];
        if moments[0] < STEADY_S || !moments.is_sorted_by(|a, b| a < b) {
            let [from, to, setback, end] = moments;
            let problem = format!(
                "the events must follow each other: {STEADY_S} ≤ blanket_from_s < blanket_to_s < \
                 setback_from_s < end_s, not {from}, {to}, {setback}, {end}"
            );
            return Err(self.error(events.span(), problem));
        }
        Ok(timeline)
    }

    fn moment(&self, key: &str, written: &Written, default: u32) -> Result<u32, PadError> {
        let at_s = self.number(key, written, &MOMENT, f64::from(default))?;
        if at_s % f64::from(GRID_S) != 0.0 {
            let at = written.as_ref().map(Spanned::span).unwrap_or_default();
            let problem = format!("{key} must be a multiple of {GRID_S} s, not {at_s}");
            return Err(self.error(at, problem));
        }
        // Whole, and within the range of a moment.
        Ok(at_s as u32)
    }

    fn needed(&self, key: &str, written: &Written, accepts: &Accepts) -> Result<f64, PadError> {
        if written.is_none() {
            let Accepts { min, max, what } = accepts;
            let end = self.text.trim_end().len();
            let problem = format!("{key} is missing: {what} from {min} to {max}");
            return Err(self.error(end..end, problem));
        }
        self.number(key, written, accepts, f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOMINAL: &str = include_str!("../pads/nominal.toml");

    fn refused(text: &str, expected: &str) {
        let error = Pad::from_toml(text).expect_err(text);
        assert_eq!(error.to_string(), expected);
    }

    /// The example with one line in another's place.
    fn with(line: &str, instead: &str) -> String {
        assert!(NOMINAL.contains(line), "the example has no line {line:?}");
        NOMINAL.replacen(line, instead, 1)
    }

    #[test]
    fn the_shipped_example_is_the_nominal_pad() {
        assert_eq!(Pad::from_toml(NOMINAL), Ok(Pad::NOMINAL));
    }

    #[test]
    fn what_may_be_left_out_is_the_nominal_hour() {
        let (pad, _) = NOMINAL.split_once("sensor_delay_s").expect("it is in there");
        assert_eq!(Pad::from_toml(pad), Ok(Pad::NOMINAL));
    }

    #[test]
    fn zero_negative_and_no_number_are_refused_at_their_place() {
        let range = "a heat capacity in J/K from 5 to 10000";
        for (value, found) in
            [("0", "0"), ("-90.0", "-90.0"), ("nan", "nan"), ("inf", "inf"), ("\"90\"", "\"90\"")]
        {
            refused(
                &with("c2 = 90.0", &format!("c2 = {value}")),
                &format!("line 5, column 6: c2 must be {range}, not {found}"),
            );
        }
        refused(
            &with("power = 40.0", "power = 0"),
            "line 9, column 9: power must be a power in W from 1 to 200, not 0",
        );
        refused(
            &with("sensor_lag_s = 4.0", "sensor_lag_s = -4"),
            "line 13, column 16: sensor_lag_s must be a time constant in s from 0.1 to 300, not -4",
        );
    }

    #[test]
    fn a_missing_key_is_named_with_what_it_accepts() {
        refused("", "line 1, column 1: c1 is missing: a heat capacity in J/K from 5 to 10000");
        refused(
            "c1 = 180\nc2 = 90\ng12 = 1.2\ng2a = 0.55\ng1a = 0.15\n",
            "line 5, column 11: power is missing: a power in W from 1 to 200",
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        refused(
            "watts = 40\n",
            "line 1, column 1: unknown field `watts`, expected one of `c1`, `c2`, `g12`, `g2a`, `g1a`, \
             `power`, `ambient`, `sensor_lag_s`, `sensor_quantum`, `sensor_noise`, `sensor_delay_s`, \
             `events`",
        );
    }

    #[test]
    fn events_that_do_not_follow_each_other_are_refused() {
        refused(
            &with("blanket_to_s = 2100", "blanket_to_s = 1500"),
            "line 19, column 1: the events must follow each other: 300 ≤ blanket_from_s < \
             blanket_to_s < setback_from_s < end_s, not 1800, 1500, 2700, 3600",
        );
        refused(
            &with("end_s = 3600", "end_s = 3601"),
            "line 26, column 9: end_s must be a multiple of 5 s, not 3601",
        );
    }

    #[test]
    fn a_target_that_needs_no_heat_is_refused() {
        refused(
            &with("ambient = 22.0", "ambient = 45"),
            "line 20, column 10: the target, 42 °C, must be above ambient, 45 °C",
        );
    }

    #[test]
    fn what_is_no_toml_is_refused_at_its_place() {
        let error = Pad::from_toml("c1 = 180\nc2 == 90\n").expect_err("two signs");
        assert_eq!((error.line, error.column), (2, 5));
    }
}
