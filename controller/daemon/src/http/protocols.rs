//! Protocols, and what people answer while they are led through one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use soothe_therapy::session::PromptId;
use soothe_therapy::{Order, Plan, SessionId, Site, Span};
use soothe_wire::{
    BrokenProtocol, ConfirmRequest, ListedProtocol, Problem, ProtocolFile, ProtocolList,
    StartRequest, Status, protocol,
};

use super::Api;
use super::control::carry_out;
use super::extract::JsonBody;
use super::problem::ApiError;
use crate::library::Shelf;
use crate::words::Says;

/// What a start asks for, with the protocol's own words for its phases.
pub(super) async fn plan(api: &Api, request: &StartRequest) -> Result<(Plan, Says), ApiError> {
    let StartRequest { protocol, target_c, duration_s, site, text } = request;
    let site = site
        .parse::<Site>()
        .map_err(|unknown| ApiError::limit(format!("site `{site}`: {unknown}")))?;
    match (protocol.as_str(), target_c, duration_s, text) {
        (Plan::HEAT, Some(target_c), Some(duration_s), None) => {
            Ok((Plan::heat(*target_c, Span::from_s(*duration_s), site)?, Says::new()))
        }
        (Plan::HEAT, ..) => Err(ApiError::invalid(
            "`heat` takes `target_c` and `duration_s`, and nothing else besides the site",
        )),
        (_, None, None, text) => {
            let file = file_of(api, protocol, text.as_deref()).await?;
            let says = file.phases().map(|(_, say)| say.map(str::to_owned)).collect();
            Ok((Plan::of(file.protocol, site)?, says))
        }
        (..) => Err(ApiError::invalid("only `heat` takes `target_c` and `duration_s`")),
    }
}

/// The protocol of that name: one of a person's own where its text comes along, else a built-in one, else one that
/// the owner keeps beside the daemon.
async fn file_of(api: &Api, name: &str, text: Option<&str>) -> Result<ProtocolFile, ApiError> {
    if let Some(text) = text {
        let own = ProtocolFile::own(text.as_bytes(), name);
        return own.map_err(|error| ApiError::limit(format!("text: {error}")));
    }
    if let Some(built_in) = protocol::find(name) {
        return Ok(built_in.clone());
    }
    match api.library.find(name).await.map_err(unread)? {
        Some(Ok(file)) => Ok(file),
        Some(Err(BrokenProtocol { file, problem })) => {
            Err(ApiError::limit(format!("{file}: {problem}")))
        }
        None => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> ApiError {
    let names = protocol::builtin().map(|it| it.protocol.name().to_string());
    let known = std::iter::once(Plan::HEAT.to_owned()).chain(names).collect::<Vec<_>>();
    let (name, known) = (name.escape_debug(), known.join(", "));
    let own = "and those of your own that /api/v1/protocols lists";
    ApiError::limit(format!("there is no protocol `{name}`; accepted are {known}, {own}"))
}

fn unread(why: String) -> ApiError {
    ApiError::unavailable("no-answer", why)
}

/// The protocols that are built in, and those that the owner keeps beside the daemon, each with what the profile in
/// use says to it; the latter are read anew.
#[utoipa::path(
    get, path = "/api/v1/protocols", tag = "state",
    responses(
        (status = 200, description = "All of them", body = ProtocolList),
        (status = 403, description = "Asked under a foreign name", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<ProtocolList> {
    // What is built in is told also where the folder cannot be read.
    let Shelf { protocols, broken } = api.library.all().await.unwrap_or_else(Shelf::unread);
    let profile = api.outlet.newest().profile().in_use();
    let judged = |file: &ProtocolFile| ListedProtocol::new(file, profile);
    let protocols = protocol::builtin().map(judged).chain(protocols.iter().map(judged)).collect();
    Json(ProtocolList { profile: profile.name().to_owned(), protocols, broken })
}

/// What a prompt asks for is done. Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/confirm", tag = "orders",
    request_body = ConfirmRequest,
    responses(
        (status = 200, description = "It was heard", body = Status),
        (status = 400, description = "Malformed JSON, an unknown or a missing field", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another prompt waits, or none", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "Body over 16 KiB", body = Problem,
         content_type = "application/problem+json"),
        (status = 415, description = "Not application/json", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(api): State<Arc<Api>>,
    JsonBody(done): JsonBody<ConfirmRequest>,
) -> Result<Response, ApiError> {
    let prompt = PromptId { session: SessionId(done.session), number: done.prompt };
    let after = carry_out(&api, Order::Confirm { prompt }).await?;
    Ok(super::status::json(after.json()))
}

/// The skin under the cold pack is numb: the pack is to come off now. Gives the state after it.
#[utoipa::path(
    post, path = "/api/v1/numb", tag = "orders",
    responses(
        (status = 200, description = "It was heard", body = Status),
        (status = 403, description = "From another site's page, or under a foreign name",
         body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No cold pack lies on the skin", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The session log cannot be written, or too much at once",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn numb(State(api): State<Arc<Api>>) -> Result<Response, ApiError> {
    let after = carry_out(&api, Order::Numb).await?;
    Ok(super::status::json(after.json()))
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
