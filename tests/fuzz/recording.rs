//! Recordings of sessions: an error that says where, or a replay; never more memory than a session has.
//!
//! A recording is packed and sealed by checksums, so that harm to its bytes is mostly found there. What is
//! behind is reached by inputs that hold its parts unpacked; they are packed before they are read.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use soothe_plant::{PadSpec, Plant};
use soothe_therapy::checklist::{Answers, PastAnswers};
use soothe_therapy::tens::Stimulator;
use soothe_therapy::{
    Boot, Command, Engine, Input, LineState, Moment, Order, Plan, SessionId, Site, Span, StopCause,
    limits,
};
use soothe_wire::recording::{Parts, Recorder, Recording, export, may_start, replay};

use crate::drive::Target;

/// Between two unpacked parts; an input that has one is packed.
const NEXT: &[u8] = b"\n==part==\n";

/// Reads each input as a recording and replays it.
pub(crate) struct Recordings;

impl Target for Recordings {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let stop = (Span::from_s(70), Order::Stop(StopCause::Person));
        let sign = (Span::from_s(20), Order::Present);
        let answer = (Span::from_s(5), Order::Answer(Answers::NONE));
        let recorded = [
            record(PadSpec::nominal(), &[start()], Span::from_s(4)),
            record(PadSpec::nominal(), &[start(), answer, sign, stop], Span::from_s(80)),
            record(PadSpec::nominal().ideal(), &[start(), stop], Span::from_s(80)),
        ];
        let (mut corpus, mut unpacked) = (Vec::new(), Vec::new());
        for parts in recorded {
            corpus.push(export(parts.iter().map(Vec::as_slice)));
            unpacked.push(parts.iter().map(|part| unpack(part)).collect::<Vec<_>>().join(NEXT));
        }
        // Seldom, because it takes its time: hours of nothing, which pack a thousandfold.
        let often = unpacked.iter().cycle().take(300).cloned();
        corpus.extend(often.collect::<Vec<_>>());
        let hours = [pack(pieces(&unpacked[0])[0]), pack(&vec![0; 60 << 20])];
        corpus.push(export(hours.iter().map(Vec::as_slice)));
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let pieces = pieces(input);
        let packed: Vec<Vec<u8>> = pieces.iter().map(|piece| pack(piece)).collect();
        let whole = (pieces.len() > 1).then(|| export(packed.iter().map(Vec::as_slice)));
        let Ok(recording) = Recording::parse(whole.as_deref().unwrap_or(input)) else {
            return Ok(false);
        };
        let report = replay(&recording);
        let counted = report.steps == recording.steps.len();
        let inside = report.difference.is_none_or(|it| it.step < report.steps);
        if counted && inside { Ok(true) } else { Err("the report is of something else".to_owned()) }
    }
}

/// What stands between the separators.
fn pieces(mut input: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = input.windows(NEXT.len()).position(|it| it == NEXT) {
        pieces.push(&input[..at]);
        input = &input[at + NEXT.len()..];
    }
    pieces.push(input);
    pieces
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let done = packed.write_all(bytes).and_then(|()| packed.finish());
    done.expect("memory takes every byte")
}

fn unpack(part: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(part).read_to_end(&mut bytes).expect("it was packed just now");
    bytes
}

fn start() -> (Span, Order) {
    let plan = Plan::heat(40.0, Span::from_min(15), Site::LeftShoulder).expect("within limits");
    (Span::from_s(2), Order::Start { id: SessionId(7), plan })
}

/// The parts of the core's recording on the model of a pad, while people give these orders.
fn record(pad: PadSpec, orders: &[(Span, Order)], until: Span) -> Vec<Vec<u8>> {
    let mut plant = Plant::new(pad, 1);
    let answers = PastAnswers { answers: Answers::NONE, age: Span::ZERO };
    let boot = Boot { checklist: Some(answers), ..Boot::default() };
    let mut engine = Engine::new(&boot, Moment::START);
    let (mut recorder, mut parts, mut stored) = (Recorder::default(), Parts::default(), Vec::new());
    let (mut now, mut pulse, mut next) = (Moment::START, false, orders.iter().peekable());
    while now <= Moment::START + until {
        plant.advance(now);
        let due = next.next_if(|(at, _)| Moment::START + *at <= now);
        let command = due.map(|(_, order)| Command { issued: now, order: *order });
        let pad_current = Some(plant.truth().heating);
        let lines = LineState { pad_current, ..LineState::default() };
        let readings = plant.readings();
        let input = Input {
            now,
            readings,
            commands: command.as_slice(),
            lines,
            stimulator: Stimulator::Absent,
        };
        let boot = may_start(&input).then(|| engine.boot(now));
        let output = engine.step(&input);
        recorder.note(boot.as_ref(), &input, &output);
        pulse ^= output.actuators.k2();
        plant.write(output.actuators.k1(), pulse);
        now = now + limits::CYCLE;
        for part in recorder.take().iter().flat_map(|piece| parts.add(piece)) {
            stored.truncate(part.number as usize);
            stored.push(part.bytes);
        }
    }
    stored
}
