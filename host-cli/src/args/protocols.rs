//! How `soothe protocols` is asked.

use std::path::PathBuf;

use clap::Subcommand;

use crate::parse;

pub(super) const HELP: &str = "\
Examples:
  soothe protocols list
  soothe protocols show heat-firm
  soothe protocols new my-knot
  soothe protocols check my-knot

None of them needs the daemon. docs/protocols.md has the format.";

/// What can be done with protocols.
#[derive(Debug, Subcommand)]
pub(crate) enum Protocols {
    /// List the built-in protocols and your own.
    #[command(after_help = "Examples:\n  soothe protocols list\n  \
        soothe protocols list --json | jq -r '.protocols[].name'\n\n\
        A file of yours that is not accepted is listed with what is wrong in it.")]
    List,
    /// Show one: its phases, its time and dose, what speaks for it and what does not.
    #[command(after_help = "Examples:\n  soothe protocols show heat-firm\n  \
        soothe protocols show ./my-knot.toml")]
    Show {
        /// The name of a protocol, or a file: what has a dot or a slash in it is a file.
        #[arg(value_name = "NAME|FILE")]
        protocol: PathBuf,
    },
    /// Check files: what is not accepted is said with its line and column.
    #[command(
        after_help = "Examples:\n  soothe protocols check my-knot\n  soothe protocols check ./draft.toml\n  \
        soothe protocols check ~/.config/soothe/protocols/*.toml\n\n\
        Ends with exit code 2 when one of them is not accepted."
    )]
    Check {
        /// The names of your own protocols, or files.
        #[arg(required = true, value_name = "NAME|FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a protocol to begin with, explained line by line, among your own.
    #[command(after_help = "Example:\n  soothe protocols new my-knot\n\n\
        What is there already is never overwritten.")]
    New {
        /// 1 to 32 of a-z, 0-9 and -, beginning with a letter, and not the name of a built-in.
        #[arg(value_parser = parse::own_protocol)]
        name: String,
    },
}
