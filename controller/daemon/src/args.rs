//! The command line.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum as _};
use clap_mangen::Man;

/// What every help text ends with.
const AFTER_HELP: &str = "\
Examples:
  soothed --sim                        a simulated pad, the panel at http://127.0.0.1:8737
  soothed --sim --speed 60             the same, a minute in a second
  soothed --sim heavy.toml --data /tmp another pad, its log in another folder
  soothed --config /etc/soothe/soothed.toml
  soothed lines-off                    everything off, when no soothed runs

Exit codes: 0 stopped in order, 1 could not start, 2 wrong use or configuration, 70 failed while
running (the lines are off).

This is hobby software and hardware, not a medical device. It has not been tested or cleared by any
authority. It can burn you or shock you if it is built wrong, wired wrong or fails. Do not use it if
any item of the contraindication list applies, on anyone who is asleep, or instead of seeing a
clinician. Use a low-voltage pad and a certified battery TENS unit. You are responsible for testing
every safety function on your own build, including the kill -9 test, before it touches skin.";

/// The daemon of soothe: regulates a heating pad, serves the panel and keeps the session log.
#[derive(Debug, Parser)]
#[command(
    name = "soothed",
    version,
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Args {
    /// Something else than the daemon
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Drive a simulated pad; PAD.toml describes another than the nominal one
    #[arg(long, value_name = "PAD.toml", num_args = 0..=1)]
    pub sim: Option<Option<PathBuf>>,

    /// Let the simulated pad live N times faster, 1 to 1000
    #[arg(long, value_name = "N", requires = "sim", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::pace::SPEED_MAX)))]
    pub speed: u32,

    /// Leave the check-list to be answered, as on a real pad; else a demo person has
    #[arg(long, requires = "sim")]
    pub unanswered: bool,

    /// Keep the simulated lines in FILE, where they outlive the daemon [default: the socket's path and
    /// .lines]
    #[arg(long, value_name = "FILE", requires = "sim")]
    pub lines: Option<PathBuf>,

    /// Address and port for browsers and phones [default: 127.0.0.1:8737]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,

    /// Folder of the session log [default: $XDG_STATE_HOME/soothe]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Configuration [default: /etc/soothe/soothed.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Unix socket for local clients [default: $XDG_RUNTIME_DIR/soothe.sock]
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,

    /// Print the licences of the panel's third-party parts and end
    #[arg(long)]
    pub licenses: bool,
}

/// What else the binary can be.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write every output line off and end; the service manager's last step after the daemon
    ///
    /// Needs neither log nor socket. Where a running soothed owns the lines it touches nothing and ends
    /// with code 1: stop that one instead.
    LinesOff(LinesOffArgs),

    /// Look whether this machine has what soothe needs, and say what to type where it has not
    ///
    /// Looks at model, system, boot configuration, rights, pins, thermometers, disk, clock and service. Switches nothing
    /// on, and changes nothing. Exit codes: 0 nothing is wrong, 1 something is, 2 wrong use.
    #[command(after_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),

    /// The process that switches off when the daemon that started it is gone
    #[command(hide = true, subcommand)]
    Guard(GuardedLines),

    /// Write the manual pages of the daemon
    #[command(hide = true)]
    Man {
        /// The folder that gets them; it must be there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Writes a manual page for the daemon, and for each of its commands that people are told of, into a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn manual_pages(folder: &Path) -> io::Result<()> {
    let mut daemon = Args::command();
    daemon.build();
    let commands = daemon.get_subcommands().filter(|it| !it.is_hide_set());
    for command in commands.chain([&daemon]) {
        Man::new(command.clone()).section("8").generate_to(folder)?;
    }
    Ok(())
}

/// Which lines are to be written off.
#[derive(Debug, clap::Args)]
pub struct LinesOffArgs {
    /// Configuration that names the pins [default: /etc/soothe/soothed.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The lines of a simulated pad
    #[arg(long)]
    pub sim: bool,

    /// The file of the simulated lines [default: the socket's path and .lines]
    #[arg(long, value_name = "FILE", requires = "sim")]
    pub lines: Option<PathBuf>,
}

const DOCTOR_HELP: &str = "\
Examples:
  sudo soothed doctor                    all that can be looked at
  sudo soothed doctor --self-test        K2 and K1, one at a time, with the pad unplugged
  sudo soothed doctor --wiring           from the bare board to the last part
  sudo soothed doctor --wiring switches  the same, from a step on

