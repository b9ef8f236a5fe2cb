//! The device that somebody has: a pad, its sense lines, and what the daemon knows of it.

use soothe_plant::PadSpec;
use soothe_therapy::{Heater, Kelvin, PadModel, RelayKind, TunedPad};

use crate::chance::{Chance, Stream};

/// A pad that differs by more than this share from what is known of it is not as it was tuned: tuning finds the power
/// to 3 % and the mass to 2 %.
const FOREIGN: f64 = 0.05;

/// What somebody has.
pub(crate) struct Device {
    pub(crate) pad: PadSpec,
    pub(crate) sense_lines: bool,
    /// A probe lies on the skin under its cold pack.
    pub(crate) skin_probe: bool,
    /// What the daemon knows of the pad.
    pub(crate) heater: Heater,
    /// It knows another pad.
    pub(crate) foreign: bool,
    /// All that in words.
    pub(crate) words: String,
}

/// A pad as somebody may have, in a room as somebody may sit in.
pub(crate) fn any_device(seed: u64) -> Device {
    let mut chance = Chance::new(seed, Stream::Pad);
    let capacity = chance.between(0.6, 1.4);
    let power_w = chance.between(25.0, 60.0);
    let room_c = chance.between(15.0, 30.0);
    let mut offset = || Kelvin::literal(chance.between(-0.4, 0.4));
    let offsets = [offset(), offset()];
    let sense_lines = chance.happens(0.5);
    let pad = PadSpec::scaled(capacity, power_w, room_c).with_offsets(offsets);
    let [first, second] = offsets.map(Kelvin::get);
    let heater = any_heater(&mut chance, capacity, power_w, sense_lines);
    let tuned = heater.tuned.map_or("never tuned".to_owned(), |it| {
        format!("tuned as one of {:.0} W and {:.2} times", it.now().power_w(), it.now().mass())
    });
    let words = format!(
        "A pad of {power_w:.0} W, {capacity:.2} times the reference's heat capacity, {} sense lines;\n\
         its relay is {}, and it was {tuned};\n\
         its sensors are off by {first:+.1} and {second:+.1} K; the room has {room_c:.1} °C.",
        if sense_lines { "with" } else { "without" },
        match heater.relay {
            RelayKind::Mechanical => "mechanical",
            RelayKind::Mosfet => "a transistor",
        },
    );
    let off = |found: f64, is: f64| (found / is - 1.0).abs() > FOREIGN;
    let differs = |it: TunedPad| off(it.now().power_w(), power_w) || off(it.now().mass(), capacity);
    let foreign = heater.tuned.is_some_and(differs);
    let skin_probe = chance.happens(0.5);
    let pad = pad.with_sense_lines(sense_lines);
    Device { pad, sense_lines, skin_probe, heater, foreign, words }
}

/// A heater that was never tuned, or tuned well, or tuned with another pad. A transistor is used only where
/// its current is sensed.
fn any_heater(chance: &mut Chance, capacity: f64, power_w: f64, sense_lines: bool) -> Heater {
    let transistor = sense_lines && chance.happens(0.5);
    let relay = if transistor { RelayKind::Mosfet } else { RelayKind::Mechanical };
    let found = |mass: f64, power_w: f64| TunedPad::of(PadModel::nearest(power_w, mass, 1.0));
    let tuned = match chance.whole(1, 4) {
        1 | 2 => None,
        3 => {
            let mut off = || chance.between(0.96, 1.04);
            Some(found(capacity * off(), power_w * off()))
        }
        _ => Some(found(chance.between(0.6, 1.4), chance.between(25.0, 60.0))),
    };
    // Half of them sessions have shown before: the pad was swapped since, if it is another one.
    let tuned = tuned.map(|it| it.proven(chance.happens(0.5)));
    Heater { relay, tuned }
}
