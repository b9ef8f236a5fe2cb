//! What a thermometer's file says, while a session heats and the other thermometer is well.
//!
//! Each input is what one sensor's file held, second by second. What may be energised is told from the
//! texts alone, with none of the code that judges them.

use std::fs;
use std::path::PathBuf;

use soothe_plant::{PadSpec, Plant};
use soothe_rig::Probe as _;
use soothe_rig::w1::W1Probe;
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{
    Boot, Celsius, Command, Engine, Input, LineState, Moment, Order, Output, Plan, ProbeError,
    RawReading, SessionId, Site, Span, limits,
};
use tempfile::TempDir;

use crate::drive::Target;
use crate::place;

/// Between two texts in an input.
const NEXT: u8 = 0x1e;
/// So many seconds at most are lived through.
const TEXTS_MAX: usize = 12;
/// The sensor's id.
const ID: &str = "28-0000075a0b11";

/// A session that goes on, at some moments of it.
pub(crate) struct Sensor {
    moments: Vec<Life>,
    file: PathBuf,
    probe: W1Probe,
    _folder: TempDir,
}

impl Sensor {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = place::folder()?;
        fs::create_dir(folder.path().join(ID))?;
        let probe = W1Probe::new(folder.path(), &ID.parse()?);
        let file = folder.path().join(ID).join("w1_slave");
        let mut life = Life::begin();
        let moments = [1, 4, 60, 240, 600].map(|s| {
            while life.now < Moment::START + Span::from_s(s) {
                life.cycle(None);
            }
            life.clone()
        });
        Ok(Self { moments: moments.to_vec(), file, probe, _folder: folder })
    }
}

impl Target for Sensor {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let mut corpus = Vec::new();
        for (number, moment) in self.moments.iter().enumerate() {
            let sixteenths = (moment.plant.truth().surface.get() * 16.0) as i16;
            let around = |change: fn(i16) -> i16| {
                let texts = (0..8).map(|s| w1_text(sixteenths + change(s)));
                joined(number, texts)
            };
            let changes: [fn(i16) -> i16; 5] = [|_| 0, |s| s, |s| -s, |s| 40 * s, |s| s % 2 * 9];
            corpus.extend(changes.map(around));
            let hot = [42.9, 43.0, 44.0, 59.9, 60.1, 85.0, 127.9375, -127.0, 0.0, 4.9];
            for c in hot {
                let texts = [sixteenths, (c * 16.0) as i16].map(w1_text);
                corpus.push(joined(number, texts.into_iter().cycle().take(6)));
            }
            let good = w1_text(sixteenths);
            let bad = [String::new(), good.replace("YES", "NO"), good[..40].to_owned(), zeros()];
            corpus.push(joined(number, bad.into_iter().chain([good])));
        }
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Some((first, texts)) = input.split_first() else { return Ok(false) };
        let mut life = self.moments[usize::from(*first) % self.moments.len()].clone();
        let mut accepted = false;
        for text in texts.split(|byte| *byte == NEXT).take(TEXTS_MAX) {
            fs::write(&self.file, text).map_err(|error| error.to_string())?;
            let outcome = self.probe.read();
            accepted |= outcome.is_ok();
            check(text, outcome)?;
            let began = life.now;
            for _ in 0..10 {
                life.cycle(Some(RawReading { began, outcome }));
                life.judge()?;
            }
        }
        Ok(accepted)
    }
}

/// A reading that was accepted is what the kernel's last word says, and the kernel believed it.
fn check(text: &[u8], outcome: Result<Celsius, ProbeError>) -> Result<(), String> {
    let Ok(celsius) = outcome else { return Ok(()) };
    let text = String::from_utf8_lossy(text);
    let said = text.trim_end().rsplit("t=").next().and_then(|number| number.parse::<f64>().ok());
    let same = said.is_some_and(|said| (said / 1000.0 - celsius.get()).abs() < 1e-9);
    if same && text.contains("YES") { Ok(()) } else { Err(format!("it was read as {celsius:?}")) }
}

/// A session on the model, from its start on, and an observer of the sensor that is harmed.
#[derive(Clone)]
struct Life {
    engine: Engine,
    plant: Plant,
    now: Moment,
    pulse: bool,
    /// What the harmed sensor said last: of all, of what a pad can have, and of what can be believed.
    newest: Option<RawReading>,
    plausible: Option<(Moment, f64)>,
    believed: Option<(Moment, f64)>,
    output: Option<Output>,
}

