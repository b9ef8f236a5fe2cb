//! How a session is asked for: heat, a protocol, a preview of either, and what one hand does to it.

use std::path::PathBuf;

use clap::Args;
use soothe_therapy::{Site, Span};

use crate::parse;

pub(super) const HEAT_HELP: &str = "\
Examples:
  soothe heat --target 40 --for 15m --site left-shoulder
  soothe heat --target 104F --for 20m --site right-lower-back --detach

Ctrl-C stops the session, and so does closing the terminal, unless --detach was given.
Every 10 minutes a sign is asked for: press Enter, or `soothe confirm`; without one it ends.
Targets of 30 to 42 °C are accepted, for 1 to 30 minutes up to 40 °C and 1 to 20 minutes above.";

pub(super) const START_HELP: &str = "\
Examples:
  soothe protocols list                 what there is
  soothe preview alternate-knot         what it will look like
  soothe start alternate-knot --site left-shoulder
  soothe start ./my-knot.toml --site right-calf

Each step says what to do; press Enter when it is done, or `soothe confirm`. When the skin
under a cold pack is numb, type n, or `soothe numb`. TENS begins at zero: + and Enter raises it
by 1 mA, - lowers it, 0 ends it, or `soothe level`. p pauses and goes on. Ctrl-C stops the
session, and so does closing the terminal, unless --detach was given.";

/// How the TENS level is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LevelChange {
    /// 1 mA more.
    Up,
    /// 1 mA less.
    Down,
    /// To so many mA.
    To(u8),
}

/// A heat session.
#[derive(Args, Debug)]
pub(crate) struct Heat {
    /// Set-point: 40, 40.5C or 104F [default: 40, or the most that your profile takes].
    #[arg(long, value_name = "DEGREES", value_parser = parse::target_c, allow_hyphen_values = true)]
    pub(crate) target: Option<f64>,
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

/// A protocol to start.
#[derive(Args, Debug)]
pub(crate) struct Start {
    /// The name of a protocol, or a file: what has a dot or a slash in it is a file.
    #[arg(value_name = "NAME")]
    pub(crate) protocol: PathBuf,
    /// Where, named from the person's own point of view.
    #[arg(long, value_parser = parse::SiteParser)]
    pub(crate) site: Site,
    /// Start it and leave; it goes on without this terminal.
    #[arg(long)]
    pub(crate) detach: bool,
}

/// A session to preview.
#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// A protocol, by its name or file; without it, one heat phase.
    #[arg(value_name = "NAME", conflicts_with_all = ["target", "duration"])]
    pub(crate) protocol: Option<PathBuf>,
    /// Set-point: 40, 40.5C or 104F.
    #[arg(long, value_name = "DEGREES", default_value = "40", value_parser = parse::target_c, allow_hyphen_values = true)]
    pub(crate) target: f64,
    /// How long, warming up included: 15m, 90s or 1m30s.
    #[arg(long = "for", value_name = "TIME", value_parser = parse::duration, allow_hyphen_values = true,
          required_unless_present = "protocol")]
    pub(crate) duration: Option<Span>,
    /// The pad's parameters [default: the 40 W reference pad].
    #[arg(long, value_name = "PAD.toml")]
    pub(crate) pad: Option<PathBuf>,
    /// Your pad, as the tuning in use knows it, in your room as it is now.
    #[arg(long, conflicts_with = "pad")]
    pub(crate) tuned: bool,
}
