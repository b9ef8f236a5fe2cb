//! Every error answer is a `Problem`, and every one is made here.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use soothe_therapy::{HeatError, ProtocolError, Refusal, Rule};
use soothe_wire::{Problem, Reason};

use crate::control::Declined;

/// An error on its way out.
#[derive(Clone, Debug)]
pub(crate) struct ApiError(Box<Problem>);

impl ApiError {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::plain(kind, status.as_u16(), title, detail)))
    }

    /// 400: what came is not what the description of the API says.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        let title = "The request cannot be understood";
        Self::new(StatusCode::BAD_REQUEST, "invalid-request", title, detail)
    }

    /// 404.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// 409: in the way of what is asked stands something that is no rule.
    pub(crate) fn conflict(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, kind, "Not as things are", detail)
    }

    /// 413.
    pub(crate) fn too_large() -> Self {
        let detail = "the body is too large; at most 16 KiB are accepted";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large", detail)
    }

    /// 415.
    pub(crate) fn media_type(sent: Option<&str>) -> Self {
        let sent = sent.map_or_else(|| "no content type".to_owned(), |sent| format!("`{sent}`"));
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "The body is not JSON",
            format!("the request has {sent}; `content-type: application/json` is accepted"),
        )
    }

    /// 422: understood, but beyond a limit that no state of the device would open.
    pub(crate) fn limit(detail: impl Into<String>) -> Self {
        let title = "Outside what is accepted";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "limit", title, detail)
    }

    /// 503.
    pub(crate) fn unavailable(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, "Not possible right now", detail)
    }

    /// 503: the session log.
    pub(crate) fn log_failed(why: &str) -> Self {
        let detail = format!("nothing is heated without a record: {why}");
        Self::unavailable("log-failed", detail)
    }

    /// 503: it was done all the same, which whoever asked must know.
    fn not_recorded(why: &str) -> Self {
        let detail = format!(
            "it was carried out and counts, but is not recorded: {why}; a restart before the log works again \
             forgets it. Mend the log, then look whether it still stands"
        );
        let title = "Carried out, but not recorded";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-recorded", title, detail)
    }
}

impl ApiError {
    /// The same, with something else that has to be heard before.
    pub(crate) fn and(mut self, first: &str) -> Self {
        self.0.detail = format!("{first}. {}", self.0.detail);
        self
    }

    /// 409: a start that was overtaken by a STOP (HL-S4).
    pub(crate) fn stopped() -> Self {
        let what = "a STOP was given meanwhile or just before; nothing was started".to_owned();
        let (rule, opens) = (Some(Rule::S4), Some("in a moment: send it again"));
        Self(Box::new(Problem::refused(Reason { what, rule, opens, ..Reason::default() })))
    }

    /// 403: what only someone at the device may decide.
    pub(crate) fn only_here(what: &str, rule: Rule) -> Self {
        let detail = format!("{what} only at the device: through its socket, not over the network");
        let mut it = Self::new(StatusCode::FORBIDDEN, "only-here", "Not from there", detail);
        it.0.rule = Some(rule.id().to_owned());
        it
    }
}

impl From<HeatError> for ApiError {
    fn from(error: HeatError) -> Self {
        Self(Box::new(error.into()))
    }
}

impl From<ProtocolError> for ApiError {
    fn from(error: ProtocolError) -> Self {
        Self(Box::new(error.into()))
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self(Box::new(refusal.into()))
    }
}

impl From<Declined> for ApiError {
    fn from(declined: Declined) -> Self {
        match declined {
            Declined::Refused(refusal) => refusal.into(),
            Declined::LogFailed(why) => Self::log_failed(&why),
            Declined::Unrecorded(why) => Self::not_recorded(&why),
            Declined::Stopped => Self::stopped(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

/// 404 for a path that is not there.
pub(crate) async fn no_such_route(uri: Uri) -> ApiError {
    ApiError::not_found(format!("there is no `{}`; /api/openapi.json lists what is", uri.path()))
}

/// 405; which methods are allowed stands in the header `allow`.
pub(crate) async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "Not with this method",
        format!("`{}` does not take {method}", uri.path()),
    )
}

/// 403 for a page of another site that tries to act.
pub(crate) fn cross_site() -> Response<Body> {
    let detail =
        "the request comes from a page of another site; only this device's own page may act";
    ApiError::new(StatusCode::FORBIDDEN, "cross-site", "Not from there", detail).into_response()
}

/// 403 for a name that is not this device's.
pub(crate) fn unknown_host(host: &str) -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "unknown-host",
        "Not under this name",
        format!("this daemon does not answer as `{host}`; add the name to `hosts` in its config"),
    )
}
