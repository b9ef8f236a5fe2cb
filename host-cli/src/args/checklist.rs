//! How `soothe checklist` is asked.

use clap::{Args, Subcommand};
use soothe_therapy::checklist::Condition;

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe checklist             what is asked, and how it stands
  soothe checklist answer      be asked
  soothe checklist answer --none
  soothe checklist answer --yes drugs --yes skin

It is answered before the first session and every 30 days; a yes forbids heat, cold or TENS.";

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
