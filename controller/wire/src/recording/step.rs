//! One step as bytes: what is as in the step before costs nothing.
//!
//! ```text
//! flags 1 | time since the step before 1.. | sensors that changed 4.. | lines 1 | stimulator .. | commands .. |
//! digest 4
//! ```

use soothe_therapy::tens::Stimulator;
use soothe_therapy::{Celsius, LineState, Moment, ProbeError, RawReading, Readings, limits};

use super::bytes::{Bad, Put as _, Take};
pub(super) use super::command::Commands;
use super::stimulator;

/// What went into one step, and the digest of what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its time.
    pub now: Moment,
    /// What the thermometers had said.
    pub readings: Readings,
    /// What was ordered.
    pub commands: Commands,
    /// What the lines said.
    pub lines: LineState,
    /// What the stimulator said.
    pub stimulator: Stimulator,
    /// The session ended in it.
    pub last: bool,
    /// Of the whole output, see [`super::digest`].
    pub digest: u32,
}

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// No step was written like this.
    Bad,
    /// It has something that this version does not know.
    Unknown(String),
}

impl From<Bad> for Unreadable {
    fn from(_: Bad) -> Self {
        Self::Bad
    }
}

const LINES: u8 = 1 << 3;
const COMMANDS: u8 = 1 << 4;
const LAST: u8 = 1 << 5;
const STIMULATOR: u8 = 1 << 7;
/// One flag for each sensor; that of the skin came later than those after which it stands.
const SENSORS: [u8; 4] = [1 << 0, 1 << 1, 1 << 2, 1 << 6];

/// What was in the step before, at either end.
#[derive(Clone, Debug)]
pub(super) struct Coder {
    now: Moment,
    sensors: [Option<RawReading>; 4],
    /// The last value of each sensor that was a whole number of sixteenths of a degree.
    sixteenths: [i64; 4],
    lines: LineState,
    stimulator: Stimulator,
}

fn sensors(readings: &Readings) -> [Option<RawReading>; 4] {
    let Readings { contact: [first, second], ambient, skin } = *readings;
    [first, second, ambient, skin]
}

impl Coder {
    /// Before the first step, which is at `began`.
    pub(super) fn new(began: Moment) -> Self {
        let (sensors, sixteenths) = ([None; 4], [0; 4]);
        Self {
            now: began,
            sensors,
            sixteenths,
            lines: LineState::default(),
            stimulator: Stimulator::Absent,
        }
    }

    /// Writes a step.
    pub(super) fn put(&mut self, step: &Step, to: &mut Vec<u8>) {
        let Step { now, readings, commands, lines, stimulator, last, digest } = step;
        let flags_at = to.len();
        to.push(0);
        let mut flags = 0;
        let since = now.as_ms().wrapping_sub(self.now.as_ms()).cast_signed();
        to.signed(since.wrapping_sub(limits::CYCLE.as_ms().cast_signed()));
        self.now = *now;
        for (at, sensor) in sensors(readings).into_iter().enumerate() {
            if sensor != self.sensors[at] {
                flags |= SENSORS[at];
                self.sensors[at] = sensor;
                self.put_sensor(at, sensor, to);
            }
        }
        if *lines != self.lines {
            flags |= LINES;
            self.lines = *lines;
            to.push(bits_of(*lines));
        }
        if *stimulator != self.stimulator {
            flags |= STIMULATOR;
            self.stimulator = *stimulator;
            stimulator::put(*stimulator, to);
        }
        if !commands.is_empty() {
            flags |= COMMANDS;
            to.extend_from_slice(commands.bytes());
        }
        flags |= if *last { LAST } else { 0 };
        to.extend_from_slice(&digest.to_le_bytes());
        to[flags_at] = flags;
    }

    /// Reads a step.
    pub(super) fn take(&mut self, from: &mut Take<'_>) -> Result<Step, Unreadable> {
        let flags = from.byte()?;
        let since = from.signed()?.wrapping_add(limits::CYCLE.as_ms().cast_signed());
        let now = Moment::from_ms(self.now.as_ms().wrapping_add_signed(since));
        self.now = now;
        for (at, flag) in SENSORS.into_iter().enumerate() {
            if flags & flag != 0 {
                self.sensors[at] = self.take_sensor(at, from)?;
            }
        }
        if flags & LINES != 0 {
            self.lines = lines_of(from.byte()?)?;
        }
        if flags & STIMULATOR != 0 {
            self.stimulator = stimulator::take(from)?;
        }
        let some = flags & COMMANDS != 0;
        let commands = if some { Commands::take(now, from)? } else { Commands::default() };
        let digest = u32::from_le_bytes(from.array()?);
        let [first, second, ambient, skin] = self.sensors;
        let readings = Readings { contact: [first, second], ambient, skin };
        let (lines, stimulator, last) = (self.lines, self.stimulator, flags & LAST != 0);
        Ok(Step { now, readings, commands, lines, stimulator, last, digest })
    }

