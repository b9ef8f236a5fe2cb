//! What a person who is led through a protocol answers.

use hyper::Method;

use super::{Client, ClientError, USUAL};
use crate::request::{ConfirmRequest, LevelRequest};
use crate::status::Status;

impl Client {
    /// What a prompt asks for is done. Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when another prompt waits, or none.
    pub async fn confirm(&self, done: &ConfirmRequest) -> Result<Status, ClientError> {
        self.send_json(Method::POST, "/api/v1/confirm", done).await
    }

    /// A person sets the TENS level. Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when no TENS is on, or the step up is too large, too soon or beyond the cap.
    pub async fn set_level(&self, to: &LevelRequest) -> Result<Status, ClientError> {
        self.send_json(Method::PUT, "/api/v1/level", to).await
    }

    /// A client that could lower the TENS level is there (HL-S3). Gives the state after it.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn heartbeat(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/heartbeat", None).await
    }

    /// A person pauses the session (HL-S11). Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when nothing runs that can be paused now.
    pub async fn pause(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/pause", None).await
    }

    /// A person goes on with a paused session. Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when nothing is paused, or something is not as it must be.
    pub async fn resume(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/resume", None).await
    }

    /// The skin under the cold pack is numb. Gives the state after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when no pack lies on it.
    pub async fn numb(&self) -> Result<Status, ClientError> {
        self.ask(USUAL, Method::POST, "/api/v1/numb", None).await
    }
}
