//! How the daemon ends, and what a second one finds.

use std::process::Output;

use rusqlite::Connection;
use rustix::process::Signal;

use crate::support::{Soothed, folder, lives, send, soothed, until};

#[test]
fn a_signal_to_end_stops_the_session_and_the_daemon_in_order() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let mut daemon = Soothed::start();
        daemon.start_heating();
        let guard = daemon.guard().expect("a guard");
        send(daemon.pid(), signal);
        assert_eq!(daemon.end().code(), Some(0), "{signal:?}");
        assert!(!daemon.lines().levels.k1, "{signal:?}");
        until("the guard has ended, too", || (!lives(guard)).then_some(()));
        let errors = daemon.errors();
        assert!(!errors.contains("ERROR") && !errors.contains("PLUG"), "{signal:?}: {errors}");
        assert!(!daemon.folder.path().join("s.sock").exists(), "{signal:?}: left its socket");
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
fn a_second_daemon_on_the_same_log_port_or_lines_is_refused_and_the_first_goes_on() {
    let first = Soothed::start();
    first.start_heating();
    let guard = first.guard();
    let path = first.folder.path();
    let same_log = soothed(path, "127.0.0.1:0", "other.sock").output().unwrap();
    let text = refused(&same_log);
    assert!(text.contains("another soothed is using it"), "{text}");
    let other = folder();
    let same_port = soothed(other.path(), &first.address, "s.sock").output().unwrap();
    let text = refused(&same_port);
    assert!(text.contains(&format!("{} is in use", first.address)), "{text}");
    let mut same_lines = soothed(other.path(), "127.0.0.1:0", "s.sock");
    let same_lines = same_lines.arg("--lines").arg(first.lines_path()).output().unwrap();
    let text = refused(&same_lines);
    assert!(text.contains("another soothed drives these lines"), "{text}");
    assert_eq!(first.get("/api/v1/status")["state"], "heating");
    assert!(first.lines().levels.k1 && first.guard() == guard);
}
