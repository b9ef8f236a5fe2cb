//! Parts of some seconds: what is stored, so that a crash loses little and nothing is written twice too
//! often.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::record::Piece;

/// A part is full after this many steps: ten seconds at life speed.
const STEPS: u32 = 100;

/// One part, as it stands: to be stored in the place of what was stored under its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The session.
    pub session: i64,
    /// Its number within the session.
    pub number: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Makes parts out of pieces.
#[derive(Debug, Default)]
pub struct Parts {
    session: i64,
    number: u32,
    steps: u32,
    /// The steps of the part that is not full yet.
    open: Vec<u8>,
}

impl Parts {
    /// Takes in a piece; gives every part that is another by it.
    pub fn add(&mut self, piece: &Piece) -> Vec<Part> {
        let mut parts = Vec::new();
        if let Some(head) = &piece.head {
            let session = piece.id.0;
            *self = Self { session, number: 1, steps: 0, open: Vec::new() };
            parts.push(Part { session, number: 0, bytes: pack(head.text().as_bytes()) });
        }
        // A piece whose beginning never came cannot be read.
        if self.session != piece.id.0 || self.number == 0 {
            return parts;
        }
        self.open.extend_from_slice(&piece.bytes);
        self.steps += piece.steps;
        parts.push(Part { session: self.session, number: self.number, bytes: pack(&self.open) });
        if self.steps >= STEPS {
            self.number += 1;
            self.steps = 0;
            self.open.clear();
        }
        parts
    }
}

pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    let done = packed.write_all(bytes).and_then(|()| packed.finish());
    done.expect("memory takes every byte")
}

/// None when they are damaged, or more than `most`.
pub(super) fn unpack(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut unpacker = ZlibDecoder::new(packed);
    unpacker.by_ref().take(most as u64 + 1).read_to_end(&mut bytes).ok()?;
    let whole = unpacker.total_in() == packed.len() as u64;
    (whole && bytes.len() <= most).then_some(bytes)
}
