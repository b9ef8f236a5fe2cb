//! The diary of pain: how much it hurts, and what follows from it (HL-P1, HL-P3).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use soothe_therapy::pain::care::{Settled, Taken};
use soothe_therapy::pain::lingering::warnings;
use soothe_therapy::pain::{Cause, Felt, NoPain, Pain, When};
use soothe_therapy::{Order, SessionId, Site};
use soothe_wire::{NewPain, Note, PainAnswer, PainList, PainSite, Problem, Settlement};

use super::Api;
use super::control::{carry_out, carry_out_with};
use super::extract::{JsonBody, Query};
use super::problem::ApiError;
use super::sessions::{ListQuery, no_session, unreadable};
use crate::journal::{Beside, Page};

/// The diary, newest first, with how the pain of each site stands.
#[utoipa::path(
    get, path = "/api/v1/pain", tag = "log", params(ListQuery),
    responses(
        (status = 200, description = "One page of it", body = PainList),
        (status = 400, description = "A query that is not understood", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown site", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Query(query): Query<ListQuery>,
) -> Result<Json<PainList>, ApiError> {
    let page = query.page()?;
    let (entries, total) = api.reader.pain(page).await.map_err(unreadable)?;
    let care = api.outlet.newest().care();
    let wanted = |site: &Site| page.site.is_none_or(|it| it == *site);
    let told = |site: &Site| {
        let locked = care.site(*site).taken == Taken::Locked;
        locked || entries.iter().any(|entry| entry.site == site.name())
    };
    let sites = Site::ALL.iter().copied().filter(|site| wanted(site) && told(site)).collect();
    Ok(Json(PainList { sites: standing(&api, sites).await?, entries, total }))
}

/// How the pain of these sites stands.
async fn standing(api: &Api, sites: Vec<Site>) -> Result<Vec<PainSite>, ApiError> {
    let courses = api.reader.courses(sites).await.map_err(unreadable)?;
    let care = api.outlet.newest().care();
    let site = |(site, course): &(Site, Vec<_>)| {
        PainSite::of(*site, care.site(*site).taken == Taken::Locked, warnings(course))
    };
    Ok(courses.iter().map(site).collect())
}

async fn standing_of(api: &Api, site: Site) -> Result<PainSite, ApiError> {
    let one = standing(api, vec![site]).await?.into_iter().next();
    one.ok_or_else(|| unreadable("the diary has no such site".to_owned()))
}

/// Write down how much a site hurts. The answer comes when it is on disk.
#[utoipa::path(
    post, path = "/api/v1/pain", tag = "orders",
    request_body = NewPain,
    responses(
        (status = 201, description = "It is in the diary", body = PainAnswer),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no session with that number", body = Problem,
         content_type = "application/problem+json"),
        (status = 409, description = "The session was at another site", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown site, kind or cause, pain that is not on the scale, or a note that \
          is none", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read or written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn note(
    State(api): State<Arc<Api>>,
    JsonBody(request): JsonBody<NewPain>,
) -> Result<(StatusCode, Json<PainAnswer>), ApiError> {
    let (felt, beside) = parsed(request)?;
    if let Some(id) = beside.session {
        belongs(&api, id, felt.site).await?;
    }
    // Each would wait in memory for a disk that takes nothing, as often as someone asks.
    if let Some(why) = api.journal.health().failure() {
        return Err(ApiError::log_failed(&why));
    }
    let one_at_a_time = api.diary.lock().await;
    carry_out_with(&api, Order::Felt(felt), Some(Box::new(beside))).await?;
    let newest = Page { limit: 1, offset: 0, site: Some(felt.site) };
    let (entries, _) = api.reader.pain(newest).await.map_err(unreadable)?;
    drop(one_at_a_time);
    let entry = entries.into_iter().next();
    let entry = entry.ok_or_else(|| unreadable("the diary lacks what was written".to_owned()))?;
    let before = entry.before.and_then(|points| Pain::new(points).ok());
    let message = before.map(|before| before.change_to(felt.pain).text().to_owned());
    let site = standing_of(&api, felt.site).await?;
    Ok((StatusCode::CREATED, Json(PainAnswer { entry, message, site })))
}

/// A person says why a site that two sessions in a row made worse may be heated again (HL-P1). Gives how it stands
/// then.
#[utoipa::path(
    post, path = "/api/v1/pain/settled", tag = "orders",
    request_body = Settlement,
    responses(
        (status = 200, description = "The site is not locked any more", body = PainSite),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "An unknown site, or neither `seen` nor `waived`", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be read or written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn settle(
    State(api): State<Arc<Api>>,
    JsonBody(Settlement { site, how }): JsonBody<Settlement>,
) -> Result<Json<PainSite>, ApiError> {
    let site = site_of(&site)?;
    let how = known(&how, "how", Settled::from_name, Settled::ALL.iter().map(|it| it.name()))?;
    if let Some(why) = api.journal.health().failure() {
        return Err(ApiError::log_failed(&why));
    }
    carry_out(&api, Order::Settle { site, how }).await?;
    standing_of(&api, site).await.map(Json)
}

fn parsed(request: NewPain) -> Result<(Felt, Beside), ApiError> {
    let NewPain { site, nrs, kind, session, awake, cause, note } = request;
    let when = known(&kind, "kind", When::from_name, When::ALL.iter().map(|it| it.name()))?;
    let causes = || Cause::ALL.iter().map(|it| it.name());
    let cause = cause.map(|name| known(&name, "cause", Cause::from_name, causes()));
    let beside = Beside {
        session: session.map(SessionId),
        awake,
        cause: cause.transpose()?,
        note: note.map(note_of).transpose()?,
    };
    Ok((Felt { site: site_of(&site)?, pain: pain(nrs)?, when }, beside))
}

/// Looks whether the session is there, and of that site.
async fn belongs(api: &Api, id: SessionId, site: Site) -> Result<(), ApiError> {
    let found = api.reader.session(id.0).await.map_err(unreadable)?;
    let other = found.ok_or_else(|| no_session(id.0))?.summary.site;
    if other == site.name() {
        return Ok(());
    }
    let detail = format!("session {id} was at {other}, not at {site}");
    Err(ApiError::conflict("other-site", detail))
}

pub(super) fn site_of(name: &str) -> Result<Site, ApiError> {
    name.parse().map_err(|unknown| ApiError::limit(format!("site `{name}`: {unknown}")))
}

pub(super) fn pain(points: u64) -> Result<Pain, ApiError> {
    let pain = u8::try_from(points).map_err(|_| NoPain).and_then(Pain::new);
    pain.map_err(|error| ApiError::limit(format!("{points} is not accepted: {error}")))
}

pub(super) fn note_of(text: String) -> Result<Note, ApiError> {
    text.parse().map_err(|error| ApiError::limit(format!("the note is not accepted: {error}")))
}

/// The member of a closed list that has this name.
pub(super) fn known<T>(
    name: &str,
    field: &str,
    find: fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str>,
) -> Result<T, ApiError> {
    find(name).ok_or_else(|| {
        let names = names.collect::<Vec<_>>().join(", ");
        ApiError::limit(format!("{field} `{name}` is not accepted; accepted are {names}"))
    })
}