impl Life {
    fn begin() -> Self {
        let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
        let boot = Boot { checklist: Some(answers), ..Boot::default() };
        let (engine, plant) =
            (Engine::new(&boot, Moment::START), Plant::new(PadSpec::nominal().ideal(), 1));
        let (now, pulse) = (Moment::START, false);
        let (newest, plausible, believed) = (None, None, None);
        Self { engine, plant, now, pulse, newest, plausible, believed, output: None }
    }

    /// One cycle; the first contact sensor says what is given, or is well, too. Somebody is always there.
    fn cycle(&mut self, harmed: Option<RawReading>) {
        let now = self.now;
        self.plant.advance(now);
        let mut readings = self.plant.readings();
        readings.contact[0] = harmed.or(readings.contact[0]);
        self.observe(readings.contact[0]);
        let order = match self.output {
            None => {
                let plan = Plan::heat(42.0, Span::from_min(20), Site::LeftShoulder);
                let plan = plan.expect("within limits");
                Order::Start { id: SessionId(1), plan }
            }
            Some(_) => Order::Present,
        };
        let commands = [Command { issued: now, order }];
        let pad_current = Some(self.plant.truth().heating);
        let lines = LineState { pad_current, ..LineState::default() };
        let output = self.engine.step(&Input {
            now,
            readings,
            commands: &commands,
            lines,
            stimulator: Stimulator::Absent,
        });
        self.pulse ^= output.actuators.k2();
        self.plant.write(output.actuators.k1(), self.pulse);
        self.output = Some(output);
        self.now = now + limits::CYCLE;
    }

    /// A pad has 5 to 60 °C, and 85 is what a DS18B20 says after power-on. What is 3 K for each second
    /// away from the value before is believed when it is said again.
    fn observe(&mut self, newest: Option<RawReading>) {
        if newest == self.newest {
            return;
        }
        self.newest = newest;
        let Some(RawReading { began, outcome: Ok(celsius) }) = newest else { return };
        let c = celsius.get();
        if !(5.0..=60.0).contains(&c) || c == 85.0 {
            return;
        }
        let leaps = self
            .plausible
            .is_some_and(|(at, before)| (c - before).abs() > 3.0 * began.since(at).as_s().max(1.0));
        self.plausible = Some((began, c));
        if !leaps {
            self.believed = self.plausible;
        }
    }

    /// Nothing is energised without a reading of the last 3 s that can be believed, nor when it or
    /// whatever was said after it came to 43 °C, nor when the two sensors are more than 6 K apart.
    fn judge(&self) -> Result<(), String> {
        let Some(output) = self.output.as_ref().filter(|it| it.actuators.energises()) else {
            return Ok(());
        };
        if output.snapshot.session.is_none() {
            return Err("energised without a session".to_owned());
        }
        // The cycle that is judged was one before.
        let now = self.now.before(limits::CYCLE);
        let Some((_, c)) = self.believed.filter(|(at, _)| now.since(*at) <= Span::from_s(3)) else {
            return Err("energised with one sensor lost".to_owned());
        };
        let said = self.newest.and_then(|it| it.outcome.ok()).map_or(c, Celsius::get);
        if c >= 43.0 || said >= 43.0 {
            return Err(format!("energised at {c:.3} °C, then {said:.3} °C"));
        }
        let other = self.plant.readings().contact[1].and_then(|it| it.outcome.ok());
        let apart = other.map_or(f64::MAX, |other| (other.get() - c).abs());
        if apart > 6.0 {
            return Err(format!("energised with sensors that are {apart:.1} K apart"));
        }
        Ok(())
    }
}

/// What the kernel shows of a sensor at so many sixteenths of a degree.
fn w1_text(sixteenths: i16) -> String {
    let [low, high] = sixteenths.to_le_bytes();
    let bytes = format!("{low:02x} {high:02x} 4b 46 7f ff 0d 10 d3");
    let thousandths = i32::from(sixteenths) * 1000 / 16;
    format!("{bytes} : crc=d3 YES\n{bytes} t={thousandths}\n")
}

/// A bus that is held low.
fn zeros() -> String {
    let bytes = ["00"; 9].join(" ");
    format!("{bytes} : crc=00 YES\n{bytes} t=0\n")
}

/// An input: which moment, and the texts.
fn joined(moment: usize, texts: impl Iterator<Item = String>) -> Vec<u8> {
    let texts: Vec<String> = texts.collect();
    let mut input = vec![b'0' + moment as u8];
    input.extend(texts.join(&char::from(NEXT).to_string()).bytes());
    input
}
