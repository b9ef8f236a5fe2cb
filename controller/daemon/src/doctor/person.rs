//! Asking the person at the terminal.

use std::io::{self, BufRead, Write};

use soothe_wire::wrap::wrap;

use super::WIDTH;
use super::finding::Finding;

/// Who answers.
pub(super) struct Person {
    hears: Box<dyn BufRead>,
    is_told: Box<dyn Write>,
}

impl Person {
    pub(super) fn at_the_terminal() -> Self {
        Self::new(io::stdin().lock(), io::stdout())
    }

    pub(super) fn new(hears: impl BufRead + 'static, is_told: impl Write + 'static) -> Self {
        Self { hears: Box::new(hears), is_told: Box::new(is_told) }
    }

    /// Tells a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.is_told.write_all(wrap(&format!("{text}\n"), WIDTH).as_bytes())?;
        self.is_told.flush()
    }

    /// Shows what was found; what is to be typed stays whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn is_shown(&mut self, finding: &Finding) -> io::Result<()> {
        self.is_told.write_all(finding.text(WIDTH, false).as_bytes())?;
        self.is_told.flush()
    }

    /// Asks until one of `answers` is given, and tells which; its first letters are enough.
    ///
    /// # Errors
    /// When the person leaves with `quit`, or nobody answers any more.
    pub(super) fn ask(&mut self, question: &str, answers: &[&str]) -> io::Result<usize> {
        loop {
            self.say(&format!("{question} [{}]", answers.join("/")))?;
            let said = self.hear()?;
            let meant = |it: &&str| !said.is_empty() && it.starts_with(&said);
            let mut fitting = (0..answers.len()).filter(|at| meant(&answers[*at]));
            match (fitting.next(), fitting.next()) {
                (Some(answer), None) => return Ok(answer),
                (None, _) | (Some(_), Some(_)) => {
                    self.say(&format!("Please answer one of: {}; or quit.", answers.join(", ")))?;
                }
            }
        }
    }

    /// Asks for yes or no.
    ///
    /// # Errors
    /// As [`Person::ask`].
    pub(super) fn agrees(&mut self, question: &str) -> io::Result<bool> {
        Ok(self.ask(question, &["yes", "no"])? == 0)
    }

    /// Waits for Enter.
    ///
    /// # Errors
    /// As [`Person::ask`].
    pub(super) fn is_ready(&mut self, what: &str) -> io::Result<()> {
        self.say(&format!("{what} [Enter]"))?;
        self.hear().map(drop)
    }

    fn hear(&mut self) -> io::Result<String> {
        let left = |why: &str| io::Error::new(io::ErrorKind::UnexpectedEof, why.to_owned());
        let mut line = String::new();
        if self.hears.read_line(&mut line)? == 0 {
            return Err(left("nobody answers any more"));
        }
        let said = line.trim().to_lowercase();
        if ["q", "quit"].contains(&said.as_str()) {
            return Err(left("you left"));
        }
        Ok(said)
    }
}
