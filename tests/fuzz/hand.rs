//! What people send to a session of TENS: its level never rises faster than 2 mA/s nor by itself, and is zero
//! after whatever interrupts it.

use std::thread;
use std::time::Duration;

use serde_json::Value;
use soothe_plant::{Electrode, ElectrodeFault, ElectrodePart, Fault, Part, Peel};
use tempfile::TempDir;

use crate::drive::Target;
use crate::http::{self, request};
use crate::place;
use crate::served::Served;

/// So often a session is led to a level, if none is on, and interrupted from outside before.
const LEAD_EVERY: u32 = 200;
/// While pulses flow the cases leave time for the next step.
const PACE: Duration = Duration::from_millis(5);
/// After so many cases the daemon is another one.
const CASES_EACH: u32 = 5_000;
/// Electrodes may lie here; one of them rests for half an hour after a minute of pulses (HL-T14).
const SITES: [&str; 6] =
    ["left-calf", "right-calf", "left-thigh", "right-thigh", "left-forearm", "right-forearm"];

/// What a status shows.
type Shows = fn(&Value) -> u64;
/// What befalls the device.
type Befalls = fn(&Served);

/// In an input they stand for what the device shows when it is sent: the session, its prompt, one step up.
const STANDS_FOR: [(&str, Shows); 3] = [
    ("@session", |status| status["session"]["id"].as_u64().unwrap_or(0)),
    ("@prompt", |status| status["session"]["phase"]["asked"]["number"].as_u64().unwrap_or(0)),
    ("@up", |status| status["session"]["phase"]["level"]["level_ma"].as_u64().unwrap_or(0) + 1),
];

/// What takes the level to zero besides orders, and how it is put right.
const CUTS: [(Befalls, Befalls); 3] = [
    (
        |it| {
            let off = ElectrodeFault::Peeled(Electrode::First, Peel::Off);
            it.world.inject(Fault::Electrodes(off));
        },
        |it| it.world.heal(Part::Electrodes(ElectrodePart::Place(Electrode::First))),
    ),
    (|it| it.world.open_estop(true), |it| it.world.open_estop(false)),
    (
        |it| it.world.inject(Fault::Electrodes(ElectrodeFault::Short)),
        |it| it.world.heal(Part::Electrodes(ElectrodePart::Leads)),
    ),
];

/// Sends each input to a daemon with electrodes.
pub(crate) struct Hand {
    served: Option<Served>,
    cases: u32,
    leads: usize,
    _folder: TempDir,
}

impl Hand {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = place::folder()?;
        let served = Served::start(folder.path(), 1)?;
        served.until("a first cycle", |it| it.ask("GET", "/healthz", "").is_ok())?;
        Ok(Self { served: Some(served), cases: 0, leads: 0, _folder: folder })
    }

    fn begin_anew(&mut self) -> anyhow::Result<()> {
        if let Some(served) = self.served.take() {
            served.shut_down();
        }
        *self = Self::new()?;
        Ok(())
    }

    /// Something breaks under whatever is on; then a person puts it right and raises the next session's level.
    fn lead(&mut self) -> anyhow::Result<()> {
        let Some(served) = &self.served else { return Ok(()) };
        self.leads += 1;
        let (breaks, heals) = CUTS[self.leads % CUTS.len()];
        breaks(served);
        served.until("zero after a fault", |it| it.watched.pulses().ma() == 0)?;
        heals(served);
        served.ask("POST", "/api/v1/stop", "")?;
        let site = SITES[self.leads % SITES.len()];
        served.until("a start", |it| {
            let _ = it.ask("POST", "/api/v1/clear", "{}");
            it.ask("POST", "/api/v1/session", &start(site)).is_ok()
        })?;
        served.until("a level", |it| {
            let _ = self.send(it, &request("POST", "/api/v1/confirm", CONFIRM));
            let _ = self.send(it, &request("PUT", "/api/v1/level", UP));
            it.watched.pulses().ma() > (self.leads % 2) as u8
        })
    }

    /// Fills in what the device shows, and sends it.
    fn send(&self, served: &Served, input: &[u8]) -> anyhow::Result<Option<u16>> {
        let input = filled(served, input)?;
        // A step up says so; what was harmed until it says so no more is none.
        let asks = input.windows(5).filter(|it| *it == b"raise").count() as u64;
        served.watched.pulses().ask(asks);
        Ok(http::send(&served.socket, &input, http::HARMED_WITHIN)?.status)
    }
}

const CONFIRM: &str = r#"{"session":@session,"prompt":@prompt}"#;
const UP: &str = r#"{"level_ma":@up,"raise":true}"#;

