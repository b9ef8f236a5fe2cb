//! The HTTP API of a daemon that runs: every answer is one that is documented, and nothing but a start with
//! a plan within the limits ever energises a line.

use std::thread;
use std::time::Duration;

use serde_json::Value;
use soothe_tests::repo;
use tempfile::TempDir;

use crate::drive::Target;
use crate::http::{self, Answer, request};
use crate::place;
use crate::served::Served;

/// After so many cases the daemon is another one, on a new log: several times in what `tests/run` asks for.
const CASES_EACH: u32 = 5_000;
/// So long a start may be under way of which nothing was heard.
const UNDER_WAY_MAX: Duration = Duration::from_millis(50);
/// A start, as people send it.
const START: &str =
    r#"{"protocol":"heat","target_c":40.0,"duration_s":900,"site":"left-shoulder"}"#;
const PAIN: &str = r#"{"site":"left-hip","nrs":4,"kind":"after-session","session":null,"awake":true,"cause":"desk","note":"a"}"#;
const TREATMENT: &str =
    r#"{"site":"left-hip","kind":"massage","before":6,"after":4,"note":"half an hour"}"#;
const YES: &str = r#"{"yes":["numbness","pregnancy"]}"#;

/// Sends each input to the daemon's socket.
pub(crate) struct Api {
    served: Option<Served>,
    cases: u32,
    /// How often lines were energised before the last stop.
    energised: u64,
    _folder: TempDir,
}

