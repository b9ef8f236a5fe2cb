//! The arguments of `soothe doctor`.

use std::path::PathBuf;

use clap::Args;

pub(crate) const HELP: &str = "\
Examples:
  sudo soothe doctor                    all that can be looked at
  sudo soothe doctor --self-test        K2 and K1, one at a time, with the pad unplugged
  sudo soothe doctor --wiring           from the bare board to the last part
  sudo soothe doctor --wiring switches  the same, from a step on

Without sudo it looks at what you may look at. The test and the walk need the lines: stop the service \
first (sudo systemctl stop soothed). They ask before each thing that they switch on, and never close \
both switches.

Exit codes: 0 nothing is wrong, 1 something is, 2 usage.";

/// What is looked at.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// The daemon's configuration [default: /etc/soothe/soothed.toml, if it is there].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Test K2 and K1 by themselves, with the pad unplugged; asks before each.
    #[arg(long, conflicts_with = "wiring")]
    pub(crate) self_test: bool,
    /// Walk through the wiring, from STEP on: board, thermometers, estop, button, cutout, buzzer, switches, tens.
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "board")]
    pub(crate) wiring: Option<String>,
}
