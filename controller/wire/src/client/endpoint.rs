//! Where a daemon is: a TCP address or a Unix socket.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::socket;

/// The socket of a daemon that runs as a service, where every user finds it.
const SERVICE_SOCKET: &str = "/run/soothe/soothe.sock";

/// Where a daemon is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// HTTP over TCP.
    Tcp {
        /// A name or an address; an IPv6 address without its brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// HTTP over a Unix socket.
    Unix(PathBuf),
}

/// The text is not an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEndpoint {
    /// The text.
    pub text: String,
}

impl fmt::Display for BadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not where a daemon can be: give http://HOST:PORT, unix:/PATH or a path to a socket",
            self.text
        )
    }
}

impl std::error::Error for BadEndpoint {}

impl Endpoint {
    /// Parses `http://HOST:PORT`, `unix:/PATH`, a bare path, or a bare `HOST:PORT`, which is spoken to
    /// over HTTP.
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let parsed = if let Some(authority) = text.strip_prefix("http://") {
            parse_tcp(authority)
        } else if let Some(path) = text.strip_prefix("unix:") {
            parse_path(path)
        } else if text.contains("://") {
            None
        } else if text.contains('/') {
            parse_path(text)
        } else {
            parse_tcp(text)
        };
        parsed.ok_or_else(|| BadEndpoint { text: text.to_owned() })
    }

    /// The daemon of this machine: the caller's own when its socket is there, else the service's.
    #[must_use]
    pub fn local() -> Self {
        let own = socket::default_path();
        let service = Path::new(SERVICE_SOCKET);
        if !own.exists() && service.exists() {
            Self::Unix(service.to_owned())
        } else {
            Self::Unix(own)
        }
    }

    /// What HTTP wants to be told about whom one speaks to.
    pub(super) fn host_header(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Unix(_) => "localhost".to_owned(),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { .. } => write!(f, "http://{}", self.host_header()),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

fn parse_tcp(authority: &str) -> Option<Endpoint> {
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let (host, port) = authority.rsplit_once(':')?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').filter(|inner| inner.contains(':'))?,
        None => Some(host).filter(|name| !name.contains(':'))?,
    };
    let speakable = |c: char| c.is_ascii_alphanumeric() || "-._:%".contains(c);
    if host.is_empty() || !host.chars().all(speakable) {
        return None;
    }
    // `u16::from_str` would take "+80".
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    let port = port.parse().ok().filter(|port| digits && *port != 0)?;
    Some(Endpoint::Tcp { host: host.to_owned(), port })
}

fn parse_path(path: &str) -> Option<Endpoint> {
    (!path.is_empty() && !path.contains('\0')).then(|| Endpoint::Unix(PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> Endpoint {
        Endpoint::Tcp { host: host.to_owned(), port }
    }

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("http://127.0.0.1:8080", tcp("127.0.0.1", 8080)),
            ("http://pi.local:8080/", tcp("pi.local", 8080)),
            ("http://[::1]:8080", tcp("::1", 8080)),
            ("127.0.0.1:8737", tcp("127.0.0.1", 8737)),
            ("pi.local:8737", tcp("pi.local", 8737)),
            ("[::1]:8737", tcp("::1", 8737)),
            ("unix:/run/soothe.sock", Endpoint::Unix("/run/soothe.sock".into())),
            ("unix:s", Endpoint::Unix("s".into())),
            ("./s", Endpoint::Unix("./s".into())),
            ("/tmp/a b", Endpoint::Unix("/tmp/a b".into())),
        ] {
            assert_eq!(Endpoint::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for text in ["http://127.0.0.1:1", "http://[::1]:65535", "unix:/run/soothe.sock"] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_is_accepted() {
        for text in [
            "",
            "localhost",
            "127.0.0.1",
            "localhost:",
            ":80",
            "::1:80",
            "pi:http",
            "https://pi:443",
            "ftp://pi:21",
            "http://pi",
            "http://:80",
            "http://pi:",
            "http://pi:0",
            "http://pi:65536",
            "http://pi:+80",
            "http://pi:80/api",
            "http://::1:80",
            "http://[pi]:80",
            "http://a@b:80",
            "http://a b:80",
            "unix:",
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains("give http://HOST:PORT, unix:/PATH"), "{text}: {error}");
        }
    }
}
