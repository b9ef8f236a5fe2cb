//! The machine, as its files and its programs tell it: the real one, or a folder that stands in for it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use soothe_therapy::Span;
use soothe_wire::bounded;

/// How long a program may take to answer; systemd does in milliseconds.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Asks a program and gives what it printed; none where it is missing, fails, or takes too long.
type Ask = fn(&str, &[&str]) -> Option<String>;

/// Where all is looked up.
pub(super) struct Host {
    root: PathBuf,
    ask: Ask,
    /// How long from one reading of a thermometer to the next.
    pub(super) reads_every: Span,
}

impl Host {
    /// This machine.
    pub(super) fn this() -> Self {
        Self { root: "/".into(), ask: run, reads_every: Span::from_s(1) }
    }

    /// A folder that looks like one.
    #[cfg(test)]
    pub(super) fn played(root: &Path, ask: Ask) -> Self {
        Self { root: root.to_owned(), ask, reads_every: Span::ZERO }
    }

    /// Where `path`, from the root of the machine, lies.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    pub(super) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.path(path).exists()
    }

    /// A file's text, without what some of the kernel's end with; none where it cannot be read.
    pub(super) fn read(&self, path: impl AsRef<Path>) -> Option<String> {
        let bytes = bounded::bytes(File::open(self.path(path)).ok()?, bounded::TEXT_MAX).ok()?;
        let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\0', '\n']).to_owned();
        Some(text)
    }

    /// What systemd says of a unit or, without one, of itself: the values of these properties, in their order.
    pub(super) fn systemd(&self, unit: Option<&str>, properties: &[&str]) -> Option<Vec<String>> {
        let wanted = format!("--property={}", properties.join(","));
        let args: Vec<&str> = ["show", &wanted].into_iter().chain(unit).collect();
        let said = (self.ask)("systemctl", &args)?;
        let value = |property: &&str| {
            let line = said.lines().find_map(|line| line.strip_prefix(property)?.strip_prefix('='));
            line.map(str::to_owned)
        };
        properties.iter().map(value).collect()
    }

    /// Whether systemd has heard that the clock was set by a server.
    pub(super) fn clock_is_set(&self) -> bool {
        let said = (self.ask)("timedatectl", &["show", "--property=NTPSynchronized", "--value"]);
        said.is_some_and(|it| it.trim() == "yes")
    }
}

fn run(program: &str, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).env("LC_ALL", "C");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut out = child.stdout.take()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = tell.send(out.read_to_string(&mut text).ok().map(|_| text));
    });
    let text = told.recv_timeout(ANSWERS_WITHIN).ok().flatten();
    if text.is_none() {
        let _ = child.kill();
    }
    child.wait().ok()?.success().then_some(text)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_asked_and_one_that_is_missing_or_fails_tells_nothing() {
        assert_eq!(run("echo", &["a", "b"]).as_deref(), Some("a b\n"));
        assert_eq!(run("false", &[]), None);
        assert_eq!(run("/no/such/program", &[]), None);
    }

    #[test]
    fn systemd_is_heard_property_by_property_in_whatever_order_it_tells_them() {
        let host = Host::played(Path::new("/"), |program, args| {
            assert_eq!(
                (program, args),
                ("systemctl", &["show", "--property=A,B", "x.service"][..])
            );
            Some("B=2=3\nA=1\n".to_owned())
        });
        let said = host.systemd(Some("x.service"), &["A", "B"]);
        assert_eq!(said, Some(vec!["1".to_owned(), "2=3".to_owned()]));
        let host = Host::played(Path::new("/"), |_, _| Some("A=1\n".to_owned()));
        assert_eq!(
            host.systemd(None, &["A", "B"]),
            None,
            "it is another systemd, and nothing is guessed"
        );
    }
}
