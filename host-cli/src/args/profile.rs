//! How `soothe profile` is asked.

use clap::{Args, Subcommand};
use soothe_therapy::Profile;

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe profile                   whom each is for, what it takes, which counts
  soothe profile use sensitive
  soothe profile use default       the limits as they are compiled in

A profile only tightens limits. It is chosen between sessions and counts from the next \
one on; one that the device's configuration fixes is not changed from here.";

/// The profiles.
#[derive(Args, Debug)]
pub(crate) struct Profiles {
    /// What to do with them [default: show].
    #[command(subcommand)]
    pub(crate) command: Option<ProfileCommand>,
}

/// What can be done with the profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Show whom each is for, what it takes, and which counts.
    #[command(after_help = "Example:\n  soothe profile show")]
    Show,
    /// Be treated by this one from the next session on.
    #[command(
        after_help = "Examples:\n  soothe profile use sensitive\n  soothe profile use cautious"
    )]
    Use {
        /// Its name.
        #[arg(value_name = "NAME", value_parser = parse::profile())]
        profile: Profile,
    },
}
