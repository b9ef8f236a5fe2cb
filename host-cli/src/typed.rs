//! Lines at the terminal, noticed without taking the terminal from anyone.
//!
//! It is read only once something was typed, and only in the foreground: whoever reads a terminal from
//! the background is stopped by it, and a session would be left that nobody is with.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;
use tokio::time::sleep;

use crate::output::Output;

/// Linux's `O_NONBLOCK`: a read gives what is there, and never waits.
const NEVER_WAIT: i32 = 0o4000;
/// In the background, and after the end of the input, it is looked again this much later.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(250);

/// Lines that a person types.
pub(crate) struct Typed {
    terminal: Option<Receiver>,
}

impl Typed {
    /// Listens where a person sits at a terminal; elsewhere nothing is ever typed.
    pub(crate) fn listen(output: &Output) -> Self {
        Self { terminal: output.interactive.then(open).flatten() }
    }

    /// Waits for Enter, and gives the line before it. May be abandoned at any point.
    pub(crate) async fn line(&self) -> String {
        let Some(terminal) = &self.terminal else { return std::future::pending().await };
        let mut line = [0; 256];
        while terminal.readable().await.is_ok() {
            let read = if is_foreground() { terminal.try_read(&mut line) } else { Ok(0) };
            match read {
                Ok(0) => sleep(LOOK_AGAIN_AFTER).await,
                Ok(length) => {
                    return String::from_utf8_lossy(line.get(..length).unwrap_or(&line))
                        .into_owned();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        std::future::pending().await
    }
}

/// The terminal once more, so that what is set here is set for nobody else.
fn open() -> Option<Receiver> {
    let terminal = OpenOptions::new().read(true).custom_flags(NEVER_WAIT).open("/dev/tty");
    // It is no pipe, but is waited for as one.
    Receiver::from_file_unchecked(terminal.ok()?).ok()
}

/// Whether the terminal belongs to this process's group now.
fn is_foreground() -> bool {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    groups(&stat).is_some_and(|(own, foreground)| own == foreground)
}

/// The process's own group and the one that its terminal belongs to, from proc(5)'s `stat`.
fn groups(stat: &str) -> Option<(i64, i64)> {
    // The name of the program stands in brackets and may hold anything.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(2);
    let own = fields.next()?.parse().ok()?;
    let foreground = fields.nth(2)?.parse().ok()?;
    Some((own, foreground))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_are_read_whatever_the_program_is_called() {
        let stat = "4242 (so) othe) S 4000 4242 3900 34816 4100 4194304 500 0";
        assert_eq!(groups(stat), Some((4242, 4100)));
        assert_eq!(groups("4242 (soothe) S 4000"), None);
        let own = std::fs::read_to_string("/proc/self/stat").unwrap();
        assert!(groups(&own).is_some(), "{own}");
    }
}
