//! The phone panel's files, embedded.
//!
//! What it is: the page, its modules and the published libraries that they use, as bytes, ready to be
//! served, and which of them the first sight of the page needs; the Content-Security-Policy for them; the
//! licences of what is not ours.
//!
//! What it never does: run, decide or serve anything. The files come from `build.rs`.

/// One file as it is served.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// The path of the URL, e.g. `/assets/panel.js`.
    pub path: &'static str,
    /// The value of `Content-Type`.
    pub mime: &'static str,
    /// The file as it is.
    pub bytes: &'static [u8],
    /// The same, compressed with gzip.
    pub gzip: &'static [u8],
    /// The value of `ETag`, quotes included.
    pub etag: &'static str,
    /// It is no part of the first load: the page fetches it when what it draws is first wanted.
    pub later: bool,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Name, version and licence text of every third-party package among [`ASSETS`].
pub const LICENSES: &str = include_str!(concat!(env!("OUT_DIR"), "/licenses.txt"));

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};
    use std::io::Read as _;

    /// On the wire, compressed, the event stream's first snapshots and all headers included.
    const BUDGET_BYTES: usize = 60_000;
    /// What is left of the budget for headers (about 250 bytes each) and the stream.
    const OVERHEAD_BYTES: usize = 5_000;
    /// All files, the event stream and the curve of a session that runs already.
    const BUDGET_REQUESTS: usize = 12;

    const VENDORED: &[&str] =
        &["preact.js", "hooks.js", "signals.js", "signals-core.js", "uplot.js"];

    fn text(path: &str) -> &'static str {
        let asset = ASSETS.iter().find(|asset| asset.path == path).unwrap();
        std::str::from_utf8(asset.bytes).unwrap()
    }

    fn own() -> Vec<(&'static str, &'static str)> {
        let vendored = |path: &str| VENDORED.iter().any(|name| path.ends_with(&format!("/{name}")));
        let own: Vec<_> = ASSETS.iter().map(|a| a.path).filter(|path| !vendored(path)).collect();
        assert_eq!(own.len(), ASSETS.len() - VENDORED.len());
        own.into_iter().map(|path| (path, text(path))).collect()
    }

    /// What stands between `open` and `close` wherever they occur.
    fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
        text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
    }

    #[test]
    fn a_cold_load_stays_within_the_budget() {
        let first = || ASSETS.iter().filter(|asset| !asset.later);
        let bytes: usize = first().map(|asset| asset.gzip.len()).sum();
        assert!(bytes + OVERHEAD_BYTES <= BUDGET_BYTES, "{bytes} bytes compressed");
        assert!(first().count() + 2 <= BUDGET_REQUESTS, "{} files", first().count());
    }

    #[test]
    fn what_comes_later_is_named_by_no_module_that_comes_first_but_in_a_call() {
        for (path, text) in own() {
            let first = ASSETS.iter().any(|asset| asset.path == path && !asset.later);
            for name in between(text, "from \"./", "\"").into_iter().filter(|_| first) {
                let named = ASSETS.iter().find(|asset| asset.path == format!("/assets/{name}"));
                assert!(named.is_some_and(|asset| !asset.later), "{path} waits for {name}");
            }
        }
    }

    #[test]
    fn drawings_take_the_colour_of_the_text_and_carry_nothing_that_runs() {
        let drawings: Vec<_> =
            own().into_iter().filter(|(path, _)| path.ends_with(".svg")).collect();
        assert!(drawings.len() > 20, "{}", drawings.len());
        for (path, text) in drawings {
            assert!(text.starts_with("<svg ") && text.contains("currentColor"), "{path}");
            for refused in ["<script", "onload=", "onclick=", "href", "<style", " style=", "\"#"] {
                assert!(!text.contains(refused), "{path} has {refused}");
            }
        }
    }

    #[test]
    fn the_compressed_file_is_the_file() {
        for asset in ASSETS {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(asset.gzip).read_to_end(&mut plain).unwrap();
            assert!(plain == asset.bytes, "{}", asset.path);
        }
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for (path, text) in own() {
            // What names the language of a drawing is no address.
            let text = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            for address in ["http://", "https://", "\"//", "'//"] {
                assert!(!text.contains(address), "{path} contains {address}");
            }
        }
    }

    #[test]
    fn every_file_that_is_named_exists_and_every_file_is_named() {
        let mut named = vec!["/".to_owned()];
        for (_, text) in own() {
            named.extend(between(text, "/assets/", "\"").iter().map(|n| format!("/assets/{n}")));
            for before in ["from \"./", "import(\"./"] {
                named.extend(between(text, before, "\"").iter().map(|n| format!("/assets/{n}")));
            }
        }
        // The list of exercises names the drawing of each.
        let exercise = |asset: &&Asset| asset.path.starts_with("/exercises/");
        named.extend(ASSETS.iter().filter(exercise).map(|asset| asset.path.to_owned()));
        for name in &named {
            assert!(ASSETS.iter().any(|asset| asset.path == name), "{name} does not exist");
        }
        for asset in ASSETS {
            assert!(named.iter().any(|name| name == asset.path), "{} is not used", asset.path);
        }
    }

    #[test]
    fn the_policy_allows_exactly_the_inline_parts_of_the_page() {
        let page = text("/");
        let styles = between(page, "<style>", "</style>");
        let imports = between(page, "<script type=\"importmap\">", "</script>");
        assert_eq!((styles.len(), imports.len()), (1, 1));
        for inline in [styles[0], imports[0]] {
            let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inline)));
            assert!(CONTENT_SECURITY_POLICY.contains(&source), "{source}");
        }
        for refused in [" style=", " onclick=", " onload=", " onsubmit=", "javascript:"] {
            assert!(!page.contains(refused), "{refused} would be refused");
        }
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    }

    #[test]
    fn stop_is_a_plain_form_and_comes_first() {
        let page = text("/");
        let body = page.split("<body").nth(1).unwrap();
        let form = body.find("<form id=\"stop\" method=\"post\" action=\"/api/v1/stop\">").unwrap();
        for focusable in ["<a ", "<button", "<input", "<select"] {
            assert!(body.find(focusable).is_none_or(|at| at > form), "{focusable} before STOP");
        }
    }

    #[test]
    fn the_licence_of_every_package_is_there() {
        for package in ["preact 11.", "@preact/signals 2.", "@preact/signals-core 1.", "uplot 1.6."]
        {
            assert!(LICENSES.contains(package), "{package}");
        }
        assert!(LICENSES.matches("Permission is hereby granted").count() >= 4);
    }
}
