//! A daemon in a process of its own, its guard, and its lines.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use soothe_rig::gate::LEASE_PRIORITY;
use soothe_rig::lines_file::{Kept, LinesFile, Watch};
use soothe_rig::realtime;
use soothed::Clock;
use tempfile::TempDir;

use crate::machine::Machine;

/// A start that is accepted as it is.
pub(crate) const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;

/// How long is waited for anything before it counts as not happening.
const PATIENCE: Duration = Duration::from_secs(45);

/// Waits until `found` finds something, and gives it.
pub(crate) fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let clock = Clock::start();
    while clock.elapsed() < PATIENCE {
        if let Some(it) = found() {
            return it;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("waited in vain until {what}");
}

/// A folder in memory where there is one: no test is to wait for a busy disk.
pub(crate) fn folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a folder")
}

/// `soothed --sim` with all that it keeps in `folder`; the next argument may be a pad.
pub(crate) fn soothed(folder: &Path, listen: &str, socket: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soothed"));
    command.args(["--listen", listen, "--data"]).arg(folder);
    command.arg("--socket").arg(folder.join(socket)).arg("--sim").stdin(Stdio::null());
    command
}

/// Sends a signal.
pub(crate) fn send(pid: Pid, signal: Signal) {
    kill_process(pid, signal).expect("a process to signal");
}

/// Whether a process is there and no zombie.
pub(crate) fn lives(pid: Pid) -> bool {
    test_kill_process(pid).is_ok() && status_of(pid).is_some_and(|it| !it.contains("State:\tZ"))
}

fn status_of(pid: Pid) -> Option<String> {
    fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).ok()
}

/// A daemon with a simulated pad. It and its guard are killed when the test is over.
pub(crate) struct Soothed {
    child: Child,
    pub(crate) address: String,
    pub(crate) folder: TempDir,
}

impl Soothed {
    pub(crate) fn start() -> Self {
        Self::start_in(folder())
    }

    /// Starts one on what an earlier one left.
    pub(crate) fn start_in(folder: TempDir) -> Self {
        Self::start_with(folder, |_| {})
    }

    pub(crate) fn start_with(folder: TempDir, arrange: impl FnOnce(&mut Command)) -> Self {
        let said = folder.path().join("said");
        let mut command = soothed(folder.path(), "127.0.0.1:0", "s.sock");
        arrange(&mut command);
        command.stdout(File::create(&said).expect("a file"));
        command.stderr(File::create(folder.path().join("errors")).expect("a file"));
        let child = command.spawn().expect("it runs");
        let mut it = Self { child, address: String::new(), folder };
        it.address = until("it says where it listens", || {
            let said = fs::read_to_string(&said).expect("read");
            let (_, after) = said.split_once("http://")?;
            Some(after.split_once('/')?.0.to_owned())
        });
        it
    }

    /// Status code and JSON of an answer.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
        let code = head.split(' ').nth(1).expect("a status line").parse().expect("a number");
        (code, serde_json::from_str(body).expect("JSON"))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.request("GET", path, "").1
    }

    /// Starts the first session and waits until its pad is heated.
    pub(crate) fn start_heating(&self) {
        let before = self.lines().k2_edges;
        let (code, answer) = self.request("POST", "/api/v1/session", START);
        assert_eq!((code, &answer["id"]), (201, &1.into()), "{answer}");
        until("it heats", || {
            let Kept { levels, k2_edges } = self.lines();
            (levels.k1 && k2_edges > before + 2).then_some(())
        });
    }

    pub(crate) fn lines_path(&self) -> PathBuf {
        self.folder.path().join("s.sock.lines")
    }

    pub(crate) fn lines(&self) -> Kept {
        LinesFile::open(&self.lines_path()).expect("there").read().expect("a whole record")
    }

    pub(crate) fn watch(&self) -> Watch {
        Watch::open(&self.lines_path()).expect("there")
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The guard that is this daemon's child; none while there is none.
    pub(crate) fn guard(&self) -> Option<Pid> {
        let parent = format!("PPid:\t{}\n", self.child.id());
        let processes = fs::read_dir("/proc").expect("readable").flatten();
        let mut pids = processes.filter_map(|it| it.file_name().to_str()?.parse().ok());
        pids.find_map(|pid| {
            let pid = Pid::from_raw(pid)?;
            let status = status_of(pid)?;
            (status.starts_with("Name:\tsoothe-guard\n") && status.contains(&parent)).then_some(pid)
        })
    }

    /// Kills it as a power cut would, and gives how long K1 and the buzzer were on after that.
    pub(crate) fn kill(&mut self) -> OnFor {
        let pid = self.pid();
        let off = self.off_after(move || send(pid, Signal::KILL));
        self.child.wait().expect("a killed child ends");
        off
    }

    /// How long after `blow` K1 and the buzzer were on.
    pub(crate) fn off_after(&self, blow: impl FnOnce() + Send + 'static) -> OnFor {
        let lines = LinesFile::open(&self.lines_path()).expect("there");
        let machine = Machine::watched();
        // In a thread of its own, whose priority no child inherits.
        let watch = thread::spawn(move || {
            let _ = realtime::ask_for_priority(LEASE_PRIORITY + 1);
            let from = machine.now();
            blow();
            until_off(&lines);
            (from, machine.now())
        });
        let (from, to) = watch.join().expect("the lines go off");
        OnFor { all: to - from, stood_still: machine.stood_still(from, to) }
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        until("it ends", || self.child.try_wait().expect("a child"))
    }

    pub(crate) fn errors(&self) -> String {
        fs::read_to_string(self.folder.path().join("errors")).expect("read")
    }

    /// Ends it and its guard without a word, and gives what it kept to the next.
    pub(crate) fn remains(mut self) -> TempDir {
        std::mem::replace(&mut self.folder, folder())
    }
}

impl Drop for Soothed {
    fn drop(&mut self) {
        let guard = self.guard();
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(guard) = guard {
            let _ = kill_process(guard, Signal::KILL);
        }
    }
}

/// How long lines were on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnFor {
    /// By the clock.
    pub(crate) all: Duration,
    /// For how long of it the machine stood still.
    pub(crate) stood_still: Duration,
}

impl OnFor {
    /// For how long while the machine ran.
    pub(crate) fn own(&self) -> Duration {
        self.all.saturating_sub(self.stood_still)
    }
}

/// Waits until K1 and the buzzer are off.
fn until_off(lines: &LinesFile) {
    let clock = Clock::start();
    while clock.elapsed() < PATIENCE {
        let levels = lines.read().expect("a whole record").levels;
        if !levels.k1 && !levels.buzzer {
            return;
        }
        thread::sleep(Duration::from_micros(200));
    }
    panic!("the lines stayed on");
}
