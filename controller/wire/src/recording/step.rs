//! One step as bytes: what is as in the step before costs nothing.
//!
//! ```text
//! flags 1 | time since the step before 1.. | sensors that changed 4.. | lines 1 | commands .. | digest 4
//! ```

use soothe_therapy::checklist::{Answers, Condition};
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::{
    Celsius, Command, FaultKind, HeatPlan, LineState, Moment, Order, PadModel, ProbeError, Purpose,
    RawReading, Readings, SessionId, Span, StopCause, TunedPad, Tuning, limits,
};

use super::bytes::{Bad, Put as _, Take};
use crate::boot;

/// What went into one step, and the digest of what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its time.
    pub now: Moment,
    /// What the thermometers had said.
    pub readings: Readings,
    /// What was ordered.
    pub commands: Vec<Command>,
    /// What the lines said.
    pub lines: LineState,
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
const FLAGS: u8 = 0x3f;

/// What was in the step before, at either end.
#[derive(Clone, Debug)]
pub(super) struct Coder {
    now: Moment,
    sensors: [Option<RawReading>; 3],
    /// The last value of each sensor that was a whole number of sixteenths of a degree.
    sixteenths: [i64; 3],
    lines: LineState,
}

fn sensors(readings: &Readings) -> [Option<RawReading>; 3] {
    let Readings { contact: [first, second], ambient } = *readings;
    [first, second, ambient]
}

impl Coder {
    /// Before the first step, which is at `began`.
    pub(super) fn new(began: Moment) -> Self {
        let (sensors, sixteenths) = ([None; 3], [0; 3]);
        Self { now: began, sensors, sixteenths, lines: LineState::default() }
    }

    /// Writes a step.
    pub(super) fn put(&mut self, step: &Step, to: &mut Vec<u8>) {
        let Step { now, readings, commands, lines, last, digest } = step;
        let flags_at = to.len();
        to.push(0);
        let mut flags = 0;
        let since = now.as_ms().wrapping_sub(self.now.as_ms()).cast_signed();
        to.signed(since.wrapping_sub(limits::CYCLE.as_ms().cast_signed()));
        self.now = *now;
        for (at, sensor) in sensors(readings).into_iter().enumerate() {
            if sensor != self.sensors[at] {
                flags |= 1 << at;
                self.sensors[at] = sensor;
                self.put_sensor(at, sensor, to);
            }
        }
        if *lines != self.lines {
            flags |= LINES;
            self.lines = *lines;
            to.push(bits_of(*lines));
        }
        if !commands.is_empty() {
            flags |= COMMANDS;
            to.number(commands.len() as u64);
            commands.iter().for_each(|command| put_command(command, *now, to));
        }
        flags |= if *last { LAST } else { 0 };
        to.extend_from_slice(&digest.to_le_bytes());
        to[flags_at] = flags;
    }

