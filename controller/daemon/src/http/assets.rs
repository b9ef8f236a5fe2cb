//! The panel: files that are part of the binary.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use soothe_web_ui::{ASSETS, Asset, CONTENT_SECURITY_POLICY};

use super::Api;

/// One route for each file.
pub(super) fn routes() -> Router<Arc<Api>> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router
            .route(asset.path, get(move |headers: HeaderMap| async move { serve(asset, &headers) }))
    })
}

/// The file, or the news that the client has it.
fn serve(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let has_it = lists(headers, header::IF_NONE_MATCH, asset.etag);
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else if lists(headers, header::ACCEPT_ENCODING, "gzip") {
        let mut response = Body::from(asset.gzip).into_response();
        let gzip = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
        response
    } else {
        Body::from(asset.bytes).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, asset.mime),
        (header::ETAG, asset.etag),
        // Asked for anew each time, answered from the client's copy: a panel is never an old one.
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "accept-encoding"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a page may do is said with the page; for a script or a style sheet it means nothing.
    if asset.path == "/" {
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_FRAME_OPTIONS, "DENY"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// Whether a header that is a list has this entry; parameters such as `;q=0.5` do not matter.
fn lists(headers: &HeaderMap, name: header::HeaderName, entry: &str) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value
            .split(',')
            .map(|item| item.split(';').next().unwrap_or_default().trim())
            .any(|item| item == entry || item.strip_prefix("W/") == Some(entry))
    })
}
