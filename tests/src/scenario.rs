//! Scenarios: commented scripts that tell a story, and the timeline that the core makes of it.
//!
//! ```text
//! # Prose: what is shown, and why it matters.
//! pad power = 60.0                    # keys of a pad file; none is the nominal pad
//! rows every 2m                       # how often the timeline shows the state
//! at 0s start heat 40 for 15m on left-shoulder
//! at 5m sensor 1 missing              # or: sensor 2 reads 85.0 | sensor 1 healthy
//! at 6m estop open                    # or: estop closed
//! at 7m stop                          # or: clear
//! until 10m
//! ```
//!
//! Everything after `#` is a comment. Times are whole seconds or minutes and never go back.

use std::fmt::{self, Write as _};

use soothe_plant::{ClosedLoop, PadSpec};
use soothe_therapy::{
    Celsius, HeatPlan, Order, Output, ProbeError, RawReading, Readings, SessionId, Span, StopCause,
};
use soothe_wire::convert;

/// A script, parsed.
#[derive(Debug)]
pub struct Scenario {
    pad: PadSpec,
    rows_every: Span,
    actions: Vec<(Span, Action)>,
    until: Span,
}

/// What can happen in a script.
#[derive(Clone, Copy, Debug)]
enum Action {
    Start(HeatPlan),
    Stop,
    Clear,
    EStop { open: bool },
    Sensor { index: usize, says: Says },
}

/// What a contact sensor says.
#[derive(Clone, Copy, Debug)]
enum Says {
    Truth,
    Missing,
    Fixed(Celsius),
}

/// A script that cannot be understood.
#[derive(Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// What was wrong, and what would be accepted.
    pub problem: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ScriptError {}

impl Scenario {
    /// Parses a script.
    ///
    /// # Errors
    /// With the line and what would have been accepted there.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut it = Self {
            pad: PadSpec::nominal(),
            rows_every: Span::from_min(1),
            actions: Vec::new(),
            until: Span::ZERO,
        };
        for (index, line) in text.lines().enumerate() {
            let words = line.split('#').next().unwrap_or_default().trim();
            if !words.is_empty() {
                it.take(words).map_err(|problem| ScriptError { line: index + 1, problem })?;
            }
        }
        if it.until == Span::ZERO {
            let line = text.lines().count();
            return Err(ScriptError { line, problem: "the script needs `until <time>`".into() });
        }
        Ok(it)
    }

    fn take(&mut self, words: &str) -> Result<(), String> {
        if let Some(toml) = words.strip_prefix("pad ") {
            self.pad = PadSpec::from_toml(toml).map_err(|error| error.to_string())?;
            return Ok(());
        }
        let words: Vec<&str> = words.split_whitespace().collect();
        match words.as_slice() {
            ["rows", "every", every] => self.rows_every = time(every)?,
            ["until", end] => self.until = time(end)?,
            ["at", at, what @ ..] => {
                let at = time(at)?;
                if self.actions.last().is_some_and(|(last, _)| at < *last) {
                    return Err("times must not go back".into());
                }
                self.actions.push((at, action(what)?));
            }
            _ => return Err("expected `pad`, `rows every`, `at` or `until`".into()),
        }
        Ok(())
    }

    /// Lives through the script and writes down what happened.
    #[must_use]
    pub fn timeline(&self) -> String {
        let mut world = ClosedLoop::new(self.pad.clone(), 1);
        let mut says = [Says::Truth; 2];
        let mut pending = self.actions.iter().peekable();
        let mut text = String::new();
        let mut sessions = 0;
        while world.now() <= soothe_therapy::Moment::START + self.until {
            let t = Span::from_ms(world.now().as_ms());
            let mut order = None;
            // One order a cycle: a second of the same moment waits for the next.
            while let Some((_, action)) = pending.next_if(|(at, _)| *at <= t && order.is_none()) {
                match *action {
                    Action::Start(plan) => {
                        sessions += 1;
                        order = Some(Order::StartHeat { id: SessionId(sessions), plan });
                    }
                    Action::Stop => order = Some(Order::Stop(StopCause::Person)),
                    Action::Clear => order = Some(Order::Clear { shown: None }),
                    Action::EStop { open } => world.plant.open_estop(open),
                    Action::Sensor { index, says: what } => says[index] = what,
                }
            }
            let readings = heard(world.plant.readings(), says);
            let output = world.cycle_seeing(order, readings);
            for event in &output.events {
                let record = convert::event_record(event, 0.0);
                let rule = record.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
                line(&mut text, t, &format!("* {}: {}{rule}", record.kind, record.message));
            }
            if t.as_ms().is_multiple_of(self.rows_every.as_ms()) {
                line(&mut text, t, &row(&world, &output));
            }
        }
        text
    }
}

