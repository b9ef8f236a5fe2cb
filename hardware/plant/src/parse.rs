//! From the text of a pad file to a [`PadSpec`], or to one sentence that says what to change.

use serde::Deserialize;
use toml::Spanned;

use crate::pad_file::{
    Accepts, CAPACITY, CONDUCTANCE, LAG, NOISE, POWER, PadError, QUANTUM, ROOM, Source, Written,
};
use crate::spec::{PadSpec, SensorSpec};

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
    start: Written,
    sensor_lag_s: Written,
    sensor_quantum: Written,
    sensor_noise: Written,
    cutout: Written,
    sense_lines: Option<bool>,
    skin_probe: Option<bool>,
    #[serde(default)]
    contact: Vec<Spanned<RawContact>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContact {
    offset: Written,
    lag_s: Written,
    quantum: Written,
    noise: Written,
}

const START: Accepts = Accepts { min: -20.0, max: 80.0, what: "a temperature in °C" };
const CUTOUT: Accepts = Accepts { min: 30.0, max: 90.0, what: "a temperature in °C" };
const OFFSET: Accepts = Accepts { min: -20.0, max: 20.0, what: "a difference in K" };

impl PadSpec {
    /// Reads a pad file. Every key may be left out and then means the nominal pad's; see
    /// `pads/nominal.toml` for all of them.
    ///
    /// # Errors
    /// With line and column: text that is no TOML, an unknown key, a value that is no number or is
    /// outside the key's range, a third contact sensor.
    pub fn from_toml(text: &str) -> Result<Self, PadError> {
        let source = Source { text };
        let raw: RawPad = toml::from_str(text).map_err(|e| {
            source.error(e.span().unwrap_or_default(), e.message().trim_end().to_owned())
        })?;
        let pad = Self::nominal();
        let ambient = source.number("ambient", &raw.ambient, &ROOM, pad.ambient)?;
        let room = pad.room;
        let sensor = SensorSpec {
            lag_s: source.number("sensor_lag_s", &raw.sensor_lag_s, &LAG, room.lag_s)?,
            offset: room.offset,
            quantum: source.number(
                "sensor_quantum",
                &raw.sensor_quantum,
                &QUANTUM,
                room.quantum,
            )?,
            noise: source.number("sensor_noise", &raw.sensor_noise, &NOISE, room.noise)?,
        };
        Ok(Self {
            c1: source.number("c1", &raw.c1, &CAPACITY, pad.c1)?,
            c2: source.number("c2", &raw.c2, &CAPACITY, pad.c2)?,
            g12: source.number("g12", &raw.g12, &CONDUCTANCE, pad.g12)?,
            g2a: source.number("g2a", &raw.g2a, &CONDUCTANCE, pad.g2a)?,
            g1a: source.number("g1a", &raw.g1a, &CONDUCTANCE, pad.g1a)?,
            power: source.number("power", &raw.power, &POWER, pad.power)?,
            ambient,
            start: source.number("start", &raw.start, &START, ambient)?,
            contact: contacts(source, &raw.contact, sensor)?,
            room: sensor,
            cutout: source.number("cutout", &raw.cutout, &CUTOUT, pad.cutout)?,
            sense_lines: raw.sense_lines.unwrap_or(pad.sense_lines),
            skin_probe: raw.skin_probe.unwrap_or(pad.skin_probe),
        })
    }
}

