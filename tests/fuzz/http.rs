//! A client that sends any bytes and reads what comes back.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// So long the answer to harmed bytes is waited for before no more is offered: they may promise a body that
/// never comes.
pub(crate) const HARMED_WITHIN: Duration = Duration::from_millis(300);
/// No answer takes longer than the daemon's own limits.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// What came back.
pub(crate) struct Answer {
    /// None when the connection was closed without a word.
    pub(crate) status: Option<u16>,
    /// Its head, and what came with it.
    pub(crate) text: String,
}

/// A request that is complete.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends bytes over a connection of their own and reads the head of the first answer; after `patience` it
/// says that there is no more to come.
///
/// # Errors
/// When nobody listens.
pub(crate) fn send(socket: &Path, bytes: &[u8], patience: Duration) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(socket)?;
    // Whoever does not want the rest closes early; what it says until then counts.
    let _ = stream.write_all(bytes);
    stream.set_read_timeout(Some(patience))?;
    let mut closed = !is_complete(bytes);
    if closed {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let (mut text, mut chunk) = (Vec::new(), [0; 4096]);
    while !has_head(&text) {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => text.extend_from_slice(&chunk[..read]),
            // It waits for more than there is.
            Err(_) if !closed => {
                closed = true;
                stream.shutdown(Shutdown::Write)?;
                stream.set_read_timeout(Some(ANSWER_WITHIN))?;
            }
            Err(_) => break,
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    Ok(Answer { status, text })
}

/// The whole body of what is shown at `path`.
///
/// # Errors
/// When nobody listens, or the answer does not end.
pub(crate) fn body(socket: &Path, path: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

fn has_head(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|it| it == b"\r\n\r\n")
}

/// Whether the bytes are a head and, as far as it says so, a body: as far as one can tell without being a
/// server.
fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    if head.contains("transfer-encoding") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
    length
        .is_none_or(|length| length.trim().parse().is_ok_and(|length: usize| length <= body.len()))
}
