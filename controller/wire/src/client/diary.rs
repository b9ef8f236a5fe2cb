//! The requests about pain, treatments and signs of an emergency.

use hyper::Method;

use super::{Client, ClientError};
use crate::pain::{
    NewPain, NewTreatment, PainAnswer, PainList, PainSite, RedFlagAnswers, RedFlagList, Settlement,
    TreatmentEntry, TreatmentList,
};

/// How a page of a list is asked for.
fn page(path: &str, limit: u32, site: Option<&str>) -> String {
    let of_site = site.map(|site| format!("&site={site}")).unwrap_or_default();
    format!("{path}?limit={limit}{of_site}")
}

impl Client {
    /// Says how much a site hurts. The answer comes when it is on disk.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when something of it is not accepted.
    pub async fn note_pain(&self, pain: &NewPain) -> Result<PainAnswer, ClientError> {
        self.send_json(Method::POST, "/api/v1/pain", pain).await
    }

    /// The newest `limit` entries of the diary, newest first; of one site where one is named.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is no such site.
    pub async fn pain(&self, limit: u32, site: Option<&str>) -> Result<PainList, ClientError> {
        self.get(&page("/api/v1/pain", limit, site)).await
    }

    /// Says why a locked site may be heated again (HL-P1). Gives how it stands then.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is no such site.
    pub async fn settle(&self, settlement: &Settlement) -> Result<PainSite, ClientError> {
        self.send_json(Method::POST, "/api/v1/pain/settled", settlement).await
    }

    /// Says what was done besides the sessions. The answer comes when it is on disk.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when something of it is not accepted.
    pub async fn note_treatment(
        &self,
        treatment: &NewTreatment,
    ) -> Result<TreatmentEntry, ClientError> {
        self.send_json(Method::POST, "/api/v1/treatments", treatment).await
    }

    /// The newest `limit` treatments, newest first; of one site where one is named.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is no such site.
    pub async fn treatments(
        &self,
        limit: u32,
        site: Option<&str>,
    ) -> Result<TreatmentList, ClientError> {
        self.get(&page("/api/v1/treatments", limit, site)).await
    }

    /// The signs of an emergency that are asked for, and those that are there (HL-P2).
    ///
    /// # Errors
    /// As for every request: [`ClientError`].
    pub async fn red_flags(&self) -> Result<RedFlagList, ClientError> {
        self.get("/api/v1/red-flags").await
    }

    /// A person answers which of them are there. Gives how it stands after it.
    ///
    /// # Errors
    /// [`ClientError::Problem`] when there is no sign of such a name.
    pub async fn answer_red_flags(
        &self,
        answers: &RedFlagAnswers,
    ) -> Result<RedFlagList, ClientError> {
        self.send_json(Method::PUT, "/api/v1/red-flags", answers).await
    }
}
