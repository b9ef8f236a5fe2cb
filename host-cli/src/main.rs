//! `soothe`, the command line: start, stop and watch sessions, preview them, read their log.
//!
//! What it is: a face. It parses what a person typed, refuses at once what the limits refuse anyway,
//! asks the daemon, and shows the answer.
//!
//! What it never does: touch hardware, keep state, or decide what the daemon must decide again.

mod args;
mod commands;
mod failure;
mod follow;
mod library;
mod output;
mod parse;
mod pulse;
mod render;
mod screen;
mod typed;
mod word;

use std::process::ExitCode;

use clap::Parser as _;
use soothe_wire::client::{Client, Endpoint};

use crate::args::{Cli, Command, Global};
use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    let Cli { command, global } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    let output = Output::new(&global);
    match run(command, &global, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}

/// The command line was not understood, or only help was asked for.
fn misunderstood(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|arg| arg == "--json");
    if json && error.use_stderr() {
        return output::failure(&Failure::usage(&output::explained(error)).json(), 2);
    }
    output::explanation(error)
}

fn run(command: Command, global: &Global, output: &Output) -> Result<(), Failure> {
    let client = Client::new(endpoint(global)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::Other(format!("the async runtime did not start: {e}")))?;
    let done = runtime.block_on(ask(command, global, &client, output));
    // A name that is still being looked up would hold the answer back for seconds.
    runtime.shutdown_background();
    done
}

fn endpoint(global: &Global) -> Result<Endpoint, Failure> {
    Ok(match &global.url {
        Some(url) => Endpoint::parse(url)?,
        None => Endpoint::local(),
    })
}

async fn ask(
    command: Command,
    global: &Global,
    client: &Client,
    output: &Output,
) -> Result<(), Failure> {
    match command {
        Command::Heat(heat) => commands::heat::run(&heat, client, output).await,
        Command::Start(start) => commands::start::run(&start, client, output).await,
        Command::Stop => commands::stop::run(client, output).await,
        Command::Status => commands::status::run(client, output).await,
        Command::Watch => commands::watch::run(client, output).await,
        Command::Tune(tune) => commands::tune::run(&tune, client, output).await,
        Command::Log(log) => commands::log::run(&log, client, output).await,
        Command::Replay(replay) => commands::replay::run(&replay, client, output).await,
        Command::Preview(preview) => commands::preview::run(&preview, client, output).await,
        Command::Protocols(it) => commands::protocols::run(&it, output),
        Command::Sites => commands::body::sites(output),
        Command::Exercises(asked) => commands::body::exercises(&asked, output),
        Command::Sim(sim) => commands::sim::run(&sim, output),
        Command::Numb => commands::numb::run(client, output).await,
        Command::Confirm => commands::confirm::run(client, output).await,
        Command::Level { to } => commands::hand::level(to, client, output).await,
        Command::Pause => commands::hand::pause(client, output).await,
        Command::Resume => commands::hand::resume(client, output).await,
        Command::Checklist(list) => commands::checklist::run(&list, client, output).await,
        Command::Profile(it) => commands::profile::run(&it, client, output).await,
        Command::Pain(pain) => commands::pain::run(pain, client, output).await,
        Command::Treatment(it) => commands::treatment::run(it, client, output).await,
        Command::Remind(it) => commands::remind::run(it, client, output).await,
        Command::Redflags(signs) => commands::red_flags::run(&signs, client, output).await,
        Command::Clear(clear) => commands::clear::run(&clear, client, output).await,
        Command::Doctor(doctor) => commands::doctor::run(&doctor, global),
        Command::Completions { shell } => commands::manual::completions(shell, output),
        Command::Man { out } => commands::manual::pages(&out),
    }
}