    fn put_sensor(&mut self, at: usize, sensor: Option<RawReading>, to: &mut Vec<u8>) {
        let Some(RawReading { began, outcome }) = sensor else {
            return to.push(0);
        };
        match outcome {
            Ok(celsius) => match in_sixteenths(celsius) {
                Some(sixteenths) => {
                    to.push(1);
                    to.signed(sixteenths - self.sixteenths[at]);
                    self.sixteenths[at] = sixteenths;
                }
                None => {
                    to.push(2);
                    to.extend_from_slice(&celsius.get().to_le_bytes());
                }
            },
            Err(ProbeError::Missing) => to.push(3),
            Err(ProbeError::Checksum) => to.push(4),
            Err(ProbeError::Garbled) => to.push(5),
            Err(ProbeError::Bus) => to.push(6),
        }
        to.signed(self.now.as_ms().wrapping_sub(began.as_ms()).cast_signed());
    }

    fn take_sensor(
        &mut self,
        at: usize,
        from: &mut Take<'_>,
    ) -> Result<Option<RawReading>, Unreadable> {
        let outcome = match from.byte()? {
            0 => return Ok(None),
            1 => {
                let sixteenths = self.sixteenths[at].wrapping_add(from.signed()?);
                self.sixteenths[at] = sixteenths;
                Ok(Celsius::new(sixteenths as f64 / 16.0).map_err(|_| Unreadable::Bad)?)
            }
            2 => Ok(from.celsius()?),
            3 => Err(ProbeError::Missing),
            4 => Err(ProbeError::Checksum),
            5 => Err(ProbeError::Garbled),
            6 => Err(ProbeError::Bus),
            _ => return Err(Unreadable::Bad),
        };
        let age = from.signed()?.cast_unsigned();
        let began = Moment::from_ms(self.now.as_ms().wrapping_sub(age));
        Ok(Some(RawReading { began, outcome }))
    }
}

/// As a DS18B20 counts, where nothing is lost by it.
fn in_sixteenths(celsius: Celsius) -> Option<i64> {
    let sixteenths = (celsius.get() * 16.0) as i64;
    let same = (sixteenths as f64 / 16.0).to_bits() == celsius.get().to_bits();
    same.then_some(sixteenths)
}

fn bits_of(lines: LineState) -> u8 {
    let LineState { estop_open, cutout_open, pad_current, undervoltage, guard_lost } = lines;
    let sensed = |line: Option<bool>| line.map_or(0, |high| 1 + u8::from(high));
    u8::from(estop_open)
        | sensed(cutout_open) << 1
        | sensed(pad_current) << 3
        | u8::from(undervoltage) << 5
        | u8::from(guard_lost) << 6
}