/// The two contact sensors; what one leaves out is the common value.
fn contacts(
    source: Source<'_>,
    raw: &[Spanned<RawContact>],
    common: SensorSpec,
) -> Result<[SensorSpec; 2], PadError> {
    let mut contact = [common; 2];
    if let Some(third) = raw.get(contact.len()) {
        let problem = "there are two contact sensors, so at most two [[contact]] are accepted";
        return Err(source.error(third.span(), problem.to_owned()));
    }
    for (sensor, raw) in contact.iter_mut().zip(raw) {
        let raw = raw.get_ref();
        *sensor = SensorSpec {
            lag_s: source.number("lag_s", &raw.lag_s, &LAG, common.lag_s)?,
            offset: source.number("offset", &raw.offset, &OFFSET, common.offset)?,
            quantum: source.number("quantum", &raw.quantum, &QUANTUM, common.quantum)?,
            noise: source.number("noise", &raw.noise, &NOISE, common.noise)?,
        };
    }
    Ok(contact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, expected: &str) {
        let error = PadSpec::from_toml(text).expect_err(text);
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn an_empty_file_is_the_nominal_pad() {
        assert_eq!(PadSpec::from_toml("").unwrap(), PadSpec::nominal());
    }

    #[test]
    fn the_shipped_example_is_the_nominal_pad() {
        let text = include_str!("../pads/nominal.toml");
        assert_eq!(PadSpec::from_toml(text).unwrap(), PadSpec::nominal());
    }

    #[test]
    fn the_shipped_variants_change_what_their_names_say() {
        let nominal = PadSpec::nominal();
        let heavy = PadSpec { c1: 252.0, c2: 126.0, ..nominal.clone() };
        let light = PadSpec { c1: 108.0, c2: 54.0, ..nominal.clone() };
        for (text, expected) in [
            (include_str!("../pads/heavy.toml"), heavy),
            (include_str!("../pads/light.toml"), light),
            (include_str!("../pads/25w.toml"), PadSpec { power: 25.0, ..nominal.clone() }),
            (include_str!("../pads/60w.toml"), PadSpec { power: 60.0, ..nominal.clone() }),
        ] {
            assert_eq!(PadSpec::from_toml(text).unwrap(), expected);
        }
    }

    #[test]
    fn the_start_is_the_room_unless_it_is_given() {
        let warm = PadSpec::from_toml("ambient = 30").unwrap();
        assert_eq!((warm.ambient, warm.start), (30.0, 30.0));
        let hot = PadSpec::from_toml("ambient = 30\nstart = 39.5").unwrap();
        assert_eq!((hot.ambient, hot.start), (30.0, 39.5));
    }

    #[test]
    fn a_contact_sensor_has_its_own_values_and_else_the_common_ones() {
        let text = "sensor_lag_s = 6\n[[contact]]\n[[contact]]\noffset = -0.4\nlag_s = 12.5\n";
        let pad = PadSpec::from_toml(text).unwrap();
        let common = SensorSpec { lag_s: 6.0, ..PadSpec::nominal().room };
        assert_eq!(pad.contact, [common, SensorSpec { lag_s: 12.5, offset: -0.4, ..common }]);
        assert_eq!(pad.room, common);
    }

    #[test]
    fn the_cut_out_the_sense_lines_and_the_skin_probe_can_be_chosen() {
        let text = "cutout = 52\nsense_lines = false\nskin_probe = true";
        let pad = PadSpec::from_toml(text).unwrap();
        assert_eq!((pad.cutout, pad.sense_lines, pad.skin_probe), (52.0, false, true));
        assert!(!PadSpec::nominal().with_sense_lines(false).sense_lines);
        refused(
            "cutout = 20",
            "line 1, column 10: cutout must be a temperature in °C from 30 to 90, not 20",
        );
        refused(
            "sense_lines = 1",
            "line 1, column 15: invalid type: integer `1`, expected a boolean",
        );
    }

    #[test]
    fn a_number_out_of_range_is_refused_at_its_place() {
        refused(
            "c1 = 180\nc2 = -90.0\n",
            "line 2, column 6: c2 must be a heat capacity in J/K from 5 to 10000, not -90.0",
        );
        refused("power = 0", "line 1, column 9: power must be a power in W from 1 to 200, not 0");
        refused(
            "# 40 °C and\n  ambient = nan",
            "line 2, column 13: ambient must be a temperature in °C from -20 to 50, not nan",
        );
        refused(
            "sensor_noise = inf",
            "line 1, column 16: sensor_noise must be a standard deviation in K from 0 to 5, not inf",
        );
        refused(
            "[[contact]]\nlag_s = 0",
            "line 2, column 9: lag_s must be a time constant in s from 0.1 to 300, not 0",
        );
    }

    #[test]
    fn what_is_no_number_is_refused_in_the_same_words() {
        refused(
            "power = \"40 W\"",
            "line 1, column 9: power must be a power in W from 1 to 200, not \"40 W\"",
        );
        refused(
            "g12 = true",
            "line 1, column 7: g12 must be a conductance in W/K from 0.01 to 20, not true",
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        refused(
            "c1 = 180\ncapacity = 3\n",
            "line 2, column 1: unknown field `capacity`, expected one of `c1`, `c2`, `g12`, `g2a`, \
             `g1a`, `power`, `ambient`, `start`, `sensor_lag_s`, `sensor_quantum`, `sensor_noise`, \
             `cutout`, `sense_lines`, `skin_probe`, `contact`",
        );
        refused(
            "[[contact]]\nlag = 3\n",
            "line 2, column 1: unknown field `lag`, expected one of `offset`, `lag_s`, `quantum`, `noise`",
        );
    }

    #[test]
    fn a_third_contact_sensor_is_refused() {
        refused(
            "[[contact]]\n[[contact]]\n\n[[contact]]\noffset = 1\n",
            "line 4, column 1: there are two contact sensors, so at most two [[contact]] are accepted",
        );
    }

    #[test]
    fn what_is_no_toml_is_refused_at_its_place() {
        let error = PadSpec::from_toml("c1 = 180\nc2 == 90\n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 5));
        let error = PadSpec::from_toml("c1 = 180\nc1 = 181\n").unwrap_err();
        assert_eq!((error.line, error.problem.as_str()), (2, "duplicate key"));
    }
}
