//! The command line as clap sees it: every command, with examples in its help.

mod tune;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use soothe_simulator::Mode;
use soothe_therapy::checklist::Condition;
use soothe_therapy::{Site, Span};

pub(crate) use tune::{Choice, Tune};

use crate::parse;

/// Heat for a muscle knot, from the command line.
///
/// `soothe` starts, stops and watches heat sessions that the daemon `soothed` runs, and reads its log.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 80,
    propagate_version = true,
    after_help = "Example:\n  soothe heat --target 40 --for 15m --site left-shoulder\n\n\
        Hobby software, not a medical device: it can burn you if it is built wrong, \
        wired wrong or fails.",
    after_long_help = AFTER_LONG_HELP
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  soothed --sim                          try everything on a simulated pad
  soothe preview --target 40 --for 15m   see what a session will look like
  soothe heat --target 40 --for 15m --site left-shoulder
  soothe stop                            from any other terminal, at any time
  soothe log show 7                      the curve of session 7

Exit codes:
  0  done
  1  something else went wrong, such as a file that cannot be written
  2  usage: the command line was not understood, or names what does not exist
  3  refused, or ended early by a limit; with the rule's id where a rule refused
  4  the daemon is not reachable
  5  a fault is latched

Hobby software, not a medical device: not tested or cleared by any authority. \
It can burn you if it is built wrong, wired wrong or fails; do not use it on \
anyone who is asleep or instead of seeing a clinician.";

/// What every command understands.
#[derive(Args, Debug)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Print JSON instead of text; errors too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Where the daemon is: http://HOST:PORT, unix:/PATH or a path [default: the local socket].
    #[arg(long, global = true, value_name = "URL", env = "SOOTHE_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// Colour: auto, always or never; NO_COLOR turns `auto` off.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: Color,
}

/// Whether to use colour: auto, always or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Warm a site for a while, and show how it goes.
    #[command(
        after_help = HEAT_HELP,
        override_usage = "soothe heat [OPTIONS] --for <TIME> --site <SITE>"
    )]
    Heat(Heat),
    /// Find out about your pad by heating it once.
    #[command(
        after_help = tune::HELP,
        override_usage = "soothe tune [OPTIONS] --site <SITE>\n       \
        soothe tune [OPTIONS] --show | --use <ID|none> | --forget <ID>"
    )]
    Tune(Tune),
    /// Switch everything off, now.
    #[command(
        after_help = "Example:\n  soothe stop\n\nSTOP is accepted from anyone at any time, also when nothing runs."
    )]
    Stop,
    /// Say what the device is doing.
    #[command(
        after_help = "Examples:\n  soothe status\n  soothe status --json | jq .hottest_c\n\n\
        Ends with exit code 5 while a fault is latched."
    )]
    Status,
    /// Show the device live until the session ends.
    #[command(
        after_help = "Examples:\n  soothe watch\n  soothe watch --json    one line of JSON for each snapshot\n\n\
        Waits for a session when none runs. Ctrl-C only leaves; it stops nothing."
    )]
    Watch,
    /// Read the session log.
    #[command(
        subcommand,
        after_help = "Examples:\n  soothe log list\n  soothe log show 7\n  \
        soothe log export 7 > session-7.csv"
    )]
    Log(Log),
    /// Live through a recorded session again, and compare every output.
    #[command(
        after_help = REPLAY_HELP,
        override_usage = "soothe replay [OPTIONS] <ID>\n       soothe replay [OPTIONS] --file <FILE>"
    )]
    Replay(Replay),
    /// Draw what a session will look like, on the reference pad or on yours.
    #[command(
        override_usage = "soothe preview [OPTIONS] --for <TIME>",
        after_help = "Examples:\n  soothe preview --target 40 --for 15m\n  \
        soothe preview --target 104F --for 20m --pad my-pad.toml\n  \
        soothe preview --for 15m --tuned\n\n\
        Only --tuned asks the daemon."
    )]
    Preview(Preview),
    /// Try to break it on the simulated pad: by a script, or by chance; needs no daemon.
    #[command(
        after_help = SIM_HELP,
        override_usage = "soothe sim [--mode <MODE>] [--seed <N>] [--hours <H> | --lives <N>]\n       \
        soothe sim --scenario <FILE>"
    )]
    Sim(Sim),
    /// Give the sign that is asked for every 10 minutes: somebody is there.
    #[command(after_help = "Example:\n  soothe confirm\n\n\
        Without a sign within 60 s a session ends: people fall asleep on heating pads. \
        Where `soothe heat` or `soothe watch` shows the session, Enter does the same.")]
    Confirm,
    /// Show or answer the check-list of who must not use heat.
    #[command(after_help = CHECKLIST_HELP)]
    Checklist(Checklist),
    /// Clear a fault or the notice of an interruption, after having looked.
    #[command(after_help = "Examples:\n  soothe clear\n  soothe clear --forget-doses\n\n\
        A fault is cleared only when its cause is gone. Look at the skin and the pad first.")]
    Clear(Clear),
}

