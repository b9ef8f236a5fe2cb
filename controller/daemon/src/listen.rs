//! The two doors: a TCP port for browsers and phones, a Unix socket for local clients.

use std::fs::{self, Permissions};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::{Listener, ListenerExt as _};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{SockRef, TcpKeepalive};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::Door;

/// Owner and group may talk to the daemon.
const SOCKET_MODE: u32 = 0o660;

/// A connection that asks for nothing for this long is closed. Phones come and go without a word, and
/// a place that each of them holds for ever would in the end be missing for a STOP.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// Connections of phones and browsers that may stay.
const CONNECTIONS_MAX: usize = 256;
/// Beyond them, connections for one question each, so that a STOP finds its way.
const BRIEF_MAX: usize = 32;
/// A connection for one question has this long to ask it.
const BRIEF_IDLE_MAX: Duration = Duration::from_secs(2);
/// What is sent to a phone that has gone away is given up after this long, and its place is free.
const SILENT_MAX: Duration = Duration::from_secs(60);

/// A door cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The port is taken.
    #[error("{0} is in use; is another soothed running? choose another with --listen ADDR")]
    PortInUse(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen on {0}: {1}; choose another with --listen ADDR")]
    Port(SocketAddr, io::Error),
    /// Another daemon answers on the socket.
    #[error("another soothed answers on {}; stop it, or choose another with --socket PATH", .0.display())]
    SocketInUse(PathBuf),
    /// The socket's path holds something else.
    #[error("{} is there and is no socket; choose another with --socket PATH", .0.display())]
    NoSocket(PathBuf),
    /// The socket cannot be made.
    #[error("cannot make the socket {}: {}; choose another with --socket PATH", .0.display(), .1)]
    Socket(PathBuf, io::Error),
}

/// Both doors, open but not yet answered at.
#[derive(Debug)]
pub struct Doors {
    tcp: TcpListener,
    socket: UnixListener,
    file: SocketFile,
}

impl Doors {
    /// Opens both.
    ///
    /// # Errors
    /// When one is taken or cannot be made.
    pub fn open(listen: SocketAddr, socket: &Path) -> Result<Self, ListenError> {
        let tcp = TcpListener::bind(listen).map_err(|error| {
            match error.kind() == io::ErrorKind::AddrInUse {
                true => ListenError::PortInUse(listen),
                false => ListenError::Port(listen, error),
            }
        })?;
        let failed = |error| ListenError::Socket(socket.to_owned(), error);
        make_room(socket)?;
        let unix = UnixListener::bind(socket).map_err(failed)?;
        let file = SocketFile(socket.to_owned());
        fs::set_permissions(socket, Permissions::from_mode(SOCKET_MODE)).map_err(failed)?;
        tcp.set_nonblocking(true).map_err(|error| ListenError::Port(listen, error))?;
        unix.set_nonblocking(true).map_err(failed)?;
        Ok(Self { tcp, socket: unix, file })
    }

    /// The address, with the port that the system chose when 0 was asked for.
    ///
    /// # Errors
    /// When the system cannot say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Answers at both, until the runtime ends. The socket's file goes with what is given back.
    ///
    /// # Errors
    /// When the runtime cannot take a listener over.
    pub fn serve(self, router: Router) -> io::Result<SocketFile> {
        let tcp = tokio::net::TcpListener::from_std(self.tcp)?.tap_io(|stream| {
            // Small answers go out at once; without it a reply may wait 40 ms for company.
            let _ = stream.set_nodelay(true);
            let socket = SockRef::from(&*stream);
            let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(SILENT_MAX));
            let _ = socket.set_tcp_user_timeout(Some(SILENT_MAX));
        });
        let socket = tokio::net::UnixListener::from_std(self.socket)?;
        tokio::spawn(answer_local(socket, router.clone()));
        tokio::spawn(answer(tcp, router, IDLE_MAX, Places::new(CONNECTIONS_MAX, BRIEF_MAX)));
        Ok(self.file)
    }
}

/// Places for connections that come over the network.
#[derive(Debug)]
struct Places {
    lasting: Arc<Semaphore>,
    brief: Arc<Semaphore>,
}

impl Places {
    fn new(lasting: usize, brief: usize) -> Self {
        Self { lasting: Semaphore::new(lasting).into(), brief: Semaphore::new(brief).into() }
    }

    /// A place, as good as there is; when all are taken it waits, at most for as long as a question takes.
    async fn take(&self) -> (Door, Option<OwnedSemaphorePermit>) {
        match self.lasting.clone().try_acquire_owned() {
            Ok(place) => (Door::Network, Some(place)),
            Err(_) => (Door::Brief, self.brief.clone().acquire_owned().await.ok()),
        }
    }
}

/// How connections are answered that may stay silent for `idle_max`.
fn http(idle_max: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle_max);
    http
}

