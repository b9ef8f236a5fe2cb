//! Who may be asked, and what every answer carries.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{Api, problem};

/// Lets through what was asked of this device under its own name. A page of another site that gets
/// its name to point here (DNS rebinding) sends its own name.
pub(crate) async fn known_host(
    State(api): State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Response {
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = named.next();
    // Two names, or one in the request's target, are how a proxy is spoken to, or fooled.
    let plain = named.next().is_none() && request.uri().authority().is_none();
    let known = host.is_none_or(|host| host.to_str().is_ok_and(|host| is_known(host, &api.hosts)));
    let known = known && plain;
    if known {
        next.run(request).await
    } else {
        let host = host.map_or("", |host| host.to_str().unwrap_or("?"));
        problem::unknown_host(host).into_response()
    }
}

/// Addresses and `localhost` are no name that another site could own; further names are configured.
fn is_known(host: &str, hosts: &[String]) -> bool {
    let name = without_port(host);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            // Without brackets, a second colon is part of an address.
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        Some(_) | None => host,
    }
}

/// Headers that every answer carries.
pub(crate) async fn plain_answers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_own_are_known() {
        let hosts = ["soothe.local".to_owned()];
        for host in [
            "127.0.0.1:8737",
            "localhost",
            "LOCALHOST:1",
            "[::1]:8737",
            "[::1]",
            "::1",
            "192.168.1.7:8737",
            "soothe.local:8737",
        ] {
            assert!(is_known(host, &hosts), "{host}");
        }
        for host in ["evil.example", "evil.example:8737", "127.0.0.1.evil.example", "", ":80"] {
            assert!(!is_known(host, &hosts), "{host}");
        }
    }
}
