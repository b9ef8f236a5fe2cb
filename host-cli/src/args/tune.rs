//! How `soothe tune` is asked.

use clap::{ArgGroup, Args};
use soothe_therapy::Site;

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe tune --site left-shoulder --name \"blue pad\"
  soothe tune --show          what was found, and which is in use
  soothe tune --use 7         another pad was plugged in
  soothe tune --use none
  soothe tune --forget 7

Lie as for any session, with a cool pad under its blanket, and leave it alone: it is heated once to \
at most the target and watched, 5 to 10 minutes in all. It counts as a session of that site. \
Ends with exit code 3 when nothing could be found; docs/tuning.md has what that means.";

/// A tuning, or what is done with those that are kept.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("kept").conflicts_with_all(["site", "name", "target"]))]
pub(crate) struct Tune {
    /// Where the pad lies, named from the person's own point of view.
    #[arg(long, value_parser = parse::SiteParser, required_unless_present = "kept")]
    pub(crate) site: Option<Site>,
    /// What you call the pad.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How hot it may get: 41, 40.5C or 104F.
    #[arg(long, value_name = "DEGREES", default_value = "41", value_parser = parse::target_c, allow_hyphen_values = true)]
    pub(crate) target: f64,
    /// List the tunings that are kept.
    #[arg(long, group = "kept")]
    pub(crate) show: bool,
    /// Use this one from the next session on, or none.
    #[arg(long = "use", value_name = "ID|none", value_parser = parse::choice, group = "kept")]
    pub(crate) choose: Option<Choice>,
    /// Forget this one.
    #[arg(long, value_name = "ID", value_parser = parse::tuning_id, group = "kept")]
    pub(crate) forget: Option<i64>,
}

/// Which tuning is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The one of this session.
    Tuning(i64),
    /// None.
    None,
}
