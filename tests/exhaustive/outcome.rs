//! What comes of one step, in a few words.

use soothe_therapy::engine::{Output, Snapshot};
use soothe_therapy::{Event, Fault, Outcome, Refusal};

use crate::around::Around;
use crate::bench::Bench;
use crate::command::Asked;
use crate::heard::Heard;
use crate::states::{DUE, State};
use soothe_therapy::{Span, limits};

/// What the state becomes under this command, evidence and circumstances; none when they cannot come
/// together.
pub(crate) fn of(state: &State, asked: Asked, heard: Heard, around: Around) -> Option<String> {
    let mut bench = reach(state, heard, around)?;
    let before = bench.last.as_ref().map(|output| output.snapshot)?;
    let command = asked.command(DUE, Some(&before));
    let silence = around.silence();
    let output = bench.step(silence, DUE, heard, around, command)?;
    Some(words(&before, output))
}

/// An engine that is one step before the moment, with the evidence well on its way.
fn reach(state: &State, heard: Heard, around: Around) -> Option<Bench> {
    let silence = around.silence();
    let cycles = |n: u64| Span::from_ms(n * limits::CYCLE.as_ms());
    let lead =
        silence + cycles(around.begins_cycles_before()) + Span::from_s(heard.begins_s_before());
    let mut bench = state.reach(lead)?;
    let before = bench.last.as_ref().map(|output| stays(&output.snapshot));
    while bench.now < DUE.before(silence) {
        let left = DUE.before(silence).since(bench.now);
        let early = left > cycles(around.begins_cycles_before());
        let around = if early { Around::Good } else { around };
        bench.step(limits::CYCLE, DUE, heard, around, None)?;
    }
    // On its way it must not have become another state already.
    (before == bench.last.as_ref().map(|output| stays(&output.snapshot))).then_some(bench)
}

/// What must not change on the way.
fn stays(snapshot: &Snapshot) -> (Option<bool>, Option<Fault>) {
    (snapshot.session.map(|session| session.proving), snapshot.fault)
}

fn words(before: &Snapshot, output: &Output) -> String {
    let reply = output.replies.first().and_then(|reply| reply.err()).map(refusal);
    let after = &output.snapshot;
    let mut parts: Vec<String> = reply.into_iter().collect();
    parts.extend(output.events.iter().filter_map(ended));
    parts.extend(notices(before, after));
    parts.push(next(before, after));
    parts.push(lines(output).to_owned());
    parts.join(", ")
}

/// Latched faults are not told apart: which one it is, the state says.
fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::Running { .. } => "refused: running".to_owned(),
        Refusal::Latched(_) => "refused: latched".to_owned(),
        Refusal::CauseRemains(_) => "refused: cause remains".to_owned(),
        Refusal::OtherFault(_) => "refused: other fault".to_owned(),
        Refusal::Interrupted { .. }
        | Refusal::Expired { .. }
        | Refusal::EStop
        | Refusal::TooFewContacts { .. }
        | Refusal::Disagree { .. }
        | Refusal::NoAmbient
        | Refusal::Ambient { .. }
        | Refusal::Contact { .. }
        | Refusal::CutOut
        | Refusal::StrayCurrent
        | Refusal::RelayWorn { .. }
        | Refusal::Site(_)
        | Refusal::Checklist(_)
        | Refusal::Worsened { .. }
        | Refusal::RedFlags(_)
        | Refusal::Undervoltage
        | Refusal::GuardLost
        | Refusal::NotAsked { .. }
        | Refusal::NoPack
        | Refusal::PackLeft
        | Refusal::Cold(_)
        | Refusal::Profile(_)
        | Refusal::ProfileFixed(_)
        | Refusal::NoStimulator
        | Refusal::NoTens
        | Refusal::LevelJump { .. }
        | Refusal::NotRaised(_)
        | Refusal::NoPause(_) => {
            format!("refused {}", refusal.rule().map_or("?", |rule| rule.id()))
        }
    }
}

fn ended(event: &Event) -> Option<String> {
    let Event::Ended(ended) = event else { return None };
    Some(match ended.outcome {
        Outcome::Completed | Outcome::Measured => "completed".to_owned(),
        Outcome::Stopped(_) => "stopped".to_owned(),
        Outcome::Limit(limit) => format!("ended {}", limit.rule()),
        Outcome::Fault(_) => "ended".to_owned(),
    })
}

fn notices(before: &Snapshot, after: &Snapshot) -> impl Iterator<Item = String> {
    let acknowledged = before.interrupted.is_some() && after.interrupted.is_none();
    let forgotten = before.record_lost && !after.record_lost;
    let answered = before.checklist.map(|it| it.answers) != after.checklist.map(|it| it.answers);
    [(acknowledged, "acknowledged"), (forgotten, "loss forgotten"), (answered, "answered")]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| word.to_owned())
}

fn next(before: &Snapshot, after: &Snapshot) -> String {
    match (after.fault, after.session) {
        (Some(fault), _) if before.fault == Some(fault) => "latched as before".to_owned(),
        (Some(fault), _) => format!("latched {}", fault.kind.name()),
        (None, Some(session)) => {
            let stage = if session.proving { "proving" } else { "heating" };
            let asking = if after.alarm.is_some() { " and asking" } else { "" };
            format!("{stage}{asking}")
        }
        (None, None) => "idle".to_owned(),
    }
}

fn lines(output: &Output) -> &'static str {
    match (output.actuators.k1(), output.actuators.k2()) {
        (true, true) => "K1+K2",
        (true, false) => "K1",
        (false, true) => "K2",
        (false, false) => "off",
    }
}