fn start(site: &str) -> String {
    format!(r#"{{"protocol":"tens-knot","site":"{site}"}}"#)
}

/// The input, with what it leaves open filled in; the whole is as long as it says.
fn filled(served: &Served, input: &[u8]) -> anyhow::Result<Vec<u8>> {
    if !input.contains(&b'@') {
        return Ok(input.to_vec());
    }
    let status: Value = serde_json::from_str(&served.show("/api/v1/status")?)?;
    let mut input = input.to_vec();
    for (name, shows) in STANDS_FOR {
        while let Some(at) = input.windows(name.len()).position(|it| it == name.as_bytes()) {
            // White space keeps the length that the head tells.
            let number = format!("{:<width$}", shows(&status), width = name.len());
            input.splice(at..at + name.len(), number.into_bytes());
        }
    }
    Ok(input)
}

impl Target for Hand {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let confirm = request("POST", "/api/v1/confirm", CONFIRM);
        let up = request("PUT", "/api/v1/level", UP);
        let mut corpus = vec![confirm.clone(), confirm, up.clone(), up.clone(), up];
        let levels = [
            r#"{"level_ma":@up}"#,
            r#"{"level_ma":0}"#,
            r#"{"level_ma":1,"raise":false}"#,
            r#"{"level_ma":2,"raise":true}"#,
            r#"{"level_ma":20,"raise":true}"#,
        ];
        corpus.extend(levels.map(|body| request("PUT", "/api/v1/level", body)));
        for path in ["heartbeat", "present", "pause", "resume", "resume", "numb", "clear"] {
            corpus.push(request("POST", &format!("/api/v1/{path}"), ""));
        }
        corpus.extend(["tens-knot", "tens-burst", "heat-then-tens"].map(|protocol| {
            let start = start("left-calf").replace("tens-knot", protocol);
            request("POST", "/api/v1/session", &start)
        }));
        corpus.push(request("PUT", "/api/v1/profile", r#"{"profile":"default"}"#));
        for path in ["/api/v1/status", "/api/v1/limits", "/api/v1/protocols", "/healthz"] {
            corpus.extend(vec![request("GET", path, ""); 3]);
        }
        corpus.push(request("POST", "/api/v1/stop", ""));
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let said = |error: anyhow::Error| error.to_string();
        if self.cases == CASES_EACH {
            self.begin_anew().map_err(said)?;
        }
        if self.cases.is_multiple_of(LEAD_EVERY) {
            self.lead().map_err(said)?;
        }
        self.cases += 1;
        let Some(served) = &self.served else { return Ok(false) };
        let flows = served.watched.pulses().ma() > 0;
        let status = self.send(served, input).map_err(said)?;
        if flows {
            thread::sleep(PACE);
        }
        let ma = served.watched.pulses().ma();
        if status == Some(200) && interrupts(input) && ma > 0 {
            return Err(format!("{ma} mA after an interruption"));
        }
        if let Some(wrong) = served.watched.pulses().wrong() {
            return Err(wrong);
        }
        match status {
            Some(status) if status >= 500 && status != 503 => {
                Err(format!("an answer that is not documented: {status}"))
            }
            _ => Ok(status.is_some_and(|status| status < 400)),
        }
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let Some(served) = self.served.take() {
            served.shut_down();
        }
    }
}

/// What was carried out is a pause or a STOP, and nothing came with it that raises the level again.
fn interrupts(input: &[u8]) -> bool {
    let is = |path: &[u8]| input.starts_with(path);
    let raises = input.windows(5).any(|it| it == b"raise");
    (is(b"POST /api/v1/stop ") || is(b"POST /api/v1/pause ")) && !raises
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::Mutator;

    #[test]
    fn the_corpus_meets_pulses_and_each_interruption_takes_them_to_zero() {
        let ma = |it: &Hand| it.served.as_ref().map_or(0, |it| it.watched.pulses().ma());
        let mut hand = Hand::new().expect("a daemon");
        let (corpus, mut met) = (hand.corpus(), 0);
        for seed in 0..u64::from(LEAD_EVERY) {
            hand.take(&Mutator::new(seed).input(&corpus)).expect("in order");
            met += u32::from(ma(&hand) > 0);
        }
        assert!(met > 0, "no pulse ever flowed");
        // Every kind of trouble meets pulses, some after a further step up, and so do a pause and a STOP.
        for _ in CUTS {
            hand.lead().expect("led");
            assert!(ma(&hand) > (hand.leads % 2) as u8, "no level was raised");
            for path in ["pause", "stop"] {
                let order = request("POST", &format!("/api/v1/{path}"), "");
                assert!(hand.take(&order).expect("zero"), "{path} is refused");
            }
        }
    }
}