const CHECKLIST_HELP: &str = "\
Examples:
  soothe checklist             what is asked, and how it stands
  soothe checklist answer      be asked
  soothe checklist answer --none
  soothe checklist answer --yes drugs --yes skin

It is answered before the first session and every 30 days; a yes forbids heat.";

const HEAT_HELP: &str = "\
Examples:
  soothe heat --target 40 --for 15m --site left-shoulder
  soothe heat --target 104F --for 20m --site right-lower-back --detach

Ctrl-C stops the session, and so does closing the terminal, unless --detach was given.
Every 10 minutes a sign is asked for: press Enter, or `soothe confirm`; without one it ends.
Targets of 30 to 42 °C are accepted, for 1 to 30 minutes up to 40 °C and 1 to 20 minutes above.";

const SIM_HELP: &str = "\
Examples:
  soothe sim                            some life, in which something goes wrong
  soothe sim --seed 7                   that of this seed, again and again
  soothe sim --scenario tests/scenarios/welded-k1-sensed.txt
  soothe sim --seed 1 --hours 500       as many lives as that takes
  soothe sim --mode healthy --lives 50  nothing is wrong: nothing may trip

The format of a script is explained in docs/scenarios.md. Exit codes: 0 all that was expected \
came true and no invariant was broken, 1 something did not or was, 2 usage.";

/// A heat session.
#[derive(Args, Debug)]
pub(crate) struct Heat {
    /// Set-point: 40, 40.5C or 104F.
    #[arg(long, value_name = "DEGREES", default_value = "40", value_parser = parse::target_c, allow_hyphen_values = true)]
    pub(crate) target: f64,
    /// How long, warming up included: 15m, 90s or 1m30s.
    #[arg(long = "for", value_name = "TIME", value_parser = parse::duration, allow_hyphen_values = true)]
    pub(crate) duration: Span,
    /// Where the pad lies, named from the person's own point of view.
    #[arg(long, value_parser = parse::SiteParser)]
    pub(crate) site: Site,
    /// Start it and leave; it goes on without this terminal.
    #[arg(long)]
    pub(crate) detach: bool,
}

/// A session to preview.
#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// Set-point: 40, 40.5C or 104F.
    #[arg(long, value_name = "DEGREES", default_value = "40", value_parser = parse::target_c, allow_hyphen_values = true)]
    pub(crate) target: f64,
    /// How long, warming up included: 15m, 90s or 1m30s.
    #[arg(long = "for", value_name = "TIME", value_parser = parse::duration, allow_hyphen_values = true)]
    pub(crate) duration: Span,
    /// The pad's parameters [default: the 40 W reference pad].
    #[arg(long, value_name = "PAD.toml")]
    pub(crate) pad: Option<PathBuf>,
    /// Your pad, as the tuning in use knows it, in your room as it is now.
    #[arg(long, conflicts_with = "pad")]
    pub(crate) tuned: bool,
}

/// What is simulated.
#[derive(Args, Debug)]
pub(crate) struct Sim {
    /// Play this script of faults, commands and expectations; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "hours", "lives", "mode"])]
    pub(crate) scenario: Option<PathBuf>,
    /// The seed of the one life whose story is told [default: drawn], or of the first of many
    /// [default: 1].
    #[arg(long, value_name = "N", value_parser = parse::seed, allow_hyphen_values = true)]
    pub(crate) seed: Option<u64>,
    /// Live through as many lives as it takes for so many hours.
    #[arg(long, value_name = "H", value_parser = parse::hours, allow_hyphen_values = true,
          conflicts_with = "lives")]
    pub(crate) hours: Option<f64>,
    /// Live through so many lives.
    #[arg(long, value_name = "N", value_parser = parse::lives, allow_hyphen_values = true)]
    pub(crate) lives: Option<u64>,
    /// What goes wrong in them: nothing (healthy), one thing (single), or many (swarm).
    #[arg(long, value_name = "MODE", default_value = "single", value_parser = parse::mode)]
    pub(crate) mode: Mode,
}

/// The check-list.
#[derive(Args, Debug)]
pub(crate) struct Checklist {
    /// What to do with it [default: show].
    #[command(subcommand)]
    pub(crate) command: Option<ChecklistCommand>,
}

