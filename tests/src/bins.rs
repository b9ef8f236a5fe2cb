//! The real binaries: where they were built, a daemon on the simulated pad, and runs of the CLI.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

/// How often, and how many times, is looked before something counts as not happening: 15 s.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS: u32 = 300;

/// The path of a binary of this workspace, built beside the running test.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    // target/<profile>/deps/<test>
    let profile = test.ancestors().nth(2).expect("a test lies in target/<profile>/deps");
    let binary = profile.join(name);
    assert!(
        binary.is_file(),
        "{} is not there: run `cargo build --workspace --bins` first",
        binary.display()
    );
    binary
}

/// Looks until `done` says so.
///
/// # Panics
/// When it does not within 15 s.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if done() {
            return;
        }
        sleep(LOOK_EVERY);
    }
    panic!("waited in vain until {what}");
}

/// A binary of this workspace, with nothing of the caller's environment that changes what it says.
fn command(name: &str) -> Command {
    with_name(path(name))
}

fn with_name(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for variable in ["SOOTHE_URL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "XDG_RUNTIME_DIR"] {
        command.env_remove(variable);
    }
    command.env("TZ", "UTC").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A daemon on the simulated pad, with a log and a socket of its own. Dropping it kills it.
pub struct Daemon {
    child: Child,
    work: TempDir,
}

impl Daemon {
    /// Starts one whose check-list a demo person has answered; `options` come after `soothed --sim`.
    ///
    /// # Panics
    /// When it does not listen within 15 s.
    #[must_use]
    pub fn start(options: &[&str]) -> Self {
        let work = memory_folder();
        let child = spawn(work.path(), options);
        Self { child, work }.listening()
    }

    /// Starts one whose check-list nobody has answered yet.
    ///
    /// # Panics
    /// When it does not listen within 15 s.
    #[must_use]
    pub fn unanswered(options: &[&str]) -> Self {
        Self::start(&[options, &["--unanswered"]].concat())
    }

    /// Starts one at 50 times life that writes to these outputs.
    ///
    /// # Panics
    /// When it does not listen within 15 s.
    #[must_use]
    pub fn writing_to(stdout: Stdio, stderr: Stdio) -> Self {
        let work = memory_folder();
        let mut soothed = soothed(work.path(), &["--speed", "50"]);
        let child = soothed.stdout(stdout).stderr(stderr).spawn().expect("soothed can be run");
        Self { child, work }.listening()
    }

    /// Kills it without any chance to tidy up, as a power cut does.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// Starts it again on the same log.
    ///
    /// # Panics
    /// When it does not listen within 15 s.
    #[must_use]
    pub fn restarted(mut self, options: &[&str]) -> Self {
        self.kill();
        self.child = spawn(self.work.path(), options);
        self.listening()
    }

    /// Starts it again on the same log where the clock on the wall shows another time: `zone` as in `TZ`.
    ///
    /// # Panics
    /// When it does not listen within 15 s.
    #[must_use]
    pub fn restarted_in(mut self, zone: &str, options: &[&str]) -> Self {
        self.kill();
        let mut soothed = soothed(self.work.path(), options);
        self.child = soothed.env("TZ", zone).spawn().expect("soothed can be run");
        self.listening()
    }

    /// Sends it a signal by its name, such as `STOP`.
    ///
    /// # Panics
    /// When it cannot be sent.
    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// A folder that is gone with the daemon.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.work.path()
    }

    /// Where it listens, as the CLI wants to be told.
    #[must_use]
    pub fn url(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// Runs the CLI against it, to its end.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn soothe(&self, args: &[&str]) -> Run {
        soothe_at(&self.url(), args)
    }

    /// Starts the CLI against it and lets it run.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn spawn_soothe(&self, args: &[&str]) -> Child {
        spawn_soothe(&self.url(), args)
    }

    /// The file of its socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.work.path().join("socket")
    }

    /// Runs the CLI against it as a person at a terminal does, who types `typed` at once.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn soothe_at_a_terminal(&self, args: &[&str], typed: &str) -> Run {
        let line = format!("{} {}", path("soothe").display(), args.join(" "));
        let mut child = with_name("script")
            .env("SOOTHE_URL", self.url())
            .args(["-q", "-e", "-c", &line, "/dev/null"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("script, of Debian's bsdutils, can be run");
        let keyboard = child.stdin.as_mut().expect("its input is a pipe");
        keyboard.write_all(typed.as_bytes()).expect("it reads what is typed");
        finish(child)
    }

    fn listening(mut self) -> Self {
        let socket = self.socket();
        wait_until("the daemon listens", || {
            if let Some(status) = self.child.try_wait().expect("a child can be looked at") {
                let mut said = String::new();
                if let Some(stderr) = &mut self.child.stderr {
                    let _ = stderr.read_to_string(&mut said);
                }
                panic!("the daemon ended with {status}: {said}");
            }
            UnixStream::connect(&socket).is_ok()
        });
        self
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A temporary folder in memory where there is one: a busy disk may take seconds to commit, and a
/// start that is held up for more than two is refused (HL-S4).
fn memory_folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a temporary folder")
}

fn spawn(work: &Path, options: &[&str]) -> Child {
    let log = std::fs::File::create(work.join("soothed.out")).expect("a file in a new folder");
    soothed(work, options).stdout(log).spawn().expect("soothed can be run")
}

/// The daemon that is to be started in a folder of its own.
fn soothed(work: &Path, options: &[&str]) -> Command {
    let mut soothed = command("soothed");
    soothed.arg("--sim").args(options);
    if !options.contains(&"--listen") {
        soothed.args(["--listen", "127.0.0.1:0"]);
    }
    soothed.arg("--data").arg(work).arg("--socket").arg(work.join("socket"));
    soothed
}

/// What a run of the CLI left.
#[derive(Debug)]
pub struct Run {
    /// Its exit code.
    pub code: i32,
    /// What it said to standard output.
    pub stdout: String,
    /// What it said to standard error.
    pub stderr: String,
}

impl Run {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same run, which must have had this exit code.
    ///
    /// # Panics
    /// When it had another.
    #[must_use]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("soothe ends by itself, not by a signal"),
            stdout: String::from_utf8(output.stdout).expect("soothe speaks UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("soothe speaks UTF-8"),
        }
    }
}

