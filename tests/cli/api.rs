//! The lines of docs/api.md with `curl`, one after the other, against a daemon on which nobody was before.

use soothe_tests::bins::{Daemon, shell};
use soothe_tests::repo;

/// The lines of shell in a text; a line that ends with a backslash goes on.
fn lines_of_shell(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .flat_map(|block| block.replace("\\\n", "").lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_line_of_the_api_s_description_does_what_it_says_in_order() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let daemon = Daemon::unanswered(&["--listen", &address]);
    let socket = daemon.socket();
    let lines = lines_of_shell(&repo::text("docs/api.md"));
    assert!(lines.len() >= 10, "{lines:?}");
    for line in lines {
        let here = line
            .replace("127.0.0.1:8737", &address)
            .replace("$XDG_RUNTIME_DIR/soothe.sock", socket.to_str().expect("a plain name"));
        // A stream goes on until it is left.
        let (within_s, code) = if line.contains("/events") { (2, 124) } else { (30, 0) };
        let run = shell(&format!("cd {}; timeout {within_s} {here}", daemon.folder().display()));
        assert_eq!(run.code, code, "{line}: {run:?}");
        assert!(!run.stdout.contains("\"title\""), "{line} is declined: {run:?}");
        if line.contains("/stop") {
            // A STOP stands for a second against what was sent before it (HL-S4); hands are slower.
            std::thread::sleep(std::time::Duration::from_millis(1200));
        }
        let said = if line.contains("-si") { "HTTP/1.1 201 Created" } else { "" };
        assert!(run.stdout.starts_with(said), "{line}: {run:?}");
    }
    assert!(daemon.folder().join("session-1.recording").is_file());
}
