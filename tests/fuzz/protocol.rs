//! Protocol files. What is accepted must obey every limit and be read again as the same; what is not has its place.

use soothe_tests::repo;
use soothe_therapy::protocol::PHASES_MAX;
use soothe_therapy::{Phase, Plan, Protocol, Site, limits};
use soothe_wire::{ProtocolFile, protocol};

use crate::drive::Target;

/// Reads each input as a protocol.
pub(crate) struct Protocols;

impl Target for Protocols {
    fn corpus(&self) -> Vec<Vec<u8>> {
        let shipped = repo::files("controller/wire/protocols", ".toml");
        let mut corpus: Vec<Vec<u8>> = shipped.iter().map(|path| repo::text(path).into()).collect();
        let own = protocol::template("mine").expect("a name that is free");
        corpus.push(own.into_bytes());
        corpus
    }

    fn take(&mut self, input: &[u8]) -> Result<bool, String> {
        let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
        let file = match ProtocolFile::parse(text) {
            Ok(file) => file,
            Err(error) => {
                let lines = text.matches('\n').count() + 1;
                let at_a_place = (1..=lines).contains(&error.line) && error.column > 0;
                return if at_a_place { Ok(false) } else { Err(format!("nowhere: {error:?}")) };
            }
        };
        let protocol = &file.protocol;
        if let Some(beyond) = beyond(protocol) {
            return Err(format!("{beyond}: {protocol:?}"));
        }
        if Protocol::new(&protocol.name(), protocol.phases()) != Ok(*protocol) {
            return Err(format!("its phases are no protocol: {protocol:?}"));
        }
        Ok(true)
    }
}

/// The limit that it exceeds, if it does; judged by the numbers alone.
fn beyond(protocol: &Protocol) -> Option<&'static str> {
    if protocol.phases().is_empty() || protocol.phases().len() > PHASES_MAX {
        return Some("phases");
    }
    if protocol.duration() > limits::SESSION_MAX {
        return Some("HL-H10");
    }
    if protocol.dose() > limits::SESSION_DOSE_MAX {
        return Some("HL-H5");
    }
    protocol.phases().iter().find_map(|phase| match *phase {
        Phase::Heat { target, duration } => {
            let within = target >= limits::TARGET_MIN
                && target <= limits::TARGET_MAX
                && duration <= limits::heat_phase_max(target);
            (!within).then_some("HL-H1 or HL-H7")
        }
        Phase::Ice { duration } => (duration > limits::ICE_MAX_WATCHED).then_some("HL-C2"),
        Phase::Tens { .. } => {
            let on_neck = Plan::of(*protocol, Site::LeftNeck).is_ok();
            (on_neck || phase.programme().is_none()).then_some("HL-T1 to HL-T16")
        }
        Phase::Exercise { .. } | Phase::Swap { .. } | Phase::Rest { .. } => None,
    })
}
