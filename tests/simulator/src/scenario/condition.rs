//! What can be so at a moment: states, values and events, with their words.

use soothe_therapy::alarm::Alarm;
use soothe_therapy::attendance::Attending;
use soothe_therapy::{Event, FaultKind, Rule};
use soothe_wire::convert;

use super::action::{kind, named};
use super::stage::Seen;
use super::words::{Read, Words};
use crate::host::Standstill;

/// Something that is so or not so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Condition {
    State(State),
    /// A fault is latched; this one, if one is named.
    Fault(Option<FaultKind>),
    Alarm(Alarm),
    Value {
        value: Value,
        above: bool,
        than: f64,
    },
    Event {
        name: &'static str,
        about: Option<About>,
    },
}

/// A state of the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    Idle,
    Running,
    Proving,
    Heating,
    Asking,
    Interrupted,
    RecordLost,
    Hung,
    Down,
    Off,
    Energised,
    K1,
    K2,
    Current,
    Pulses,
    Paused,
    Laid,
    Buzzer,
}

/// Something that has a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Surface,
    Element,
    Hottest,
    Dose,
    SkinDose,
    Skin,
    Operations,
    Tens,
    Level,
}

/// What an event may be about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum About {
    Rule(Rule),
    Outcome(&'static str),
    /// No rule: a session runs already.
    Running,
}

pub(super) const STATES: &[(&str, State)] = &[
    ("idle", State::Idle),
    ("running", State::Running),
    ("proving", State::Proving),
    ("heating", State::Heating),
    ("asking", State::Asking),
    ("interrupted", State::Interrupted),
    ("record-lost", State::RecordLost),
    ("hung", State::Hung),
    ("down", State::Down),
    ("off", State::Off),
    ("energised", State::Energised),
    ("k1", State::K1),
    ("k2", State::K2),
    ("current", State::Current),
    ("pulses", State::Pulses),
    ("paused", State::Paused),
    ("laid", State::Laid),
    ("buzzer", State::Buzzer),
];

pub(super) const VALUES: &[(&str, Value)] = &[
    ("surface", Value::Surface),
    ("element", Value::Element),
    ("hottest", Value::Hottest),
    ("dose", Value::Dose),
    ("skin-dose", Value::SkinDose),
    ("skin", Value::Skin),
    ("operations", Value::Operations),
    ("tens", Value::Tens),
    ("level-ma", Value::Level),
];

pub(super) const EVENTS: &[&str] = &[
    "started",
    "proved",
    "target-reached",
    "asked",
    "confirmed",
    "numb",
    "level",
    "level-zeroed",
    "electrodes-off",
    "resumed",
    "phase-began",
    "analgesia",
    "skin-too-cold",
    "skin-unwatched",
    "misfits",
    "asked-for-sign",
    "present",
    "ended",
    "refused",
    "latched",
    "cleared",
    "acknowledged",
    "answered",
    "loss-forgotten",
    "tuned",
    "not-tuned",
    "refined",
    "pad-chosen",
];

pub(super) const OUTCOMES: &[&str] = &["completed", "stopped", "limit", "fault"];

pub(super) const ALARMS: &[(&str, Alarm)] = &[
    ("prompt", Alarm::Prompt),
    ("attend", Alarm::Attend),
    ("pack-off", Alarm::PackOff),
    ("fault", Alarm::Fault),
    ("unplug", Alarm::Unplug),
];

impl Condition {
    /// Reads a condition.
    pub(super) fn read(words: &mut Words<'_>) -> Read<Self> {
        if let Some((_, state)) = STATES.iter().find(|(name, _)| words.next_is(name)) {
            return Ok(Self::State(*state));
        }
        if let Some((_, value)) = VALUES.iter().find(|(name, _)| words.next_is(name)) {
            let above = words.choose("a comparison", &[("above", true), ("below", false)])?;
            let than = words.number("a number", -1000.0, 1_000_000.0)?;
            return Ok(Self::Value { value: *value, above, than });
        }
        if let Some(name) = EVENTS.iter().find(|name| words.next_is(name)) {
            return Ok(Self::Event { name, about: About::read(name, words)? });
        }
        if words.next_is("fault") {
            let named_next = words.rest().split_whitespace().next().and_then(FaultKind::from_name);
            return Ok(Self::Fault(if named_next.is_some() { Some(kind(words)?) } else { None }));
        }
        if words.next_is("alarm") {
            return Ok(Self::Alarm(words.choose("an alarm", ALARMS)?));
        }
        let names = STATES.iter().map(|(name, _)| *name);
        let names = names.chain(VALUES.iter().map(|(name, _)| *name)).chain(EVENTS.iter().copied());
        let accepted = names.chain(["fault", "alarm"]).collect::<Vec<_>>().join(", ");
        words.parse("something that can be so", &accepted, |_| None)
    }