/// Answers every connection of this machine in a task of its own.
async fn answer_local(mut listener: impl Listener, router: Router) {
    let (http, router) = (http(IDLE_MAX), router.layer(Extension(Door::Local)));
    loop {
        // Errors of a single connection, and a lack of places for more, are waited out in there.
        let (stream, _) = listener.accept().await;
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
    }
}

/// Answers every connection of the network in a task of its own. An answer, such as the stream, may last
/// for ever.
async fn answer(mut listener: impl Listener, router: Router, idle_max: Duration, places: Places) {
    let lasting = (http(idle_max), router.clone().layer(Extension(Door::Network)));
    let mut brief = (http(BRIEF_IDLE_MAX), router.layer(Extension(Door::Brief)));
    brief.0.keep_alive(false);
    loop {
        let (stream, _) = listener.accept().await;
        let (door, place) = places.take().await;
        let (http, router) = if door == Door::Brief { &brief } else { &lasting };
        let service = TowerToHyperService::new(router.clone());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
}

/// The socket's file; removed when this is dropped.
#[derive(Debug)]
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A file that stays behind is replaced by the next daemon.
        let _ = fs::remove_file(&self.0);
    }
}

/// Removes the socket of a daemon that is gone; refuses one that answers, and anything else.
fn make_room(path: &Path) -> Result<(), ListenError> {
    let failed = |error| ListenError::Socket(path.to_owned(), error);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(metadata) if !metadata.file_type().is_socket() => {
            Err(ListenError::NoSocket(path.to_owned()))
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            Err(ListenError::SocketInUse(path.to_owned()))
        }
        Ok(_) => fs::remove_file(path).map_err(failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any_port() -> SocketAddr {
        "127.0.0.1:0".parse().expect("an address")
    }

    #[test]
    fn a_dead_daemons_socket_is_replaced_and_a_live_ones_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.sock");
        drop(UnixListener::bind(&path).expect("a socket that nobody answers at"));
        let doors = Doors::open(any_port(), &path).expect("replaced");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        let error = Doors::open(any_port(), &path).expect_err("the first one lives");
        assert!(matches!(error, ListenError::SocketInUse(_)), "{error}");
        drop(doors);
        assert!(!path.exists(), "left behind");
    }

    #[tokio::test]
    async fn a_connection_that_asks_for_nothing_is_closed_and_one_that_is_answered_is_not() {
        use axum::{body::Body, routing::get};
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let idle_max = Duration::from_millis(200);
        let listener = tokio::net::TcpListener::bind(any_port()).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let endless = || async {
            let dots = futures_util::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Ok::<_, std::convert::Infallible>("."), ()))
            });
            Body::from_stream(dots)
        };
        let router = Router::new().route("/", get(endless));
        tokio::spawn(answer(listener, router, idle_max, Places::new(9, 0)));

        let mut silent = tokio::net::TcpStream::connect(address).await.expect("connects");
        let mut listening = tokio::net::TcpStream::connect(address).await.expect("connects");
        listening.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        let closed = tokio::time::timeout(10 * idle_max, silent.read(&mut [0; 9])).await;
        assert_eq!(closed.expect("still open").expect("no error"), 0);
        for _ in 0..8 {
            let mut bytes = [0; 512];
            let read = tokio::time::timeout(idle_max, listening.read(&mut bytes)).await;
            assert!(read.expect("silent").expect("no error") > 0, "the stream was closed");
        }
    }

    #[tokio::test]
    async fn when_all_places_are_taken_a_question_is_answered_all_the_same() {
        use axum::routing::post;
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind(any_port()).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/stop", post(|| async { "off" }));
        tokio::spawn(answer(listener, router, IDLE_MAX, Places::new(3, 1)));
        let mut silent = Vec::new();
        for _ in 0..3 {
            silent.push(tokio::net::TcpStream::connect(address).await.expect("connects"));
        }
        for _ in 0..3 {
            let mut stop = tokio::net::TcpStream::connect(address).await.expect("connects");
            stop.write_all(b"POST /stop HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
            let mut answer = String::new();
            // It ends, although nobody asked for that: the place is for the next.
            let read = tokio::time::timeout(BRIEF_IDLE_MAX, stop.read_to_string(&mut answer)).await;
            read.expect("no way for a STOP").expect("no error");
            assert!(answer.ends_with("off"), "{answer}");
        }
    }

    #[test]
    fn a_file_that_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("diary.txt");
        fs::write(&path, "dear diary").expect("written");
        let error = Doors::open(any_port(), &path).expect_err("not a socket");
        assert!(matches!(error, ListenError::NoSocket(_)), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("there"), "dear diary");
    }

    #[test]
    fn a_port_in_use_is_named_with_a_way_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = TcpListener::bind(any_port()).expect("a port");
        let address = taken.local_addr().expect("an address");
        let error = Doors::open(address, &folder.path().join("s.sock")).expect_err("taken");
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{address} is in use")) && text.contains("--listen"),
            "{text}"
        );
    }
}