impl Api {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = place::folder()?;
        let served = Served::start(folder.path(), 1)?;
        served.until("a first cycle", |it| it.ask("GET", "/healthz", "").is_ok())?;
        Ok(Self { served: Some(served), cases: 0, energised: 0, _folder: folder })
    }

    fn begin_anew(&mut self) -> anyhow::Result<()> {
        if let Some(served) = self.served.take() {
            served.shut_down();
        }
        *self = Self::new()?;
        Ok(())
    }

    /// Everything is off, whatever was sent, and ready for the next start.
    fn make_ready(&mut self, input: &[u8], answer: &Answer) -> anyhow::Result<()> {
        let Some(served) = &self.served else { return Ok(()) };
        if answer.status == Some(201) || may_start(input) {
            if answer.status.is_none_or(|status| status < 200) {
                // It may be under way yet, and a STOP holds only for what was ordered before it.
                thread::sleep(UNDER_WAY_MAX);
            }
            served.ask("POST", "/api/v1/stop", "")?;
            anyhow::ensure!(!served.watched.is_on(), "K1 is on after STOP");
            self.energised = served.watched.energised();
        }
        if contains(input, b"checklist") {
            served.ask("PUT", "/api/v1/checklist", r#"{"yes":[]}"#)?;
        }
        if contains(input, b"profile") {
            served.ask("PUT", "/api/v1/profile", r#"{"profile":"default"}"#)?;
        }
        if contains(input, b"red-flags") {
            served.ask("PUT", "/api/v1/red-flags", r#"{"yes":[]}"#)?;
        }
        if contains(input, b"pain") {
            let settled = r#"{"site":"left-shoulder","how":"waived"}"#;
            served.ask("POST", "/api/v1/pain/settled", settled)?;
        }
        if self.cases.is_multiple_of(64) {
            served.ask("POST", "/api/v1/clear", "{}")?;
        }
        Ok(())
    }
}

impl Target for Api {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let start = request("POST", "/api/v1/session", START);
        let mut corpus = vec![start.clone(), start];
        corpus.extend([
            request("POST", "/api/v1/session", &START.replace("40.0", "42").replace("900", "60")),
            request("POST", "/api/v1/session", &START.replace("40.0", "4200.0")),
            request("POST", "/api/v1/stop", ""),
            request("POST", "/api/v1/present", ""),
            request("POST", "/api/v1/clear", r#"{"fault":"too-hot"}"#),
            request("POST", "/api/v1/forget-loss", ""),
            request("PUT", "/api/v1/checklist", YES),
            request("PUT", "/api/v1/profile", r#"{"profile":"cautious"}"#),
            request("POST", "/api/v1/pain", PAIN),
            request("POST", "/api/v1/pain/settled", r#"{"site":"left-hip","how":"seen"}"#),
            request("POST", "/api/v1/treatments", TREATMENT),
            request("PUT", "/api/v1/red-flags", r#"{"yes":["chest","legs"]}"#),
            request("OPTIONS", "*", ""),
        ]);
        for path in [
            "/",
            "/healthz",
            "/api/openapi.json",
            "/api/v1/status",
            "/api/v1/limits",
            "/api/v1/events",
            "/api/v1/checklist",
            "/api/v1/profile",
            "/api/v1/red-flags",
            "/api/v1/pain?limit=50&offset=0&site=left-hip",
            "/api/v1/treatments?limit=50&offset=0&site=left-hip",
            "/api/v1/sessions?limit=50&offset=0&site=left-hip",
            "/api/v1/sessions/1",
            "/api/v1/sessions/1/samples?points=240",
            "/api/v1/sessions/1/recording",
        ] {
            corpus.push(request("GET", path, ""));
        }
        let foreign = "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\nHost:";
        let more = "Accept-Encoding: gzip\r\nAccept: text/html\r\nExpect: 100-continue\r\nHost:";
        for (from, to) in [("Host:", foreign), ("Host:", more), ("localhost", "evil.example")] {
            let text = String::from_utf8_lossy(&corpus[0]).replacen(from, to, 1);
            corpus.push(text.into_bytes());
        }
        let head = "POST /api/v1/session HTTP/1.1\r\nHost: [::1]:8737\r\n\
                    Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
        corpus.push(format!("{head}{:x}\r\n{START}\r\n0\r\n\r\n", START.len()).into_bytes());
        // What docs/api.md shows.
        let shown = repo::text("docs/api.md");
        corpus.extend(
            shown
                .lines()
                .filter(|line| line.starts_with('{'))
                .map(|line| request("POST", "/api/v1/session", line)),
        );
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        if self.cases == CASES_EACH {
            self.begin_anew().map_err(|error| error.to_string())?;
        }
        self.cases += 1;
        let Some(served) = &self.served else { return Ok(false) };
        let answer = http::send(&served.socket, input, http::HARMED_WITHIN);
        let answer = answer.map_err(|error| error.to_string())?;
        if !may_start(input) {
            // What is added to the diary is 201, too; a start has its place in the log.
            let placed = answer.text.to_lowercase().contains("location: /api/v1/sessions/");
            if answer.status == Some(201) && placed {
                return Err(format!("something was started by what is no start: {}", answer.text));
            }
            if served.watched.energised() != self.energised {
                return Err("something was energised by what is no start".to_owned());
            }
        }
        let documented = answer.status.is_none_or(|status| status < 500 || status == 503);
        if !documented {
            return Err(format!("an answer that is not documented: {}", answer.text));
        }
        self.make_ready(input, &answer).map_err(|error| error.to_string())?;
        Ok(answer.status.is_some_and(|status| status < 400))
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        if let Some(served) = self.served.take() {
            served.shut_down();
        }
    }
}

fn contains(input: &[u8], what: &[u8]) -> bool {
    input.windows(what.len()).any(|it| it == what)
}

/// Whether a start could be among these bytes: sent to its place, with a plan within the limits (HL-H1,
/// HL-H7). Said without the daemon's code, and so that nothing which is one is missed.
fn may_start(input: &[u8]) -> bool {
    if !contains(input, b"POST") || !contains(input, b"/api/v1/session") {
        return false;
    }
    let begins = input.iter().enumerate().filter(|(_, byte)| **byte == b'{').map(|(at, _)| at);
    begins.take(256).any(|at| {
        let mut values = serde_json::Deserializer::from_slice(&input[at..]).into_iter::<Value>();
        values.next().is_some_and(|value| value.is_ok_and(|value| is_plan(&value)))
    })
}

fn is_plan(value: &Value) -> bool {
    let target_c = value["target_c"].as_f64().unwrap_or(f64::NAN);
    let duration_s = value["duration_s"].as_u64().unwrap_or(0);
    let longest_s = if target_c <= 40.0 { 1800 } else { 1200 };
    let site = value["site"].as_str().unwrap_or_default();
    value["protocol"] == "heat"
        && (30.0..=42.0).contains(&target_c)
        && (60..=longest_s).contains(&duration_s)
        && (site.starts_with("left-") || site.starts_with("right-"))
}
