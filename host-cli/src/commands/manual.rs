//! `soothe completions` and `soothe man`: what is generated from the command line's own definition.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Output;

/// Writes what makes a shell complete the commands.
pub(crate) fn completions(shell: Shell, output: &Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "soothe", &mut script);
    output.raw(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for each command that people are told of into a folder.
pub(crate) fn pages(folder: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Cli::command(), folder)
        .map_err(|error| Failure::Other(format!("{}: {error}", folder.display())))
}
