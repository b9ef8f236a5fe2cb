//! The client of the daemon's API: one connection per request, and the live stream.
//!
//! What it is: the small HTTP/1 client that the CLI and the tests use, over TCP or a Unix socket.
//! Every wait in it is bounded.
//!
//! What it never does: retry (a command is sent once, so that nothing starts twice), follow a
//! redirect, or decide anything about what it was told.

mod diary;
mod endpoint;
mod error;
mod led;
mod person;
mod plain;
mod remind;
mod sse;
mod stream;

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::record::{Sample, SessionDetail, SessionList};
use crate::request::{ClearRequest, StartRequest, Started, Stopped};
use crate::status::{Limits, Status};
use crate::tuning::{TuneRequest, TuningChoice, TuningList};

pub use endpoint::{BadEndpoint, Endpoint};
pub use error::{Cause, ClientError};
pub use sse::{Frame, Parser};
pub use stream::StatusStream;

/// How long is waited at most.
#[derive(Clone, Copy)]
struct Patience {
    /// For a connection to be made.
    connect: Duration,
    /// For an answer, from the request to its last byte.
    answer: Duration,
}

/// For a request that can wait.
const USUAL: Patience =
    Patience { connect: Duration::from_secs(3), answer: Duration::from_secs(10) };
/// For STOP: within two seconds a person has to know that the plug must be pulled.
const URGENT: Patience =
    Patience { connect: Duration::from_millis(500), answer: Duration::from_millis(1200) };
/// The longest answer that is taken in: far more than the samples of an hour.
const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;

/// What one request is sent on.
type Connection = SendRequest<Full<Bytes>>;

/// Speaks to one daemon.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: Endpoint,
}

