//! Parsing what clients send; whatever is wrong with it is said as a `Problem`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;
use soothe_therapy::limits;

use super::problem::ApiError;

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_millis(limits::COMMAND_TTL.as_ms());

/// A JSON body.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = content_type(&request);
        check(content_type.as_deref())?;
        parse(&whole(request, state).await?).map(Self)
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct MaybeJson<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for MaybeJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = content_type(&request);
        let body = whole(request, state).await?;
        if body.is_empty() {
            return Ok(Self(None));
        }
        check(content_type.as_deref())?;
        parse(&body).map(|value| Self(Some(value)))
    }
}

fn content_type(request: &Request) -> Option<String> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    content_type.map(|value| value.to_str().unwrap_or("?").to_owned())
}

fn check(content_type: Option<&str>) -> Result<(), ApiError> {
    if content_type.is_some_and(is_json) { Ok(()) } else { Err(ApiError::media_type(content_type)) }
}

async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    // A command that arrives in drips is late before it is read (HL-S4).
    let body = tokio::time::timeout(BODY_WITHIN, Bytes::from_request(request, state)).await;
    body.map_err(|_| too_slow())?.map_err(unreadable)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // serde reads a struct from a list as well, which the description of the API does not offer.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|byte| *byte != b'{') {
        let detail = "the body is not accepted: it must be a JSON object, `{..}`";
        return Err(ApiError::invalid(detail));
    }
    serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid(format!("the body is not accepted: {error}")))
}

fn too_slow() -> ApiError {
    let within_s = BODY_WITHIN.as_secs();
    ApiError::invalid(format!("the body did not arrive within {within_s} s of its head"))
}

/// `application/json`, with or without parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn unreadable(rejection: BytesRejection) -> ApiError {
    let text = rejection.body_text();
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::too_large()
    } else {
        ApiError::invalid(format!("the body cannot be read: {text}"))
    }
}

/// The query string.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => {
                Err(ApiError::invalid(format!("the query is not accepted: {}", error.body_text())))
            }
        }
    }
}

/// The number of a session in the path.
#[derive(Debug)]
pub(crate) struct SessionNumber(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for SessionNumber {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        number(parts, state, "session").await.map(Self)
    }
}

/// The number of a reminder in the path.
#[derive(Debug)]
pub(crate) struct ReminderNumber(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for ReminderNumber {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        number(parts, state, "reminder").await.map(Self)
    }
}

async fn number<S: Send + Sync>(parts: &mut Parts, state: &S, of: &str) -> Result<i64, ApiError> {
    let path = Path::<String>::from_request_parts(parts, state).await;
    let text = path.map(|Path(text)| text).unwrap_or_default();
    match text.parse() {
        Ok(id) if id >= 1 => Ok(id),
        Ok(_) | Err(_) => Err(ApiError::invalid(format!(
            "`{text}` is not the number of a {of}; a whole number from 1 is accepted"
        ))),
    }
}