/// What can be done with the check-list.
#[derive(Debug, Subcommand)]
pub(crate) enum ChecklistCommand {
    /// Show what is asked, and how it stands.
    #[command(after_help = "Example:\n  soothe checklist show")]
    Show,
    /// Answer it; on a terminal without options it asks.
    #[command(
        override_usage = "soothe checklist answer [--none | --yes <NAME>...]",
        after_help = "Examples:\n  soothe checklist answer\n  \
        soothe checklist answer --none\n  soothe checklist answer --yes drugs --yes skin"
    )]
    Answer(Answer),
}

/// Answers to the check-list.
#[derive(Args, Debug)]
pub(crate) struct Answer {
    /// None of the conditions applies.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) none: bool,
    /// This condition applies; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = parse::condition())]
    pub(crate) yes: Vec<Condition>,
}

/// What is cleared.
#[derive(Args, Debug)]
pub(crate) struct Clear {
    /// Go on although the record of doses was lost: the rest of each site is then yours to keep.
    #[arg(long)]
    pub(crate) forget_doses: bool,
}

const REPLAY_HELP: &str = "\
Examples:
  soothe replay 7
  soothe replay 7 -o session-7.recording
  soothe replay --file session-7.recording --json

Ends with exit code 1 when an output differs, or the recording is damaged.";

/// A session to replay.
#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// The session's number.
    #[arg(value_parser = parse::session_id, required_unless_present = "file")]
    pub(crate) id: Option<i64>,
    /// Replay this file; needs no daemon.
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    pub(crate) file: Option<PathBuf>,
    /// Write the recording to this file, too; it must not be there yet.
    #[arg(short, long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) output: Option<PathBuf>,
}

/// What can be done with the log.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// List sessions, newest first.
    #[command(
        override_usage = "soothe log list [OPTIONS]",
        after_help = "Examples:\n  soothe log list\n  soothe log list --limit 100 --json"
    )]
    List {
        /// At most this many.
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = parse::page,
              allow_hyphen_values = true)]
        limit: u32,
    },
    /// Show one session: its curve, its figures and what happened.
    #[command(after_help = "Example:\n  soothe log show 7")]
    Show {
        /// The session's number.
        #[arg(value_parser = parse::session_id)]
        id: i64,
    },
    /// Write one session's samples.
    #[command(
        override_usage = "soothe log export [OPTIONS] <ID>",
        after_help = "Examples:\n  soothe log export 7 > session-7.csv\n  \
        soothe log export 7 --format json -o session-7.json"
    )]
    Export {
        /// The session's number.
        #[arg(value_parser = parse::session_id)]
        id: i64,
        /// csv: the samples. json: the session, its events and its samples.
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
        /// Write to this file instead of standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Overwrite the file when it exists.
        #[arg(long, requires = "output")]
        force: bool,
    },
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum Format {
    /// Comma-separated values, one line for each sample; units are in the header.
    #[value(help = None::<&str>)]
    Csv,
    /// One JSON document.
    #[value(help = None::<&str>)]
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_tells_the_limits_as_they_are() {
        use soothe_therapy::limits;
        let minutes = |span: Span| span.as_ms() / 60_000;
        let asked = format!("Every {} minutes a sign", minutes(limits::ATTENDANCE_EVERY));
        assert!(HEAT_HELP.contains(&asked), "{asked}");
        let days = format!("every {} days", minutes(limits::CHECKLIST_VALID) / (24 * 60));
        assert!(CHECKLIST_HELP.contains(&days), "{days}");
        let targets =
            format!("{:.0} to {:.0} °C", limits::TARGET_MIN.get(), limits::TARGET_MAX.get());
        let gentle = format!(
            "{} to {} minutes up to {:.0} °C",
            minutes(limits::HEAT_PHASE_MIN),
            minutes(limits::HEAT_PHASE_MAX_GENTLE),
            limits::GENTLE_TARGET.get()
        );
        let above = format!(
            "{} to {} minutes above",
            minutes(limits::HEAT_PHASE_MIN),
            minutes(limits::HEAT_PHASE_MAX)
        );
        for said in [targets, gentle, above] {
            assert!(HEAT_HELP.contains(&said), "{said}");
        }
        let default = format!("{:.0}", limits::TARGET_DEFAULT.get());
        let heat = Cli::command().find_subcommand("heat").cloned().unwrap();
        let target = heat.get_arguments().find(|arg| arg.get_id() == "target").unwrap().clone();
        assert_eq!(target.get_default_values(), [default.as_str()]);
        let default = format!("{:.0}", limits::TUNING_TARGET_DEFAULT.get());
        let tune = Cli::command().find_subcommand("tune").cloned().unwrap();
        let target = tune.get_arguments().find(|arg| arg.get_id() == "target").unwrap().clone();
        assert_eq!(target.get_default_values(), [default.as_str()]);
    }
}