    /// Reads a step.
    pub(super) fn take(&mut self, from: &mut Take<'_>) -> Result<Step, Unreadable> {
        let flags = from.byte()?;
        if flags & !FLAGS != 0 {
            return Err(Unreadable::Bad);
        }
        let since = from.signed()?.wrapping_add(limits::CYCLE.as_ms().cast_signed());
        let now = Moment::from_ms(self.now.as_ms().wrapping_add_signed(since));
        self.now = now;
        for at in 0..self.sensors.len() {
            if flags & 1 << at != 0 {
                self.sensors[at] = self.take_sensor(at, from)?;
            }
        }
        if flags & LINES != 0 {
            self.lines = lines_of(from.byte()?)?;
        }
        let mut commands = Vec::new();
        if flags & COMMANDS != 0 {
            let count = from.number()?;
            if count > COMMANDS_MAX as u64 {
                return Err(Unreadable::Bad);
            }
            commands.reserve_exact(count as usize);
            for _ in 0..count {
                commands.push(take_command(now, from)?);
            }
        }
        let digest = u32::from_le_bytes(from.array()?);
        let [first, second, ambient] = self.sensors;
        let readings = Readings { contact: [first, second], ambient };
        let (lines, last) = (self.lines, flags & LAST != 0);
        Ok(Step { now, readings, commands, lines, last, digest })
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

fn put_command(command: &Command, now: Moment, to: &mut Vec<u8>) {
    to.signed(now.as_ms().wrapping_sub(command.issued.as_ms()).cast_signed());
    match command.order {
        Order::StartHeat { id, plan } => {
            to.push(match plan.purpose() {
                Purpose::Heat => 0,
                Purpose::Tune => 6,
            });
            to.signed(id.0);
            to.extend_from_slice(&plan.target().get().to_le_bytes());
            match plan.purpose() {
                Purpose::Heat => to.number(plan.duration().as_ms()),
                Purpose::Tune => {}
            }
            to.text(plan.site().name());
        }
        Order::Stop(cause) => {
            to.push(1);
            to.text(cause.name());
        }
        Order::Clear { shown } => {
            to.push(2);
            to.text(shown.map_or("", FaultKind::name));
        }
        Order::Present => to.push(3),
        Order::Answer(answers) => {
            to.push(4);
            to.number(answers.yes().count() as u64);
            answers.yes().for_each(|condition| to.text(condition.name()));
        }
        Order::ForgetLoss => to.push(5),
        Order::UsePad(None) => to.push(7),
        Order::UsePad(Some(Tuning { of, pad })) => {
            to.push(9);
            to.signed(of.0);
            let (found, now) = (pad.found(), pad.now());
            for number in [found.power_w(), found.mass(), found.loss(), now.power_w(), now.mass()] {
                to.extend_from_slice(&number.to_le_bytes());
            }
        }
    }
}

fn take_command(now: Moment, from: &mut Take<'_>) -> Result<Command, Unreadable> {
    let age = from.signed()?.cast_unsigned();
    let issued = Moment::from_ms(now.as_ms().wrapping_sub(age));
    let order = match from.byte()? {
        0 => {
            let id = SessionId(from.signed()?);
            let target_c = from.celsius()?.get();
            let duration = Span::from_ms(from.number()?);
            let site = boot::site(from.text()?).map_err(Unreadable::Unknown)?;
            let plan = HeatPlan::new(target_c, duration, site);
            let plan = plan.map_err(|error| Unreadable::Unknown(format!("a plan: {error}")))?;
            Order::StartHeat { id, plan }
        }
        1 => Order::Stop(cause(from.text()?)?),
        2 => Order::Clear { shown: shown(from.text()?)? },
        3 => Order::Present,
        4 => Order::Answer(answers(from)?),
        5 => Order::ForgetLoss,
        6 => {
            let id = SessionId(from.signed()?);
            let target_c = from.celsius()?.get();
            let site = boot::site(from.text()?).map_err(Unreadable::Unknown)?;
            let plan = HeatPlan::tuning(target_c, site);
            let plan = plan.map_err(|error| Unreadable::Unknown(format!("a plan: {error}")))?;
            Order::StartHeat { id, plan }
        }
        7 => Order::UsePad(None),
        8 => {
            let of = SessionId(from.signed()?);
            let [power_w, mass, loss] = [from.float()?, from.float()?, from.float()?];
            Order::UsePad(Some(Tuning { of, pad: TunedPad::of(pad(power_w, mass, loss)?) }))
        }
        9 => {
            let of = SessionId(from.signed()?);
            let [power_w, mass, loss] = [from.float()?, from.float()?, from.float()?];
            let [now_w, now_mass] = [from.float()?, from.float()?];
            let found = TunedPad::of(pad(power_w, mass, loss)?);
            let pad = found.refined_to(&pad(now_w, now_mass, loss)?);
            Order::UsePad(Some(Tuning { of, pad }))
        }
        other => return Err(Unreadable::Unknown(format!("a command of kind {other}"))),
    };
    Ok(Command { issued, order })
}

fn pad(power_w: f64, mass: f64, loss: f64) -> Result<PadModel, Unreadable> {
    PadModel::new(power_w, mass, loss).map_err(|error| Unreadable::Unknown(error.to_string()))
}

fn cause(name: &str) -> Result<StopCause, Unreadable> {
    let causes = [StopCause::Person, StopCause::LogFailed, StopCause::Shutdown];
    let found = causes.into_iter().find(|cause| cause.name() == name);
    found.ok_or_else(|| Unreadable::Unknown(format!("a cause of a stop `{name}`")))
}

fn shown(name: &str) -> Result<Option<FaultKind>, Unreadable> {
    match FaultKind::from_name(name) {
        None if !name.is_empty() => Err(Unreadable::Unknown(format!("a fault `{name}`"))),
        found => Ok(found),
    }
}

fn answers(from: &mut Take<'_>) -> Result<Answers, Unreadable> {
    let mut answers = Answers::NONE;
    for _ in 0..from.number()? {
        let name = from.text()?;
        let condition = Condition::from_name(name);
        let unknown = || Unreadable::Unknown(format!("a condition `{name}`"));
        answers = answers.and(condition.ok_or_else(unknown)?);
    }
    Ok(answers)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use soothe_therapy::Site;

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

    fn any_order() -> impl Strategy<Value = Order> {
        let plan = (30.0..=42.0f64, 60_000..=1_200_000u64, prop::sample::select(Site::ALL));
        let plan =
            plan.prop_map(|(c, ms, site)| HeatPlan::new(c, Span::from_ms(ms), site).unwrap());
        let tuning = (30.0..=42.0f64, prop::sample::select(Site::ALL));
        let tuning = tuning.prop_map(|(c, site)| HeatPlan::tuning(c, site).unwrap());
        let plan = prop_oneof![plan, tuning];
        let pad = (25.0..60.0f64, 0.6..1.4f64, 0.6..2.5f64, any::<i64>(), 0.9..1.1f64);
        let pad = pad.prop_map(|(power_w, mass, loss, of, by)| Tuning {
            of: SessionId(of),
            pad: TunedPad::of(PadModel::new(power_w, mass, loss).unwrap())
                .refined_to(&PadModel::nearest(power_w * by, mass / by, loss)),
        });
        let yes = prop::sample::subsequence(Condition::ALL, 0..=Condition::ALL.len());
        prop_oneof![
            (any::<i64>(), plan)
                .prop_map(|(id, plan)| Order::StartHeat { id: SessionId(id), plan }),
            prop::sample::select(vec![
                Order::Stop(StopCause::Person),
                Order::Stop(StopCause::LogFailed),
                Order::Stop(StopCause::Shutdown),
                Order::Present,
                Order::ForgetLoss,
                Order::Clear { shown: None },
            ]),
            prop::sample::select(FaultKind::ALL).prop_map(|it| Order::Clear { shown: Some(it) }),
            prop::option::of(pad).prop_map(Order::UsePad),
            yes.prop_map(|yes| Order::Answer(yes.into_iter().fold(Answers::NONE, Answers::and))),
        ]
    }

    prop_compose! {
        pub(crate) fn any_step()(
            now in any::<u64>(),
            few in 0u32..64,
            contact in [any_reading(), any_reading()],
            ambient in any_reading(),
            commands in prop::collection::vec((any::<u64>(), any_order()), 0..=COMMANDS_MAX),
            lines in (any::<bool>(), any::<Option<bool>>(), any::<Option<bool>>(), any::<[bool; 3]>()),
            digest in any::<u32>(),
        ) -> Step {
            let (estop_open, cutout_open, pad_current, [undervoltage, guard_lost, last]) = lines;
            let command = |(issued, order)| Command { issued: Moment::from_ms(issued), order };
            Step {
                now: Moment::from_ms(now >> few),
                readings: Readings { contact, ambient },
                commands: commands.into_iter().map(command).collect(),
                lines: LineState { estop_open, cutout_open, pad_current, undervoltage, guard_lost },
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
            commands: Vec::new(),
            lines: LineState::default(),
            last: false,
            digest: 7,
        };
        let mut bytes = Vec::new();
        Coder::new(Moment::from_ms(5000)).put(&step, &mut bytes);
        assert_eq!(bytes, [0, 0, 7, 0, 0, 0]);
    }
}