fn lines_of(bits: u8) -> Result<LineState, Bad> {
    let sensed = |bits: u8| match bits & 3 {
        0 => Ok(None),
        1 => Ok(Some(false)),
        2 => Ok(Some(true)),
        _ => Err(Bad),
    };
    if bits & 0x80 != 0 {
        return Err(Bad);
    }
    Ok(LineState {
        estop_open: bits & 1 != 0,
        cutout_open: sensed(bits >> 1)?,
        pad_current: sensed(bits >> 3)?,
        undervoltage: bits & 1 << 5 != 0,
        guard_lost: bits & 1 << 6 != 0,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::command::tests::any_order;
    use super::super::stimulator::tests::any_stimulator;
    use super::*;
    use proptest::prelude::*;
    use soothe_therapy::Command;
    use soothe_therapy::engine::COMMANDS_MAX;

    fn any_reading() -> impl Strategy<Value = Option<RawReading>> {
        let celsius = prop_oneof![
            (-880i32..16_000).prop_map(|sixteenths| f64::from(sixteenths) / 16.0),
            -273.15..1000.0f64,
            Just(-0.0),
        ];
        let outcome = prop_oneof![
            8 => celsius.prop_map(|c| Ok(Celsius::literal(c))),
            1 => prop::sample::select(vec![
                Err(ProbeError::Missing),
                Err(ProbeError::Checksum),
                Err(ProbeError::Garbled),
                Err(ProbeError::Bus),
            ]),
        ];
        let raw = (any::<u64>(), 0u32..64, outcome).prop_map(|(began, few, outcome)| RawReading {
            began: Moment::from_ms(began >> few),
            outcome,
        });
        prop::option::weighted(0.9, raw)
    }

    prop_compose! {
        pub(crate) fn any_step()(
            now in any::<u64>(),
            few in 0u32..64,
            contact in [any_reading(), any_reading()],
            ambient in any_reading(),
            skin in any_reading(),
            commands in prop::collection::vec((any::<u64>(), any_order()), 0..=COMMANDS_MAX),
            stimulator in any_stimulator(),
            lines in (any::<bool>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<[bool; 3]>()),
            digest in any::<u32>(),
        ) -> Step {
            let (estop_open, cutout_open, pad_current, [undervoltage, guard_lost, last]) = lines;
            let command = |(issued, order)| Command { issued: Moment::from_ms(issued), order };
            let commands: Vec<_> = commands.into_iter().map(command).collect();
            let now = Moment::from_ms(now >> few);
            Step {
                now,
                readings: Readings { contact, ambient, skin },
                commands: Commands::of(&commands, now),
                lines: LineState { estop_open, cutout_open, pad_current, undervoltage, guard_lost },
                stimulator,
                last,
                digest,
            }
        }
    }

    proptest! {
        #[test]
        fn steps_come_back_to_the_last_bit(
            steps in prop::collection::vec(any_step(), 1..20), began in any::<u64>(),
        ) {
            let mut bytes = Vec::new();
            let mut coder = Coder::new(Moment::from_ms(began));
            steps.iter().for_each(|step| coder.put(step, &mut bytes));
            let (mut take, mut coder) = (Take::new(&bytes), Coder::new(Moment::from_ms(began)));
            for step in &steps {
                let read = coder.take(&mut take).expect("readable");
                // Equality of floats does not tell -0 from 0; their text does.
                prop_assert_eq!(format!("{read:?}"), format!("{step:?}"));
            }
            prop_assert!(take.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let (mut take, mut coder) = (Take::new(&bytes), Coder::new(Moment::START));
            while coder.take(&mut take).is_ok() {}
        }
    }

    #[test]
    fn a_step_in_which_nothing_happens_costs_six_bytes() {
        let step = Step {
            now: Moment::from_ms(5100),
            readings: Readings::default(),
            commands: Commands::default(),
            lines: LineState::default(),
            stimulator: Stimulator::Absent,
            last: false,
            digest: 7,
        };
        let mut bytes = Vec::new();
        Coder::new(Moment::from_ms(5000)).put(&step, &mut bytes);
        assert_eq!(bytes, [0, 0, 7, 0, 0, 0]);
    }

    #[test]
    fn a_step_that_was_written_before_there_was_a_skin_probe_is_read_as_one_without() {
        // Both contact sensors at 30 °C, the room's missing, nothing else new.
        let mut written = vec![0b111, 0];
        for sensor in [[1, 0xc0, 0x07, 0], [1, 0xc0, 0x07, 0]] {
            written.extend_from_slice(&sensor);
        }
        written.extend_from_slice(&[3, 0, 7, 0, 0, 0]);
        let mut take = Take::new(&written);
        let step = Coder::new(Moment::START).take(&mut take).expect("readable");
        assert!(take.is_empty());
        let told = |sensor: Option<RawReading>| sensor.map(|raw| raw.outcome);
        assert_eq!(told(step.readings.contact[1]), Some(Ok(Celsius::literal(30.0))));
        assert_eq!(told(step.readings.ambient), Some(Err(ProbeError::Missing)));
        assert_eq!(step.readings.skin, None);
    }

    #[test]
    fn the_skin_probe_has_the_seventh_flag() {
        let skin = Some(RawReading { began: Moment::from_ms(100), outcome: Err(ProbeError::Bus) });
        let step = Step {
            now: Moment::from_ms(100),
            readings: Readings { skin, ..Readings::default() },
            commands: Commands::default(),
            lines: LineState::default(),
            stimulator: Stimulator::Absent,
            last: false,
            digest: 7,
        };
        let mut bytes = Vec::new();
        Coder::new(Moment::START).put(&step, &mut bytes);
        assert_eq!(bytes, [1 << 6, 0, 6, 0, 7, 0, 0, 0]);
    }
}
