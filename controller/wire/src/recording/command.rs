//! A command as bytes: its age, its kind, and what it brings.

use soothe_therapy::checklist::{Answers, Condition};
use soothe_therapy::engine::COMMANDS_MAX;
use soothe_therapy::pain::care::Settled;
use soothe_therapy::pain::red_flags::{RedFlag, RedFlags};
use soothe_therapy::pain::{Felt, Pain, When};
use soothe_therapy::protocol::PHASES_MAX;
use soothe_therapy::session::PromptId;
use soothe_therapy::tens::{Cap, ElectrodeArea};
use soothe_therapy::{
    Command, FaultKind, Moment, Order, PadModel, Phase, Plan, Profile, Protocol, Purpose,
    SessionId, Span, StopCause, TunedPad, Tuning,
};

use super::bytes::{Bad, Put as _, Take};
use super::step::Unreadable;
use crate::boot;

/// The commands of one step, as they are stored: a start brings a whole protocol, and a file that names many
/// is to take no more memory than it is long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands(Box<[u8]>);

impl Commands {
    /// These commands, of a step at `now`.
    #[must_use]
    pub fn of(commands: &[Command], now: Moment) -> Self {
        if commands.is_empty() {
            return Self::default();
        }
        let mut bytes = Vec::new();
        bytes.number(commands.len() as u64);
        commands.iter().for_each(|command| put_command(command, now, &mut bytes));
        Self(bytes.into())
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads them once, so that they can be read ever after.
    pub(super) fn take(now: Moment, from: &mut Take<'_>) -> Result<Self, Unreadable> {
        let bytes = from.rest();
        let count = from.number()?;
        if count > COMMANDS_MAX as u64 {
            return Err(Unreadable::Bad);
        }
        for _ in 0..count {
            take_command(now, from)?;
        }
        let length = bytes.len() - from.left();
        Ok(Self(bytes.get(..length).unwrap_or(bytes).into()))
    }

    /// The commands, of a step at `now`.
    #[must_use]
    pub fn list(&self, now: Moment) -> Vec<Command> {
        let mut from = Take::new(&self.0);
        let count = from.number().unwrap_or(0);
        (0..count).map_while(|_| take_command(now, &mut from).ok()).collect()
    }
}

fn put_command(command: &Command, now: Moment, to: &mut Vec<u8>) {
    to.signed(now.as_ms().wrapping_sub(command.issued.as_ms()).cast_signed());
    match command.order {
        Order::Start { id, plan } => put_start(id, &plan, to),
        Order::Confirm { prompt } => {
            to.push(21);
            to.signed(prompt.session.0);
            to.number(u64::from(prompt.number));
        }
        Order::Felt(Felt { site, pain, when }) => {
            to.push(10);
            to.text(site.name());
            to.push(pain.get());
            to.text(when.name());
        }
        Order::Settle { site, how } => {
            to.push(11);
            to.text(site.name());
            to.text(how.name());
        }
        Order::AnswerRedFlags(signs) => {
            to.push(12);
            to.number(signs.yes().count() as u64);
            signs.yes().for_each(|sign| to.text(sign.name()));
        }
        Order::Numb => to.push(15),
        Order::Level { to_ma } => to.extend_from_slice(&[16, to_ma]),
        Order::Lower { to_ma } => to.extend_from_slice(&[20, to_ma]),
        Order::Heartbeat => to.push(17),
        Order::Pause => to.push(18),
        Order::Resume => to.push(19),
        Order::Stop(cause) => {
            to.push(1);
            to.text(cause.name());
        }
        Order::Clear { shown } => {
            to.push(2);
            to.text(shown.map_or("", FaultKind::name));
        }
        Order::Present => to.push(3),
        Order::Press => to.push(22),
        Order::Answer(answers) => {
            to.push(4);
            to.number(answers.yes().count() as u64);
            answers.yes().for_each(|condition| to.text(condition.name()));
        }
        Order::ForgetLoss => to.push(5),
        Order::UsePad(None) => to.push(7),
        Order::UseProfile(profile) => {
            to.push(23);
            to.text(profile.name());
        }
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

/// One heat phase and a tuning are written as they were before there were protocols.
fn put_start(id: SessionId, plan: &Plan, to: &mut Vec<u8>) {
    let (protocol, site) = (plan.protocol(), plan.site().name());
    match (plan.purpose(), protocol.name().as_str(), protocol.phases()) {
        (Purpose::Tune, _, [Phase::Heat { target, .. }]) => {
            to.push(6);
            to.signed(id.0);
            to.extend_from_slice(&target.get().to_le_bytes());
            to.text(site);
        }
        (Purpose::Treat, Plan::HEAT, [Phase::Heat { target, duration }]) => {
            to.push(0);
            to.signed(id.0);
            to.extend_from_slice(&target.get().to_le_bytes());
            to.number(duration.as_ms());
            to.text(site);
        }
        (Purpose::Treat | Purpose::Tune, name, phases) => {
            to.push(13);
            to.signed(id.0);
            to.text(name);
            to.number(phases.len() as u64);
            phases.iter().for_each(|phase| put_phase(phase, to));
            to.text(site);
        }
    }
}

fn put_phase(phase: &Phase, to: &mut Vec<u8>) {
    to.push(match phase {
        Phase::Heat { .. } => 0,
        Phase::Ice { .. } => 1,
        Phase::Swap { .. } => 2,
        Phase::Rest { until_normal: false, .. } => 3,
        Phase::Rest { until_normal: true, .. } => 4,
        Phase::Tens { .. } => 5,
        Phase::Exercise { .. } => 6,
    });
    match phase {
        Phase::Heat { target, .. } => to.extend_from_slice(&target.get().to_le_bytes()),
        Phase::Tens { mode, cap, area, .. } => {
            to.text(mode.name());
            to.extend_from_slice(&cap.current().get().to_le_bytes());
            to.extend_from_slice(&area.get().to_le_bytes());
        }
        Phase::Exercise { exercise, .. } => to.text(exercise.name()),
        Phase::Ice { .. } | Phase::Swap { .. } | Phase::Rest { .. } => {}
    }
    to.number(phase.duration().as_ms());
}

fn take_phase(from: &mut Take<'_>) -> Result<Phase, Unreadable> {
    let span = |from: &mut Take<'_>| Ok::<_, Bad>(Span::from_ms(from.number()?));
    Ok(match from.byte()? {
        0 => Phase::Heat { target: from.celsius()?, duration: span(from)? },
        1 => Phase::Ice { duration: span(from)? },
        2 => Phase::Swap { duration: span(from)? },
        3 => Phase::Rest { duration: span(from)?, until_normal: false },
        4 => Phase::Rest { duration: span(from)?, until_normal: true },
        5 => {
            let mode = known(from.text()?, "a TENS mode", |name| name.parse().ok())?;
            let cap = Cap::new(from.float()?);
            let cap = cap.map_err(|error| Unreadable::Unknown(error.to_string()))?;
            let area = ElectrodeArea::new(from.float()?);
            let area = area.map_err(|error| Unreadable::Unknown(error.to_string()))?;
            Phase::Tens { mode, cap, area, duration: span(from)? }
        }
        6 => {
            let exercise = known(from.text()?, "an exercise", |name| name.parse().ok())?;
            Phase::Exercise { exercise, duration: span(from)? }
        }
        other => return Err(Unreadable::Unknown(format!("a phase of kind {other}"))),
    })
}

fn take_protocol(from: &mut Take<'_>) -> Result<Protocol, Unreadable> {
    let name = from.text()?;
    let count = from.number()?;
    if count > PHASES_MAX as u64 {
        return Err(Unreadable::Unknown(format!("a protocol of {count} phases")));
    }
    let phases = (0..count).map(|_| take_phase(from)).collect::<Result<Vec<_>, _>>()?;
    let protocol = Protocol::new(name, &phases);
    protocol.map_err(|error| Unreadable::Unknown(format!("a protocol: {error}")))
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
            let plan = Plan::heat(target_c, duration, site);
            let plan = plan.map_err(|error| Unreadable::Unknown(format!("a plan: {error}")))?;
            Order::Start { id, plan }
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
            let plan = Plan::tuning(target_c, site);
            let plan = plan.map_err(|error| Unreadable::Unknown(format!("a plan: {error}")))?;
            Order::Start { id, plan }
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
        10 => {
            let site = boot::site(from.text()?).map_err(Unreadable::Unknown)?;
            let pain = Pain::new(from.byte()?).map_err(|_| Unreadable::Bad)?;
            let when = known(from.text()?, "a time of pain", When::from_name)?;
            Order::Felt(Felt { site, pain, when })
        }
        11 => {
            let site = boot::site(from.text()?).map_err(Unreadable::Unknown)?;
            Order::Settle { site, how: known(from.text()?, "a settlement", Settled::from_name)? }
        }
        12 => Order::AnswerRedFlags(red_flags(from)?),
        13 => {
            let id = SessionId(from.signed()?);
            let protocol = take_protocol(from)?;
            let site = boot::site(from.text()?).map_err(Unreadable::Unknown)?;
            let plan = Plan::of(protocol, site);
            let plan = plan.map_err(|error| Unreadable::Unknown(format!("a plan: {error}")))?;
            Order::Start { id, plan }
        }
        21 => {
            let session = SessionId(from.signed()?);
            let number = u32::try_from(from.number()?);
            let unknown = |_| Unreadable::Unknown("a prompt of that number".to_owned());
            Order::Confirm { prompt: PromptId { session, number: number.map_err(unknown)? } }
        }
        22 => Order::Press,
        15 => Order::Numb,
        16 => Order::Level { to_ma: from.byte()? },
        20 => Order::Lower { to_ma: from.byte()? },
        17 => Order::Heartbeat,
        18 => Order::Pause,
        19 => Order::Resume,
        23 => Order::UseProfile(known(from.text()?, "a profile", Profile::from_name)?),
        other => return Err(Unreadable::Unknown(format!("a command of kind {other}"))),
    };
    Ok(Command { issued, order })
}

fn known<T>(name: &str, what: &str, find: fn(&str) -> Option<T>) -> Result<T, Unreadable> {
    find(name).ok_or_else(|| Unreadable::Unknown(format!("{what} `{name}`")))
}

fn red_flags(from: &mut Take<'_>) -> Result<RedFlags, Unreadable> {
    let count = from.number()?;
    if count > RedFlag::ALL.len() as u64 {
        return Err(Unreadable::Bad);
    }
    let mut signs = RedFlags::NONE;
    for _ in 0..count {
        signs = signs.and(known(from.text()?, "a sign", RedFlag::from_name)?);
    }
    Ok(signs)
}

fn pad(power_w: f64, mass: f64, loss: f64) -> Result<PadModel, Unreadable> {
    PadModel::new(power_w, mass, loss).map_err(|error| Unreadable::Unknown(error.to_string()))
}

fn cause(name: &str) -> Result<StopCause, Unreadable> {
    let found = StopCause::ALL.into_iter().find(|cause| cause.name() == name);
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
    use soothe_therapy::exercise::Exercise;
    use soothe_therapy::tens::Mode;
    use soothe_therapy::{Celsius, Site};

    fn any_phases() -> impl Strategy<Value = Vec<Phase>> {
        let phase = (0u8..7, 30_000..=300_000u64, 30.0..=40.0f64).prop_map(|(kind, ms, c)| {
            let duration = Span::from_ms(ms);
            match kind {
                0 => Phase::Heat {
                    target: Celsius::literal(c),
                    duration: Span::from_ms(ms.max(60_000)),
                },
                1 => Phase::Ice { duration },
                2 => Phase::Swap { duration },
                5 => Phase::Tens {
                    mode: Mode::ALL[ms as usize % Mode::ALL.len()],
                    cap: Cap::DEFAULT,
                    area: ElectrodeArea::literal(c),
                    duration: Span::from_ms(ms.max(60_000)),
                },
                6 => Phase::Exercise {
                    exercise: Exercise::ALL[ms as usize % Exercise::ALL.len()],
                    duration,
                },
                _ => Phase::Rest { duration, until_normal: kind == 3 },
            }
        });
        prop::collection::vec(phase, 1..9)
    }

    pub(crate) fn any_order() -> impl Strategy<Value = Order> {
        let plan = (30.0..=42.0f64, 60_000..=1_200_000u64, prop::sample::select(Site::ALL));
        let plan = plan.prop_map(|(c, ms, site)| Plan::heat(c, Span::from_ms(ms), site).unwrap());
        let tuning = (30.0..=42.0f64, prop::sample::select(Site::ALL));
        let tuning = tuning.prop_map(|(c, site)| Plan::tuning(c, site).unwrap());
        let led = (any_phases(), prop::sample::select(Site::ALL));
        let led = led.prop_filter_map("no protocol", |(phases, site)| {
            Plan::of(Protocol::new("any", &phases).ok()?, site).ok()
        });
        let plan = prop_oneof![plan, tuning, led];
        let pad = (25.0..60.0f64, 0.6..1.4f64, 0.6..2.5f64, any::<i64>(), 0.9..1.1f64);
        let pad = pad.prop_map(|(power_w, mass, loss, of, by)| Tuning {
            of: SessionId(of),
            pad: TunedPad::of(PadModel::new(power_w, mass, loss).unwrap())
                .refined_to(&PadModel::nearest(power_w * by, mass / by, loss)),
        });
        let a_site = || prop::sample::select(Site::ALL);
        let felt = (a_site(), 0..=10u8, prop::sample::select(When::ALL));
        let settled = (a_site(), prop::sample::select(Settled::ALL));
        let signs = prop::sample::subsequence(RedFlag::ALL, 0..=RedFlag::ALL.len());
        let yes = prop::sample::subsequence(Condition::ALL, 0..=Condition::ALL.len());
        prop_oneof![
            (any::<i64>(), plan).prop_map(|(id, plan)| Order::Start { id: SessionId(id), plan }),
            prop::sample::select(vec![
                Order::Stop(StopCause::Person),
                Order::Stop(StopCause::LogFailed),
                Order::Stop(StopCause::Shutdown),
                Order::Present,
                Order::Press,
                Order::Numb,
                Order::Heartbeat,
                Order::Pause,
                Order::Resume,
                Order::Level { to_ma: 9 },
                Order::Lower { to_ma: 4 },
                Order::Confirm { prompt: PromptId { session: SessionId(3), number: 7 } },
                Order::ForgetLoss,
                Order::Clear { shown: None },
            ]),
            prop::sample::select(FaultKind::ALL).prop_map(|it| Order::Clear { shown: Some(it) }),
            prop::option::of(pad).prop_map(Order::UsePad),
            prop::sample::select(&Profile::ALL[..]).prop_map(Order::UseProfile),
            felt.prop_map(|(site, points, when)| {
                Order::Felt(Felt { site, pain: Pain::new(points).unwrap(), when })
            }),
            settled.prop_map(|(site, how)| Order::Settle { site, how }),
            signs.prop_map(|it| {
                Order::AnswerRedFlags(it.into_iter().fold(RedFlags::NONE, RedFlags::and))
            }),
            yes.prop_map(|yes| Order::Answer(yes.into_iter().fold(Answers::NONE, Answers::and))),
        ]
    }
}
