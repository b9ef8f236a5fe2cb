//! What a pad of this kind would have read, beside what was read.

use soothe_therapy::PadModel;
use soothe_therapy::pad::Expected;
use soothe_wire::Sample;

/// One moment of a tuning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// Time since the session's start, in seconds.
    pub(crate) t_s: f64,
    /// The mean of the contact sensors in degrees Celsius; none while one is lost.
    pub(crate) measured_c: Option<f64>,
    /// What the model reads, in degrees Celsius.
    pub(crate) model_c: f64,
    /// K1 is closed.
    pub(crate) heater_on: bool,
}

/// The model's curve from what was switched alone: it starts where the pad was and never looks again. The log
/// has a sample a second, so a switching counts from the middle between two.
pub(crate) fn curve(samples: &[Sample], pad: PadModel) -> Vec<Point> {
    let rooms: Vec<f64> = samples.iter().filter_map(|sample| sample.ambient_c).collect();
    let first_c = samples.iter().find_map(measured_c);
    let Some(first_c) = first_c.filter(|_| !rooms.is_empty()) else { return Vec::new() };
    let room_c = rooms.iter().sum::<f64>() / rooms.len() as f64;
    let above_k = first_c - room_c;
    let mut expected = Expected::of(pad, above_k);
    let mut told_k = above_k;
    let before = std::iter::once(None).chain(samples.iter().map(Some));
    let points = samples.iter().zip(before).map(|(sample, before)| {
        if let Some(before) = before {
            let on = u8::from(before.heater_on) + u8::from(sample.heater_on);
            told_k = expected.after(sample.t_s - before.t_s, f64::from(on) / 2.0);
        }
        Point {
            t_s: sample.t_s,
            measured_c: measured_c(sample),
            model_c: room_c + told_k,
            heater_on: sample.heater_on,
        }
    });
    points.collect()
}

fn measured_c(sample: &Sample) -> Option<f64> {
    sample.contact1_c.zip(sample.contact2_c).map(|(one, two)| (one + two) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(t_s: f64, contact_c: f64, heater_on: bool) -> Sample {
        Sample {
            t_s,
            contact1_c: Some(contact_c),
            contact2_c: Some(contact_c),
            ambient_c: Some(22.0),
            target_c: Some(41.0),
            duty: 1.0,
            heater_on,
            dose_cem43: 0.0,
        }
    }

    #[test]
    fn the_model_starts_where_the_pad_was_and_follows_the_switch() {
        let at = |s: u32| sample(f64::from(s), 22.3, s < 240);
        let samples: Vec<Sample> = (0..400).map(at).collect();
        let curve = curve(&samples, PadModel::TYPICAL);
        assert!((curve[0].model_c - 22.3).abs() < 1e-9);
        // The reference pad reads 40.77 °C after 240 s at full power from 22 °C.
        assert!((curve[240].model_c - 41.0).abs() < 0.2, "{}", curve[240].model_c);
        assert!(curve[399].model_c < curve[300].model_c);
    }

    #[test]
    fn without_a_reading_there_is_no_curve() {
        let lost = Sample { contact1_c: None, ..sample(0.0, 22.0, false) };
        assert_eq!(curve(&[lost], PadModel::TYPICAL), []);
        assert_eq!(curve(&[], PadModel::TYPICAL), []);
    }
}
