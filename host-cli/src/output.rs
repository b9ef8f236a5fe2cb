//! Where results and errors are written: results to standard output, errors to standard error.

use std::io::{ErrorKind, IsTerminal as _, Write as _, stderr, stdin, stdout};
use std::process::ExitCode;

use serde_json::Value;
use soothe_wire::text::plain;

use crate::args::{Color, Global};
use crate::failure::Failure;
use crate::render::paint::Paint;
use soothe_wire::wrap::wrap;

/// The width that is assumed when there is no terminal to ask.
const WIDTH_DEFAULT: usize = 80;
/// Wider than this, a curve only gets longer, not clearer.
const WIDTH_MAX: usize = 120;

/// How this run of the command speaks.
#[derive(Debug)]
pub(crate) struct Output {
    /// JSON instead of text.
    pub(crate) json: bool,
    /// Standard output is a terminal, so a line can be drawn over.
    pub(crate) live: bool,
    /// A person sits at the terminal and can be asked.
    pub(crate) interactive: bool,
    /// Columns.
    pub(crate) width: usize,
    /// Colours for standard output.
    pub(crate) paint: Paint,
}

impl Output {
    /// As the command line and the terminal have it.
    pub(crate) fn new(global: &Global) -> Self {
        let live = stdout().is_terminal();
        let color = match global.color {
            Color::Auto => live && !no_color() && !global.json,
            Color::Always => true,
            Color::Never => false,
        };
        let interactive = live && stdin().is_terminal() && !global.json;
        Self { json: global.json, live, interactive, width: width(), paint: Paint::new(color) }
    }

    /// Writes a result for people: no line is longer than the terminal is wide, as far as words allow.
    ///
    /// # Errors
    /// As [`Output::raw`].
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        self.raw(&wrap(text, self.width))
    }

    /// Writes a result as it is. It is seen at once: flushed, also when no line ends.
    ///
    /// # Errors
    /// [`Failure::ReaderGone`] when nobody reads any more, as with `| head`.
    pub(crate) fn raw(&self, text: &str) -> Result<(), Failure> {
        write(text)
    }

    /// Writes a result for programs, on one line.
    ///
    /// # Errors
    /// As [`Output::raw`].
    pub(crate) fn value(&self, value: &Value) -> Result<(), Failure> {
        self.raw(&format!("{value}\n"))
    }

    /// Writes why the command failed, to standard error; the exit code that goes with it.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        let text = match (failure.is_told(), self.json) {
            (true, _) => String::new(),
            (false, true) => failure.json(),
            (false, false) => wrap(&failure.text(), self.width),
        };
        self::failure(&text, failure.exit_code())
    }
}

/// Writes why the command failed, to standard error; the exit code that goes with it.
pub(crate) fn failure(text: &str, code: u8) -> ExitCode {
    // With standard error gone there is nobody left to tell; the exit code still says it.
    let _ = stderr().write_all(text.as_bytes());
    ExitCode::from(code)
}

/// Why the command line was not understood. It repeats what was typed: nothing of that is left that a terminal
/// would obey.
pub(crate) fn explained(error: &clap::Error) -> String {
    plain(&error.render().to_string())
}

/// Writes why the command line was not understood, or the help that was asked for.
pub(crate) fn explanation(error: &clap::Error) -> ExitCode {
    let rendered = error.render();
    let terminal = if error.use_stderr() { stderr().is_terminal() } else { stdout().is_terminal() };
    let (said, plain) = (rendered.to_string(), explained(error));
    let text =
        if terminal && !no_color() && said == plain { rendered.ansi().to_string() } else { plain };
    if error.use_stderr() {
        return failure(&wrap(&text, width()), 2);
    }
    match write(&text) {
        Ok(()) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(unwritten) => failure(&unwritten.text(), unwritten.exit_code()),
    }
}

/// Writes to standard output, seen at once.
fn write(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| {
        if e.kind() == ErrorKind::BrokenPipe {
            Failure::ReaderGone
        } else {
            Failure::Other(format!("the result could not be written: {e}"))
        }
    })
}

/// The columns to be filled at most.
fn width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    // Some terminals say 0 when they do not know.
    terminal.filter(|width| *width > 0).unwrap_or(WIDTH_DEFAULT).min(WIDTH_MAX)
}

/// The person wants no colour anywhere.
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