impl Client {
    /// A client of the daemon at `endpoint`; nothing is connected yet.
    #[must_use]
    pub const fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// Where it looks for the daemon.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What the device is doing.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.part_of_status().await
    }

    /// As much of what the device is doing as `T` takes.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn part_of_status<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        self.get("/api/v1/status").await
    }

    /// What a start accepts.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn limits(&self) -> Result<Limits, ClientError> {
        self.get("/api/v1/limits").await
    }

    /// Starts a session.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when it was refused; nothing was energised then.
    pub async fn start(&self, request: &StartRequest) -> Result<Started, ClientError> {
        self.send_json(Method::POST, "/api/v1/session", request).await
    }

    /// Stops whatever runs. When it returns `Ok`, the outputs were written off. It returns within
    /// two seconds, whatever has become of the daemon.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn stop(&self) -> Result<Stopped, ClientError> {
        let stopped: Stopped = self.ask(URGENT, Method::POST, "/api/v1/stop", None).await?;
        // Nobody is told that all is off on the word of something that does not say so.
        if stopped.off {
            Ok(stopped)
        } else {
            Err(self.garbled("its answer to a STOP does not say that everything is off".to_owned()))
        }
    }

    /// A person has looked: clears the latched fault that was shown, and the notice of an
    /// interruption. Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when the fault's cause is still there, or another one has latched.
    pub async fn clear(&self, shown: &ClearRequest) -> Result<Status, ClientError> {
        self.send_json(Method::POST, "/api/v1/clear", shown).await
    }

    /// Somebody is there (HL-H11). Gives the state after it.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn present(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/present", None).await
    }

    /// A person goes on without the record of doses that was lost (HL-S8). Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when it is asked over the network.
    pub async fn forget_loss(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/forget-loss", None).await
    }

    /// The newest `limit` sessions of the log after the first `offset`, newest first.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn sessions(&self, limit: u32, offset: u64) -> Result<SessionList, ClientError> {
        self.get(&format!("/api/v1/sessions?limit={limit}&offset={offset}")).await
    }

    /// One session with its events.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn session(&self, id: i64) -> Result<SessionDetail, ClientError> {
        self.get(&format!("/api/v1/sessions/{id}")).await
    }

    /// The curve of one session.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn samples(&self, id: i64) -> Result<Vec<Sample>, ClientError> {
        self.get(&format!("/api/v1/sessions/{id}/samples")).await
    }

    /// The recording of one session, see [`crate::recording`].
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none.
    pub async fn recording(&self, id: i64) -> Result<Bytes, ClientError> {
        let path = format!("/api/v1/sessions/{id}/recording");
        self.answer(USUAL, Method::GET, &path, None).await
    }

    /// Starts a tuning.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when it was refused; nothing was energised then.
    pub async fn tune(&self, request: &TuneRequest) -> Result<Started, ClientError> {
        self.send_json(Method::POST, "/api/v1/tune", request).await
    }

    /// The tunings that are kept, newest first.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn tunings(&self) -> Result<TuningList, ClientError> {
        self.get("/api/v1/tunings").await
    }

    /// Has a tuning used from the next session on, or none. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number.
    pub async fn use_tuning(&self, choice: &TuningChoice) -> Result<TuningList, ClientError> {
        self.send_json(Method::PUT, "/api/v1/tunings", choice).await
    }

    /// Forgets a tuning. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none with that number, or it is in use.
    pub async fn forget_tuning(&self, id: i64) -> Result<TuningList, ClientError> {
        self.ask(USUAL, Method::DELETE, &format!("/api/v1/tunings/{id}"), None).await
    }

    /// The live state: a whole snapshot twice a second, and at once on a change.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn events(&self) -> Result<StatusStream, ClientError> {
        let path = "/api/v1/events";
        let connection = self.connected(USUAL).await?;
        let sent = self.send(connection, Method::GET, path, None);
        let response = self.within(USUAL.answer, sent).await?;
        if response.status() != StatusCode::OK {
            let status = response.status();
            let body = self.within(USUAL.answer, self.collect(response)).await?;
            return Err(self.declined(status, &body));
        }
        Ok(StatusStream::new(response.into_body(), self.endpoint.to_string()))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.ask(USUAL, Method::GET, path, None).await
    }

    async fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).map_err(|e| self.garbled(e.to_string()))?;
        self.ask(USUAL, method, path, Some(body)).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        patience: Patience,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<T, ClientError> {
        let answer = self.answer(patience, method, path, body).await?;
        plain::parse(&answer).map_err(|e| self.garbled(format!("{path} gave {e}")))
    }

    /// The body of a successful answer.
    async fn answer(
        &self,
        patience: Patience,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Bytes, ClientError> {
        let connection = self.connected(patience).await?;
        let exchange = async {
            let response = self.send(connection, method, path, body).await?;
            let status = response.status();
            let body = self.collect(response).await?;
            if status.is_success() { Ok(body) } else { Err(self.declined(status, &body)) }
        };
        self.within(patience.answer, exchange).await
    }

    async fn send(
        &self,
        mut connection: Connection,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Response<Incoming>, ClientError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.endpoint.host_header())
            .header(ACCEPT, "application/json, application/problem+json, text/event-stream");
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(Full::new(Bytes::from(body.unwrap_or_default())))
            .map_err(|e| self.silent(e.to_string()))?;
        connection.send_request(request).await.map_err(|e| self.silent(e.to_string()))
    }

    async fn connected(&self, patience: Patience) -> Result<Connection, ClientError> {
        let Patience { connect, .. } = patience;
        timeout(connect, self.connect()).await.unwrap_or_else(|_elapsed| {
            Err(self.absent(format!("no connection within {} s", connect.as_secs_f64())))
        })
    }

    async fn connect(&self) -> Result<Connection, ClientError> {
        match &self.endpoint {
            Endpoint::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await;
                self.shake_hands(stream.map_err(|e| self.absent(no_connection(&e)))?).await
            }
            Endpoint::Unix(path) => {
                let stream = UnixStream::connect(path).await;
                self.shake_hands(stream.map_err(|e| self.absent(no_connection(&e)))?).await
            }
        }
    }

    async fn shake_hands<S>(&self, stream: S) -> Result<Connection, ClientError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let shaken = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|e| self.silent(e.to_string()))?;
        // Its errors reach whoever waits for the answer; here they would only be told twice.
        tokio::spawn(async move { connection.await.unwrap_or(()) });
        Ok(sender)
    }

    async fn collect(&self, response: Response<Incoming>) -> Result<Bytes, ClientError> {
        let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES).collect().await;
        body.map(|whole| whole.to_bytes()).map_err(|e| self.silent(e.to_string()))
    }

    async fn within<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        timeout(limit, work).await.unwrap_or_else(|_elapsed| {
            Err(self.silent(format!("it said nothing for {} s", limit.as_secs_f64())))
        })
    }

    fn declined(&self, status: StatusCode, body: &[u8]) -> ClientError {
        match plain::parse(body) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => self.garbled(format!("it answered {status} without saying why")),
        }
    }

    fn absent(&self, why: String) -> ClientError {
        let cause = Cause::Absent(why);
        ClientError::Unreachable { endpoint: self.endpoint.to_string(), cause }
    }

    fn silent(&self, why: String) -> ClientError {
        let cause = Cause::Silent(why);
        ClientError::Unreachable { endpoint: self.endpoint.to_string(), cause }
    }

    fn garbled(&self, what: String) -> ClientError {
        ClientError::Garbled { endpoint: self.endpoint.to_string(), what }
    }
}

/// Why there is no connection, in words where there are better ones than the system's.
fn no_connection(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "there is no such socket".to_owned()
    } else if error.kind() == io::ErrorKind::ConnectionRefused {
        "nothing listens there".to_owned()
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        "this user may not speak to it".to_owned()
    } else {
        error.to_string()
    }
}

#[cfg(test)]
mod tests;
