//! Who is treated: the check-list and the profile.

use hyper::Method;

use super::{Client, ClientError};
use crate::profile::{ProfileList, ProfileRequest};
use crate::request::{Checklist, ChecklistAnswers};

impl Client {
    /// What the check-list asks, and how it stands (HL-S7).
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn checklist(&self) -> Result<Checklist, ClientError> {
        self.get("/api/v1/checklist").await
    }

    /// A person answers the check-list. Gives how it stands after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is no condition of such a name.
    pub async fn answer_checklist(
        &self,
        answers: &ChecklistAnswers,
    ) -> Result<Checklist, ClientError> {
        self.send_json(Method::PUT, "/api/v1/checklist", answers).await
    }

    /// Every profile, and which one counts.
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn profiles(&self) -> Result<ProfileList, ClientError> {
        self.get("/api/v1/profile").await
    }

    /// A person chooses a profile. Gives the list after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is none of that name, a session runs, or the configuration fixes one.
    pub async fn use_profile(&self, choice: &ProfileRequest) -> Result<ProfileList, ClientError> {
        self.send_json(Method::PUT, "/api/v1/profile", choice).await
    }
}
