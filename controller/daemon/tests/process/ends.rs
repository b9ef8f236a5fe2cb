//! The real binary: how it ends, and what a second one finds.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;

/// A daemon with a simulated pad; killed when the test is over.
struct Soothed {
    child: Child,
    address: String,
    folder: TempDir,
}

fn soothed(folder: &Path, listen: &str, socket: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soothed"));
    command.args(["--sim", "--listen", listen, "--data"]).arg(folder);
    command.arg("--socket").arg(folder.join(socket)).stdin(Stdio::null());
    command
}

impl Soothed {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let said = folder.path().join("said");
        let mut command = soothed(folder.path(), "127.0.0.1:0", "s.sock");
        let command = command.stdout(File::create(&said).expect("a file"));
        let child = command.stderr(File::create(folder.path().join("errors")).expect("a file"));
        let child = child.spawn().expect("it runs");
        let mut it = Self { child, address: String::new(), folder };
        for _ in 0..500 {
            let said = std::fs::read_to_string(&said).expect("read");
            let after = said.split_once("http://").and_then(|(_, rest)| rest.split_once('/'));
            if let Some((address, _)) = after {
                it.address = address.to_owned();
                return it;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it never said where it listens");
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
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
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }

    fn start_heating(&self) {
        assert_eq!(self.ask("POST", "/api/v1/session", START)["id"], 1);
        for _ in 0..300 {
            if self.ask("GET", "/api/v1/status", "")["armed"] == true {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it never heated");
    }

    fn send(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill").args(["-s", signal, &pid]).status().expect("kill runs").success()
        );
    }

    fn end(&mut self) -> ExitStatus {
        for _ in 0..500 {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it goes on");
    }
}

impl Drop for Soothed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_signal_to_end_stops_the_session_and_the_daemon_in_order() {
    for signal in ["TERM", "INT", "HUP", "QUIT"] {
        let mut daemon = Soothed::start();
        daemon.start_heating();
        daemon.send(signal);
        assert_eq!(daemon.end().code(), Some(0), "{signal}");
        let errors = std::fs::read_to_string(daemon.folder.path().join("errors")).unwrap();
        assert!(!errors.contains("ERROR") && !errors.contains("PLUG"), "{signal}: {errors}");
        assert!(!daemon.folder.path().join("s.sock").exists(), "{signal}: left its socket");
        let log = Connection::open(daemon.folder.path().join("sim.db")).unwrap();
        let sql = "SELECT outcome, reason FROM sessions";
        let end = log.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)));
        let (outcome, reason): (String, String) = end.unwrap();
        assert_eq!((outcome.as_str(), reason.as_str()), ("stopped", "the daemon was shut down"));
    }
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn a_second_daemon_on_the_same_log_or_port_is_refused_and_the_first_goes_on() {
    let first = Soothed::start();
    first.start_heating();
    let folder = first.folder.path();
    let same_log = soothed(folder, "127.0.0.1:0", "other.sock").output().unwrap();
    let text = refused(&same_log);
    assert!(text.contains("another soothed is using it"), "{text}");
    let other = tempfile::tempdir().unwrap();
    let same_port = soothed(other.path(), &first.address, "s.sock").output().unwrap();
    let text = refused(&same_port);
    assert!(text.contains(&format!("{} is in use", first.address)), "{text}");
    assert_eq!(first.ask("GET", "/api/v1/status", "")["state"], "heating");
}
