//! The command line as clap sees it: every command, with examples in its help.

mod body;
mod checklist;
mod diary;
mod doctor;
mod profile;
mod protocols;
mod remind;
mod session;
mod tune;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use soothe_simulator::Mode;

pub(crate) use body::Exercises;
pub(crate) use checklist::{Answer, Checklist, ChecklistCommand};
pub(crate) use diary::{
    Listed, OneSite, PainArgs, PainCommand, RedFlagArgs, TreatmentArgs, TreatmentCommand, YesNo,
};
pub(crate) use doctor::Doctor;
pub(crate) use profile::{ProfileCommand, Profiles};
pub(crate) use protocols::Protocols;
pub(crate) use remind::{Add, Remind, Which};
pub(crate) use session::{Heat, LevelChange, Preview, Start};
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
        after_help = session::HEAT_HELP,
        override_usage = "soothe heat [OPTIONS] --for <TIME> --site <SITE>"
    )]
    Heat(Heat),
    /// Be led through a protocol: heat, ice, TENS, stretches and rest, step by step.
    #[command(
        after_help = session::START_HELP,
        override_usage = "soothe start [OPTIONS] --site <SITE> <NAME>"
    )]
    Start(Start),
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
        override_usage = "soothe preview [OPTIONS] <NAME>\n       soothe preview [OPTIONS] --for <TIME>",
        after_help = "Examples:\n  soothe preview --target 40 --for 15m\n  \
        soothe preview --target 104F --for 20m --pad my-pad.toml\n  \
        soothe preview --for 15m --tuned\n\n\
        Only --tuned asks the daemon."
    )]
    Preview(Preview),
    /// Read, check and begin protocols: files that lead you through a session.
    #[command(subcommand, after_help = protocols::HELP)]
    Protocols(Protocols),
    /// List the body sites, with what is to be known of each.
    #[command(after_help = body::SITES_HELP)]
    Sites,
    /// Read stretches, and ways to press a tender point.
    #[command(after_help = body::HELP, override_usage = body::USAGE)]
    Exercises(Exercises),
    /// Try to break it on the simulated pad: by a script, or by chance; needs no daemon.
    #[command(
        after_help = SIM_HELP,
        override_usage = "soothe sim [--mode <MODE>] [--seed <N>] [--hours <H> | --lives <N>]\n       \
        soothe sim --scenario <FILE>"
    )]
    Sim(Sim),
    /// Say that what a protocol asks for is done, or give the sign that somebody is there.
    #[command(after_help = "Example:\n  soothe confirm\n\n\
        A sign is asked for every 10 minutes; without one within 60 s a session ends: people \
        fall asleep on heating pads. Where `soothe heat`, `soothe start` or `soothe watch` shows \
        the session, Enter does the same.")]
    Confirm,
    /// Say that the skin under the cold pack is numb: the ice phase ends.
    #[command(after_help = "Example:\n  soothe numb\n\n\
        Take the pack off at once. Numb skin cannot warn you.")]
    Numb,
    /// Set the TENS level: up by 1 mA, down by any.
    #[command(
        after_help = "Examples:\n  soothe level +      1 mA more\n  soothe level -      1 mA less\n  \
        soothe level 0      none, at once\n\n\
        It rises by 1 mA at a time, at most twice a second, and only by your hand. What interrupts \
        TENS takes it to zero."
    )]
    Level {
        /// + or - for one mA more or less, or a number of mA: one more, or any below.
        #[arg(value_name = "+|-|mA", allow_hyphen_values = true, value_parser = parse::level)]
        to: LevelChange,
    },
    /// Pause the session: everything is off at once.
    #[command(after_help = "Example:\n  soothe pause\n\n\
        Go on with `soothe resume`; after 5 minutes the session ends.")]
    Pause,
    /// Go on with a paused session.
    #[command(after_help = "Example:\n  soothe resume\n\n\
        Everything is looked at again. Heat begins anew, TENS at zero.")]
    Resume,
    /// Show or answer the check-list of what forbids a treatment.
    #[command(after_help = checklist::HELP)]
    Checklist(Checklist),
    /// Show or choose the profile: stricter limits for whom they suit.
    #[command(after_help = profile::HELP)]
    Profile(Profiles),
    /// Say how much it hurts, and read the diary of it.
    #[command(after_help = diary::PAIN_HELP, override_usage = diary::PAIN_USAGE)]
    Pain(PainArgs),
    /// Say what was done besides the sessions, such as a massage.
    #[command(after_help = diary::TREATMENT_HELP, override_usage = diary::TREATMENT_USAGE)]
    Treatment(TreatmentArgs),
    /// Be reminded to move, to stretch and to massage, several times a day.
    #[command(subcommand, after_help = remind::HELP)]
    Remind(Remind),
    /// Be asked for signs of an emergency.
    #[command(
        after_help = diary::RED_FLAGS_HELP,
        override_usage = "soothe redflags [--show | --none | --yes <NAME>...]"
    )]
    Redflags(RedFlagArgs),
    /// Clear a fault or the notice of an interruption, after having looked.
    #[command(after_help = "Examples:\n  soothe clear\n  soothe clear --forget-doses\n\n\
        A fault is cleared only when its cause is gone. Look at the skin and the pad first.")]
    Clear(Clear),
    /// Look whether this machine has what soothe needs, and say what to type where it has not.
    ///
    /// Looks at model, system, boot configuration, rights, pins, thermometers, disk, clock and service. It switches
    /// nothing on, and changes nothing.
    #[command(after_help = doctor::HELP)]
    Doctor(Doctor),
    /// Write what makes a shell complete these commands.
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Write the manual pages of all commands.
    #[command(hide = true)]
    Man {
        /// The folder that gets them; it must be there.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

const COMPLETIONS_HELP: &str = "\
Examples:
  soothe completions bash > ~/.local/share/bash-completion/completions/soothe
  soothe completions fish > ~/.config/fish/completions/soothe.fish
  soothe completions zsh > _soothe    in a folder of zsh's $fpath

The Debian package brings those of bash, zsh and fish along.";

const SIM_HELP: &str = "\
Examples:
  soothe sim                            some life, in which something goes wrong
  soothe sim --seed 7                   that of this seed, again and again
  soothe sim --scenario tests/scenarios/welded-k1-sensed.txt
  soothe sim --seed 1 --hours 500       as many lives as that takes
  soothe sim --mode healthy --lives 50  nothing is wrong: nothing may trip
  soothe sim --mode pad-broken --seed 3 the pad's element breaks in each session

The format of a script is explained in docs/scenarios.md. Exit codes: 0 all that was expected \
came true and no invariant was broken, 1 something did not or was, 2 usage.";

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
    /// What goes wrong in them: nothing (healthy), one thing in each session (single), something while people are led
    /// through protocols (led) or have electrodes on (tens), many things (swarm), or one thing by its name.
    #[arg(long, value_name = "MODE", default_value = "single", value_parser = parse::mode)]
    pub(crate) mode: Mode,
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
    use session::HEAT_HELP;
    use soothe_therapy::Span;

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
        assert!(checklist::HELP.contains(&days), "{days}");
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
        let default = format!("[default: {:.0}, or", limits::TARGET_DEFAULT.get());
        let heat = Cli::command().find_subcommand("heat").cloned().unwrap();
        let target = heat.get_arguments().find(|arg| arg.get_id() == "target").unwrap().clone();
        let help = target.get_help().expect("a help").to_string();
        assert!(help.contains(&default), "{help}");
        let default = format!("{:.0}", limits::TUNING_TARGET_DEFAULT.get());
        let tune = Cli::command().find_subcommand("tune").cloned().unwrap();
        let target = tune.get_arguments().find(|arg| arg.get_id() == "target").unwrap().clone();
        assert_eq!(target.get_default_values(), [default.as_str()]);
    }
}