/// Waits for a CLI that was let run.
///
/// # Panics
/// When it cannot be waited for.
#[must_use]
pub fn finish(child: Child) -> Run {
    child.wait_with_output().expect("a child can be waited for").into()
}

/// Runs the CLI where no daemon is.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn soothe(args: &[&str]) -> Run {
    soothe_at("unix:/nonexistent/soothe.sock", args)
}

/// Runs the CLI without a daemon, for a person whose configuration lies in `folder`.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn soothe_of(folder: &Path, args: &[&str]) -> Run {
    let mut command = command("soothe");
    command.env("XDG_CONFIG_HOME", folder).args(args).output().expect("soothe can be run").into()
}

/// Runs a line of shell in which `$SOOTHE` and `$SOOTHED` are the binaries, to its end.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn shell(line: &str) -> Run {
    let mut bash = with_name("bash");
    bash.env("SOOTHE", path("soothe")).env("SOOTHED", path("soothed"));
    bash.args(["-c", line]).output().expect("bash can be run").into()
}

/// Starts the CLI against whatever answers at `url`, and lets it run.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn spawn_soothe(url: &str, args: &[&str]) -> Child {
    let mut command = command("soothe");
    command.env("SOOTHE_URL", url).args(args).spawn().expect("soothe can be run")
}

fn soothe_at(url: &str, args: &[&str]) -> Run {
    let mut command = command("soothe");
    command.env("SOOTHE_URL", url).args(args).output().expect("soothe can be run").into()
}

/// Sends a signal by its name, such as `INT`.
///
/// # Panics
/// When it cannot be sent.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status();
    assert!(sent.expect("kill can be run").success(), "SIG{name} was not sent");
}
