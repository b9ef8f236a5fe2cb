//! `soothe heat` against a daemon that fails in the middle: no session stays that nobody is with.

use std::io::{BufRead as _, BufReader, Read as _, Result, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use soothe_tests::bins::{Daemon, Run, finish, signal, soothe, wait_until};

use crate::sentences;

const START: &str = "POST /api/v1/session";
const STOP: &str = "POST /api/v1/stop";
const STARTED: Says = Says::Json(201, r#"{"id":1}"#);
const NO_ANSWER: Says = Says::Json(
    503,
    r#"{"type":"no-answer","status":503,"title":"t","detail":"the device has not answered"}"#,
);
const BUSY: Says = Says::Json(
    409,
    r#"{"type":"refused","status":409,"title":"t","detail":"session 1 is running","opens":"later"}"#,
);

/// What the server does with a request.
#[derive(Clone, Copy)]
enum Says {
    Json(u16, &'static str),
    HangUp,
    /// That a session was started, but not before a STOP was answered.
    StartedAfterStop,
}

/// A server that speaks to `soothe` as a test wants, and remembers what it was asked.
struct Failing {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Failing {
    /// Its state is that of an idle daemon; it has no events.
    fn new(start: Says, stop: Says) -> Self {
        let idle = Daemon::start(&[]).soothe(&["status", "--json"]).with_code(0).stdout;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has one"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, idle) = (log.clone(), idle.clone());
                thread::spawn(move || serve(stream?, &log, &idle, start, stop));
            }
        });
        Self { url, asked }
    }

    fn asked(&self, what: &str) -> usize {
        count(&self.asked, what)
    }

    /// Runs `soothe heat` against it.
    fn heat(&self, signalled: Option<&str>) -> Run {
        let child = soothe_tests::bins::spawn_soothe(
            &self.url,
            &["heat", "--for", "15m", "--site", "left-hip"],
        );
        if let Some(name) = signalled {
            wait_until("the start is under way", || self.asked(START) == 1);
            signal(&child, name);
        }
        finish(child)
    }
}

fn count(asked: &Mutex<Vec<String>>, what: &str) -> usize {
    asked
        .lock()
        .expect("nobody panics with it")
        .iter()
        .filter(|line| line.starts_with(what))
        .count()
}

/// Reads one request, notes it, and answers.
fn serve(
    stream: TcpStream,
    asked: &Mutex<Vec<String>>,
    idle: &str,
    start: Says,
    stop: Says,
) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        line.clear();
    }
    stream.read_exact(&mut vec![0; length])?;
    asked.lock().expect("nobody panics with it").push(first.clone());
    let says = if first.starts_with(START) {
        start
    } else if first.starts_with(STOP) {
        stop
    } else {
        Says::HangUp
    };
    let (status, body) = match says {
        Says::HangUp if first.starts_with("GET /api/v1/status") => (200, idle),
        Says::HangUp => return Ok(()),
        Says::Json(status, body) => (status, body),
        Says::StartedAfterStop => {
            wait_until("a STOP came", || count(asked, STOP) > 0);
            (201, r#"{"id":1}"#)
        }
    };
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.get_mut().write_all(format!("{head}{body}").as_bytes())
}

const OFF: Says = Says::Json(200, r#"{"id":1,"off":true}"#);
const SAID_OFF: &str = "STOP was sent: every output is off";

#[test]
fn a_start_without_a_clear_answer_is_stopped() {
    for (start, code, said) in [
        (Says::HangUp, 4, "was lost"),
        (Says::Json(201, "what?"), 1, "is not a soothed"),
        (NO_ANSWER, 1, "the device has not answered"),
    ] {
        let daemon = Failing::new(start, OFF);
        let run = daemon.heat(None).with_code(code);
        assert!(
            sentences(&run.stderr).contains(said) && sentences(&run.stderr).contains(SAID_OFF),
            "{run:?}"
        );
        assert_eq!(daemon.asked(STOP), 1);
    }
}

#[test]
fn a_stop_that_is_answered_without_off_is_no_stop() {
    let daemon = Failing::new(STARTED, Says::Json(200, r#"{"id":null,"off":false}"#));
    let run = soothe(&["--url", &daemon.url, "stop"]).with_code(1);
    assert!(sentences(&run.stderr).contains("Press the e-stop or pull the plug"), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_start_that_was_refused_stops_nobody_elses_session() {
    let daemon = Failing::new(BUSY, OFF);
    let run = daemon.heat(None).with_code(3);
    assert!(!sentences(&run.stderr).contains("STOP"), "{run:?}");
    assert_eq!(daemon.asked(STOP), 0);
}

#[test]
fn what_a_server_says_cannot_play_with_the_terminal() {
    let forged = r#"{"type":"refused","status":409,"title":"t","detail":"a\u001b[2J\r\nSession 1 is stopped\u009b"}"#;
    let run = Failing::new(Says::Json(409, forged), OFF).heat(None).with_code(3);
    assert!(run.stderr.contains("refused: a\u{fffd}[2J\u{fffd}\u{fffd}Session 1"), "{run:?}");
    let plain = |c: char| c == '\n' || !c.is_control();
    assert!(run.stderr.chars().all(plain), "{run:?}");
}

#[test]
fn a_session_that_cannot_be_followed_is_stopped() {
    let daemon = Failing::new(STARTED, OFF);
    let run = daemon.heat(None).with_code(4);
    assert!(sentences(&run.stderr).contains("was lost while session 1 ran"), "{run:?}");
    assert!(sentences(&run.stderr).contains(SAID_OFF), "{run:?}");
    assert_eq!(daemon.asked(STOP), 1);
}

#[test]
fn a_stop_that_does_not_get_through_either_is_told_with_what_helps() {
    let daemon = Failing::new(STARTED, Says::HangUp);
    let run = daemon.heat(None).with_code(4);
    assert!(sentences(&run.stderr).contains("STOP did not get through: "), "{run:?}");
    assert!(
        sentences(&run.stderr)
            .contains("Look at the pad now: if it is warm and does not cool, pull the plug"),
        "{run:?}"
    );
}

#[test]
fn leaving_while_the_start_is_under_way_stops_it_also_when_the_stop_comes_first() {
    let daemon = Failing::new(Says::StartedAfterStop, OFF);
    let run = daemon.heat(Some("INT")).with_code(1);
    assert!(sentences(&run.stderr).contains("given up before it was seen to start"), "{run:?}");
    assert!(sentences(&run.stderr).contains(SAID_OFF), "{run:?}");
    assert_eq!(daemon.asked(STOP), 2);
}