fn line(text: &mut String, t: Span, what: &str) {
    let (s, tenths) = (t.as_ms() / 1000, t.as_ms() % 1000 / 100);
    writeln!(text, "{:02}:{:02}.{tenths}  {what}", s / 60, s % 60).expect("strings take text");
}

/// The state in one line: what the skin has, what is believed, what is driven.
fn row(world: &ClosedLoop, output: &Output) -> String {
    let snapshot = &output.snapshot;
    let hottest = snapshot.hottest.map_or("lost".to_owned(), |t| format!("{:.2}", t.get()));
    let lines = match (output.actuators.k1(), output.actuators.k2()) {
        (true, _) => "heating",
        (false, true) => "armed",
        (false, false) => "off",
    };
    let surface_c = world.plant.truth().surface.get();
    let mut text = format!("surface {surface_c:.2}  hottest {hottest}  {lines}");
    if let Some(session) = snapshot.session {
        let (duty, dose) = (session.duty.get(), session.dose.get());
        write!(text, "  duty {duty:.2}  dose {dose:.3}").expect("strings take text");
    }
    text
}

fn heard(mut readings: Readings, says: [Says; 2]) -> Readings {
    for (slot, says) in readings.contact.iter_mut().zip(says) {
        let outcome = match says {
            Says::Truth => continue,
            Says::Missing => Err(ProbeError::Missing),
            Says::Fixed(t) => Ok(t),
        };
        *slot = slot.map(|raw| RawReading { outcome, ..raw });
    }
    readings
}

fn action(words: &[&str]) -> Result<Action, String> {
    match words {
        ["start", "heat", target, "for", length, "on", site] => {
            let target_c: f64 = target.parse().map_err(|_| format!("{target} is no number"))?;
            let site = site.parse().map_err(|error| format!("{site}: {error}"))?;
            let plan = HeatPlan::new(target_c, time(length)?, site);
            plan.map(Action::Start).map_err(|error| error.to_string())
        }
        ["stop"] => Ok(Action::Stop),
        ["clear"] => Ok(Action::Clear),
        ["estop", "open"] => Ok(Action::EStop { open: true }),
        ["estop", "closed"] => Ok(Action::EStop { open: false }),
        ["sensor", index, says @ ..] => {
            let index = match *index {
                "1" => 0,
                "2" => 1,
                other => return Err(format!("{other} is no contact sensor; there are 1 and 2")),
            };
            let says = match says {
                ["healthy"] => Says::Truth,
                ["missing"] => Says::Missing,
                ["reads", value] => {
                    let value_c: f64 =
                        value.parse().map_err(|_| format!("{value} is no number"))?;
                    Says::Fixed(Celsius::new(value_c).map_err(|error| error.to_string())?)
                }
                _ => return Err("a sensor is `healthy`, `missing` or `reads <number>`".into()),
            };
            Ok(Action::Sensor { index, says })
        }
        _ => Err("expected start, stop, clear, estop or sensor".into()),
    }
}

fn time(word: &str) -> Result<Span, String> {
    let (digits, unit) = word.split_at(word.len().saturating_sub(1));
    let number: u64 = digits.parse().map_err(|_| format!("{word} is no time; write 30s or 5m"))?;
    match unit {
        "s" => Ok(Span::from_s(number)),
        "m" => Ok(Span::from_min(number)),
        _ => Err(format!("{word} is no time; write 30s or 5m")),
    }
}
