//! The fuzzer: inputs that nobody would write, for everything that reads what others have written.
//!
//! ```text
//! soothe-fuzz                       20,000 cases of each target
//! soothe-fuzz --cases N --seed S    so many, from that seed on
//! soothe-fuzz TARGET...             some of: config pad script sensor command recording record log api hand
//! soothe-fuzz --but TARGET          all but this one; may be said several times
//! soothe-fuzz --input FILE TARGET   one input that was kept
//! ```
//!
//! Case number n of a target has the seed S + n and is the same wherever it runs. A panic in any
//! thread, a case that does not end, memory without bound, and whatever a target says must not be, is a
//! failure: it is shown with the command that repeats it, and the process ends with code 1.

mod api;
mod command;
mod config;
mod drive;
mod electrodes;
mod hand;
mod http;
mod log;
mod mutate;
mod pad;
mod place;
mod protocol;
mod pulses;
mod record;
mod recording;
mod script;
mod sensed;
mod sensor;
mod served;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use soothed::Clock;

use drive::{Cases, Tally, Target};

const ALL: [&str; 11] = [
    "config",
    "pad",
    "protocol",
    "script",
    "sensor",
    "command",
    "recording",
    "record",
    "log",
    "api",
    "hand",
];
/// As many as `tests/run` asks for.
const CASES: u64 = 20_000;

struct Asked {
    cases: Cases,
    input: Option<PathBuf>,
    targets: Vec<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let clock = Clock::start();
    let asked = asked(std::env::args().skip(1))?;
    let input = asked.input.as_ref().map(std::fs::read).transpose().context("the input")?;
    println!(
        "{:<10} {:>9} {:>9} {:>10} {:>9}  failures",
        "target", "cases", "accepted", "cases/s", "s"
    );
    let mut code = ExitCode::SUCCESS;
    for name in &asked.targets {
        let mut target = target(name, clock)?;
        let tally = match &input {
            Some(input) => drive::run_one(name, target.as_mut(), input, clock),
            None => drive::run(name, target.as_mut(), asked.cases, clock),
        };
        let Tally { cases, accepted, took, failure } = tally;
        let took_s = took.as_secs_f64();
        let speed = cases as f64 / took_s.max(1e-9);
        let failures = u32::from(failure.is_some());
        println!("{name:<10} {cases:>9} {accepted:>9} {speed:>10.0} {took_s:>9.1}  {failures}");
        if let Some(failure) = failure {
            print!("{}", failure.told());
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn asked(mut args: impl Iterator<Item = String>) -> anyhow::Result<Asked> {
    let cases = Cases { first_seed: 1, count: CASES };
    let mut asked = Asked { cases, input: None, targets: Vec::new() };
    let mut but = Vec::new();
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--cases" => asked.cases.count = value()?.parse().context("--cases")?,
            "--seed" => asked.cases.first_seed = value()?.parse().context("--seed")?,
            "--input" => asked.input = Some(value()?.into()),
            "--but" => but.push(value()?),
            name if ALL.contains(&name) => asked.targets.push(arg),
            other => bail!("no target is called {other}; there are {ALL:?}"),
        }
    }
    if let Some(other) = but.iter().find(|name| !ALL.contains(&name.as_str())) {
        bail!("no target is called {other}; there are {ALL:?}");
    }
    if asked.targets.is_empty() {
        asked.targets = ALL.map(str::to_owned).to_vec();
    }
    asked.targets.retain(|name| !but.contains(name));
    Ok(asked)
}

fn target(name: &str, clock: Clock) -> anyhow::Result<Box<dyn Target>> {
    Ok(match name {
        "config" => Box::new(config::Config::new()?),
        "pad" => Box::new(pad::Pad),
        "protocol" => Box::new(protocol::Protocols),
        "script" => Box::new(script::Script),
        "sensor" => Box::new(sensor::Sensor::new()?),
        "command" => Box::new(command::Commands),
        "recording" => Box::new(recording::Recordings),
        "record" => Box::new(record::Record::new(clock)?),
        "log" => Box::new(log::Log::new(clock)?),
        "api" => Box::new(api::Api::new()?),
        "hand" => Box::new(hand::Hand::new()?),
        other => bail!("no target is called {other}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_target_begins_with_does_no_harm_and_half_of_it_is_valid() {
        for name in ALL {
            let mut target = target(name, Clock::start()).expect(name);
            let corpus = target.corpus();
            let valid = corpus.iter().filter(|input| target.take(input).expect(name)).count();
            assert!(2 * valid >= corpus.len(), "{name}: {valid} of {}", corpus.len());
        }
    }

    #[test]
    fn what_is_asked_for_is_understood_or_refused() {
        let asked = |words: &str| asked(words.split(' ').map(str::to_owned));
        let some = asked("pad --cases 7 --seed 9 api").expect("understood");
        assert_eq!((some.cases.count, some.cases.first_seed), (7, 9));
        assert_eq!(some.targets, ["pad", "api"]);
        assert_eq!(asked("--cases 7").expect("understood").targets, ALL);
        let most = asked("--but hand --but config").expect("understood").targets;
        assert_eq!(most, ALL[1..ALL.len() - 1]);
        for wrong in ["nothing", "--cases", "--cases many", "--sed 4", "--but", "--but nothing"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
