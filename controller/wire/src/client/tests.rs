//! The client against servers that answer one connection each, in whatever way.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A client of a server that sends `answer` in pieces of `piece` bytes and hangs up.
async fn client_of(answer: String, piece: usize) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        for bytes in answer.as_bytes().chunks(piece) {
            stream.write_all(bytes).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    Client::new(Endpoint::Tcp { host: "127.0.0.1".to_owned(), port })
}

fn http(status: &str, content_type: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n{body}")
}

#[tokio::test]
async fn an_answer_is_read() {
    let answer = http("200 OK", "application/json", r#"{"id":7,"off":true}"#);
    let stopped = client_of(answer, 5).await.stop().await;
    assert_eq!(stopped, Ok(Stopped { id: Some(7), off: true, pack_on: false }));
}

#[tokio::test]
async fn a_problem_is_told_with_its_rule() {
    let body = r#"{"type":"refused","status":409,"title":"t","detail":"d","rule":"HL-H22"}"#;
    let client = client_of(http("409 Conflict", "application/problem+json", body), 4096).await;
    let ClientError::Problem(problem) = client.stop().await.unwrap_err() else {
        panic!("not a problem");
    };
    assert_eq!((problem.detail.as_str(), problem.rule.as_deref()), ("d", Some("HL-H22")));
}

#[tokio::test]
async fn what_is_not_this_api_is_garbled() {
    for answer in [
        http("200 OK", "application/json", "[]"),
        http("200 OK", "text/html", "<p>It works!</p>"),
        http("404 Not Found", "text/html", "<p>Not found</p>"),
        http("302 Found", "text/html", ""),
    ] {
        let error = client_of(answer.clone(), 4096).await.stop().await.unwrap_err();
        assert!(matches!(error, ClientError::Garbled { .. }), "{answer}: {error}");
    }
}

#[tokio::test]
async fn who_hangs_up_is_unreachable() {
    for answer in [String::new(), "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_owned()] {
        let error = client_of(answer.clone(), 4096).await.stop().await.unwrap_err();
        assert!(matches!(error, ClientError::Unreachable { .. }), "{answer}: {error}");
        assert!(error.to_string().contains("does not answer"), "{answer}: {error}");
    }
}

#[tokio::test]
async fn stop_does_not_wait_for_a_daemon_that_hangs() {
    const { assert!(URGENT.connect.as_millis() + URGENT.answer.as_millis() < 2000) };
    // The system accepts connections for it, as for a daemon that hangs; nobody ever reads them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = Client::new(Endpoint::Tcp { host: "127.0.0.1".to_owned(), port });
    let stopped = timeout(Duration::from_secs(2), client.stop()).await;
    let error = stopped.expect("answered within 2 s").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the daemon at http://127.0.0.1:{port} does not answer: it said nothing for 1.2 s")
    );
}

#[tokio::test]
async fn where_nobody_listens_nobody_is_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = Client::new(Endpoint::Tcp { host: "127.0.0.1".to_owned(), port });
    let error = nobody.status().await.unwrap_err().to_string();
    assert!(error.ends_with(&format!("http://127.0.0.1:{port}: nothing listens there")), "{error}");
    let no_socket = Client::new(Endpoint::Unix("/nonexistent/s".into()));
    let error = no_socket.status().await.unwrap_err().to_string();
    assert!(error.ends_with("unix:/nonexistent/s: there is no such socket"), "{error}");
}

#[tokio::test]
async fn the_stream_gives_snapshots_until_the_daemon_hangs_up() {
    let stream = format!(
        "event: hello\ndata: {{}}\n\n: still here\n\nevent: status\ndata: {SNAPSHOT}\n\n\
         event: status\ndata: nonsense\n\nevent: status\ndata: {SNAPSHOT}\n\n"
    );
    let client = client_of(http("200 OK", "text/event-stream", &stream), 7).await;
    let mut snapshots = client.events().await.unwrap();
    assert_eq!(snapshots.next().await.unwrap().seq, 3);
    let garbled = snapshots.next().await.unwrap_err();
    assert!(matches!(garbled, ClientError::Garbled { .. }), "{garbled}");
    assert_eq!(snapshots.next().await.unwrap().seq, 3);
    for _ in 0..2 {
        let over = snapshots.next().await.unwrap_err();
        assert!(matches!(over, ClientError::Unreachable { .. }), "{over}");
    }
}

#[tokio::test]
async fn a_stream_that_is_declined_says_why() {
    let body = r#"{"type":"busy","status":503,"title":"t","detail":"too many"}"#;
    let answer = http("503 Service Unavailable", "application/problem+json", body);
    let error = client_of(answer, 4096).await.events().await.unwrap_err();
    assert_eq!(error.to_string(), "too many");
}

const SNAPSHOT: &str = r#"{"version":"0.1.0","simulated":true,"speed":1,"seq":3,"at_unix_ms":0,"state":"idle","session":null,"last":null,"fault":null,"interrupted":null,"contact":[],"ambient":{"freshness":"lost","reading_c":null,"age_s":0.0},"hottest_c":null,"heater_on":false,"armed":false,"lines":{"estop_open":false,"cutout_open":null,"pad_current":null,"undervoltage":false,"guard_lost":false},"alarm":null,"pack_left_on":false,"profile":"default","profile_fixed":false,"profile_takes":{"target_max_c":42.0,"heat_max_s":1800.0},"reminders":[],"checklist":{"due":true,"answered_s_ago":null,"valid_for_s":null,"forbids":[],"forbidding":[]},"care":{"red_flags":[],"locked":[]},"sites":[],"record_lost":null,"relay":{"operations":0,"warn":false},"log_failure":null}"#;