    /// Whether it is so.
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let snapshot = seen.snapshot;
        match *self {
            Self::State(state) => state.holds(seen),
            Self::Fault(kind) => snapshot
                .and_then(|it| it.fault)
                .is_some_and(|fault| kind.is_none_or(|kind| kind == fault.kind)),
            Self::Alarm(alarm) => snapshot.is_some_and(|it| it.alarm == Some(alarm)),
            Self::Value { value, above, than } => {
                let is = |number: f64| if above { number > than } else { number < than };
                value.of(seen).is_some_and(is)
            }
            Self::Event { name, about } => seen.events.iter().any(|event| {
                let record = convert::event_record(event, 0.0);
                record.kind == name && about.is_none_or(|about| about.fits(event))
            }),
        }
    }

    /// The number that it is about, if it is about one.
    pub(super) fn number(&self, seen: &Seen<'_>) -> Option<f64> {
        match self {
            Self::Value { value, .. } => value.of(seen),
            Self::State(_) | Self::Fault(_) | Self::Alarm(_) | Self::Event { .. } => None,
        }
    }
}

impl State {
    fn holds(self, seen: &Seen<'_>) -> bool {
        let session = seen.snapshot.and_then(|it| it.session);
        match self {
            Self::Idle => {
                seen.snapshot.is_some_and(|it| it.session.is_none() && it.fault.is_none())
            }
            Self::Running => session.is_some(),
            Self::Proving => session.is_some_and(|it| it.proving),
            Self::Heating => {
                session.is_some_and(|it| !it.proving && it.phase.phase.target().is_some())
            }
            Self::Asking => {
                session.is_some_and(|it| matches!(it.attending, Attending::Asking { .. }))
            }
            Self::Interrupted => seen.snapshot.is_some_and(|it| it.interrupted.is_some()),
            Self::RecordLost => seen.snapshot.is_some_and(|it| it.record_lost),
            Self::Hung => {
                matches!(seen.standstill, Some(Standstill::Hung | Standstill::Frozen))
            }
            Self::Down => seen.standstill == Some(Standstill::Dead),
            Self::Off => session.is_none() && !seen.k1 && !seen.k2,
            Self::Energised => seen.k1 || seen.k2,
            Self::K1 => seen.k1,
            Self::K2 => seen.k2,
            Self::Current => seen.truth.heating,
            Self::Pulses => seen.truth.tens_ma > 0.0,
            Self::Paused => session.is_some_and(|it| it.phase.pause_left.is_some()),
            Self::Laid => session.is_some_and(|it| it.phase.level.is_some()),
            Self::Buzzer => seen.buzzer,
        }
    }
}

impl Value {
    fn of(self, seen: &Seen<'_>) -> Option<f64> {
        match self {
            Self::Surface => Some(seen.truth.surface.get()),
            Self::Element => Some(seen.truth.element.get()),
            Self::Hottest => seen.snapshot.and_then(|it| it.hottest).map(|t| t.get()),
            Self::Dose => seen.snapshot.and_then(|it| it.session).map(|it| it.dose.get()),
            Self::SkinDose => Some(seen.skin_dose.get()),
            Self::Skin => seen.truth.skin.map(|t| t.get()),
            Self::Tens => Some(seen.truth.tens_ma),
            Self::Level => {
                let level = seen.snapshot.and_then(|it| it.session).and_then(|it| it.phase.level);
                level.map(|it| it.current().get())
            }
            Self::Operations => seen.snapshot.map(|it| f64::from(it.relay_operations)),
        }
    }
}

impl About {
    fn read(event: &str, words: &mut Words<'_>) -> Read<Option<Self>> {
        let rules = named(Rule::ALL, Rule::id);
        if let Some((_, rule)) = rules.iter().find(|(id, _)| words.next_is(id)) {
            return Ok(Some(Self::Rule(*rule)));
        }
        let outcome = OUTCOMES.iter().find(|name| event == "ended" && words.next_is(name));
        if let Some(name) = outcome {
            return Ok(Some(Self::Outcome(name)));
        }
        Ok((event == "refused" && words.next_is("running")).then_some(Self::Running))
    }

    fn fits(self, event: &Event) -> bool {
        let record = convert::event_record(event, 0.0);
        match self {
            Self::Rule(rule) => record.rule.as_deref() == Some(rule.id()),
            Self::Outcome(name) => {
                matches!(event, Event::Ended(ended) if ended.outcome.name() == name)
            }
            Self::Running => record.rule.is_none(),
        }
    }
}
