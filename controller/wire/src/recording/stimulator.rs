//! What a stimulator said as bytes: a reading that was rounded as [`soothe_therapy::tens::Reading`]s usually are
//! takes five or six of them, any other one thirty-three.

use soothe_therapy::tens::{Microamp, Milliamp, Ohm, Reading, Stimulator};

use super::bytes::{Bad, Put as _, Take};

/// Current in 1/64 mA, load in Ω, mean current in 1/8 µA: what is a whole number of these is written so.
const STEPS: [f64; 4] = [1.0, 64.0, 1.0, 8.0];

pub(super) fn put(stimulator: Stimulator, to: &mut Vec<u8>) {
    let reading = match stimulator {
        Stimulator::Absent => return to.push(0),
        Stimulator::Silent => return to.push(1),
        Stimulator::Measured(reading) => reading,
    };
    let Reading { commanded, measured, load, mean } = reading;
    let values = [commanded.get(), measured.get(), load.get(), mean.get()];
    let mut steps = [0_i64; 4];
    let mut whole = true;
    for ((value, step), to) in values.into_iter().zip(STEPS).zip(&mut steps) {
        *to = (value * step) as i64;
        whole &= (*to as f64 / step).to_bits() == value.to_bits();
    }
    if whole {
        to.push(2);
        steps.into_iter().for_each(|step| to.signed(step));
    } else {
        to.push(3);
        values.into_iter().for_each(|value| to.extend_from_slice(&value.to_le_bytes()));
    }
}

pub(super) fn take(from: &mut Take<'_>) -> Result<Stimulator, Bad> {
    let kind = from.byte()?;
    let mut values = [0.0; 4];
    match kind {
        0 => return Ok(Stimulator::Absent),
        1 => return Ok(Stimulator::Silent),
        2 => {
            for (value, step) in values.iter_mut().zip(STEPS) {
                *value = from.signed()? as f64 / step;
            }
        }
        3 => {
            for value in &mut values {
                *value = from.float()?;
            }
        }
        _ => return Err(Bad),
    }
    let [commanded, measured, load, mean] = values;
    Ok(Stimulator::Measured(Reading {
        commanded: Milliamp::new(commanded).map_err(|_| Bad)?,
        measured: Milliamp::new(measured).map_err(|_| Bad)?,
        load: Ohm::new(load).map_err(|_| Bad)?,
        mean: Microamp::new(mean).map_err(|_| Bad)?,
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn any_stimulator() -> impl Strategy<Value = Stimulator> {
        let rounded = |value: f64, step: f64| (value * step).round() / step;
        let reading =
            (0.0..1000.0f64, 0.0..1000.0f64, 0.0..1.0e9f64, -1.0e6..1.0e6f64, any::<bool>());
        let measured = reading.prop_map(move |(commanded, measured, load, mean, rounds)| {
            let [commanded, measured, load, mean] = if rounds {
                [commanded.round(), rounded(measured, 64.0), load.round(), rounded(mean, 8.0)]
            } else {
                [commanded, measured, load, mean]
            };
            Stimulator::Measured(Reading {
                commanded: Milliamp::literal(commanded),
                measured: Milliamp::literal(measured),
                load: Ohm::literal(load),
                mean: Microamp::literal(mean),
            })
        });
        prop_oneof![
            2 => Just(Stimulator::Absent),
            2 => Just(Stimulator::Silent),
            3 => measured,
        ]
    }

    proptest! {
        #[test]
        fn what_is_put_is_taken_bit_for_bit(stimulator in any_stimulator()) {
            let mut bytes = Vec::new();
            put(stimulator, &mut bytes);
            let mut from = Take::new(&bytes);
            prop_assert_eq!(take(&mut from).expect("readable"), stimulator);
            prop_assert!(from.is_empty());
        }
    }

    #[test]
    fn a_usual_reading_is_short() {
        let mut bytes = Vec::new();
        let reading = Reading {
            commanded: Milliamp::literal(12.0),
            measured: Milliamp::literal(11.984_375),
            load: Ohm::literal(2_104.0),
            mean: Microamp::literal(-0.875),
        };
        put(Stimulator::Measured(reading), &mut bytes);
        assert!(bytes.len() <= 7, "{} bytes", bytes.len());
    }
}