The test and the walk need the lines: stop the service first (sudo systemctl stop soothed). They ask before each thing
that they switch on, and never close both switches.";

/// What is looked at.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Configuration that names the parts [default: /etc/soothe/soothed.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Test K2 and K1 by themselves, with the pad unplugged; asks before each
    #[arg(long, conflicts_with = "wiring")]
    pub self_test: bool,

    /// Walk through the wiring, from STEP on, testing each part before the next
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "board")]
    pub wiring: Option<Step>,

    /// Print what was found as JSON
    #[arg(long, conflicts_with_all = ["wiring", "self_test"])]
    pub json: bool,
}

/// A part of the walk through the wiring, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Step {
    /// The Pi by itself
    Board,
    /// Which thermometer is which
    Thermometers,
    /// The e-stop's second contact
    Estop,
    /// The button
    Button,
    /// The cut-out's sense line
    Cutout,
    /// The buzzer
    Buzzer,
    /// K2 and K1
    Switches,
    /// The TENS module
    Tens,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::Board,
        Self::Thermometers,
        Self::Estop,
        Self::Button,
        Self::Cutout,
        Self::Buzzer,
        Self::Switches,
        Self::Tens,
    ];

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
    }
}

/// Which lines a guard switches off: those of the daemon that starts it, whatever the configuration says
/// by now.
#[derive(Debug, Subcommand)]
pub enum GuardedLines {
    /// Those that a model keeps in a file
    Sim {
        /// The file
        file: PathBuf,
    },
    /// Pins of a Raspberry Pi
    Pi {
        /// K1's GPIO
        k1: u8,
        /// The buzzer's GPIO
        buzzer: u8,
        /// The GPIO of the TENS module's enable line
        #[arg(long, value_name = "GPIO")]
        tens_enable: Option<u8>,
        /// The light's GPIO
        #[arg(long, value_name = "GPIO")]
        led: Option<u8>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(args: &[&str]) -> String {
        let args = [&["soothed"], args].concat();
        Args::try_parse_from(args).expect_err("accepted").to_string()
    }

    #[test]
    fn a_speed_is_from_1_to_1000_and_needs_the_model() {
        for bad in ["0", "1001", "-3", "2.5", "fast"] {
            let error = refused(&["--sim", "--speed", bad]);
            assert!(error.contains("--speed") || error.contains("'-3'"), "{error}");
        }
        assert!(refused(&["--speed", "60"]).contains("--sim"));
        let args = Args::try_parse_from(["soothed", "--sim", "--speed", "1000"]).expect("accepted");
        assert_eq!((args.speed, args.sim), (1000, Some(None)));
    }

    #[test]
    fn lines_off_goes_with_none_of_the_daemons_options() {
        let args = Args::try_parse_from(["soothed", "lines-off", "--sim", "--lines", "l"]);
        let Some(Command::LinesOff(args)) = args.expect("accepted").command else {
            panic!("another command")
        };
        assert_eq!((args.sim, args.lines), (true, Some("l".into())));
        assert!(refused(&["--data", "d", "lines-off"]).contains("cannot be used with"));
        assert!(refused(&["lines-off", "--lines", "l"]).contains("--sim"));
        assert!(refused(&["--lines", "l"]).contains("--sim"));
    }

    #[test]
    fn a_guard_is_told_its_lines_and_is_not_for_people() {
        for bad in [&["guard"][..], &["guard", "sim"], &["guard", "pi", "17"]] {
            assert!(refused(bad).contains("Usage: soothed guard"), "{bad:?}");
        }
        let all = ["guard", "pi", "17", "23", "--tens-enable", "26", "--led", "21"];
        for good in [&["guard", "sim", "l"][..], &["guard", "pi", "17", "23"], &all] {
            Args::try_parse_from([&["soothed"], good].concat()).expect("accepted");
        }
        assert!(!refused(&["--help"]).contains("guard"));
    }

    #[test]
    fn a_pad_file_may_follow_sim() {
        let args = Args::try_parse_from(["soothed", "--sim", "heavy.toml"]).expect("accepted");
        assert_eq!(args.sim, Some(Some("heavy.toml".into())));
    }
}
